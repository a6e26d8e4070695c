//! Verbs that move money: send, redeem, resume.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use obolus_abi::token::TokenState;
use obolus_protocol::amount::{Amount, Exponent};
use obolus_wallet::client::NodeClient;
use obolus_wallet::config::{Token, TokenConfig};
use obolus_wallet::outbox::{Order, PaymentId, Record};
use obolus_wallet::payer::{Paid, PayError, Payer, Step};
use obolus_wallet::{PayerIdentity, StatementProver, Wallet};
use uuid::Uuid;

use super::WalletError;
use super::batch::pay_all;
use super::context::{Context, WalletArgs, prover_under, token_state};
use super::migrate::state_for_moves;
use super::paid::{conclude, conclude_resumed};
use crate::endpoint::ProverArgs;

/// How a payment is made.
#[derive(Args, Clone, Debug)]
pub struct PayArgs {
    #[command(flatten)]
    prover: ProverArgs,
    /// Wait so many seconds for the block; the payment goes on without.
    #[arg(long, value_name = "SECONDS", default_value_t = 30, value_parser = clap::value_parser!(u64).range(0..=60))]
    wait: u64,
    /// How often to assemble a payment anew when the registry changed meanwhile.
    #[arg(long, value_name = "N", default_value_t = 1)]
    retry: u32,
}

/// Arguments of `send`.
#[derive(Args)]
pub struct SendArgs {
    #[command(flatten)]
    common: WalletArgs,
    #[command(flatten)]
    pay: PayArgs,
    /// Whom to pay.
    #[arg(long, value_name = "ADDRESS", required_unless_present = "batch")]
    to: Option<String>,
    /// How much, for example 12.34.
    #[arg(long, value_name = "AMOUNT", required_unless_present = "batch")]
    amount: Option<String>,
    /// What both sides keep with it, at most 256 bytes.
    #[arg(long, value_name = "TEXT", default_value = "")]
    text: String,
    /// Let the recipient know for certain who pays it.
    #[arg(long)]
    show_payer: bool,
    /// Name of the payment (a UUID): the same name never pays twice.
    #[arg(long, value_name = "UUID")]
    id: Option<Uuid>,
    /// Pay every row of this CSV file: to,amount,text,id; the id may be empty.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["to", "amount", "id"])]
    batch: Option<PathBuf>,
    /// Payments of a file at once; without it one per core.
    #[arg(long, value_name = "N", requires = "batch")]
    parallel: Option<usize>,
}

/// Arguments of `redeem`.
#[derive(Args)]
pub struct RedeemArgs {
    #[command(flatten)]
    common: WalletArgs,
    #[command(flatten)]
    pay: PayArgs,
    /// How much, for example 12.34.
    #[arg(long, value_name = "AMOUNT")]
    amount: String,
    /// The payout instruction; the ledger gets its BLAKE3 hash only.
    #[arg(long, value_name = "TEXT")]
    payout: String,
    /// Name of the redemption (a UUID).
    #[arg(long, value_name = "UUID")]
    id: Option<Uuid>,
}

/// Arguments of `resume`.
#[derive(Args)]
pub struct ResumeArgs {
    #[command(flatten)]
    common: WalletArgs,
    #[command(flatten)]
    pay: PayArgs,
}

impl SendArgs {
    /// What every verb takes.
    pub const fn common(&self) -> &WalletArgs {
        &self.common
    }

    /// Whether recipients learn who pays.
    pub const fn identity(&self) -> PayerIdentity {
        if self.show_payer {
            PayerIdentity::Shown
        } else {
            PayerIdentity::Hidden
        }
    }

    /// Payments of a file at once, if said.
    pub const fn parallel(&self) -> Option<usize> {
        self.parallel
    }
}

/// Pays.
pub fn send(args: &SendArgs) -> Result<(), WalletError> {
    let context = args.common.open()?;
    let desk = Desk::open(&context, &args.pay)?;
    if let Some(file) = &args.batch {
        return pay_all(args, file, &context, &desk);
    }
    let (Some(to), Some(amount)) = (&args.to, &args.amount) else {
        return Err(WalletError::Argument(
            "send",
            "give --to and --amount, or --batch".into(),
        ));
    };
    let order = order(&context, to, amount, &args.text, args.identity())?;
    let paid = desk.pay(args.id, &order)?;
    conclude(args.common.output, "obolus.wallet.send/1", &paid)
}

/// Redeems.
pub fn redeem(args: &RedeemArgs) -> Result<(), WalletError> {
    let context = args.common.open()?;
    let desk = Desk::open(&context, &args.pay)?;
    let order = Order::Redeem {
        amount: minor_units(&context, &args.amount)?,
        payout_reference: *blake3::hash(args.payout.as_bytes()).as_bytes(),
        text: args.payout.clone(),
    };
    let paid = desk.pay(args.id, &order)?;
    conclude(args.common.output, "obolus.wallet.redeem/1", &paid)
}

/// Goes on with what was interrupted.
pub fn resume(args: &ResumeArgs) -> Result<(), WalletError> {
    let context = args.common.open()?;
    let desk = Desk::open(&context, &args.pay)?;
    let results = desk.with_payer(|payer| {
        payer.resume(
            &|record, wallet| paid_elsewhere(&context, record, wallet),
            &|_| (),
        )
    })?;
    conclude_resumed(args.common.output, "obolus.wallet.resume/1", results)
}

/// Whether another directory of the seed made this payment of an ISO 20022 message.
fn paid_elsewhere(context: &Context, record: &Record, wallet: &Wallet) -> bool {
    let network = context.token.network;
    let Some(tx) = crate::iso::paid_elsewhere(record, network, wallet.history()) else {
        return false;
    };
    eprintln!(
        "payment {} is not submitted again: transaction {tx} of another directory of this seed has made it; its notes \
         come free when its last block has passed",
        record.id
    );
    true
}

/// A wallet that can pay.
pub struct Desk<'a> {
    context: &'a Context,
    client: NodeClient,
    prover: Box<dyn StatementProver + Sync>,
    circuits: obolus_wallet::CircuitKeys,
    args: &'a PayArgs,
}

impl<'a> Desk<'a> {
    /// A desk that pays from this wallet.
    pub fn open(context: &'a Context, args: &'a PayArgs) -> Result<Self, WalletError> {
        let client = context.client()?;
        let state = token_state(&client)?;
        Self::under(context, args, client, &state)
    }

    /// A desk that moves notes of this wallet to a successor, which may pin another key for what enters it.
    pub fn open_moving(
        context: &'a Context,
        args: &'a PayArgs,
        successor: TokenConfig,
    ) -> Result<Self, WalletError> {
        let mut client = context.client()?;
        let state = state_for_moves(&mut client, &context.token, successor)?;
        Self::under(context, args, client, &state)
    }

    fn under(
        context: &'a Context,
        args: &'a PayArgs,
        client: NodeClient,
        state: &TokenState,
    ) -> Result<Self, WalletError> {
        let (prover, circuits) = prover_under(&context.root, &client, &args.prover, state)?;
        Ok(Self {
            context,
            client,
            prover,
            circuits,
            args,
        })
    }

    /// Runs with everything that a payment takes.
    pub fn with_payer<T>(
        &self,
        run: impl FnOnce(&Payer<'_, NodeClient>) -> Result<T, PayError>,
    ) -> Result<T, WalletError> {
        let payer = self.context.payer(
            &self.client,
            (&*self.prover, &self.circuits),
            Duration::from_secs(self.args.wait),
            self.args.retry,
        );
        Ok(run(&payer)?)
    }

    /// Pays, under this name or a fresh one.
    pub fn pay(&self, id: Option<Uuid>, order: &Order) -> Result<Paid, WalletError> {
        let bar = progress();
        let paid = self.with_payer(|payer| match id {
            Some(id) => payer
                .pay(PaymentId::new(id), order, &|step| show(&bar, step))
                .map(Ok),
            None => match payer.find_in_flight(order)? {
                Some(twin) => Ok(Err(twin)),
                None => payer
                    .pay(PaymentId::random(), order, &|step| show(&bar, step))
                    .map(Ok),
            },
        });
        bar.finish_and_clear();
        paid?.map_err(WalletError::Duplicate)
    }
}

/// Checks a payment's terms.
pub fn order(
    context: &Context,
    to: &str,
    amount: &str,
    text: &str,
    identity: PayerIdentity,
) -> Result<Order, WalletError> {
    obolus_protocol::Address::decode(to, context.token.network)
        .map_err(|error| WalletError::Argument("to", error.to_string()))?;
    free_text(text)?;
    Ok(Order::Pay {
        to: to.to_owned(),
        amount: minor_units(context, amount)?,
        text: text.to_owned(),
        identity,
    })
}

/// Checks a text that somebody wrote. The memo of an ISO 20022 payment is refused: under a UETR that no message ordered it
/// would be taken for the payment of the one that does.
pub fn free_text(text: &str) -> Result<(), WalletError> {
    let bad = |reason| Err(WalletError::Argument("text", reason));
    if let Err(error) = obolus_protocol::memo::MemoText::new(text) {
        return bad(error.to_string());
    }
    match obolus_iso20022::MemoText::decode(text) {
        Ok(_) => bad(
            "it is the memo of an ISO 20022 payment, which only a message can order: use `obolus iso pay`, or write another \
             text"
                .into(),
        ),
        Err(_) => Ok(()),
    }
}

/// Reads an amount as people write it.
pub fn minor_units(context: &Context, text: &str) -> Result<u64, WalletError> {
    minor_units_of(&context.token, text)
}

/// Reads an amount of a token as people write it.
pub fn minor_units_of(token: &Token, text: &str) -> Result<u64, WalletError> {
    let bad = |error: obolus_protocol::amount::AmountError| {
        WalletError::Argument("amount", error.to_string())
    };
    let exponent = Exponent::new(token.exponent).map_err(bad)?;
    match Amount::parse(text, exponent).map_err(bad)? {
        Amount::ZERO => Err(WalletError::Argument(
            "amount",
            "it is zero: give at least the smallest unit".into(),
        )),
        amount => Ok(amount.get()),
    }
}

/// Draws on a terminal only.
fn progress() -> ProgressBar {
    let bar = ProgressBar::new_spinner();
    bar.set_style(ProgressStyle::default_spinner());
    bar
}

fn show(bar: &ProgressBar, step: Step) {
    bar.set_message(match step {
        Step::Sync => "reading new blocks",
        Step::Select => "choosing notes",
        Step::Prove => "proving",
        Step::Sign => "signing",
        Step::Submit => "waiting for the block",
    });
    bar.enable_steady_tick(Duration::from_millis(100));
}
