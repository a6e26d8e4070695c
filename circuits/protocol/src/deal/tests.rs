use std::collections::BTreeSet;

use rand::SeedableRng;
use rand::rngs::StdRng;

use super::*;
use crate::field::fr_to_bytes;

fn secret(seed: u64) -> DealSecret {
    DealSecret::random(&mut StdRng::seed_from_u64(seed))
}

#[test]
fn everything_that_is_derived_is_something_else() {
    let mut seen = BTreeSet::new();
    for secret in [secret(1), secret(2)] {
        assert!(seen.insert(secret.nonce().to_vec()));
        for leg in 0..8 {
            let nk = fr_to_bytes(&secret.nullifier_key(leg).get());
            assert!(seen.insert(nk.0.to_vec()));
            for note in [LegNote::Deposit, LegNote::Release, LegNote::Refund] {
                let rcm = fr_to_bytes(&secret.rcm(leg, note).get());
                assert!(seen.insert(rcm.0.to_vec()));
            }
        }
        for party in 0..2 {
            let key = secret.randomizer(party);
            let point = key.randomize(&crate::curve::Point::generator());
            assert!(seen.insert(point.encode().0.to_vec()));
        }
    }
}

#[test]
fn both_parties_derive_the_same() {
    let first = secret(3);
    let second: DealSecret = borsh::from_slice(&borsh::to_vec(&first).unwrap()).unwrap();
    let (contract, deal) = (ContractId([1; 32]), DealId([2; 32]));
    let owner = |secret| {
        LegKeys::derive(&contract, &deal, 1, secret)
            .unwrap()
            .owner()
    };
    assert_eq!(owner(&first), owner(&second));
    assert_ne!(leg_id(&deal, 0), leg_id(&deal, 1));
    // The registry computes the point from the same id.
    assert_eq!(
        LegKeys::derive(&contract, &deal, 1, &first).unwrap().ak,
        SpendValidatingKey::new(deal_point(&contract, &leg_id(&deal, 1))).unwrap()
    );
}

#[test]
fn a_secret_is_not_shown() {
    assert_eq!(format!("{:?}", secret(4)), "DealSecret(redacted)");
}
