use super::*;
use crate::roles::{Protection, create_auditor};

fn passphrase(text: &str) -> Result<Passphrase, RoleKeyError> {
    Ok(Passphrase::new(text.into()).unwrap())
}

#[test]
fn epochs_are_kept_in_order_and_the_index_key_with_them() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("auditor.age");
    let mut ring = Keyring::generate();
    let first = ring.newest().unwrap().public();
    let words = passphrase("words").unwrap();
    ring.create(&path, &words, WorkFactor::INSECURE_FAST)
        .unwrap();
    assert_eq!(
        ring.create(&path, &words, WorkFactor::INSECURE_FAST),
        Err(KeystoreError::Exists)
    );
    let second = ring.add_epoch().unwrap();
    ring.replace(&path, &words, WorkFactor::INSECURE_FAST)
        .unwrap();

    let again = Keyring::open(&path, || passphrase("words")).unwrap();
    let keys: Vec<_> = again.secrets().iter().map(AuditorSecret::public).collect();
    assert_eq!(keys, [first, second]);
    assert_eq!(again.newest().unwrap().public(), second);
    assert_eq!(again.index_key(), ring.index_key());
    let wrong = Keyring::open(&path, || passphrase("other"));
    assert_eq!(
        wrong.err(),
        Some(RoleKeyError::File(KeystoreError::WrongPassphrase))
    );
}

#[test]
fn files_of_one_secret_are_read_with_the_same_index_key() {
    let directory = tempfile::tempdir().unwrap();
    let secret = AuditorSecret::random(&mut OsRng);
    let words = Passphrase::new("words".into()).unwrap();
    let files = [
        ("plain", Protection::InsecurePlaintext),
        (
            "sealed",
            Protection::Passphrase(words, WorkFactor::INSECURE_FAST),
        ),
    ];
    for (name, protection) in files {
        let path = directory.path().join(name);
        create_auditor(&secret, &path, &protection).unwrap();
        let ring = Keyring::open(&path, || passphrase("words")).unwrap();
        assert_eq!(ring.newest().unwrap().public(), secret.public());
        assert_eq!(
            ring.index_key(),
            Keyring::single(secret.clone()).index_key()
        );
        let archive = Keyring::open_archive(&path, &passphrase("words").unwrap());
        assert!(matches!(archive, Err(RoleKeyError::OtherKind(_))), "{name}");
    }
}

#[test]
fn damage_and_foreign_content_are_refused() {
    let good = Keyring::generate().plaintext().unwrap();
    assert!(Keyring::parse(&good).is_ok());
    let mut longer = good.to_vec();
    longer.push(0);
    let mut version = good.to_vec();
    version[8] = 9;
    let damaged = RoleKeyError::File(KeystoreError::Damaged);
    for (bytes, reason) in [
        (longer, damaged.clone()),
        (good[..good.len() - 1].to_vec(), damaged.clone()),
        (version, RoleKeyError::File(KeystoreError::Version(9))),
        (
            b"obolrol1whatever".to_vec(),
            RoleKeyError::OtherKind("auditor's"),
        ),
        (b"obolaud1short".to_vec(), damaged),
    ] {
        assert_eq!(Keyring::parse(&bytes).err(), Some(reason));
    }
}
