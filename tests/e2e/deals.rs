//! Settlement contracts from end to end: wallets, real proofs, WASM on a ledger.
//!
//! One market serves all tests, one after another. Each begins by noting what its members hold.

use std::path::Path;
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};

use obolus_abi::DealId;
use obolus_protocol::Amount;
use obolus_protocol::deal::DealSecret;
use obolus_protocol::tx::Transaction;
use obolus_tests::market::{BOND, EUR, Market, USD};
use obolus_wallet::deal::payout::{Payout, settle};
use obolus_wallet::deal::{DealDraft, Kind, LegPlan, Terms, open};

mod conditions;
mod pairs;
mod schedules;
mod together;

/// Members of the market.
const ADA: usize = 0;
const BEN: usize = 1;
const CYD: usize = 2;

static MARKET: LazyLock<Mutex<Market>> = LazyLock::new(|| {
    let keys_dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join("../obolus-keys");
    Mutex::new(Market::found(&keys_dir, 3))
});

/// The market, as the test before left it.
fn market() -> MutexGuard<'static, Market> {
    // A test that failed has not made it wrong for the others.
    MARKET.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Terms between two members; the first one opens.
fn terms(market: &mut Market, kind: Kind, parties: [usize; 2], legs: &[(usize, u64)]) -> Terms {
    let contract = match kind {
        Kind::Dvp { .. } => market.contracts.dvp,
        Kind::Pvp { .. } => market.contracts.pvp,
        Kind::Conditional { .. } => market.contracts.conditional,
        Kind::Standing { .. } => market.contracts.standing,
    };
    Terms {
        contract,
        kind,
        parties: parties.map(|member| market.party(member)),
        legs: legs
            .iter()
            .map(|(token, amount)| LegPlan {
                token: market.tokens[*token].config.token,
                amount: Amount::new(*amount),
            })
            .collect(),
        secret: DealSecret::random(&mut market.rng),
        text: "trade 7".into(),
    }
}

/// The opening of a deal, signed by the first party.
fn opening(market: &mut Market, terms: &Terms, opener: usize) -> Transaction {
    let expiry = market.bank.expiry();
    let Market { tokens, rng, .. } = market;
    let views: Vec<_> = tokens.iter().map(|listed| &listed.view).collect();
    let keys = tokens[USD].wallets[opener].keys();
    let draft = open::open(terms, &views, keys, expiry, rng).unwrap();
    market.finish(&draft, opener)
}

/// Opens a deal; both parties find it.
fn opened(market: &mut Market, terms: &Terms, parties: [usize; 2]) -> DealId {
    let tx = opening(market, terms, parties[0]);
    market.submit(&tx).unwrap();
    let id = terms.id();
    for member in 0..3 {
        let found = market.wallet(USD, member).deals().get(&id).is_some();
        assert_eq!(found, parties.contains(&member), "{member}");
    }
    id
}

/// A deposit by a member, ready to be submitted.
fn deposit(
    market: &mut Market,
    token: usize,
    member: usize,
    deal: &DealId,
    leg: u8,
) -> Transaction {
    let expiry = market.bank.expiry();
    let Market { tokens, rng, .. } = market;
    let wallet = &mut tokens[token].wallets[member];
    let draft = wallet.deposit(deal, leg, expiry, rng).unwrap();
    market.finish(&draft, member)
}

/// A settlement proved by a member.
fn settlement(
    market: &mut Market,
    tokens: [usize; 2],
    member: usize,
    deal: &DealId,
) -> Transaction {
    let expiry = market.bank.expiry();
    let draft = {
        let Market {
            tokens: listed,
            rng,
            ..
        } = &mut *market;
        let wallets = tokens.map(|token| &listed[token].wallets[member]);
        settle(wallets, deal, expiry, rng).unwrap()
    };
    market.finish(&draft, member)
}

/// A payout of one leg proved by a member.
fn payout(
    market: &mut Market,
    token: usize,
    member: usize,
    (deal, leg): (&DealId, u8),
    payout: Payout,
) -> Transaction {
    let expiry = market.bank.expiry();
    let Market { tokens, rng, .. } = market;
    let draft = tokens[token].wallets[member].pay_out(deal, leg, payout, expiry, rng);
    let draft: DealDraft = draft.unwrap();
    market.finish(&draft, member)
}

/// What all members hold of each token.
fn holdings(market: &Market) -> Vec<Vec<u128>> {
    let tokens = [USD, EUR, BOND];
    tokens
        .iter()
        .map(|token| {
            (0..3)
                .map(|member| market.balance(*token, member))
                .collect()
        })
        .collect()
}
