//! What accepted calls do: the chain, answers, members, queries.

use obolus_sdk::abi::accesslog::{
    ACCESS_LOG_START, ACCESS_LOG_TAG, AccessEntry, AccessRecord, MAX_ACCESS_ITEMS, MAX_ACCESS_PAGE,
    MAX_CASE, MAX_PURPOSE,
};
use obolus_sdk::abi::limits::{MAX_EVENT, MAX_VALUE};
use obolus_sdk::mock::{Maths, ToyMaths};

use super::*;

/// The head as a reader computes it.
fn head_after(head: [u8; 32], entry: &AccessEntry) -> [u8; 32] {
    let entry = borsh::to_vec(entry).unwrap();
    ToyMaths.blake3(&[ACCESS_LOG_TAG.as_bytes(), &head, &entry].concat())
}

/// Recomputes the whole log from its entries; returns the head.
fn recomputed(entries: &[LoggedAccess]) -> [u8; 32] {
    let mut head = ACCESS_LOG_START;
    for (number, logged) in (0..).zip(entries) {
        assert_eq!(logged.entry.number, number);
        head = head_after(head, &logged.entry);
        assert_eq!(head, logged.head);
    }
    head
}

fn told(world: &World) -> Vec<LoggedAccess> {
    let events = world.events().into_iter();
    let logged = events.filter_map(|event| match event {
        AccessEvent::Logged(logged) => Some(logged),
        AccessEvent::Opened { .. } => None,
    });
    logged.collect()
}

/// A log in which everything happened.
fn eventful() -> World {
    let mut world = World::asked();
    for member in [2, 0, 1] {
        world.mock.end_block();
        let attempt = world.answer(0, member);
        world.accept(&attempt);
    }
    let attempt = world.request(&RequestAccessMsg {
        by: key(1),
        items: vec![
            AccessItem::Escrow {
                slot: 3,
                owner: FieldBytes([9; 32]),
            },
            AccessItem::Sealed { hash: [8; 32] },
        ],
        contract: REGISTRY,
        ..request_msg()
    });
    world.accept(&attempt);
    let attempt = world.set_members(&AccessMembers {
        requesters: vec![key(20)],
        ..members()
    });
    world.accept(&attempt);
    world
}

#[test]
fn every_entry_extends_the_chain() {
    let mut world = eventful();
    let state = world.state();
    let entries: Vec<_> = (0..state.entries).map(|n| world.entry(n)).collect();
    assert_eq!(entries.len(), 7);
    assert_eq!(recomputed(&entries), state.head);
    assert_eq!(told(&world), entries);
    let heights: Vec<_> = entries.iter().map(|one| one.entry.height).collect();
    assert_eq!(heights, [1, 1, 2, 3, 4, 4, 4]);
}

#[test]
fn a_log_with_anything_changed_left_out_or_exchanged_has_another_head() {
    let mut world = eventful();
    let state = world.state();
    let entries: Vec<_> = (0..state.entries).map(|n| world.entry(n).entry).collect();
    let head = |entries: &[AccessEntry]| entries.iter().fold(ACCESS_LOG_START, head_after);
    assert_eq!(head(&entries), state.head);
    for place in 0..entries.len() {
        let mut without = entries.clone();
        without.remove(place);
        assert_ne!(head(&without), state.head);
        let mut later = entries.clone();
        later[place].time_ms += 1;
        assert_ne!(head(&later), state.head);
        if place > 0 {
            let mut exchanged = entries.clone();
            exchanged.swap(place, place - 1);
            assert_ne!(head(&exchanged), state.head);
        }
    }
}

#[test]
fn the_first_entry_names_chain_and_contract() {
    let mut world = World::new();
    let chain = world.mock.block.chain;
    let founded = AccessRecord::Founded {
        chain,
        contract: LOG,
        settings: init_msg(),
    };
    assert_eq!(world.entry(0).entry.record, founded);
    let other = ContractId([77; 32]);
    world.mock.instantiate(other, ENTRIES, &init_msg()).unwrap();
    let there: AccessLogState = world.mock.query(other, "state", &()).unwrap();
    assert_ne!(there.head, world.state().head);
}

#[test]
fn a_request_is_open_once_a_threshold_of_members_has_answered() {
    let mut world = World::asked();
    let opened = |world: &World| {
        let events = world.events();
        let is_opened = |event: &&AccessEvent| matches!(event, AccessEvent::Opened { .. });
        events.iter().filter(is_opened).cloned().collect::<Vec<_>>()
    };
    assert_eq!(world.access(0).opened_at, None);
    let attempt = world.answer(0, 2);
    world.accept(&attempt);
    assert_eq!(world.access(0).opened_at, None);
    assert!(opened(&world).is_empty());
    world.mock.end_block();
    let height = world.mock.block.height;
    let attempt = world.answer(0, 0);
    world.accept(&attempt);
    assert_eq!(world.access(0).opened_at, Some(height));
    let event = AccessEvent::Opened { request: 0, height };
    assert_eq!(opened(&world), core::slice::from_ref(&event));
    // The last member's answer is on record too, and opens nothing again.
    world.mock.end_block();
    let attempt = world.answer(0, 1);
    world.accept(&attempt);
    assert_eq!(opened(&world), [event]);
    let state = world.access(0);
    assert_eq!(state.opened_at, Some(height));
    let members: Vec<_> = state.answers.iter().map(|answer| answer.member).collect();
    assert_eq!(members, [2, 0, 1]);
    assert!(
        state
            .answers
            .iter()
            .all(|answer| answer.partial_hash == [100 ^ answer.member; 32])
    );
    let last = world.entry(4).entry.record;
    let AccessRecord::Answered { key: by, message } = last else {
        panic!("the last answer")
    };
    assert_eq!((by, message.member, message.request), (key(1), 1, 0));
}

#[test]
fn one_of_one_opens_alone() {
    let mut world = World::new();
    let alone = AccessMembers {
        members: RoleSet {
            keys: vec![key(5)],
            threshold: 1,
        },
        requesters: Vec::new(),
    };
    let attempt = world.set_members(&alone);
    world.accept(&attempt);
    let attempt = world.request(&RequestAccessMsg {
        by: key(5),
        ..request_msg()
    });
    world.accept(&attempt);
    let msg = AnswerAccessMsg {
        request: 0,
        head: world.head_of(0),
        member: 0,
        partial_hash: [1; 32],
    };
    world.accept(&Attempt::new(LOG, "answer", &msg));
    assert_eq!(world.access(0).opened_at, Some(1));
}

#[test]
fn new_members_answer_what_is_asked_of_them() {
    let mut world = World::asked();
    let new = AccessMembers {
        members: RoleSet {
            keys: vec![key(1), key(7)],
            threshold: 2,
        },
        requesters: vec![key(20)],
    };
    let attempt = world.set_members(&new);
    world.accept(&attempt);
    let state = world.state();
    assert_eq!((state.generation, state.members), (1, new));
    let attempt = world.request(&RequestAccessMsg {
        by: key(20),
        ..request_msg()
    });
    world.accept(&attempt);
    assert_eq!(world.access(1).generation, 1);
    // Member 1 is the second key now.
    let msg = AnswerAccessMsg {
        request: 1,
        head: world.head_of(1),
        member: 1,
        partial_hash: [1; 32],
    };
    world.signed(&[key(7)]);
    world.accept(&Attempt::new(LOG, "answer", &msg));
    assert_eq!(world.access(1).answers.len(), 1);
}

#[test]
fn requests_are_found_by_what_they_name() {
    let mut world = World::new();
    let count = MAX_ACCESS_PAGE + 3;
    for number in 0..count {
        let items = vec![transaction(1), note(number.into())];
        let attempt = world.request(&RequestAccessMsg {
            items,
            ..request_msg()
        });
        world.accept(&attempt);
    }
    let all: Vec<u64> = (0..u64::from(count)).collect();
    let page = MAX_ACCESS_PAGE as usize;
    assert_eq!(world.requests_of(TOKEN, transaction(1), 0), all[..page]);
    let rest = world.requests_of(TOKEN, transaction(1), MAX_ACCESS_PAGE);
    assert_eq!(rest, all[page..]);
    assert_eq!(world.requests_of(TOKEN, transaction(1), u32::MAX), []);
    assert_eq!(world.requests_of(TOKEN, note(5), 0), [5]);
    // Another note under this position is another item; so are the same words about another contract.
    let other = AccessItem::Note {
        position: 5,
        commitment: FieldBytes([8; 32]),
    };
    assert_eq!(world.requests_of(TOKEN, other, 0), []);
    assert_eq!(world.requests_of(REGISTRY, note(5), 0), []);
    assert_eq!(world.requests_of(TOKEN, transaction(2), 0), []);
    assert_eq!(world.access(5).entry, 6);
}

#[test]
fn a_request_tells_the_head_that_an_answer_names() {
    let mut world = eventful();
    for (request, entry) in [(0, 1), (1, 5)] {
        let state = world.access(request);
        assert_eq!(state.entry, entry);
        assert_eq!(state.head, world.entry(entry).head);
    }
}

#[test]
fn the_largest_entries_fit_into_a_value_and_an_event() {
    let mut world = World::new();
    let largest = AccessMembers {
        members: RoleSet {
            keys: (0..16).map(key).collect(),
            threshold: 1,
        },
        requesters: (20..36).map(key).collect(),
    };
    let contracts = (0..16).map(|id| ContractId([id; 32])).collect();
    let init = AccessLogInit {
        members: largest.clone(),
        contracts,
    };
    let other = ContractId([77; 32]);
    world.mock.instantiate(other, ENTRIES, &init).unwrap();
    let attempt = world.set_members(&largest);
    world.accept(&attempt);
    let items = (0..MAX_ACCESS_ITEMS as u64).map(note).collect();
    let request = RequestAccessMsg {
        by: key(20),
        case: "c".repeat(MAX_CASE),
        purpose: "ä".repeat(MAX_PURPOSE / 2),
        contract: TOKEN,
        items,
    };
    let attempt = world.request(&request);
    world.accept(&attempt);
    for member in 0..16 {
        let attempt = world.answer(0, member);
        world.accept(&attempt);
    }
    let values = [LOG, other].map(|log| world.mock.storage(log));
    let longest = values
        .iter()
        .flat_map(|values| values.values().map(Vec::len));
    assert!(longest.max().unwrap() <= MAX_VALUE);
    let events = world.mock.events();
    assert!(events.iter().all(|(_, event)| event.len() <= MAX_EVENT));
}
