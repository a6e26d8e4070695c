//! The sample trees themselves: paths of one tree agree, near and far.

use proptest::prelude::*;
use rand::{SeedableRng, rngs::StdRng};

use crate::{field::Fr, statement::sample, tree::MerklePath};

proptest! {
    #[test]
    fn paths_of_one_tree_lead_to_one_root(
        seed: u64,
        first in 0_u64..1 << 18,
        step in 1_u64..1 << 18,
        shift in 0_u32..18,
    ) {
        let second = (first + (step >> shift).max(1)) % (1 << 18);
        let leaves = [(first, Fr::from(seed)), (second, Fr::from(7_u64))];
        let [a, b]: [MerklePath<9>; 2] = sample::paths(leaves, &mut StdRng::seed_from_u64(seed));
        prop_assert_eq!(a.index(), first);
        prop_assert_eq!(b.index(), second);
        prop_assert_eq!(a.root(leaves[0].1), b.root(leaves[1].1));
        prop_assert_ne!(a.root(leaves[1].1), b.root(leaves[1].1));
    }
}
