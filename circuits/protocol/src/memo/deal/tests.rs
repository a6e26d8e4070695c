use rand::SeedableRng;
use rand::rngs::StdRng;

use super::*;
use crate::keys::Seed;

const CONTRACT: ContractId = ContractId([1; 32]);
const DEAL: DealId = DealId([2; 32]);

fn key(seed: u8) -> IncomingViewingKey {
    IncomingViewingKey::from_seed(&Seed::new([seed; 32]))
}

fn sealed(content: &[u8]) -> Vec<u8> {
    let to = key(1).encryption_key();
    seal_deal(
        content,
        &to,
        &CONTRACT,
        &DEAL,
        &mut StdRng::seed_from_u64(1),
    )
    .unwrap()
}

#[test]
fn opens_for_its_party_only() {
    for content in [&b""[..], b"terms", &[7; MAX_CONTENT]] {
        let ciphertext = sealed(content);
        assert_eq!(ciphertext.len(), CIPHERTEXT_LEN);
        let opened = open_deal(&key(1), &CONTRACT, &DEAL, &ciphertext).unwrap();
        assert_eq!(opened.as_slice(), content);
        for (key, contract, deal) in [
            (key(2), CONTRACT, DEAL),
            (key(1), ContractId([3; 32]), DEAL),
            (key(1), CONTRACT, DealId([3; 32])),
        ] {
            assert_eq!(
                open_deal(&key, &contract, &deal, &ciphertext).err(),
                Some(MemoError::NotForUs)
            );
        }
    }
}

#[test]
fn other_lengths_and_flipped_bits_are_refused() {
    let ciphertext = sealed(b"terms");
    for length in [0, CIPHERTEXT_LEN - 1] {
        assert_eq!(
            open_deal(&key(1), &CONTRACT, &DEAL, &ciphertext[..length]).err(),
            Some(MemoError::Length)
        );
    }
    for at in (0..CIPHERTEXT_LEN).step_by(97) {
        let mut spoiled = ciphertext.clone();
        spoiled[at] ^= 1;
        assert!(open_deal(&key(1), &CONTRACT, &DEAL, &spoiled).is_err());
    }
    let to = key(1).encryption_key();
    let long = seal_deal(
        &[0; MAX_CONTENT + 1],
        &to,
        &CONTRACT,
        &DEAL,
        &mut StdRng::seed_from_u64(1),
    );
    assert_eq!(long, Err(MemoError::TextTooLong));
}

#[test]
fn content_has_one_form() {
    let to = key(1).encryption_key();
    let mut padded = vec![0; 2 + MAX_CONTENT];
    padded[2 + 100] = 1;
    let bound = bound_to(&CONTRACT, &DEAL);
    let mut rng = StdRng::seed_from_u64(2);
    for (plaintext, length) in [(padded.clone(), 0_u16), (padded, u16::MAX)] {
        let mut plaintext = plaintext;
        plaintext[..2].copy_from_slice(&length.to_le_bytes());
        let ciphertext = seal(&to, info::DEAL_MEMO, &bound, &plaintext, &mut rng).unwrap();
        assert_eq!(
            open_deal(&key(1), &CONTRACT, &DEAL, &ciphertext).err(),
            Some(MemoError::Malformed)
        );
    }
}
