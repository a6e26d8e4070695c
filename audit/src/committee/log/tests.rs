use obolus_abi::accesslog::{AccessItem, AnswerAccessMsg};

use super::*;
use crate::committee::testing::{Court, LOG, members, role};

fn court() -> Court {
    let mut court = Court::new();
    let digest = court.recent()[0];
    let number = court.ask(vec![AccessItem::Transaction { digest }]);
    court.log.answer(1, number, [7; 32]);
    court
}

fn read(court: &Court) -> Result<AccessLog, AccessError> {
    AccessLog::read(&court.log, court.chain.token.config.chain, LOG)
}

#[test]
fn requests_and_answers_are_read() {
    let mut court = court();
    let log = read(&court).unwrap();
    let request = log.request(0).unwrap();
    assert_eq!(
        (request.number, request.entry, request.current),
        (0, 1, true)
    );
    assert_eq!(request.answer_of(&role(2)).unwrap().partial_hash, [7; 32]);
    assert!(request.answer_of(&role(1)).is_none() && !request.is_opened());
    assert_eq!(request.head, log.entries()[1].head);
    assert_eq!(request.id(LOG).head, request.head);
    court.log.answer(0, 0, [8; 32]);
    assert!(read(&court).unwrap().request(0).unwrap().is_opened());
    court.log.set_members(members(3));
    assert!(!read(&court).unwrap().request(0).unwrap().current);
    assert!(matches!(log.request(1), Err(AccessError::NoRequest(1))));
}

#[test]
fn every_change_of_an_entry_is_noticed() {
    let court = court();
    for place in 0..court.log.entries.len() {
        let mut changed = self::court();
        changed.log.entries[place].entry.time_ms ^= 1;
        let broken = read(&changed);
        assert!(
            matches!(broken, Err(AccessError::Broken(n)) if n == place as u64),
            "{place}"
        );
        let mut without = self::court();
        without.log.entries.remove(place);
        assert!(read(&without).is_err());
    }
    let mut shorter = self::court();
    shorter.log.state.entries -= 1;
    assert!(matches!(
        read(&shorter),
        Err(AccessError::Contradiction { .. })
    ));
}

#[test]
fn what_the_contract_never_writes_is_refused() {
    let spoil: [fn(&mut Court); 7] = [
        |court| court.log.answer(1, 0, [9; 32]),
        |court| court.log.answer(1, 5, [9; 32]),
        |court| {
            court.log.state.generation += 1;
            court.log.set_members(members(3));
        },
        |court| {
            court.log.set_members(members(3));
            court.log.answer(0, 0, [9; 32]);
        },
        |court| {
            let mut message = court.read_log().requests()[0].message.clone();
            message.by = role(9);
            court.log.request(message);
        },
        |court| {
            let founded = court.log.entries[0].entry.record.clone();
            court.log.append(founded);
        },
        |court| {
            // Another head than the request's.
            let key = role(1);
            let message = AnswerAccessMsg {
                request: 0,
                head: [1; 32],
                member: 0,
                partial_hash: [9; 32],
            };
            court.log.append(AccessRecord::Answered { key, message });
        },
    ];
    for (number, spoil) in spoil.iter().enumerate() {
        let mut court = court();
        spoil(&mut court);
        let refused = read(&court);
        assert!(
            matches!(refused, Err(AccessError::Contradiction { .. })),
            "{number}"
        );
    }
}

#[test]
fn a_log_is_its_contracts() {
    let court = court();
    let chain = court.chain.token.config.chain;
    let other = AccessLog::read(&court.log, chain, ContractId([6; 32]));
    assert!(matches!(other, Err(AccessError::OtherLog)));
    let other = AccessLog::read(&court.log, ChainId([6; 32]), LOG);
    assert!(matches!(other, Err(AccessError::OtherLog)));
}
