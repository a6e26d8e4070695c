use frost_core::{Signature, SigningKey, VerifyingKey};
use obolus_abi::{FieldBytes, TxDigest};
use obolus_protocol::{
    field::fr_to_bytes,
    keys::SpendingKey,
    schnorr::{self, Randomizer},
};
use proptest::prelude::*;
use rand::{SeedableRng, rngs::StdRng};

use super::*;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    /// The suite and the protocol accept each other's signatures: one scheme.
    #[test]
    fn signatures_are_the_protocols(seed: u64, digest: [u8; 32]) {
        let mut rng = StdRng::seed_from_u64(seed);
        let key = SigningKey::<BabyJubJub>::new(&mut rng);
        let ours = key.sign(&mut rng, &digest).serialize().unwrap();
        let point = VerifyingKey::from(&key).to_element().0;
        let ours: [u8; SIGNATURE_LEN] = ours.try_into().unwrap();
        prop_assert_eq!(schnorr::verify(&point, &TxDigest(digest), &ours), Ok(()));

        let ask = SpendingKey::from_scalar(key.clone().to_scalar()).unwrap();
        let (rk, theirs) = schnorr::sign(&ask, &Randomizer::zero(), &TxDigest(digest), &mut rng);
        prop_assert_eq!(rk, point);
        let theirs = Signature::deserialize(&theirs).unwrap();
        prop_assert_eq!(VerifyingKey::from(&key).verify(&digest, &theirs), Ok(()));
    }
}

/// (0, −1): on the curve, of order 2.
fn order_two() -> [u8; 64] {
    let minus_one = fr_to_bytes(&-obolus_protocol::Fr::from(1_u64));
    PointBytes::from_xy(&FieldBytes::ZERO, &minus_one).0
}

#[test]
fn bad_elements_are_refused() {
    let refused = |bytes: &[u8; 64]| Subgroup::deserialize(bytes).map(|_| ());
    assert_eq!(
        refused(&Point::IDENTITY.encode().0),
        Err(GroupError::InvalidIdentityElement)
    );
    assert_eq!(
        refused(&order_two()),
        Err(GroupError::InvalidNonPrimeOrderElement)
    );
    assert_eq!(refused(&[0xff; 64]), Err(GroupError::MalformedElement));
    assert_eq!(refused(&[1; 64]), Err(GroupError::MalformedElement));
    assert_eq!(
        Subgroup::serialize(&Subgroup::identity()),
        Err(GroupError::InvalidIdentityElement)
    );
    let one = ScalarField::one();
    assert_eq!(
        ScalarField::deserialize(&ScalarField::serialize(&one)),
        Ok(one)
    );
    assert_eq!(
        ScalarField::deserialize(&[0xff; 32]),
        Err(FieldError::MalformedScalar)
    );
    assert_eq!(
        ScalarField::invert(&ScalarField::zero()),
        Err(FieldError::InvalidZeroScalar)
    );
}
