use obolus_wallet::Follower;

use super::*;
use crate::ledger::fixture::TestChain;
use crate::testing::slot;

fn view(chain: &TestChain) -> TokenView {
    let mut view = TokenView::new(chain.token.config);
    view.sync(chain).unwrap();
    view
}

#[test]
fn participants_are_found_by_whatever_names_them() {
    let chain = TestChain::new(3);
    let (view, rotations) = (view(&chain), BTreeMap::new());
    let mut names = Names::default();
    names.set(slot(1), "South Bank").unwrap();
    let people = People::new(&view, &names, &rotations, Network::Test);
    let keys = &chain.members[1].keys;
    let address = keys.address().encode(Network::Test);
    let owner = keys.owner().to_bytes().to_string();
    for text in ["1", " 1 ", "South Bank", &address, &owner] {
        assert_eq!(people.find(text), Ok(slot(1)), "{text}");
    }
    let main = keys.address().encode(Network::Main);
    for text in [
        "",
        "7",
        "-1",
        "south bank",
        &main,
        &address[1..],
        "4294967296",
    ] {
        assert_eq!(
            people.find(text),
            Err(NameError::Nobody(text.trim().into())),
            "{text}"
        );
    }
    assert_eq!(people.label(slot(1)), "South Bank");
    assert_eq!(people.label(slot(2)), "slot 2");
    assert_eq!(people.address(slot(1)), Some(address));
}

#[test]
fn keys_that_were_exchanged_are_one_participant() {
    let chain = TestChain::new(4);
    let view = view(&chain);
    let to = |to, recovered| Rotation {
        to: slot(to),
        recovered,
    };
    let rotations = BTreeMap::from([(slot(0), to(2, false)), (slot(2), to(3, true))]);
    let mut names = Names::default();
    names.set(slot(2), "North Bank").unwrap();
    let people = People::new(&view, &names, &rotations, Network::Test);
    for member in [0, 2, 3] {
        assert_eq!(people.lineage(slot(member)), [slot(0), slot(2), slot(3)]);
    }
    assert_eq!(people.lineage(slot(1)), [slot(1)]);
    assert_eq!(people.label(slot(3)), "North Bank (slot 3)");
    let round = BTreeMap::from([(slot(0), to(1, false)), (slot(1), to(0, false))]);
    let people = People::new(&view, &names, &round, Network::Test);
    assert_eq!(
        people.lineage(slot(0)).len(),
        2,
        "a lying node makes no endless loop"
    );
}

#[test]
fn names_are_short_distinct_and_no_numbers() {
    let mut names = Names::default();
    names.set(slot(0), "North Bank").unwrap();
    names.set(slot(0), "North Bank").unwrap();
    assert_eq!(
        names.set(slot(1), "North Bank"),
        Err(NameError::Twice("North Bank".into()))
    );
    for bad in ["", " x", "x ", "17", "a\u{7}b", &"x".repeat(121)] {
        assert_eq!(names.set(slot(2), bad), Err(NameError::Bad(bad.into())));
    }
    assert_eq!(names.len(), 1);
}
