//! Every part of a context changes it, and parts cannot be shifted into each other.

use obolus_abi::{ContractId, TxDigest};

use super::*;

fn entry(name: &str) -> EntryName {
    EntryName::new(name).unwrap()
}

#[test]
fn every_part_is_bound() {
    let (digest, token, caller) = (TxDigest([1; 32]), ContractId([2; 32]), ContractId([3; 32]));
    let all = [
        context(&digest, &token, &USER, &entry("transfer")),
        context(&TxDigest([9; 32]), &token, &USER, &entry("transfer")),
        context(&digest, &ContractId([9; 32]), &USER, &entry("transfer")),
        context(&digest, &token, &caller, &entry("transfer")),
        context(&digest, &caller, &token, &entry("transfer")),
        context(&digest, &token, &USER, &entry("transfer_deal")),
        context(&digest, &token, &USER, &entry("redeem")),
    ];
    for (i, a) in all.iter().enumerate() {
        assert!(is_context(a));
        assert!(all.iter().skip(i + 1).all(|b| a != b));
    }
}

#[test]
fn golden() {
    let bytes = context_bytes(
        &TxDigest([1; 32]),
        &ContractId([2; 32]),
        &USER,
        &entry("transfer"),
    );
    assert_eq!(bytes.to_string(), GOLDEN);
}

/// Contracts, circuits and wallets must agree on this value for ever.
const GOLDEN: &str = "ac69442e79c2d5ef1a0f48ca5efbf56f072e4c2dbb07063efd31c3cb5d113800";

#[test]
fn contexts_have_31_bytes() {
    let limit = ark_ff::Field::pow(&Fr::from(2_u64), [248]);
    assert!(is_context(&(limit - Fr::from(1_u64))));
    assert!(!is_context(&limit));
}
