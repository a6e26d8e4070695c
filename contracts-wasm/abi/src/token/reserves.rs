//! Reserves: who attests them, what was attested, and the statement that they cover the hidden supply.

use crate::{FieldBytes, PointBytes, RoleSet, SupplyInputs};

/// Most reserves that can be attested, in minor units: the statement's numbers have 96 bits.
pub const MAX_RESERVES: u128 = (1 << 96) - 1;

crate::schema_types! {
    /// Who attests the reserves, and what depends on it.
    pub struct ReservesRule {
        /// Who attests.
        pub attestor: RoleSet,
        /// Strict backing: an issue must fit into the reserves attested last.
        pub strict: bool,
    }
    /// Arguments of `attest`: the reserves cover what is in circulation.
    #[derive(Copy)]
    pub struct AttestMsg {
        /// Reserves in minor units, below 2^96: what is held for the notes in circulation, without what is owed for
        /// redemptions that `redeemed` counts.
        pub reserves: u128,
        /// Height of the block for which the reserves were counted.
        pub as_of_height: u64,
        /// Hash of the attestation's document.
        pub document: [u8; 32],
        /// Sum of all issues, as it is now.
        pub issued: PointBytes,
        /// Sum that redemptions had reached by that block: later ones are paid out of the reserves that were counted.
        pub redeemed: PointBytes,
    }
    /// The last attestation of reserves.
    #[derive(Copy)]
    pub struct Backing {
        /// Reserves in minor units.
        pub reserves: u128,
        /// Height of the block for which they were counted.
        pub as_of_height: u64,
        /// Height of the block in which they were attested.
        pub attested_height: u64,
        /// Hash of the attestation's document.
        pub document: [u8; 32],
        /// Sum of the redemptions that were counted as gone.
        pub redeemed: PointBytes,
        /// How many these were.
        pub redemptions: u64,
    }
}

/// The public inputs of the statement that reserves cover a supply, given as the commitment issued − redeemed.
pub fn supply_inputs(
    supply: &PointBytes,
    reserves: u128,
    context: FieldBytes,
) -> SupplyInputs<FieldBytes> {
    SupplyInputs {
        c_x: supply.x(),
        c_y: supply.y(),
        reserves: FieldBytes::from_u128(reserves),
        context,
    }
}
