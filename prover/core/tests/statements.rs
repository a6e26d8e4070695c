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

#[test]
fn transfer() {
    check(&provers().transfer, &sample::transfer(1));
    check(&provers().transfer, &sample::transfer_with_dummy(2));
}

#[test]
fn issue() {
    check(&provers().issue, &sample::issue(3));
}

#[test]
fn redeem() {
    check(&provers().redeem, &sample::redeem(4));
}

#[test]
fn register() {
    check(&provers().register, &sample::register(5));
}

#[test]
fn ratio() {
    let prover = provers().ratio.as_ref().unwrap();
    check(prover, &sample::ratio(6));
    check(prover, &sample::ratio_at_the_edge(7));
    let mut witness = sample::ratio(6);
    witness.second.value = Amount::new(witness.second.value.get() + 1);
    assert_eq!(rule(prover.prove(&witness, context())), Rule::Rate);
}

#[test]
fn balance() {
    let prover = provers().balance.as_ref().unwrap();
    check(prover, &sample::balance_with_dummies(8));
    let mut witness = sample::balance_with_dummies(8);
    witness.threshold = Amount::new(witness.threshold.get() + 1);
    assert_eq!(rule(prover.prove(&witness, context())), Rule::Threshold);
}

#[test]
fn supply() {
    let prover = provers().supply.as_ref().unwrap();
    check(prover, &sample::supply(9));
    check(prover, &sample::supply_at_the_edge(10));
    let mut witness = sample::supply(9);
    witness.reserves = Total::new(witness.total.get() - 1).unwrap();
    assert_eq!(rule(prover.prove(&witness, context())), Rule::Backed);
}

#[test]
fn velocity() {
    let prover = provers().velocity.as_ref().unwrap();
    check(prover, &sample::velocity(11));
    check(prover, &sample::velocity_at_the_edge(12));
    let mut witness = sample::velocity(11);
    witness.quota = Quota::new(witness.ticket.get().into()).unwrap();
    assert_eq!(rule(prover.prove(&witness, context())), Rule::WithinQuota);
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
fn a_wrong_witness_is_refused_by_the_name_of_the_rule() {
    let prover = &provers().transfer;
    let honest = sample::transfer(6);
    let inputs = Transfer::public_inputs(&honest, context());

    let mut poorer = honest.clone();
    poorer.change = poorer
        .change
        .checked_sub(obolus_protocol::Amount::new(1))
        .unwrap();
    let error = prover.prove(&poorer, context());
    assert_eq!(rule(error), Rule::ValueConservation);

    let mut limited = honest.clone();
    limited.sender_leaf.limit = obolus_protocol::Amount::new(0);
    let error = prover.prove(&limited, context());
    assert_eq!(rule(error), Rule::Limit);

    let mut elsewhere = inputs;
    elsewhere.anchor += Fr::from(1);
    let error = prover.prove_for(&honest, elsewhere);
    assert_eq!(rule(error), Rule::AnchorMembership);
}

#[test]
fn wrong_public_inputs_are_refused_by_name() {
    let witness = sample::register(7);
    let mut inputs = Register::public_inputs(&witness, context());
    inputs.c1 += Fr::from(1);
    let error = provers().register.prove_for(&witness, inputs);
    assert_eq!(rule(error), Rule::AuditEscrow);
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
