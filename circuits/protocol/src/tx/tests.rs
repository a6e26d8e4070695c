//! One encoding per transaction, limits before allocation, signatures that hold.

use ed25519_dalek::SigningKey;
use obolus_abi::{ChainId, FieldBytes, KeyId};
use proptest::prelude::*;
use rand::{SeedableRng, rngs::StdRng};

use super::*;
use crate::{
    audit::AuditorSecret,
    keys::{Seed, SpendingKey},
    schnorr::Randomizer,
};

fn body() -> TxBody {
    TxBody {
        chain: ChainId([1; 32]),
        expiry: Height(500),
        contract: ContractId([2; 32]),
        entry: EntryName::new("transfer").unwrap(),
        args: vec![1, 2, 3],
        memos: vec![vec![4; 5], vec![]],
    }
}

fn envelope() -> ProofEnvelope {
    ProofEnvelope {
        key: KeyId([3; 32]),
        inputs: vec![FieldBytes::ZERO, FieldBytes([5; 32])],
        proof: ProofBytes([6; 128]),
    }
}

fn role_key(seed: u8) -> SigningKey {
    SigningKey::from_bytes(&[seed; 32])
}

fn small() -> Transaction {
    let mut rng = StdRng::seed_from_u64(1);
    let proven = UnprovenTx::new(body())
        .unwrap()
        .prove(vec![envelope()])
        .unwrap();
    let digest = proven.digest();
    let ask = SpendingKey::from_seed(&Seed::random(&mut rng));
    let spend = [
        SpendSignature::create(&ask, &Randomizer::random(&mut rng), &digest, &mut rng),
        SpendSignature::possession(&AuditorSecret::random(&mut rng), &digest, &mut rng),
    ];
    let role = [1, 2, 3].map(|seed| RoleSignature::create(&role_key(seed), &digest));
    proven
        .sign(spend.into(), role.into())
        .unwrap()
        .into_transaction()
}

#[test]
fn round_trip() {
    let tx = small();
    let bytes = tx.encode();
    assert_eq!(Transaction::decode(&bytes), Ok(tx.clone()));
    assert_eq!(borsh::from_slice::<Transaction>(&bytes).unwrap(), tx);
    assert_eq!(tx.id(), tx.body.digest());
}

#[test]
fn every_truncation_is_refused() {
    let bytes = small().encode();
    for len in 0..bytes.len() {
        assert!(Transaction::decode(&bytes[..len]).is_err(), "{len}");
    }
}

#[test]
fn trailing_bytes_are_refused() {
    let mut bytes = small().encode();
    bytes.push(0);
    assert_eq!(Transaction::decode(&bytes), Err(TxError::TrailingBytes));
}

/// A flipped bit either does not decode or is another copy; if the body changed, another
/// transaction. What decodes re-encodes to the same bytes: no second encoding.
#[test]
fn every_flipped_bit_shows() {
    let tx = small();
    let bytes = tx.encode();
    for bit in 0..8 * bytes.len() {
        let mut flipped = bytes.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        if let Ok(other) = Transaction::decode(&flipped) {
            assert_eq!(other.encode(), flipped, "{bit}");
            assert_ne!(other.bytes_hash(), tx.bytes_hash(), "{bit}");
            assert_eq!(other.id() == tx.id(), other.body == tx.body, "{bit}");
        }
    }
}

#[test]
fn digest_leaves_out_proofs_and_signatures() {
    let tx = small();
    let mut copy = tx.clone();
    copy.proofs[0].proof.0[0] ^= 1;
    copy.role_signatures.pop();
    assert_eq!(copy.id(), tx.id());
    assert_ne!(copy.bytes_hash(), tx.bytes_hash());
}

#[test]
fn digest_covers_every_part_of_the_body() {
    let changes: [fn(&mut TxBody); 7] = [
        |b| b.chain.0[0] ^= 1,
        |b| b.expiry.0 += 1,
        |b| b.contract.0[0] ^= 1,
        |b| b.entry = EntryName::new("transfe").unwrap(),
        |b| b.args.push(0),
        |b| b.memos[0][0] ^= 1,
        |b| b.memos.swap(0, 1),
    ];
    for change in changes {
        let mut changed = body();
        change(&mut changed);
        assert_ne!(changed.digest(), body().digest());
    }
}

#[test]
fn non_canonical_elements_are_refused() {
    let mut tx = small();
    tx.proofs[0].inputs[1] = FieldBytes([0xff; 32]);
    assert_eq!(
        Transaction::decode(&tx.encode()),
        Err(TxError::NonCanonical)
    );
    let mut tx = small();
    tx.spend_signatures[1].key.0[63] = 0xff;
    assert_eq!(
        Transaction::decode(&tx.encode()),
        Err(TxError::NonCanonical)
    );
}

#[test]
fn unsorted_and_repeated_signatures_are_refused() {
    let mut tx = small();
    tx.role_signatures.swap(0, 1);
    assert_eq!(
        Transaction::decode(&tx.encode()),
        Err(TxError::SignatureOrder)
    );
    let mut tx = small();
    tx.role_signatures[1] = tx.role_signatures[0].clone();
    assert_eq!(
        Transaction::decode(&tx.encode()),
        Err(TxError::SignatureOrder)
    );
    let mut tx = small();
    tx.spend_signatures.swap(0, 1);
    assert_eq!(
        Transaction::decode(&tx.encode()),
        Err(TxError::SignatureOrder)
    );
}

/// A count of four billion costs nothing: it is refused before anything is allocated.
#[test]
fn counts_are_bounded() {
    let with = |change: fn(&mut Transaction)| {
        let mut tx = small();
        change(&mut tx);
        Transaction::decode(&tx.encode()).unwrap_err()
    };
    let too_many_memos = |tx: &mut Transaction| tx.body.memos = vec![vec![]; MAX_MEMOS + 1];
    assert_eq!(with(too_many_memos), TxError::TooMany("memos"));
    let long_memo = |tx: &mut Transaction| tx.body.memos = vec![vec![0; MAX_MEMO_BYTES + 1]];
    assert_eq!(with(long_memo), TxError::TooLong("memo"));
    let long_args = |tx: &mut Transaction| tx.body.args = vec![0; MAX_TX_BYTES + 1];
    assert_eq!(with(long_args), TxError::TooLong("args"));
    let proofs = |tx: &mut Transaction| tx.proofs = vec![envelope(); MAX_PROOFS + 1];
    assert_eq!(with(proofs), TxError::TooMany("proofs"));
    let inputs =
        |tx: &mut Transaction| tx.proofs[0].inputs = vec![FieldBytes::ZERO; MAX_INPUTS + 1];
    assert_eq!(with(inputs), TxError::TooMany("inputs"));

    let mut bytes = small().encode();
    let args_len_at = 32 + 8 + 32 + 4 + "transfer".len();
    bytes[args_len_at..args_len_at + 4].fill(0xff);
    assert_eq!(Transaction::decode(&bytes), Err(TxError::TooLong("args")));
}

#[test]
fn only_uploads_may_be_large() {
    let large = |contract, entry| {
        let mut tx = small();
        tx.body.contract = contract;
        tx.body.entry = EntryName::new(entry).unwrap();
        tx.body.args = vec![0; MAX_TX_BYTES - 100];
        Transaction::decode(&tx.encode()).map(|_| ())
    };
    assert_eq!(large(SYSTEM_CONTRACT, entry::UPLOAD), Ok(()));
    assert_eq!(
        large(SYSTEM_CONTRACT, entry::INSTANTIATE),
        Err(TxError::TooLarge)
    );
    assert_eq!(
        large(ContractId([1; 32]), entry::UPLOAD),
        Err(TxError::TooLarge)
    );
    let huge = vec![0; MAX_UPLOAD_TX_BYTES + 1];
    assert_eq!(Transaction::decode(&huge), Err(TxError::TooLarge));
}

#[test]
fn entry_names() {
    for good in ["a", "transfer_deal", "x2", &"a".repeat(32)] {
        assert!(EntryName::new(good).is_ok(), "{good}");
    }
    for bad in ["", "Transfer", "a-b", "a b", "é", &"a".repeat(33)] {
        assert_eq!(EntryName::new(bad), Err(TxError::EntryName), "{bad}");
    }
    let mut tx = small();
    let at = 32 + 8 + 32 + 4;
    let mut bytes = tx.encode();
    bytes[at] = b'T';
    assert_eq!(Transaction::decode(&bytes), Err(TxError::EntryName));
    bytes[at] = 0xff;
    assert_eq!(Transaction::decode(&bytes), Err(TxError::EntryName));
    tx.body.memos.clear();
    assert!(Transaction::decode(&tx.encode()).is_ok());
}

#[test]
fn expiry_is_bounded_both_ways() {
    let body = body();
    assert_eq!(body.check_expiry(Height(500)), Ok(()));
    assert_eq!(body.check_expiry(Height(501)), Err(TxError::Expired));
    let mut far = body;
    far.expiry = Height(500 + MAX_EXPIRY_HORIZON);
    assert_eq!(far.check_expiry(Height(500)), Ok(()));
    assert_eq!(far.check_expiry(Height(499)), Err(TxError::ExpiryTooFar));
    far.expiry = Height(u64::MAX);
    assert_eq!(far.check_expiry(Height(0)), Err(TxError::ExpiryTooFar));
}

#[test]
fn signatures_are_checked_when_attached() {
    let mut rng = StdRng::seed_from_u64(1);
    let proven = || UnprovenTx::new(body()).unwrap().prove(vec![]).unwrap();
    let other = TxDigest([9; 32]);
    let ask = SpendingKey::from_seed(&Seed::random(&mut rng));
    let spend = SpendSignature::create(&ask, &Randomizer::zero(), &other, &mut rng);
    assert_eq!(
        proven().sign(vec![spend], vec![]).err(),
        Some(TxError::SpendSignature)
    );
    let role = RoleSignature::create(&role_key(1), &other);
    assert_eq!(
        proven().sign(vec![], vec![role]).err(),
        Some(TxError::RoleSignature)
    );
    let role = RoleSignature::create(&role_key(1), &proven().digest());
    let twice = proven().sign(vec![], vec![role.clone(), role]);
    assert_eq!(twice.err(), Some(TxError::SignatureOrder));
}

#[test]
fn role_signatures_are_strict() {
    let digest = body().digest();
    let good = RoleSignature::create(&role_key(1), &digest);
    assert_eq!(good.verify(&digest), Ok(()));
    for bit in 0..512 {
        let mut bad = good.clone();
        bad.signature[bit / 8] ^= 1 << (bit % 8);
        assert_eq!(bad.verify(&digest), Err(TxError::RoleSignature), "{bit}");
    }
    // The neutral element as key and R: accepted by lax verifiers for every message.
    let mut weak = RoleSignature {
        key: obolus_abi::RoleKey([0; 32]),
        signature: [0; 64],
    };
    (weak.key.0[0], weak.signature[0]) = (1, 1);
    assert_eq!(weak.verify(&digest), Err(TxError::RoleSignature));
}

#[test]
fn builder_keeps_the_decoders_limits() {
    let mut large = body();
    large.args = vec![0; MAX_TX_BYTES];
    let proven = UnprovenTx::new(large).unwrap().prove(vec![]).unwrap();
    assert_eq!(proven.sign(vec![], vec![]).err(), Some(TxError::TooLarge));
    let mut memos = body();
    memos.memos = vec![vec![]; MAX_MEMOS + 1];
    assert_eq!(
        UnprovenTx::new(memos).err(),
        Some(TxError::TooMany("memos"))
    );
    let mut bad = envelope();
    bad.inputs[0] = FieldBytes([0xff; 32]);
    let unproven = UnprovenTx::new(body()).unwrap();
    assert_eq!(unproven.prove(vec![bad]).err(), Some(TxError::NonCanonical));
}

proptest! {
    #[test]
    fn random_bodies_round_trip(
        args in proptest::collection::vec(any::<u8>(), 0..200),
        memos in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..50), 0..5),
        expiry: u64,
        entry in "[a-z0-9_]{1,32}",
    ) {
        let body = TxBody {
            expiry: Height(expiry),
            entry: EntryName::new(&entry).unwrap(),
            args,
            memos,
            ..body()
        };
        let signed = UnprovenTx::new(body).unwrap().prove(vec![]).unwrap().sign(vec![], vec![]);
        let tx = signed.unwrap().into_transaction();
        prop_assert_eq!(Transaction::decode(&tx.encode()), Ok(tx));
    }

    #[test]
    fn random_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..2_000)) {
        if let Ok(tx) = Transaction::decode(&bytes) {
            prop_assert_eq!(tx.encode(), bytes);
        }
    }
}
