use super::*;

fn refused() -> Result<Passphrase, RoleKeyError> {
    Err(RoleKeyError::PassphraseNeeded)
}

fn passphrase(text: &str) -> impl FnOnce() -> Result<Passphrase, RoleKeyError> {
    let passphrase = Passphrase::new(text.into()).unwrap();
    move || Ok(passphrase)
}

#[test]
fn a_key_comes_back_from_either_kind_of_file() {
    let dir = tempfile::tempdir().unwrap();
    let signer = RoleSigner::generate();
    let plain = dir.path().join("plain");
    signer
        .create(&plain, &Protection::InsecurePlaintext)
        .unwrap();
    let text = std::fs::read_to_string(&plain).unwrap();
    assert!(text.starts_with("INSECURE"));
    assert_eq!(
        RoleSigner::open(&plain, refused).unwrap().public(),
        signer.public()
    );

    let sealed = dir.path().join("sealed");
    let protection = Protection::Passphrase(
        Passphrase::new("p".into()).unwrap(),
        WorkFactor::INSECURE_FAST,
    );
    signer.create(&sealed, &protection).unwrap();
    assert_eq!(
        RoleSigner::open(&sealed, passphrase("p")).unwrap().public(),
        signer.public()
    );
    assert_eq!(
        RoleSigner::open(&sealed, refused).err(),
        Some(RoleKeyError::PassphraseNeeded)
    );
    assert_eq!(
        RoleSigner::open(&sealed, passphrase("q")).err(),
        Some(RoleKeyError::File(KeystoreError::WrongPassphrase))
    );
    assert_eq!(
        signer.create(&sealed, &protection).err(),
        Some(RoleKeyError::File(KeystoreError::Exists))
    );
}

#[test]
fn kinds_are_not_mixed_up_and_damage_is_noticed() {
    let dir = tempfile::tempdir().unwrap();
    let auditor = AuditorSecret::random(&mut OsRng);
    let path = dir.path().join("auditor");
    create_auditor(&auditor, &path, &Protection::InsecurePlaintext).unwrap();
    let again = open_auditor(&path, refused).unwrap();
    assert_eq!(again.public().encode(), auditor.public().encode());
    assert!(matches!(
        RoleSigner::open(&path, refused).err(),
        Some(RoleKeyError::OtherKind(_))
    ));
    let mut bytes = std::fs::read(&path).unwrap();
    bytes.truncate(bytes.len() - 3);
    std::fs::write(&path, bytes).unwrap();
    assert_eq!(
        open_auditor(&path, refused).err(),
        Some(RoleKeyError::File(KeystoreError::Damaged))
    );
}
