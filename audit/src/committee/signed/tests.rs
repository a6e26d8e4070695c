use obolus_abi::accesslog::{AccessItem, AnswerAccessMsg};

use super::*;
use crate::committee::testing::{Court, LOG, members, role, signed_by, transaction};

/// Founded, asked, answered, members set.
fn court() -> Court {
    let mut court = Court::new();
    let digest = court.recent()[0];
    let number = court.ask(vec![AccessItem::Transaction { digest }]);
    court.log.answer(1, number, [7; 32]);
    court.log.set_members(members(3));
    court
}

fn check(court: &Court, from: u64) -> Result<(), AccessError> {
    check_signed(court, LOG, &court.read_log(), from)
}

#[test]
fn every_entry_is_signed_by_those_in_whose_names_it_stands() {
    let honest = court();
    check(&honest, 0).unwrap();
    let chain = honest.chain.token.config.chain;
    for number in 1..4_u64 {
        let block = honest.log.blocks[&(10 + number)].clone();
        let [call] = &block[..] else {
            panic!("one call in each block")
        };
        let body = &call.body;
        let again =
            |contract, entry: &str, args: &[u8]| transaction(chain, contract, entry, args.to_vec());
        let all = [1, 2, 3].map(role);
        let spoiled = [
            Vec::new(),
            vec![signed_by(call.clone(), &[])],
            // Somebody else signed; one of a threshold of two.
            vec![signed_by(call.clone(), &[role(3)])],
            // The call of another contract, of another entry, with other arguments.
            vec![signed_by(
                again(ContractId([6; 32]), body.entry.as_str(), &body.args),
                &all,
            )],
            vec![signed_by(again(LOG, "state", &body.args), &all)],
            vec![signed_by(again(LOG, body.entry.as_str(), &[1]), &all)],
        ];
        for (place, block) in spoiled.into_iter().enumerate() {
            let mut court = court();
            court.log.blocks.insert(10 + number, block);
            let refused = check(&court, 0);
            assert!(
                matches!(refused, Err(AccessError::NotSigned(n)) if n == number),
                "{number} {place}"
            );
            // What was seen and checked before is not looked at again.
            check(&court, number + 1).unwrap();
        }
    }
}

#[test]
fn a_signature_that_was_taken_from_another_transaction_does_not_count() {
    let mut court = court();
    let [call] = &court.log.blocks[&11][..] else {
        panic!("one call")
    };
    let mut other = call.clone();
    other.body.expiry.0 += 1;
    court.log.blocks.insert(11, vec![other]);
    assert!(matches!(check(&court, 0), Err(AccessError::NotSigned(1))));
}

#[test]
fn new_members_are_set_by_those_before_them() {
    let mut court = court();
    // The members whom entry 3 set are all three; a later answer is nobody's but theirs.
    let number = court.ask(vec![court.note(0)]);
    court.log.answer(2, number, [9; 32]);
    check(&court, 0).unwrap();
    let block = court.log.blocks.get_mut(&15).unwrap();
    let call = block.remove(0);
    let message: AnswerAccessMsg = borsh::from_slice(&call.body.args).unwrap();
    assert_eq!(message.member, 2);
    block.push(signed_by(call, &[role(1), role(2)]));
    assert!(matches!(check(&court, 0), Err(AccessError::NotSigned(5))));
}

/// A node alone takes a request that was made once, and asks with it again, of members who answered or under other
/// circumstances.
#[test]
fn a_transaction_makes_one_entry() {
    let mut court = court();
    let asked = court.log.entries[1].entry.record.clone();
    let AccessRecord::Requested { message, .. } = asked else {
        panic!("the request")
    };
    let replayed = court.log.blocks[&11].clone();
    court.log.request(message.clone());
    check(&court, 0).unwrap();
    let honest = court.log.blocks.insert(14, replayed.clone()).unwrap();
    for from in [0, 4] {
        let refused = check(&court, from);
        assert!(matches!(refused, Err(AccessError::NotSigned(4))), "{from}");
    }
    // Two transactions with the same words make two entries, in one block or in two; three entries need a third.
    let both = [replayed, honest].concat();
    court.log.blocks.insert(14, both.clone());
    check(&court, 0).unwrap();
    court.log.request(message);
    court.log.blocks.insert(15, both);
    for from in [0, 4, 5] {
        let refused = check(&court, from);
        assert!(matches!(refused, Err(AccessError::NotSigned(5))), "{from}");
    }
}

#[test]
fn a_transaction_that_had_expired_makes_no_entry() {
    for (expiry, accepted) in [(11, true), (10, false)] {
        let mut court = court();
        let mut call = court.log.blocks[&11][0].clone();
        call.body.expiry = Height(expiry);
        let call = signed_by(call, &[role(1)]);
        court.log.blocks.insert(11, vec![call]);
        let checked = check(&court, 0);
        match accepted {
            true => checked.unwrap(),
            false => assert!(matches!(checked, Err(AccessError::NotSigned(1)))),
        }
    }
}
