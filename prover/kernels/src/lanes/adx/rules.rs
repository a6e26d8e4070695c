//! [`Rules`] of one element after the other, as `docs/kernels.md` derives them.
//!
//! What is in 0..p is counted as up to p: that no result is p itself, [`super::tests`] compares. Elements are cut into limbs as the rules of the others count them.

use super::*;
use crate::lanes::bounds::{Bounds, LIMBS, Range, Rules, Three, UNIT, prime};

const BITS: u32 = 52;

/// Parts of the products of a sum, at most so much in p²/[`UNIT`].
fn sum(factors: impl Iterator<Item = [Range; 2]>) -> i128 {
    factors.fold(0, |sum, [a, b]| {
        for factor in [a, b] {
            assert!(factor.low >= 0, "words have no sign");
            assert!(factor.high <= 2 * UNIT, "more than a sum of two results");
        }
        sum + ((a.high * b.high) >> UNIT.trailing_zeros()) + 1
    })
}

/// p²/[`UNIT`] in p·2^256/[`UNIT`], rounded up.
fn scaled<M: Modulus>(total: i128) -> i128 {
    ((total * (i128::from(M::PRIME[3]) + 1)) >> 64) + 1
}

/// What all results and sums are.
fn result<M: Modulus>() -> Bounds {
    Bounds::of_words(BITS, &M::PRIME)
}

/// All of these are in 0..p, and so is what is made of them.
fn of_results<M: Modulus>(given: &[&Bounds]) -> Bounds {
    let result = result::<M>();
    for x in given {
        assert!(x.value.within(&result.value), "not in 0..p: {x:?}");
    }
    result
}

fn reduced<M: Modulus>(total: i128) -> Bounds {
    assert!(
        scaled::<M>(total) < UNIT,
        "too large a number to be reduced"
    );
    result::<M>()
}

impl<M: Modulus, const N: usize> Rules<N> for Single<M, N> {
    const BITS: u32 = BITS;

    fn after_load_signed() -> Bounds {
        result::<M>()
    }

    fn after_mul(a: &Bounds, b: &Bounds) -> Bounds {
        reduced::<M>(sum([[a.value, b.value]].into_iter()))
    }

    fn after_complex_sums(terms: &[[Three<'_>; 2]]) -> [Bounds; 2] {
        // What is left when the other two are taken off is no more than this only where sums are those of the parts, as integers.
        for three in terms.iter().flatten() {
            assert_eq!(three[2].value, three[0].value.plus(&three[1].value));
        }
        let of = |parts: [usize; 2]| {
            let factors = terms.iter();
            factors.map(move |[a, x]| [a[parts[0]].value, x[parts[1]].value])
        };
        let both = scaled::<M>(sum(of([2, 2])));
        let beyond = (both * (i128::from(M::PRIME[3]) + 1)) >> 64;
        assert!(beyond < UNIT, "more than 512 bits");
        let mixed = sum(of([0, 1]).chain(of([1, 0])));
        // p·2^256 is taken off once, from three terms on.
        if terms.len() > 2 {
            assert!(
                scaled::<M>(mixed) < 2 * UNIT,
                "p·2^256 has to be taken off twice"
            );
        } else {
            reduced::<M>(mixed);
        }
        // A negative difference is larger than −p·2^256, which is then added.
        let [re, _] = [[0, 0], [1, 1]].map(|parts| reduced::<M>(sum(of(parts))));
        [re, result::<M>()]
    }

    fn after_left_sum(a: &Bounds, b: &Bounds) -> Bounds {
        of_results::<M>(&[a, b]);
        let lower = [Range::new(0, (1 << BITS) - 1); 4];
        let mut out = Bounds::new(a.value.plus(&b.value), lower, BITS, &M::PRIME);
        let [.., top] = &mut out.limbs;
        *top = Range::new(0, top.high);
        out
    }

    fn after_right_sum(a: &Bounds, b: &Bounds) -> Bounds {
        Self::after_left_sum(a, b)
    }

    fn after_nine_plus(a: &Bounds, b: &Bounds) -> Bounds {
        of_results::<M>(&[a, b])
    }

    fn after_rescaled(a: &Bounds) -> Bounds {
        of_results::<M>(&[a])
    }

    fn after_add(a: &Bounds, b: &Bounds) -> Bounds {
        of_results::<M>(&[a, b])
    }

    fn after_sub(a: &Bounds, b: &Bounds) -> Bounds {
        of_results::<M>(&[a, b])
    }

    fn after_negated(a: &Bounds) -> Bounds {
        of_results::<M>(&[a])
    }

    fn after_ready(a: &Bounds) -> Bounds {
        of_results::<M>(&[a])
    }

    fn after_tidy(a: &Bounds) -> Bounds {
        of_results::<M>(&[a])
    }

    fn before_write(a: &Bounds) {
        of_results::<M>(&[a]);
    }

    fn from_limbs(isa: Adx, limbs: &[[i64; LIMBS]; N]) -> Self {
        let words = limbs.map(|limbs| {
            let mut words = [0_u64; LIMBS];
            for (number, limb) in (0_u32..).zip(limbs) {
                let (index, shift) = ((number * BITS / 64) as usize, number * BITS % 64);
                let wide = u128::try_from(limb).expect("words have no sign") << shift;
                words[index] |= wide as u64;
                words[index + 1] |= (wide >> 64) as u64;
            }
            let [words @ .., beyond] = words;
            assert_eq!(beyond, 0, "more than 256 bits");
            words
        });
        Self::of(isa, words)
    }

    fn to_limbs(&self) -> [[i64; LIMBS]; N] {
        self.words.map(|words| {
            let exact = Bounds::of_constant(&words, BITS, &prime::<Self, N>());
            exact.limbs.map(|limb| limb.low as i64)
        })
    }
}
