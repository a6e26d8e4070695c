use super::*;
use crate::testing::{entry, slot};

fn when(from: &str, to: &str) -> Period {
    let moment = |text: &str| (!text.is_empty()).then(|| text.parse().unwrap());
    Period {
        from: moment(from),
        to: moment(to),
    }
}

#[test]
fn moments_are_heights_days_or_times() {
    assert_eq!("17".parse(), Ok(Moment::Height(17)));
    assert_eq!("1970-01-02".parse(), Ok(Moment::Time(Time(86_400_000))));
    assert_eq!(
        "1970-01-01T00:00:01.5Z".parse(),
        Ok(Moment::Time(Time(1_500)))
    );
    for wrong in ["", "-1", "yesterday", "1969-12-31", "2026-13-01"] {
        assert_eq!(wrong.parse::<Moment>(), Err(BadMoment), "{wrong}");
    }
}

#[test]
fn periods_hold_both_blocks_and_the_moment_before_the_end() {
    let at = |height, ms| {
        let mut e = entry(0, Kind::Transfer, Some(1), Some(2), 5);
        (e.height, e.time) = (height, Time(ms));
        e
    };
    let blocks = when("5", "7");
    for (height, inside) in [(4, false), (5, true), (7, true), (8, false)] {
        assert_eq!(blocks.holds(&at(height, 0)), inside, "{height}");
    }
    let day = when("1970-01-01", "1970-01-02");
    assert!(day.holds(&at(1, 0)) && day.holds(&at(1, 86_399_999)));
    assert!(!day.holds(&at(1, 86_400_000)));
}

#[test]
fn parties_and_amounts() {
    let paid = entry(0, Kind::Transfer, Some(1), Some(2), 5);
    let set = |slots: &[u32]| Some(slots.iter().map(|s| slot(*s)).collect());
    let with = |participant, counterparty| Query {
        participant,
        counterparty,
        ..Query::default()
    };
    assert!(Query::default().holds(&paid));
    assert!(with(set(&[2]), None).holds(&paid));
    assert!(!with(set(&[3]), None).holds(&paid));
    assert!(with(set(&[2]), set(&[1])).holds(&paid));
    assert!(!with(set(&[2]), set(&[2])).holds(&paid), "not with itself");
    assert!(with(None, set(&[1])).holds(&paid));
    let amounts = |min, max| Query {
        min: Some(Amount::new(min)),
        max: Some(Amount::new(max)),
        ..Query::default()
    };
    assert!(amounts(5, 5).holds(&paid));
    assert!(!amounts(6, 9).holds(&paid));
    assert!(!amounts(0, 4).holds(&paid));
    let kinds = Query {
        kinds: BTreeSet::from([Kind::Issue]),
        ..Query::default()
    };
    assert!(!kinds.holds(&paid));
}
