//! What is sealed opens under its key, and under no other.

use obolus_abi::PointBytes;
use proptest::prelude::*;
use rand::{SeedableRng, rngs::StdRng};

use super::*;
use crate::{
    amount::Amount,
    curve::Point,
    field::{Fr, Scalar, fr_to_bytes},
    keys::NullifierKey,
    note::{Commitment, Nullifier, Slot},
    pedersen::ValueCommitment,
    statement::sample,
};

fn slot(number: u32) -> Slot {
    Slot::new(number % Slot::COUNT).unwrap()
}

fn other_auditor() -> AuditorSecret {
    AuditorSecret::random(&mut StdRng::seed_from_u64(0xbad))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn transfers_open(seed: u64) {
        let witness = sample::transfer(seed);
        let public = witness.public_inputs(Fr::from(0_u64));
        let ephemeral = witness.r.ephemeral();
        let nf1 = Nullifier::new(public.nf1);
        let open = |auditor: &AuditorSecret, nf1, c1| {
            transfer::open(auditor, &ephemeral, nf1, c1, public.c2)
        };
        let auditor = sample::auditor(seed);
        let opening = open(&auditor, nf1, public.c1).unwrap();
        prop_assert_eq!((opening.pay, opening.change), (witness.pay, witness.change));
        prop_assert_eq!(opening.sender, witness.sender_leaf.slot());
        prop_assert_eq!(opening.recipient, witness.recipient_leaf.slot());
        let (cm1, cm2) = (Commitment::new(public.cm1), Commitment::new(public.cm2));
        let (sender, recipient) = (witness.owner(), witness.recipient);
        prop_assert_eq!(opening.check(sender, recipient, cm1, cm2), Ok(()));
        prop_assert_eq!(
            opening.check(recipient, sender, cm1, cm2),
            Err(AuditError::Commitment)
        );

        let garbage = Some(AuditError::Garbage);
        prop_assert_eq!(open(&other_auditor(), nf1, public.c1).err(), garbage);
        prop_assert_eq!(open(&auditor, Nullifier::new(public.nf2), public.c1).err(), garbage);
        prop_assert_eq!(open(&auditor, nf1, public.c2).err(), garbage);
    }

    #[test]
    fn redemptions_open(seed: u64) {
        let witness = sample::redeem(seed);
        let public = witness.public_inputs(Fr::from(0_u64));
        let (auditor, ephemeral) = (sample::auditor(seed), witness.r.ephemeral());
        let nf1 = Nullifier::new(public.nf1);
        let opening = redeem::open(&auditor, &ephemeral, nf1, public.c1, public.c2).unwrap();
        prop_assert_eq!((opening.redeemed, opening.change), (witness.redeemed, witness.change));
        prop_assert_eq!(opening.sender, witness.sender_leaf.slot());
        let cm2 = Commitment::new(public.cm2);
        let cv = witness.value_commitment();
        prop_assert_eq!(opening.check(witness.owner(), cm2, &cv), Ok(()));
        prop_assert_eq!(
            opening.check(witness.owner(), cm2, &ValueCommitment::zero()),
            Err(AuditError::Commitment)
        );
        let wrong = redeem::open(&other_auditor(), &ephemeral, nf1, public.c1, public.c2);
        prop_assert_eq!(wrong.err(), Some(AuditError::Garbage));
    }

    #[test]
    fn issues_open(seed: u64) {
        let witness = sample::issue(seed);
        let public = witness.public_inputs(Fr::from(0_u64));
        let (auditor, ephemeral) = (sample::auditor(seed), witness.r.ephemeral());
        let ciphertext = (public.c1, public.c2, public.c3);
        let counter = witness.nonce.counter().unwrap();
        let opening = issue::open(&auditor, &ephemeral, witness.nonce, ciphertext).unwrap();
        prop_assert_eq!(opening.value, witness.value);
        prop_assert_eq!(opening.recipient, witness.recipient_leaf.slot());
        let cm1 = Commitment::new(public.cm1);
        let cv = witness.value_commitment();
        prop_assert_eq!(opening.check(witness.recipient, cm1, &cv), Ok(()));
        let wrong = issue::open(&auditor, &ephemeral, (counter ^ 1).into(), ciphertext);
        prop_assert_eq!(wrong.err(), Some(AuditError::Garbage));
    }

    #[test]
    fn escrows_open(seed: u64) {
        let witness = sample::register(seed);
        let public = witness.public_inputs(Fr::from(0_u64));
        let (ak, ephemeral) = (witness.ak.point(), witness.r.ephemeral());
        let open = |auditor: &AuditorSecret| {
            register::open(auditor, &ephemeral, witness.owner(), ak, public.c1)
        };
        prop_assert!(open(&sample::auditor(seed)).unwrap() == witness.nk);
        prop_assert_eq!(open(&other_auditor()).err(), Some(AuditError::Commitment));
    }

    #[test]
    fn packing_is_exact(first: u64, second: u64, i: u32, j: u32, bit in 0_u32..253) {
        use ark_ff::{BigInteger, PrimeField};
        let packed = packing::Packed {
            first: Amount::new(first),
            second: Amount::new(second),
            sender: slot(i),
            recipient: slot(j),
        };
        let value = packed.pack();
        let two = Fr::from(2_u64);
        let shifted = |n: u64, by: u64| Fr::from(n) * ark_ff::Field::pow(&two, [by]);
        let (i, j) = (slot(i).get().into(), slot(j).get().into());
        prop_assert_eq!(
            value,
            Fr::from(first) + shifted(second, 64) + shifted(i, 128) + shifted(j, 148)
        );
        let back = packing::Packed::unpack(&value).unwrap();
        prop_assert_eq!((back.first, back.second), (packed.first, packed.second));
        prop_assert_eq!((back.sender, back.recipient), (packed.sender, packed.recipient));

        // A bit outside the fields is refused, one inside is read.
        let outside = (146..148).contains(&bit) || bit >= 166;
        let stray = value + shifted(1, bit.into());
        prop_assume!(!value.into_bigint().get_bit(bit as usize));
        prop_assert_eq!(packing::Packed::unpack(&stray).is_err(), outside);
    }
}

/// The four statements do not share a key stream, even for equal inputs.
#[test]
fn key_streams_are_separate() {
    let mut rng = StdRng::seed_from_u64(1);
    let r = AuditScalar::random(&mut rng);
    let auditor = AuditorSecret::random(&mut rng).public();
    let u = Fr::from(7_u64);
    let streams = [
        transfer::keys(&r, &auditor, Nullifier::new(u)),
        redeem::keys(&r, &auditor, Nullifier::new(u)),
        issue::keys(&r, &auditor, 7.into()),
        register::keys(&r, &auditor, crate::keys::Owner::new(u)),
    ];
    let mut elements: Vec<Fr> = streams.iter().flat_map(|k| [k.k1, k.k2, k.k3]).collect();
    elements.sort();
    elements.dedup();
    assert_eq!(elements.len(), 12);
}

#[test]
fn sender_and_auditor_agree_on_keys() {
    let mut rng = StdRng::seed_from_u64(1);
    let secret = AuditorSecret::random(&mut rng);
    let r = AuditScalar::random(&mut rng);
    let tag = crate::tags::AUDIT_ISSUE;
    let sender = r.keys(tag, &secret.public(), Fr::from(1_u64));
    let auditor = secret.keys(tag, &r.ephemeral(), Fr::from(1_u64));
    assert!((sender.k1, sender.k2, sender.k3) == (auditor.k1, auditor.k2, auditor.k3));
}

/// Whoever knows K of a ciphertext opens that one, and no other.
#[test]
fn the_shared_point_alone_opens() {
    let witness = sample::transfer(3);
    let public = witness.public_inputs(Fr::from(0_u64));
    let auditor = sample::auditor(3);
    let nf1 = Nullifier::new(public.nf1);
    let point = auditor.public().point().mul(witness.r.scalar());
    let shared = SharedSecret::new(&point).unwrap();
    let opening = transfer::open_with(&shared, nf1, public.c1, public.c2).unwrap();
    assert_eq!((opening.pay, opening.change), (witness.pay, witness.change));

    let other = SharedSecret::new(&point.add(&Point::generator())).unwrap();
    let wrong = transfer::open_with(&other, nf1, public.c1, public.c2);
    assert_eq!(wrong.err(), Some(AuditError::Garbage));
    let none = SharedSecret::new(&Point::IDENTITY);
    assert_eq!(none.err(), Some(AuditError::BadShared));
    assert_eq!(format!("{shared:?}"), "SharedSecret(redacted)");
}

#[test]
fn degenerate_keys_are_refused() {
    assert_eq!(AuditorKey::new(Point::IDENTITY), Err(AuditError::BadKey));
    assert_eq!(
        AuditorKey::decode(&Point::IDENTITY.encode()),
        Err(AuditError::BadKey)
    );
    // (0, −1): on the curve, of order 2.
    let order2 = PointBytes::from_xy(
        &fr_to_bytes(&Fr::from(0_u64)),
        &fr_to_bytes(&-Fr::from(1_u64)),
    );
    assert_eq!(AuditorKey::decode(&order2), Err(AuditError::BadKey));
    assert_eq!(
        AuditorKey::decode(&PointBytes([0xff; 64])),
        Err(AuditError::BadKey)
    );
    assert!(AuditScalar::new(Scalar::from(0_u64)).is_err());
    assert!(AuditorSecret::from_bytes(&[0; 32]).is_err());
    assert!(AuditorSecret::from_bytes(&[0xff; 32]).is_err());
}

#[test]
fn secrets_survive_storage_and_stay_out_of_debug_output() {
    let secret = other_auditor();
    let back = AuditorSecret::from_bytes(&secret.to_bytes()).unwrap();
    assert_eq!(back.public(), secret.public());
    assert_eq!(format!("{secret:?}"), "AuditorSecret(redacted)");
    let r = AuditScalar::random(&mut StdRng::seed_from_u64(1));
    assert_eq!(format!("{r:?}"), "AuditScalar(redacted)");
}

/// The message form: what the auditor reads from the ledger.
#[test]
fn ledger_messages_open() {
    use obolus_abi::token::TransferMsg;
    let witness = sample::transfer(5);
    let public = witness
        .public_inputs(Fr::from(0_u64))
        .map(|input| fr_to_bytes(&input));
    let mut message = TransferMsg {
        anchor: public.anchor,
        sender_root: public.sender_root,
        recipient_root: public.recipient_root,
        nf1: public.nf1,
        nf2: public.nf2,
        cm1: public.cm1,
        cm2: public.cm2,
        rk: PointBytes::from_xy(&public.rk_x, &public.rk_y),
        r: PointBytes::from_xy(&public.r_x, &public.r_y),
        c1: public.c1,
        c2: public.c2,
    };
    let auditor = sample::auditor(5);
    let opening = transfer::open_message(&auditor, &message).unwrap();
    assert_eq!(opening.pay, witness.pay);
    message.c1.0 = [0xff; 32];
    let malformed = transfer::open_message(&auditor, &message);
    assert_eq!(malformed.err(), Some(AuditError::Malformed));

    let witness = sample::register(5);
    let public = witness
        .public_inputs(Fr::from(0_u64))
        .map(|input| fr_to_bytes(&input));
    let opened = register::open_message(
        &auditor,
        &public.owner,
        &PointBytes::from_xy(&public.ak_x, &public.ak_y),
        &PointBytes::from_xy(&public.r_x, &public.r_y),
        &public.c1,
    );
    assert!(opened.is_ok_and(|nk: NullifierKey| nk == witness.nk));
}
