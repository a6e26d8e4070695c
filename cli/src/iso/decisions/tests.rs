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
