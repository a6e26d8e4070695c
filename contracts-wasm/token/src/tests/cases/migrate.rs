//! Moving to a successor.

use obolus_sdk::abi::token::SetVelocityMsg;

use super::super::calls::RULE;
use super::*;

fn out(world: &mut World, caller: ContractId) -> Attempt {
    let msg = world.redeem_msg();
    world.migrate_out(caller, &msg)
}

/// The successor's own settings are changed by the operator of both.
fn at_successor(world: &mut World, attempt: Attempt) {
    let attempt = Attempt {
        contract: SUCCESSOR,
        ..attempt
    };
    world.accept(&attempt);
}

pub const CASES: &[Case] = &[
    (Token(E::State), "successor before init", |w| {
        let a = w.set_successor(STRANGER);
        elsewhere(w, a)
    }),
    (Token(E::UserOnly), "successor by a contract", |w| {
        w.set_successor(STRANGER).by(STRANGER)
    }),
    (Token(E::NotOperator), "successor", |w| {
        let a = w.set_successor(STRANGER);
        signed_by(w, a, &ISSUERS)
    }),
    (Token(E::SuccessorFixed), "another one", |w| {
        *w = World::two();
        w.set_successor(STRANGER)
    }),
    (Token(E::NotFrozenCode), "successor", |w| {
        w.mock.set_code_frozen(STRANGER, false);
        w.set_successor(STRANGER)
    }),
    (Token(E::NotFrozenCode), "no such successor", |w| {
        w.set_successor(ContractId([97; 32]))
    }),
    (Token(E::State), "move out before init", |w| {
        let a = out(w, SUCCESSOR);
        elsewhere(w, a)
    }),
    (Token(E::NotSuccessor), "before one is named", |w| {
        out(w, SUCCESSOR)
    }),
    (
        Token(E::NotSuccessor),
        "by a user before one is named",
        |w| by_user(out(w, SUCCESSOR)),
    ),
    (Token(E::NotSuccessor), "by a user", |w| {
        *w = World::two();
        by_user(out(w, SUCCESSOR))
    }),
    (Token(E::NotSuccessor), "by another contract", |w| {
        *w = World::two();
        out(w, STRANGER)
    }),
    (Token(E::VelocityNeeded), "move out", |w| {
        *w = World::two();
        let rule = w.set_velocity(Some(RULE));
        w.accept(&rule);
        out(w, SUCCESSOR)
    }),
    (Token(E::VelocityNeeded), "move in", |w| {
        *w = World::two();
        let rule = SetVelocityMsg { rule: Some(RULE) };
        let mut rule = w.operate("set_velocity", &rule);
        rule.contract = SUCCESSOR;
        w.accept(&rule);
        let msg = w.migrate_msg();
        w.migrate(&msg)
    }),
    (Token(E::BadProof), "a redemption's proof", |w| {
        *w = World::two();
        let msg = w.redeem_msg();
        w.redeem(&msg);
        w.mock.tx.memos = [RECIPIENT, OWN].into();
        Attempt::new(TOKEN, "migrate_out", &msg).by(SUCCESSOR)
    }),
    (Token(E::BadProof), "a move's proof in a redemption", |w| {
        *w = World::two();
        let msg = w.redeem_msg();
        out(w, SUCCESSOR);
        w.mock.tx.memos = [OWN].into();
        Attempt::new(TOKEN, "redeem", &msg)
    }),
    (Token(E::State), "move in before init", |w| {
        let a = valid_migrate(w);
        elsewhere(w, a)
    }),
    (Token(E::UserOnly), "move in by a contract", |w| {
        valid_migrate(w).by(STRANGER)
    }),
    (Token(E::NoPredecessor), "into the first token", |w| {
        let msg = w.migrate_msg();
        let a = w.migrate(&msg);
        Attempt {
            contract: TOKEN,
            ..a
        }
    }),
    (Token(E::Paused), "the successor", |w| {
        *w = World::two();
        let pause = w.set_paused(true);
        at_successor(w, pause);
        let msg = w.migrate_msg();
        w.migrate(&msg)
    }),
    (Token(E::Paused), "the predecessor", |w| {
        *w = World::two();
        let pause = w.set_paused(true);
        w.accept(&pause);
        let msg = w.migrate_msg();
        w.migrate(&msg)
    }),
    (Token(E::CircuitOff), "the predecessor's redemptions", |w| {
        *w = World::two();
        off(w, Circuit::Redeem, |w| {
            let msg = w.migrate_msg();
            w.migrate(&msg)
        })
    }),
    (Token(E::NonCanonical), "move cm1", |w| {
        migrate(w, |m| m.cm1 = modulus())
    }),
    (Token(E::NonCanonical), "move nf1", |w| {
        migrate(w, |m| m.out.nf1 = modulus())
    }),
    (Token(E::NonCanonical), "move c3", |w| {
        migrate(w, |m| m.c3 = modulus())
    }),
    (Token(E::NonCanonical), "move out cm2", |w| {
        migrate(w, |m| m.out.cm2 = modulus())
    }),
    (Token(E::NonCanonical), "move cv off the curve", |w| {
        migrate(w, |m| m.out.cv = PointBytes([1; 64]))
    }),
    (Token(E::NullifiersEqual), "move", |w| {
        migrate(w, |m| m.out.nf2 = m.out.nf1)
    }),
    (Token(E::BadMemos), "move with the holder's alone", |w| {
        let a = valid_migrate(w);
        memos(w, a, &[OWN])
    }),
    (Token(E::DoubleSpend), "move twice", |w| {
        let first = valid_migrate(w);
        w.accept(&first);
        let msg = w.migrate_msg();
        w.migrate(&msg)
    }),
    (Token(E::DoubleSpend), "move after a redemption", |w| {
        *w = World::two();
        let first = valid_redeem(w);
        w.accept(&first);
        let msg = w.migrate_msg();
        w.migrate(&msg)
    }),
    (Token(E::UnknownAnchor), "move", |w| {
        migrate(w, |m| m.out.anchor = field(1))
    }),
    (Token(E::NotAuthorised), "move", |w| {
        let a = valid_migrate(w);
        no_signature(w, a)
    }),
    (Registry(SenderRoot), "move", |w| {
        migrate(w, |m| m.out.sender_root = stale())
    }),
    (Registry(RecipientRoot), "move", |w| {
        migrate(w, |m| m.recipient_root = stale())
    }),
    (Token(E::Registry), "move", |w| {
        let a = valid_migrate(w);
        no_registry(w, a)
    }),
    (Token(E::Predecessor), "no such contract", |w| {
        let a = valid_migrate(w);
        w.mock.install(TOKEN, &[]);
        a
    }),
    (Token(E::BadProof), "move without what leaves", |w| {
        let a = valid_migrate(w);
        w.mock.tx.proofs.retain(|(key, _)| *key == PINS.issue);
        a
    }),
    (Token(E::BadProof), "move without what enters", |w| {
        let a = valid_migrate(w);
        w.mock.tx.proofs.retain(|(key, _)| *key == PINS.redeem);
        a
    }),
    (Token(E::BadProof), "more enters than leaves", |w| {
        *w = World::two();
        let mut msg = w.migrate_msg();
        msg.out.cv = ToyMaths::point(500);
        w.migrate(&msg);
        let proofs = w.mock.tx.proofs.clone();
        let enters = proofs.into_iter().find(|(key, _)| *key == PINS.issue);
        let honest = w.migrate_msg();
        let a = w.migrate(&honest);
        w.mock.tx.proofs.retain(|(key, _)| *key == PINS.redeem);
        w.mock.tx.proofs.extend(enters);
        a
    }),
    (Token(E::TreeFull), "move, the predecessor's", |w| {
        let a = valid_migrate(w);
        full(w, a)
    }),
    (Token(E::TreeFull), "move, the successor's", |w| {
        let a = valid_migrate(w);
        w.mock.fill_append_tree(SUCCESSOR, NOTE_TREE);
        a
    }),
];
