//! Scheduled payments out of notes that are locked in advance; the payer can cancel what is not due yet.

use alloc::vec::Vec;

use super::{Leg, LegTerms, preimage};
use crate::{ContractId, DealId, PointBytes};

const DOMAIN: &[u8] = b"obolus 2026 standing deal v1";

crate::schema_types! {
    /// What the id of a standing order stands for.
    pub struct StandingHeader {
        /// The token.
        pub token: ContractId,
        /// One-time key of the payer: its spend-validating key, re-randomised for this order.
        pub payer: PointBytes,
        /// When each payment is due, milliseconds since 1970, strictly ascending; at least one, at most 8
        /// ([`MAX_LEGS`](super::MAX_LEGS)).
        pub due_ms: Vec<u64>,
        /// Makes the id unique.
        pub nonce: [u8; 32],
    }
}

impl StandingHeader {
    /// What is hashed (BLAKE3) to the order's id.
    pub fn preimage(&self) -> Vec<u8> {
        preimage(DOMAIN, self)
    }
}

crate::schema_types! {
    /// Arguments of `open`, signed under the payer's key. Each payment has a leg of its own, so that nobody can take one
    /// payment's note for another's.
    pub struct OpenStandingMsg {
        /// What the id stands for.
        pub header: StandingHeader,
        /// One leg for each payment, all of the header's token.
        pub legs: Vec<LegTerms>,
    }
    /// A standing order as `deal` returns it.
    pub struct Standing {
        /// One-time key of the payer.
        pub payer: PointBytes,
        /// Payments due after this time, milliseconds since 1970, are cancelled; none are if there is no such time.
        pub cancelled_ms: Option<u64>,
        /// When each payment is due, and its leg.
        pub payments: Vec<(u64, Leg)>,
    }
    /// What the contract emits.
    pub enum StandingEvent {
        /// An order opened.
        Opened {
            /// Its id.
            deal: DealId,
            /// Its terms.
            terms: OpenStandingMsg,
        },
        /// A payment was funded.
        Deposited {
            /// The order.
            deal: DealId,
            /// Which payment.
            leg: u8,
            /// Position of the locked note.
            position: u64,
        },
        /// A payment was made.
        Released {
            /// The order.
            deal: DealId,
            /// Which payment.
            leg: u8,
        },
        /// What is due after a time was cancelled.
        Cancelled {
            /// The order.
            deal: DealId,
            /// Milliseconds since 1970.
            after_ms: u64,
        },
        /// A cancelled payment went back to the payer.
        Refunded {
            /// The order.
            deal: DealId,
            /// Which payment.
            leg: u8,
        },
    }
}
