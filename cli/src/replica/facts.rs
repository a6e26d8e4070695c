//! What an executed ledger can be asked about a token: the contracts' own read-only entries, and the index of its blocks.

use borsh::{BorshDeserialize, BorshSerialize};
use obolus_abi::registry::{Participant, RegistryState, SlotMsg};
use obolus_abi::token::{NOTE_TREE, TokenEvent, TokenState};
use obolus_abi::{ContractId, TxDigest};
use obolus_protocol::field::fr_to_bytes;
use obolus_protocol::note::Slot;
use obolus_protocol::tx::Height;
use obolus_protocol::{Commitment, Fr, Nullifier, Owner, Point};
use obolus_verify::ledger::{Facts, Payment, ReplicaError, Reserves, Settings};

use super::Ledger;

impl Ledger {
    fn ask<T: BorshDeserialize>(
        &self,
        contract: &ContractId,
        entry: &str,
        args: &impl BorshSerialize,
    ) -> Result<T, ReplicaError> {
        let args = borsh::to_vec(args).map_err(failed)?;
        let reply = self.0.reader().query(*contract, entry, args);
        borsh::from_slice(&reply.map_err(failed)?).map_err(failed)
    }
}

fn failed(error: impl std::fmt::Display) -> ReplicaError {
    ReplicaError::Failed(error.to_string())
}

impl Facts for Ledger {
    fn settings(&self, token: &ContractId) -> Result<Option<Settings>, ReplicaError> {
        let contract = self.0.reader().contract(token).map_err(failed)?;
        if contract.is_none() {
            return Ok(None);
        }
        let TokenState { settings, .. } = self.ask(token, "state", &())?;
        Ok(Some(Settings {
            registry: settings.registry,
            unit: settings.unit,
            exponent: settings.exponent,
        }))
    }

    fn owner_at(&self, registry: &ContractId, slot: Slot) -> Result<Option<Owner>, ReplicaError> {
        let state: RegistryState = self.ask(registry, "state", &())?;
        if slot.get() >= state.slots {
            return Ok(None);
        }
        let slot = SlotMsg { slot: slot.get() };
        let entry: Participant = self.ask(registry, "participant", &slot)?;
        Owner::from_bytes(&entry.owner).map(Some).map_err(failed)
    }

    fn is_anchor(&self, token: &ContractId, root: &Fr) -> Result<bool, ReplicaError> {
        let root = fr_to_bytes(root);
        let ledger = self.0.reader();
        for height in 1..=self.0.tip().height {
            let appended = ledger.appended(Height(height)).map_err(failed)?;
            let found = appended.iter().any(|tree| {
                tree.contract == *token && u32::from(tree.tree) == NOTE_TREE && tree.root == root
            });
            if found {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn is_spent(&self, token: &ContractId, nullifier: &Nullifier) -> Result<bool, ReplicaError> {
        self.ask(token, "spent", &nullifier.to_bytes())
    }

    fn passed_on(
        &self,
        token: &ContractId,
        tx: &TxDigest,
        height: Height,
    ) -> Result<Vec<Payment>, ReplicaError> {
        let transactions = self.0.reader().transactions(height).map_err(failed)?;
        let Some(found) = transactions.iter().find(|found| found.digest == *tx) else {
            return Ok(Vec::new());
        };
        let events = found.events.iter().filter(|event| event.contract == *token);
        let mut payments = Vec::new();
        for event in events {
            if let TokenEvent::Transferred { msg, .. } =
                borsh::from_slice(&event.data).map_err(failed)?
            {
                payments.push(Payment {
                    paid: Commitment::from_bytes(&msg.cm1).map_err(failed)?,
                    rk: Some(Point::decode(&msg.rk).map_err(failed)?),
                });
            }
        }
        Ok(payments)
    }

    fn reserves(&self, token: &ContractId) -> Result<Option<Reserves>, ReplicaError> {
        let state: TokenState = self.ask(token, "state", &())?;
        Ok(state.settings.reserves.map(|rule| Reserves {
            strict: rule.strict,
            backing: state.backing,
            redemptions: state.redemptions,
        }))
    }
}
