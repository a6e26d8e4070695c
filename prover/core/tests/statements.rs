//! Every statement with its real circuit and key: proved, verified, and refused when wrong.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test binary")]

use std::path::PathBuf;
use std::sync::OnceLock;

use ark_groth16::Groth16;
use ark_serialize::CanonicalDeserialize;
use obolus_protocol::amount::Total;
use obolus_protocol::statement::{Rule, sample};
use obolus_protocol::velocity::Quota;
use obolus_protocol::{Amount, Fr};
use obolus_prover::{Issue, Provable, ProveError, Proven, Prover, Provers, Register, Transfer};
use obolus_verifier::{
    Item, Proof, VerifyError, VerifyingKey, inputs_from_bytes, verify, verify_batch,
};

const GOLDEN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/golden/development-keys.txt");

/// Keys are cached beside other test output, so only the first run makes them.
fn provers() -> &'static Provers {
    static PROVERS: OnceLock<Provers> = OnceLock::new();
    PROVERS.get_or_init(|| {
        let directory = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("../obolus-keys");
        Provers::development(directory, &()).unwrap()
    })
}

fn context() -> Fr {
    sample::context(1)
}

fn check<S: Provable>(prover: &Prover<S>, witness: &S::Witness) -> Proven<S> {
    let proven = prover.prove(witness, context()).unwrap();
    let key = prover.verifying_key();
    assert_eq!(proven.envelope.key, key.id());
    assert_eq!(key.circuit(), &S::CIRCUIT);
    let inputs = inputs_from_bytes(&proven.envelope.inputs).unwrap();
    assert_eq!(inputs, S::in_order(&proven.inputs));
    let proof = Proof::decode(&proven.envelope.proof.0).unwrap();
    assert_eq!(verify(key, &inputs, &proof), Ok(()));
    // Every public input is bound by the proof.
    for i in 0..inputs.len() {
        let mut changed = inputs.clone();
        changed[i] += Fr::from(1);
        assert_eq!(
            verify(key, &changed, &proof),
            Err(VerifyError::Refused),
            "{}",
            S::PUBLIC[i]
        );
    }
    proven
}

/// A change that breaks one rule.
type Break<W> = fn(&mut W);

/// Valid witnesses are proved; a change of the first one is refused by the name of the rule that it breaks.
fn statement<S: Provable>(
    prover: &Prover<S>,
    valid: &[S::Witness],
    broken: &[(Rule, Break<S::Witness>)],
) where
    S::Witness: Clone,
{
    for witness in valid {
        check(prover, witness);
    }
    for (expected, change) in broken {
        let mut witness = valid[0].clone();
        change(&mut witness);
        assert_eq!(rule(prover.prove(&witness, context())), *expected);
    }
}

#[test]
fn transfer() {
    statement(
        &provers().transfer,
        &[sample::transfer(1), sample::transfer_with_dummy(2)],
        &[
            (Rule::ValueConservation, |w| w.change = less(w.change)),
            (Rule::Limit, |w| w.sender_leaf.limit = Amount::ZERO),
        ],
    );
}

#[test]
fn issue() {
    statement(&provers().issue, &[sample::issue(3)], &[]);
}

#[test]
fn redeem() {
    statement(
        &provers().redeem,
        &[sample::redeem(4)],
        &[(Rule::ValueConservation, |w| w.change = less(w.change))],
    );
}

#[test]
fn register() {
    statement(&provers().register, &[sample::register(5)], &[]);
}

#[test]
fn ratio() {
    statement(
        provers().ratio.as_ref().unwrap(),
        &[sample::ratio(6), sample::ratio_at_the_edge(7)],
        &[(Rule::Rate, |w| w.second.value = more(w.second.value))],
    );
}

#[test]
fn balance() {
    statement(
        provers().balance.as_ref().unwrap(),
        &[sample::balance_with_dummies(8)],
        &[(Rule::Threshold, |w| w.threshold = more(w.threshold))],
    );
}

#[test]
fn supply() {
    statement(
        provers().supply.as_ref().unwrap(),
        &[sample::supply(9), sample::supply_at_the_edge(10)],
        &[(Rule::Backed, |w| {
            w.reserves = Total::new(w.total.get() - 1).unwrap();
        })],
    );
}

#[test]
fn velocity() {
    statement(
        provers().velocity.as_ref().unwrap(),
        &[sample::velocity(11), sample::velocity_at_the_edge(12)],
        &[(Rule::WithinQuota, |w| {
            w.quota = Quota::new(w.ticket.get().into()).unwrap();
        })],
    );
}

fn more(amount: Amount) -> Amount {
    Amount::new(amount.get() + 1)
}

fn less(amount: Amount) -> Amount {
    Amount::new(amount.get() - 1)
}

/// A verifier that shares no code with ours beyond the curve.
#[test]
fn arkworks_accepts_our_proofs() {
    let prover = &provers().register;
    let proven = prover.prove(&sample::register(14), context()).unwrap();
    let points = prover.verifying_key().points();
    let key = ark_groth16::VerifyingKey::<ark_bn254::Bn254> {
        alpha_g1: points.alpha_g1,
        beta_g2: points.beta_g2,
        gamma_g2: points.gamma_g2,
        delta_g2: points.delta_g2,
        gamma_abc_g1: points.ic.clone(),
    };
    let proof = ark_groth16::Proof::deserialize_compressed(&proven.envelope.proof.0[..]).unwrap();
    let verify = |inputs: &[Fr]| {
        let key = ark_groth16::prepare_verifying_key(&key);
        Groth16::<ark_bn254::Bn254>::verify_proof(&key, &proof, inputs).unwrap()
    };
    let mut inputs = Register::in_order(&proven.inputs);
    assert!(verify(&inputs));
    inputs[0] += Fr::from(1);
    assert!(!verify(&inputs));
}

/// What a broken rule is called by the prover.
fn rule<S: Provable>(result: Result<Proven<S>, ProveError>) -> Rule {
    match result {
        Err(ProveError::Rule(rule)) => rule,
        Err(other) => panic!("refused for another reason: {other}"),
        Ok(_) => panic!("proved"),
    }
}

#[test]
fn wrong_public_inputs_are_refused_by_name() {
    let witness = sample::register(7);
    let mut inputs = Register::public_inputs(&witness, context());
    inputs.c1 += Fr::from(1);
    let error = provers().register.prove_for(&witness, inputs);
    assert_eq!(rule(error), Rule::AuditEscrow);

    let witness = sample::transfer(6);
    let mut inputs = Transfer::public_inputs(&witness, context());
    inputs.anchor += Fr::from(1);
    let error = provers().transfer.prove_for(&witness, inputs);
    assert_eq!(rule(error), Rule::AnchorMembership);
}

#[test]
fn a_batch_over_all_circuits_names_the_bad_one() {
    let provers = provers();
    let mut cases = vec![
        wire(&provers.register, &sample::register(8)),
        wire(&provers.issue, &sample::issue(9)),
        wire(&provers.redeem, &sample::redeem(10)),
        wire(&provers.register, &sample::register(11)),
    ];
    let verdicts = |cases: &[(&VerifyingKey, Vec<Fr>, Proof)]| {
        let items: Vec<_> = cases
            .iter()
            .map(|(key, inputs, proof)| Item {
                key,
                inputs,
                proof: proof.unchecked(),
            })
            .collect();
        verify_batch(&items)
    };
    assert_eq!(verdicts(&cases), [Ok(()); 4]);
    // A proof of the same circuit for another statement.
    cases[0].2 = cases[3].2;
    let refused = Err(VerifyError::Refused);
    assert_eq!(verdicts(&cases), [refused, Ok(()), Ok(()), Ok(())]);
    // A proof under another circuit's key with as many inputs.
    let (_, inputs, proof) = wire(&provers.redeem, &sample::redeem_with_dummy(12));
    let other = verify(provers.transfer.verifying_key(), &inputs, &proof);
    assert_eq!(other, refused);
}

fn wire<'a, S: Provable>(
    prover: &'a Prover<S>,
    witness: &S::Witness,
) -> (&'a VerifyingKey, Vec<Fr>, Proof) {
    let proven = prover.prove(witness, context()).unwrap();
    let proof = Proof::decode(&proven.envelope.proof.0).unwrap();
    (prover.verifying_key(), S::in_order(&proven.inputs), proof)
}

/// Proofs of one witness share no point, and none of their bytes tells which came first.
#[test]
fn proofs_are_randomised() {
    let witness = sample::issue(13);
    let first = provers().issue.prove(&witness, context()).unwrap();
    let second = provers().issue.prove(&witness, context()).unwrap();
    let differ = |range: std::ops::Range<usize>| {
        first.envelope.proof.0[range.clone()] != second.envelope.proof.0[range]
    };
    assert!(differ(0..32) && differ(32..96) && differ(96..128));
    assert_eq!(
        Issue::in_order(&first.inputs),
        Issue::in_order(&second.inputs)
    );
}

/// The development keys are the same on every machine. Run with `OBOLUS_BLESS=1` to rewrite the
/// file after a deliberate change of a circuit.
#[test]
fn key_ids_are_golden() {
    let actual: String = provers()
        .verifying_keys()
        .iter()
        .map(|key| format!("{} {key}\n", key.circuit()))
        .collect();
    if std::env::var_os("OBOLUS_BLESS").is_some() {
        std::fs::write(GOLDEN, &actual).unwrap();
    }
    let expected = std::fs::read_to_string(GOLDEN).unwrap_or_default();
    assert_eq!(
        actual, expected,
        "a development key changed: run this test with OBOLUS_BLESS=1 if a circuit was changed on purpose"
    );
}
