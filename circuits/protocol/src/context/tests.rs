//! Every part of a context changes it, and parts cannot be shifted into each other.

use obolus_abi::{ContractId, TxDigest};

use super::*;
use crate::audience::{Challenge, VerifierName};

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

/// Every part of a balance's context changes it, and a name cannot run into the challenge.
#[test]
fn every_part_of_a_balance_is_bound() {
    let audience = |name: &str, byte| Audience {
        verifier: VerifierName::new(name).unwrap(),
        challenge: Challenge([byte; 32]),
    };
    let (chain, token) = (ChainId([1; 32]), ContractId([2; 32]));
    let asked = audience("AA", b'A');
    let all = [
        balance_context(&chain, &asked, &token, Height(5)),
        balance_context(&ChainId([2; 32]), &asked, &token, Height(5)),
        balance_context(&chain, &audience("A", b'A'), &token, Height(5)),
        balance_context(&chain, &audience("AA", b'B'), &token, Height(5)),
        balance_context(&chain, &asked, &ContractId([1; 32]), Height(5)),
        balance_context(&chain, &asked, &token, Height(6)),
    ];
    for (i, a) in all.iter().enumerate() {
        assert!(is_context(a));
        assert!(all.iter().skip(i + 1).all(|b| a != b));
    }
}

/// Contracts, circuits and wallets must agree on this value for ever.
const GOLDEN: &str = "ac69442e79c2d5ef1a0f48ca5efbf56f072e4c2dbb07063efd31c3cb5d113800";

#[test]
fn contexts_have_31_bytes() {
    let limit = ark_ff::Field::pow(&Fr::from(2_u64), [248]);
    assert!(is_context(&(limit - Fr::from(1_u64))));
    assert!(!is_context(&limit));
}
