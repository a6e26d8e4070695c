use obolus_verifier::trapdoor::Trapdoor;

use super::*;

const NOW: MadeAt = MadeAt(1_700_000_000_000);

fn subject() -> Subject {
    Subject {
        bundle: None,
        circuit: Some(CircuitName::TRANSFER),
        key: Some(KeyId([1; 32])),
        chain: Some(ChainId([2; 32])),
        token: Some(ContractId([3; 32])),
    }
}

fn verdict(policies: Vec<Policy>, subject: &Subject, made_at: Option<MadeAt>) -> &'static str {
    let rules = Rules::at(policies, NOW);
    rules
        .check_claims(subject, made_at)
        .map_or_else(|f| f.code.0, |()| "ok")
}

#[test]
fn a_file_says_everything() {
    let key = KeyIdText(KeyId([1; 32]));
    let text = format!(
        "version = 1\ncircuits = [\"transfer\", \"issue\"]\nkey_ids = [\"{key}\"]\nchain = \"{}\"\n\
         tokens = [\"{}\"]\nminimum = 3\nmaximum_age_seconds = 60\nallow_insecure = true\nallow_repeats = true\n",
        ChainId([2; 32]),
        ContractId([3; 32])
    );
    let expected = Policy {
        circuits: [CircuitName::TRANSFER, CircuitName::ISSUE].into(),
        key_ids: [KeyId([1; 32])].into(),
        chain: Some(ChainId([2; 32])),
        tokens: [ContractId([3; 32])].into(),
        minimum: Some(3),
        maximum_age: Some(60),
        allow_insecure: true,
        allow_repeats: true,
    };
    assert_eq!(Policy::parse(&text), Ok(expected));
    assert_eq!(Policy::parse("version = 1"), Ok(Policy::default()));
}

#[test]
fn what_could_be_misread_is_refused() {
    for text in [
        "",
        "version = 2",
        "version = 1\nversion = 1",
        "version = 1\nchains = \"00\"",
        "version = 1\nchain = \"00\"",
        "version = 1\nkey_ids = []",
        "version = 1\nkey_ids = [\"obolvk1x\"]",
        "version = 1\ncircuits = [\"Transfer\"]",
        "version = 1\ntokens = []",
        "version = 1\nminimum = -1",
        "version = 1\nallow_insecure = \"yes\"",
    ] {
        let finding = Policy::parse(text).unwrap_err();
        assert_eq!(
            (finding.fault, finding.code.0),
            (Fault::Malformed, "policy_malformed"),
            "{text}"
        );
    }
}

#[test]
fn files_are_limited() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("p.toml");
    assert_eq!(Policy::read(&path).unwrap_err().fault, Fault::Unreadable);
    std::fs::write(&path, "#".repeat(MAX_POLICY + 1)).unwrap();
    assert_eq!(Policy::read(&path).unwrap_err().code.0, "too_long");
    std::fs::write(&path, "version = 1\nminimum = 7").unwrap();
    assert_eq!(Policy::read(&path).unwrap().minimum, Some(7));
}

#[test]
fn each_claim_is_compared() {
    let empty = Policy::default;
    let subject = subject();
    let check = |policy: Policy| verdict(vec![policy], &subject, None);
    assert_eq!(check(empty()), "ok");
    assert_eq!(
        check(Policy {
            circuits: [CircuitName::ISSUE].into(),
            ..empty()
        }),
        "circuit_not_allowed"
    );
    assert_eq!(
        check(Policy {
            circuits: [CircuitName::TRANSFER].into(),
            ..empty()
        }),
        "ok"
    );
    assert_eq!(
        check(Policy {
            key_ids: [KeyId([9; 32])].into(),
            ..empty()
        }),
        "key_not_allowed"
    );
    assert_eq!(
        check(Policy {
            key_ids: [KeyId([1; 32])].into(),
            ..empty()
        }),
        "ok"
    );
    assert_eq!(
        check(Policy {
            chain: Some(ChainId([9; 32])),
            ..empty()
        }),
        "other_chain"
    );
    assert_eq!(
        check(Policy {
            chain: Some(ChainId([2; 32])),
            ..empty()
        }),
        "ok"
    );
    assert_eq!(
        check(Policy {
            tokens: [ContractId([9; 32])].into(),
            ..empty()
        }),
        "other_token"
    );
    assert_eq!(
        check(Policy {
            tokens: [ContractId([3; 32])].into(),
            ..empty()
        }),
        "ok"
    );
}

#[test]
fn a_demand_that_the_bundle_cannot_answer_is_not_met() {
    let unbound = Subject {
        chain: None,
        token: None,
        ..subject()
    };
    let chain = Policy {
        chain: Some(ChainId([2; 32])),
        ..Policy::default()
    };
    let token = Policy {
        tokens: [ContractId([3; 32])].into(),
        ..Policy::default()
    };
    let age = Policy {
        maximum_age: Some(60),
        ..Policy::default()
    };
    assert_eq!(verdict(vec![chain], &unbound, None), "statement_missing");
    assert_eq!(verdict(vec![token], &unbound, None), "statement_missing");
    assert_eq!(verdict(vec![age], &unbound, None), "age_unknown");
}

#[test]
fn ages_are_counted_in_seconds() {
    let at = |ms: u64| {
        let age = Policy {
            maximum_age: Some(60),
            ..Policy::default()
        };
        verdict(vec![age], &subject(), Some(MadeAt(ms)))
    };
    assert_eq!(at(NOW.0), "ok");
    assert_eq!(at(NOW.0 - 60_999), "ok");
    assert_eq!(at(NOW.0 - 61_000), "too_old");
    assert_eq!(at(0), "too_old");
    assert_eq!(at(NOW.0 + CLOCK_TOLERANCE), "ok");
    assert_eq!(at(NOW.0 + CLOCK_TOLERANCE + 1), "made_in_future");
    assert_eq!(at(u64::MAX), "made_in_future");
}

#[test]
fn two_sets_of_rules_both_hold() {
    let key = |byte| Policy {
        key_ids: [KeyId([byte; 32])].into(),
        minimum: Some(u64::from(byte)),
        ..Policy::default()
    };
    assert_eq!(verdict(vec![key(1), key(1)], &subject(), None), "ok");
    assert_eq!(
        verdict(vec![key(1), key(2)], &subject(), None),
        "key_not_allowed"
    );
    let rules = Rules::at(vec![key(1), key(2)], NOW);
    assert_eq!(rules.minimum(), 2);
    assert!(rules.pins_keys());
    assert!(!Rules::at(vec![Policy::default()], NOW).pins_keys());
}

#[test]
fn a_development_key_needs_permission() {
    let trapdoor = Trapdoor::new(1, 1);
    let name = CircuitName::new("x").unwrap();
    let check = |policies, origin| {
        let key = trapdoor.key_of(name.clone(), origin);
        Rules::at(policies, NOW)
            .check_origin(&key)
            .map_err(|finding| finding.code.0)
    };
    let allowed = Policy {
        allow_insecure: true,
        ..Policy::default()
    };
    let insecure = KeyOrigin::InsecureDevelopment;
    assert_eq!(
        check(vec![Policy::default()], insecure),
        Err("key_insecure")
    );
    assert_eq!(check(vec![Policy::default(), allowed], insecure), Ok(()));
    assert_eq!(check(vec![Policy::default()], KeyOrigin::Ceremony), Ok(()));
}
