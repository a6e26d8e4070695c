use super::*;

#[test]
fn files_are_never_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    let inner = folder.path().join("new");
    let path = inner.join("a");
    files::create(&inner, &path, b"one").unwrap();
    files::create(&inner, &path, b"one").unwrap();
    let error = files::create(&inner, &path, b"two").unwrap_err();
    assert!(matches!(error, FilesError::Exists(_)), "{error}");
    assert_eq!(fs::read(&path).unwrap(), b"one");
    // Nothing is left over.
    assert_eq!(fs::read_dir(&inner).unwrap().count(), 1);
}

#[test]
fn export_names_the_pinned_circuit() {
    use obolus_protocol::statement::circuit_digest;
    let r1cs = R1cs::read(&OwnCircuit::Register.r1cs().unwrap()).unwrap();
    let digest = r1cs.digest().to_string();
    assert_eq!(circuit_digest("register"), Some(digest.as_str()));
    let said = report::next_steps(&CircuitName::REGISTER, &r1cs, Path::new("register.r1cs"));
    assert!(said.contains(&digest));
    // 2717 constraints and 10 inputs take a domain of 2¹², and that powers of tau of one more.
    assert!(said.contains("powersoftau new bn128 13 "), "{said}");
}
