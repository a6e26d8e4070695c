use obolus_protocol::{Amount, FullViewingKey, Seed, note::Rcm};

use super::*;

fn sample() -> Recovery {
    let keys = FullViewingKey::from_seed(&Seed::new([5; 32]));
    let note = |position, value: u64| RecoveredNote {
        position: Position::new(position).unwrap(),
        note: Note {
            value: Amount::new(value),
            owner: keys.owner(),
            rcm: Rcm::new(value.into()),
        },
    };
    Recovery {
        chain: ChainId([1; 32]),
        token: ContractId([2; 32]),
        height: 9,
        slot: Slot::new(3).unwrap(),
        owner: keys.owner(),
        ak: keys.ak,
        nk: keys.nk.clone(),
        notes: vec![note(4, u64::MAX), note(7, 5)],
    }
}

#[test]
fn a_file_comes_back_as_it_was() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("slot-3");
    let words = Passphrase::new("words".into()).unwrap();
    let made = sample();
    assert_eq!(made.total(), u128::from(u64::MAX) + 5);
    made.create(&path, &words, WorkFactor::INSECURE_FAST)
        .unwrap();
    let read = Recovery::open(&path, &words).unwrap();
    assert!(read.notes == made.notes && read.nk == made.nk && read.slot == made.slot);
    let other = Passphrase::new("other".into()).unwrap();
    assert_eq!(
        Recovery::open(&path, &other).err(),
        Some(RecoveryError::File(KeystoreError::WrongPassphrase))
    );
}

#[test]
fn what_does_not_belong_together_is_refused() {
    let other = FullViewingKey::from_seed(&Seed::new([6; 32]));
    let mut key = sample();
    key.nk = other.nk.clone();
    let mut owner = sample();
    owner.notes[1].note.owner = other.owner();
    let mut twice = sample();
    twice.notes[1].position = twice.notes[0].position;
    for wrong in [key, owner, twice] {
        assert_eq!(wrong.check(), Err(RecoveryError::Content));
    }
    assert_eq!(sample().check(), Ok(()));
}
