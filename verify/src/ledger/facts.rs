//! What a replica knows about one token after its last block: the questions that a statement to a verifier leaves open.

use obolus_abi::token::Backing;
use obolus_abi::{ContractId, TxDigest};
use obolus_protocol::note::{Commitment, Slot};
use obolus_protocol::tx::Height;
use obolus_protocol::{Fr, Nullifier, Owner, Point};

use super::replica::ReplicaError;

/// A note that a transaction made for somebody, and the one-time key it was paid under.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Payment {
    /// The recipient's note.
    pub paid: Commitment,
    /// The re-randomised key of the payer; none for an issue.
    pub rk: Option<Point>,
}

/// What a token says of its reserves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reserves {
    /// The last attestation.
    pub backing: Option<Backing>,
    /// Redemptions so far.
    pub redemptions: u64,
    /// Whether issues must fit into the reserves attested last.
    pub strict: bool,
}

/// What a token's contract was instantiated with, as far as its file repeats it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Its registry.
    pub registry: ContractId,
    /// Currency or instrument code.
    pub unit: String,
    /// Decimal digits of the minor unit.
    pub exponent: u8,
}

/// Answers about tokens, as of the last block replayed.
pub trait Facts {
    /// What a token was instantiated with; none if there is no such token.
    ///
    /// # Errors
    /// [`ReplicaError::Failed`].
    fn settings(&self, token: &ContractId) -> Result<Option<Settings>, ReplicaError>;

    /// Who entered the registry at a slot.
    ///
    /// # Errors
    /// [`ReplicaError::Failed`].
    fn owner_at(&self, registry: &ContractId, slot: Slot) -> Result<Option<Owner>, ReplicaError>;

    /// Whether `root` was the root of the token's note tree at the end of some block.
    ///
    /// # Errors
    /// [`ReplicaError::Failed`].
    fn is_anchor(&self, token: &ContractId, root: &Fr) -> Result<bool, ReplicaError>;

    /// Whether a note with this nullifier was spent.
    ///
    /// # Errors
    /// [`ReplicaError::Failed`].
    fn is_spent(&self, token: &ContractId, nullifier: &Nullifier) -> Result<bool, ReplicaError>;

    /// The payments in a token that a transaction of the block `height` made by way of other contracts, as far as the
    /// replica keeps them.
    ///
    /// # Errors
    /// [`ReplicaError::Failed`].
    fn passed_on(
        &self,
        token: &ContractId,
        tx: &TxDigest,
        height: Height,
    ) -> Result<Vec<Payment>, ReplicaError>;

    /// What a token says of its reserves; none if there is no such token, or its reserves are not attested.
    ///
    /// # Errors
    /// [`ReplicaError::Failed`].
    fn reserves(&self, token: &ContractId) -> Result<Option<Reserves>, ReplicaError>;
}
