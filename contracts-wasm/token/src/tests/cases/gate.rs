//! Who calls, and whether the token is open.

use super::*;

pub const CASES: &[Case] = &[
    (Token(E::State), "issue before init", |w| {
        let a = valid_issue(w);
        elsewhere(w, a)
    }),
    (Token(E::State), "transfer before init", |w| {
        let a = valid_transfer(w);
        elsewhere(w, a)
    }),
    (Token(E::State), "deal before init", |w| {
        let a = valid_deal(w);
        elsewhere(w, a)
    }),
    (Token(E::State), "redeem before init", |w| {
        let a = valid_redeem(w);
        elsewhere(w, a)
    }),
    (Token(E::State), "pause before init", |w| {
        let a = w.set_paused(true);
        elsewhere(w, a)
    }),
    (Token(E::UserOnly), "issue replayed by a nested call", |w| {
        valid_issue(w).by(STRANGER)
    }),
    (Token(E::UserOnly), "transfer by a contract", |w| {
        valid_transfer(w).by(STRANGER)
    }),
    (Token(E::UserOnly), "redeem by a contract", |w| {
        valid_redeem(w).by(STRANGER)
    }),
    (Token(E::UserOnly), "pause by a contract", |w| {
        w.set_paused(true).by(STRANGER)
    }),
    (Token(E::UserOnly), "switch by a contract", |w| {
        w.set_switch(SWITCH).by(STRANGER)
    }),
    (Token(E::UserOnly), "pin by a contract", |w| {
        w.set_pin(PIN).by(STRANGER)
    }),
    (Token(E::ContractOnly), "a user spends a deal's note", |w| {
        by_user(valid_deal(w))
    }),
    (Token(E::Paused), "issue", |w| paused(w, valid_issue)),
    (Token(E::Paused), "transfer", |w| paused(w, valid_transfer)),
    (Token(E::Paused), "deal", |w| paused(w, valid_deal)),
    (Token(E::Paused), "redeem", |w| paused(w, valid_redeem)),
    (Token(E::CircuitOff), "issue", |w| {
        off(w, Circuit::Issue, valid_issue)
    }),
    (Token(E::CircuitOff), "transfer", |w| {
        off(w, Circuit::Transfer, valid_transfer)
    }),
    (Token(E::CircuitOff), "deal", |w| {
        off(w, Circuit::Transfer, valid_deal)
    }),
    (Token(E::CircuitOff), "redeem", |w| {
        off(w, Circuit::Redeem, valid_redeem)
    }),
    (Token(E::NotIssuer), "one of two", |w| {
        let a = valid_issue(w);
        signed_by(w, a, &ISSUERS[..1])
    }),
    (Token(E::NotIssuer), "the operator", |w| {
        let a = valid_issue(w);
        signed_by(w, a, &OPERATORS)
    }),
    (Token(E::NotOperator), "pause", |w| {
        let a = w.set_paused(true);
        signed_by(w, a, &ISSUERS)
    }),
    (Token(E::NotOperator), "switch", |w| {
        let a = w.set_switch(SWITCH);
        signed_by(w, a, &[])
    }),
    (Token(E::NotOperator), "pin", |w| {
        let a = w.set_pin(PIN);
        signed_by(w, a, &ISSUERS)
    }),
];
