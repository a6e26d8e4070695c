//! Issues.

use crate::{FieldBytes, IssueInputs, PointBytes};

crate::schema_types! {
    /// Arguments of `issue` and of `issue_backed`; memo 0 is for the recipient.
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
