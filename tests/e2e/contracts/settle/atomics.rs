//! Swaps and net payments: all or nothing.

use obolus_abi::ContractError;
use obolus_abi::deal::DealError as E;
use obolus_abi::deal::atomic::Payment;
use obolus_abi::registry::RegistryError;
use obolus_abi::token::TokenError as T;

use super::calls::{Part, relayed};
use super::cases::Cases;
use super::ground::Ground;
use super::notes::Route;
use super::stage::{CONDITIONAL, DVP, HOSTILE, NETTING, PVP, ROGUE, Stage};

fn code(error: T) -> u16 {
    ContractError::from(error).code
}

fn part(stage: &mut Stage, token: usize, payer: usize, payee: usize) -> Part {
    let note = stage.fund(token, payer, 20);
    (vec![note], stage.gift(token, 20, payee))
}

#[test]
fn a_swap_with_anything_wrong_pays_neither() {
    let mut stage = Stage::new(Ground::twin(), 2);
    let parts = [part(&mut stage, 0, 0, 1), part(&mut stage, 1, 1, 0)];
    let again = part(&mut stage, 0, 0, 1);
    let mut cases = Cases::default();
    cases.at(stage.ground.now());
    let s = "swap";
    let (call, _) = stage.swap(&parts);
    cases.add((s, "by a contract"), E::UserOnly, relayed(&call));
    let (one, _) = stage.swap(&[parts[0].clone(), again]);
    cases.add((s, "one token twice"), E::BadTerms, one);
    for (number, payment) in call.msg.payments.iter().enumerate() {
        let rk = payment.transfer.rk;
        let unsigned = call.clone().but(|_, tx| {
            tx.spend_keys.remove(&rk);
        });
        let name = [
            "the first payer did not sign",
            "the second payer did not sign",
        ][number];
        cases.add((s, name), T::NotAuthorised, unsigned);
        let cm1 = payment.transfer.cm1;
        let unproven = call
            .clone()
            .but(|_, tx| tx.proofs.retain(|(_, inputs)| !inputs.contains(&cm1)));
        let name = ["the first payment not proved", "the second not proved"][number];
        cases.add((s, name), T::BadProof, unproven);
        let home = stage.gift(number, 20, number).cm();
        let turned = call
            .clone()
            .but(|m, _| m.payments[number].transfer.cm1 = home);
        let name = ["the first payment turned round", "the second turned round"][number];
        cases.add((s, name), T::BadProof, turned);
    }
    let nowhere = call.clone().but(|m, _| m.payments[1].token = HOSTILE);
    cases.add((s, "a contract that is no token"), E::NoToken, nowhere);
    let memos = call.clone().but(|_, tx| {
        tx.memos.pop();
    });
    cases.add((s, "half a pair of memos"), T::BadMemos, memos);
    // The same code that nobody approved cannot pass payments on, nor can others use dvp's proofs.
    let rogue = call.clone().at(ROGUE);
    cases.add(
        (s, "at an unapproved contract"),
        RegistryError::NotApproved,
        rogue,
    );
    cases.run(&mut stage);
    cases.cover(&[(s, &[E::UserOnly, E::BadTerms, E::NoToken])]);
    let replay = call.clone();
    stage.accept::<_, ()>(call);
    stage.refuse("replayed", code(T::DoubleSpend), &replay);
}

#[test]
fn net_payments_with_anything_wrong_pay_nobody() {
    let mut stage = Stage::new(Ground::twin(), 3);
    let parts: Vec<Part> = (0..3)
        .map(|number| part(&mut stage, number, number, (number + 1) % 3))
        .collect();
    let mut cases = Cases::default();
    cases.at(stage.ground.now());
    let s = "settle";
    let (call, _) = stage.net(&parts);
    cases.add((s, "by a contract"), E::UserOnly, relayed(&call));
    let (none, _) = stage.net(&[]);
    cases.add((s, "no payments"), E::BadTerms, none);
    let nine: Vec<Part> = (0..9).map(|_| parts[0].clone()).collect();
    let (nine, _) = stage.net(&nine);
    cases.add((s, "nine payments"), E::BadTerms, nine);
    for (number, payment) in call.msg.payments.iter().enumerate() {
        let Payment { transfer, .. } = payment.clone();
        let name = [
            "the first of three",
            "the second of three",
            "the third of three",
        ][number];
        let unsigned = call.clone().but(|_, tx| {
            tx.spend_keys.remove(&transfer.rk);
        });
        cases.add((s, name), T::NotAuthorised, unsigned);
        let unproven = call.clone().but(|_, tx| {
            tx.proofs
                .retain(|(_, inputs)| !inputs.contains(&transfer.cm1))
        });
        cases.add((s, name), T::BadProof, unproven);
        let nowhere = call.clone().but(|m, _| m.payments[number].token = HOSTILE);
        cases.add((s, name), E::NoToken, nowhere);
    }
    // One note behind two payments.
    let twice = [parts[0].clone(), (parts[0].0.clone(), stage.gift(0, 20, 2))];
    let (twice, _) = stage.net(&twice);
    cases.add((s, "a note spent by two payments"), T::DoubleSpend, twice);
    let doubled = call.clone().but(|m, _| {
        let first = m.payments[0].clone();
        m.payments.push(first);
    });
    cases.add((s, "one payment twice"), T::DoubleSpend, doubled);
    cases.run(&mut stage);
    cases.cover(&[(s, &[E::UserOnly, E::BadTerms, E::NoToken])]);
    let replay = call.clone();
    stage.accept::<_, ()>(call);
    stage.refuse("replayed", code(T::DoubleSpend), &replay);
}

/// A payment that is proved for one settlement contract is refused when another one passes it on, though all of them are
/// approved.
#[test]
fn a_payment_goes_through_the_contract_that_its_proof_names_and_no_other() {
    let mut stage = Stage::new(Ground::twin(), 1);
    let (from, paid) = part(&mut stage, 0, 0, 1);
    let (net, _) = stage.net(&[(from.clone(), paid)]);
    for caller in [None, Some(DVP), Some(PVP), Some(CONDITIONAL), Some(HOSTILE)] {
        let tx = net.tx.clone();
        let route = Route {
            caller,
            entry: "transfer_for",
        };
        let other = stage.pay(&tx, route, &from, paid);
        let call = net.clone().but(|msg, tx| {
            tx.proofs.clear();
            tx.spend_keys = [other.msg.rk].into();
            tx.memos.clear();
            msg.payments[0].transfer = other.into_tx(tx);
        });
        stage.refuse("another caller's proof", code(T::BadProof), &call);
    }
    for entry in ["transfer", "transfer_deal"] {
        let tx = net.tx.clone();
        let route = Route {
            caller: Some(NETTING),
            entry,
        };
        let other = stage.pay(&tx, route, &from, paid);
        let call = net.clone().but(|msg, tx| {
            tx.proofs.clear();
            tx.spend_keys = [other.msg.rk].into();
            tx.memos.clear();
            msg.payments[0].transfer = other.into_tx(tx);
        });
        stage.refuse("another entry's proof", code(T::BadProof), &call);
    }
    stage.accept::<_, ()>(net);
}
