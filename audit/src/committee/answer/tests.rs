use obolus_abi::accesslog::AccessItem;
use obolus_wallet::auditor::Record;

use super::*;
use crate::committee::testing::{Court, LOG};

fn asked() -> (Court, u64) {
    let mut court = Court::new();
    let items = court.recent().into_iter();
    let number = court.ask(
        items
            .map(|digest| AccessItem::Transaction { digest })
            .collect(),
    );
    (court, number)
}

#[test]
fn two_of_three_open_what_was_asked_and_nothing_else() {
    let (mut court, number) = asked();
    let letters = [1, 2].map(|member| court.answer(member, number));
    let opening = court.combine(number, &letters).unwrap();
    let amounts: Vec<_> = opening.records.iter().map(|r| r.amount().get()).collect();
    assert_eq!(amounts, [10_100, 5_000]);
    let [
        Record::Transferred {
            sender,
            recipient,
            case: None,
            ..
        },
        Record::Transferred { case: Some(_), .. },
    ] = opening.records.as_slice()
    else {
        panic!("a payment and a seizure");
    };
    assert_eq!((sender.get(), recipient.get()), (2, 0));
    assert!(opening.escrows.is_empty());
}

#[test]
fn one_member_alone_opens_nothing() {
    let (mut court, number) = asked();
    let one = court.answer(1, number);
    let text = court
        .combine(number, std::slice::from_ref(&one))
        .err()
        .unwrap()
        .to_string();
    assert!(text.contains('2'), "{text}");
    let text = court
        .combine(number, &[one.clone(), one])
        .err()
        .unwrap()
        .to_string();
    assert!(text.contains("bob"), "{text}");
}

#[test]
fn an_answer_counts_once_it_is_in_the_log() {
    let (mut court, number) = asked();
    let carol = court.unlogged(2, number);
    let letter = carol.seal(&court.dirs[2], court.dirs[0].card()).unwrap();
    let bob = court.answer(1, number);
    let refused = court.combine(number, &[bob.clone(), letter.clone()]);
    assert!(matches!(refused, Err(AccessError::NotLogged(name)) if name == "carol"));
    // She logs another answer than she sends: proofs are drawn afresh.
    let other = court.unlogged(2, number);
    court.log.answer(2, number, other.hash());
    let refused = court.combine(number, &[bob, letter]);
    assert!(matches!(refused, Err(AccessError::OtherHash(name)) if name == "carol"));
}

#[test]
fn a_wrong_partial_decryption_names_its_member() {
    let (mut court, number) = asked();
    let bob = court.answer(1, number);
    // Carol answers one ciphertext with what belongs to the other.
    let mut carol = court.unlogged(2, number);
    carol.partials.swap(0, 1);
    court.log.answer(2, number, carol.hash());
    let letter = carol.seal(&court.dirs[2], court.dirs[0].card()).unwrap();
    let text = court
        .combine(number, &[bob.clone(), letter])
        .err()
        .unwrap()
        .to_string();
    assert!(text.contains("carol") && !text.contains("bob"), "{text}");
}

#[test]
fn an_answer_with_another_members_share_or_too_few_parts_names_its_sender() {
    for spoil in [
        (|court: &mut Court, number| court.unlogged(0, number)) as fn(&mut Court, u64) -> Answer,
        |court, number| {
            let mut answer = court.unlogged(2, number);
            answer.partials.pop();
            answer
        },
        |court, number| {
            let mut answer = court.unlogged(2, number);
            answer.request.number += 1;
            answer
        },
        |court, number| {
            let mut answer = court.unlogged(2, number);
            answer.request.head[0] ^= 1;
            answer
        },
    ] {
        let (mut court, number) = asked();
        let bob = court.answer(1, number);
        let carol = spoil(&mut court, number);
        court.log.answer(2, number, carol.hash());
        let letter = carol.seal(&court.dirs[2], court.dirs[0].card()).unwrap();
        let refused = court.combine(number, &[bob, letter]);
        assert!(matches!(refused, Err(AccessError::BadAnswer(name)) if name == "carol"));
    }
}

#[test]
fn an_earlier_epochs_ciphertext_is_not_the_committees() {
    let mut court = Court::new();
    let number = court.ask(vec![court.note(0)]);
    let letters = [1, 2].map(|member| court.answer(member, number));
    let refused = court.combine(number, &letters);
    assert!(matches!(refused, Err(AccessError::OtherEpoch(_))));
}

#[test]
fn answers_read_back_and_go_to_the_one_who_asked() {
    let (mut court, number) = asked();
    let answer = court.unlogged(1, number);
    let bytes = answer.to_bytes();
    assert!(Answer::from_bytes(&bytes).unwrap() == answer);
    assert!(Answer::from_bytes(&[bytes.as_slice(), &[0]].concat()).is_err());
    let letter = court.answer(1, number);
    let log = court.read_log();
    let request = log.request(number).unwrap();
    let carol = (&court.dirs[2], &court.group);
    let refused = Answer::open(carol, (LOG, request), &letter);
    assert!(matches!(refused, Err(AccessError::Letter(name, _)) if name == "bob"));
}

#[test]
fn what_was_kept_is_compared_before_it_is_given_out_again() {
    let (mut court, number) = asked();
    let kept = court.unlogged(1, number);
    let wanted = court.find(number).unwrap();
    let id = court.read_log().request(number).unwrap().id(LOG);
    kept.check(&court.group, id, &wanted).unwrap();
    let refused = |answer: &Answer, id, wanted: &[Wanted]| {
        answer.check(&court.group, id, wanted).unwrap_err()
    };

    // The same number in another history, another number, another log.
    let mut other = id;
    other.head[0] ^= 1;
    let error = refused(&kept, other, &wanted);
    assert!(matches!(error, AccessError::KeptOther(n) if n == number));
    let other = RequestId { number: 7, ..id };
    assert!(matches!(
        refused(&kept, other, &wanted),
        AccessError::KeptOther(7)
    ));
    let other = RequestId {
        log: ContractId([6; 32]),
        ..id
    };
    assert!(matches!(
        refused(&kept, other, &wanted),
        AccessError::KeptOther(_)
    ));
    // Other ciphertexts: fewer, in another order, for another case.
    let mut swapped = wanted.clone();
    swapped.swap(0, 1);
    let mut renamed = wanted.clone();
    renamed[1].request.case = obolus_threshold::audit::CaseNumber::new("C-8").unwrap();
    for other in [&wanted[..1], &swapped[..], &renamed[..]] {
        assert!(matches!(refused(&kept, id, other), AccessError::Kept(_)));
    }
    // A share of another group, as after a refresh.
    let threshold = obolus_threshold::Threshold::new(2, 3).unwrap();
    let secret = court.chain.secrets.last().unwrap();
    let shares = obolus_threshold::split_auditor(secret, threshold, &mut court.rng).unwrap();
    let older = Answer::create(&shares[1], id, &wanted, &mut court.rng).unwrap();
    let error = older.check(&court.group, id, &wanted).unwrap_err();
    assert!(matches!(error, AccessError::Kept(text) if text.contains("bob")));
}
