use super::*;

const TX: TxDigest = TxDigest([1; 32]);
const OTHER: TxDigest = TxDigest([2; 32]);

/// Received 100 at one second, paid 30 at the next.
fn told() -> HashMap<TxDigest, (u64, i128)> {
    HashMap::from([(TX, (1_000, 100)), (OTHER, (2_000, -30))])
}

fn notes() -> HashMap<TxDigest, i128> {
    HashMap::from([(TX, 100), (OTHER, -30)])
}

#[test]
fn balances_are_those_of_the_notes_at_a_time() {
    let ledger = Ledger::agreed(&notes(), &told(), 70).unwrap();
    let second = Timestamp::from_unix(2).unwrap();
    assert_eq!(ledger.balance(|at| at < second), 100);
    assert_eq!(ledger.balance(|at| at <= second), 70);
}

#[test]
fn nothing_is_stated_that_does_not_reconcile() {
    let refused = |notes: &HashMap<_, _>, told: &HashMap<_, _>, balance| {
        Ledger::agreed(notes, told, balance).unwrap_err()
    };
    let other_balance = refused(&notes(), &told(), 71);
    assert!(matches!(other_balance, IsoError::ReconcileBalance));

    // A note that the history does not tell of, and an entry without a note.
    let mut untold = told();
    untold.remove(&OTHER);
    let untold = refused(&notes(), &untold, 70);
    assert!(matches!(untold, IsoError::Reconcile(tx) if tx == OTHER.to_string()));
    let mut invented = notes();
    invented.remove(&OTHER);
    let invented = refused(&invented, &told(), 100);
    assert!(matches!(invented, IsoError::Reconcile(tx) if tx == OTHER.to_string()));

    // Another amount than the notes', even if the sum is right.
    let shifted = HashMap::from([(TX, (1_000, 99)), (OTHER, (2_000, -29))]);
    assert!(matches!(
        refused(&notes(), &shifted, 70),
        IsoError::Reconcile(_)
    ));
}

#[test]
fn a_transaction_that_brings_nothing_needs_no_entry() {
    let mut merged = notes();
    merged.insert(TxDigest([3; 32]), 0);
    assert!(Ledger::agreed(&merged, &told(), 70).is_ok());
}
