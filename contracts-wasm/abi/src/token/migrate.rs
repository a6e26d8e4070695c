//! Moving to a successor: a note's value leaves one token and enters another, hidden, under one value commitment.

use super::RedeemMsg;
use crate::{ContractId, FieldBytes, IssueInputs, PointBytes};

crate::schema_types! {
    /// Arguments of `set_successor`.
    #[derive(Copy)]
    pub struct SetSuccessorMsg {
        /// The token into which notes may move; its code is frozen. Set once.
        pub contract: ContractId,
    }
    /// Arguments of `migrate_in`: notes of the predecessor are spent there, and their value becomes a note here. Memo 0 is
    /// for the recipient, memo 1 for the holder.
    pub struct MigrateMsg {
        /// What leaves the predecessor: the arguments of its `migrate_out`.
        pub out: RedeemMsg,
        /// Registry root of this token for the recipient.
        pub recipient_root: FieldBytes,
        /// Commitment of the note that enters.
        pub cm1: FieldBytes,
        /// Ephemeral point of the audit ciphertext.
        pub r: PointBytes,
        /// Audit ciphertext: amount and slot.
        pub c1: FieldBytes,
        /// Audit ciphertext: note randomness.
        pub c2: FieldBytes,
        /// Audit ciphertext: blinding of `out.cv`.
        pub c3: FieldBytes,
    }
}

impl MigrateMsg {
    /// The public inputs of the `issue` proof. The value commitment is the one that leaves, so the amount is the same; the
    /// nonce is the spent note's nullifier, which no issue and no other move has, so the audit key stream never repeats.
    pub fn inputs(&self, auditor: &PointBytes, context: FieldBytes) -> IssueInputs<FieldBytes> {
        IssueInputs {
            recipient_root: self.recipient_root,
            cm1: self.cm1,
            cv_x: self.out.cv.x(),
            cv_y: self.out.cv.y(),
            p_x: auditor.x(),
            p_y: auditor.y(),
            r_x: self.r.x(),
            r_y: self.r.y(),
            c1: self.c1,
            c2: self.c2,
            c3: self.c3,
            nonce: self.out.nf1,
            context,
        }
    }
}
