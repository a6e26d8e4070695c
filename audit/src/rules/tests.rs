//! Rules against naive versions that look at every window anew.

use std::collections::BTreeMap;

use obolus_wallet::TokenConfig;
use obolus_wallet::TokenView;
use proptest::prelude::*;

use super::*;
use crate::entry::RecordId;
use crate::names::{Names, People};
use crate::show::Decimals;
use crate::testing::{entry, paid, slot};

fn alerts(text: &str, entries: &[Entry]) -> Vec<Alert> {
    let rules = compiled(text).unwrap();
    run(rules, entries.iter().cloned().map(Ok::<_, ()>)).unwrap()
}

fn compiled(text: &str) -> Result<Vec<Rule>, RulesError> {
    let token = crate::ledger::fixture::token();
    let config: TokenConfig = token.config;
    let view = TokenView::new(config);
    let (names, rotations) = (Names::default(), BTreeMap::new());
    let people = People::new(&view, &names, &rotations, token.network);
    let directory = std::env::temp_dir();
    compile(text, &directory, &people, Decimals::of(&token), &mut |_| ())
}

fn ids(alerts: &[Alert]) -> Vec<Vec<u64>> {
    alerts
        .iter()
        .map(|alert| alert.evidence.iter().map(|id| id.0).collect())
        .collect()
}

const STRUCTURING: &str = r#"
[[structuring]]
name = "s"
above = "0.90"
below = "1.00"
count = 3
window = "10s"
"#;

#[test]
fn payments_just_below_the_threshold_are_one_episode() {
    let entries = [
        paid(0, 0, 1, 2, 95),
        paid(1, 1_000, 1, 3, 99),
        paid(2, 2_000, 1, 2, 100),
        paid(3, 3_000, 2, 1, 95),
        paid(4, 4_000, 1, 2, 90),
        paid(5, 9_000, 1, 2, 91),
        paid(6, 40_000, 1, 2, 92),
        paid(7, 50_001, 1, 2, 92),
        paid(8, 50_002, 1, 2, 92),
    ];
    let found = alerts(STRUCTURING, &entries);
    assert_eq!(ids(&found), [vec![0, 1, 4, 5]]);
    assert_eq!((found[0].subject, found[0].sum), (Some(slot(1)), 375));
    let longer = [&entries[..], &[paid(9, 50_003, 1, 2, 92)]].concat();
    let again = alerts(STRUCTURING, &longer);
    assert_eq!(ids(&again), [vec![0, 1, 4, 5], vec![7, 8, 9]]);
    assert_eq!(again[0].id, found[0].id, "what is known keeps its id");
    let pairs = STRUCTURING.replace("count = 3", "count = 3\nsame_recipient = true");
    assert_eq!(ids(&alerts(&pairs, &entries)), [vec![0, 4, 5]]);
}

#[test]
fn moving_notes_to_oneself_alarms_nobody() {
    let entries: Vec<_> = (0..9).map(|id| paid(id, id, 1, 1, 95)).collect();
    assert_eq!(alerts(STRUCTURING, &entries), []);
    let large = "[[large]]\nname = \"l\"\namount = \"0.50\"\n";
    assert_eq!(alerts(large, &entries), []);
}

#[test]
fn large_movements_of_every_kind() {
    let entries = [
        entry(0, Kind::Issue, None, Some(1), 500),
        paid(1, 1_000, 1, 2, 499),
        entry(2, Kind::Redemption, Some(2), None, 500),
    ];
    let found = alerts("[[large]]\nname = \"l\"\namount = \"5.00\"\n", &entries);
    assert_eq!(ids(&found), [vec![0], vec![2]]);
    assert_eq!(found[1].subject, Some(slot(2)));
}

#[test]
fn money_that_comes_back() {
    let rules = r#"
[[round_trip]]
name = "r"
window = "1m"
tolerance_percent = 10
least = "1.00"
"#;
    let entries = [
        paid(0, 0, 1, 2, 1_000),
        paid(1, 1_000, 2, 3, 1_000),
        paid(2, 2_000, 2, 1, 899),
        paid(3, 3_000, 2, 1, 900),
        paid(4, 4_000, 2, 1, 1_000),
        paid(5, 70_000, 1, 2, 900),
    ];
    let found = alerts(rules, &entries);
    assert_eq!(ids(&found), [vec![0, 3]]);
    assert_eq!(
        (found[0].subject, found[0].counterparty),
        (Some(slot(1)), Some(slot(2)))
    );
}

#[test]
fn files_are_read_strictly() {
    let velocity = "[[velocity]]\nname = \"v\"\nwindow = \"1h\"\n";
    for text in [
        "[[large]]\nname = \"l\"\namount = \"1.001\"\n".to_owned(),
        "[[large]]\nname = \"l\"\namount = 5\n".to_owned(),
        "[[larg]]\n".to_owned(),
        velocity.to_owned(),
        format!("{velocity}count = 1\n{velocity}count = 2\n"),
        velocity.replace("1h", "soon") + "count = 1\n",
        STRUCTURING.replace("count = 3", "count = 1"),
        STRUCTURING.replace("0.90", "1.00"),
        "[[sanctions]]\nname = \"s\"\nlist = \"there/is/none\"\n".to_owned(),
    ] {
        assert!(compiled(&text).is_err(), "{text}");
    }
}

/// Up to 40 payments between four parties in about a minute.
fn journal() -> impl Strategy<Value = Vec<Entry>> {
    let step = (0_u64..4_000, 0_u32..4, 0_u32..4, 80_u64..110);
    prop::collection::vec(step, 0..40).prop_map(|steps| {
        let mut ms = 0;
        let numbered = (0_u64..).zip(steps);
        let entries = numbered.map(|(id, (wait, from, to, amount))| {
            ms += wait;
            paid(id, ms, from, to, amount)
        });
        entries.collect()
    })
}

/// Joins windows (as index ranges with both ends) that share a member.
fn joined(windows: &[(usize, usize)], own: &[Entry]) -> Vec<Vec<RecordId>> {
    let mut marks: Vec<(usize, usize)> = Vec::new();
    for &(from, to) in windows {
        match marks.last_mut() {
            Some(last) if from <= last.1 => last.1 = last.1.max(to),
            _ => marks.push((from, to)),
        }
    }
    let ids = |(from, to): (usize, usize)| own[from..=to].iter().map(|e| e.id).collect();
    marks.into_iter().map(ids).collect()
}

fn sorted(alerts: Vec<Alert>) -> Vec<Vec<RecordId>> {
    let mut all: Vec<_> = alerts.into_iter().map(|alert| alert.evidence).collect();
    all.sort();
    all
}

proptest! {
    #[test]
    fn structuring_is_what_every_run_says(entries in journal(), pair: bool) {
        let mut expected = Vec::new();
        for from in 0..4 {
            let recipients: Vec<Option<u32>> = if pair { (0..4).map(Some).collect() } else { vec![None] };
            for to in recipients {
                let own: Vec<Entry> = entries.iter().filter(|e| {
                    e.from == Some(slot(from)) && e.to != e.from
                        && to.is_none_or(|to| e.to == Some(slot(to)))
                        && (90..100).contains(&e.amount.get())
                }).cloned().collect();
                let windows: Vec<_> = (0..own.len().saturating_sub(2))
                    .filter(|i| own[i + 2].time.0 - own[*i].time.0 <= 10_000)
                    .map(|i| (i, i + 2))
                    .collect();
                expected.extend(joined(&windows, &own));
            }
        }
        expected.sort();
        let flag = format!("count = 3\nsame_recipient = {pair}");
        let found = alerts(&STRUCTURING.replace("count = 3", &flag), &entries);
        prop_assert_eq!(sorted(found), expected);
    }

    #[test]
    fn velocity_is_what_every_window_says(entries in journal(), most in 100_u64..500, count in 1_usize..6) {
        let mut expected = Vec::new();
        for from in 0..4 {
            let own: Vec<Entry> = entries.iter()
                .filter(|e| e.from == Some(slot(from)) && e.to != e.from)
                .cloned().collect();
            let windows: Vec<_> = (0..own.len()).filter_map(|last| {
                let first = (0..=last).find(|i| own[last].time.0 - own[*i].time.0 <= 8_000)?;
                let sum: u64 = own[first..=last].iter().map(|e| e.amount.get()).sum();
                (sum > most || last - first + 1 > count).then_some((first, last))
            }).collect();
            expected.extend(joined(&windows, &own));
        }
        expected.sort();
        let rule = format!(
            "[[velocity]]\nname = \"v\"\nwindow = \"8s\"\nsum = \"{}.{:02}\"\ncount = {count}\n",
            most / 100, most % 100
        );
        prop_assert_eq!(sorted(alerts(&rule, &entries)), expected);
    }

    #[test]
    fn ids_are_distinct_and_stay(entries in journal(), cut in 0_usize..40) {
        let rule = "[[velocity]]\nname = \"v\"\nwindow = \"5s\"\ncount = 2\n";
        let all = alerts(rule, &entries);
        let ids: BTreeSet<_> = all.iter().map(|a| a.id.clone()).collect();
        prop_assert_eq!(ids.len(), all.len());
        let before = alerts(rule, &entries[..cut.min(entries.len())]);
        prop_assert!(before.iter().all(|a| ids.contains(&a.id)));
    }
}
