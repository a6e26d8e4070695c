//! Which contracts are tokens and registries. A contract is what its read-only `state` entry says: if the reply decodes
//! strictly as a token's state it is a token, as a registry's a registry. Remembered by contract and module.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use borsh::BorshDeserialize;
use obolus_abi::registry::RegistryState;
use obolus_abi::token::{NOTE_TREE, TokenState};
use obolus_abi::{CodeId, ContractId, FieldBytes};
use obolus_runtime::ledger::{QueryError, Reader};
use obolus_runtime::state::{ContractRecord, StateError};

/// What a contract is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Token,
    Registry,
    Other,
}

/// A token as the ledger has it.
#[derive(Clone, Debug)]
pub(crate) struct Token {
    pub(crate) id: ContractId,
    pub(crate) record: ContractRecord,
    pub(crate) state: TokenState,
    pub(crate) notes: u64,
    pub(crate) anchor: FieldBytes,
}

/// Finds tokens and registries.
pub(crate) struct Catalogue {
    ledger: Reader,
    kinds: Mutex<HashMap<(ContractId, CodeId), Kind>>,
}

impl Catalogue {
    pub(crate) fn new(ledger: Reader) -> Self {
        Self {
            ledger,
            kinds: Mutex::default(),
        }
    }

    /// All contracts with what they are.
    pub(crate) fn contracts(&self) -> Result<Vec<(ContractId, ContractRecord, Kind)>, QueryError> {
        self.records()?
            .into_iter()
            .map(|(id, record)| {
                let kind = self.kind(id, record.code)?;
                Ok((id, record, kind))
            })
            .collect()
    }

    /// All tokens.
    pub(crate) fn tokens(&self) -> Result<Vec<Token>, QueryError> {
        let mut tokens = Vec::new();
        for (id, record, kind) in self.contracts()? {
            if kind == Kind::Token {
                tokens.extend(self.read_token(id, record)?);
            }
        }
        Ok(tokens)
    }

    /// One token; none if the contract is no token.
    pub(crate) fn token(&self, id: ContractId) -> Result<Option<Token>, QueryError> {
        match self.find(id)? {
            Some((record, Kind::Token)) => self.read_token(id, record),
            _ => Ok(None),
        }
    }

    /// One registry's state; none if the contract is no registry.
    pub(crate) fn registry(&self, id: ContractId) -> Result<Option<RegistryState>, QueryError> {
        match self.find(id)? {
            Some((_, Kind::Registry)) => self.state(id),
            _ => Ok(None),
        }
    }

    /// A contract and what it is; none if there is no such contract.
    pub(crate) fn find(
        &self,
        id: ContractId,
    ) -> Result<Option<(ContractRecord, Kind)>, QueryError> {
        let Some(record) = self.ledger.contract(&id)? else {
            return Ok(None);
        };
        let kind = self.kind(id, record.code)?;
        Ok(Some((record, kind)))
    }

    fn records(&self) -> Result<Vec<(ContractId, ContractRecord)>, QueryError> {
        self.ledger
            .contracts()
            .map_err(|error: StateError| QueryError::Fault(error.into()))
    }

    fn read_token(
        &self,
        id: ContractId,
        record: ContractRecord,
    ) -> Result<Option<Token>, QueryError> {
        let Some(state) = self.state(id)? else {
            return Ok(None);
        };
        let (notes, anchor) = self.ledger.append_tree(id, NOTE_TREE as u8)?;
        Ok(Some(Token {
            id,
            record,
            state,
            notes,
            anchor,
        }))
    }

    fn kind(&self, id: ContractId, code: CodeId) -> Result<Kind, QueryError> {
        let kinds = || self.kinds.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(kind) = kinds().get(&(id, code)) {
            return Ok(*kind);
        }
        let kind = if self.state::<TokenState>(id)?.is_some() {
            Kind::Token
        } else if self.state::<RegistryState>(id)?.is_some() {
            Kind::Registry
        } else {
            Kind::Other
        };
        kinds().insert((id, code), kind);
        Ok(kind)
    }

    /// The reply of `state`, if the contract has it and it decodes.
    fn state<T: BorshDeserialize>(&self, id: ContractId) -> Result<Option<T>, QueryError> {
        match self.ledger.query(id, "state", Vec::new()) {
            Ok(reply) => Ok(borsh::from_slice(&reply).ok()),
            // A contract that has no such entry, or fails in it, is something else.
            Err(QueryError::Call(_)) => Ok(None),
            Err(error) => Err(error),
        }
    }
}
