use super::*;

const ID: TxDigest = TxDigest([1; 32]);

fn refused() -> Settled {
    Settled::Refused {
        code: "proof_invalid".into(),
        message: "no".into(),
    }
}

#[test]
fn a_spoiled_copy_does_not_answer_for_the_honest_one() {
    let book = Book::new(10);
    assert_eq!(book.enter([1; 32], ID), Entered::New);
    assert_eq!(book.enter([1; 32], ID), Entered::Known);
    assert_eq!(book.enter([2; 32], ID), Entered::New);
    assert!(book.settle(&[2; 32], refused()).is_some());
    assert_eq!(book.standing(&[1; 32]), Some(Standing::Pending));
    assert_eq!(book.standing_of(&ID), Some(Standing::Pending));
    book.settle(&[1; 32], Settled::Committed);
    assert_eq!(
        book.standing_of(&ID),
        Some(Standing::Settled(Settled::Committed))
    );
    assert_eq!(book.standing(&[2; 32]), Some(Standing::Settled(refused())));
}

#[test]
fn an_end_is_final() {
    let book = Book::new(10);
    book.enter([1; 32], ID);
    assert!(book.settle(&[1; 32], Settled::Committed).is_some());
    assert_eq!(book.settle(&[1; 32], refused()), None);
    assert_eq!(
        book.standing(&[1; 32]),
        Some(Standing::Settled(Settled::Committed))
    );
    assert_eq!(book.settle(&[9; 32], refused()), None);
}

#[test]
fn only_so_many_settled_copies_are_remembered_and_all_pending_ones() {
    let book = Book::new(3);
    for n in 0..10_u8 {
        book.enter([n; 32], TxDigest([n; 32]));
    }
    for n in 0..8 {
        book.settle(&[n; 32], refused());
    }
    let known = (0..10_u8).filter(|n| book.standing(&[*n; 32]).is_some());
    assert_eq!(known.collect::<Vec<_>>(), [5, 6, 7, 8, 9]);
    assert_eq!(book.standing_of(&TxDigest([0; 32])), None);
    book.settle_all(&Settled::Unknown);
    assert_eq!(
        book.standing(&[9; 32]),
        Some(Standing::Settled(Settled::Unknown))
    );
    assert_eq!(
        book.standing(&[8; 32]),
        Some(Standing::Settled(Settled::Unknown))
    );
    assert_eq!(book.lock().copies.len(), 3);
    assert_eq!(book.lock().by_id.len(), 3);
}

#[tokio::test]
async fn whoever_waits_is_woken_whenever_the_end_comes() {
    let book = Arc::new(Book::new(10));
    assert_eq!(book.settled(&[1; 32]).await, None);
    book.enter([1; 32], ID);
    let waiting: Vec<_> = (0..20)
        .map(|_| {
            let book = Arc::clone(&book);
            tokio::spawn(async move { book.settled(&[1; 32]).await })
        })
        .collect();
    tokio::task::yield_now().await;
    book.settle(&[1; 32], Settled::Committed);
    for waiter in waiting {
        assert_eq!(waiter.await.unwrap(), Some(Settled::Committed));
    }
    assert_eq!(book.settled(&[1; 32]).await, Some(Settled::Committed));
}
