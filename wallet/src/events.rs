//! Blocks as a wallet reads them: the events of one token and its registry, decoded.

use std::borrow::Cow;
use std::collections::BTreeSet;

use borsh::BorshDeserialize;
use obolus_abi::{
    ContractId, FieldBytes,
    registry::RegistryEvent,
    token::{
        IssueMsg, MigrateMsg, RedeemMsg, TokenEvent, TransferMsg, VelocityPlace, VelocityRule,
    },
};
use obolus_protocol::{Commitment, note::Position, tx::Height};
use obolus_runtime_api::BlockUpdate;

use crate::{config::TokenConfig, directory::DirectoryError, notes::Place};

/// A leaf that an event appends to the note tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Leaf {
    /// Where it is.
    pub position: Position,
    /// What it is.
    pub commitment: Commitment,
}

/// An event that concerns us.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LedgerEvent {
    /// A note was issued.
    Issued {
        /// The note.
        note: Leaf,
        /// The message, with the audit ciphertext.
        msg: IssueMsg,
    },
    /// A payment.
    Transferred {
        /// The recipient's note.
        paid: Leaf,
        /// The sender's change.
        change: Leaf,
        /// The message, with nullifiers and audit ciphertext.
        msg: TransferMsg,
    },
    /// A redemption.
    Redeemed {
        /// The holder's change.
        change: Leaf,
        /// Its number: cleared once an attestation counted more.
        number: u64,
        /// The message, with nullifiers and audit ciphertext.
        msg: RedeemMsg,
    },
    /// A frozen participant's notes were paid to another, by order.
    Seized {
        /// The recipient's note.
        paid: Leaf,
        /// The frozen participant's change.
        change: Leaf,
        /// The message, with nullifiers and audit ciphertext.
        msg: TransferMsg,
        /// Hash of the order.
        case: [u8; 32],
    },
    /// Value left for the token's successor.
    MigratedOut {
        /// The holder's change.
        change: Leaf,
        /// Its number among the redemptions.
        number: u64,
        /// The message, with nullifiers and audit ciphertext.
        msg: RedeemMsg,
    },
    /// Value came from the token's predecessor.
    MigratedIn {
        /// The note.
        note: Leaf,
        /// The message, with the audit ciphertexts of both sides.
        msg: MigrateMsg,
    },
    /// How often holders may pay from now on.
    VelocitySet(Option<VelocityRule>),
    /// A payment of this transaction used up a ticket.
    PlaceUsed(VelocityPlace),
    /// The registry changed.
    Registry(RegistryEvent),
    /// A settlement contract that the registrar approved said something.
    Settlement {
        /// The contract.
        contract: ContractId,
        /// Its event.
        data: Vec<u8>,
    },
}

impl LedgerEvent {
    /// The leaves that the event appends, in order.
    pub fn leaves(&self) -> Vec<Leaf> {
        match self {
            Self::Issued { note, .. } | Self::MigratedIn { note, .. } => vec![*note],
            Self::Transferred { paid, change, .. } | Self::Seized { paid, change, .. } => {
                vec![*paid, *change]
            }
            Self::Redeemed { change, .. } | Self::MigratedOut { change, .. } => vec![*change],
            Self::VelocitySet(_)
            | Self::PlaceUsed(_)
            | Self::Registry(_)
            | Self::Settlement { .. } => Vec::new(),
        }
    }

    /// None for events that change nothing a wallet keeps.
    fn from_token(event: TokenEvent) -> Result<Option<Self>, ScanError> {
        Ok(Some(match event {
            TokenEvent::Issued { position, msg } => Self::Issued {
                note: leaf(position, &msg.cm1)?,
                msg,
            },
            TokenEvent::Transferred { position, msg } => Self::Transferred {
                paid: leaf(position, &msg.cm1)?,
                change: leaf(position.saturating_add(1), &msg.cm2)?,
                msg,
            },
            TokenEvent::Redeemed {
                position,
                number,
                msg,
            } => Self::Redeemed {
                change: leaf(position, &msg.cm2)?,
                number,
                msg,
            },
            TokenEvent::Seized {
                position,
                msg,
                case,
            } => Self::Seized {
                paid: leaf(position, &msg.cm1)?,
                change: leaf(position.saturating_add(1), &msg.cm2)?,
                msg,
                case,
            },
            TokenEvent::MigratedOut {
                position,
                number,
                msg,
            } => Self::MigratedOut {
                change: leaf(position, &msg.cm2)?,
                number,
                msg,
            },
            TokenEvent::MigratedIn { position, msg } => Self::MigratedIn {
                note: leaf(position, &msg.cm1)?,
                msg,
            },
            TokenEvent::VelocitySet(msg) => Self::VelocitySet(msg.rule),
            TokenEvent::PlaceUsed(place) => Self::PlaceUsed(place),
            TokenEvent::Attested { .. }
            | TokenEvent::Paused { .. }
            | TokenEvent::Switched(_)
            | TokenEvent::Pinned(_)
            | TokenEvent::SuccessorSet { .. } => return Ok(None),
        }))
    }
}

fn leaf(position: u64, commitment: &FieldBytes) -> Result<Leaf, ScanError> {
    Ok(Leaf {
        position: Position::new(position).map_err(|_| ScanError::BadLeaf(position))?,
        commitment: Commitment::from_bytes(commitment).map_err(|_| ScanError::BadLeaf(position))?,
    })
}

/// A transaction that concerns us.
#[derive(Clone, Debug)]
pub struct LedgerTx<'a> {
    /// Where it is.
    pub place: Place,
    /// Memo ciphertexts.
    pub memos: &'a [Vec<u8>],
    /// Events in order.
    pub events: Vec<LedgerEvent>,
}

/// Decodes what concerns the token, leaving out transactions without such events. `approved` are the settlement contracts
/// that the registrar approved before the block.
///
/// # Errors
/// [`ScanError::BadEvent`].
pub fn read_block<'a>(
    update: &'a BlockUpdate,
    config: &TokenConfig,
    approved: &BTreeSet<ContractId>,
) -> Result<Vec<LedgerTx<'a>>, ScanError> {
    let height = Height(update.height);
    let mut approved = Cow::Borrowed(approved);
    let mut transactions = Vec::new();
    for tx in &update.txs {
        let mut events = Vec::new();
        for event in &tx.events {
            if event.contract == config.token {
                events.extend(LedgerEvent::from_token(decode(&event.data, height)?)?);
            } else if event.contract == config.registry {
                let event = decode(&event.data, height)?;
                if let RegistryEvent::ContractApproved { contract } = &event {
                    approved.to_mut().insert(*contract);
                }
                events.push(LedgerEvent::Registry(event));
            } else if approved.contains(&event.contract) {
                events.push(LedgerEvent::Settlement {
                    contract: event.contract,
                    data: event.data.clone(),
                });
            }
        }
        if !events.is_empty() {
            transactions.push(LedgerTx {
                place: Place {
                    height,
                    tx: tx.digest,
                },
                memos: &tx.memos,
                events,
            });
        }
    }
    Ok(transactions)
}

/// borsh's `from_slice` refuses trailing bytes.
fn decode<T: BorshDeserialize>(data: &[u8], height: Height) -> Result<T, ScanError> {
    borsh::from_slice(data).map_err(|_| ScanError::BadEvent(height))
}

/// Why a block could not be applied. The state is then as it was before the block.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ScanError {
    /// The source could not answer.
    #[error("the chain source failed: {0}")]
    Source(#[from] crate::source::SourceError),
    /// Heights are not consecutive.
    #[error("got block {got} where block {expected} comes next: fetch the blocks in between")]
    Gap {
        /// The height that comes next.
        expected: Height,
        /// The height that came.
        got: Height,
    },
    /// An event of our contracts does not decode.
    #[error("an event in block {0} does not decode: check the token and registry addresses")]
    BadEvent(Height),
    /// A leaf is not where the note tree has room for it next.
    #[error(
        "an event names position {got}, the note tree continues at {expected}: sync from the start"
    )]
    Position {
        /// Where the tree continues.
        expected: u64,
        /// What the event says.
        got: u64,
    },
    /// A commitment is not canonical, or the tree is full.
    #[error("the note at position {0} cannot be in a note tree: sync from the start")]
    BadLeaf(u64),
    /// A registry event does not fit.
    #[error(transparent)]
    Directory(#[from] DirectoryError),
    /// A new auditor key is no proper key.
    #[error("the registry announced a malformed auditor key: this is not a registry of ours")]
    AuditorKey,
    /// Our registry tree is not the ledger's.
    #[error("the registry root differs from the ledger's: sync from the start, with another node")]
    RegistryRoot,
}

impl ScanError {
    /// Whether a block is the one that a reader wants next.
    ///
    /// # Errors
    /// [`Self::Gap`] if it is another one.
    pub fn check_next(update: &BlockUpdate, expected: Height) -> Result<(), Self> {
        let got = Height(update.height);
        if got == expected {
            Ok(())
        } else {
            Err(Self::Gap { expected, got })
        }
    }
}
