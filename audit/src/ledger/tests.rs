use obolus_abi::token::TokenEvent;
use obolus_protocol::audit::AuditorSecret;

use super::fixture::{TestChain, lifecycle};
use super::*;

fn followed(
    chain: &TestChain,
    secrets: &Vec<AuditorSecret>,
) -> Result<(Ledger, Vec<Item>), LedgerError> {
    let mut ledger = Ledger::new(chain.token.config);
    let mut items = Vec::new();
    for update in &chain.updates {
        items.extend(ledger.apply(update, secrets)?);
    }
    Ok((ledger, items))
}

fn entries(items: Vec<Item>) -> Vec<Entry> {
    let entries = items.into_iter().filter_map(|item| match item {
        Item::Entry(entry) => Some(entry),
        Item::Gap(_) => None,
    });
    entries.collect()
}

#[test]
fn sums_and_unspent_notes_are_the_participants_own() {
    let chain = lifecycle();
    let (ledger, items) = followed(&chain, &chain.secrets).unwrap();
    assert_eq!(ledger.gaps(), 0);
    ledger
        .check_supply(&obolus_wallet::ChainSource::token_state(&chain).unwrap())
        .unwrap();
    for (number, member) in chain.members.iter().enumerate() {
        let slot = TestChain::slot(number);
        assert_eq!(
            ledger.books().totals()[&slot].balance(),
            Some(chain.balance(number))
        );
        let mut own: Vec<_> = member
            .notes
            .iter()
            .map(|(at, note)| (*at, note.value))
            .collect();
        own.sort_unstable_by_key(|(at, _)| *at);
        assert!(ledger.unspent_of(slot) == own, "participant {number}");
    }
    let entries = entries(items);
    let kinds: Vec<_> = entries.iter().map(|e| e.kind.name()).collect();
    assert_eq!(
        kinds,
        [
            "issue",
            "transfer",
            "issue",
            "transfer",
            "transfer",
            "redemption",
            "transfer",
            "seizure"
        ]
    );
    assert!(entries.iter().map(|e| e.id.0).eq(0..8));
    assert!(entries[4].is_internal());
    assert_eq!(entries[7].reference, Some([9; 32]));
    assert_eq!(entries[1].spent, [Position::new(0).unwrap()]);
}

#[test]
fn a_payment_that_spends_nothing_is_refused() {
    let invented = |held: bool, change: u64| {
        let mut chain = lifecycle();
        let nullifiers = if held {
            // The true spend's nullifiers under an invented payment: the sums do not fit.
            let member = &chain.members[0];
            let (at, note) = &member.notes[0];
            [
                note.nullifier(&member.keys.nk, *at, Dummy::No).to_bytes(),
                FieldBytes::from_u64(5),
            ]
        } else {
            [FieldBytes::from_u64(4), FieldBytes::from_u64(5)]
        };
        let (position, msg) = chain.transfer_of(0, 2, 7, change, nullifiers);
        chain.emit(&TokenEvent::Transferred { position, msg });
        chain.seal();
        followed(&chain, &chain.secrets).map(|_| ())
    };
    for (held, change) in [(false, 0), (false, 100), (true, 1)] {
        let outcome = invented(held, change);
        assert!(
            matches!(outcome, Err(LedgerError::Unbacked { .. })),
            "{outcome:?}"
        );
    }
    assert_eq!(invented(true, 70_000 - 7), Ok(()), "what fits is accepted");
}

#[test]
fn a_note_of_somebody_else_backs_nothing() {
    let mut chain = lifecycle();
    let member = &chain.members[0];
    let (at, note) = &member.notes[0];
    let value = note.value.get();
    let nullifier = note.nullifier(&member.keys.nk, *at, Dummy::No).to_bytes();
    let (position, msg) = chain.transfer_of(2, 1, value, 0, [nullifier, FieldBytes::from_u64(5)]);
    chain.emit(&TokenEvent::Transferred { position, msg });
    chain.seal();
    let outcome = followed(&chain, &chain.secrets).map(|_| ());
    assert!(
        matches!(outcome, Err(LedgerError::Unbacked { .. })),
        "{outcome:?}"
    );
}

#[test]
fn without_an_epochs_secret_there_are_gaps_and_no_false_alarm() {
    let chain = lifecycle();
    let old_only = vec![chain.secrets[0].clone()];
    let (ledger, items) = followed(&chain, &old_only).unwrap();
    assert_eq!(ledger.gaps(), 2, "what was sealed to the new key");
    let gaps = items.iter().filter(|item| matches!(item, Item::Gap(_)));
    assert_eq!(gaps.count(), 2);
    assert_eq!(ledger.records(), 6);
}

#[test]
fn the_epoch_before_is_read_while_its_window_runs() {
    let payment_under_the_old_key = |after: u64| {
        let mut chain = lifecycle();
        chain.set_auditor(1);
        chain.seal();
        for _ in 0..after {
            chain.seal();
        }
        let newest = chain.secrets.pop().unwrap();
        chain.pay(0, 1, 5);
        chain.secrets.push(newest);
        chain.seal();
        followed(&chain, &chain.secrets).unwrap().0.gaps()
    };
    assert_eq!(payment_under_the_old_key(0), 0);
    assert_eq!(payment_under_the_old_key(1), 1);
}

#[test]
fn a_snapshot_goes_on_like_the_ledger_itself() {
    let chain = lifecycle();
    let (whole, _) = followed(&chain, &chain.secrets).unwrap();
    for cut in 0..chain.updates.len() {
        let mut ledger = Ledger::new(chain.token.config);
        for update in &chain.updates[..cut] {
            ledger.apply(update, &chain.secrets).unwrap();
        }
        let bytes = borsh::to_vec(&ledger.snapshot()).unwrap();
        let snapshot = borsh::from_slice(&bytes).unwrap();
        let mut ledger = Ledger::restore(chain.token.config, snapshot).unwrap();
        for update in &chain.updates[cut..] {
            ledger.apply(update, &chain.secrets).unwrap();
        }
        let (a, b) = (ledger.snapshot(), whole.snapshot());
        assert!(
            borsh::to_vec(&a).unwrap() == borsh::to_vec(&b).unwrap(),
            "cut at {cut}"
        );
    }
}
