use obolus_ceremony::fixtures::Fixture;
use obolus_ceremony::{CeremonyFiles, Policy, verify};
use obolus_protocol::statement::sample;
use obolus_r1cs::{Issue, Register, shape};
use obolus_verifier::KeyOrigin;

use super::*;
use crate::prover::relation;
use crate::snarkjs::{ZkeyError, write_r1cs};

/// As an import leaves it.
fn imported() -> (tempfile::TempDir, VerifyingKey) {
    let r1cs = write_r1cs(&relation(&shape::<Register>()).unwrap()).unwrap();
    let fixture = Fixture::of(&r1cs, 3);
    let files = CeremonyFiles {
        r1cs: &r1cs,
        ptau: &fixture.ptau,
        zkey: &fixture.zkey,
    };
    let key = verify(&Register::CIRCUIT, files, Policy::default())
        .unwrap()
        .key;
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("register.zkey"), &fixture.zkey).unwrap();
    fs::write(folder.path().join("register.obolvk"), key.encode().unwrap()).unwrap();
    (folder, key)
}

#[test]
fn imported_keys_prove() {
    let (folder, key) = imported();
    let store = CeremonyStore::new(folder.path());
    assert!(store.has(&CircuitName::REGISTER) && !store.has(&CircuitName::ISSUE));
    let prover = store.prover::<Register>(&()).unwrap();
    assert_eq!(prover.verifying_key(), &key);
    assert_eq!(prover.verifying_key().origin(), KeyOrigin::Ceremony);
    let proven = prover
        .prove(&sample::register(1), sample::context(1))
        .unwrap();
    assert_eq!(proven.envelope.key, key.id());
    assert!(matches!(
        store.prover::<Issue>(&()),
        Err(CeremonyStoreError::Io { .. })
    ));
}

#[test]
fn provers_need_the_keys_of_all_statements() {
    let (folder, _) = imported();
    let store = CeremonyStore::new(folder.path());
    match crate::Provers::ceremony(&store).map(|_| ()) {
        Err(CeremonyStoreError::Io { path, .. }) => {
            assert_eq!(path, folder.path().join("transfer.obolvk"));
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn damage_shows() {
    let (folder, _) = imported();
    let store = CeremonyStore::new(folder.path());
    let path = |file: &str| folder.path().join(file);
    let zkey = fs::read(path("register.zkey")).unwrap();
    fs::write(path("register.zkey"), &zkey[..zkey.len() - 1]).unwrap();
    assert!(matches!(
        store.prover::<Register>(&()),
        Err(CeremonyStoreError::Prepare(
            _,
            PrepareError::Zkey(ZkeyError::File(_))
        ))
    ));
    fs::write(path("register.obolvk"), [1, 2, 3]).unwrap();
    assert!(matches!(
        store.prover::<Register>(&()),
        Err(CeremonyStoreError::Key(..))
    ));
    // Another statement's files under this one's name.
    let (other, _) = imported();
    fs::copy(other.path().join("register.zkey"), path("issue.zkey")).unwrap();
    fs::copy(other.path().join("register.obolvk"), path("issue.obolvk")).unwrap();
    assert!(matches!(
        store.prover::<Issue>(&()),
        Err(CeremonyStoreError::Prepare(
            _,
            PrepareError::Zkey(ZkeyError::OtherCircuit)
        ))
    ));
}
