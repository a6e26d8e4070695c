//! A user's payment that an approved contract passes on.

use super::*;

pub const CASES: &[Case] = &[
    (Token(E::State), "forwarded before init", |w| {
        let a = valid_forwarded(w);
        elsewhere(w, a)
    }),
    (Token(E::ContractOnly), "forwarded by a user", |w| {
        by_user(valid_forwarded(w))
    }),
    (
        Token(E::ContractOnly),
        "a user's own transfer sent to transfer_for",
        |w| {
            let msg = w.transfer_msg();
            w.transfer(&msg);
            Attempt::new(TOKEN, "transfer_for", &msg)
        },
    ),
    (Token(E::Paused), "forwarded", |w| {
        paused(w, valid_forwarded)
    }),
    (Token(E::CircuitOff), "forwarded", |w| {
        off(w, Circuit::Transfer, valid_forwarded)
    }),
    (Token(E::NonCanonical), "forwarded nf1", |w| {
        forwarded(w, |m| m.nf1 = modulus())
    }),
    (Token(E::NonCanonical), "forwarded cm1", |w| {
        forwarded(w, |m| m.cm1 = modulus())
    }),
    (Token(E::NonCanonical), "forwarded rk", |w| {
        forwarded(w, |m| m.rk = loose_point())
    }),
    (Token(E::NullifiersEqual), "forwarded", |w| {
        forwarded(w, |m| m.nf2 = m.nf1)
    }),
    (Token(E::BadMemos), "forwarded without", |w| {
        let a = valid_forwarded(w);
        memos(w, a, &[])
    }),
    (Token(E::BadMemos), "forwarded with half a pair", |w| {
        let a = valid_forwarded(w);
        memos(w, a, &[RECIPIENT, OWN, RECIPIENT])
    }),
    (Token(E::BadMemos), "forwarded in the wrong order", |w| {
        let a = valid_forwarded(w);
        memos(w, a, &[OWN, RECIPIENT])
    }),
    (Token(E::DoubleSpend), "forwarded after a transfer", |w| {
        spent(w, valid_forwarded)
    }),
    (Token(E::DoubleSpend), "forwarded twice", |w| {
        let first = valid_forwarded(w);
        w.accept(&first);
        valid_forwarded(w)
    }),
    (
        Token(E::DoubleSpend),
        "a transfer after it was forwarded",
        |w| {
            let first = valid_forwarded(w);
            w.accept(&first);
            valid_transfer(w)
        },
    ),
    (Token(E::UnknownAnchor), "forwarded", |w| {
        forwarded(w, |m| m.anchor = field(1))
    }),
    (
        Token(E::NotAuthorised),
        "forwarded without a signature",
        |w| {
            let a = valid_forwarded(w);
            no_signature(w, a)
        },
    ),
    (
        Token(E::NotAuthorised),
        "forwarded under another key's signature",
        |w| {
            let a = valid_forwarded(w);
            w.mock.tx.spend_keys = [ToyMaths::point(99)].into();
            a
        },
    ),
    (
        Token(E::NotAuthorised),
        "a deal's note by way of transfer_for",
        |w| {
            let rk = w.deal_msg().transfer.rk;
            let a = forwarded(w, |m| m.rk = rk);
            no_signature(w, a)
        },
    ),
    (
        Registry(NotApproved),
        "forwarded by a contract that nobody approved",
        |w| {
            let msg = w.transfer_msg();
            w.transfer_for(STRANGER, &msg)
        },
    ),
    (Registry(SenderRoot), "forwarded", |w| {
        forwarded(w, |m| m.sender_root = stale())
    }),
    (Registry(RecipientRoot), "forwarded", |w| {
        forwarded(w, |m| m.recipient_root = stale())
    }),
    (Token(E::Registry), "forwarded", |w| {
        let a = valid_forwarded(w);
        no_registry(w, a)
    }),
    (Token(E::BadProof), "forwarded without a proof", |w| {
        let a = valid_forwarded(w);
        no_proof(w, a)
    }),
    (
        Token(E::BadProof),
        "forwarded with a proof of transfer",
        |w| {
            let msg = w.transfer_msg();
            w.transfer(&msg);
            Attempt::new(TOKEN, "transfer_for", &msg).by(DEALER)
        },
    ),
    (
        Token(E::BadProof),
        "forwarded with a proof that names another contract",
        |w| {
            let msg = w.transfer_msg();
            w.transfer_for(STRANGER, &msg).by(DEALER)
        },
    ),
    (
        Token(E::BadProof),
        "forwarded with a proof of transfer_deal",
        |w| {
            let msg = w.deal_msg();
            w.transfer_deal(DEALER, &msg);
            w.mock.tx.spend_keys = [msg.transfer.rk].into();
            Attempt::new(TOKEN, "transfer_for", &msg.transfer).by(DEALER)
        },
    ),
    (
        Token(E::BadProof),
        "a forwarded payment's proof in a user's own call",
        |w| {
            let msg = w.transfer_msg();
            w.transfer_for(DEALER, &msg);
            Attempt::new(TOKEN, "transfer", &msg)
        },
    ),
    (
        Token(E::BadProof),
        "forwarded in another transaction",
        |w| {
            let a = valid_forwarded(w);
            w.mock.tx.digest = obolus_sdk::TxDigest([8; 32]);
            a
        },
    ),
    (Token(E::BadProof), "forwarded re-pinned", |w| {
        repin(w, Circuit::Transfer);
        valid_forwarded(w)
    }),
    (
        Token(E::BadProof),
        "forwarded to another recipient than proved",
        |w| {
            let mut msg = w.transfer_msg();
            w.transfer_for(DEALER, &msg);
            msg.cm1 = field(66);
            Attempt::new(TOKEN, "transfer_for", &msg).by(DEALER)
        },
    ),
    (Token(E::TreeFull), "forwarded", |w| {
        let a = valid_forwarded(w);
        full(w, a)
    }),
];
