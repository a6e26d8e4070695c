use bech32::{
    Bech32, Fe32,
    primitives::iter::{ByteIterExt, Fe32IterExt},
};
use hpke::{
    Deserializable, Kem, OpModeS, aead::ChaCha20Poly1305, kdf::HkdfSha256, kem::X25519HkdfSha256,
    setup_sender,
};
use proptest::prelude::*;

use super::*;
use crate::{
    field::Fr,
    keys::{FullViewingKey, Seed},
};

fn sample() -> Address {
    FullViewingKey::from_seed(&Seed::new([7; 32])).address()
}

fn payload(address: &Address) -> Vec<u8> {
    borsh::to_vec(address).unwrap()
}

fn written(prefix: &str, bytes: &[u8]) -> String {
    bech32::encode::<Bech32m>(Hrp::parse(prefix).unwrap(), bytes).unwrap()
}

#[test]
fn the_sample_address_is_a_known_answer() {
    assert_eq!(
        sample().encode(Network::Test),
        "obolt1qcpvc3p6h28n8ydmyynr9zrehw688lu56k09lzqshndpey4c6qwvhvjkcjdy8nr39zasrxd4l5umchjus8sr7svqkklqe2l7qe4fjqq7w6t99"
    );
}

#[test]
fn both_cases_read_back_and_mixed_case_does_not() {
    for network in [Network::Main, Network::Test] {
        let text = sample().encode(network);
        assert!(text.starts_with(&format!("{network}1")));
        assert_eq!(Address::decode(&text, network), Ok(sample()));
        assert_eq!(Address::decode(&text.to_uppercase(), network), Ok(sample()));
        let mixed = text.replacen('o', "O", 1);
        assert_eq!(Address::decode(&mixed, network), Err(AddressError::Text));
    }
}

#[test]
fn networks_do_not_mix() {
    let text = sample().encode(Network::Main);
    assert_eq!(
        Address::decode(&text, Network::Test),
        Err(AddressError::Network(Network::Test))
    );
    let text = written("obolvk", &payload(&sample()));
    assert_eq!(
        Address::decode(&text, Network::Main),
        Err(AddressError::Network(Network::Main))
    );
}

#[test]
fn a_changed_character_is_noticed() {
    let text = sample().encode(Network::Test);
    for i in 0..text.len() {
        let mut bytes = text.clone().into_bytes();
        bytes[i] = if bytes[i] == b'q' { b'p' } else { b'q' };
        let changed = String::from_utf8(bytes).unwrap();
        assert_eq!(
            Address::decode(&changed, Network::Test),
            Err(AddressError::Text),
            "{i}"
        );
    }
}

#[test]
fn the_older_checksum_is_refused() {
    let text = bech32::encode::<Bech32>(Hrp::parse("obol").unwrap(), &payload(&sample())).unwrap();
    assert_eq!(
        Address::decode(&text, Network::Main),
        Err(AddressError::Text)
    );
}

#[test]
fn lengths_and_padding_are_exact() {
    let bytes = payload(&sample());
    for wrong in [&bytes[..63], &[&bytes[..], &[0]].concat(), &[]] {
        assert_eq!(
            Address::decode(&written("obol", wrong), Network::Main),
            Err(AddressError::Length)
        );
    }
    // 64 bytes are 102.4 characters: the last one carries three bits of padding.
    let hrp = Hrp::parse("obol").unwrap();
    let mut symbols: Vec<Fe32> = bytes.iter().copied().bytes_to_fes().collect();
    let last = symbols.pop().unwrap();
    symbols.push(Fe32::try_from(last.to_u8() | 1).unwrap());
    let padded: String = symbols
        .into_iter()
        .with_checksum::<Bech32m>(&hrp)
        .chars()
        .collect();
    assert_eq!(
        Address::decode(&padded, Network::Main),
        Err(AddressError::Length)
    );
}

#[test]
fn the_owner_is_canonical() {
    let mut bytes = payload(&sample());
    bytes[..32].fill(0xff);
    assert_eq!(
        Address::decode(&written("obol", &bytes), Network::Main),
        Err(AddressError::Owner(FieldError::NonCanonicalField))
    );
}

#[test]
fn encryption_keys_of_small_order_are_refused() {
    type PublicKey = <X25519HkdfSha256 as Kem>::PublicKey;
    for bytes in SMALL_ORDER {
        assert_eq!(EncryptionKey::new(bytes), Err(AddressError::EncryptionKey));
        assert!(EncryptionKey::try_from_slice(&bytes).is_err());
        // The list is right: the HPKE implementation finds the shared secret to be zero.
        let key = PublicKey::from_bytes(&bytes).unwrap();
        let sealed = setup_sender::<ChaCha20Poly1305, HkdfSha256, X25519HkdfSha256>(
            &OpModeS::Base,
            &key,
            b"",
        );
        assert!(sealed.is_err());
    }
    let mut epk = sample();
    epk.epk = EncryptionKey([0; 32]);
    assert_eq!(
        Address::decode(&epk.encode(Network::Main), Network::Main),
        Err(AddressError::EncryptionKey)
    );
}

#[test]
fn encryption_keys_are_canonical() {
    let mut modulus = [0xff; 32];
    modulus[0] = 0xed;
    modulus[31] = 0x7f;
    let mut above = modulus;
    above[0] = 0xf6; // p + 9, an encoding of the base point
    let mut high_bit = [0; 32];
    high_bit[0] = 9;
    assert!(EncryptionKey::new(high_bit).is_ok());
    high_bit[31] = 0x80;
    for bytes in [modulus, above, high_bit, [0xff; 32]] {
        assert_eq!(EncryptionKey::new(bytes), Err(AddressError::EncryptionKey));
    }
}

proptest! {
    #[test]
    fn addresses_round_trip(owner: u64, epk: [u8; 32]) {
        if let Ok(epk) = EncryptionKey::new(epk) {
            let address = Address { owner: Owner::new(Fr::from(owner)), epk };
            prop_assert_eq!(Address::decode(&address.encode(Network::Main), Network::Main), Ok(address));
            prop_assert_eq!(Address::try_from_slice(&payload(&address)).unwrap(), address);
        }
    }
}
