//! Sums of multiples against the sum that anybody would write, on every path that the processor has: bases that are the
//! identity, that repeat and that are each other's opposites, scalars that are zero, one, minus one, powers of two.
#![allow(clippy::unwrap_used, reason = "a test binary")]

use ark_bn254::{Fr, g1, g2};
use ark_ec::short_weierstrass::{Affine, Projective};
use ark_ec::{AffineRepr, CurveGroup, PrimeGroup};
use ark_ff::{AdditiveGroup, Field, One, PrimeField};
use obolus_kernels::{Curve, Multiples, Path, Table};
use proptest::prelude::*;

/// What a base is made of: few different ones, so that they meet in buckets.
#[derive(Clone, Copy, Debug)]
enum Base {
    Identity,
    /// So many times the generator.
    Times(u64),
    /// The opposite of that.
    Opposite(u64),
}

impl Base {
    fn point<P: Curve>(self) -> Affine<P> {
        let times = |by: u64| Projective::<P>::generator().mul_bigint([by]);
        match self {
            Self::Identity => Affine::<P>::zero(),
            Self::Times(by) => times(by).into_affine(),
            Self::Opposite(by) => (-times(by)).into_affine(),
        }
    }
}

fn base() -> impl Strategy<Value = Base> {
    prop_oneof![
        1 => Just(Base::Identity),
        4 => (1_u64..6).prop_map(Base::Times),
        4 => (1_u64..6).prop_map(Base::Opposite),
        4 => any::<u64>().prop_map(Base::Times),
    ]
}

fn scalar() -> impl Strategy<Value = Fr> {
    prop_oneof![
        2 => Just(Fr::ZERO),
        2 => Just(Fr::one()),
        2 => Just(-Fr::one()),
        2 => (0_u64..5).prop_map(Fr::from),
        2 => (0_u64..254).prop_map(|power| Fr::from(2).pow([power])),
        2 => (0_u64..254).prop_map(|power| -Fr::from(2).pow([power])),
        4 => any::<[u8; 32]>().prop_map(|bytes| Fr::from_le_bytes_mod_order(&bytes)),
    ]
}

/// Lists in which runs of the same base with the same scalar are as likely as others.
fn terms(most: usize) -> impl Strategy<Value = Vec<(Base, Fr)>> {
    let run = (base(), scalar(), 1_usize..8);
    let runs = prop::collection::vec(run, 0..most / 4);
    runs.prop_map(move |runs| {
        let all = runs
            .into_iter()
            .flat_map(|(base, scalar, times)| std::iter::repeat_n((base, scalar), times));
        all.take(most).collect()
    })
}

fn naive<P: Curve>(bases: &[Affine<P>], scalars: &[Fr]) -> Projective<P> {
    let terms = bases.iter().zip(scalars);
    terms
        .map(|(base, scalar)| base.mul_bigint(scalar.into_bigint()))
        .sum()
}

/// Every path and size of table gives what the naive sum gives, for all scalars and for the first half of them.
fn agree<P: Curve>(terms: &[(Base, Fr)]) {
    let bases: Vec<Affine<P>> = terms.iter().map(|(base, _)| base.point()).collect();
    let scalars: Vec<Fr> = terms.iter().map(|(_, scalar)| *scalar).collect();
    let integers: Vec<_> = scalars.iter().map(|scalar| scalar.into_bigint()).collect();
    let half = terms.len() / 2;
    let (whole, part) = (
        naive(&bases, &scalars),
        naive(&bases[..half], &scalars[..half]),
    );
    for path in Path::available() {
        for most in [Multiples::NONE, Multiples::at_most(3), Multiples::ALL] {
            let table = Table::new(&bases, most, path, &|_| ());
            assert_eq!(table.sum(&integers), whole, "{path}, {most:?}");
            assert_eq!(table.sum(&integers[..half]), part, "{path}, {most:?}, half");
        }
    }
}

proptest! {
    // No files beside an integration test: what failed is printed, and becomes a case of its own.
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(48) })]

    #[test]
    fn sums_in_g1_are_the_naive_sum(terms in terms(160)) {
        agree::<g1::Config>(&terms);
    }

    #[test]
    fn sums_in_g2_are_the_naive_sum(terms in terms(80)) {
        agree::<g2::Config>(&terms);
    }
}

/// What cancels: every base beside its opposite, under one scalar.
#[test]
fn opposites_under_one_scalar_leave_nothing() {
    let scalars = [Fr::one(), -Fr::one(), Fr::from(u64::MAX), Fr::ZERO];
    for scalar in scalars {
        let terms: Vec<_> = (1..40)
            .flat_map(|by| [(Base::Times(by), scalar), (Base::Opposite(by), scalar)])
            .collect();
        agree::<g1::Config>(&terms);
        agree::<g2::Config>(&terms);
    }
}

/// All in one bucket: one base, one scalar, many times.
#[test]
fn one_base_many_times_is_doubled_where_it_meets_itself() {
    for count in [1, 2, 3, 64, 200] {
        for scalar in [Fr::one(), -Fr::one(), Fr::from(3)] {
            let terms = vec![(Base::Times(7), scalar); count];
            agree::<g1::Config>(&terms);
        }
        let terms = vec![(Base::Identity, Fr::from(5)); count];
        agree::<g2::Config>(&terms);
    }
}

/// An identity behind the last scalar, which a sum over fewer scalars than bases must leave alone.
#[test]
fn identities_behind_the_last_scalar_do_not_matter() {
    let mut terms = vec![(Base::Times(3), Fr::from(u64::MAX)); 9];
    terms.extend([(Base::Identity, Fr::from(5)); 3]);
    agree::<g1::Config>(&terms);
    agree::<g2::Config>(&terms);
}
