//! What a chain may start from.

use obolus_abi::RoleKey;

use super::*;
use crate::fixtures::{circuit_key_of, genesis};

#[test]
fn chain_id_covers_every_field() {
    let base = genesis();
    assert_eq!(base.chain_id(), base.clone().chain_id());
    let mut ids = vec![base.chain_id()];
    for change in 0..7 {
        let mut other = base.clone();
        match change {
            0 => other.name = ChainName::new("other").unwrap(),
            1 => other.network = Network::Main,
            2 => other.mode = ChainMode::Production,
            3 => other.time.0 += 1,
            4 => other.operator.keys[0].0[0] ^= 1,
            5 => other.verifying_keys.clear(),
            _ => other.expiry_horizon.0 += 1,
        }
        assert!(!ids.contains(&other.chain_id()));
        ids.push(other.chain_id());
    }
}

#[test]
fn production_refuses_insecure_keys() {
    let mut chain = genesis();
    assert_eq!(chain.check().unwrap().ids().count(), 1);
    chain.mode = ChainMode::Production;
    assert_eq!(
        chain.check().err(),
        Some(GenesisError::InsecureKey {
            circuit: "kit".into()
        })
    );
    chain.verifying_keys = vec![circuit_key_of(KeyOrigin::Ceremony).encode().unwrap()];
    assert_eq!(chain.check().unwrap().ids().count(), 1);
}

#[test]
fn relabelling_an_insecure_key_makes_another_key() {
    let insecure = circuit_key_of(KeyOrigin::InsecureDevelopment);
    let relabelled = circuit_key_of(KeyOrigin::Ceremony);
    assert_ne!(insecure.id(), relabelled.id());
}

#[test]
fn each_bad_part_is_named() {
    let bad = |change: &dyn Fn(&mut Genesis)| {
        let mut chain = genesis();
        change(&mut chain);
        chain.check().err().unwrap()
    };
    assert_eq!(
        bad(&|chain| chain.network = Network::Main),
        GenesisError::DevelopmentOnMain
    );
    assert!(matches!(
        bad(&|chain| chain.operator.threshold = 2),
        GenesisError::Operator(_)
    ));
    assert!(matches!(
        bad(&|chain| {
            let key: RoleKey = chain.operator.keys[0];
            chain.operator.keys.push(key);
        }),
        GenesisError::Operator(_)
    ));
    for horizon in [0, MAX_EXPIRY_HORIZON + 1] {
        assert_eq!(
            bad(&|chain| chain.expiry_horizon = Height(horizon)),
            GenesisError::Horizon
        );
    }
    assert!(matches!(
        bad(&|chain| chain.verifying_keys[0][20] ^= 1),
        GenesisError::Key { index: 0, .. }
    ));
    assert!(matches!(
        bad(&|chain| {
            let key = chain.verifying_keys[0].clone();
            chain.verifying_keys.push(key);
        }),
        GenesisError::RepeatedKey { .. }
    ));
}

#[test]
fn encoding_is_strict() {
    let bytes = genesis().encode();
    assert_eq!(Genesis::decode(&bytes).unwrap(), genesis());
    let longer = [bytes.as_slice(), &[0]].concat();
    assert_eq!(Genesis::decode(&longer), Err(GenesisError::Malformed));
    for len in 0..bytes.len() {
        assert_eq!(Genesis::decode(&bytes[..len]), Err(GenesisError::Malformed));
    }
}

#[test]
fn names_are_plain() {
    for good in ["a", "obolus-1", &"x".repeat(32)] {
        assert_eq!(ChainName::new(good).unwrap().as_str(), good);
    }
    for bad in ["", "A", "a b", "ü", &"x".repeat(33)] {
        assert_eq!(ChainName::new(bad), Err(GenesisError::Name));
    }
}
