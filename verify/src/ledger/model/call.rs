//! A call, and what its transaction vouches for.

use borsh::BorshDeserialize;
use obolus_abi::{ContractError, ContractId, FieldBytes, KeyId, PointBytes, RoleKey, RoleSet};
use obolus_chain::Received;
use obolus_protocol::Point;
use obolus_protocol::context::{USER, context_bytes};
use obolus_protocol::tx::{EntryName, Transaction, TxBody};

use crate::ledger::state::StateError;

/// Why a call is not allowed.
#[derive(Debug, thiserror::Error)]
pub enum CallFault {
    /// By the contract's own rules.
    #[error("{}", .0.message)]
    Contract(ContractError),
    /// By the ledger's rules: code and message.
    #[error("{1}")]
    Ledger(&'static str, String),
    /// The arguments do not decode.
    #[error("the arguments of {0} do not decode")]
    Arguments(String),
    /// No such contract.
    #[error("there is no contract {0}")]
    NoContract(ContractId),
    /// No such entry.
    #[error("the contract has no entry {0}")]
    NoEntry(String),
    /// A contract whose code this program does not know.
    #[error("contract {0} runs unknown code")]
    Unknown(ContractId),
    /// The working state.
    #[error(transparent)]
    State(#[from] StateError),
}

impl CallFault {
    /// A contract's refusal.
    pub fn contract(error: impl Into<ContractError>) -> Self {
        Self::Contract(error.into())
    }

    /// Stable snake-case code.
    pub fn code(&self) -> &str {
        match self {
            Self::Contract(error) => &error.name,
            Self::Ledger(code, _) => code,
            Self::Arguments(_) => "bad_arguments",
            Self::NoContract(_) => "no_such_contract",
            Self::NoEntry(_) => "no_such_entry",
            Self::Unknown(_) => "needs_execution",
            Self::State(_) => "working_state",
        }
    }
}

/// One call, by a user or by a contract on a user's behalf.
#[derive(Clone)]
pub struct Call<'a> {
    tx: &'a Received,
    /// Height of the block.
    pub height: u64,
    /// Time of the block, milliseconds since 1970.
    pub time_ms: u64,
    /// The contract that is called.
    pub callee: ContractId,
    /// The contract that calls; none when the user does.
    pub caller: Option<ContractId>,
    entry: EntryName,
}

impl<'a> Call<'a> {
    /// The transaction's call, in the block of this height and time.
    pub fn new(tx: &'a Received, height: u64, time_ms: u64) -> Self {
        let body = &tx.transaction().body;
        Self {
            tx,
            height,
            time_ms,
            callee: body.contract,
            caller: None,
            entry: body.entry.clone(),
        }
    }

    /// The call that the called contract makes in turn.
    ///
    /// # Errors
    /// [`CallFault::NoEntry`] for a name that is none.
    pub fn nested(&self, callee: ContractId, entry: &str) -> Result<Self, CallFault> {
        Ok(Self {
            callee,
            caller: Some(self.callee),
            entry: EntryName::new(entry).map_err(|_| CallFault::NoEntry(entry.to_owned()))?,
            ..self.clone()
        })
    }

    /// The transaction.
    pub fn transaction(&self) -> &'a Transaction {
        self.tx.transaction()
    }

    /// What was signed.
    pub fn body(&self) -> &'a TxBody {
        &self.transaction().body
    }

    /// The arguments of the user's call.
    ///
    /// # Errors
    /// [`CallFault::Arguments`].
    pub fn args<T: BorshDeserialize>(&self) -> Result<T, CallFault> {
        let body = self.body();
        borsh::from_slice(&body.args)
            .map_err(|_| CallFault::Arguments(body.entry.as_str().to_owned()))
    }

    /// The public input that binds proofs to this call.
    pub fn context(&self) -> FieldBytes {
        let caller = self.caller.unwrap_or(USER);
        context_bytes(&self.tx.digest(), &self.callee, &caller, &self.entry)
    }

    /// Enough holders of the role signed.
    ///
    /// # Errors
    /// `otherwise` when they did not.
    pub fn role_approved<E: Into<ContractError>>(
        &self,
        role: &RoleSet,
        otherwise: E,
    ) -> Result<(), CallFault> {
        let signatures = &self.transaction().role_signatures;
        let signed = role
            .keys
            .iter()
            .filter(|key| signatures.iter().any(|signature| signature.key == **key))
            .count();
        if signed >= usize::from(role.threshold) {
            Ok(())
        } else {
            Err(CallFault::contract(otherwise))
        }
    }

    /// The holder of this role key signed.
    ///
    /// # Errors
    /// `otherwise` when it did not.
    pub fn role_signed<E: Into<ContractError>>(
        &self,
        key: &RoleKey,
        otherwise: E,
    ) -> Result<(), CallFault> {
        let mut signatures = self.transaction().role_signatures.iter();
        if signatures.any(|signature| signature.key == *key) {
            Ok(())
        } else {
            Err(CallFault::contract(otherwise))
        }
    }

    /// The transaction is signed under the point.
    ///
    /// # Errors
    /// `otherwise` when it is not.
    pub fn spend_authorised<E: Into<ContractError>>(
        &self,
        key: &PointBytes,
        otherwise: E,
    ) -> Result<(), CallFault> {
        let mut signatures = self.transaction().spend_signatures.iter();
        if signatures.any(|signature| signature.key == *key) {
            Ok(())
        } else {
            Err(CallFault::contract(otherwise))
        }
    }

    /// The transaction carries a proof under this key of exactly these inputs.
    ///
    /// # Errors
    /// `otherwise` when it does not.
    pub fn proof_holds<E: Into<ContractError>>(
        &self,
        key: &KeyId,
        inputs: &[FieldBytes],
        otherwise: E,
    ) -> Result<(), CallFault> {
        let mut proofs = self.transaction().proofs.iter();
        if proofs.any(|proof| proof.key == *key && proof.inputs == inputs) {
            Ok(())
        } else {
            Err(CallFault::contract(otherwise))
        }
    }

    /// Lengths of the memo ciphertexts.
    pub fn memo_lens(&self) -> Vec<usize> {
        self.body().memos.iter().map(Vec::len).collect()
    }
}

/// A key that may be taken into use: a point of the subgroup, not the identity, whose holder signed.
///
/// # Errors
/// `bad` or `unsigned`.
pub fn key_holder<B: Into<ContractError>, U: Into<ContractError>>(
    call: &Call<'_>,
    key: &PointBytes,
    bad: B,
    unsigned: U,
) -> Result<(), CallFault> {
    Point::decode_non_identity(key).map_err(|_| CallFault::contract(bad))?;
    call.spend_authorised(key, unsigned)
}

/// Every element and coordinate has its one encoding.
///
/// # Errors
/// `otherwise` when one has not.
pub fn canonical<E: Into<ContractError>>(
    fields: &[&FieldBytes],
    points: &[&PointBytes],
    otherwise: E,
) -> Result<(), CallFault> {
    let coordinates = points.iter().flat_map(|point| [point.x(), point.y()]);
    for field in fields.iter().map(|field| **field).chain(coordinates) {
        if field.check_canonical().is_err() {
            return Err(CallFault::contract(otherwise));
        }
    }
    Ok(())
}
