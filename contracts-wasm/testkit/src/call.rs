//! One call: who signs it, what it proves, what came of it.

use borsh::BorshDeserialize;
use obolus_abi::{ContractId, FieldBytes, TxDigest};
use obolus_protocol::context::{USER, context_bytes};
use obolus_protocol::tx::{
    EntryName, Height, ProofEnvelope, RoleSignature, SpendSignature, Transaction, TxBody,
};
use obolus_runtime_api::{EventRecord, ScheduledRun};

use crate::scenario::VALIDITY;
use crate::{Error, Party, Scenario};

/// Makes a proof for a call: given the transaction's digest and the context that the proof must be bound to.
type Prover<'a> = Box<dyn Fn(&TxDigest, FieldBytes) -> Result<ProofEnvelope, Error> + 'a>;
/// Makes a spend signature over the transaction's digest.
type Spender<'a> = Box<dyn Fn(&TxDigest) -> SpendSignature + 'a>;

/// A call that is being prepared.
#[must_use = "nothing happens before `run`"]
pub struct Call<'a> {
    scenario: &'a mut Scenario,
    contract: ContractId,
    entry: String,
    args: Vec<u8>,
    memos: Vec<Vec<u8>>,
    signers: Vec<Party>,
    provers: Vec<Prover<'a>>,
    spenders: Vec<Spender<'a>>,
}

/// A call that was taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    /// The transaction.
    pub digest: TxDigest,
    /// Height of its block.
    pub height: u64,
    /// Fuel it used.
    pub fuel_used: u64,
    /// What it and nested calls emitted, in order.
    pub events: Vec<EventRecord>,
    /// The scheduled calls that its block ran before it.
    pub scheduled: Vec<ScheduledRun>,
}

impl Taken {
    /// The events of one contract, decoded.
    ///
    /// # Errors
    /// [`Error::Decode`] when one is not of this type.
    pub fn events_of<E: BorshDeserialize>(&self, contract: ContractId) -> Result<Vec<E>, Error> {
        self.events
            .iter()
            .filter(|event| event.contract == contract)
            .map(|event| borsh::from_slice(&event.data).map_err(|_| Error::Decode("an event")))
            .collect()
    }
}

impl<'a> Call<'a> {
    pub(crate) fn new(
        scenario: &'a mut Scenario,
        contract: ContractId,
        entry: &str,
        args: Vec<u8>,
    ) -> Self {
        Self {
            scenario,
            contract,
            entry: entry.to_owned(),
            args,
            memos: Vec::new(),
            signers: Vec::new(),
            provers: Vec::new(),
            spenders: Vec::new(),
        }
    }

    /// Signs with a party's key; repeat it for n of m.
    pub fn signed_by(mut self, party: &Party) -> Self {
        self.signers.push(party.clone());
        self
    }

    /// Carries a memo ciphertext.
    pub fn memo(mut self, bytes: Vec<u8>) -> Self {
        self.memos.push(bytes);
        self
    }

    /// Carries a proof, real or simulated, made from the transaction's digest and the call's context.
    pub fn proof(
        mut self,
        prover: impl Fn(&TxDigest, FieldBytes) -> Result<ProofEnvelope, Error> + 'a,
    ) -> Self {
        self.provers.push(Box::new(prover));
        self
    }

    /// Carries a spend signature, made from the transaction's digest.
    pub fn spend(mut self, spender: impl Fn(&TxDigest) -> SpendSignature + 'a) -> Self {
        self.spenders.push(Box::new(spender));
        self
    }

    /// Submits the call and makes a block of it.
    ///
    /// # Errors
    /// [`Error::NotAdmitted`] or [`Error::Refused`]; the chain is as before.
    pub fn run(self) -> Result<Taken, Error> {
        let scenario = self.scenario;
        let entry = EntryName::new(&self.entry)?;
        let body = TxBody {
            chain: scenario.ledger.chain(),
            // Every call has a block of its own, so that equal calls expire differently and are two transactions.
            expiry: Height(scenario.next_height() + VALIDITY - 1),
            contract: self.contract,
            entry: entry.clone(),
            args: self.args,
            memos: self.memos,
        };
        let digest = body.digest();
        let context = context_bytes(&digest, &self.contract, &USER, &entry);
        let mut signatures: Vec<_> = self
            .signers
            .iter()
            .map(|party| RoleSignature::create(party.signing_key(), &digest))
            .collect();
        signatures.sort_by_key(|signature| signature.key);
        signatures.dedup_by_key(|signature| signature.key);
        let proofs = self.provers.iter().map(|prover| prover(&digest, context));
        let tx = Transaction {
            body,
            proofs: proofs.collect::<Result<_, _>>()?,
            spend_signatures: self.spenders.iter().map(|spend| spend(&digest)).collect(),
            role_signatures: signatures,
        };
        let admitted = scenario.admit(&tx)?;
        let update = scenario.block(vec![admitted])?;
        let mut txs = update.txs.into_iter();
        let (fuel_used, events) = txs
            .next()
            .map(|tx| (tx.fuel_used, tx.events))
            .unwrap_or_default();
        Ok(Taken {
            digest,
            height: update.height,
            fuel_used,
            events,
            scheduled: update.scheduled,
        })
    }
}
