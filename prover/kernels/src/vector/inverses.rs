//! The denominators of a batch and their inverses.

use ark_ff::AdditiveGroup;

use crate::adder::wipe;
use crate::field::LaneField;
use crate::inverse::invert_all;

/// Denominators and products of a batch; they come from secrets.
pub(crate) struct Scratch<L: Copy + 'static> {
    pub(super) denominators: Vec<L>,
    pub(super) prefixes: Vec<L>,
}

impl<L: Copy> Default for Scratch<L> {
    fn default() -> Self {
        Self {
            denominators: Vec::new(),
            prefixes: Vec::new(),
        }
    }
}

impl<L: Copy + 'static> Drop for Scratch<L> {
    fn drop(&mut self) {
        wipe(&mut self.denominators);
        wipe(&mut self.prefixes);
    }
}

/// Multiplies the denominators, an even number, up in two chains and inverts the ends; `prefixes` is
/// what each was multiplied to. `None` if a denominator is zero.
#[inline(always)]
pub(super) fn invert<L: LaneField<N>, const N: usize>(
    isa: L::Isa,
    scratch: &mut Scratch<L>,
) -> Option<[L; 2]> {
    let Scratch {
        denominators,
        prefixes,
    } = scratch;
    let mut chains = [L::one(isa); 2];
    prefixes.clear();
    let (pairs, _) = denominators.as_chunks::<2>();
    for [first, second] in pairs {
        let [a, b] = &chains;
        prefixes.push(*a);
        prefixes.push(*b);
        chains = L::mul_two([a, first], [b, second]);
    }
    inverted(isa, &chains)
}

/// The inverses of both chains' ends, tidy: limbs of 51 bits would be too long beside those of a denominator.
fn inverted<L: LaneField<N>, const N: usize>(isa: L::Isa, chains: &[L; 2]) -> Option<[L; 2]> {
    let mut ends = chains.map(|chain| chain.elements());
    let ends_flat = ends.as_flattened_mut();
    if ends_flat.contains(&L::Element::ZERO) {
        return None;
    }
    invert_all(ends_flat);
    Some(ends.map(|ends| L::from_elements(isa, &ends).tidy()))
}

/// Finds the lanes with a zero denominator and puts one in their place.
pub(super) fn patch<L: LaneField<N>, const N: usize>(
    isa: L::Isa,
    denominators: &mut [L],
    pairs: usize,
) -> Vec<usize> {
    let mut zeros = Vec::new();
    for (number, denominator) in denominators.iter_mut().enumerate() {
        let mut elements = denominator.elements();
        let before = zeros.len();
        for (lane, element) in elements.iter_mut().enumerate() {
            if *element == L::Element::ZERO {
                *element = ark_ff::One::one();
                zeros.push(N * number + lane);
            }
        }
        if zeros.len() > before {
            *denominator = L::from_elements(isa, &elements);
        }
    }
    // Lanes that only fill up the last group.
    zeros.retain(|zero| *zero < pairs);
    zeros
}
