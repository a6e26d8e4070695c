//! What the replay of statements can be asked about a token.

use obolus_abi::{ContractId, TxDigest};
use obolus_protocol::field::fr_to_bytes;
use obolus_protocol::note::Slot;
use obolus_protocol::tx::Height;
use obolus_protocol::{Fr, Nullifier, Owner};

use super::{Model, failed, keys, registry, token};
use crate::ledger::facts::{Facts, Payment, Reserves, Settings};
use crate::ledger::replica::ReplicaError;

impl Facts for Model {
    fn settings(&self, token: &ContractId) -> Result<Option<Settings>, ReplicaError> {
        token::settings(&self.state, token).map_err(failed)
    }

    fn owner_at(&self, registry: &ContractId, slot: Slot) -> Result<Option<Owner>, ReplicaError> {
        let owner = registry::owner_at(&self.state, registry, slot).map_err(failed)?;
        Ok(owner.and_then(|owner| Owner::from_bytes(&owner).ok()))
    }

    fn is_anchor(&self, token: &ContractId, root: &Fr) -> Result<bool, ReplicaError> {
        let key = keys::item(token, keys::ANCHOR, &[&fr_to_bytes(root).0]);
        self.state.contains(&key).map_err(failed)
    }

    fn is_spent(&self, token: &ContractId, nullifier: &Nullifier) -> Result<bool, ReplicaError> {
        let key = keys::item(token, keys::NULLIFIER, &[&nullifier.to_bytes().0]);
        self.state.contains(&key).map_err(failed)
    }

    /// What settlement contracts passed on is checked here and not kept.
    fn passed_on(
        &self,
        _token: &ContractId,
        _tx: &TxDigest,
        _height: Height,
    ) -> Result<Vec<Payment>, ReplicaError> {
        Ok(Vec::new())
    }

    fn reserves(&self, token: &ContractId) -> Result<Option<Reserves>, ReplicaError> {
        token::reserves(&self.state, token).map_err(failed)
    }
}
