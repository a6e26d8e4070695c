//! Payments: a user's own, one that a contract passes on, one out of a deal's notes, and a seizure.

use crate::{DealId, FieldBytes, PointBytes, TransferInputs};

crate::schema_types! {
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
    /// Arguments of `seize`: the notes of a frozen participant are paid to whom an order names, without its signature;
    /// memos as in `transfer`. The change returns to the owner, who stays frozen.
    pub struct SeizeMsg {
        /// The payment; `sender_root` is a FROZEN root. Nobody signs under `rk`.
        pub transfer: TransferMsg,
        /// Hash of the order that the seizure carries out.
        pub case: [u8; 32],
    }
}
