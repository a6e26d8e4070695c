use super::*;
use crate::testing::{entry, slot};

fn flows() -> Flows {
    let mut flows = Flows::default();
    for e in [
        entry(0, Kind::Issue, None, Some(1), 100),
        entry(1, Kind::Transfer, Some(1), Some(2), 30),
        entry(2, Kind::Transfer, Some(1), Some(2), 20),
        entry(3, Kind::Transfer, Some(1), Some(1), 50),
        entry(4, Kind::Transfer, Some(2), Some(1), 5),
        entry(5, Kind::Redemption, Some(2), None, 7),
    ] {
        flows.add(&e);
    }
    flows
}

#[test]
fn movements_add_up_by_their_ends() {
    let flows = flows();
    let sizes: Vec<_> = flows
        .by_size()
        .iter()
        .map(|(_, _, f)| (f.count, f.sum))
        .collect();
    assert_eq!(sizes, [(1, 100), (2, 50), (1, 7), (1, 5)]);
    let turnovers = flows.turnovers();
    let first = turnovers[&slot(1)];
    assert_eq!(
        (first.issued, first.received, first.sent, first.redeemed),
        (100, 5, 50, 0)
    );
    assert_eq!(first.count, 4, "moving notes to oneself is no flow");
    let second = turnovers[&slot(2)];
    assert_eq!((second.received, second.sent, second.redeemed), (50, 5, 7));
}

#[test]
fn drawings_escape_names_and_hold_no_script() {
    let label = |party| match party {
        Party::Slot(_) => "<script>alert('x')</script> & \"Sons\"".to_owned(),
        Party::Issuer => "Issuer".to_owned(),
        Party::Payout => "Payouts".to_owned(),
    };
    let amount = |sum: u128| format!("{sum} USD");
    let words = Drawing {
        label: &label,
        amount: &amount,
        title: "Flows <now>",
    };
    let svg = draw(&flows(), &words);
    assert!(svg.starts_with("<svg") && svg.trim_end().ends_with("</svg>"));
    assert!(!svg.contains("<script") && !svg.contains("<now>"), "{svg}");
    assert!(svg.contains("&lt;script&gt;") && svg.contains("&amp; &quot;Sons&quot;"));
    assert_eq!(svg.matches("<path").count(), 4);
    assert!(svg.contains("50 USD in 2"));
    let nothing = draw(&Flows::default(), &words);
    assert_eq!(nothing.matches("<path").count(), 0);
}

#[test]
fn many_flows_are_added_up_instead_of_drawn() {
    let mut flows = Flows::default();
    for n in 0..60 {
        flows.add(&entry(
            u64::from(n),
            Kind::Transfer,
            Some(n),
            Some(100),
            u64::from(n) + 1,
        ));
    }
    let label = |_| "x".to_owned();
    let amount = |sum: u128| sum.to_string();
    let words = Drawing {
        label: &label,
        amount: &amount,
        title: "t",
    };
    let svg = draw(&flows, &words);
    assert_eq!(svg.matches("<path").count(), 40);
    let hidden: u64 = (1..=20).sum();
    assert!(svg.contains(&format!("20 smaller flows are not drawn: {hidden}")));
}
