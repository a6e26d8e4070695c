//! Settlement contracts from end to end: wallets, real proofs, WASM on a ledger.
//!
//! One market serves all tests, one after another. Each begins by noting what its members hold.

use std::ops::{Deref, DerefMut};
use std::path::Path;
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};

use obolus_abi::DealId;
use obolus_protocol::Amount;
use obolus_protocol::deal::DealSecret;
use obolus_protocol::tx::Transaction;
use obolus_tests::market::{BOND, EUR, Market, USD};
use obolus_wallet::deal::payout::{Payout, settle};
use obolus_wallet::deal::{DealDraft, Kind, LegPlan, Terms, open};

use super::replay::{Replay, next_header};

mod conditions;
mod pairs;
mod quotas;
mod schedules;
mod together;

/// Members of the market.
const ADA: usize = 0;
const BEN: usize = 1;
const CYD: usize = 2;

static FLOOR: LazyLock<Mutex<Floor>> = LazyLock::new(|| Mutex::new(Floor::open()));

/// The market, and beside it the replay of statements.
struct Floor {
    inner: Market,
    replay: Replay,
}

impl Floor {
    fn open() -> Self {
        let keys_dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join("../obolus-keys");
        let inner = Market::found(&keys_dir, 3);
        let mut replay = Replay::of(&inner.bank);
        replay.follow(&inner.bank);
        Self { inner, replay }
    }

    /// As [`Market::submit`].
    fn submit(&mut self, tx: &Transaction) -> Result<(), String> {
        let refused = match self.inner.submit(tx) {
            Ok(()) => {
                self.replay.follow(&self.inner.bank);
                return Ok(());
            }
            Err(refused) => refused,
        };
        // What is refused before execution is not the contracts' business.
        if self.inner.bank.admit(tx).is_ok() {
            let next = next_header(&self.inner.bank);
            assert_eq!(self.replay.refusal(next, &[tx]), refused);
        }
        Err(refused)
    }

    /// As [`Market::wait_until`].
    fn wait_until(&mut self, time_ms: u64) {
        self.inner.wait_until(time_ms);
        self.replay.follow(&self.inner.bank);
    }
}

impl Deref for Floor {
    type Target = Market;

    fn deref(&self) -> &Market {
        &self.inner
    }
}

impl DerefMut for Floor {
    fn deref_mut(&mut self) -> &mut Market {
        &mut self.inner
    }
}

/// The market, as the test before left it.
fn market() -> MutexGuard<'static, Floor> {
    // A test that failed has not made it wrong for the others.
    FLOOR.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Terms between two members; the first one opens.
fn terms(market: &mut Floor, kind: Kind, parties: [usize; 2], legs: &[(usize, u64)]) -> Terms {
    Terms {
        contract: market.contracts.of(&kind),
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
fn opening(market: &mut Floor, terms: &Terms, opener: usize) -> Transaction {
    let expiry = market.bank.expiry();
    let Market { tokens, rng, .. } = &mut market.inner;
    let views: Vec<_> = tokens.iter().map(|listed| &listed.view).collect();
    let keys = tokens[USD].wallets[opener].keys();
    let draft = open::open(terms, &views, keys, expiry, rng).unwrap();
    market.finish(&draft, opener)
}

/// Opens a deal; both parties find it.
fn opened(market: &mut Floor, terms: &Terms, parties: [usize; 2]) -> DealId {
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
fn deposit(market: &mut Floor, token: usize, member: usize, deal: &DealId, leg: u8) -> Transaction {
    let expiry = market.bank.expiry();
    let Market { tokens, rng, .. } = &mut market.inner;
    let wallet = &mut tokens[token].wallets[member];
    let draft = wallet.deposit(deal, leg, expiry, rng).unwrap();
    market.finish(&draft, member)
}

/// A settlement proved by a member.
fn settlement(market: &mut Floor, tokens: [usize; 2], member: usize, deal: &DealId) -> Transaction {
    let expiry = market.bank.expiry();
    let draft = {
        let Market {
            tokens: listed,
            rng,
            ..
        } = &mut market.inner;
        let wallets = tokens.map(|token| &listed[token].wallets[member]);
        settle(wallets, deal, expiry, rng).unwrap()
    };
    market.finish(&draft, member)
}

/// A payout of one leg proved by a member.
fn payout(
    market: &mut Floor,
    token: usize,
    member: usize,
    (deal, leg): (&DealId, u8),
    payout: Payout,
) -> Transaction {
    let expiry = market.bank.expiry();
    let Market { tokens, rng, .. } = &mut market.inner;
    let draft = tokens[token].wallets[member].pay_out(deal, leg, payout, expiry, rng);
    let draft: DealDraft = draft.unwrap();
    market.finish(&draft, member)
}

/// What all members hold of each token.
fn holdings(market: &Floor) -> Vec<Vec<u128>> {
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
