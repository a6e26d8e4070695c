//! Payments of several wallets: offering one, and putting the transaction together.

use std::path::PathBuf;

use clap::Args;
use obolus_abi::ContractId;
use obolus_protocol::Address;
use obolus_protocol::memo::MemoText;
use obolus_protocol::tx::Height;
use obolus_wallet::Payment;
use obolus_wallet::deal::offers::{Kept, Offers};
use obolus_wallet::deal::together::{self, Offer};
use rand::rngs::OsRng;
use serde::Serialize;

use super::DealError;
use super::context::{DealArgs, amount, contract_id, sync};
use super::files::{Joint, read_offer, write_offer};

/// Arguments of `offer`.
#[derive(Args)]
pub struct OfferArgs {
    #[command(flatten)]
    common: DealArgs,
    /// Whom to pay.
    #[arg(long, value_name = "ADDRESS")]
    to: String,
    /// How much, for example 12.34.
    #[arg(long, value_name = "AMOUNT")]
    amount: String,
    /// What both sides keep with it.
    #[arg(long, value_name = "TEXT", default_value = "")]
    text: String,
    /// Write the offer here, for whoever puts the transaction together.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

/// Arguments of `join`.
#[derive(Args)]
pub struct JoinArgs {
    #[command(flatten)]
    common: DealArgs,
    /// A swap: the dvp contract, and two offers of two tokens.
    #[arg(long, value_name = "CONTRACT", value_parser = contract_id, required_unless_present = "net")]
    swap: Option<ContractId>,
    /// A netting cycle: the netting contract, and up to eight offers.
    #[arg(long, value_name = "CONTRACT", value_parser = contract_id, conflicts_with = "swap", requires = "obligations")]
    net: Option<ContractId>,
    /// What the net payments discharge, as the participants agreed on it; the ledger gets its BLAKE3 hash.
    #[arg(long, value_name = "FILE", requires = "net")]
    obligations: Option<PathBuf>,
    /// For how many blocks the transaction may be included: every payer must sign by then.
    #[arg(long, value_name = "BLOCKS", default_value_t = 900, value_parser = clap::value_parser!(u64).range(1..=900))]
    valid_for: u64,
    /// Write the transaction here, for every payer to sign.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// The offers.
    #[arg(value_name = "OFFER", required = true)]
    offers: Vec<PathBuf>,
}

#[derive(Serialize)]
struct OfferOut {
    file: PathBuf,
    token: String,
    amount: String,
    unit: String,
    to: String,
}

#[derive(Serialize)]
struct JoinOut {
    file: PathBuf,
    transaction: String,
    contract: String,
    entry: String,
    payments: usize,
    expiry: u64,
}

/// Offers a payment. No notes are reserved yet.
pub fn offer(args: &OfferArgs) -> Result<(), DealError> {
    let desk = args.common.open()?;
    let [context] = desk.contexts() else {
        return Err(DealError::Wallets(
            "--wallet",
            "one wallet: the one that pays",
        ));
    };
    let to = Address::decode(&args.to, context.token.network)
        .map_err(|error| DealError::Argument("to", error.to_string()))?;
    let text = MemoText::new(args.text.clone())
        .map_err(|error| DealError::Argument("text", error.to_string()))?;
    let value = amount("amount", &args.amount, context)?;
    let wallet = sync(context)?;
    let payment = Payment {
        to,
        amount: value,
        text,
        identity: obolus_wallet::PayerIdentity::Hidden,
        expiry: wallet.default_expiry(),
    };
    let share = wallet.share(&payment, &mut OsRng)?;
    let offer = share.offer().clone();
    // Its secrets are on disk before anybody can build on it.
    Offers::of(&context.directory).put(&Kept {
        share,
        to: args.to.clone(),
        amount: value.get(),
    })?;
    write_offer(&args.out, &offer)?;
    let (amount, unit) = desk.show(&offer.token, value);
    let out = OfferOut {
        file: args.out.clone(),
        token: offer.token.to_string(),
        amount,
        unit: unit.unwrap_or_default(),
        to: args.to.clone(),
    };
    let text = format!(
        "offer of {} {} written to {}; no notes are reserved before `deal sign`",
        out.amount,
        out.unit,
        out.file.display()
    );
    args.common.output.print("obolus.deal.offer/1", &out, text);
    Ok(())
}

/// Puts a transaction together.
pub fn join(args: &JoinArgs) -> Result<(), DealError> {
    let offers = args.offers.iter().map(|path| read_offer(path));
    let offers: Vec<Offer> = offers.collect::<Result<_, _>>()?;
    let desk = args.common.open()?;
    let wallet = sync(desk.first()?)?;
    let expiry = Height(wallet.view().tip().0.saturating_add(args.valid_for));
    let body = match (args.swap, args.net, &args.obligations) {
        (Some(contract), ..) => {
            let pair = <[Offer; 2]>::try_from(offers)
                .map_err(|_| DealError::Wallets("--swap", "two offers, of two tokens"))?;
            together::swap(&wallet, contract, &pair, expiry)?
        }
        (None, Some(contract), Some(path)) => {
            let text = std::fs::read(path)
                .map_err(|error| crate::wallet::WalletError::Io(path.clone(), error))?;
            let obligations = *blake3::hash(&text).as_bytes();
            together::net(&wallet, contract, obligations, &offers, expiry)?
        }
        _ => {
            return Err(DealError::Wallets(
                "join",
                "--swap, or --net with --obligations",
            ));
        }
    };
    let joint = Joint {
        body,
        parts: Vec::new(),
    };
    joint.create(&args.out)?;
    let body = &joint.body;
    let out = JoinOut {
        file: args.out.clone(),
        transaction: body.digest().to_string(),
        contract: body.contract.to_string(),
        entry: body.entry.as_str().to_owned(),
        payments: Offer::of(body)?.len(),
        expiry: body.expiry.0,
    };
    let text = format!(
        "transaction {} of {} payments written to {}; every payer signs it with `deal sign`, until block {}",
        out.transaction,
        out.payments,
        out.file.display(),
        out.expiry
    );
    args.common.output.print("obolus.deal.join/1", &out, text);
    Ok(())
}
