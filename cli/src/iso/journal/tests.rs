use obolus_abi::TxDigest;
use obolus_iso20022::Timestamp;
use obolus_wallet::PayerIdentity;
use obolus_wallet::outbox::{Order, PaymentId, Record, Stage};

use super::super::events::Teller;
use super::super::testing::context;
use super::*;

/// Events of so many payments.
fn news(context: &Context, payments: std::ops::Range<u8>) -> Vec<News> {
    let records: Vec<_> = payments
        .map(|number| Record {
            id: PaymentId::of_joint(&TxDigest([number; 32])),
            ordered_ms: 0,
            order: Order::Pay {
                to: "obolt1payee".into(),
                amount: 1,
                text: String::new(),
                identity: PayerIdentity::Hidden,
            },
            stage: Stage::Committed {
                tx: TxDigest([number; 32]),
                height: 1,
            },
        })
        .collect();
    let now = Timestamp::from_unix(1).unwrap();
    Teller::new(context).unwrap().payments(&records, now)
}

fn waiting(journal: &mut Journal) -> Vec<u64> {
    journal.waiting.keys().copied().collect()
}

#[test]
fn events_are_numbered_once_and_wait_until_they_are_taken() {
    let folder = tempfile::tempdir().unwrap();
    let context = context(folder.path(), 1);
    let mut journal = Journal::open(&context, None).unwrap();
    assert_eq!(journal.note(news(&context, 0..2)).unwrap(), 2);
    assert_eq!(journal.note(news(&context, 0..3)).unwrap(), 1);
    journal.taken(1).unwrap();
    assert_eq!(waiting(&mut journal), [2, 3]);
    assert!(matches!(
        Journal::open(&context, None),
        Err(IsoError::Watched)
    ));
    let second = journal.next().unwrap().clone();
    drop(journal);

    let mut journal = Journal::open(&context, None).unwrap();
    assert_eq!(waiting(&mut journal), [2, 3]);
    assert_eq!(journal.note(news(&context, 0..3)).unwrap(), 0);
    assert_eq!(journal.last(), 3);
    assert!(*journal.next().unwrap() == second);
    drop(journal);
    // Taken or not, they can be sent again.
    let all = range(&context, 1, None).unwrap();
    assert!(all[1] == second);
    assert_eq!(range(&context, 2, Some(2)).unwrap().len(), 1);
    for (from, to) in [(0, None), (3, Some(2)), (1, Some(4)), (4, None)] {
        let refused = range(&context, from, to);
        assert!(matches!(refused, Err(IsoError::NoSuchEvent(..))));
    }
    let mut again = Journal::open(&context, Some(1)).unwrap();
    assert_eq!(waiting(&mut again), [1, 2, 3]);
    drop(again);
    let mut later = Journal::open(&context, Some(5)).unwrap();
    later.note(news(&context, 3..6)).unwrap();
    assert_eq!(waiting(&mut later), [5, 6]);
}

#[test]
fn ids_follow_from_what_happened() {
    let ids = |seed| {
        let folder = tempfile::tempdir().unwrap();
        let context = context(folder.path(), seed);
        let mut journal = Journal::open(&context, None).unwrap();
        journal.note(news(&context, 0..2)).unwrap();
        let all = range(&context, 1, None).unwrap();
        all.iter().map(Event::id).collect::<Vec<_>>()
    };
    assert_eq!(ids(1), ids(1));
    assert_ne!(ids(1), ids(2));
    assert_ne!(ids(1)[0], ids(1)[1]);
}
