//! Quotas at their ends, and tags that share nothing.

use std::collections::BTreeSet;

use super::*;

const TOKEN: ContractId = ContractId([7; 32]);

fn number(number: u64) -> Period {
    Period::of(&TOKEN, PeriodNumber(number))
}

#[test]
fn quotas_have_one_to_65536_tickets() {
    assert_eq!(Quota::new(0), Err(QuotaError));
    assert_eq!(Quota::new(Quota::MAX + 1), Err(QuotaError));
    for payments in [1, 2, 20, Quota::MAX] {
        let quota = Quota::new(payments).unwrap();
        let tickets: Vec<_> = quota.tickets().collect();
        assert_eq!(tickets.len(), payments as usize);
        assert!(tickets.iter().all(|ticket| quota.admits(*ticket)));
        assert_eq!(tickets[0], Ticket::new(0));
    }
    assert!(!Quota::new(5).unwrap().admits(Ticket::new(5)));
    assert!(
        Quota::new(Quota::MAX)
            .unwrap()
            .admits(Ticket::new(u16::MAX))
    );
}

/// Every byte of the token's id, and the number, change the period.
#[test]
fn a_period_is_of_one_token_and_number() {
    let mut all = BTreeSet::from([number(3).to_bytes()]);
    assert!(all.insert(number(4).to_bytes()));
    for byte in 0..32 {
        let mut token = TOKEN;
        token.0[byte] ^= 1;
        assert!(
            all.insert(Period::of(&token, PeriodNumber(3)).to_bytes()),
            "{byte}"
        );
    }
    let mut exchanged = [7; 32];
    exchanged[0] = 1;
    let first = Period::of(&ContractId(exchanged), PeriodNumber(3));
    exchanged.rotate_right(16);
    assert_ne!(first, Period::of(&ContractId(exchanged), PeriodNumber(3)));
}

#[test]
fn a_tag_is_of_one_holder_period_and_ticket() {
    let (one, two) = (Fr::from(1_u64), Fr::from(2_u64));
    let tag = |nk, period, ticket| {
        VelocityTag::derive(&NullifierKey::new(nk), period, Ticket::new(ticket)).to_bytes()
    };
    let tags = BTreeSet::from([
        tag(one, number(1), 0),
        tag(two, number(1), 0),
        tag(one, number(2), 0),
        tag(one, number(1), 1),
        tag(one, Period::of(&ContractId([8; 32]), PeriodNumber(1)), 0),
    ]);
    assert_eq!(tags.len(), 5);
}

/// Contracts, circuits and wallets must agree on these values for ever.
#[test]
fn golden() {
    let token = ContractId(core::array::from_fn(|at| at as u8));
    let period = Period::of(&token, PeriodNumber((1 << 40) + 7));
    let nk = NullifierKey::new(Fr::from(11_u64));
    let tag = VelocityTag::derive(&nk, period, Ticket::new(5));
    let found = [period.to_bytes(), tag.to_bytes()].map(|bytes| bytes.to_string());
    assert_eq!(found, GOLDEN);
}

/// Period, tag.
const GOLDEN: [&str; 2] = [
    "36f76bda89c5b71ff1a28a21243dfb8ddaac0a8b1f648e029929b83da3fb620b",
    "2b41c5fff1fbcf480f1f1c67069d06159e5440f01e64023372a0a6bcd7b50224",
];

/// The contract hashes the same, through the host.
#[test]
fn a_period_is_what_the_contract_hashes() {
    assert_eq!(
        tags::VELOCITY_PERIOD.text(),
        obolus_abi::token::VELOCITY_PERIOD_TAG
    );
    let token = ContractId(core::array::from_fn(|at| 0xff - at as u8));
    let number = (1 << 40) + 7;
    let parts = obolus_abi::token::velocity_period(&token, number);
    let [low, high, last] = parts.map(|part| crate::field::fr_from_bytes(&part).unwrap());
    assert_eq!(
        Period::of(&token, PeriodNumber(number)).get(),
        hash3(tags::VELOCITY_PERIOD, low, high, last)
    );
}
