//! A payer with a modified wallet, on a real ledger with real proofs: what the auditor cannot read is not taken, each for
//! its own reason; and whatever is taken the auditor reads.

use std::path::{Path, PathBuf};

use borsh::BorshSerialize;
use obolus_abi::registry::{RegisterMsg, RegistryEvent, SetAuditorMsg};
use obolus_abi::token::{IssueMsg, RedeemMsg, TransferMsg};
use obolus_abi::{FieldBytes, PointBytes, TransferInputs};
use obolus_protocol::Amount;
use obolus_protocol::audit::AuditorSecret;
use obolus_protocol::context::{USER, context, context_bytes};
use obolus_protocol::field::{Fr, fr_from_bytes, fr_to_bytes};
use obolus_protocol::schnorr::Randomizer;
use obolus_protocol::statement::{TransferWitness, transfer};
use obolus_protocol::tx::{ProofBytes, ProofEnvelope, SpendSignature, Transaction, TxBody};
use obolus_prover::DevSimulator;
use obolus_tests::bank::{Bank, encode, follow, signed};
use obolus_wallet::assemble::transfer_message;
use obolus_wallet::prove::Statement;
use obolus_wallet::{AuditorView, ChainSource, Entering, Unproven};
use rand::rngs::OsRng;

use super::compare::Audited;
use super::forge::{FORGERIES, Reading};

fn keys_dir() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("../obolus-keys")
}

/// Two participants; the first holds `notes` notes of 100.
fn found(mut bank: Bank, notes: usize) -> Bank {
    for _ in 0..2 {
        let tx = bank.apply(Amount::MAX);
        bank.submit(&tx).unwrap();
    }
    for _ in 0..notes {
        let tx = bank.issue(0, 100);
        bank.submit(&tx).unwrap();
    }
    bank
}

/// What an honest wallet made, with other arguments.
fn with_args<W: Statement>(unproven: &Unproven<W>, args: &impl BorshSerialize) -> TxBody {
    TxBody {
        args: encode(args),
        ..unproven.body().clone()
    }
}

/// What a proof for this body is bound to.
fn bound_to(body: &TxBody) -> Fr {
    context(&body.digest(), &body.contract, &USER, &body.entry)
}

/// A real proof of what the witness can prove, for this very body.
fn proof<W: Statement>(bank: &Bank, witness: &W, body: &TxBody) -> ProofEnvelope {
    let proven = witness.request(bank.provers.as_ref(), bound_to(body));
    let proven = proven.unwrap();
    ProofEnvelope {
        key: W::key(&bank.keys).unwrap().id(),
        inputs: proven.inputs.iter().map(fr_to_bytes).collect(),
        proof: proven.proof,
    }
}

/// The public inputs that the token asks for.
fn asked(bank: &Bank, message: &TransferMsg, body: &TxBody) -> [FieldBytes; 16] {
    let auditor = bank.auditors.last().unwrap().public().encode();
    let context = context_bytes(&body.digest(), &body.contract, &USER, &body.entry);
    message.inputs(&auditor, context).to_array()
}

/// Signed by the first member, as the payer that the witness names.
fn spend(bank: &Bank, body: TxBody, proof: ProofEnvelope, alpha: &Randomizer) -> Transaction {
    let digest = body.digest();
    let key = &bank.members[0].key;
    Transaction {
        body,
        proofs: vec![proof],
        spend_signatures: vec![SpendSignature::create(key, alpha, &digest, &mut OsRng)],
        role_signatures: Vec::new(),
    }
}

/// Refused with this code, and nothing has changed.
#[track_caller]
fn refused(bank: &mut Bank, tx: &Transaction, code: &str, what: &str) {
    let before = (bank.ledger.tip(), totals(bank));
    assert_eq!(bank.submit(tx).unwrap_err(), code, "{what}");
    assert_eq!((bank.ledger.tip(), totals(bank)), before, "{what}");
}

fn totals(bank: &Bank) -> Vec<u128> {
    let members = bank.members.iter();
    members.map(|m| m.wallet.balance().total()).collect()
}

/// Everything on the ledger is read, and adds up to what the wallets hold.
fn all_is_read(bank: &Bank, movements: u64) {
    let mut audited = Audited::new(bank);
    audited.sync(bank);
    let ledger = audited.index().ledger();
    assert_eq!((ledger.gaps(), ledger.records()), (0, movements));
    for (slot, total) in totals(bank).into_iter().enumerate() {
        let read = ledger.books().totals().get(&Bank::slot(slot)).copied();
        assert_eq!(read.unwrap_or_default().balance(), Some(total));
    }
}

#[test]
fn what_the_auditor_cannot_read_is_refused() {
    let mut bank = found(Bank::found(&keys_dir()), 1);
    let honest = bank.unproven_payment(0, 1, 30).unwrap();
    for forgery in FORGERIES {
        let name = forgery.name;
        let forged = forgery.of(honest.witness());
        let body = with_args(&honest, &forged.message);
        let inputs = asked(&bank, &forged.message, &body);
        // No honest prover proves it: it is not true.
        let claimed = TransferInputs::from_array(inputs.map(|i| fr_from_bytes(&i).unwrap()));
        let verdict = transfer::check(&forged.witness, &claimed);
        assert_eq!(verdict, Err(forgery.rule), "{name}");
        // What can be proved is not what the token asks for.
        let proved = proof(&bank, &forged.witness, &body);
        let alpha = forged.witness.alpha.clone();
        let tx = spend(&bank, body.clone(), proved.clone(), &alpha);
        refused(&mut bank, &tx, "proof_refused", name);
        // Nor does the proof hold for what the token asks for.
        let lie = ProofEnvelope {
            inputs: inputs.to_vec(),
            ..proved
        };
        let tx = spend(&bank, body, lie, &alpha);
        refused(&mut bank, &tx, "proof_invalid", name);
    }
    // Elements and coordinates with a second encoding.
    let message = transfer_message(honest.witness());
    let spoilt: [fn(&mut TransferMsg); 3] = [
        |m| m.c1 = FieldBytes([0xff; 32]),
        |m| m.c2 = FieldBytes([0xff; 32]),
        |m| m.r = PointBytes([0xff; 64]),
    ];
    for spoil in spoilt {
        let mut message = message.clone();
        spoil(&mut message);
        let body = with_args(&honest, &message);
        let proved = proof(&bank, honest.witness(), &body);
        let tx = spend(&bank, body, proved, &honest.witness().alpha);
        refused(&mut bank, &tx, "non_canonical", "not canonical");
    }
    // The very payment that was spoilt is taken as it was, and read.
    let proved = proof(&bank, honest.witness(), honest.body());
    let tx = spend(
        &bank,
        honest.body().clone(),
        proved,
        &honest.witness().alpha,
    );
    bank.submit(&tx).unwrap();
    assert_eq!(totals(&bank), [70, 30]);
    all_is_read(&bank, 2);
}

/// The attempts are real: with a forged proof, which the INSECURE keys allow, each would be taken and could not be read.
#[test]
fn each_attempt_would_succeed_against_a_broken_setup() {
    let simulator = DevSimulator::new().unwrap();
    let mut bank = found(Bank::simulated(), FORGERIES.len());
    let mut audited = Audited::new(&bank);
    audited.sync(&bank);
    for forgery in FORGERIES {
        let honest = bank.unproven_payment(0, 1, 60).unwrap();
        let forged = forgery.of(honest.witness());
        let body = with_args(&honest, &forged.message);
        let inputs = asked(&bank, &forged.message, &body);
        let elements = inputs.map(|input| fr_from_bytes(&input).unwrap());
        let simulated = simulator.transfer.simulate(&elements).unwrap();
        let lie = ProofEnvelope {
            key: bank.keys.transfer.id(),
            inputs: inputs.to_vec(),
            proof: ProofBytes(simulated.encode().unwrap()),
        };
        let tx = spend(&bank, body, lie, &forged.witness.alpha);
        let before = audited.index().ledger().gaps();
        bank.submit(&tx).unwrap();
        audited.sync(&bank);
        let gaps = audited.index().ledger().gaps() - before;
        let reading = if gaps == 0 {
            Reading::Public
        } else {
            Reading::Gap
        };
        assert_eq!(reading, forgery.reading, "{}", forgery.name);
    }
}

/// What a forger does to arguments.
type Spoil<M> = fn(&mut M);

#[test]
fn redemptions_issues_and_escrows_are_as_readable() {
    let mut bank = found(Bank::found(&keys_dir()), 1);

    let honest = bank.unproven_redemption(0, 40).unwrap();
    let message: RedeemMsg = borsh::from_slice(&honest.body().args).unwrap();
    let spoilt: [(&str, Spoil<RedeemMsg>); 3] = [
        ("amount", |m| m.c1.0[0] ^= 1),
        ("blinding", |m| m.c2.0[0] ^= 1),
        ("R the identity", |m| m.r = PointBytes::IDENTITY),
    ];
    for (what, spoil) in spoilt {
        let mut message = message.clone();
        spoil(&mut message);
        let body = with_args(&honest, &message);
        let proved = proof(&bank, honest.witness(), &body);
        let tx = spend(&bank, body, proved, &honest.witness().alpha);
        refused(&mut bank, &tx, "proof_refused", what);
    }

    let honest = bank.unproven_issue(1, 5).unwrap();
    let message: IssueMsg = borsh::from_slice(&honest.body().args).unwrap();
    let spoilt: [(&str, Spoil<IssueMsg>); 4] = [
        ("amount", |m| m.c1.0[0] ^= 1),
        ("randomness", |m| m.c2.0[0] ^= 1),
        ("blinding", |m| m.c3.0[0] ^= 1),
        ("R the identity", |m| m.r = PointBytes::IDENTITY),
    ];
    for (what, spoil) in spoilt {
        let mut message = message.clone();
        spoil(&mut message);
        let body = with_args(&honest, &message);
        let proved = proof(&bank, honest.witness(), &body);
        let tx = Transaction {
            proofs: vec![proved],
            ..signed(body, &bank.issuer)
        };
        refused(&mut bank, &tx, "proof_refused", what);
    }

    let applicant = bank.unproven_entry(Entering::Anew, Amount::MAX).unwrap();
    let honest = &applicant.unproven;
    let message: RegisterMsg = borsh::from_slice(&honest.body().args).unwrap();
    let spoilt: [(&str, Spoil<RegisterMsg>); 2] = [
        ("escrow", |m| m.c1.0[0] ^= 1),
        ("R the identity", |m| m.r = PointBytes::IDENTITY),
    ];
    for (what, spoil) in spoilt {
        let mut message = message.clone();
        spoil(&mut message);
        let body = with_args(honest, &message);
        let proved = proof(&bank, honest.witness(), &body);
        let mut tx = signed(body, &bank.registrar);
        let key = &applicant.member.key;
        let signature = SpendSignature::create(key, &Randomizer::zero(), &tx.id(), &mut OsRng);
        tx.spend_signatures.push(signature);
        tx.proofs.push(proved);
        refused(&mut bank, &tx, "register_proof", what);
    }
    all_is_read(&bank, 1);
}

/// A key that K could be guessed under never comes into force.
#[test]
fn no_key_of_small_order_is_the_auditors() {
    let mut bank = Bank::simulated();
    let secret = bank.draw_auditor();
    let key = secret.public();
    let minus = |x: Fr| fr_to_bytes(&-x);
    let order_two = PointBytes::from_xy(&FieldBytes::ZERO, &minus(Fr::from(1_u64)));
    let with_torsion = PointBytes::from_xy(&minus(key.point().x()), &minus(key.point().y()));
    let no_point = PointBytes([5; 64]);
    for auditor in [PointBytes::IDENTITY, order_two, with_torsion, no_point] {
        let message = SetAuditorMsg { auditor, window: 0 };
        let mut tx = bank.registrar("set_auditor", &message);
        let possession = SpendSignature::possession(&secret, &tx.id(), &mut OsRng);
        tx.spend_signatures.push(possession);
        refused(&mut bank, &tx, "bad_key", "a key of small order");
    }
    let message = SetAuditorMsg {
        auditor: key.encode(),
        window: 0,
    };
    let tx = bank.registrar("set_auditor", &message);
    refused(&mut bank, &tx, "not_key_holder", "nobody's key");
    let tx = bank.set_auditor(&secret, 0);
    let receipt = bank.submit(&tx).unwrap();
    let event: RegistryEvent = borsh::from_slice(&receipt.events[0].data).unwrap();
    assert!(matches!(event, RegistryEvent::AuditorSet { auditor, .. } if auditor == key.encode()));
}

/// Payments under way when the auditor's key changes: taken and read within the window, refused after it.
#[test]
fn an_earlier_key_is_taken_within_its_window_only() {
    let mut bank = found(Bank::found(&keys_dir()), 4);
    let late: Vec<_> = (0..4).map(|_| bank.pay(0, 1, 60)).collect();
    let [first, second, third, fourth] = &late[..] else {
        panic!("four payments");
    };
    let next = |bank: &mut Bank, window| {
        let secret = bank.draw_auditor();
        let tx = bank.set_auditor(&secret, window);
        bank.submit(&tx).unwrap();
        bank.trust(secret);
    };

    next(&mut bank, 2);
    // Blocks one and two after the change, and the third.
    bank.submit(first).unwrap();
    bank.submit(second).unwrap();
    refused(&mut bank, third, "proof_refused", "after the window");
    bank.release(0, third);
    let anew = bank.pay(0, 1, 60);

    // A second change within the window of the first: only the key before counts, not the one before that.
    next(&mut bank, 10);
    next(&mut bank, 10);
    refused(&mut bank, fourth, "proof_refused", "two epochs before");
    refused(&mut bank, &anew, "proof_refused", "two epochs before");
    bank.release(0, &anew);
    let last = bank.pay(0, 1, 60);
    next(&mut bank, 0);
    refused(&mut bank, &last, "proof_refused", "no window");
    bank.release(0, &last);

    let tx = bank.pay(0, 1, 60);
    bank.submit(&tx).unwrap();
    assert_eq!(totals(&bank), [220, 180]);
    all_is_read(&bank, 7);
    only_with_all_secrets(&bank);
}

/// The same read without the first epoch's secret: what was sealed to it is a gap, not a wrong sum.
fn only_with_all_secrets(bank: &Bank) {
    let later: Vec<AuditorSecret> = bank.auditors[1..].to_vec();
    let mut view = AuditorView::new(bank.token, later);
    follow(&bank.ledger, &mut view);
    // Two entries, four issues, two payments.
    assert_eq!((view.findings().len(), view.records().len()), (8, 1));
    let state = bank.source().token_state().unwrap();
    assert!(view.supply().check(&state).is_err());
}

/// The witness is the payment's own: what is refused above is refused for the ciphertext.
#[test]
fn the_honest_payment_is_honest() {
    let mut bank = found(Bank::simulated(), 1);
    let honest = bank.unproven_payment(0, 1, 30).unwrap();
    let witness: &TransferWitness = honest.witness();
    let inputs = witness.public_inputs(bound_to(honest.body()));
    assert_eq!(transfer::check(witness, &inputs), Ok(()));
    let message = transfer_message(witness);
    let expected = asked(&bank, &message, honest.body());
    assert_eq!(inputs.to_array().map(|i| fr_to_bytes(&i)), expected);
    assert_eq!(encode(&message), honest.body().args);
}
