//! A token's life on a whole ledger, with real proofs and signatures, and natively beside it.

use obolus_abi::registry::{SetLimitMsg, SlotMsg};
use obolus_abi::token::{Circuit, SetPausedMsg, SetSwitchMsg};
use obolus_protocol::Amount;
use obolus_protocol::tx::Transaction;
use obolus_tests::bank::encode;

use super::both::Both;

#[test]
fn a_ledger_and_the_mock_see_the_same_life() {
    let mut both = Both::found();
    let token = both.bank.token.token;

    // Three participants; a registration needs registrar, holder and proof.
    for slot in 0..3_u32 {
        let tx = both.bank.apply(Amount::new(1_000_000));
        if slot == 0 {
            both.refused(
                &Transaction {
                    role_signatures: Vec::new(),
                    ..tx.clone()
                },
                "not_registrar",
            );
            both.refused(
                &Transaction {
                    spend_signatures: Vec::new(),
                    ..tx.clone()
                },
                "not_key_holder",
            );
            both.refused(
                &Transaction {
                    proofs: Vec::new(),
                    ..tx.clone()
                },
                "register_proof",
            );
        }
        assert_eq!(both.taken::<u32>(&tx), slot);
    }

    // Two issues; the threshold, the proof and the nonce count.
    let first = both.bank.issue(0, 500_000);
    let second = both.bank.issue(1, 70_000);
    let one_signature = first.role_signatures[..1].to_vec();
    both.refused(
        &Transaction {
            role_signatures: one_signature,
            ..first.clone()
        },
        "not_issuer",
    );
    both.refused(
        &Transaction {
            proofs: Vec::new(),
            ..first.clone()
        },
        "proof_refused",
    );
    assert_eq!(both.taken::<u64>(&first), 0);
    both.refused(&second, "issue_nonce");
    let second = both.bank.issue(1, 70_000);
    assert_eq!(both.taken::<u64>(&second), 1);

    // A payment, and another one of the same note.
    let rival = both.bank.pay(0, 2, 1);
    both.bank.release(0, &rival);
    let payment = both.bank.pay(0, 1, 120_000);
    both.refused(
        &Transaction {
            spend_signatures: Vec::new(),
            ..payment.clone()
        },
        "not_authorised",
    );
    both.refused(
        &Transaction {
            proofs: second.proofs.clone(),
            ..payment.clone()
        },
        "proof_refused",
    );
    assert_eq!(both.taken::<u64>(&payment), 2);
    both.refused(&rival, "double_spend");
    assert_eq!(both.bank.members[1].wallet.balance().total(), 190_000);

    // A redemption, under every switch.
    let redemption = both.bank.redeem(1, 10_000);
    for paused in [true, false] {
        let tx = both
            .bank
            .operate(token, "set_paused", encode(&SetPausedMsg { paused }));
        let unsigned = Transaction {
            role_signatures: Vec::new(),
            ..tx.clone()
        };
        both.refused(&unsigned, "not_operator");
        both.taken::<()>(&tx);
        if paused {
            both.refused(&redemption, "token_paused");
        }
    }
    for enabled in [false, true] {
        let message = SetSwitchMsg {
            circuit: Circuit::Redeem,
            enabled,
        };
        let tx = both.bank.operate(token, "set_switch", encode(&message));
        both.taken::<()>(&tx);
        if !enabled {
            both.refused(&redemption, "circuit_off");
        }
    }
    assert_eq!(both.taken::<u64>(&redemption), 4);

    // A freeze stops payments that were proved before it, those of others too; they prove again.
    let late = both.bank.pay(0, 1, 5);
    let freeze = both.bank.registrar("freeze", &SlotMsg { slot: 2 });
    both.taken::<()>(&freeze);
    let again = both.bank.registrar("freeze", &SlotMsg { slot: 2 });
    both.refused(&again, "freeze_state");
    let nobody = both.bank.registrar("freeze", &SlotMsg { slot: 3 });
    both.refused(&nobody, "no_such_slot");
    both.refused(&late, "sender_root_stale");
    both.bank.release(0, &late);
    let anew = both.bank.pay(0, 1, 5);
    both.taken::<u64>(&anew);
    let unfreeze = both.bank.registrar("unfreeze", &SlotMsg { slot: 2 });
    both.taken::<()>(&unfreeze);
    let raise = both.bank.registrar(
        "set_limit",
        &SetLimitMsg {
            slot: 2,
            limit: 2_000_000,
        },
    );
    both.taken::<()>(&raise);

    let held: u128 = both
        .bank
        .members
        .iter()
        .map(|m| m.wallet.balance().total())
        .sum();
    assert_eq!(held, 560_000);
}
