//! The rules against the instructions: whatever lies within the bounds of factors gives what the rules say, in limbs and
//! value, and what the library computes.

use ark_ff::{AdditiveGroup, Field};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

use super::*;
use crate::lanes::adx::Single;
use crate::lanes::avx2::Four;
use crate::lanes::avx512::Eight;
use crate::lanes::{Element, Isa};
use crate::prime::{Base, Modulus, Scalar};

mod loads;

/// Which members of an interval are tried most: its ends.
fn pick(range: Range, rng: &mut StdRng) -> i128 {
    let near = i128::from(rng.gen_range(0..300_u32)).min(range.high - range.low);
    match rng.gen_range(0..6) {
        0 => range.low,
        1 => range.high,
        2 => range.low + near,
        3 => range.high - near,
        _ => rng.gen_range(range.low..=range.high),
    }
}

/// The value of limbs in [`UNIT`]s of p, rounded down, and what it is for a given highest limb.
struct Scale<L, const N: usize>(std::marker::PhantomData<L>);

impl<L: Rules<N>, const N: usize> Scale<L, N> {
    /// p / 2^(4·bits − 20).
    fn prime() -> i128 {
        let [_, _, c, d] = prime::<L, N>();
        let all = u128::from(d) << 64 | u128::from(c);
        (all >> (4 * L::BITS - 20 - 128)) as i128
    }

    fn units(limbs: &[i64; LIMBS]) -> i128 {
        let top = (i128::from(limbs[4]) << 20) + (i128::from(limbs[3]) >> (L::BITS - 20));
        (top * UNIT).div_euclid(Self::prime())
    }

    fn member(bounds: &Bounds, rng: &mut StdRng) -> [i64; LIMBS] {
        loop {
            let mut limbs = bounds.limbs.map(|range| pick(range, rng) as i64);
            let wanted = pick(bounds.value, rng) * Self::prime() / UNIT;
            let rest = i128::from(limbs[3]) >> (L::BITS - 20);
            let top = (wanted - rest) >> 20;
            let range = bounds.limbs[4];
            limbs[4] = top.clamp(range.low, range.high) as i64;
            // Two units are the rounding of the highest limb and of this.
            let units = Self::units(&limbs);
            if bounds.value.low <= units && units + 2 <= bounds.value.high.max(2) {
                return limbs;
            }
        }
    }

    fn element(limbs: &[i64; LIMBS]) -> Element<L, N> {
        let base = Element::<L, N>::from(1_u64 << L::BITS);
        let sum = |sum: Element<L, N>, limb: &i64| sum * base + Element::<L, N>::from(*limb);
        limbs.iter().rev().fold(Element::<L, N>::ZERO, sum)
    }
}

struct Check<'a, L: Rules<N>, const N: usize> {
    isa: L::Isa,
    rng: &'a mut StdRng,
}

impl<L: Rules<N>, const N: usize> Check<'_, L, N> {
    fn run(
        &mut self,
        name: &str,
        given: &[Bounds],
        compute: impl Fn(&[L]) -> Vec<L>,
        rules: impl Fn(&[Bounds]) -> Vec<Bounds>,
        expected: impl Fn(&[Element<L, N>]) -> Vec<Element<L, N>>,
    ) {
        let allowed = rules(given);
        for _ in 0..400 {
            let limbs: Vec<[[i64; LIMBS]; N]> = given
                .iter()
                .map(|bounds| std::array::from_fn(|_| Scale::<L, N>::member(bounds, self.rng)))
                .collect();
            let lanes: Vec<L> = limbs
                .iter()
                .map(|limbs| L::from_limbs(self.isa, limbs))
                .collect();
            let outcome = compute(&lanes);
            assert_eq!(outcome.len(), allowed.len());
            for lane in 0..N {
                let elements: Vec<_> = limbs
                    .iter()
                    .map(|limbs| Scale::<L, N>::element(&limbs[lane]))
                    .collect();
                let expected = expected(&elements);
                for ((out, allowed), expected) in outcome.iter().zip(&allowed).zip(expected) {
                    let limbs = out.to_limbs()[lane];
                    let what = || format!("{name}: {limbs:?} is not within {allowed:?}");
                    assert_eq!(Scale::<L, N>::element(&limbs), expected, "{name}");
                    for (limb, range) in limbs.iter().zip(&allowed.limbs) {
                        assert!(range.contains((*limb).into()), "{}", what());
                    }
                    let units = Scale::<L, N>::units(&limbs);
                    assert!(
                        allowed.value.low - 2 <= units && units <= allowed.value.high + 2,
                        "{}",
                        what()
                    );
                }
            }
        }
    }

    /// Tidied, and as words.
    fn tidy(&mut self, name: &str, sum: Bounds) {
        self.run(
            name,
            &[sum],
            |x| vec![x[0].tidy(), self_words::<L, N>(&x[0])],
            |x| vec![L::after_tidy(&x[0]), L::after_load()],
            |x| vec![x[0]; 2],
        );
    }

    fn products(&mut self, name: &str, a: Bounds, b: Bounds) {
        let per_r = per_r::<L, N>();
        self.run(
            name,
            &[a, b, b, a],
            |x| {
                let [first, second] = L::mul_two([&x[0], &x[1]], [&x[2], &x[3]]);
                vec![first, second, x[0].mul(&x[1])]
            },
            |x| {
                let product = L::after_mul(&x[0], &x[1]);
                vec![product, L::after_mul(&x[2], &x[3]), product]
            },
            |x| {
                [x[0] * x[1], x[2] * x[3], x[0] * x[1]]
                    .map(|x| x * per_r)
                    .to_vec()
            },
        );
    }

    fn squares(&mut self, a: Bounds, b: Bounds) {
        let per_r = per_r::<L, N>();
        self.run(
            "squares",
            &[a, b],
            |x| x[0].square_two(&x[1]).to_vec(),
            |x| vec![L::after_square(&x[0]), L::after_square(&x[1])],
            |x| vec![x[0].square() * per_r, x[1].square() * per_r],
        );
    }

    fn complex_product(&mut self, a: Bounds, b: Bounds) {
        let per_r = per_r::<L, N>();
        self.run(
            "complex product",
            &[a, a, b, b],
            |x| L::complex_product([&x[0], &x[1]], [&x[2], &x[3]]).to_vec(),
            |x| L::after_complex_product([&x[0], &x[1]], [&x[2], &x[3]]).to_vec(),
            |x| {
                let [re, im] = [x[0] * x[2] - x[1] * x[3], x[0] * x[3] + x[1] * x[2]];
                vec![re * per_r, im * per_r]
            },
        );
    }

    fn complex_sums<const K: usize>(&mut self, left: [Bounds; 2], right: [Bounds; 2]) {
        let per_r = per_r::<L, N>();
        let given: Vec<Bounds> = [left, right].concat().repeat(K);
        self.run(
            "complex sums",
            &given,
            |x| {
                let sums: [[L; 2]; K] = std::array::from_fn(|k| {
                    let x = &x[4 * k..];
                    [x[0].left_sum(&x[1]), x[2].right_sum(&x[3])]
                });
                L::complex_sums::<K>(std::array::from_fn(|k| {
                    let x = &x[4 * k..];
                    [[&x[0], &x[1], &sums[k][0]], [&x[2], &x[3], &sums[k][1]]]
                }))
                .to_vec()
            },
            |x| {
                let [left, right] = [
                    L::after_left_sum(&x[0], &x[1]),
                    L::after_right_sum(&x[2], &x[3]),
                ];
                L::after_complex_sums(&[[[&x[0], &x[1], &left], [&x[2], &x[3], &right]]; K])
                    .to_vec()
            },
            |x| {
                let terms = x.chunks(4);
                let [re, im] = [
                    terms
                        .clone()
                        .map(|x| x[0] * x[2] - x[1] * x[3])
                        .sum::<Element<L, N>>(),
                    terms.map(|x| x[0] * x[3] + x[1] * x[2]).sum(),
                ];
                vec![re * per_r, im * per_r]
            },
        );
    }

    fn nine_plus(&mut self, a: Bounds, b: Bounds) {
        let nine = Element::<L, N>::from(9_u64);
        self.run(
            "nine plus",
            &[a, b],
            |x| vec![x[0].nine_plus(&x[1])],
            |x| vec![L::after_nine_plus(&x[0], &x[1])],
            |x| vec![x[0] * nine + x[1]],
        );
    }

    fn others(&mut self, result: Bounds, difference: Bounds) {
        let scale = L::Modulus::from_raw(L::UNSCALE);
        self.run(
            "rescaled and ready",
            &[result, difference],
            |x| vec![x[0].rescaled(), x[1].ready()],
            |x| vec![L::after_rescaled(&x[0]), L::after_ready(&x[1])],
            |x| vec![x[0] * scale, x[1]],
        );
    }
}

/// What [`crate::lanes::Lanes::words`] gives, read again.
fn self_words<L: Rules<N>, const N: usize>(lanes: &L) -> L {
    let words = lanes.words();
    for words in words {
        assert_eq!(words, crate::prime::reduce_once(words, &prime::<L, N>()));
    }
    let isa = L::Isa::detect().unwrap();
    // SAFETY: the pointers are to four words each.
    unsafe { L::load(isa, words.each_ref().map(|words| words.as_ptr())) }
}

fn per_r<L: Rules<N>, const N: usize>() -> Element<L, N> {
    let two = Element::<L, N>::from(2_u64);
    L::Modulus::from_raw(L::UNSCALE) * two.pow([256_u64]).inverse().unwrap()
}

fn instructions_keep_to_the_rules<L: Rules<N>, const N: usize>(widest: Bounds) {
    let Some(isa) = L::Isa::detect() else { return };
    let rng = &mut StdRng::seed_from_u64(11);
    let mut check = Check::<L, N> { isa, rng };
    let loaded = L::after_load();
    let tidy = L::after_tidy(&L::after_sub(&loaded, &loaded));
    let difference = L::after_sub(&tidy, &tidy);
    let ready = L::after_ready(&difference);
    let result = L::after_mul(&ready, &tidy);
    let (left, right) = (
        L::after_left_sum(&tidy, &tidy),
        L::after_right_sum(&tidy, &tidy),
    );
    let parts = L::after_complex_sums(&[[[&tidy, &tidy, &left], [&tidy, &tidy, &right]]; 2]);
    check.tidy("widest", widest);
    check.tidy("loaded", loaded);
    check.tidy("negated", L::after_negated(&loaded));
    check.tidy("sum", L::after_add(&parts[1], &tidy));
    check.tidy("difference", difference);
    check.tidy(
        "third x of packed points",
        L::after_sub(&L::after_sub(&result, &loaded), &loaded),
    );
    check.tidy(
        "third x",
        L::after_sub(&L::after_sub(&parts[1], &tidy), &tidy),
    );
    check.products("two packed", loaded, loaded);
    check.products("a difference and a result", ready, result);
    check.products("a difference and what is tidy", tidy, ready);
    let back = L::after_ready(&L::after_sub(&loaded, &tidy));
    check.products("the way back", back, result);
    check.products("the real part of a square", left, ready);
    check.products("the other part of a square", right, tidy);
    check.squares(result, tidy);
    check.complex_product(ready, tidy);
    check.complex_product(loaded, tidy);
    check.complex_sums::<1>(parts, parts);
    check.complex_sums::<2>(parts, [tidy; 2]);
    check.complex_sums::<3>([tidy; 2], [tidy; 2]);
    check.complex_sums::<4>([tidy; 2], [tidy; 2]);
    check.nine_plus(tidy, tidy);
    check.nine_plus(result, L::after_negated(&result));
    check.others(result, difference);
}

/// At most so many units, with lower limbs of either sign.
fn wide<L: Rules<N>, const N: usize>(units: i128, limb: i128) -> Bounds {
    let lower = [Range::around(limb); 4];
    Bounds::new(Range::around(units), lower, L::BITS, &prime::<L, N>())
}

#[test]
fn instructions_keep_to_the_rules_at_their_edges() {
    fn four<M: Modulus>() {
        instructions_keep_to_the_rules::<Four<M>, 4>(wide::<Four<M>, 4>(UNIT * 349 / 100, 3 << 50));
    }
    fn eight<M: Modulus>() {
        instructions_keep_to_the_rules::<Eight<M>, 8>(wide::<Eight<M>, 8>(
            UNIT * 528 / 100,
            4 << 52,
        ));
    }
    fn single<M: Modulus, const N: usize>() {
        instructions_keep_to_the_rules::<Single<M, N>, N>(Single::<M, N>::after_load());
    }
    single::<Base, 1>();
    single::<Scalar, 4>();
    four::<Base>();
    four::<Scalar>();
    eight::<Base>();
    eight::<Scalar>();
}

/// −5·p … 5·p are zero, as far as a sum may be so large, and what is beside them is not.
fn multiples_of_p_are_zero<L: Rules<N>, const N: usize>(most: i64) {
    let Some(isa) = L::Isa::detect() else { return };
    let p = Bounds::of_constant(&prime::<L, N>(), L::BITS, &prime::<L, N>()).limbs;
    for times in -most..=most {
        for beside in [0, 1, -1, 1 << 48, -(1 << 48)] {
            let mut limbs = p.map(|limb| limb.low as i64 * times);
            limbs[0] += beside;
            let lanes = L::from_limbs(isa, &[limbs; N]);
            let expected = L::Modulus::from_raw([1, 0, 0, 0]) * Element::<L, N>::from(beside);
            for lanes in [lanes, lanes.tidy(), lanes.tidy().negated().negated()] {
                let words = lanes.words();
                assert_eq!(
                    words,
                    [L::Modulus::raw(&expected); N],
                    "{times}·p + {beside}"
                );
                assert_eq!(words[0] == [0; 4], beside == 0);
            }
        }
    }
}

#[test]
fn every_multiple_of_p_is_zero() {
    multiples_of_p_are_zero::<Four<Base>, 4>(3);
    multiples_of_p_are_zero::<Four<Scalar>, 4>(3);
    multiples_of_p_are_zero::<Eight<Base>, 8>(5);
    multiples_of_p_are_zero::<Eight<Scalar>, 8>(5);
}
