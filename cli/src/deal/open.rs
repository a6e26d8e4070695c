//! Opening deals: terms from arguments, checked against the directories, proved and submitted.

use clap::{Args, Subcommand};
use obolus_abi::ContractId;
use obolus_abi::deal::LegState;
use obolus_protocol::Amount;
use obolus_protocol::deal::DealSecret;
use obolus_protocol::rate::Rate;
use obolus_protocol::{Address, Owner};
use obolus_wallet::deal::{Kind, LegPlan, Party, Terms, open as opening};
use obolus_wallet::{AssembleError, TokenView, Wallet};
use rand::rngs::OsRng;
use serde::Serialize;

use super::DealError;
use super::condition::ConditionArgs;
use super::context::{Desk, WorkArgs, amount, contract_id};
use super::show::{LegOut, leg_out};
use super::submit::submit;
use super::time::{now_ms, parse, show};
use crate::wallet::Context;

/// Which kind of deal.
#[derive(Subcommand)]
pub enum OpenCommand {
    /// A security against cash: this wallet pays the first wallet's token and receives the second one's.
    Dvp(DvpArgs),
    /// One currency against another at a rate: as dvp, and the second amount follows from the rate.
    Pvp(PvpArgs),
    /// A payment on an attestation, on approvals, or from a time on.
    Conditional(ConditionalArgs),
    /// Scheduled payments.
    Standing(StandingArgs),
}

/// What every deal has.
#[derive(Args)]
struct Agreement {
    #[command(flatten)]
    work: WorkArgs,
    /// The settlement contract, which the tokens' registrars have approved.
    #[arg(long, value_name = "ID", value_parser = contract_id)]
    contract: ContractId,
    /// The counterparty's address.
    #[arg(long = "with", value_name = "ADDRESS")]
    counterparty: String,
    /// What both parties keep with it.
    #[arg(long, value_name = "TEXT", default_value = "")]
    text: String,
}

/// Arguments of `open dvp`.
#[derive(Args)]
pub struct DvpArgs {
    #[command(flatten)]
    agreement: Agreement,
    /// How much of the first wallet's token this wallet pays, for example 12.34 or "12.34 EUR".
    #[arg(long, value_name = "AMOUNT")]
    pay: String,
    /// How much of the second wallet's token it receives.
    #[arg(long, value_name = "AMOUNT")]
    receive: String,
    /// Until when it can be settled: 10m, 2h, or 2026-07-01T12:00:00Z.
    #[arg(long, value_name = "TIME")]
    expires: String,
}

/// Arguments of `open pvp`.
#[derive(Args)]
pub struct PvpArgs {
    #[command(flatten)]
    agreement: Agreement,
    /// How much of the first wallet's token this wallet pays.
    #[arg(long, value_name = "AMOUNT")]
    pay: String,
    /// The rate, which is public: P units of the second wallet's token for Q units of the first one's, for example 92/100.
    /// The amount that is received is rounded down to the minor unit.
    #[arg(long, value_name = "P/Q")]
    rate: String,
    /// Until when it can be settled.
    #[arg(long, value_name = "TIME")]
    expires: String,
}

/// Arguments of `open conditional`.
#[derive(Args)]
pub struct ConditionalArgs {
    #[command(flatten)]
    agreement: Agreement,
    /// How much this wallet pays.
    #[arg(long, value_name = "AMOUNT")]
    pay: String,
    #[command(flatten)]
    condition: ConditionArgs,
    /// Until when the condition can be fulfilled; for --at it may be left out.
    #[arg(long, value_name = "TIME", required_unless_present = "at")]
    expires: Option<String>,
}

/// Arguments of `open standing`.
#[derive(Args)]
pub struct StandingArgs {
    #[command(flatten)]
    agreement: Agreement,
    /// A payment and when it is due, for example 2026-07-01T00:00:00Z=100.00; repeat it, at most eight times.
    #[arg(long, value_name = "TIME=AMOUNT", required = true)]
    due: Vec<String>,
}

#[derive(Serialize)]
struct Opened {
    deal: String,
    contract: String,
    kind: &'static str,
    legs: Vec<LegOut>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_ms: Option<u64>,
    stage: &'static str,
    transaction: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    height: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
}

/// What is to be agreed, before the parties are looked up.
struct Plan {
    kind: Kind,
    legs: Vec<LegPlan>,
}

/// Opens a deal.
pub fn open(command: &OpenCommand) -> Result<(), DealError> {
    let now = now_ms();
    match command {
        OpenCommand::Dvp(args) => agree(&args.agreement, |desk| {
            let [pays, receives] = two(desk)?;
            let legs = [
                (pays, amount("pay", &args.pay, pays)?),
                (receives, amount("receive", &args.receive, receives)?),
            ];
            Ok(Plan {
                kind: Kind::Dvp {
                    expiry_ms: parse("expires", &args.expires, now)?,
                },
                legs: legs.map(plan).to_vec(),
            })
        }),
        OpenCommand::Pvp(args) => agree(&args.agreement, |desk| {
            let [pays, receives] = two(desk)?;
            let rate = rate(&args.rate, pays, receives)?;
            let first = amount("pay", &args.pay, pays)?;
            let legs = [(pays, first), (receives, rate.convert(first)?)];
            Ok(Plan {
                kind: Kind::Pvp {
                    expiry_ms: parse("expires", &args.expires, now)?,
                    rate,
                },
                legs: legs.map(plan).to_vec(),
            })
        }),
        OpenCommand::Conditional(args) => agree(&args.agreement, |desk| {
            let pays = one(desk)?;
            let until = args.expires.as_deref().or(args.condition.at.as_deref());
            let condition = args.condition.condition(now)?;
            let until = until.ok_or(DealError::Argument("expires", "give a time".into()))?;
            Ok(Plan {
                kind: Kind::Conditional {
                    expiry_ms: parse("expires", until, now)?,
                    condition,
                },
                legs: vec![plan((pays, amount("pay", &args.pay, pays)?))],
            })
        }),
        OpenCommand::Standing(args) => agree(&args.agreement, |desk| {
            let pays = one(desk)?;
            let mut payments = Vec::new();
            for due in &args.due {
                let parts = due.split_once('=');
                let (time, value) = parts.ok_or(DealError::Argument(
                    "due",
                    format!("{due} is not TIME=AMOUNT"),
                ))?;
                payments.push((parse("due", time, now)?, amount("due", value, pays)?));
            }
            payments.sort_by_key(|(due_ms, _)| *due_ms);
            Ok(Plan {
                kind: Kind::Standing {
                    due_ms: payments.iter().map(|(due_ms, _)| *due_ms).collect(),
                },
                legs: payments
                    .iter()
                    .map(|(_, value)| plan((pays, *value)))
                    .collect(),
            })
        }),
    }
}

fn plan((context, amount): (&Context, Amount)) -> LegPlan {
    LegPlan {
        token: context.token.config.token,
        amount,
    }
}

fn two(desk: &Desk) -> Result<[&Context; 2], DealError> {
    match desk.contexts() {
        [pays, receives] => Ok([pays, receives]),
        _ => Err(DealError::Wallets(
            "--wallet",
            "two wallets: first the one that pays, then the one that receives",
        )),
    }
}

fn one(desk: &Desk) -> Result<&Context, DealError> {
    match desk.contexts() {
        [pays] => Ok(pays),
        _ => Err(DealError::Wallets(
            "--wallet",
            "one wallet: the one that pays",
        )),
    }
}

/// A rate of whole units as one of minor units.
fn rate(text: &str, first: &Context, second: &Context) -> Result<Rate, DealError> {
    let bad = || {
        DealError::Argument(
            "rate",
            format!("{text} is no rate: write two whole numbers above zero, such as 92/100"),
        )
    };
    let (p, q) = text.split_once('/').ok_or_else(bad)?;
    let number = |text: &str| text.parse::<u64>().ok().filter(|number| *number > 0);
    let (p, q) = (number(p).ok_or_else(bad)?, number(q).ok_or_else(bad)?);
    let (first, second) = (first.token.exponent, second.token.exponent);
    let common = first.min(second);
    let scale = |number: u64, exponent: u8| {
        let factor = 10_u64.checked_pow(u32::from(exponent - common))?;
        number.checked_mul(factor)
    };
    let p = scale(p, second).ok_or_else(bad)?;
    let q = scale(q, first).ok_or_else(bad)?;
    Ok(Rate::new(p, q)?)
}

/// Looks the parties up, makes terms of the plan, opens the deal.
fn agree(
    args: &Agreement,
    plan: impl FnOnce(&Desk) -> Result<Plan, DealError>,
) -> Result<(), DealError> {
    let common = &args.work.common;
    let desk = common.open()?;
    let Plan { kind, legs } = plan(&desk)?;
    let wallets = desk.sync()?;
    for (wallet, context) in wallets.iter().zip(desk.contexts()) {
        if !wallet.view().approved().contains(&args.contract) {
            let unit = context.token.unit.clone();
            return Err(DealError::NotApproved(args.contract, unit));
        }
    }
    let first = desk.first()?;
    let wallet = wallets.first().ok_or(AssembleError::NoDeal)?;
    let terms = Terms {
        contract: args.contract,
        kind,
        parties: [own(wallet)?, counterparty(args, first, wallet)?],
        legs,
        secret: DealSecret::random(&mut OsRng),
        text: args.text.clone(),
    };
    let views: Vec<&TokenView> = wallets.iter().map(Wallet::view).collect();
    let expiry = wallet.default_expiry();
    let draft = opening::open(&terms, &views, &first.keys, expiry, &mut OsRng)?;
    let client = desk.client()?;
    let (prover, circuits) = desk.prover(&client, &args.work.prover)?;
    let proven = draft.prove(&*prover, &circuits)?;
    let signed = proven.sign(&first.spending, Vec::new(), &mut OsRng)?;
    let end = submit(&client, signed.transaction(), args.work.patience())?;
    let (code, detail) = end.refusal.clone().unzip();
    let shown: Vec<LegOut> = terms
        .legs()
        .filter_map(|leg| leg_out(&desk, &terms, leg, LegState::Empty, 0))
        .collect();
    let out = Opened {
        deal: terms.id().to_string(),
        contract: terms.contract.to_string(),
        kind: super::show::kind(&terms.kind),
        expires_ms: super::show::expiry(&terms.kind),
        stage: end.stage,
        transaction: end.tx.to_string(),
        height: end.height,
        code,
        detail,
        legs: shown,
    };
    let mut lines = vec![format!("deal      {}", out.deal)];
    lines.extend(out.legs.iter().map(LegOut::line));
    if let Some(expiry) = out.expires_ms {
        lines.push(format!("expires   {}", show(expiry)));
    }
    lines.push(format!("opening   {}; nothing is locked yet", out.stage));
    common
        .output
        .print("obolus.deal.open/1", &out, lines.join("\n"));
    end.verdict()
}

/// This wallet as its directory lists it.
fn own(wallet: &Wallet) -> Result<Party, DealError> {
    party(wallet, &wallet.keys().owner()).ok_or_else(|| AssembleError::NotRegistered.into())
}

/// The counterparty, whose address must be the one that the directory lists.
fn counterparty(args: &Agreement, first: &Context, wallet: &Wallet) -> Result<Party, DealError> {
    let address = Address::decode(&args.counterparty, first.token.network)
        .map_err(|error| DealError::Argument("with", error.to_string()))?;
    let listed = party(wallet, &address.owner).ok_or(AssembleError::UnknownRecipient)?;
    if listed.epk != address.epk {
        return Err(AssembleError::AddressMismatch.into());
    }
    Ok(listed)
}

fn party(wallet: &Wallet, owner: &Owner) -> Option<Party> {
    Party::of(wallet.view().directory().by_owner(owner)?)
}
