use ark_bn254::Fr;
use ark_ff::{Field, One};
use obolus_verifier::trapdoor::Trapdoor;
use obolus_verifier::{KeyOrigin, UncheckedProof, VerifyingKey};

use super::*;
use crate::bundle::tests::full;
use crate::policy::Policy;

fn found(name: &str, bundle: &Bundle) -> Found {
    Found {
        source: Source::file(name),
        content: Content::Bytes(bundle.to_compact().unwrap()),
    }
}

fn verdicts(found: Vec<Found>, policy: Policy) -> Vec<(String, &'static str)> {
    let rules = Rules::new(vec![policy]);
    let items = verify_found(
        &mut found.into_iter(),
        &rules,
        &Keyring::default(),
        &mut |_| (),
    );
    let word = |item: &Item| {
        item.outcome
            .as_ref()
            .map_or_else(|f| f.code.0, |()| "valid")
    };
    items
        .iter()
        .map(|i| (i.source.to_string(), word(i)))
        .collect()
}

/// Anybody can do this to a valid proof: (r·A, B/r, C).
fn malleated(proof: &UncheckedProof) -> UncheckedProof {
    let r = Fr::from(5_u64);
    let a = (*proof.a() * r).into();
    let b = (*proof.b() * r.inverse().unwrap()).into();
    UncheckedProof::new(a, b, *proof.c()).unwrap()
}

#[test]
fn each_bad_one_is_named_and_the_order_is_kept() {
    let mut group: Vec<Found> = (0..20).map(|i| found(&i.to_string(), &full(i).0)).collect();
    let (mut bad, mut trapdoor) = full(7);
    let other = trapdoor.inputs();
    bad.proof = *trapdoor.prove(&other).unchecked();
    group[7] = found("7", &bad);
    group[11].content = Content::Bytes(b"{".to_vec());
    group[13].content = Content::Failed(Finding::new(Fault::Unreadable, "unreadable", "gone"));
    let verdicts = verdicts(group, Policy::default());
    for (i, (name, verdict)) in verdicts.iter().enumerate() {
        assert_eq!(*name, i.to_string());
        let expected = match i {
            7 => "proof_refused",
            11 => "bundle_json",
            13 => "unreadable",
            _ => "valid",
        };
        assert_eq!(*verdict, expected, "{i}");
    }
    assert_eq!(verdicts.len(), 20);
}

#[test]
fn a_second_proof_of_a_statement_is_refused_unless_allowed() {
    let (bundle, _) = full(1);
    let mut copy = bundle.clone();
    copy.proof = malleated(&bundle.proof);
    assert_ne!(copy.id().unwrap(), bundle.id().unwrap());
    let both = || vec![found("first", &bundle), found("second", &copy)];
    let names = |verdicts: Vec<(String, &'static str)>| [verdicts[0].1, verdicts[1].1];
    assert_eq!(
        names(verdicts(both(), Policy::default())),
        ["valid", "repeated"]
    );
    let allowed = Policy {
        allow_repeats: true,
        ..Policy::default()
    };
    assert_eq!(names(verdicts(both(), allowed)), ["valid", "valid"]);
}

#[test]
fn another_label_of_the_key_makes_no_other_statement() {
    let (bundle, trapdoor) = full(1);
    let mut copy = bundle.clone();
    let key = trapdoor.key_of(bundle.circuit.clone(), KeyOrigin::Imported);
    copy.key_id = key.id();
    copy.key = Some(key.encode().unwrap());
    assert_ne!(copy.key_id, bundle.key_id);
    let both = vec![found("first", &bundle), found("second", &copy)];
    let verdicts = verdicts(both, Policy::default());
    assert_eq!([verdicts[0].1, verdicts[1].1], ["valid", "repeated"]);
}

#[test]
fn a_false_proof_does_not_push_the_honest_one_out() {
    let (bundle, mut trapdoor) = full(1);
    let mut forged = bundle.clone();
    let other = trapdoor.inputs();
    forged.proof = *trapdoor.prove(&other).unchecked();
    let group = vec![found("forged", &forged), found("honest", &bundle)];
    let words: Vec<_> = verdicts(group, Policy::default())
        .into_iter()
        .map(|v| v.1)
        .collect();
    assert_eq!(words, ["proof_refused", "valid"]);
}

#[test]
fn changed_inputs_are_refused() {
    let (bundle, _) = full(1);
    let last = bundle.inputs.len() - 1;
    for i in 0..last {
        let mut changed = bundle.clone();
        changed.inputs[i] += Fr::one();
        let mut swapped = bundle.clone();
        swapped.inputs.swap(i, (i + 1) % last);
        let mut repeated = bundle.clone();
        repeated.inputs[i] = repeated.inputs[(i + 1) % last];
        for bad in [changed, swapped, repeated] {
            let group = vec![found("bad", &bad)];
            assert_eq!(verdicts(group, Policy::default())[0].1, "proof_refused");
        }
    }
}

#[test]
fn groups_are_bounded_and_all_are_verified() {
    let (bundle, mut trapdoor) = full(1);
    let key = trapdoor.key_of(bundle.circuit.clone(), obolus_verifier::KeyOrigin::Ceremony);
    let mut next = |i: usize| {
        let inputs: Vec<Fr> = trapdoor.inputs();
        let proof = trapdoor.prove(&inputs);
        found(&i.to_string(), &plain_of(&key, inputs, *proof.unchecked()))
    };
    let count = GROUP + 3;
    let group: Vec<Found> = (0..count).map(&mut next).collect();
    let mut told = Vec::new();
    let items = verify_found(
        &mut group.into_iter(),
        &Rules::new(vec![Policy::default()]),
        &Keyring::default(),
        &mut |done| told.push(done),
    );
    assert_eq!(told, [GROUP, count]);
    assert!(items.iter().all(|item| item.outcome.is_ok()));
    assert!(items.iter().all(|item| item.elapsed > Duration::ZERO));
    let large = || Found {
        source: Source::file("large"),
        content: Content::Bytes(vec![0; crate::bundle::MAX_BUNDLE]),
    };
    let mut many = std::iter::repeat_with(large).take(GROUP);
    assert_eq!(
        next_group(&mut many).len(),
        GROUP_BYTES / crate::bundle::MAX_BUNDLE
    );
}

fn plain_of(key: &VerifyingKey, inputs: Vec<Fr>, proof: UncheckedProof) -> Bundle {
    Bundle {
        circuit: key.circuit().clone(),
        key_id: key.id(),
        key: Some(key.encode().unwrap()),
        statement: None,
        made_at: None,
        inputs,
        labels: None,
        proof,
    }
}

#[test]
fn a_run_without_proofs_or_with_too_few_is_a_failure() {
    let rules = |minimum| {
        Rules::new(vec![Policy {
            minimum,
            ..Policy::default()
        }])
    };
    let codes = |items: &[Item], minimum| -> Vec<_> {
        let findings = run_findings(items, &rules(minimum));
        findings.iter().map(|f| (f.fault, f.code.0)).collect()
    };
    assert_eq!(codes(&[], None), [(Fault::Refused, "no_proofs")]);
    let found = vec![found("one", &full(1).0)];
    let items = verify_found(
        &mut found.into_iter(),
        &rules(None),
        &Keyring::default(),
        &mut |_| (),
    );
    assert_eq!(codes(&items, None), []);
    assert_eq!(codes(&items, Some(1)), []);
    assert_eq!(codes(&items, Some(2)), [(Fault::Refused, "too_few")]);
}

#[test]
fn trapdoors_of_tests_differ() {
    // Otherwise the tests above would verify one statement again and again.
    assert_ne!(
        Trapdoor::new(2, 1).key().id(),
        Trapdoor::new(2, 2).key().id()
    );
}
