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
    assert!(matches!(other, Err(IsoError::Damaged { record: 1, .. })));
    let renamed = Records::read::<String>(&path, "another name", &key(1));
    assert!(matches!(renamed, Err(IsoError::Damaged { record: 1, .. })));
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
            Err(IsoError::Damaged { .. })
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

/// The frames' beginnings, and the file's end.
fn bounds(bytes: &[u8]) -> Vec<usize> {
    let mut bounds = vec![0];
    let mut at = 0;
    while at < bytes.len() {
        let length: [u8; LENGTH] = bytes[at..at + LENGTH].try_into().unwrap();
        at += HEAD + usize::try_from(u32::from_le_bytes(length)).unwrap();
        bounds.push(at);
    }
    assert_eq!(at, bytes.len());
    bounds
}

#[test]
fn a_flipped_bit_anywhere_is_named_and_nothing_is_cut_off() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("records");
    let (mut records, _) = open_at(&path, &key(1)).unwrap();
    let three = ["one".to_owned(), "two".to_owned(), "three".to_owned()];
    records.append(&three, &key(1)).unwrap();
    drop(records);
    let bytes = std::fs::read(&path).unwrap();
    let bounds = bounds(&bytes);
    assert_eq!(bounds.len(), 4);
    // Whole, and with the beginning of a fourth record, as a crash leaves it.
    for torn in [&[][..], &bytes[..HEAD - 1]] {
        for (at, bit) in (0..bytes.len()).flat_map(|at| (0..8).map(move |bit| (at, bit))) {
            let mut damaged = [&bytes, torn].concat();
            damaged[at] ^= 1 << bit;
            std::fs::write(&path, &damaged).unwrap();
            let place = |error| match error {
                IsoError::Damaged {
                    path: named,
                    record,
                    offset,
                } => {
                    assert_eq!(named, path);
                    assert_eq!(offset, bounds[record - 1]);
                    record
                }
                other => panic!("{at}: {other:?}"),
            };
            let read = Records::read::<String>(&path, NAME, &key(1));
            let record = place(read.unwrap_err());
            assert!((bounds[record - 1]..bounds[record]).contains(&at), "{at}");
            place(open_at(&path, &key(1)).map(|_| ()).unwrap_err());
            assert_eq!(std::fs::read(&path).unwrap(), damaged, "{at}");
        }
    }
    std::fs::write(&path, &bytes).unwrap();
    assert_eq!(open_at(&path, &key(1)).unwrap().1, three);
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
