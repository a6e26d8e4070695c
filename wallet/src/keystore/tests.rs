//! Key files: round trips, wrong passphrases, damage, permissions.

use std::fs;
use std::path::PathBuf;

use super::*;

fn passphrase(text: &str) -> Passphrase {
    Passphrase::new(text.to_owned()).unwrap()
}

fn key_file() -> KeyFile {
    KeyFile {
        seed: Seed::new([0x5a; 32]),
        network: Network::Test,
    }
}

fn created() -> (tempfile::TempDir, PathBuf) {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("bank.key");
    key_file()
        .create(
            &path,
            &passphrase("correct horse"),
            WorkFactor::INSECURE_FAST,
        )
        .unwrap();
    (directory, path)
}

fn open_error(path: &Path, text: &str) -> KeystoreError {
    match KeyFile::open(path, &passphrase(text)) {
        Ok(_) => panic!("the key file must not open"),
        Err(error) => error,
    }
}

#[test]
fn opens_with_the_passphrase_it_was_created_with() {
    let (_directory, path) = created();
    let opened = KeyFile::open(&path, &passphrase("correct horse")).unwrap();
    assert_eq!(opened.seed.expose(), &[0x5a; 32]);
    assert_eq!(opened.network, Network::Test);
}

#[test]
fn wrong_passphrase_is_named_as_such() {
    let (_directory, path) = created();
    assert_eq!(
        open_error(&path, "incorrect horse"),
        KeystoreError::WrongPassphrase
    );
}

#[test]
fn every_flipped_byte_is_noticed() {
    let (_directory, path) = created();
    let intact = fs::read(&path).unwrap();
    for index in 0..intact.len() {
        let mut changed = intact.clone();
        changed[index] ^= 1;
        assert!(
            KeyFile::decrypt(&changed, &passphrase("correct horse")).is_err(),
            "byte {index} of {} can be changed",
            intact.len()
        );
    }
    let truncated = &intact[..intact.len() - 1];
    assert!(KeyFile::decrypt(truncated, &passphrase("correct horse")).is_err());
}

#[test]
fn payload_damage_is_not_reported_as_a_wrong_passphrase() {
    let (_directory, path) = created();
    let mut bytes = fs::read(&path).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    fs::write(&path, bytes).unwrap();
    assert_eq!(open_error(&path, "correct horse"), KeystoreError::Damaged);
}

#[test]
fn never_overwrites_and_leaves_nothing_behind() {
    let (directory, path) = created();
    let again = key_file().create(&path, &passphrase("other"), WorkFactor::INSECURE_FAST);
    assert_eq!(again, Err(KeystoreError::Exists));
    assert!(KeyFile::open(&path, &passphrase("correct horse")).is_ok());
    assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1);
}

#[test]
fn replace_changes_the_passphrase() {
    let (directory, path) = created();
    key_file()
        .replace(&path, &passphrase("new"), WorkFactor::INSECURE_FAST)
        .unwrap();
    assert_eq!(
        open_error(&path, "correct horse"),
        KeystoreError::WrongPassphrase
    );
    assert!(KeyFile::open(&path, &passphrase("new")).is_ok());
    assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1);
}

#[cfg(unix)]
#[test]
fn only_the_owner_may_read_it() {
    use std::os::unix::fs::PermissionsExt;
    let (_directory, path) = created();
    let mode = fs::metadata(&path).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn seed_is_not_in_the_file() {
    let (_directory, path) = created();
    let bytes = fs::read(&path).unwrap();
    assert!(!bytes.windows(8).any(|window| window == [0x5a; 8]));
}

#[test]
fn other_versions_and_other_plaintexts_are_refused() {
    let encrypt = |plaintext: &[u8]| {
        let mut recipient = age::scrypt::Recipient::new(SecretString::from("p".to_owned()));
        recipient.set_work_factor(4);
        age::encrypt(&recipient, plaintext).unwrap()
    };
    let record = |magic, version, network| {
        borsh::to_vec(&Record {
            magic,
            version,
            network,
            seed: [1; 32],
        })
        .unwrap()
    };
    let open = |plaintext: &[u8]| KeyFile::decrypt(&encrypt(plaintext), &passphrase("p")).err();

    assert_eq!(open(&record(MAGIC, 1, 0)), None);
    assert_eq!(open(&record(MAGIC, 2, 0)), Some(KeystoreError::Version(2)));
    assert_eq!(
        open(&record(*b"otherkey", 1, 0)),
        Some(KeystoreError::Damaged)
    );
    assert_eq!(open(&record(MAGIC, 1, 9)), Some(KeystoreError::Damaged));
    let mut trailing = record(MAGIC, 1, 0);
    trailing.push(0);
    assert_eq!(open(&trailing), Some(KeystoreError::Damaged));
}

#[test]
fn a_file_that_asks_for_absurd_work_is_refused_at_once() {
    let (_directory, path) = created();
    let text = fs::read(&path).unwrap();
    let marker = b" 4\n";
    let at = text
        .windows(marker.len())
        .position(|window| window == marker)
        .unwrap();
    let mut costly = text.clone();
    costly.splice(at..at + marker.len(), b" 40\n".iter().copied());
    fs::write(&path, costly).unwrap();
    assert_eq!(
        open_error(&path, "correct horse"),
        KeystoreError::ExcessiveWork
    );
}

#[test]
fn empty_passphrase_and_bad_work_factors_are_refused() {
    assert!(matches!(
        Passphrase::new(String::new()),
        Err(KeystoreError::EmptyPassphrase)
    ));
    assert_eq!(WorkFactor::new(0), Err(KeystoreError::WorkFactor));
    assert_eq!(WorkFactor::new(23), Err(KeystoreError::WorkFactor));
    assert_eq!(WorkFactor::new(18), Ok(WorkFactor::STANDARD));
}
