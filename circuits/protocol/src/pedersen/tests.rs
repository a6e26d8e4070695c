//! Commitments add up; blindings survive the trip through a field element.

use ark_ff::PrimeField;
use proptest::prelude::*;
use rand::{SeedableRng, rngs::StdRng};

use super::*;

fn blinding(seed: u64) -> Blinding {
    Blinding::random(&mut StdRng::seed_from_u64(seed))
}

proptest! {
    #[test]
    fn commitments_add_up(a: u64, b: u64, seeds: (u64, u64)) {
        let (s, t) = (blinding(seeds.0), blinding(seeds.1));
        let one = ValueCommitment::commit(Amount::new(a), &s);
        let two = ValueCommitment::commit(Amount::new(b), &t);
        let both = Blinding::new(*s.scalar() + t.scalar());
        let total = ValueCommitment::commit_total(u128::from(a) + u128::from(b), &both);
        prop_assert_eq!(ValueCommitment::zero().plus(&one).plus(&two), total);
        prop_assert_eq!(total.minus(&two), one);
    }

    #[test]
    fn representatives_are_odd_small_and_reversible(seed: u64) {
        let s = blinding(seed);
        let representative = s.odd_representative();
        let back = Blinding::from_representative(&representative).unwrap();
        prop_assert_eq!(back.scalar(), s.scalar());
        // An odd integer below ℓ in absolute value.
        let order = Scalar::MODULUS;
        let magnitude = representative.into_bigint().min((-representative).into_bigint());
        prop_assert!(magnitude.is_odd() && magnitude < order);
        // The only other choice of a prover: 2ℓ further, if that is still below 2^251.
        let other = representative - Fr::from(2_u64) * Fr::new(order);
        if let Ok(other) = Blinding::from_representative(&other) {
            prop_assert_eq!(other.scalar(), s.scalar());
        }
    }
}

#[test]
fn edge_representatives() {
    let order = Fr::new(Scalar::MODULUS);
    assert_eq!(
        Blinding::new(Scalar::from(0_u64)).odd_representative(),
        -order
    );
    assert_eq!(
        Blinding::new(Scalar::from(1_u64)).odd_representative(),
        Fr::from(1_u64)
    );
    assert_eq!(
        Blinding::new(Scalar::from(2_u64)).odd_representative(),
        Fr::from(2_u64) - order
    );
    let largest = ark_ff::Field::pow(&Fr::from(2_u64), [251]);
    for refused in [
        Fr::from(0_u64),
        Fr::from(2_u64),
        largest,
        largest + Fr::from(1_u64),
        -largest,
    ] {
        assert!(Blinding::from_representative(&refused).is_err());
    }
    for accepted in [largest - Fr::from(1_u64), Fr::from(1_u64) - largest] {
        assert!(Blinding::from_representative(&accepted).is_ok());
    }
}

#[test]
fn amounts_and_blindings_are_bound() {
    let cv = ValueCommitment::commit(Amount::new(5), &blinding(1));
    assert_ne!(cv, ValueCommitment::commit(Amount::new(6), &blinding(1)));
    assert_ne!(cv, ValueCommitment::commit(Amount::new(5), &blinding(2)));
    assert_ne!(curve::value_base(), curve::blinding_base());
}
