//! The ledger's state, the registry, authorisation and the proof.

use super::*;

pub const CASES: &[Case] = &[
    (Token(E::Nonce), "issue replayed", |w| {
        issue(w, |m| m.nonce = 0)
    }),
    (Token(E::Nonce), "issue ahead", |w| {
        issue(w, |m| m.nonce = 2)
    }),
    (Token(E::DoubleSpend), "transfer twice", |w| {
        spent(w, valid_transfer)
    }),
    (Token(E::DoubleSpend), "deal after a transfer", |w| {
        spent(w, valid_deal)
    }),
    (Token(E::DoubleSpend), "redeem after a transfer", |w| {
        spent(w, valid_redeem)
    }),
    (Token(E::DoubleSpend), "one of two", |w| {
        spent(w, |w| transfer(w, |m| m.nf1 = field(77)))
    }),
    (Token(E::DoubleSpend), "the slots swapped", |w| {
        spent(w, |w| transfer(w, |m| (m.nf1, m.nf2) = (m.nf2, field(77))))
    }),
    (Token(E::UnknownAnchor), "transfer", |w| {
        transfer(w, |m| m.anchor = field(1))
    }),
    (Token(E::UnknownAnchor), "deal", |w| {
        deal(w, |m| m.transfer.anchor = field(1))
    }),
    (Token(E::UnknownAnchor), "redeem", |w| {
        redeem(w, |m| m.anchor = field(1))
    }),
    (Token(E::NotAuthorised), "transfer", |w| {
        let a = valid_transfer(w);
        no_signature(w, a)
    }),
    (Token(E::NotAuthorised), "redeem", |w| {
        let a = valid_redeem(w);
        no_signature(w, a)
    }),
    (Token(E::NotAuthorised), "a user names a deal's key", |w| {
        let rk = w.deal_msg().transfer.rk;
        let a = transfer(w, |m| m.rk = rk);
        no_signature(w, a)
    }),
    (Token(E::NotDealKey), "another contract", |w| {
        let msg = w.deal_msg();
        w.transfer_deal(STRANGER, &msg)
    }),
    (Token(E::NotDealKey), "another deal of the contract", |w| {
        deal(w, |m| m.deal = DealId([6; 32]))
    }),
    (Token(E::NotDealKey), "re-randomised", |w| {
        deal(w, |m| m.transfer.rk = ToyMaths::point(7))
    }),
    (
        Token(E::NotDealKey),
        "a participant's key with its signature",
        |w| {
            let a = deal(w, |m| m.transfer.rk = ToyMaths::point(7));
            w.mock.tx.spend_keys = [ToyMaths::point(7)].into();
            a
        },
    ),
    (Registry(SenderRoot), "transfer", |w| {
        transfer(w, |m| m.sender_root = stale())
    }),
    (Registry(RecipientRoot), "transfer", |w| {
        transfer(w, |m| m.recipient_root = stale())
    }),
    (Registry(SenderRoot), "deal", |w| {
        deal(w, |m| m.transfer.sender_root = stale())
    }),
    (Registry(RecipientRoot), "deal", |w| {
        deal(w, |m| m.transfer.recipient_root = stale())
    }),
    (Registry(SenderRoot), "redeem", |w| {
        redeem(w, |m| m.sender_root = stale())
    }),
    (Registry(RecipientRoot), "issue", |w| {
        issue(w, |m| m.recipient_root = stale())
    }),
    (Token(E::Registry), "issue", |w| {
        let a = valid_issue(w);
        no_registry(w, a)
    }),
    (Token(E::Registry), "transfer", |w| {
        let a = valid_transfer(w);
        no_registry(w, a)
    }),
    (Token(E::BadProof), "issue", |w| {
        let a = valid_issue(w);
        no_proof(w, a)
    }),
    (Token(E::BadProof), "transfer", |w| {
        let a = valid_transfer(w);
        no_proof(w, a)
    }),
    (Token(E::BadProof), "deal", |w| {
        let a = valid_deal(w);
        no_proof(w, a)
    }),
    (Token(E::BadProof), "redeem", |w| {
        let a = valid_redeem(w);
        no_proof(w, a)
    }),
    (Token(E::BadProof), "transfer re-pinned", |w| {
        repin(w, Circuit::Transfer);
        valid_transfer(w)
    }),
    (Token(E::BadProof), "issue re-pinned", |w| {
        repin(w, Circuit::Issue);
        valid_issue(w)
    }),
    (Token(E::BadProof), "redeem re-pinned", |w| {
        repin(w, Circuit::Redeem);
        valid_redeem(w)
    }),
    (
        Token(E::BadProof),
        "memos or arguments swapped under the proof",
        |w| {
            let a = valid_transfer(w);
            w.mock.tx.digest = obolus_sdk::TxDigest([8; 32]);
            a
        },
    ),
    (Token(E::BadProof), "a user's proof in a deal call", |w| {
        let msg = w.deal_msg();
        w.transfer(&msg.transfer);
        Attempt::new(TOKEN, "transfer_deal", &msg).by(DEALER)
    }),
    (Token(E::TreeFull), "issue", |w| {
        let a = valid_issue(w);
        full(w, a)
    }),
    (Token(E::TreeFull), "transfer", |w| {
        let a = valid_transfer(w);
        full(w, a)
    }),
    (Token(E::TreeFull), "deal", |w| {
        let a = valid_deal(w);
        full(w, a)
    }),
    (Token(E::TreeFull), "redeem", |w| {
        let a = valid_redeem(w);
        full(w, a)
    }),
];
