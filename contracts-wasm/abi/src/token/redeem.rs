//! Redemptions.

use crate::{FieldBytes, PointBytes, RedeemInputs};

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
