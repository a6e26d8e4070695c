//! Memos open for their reader, note and token only, and only if they tell the truth.

use proptest::prelude::*;
use rand::{SeedableRng, rngs::StdRng};

use super::*;
use crate::{
    keys::{FullViewingKey, Seed},
    memo::binding::FREE,
};

const TOKEN: ContractId = ContractId([7; 32]);

fn reader(seed: u64) -> FullViewingKey {
    FullViewingKey::from_seed(&Seed::random(&mut StdRng::seed_from_u64(seed)))
}

fn recipient_memo(rng: &mut StdRng, value: u64, text: &str) -> RecipientMemo {
    RecipientMemo {
        token: TOKEN,
        value: Amount::new(value),
        rcm: RcmSource::Bound(Blind::random(rng)),
        payer: Some(Randomizer::random(rng)),
        text: MemoText::new(text).unwrap(),
    }
}

fn self_memo(rng: &mut StdRng, recipient: Owner, text: &str) -> SelfMemo {
    SelfMemo {
        token: TOKEN,
        change: Amount::new(5),
        change_rcm: Rcm::random(rng),
        paid: Amount::new(9),
        recipient,
        paid_rcm: Some(RcmSource::Bound(Blind::random(rng))),
        payer: Randomizer::random(rng),
        text: MemoText::new(text).unwrap(),
    }
}

struct Sealed {
    key: FullViewingKey,
    memo: RecipientMemo,
    cm: Commitment,
    bytes: Vec<u8>,
}

fn sealed(text: &str) -> Sealed {
    let mut rng = StdRng::seed_from_u64(1);
    let key = reader(1);
    let memo = recipient_memo(&mut rng, 12_345, text);
    let cm = memo.note(key.owner()).commitment();
    let bytes = memo.seal(&key.address().epk, cm, &mut rng).unwrap();
    Sealed {
        key,
        memo,
        cm,
        bytes,
    }
}

impl Sealed {
    fn open(&self, bytes: &[u8]) -> Result<RecipientMemo, MemoError> {
        RecipientMemo::open(&self.key.ivk, self.key.owner(), &TOKEN, self.cm, bytes)
    }
}

proptest! {
    #[test]
    fn recipients_read_what_was_written(value: u64, text in "\\PC{0,64}", seed: u64) {
        let mut rng = StdRng::seed_from_u64(seed);
        let key = reader(seed);
        let memo = recipient_memo(&mut rng, value, &text);
        let cm = memo.note(key.owner()).commitment();
        let bytes = memo.seal(&key.address().epk, cm, &mut rng).unwrap();
        prop_assert_eq!(bytes.len(), RecipientMemo::CIPHERTEXT_LEN);
        let opened = RecipientMemo::open(&key.ivk, key.owner(), &TOKEN, cm, &bytes).unwrap();
        prop_assert!(opened == memo);
        prop_assert_eq!(opened.text.as_str(), text);
    }

    #[test]
    fn senders_read_their_own(text in "\\PC{0,64}", seed: u64) {
        let mut rng = StdRng::seed_from_u64(seed);
        let key = reader(seed);
        let memo = self_memo(&mut rng, reader(!seed).owner(), &text);
        let cm = memo.change_note(key.owner()).commitment();
        let bytes = memo.seal(&key.address().epk, cm, &mut rng).unwrap();
        prop_assert_eq!(bytes.len(), SelfMemo::CIPHERTEXT_LEN);
        let opened = SelfMemo::open(&key.ivk, key.owner(), &TOKEN, cm, &bytes).unwrap();
        prop_assert!(opened == memo);
    }

    #[test]
    fn any_flipped_bit_is_refused(bit in 0_usize..8 * RecipientMemo::CIPHERTEXT_LEN) {
        let sealed = sealed("invoice 7");
        let mut bytes = sealed.bytes.clone();
        bytes[bit / 8] ^= 1 << (bit % 8);
        // X25519 ignores the top bit of a coordinate, but HPKE binds the encoding.
        prop_assert_eq!(sealed.open(&bytes).err(), Some(MemoError::NotForUs));
    }

    #[test]
    fn garbage_is_refused(bytes in proptest::collection::vec(any::<u8>(), 0..500)) {
        let sealed = sealed("");
        let error = sealed.open(&bytes).err();
        prop_assert!(matches!(error, Some(MemoError::Length | MemoError::NotForUs)));
    }
}

#[test]
fn other_readers_notes_tokens_and_kinds_are_refused() {
    let sealed = sealed("salary");
    assert!(
        sealed
            .open(&sealed.bytes)
            .is_ok_and(|memo| memo == sealed.memo)
    );
    let (ivk, owner) = (&sealed.key.ivk, sealed.key.owner());
    let stranger = reader(2);
    let not_for_us = Some(MemoError::NotForUs);

    let opened = RecipientMemo::open(&stranger.ivk, owner, &TOKEN, sealed.cm, &sealed.bytes);
    assert_eq!(opened.err(), not_for_us);
    let other_note = recipient_memo(&mut StdRng::seed_from_u64(9), 1, "")
        .note(owner)
        .commitment();
    let opened = RecipientMemo::open(ivk, owner, &TOKEN, other_note, &sealed.bytes);
    assert_eq!(opened.err(), not_for_us);
    let opened = RecipientMemo::open(ivk, owner, &ContractId([8; 32]), sealed.cm, &sealed.bytes);
    assert_eq!(opened.err(), not_for_us);
    // The info string separates the kinds even at equal plaintext.
    let bound = associated_data(sealed.cm, &TOKEN);
    let plaintext = open(ivk, info::RECIPIENT_MEMO, &bound, &sealed.bytes);
    assert!(plaintext.is_ok());
    let plaintext = open(ivk, info::SELF_MEMO, &bound, &sealed.bytes);
    assert_eq!(plaintext.err(), not_for_us);
}

#[test]
fn memos_that_lie_are_refused() {
    let mut rng = StdRng::seed_from_u64(1);
    let key = reader(1);
    let memo = recipient_memo(&mut rng, 100, "");
    let cm = memo.note(key.owner()).commitment();
    let mut lie = memo.clone();
    lie.value = Amount::new(1_000_000);
    let bytes = lie.seal(&key.address().epk, cm, &mut rng).unwrap();
    let opened = RecipientMemo::open(&key.ivk, key.owner(), &TOKEN, cm, &bytes);
    assert_eq!(opened.err(), Some(MemoError::Commitment));
}

/// Well encrypted, badly written: another token inside, padding that is not zero, text that is too
/// long or not UTF-8.
#[test]
fn malformed_plaintexts_are_refused() {
    let mut rng = StdRng::seed_from_u64(1);
    let key = reader(1);
    let memo = recipient_memo(&mut rng, 100, "ok");
    let cm = memo.note(key.owner()).commitment();
    let open_changed = |rng: &mut StdRng, at: usize, to: u8| {
        let mut plaintext = Writer::new()
            .bytes(memo.token.as_bytes())
            .amount(memo.value)
            .bytes(&[FREE])
            .field(memo.note(key.owner()).rcm.to_bytes())
            .bytes(&[0; 33])
            .text(&memo.text)
            .finish();
        plaintext[at] = to;
        let bytes = seal(
            &key.address().epk,
            info::RECIPIENT_MEMO,
            &associated_data(cm, &TOKEN),
            &plaintext,
            rng,
        )
        .unwrap();
        RecipientMemo::open(&key.ivk, key.owner(), &TOKEN, cm, &bytes).err()
    };
    let text_at = 32 + 8 + 33 + 33 + 2;
    assert_eq!(open_changed(&mut rng, 0, TOKEN.0[0]), None);
    for (at, to) in [
        (0, 8),              // token
        (32 + 8, 0),         // randomness of no kind
        (32 + 8, 4),         // randomness of an unknown kind
        (32 + 8 + 32, 0xff), // rcm above the modulus
        (32 + 8 + 33, 2),    // re-randomiser of an unknown kind
        (32 + 8 + 34, 1),    // an absent re-randomiser that is not zero
        (text_at - 1, 0xff), // length
        (text_at - 1, 1),    // length 258
        (text_at - 2, 1),    // length that leaves text in the padding
        (text_at, 0xff),     // UTF-8
        (text_at + 255, 1),  // padding
    ] {
        assert_eq!(
            open_changed(&mut rng, at, to),
            Some(MemoError::Malformed),
            "{at}"
        );
    }
}

#[test]
fn a_bound_text_cannot_be_exchanged() {
    let mut rng = StdRng::seed_from_u64(1);
    let key = reader(1);
    let memo = recipient_memo(&mut rng, 100, "invoice 7");
    let cm = memo.note(key.owner()).commitment();
    let open_as = |memo: &RecipientMemo, rng: &mut StdRng| {
        let bytes = memo.seal(&key.address().epk, cm, rng).unwrap();
        RecipientMemo::open(&key.ivk, key.owner(), &TOKEN, cm, &bytes).err()
    };
    assert_eq!(open_as(&memo, &mut rng), None);
    let mut lie = memo.clone();
    lie.text = MemoText::new("invoice 8").unwrap();
    assert_eq!(open_as(&lie, &mut rng), Some(MemoError::Commitment));
    // The randomness by itself opens the note, but vouches for no text.
    lie.rcm = RcmSource::Free(memo.note(key.owner()).rcm);
    assert_eq!(open_as(&lie, &mut rng), None);
    let (blind, other) = (Blind::random(&mut rng), ContractId([8; 32]));
    assert!(blind.rcm(&TOKEN, &memo.text) != blind.rcm(&other, &memo.text));
}

#[test]
fn a_self_memo_knows_what_was_paid() {
    let mut rng = StdRng::seed_from_u64(1);
    let mut memo = self_memo(&mut rng, reader(2).owner(), "rent");
    let paid = memo.paid_note().unwrap();
    assert_eq!((paid.value, paid.owner), (memo.paid, memo.recipient));
    memo.paid_rcm = None;
    assert!(memo.paid_note().is_none());
    let key = reader(1);
    let cm = memo.change_note(key.owner()).commitment();
    let bytes = memo.seal(&key.address().epk, cm, &mut rng).unwrap();
    assert!(
        SelfMemo::open(&key.ivk, key.owner(), &TOKEN, cm, &bytes).is_ok_and(|read| read == memo)
    );
}

#[test]
fn texts_are_bounded_in_bytes() {
    assert!(MemoText::new("x".repeat(256)).is_ok());
    assert_eq!(MemoText::new("x".repeat(257)), Err(MemoError::TextTooLong));
    assert_eq!(MemoText::new("é".repeat(129)), Err(MemoError::TextTooLong));
    let sealed = sealed(&"x".repeat(256));
    assert_eq!(sealed.bytes.len(), RecipientMemo::CIPHERTEXT_LEN);
    assert!(sealed.open(&sealed.bytes).is_ok());
}

#[test]
fn nothing_is_printed() {
    let sealed = sealed("canary");
    assert!(!format!("{:?} {:?}", sealed.memo, sealed.memo.text).contains("canary"));
}
