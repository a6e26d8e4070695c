use obolus_abi::accesslog::AccessItem;

use super::*;
use crate::committee::testing::{Court, LOG};

fn court() -> Court {
    let mut court = Court::new();
    let digest = court.recent()[0];
    let number = court.ask(vec![AccessItem::Transaction { digest }]);
    court.log.answer(1, number, [7; 32]);
    court
}

#[test]
fn another_history_than_the_one_that_was_seen_is_noticed() {
    let mut court = court();
    let pin = court.read_log().pin();
    court.log.answer(0, 0, [8; 32]);
    let longer = court.read_log();
    longer.check_pin(&pin).unwrap();
    // Another node never heard of the answer.
    let other = Court::new();
    assert!(matches!(
        other.read_log().check_pin(&pin),
        Err(AccessError::Rewritten(3))
    ));
    let mut head = pin;
    head.head[0] ^= 1;
    assert!(longer.check_pin(&head).is_err());
    longer.check_pin(&Pin::NOTHING).unwrap();
}

#[test]
fn what_a_member_saw_stays_pinned_and_only_grows() {
    let mut court = court();
    let follow = |court: &Court| {
        let log = court.read_log();
        log.follow(&court.dirs[0], court, LOG)
    };
    follow(&court).unwrap();
    // Without the answer that was seen.
    let mut earlier = Court::new();
    let digest = earlier.recent()[0];
    earlier.ask(vec![AccessItem::Transaction { digest }]);
    let shorter = earlier.read_log();
    let refused = shorter.follow(&court.dirs[0], &earlier, LOG);
    assert!(matches!(refused, Err(AccessError::Rewritten(3))));
    // As long, with something else in it.
    earlier.log.answer(0, 0, [6; 32]);
    let refused = earlier.read_log().follow(&court.dirs[0], &earlier, LOG);
    assert!(matches!(refused, Err(AccessError::Rewritten(3))));
    // A refused log leaves the pin as it was, and a longer one moves it.
    follow(&court).unwrap();
    court.log.answer(0, 0, [8; 32]);
    follow(&court).unwrap();
    let name = format!("pins/{LOG}");
    let kept = court.dirs[0].kept(&name).unwrap().unwrap();
    let kept: Pin = borsh::from_slice(&kept).unwrap();
    assert_eq!(kept, court.read_log().pin());
    assert_eq!(kept.entries, 4);
    // Another member has a pin of its own.
    assert!(court.dirs[1].kept(&name).unwrap().is_none());
}

#[test]
fn a_log_that_was_only_looked_at_is_not_pinned() {
    let mut court = court();
    let look = |court: &Court| court.read_log().goes_on(&court.dirs[0], court, LOG);
    let kept = |court: &Court| court.dirs[0].kept(&format!("pins/{LOG}")).unwrap();
    look(&court).unwrap();
    assert!(kept(&court).is_none());
    // What is pinned is held against it all the same, and so is who signed.
    court
        .read_log()
        .follow(&court.dirs[0], &court, LOG)
        .unwrap();
    let pinned = kept(&court);
    let refused = Court::new().read_log().goes_on(&court.dirs[0], &court, LOG);
    assert!(matches!(refused, Err(AccessError::Rewritten(3))));
    court.log.answer(0, 0, [8; 32]);
    look(&court).unwrap();
    court.log.blocks.clear();
    assert!(matches!(look(&court), Err(AccessError::NotSigned(3))));
    assert_eq!(kept(&court), pinned);
}

#[test]
fn a_pin_that_was_changed_is_not_used() {
    let court = court();
    let log = court.read_log();
    log.follow(&court.dirs[0], &court, LOG).unwrap();
    let name = format!("pins/{LOG}");
    court.dirs[0].keep(&name, &[1; 3]).unwrap();
    let refused = log.follow(&court.dirs[0], &court, LOG);
    assert!(matches!(refused, Err(AccessError::BadPin)));
}

#[test]
fn a_log_with_an_entry_that_nobody_signed_is_not_pinned() {
    let mut court = court();
    let mut message = court.read_log().requests()[0].message.clone();
    message.items.push(court.note(0));
    court
        .log
        .append_unsigned(obolus_abi::accesslog::AccessRecord::Requested {
            request: 1,
            message,
        });
    court.log.state.requests += 1;
    let log = court.read_log();
    let refused = log.follow(&court.dirs[0], &court, LOG);
    assert!(matches!(refused, Err(AccessError::NotSigned(3))));
    assert!(
        court.dirs[0]
            .kept(&format!("pins/{LOG}"))
            .unwrap()
            .is_none()
    );
}
