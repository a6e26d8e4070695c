//! The third act: what a regulated token owes its supervisors, on a token of its own with two institutions.
//!
//! Reserves are attested against the hidden supply; a holder shows its balance to one verifier; a bank statement reconciles
//! with the ledger; a participant is frozen and part of its money seized by order; an auditor of three, of whom any two
//! open, takes over and opens one payment, on the record.

mod committee;
mod order;
mod proofs;
mod statement;

use obolus_protocol::Amount;
use obolus_protocol::amount::Exponent;
use obolus_protocol::memo::MemoText;
use obolus_protocol::tx::Height;
use obolus_wallet::{PayerIdentity, Payment};
use rand::rngs::OsRng;
use serde::Serialize;

use super::DemoError;
use super::market::Market;
use super::world::World;
use crate::decimal::decimal;
use crate::dev::Instrument;
use crate::progress::Stage;

const TOKEN: Instrument = Instrument {
    name: "Pound sterling deposit token",
    unit: "GBP",
    exponent: 2,
};
/// Issued to the first institution: 1,000.00.
const FLOAT: Amount = Amount::new(100_000);
/// Paid to the second: 250.00.
const PAID: Amount = Amount::new(25_000);
/// Redeemed by it: 50.00.
const REDEEMED: Amount = Amount::new(5_000);
/// Seized from the first: 100.00.
const SEIZED: Amount = Amount::new(10_000);

/// What the act showed. The JSON field names are a stable interface.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Oversight {
    /// A frozen participant's payment, proved before the freeze, was refused.
    pub frozen_refused: bool,
    /// What was seized, in decimal.
    pub seized: String,
    /// Ciphertexts that the committee opened.
    pub audit_opened: usize,
    /// How many members open together.
    pub audit_members: String,
    /// A holder showed its balance to a verifier.
    pub balance_proof: bool,
    /// The same proof, shown to another verifier, was refused.
    pub balance_proof_other_verifier_refused: bool,
    /// Reserves were attested over the hidden supply, and a cent less could not be.
    pub reserves_proof: bool,
    /// Opening balance, entries and closing balance of a camt.053 agree with the ledger.
    pub statement_reconciles: bool,
    /// Redemptions are cleared by the proof that no more left than entered, and only by it.
    pub turnstile: bool,
}

impl Oversight {
    /// Whether everything held.
    pub fn holds(&self) -> bool {
        let Self {
            frozen_refused,
            seized,
            audit_opened,
            balance_proof,
            balance_proof_other_verifier_refused,
            reserves_proof,
            statement_reconciles,
            turnstile,
            ..
        } = self;
        *frozen_refused
            && *audit_opened > 0
            && seized.parse::<f64>().is_ok_and(|amount| amount > 0.0)
            && *balance_proof
            && *balance_proof_other_verifier_refused
            && *reserves_proof
            && *statement_reconciles
            && *turnstile
    }
}

impl Oversight {
    /// What happened, for people.
    pub fn lines(&self) -> Vec<(&'static str, String)> {
        let verdict = |held: bool| if held { "yes" } else { "NO" }.to_owned();
        vec![
            (
                "reserves cover the hidden supply",
                verdict(self.reserves_proof),
            ),
            ("redemptions cleared by proof only", verdict(self.turnstile)),
            (
                "a balance shown to one verifier",
                verdict(self.balance_proof),
            ),
            (
                "the same shown to another, refused",
                verdict(self.balance_proof_other_verifier_refused),
            ),
            (
                "camt.053 reconciles with the ledger",
                verdict(self.statement_reconciles),
            ),
            (
                "a frozen participant's payment, refused",
                verdict(self.frozen_refused),
            ),
            ("seized by order", format!("{} {}", self.seized, TOKEN.unit)),
            (
                "payments opened by the auditor",
                format!("{}, {} members", self.audit_opened, self.audit_members),
            ),
        ]
    }
}

/// Runs the act with the first two institutions; none without two.
pub fn run(world: &mut World, names: usize, stage: &Stage) -> Result<Option<Oversight>, DemoError> {
    if names < 2 {
        return Ok(None);
    }
    let mut market = Market::list(world, [0, 1], TOKEN)?;
    world.desk.follow(market.config);
    let shown = supervise(world, &mut market, stage);
    world.desk.follow(world.token);
    shown.map(Some)
}

fn supervise(
    world: &mut World,
    market: &mut Market,
    stage: &Stage,
) -> Result<Oversight, DemoError> {
    let mut shown = Oversight::default();
    market.issue(world, 0, FLOAT)?;
    pay(world, market, 0, PAID, "invoice 2026-118")?;

    stage.say("reserves over a hidden supply");
    shown.reserves_proof = proofs::reserves(world, market, FLOAT)?;
    redeem(world, market, REDEEMED)?;
    shown.turnstile = proofs::turnstile(world, market, FLOAT)?;
    stage.say("a balance for one verifier");
    let balance = proofs::balance(world, market)?;
    (
        shown.balance_proof,
        shown.balance_proof_other_verifier_refused,
    ) = balance;
    stage.say("a bank statement");
    shown.statement_reconciles = statement::reconciles(market)?;

    stage.say("a freeze and a seizure");
    shown.frozen_refused = order::freeze(world, market)?;
    let seized = order::seize(world, market, SEIZED)?;
    shown.seized = decimal(seized, Exponent::new(TOKEN.exponent)?);

    stage.say("an auditor of three");
    let committee = committee::Committee::found(world, market)?;
    pay(world, market, 1, Amount::new(1_000), "refund 2026-118")?;
    shown.audit_members = committee.members();
    shown.audit_opened = committee.open_last(world, market)?;
    Ok(shown)
}

/// A payment of one of the two to the other.
fn pay(
    world: &mut World,
    market: &mut Market,
    from: usize,
    amount: Amount,
    text: &str,
) -> Result<(), DemoError> {
    let unproven = {
        let payment = Payment {
            to: market.wallets[1 - from].address(),
            amount,
            text: MemoText::new(text)?,
            identity: PayerIdentity::Shown,
            expiry: expiry(world)?,
        };
        market.wallets[from].transfer(&payment, &mut OsRng)?
    };
    let proven = unproven.prove(&world.prover, &world.keys)?;
    let key = &world.institutions[market.who[from]].key;
    let signed = proven.sign(key, Vec::new(), &mut OsRng)?;
    world.desk.must("transfer", &signed)?;
    market.sync(world)
}

/// The second institution redeems.
fn redeem(world: &mut World, market: &mut Market, amount: Amount) -> Result<(), DemoError> {
    let order = obolus_wallet::Redemption {
        amount,
        payout_reference: *blake3::hash(b"payout 1").as_bytes(),
        text: MemoText::new("payout 1")?,
        expiry: expiry(world)?,
    };
    let unproven = market.wallets[1].redeem(&order, &mut OsRng)?;
    let proven = unproven.prove(&world.prover, &world.keys)?;
    let key = &world.institutions[market.who[1]].key;
    let signed = proven.sign(key, Vec::new(), &mut OsRng)?;
    world.desk.must("redeem", &signed)?;
    market.sync(world)
}

fn expiry(world: &World) -> Result<Height, DemoError> {
    Ok(world.desk.expiry()?)
}
