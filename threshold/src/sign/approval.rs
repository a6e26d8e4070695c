//! What a member agreed to: the digest of a body that it was shown, and of nothing else.

use obolus_abi::TxDigest;
use obolus_protocol::tx::TxBody;

/// A member's consent to one transaction. It is made of the body, not of a digest that somebody sent: a digest cannot be
/// looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Approval(TxDigest);

impl Approval {
    /// Consents to this body, after it was shown.
    pub fn of(body: &TxBody) -> Self {
        Self(body.digest())
    }

    /// The transaction.
    pub const fn digest(&self) -> &TxDigest {
        &self.0
    }
}
