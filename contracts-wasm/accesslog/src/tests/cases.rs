//! Valid calls with one part broken, and the refusal that each must meet.

use obolus_sdk::abi::accesslog::{AccessError, MAX_ACCESS_ITEMS, MAX_CASE, MAX_PURPOSE};
use std::string::String;

use super::*;

/// Prepares a call that must be refused, in a log with one request.
pub type Case = (AccessError, &'static str, fn(&mut World) -> Attempt);

pub const CASES: &[Case] = &[
    (AccessError::State, "request before init", |world| {
        let attempt = world.request(&request_msg());
        elsewhere(world, attempt)
    }),
    (AccessError::State, "answer before init", |world| {
        let attempt = world.answer(0, 1);
        elsewhere(world, attempt)
    }),
    (AccessError::State, "set_members before init", |world| {
        let attempt = world.set_members(&members());
        elsewhere(world, attempt)
    }),
    (
        AccessError::UserOnly,
        "request through a contract",
        |world| world.request(&request_msg()).by(STRANGER),
    ),
    (
        AccessError::UserOnly,
        "answer through a contract",
        |world| world.answer(0, 1).by(STRANGER),
    ),
    (
        AccessError::UserOnly,
        "set_members through a contract",
        |world| world.set_members(&members()).by(STRANGER),
    ),
    (
        AccessError::NotRequester,
        "a request that nobody signed",
        |world| {
            let attempt = world.request(&request_msg());
            world.signed(&[]);
            attempt
        },
    ),
    (
        AccessError::NotRequester,
        "a request that another member signed",
        |world| {
            let attempt = world.request(&request_msg());
            world.signed(&[key(1), key(2)]);
            attempt
        },
    ),
    (
        AccessError::NotRequester,
        "a stranger's request that a member signed too",
        |world| {
            let attempt = spoiled(world, |msg| msg.by = key(16));
            world.signed(&[key(0), key(16)]);
            attempt
        },
    ),
    (
        AccessError::NotRequester,
        "a member asks where others may",
        |world| {
            let others = AccessMembers {
                requesters: vec![key(20)],
                ..members()
            };
            let attempt = world.set_members(&others);
            world.accept(&attempt);
            world.request(&request_msg())
        },
    ),
    (AccessError::OtherContract, "another token", |world| {
        spoiled(world, |msg| msg.contract = STRANGER)
    }),
    (AccessError::BadCase, "no case number", |world| {
        spoiled(world, |msg| msg.case.clear())
    }),
    (AccessError::BadCase, "a long case number", |world| {
        spoiled(world, |msg| msg.case = "x".repeat(MAX_CASE + 1))
    }),
    (
        AccessError::BadCase,
        "a case number of two lines",
        |world| spoiled(world, |msg| msg.case = "a\nb".into()),
    ),
    (
        AccessError::BadCase,
        "a case number with an umlaut",
        |world| spoiled(world, |msg| msg.case = "ä".into()),
    ),
    (AccessError::BadPurpose, "no purpose", |world| {
        spoiled(world, |msg| msg.purpose.clear())
    }),
    (AccessError::BadPurpose, "a long purpose", |world| {
        // 257 bytes in 256 characters.
        spoiled(world, |msg| {
            msg.purpose = String::from("ä") + &"x".repeat(MAX_PURPOSE - 1);
        })
    }),
    (
        AccessError::BadPurpose,
        "a purpose with an escape",
        |world| spoiled(world, |msg| msg.purpose = "\u{1b}[2J".into()),
    ),
    (
        AccessError::BadPurpose,
        "a purpose that reads backwards",
        |world| spoiled(world, |msg| msg.purpose = "a\u{202e}b".into()),
    ),
    (AccessError::BadItems, "no items", |world| {
        spoiled(world, |msg| msg.items.clear())
    }),
    (AccessError::BadItems, "too many items", |world| {
        spoiled(world, |msg| {
            msg.items = (0..=MAX_ACCESS_ITEMS as u8).map(transaction).collect();
        })
    }),
    (AccessError::BadItems, "an item twice", |world| {
        spoiled(world, |msg| msg.items.push(transaction(1)))
    }),
    (AccessError::NoSuchRequest, "answer nothing", |world| {
        world.answer(1, 1)
    }),
    (
        AccessError::OtherRequest,
        "an answer to what a node made up under this number",
        |world| {
            let mut elsewhere = World::new();
            let attempt = elsewhere.request(&RequestAccessMsg {
                items: vec![transaction(2)],
                ..request_msg()
            });
            elsewhere.accept(&attempt);
            world.signed(&[key(1)]);
            elsewhere.answer(0, 1)
        },
    ),
    (
        AccessError::OtherRequest,
        "an answer to the same words after another history",
        |world| {
            let mut elsewhere = World::new();
            let attempt = elsewhere.set_members(&members());
            elsewhere.accept(&attempt);
            let attempt = elsewhere.request(&request_msg());
            elsewhere.accept(&attempt);
            world.signed(&[key(1)]);
            elsewhere.answer(0, 1)
        },
    ),
    (
        AccessError::OtherRequest,
        "an answer that names another request's head",
        |world| {
            let attempt = world.request(&request_msg());
            world.accept(&attempt);
            let head = world.head_of(1);
            world.signed(&[key(1)]);
            let msg = AnswerAccessMsg {
                request: 0,
                head,
                member: 1,
                partial_hash: [1; 32],
            };
            Attempt::new(LOG, "answer", &msg)
        },
    ),
    (AccessError::MembersChanged, "an old request", |world| {
        // Also when the same members stay.
        let attempt = world.set_members(&members());
        world.accept(&attempt);
        world.answer(0, 1)
    }),
    (AccessError::NotMember, "a member that is none", |world| {
        world.answer(0, 3)
    }),
    (AccessError::NotMember, "the last number of all", |world| {
        world.answer(0, u8::MAX - 10)
    }),
    (
        AccessError::NotMember,
        "an answer that nobody signed",
        |world| {
            let attempt = world.answer(0, 1);
            world.signed(&[]);
            attempt
        },
    ),
    (
        AccessError::NotMember,
        "an answer that another member signed",
        |world| {
            let attempt = world.answer(0, 1);
            world.signed(&[key(0), key(2)]);
            attempt
        },
    ),
    (AccessError::Answered, "an answer twice", |world| {
        let attempt = world.answer(0, 1);
        world.accept(&attempt);
        attempt
    }),
    (
        AccessError::Answered,
        "another hash after the answer",
        |world| {
            let attempt = world.answer(0, 1);
            world.accept(&attempt);
            let msg = AnswerAccessMsg {
                request: 0,
                head: world.head_of(0),
                member: 1,
                partial_hash: [9; 32],
            };
            Attempt::new(LOG, "answer", &msg)
        },
    ),
    (AccessError::NotApproved, "one member of two", |world| {
        let attempt = world.set_members(&members());
        world.signed(&[key(1), key(16)]);
        attempt
    }),
    (AccessError::NotApproved, "the new members alone", |world| {
        let new = AccessMembers {
            members: RoleSet {
                keys: vec![key(4), key(5)],
                threshold: 2,
            },
            requesters: Vec::new(),
        };
        let attempt = world.set_members(&new);
        world.signed(&[key(4), key(5)]);
        attempt
    }),
    (AccessError::BadMembers, "a threshold of zero", |world| {
        let mut bad = members();
        bad.members.threshold = 0;
        world.set_members(&bad)
    }),
    (AccessError::BadMembers, "a member twice", |world| {
        let mut bad = members();
        bad.members.keys = vec![key(0), key(0)];
        world.set_members(&bad)
    }),
    (
        AccessError::BadMembers,
        "requesters out of order",
        |world| {
            let mut bad = members();
            bad.requesters = vec![key(1), key(0)];
            world.set_members(&bad)
        },
    ),
    (AccessError::BadMembers, "too many requesters", |world| {
        let mut bad = members();
        bad.requesters = (0..17).map(key).collect();
        world.set_members(&bad)
    }),
];

/// Refusals that a table of calls cannot show, each with a test of its own.
pub const ELSEWHERE: &[AccessError] = &[AccessError::BadContracts, AccessError::NoSuchEntry];

/// A request with one part broken.
fn spoiled(world: &mut World, spoil: fn(&mut RequestAccessMsg)) -> Attempt {
    let mut msg = request_msg();
    spoil(&mut msg);
    world.request(&msg)
}

/// The same call on a log that was installed without `init`.
fn elsewhere(world: &mut World, attempt: Attempt) -> Attempt {
    let contract = ContractId([98; 32]);
    world.mock.install(contract, ENTRIES);
    Attempt {
        contract,
        ..attempt
    }
}
