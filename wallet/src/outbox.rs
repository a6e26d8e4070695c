//! The outbox: one record a payment, from its reservation to its end. It is what keeps an interrupted payment from being
//! lost or made twice.
//!
//! A payment is `reserved` while it is proved, then `signed` with the very bytes that go to the node, then settled. A
//! record is on disk before the step that it stands for: notes are reserved before anything is proved with them, and bytes
//! are kept before they are submitted. Whoever works on a payment holds its `live` lock, which the operating system
//! releases when the process ends, however it ends.

use std::fmt;
use std::fs::{self, File, TryLockError};
use std::time::Duration;

use borsh::{BorshDeserialize, BorshSerialize};
use obolus_abi::{DealId, TxDigest};
use obolus_protocol::note::Position;
use uuid::Uuid;

mod order;

pub use order::{Order, Successor};

use crate::payer::random_bytes;
use crate::store::{StoreError, WalletDir, io, open_lock};

const DEPOSIT_NAME: &str = "obolus 2026 outbox deposit name v1";
const JOINT_NAME: &str = "obolus 2026 outbox joint name v1";

/// Name of a payment, chosen by the payer: the same name never pays twice.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, BorshSerialize, BorshDeserialize)]
pub struct PaymentId([u8; 16]);

impl PaymentId {
    /// From a UUID.
    pub const fn new(id: Uuid) -> Self {
        Self(*id.as_bytes())
    }

    /// A name that nothing has yet.
    pub fn random() -> Self {
        Self::new(uuid::Builder::from_random_bytes(random_bytes()).into_uuid())
    }

    /// The name of a leg's deposit: a leg takes one deposit, so every try at it has the same name.
    pub fn of_deposit(deal: &DealId, leg: u8) -> Self {
        Self::derived(DEPOSIT_NAME, &[deal.as_ref(), &[leg]])
    }

    /// The name of this wallet's part of a transaction that several wallets sign.
    pub fn of_joint(tx: &TxDigest) -> Self {
        Self::derived(JOINT_NAME, &[tx.as_ref()])
    }

    fn derived(context: &'static str, parts: &[&[u8]]) -> Self {
        let mut hasher = blake3::Hasher::new_derive_key(context);
        for part in parts {
            hasher.update(part);
        }
        let mut bytes = [0; 16];
        hasher.finalize_xof().fill(&mut bytes);
        Self::new(uuid::Builder::from_custom_bytes(bytes).into_uuid())
    }
}

impl fmt::Display for PaymentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Uuid::from_bytes(self.0).fmt(f)
    }
}

impl fmt::Debug for PaymentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// What a transaction in flight holds.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Held {
    /// The transaction.
    pub tx: TxDigest,
    /// Positions of the notes that it spends.
    pub positions: Vec<u64>,
    /// The last block that it may be in.
    pub expiry: u64,
    /// What returns as change, in minor units.
    pub returning: u64,
    /// Transactions of earlier tries, which were refused and spend the same notes.
    pub earlier: Vec<TxDigest>,
}

impl Held {
    /// Whether this transaction is the payment: the last try, or an earlier one that was included after all.
    pub fn is_by(&self, tx: &TxDigest) -> bool {
        self.tx == *tx || self.earlier.contains(tx)
    }

    /// The notes that it spends.
    pub fn positions(&self) -> Vec<Position> {
        let positions = self.positions.iter();
        positions
            .filter_map(|position| Position::new(*position).ok())
            .collect()
    }
}

/// How far a payment got.
#[derive(Clone, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Stage {
    /// Its notes are reserved; it is being proved and was never submitted.
    Reserved(Held),
    /// Signed; it may have been submitted.
    Signed {
        /// What it holds.
        held: Held,
        /// What is submitted, and submitted again after an interruption.
        bytes: Vec<u8>,
    },
    /// In a block.
    Committed {
        /// The transaction.
        tx: TxDigest,
        /// The block.
        height: u64,
    },
    /// Refused, says the node. Its notes are free, but only blocks show that it stays out of them.
    Refused {
        /// What it held.
        held: Held,
        /// Stable code.
        code: String,
        /// In words.
        message: String,
    },
    /// No block took it in time; it can never be included.
    Expired {
        /// The transaction.
        tx: TxDigest,
    },
}

impl Stage {
    /// What it holds, while it is in flight.
    pub const fn held(&self) -> Option<&Held> {
        match self {
            Self::Reserved(held) | Self::Signed { held, .. } => Some(held),
            _ => None,
        }
    }

    /// Its name.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Reserved(_) => "reserved",
            Self::Signed { .. } => "in_flight",
            Self::Committed { .. } => "committed",
            Self::Refused { .. } => "refused",
            Self::Expired { .. } => "expired",
        }
    }
}

/// Name and transaction only.
impl fmt::Debug for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// One payment.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Record {
    /// Its name.
    pub id: PaymentId,
    /// When it was ordered, in milliseconds since 1970.
    pub ordered_ms: u64,
    /// What is to be done.
    pub order: Order,
    /// How far it got.
    pub stage: Stage,
}

impl Record {
    /// Whether it is this transaction, signed and not settled yet.
    pub fn is_signed(&self, tx: &TxDigest) -> bool {
        matches!(&self.stage, Stage::Signed { held, .. } if held.tx == *tx)
    }
}

/// Takes transactions.
pub trait Submitter {
    /// Submits bytes and waits for their end at most so long. Submitting the same bytes again is safe.
    ///
    /// # Errors
    /// [`SubmitFailure`]; the bytes may have arrived all the same.
    fn submit(&self, bytes: &[u8], wait: Duration) -> Result<Submission, SubmitFailure>;
}

/// What a node said of submitted bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Submission {
    /// On its way.
    Pending,
    /// In a block.
    Committed,
    /// Refused.
    Refused {
        /// Stable code.
        code: String,
        /// In words.
        message: String,
    },
}

/// The node gave no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct SubmitFailure(pub String);

/// Held by whoever works on a payment.
#[derive(Debug)]
pub struct Live(#[expect(dead_code, reason = "closing the file releases the lock")] File);

/// All payments of a wallet. Hold the directory's lock while using it.
pub struct Outbox<'a> {
    directory: &'a WalletDir,
}

impl<'a> Outbox<'a> {
    /// The outbox of a wallet directory.
    pub const fn of(directory: &'a WalletDir) -> Self {
        Self { directory }
    }

    /// All records, oldest first.
    ///
    /// # Errors
    /// [`StoreError`]; a record that cannot be read is one.
    pub fn list(&self) -> Result<Vec<Record>, StoreError> {
        let folder = self.directory.outbox();
        let mut records = Vec::new();
        for entry in fs::read_dir(&folder).map_err(io("reading", &folder))? {
            let name = entry.map_err(io("reading", &folder))?.file_name();
            // Others are lock files, and what a crash left half-written.
            let Some(id) = name.to_str().and_then(|name| Uuid::try_parse(name).ok()) else {
                continue;
            };
            records.extend(self.get(PaymentId::new(id))?);
        }
        records.sort_by_key(|record| (record.ordered_ms, record.id));
        Ok(records)
    }

    /// One record.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn get(&self, id: PaymentId) -> Result<Option<Record>, StoreError> {
        let record: Option<Record> = self
            .directory
            .read(&self.directory.outbox().join(id.to_string()), &name(id))?;
        Ok(record)
    }

    /// Writes a record, durably.
    ///
    /// # Errors
    /// [`StoreError`]; the old record is still in place then.
    pub fn put(&self, record: &Record) -> Result<(), StoreError> {
        let path = self.directory.outbox().join(record.id.to_string());
        self.directory.write(&path, &name(record.id), record)
    }

    /// Forgets a try that never left this machine; of earlier ones the record stays.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn give_up(&self, mut record: Record) -> Result<(), StoreError> {
        if let Stage::Reserved(held) = &mut record.stage
            && let Some(tx) = held.earlier.pop()
        {
            record.stage = Stage::Refused {
                held: Held { tx, ..held.clone() },
                code: "not_tried_again".into(),
                message: "the last try ended before it was signed".into(),
            };
            return self.put(&record);
        }
        let path = self.directory.outbox().join(record.id.to_string());
        fs::remove_file(&path).map_err(io("removing", &path))
    }

    /// Begins to work on a payment; none if another process does.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn live(&self, id: PaymentId) -> Result<Option<Live>, StoreError> {
        let path = self.directory.outbox().join(format!("{id}.live"));
        let file = open_lock(&path)?;
        match file.try_lock() {
            Ok(()) => Ok(Some(Live(file))),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(io("locking", &path)(error)),
        }
    }
}

fn name(id: PaymentId) -> String {
    format!("outbox {id}")
}
