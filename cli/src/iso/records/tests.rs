use super::*;

const NAME: &str = "records of a test";

fn key(byte: u8) -> RecordKey {
    RecordKey(Zeroizing::new([byte; 32]))
}

fn open_at(path: &Path, key: &RecordKey) -> Result<(Records, Vec<String>), IsoError> {
    let exclusive = Exclusive::take(path)?.expect("nobody else has it");
    Records::open(path, NAME, key, &exclusive)
}

#[test]
fn records_are_there_again_and_hidden() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("records");
    let (mut records, none) = open_at(&path, &key(1)).unwrap();
    assert!(none.is_empty());
    records.append(&["first".to_owned()], &key(1)).unwrap();
    let more = ["second".to_owned(), "third".to_owned()];
    records.append(&more, &key(1)).unwrap();
    drop(records);

    let (_, all) = open_at(&path, &key(1)).unwrap();
    assert_eq!(all, ["first", "second", "third"]);
    assert_eq!(Records::read::<String>(&path, NAME, &key(1)).unwrap(), all);
    let bytes = std::fs::read(&path).unwrap();
    assert!(!bytes.windows(5).any(|window| window == b"first"));
    let other = Records::read::<String>(&path, NAME, &key(2));
    assert!(matches!(other, Err(IsoError::Journal(_, 1))));
    let renamed = Records::read::<String>(&path, "another name", &key(1));
    assert!(matches!(renamed, Err(IsoError::Journal(_, 1))));
}

#[test]
fn whatever_a_crash_leaves_of_the_last_record_is_cut_off() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("records");
    let (mut records, _) = open_at(&path, &key(1)).unwrap();
    records.append(&["first".to_owned()], &key(1)).unwrap();
    let whole = records.end;
    records.append(&["second".to_owned()], &key(1)).unwrap();
    drop(records);
    let bytes = std::fs::read(&path).unwrap();
    let whole = usize::try_from(whole).unwrap();
    for cut in whole..bytes.len() {
        std::fs::write(&path, &bytes[..cut]).unwrap();
        let (mut records, all) = open_at(&path, &key(1)).unwrap();
        assert_eq!(all, ["first"], "{cut}");
        records.append(&["again".to_owned()], &key(1)).unwrap();
        drop(records);
        let (_, all) = open_at(&path, &key(1)).unwrap();
        assert_eq!(all, ["first", "again"], "{cut}");
    }
}

#[test]
fn changed_moved_and_missing_records_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("records");
    let (mut records, _) = open_at(&path, &key(1)).unwrap();
    let two = ["one".to_owned(), "two".to_owned()];
    records.append(&two, &key(1)).unwrap();
    let bytes = std::fs::read(&path).unwrap();
    let half = bytes.len() / 2;
    let refused = |bytes: &[u8]| {
        std::fs::write(&path, bytes).unwrap();
        matches!(
            Records::read::<String>(&path, NAME, &key(1)),
            Err(IsoError::Journal(..))
        )
    };
    assert!(refused(&[&bytes[half..], &bytes[..half]].concat()));
    assert!(refused(&bytes[half..]));
    let mut flipped = bytes.clone();
    flipped[half - 1] ^= 1;
    assert!(refused(&flipped));
    let mut endless = bytes.clone();
    endless[half..half + LENGTH].copy_from_slice(&[0xff; LENGTH]);
    assert!(refused(&endless));
}

#[test]
fn one_process_writes_at_a_time() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("records");
    let first = Exclusive::take(&path).unwrap();
    assert!(first.is_some());
    assert!(Exclusive::take(&path).unwrap().is_none());
    // Another file is another's.
    let other = folder.path().join("records.other");
    assert!(Exclusive::take(&other).unwrap().is_some());
    drop(first);
    assert!(Exclusive::take(&path).unwrap().is_some());
}
