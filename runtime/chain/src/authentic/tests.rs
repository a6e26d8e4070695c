//! Form, signatures and proofs; one bad transaction spoils no other.

use obolus_abi::ContractId;
use obolus_protocol::keys::{Seed, SpendingKey};
use obolus_protocol::schnorr::Randomizer;
use obolus_protocol::tx::{EntryName, TxBody};

use super::*;
use crate::fixtures::{UNKNOWN_KEY, genesis, operator, plain, prove, signed_by};

fn body(number: u8) -> TxBody {
    TxBody {
        chain: genesis().chain_id(),
        expiry: Height(10),
        contract: ContractId([7; 32]),
        entry: EntryName::new("put").unwrap(),
        args: vec![number],
        memos: Vec::new(),
    }
}

fn proved(number: u8) -> Transaction {
    let mut tx = plain(body(number));
    tx.proofs.push(prove([number.into(), 2], 0));
    tx
}

fn verdicts(txs: &[Transaction]) -> Vec<Result<Authentic, TxFault>> {
    let chain = genesis().chain_id();
    let batch = txs
        .iter()
        .map(|tx| Received::of_chain(tx.encode(), &chain).unwrap())
        .collect();
    authenticate(&genesis().check().unwrap(), batch)
}

#[test]
fn each_fault_is_named_and_spoils_no_other() {
    let mut false_proof = proved(1);
    false_proof.proofs[0].inputs[1].0[0] ^= 1;
    let mut unknown = proved(2);
    unknown.proofs[0].key = UNKNOWN_KEY;
    let mut short = proved(3);
    short.proofs[0].inputs.pop();
    let mut signature = signed_by(&operator(), body(4));
    signature.role_signatures[0].signature[3] ^= 1;
    let found = verdicts(&[
        proved(5),
        false_proof,
        unknown,
        short,
        signature,
        signed_by(&operator(), body(6)),
    ]);
    assert_eq!(
        found[0].as_ref().unwrap().received().transaction(),
        &proved(5)
    );
    let faults: Vec<_> = found[1..5]
        .iter()
        .map(|verdict| verdict.as_ref().unwrap_err().code())
        .collect();
    assert_eq!(
        faults,
        [
            "proof_invalid",
            "unknown_key",
            "input_count",
            "bad_role_signature"
        ]
    );
    assert!(found[5].is_ok());
}

#[test]
fn the_first_bad_proof_of_a_transaction_is_named() {
    let mut tx = plain(body(1));
    for number in 0..3 {
        tx.proofs.push(prove([number, 2], 0));
    }
    for bad in [2, 1] {
        tx.proofs[bad].inputs[0].0[0] ^= 8;
        let index = bad;
        assert_eq!(
            verdicts(std::slice::from_ref(&tx))[0],
            Err(TxFault::ProofInvalid { index })
        );
    }
}

/// Signatures are checked together, whatever transaction they belong to.
#[test]
fn a_false_spend_signature_is_named_before_proofs_and_spoils_no_other() {
    let signed = |number: u8| {
        let ask = SpendingKey::from_seed(&Seed::random(&mut OsRng));
        let mut tx = proved(number);
        let digest = tx.id();
        let sign = |_| {
            let alpha = Randomizer::random(&mut OsRng);
            SpendSignature::create(&ask, &alpha, &digest, &mut OsRng)
        };
        tx.spend_signatures = (0..2).map(sign).collect();
        tx.spend_signatures.sort_by_key(|signature| signature.key.0);
        tx
    };
    let mut all: Vec<_> = (0..40).map(signed).collect();
    assert!(verdicts(&all).iter().all(Result::is_ok));

    all[7].spend_signatures[1].signature[70] ^= 1;
    all[7].proofs[0].inputs[0].0[0] ^= 1;
    let moved = all[12].spend_signatures[0].signature;
    all[31].spend_signatures[0].signature = moved;
    // One alone, since signatures stand in the order of their keys.
    all[39].spend_signatures.pop();
    all[39].spend_signatures[0].key.0[1] ^= 1;
    for (number, verdict) in verdicts(&all).iter().enumerate() {
        let code = verdict.as_ref().err().map(TxFault::code);
        let bad = [7, 31, 39].contains(&number);
        assert_eq!(code, bad.then_some("bad_spend_signature"), "{number}");
    }
}

/// Else a bad role signature would hide whose false spend signature cost the others.
#[test]
fn spend_signatures_behind_a_bad_role_signature_are_not_checked_with_others() {
    let ask = SpendingKey::from_seed(&Seed::random(&mut OsRng));
    let mut txs = [1, 2].map(|number| signed_by(&operator(), body(number)));
    for tx in &mut txs {
        let digest = tx.id();
        let alpha = Randomizer::random(&mut OsRng);
        let signature = SpendSignature::create(&ask, &alpha, &digest, &mut OsRng);
        tx.spend_signatures.push(signature);
    }
    txs[0].role_signatures[0].signature[3] ^= 1;
    txs[0].spend_signatures[0].signature[70] ^= 1;
    let batch = txs.map(|tx| Received::decode(tx.encode()).unwrap());
    let results = [Err(TxFault::RoleSignature), Ok(())];
    let checked: Vec<_> = spends(&batch, &results).iter().map(|(tx, _)| *tx).collect();
    assert_eq!(checked, [1]);
    assert_eq!(signatures(&batch), results);
}

#[test]
fn another_chain_is_refused_before_anything_else() {
    let other = obolus_abi::ChainId([1; 32]);
    assert_eq!(
        Received::of_chain(proved(1).encode(), &other),
        Err(TxFault::WrongChain)
    );
}

#[test]
fn expiry_is_between_the_block_and_the_horizon() {
    let id = plain(body(1)).id();
    let check = |expiry| check_expiry(&id, Height(expiry), Height(5), Height(20));
    assert_eq!(check(4).unwrap_err().code(), "expired");
    assert_eq!(check(5), Ok(()));
    assert_eq!(check(25), Ok(()));
    assert_eq!(check(26).unwrap_err().code(), "expiry_too_far");
    // No overflow at the end of time.
    let end = check_expiry(&id, Height(u64::MAX), Height(u64::MAX), Height(20));
    assert_eq!(end, Ok(()));
}
