use super::*;
use crate::annotate::Annotations;
use crate::ledger::fixture::{TestChain, lifecycle};
use crate::names::Names;
use crate::rules;

#[test]
fn a_report_adds_up_escapes_and_runs_nothing() {
    let (directory, chain) = (tempfile::tempdir().unwrap(), lifecycle());
    let mut index = Index::open(directory.path(), chain.token.clone(), &[1; 32]).unwrap();
    index.sync(&chain, &chain.secrets, 99, &mut |_| ()).unwrap();
    let mut names = Names::default();
    names
        .set(TestChain::slot(0), "<script>alert(1)</script> & Co")
        .unwrap();
    let ledger = index.ledger();
    let people = People::new(
        ledger.view(),
        &names,
        ledger.rotations(),
        chain.token.network,
    );
    let decimals = Decimals::of(&chain.token);
    let annotations = Annotations::default();
    let shower = Shower::new(people, decimals, &annotations);
    let text = "[[large]]\nname = \"big <b>\"\namount = \"100.00\"\n";
    let rules = rules::compile(text, directory.path(), &people, decimals, &mut |_| ()).unwrap();
    let alerts = rules::run(rules, index.entries()).unwrap();
    let shown: Vec<_> = alerts
        .iter()
        .map(|alert| rules::show(alert, &shower))
        .collect();
    assert_eq!(shown.len(), 4, "an issue and three payments");

    let period = Period::default();
    let flows = flows_of(index.entries(), &period).unwrap();
    let rows = totals(&index, &flows, &shower);
    let balances: Vec<_> = rows
        .iter()
        .map(|row| row.balance.clone().unwrap())
        .collect();
    let held: Vec<_> = (0..3).map(|n| decimals.text(chain.balance(n))).collect();
    assert_eq!(balances, held);
    assert!(rows[1].frozen);

    let page = html(&index, &flows, &period, &shower, Some(&shown)).unwrap();
    for active in [
        "<script",
        "<b>",
        "http://",
        "https://",
        "javascript:",
        "onload",
    ] {
        let found = page
            .replace("http://www.w3.org/2000/svg", "")
            .contains(active);
        assert!(!found, "{active}");
    }
    for word in ["<svg", "&#60;script&#62;", "block 10", "1000.00"] {
        assert!(page.contains(word), "{word}: {page}");
    }
    assert!(page.contains(&decimals.text(100_100)), "in circulation");
    let later = Period {
        from: Some(Moment::Height(7)),
        to: None,
    };
    let few = flows_of(index.entries(), &later).unwrap();
    assert_eq!(few.iter().count(), 2);
}
