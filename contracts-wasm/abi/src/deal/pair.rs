//! Two legs against each other: delivery versus payment, payment versus payment. Both are released in one
//! transaction, or neither.

use alloc::vec::Vec;

use super::{Leg, LegTerms, preimage};
use crate::token::TransferMsg;
use crate::{ContractId, DealId, FieldBytes, KeyId, PointBytes, RatioInputs};

const DOMAIN: &[u8] = b"obolus 2026 pair deal v1";

crate::schema_types! {
    /// What the id of a pair stands for. Party `i` pays leg `i` and receives the other.
    pub struct PairHeader {
        /// The legs' tokens; two different ones.
        pub tokens: [ContractId; 2],
        /// One-time keys of the parties: their spend-validating keys, re-randomised for this deal.
        pub parties: [PointBytes; 2],
        /// Until this time, milliseconds since 1970, the deal can be settled; after it each party takes its leg back.
        pub expiry_ms: u64,
        /// Makes the id unique.
        pub nonce: [u8; 32],
    }
}

impl PairHeader {
    /// What is hashed (BLAKE3) to the deal's id.
    pub fn preimage(&self) -> Vec<u8> {
        preimage(DOMAIN, self)
    }
}

crate::schema_types! {
    /// Arguments of `open`, signed under the first party's key.
    pub struct OpenPairMsg {
        /// What the id stands for.
        pub header: PairHeader,
        /// The legs, of the header's tokens in its order.
        pub legs: [LegTerms; 2],
    }
    /// An exchange rate: `deposit 1 = floor(deposit 0 · p / q)`, in minor units.
    #[derive(Copy)]
    pub struct RateMsg {
        /// Minor units of the second token…
        pub p: u64,
        /// …for this many of the first; not zero.
        pub q: u64,
    }
    /// Arguments of pvp's `open`: as [`OpenPairMsg`], with a proof of the rate.
    pub struct OpenPvpMsg {
        /// The pair.
        pub pair: OpenPairMsg,
        /// The agreed rate. Public; the amounts are not.
        pub rate: RateMsg,
    }
}

impl OpenPvpMsg {
    /// The public inputs of the proof that the two deposits stand in the rate.
    pub fn inputs(&self, context: FieldBytes) -> RatioInputs<FieldBytes> {
        let [first, second] = &self.pair.legs;
        RatioInputs {
            cm1: first.deposit,
            owner1: first.owner,
            cm2: second.deposit,
            owner2: second.owner,
            p: FieldBytes::from_u64(self.rate.p),
            q: FieldBytes::from_u64(self.rate.q),
            context,
        }
    }
}

crate::schema_types! {
    /// Arguments of pvp's `init`.
    #[derive(Copy)]
    pub struct PvpInit {
        /// Verifying key that `ratio` proofs must use.
        pub ratio_key: KeyId,
    }
    /// Arguments of `settle`: pays both legs out to their payees.
    pub struct SettleMsg {
        /// The deal.
        pub deal: DealId,
        /// The payments out of the legs' notes; the first commitments are the agreed ones.
        pub transfers: [TransferMsg; 2],
    }
    /// A pair as `deal` returns it.
    pub struct Pair {
        /// One-time keys of the parties.
        pub parties: [PointBytes; 2],
        /// Last time of settlement, milliseconds since 1970.
        pub expiry_ms: u64,
        /// The legs.
        pub legs: [Leg; 2],
    }
    /// What the contracts of pairs emit.
    #[expect(
        clippy::large_enum_variant,
        reason = "events are built, encoded and dropped, never kept in bulk"
    )]
    pub enum PairEvent {
        /// A deal opened.
        Opened {
            /// Its id.
            deal: DealId,
            /// Its terms.
            terms: OpenPairMsg,
            /// Its rate, if it is agreed to one.
            rate: Option<RateMsg>,
        },
        /// A leg was funded.
        Deposited {
            /// The deal.
            deal: DealId,
            /// Which leg.
            leg: u8,
            /// Position of the locked note.
            position: u64,
        },
        /// Both legs went to their payees.
        Settled {
            /// The deal.
            deal: DealId,
        },
        /// A leg went back to its payer.
        Refunded {
            /// The deal.
            deal: DealId,
            /// Which leg.
            leg: u8,
        },
        /// Two payments were made in one transaction, without a deal.
        Swapped {
            /// The tokens.
            tokens: [ContractId; 2],
        },
    }
}
