//! The definition of a tree, computed in full: what the other trees are tested against.

use ark_ff::AdditiveGroup;

use super::{Fr, compress4};

/// All levels of the tree over `leaves`, lowest first, empty leaves filled in.
pub struct Naive<const DEPTH: usize> {
    levels: Vec<Vec<Fr>>,
}

impl<const DEPTH: usize> Naive<DEPTH> {
    pub fn new(leaves: &[Fr]) -> Self {
        let mut level = leaves.to_vec();
        level.resize(1 << (2 * DEPTH), Fr::ZERO);
        let mut levels = vec![level];
        for _ in 0..DEPTH {
            let (groups, rest) = levels.last().unwrap().as_chunks::<4>();
            assert!(rest.is_empty());
            levels.push(groups.iter().map(compress4).collect());
        }
        Self { levels }
    }

    pub fn root(&self) -> Fr {
        self.levels[DEPTH][0]
    }

    pub fn siblings(&self, index: usize) -> [[Fr; 3]; DEPTH] {
        core::array::from_fn(|level| {
            let own = index >> (2 * level);
            let others = (0..4).map(|i| own / 4 * 4 + i).filter(|i| *i != own);
            let nodes: Vec<Fr> = others.map(|i| self.levels[level][i]).collect();
            nodes.try_into().unwrap()
        })
    }
}

/// Distinct non-zero leaves.
pub fn leaves(count: u64) -> Vec<Fr> {
    (1..=count).map(|i| Fr::from(i * 1_000_003)).collect()
}
