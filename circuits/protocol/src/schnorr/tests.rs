//! Signatures hold for their key and digest only, in one encoding only.

use ark_ff::{BigInteger, PrimeField};
use obolus_abi::{PointBytes, TxDigest};
use proptest::prelude::*;
use rand::{RngCore, SeedableRng, rngs::StdRng};

use super::*;
use crate::keys::Seed;

struct Signed {
    ask: SpendingKey,
    alpha: Randomizer,
    digest: TxDigest,
    rk: Point,
    signature: [u8; SIGNATURE_LEN],
}

fn signed(seed: u64) -> Signed {
    let mut rng = StdRng::seed_from_u64(seed);
    let ask = SpendingKey::from_seed(&Seed::random(&mut rng));
    let alpha = Randomizer::random(&mut rng);
    let mut digest = TxDigest([0; 32]);
    rng.fill_bytes(&mut digest.0);
    let (rk, signature) = sign(&ask, &alpha, &digest, &mut rng);
    Signed {
        ask,
        alpha,
        digest,
        rk,
        signature,
    }
}

fn with_r(signature: &[u8; SIGNATURE_LEN], r: &PointBytes) -> [u8; SIGNATURE_LEN] {
    let mut changed = *signature;
    changed[..64].copy_from_slice(r.as_bytes());
    changed
}

fn with_s(signature: &[u8; SIGNATURE_LEN], s: &[u8]) -> [u8; SIGNATURE_LEN] {
    let mut changed = *signature;
    changed[64..].copy_from_slice(s);
    changed
}

#[test]
fn honest_signatures_hold_under_the_randomised_key() {
    for seed in 0..8 {
        let s = signed(seed);
        assert_eq!(s.rk, s.alpha.randomize(s.ask.validating_key().point()));
        assert_eq!(verify(&s.rk, &s.digest, &s.signature), Ok(()));
    }
}

#[test]
fn zero_randomiser_signs_under_ak() {
    let s = signed(1);
    let mut rng = StdRng::seed_from_u64(2);
    let (rk, signature) = sign(&s.ask, &Randomizer::zero(), &s.digest, &mut rng);
    assert_eq!(rk, *s.ask.validating_key().point());
    assert_eq!(verify(&rk, &s.digest, &signature), Ok(()));
}

#[test]
fn auditors_prove_possession() {
    let s = signed(1);
    let mut rng = StdRng::seed_from_u64(2);
    let auditor = AuditorSecret::random(&mut rng);
    let (key, signature) = sign_possession(&auditor, &s.digest, &mut rng);
    assert_eq!(key, *auditor.public().point());
    assert_eq!(verify(&key, &s.digest, &signature), Ok(()));
}

#[test]
fn other_keys_and_digests_are_refused() {
    let s = signed(1);
    let other = signed(2);
    let ak = *s.ask.validating_key().point();
    assert_eq!(
        verify(&ak, &s.digest, &s.signature),
        Err(SchnorrError::Mismatch)
    );
    assert_eq!(
        verify(&other.rk, &s.digest, &s.signature),
        Err(SchnorrError::Mismatch)
    );
    assert_eq!(
        verify(&s.rk, &other.digest, &s.signature),
        Err(SchnorrError::Mismatch)
    );
}

/// Without rk in the challenge, `S + c·δ` would be a signature under `rk + δ·G`.
#[test]
fn signatures_do_not_move_to_a_related_key() {
    let s = signed(1);
    let (commitment, response) = split(&s.signature);
    let delta = Scalar::from(5_u64);
    let related = s.rk.add(&Point::generator().mul(&delta));
    let c = challenge(&commitment, &s.rk.encode(), &s.digest);
    let moved = scalar_from_bytes(&response).unwrap() + c * delta;
    let moved = with_s(&s.signature, &scalar_to_bytes(&moved));
    assert_eq!(
        verify(&related, &s.digest, &moved),
        Err(SchnorrError::Mismatch)
    );
}

#[test]
fn response_at_or_above_the_order_is_refused() {
    let s = signed(1);
    let (_, response) = split(&s.signature);
    let mut above = scalar_from_bytes(&response).unwrap().into_bigint();
    above.add_with_carry(&Scalar::MODULUS);
    let malleated = with_s(&s.signature, &above.to_bytes_le());
    assert_eq!(
        verify(&s.rk, &s.digest, &malleated),
        Err(SchnorrError::NonCanonicalResponse)
    );
}

/// Under the identity, `R = S·G` satisfies the equation for every digest.
#[test]
fn identity_key_is_refused() {
    let s = signed(1);
    let (_, response) = split(&s.signature);
    let r = Point::generator().mul(&scalar_from_bytes(&response).unwrap());
    let forged = with_r(&s.signature, &r.encode());
    assert_eq!(
        verify(&Point::IDENTITY, &s.digest, &forged),
        Err(SchnorrError::IdentityKey)
    );
}

/// `(0, −1)` has order 2, `(x, 0)` order 4; adding one to R keeps it on the curve.
#[test]
fn commitment_outside_the_subgroup_is_refused() {
    use ark_ec::{CurveGroup, twisted_edwards::TECurveConfig};
    use taceo_ark_babyjubjub::{EdwardsAffine, EdwardsConfig, Fq};

    let s = signed(1);
    let order2 = EdwardsAffine::new_unchecked(Fq::from(0_u64), -Fq::from(1_u64));
    assert!(order2.is_on_curve());
    let r = Point::decode(&split(&s.signature).0).unwrap();
    let shifted = (EdwardsAffine::new_unchecked(r.x(), r.y()) + order2).into_affine();
    let x4 = ark_ff::Field::sqrt(&ark_ff::Field::inverse(&EdwardsConfig::COEFF_A).unwrap());
    let order4 = EdwardsAffine::new_unchecked(x4.unwrap(), Fq::from(0_u64));
    for point in [order2, shifted, order4] {
        assert!(point.is_on_curve());
        let bytes = PointBytes::from_xy(
            &crate::field::fr_to_bytes(&point.x),
            &crate::field::fr_to_bytes(&point.y),
        );
        let forged = with_r(&s.signature, &bytes);
        assert_eq!(
            verify(&s.rk, &s.digest, &forged),
            Err(SchnorrError::BadCommitment)
        );
    }
}

#[test]
fn nonces_are_hedged() {
    let s = signed(1);
    let sign_again = |digest: &TxDigest, seed| {
        sign(&s.ask, &s.alpha, digest, &mut StdRng::seed_from_u64(seed)).1
    };
    let other = TxDigest([9; 32]);
    // A repeating generator does not repeat the nonce for another message,
    assert_ne!(sign_again(&s.digest, 3)[..64], sign_again(&other, 3)[..64]);
    // and a working generator gives a fresh one for the same message.
    assert_ne!(
        sign_again(&s.digest, 3)[..64],
        sign_again(&s.digest, 4)[..64]
    );
}

proptest! {
    #[test]
    fn any_flipped_bit_is_refused(seed in 0_u64..4, bit in 0_usize..8 * SIGNATURE_LEN) {
        let s = signed(seed);
        let mut signature = s.signature;
        signature[bit / 8] ^= 1 << (bit % 8);
        prop_assert!(verify(&s.rk, &s.digest, &signature).is_err());
    }
}
