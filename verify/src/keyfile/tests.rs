use obolus_verifier::KeyOrigin;
use obolus_verifier::snarkjs::key_to_json;
use obolus_verifier::trapdoor::Trapdoor;

use super::*;

fn written(bytes: &[u8]) -> (tempfile::TempDir, PathBuf) {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("key");
    std::fs::write(&path, bytes).unwrap();
    (directory, path)
}

fn code(arg: &KeyArg) -> (Fault, &'static str) {
    let finding = read_key(arg).unwrap_err();
    (finding.fault, finding.code.0)
}

#[test]
fn an_argument_names_a_file_and_perhaps_a_circuit() {
    let arg = |text: &str| text.parse::<KeyArg>().unwrap();
    assert_eq!(arg("transfer=a.json").circuit, Some(CircuitName::TRANSFER));
    assert_eq!(arg("transfer=a.json").path, PathBuf::from("a.json"));
    for path in ["./transfer=a", "Up=a", "a.key", "/x/y=z"] {
        let parsed = arg(path);
        assert_eq!((parsed.circuit, parsed.path), (None, PathBuf::from(path)));
    }
    assert_eq!("".parse::<KeyArg>(), Err(KeyArgError::Empty));
    assert_eq!("a=".parse::<KeyArg>(), Err(KeyArgError::Empty));
}

#[test]
fn both_forms_are_read_and_named_rightly() {
    let trapdoor = Trapdoor::new(3, 1);
    let name = CircuitName::new("mine").unwrap();
    let key = trapdoor.key_of(name.clone(), KeyOrigin::Imported);
    let (_kept, path) = written(&key.encode().unwrap());
    let binary = |circuit| KeyArg {
        circuit,
        path: path.clone(),
    };
    assert_eq!(read_key(&binary(None)).unwrap(), key);
    assert_eq!(read_key(&binary(Some(name.clone()))).unwrap(), key);
    let other = Some(CircuitName::ISSUE);
    assert_eq!(code(&binary(other)), (Fault::Refused, "key_circuit"));

    let (_kept, path) = written(key_to_json(&key).unwrap().as_bytes());
    let json = |circuit| KeyArg {
        circuit,
        path: path.clone(),
    };
    assert_eq!(read_key(&json(Some(name))).unwrap(), key);
    assert_eq!(code(&json(None)), (Fault::Malformed, "key_unnamed"));
    // Another number of public inputs than the protocol's circuit has.
    let ours = Some(CircuitName::TRANSFER);
    assert_eq!(code(&json(ours)), (Fault::Refused, "key_ic_length"));
}

#[test]
fn what_is_no_key_is_malformed_and_what_is_missing_unreadable() {
    let (kept, path) = written(b"\x01\x01");
    let arg = |path: PathBuf| KeyArg {
        circuit: None,
        path,
    };
    assert_eq!(code(&arg(path)), (Fault::Malformed, "key_malformed"));
    let missing = kept.path().join("missing");
    assert_eq!(code(&arg(missing)), (Fault::Unreadable, "unreadable"));
    let folder = kept.path().to_path_buf();
    assert_eq!(code(&arg(folder)), (Fault::Unreadable, "unreadable"));
}
