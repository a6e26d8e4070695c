//! Ceremonies run with the real snarkjs, verified natively; and everything that can be wrong with one.
//!
//! Needs node and npm; see `node/mod.rs`.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test binary")]

use std::sync::OnceLock;

use obolus_ceremony::fixtures::Fixture;
use obolus_ceremony::{
    CeremonyError, CeremonyFiles, Contributor, Policy, R1csDigest, Transcript, Verified, verify,
};
use obolus_protocol::Fr;
use obolus_protocol::statement::{circuit_digest, sample};
use obolus_prover::snarkjs::{ZkeyError, write_r1cs};
use obolus_prover::{
    Balance, Issue, KeyStore, PrepareError, Provable, Prover, Ratio, Redeem, Register, Relation,
    Supply, Transfer, Velocity, relation,
};
use obolus_r1cs::shape;
use obolus_verifier::{CircuitName, KeyOrigin, VerifyingKey, inputs_from_bytes};

use self::files::{Edit, contributions, place};
use self::node::{installed, target};
use self::run::{BEACON, Ceremony, ITERATIONS, Snarkjs};

mod files;
#[path = "../node/mod.rs"]
mod node;
mod phase1;
mod phase2;
mod run;

fn name() -> CircuitName {
    CircuitName::new("small").unwrap()
}

/// Three public inputs, terms other than one on all sides, a variable that occurs nowhere, and one only in C.
/// `factor` is a coefficient of A in the second row, `constant` one of C in the third.
fn circuit(factor: u64, constant: u64) -> Vec<u8> {
    let one = Fr::from(1);
    let a = [
        vec![(one, 4)],
        vec![(Fr::from(factor), 5), (-Fr::from(9), 1)],
        vec![(one, 5), (one, 2)],
        vec![(one, 0)],
    ];
    let b = [
        vec![(one, 4)],
        vec![(Fr::from(11), 4), (one, 0)],
        vec![(one, 3)],
        vec![(one, 0)],
    ];
    let c = [
        vec![(one, 5)],
        vec![(one, 3), (Fr::from(u64::MAX), 6)],
        vec![(Fr::from(constant), 2), (one, 4)],
        vec![(-one, 7)],
    ];
    write_r1cs(&Relation::new([1; 32], 3, 9, &a, &b, &c).unwrap()).unwrap()
}

/// The ceremony that most tests look at: three participants and a beacon in both phases.
fn small() -> &'static Ceremony {
    static SMALL: OnceLock<Ceremony> = OnceLock::new();
    SMALL.get_or_init(|| Snarkjs::new().ceremony(circuit(7, 13), 4))
}

fn check(files: CeremonyFiles<'_>) -> Result<Verified, CeremonyError> {
    verify(&name(), files, Policy::default())
}

/// What a changed key leads to.
fn with_zkey(change: impl FnOnce(&mut Vec<u8>)) -> Result<Verified, CeremonyError> {
    let mut zkey = small().zkey.clone();
    change(&mut zkey);
    check(CeremonyFiles {
        zkey: &zkey,
        ..small().files()
    })
}

/// What changed powers of tau lead to.
fn with_ptau(change: impl FnOnce(&mut Vec<u8>)) -> Result<Verified, CeremonyError> {
    let mut ptau = small().ptau.clone();
    change(&mut ptau);
    check(CeremonyFiles {
        ptau: &ptau,
        ..small().files()
    })
}

fn names(transcript: &Transcript) -> [Vec<String>; 2] {
    [&transcript.phase1, &transcript.phase2].map(|list| {
        let names = list.iter().map(|c| c.contributor.to_string());
        names.collect()
    })
}

#[test]
fn a_ceremony_of_snarkjs_holds() {
    if !installed() {
        return;
    }
    let ceremony = small();
    let Verified { key, transcript } = check(ceremony.files()).unwrap();
    assert_eq!(key.origin(), KeyOrigin::Ceremony);
    assert_eq!(key.circuit(), &name());
    assert_eq!(key.public_inputs(), 3);
    let sizes = (
        transcript.constraints,
        transcript.public_inputs,
        transcript.variables,
        transcript.domain_power,
    );
    assert_eq!(sizes, (4, 3, 9, 3));
    assert_eq!(transcript.r1cs, R1csDigest::of(&ceremony.r1cs));
    let expected = [r#""one""#, r#""two""#, r#""three""#, r#"beacon "last""#];
    assert_eq!(names(&transcript), [expected, expected]);
    assert_eq!(transcript.participants(), 3);
    let Contributor::Beacon {
        value, iterations, ..
    } = &transcript.phase2[3].contributor
    else {
        panic!("the last contribution is the beacon");
    };
    assert_eq!((hex(value).as_str(), *iterations), (BEACON, ITERATIONS));

    // What snarkjs prints when it verifies the same files: circuit hash and every contribution's.
    let said: String = ceremony.verdict.split_whitespace().collect();
    assert!(said.contains("ZKeyOk!"), "{said}");
    assert!(said.contains(&transcript.circuit_hash.to_string()));
    for contribution in &transcript.phase2 {
        assert!(said.contains(&contribution.hash.to_string()));
    }
}

/// What tests elsewhere use instead of snarkjs is taken by snarkjs.
#[test]
fn snarkjs_takes_the_fixtures() {
    if !installed() {
        return;
    }
    let fixture = Fixture::of(&circuit(7, 13), 1);
    let snarkjs = Snarkjs::new();
    snarkjs.write("circuit.r1cs", &fixture.r1cs);
    snarkjs.write("pot.ptau", &fixture.ptau);
    snarkjs.write("key.zkey", &fixture.zkey);
    let said = snarkjs.run("zkey verify circuit.r1cs pot.ptau key.zkey");
    assert!(said.contains("ZKey Ok!"), "{said}");
}

#[test]
fn enough_participants_must_have_contributed() {
    if !installed() {
        return;
    }
    let with = |minimum_contributions, minimum_powers| {
        let policy = Policy {
            minimum_contributions,
            minimum_powers,
        };
        verify(&name(), small().files(), policy).map(|_| ())
    };
    // The beacon is no participant.
    assert_eq!(with(3, 3), Ok(()));
    let few = CeremonyError::TooFew {
        given: 3,
        minimum: 4,
    };
    assert_eq!(with(4, 1), Err(few));
    assert!(matches!(with(1, 4), Err(CeremonyError::Powers(_))));
    // A key that nobody or only a beacon contributed to is refused whatever is demanded.
    let policy = Policy {
        minimum_contributions: 0,
        minimum_powers: 0,
    };
    for zkey in [&small().initial_zkey, &small().beacon_zkey] {
        let files = CeremonyFiles {
            zkey,
            ..small().files()
        };
        let error = verify(&name(), files, policy).unwrap_err();
        let few = CeremonyError::TooFew {
            given: 0,
            minimum: 1,
        };
        assert_eq!(error, few);
    }
}

#[test]
fn the_pinned_circuits_are_ours() {
    fn digest<S: Provable>() -> (String, String) {
        let file = write_r1cs(&relation(&shape::<S>()).unwrap()).unwrap();
        (S::CIRCUIT.to_string(), R1csDigest::of(&file).to_string())
    }
    for (circuit, digest) in [
        digest::<Transfer>(),
        digest::<Issue>(),
        digest::<Redeem>(),
        digest::<Register>(),
        digest::<Ratio>(),
        digest::<Balance>(),
        digest::<Supply>(),
        digest::<Velocity>(),
    ] {
        assert_eq!(circuit_digest(&circuit), Some(digest.as_str()), "{circuit}");
    }
    assert_eq!(circuit_digest("cubic"), None);
}

/// One of our small circuits: a proof under a ceremony's key. Its secrets are known, since snarkjs takes minutes for powers of
/// tau of this size.
#[test]
fn a_statement_is_proved_under_a_ceremony_key() {
    let r1cs = write_r1cs(&relation(&shape::<Register>()).unwrap()).unwrap();
    let ceremony = Fixture::of(&r1cs, 1);
    let files = CeremonyFiles {
        r1cs: &r1cs,
        ptau: &ceremony.ptau,
        zkey: &ceremony.zkey,
    };
    let Verified { key, .. } = verify(&Register::CIRCUIT, files, Policy::default()).unwrap();

    let prover = Prover::<Register>::ceremony(&key, &ceremony.zkey, &()).unwrap();
    let proven = prover
        .prove(&sample::register(1), sample::context(1))
        .unwrap();
    assert_eq!(proven.envelope.key, key.id());
    let inputs = inputs_from_bytes(&proven.envelope.inputs).unwrap();
    let proof = obolus_verifier::Proof::decode(&proven.envelope.proof.0).unwrap();
    assert_eq!(obolus_verifier::verify(&key, &inputs, &proof), Ok(()));
    let mut wrong = inputs;
    wrong[0] += Fr::from(1);
    assert!(obolus_verifier::verify(&key, &wrong, &proof).is_err());

    // Neither another key's file, nor another circuit's, nor a key that no ceremony vouches for.
    let refusal =
        |key: &VerifyingKey, zkey: &[u8]| match Prover::<Register>::ceremony(key, zkey, &())
            .map(|_| ())
        {
            Err(PrepareError::Zkey(error)) => error,
            other => panic!("{other:?}"),
        };
    assert!(matches!(
        refusal(&key, &Fixture::of(&r1cs, 2).zkey),
        ZkeyError::OtherKey(_)
    ));
    let small = Fixture::of(&circuit(7, 13), 1);
    assert_eq!(refusal(&key, &small.zkey), ZkeyError::OtherCircuit);
    let development = tempfile::tempdir_in(target()).unwrap();
    let store = KeyStore::open(development.path()).unwrap();
    let development = Prover::<Register>::development(&store, &()).unwrap();
    assert_eq!(
        refusal(development.verifying_key(), &ceremony.zkey),
        ZkeyError::Origin(KeyOrigin::InsecureDevelopment)
    );
    let files = CeremonyFiles {
        r1cs: &small.r1cs,
        ptau: &small.ptau,
        zkey: &small.zkey,
    };
    let foreign = check(files).unwrap().key;
    assert_eq!(refusal(&foreign, &small.zkey), ZkeyError::OtherCircuit);
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
