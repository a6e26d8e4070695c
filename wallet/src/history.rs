//! What happened to a wallet's money, in the order of the ledger.

use core::fmt;

use obolus_protocol::{Amount, Owner, memo::MemoText, note::Position};

use crate::notes::Place;

/// One event of a wallet's history.
#[derive(Clone, PartialEq, Eq)]
pub struct Entry {
    /// Block and transaction.
    pub place: Place,
    /// The block's time in milliseconds since 1970.
    pub time_ms: u64,
    /// What happened.
    pub movement: Movement,
}

/// What happened. Texts are what the memo said; the ledger does not vouch for them.
#[derive(Clone, PartialEq, Eq)]
pub enum Movement {
    /// The issuer made a note for us.
    Issued {
        /// How much.
        amount: Amount,
        /// The memo's text.
        text: MemoText,
    },
    /// Somebody paid us.
    Received {
        /// How much.
        amount: Amount,
        /// Who for certain, if the payer showed itself; a text that names somebody else vouches for nothing.
        payer: Option<Owner>,
        /// The memo's text.
        text: MemoText,
    },
    /// We paid somebody.
    Sent {
        /// Whom, as our own memo noted.
        to: Owner,
        /// How much: what our notes held less the change.
        amount: Amount,
        /// The memo's text.
        text: MemoText,
    },
    /// We redeemed.
    Redeemed {
        /// How much: what our notes held less the change.
        amount: Amount,
        /// The memo's text.
        text: MemoText,
    },
    /// We are frozen, and notes of ours were paid to another by order.
    Seized {
        /// To whom, as the memo for us says.
        to: Owner,
        /// How much: what our notes held less the change.
        amount: Amount,
        /// The memo's text.
        text: MemoText,
    },
    /// We moved value to the token's successor.
    MovedOut {
        /// How much: what our notes held less the change.
        amount: Amount,
    },
    /// Value of ours came from the token's predecessor.
    MovedIn {
        /// How much.
        amount: Amount,
    },
    /// We paid ourselves, to merge notes or to move them.
    Merged {
        /// What the notes held.
        amount: u128,
        /// The memo's text.
        text: MemoText,
    },
    /// A memo for us opened, but it lies about the note on the ledger. The money may exist: ask the
    /// auditor to deliver the note's opening again.
    Unreadable {
        /// Position of the note that the memo was about.
        position: Position,
    },
    /// Our notes were spent, and no readable memo says what became of them: another wallet with the
    /// same seed made the transaction, or the change is unreadable. Ask the auditor.
    Unexplained {
        /// What the spent notes held.
        spent: u128,
    },
}

/// Amounts and texts are the owner's business, logs are not.
impl fmt::Debug for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Entry")
            .field("place", &self.place)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Movement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Issued { .. } => "Issued(redacted)",
            Self::Received { .. } => "Received(redacted)",
            Self::Sent { .. } => "Sent(redacted)",
            Self::Redeemed { .. } => "Redeemed(redacted)",
            Self::Seized { .. } => "Seized(redacted)",
            Self::MovedOut { .. } => "MovedOut(redacted)",
            Self::MovedIn { .. } => "MovedIn(redacted)",
            Self::Merged { .. } => "Merged(redacted)",
            Self::Unreadable { .. } => "Unreadable",
            Self::Unexplained { .. } => "Unexplained(redacted)",
        })
    }
}
