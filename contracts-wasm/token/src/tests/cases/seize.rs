//! Notes of a frozen participant.

use super::*;

pub const CASES: &[Case] = &[
    (Token(E::State), "seizure before init", |w| {
        let a = valid_seize(w);
        elsewhere(w, a)
    }),
    (Token(E::UserOnly), "seizure by a contract", |w| {
        valid_seize(w).by(STRANGER)
    }),
    (Token(E::CircuitOff), "seizure", |w| {
        off(w, Circuit::Transfer, valid_seize)
    }),
    (Token(E::CircuitOff), "seizure while paused", |w| {
        paused(w, |w| off(w, Circuit::Transfer, valid_seize))
    }),
    (Token(E::NonCanonical), "seizure nf1", |w| {
        seize(w, |m| m.transfer.nf1 = modulus())
    }),
    (Token(E::NonCanonical), "seizure rk", |w| {
        seize(w, |m| m.transfer.rk = loose_point())
    }),
    (Token(E::NullifiersEqual), "seizure", |w| {
        seize(w, |m| m.transfer.nf2 = m.transfer.nf1)
    }),
    (Token(E::BadMemos), "seizure without", |w| {
        let a = valid_seize(w);
        memos(w, a, &[])
    }),
    (Token(E::BadMemos), "seizure with two pairs", |w| {
        let a = valid_seize(w);
        memos(w, a, &[RECIPIENT, OWN, RECIPIENT, OWN])
    }),
    (Token(E::NotIssuer), "seizure by one of two", |w| {
        let a = valid_seize(w);
        signed_by(w, a, &ISSUERS[..1])
    }),
    (Token(E::NotIssuer), "seizure by the operator", |w| {
        let a = valid_seize(w);
        signed_by(w, a, &OPERATORS)
    }),
    (
        Token(E::NotIssuer),
        "seizure with the holder's signature alone",
        |w| {
            let a = valid_seize(w);
            w.mock.tx.spend_keys = [ToyMaths::point(7)].into();
            signed_by(w, a, &[])
        },
    ),
    (Token(E::DoubleSpend), "seizure of spent notes", |w| {
        spent(w, valid_seize)
    }),
    (Token(E::DoubleSpend), "seizure twice", |w| {
        let first = valid_seize(w);
        w.accept(&first);
        valid_seize(w)
    }),
    (Token(E::UnknownAnchor), "seizure", |w| {
        seize(w, |m| m.transfer.anchor = field(1))
    }),
    (Registry(FrozenRoot), "seizure from an active holder", |w| {
        seize(w, |m| m.transfer.sender_root = field(1))
    }),
    (Registry(SeizureEarly), "seizure before the delay", |w| {
        seize(w, |m| m.transfer.sender_root = just_frozen())
    }),
    (Registry(RecipientRoot), "seizure", |w| {
        seize(w, |m| m.transfer.recipient_root = stale())
    }),
    (Token(E::Registry), "seizure", |w| {
        let a = valid_seize(w);
        no_registry(w, a)
    }),
    (Token(E::BadProof), "seizure without a proof", |w| {
        let a = valid_seize(w);
        no_proof(w, a)
    }),
    (Token(E::BadProof), "seizure with a holder's proof", |w| {
        let msg = w.seize_msg();
        w.transfer(&msg.transfer);
        w.mock.tx.role_keys = ISSUERS.into();
        Attempt::new(TOKEN, "seize", &msg)
    }),
    (Token(E::BadProof), "a seizure's proof in a payment", |w| {
        let msg = w.seize_msg();
        w.seize(&msg);
        w.mock.tx.spend_keys = [msg.transfer.rk].into();
        Attempt::new(TOKEN, "transfer", &msg.transfer)
    }),
    (Token(E::BadProof), "seizure under another order", |w| {
        let a = valid_seize(w);
        w.mock.tx.digest = obolus_sdk::TxDigest([8; 32]);
        a
    }),
    (Token(E::BadProof), "seizure re-pinned", |w| {
        repin(w, Circuit::Transfer);
        valid_seize(w)
    }),
    (Token(E::TreeFull), "seizure", |w| {
        let a = valid_seize(w);
        full(w, a)
    }),
];
