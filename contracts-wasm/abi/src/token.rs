//! The shielded token: messages, events, errors.

mod error;

use alloc::string::String;

pub use error::TokenError;

use crate::{
    ContractId, DealId, FieldBytes, IssueInputs, KeyId, PointBytes, RedeemInputs, RoleSet,
    TransferInputs,
};

/// Number of 4-ary levels of the note tree.
pub const NOTE_TREE_DEPTH: u8 = 17;
/// Accumulator number of the note tree in the token's storage.
pub const NOTE_TREE: u32 = 0;

/// Longest text in a memo, in bytes; shorter texts are padded so that sizes tell nothing.
pub const MEMO_TEXT_LEN: usize = 256;
/// What HPKE adds to a memo: the encapsulated X25519 key (32) and the Poly1305 tag (16).
pub const MEMO_OVERHEAD: usize = 32 + 16;
/// Bytes of the recipient's memo ciphertext: token id, value, note randomness, text length, text.
pub const RECIPIENT_MEMO_LEN: usize = 32 + 8 + 32 + 2 + MEMO_TEXT_LEN + MEMO_OVERHEAD;
/// Bytes of the sender's own memo ciphertext: token id, change value, change randomness, paid
/// amount, recipient's owner hash, text length, text.
pub const SELF_MEMO_LEN: usize = 32 + 8 + 32 + 8 + 32 + 2 + MEMO_TEXT_LEN + MEMO_OVERHEAD;

crate::schema_types! {
    /// Verifying keys pinned per entry.
    #[derive(Copy)]
    pub struct CircuitPins {
        /// For `transfer`, `transfer_for` and `transfer_deal`.
        pub transfer: KeyId,
        /// For `issue`.
        pub issue: KeyId,
        /// For `redeem`.
        pub redeem: KeyId,
    }
    /// A circuit that the operator can switch off.
    #[derive(Copy)]
    pub enum Circuit {
        /// `transfer`.
        Transfer,
        /// `issue`.
        Issue,
        /// `redeem`.
        Redeem,
    }
    /// Arguments of `init`.
    pub struct TokenInit {
        /// Display name, at most 64 bytes.
        pub name: String,
        /// Unit: an ISO 4217 code or an instrument code, at most 12 bytes.
        pub unit: String,
        /// Decimal digits of the minor unit.
        pub exponent: u8,
        /// The token's registry.
        pub registry: ContractId,
        /// Who issues.
        pub issuer: RoleSet,
        /// Who pauses, and switches or re-pins circuits.
        pub operator: RoleSet,
        /// Verifying keys in force.
        pub pins: CircuitPins,
    }
    /// Arguments of `transfer` and of `transfer_for`, by which an approved contract passes a user's payment on; memo 0 is
    /// for the recipient, memo 1 for the sender, one pair for each payment of the transaction.
    pub struct TransferMsg {
        /// Note-tree root.
        pub anchor: FieldBytes,
        /// Registry root for the sender.
        pub sender_root: FieldBytes,
        /// Registry root for the recipient.
        pub recipient_root: FieldBytes,
        /// First nullifier.
        pub nf1: FieldBytes,
        /// Second nullifier.
        pub nf2: FieldBytes,
        /// Recipient's commitment.
        pub cm1: FieldBytes,
        /// Change commitment.
        pub cm2: FieldBytes,
        /// Re-randomised spend key.
        pub rk: PointBytes,
        /// Ephemeral point of the audit ciphertext.
        pub r: PointBytes,
        /// Audit ciphertext: amounts and slots.
        pub c1: FieldBytes,
        /// Audit ciphertext: recipient's note randomness.
        pub c2: FieldBytes,
    }
}

impl TransferMsg {
    /// The proof's public inputs.
    pub fn inputs(&self, auditor: &PointBytes, context: FieldBytes) -> TransferInputs<FieldBytes> {
        TransferInputs {
            anchor: self.anchor,
            sender_root: self.sender_root,
            recipient_root: self.recipient_root,
            nf1: self.nf1,
            nf2: self.nf2,
            cm1: self.cm1,
            cm2: self.cm2,
            rk_x: self.rk.x(),
            rk_y: self.rk.y(),
            p_x: auditor.x(),
            p_y: auditor.y(),
            r_x: self.r.x(),
            r_y: self.r.y(),
            c1: self.c1,
            c2: self.c2,
            context,
        }
    }

    /// The message of a payment with these public inputs: undoes [`Self::inputs`].
    pub fn of(inputs: &TransferInputs<FieldBytes>) -> Self {
        Self {
            anchor: inputs.anchor,
            sender_root: inputs.sender_root,
            recipient_root: inputs.recipient_root,
            nf1: inputs.nf1,
            nf2: inputs.nf2,
            cm1: inputs.cm1,
            cm2: inputs.cm2,
            rk: PointBytes::from_xy(&inputs.rk_x, &inputs.rk_y),
            r: PointBytes::from_xy(&inputs.r_x, &inputs.r_y),
            c1: inputs.c1,
            c2: inputs.c2,
        }
    }
}

crate::schema_types! {
    /// Arguments of `transfer_deal`: a contract spends a note of one of its deals. One transaction may
    /// settle several legs, so it carries one pair of memos (recipient, self) for each of them.
    pub struct TransferDealMsg {
        /// The deal, of the immediate caller.
        pub deal: DealId,
        /// The transfer; `rk` must be the deal's point.
        pub transfer: TransferMsg,
    }
    /// Arguments of `issue`; memo 0 is for the recipient.
    pub struct IssueMsg {
        /// Registry root for the recipient.
        pub recipient_root: FieldBytes,
        /// Commitment of the issued note.
        pub cm1: FieldBytes,
        /// Pedersen commitment to the amount.
        pub cv: PointBytes,
        /// Ephemeral point of the audit ciphertext.
        pub r: PointBytes,
        /// Audit ciphertext: amount and slot.
        pub c1: FieldBytes,
        /// Audit ciphertext: note randomness.
        pub c2: FieldBytes,
        /// Audit ciphertext: blinding of `cv`.
        pub c3: FieldBytes,
        /// The token's issue counter.
        pub nonce: u64,
    }
}

impl IssueMsg {
    /// The proof's public inputs.
    pub fn inputs(&self, auditor: &PointBytes, context: FieldBytes) -> IssueInputs<FieldBytes> {
        IssueInputs {
            recipient_root: self.recipient_root,
            cm1: self.cm1,
            cv_x: self.cv.x(),
            cv_y: self.cv.y(),
            p_x: auditor.x(),
            p_y: auditor.y(),
            r_x: self.r.x(),
            r_y: self.r.y(),
            c1: self.c1,
            c2: self.c2,
            c3: self.c3,
            nonce: FieldBytes::from_u64(self.nonce),
            context,
        }
    }

    /// The message of an issue with these public inputs: undoes [`Self::inputs`]. The nonce is among them, as a field
    /// element.
    pub fn of(inputs: &IssueInputs<FieldBytes>, nonce: u64) -> Self {
        Self {
            recipient_root: inputs.recipient_root,
            cm1: inputs.cm1,
            cv: PointBytes::from_xy(&inputs.cv_x, &inputs.cv_y),
            r: PointBytes::from_xy(&inputs.r_x, &inputs.r_y),
            c1: inputs.c1,
            c2: inputs.c2,
            c3: inputs.c3,
            nonce,
        }
    }
}

crate::schema_types! {
    /// Arguments of `redeem`; memo 0 is for the holder.
    pub struct RedeemMsg {
        /// Note-tree root.
        pub anchor: FieldBytes,
        /// Registry root for the holder.
        pub sender_root: FieldBytes,
        /// First nullifier.
        pub nf1: FieldBytes,
        /// Second nullifier.
        pub nf2: FieldBytes,
        /// Change commitment.
        pub cm2: FieldBytes,
        /// Re-randomised spend key.
        pub rk: PointBytes,
        /// Pedersen commitment to the redeemed amount.
        pub cv: PointBytes,
        /// Ephemeral point of the audit ciphertext.
        pub r: PointBytes,
        /// Audit ciphertext: amounts and slot.
        pub c1: FieldBytes,
        /// Audit ciphertext: blinding of `cv`.
        pub c2: FieldBytes,
        /// Hash of the off-ledger payout instruction; bound through the transaction digest.
        pub payout_reference: [u8; 32],
    }
}

impl RedeemMsg {
    /// The proof's public inputs.
    pub fn inputs(&self, auditor: &PointBytes, context: FieldBytes) -> RedeemInputs<FieldBytes> {
        RedeemInputs {
            anchor: self.anchor,
            sender_root: self.sender_root,
            nf1: self.nf1,
            nf2: self.nf2,
            cm2: self.cm2,
            rk_x: self.rk.x(),
            rk_y: self.rk.y(),
            cv_x: self.cv.x(),
            cv_y: self.cv.y(),
            p_x: auditor.x(),
            p_y: auditor.y(),
            r_x: self.r.x(),
            r_y: self.r.y(),
            c1: self.c1,
            c2: self.c2,
            context,
        }
    }

    /// The message of a redemption with these public inputs: undoes [`Self::inputs`]. What is paid out where is bound by
    /// the context alone.
    pub fn of(inputs: &RedeemInputs<FieldBytes>, payout_reference: [u8; 32]) -> Self {
        Self {
            anchor: inputs.anchor,
            sender_root: inputs.sender_root,
            nf1: inputs.nf1,
            nf2: inputs.nf2,
            cm2: inputs.cm2,
            rk: PointBytes::from_xy(&inputs.rk_x, &inputs.rk_y),
            cv: PointBytes::from_xy(&inputs.cv_x, &inputs.cv_y),
            r: PointBytes::from_xy(&inputs.r_x, &inputs.r_y),
            c1: inputs.c1,
            c2: inputs.c2,
            payout_reference,
        }
    }
}

crate::schema_types! {
    /// Arguments of `set_switch`.
    #[derive(Copy)]
    pub struct SetSwitchMsg {
        /// Which circuit.
        pub circuit: Circuit,
        /// Accepted or refused.
        pub enabled: bool,
    }
    /// Arguments of `set_pin`.
    #[derive(Copy)]
    pub struct SetPinMsg {
        /// Which circuit.
        pub circuit: Circuit,
        /// The verifying key accepted from now on.
        pub key: KeyId,
    }
    /// Arguments of `set_paused`.
    #[derive(Copy)]
    pub struct SetPausedMsg {
        /// Paused: no issue, transfer or redemption.
        pub paused: bool,
    }
    /// Returned by the read-only `state`.
    pub struct TokenState {
        /// Settings as given at `init`, pins as in force.
        pub settings: TokenInit,
        /// Sum of the value commitments of all issues.
        pub issued: PointBytes,
        /// Sum of the value commitments of all redemptions.
        pub redeemed: PointBytes,
        /// The next issue's nonce.
        pub issue_nonce: u64,
        /// Whether the token is paused.
        pub paused: bool,
        /// Which circuits are switched on: transfer, issue, redeem.
        pub enabled: [bool; 3],
    }
    /// What the token emits. Positions are leaf indices in the note tree.
    pub enum TokenEvent {
        /// A note was issued.
        Issued {
            /// Position of `cm1`.
            position: u64,
            /// The message, with the audit ciphertext.
            msg: IssueMsg,
        },
        /// A confidential payment.
        Transferred {
            /// Position of `cm1`; `cm2` follows it.
            position: u64,
            /// The message, with the audit ciphertext.
            msg: TransferMsg,
        },
        /// A redemption.
        Redeemed {
            /// Position of `cm2`.
            position: u64,
            /// The message, with the audit ciphertext.
            msg: RedeemMsg,
        },
        /// Paused or resumed.
        Paused {
            /// The new state.
            paused: bool,
        },
        /// A circuit was switched.
        Switched(SetSwitchMsg),
        /// A circuit was re-pinned.
        Pinned(SetPinMsg),
    }
}

#[cfg(test)]
mod tests;
