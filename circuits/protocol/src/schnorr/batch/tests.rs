use obolus_abi::TxDigest;
use proptest::prelude::*;
use rand::{Error, RngCore, SeedableRng, rngs::StdRng};

use super::*;
use crate::{
    curve::Point,
    keys::{Seed, SpendingKey},
    schnorr::{Randomizer, sign},
};

struct Signed {
    key: Point,
    digest: TxDigest,
    signature: [u8; SIGNATURE_LEN],
}

fn signed(count: usize) -> Vec<Signed> {
    let mut rng = StdRng::seed_from_u64(7);
    (0..count)
        .map(|_| {
            let ask = SpendingKey::from_seed(&Seed::random(&mut rng));
            let mut digest = TxDigest([0; 32]);
            rng.fill_bytes(&mut digest.0);
            let (key, signature) = sign(&ask, &Randomizer::random(&mut rng), &digest, &mut rng);
            Signed {
                key,
                digest,
                signature,
            }
        })
        .collect()
}

fn claims(signed: &[Signed]) -> Vec<Claim<'_>> {
    signed
        .iter()
        .map(|signed| Claim {
            key: signed.key,
            digest: &signed.digest,
            signature: &signed.signature,
        })
        .collect()
}

fn one_by_one(claims: &[Claim<'_>]) -> Vec<Result<(), SchnorrError>> {
    let single = |claim: &Claim<'_>| verify(&claim.key, claim.digest, claim.signature);
    claims.iter().map(single).collect()
}

/// A generator that never has anything.
struct Dry;

impl RngCore for Dry {
    fn next_u32(&mut self) -> u32 {
        0
    }
    fn next_u64(&mut self) -> u64 {
        0
    }
    fn fill_bytes(&mut self, bytes: &mut [u8]) {
        bytes.fill(0);
    }
    fn try_fill_bytes(&mut self, _: &mut [u8]) -> Result<(), Error> {
        Err(Error::new("dry"))
    }
}

impl CryptoRng for Dry {}

/// Every way to be wrong that [`verify`] names, at some place of a batch.
fn spoil(signed: &mut [Signed], at: usize, how: usize) {
    let order_two = {
        let mut bytes = [0; 64];
        bytes[32..].copy_from_slice(&crate::field::fr_to_bytes(&-crate::Fr::from(1_u64)).0);
        bytes
    };
    let other = signed[(at + 1) % signed.len()].signature;
    let victim = &mut signed[at];
    match how {
        0 => victim.digest.0[5] ^= 1,
        1 => victim.key = victim.key.add(&Point::generator()),
        2 => victim.key = Point::IDENTITY,
        3 => victim.signature[64..].fill(0xff),
        4 => victim.signature[..64].copy_from_slice(&order_two),
        5 => victim.signature[..64].fill(0xff),
        6 => victim.signature[..64].copy_from_slice(&other[..64]),
        _ => victim.signature[64..].copy_from_slice(&other[64..]),
    }
}

#[test]
fn honest_batches_of_every_small_size_hold() {
    let all = signed(40);
    for count in (0..12).chain([33, 40]) {
        let verdicts = verify_batch(&claims(&all[..count]), &mut StdRng::seed_from_u64(1));
        assert_eq!(verdicts, vec![Ok(()); count]);
    }
}

/// R plus a point of small order fulfils the equation up to the cofactor: a batch must not let it pass for even coefficients.
#[test]
fn a_small_order_part_is_refused_whatever_the_coefficients() {
    use ark_ec::CurveGroup;
    use taceo_ark_babyjubjub::EdwardsAffine;

    let mut all = signed(8);
    let r = Point::decode(&split(&all[3].signature).0).unwrap();
    let order_two = EdwardsAffine::new_unchecked(crate::Fr::from(0_u64), -crate::Fr::from(1_u64));
    let moved = (EdwardsAffine::new_unchecked(r.x(), r.y()) + order_two).into_affine();
    all[3].signature[..32].copy_from_slice(&crate::field::fr_to_bytes(&moved.x).0);
    all[3].signature[32..64].copy_from_slice(&crate::field::fr_to_bytes(&moved.y).0);
    for seed in 0..16 {
        let verdicts = verify_batch(&claims(&all), &mut StdRng::seed_from_u64(seed));
        assert_eq!(verdicts[3], Err(SchnorrError::BadCommitment));
        assert_eq!(
            verdicts.iter().filter(|verdict| verdict.is_err()).count(),
            1
        );
    }
}

/// Two errors that cancel in a plain sum.
#[test]
fn errors_do_not_cancel() {
    let mut all = signed(16);
    for (at, sign) in [(2, 1_u64), (9, 0)] {
        let (_, response) = split(&all[at].signature);
        let response = scalar_from_bytes(&response).unwrap();
        let one = Scalar::from(1_u64);
        let moved = if sign == 1 {
            response + one
        } else {
            response - one
        };
        all[at].signature[64..].copy_from_slice(&crate::field::scalar_to_bytes(&moved));
    }
    let verdicts = verify_batch(&claims(&all), &mut StdRng::seed_from_u64(3));
    for (at, verdict) in verdicts.iter().enumerate() {
        assert_eq!(verdict.is_err(), [2, 9].contains(&at), "{at}");
    }
}

#[test]
fn without_randomness_each_is_checked() {
    let mut all = signed(9);
    spoil(&mut all, 4, 0);
    assert_eq!(
        verify_batch(&claims(&all), &mut Dry),
        one_by_one(&claims(&all))
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn verdicts_are_those_of_single_checks(
        count in 1_usize..40,
        faults in prop::collection::vec((0_usize..40, 0_usize..8), 0..4),
        seed: u64,
    ) {
        let mut all = signed(count);
        for (at, how) in faults {
            spoil(&mut all, at % count, how);
        }
        let claims = claims(&all);
        let verdicts = verify_batch(&claims, &mut StdRng::seed_from_u64(seed));
        prop_assert_eq!(verdicts, one_by_one(&claims));
    }
}
