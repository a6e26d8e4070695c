//! What the auditor writes down.

use obolus_abi::token::TokenState;
use obolus_protocol::{
    Amount, Note, Scalar,
    audit::AuditError,
    curve::Point,
    note::{Position, Slot},
    pedersen::{Blinding, ValueCommitment},
};

use crate::notes::Place;

/// A note that the auditor rebuilt, and where it is. Equal to the ledger's commitment there.
pub type OpenedNote = (Position, Note);

/// One movement in clear. Slots name participants in the directory.
#[derive(Clone, PartialEq, Eq)]
pub enum Record {
    /// The issuer made a note.
    Issued {
        /// Block and transaction.
        place: Place,
        /// For whom.
        recipient: Slot,
        /// How much.
        amount: Amount,
        /// The note.
        note: OpenedNote,
    },
    /// One participant paid another.
    Transferred {
        /// Block and transaction.
        place: Place,
        /// Who paid.
        sender: Slot,
        /// Who was paid.
        recipient: Slot,
        /// How much.
        amount: Amount,
        /// The recipient's note.
        paid: OpenedNote,
        /// The sender's change.
        change: OpenedNote,
    },
    /// A participant redeemed.
    Redeemed {
        /// Block and transaction.
        place: Place,
        /// Who.
        holder: Slot,
        /// How much.
        amount: Amount,
        /// Hash of the payout instruction.
        payout_reference: [u8; 32],
        /// The holder's change.
        change: OpenedNote,
    },
}

impl Record {
    /// Block and transaction.
    pub const fn place(&self) -> &Place {
        match self {
            Self::Issued { place, .. }
            | Self::Transferred { place, .. }
            | Self::Redeemed { place, .. } => place,
        }
    }

    /// How much moved.
    pub const fn amount(&self) -> Amount {
        match self {
            Self::Issued { amount, .. }
            | Self::Transferred { amount, .. }
            | Self::Redeemed { amount, .. } => *amount,
        }
    }

    /// The notes that came into being, with their owners' slots.
    pub fn notes(&self) -> Vec<(Slot, &OpenedNote)> {
        match self {
            Self::Issued {
                recipient, note, ..
            } => vec![(*recipient, note)],
            Self::Transferred {
                sender,
                recipient,
                paid,
                change,
                ..
            } => vec![(*recipient, paid), (*sender, change)],
            Self::Redeemed { holder, change, .. } => vec![(*holder, change)],
        }
    }
}

/// Sums over one participant.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Total {
    /// Issued to it.
    pub issued: u128,
    /// Paid to it, by itself too.
    pub received: u128,
    /// Paid by it, to itself too.
    pub sent: u128,
    /// Redeemed by it.
    pub redeemed: u128,
}

impl Total {
    /// What it must hold. The proofs keep this from being negative; a finding may be missing from
    /// the sums, and then nothing is what can be said.
    pub const fn balance(&self) -> Option<u128> {
        (self.issued + self.received).checked_sub(self.sent + self.redeemed)
    }
}

/// Issued and redeemed, with the openings of the commitments that the token adds up.
#[derive(Clone)]
pub struct Supply {
    /// Sum of all issues.
    pub issued: u128,
    /// Sum of all redemptions.
    pub redeemed: u128,
    issued_blinding: Blinding,
    redeemed_blinding: Blinding,
}

impl Supply {
    /// What is in circulation.
    pub const fn circulating(&self) -> Option<u128> {
        self.issued.checked_sub(self.redeemed)
    }

    /// Compares both sums with the token's hidden ones; call at the tip.
    ///
    /// # Errors
    /// [`AuditError::Commitment`] when they differ, [`AuditError::Malformed`] for a state that is
    /// none.
    pub fn check(&self, state: &TokenState) -> Result<(), AuditError> {
        let issued = ValueCommitment::commit_total(self.issued, &self.issued_blinding);
        let redeemed = ValueCommitment::commit_total(self.redeemed, &self.redeemed_blinding);
        let decode = |bytes| Point::decode(bytes).map_err(|_| AuditError::Malformed);
        if *issued.point() == decode(&state.issued)?
            && *redeemed.point() == decode(&state.redeemed)?
        {
            Ok(())
        } else {
            Err(AuditError::Commitment)
        }
    }

    pub(super) fn issue(&mut self, amount: Amount, blinding: &Blinding) {
        self.issued += u128::from(amount.get());
        self.issued_blinding = sum(&self.issued_blinding, blinding);
    }

    pub(super) fn redeem(&mut self, amount: Amount, blinding: &Blinding) {
        self.redeemed += u128::from(amount.get());
        self.redeemed_blinding = sum(&self.redeemed_blinding, blinding);
    }
}

impl Default for Supply {
    fn default() -> Self {
        let zero = Scalar::from(0_u64);
        Self {
            issued: 0,
            redeemed: 0,
            issued_blinding: Blinding::new(zero),
            redeemed_blinding: Blinding::new(zero),
        }
    }
}

fn sum(a: &Blinding, b: &Blinding) -> Blinding {
    Blinding::new(*a.scalar() + *b.scalar())
}

/// Something that the auditor could not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Block and transaction.
    pub place: Place,
    /// Why.
    pub reason: AuditError,
}
