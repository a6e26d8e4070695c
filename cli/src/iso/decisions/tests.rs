use super::super::testing::context;
use super::*;

#[test]
fn a_rejection_stays_one() {
    let folder = tempfile::tempdir().unwrap();
    let context = context(folder.path(), 1);
    let uetr: Uetr = "eb6305c9-1f7f-49de-aed0-16487c27b42d".parse().unwrap();
    let rejection = Rejection::new(Reason::AM04, "not enough");
    let mut decisions = Decisions::open(&context).unwrap();
    assert_eq!(decisions.get(&uetr, &[1; 32]), None);
    decisions.put(&uetr, [1; 32], &rejection).unwrap();
    assert!(Decisions::try_open(&context).unwrap().is_none());
    drop(decisions);

    let mut decisions = Decisions::open(&context).unwrap();
    assert_eq!(decisions.get(&uetr, &[1; 32]), Some(rejection.clone()));
    let other = decisions.get(&uetr, &[2; 32]).unwrap();
    assert_eq!(other.reason, Reason::DU03);
    // The first one is what was reported.
    let later = Rejection::new(Reason::ED05, "late");
    decisions.put(&uetr, [1; 32], &later).unwrap();
    assert_eq!(decisions.get(&uetr, &[1; 32]), Some(rejection));
}

#[test]
fn the_first_instruction_of_a_uetr_is_the_one_that_was_ordered() {
    let folder = tempfile::tempdir().unwrap();
    let context = context(folder.path(), 1);
    let uetr: Uetr = "eb6305c9-1f7f-49de-aed0-16487c27b42d".parse().unwrap();
    let other: Uetr = "eb6305c8-1f7f-49de-aed0-16487c27b42d".parse().unwrap();
    assert!(!Orders::read(&context).unwrap().is_other(&uetr, &[1; 32]));
    let mut decisions = Decisions::open(&context).unwrap();
    decisions.order(&[(uetr, [1; 32])]).unwrap();
    decisions
        .order(&[(uetr, [2; 32]), (other, [2; 32])])
        .unwrap();
    // While this process pays, others read what it has written down.
    let orders = Orders::read(&context).unwrap();
    for (uetr, print, is_other) in [
        (&uetr, [1; 32], false),
        (&uetr, [2; 32], true),
        (&other, [2; 32], false),
        (&other, [1; 32], true),
    ] {
        assert_eq!(orders.is_other(uetr, &print), is_other);
    }
    drop(decisions);
    let mut decisions = Decisions::open(&context).unwrap();
    decisions.order(&[(uetr, [2; 32])]).unwrap();
    assert!(Orders::read(&context).unwrap().is_other(&uetr, &[2; 32]));
    // Another wallet's files are not read.
    let stranger = super::super::testing::context(folder.path(), 2);
    assert!(matches!(
        Orders::read(&stranger),
        Err(IsoError::Damaged { .. })
    ));
}
