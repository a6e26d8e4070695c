use obolus_abi::{FieldBytes, PointBytes, token::RedeemMsg};
use rand::{SeedableRng, rngs::StdRng};

use super::{open_message_with as open_with, *};
use crate::{
    amount::Amount,
    audit::{AuditScalar, AuditorSecret, issue},
    field::{Fr, fr_from_bytes, fr_to_bytes},
    note::{Rcm, Slot},
    pedersen::{Blinding, ValueCommitment},
};

/// A message as the holder makes it; the nullifier is small, so that an issue's own code seals it.
fn sample(secret: &AuditorSecret, rng: &mut StdRng) -> (MigrateMsg, SharedSecret) {
    let r = AuditScalar::random(rng);
    let nonce = 77_u64;
    let keys = issue::keys(&r, &secret.public(), nonce.into());
    let (value, slot) = (
        Amount::new(u64::MAX - 3),
        Slot::new(Slot::COUNT - 1).unwrap(),
    );
    let blinding = Blinding::random(rng);
    let rcm = Rcm::random(rng);
    let (c1, c2, c3) = issue::seal(&keys, value, slot, &rcm, &blinding);
    let cv = ValueCommitment::commit(value, &blinding).point().encode();
    let zero = FieldBytes::ZERO;
    let point = PointBytes([0; PointBytes::LEN]);
    let msg = MigrateMsg {
        out: RedeemMsg {
            anchor: zero,
            sender_root: zero,
            nf1: FieldBytes::from_u64(nonce),
            nf2: zero,
            cm2: zero,
            rk: point,
            cv,
            r: point,
            c1: zero,
            c2: zero,
            payout_reference: [0; 32],
        },
        recipient_root: zero,
        cm1: zero,
        r: r.ephemeral().encode(),
        c1: fr_to_bytes(&c1),
        c2: fr_to_bytes(&c2),
        c3: fr_to_bytes(&c3),
    };
    (msg, secret.shared(&r.ephemeral()))
}

#[test]
fn what_is_sealed_as_an_issue_opens() {
    let mut rng = StdRng::seed_from_u64(4);
    let secret = AuditorSecret::random(&mut rng);
    let (msg, shared) = sample(&secret, &mut rng);
    let opening = open_with(&shared, &msg).unwrap();
    assert_eq!(opening.value.get(), u64::MAX - 3);
    assert_eq!(opening.recipient.get(), Slot::COUNT - 1);
    let cv = ValueCommitment::commit(opening.value, &opening.blinding);
    assert_eq!(cv.point().encode(), msg.out.cv);
}

#[test]
fn other_keys_nullifiers_and_stray_bits_give_garbage() {
    let mut rng = StdRng::seed_from_u64(5);
    let secret = AuditorSecret::random(&mut rng);
    let (msg, shared) = sample(&secret, &mut rng);
    let mut other = msg.clone();
    other.out.nf1 = FieldBytes::from_u64(78);
    assert_eq!(open_with(&shared, &other).err(), Some(AuditError::Garbage));
    let (foreign, _) = sample(&AuditorSecret::random(&mut rng), &mut rng);
    assert_eq!(
        open_with(&shared, &foreign).err(),
        Some(AuditError::Garbage)
    );
    for bit in [64_u32, 127, 128, 147, 166, 200] {
        let two = Fr::from(2_u64);
        let stray = (0..bit).fold(Fr::from(1_u64), |power, _| power * two);
        let mut stray_msg = msg.clone();
        stray_msg.c1 = fr_to_bytes(&(fr_from_bytes(&msg.c1).unwrap() + stray));
        assert_eq!(
            open_with(&shared, &stray_msg).err(),
            Some(AuditError::Garbage),
            "bit {bit}"
        );
    }
    let mut malformed = msg;
    malformed.c2 = FieldBytes([0xff; 32]);
    assert_eq!(
        open_with(&shared, &malformed).err(),
        Some(AuditError::Malformed)
    );
}
