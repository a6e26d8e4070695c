//! A replica that is watched: who registers is noted, and a question is asked after the block that it is about.

use std::collections::HashMap;

use obolus_abi::registry::{RegisterMsg, RotateMsg};
use obolus_abi::token::{IssueMsg, SeizeMsg, TransferLimitedMsg, TransferMsg};
use obolus_abi::{ContractId, FieldBytes, PointBytes, TxDigest};
use obolus_chain::CheckedBlock;
use obolus_protocol::address::EncryptionKey;
use obolus_protocol::balance::Holder;
use obolus_protocol::keys::SpendValidatingKey;
use obolus_protocol::note::Commitment;
use obolus_protocol::tx::{Height, TxBody};
use obolus_protocol::{Address, Owner, Point};

use super::facts::{Facts, Payment};
use super::replica::{Position, Replica, ReplicaError};

/// What is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Interest {
    /// The token.
    pub token: ContractId,
    /// Its registry.
    pub registry: ContractId,
    /// A transaction whose payments are asked for.
    pub tx: Option<TxDigest>,
    /// The block after which the question is asked; without it, the last one.
    pub at: Option<Height>,
}

/// What transactions said in clear, up to the block asked about.
#[derive(Clone, Debug, Default)]
pub struct Seen {
    keys: HashMap<FieldBytes, (PointBytes, [u8; 32])>,
    owners: HashMap<PointBytes, FieldBytes>,
    payments: Vec<Payment>,
    height: u64,
    time_ms: u64,
}

impl Seen {
    /// Nothing yet, up to this block.
    #[cfg(test)]
    pub(crate) fn at(height: u64) -> Self {
        Self {
            height,
            ..Self::default()
        }
    }

    /// The participant with this owner hash.
    pub fn holder(&self, owner: &Owner) -> Option<Holder> {
        let (ak, _) = self.keys.get(&owner.to_bytes())?;
        Some(Holder {
            owner: *owner,
            ak: SpendValidatingKey::decode(ak).ok()?,
        })
    }

    /// The participant's address.
    pub fn address(&self, owner: &Owner) -> Option<Address> {
        let (_, epk) = self.keys.get(&owner.to_bytes())?;
        Some(Address {
            owner: *owner,
            epk: EncryptionKey::new(*epk).ok()?,
        })
    }

    /// Whose spend-validating key it is.
    pub fn owner_of(&self, ak: &SpendValidatingKey) -> Option<Owner> {
        let owner = self.owners.get(&ak.point().encode())?;
        Owner::from_bytes(owner).ok()
    }

    /// Payments that the transaction asked for made itself.
    pub fn payments(&self) -> &[Payment] {
        &self.payments
    }

    /// The last block seen.
    pub const fn height(&self) -> u64 {
        self.height
    }

    /// Its time, milliseconds since 1970.
    pub const fn time_ms(&self) -> u64 {
        self.time_ms
    }

    /// Notes what a block says. Only a block that is replayed afterwards counts.
    fn read(&mut self, block: &CheckedBlock, interest: &Interest) {
        self.height = block.header().height.0;
        self.time_ms = block.header().time.0;
        for authentic in block.transactions() {
            let received = authentic.received();
            self.note(&received.digest(), &received.transaction().body, interest);
        }
    }

    /// Notes what a call says.
    pub(crate) fn note(&mut self, tx: &TxDigest, body: &TxBody, interest: &Interest) {
        if body.contract == interest.registry {
            self.enter(body);
        } else if body.contract == interest.token && interest.tx == Some(*tx) {
            self.payments.extend(payment(body));
        }
    }

    fn enter(&mut self, body: &TxBody) {
        let register: Option<RegisterMsg> = match body.entry.as_str() {
            "register" => borsh::from_slice(&body.args).ok(),
            "rotate" | "recover" => borsh::from_slice::<RotateMsg>(&body.args)
                .ok()
                .map(|rotate| rotate.register),
            _ => None,
        };
        if let Some(RegisterMsg { owner, ak, epk, .. }) = register {
            self.keys.insert(owner, (ak, epk));
            self.owners.insert(ak, owner);
        }
    }
}

/// The payment that a call of the token makes.
fn payment(body: &TxBody) -> Option<Payment> {
    let args = body.args.as_slice();
    let transfer: TransferMsg = match body.entry.as_str() {
        "issue" | "issue_backed" => {
            let issue: IssueMsg = borsh::from_slice(args).ok()?;
            return Some(Payment {
                paid: Commitment::from_bytes(&issue.cm1).ok()?,
                rk: None,
            });
        }
        "transfer" => borsh::from_slice(args).ok()?,
        "transfer_limited" => borsh::from_slice::<TransferLimitedMsg>(args).ok()?.transfer,
        "seize" => borsh::from_slice::<SeizeMsg>(args).ok()?.transfer,
        _ => return None,
    };
    Some(Payment {
        paid: Commitment::from_bytes(&transfer.cm1).ok()?,
        rk: Some(Point::decode(&transfer.rk).ok()?),
    })
}

/// Asks about the ledger after one block.
pub type Question<'a, T> = Box<dyn Fn(&dyn Facts, &Seen) -> T + Send + 'a>;

/// A replica, and the question.
pub struct Watch<'a, T> {
    inner: Box<dyn Replica>,
    interest: Interest,
    seen: Seen,
    question: Question<'a, T>,
    answer: Option<T>,
}

impl<'a, T> Watch<'a, T> {
    /// Watches a replica that has replayed nothing yet.
    pub fn new(inner: Box<dyn Replica>, interest: Interest, question: Question<'a, T>) -> Self {
        Self {
            inner,
            interest,
            seen: Seen::default(),
            question,
            answer: None,
        }
    }

    /// The answer, once everything is replayed; none if the ledger has no such block.
    pub fn answer(self) -> Option<T> {
        match self.interest.at {
            Some(_) => self.answer,
            None => Some((self.question)(self.inner.facts(), &self.seen)),
        }
    }
}

impl<T: Send> Replica for Watch<'_, T> {
    fn position(&self) -> Position {
        self.inner.position()
    }

    fn apply(&mut self, block: CheckedBlock) -> Result<(), ReplicaError> {
        // What came after the block that is asked about does not belong to the answer.
        let asked = self
            .interest
            .at
            .is_none_or(|at| block.header().height <= at);
        if asked {
            self.seen.read(&block, &self.interest);
        }
        self.inner.apply(block)?;
        if self.interest.at == Some(Height(self.inner.position().height)) {
            self.answer = Some((self.question)(self.inner.facts(), &self.seen));
        }
        Ok(())
    }

    fn finish(&mut self) -> Result<(), ReplicaError> {
        self.inner.finish()
    }

    fn facts(&self) -> &dyn Facts {
        self.inner.facts()
    }
}
