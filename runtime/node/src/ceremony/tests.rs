use obolus_ceremony::fixtures::{Fixture, circuit};
use obolus_ceremony::{CeremonyFiles, Phase2Fault, verify};
use obolus_runtime::ledger::{Execution, kit};

use super::*;
use crate::{NodeConfig, Service, ServiceError};

const NAME: &str = "small";

/// The key that a fixture's ceremony makes for a circuit of this name.
fn key(fixture: &Fixture, name: &str) -> VerifyingKey {
    let files = CeremonyFiles {
        r1cs: &fixture.r1cs,
        ptau: &fixture.ptau,
        zkey: &fixture.zkey,
    };
    let name = CircuitName::new(name).unwrap();
    verify(&name, files, Policy::default()).unwrap().key
}

fn production(keys: &[VerifyingKey]) -> Genesis {
    Genesis {
        mode: ChainMode::Production,
        verifying_keys: keys.iter().map(|key| key.encode().unwrap()).collect(),
        ..kit::genesis()
    }
}

/// A folder as `obolus ceremony import` writes it.
fn folder(fixture: &Fixture, name: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let write = |file: &str, bytes: &[u8]| fs::write(folder.path().join(file), bytes).unwrap();
    write(POWERS, &fixture.ptau);
    write(&format!("{name}.r1cs"), &fixture.r1cs);
    write(&format!("{name}.zkey"), &fixture.zkey);
    folder
}

fn config(folder: &tempfile::TempDir) -> CeremonyConfig {
    CeremonyConfig {
        dir: folder.path().into(),
        minimum_contributions: one(),
    }
}

fn refusal(genesis: &Genesis, folder: &tempfile::TempDir) -> CeremonyCheckError {
    check(genesis, Some(&config(folder))).unwrap_err()
}

#[test]
fn a_development_chain_needs_none() {
    assert!(check(&kit::genesis(), None).is_ok());
}

/// The whole node: it starts with the ceremony of its chain's key, and not without.
#[tokio::test(flavor = "multi_thread")]
async fn a_production_node_starts_with_its_ceremony_only() {
    let fixture = Fixture::of(&circuit(5), 1);
    let genesis = production(&[key(&fixture, NAME)]);
    let files = folder(&fixture, NAME);
    let data = tempfile::tempdir().unwrap();
    let mut node = NodeConfig::development(data.path().into(), ([127, 0, 0, 1], 0).into());
    let open = || Execution::open(&data.path().join("ledger"), &genesis).unwrap();

    let refused = Service::start(open(), &node).await.map(|_| ()).unwrap_err();
    let ServiceError::Ceremony(reason) = refused else {
        panic!("{refused}");
    };
    assert!(matches!(*reason, CeremonyCheckError::NotConfigured));

    node.ceremony = Some(config(&files));
    let service = Service::start(open(), &node).await.unwrap();
    assert_ne!(service.address().port(), 0);
    service.run(std::future::ready(())).await.unwrap();
}

#[test]
fn each_file_must_be_there_and_whole() {
    let fixture = Fixture::of(&circuit(5), 1);
    let genesis = production(&[key(&fixture, NAME)]);
    for file in [POWERS, "small.r1cs", "small.zkey"] {
        let files = folder(&fixture, NAME);
        let path = files.path().join(file);
        let bytes = fs::read(&path).unwrap();
        fs::write(&path, &bytes[..bytes.len() - 1]).unwrap();
        let said = refusal(&genesis, &files).to_string();
        assert!(said.contains(file) && said.contains("too early"), "{said}");
        fs::remove_file(&path).unwrap();
        let error = refusal(&genesis, &files);
        assert!(matches!(&error, CeremonyCheckError::Io { .. }), "{error}");
        assert!(error.to_string().contains(file));
    }
}

#[test]
fn the_key_must_be_the_genesis_key() {
    let [fixture, other] = [1, 2].map(|seed| Fixture::of(&circuit(5), seed));
    let genesis = production(&[key(&fixture, NAME)]);
    assert!(check(&genesis, Some(&config(&folder(&fixture, NAME)))).is_ok());
    // A ceremony that holds, for the same circuit.
    let error = refusal(&genesis, &folder(&other, NAME));
    assert!(
        matches!(&error, CeremonyCheckError::OtherKey { .. }),
        "{error}"
    );
    // One key of two.
    let both = production(&[key(&fixture, NAME), key(&other, "second")]);
    let said = refusal(&both, &folder(&fixture, NAME)).to_string();
    assert!(said.contains("second.r1cs"), "{said}");
}

#[test]
fn a_tampered_transcript_is_refused() {
    let fixture = Fixture::of(&circuit(5), 1);
    let genesis = production(&[key(&fixture, NAME)]);
    let files = folder(&fixture, NAME);
    let mut zkey = fixture.zkey.clone();
    // The transcript of the last contribution, before type, length and a beacon's parameters.
    let at = zkey.len() - (4 + "beacon".len() + 8 + 64);
    zkey[at] ^= 1;
    fs::write(files.path().join("small.zkey"), &zkey).unwrap();
    let error = refusal(&genesis, &files);
    let CeremonyCheckError::Ceremony(_, CeremonyError::Contribution { index, fault }) = error
    else {
        panic!("{error}");
    };
    assert_eq!((index, fault), (2, Phase2Fault::Transcript));
}

#[test]
fn enough_participants_must_have_contributed() {
    let fixture = Fixture::of(&circuit(5), 1);
    let genesis = production(&[key(&fixture, NAME)]);
    let files = folder(&fixture, NAME);
    let with = |minimum| {
        let mut config = config(&files);
        config.minimum_contributions = NonZeroUsize::new(minimum).unwrap();
        check(&genesis, Some(&config))
    };
    assert!(with(2).is_ok());
    let error = with(3).unwrap_err();
    assert!(
        matches!(
            error,
            CeremonyCheckError::Ceremony(
                _,
                CeremonyError::TooFew {
                    given: 2,
                    minimum: 3
                }
            )
        ),
        "{error}"
    );
}

/// A ceremony that holds, but for a circuit that anybody satisfies.
#[test]
fn statements_have_pinned_circuits() {
    let fixture = Fixture::of(&nine_inputs(), 1);
    let genesis = production(&[key(&fixture, "register")]);
    let error = refusal(&genesis, &folder(&fixture, "register"));
    assert!(
        matches!(&error, CeremonyCheckError::OtherCircuit { .. }),
        "{error}"
    );
}

/// As many public inputs as register has, which the verifier's lint compares.
fn nine_inputs() -> Vec<u8> {
    use obolus_ceremony::{R1csWriter, Term};
    let mut file = R1csWriter::new(11, 9).unwrap();
    let term = |variable| Term {
        variable,
        coefficient: obolus_protocol::Fr::from(1),
    };
    file.row([&[term(10)], &[term(0)], &[term(10)]]).unwrap();
    file.finish()
}
