//! Attestations, and issues against them.

use super::*;

/// A token without attestors.
fn no_attestors(world: &mut World) {
    let mut init = init_msg();
    init.reserves = None;
    *world = World::empty(&init);
}

pub const CASES: &[Case] = &[
    (Token(E::State), "attestation before init", |w| {
        let a = valid_attest(w);
        elsewhere(w, a)
    }),
    (Token(E::UserOnly), "attestation by a contract", |w| {
        valid_attest(w).by(STRANGER)
    }),
    (Token(E::CircuitOff), "attestation", |w| {
        off(w, Circuit::Supply, valid_attest)
    }),
    (Token(E::BadAttestation), "2^96", |w| {
        attest(w, |m| m.reserves = 1 << 96)
    }),
    (Token(E::BadAttestation), "counted in the future", |w| {
        attest(w, |m| m.as_of_height += 1)
    }),
    (Token(E::BadAttestation), "counted before the last", |w| {
        let first = valid_attest(w);
        w.accept(&first);
        w.end_block();
        attest(w, |m| m.as_of_height -= 2)
    }),
    (Token(E::NotAttestor), "one of two", |w| {
        let a = valid_attest(w);
        signed_by(w, a, &ATTESTORS[..1])
    }),
    (Token(E::NotAttestor), "the issuer", |w| {
        let a = valid_attest(w);
        signed_by(w, a, &ISSUERS)
    }),
    (Token(E::NotAttestor), "a token without attestors", |w| {
        no_attestors(w);
        valid_attest(w)
    }),
    (Token(E::IssuedSum), "an older sum", |w| {
        let msg = w.attest_msg();
        let issue = w.issue(&issue_msg(1));
        w.accept(&issue);
        w.attest(&msg)
    }),
    (Token(E::IssuedSum), "nothing issued", |w| {
        attest(w, |m| m.issued = PointBytes::IDENTITY)
    }),
    (Token(E::RedeemedSum), "a sum that never was", |w| {
        attest(w, |m| m.redeemed = ToyMaths::point(51))
    }),
    (Token(E::RedeemedSum), "the sum of issues", |w| {
        attest(w, |m| m.redeemed = m.issued)
    }),
    (Token(E::RedeemedSum), "no point", |w| {
        let msg = AttestMsg {
            redeemed: PointBytes([1; 64]),
            ..w.attest_msg()
        };
        valid_attest(w);
        Attempt::new(TOKEN, "attest", &msg)
    }),
    (Token(E::BadProof), "attestation without a proof", |w| {
        let a = valid_attest(w);
        no_proof(w, a)
    }),
    (Token(E::BadProof), "proved for higher reserves", |w| {
        let msg = w.attest_msg();
        w.attest(&AttestMsg {
            reserves: msg.reserves + 1,
            ..msg
        });
        Attempt::new(TOKEN, "attest", &msg)
    }),
    (Token(E::BadProof), "attestation re-pinned", |w| {
        repin(w, Circuit::Supply);
        valid_attest(w)
    }),
    (Token(E::State), "backed issue before init", |w| {
        let a = valid_backed(w);
        elsewhere(w, a)
    }),
    (Token(E::UserOnly), "backed issue by a contract", |w| {
        valid_backed(w).by(STRANGER)
    }),
    (Token(E::StrictBacking), "issue without room", |w| {
        *w = World::strict();
        w.issue(&issue_msg(0))
    }),
    (Token(E::NotAttested), "backed issue", |w| {
        w.issue_backed(&issue_msg(1))
    }),
    (Token(E::Paused), "backed issue", |w| {
        *w = World::strict();
        paused(w, |w| w.issue_backed(&issue_msg(0)))
    }),
    (Token(E::CircuitOff), "backed issue, issues off", |w| {
        *w = World::strict();
        off(w, Circuit::Issue, |w| w.issue_backed(&issue_msg(0)))
    }),
    (Token(E::CircuitOff), "backed issue, supply off", |w| {
        *w = World::strict();
        off(w, Circuit::Supply, |w| w.issue_backed(&issue_msg(0)))
    }),
    (Token(E::NonCanonical), "backed issue cm1", |w| {
        backed(w, |m| m.cm1 = modulus())
    }),
    (
        Token(E::NonCanonical),
        "backed issue cv off the curve",
        |w| backed(w, |m| m.cv = PointBytes([1; 64])),
    ),
    (Token(E::BadMemos), "backed issue without", |w| {
        let a = valid_backed(w);
        memos(w, a, &[])
    }),
    (Token(E::NotIssuer), "backed issue by attestors", |w| {
        let a = valid_backed(w);
        signed_by(w, a, &ATTESTORS)
    }),
    (Token(E::Nonce), "backed issue", |w| {
        backed(w, |m| m.nonce = 1)
    }),
    (Registry(RecipientRoot), "backed issue", |w| {
        backed(w, |m| m.recipient_root = stale())
    }),
    (Token(E::BadProof), "backed issue without room", |w| {
        let a = valid_backed(w);
        w.mock.tx.proofs.retain(|(key, _)| *key != SUPPLY_KEY);
        a
    }),
    (Token(E::BadProof), "room without an issue's proof", |w| {
        let a = valid_backed(w);
        w.mock.tx.proofs.retain(|(key, _)| *key == SUPPLY_KEY);
        a
    }),
    (Token(E::BadProof), "an attestation's proof as room", |w| {
        let a = valid_backed(w);
        w.mock.tx.proofs.retain(|(key, _)| *key != SUPPLY_KEY);
        let issue = w.mock.tx.proofs.clone();
        valid_attest(w);
        w.mock.tx.proofs.extend(issue);
        w.mock.tx.role_keys = ISSUERS.into();
        w.mock.tx.memos = [RECIPIENT].into();
        a
    }),
    (Token(E::TreeFull), "backed issue", |w| {
        let a = valid_backed(w);
        full(w, a)
    }),
];
