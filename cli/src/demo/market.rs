//! The second act: two of the institutions deal in dollars, euros and a bond.
//!
//! One deal settles: dollars against euros at an agreed rate. One fails: the bond is locked, its price never is, and the
//! seller takes the bond back. The bank issues the dollars for the first one and takes them back afterwards, so the balances
//! of the first act stay what they were.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use obolus_abi::deal::pair::PvpInit;
use obolus_abi::{ContractId, DealId};
use obolus_protocol::Amount;
use obolus_protocol::audit::AuditorKey;
use obolus_protocol::deal::DealSecret;
use obolus_protocol::rate::Rate;
use obolus_wallet::deal::payout::{Payout, settle};
use obolus_wallet::deal::{DealDraft, Kind, LegPlan, Party, Terms, open};
use obolus_wallet::{AuditorView, Follower, TokenConfig, TokenView, Wallet};
use rand::rngs::OsRng;
use serde::Serialize;

use super::DemoError;
use super::world::World;
use crate::dev::{Bank, Instrument, encode, list, settle_with};
use crate::progress::Stage;

/// Dollars for the euros: 10,000.00.
const DOLLARS: Amount = Amount::new(1_000_000);
/// Euros for them at 0.92: 9,200.00.
const EUROS: Amount = Amount::new(920_000);
/// Face amount of the bond that is offered.
const FACE: Amount = Amount::new(500);
/// Its price: 490.00.
const PRICE: Amount = Amount::new(49_000);
/// How long a deal has.
const TIME: Duration = Duration::from_secs(600);

const EUR: Instrument = Instrument {
    name: "Euro deposit token",
    unit: "EUR",
    exponent: 2,
};
const BOND: Instrument = Instrument {
    name: "5 % bond 2031",
    unit: "BOND31",
    exponent: 0,
};

/// How one deal ended.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct DealResult {
    /// The contract.
    pub kind: &'static str,
    /// `settled` or `refunded`.
    pub outcome: &'static str,
}

/// A further token, with what its parties see of it.
pub struct Market {
    /// Which token.
    pub config: TokenConfig,
    /// Its public side.
    pub view: TokenView,
    /// The auditor's.
    pub audit: AuditorView,
    /// The two institutions, by index.
    pub who: [usize; 2],
    /// Their wallets, in that order.
    pub wallets: [Wallet; 2],
    issued: u128,
}

/// The second act.
pub struct Act {
    /// The two institutions, by index.
    who: [usize; 2],
    euro: Market,
    bond: Market,
    /// How the deals ended.
    pub results: Vec<DealResult>,
}

impl Market {
    /// Puts a token on the ledger and registers the two with it.
    pub fn list(
        world: &mut World,
        who: [usize; 2],
        instrument: Instrument,
    ) -> Result<Self, DemoError> {
        let config = list(
            &mut *world.desk,
            &world.authorities,
            &world.keys,
            instrument,
        )?;
        let keys = who.map(|index| world.institutions[index].wallet.keys().clone());
        let mut market = Self {
            config,
            view: TokenView::new(config),
            audit: AuditorView::new(config, world.authorities.auditors.clone()),
            who,
            wallets: keys.map(|keys| Wallet::new(config, keys)),
            issued: 0,
        };
        market.sync(world)?;
        let participants = who.map(|index| {
            let institution = &world.institutions[index];
            (institution.wallet.keys(), &institution.key)
        });
        let bank = Bank {
            authorities: &world.authorities,
            prover: &world.prover,
            keys: &world.keys,
            done: &|_| (),
        };
        bank.register(&mut *world.desk, &market.view, &participants)?;
        market.sync(world)?;
        Ok(market)
    }

    /// Issues to one of the two.
    pub fn issue(&mut self, world: &mut World, to: usize, amount: Amount) -> Result<(), DemoError> {
        let bank = Bank {
            authorities: &world.authorities,
            prover: &world.prover,
            keys: &world.keys,
            done: &|_| (),
        };
        let orders = [(self.wallets[to].address(), amount)];
        bank.issue(&mut *world.desk, &self.view, &orders)?;
        self.issued += u128::from(amount.get());
        self.sync(world)
    }

    /// A new auditor, whom all trust.
    pub fn trust_auditor(&mut self, key: AuditorKey) {
        self.view.trust_auditor(key);
        for wallet in &mut self.wallets {
            wallet.trust_auditor(key);
        }
    }

    /// Lets everybody read the newest blocks.
    pub fn sync(&mut self, world: &World) -> Result<(), DemoError> {
        self.view.sync(&*world.desk)?;
        self.audit.sync(&*world.desk)?;
        for wallet in &mut self.wallets {
            wallet.sync(&*world.desk)?;
        }
        Ok(())
    }

    /// What the wallets hold, the auditor's totals, what was issued, and the hidden supply agree.
    fn conserved(&self, world: &World) -> Result<bool, DemoError> {
        let held: u128 = self.wallets.iter().map(|w| w.balance().total()).sum();
        let audited: Option<u128> = self.audit.totals().values().map(|t| t.balance()).sum();
        let supply = self.audit.supply();
        let state = world.desk.state_of(&self.config.token)?;
        Ok(held == self.issued
            && audited == Some(held)
            && self.audit.findings().is_empty()
            && supply.check(&state).is_ok())
    }
}

impl Act {
    /// Runs the act with the first two institutions; none without two.
    pub fn run(world: &mut World, names: usize, stage: &Stage) -> Result<Option<Self>, DemoError> {
        if names < 2 {
            return Ok(None);
        }
        let who = [0, 1];
        stage.say("euros and a bond");
        let mut act = Self {
            who,
            euro: Market::list(world, who, EUR)?,
            bond: Market::list(world, who, BOND)?,
            results: Vec::new(),
        };
        act.euro.issue(world, 1, EUROS)?;
        act.bond.issue(world, 1, FACE)?;
        world.issue(&[(who[0], DOLLARS)], stage)?;
        act.sync(world)?;
        stage.say("dollars against euros");
        let outcome = act.exchange(world)?;
        act.results.push(DealResult {
            kind: "pvp",
            outcome,
        });
        stage.say("a bond trade that fails");
        let outcome = act.fail(world)?;
        act.results.push(DealResult {
            kind: "dvp",
            outcome,
        });
        // The dollars of the deal leave again.
        world.redeem(&[(who[1], DOLLARS)], stage)?;
        act.sync(world)?;
        Ok(Some(act))
    }

    /// The first institution buys euros from the second one.
    fn exchange(&mut self, world: &mut World) -> Result<&'static str, DemoError> {
        let tokens = [world.token, self.euro.config];
        let ratio = world.keys.ratio.as_ref();
        let ratio_key = ratio.ok_or(DemoError::NoRatioKey)?.id();
        let init = encode(&PvpInit { ratio_key })?;
        let contract = settle_with(
            &mut *world.desk,
            &world.authorities,
            obolus_contracts::PVP,
            init,
            &tokens,
        )?;
        self.sync(world)?;
        let kind = Kind::Pvp {
            expiry_ms: from_now(TIME),
            rate: Rate::new(92, 100)?,
        };
        let legs = [(tokens[0], DOLLARS), (tokens[1], EUROS)];
        let terms = self.terms(world, (contract, kind), [0, 1], legs, "EUR/USD spot")?;
        let deal = self.open(world, &terms, 0)?;
        let until = expiry(world)?;
        let wallet = &mut world.institutions[self.who[0]].wallet;
        let draft = wallet.deposit(&deal, 0, until, &mut OsRng)?;
        self.submit(world, 0, &draft)?;
        let draft = self.euro.wallets[1].deposit(&deal, 1, expiry(world)?, &mut OsRng)?;
        self.submit(world, 1, &draft)?;
        let wallets = [
            &world.institutions[self.who[1]].wallet,
            &self.euro.wallets[1],
        ];
        let draft = settle(wallets, &deal, expiry(world)?, &mut OsRng)?;
        self.submit(world, 1, &draft)?;
        let got = self.euro.wallets[0].balance().total() == u128::from(EUROS.get());
        Ok(if got { "settled" } else { "open" })
    }

    /// The second institution sells a bond to the first one, who never pays.
    fn fail(&mut self, world: &mut World) -> Result<&'static str, DemoError> {
        let tokens = [self.bond.config, world.token];
        let contract = settle_with(
            &mut *world.desk,
            &world.authorities,
            obolus_contracts::DVP,
            Vec::new(),
            &tokens,
        )?;
        self.sync(world)?;
        let kind = Kind::Dvp {
            expiry_ms: from_now(TIME),
        };
        let legs = [(tokens[0], FACE), (tokens[1], PRICE)];
        let terms = self.terms(world, (contract, kind), [1, 0], legs, "5 % bond")?;
        let deal = self.open(world, &terms, 1)?;
        let draft = self.bond.wallets[1].deposit(&deal, 0, expiry(world)?, &mut OsRng)?;
        self.submit(world, 1, &draft)?;
        let locked = self.bond.wallets[1].balance().total() == 0;
        let wallet = &self.bond.wallets[1];
        let draft = wallet.pay_out(&deal, 0, Payout::Refund, expiry(world)?, &mut OsRng)?;
        self.submit(world, 1, &draft)?;
        let back = self.bond.wallets[1].balance().total() == u128::from(FACE.get());
        Ok(if locked && back { "refunded" } else { "open" })
    }

    fn terms(
        &self,
        world: &World,
        (contract, kind): (ContractId, Kind),
        parties: [usize; 2],
        legs: [(TokenConfig, Amount); 2],
        text: &str,
    ) -> Result<Terms, DemoError> {
        let party = |index: usize| {
            let institution = &world.institutions[index];
            let owner = institution.wallet.keys().owner();
            let entry = world.view.directory().by_owner(&owner);
            entry
                .and_then(Party::of)
                .ok_or_else(|| DemoError::NoSuchInstitution(institution.name.clone()))
        };
        let [first, second] = parties.map(|party| self.who[party]);
        Ok(Terms {
            contract,
            kind,
            parties: [party(first)?, party(second)?],
            legs: legs
                .iter()
                .map(|(token, amount)| LegPlan {
                    token: token.token,
                    amount: *amount,
                })
                .collect(),
            secret: DealSecret::random(&mut OsRng),
            text: text.into(),
        })
    }

    /// One of the two opens a deal.
    fn open(
        &mut self,
        world: &mut World,
        terms: &Terms,
        party: usize,
    ) -> Result<DealId, DemoError> {
        let views = [&world.view, &self.euro.view, &self.bond.view];
        let keys = world.institutions[self.who[party]].wallet.keys();
        let draft = open::open(terms, &views, keys, expiry(world)?, &mut OsRng)?;
        self.submit(world, party, &draft)?;
        Ok(terms.id())
    }

    /// Proves, signs, has it committed, and lets everybody read it.
    fn submit(
        &mut self,
        world: &mut World,
        party: usize,
        draft: &DealDraft,
    ) -> Result<(), DemoError> {
        let proven = draft.prove(&world.prover, &world.keys)?;
        let key = &world.institutions[self.who[party]].key;
        let tx = proven.sign(key, Vec::new(), &mut OsRng)?;
        world.desk.must("deal", &tx)?;
        self.sync(world)
    }

    fn sync(&mut self, world: &mut World) -> Result<(), DemoError> {
        world.sync()?;
        self.euro.sync(world)?;
        self.bond.sync(world)
    }

    /// Starts every wallet of the act over from the chain; says whether all hold the same notes as before.
    pub fn rescan(&mut self, world: &World) -> Result<bool, DemoError> {
        let mut equal = true;
        for market in [&mut self.euro, &mut self.bond] {
            for (wallet, index) in market.wallets.iter_mut().zip(self.who) {
                let keys = world.institutions[index].wallet.keys().clone();
                let mut rebuilt = Wallet::new(market.config, keys);
                rebuilt.sync(&*world.desk)?;
                equal &= rebuilt.notes().iter().eq(wallet.notes().iter());
                equal &= rebuilt.deals().iter().count() == wallet.deals().iter().count();
                *wallet = rebuilt;
            }
        }
        Ok(equal)
    }

    /// Whether every further token adds up.
    pub fn conserved(&self, world: &World) -> Result<bool, DemoError> {
        Ok(self.euro.conserved(world)? && self.bond.conserved(world)?)
    }
}

fn expiry(world: &World) -> Result<obolus_protocol::tx::Height, DemoError> {
    Ok(world.desk.expiry()?)
}

/// Milliseconds since 1970, some time from now.
fn from_now(duration: Duration) -> u64 {
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    u64::try_from((now + duration).as_millis()).unwrap_or(u64::MAX)
}
