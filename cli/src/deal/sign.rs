//! Signing a transaction of several wallets, and submitting it.
//!
//! A wallet signs only a transaction that contains its own offer exactly as it was made, passed on by a contract that the
//! token's registrar approved, and shows first what the transaction pays it.

use std::collections::BTreeMap;
use std::io::{BufRead, IsTerminal};
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use obolus_abi::ContractId;
use obolus_protocol::Amount;
use obolus_wallet::Wallet;
use obolus_wallet::deal::offers::{Kept, Offers};
use obolus_wallet::deal::together::{Offer, join_parts, missing};
use obolus_wallet::outbox::Order;
use serde::Serialize;

use super::DealError;
use super::context::{Desk, WorkArgs, wallet_of};
use super::files::Joint;
use super::submit::submit as hand_in;
use crate::endpoint::NodeArgs;
use crate::output::OutputArgs;
use crate::wallet::Context;

/// Arguments of `sign`.
#[derive(Args)]
pub struct SignArgs {
    #[command(flatten)]
    work: WorkArgs,
    /// Sign without asking; what these wallets pay must be given, since a transaction may hold offers that were forgotten.
    #[arg(long, requires = "pays")]
    yes: bool,
    /// Sign only if these wallets pay exactly this, for example "217.00 USD"; repeat it for several tokens.
    #[arg(long, value_name = "AMOUNT UNIT")]
    pays: Vec<String>,
    /// Sign only if the transaction pays these wallets exactly this, for example "9.20 EUR"; repeat it for several tokens.
    #[arg(long, value_name = "AMOUNT UNIT")]
    receives: Vec<String>,
    /// The transaction; it is rewritten with this wallet's part.
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

/// Arguments of `submit`.
#[derive(Args)]
pub struct SubmitArgs {
    #[command(flatten)]
    node: NodeArgs,
    /// Wait so many seconds for the block.
    #[arg(long, value_name = "SECONDS", default_value_t = 30, value_parser = clap::value_parser!(u64).range(0..=60))]
    wait: u64,
    #[command(flatten)]
    output: OutputArgs,
    /// The transaction, signed by every payer.
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

#[derive(Serialize)]
struct MoneyOut {
    amount: String,
    unit: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    to: Option<String>,
}

#[derive(Serialize)]
struct SignOut {
    file: PathBuf,
    transaction: String,
    pays: Vec<MoneyOut>,
    receives: Vec<MoneyOut>,
    missing: Vec<usize>,
    expiry: u64,
}

#[derive(Serialize)]
struct SubmitOut {
    transaction: String,
    stage: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    height: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
}

/// Shows what a transaction does for these wallets, asks, and signs their payments in it.
pub fn sign(args: &SignArgs) -> Result<(), DealError> {
    let mut joint = Joint::read(&args.file)?;
    let desk = args.work.common.open()?;
    let offers = Offer::of(&joint.body)?;
    let mine = mine(&desk, &offers)?;
    if mine.iter().all(|(_, kept)| kept.is_empty()) {
        return Err(DealError::NotOurs(args.file.clone()));
    }
    let wallets = desk.sync()?;
    for (context, kept) in &mine {
        if !kept.is_empty() && joint.body.chain != context.token.config.chain {
            return Err(DealError::ForeignChain(args.file.clone()));
        }
        let wallet = wallet_of(&wallets, &context.token.config.token);
        let approved = wallet.is_some_and(|w| w.view().approved().contains(&joint.body.contract));
        if !kept.is_empty() && !approved {
            let unit = context.token.unit.clone();
            return Err(DealError::NotApproved(joint.body.contract, unit));
        }
    }
    let receives = received(&desk, &wallets, &offers);
    let pays = paid(&desk, &mine);
    if !args.receives.is_empty() {
        let got = receives.iter().map(line).collect();
        check_exactly(got, &args.receives, DealError::PaysOther)?;
    }
    if !args.pays.is_empty() {
        check_exactly(totals(&desk, &mine), &args.pays, DealError::CostsOther)?;
    }
    eprintln!("{}", summary(&joint, &pays, &receives));
    if !args.yes {
        confirm()?;
    }
    let client = desk.client()?;
    let (prover, circuits) = desk.prover(&client, &args.work.prover)?;
    for (context, kept) in mine {
        if kept.is_empty() {
            continue;
        }
        let order = Order::Joint {
            to: kept.iter().map(|kept| kept.to.clone()).collect(),
            amount: total(&kept),
        };
        let shares: Vec<_> = kept.into_iter().map(|kept| kept.share).collect();
        let client = context.client()?;
        let payer = context.payer(&client, (&*prover, &circuits), args.work.patience(), 0);
        let part = payer.join(&order, &shares, &joint.body, &|_| ())?;
        joint.add(part);
        joint.replace(&args.file)?;
    }
    let out = SignOut {
        file: args.file.clone(),
        transaction: joint.body.digest().to_string(),
        pays,
        receives,
        missing: missing(&joint.body, &joint.parts)?,
        expiry: joint.body.expiry.0,
    };
    let text = match out.missing.len() {
        0 => "signed by every payer: hand it in with `deal submit`".to_owned(),
        left => format!("signed; {left} payments are not signed yet"),
    };
    args.work
        .common
        .output
        .print("obolus.deal.sign/1", &out, text);
    Ok(())
}

/// The offers among these that each wallet made, with their secrets.
fn mine<'a>(desk: &'a Desk, offers: &[Offer]) -> Result<Vec<(&'a Context, Vec<Kept>)>, DealError> {
    let mut mine = Vec::new();
    for context in desk.contexts() {
        let own = offers
            .iter()
            .filter(|offer| offer.token == context.token.config.token);
        let mut kept = Vec::new();
        for offer in own {
            kept.extend(Offers::of(&context.directory).get(offer)?);
        }
        mine.push((context, kept));
    }
    Ok(mine)
}

fn paid(desk: &Desk, mine: &[(&Context, Vec<Kept>)]) -> Vec<MoneyOut> {
    let all = mine.iter().flat_map(|(_, kept)| kept);
    all.map(|kept| {
        let token = kept.share.offer().token;
        money(
            desk,
            &token,
            Amount::new(kept.amount),
            Some(kept.to.clone()),
        )
    })
    .collect()
}

/// What the transaction pays these wallets, by token. What their memos say is checked against the commitments.
fn received(desk: &Desk, wallets: &[Wallet], offers: &[Offer]) -> Vec<MoneyOut> {
    let mut sums: BTreeMap<ContractId, u64> = BTreeMap::new();
    for offer in offers {
        let wallet = wallet_of(wallets, &offer.token);
        if let Some(amount) = wallet.and_then(|wallet| wallet.receives(offer)) {
            let sum = sums.entry(offer.token).or_default();
            *sum = sum.saturating_add(amount.get());
        }
    }
    sums.iter()
        .map(|(token, sum)| money(desk, token, Amount::new(*sum), None))
        .collect()
}

fn money(desk: &Desk, token: &ContractId, amount: Amount, to: Option<String>) -> MoneyOut {
    let (amount, unit) = desk.show(token, amount);
    MoneyOut {
        amount,
        unit: unit.unwrap_or_default(),
        to,
    }
}

/// What each wallet pays in all, by token.
fn totals(desk: &Desk, mine: &[(&Context, Vec<Kept>)]) -> Vec<String> {
    let paying = mine.iter().filter(|(_, kept)| !kept.is_empty());
    paying
        .map(|(context, kept)| {
            let token = &context.token.config.token;
            line(&money(desk, token, Amount::new(total(kept)), None))
        })
        .collect()
}

/// What one wallet's payments come to, in minor units.
fn total(kept: &[Kept]) -> u64 {
    let amounts = kept.iter().map(|kept| kept.amount);
    amounts.fold(0, u64::saturating_add)
}

fn check_exactly(
    mut got: Vec<String>,
    expected: &[String],
    other: impl FnOnce(String, String) -> DealError,
) -> Result<(), DealError> {
    let mut expected = expected.to_vec();
    got.sort_unstable();
    expected.sort_unstable();
    if got == expected {
        return Ok(());
    }
    let text = |list: &[String]| match list {
        [] => "nothing".to_owned(),
        list => list.join(" and "),
    };
    Err(other(text(&got), text(&expected)))
}

fn line(money: &MoneyOut) -> String {
    format!("{} {}", money.amount, money.unit)
}

fn summary(joint: &Joint, pays: &[MoneyOut], receives: &[MoneyOut]) -> String {
    let mut lines = vec![format!(
        "transaction {} at contract {}, until block {}",
        joint.body.digest(),
        joint.body.contract,
        joint.body.expiry
    )];
    for money in pays {
        let to = money.to.as_deref().unwrap_or_default();
        lines.push(format!("these wallets pay      {} to {to}", line(money)));
    }
    for money in receives {
        lines.push(format!("these wallets receive  {}", line(money)));
    }
    if receives.is_empty() {
        lines.push("these wallets receive  nothing; give the wallet of the token that is received to see it".into());
    }
    lines.join("\n")
}

/// Asks on the terminal.
fn confirm() -> Result<(), DealError> {
    let input = std::io::stdin();
    if !input.is_terminal() {
        return Err(DealError::NotATerminal);
    }
    eprintln!("Sign? Type yes:");
    let mut answer = String::new();
    let read = input.lock().read_line(&mut answer);
    match read {
        Ok(_) if answer.trim() == "yes" => Ok(()),
        _ => Err(DealError::Declined),
    }
}

/// Submits a transaction that every payer has signed.
pub fn submit(args: &SubmitArgs) -> Result<(), DealError> {
    let joint = Joint::read(&args.file)?;
    let client = crate::wallet::client(&args.node.settings())?;
    let signed = join_parts(joint.body, &joint.parts)?;
    let end = hand_in(
        &client,
        signed.transaction(),
        Duration::from_secs(args.wait),
    )?;
    let (code, detail) = end.refusal.clone().unzip();
    let out = SubmitOut {
        transaction: end.tx.to_string(),
        stage: end.stage,
        height: end.height,
        code,
        detail,
    };
    let text = format!("transaction {} {}", out.transaction, out.stage);
    args.output.print("obolus.deal.submit/1", &out, text);
    end.verdict()
}
