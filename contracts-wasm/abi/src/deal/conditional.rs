//! A payment that waits for a condition: an oracle's attestation, approvals, or a time.

use alloc::vec::Vec;

use super::{Leg, LegTerms, preimage};
use crate::{ContractId, DealId, PointBytes, RoleKey, RoleSet};

const DOMAIN: &[u8] = b"obolus 2026 conditional deal v1";
const ATTESTATION: &[u8] = b"obolus 2026 attestation v1";

crate::schema_types! {
    /// When the payee is to be paid.
    pub enum Condition {
        /// When the oracle attests that a statement is true; the payer gets its money back when it attests the contrary.
        Oracle {
            /// The oracle's Ed25519 key.
            key: RoleKey,
            /// Hash of the statement's text, which the parties and the oracle know. Whoever reuses a statement reuses its
            /// attestations.
            statement: [u8; 32],
        },
        /// When enough of the named approvers have approved.
        Approvals(RoleSet),
        /// From a time on, milliseconds since 1970; not after the expiry.
        Time(u64),
    }
    /// What the id of a conditional payment stands for.
    pub struct ConditionalHeader {
        /// The token.
        pub token: ContractId,
        /// One-time key of the payer: its spend-validating key, re-randomised for this deal.
        pub payer: PointBytes,
        /// One-time key of the payee.
        pub payee: PointBytes,
        /// The condition.
        pub condition: Condition,
        /// Milliseconds since 1970; a condition that is not fulfilled until then never will be.
        pub expiry_ms: u64,
        /// Makes the id unique.
        pub nonce: [u8; 32],
    }
}

impl ConditionalHeader {
    /// What is hashed (BLAKE3) to the deal's id.
    pub fn preimage(&self) -> Vec<u8> {
        preimage(DOMAIN, self)
    }
}

crate::schema_types! {
    /// Arguments of `open`, signed under the payer's key.
    pub struct OpenConditionalMsg {
        /// What the id stands for.
        pub header: ConditionalHeader,
        /// The leg.
        pub leg: LegTerms,
    }
    /// Arguments of `attest`; anybody may bring an attestation.
    #[derive(Copy)]
    pub struct AttestMsg {
        /// The deal.
        pub deal: DealId,
        /// What the oracle says of the statement.
        pub outcome: bool,
        /// Its Ed25519 signature over [`attestation`].
        pub signature: [u8; 64],
    }
}

/// What an oracle signs. It names no deal, so that the oracle need not know of any.
pub fn attestation(statement: &[u8; 32], outcome: bool) -> Vec<u8> {
    let mut bytes = Vec::from(ATTESTATION);
    bytes.extend_from_slice(statement);
    bytes.push(u8::from(outcome));
    bytes
}

crate::schema_types! {
    /// What became of a condition.
    #[derive(Copy)]
    pub enum Verdict {
        /// Nothing yet.
        Open,
        /// It is fulfilled: the payee is paid, whenever.
        Fulfilled,
        /// It failed, or the payee gave up: the payer gets its money back.
        Failed,
    }
    /// A conditional payment as `deal` returns it.
    pub struct Conditional {
        /// One-time key of the payer.
        pub payer: PointBytes,
        /// One-time key of the payee.
        pub payee: PointBytes,
        /// The condition.
        pub condition: Condition,
        /// Milliseconds since 1970.
        pub expiry_ms: u64,
        /// What was decided. A time, and an expiry, decide without being written down.
        pub verdict: Verdict,
        /// The first attestation that came, if one did.
        pub attested: Option<bool>,
        /// Approvers that have approved, in ascending order.
        pub approved: Vec<RoleKey>,
        /// The leg.
        pub leg: Leg,
    }
    /// What the contract emits.
    #[expect(
        clippy::large_enum_variant,
        reason = "events are built, encoded and dropped, never kept in bulk"
    )]
    pub enum ConditionalEvent {
        /// A deal opened.
        Opened {
            /// Its id.
            deal: DealId,
            /// Its terms.
            terms: OpenConditionalMsg,
        },
        /// Its leg was funded.
        Deposited {
            /// The deal.
            deal: DealId,
            /// Position of the locked note.
            position: u64,
        },
        /// Approvers approved.
        Approved {
            /// The deal.
            deal: DealId,
            /// How many have by now.
            count: u8,
        },
        /// The condition was decided.
        Decided {
            /// The deal.
            deal: DealId,
            /// Fulfilled, or failed.
            fulfilled: bool,
        },
        /// The oracle attested both outcomes. The first one that came counts; the signature is evidence against the oracle.
        Equivocated {
            /// The deal.
            deal: DealId,
            /// The second attestation.
            attestation: AttestMsg,
        },
        /// The payee has the money.
        Released {
            /// The deal.
            deal: DealId,
        },
        /// The payer has it back.
        Refunded {
            /// The deal.
            deal: DealId,
        },
    }
}
