//! The real binary: the demo's report, its refusals and its exit status.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a failed expectation is a failed test"
)]

mod common;

use common::{Demo, payments_file};
use serde_json::Value;

/// Every attack of the demo and the error that must refuse it.
const ATTACKS: &[(&str, &str)] = &[
    ("double_spend", "double_spend"),
    ("double_spend_in_one_block", "double_spend"),
    ("same_note_twice", "nullifiers_equal"),
    ("value_overflow", "value_conservation"),
    ("overdraft", "value_conservation"),
    ("dummy_burns_note", "nullifier_1"),
    ("proof_for_other_inputs", "proof_refused"),
    ("proof_bytes_flipped", "proof_invalid|proof_malformed"),
    ("transaction_truncated", "malformed_transaction"),
    ("proof_not_canonical", "proof_malformed"),
    ("proof_outside_subgroup", "proof_malformed"),
    ("input_not_canonical", "non_canonical"),
    ("memos_swapped", "bad_spend_signature"),
    ("spoiled_copy_blocks_honest", "proof_invalid"),
    ("rerandomised_copy_pays_twice", "already_committed"),
    ("replay", "already_committed"),
    ("replay_on_other_chain", "wrong_chain"),
    ("unregistered_recipient", "recipient_root_stale"),
    ("frozen_sender_old_root", "sender_root_stale"),
    ("over_limit_old_root", "sender_root_stale"),
    ("over_limit", "limit"),
    ("wrong_auditor_key", "proof_refused"),
    ("small_order_auditor_key", "bad_key"),
    ("auditor_key_without_possession", "not_key_holder"),
    ("old_auditor_key", "proof_refused"),
    ("auditor_key_comes_back", "auditor_reused"),
    ("register_someone_elses_key", "not_key_holder"),
    ("issue_without_role", "not_issuer"),
    ("issue_repeated", "issue_nonce"),
    ("issue_through_contract", "user_only"),
    ("contract_poses_as_user", "user_only"),
    ("deal_note_spent_by_user", "not_authorised"),
    ("deal_note_spent_by_other_contract", "not_deal_key"),
    ("deal_note_spent_by_other_deal", "not_deal_key"),
    ("register_deal_key", "deal_key"),
];

#[test]
fn the_whole_lifecycle_holds() {
    let report = Demo::new().json();
    assert_eq!(report["payments"], 12);
    assert_eq!(report["accepted"], 12);
    assert_eq!(report["refused"], Value::Array(vec![]));
    for check in ["conserved", "rescan_equal", "auditor_total_equal"] {
        assert_eq!(report[check], true, "{check}");
    }
    let transfer = report["constraints"]["transfer"].as_u64().unwrap();
    assert!(transfer > 0 && transfer < 20_000, "{transfer} constraints");
    for circuit in ["issue", "redeem", "register"] {
        assert!(report["constraints"][circuit].as_u64().unwrap() > 0);
    }
    for timing in ["prove_p50", "verify_p50", "execute_p50"] {
        assert!(report["ms"][timing].as_f64().unwrap() > 0.0, "{timing}");
    }
    assert_eq!(report["app_hash"].as_str().unwrap().len(), 64);
    let attacks = report["attacks"].as_array().unwrap();
    for (name, error) in ATTACKS {
        let attack = attacks.iter().find(|a| a["name"] == *name);
        let attack = attack.unwrap_or_else(|| panic!("the demo does not try {name}"));
        assert_eq!(attack["refused"], true, "{name}");
        assert_eq!(attack["error"], *error, "{name}");
    }
    assert_eq!(
        attacks.len(),
        ATTACKS.len(),
        "an attack is missing from the test's table"
    );
}

#[test]
fn rows_that_cannot_be_paid_are_listed_and_the_rest_goes_on() {
    let file = payments_file(&[
        "3f0c5c1e-7a52-4c0e-9d5b-0a1d6a0f7b01,North Bank,South Bank,10.00,USD,first",
        "5b7e2f90-1c34-4d8a-8e21-4f9b8c6d2a02,North Bank,South Bank,10.001,USD,too fine",
        "9a4d1c77-62be-4f0b-b0c9-7d2e5f8a3c03,North Bank,South Bank,1.00,ZZZ,no such currency",
        "c2e85f13-0b6d-4a97-a5f4-1e3c9b7d4d04,North Bank,North Bank,1.00,USD,to itself",
        "7d19ab46-8f25-4e63-9c10-6b5a4d3e5e05,South Bank,North Bank,2.50,USD,last",
    ]);
    let report = Demo::new().payments(file.path()).json();
    assert_eq!(report["accepted"], 2);
    let refused = report["refused"].as_array().unwrap();
    let lines: Vec<_> = refused
        .iter()
        .map(|row| row["line"].as_u64().unwrap())
        .collect();
    assert_eq!(lines, [3, 4, 5]);
    assert!(
        refused[0]["reason"]
            .as_str()
            .unwrap()
            .contains("bad amount")
    );
    assert!(
        refused[1]["reason"]
            .as_str()
            .unwrap()
            .contains("unknown currency")
    );
    assert!(
        refused[2]["reason"]
            .as_str()
            .unwrap()
            .contains("same institution")
    );
}

#[test]
fn without_automatic_issue_an_overdraft_is_refused() {
    let file = payments_file(&[
        "3f0c5c1e-7a52-4c0e-9d5b-0a1d6a0f7b01,North Bank,South Bank,999999.99,USD,fits",
        "5b7e2f90-1c34-4d8a-8e21-4f9b8c6d2a02,North Bank,South Bank,0.02,USD,one cent too much",
        "9a4d1c77-62be-4f0b-b0c9-7d2e5f8a3c03,South Bank,North Bank,1999999.99,USD,needs both notes",
    ]);
    let report = Demo::new()
        .payments(file.path())
        .arg("--no-auto-issue")
        .json();
    assert_eq!(report["accepted"], 2);
    let refused = report["refused"].as_array().unwrap();
    assert_eq!(refused.len(), 1);
    assert_eq!(refused[0]["line"], 3);
    assert!(refused[0]["reason"].as_str().unwrap().contains("balance"));
}

#[test]
fn unreadable_input_is_an_error_with_a_reason() {
    let nowhere = Demo::new()
        .payments("/nonexistent/payments.csv".as_ref())
        .fails();
    assert!(nowhere.contains("cannot read the payments"), "{nowhere}");
    let other = payments_file(&[]);
    std::fs::write(other.path(), "a,b\n1,2\n").unwrap();
    let wrong = Demo::new().payments(other.path()).fails();
    assert!(wrong.contains("the first line must be"), "{wrong}");
}

#[test]
fn people_get_a_table_of_who_sees_what() {
    let text = Demo::new().text();
    for word in [
        "operator",
        "sender",
        "receiver",
        "auditor",
        "hidden",
        "1,250,000.00 USD",
    ] {
        assert!(text.contains(word), "the summary lacks {word:?}:\n{text}");
    }
}
