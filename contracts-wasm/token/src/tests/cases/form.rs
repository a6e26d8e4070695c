//! Bytes and memos.

use super::*;

pub const CASES: &[Case] = &[
    (Token(E::NonCanonical), "issue recipient_root", |w| {
        issue(w, |m| m.recipient_root = modulus())
    }),
    (Token(E::NonCanonical), "issue cm1", |w| {
        issue(w, |m| m.cm1 = modulus())
    }),
    (Token(E::NonCanonical), "issue cv", |w| {
        issue(w, |m| m.cv = loose_point())
    }),
    (Token(E::NonCanonical), "issue cv off the curve", |w| {
        issue(w, |m| m.cv = PointBytes([1; 64]))
    }),
    (Token(E::NonCanonical), "issue r", |w| {
        issue(w, |m| m.r = loose_point())
    }),
    (Token(E::NonCanonical), "issue c1", |w| {
        issue(w, |m| m.c1 = modulus())
    }),
    (Token(E::NonCanonical), "issue c2", |w| {
        issue(w, |m| m.c2 = modulus())
    }),
    (Token(E::NonCanonical), "issue c3", |w| {
        issue(w, |m| m.c3 = modulus())
    }),
    (Token(E::NonCanonical), "transfer anchor", |w| {
        transfer(w, |m| m.anchor = modulus())
    }),
    (Token(E::NonCanonical), "transfer sender_root", |w| {
        transfer(w, |m| m.sender_root = modulus())
    }),
    (Token(E::NonCanonical), "transfer recipient_root", |w| {
        transfer(w, |m| m.recipient_root = modulus())
    }),
    (Token(E::NonCanonical), "transfer nf1", |w| {
        transfer(w, |m| m.nf1 = modulus())
    }),
    (Token(E::NonCanonical), "transfer nf2", |w| {
        transfer(w, |m| m.nf2 = modulus())
    }),
    (Token(E::NonCanonical), "transfer cm1", |w| {
        transfer(w, |m| m.cm1 = modulus())
    }),
    (Token(E::NonCanonical), "transfer cm2", |w| {
        transfer(w, |m| m.cm2 = modulus())
    }),
    (Token(E::NonCanonical), "transfer rk", |w| {
        transfer(w, |m| m.rk = loose_point())
    }),
    (Token(E::NonCanonical), "transfer r", |w| {
        transfer(w, |m| m.r = loose_point())
    }),
    (Token(E::NonCanonical), "transfer c1", |w| {
        transfer(w, |m| m.c1 = modulus())
    }),
    (Token(E::NonCanonical), "transfer c2", |w| {
        transfer(w, |m| m.c2 = modulus())
    }),
    (Token(E::NonCanonical), "deal nf1", |w| {
        deal(w, |m| m.transfer.nf1 = modulus())
    }),
    (Token(E::NonCanonical), "redeem anchor", |w| {
        redeem(w, |m| m.anchor = modulus())
    }),
    (Token(E::NonCanonical), "redeem sender_root", |w| {
        redeem(w, |m| m.sender_root = modulus())
    }),
    (Token(E::NonCanonical), "redeem nf1", |w| {
        redeem(w, |m| m.nf1 = modulus())
    }),
    (Token(E::NonCanonical), "redeem nf2", |w| {
        redeem(w, |m| m.nf2 = modulus())
    }),
    (Token(E::NonCanonical), "redeem cm2", |w| {
        redeem(w, |m| m.cm2 = modulus())
    }),
    (Token(E::NonCanonical), "redeem rk", |w| {
        redeem(w, |m| m.rk = loose_point())
    }),
    (Token(E::NonCanonical), "redeem cv", |w| {
        redeem(w, |m| m.cv = loose_point())
    }),
    (Token(E::NonCanonical), "redeem cv off the curve", |w| {
        redeem(w, |m| m.cv = PointBytes([1; 64]))
    }),
    (Token(E::NonCanonical), "redeem r", |w| {
        redeem(w, |m| m.r = loose_point())
    }),
    (Token(E::NonCanonical), "redeem c1", |w| {
        redeem(w, |m| m.c1 = modulus())
    }),
    (Token(E::NonCanonical), "redeem c2", |w| {
        redeem(w, |m| m.c2 = modulus())
    }),
    (Token(E::NullifiersEqual), "transfer", |w| {
        transfer(w, |m| m.nf2 = m.nf1)
    }),
    (Token(E::NullifiersEqual), "deal", |w| {
        deal(w, |m| m.transfer.nf2 = m.transfer.nf1)
    }),
    (Token(E::NullifiersEqual), "redeem", |w| {
        redeem(w, |m| m.nf2 = m.nf1)
    }),
    (Token(E::BadMemos), "issue without", |w| {
        let a = valid_issue(w);
        memos(w, a, &[])
    }),
    (Token(E::BadMemos), "issue with two", |w| {
        let a = valid_issue(w);
        memos(w, a, &[RECIPIENT, OWN])
    }),
    (Token(E::BadMemos), "issue with a short one", |w| {
        let a = valid_issue(w);
        memos(w, a, &[RECIPIENT - 1])
    }),
    (Token(E::BadMemos), "transfer with one", |w| {
        let a = valid_transfer(w);
        memos(w, a, &[RECIPIENT])
    }),
    (Token(E::BadMemos), "transfer with three", |w| {
        let a = valid_transfer(w);
        memos(w, a, &[RECIPIENT, OWN, 0])
    }),
    (Token(E::BadMemos), "transfer with two pairs", |w| {
        let a = valid_transfer(w);
        memos(w, a, &[RECIPIENT, OWN, RECIPIENT, OWN])
    }),
    (Token(E::BadMemos), "transfer in the wrong order", |w| {
        let a = valid_transfer(w);
        memos(w, a, &[OWN, RECIPIENT])
    }),
    (Token(E::BadMemos), "transfer with a long one", |w| {
        let a = valid_transfer(w);
        memos(w, a, &[RECIPIENT, OWN + 1])
    }),
    (Token(E::BadMemos), "deal without", |w| {
        let a = valid_deal(w);
        memos(w, a, &[])
    }),
    (Token(E::BadMemos), "deal with half a pair", |w| {
        let a = valid_deal(w);
        memos(w, a, &[RECIPIENT, OWN, RECIPIENT])
    }),
    (Token(E::BadMemos), "redeem without", |w| {
        let a = valid_redeem(w);
        memos(w, a, &[])
    }),
    (Token(E::BadMemos), "redeem with the recipient's", |w| {
        let a = valid_redeem(w);
        memos(w, a, &[RECIPIENT])
    }),
];
