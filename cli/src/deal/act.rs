//! What parties do in a deal: lock, settle, release, take back, decline, cancel.

use clap::Args;
use obolus_abi::DealId;
use obolus_abi::deal::LegState;
use obolus_abi::deal::conditional::Verdict;
use obolus_wallet::client::NodeClient;
use obolus_wallet::deal::payout::{self, Payout};
use obolus_wallet::deal::{Deal, DealDraft, Kind};
use obolus_wallet::outbox::{Order, PaymentId};
use obolus_wallet::payer::Paid;
use obolus_wallet::{AssembleError, CircuitKeys, StatementProver, Wallet};
use rand::rngs::OsRng;
use serde::Serialize;

use super::DealError;
use super::context::{Desk, WorkArgs, deal_id, find, wallet_of};
use super::submit::{already, conclude, submit};
use crate::wallet::{Context, PaidOut, WalletError};

/// Arguments of `settle`, `decline` and `cancel`.
#[derive(Args)]
pub struct ActArgs {
    #[command(flatten)]
    work: WorkArgs,
    /// The deal.
    #[arg(value_name = "ID", value_parser = deal_id)]
    deal: DealId,
}

/// Arguments of `deposit`, `release` and `refund`.
#[derive(Args)]
pub struct LegArgs {
    #[command(flatten)]
    work: WorkArgs,
    /// The deal.
    #[arg(value_name = "ID", value_parser = deal_id)]
    deal: DealId,
    /// The leg, from 0. Without it, `deposit` locks every leg that this wallet pays; `release` and `refund` mean leg 0.
    #[arg(long, value_name = "N")]
    leg: Option<u8>,
}

#[derive(Serialize)]
struct DepositsOut {
    deal: String,
    deposits: Vec<DepositOut>,
}

#[derive(Serialize)]
struct DepositOut {
    leg: u8,
    #[serde(flatten)]
    paid: PaidOut,
}

/// What makes and submits payments.
struct Works {
    client: NodeClient,
    prover: Box<dyn StatementProver + Sync>,
    circuits: CircuitKeys,
}

impl Works {
    fn of(desk: &Desk, args: &WorkArgs) -> Result<Self, DealError> {
        let client = desk.client()?;
        let (prover, circuits) = desk.prover(&client, &args.prover)?;
        Ok(Self {
            client,
            prover,
            circuits,
        })
    }
}

/// Locks what this wallet pays. Each leg's deposit has a name of its own in the outbox, so it is made once.
pub fn deposit(args: &LegArgs) -> Result<(), DealError> {
    let common = &args.work.common;
    let desk = common.open()?;
    let wallets = desk.sync()?;
    let deal = find(&wallets, &args.deal)?;
    let legs = to_fund(&desk, deal, args.leg)?;
    let works = Works::of(&desk, &args.work)?;
    let mut out = DepositsOut {
        deal: args.deal.to_string(),
        deposits: Vec::new(),
    };
    let mut failure = None;
    for leg in legs {
        let plan = deal.terms.leg(leg)?;
        let context = desk.of(&plan.token).ok_or(AssembleError::OtherToken)?;
        let order = Order::Deposit {
            deal: args.deal,
            leg,
            amount: plan.amount.get(),
        };
        let id = PaymentId::of_deposit(&args.deal, leg);
        match fund(context, &works, args, (id, &order)) {
            Ok(paid) => {
                out.deposits.push(DepositOut {
                    leg,
                    paid: PaidOut::of(&paid),
                });
                if let Err(error) = WalletError::from_stage(id, &paid.stage) {
                    failure = failure.or(Some(DealError::Deposit(error)));
                }
            }
            // The later legs are not tried: what stands in the way of one stands in the way of all.
            Err(error) if out.deposits.is_empty() => return Err(error),
            Err(error) => {
                failure = Some(error);
                break;
            }
        }
    }
    let lines: Vec<String> = out
        .deposits
        .iter()
        .map(|DepositOut { leg, paid }| match paid.height {
            Some(height) => format!("leg {leg}: committed in block {height}"),
            None => format!("leg {leg}: {}", paid.stage),
        })
        .collect();
    common
        .output
        .print("obolus.deal.deposit/1", &out, lines.join("\n"));
    failure.map_or(Ok(()), Err)
}

/// The legs that are meant: the one named, else those that this wallet pays and that are empty, else all that it pays, so
/// that a repeated command says what became of them.
fn to_fund(desk: &Desk, deal: &Deal, named: Option<u8>) -> Result<Vec<u8>, DealError> {
    if let Some(leg) = named {
        deal.terms.leg(leg)?;
        return Ok(vec![leg]);
    }
    let owner = desk.first()?.keys.owner();
    let ours = |leg: &u8| deal.terms.party(deal.terms.payer_of(*leg)).owner == owner;
    let ours: Vec<u8> = deal.terms.legs().filter(ours).collect();
    if ours.is_empty() {
        return Err(DealError::NothingToFund);
    }
    let empty = |leg: &u8| state(deal, *leg) == Some(LegState::Empty);
    let empty: Vec<u8> = ours.iter().copied().filter(empty).collect();
    Ok(if empty.is_empty() { ours } else { empty })
}

fn fund(
    context: &Context,
    works: &Works,
    args: &LegArgs,
    (id, order): (PaymentId, &Order),
) -> Result<Paid, DealError> {
    let client = context.client()?;
    let payer = context.payer(
        &client,
        (&*works.prover, &works.circuits),
        args.work.patience(),
        1,
    );
    Ok(payer.pay(id, order, &|_| ())?)
}

fn state(deal: &Deal, leg: u8) -> Option<LegState> {
    let record = deal.legs.get(usize::from(leg));
    record.map(|record| record.state)
}

/// Releases both legs of a pair.
pub fn settle(args: &ActArgs) -> Result<(), DealError> {
    const SCHEMA: &str = "obolus.deal.settle/1";
    perform(&args.work, SCHEMA, (&args.deal, None), |deal, wallets| {
        if deal.legs.iter().all(|leg| leg.state == LegState::Released) {
            return Ok(None);
        }
        let [first, second] = wallets else {
            return Err(DealError::Wallets(
                "--wallet",
                "both wallets, one for each leg",
            ));
        };
        let expiry = first.default_expiry();
        Ok(Some(payout::settle(
            [first, second],
            &args.deal,
            expiry,
            &mut OsRng,
        )?))
    })
}

/// Pays a leg out to its payee.
pub fn release(args: &LegArgs) -> Result<(), DealError> {
    pay_out(args, "obolus.deal.release/1", Payout::Release)
}

/// Pays a leg back to its payer.
pub fn refund(args: &LegArgs) -> Result<(), DealError> {
    pay_out(args, "obolus.deal.refund/1", Payout::Refund)
}

fn pay_out(args: &LegArgs, schema: &'static str, payout: Payout) -> Result<(), DealError> {
    let leg = args.leg.unwrap_or_default();
    perform(
        &args.work,
        schema,
        (&args.deal, Some(leg)),
        |deal, wallets| {
            let pair = matches!(deal.terms.kind, Kind::Dvp { .. } | Kind::Pvp { .. });
            if pair && payout == Payout::Release {
                return Err(DealError::Together);
            }
            let plan = deal.terms.leg(leg)?;
            let done = match payout {
                Payout::Release => LegState::Released,
                Payout::Refund => LegState::Refunded,
            };
            if state(deal, leg) == Some(done) {
                return Ok(None);
            }
            let wallet = wallet_of(wallets, &plan.token).ok_or(AssembleError::OtherToken)?;
            let expiry = wallet.default_expiry();
            Ok(Some(
                wallet.pay_out(&args.deal, leg, payout, expiry, &mut OsRng)?,
            ))
        },
    )
}

/// Gives a conditional payment up.
pub fn decline(args: &ActArgs) -> Result<(), DealError> {
    const SCHEMA: &str = "obolus.deal.decline/1";
    perform(&args.work, SCHEMA, (&args.deal, None), |deal, wallets| {
        if !matches!(deal.terms.kind, Kind::Conditional { .. }) {
            return Err(DealError::OtherCondition("a condition"));
        }
        if deal.verdict == Verdict::Failed {
            return Ok(None);
        }
        let wallet = knowing(wallets, &args.deal)?;
        Ok(Some(wallet.decline(&args.deal, wallet.default_expiry())?))
    })
}

/// Cancels what is not due.
pub fn cancel(args: &ActArgs) -> Result<(), DealError> {
    const SCHEMA: &str = "obolus.deal.cancel/1";
    perform(&args.work, SCHEMA, (&args.deal, None), |deal, wallets| {
        if !matches!(deal.terms.kind, Kind::Standing { .. }) {
            return Err(DealError::OtherCondition("due times"));
        }
        if deal.cancelled_ms.is_some() {
            return Ok(None);
        }
        let wallet = knowing(wallets, &args.deal)?;
        Ok(Some(wallet.cancel(&args.deal, wallet.default_expiry())?))
    })
}

/// A wallet that has the deal in its book.
fn knowing<'a>(wallets: &'a [Wallet], deal: &DealId) -> Result<&'a Wallet, DealError> {
    let mut knowing = wallets.iter().filter(|w| w.deals().get(deal).is_some());
    knowing.next().ok_or(DealError::NoDeal(*deal))
}

/// Looks whether there is anything left to do, and does it. Notes of legs only are spent, so none is reserved: if the
/// process ends anywhere, the same command goes on from what the blocks say.
fn perform(
    work: &WorkArgs,
    schema: &'static str,
    (deal, leg): (&DealId, Option<u8>),
    draft: impl FnOnce(&Deal, &[Wallet]) -> Result<Option<DealDraft>, DealError>,
) -> Result<(), DealError> {
    let desk = work.common.open()?;
    let wallets = desk.sync()?;
    let Some(draft) = draft(find(&wallets, deal)?, &wallets)? else {
        already(work.common.output, schema, (deal, leg));
        return Ok(());
    };
    let works = Works::of(&desk, work)?;
    let proven = draft.prove(&*works.prover, &works.circuits)?;
    let signed = proven.sign(&desk.first()?.spending, Vec::new(), &mut OsRng)?;
    let end = submit(&works.client, signed.transaction(), work.patience())?;
    conclude(work.common.output, schema, (deal, leg), &end)
}
