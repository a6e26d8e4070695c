//! Verbs that move money: send, redeem, resume.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use obolus_protocol::amount::{Amount, Exponent};
use obolus_wallet::client::NodeClient;
use obolus_wallet::outbox::{Order, PaymentId, Stage};
use obolus_wallet::payer::{Paid, PayError, Payer, Step, random_bytes};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::WalletError;
use super::context::{Context, WalletArgs};

#[derive(Args, Clone, Debug)]
struct PayArgs {
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

#[derive(Serialize)]
struct PaidOut {
    id: String,
    stage: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    transaction: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    height: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
}

#[derive(Serialize)]
struct BatchOut {
    payments: Vec<PaidOut>,
    committed: usize,
}

/// Pays.
pub fn send(args: &SendArgs) -> Result<(), WalletError> {
    let context = args.common.open()?;
    let desk = Desk::open(&context, &args.pay)?;
    if let Some(file) = &args.batch {
        return batch(args, file, &context, &desk);
    }
    let (Some(to), Some(amount)) = (&args.to, &args.amount) else {
        return Err(WalletError::Argument(
            "send",
            "give --to and --amount, or --batch".into(),
        ));
    };
    let order = order(&context, to, amount, &args.text)?;
    let paid = desk.pay(args.id, &order)?;
    conclude(&args.common, "obolus.wallet.send/1", &paid)
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
    conclude(&args.common, "obolus.wallet.redeem/1", &paid)
}

/// Goes on with what was interrupted.
pub fn resume(args: &ResumeArgs) -> Result<(), WalletError> {
    let context = args.common.open()?;
    let desk = Desk::open(&context, &args.pay)?;
    let paid = desk.with_payer(|payer| payer.resume(&|_| ()))?;
    conclude_all(
        &args.common,
        "obolus.wallet.resume/1",
        paid.into_iter().map(Ok).collect(),
    )
}

/// A wallet that can pay.
struct Desk<'a> {
    context: &'a Context,
    client: NodeClient,
    prover: obolus_prover::DevProvers,
    circuits: obolus_wallet::CircuitKeys,
    args: &'a PayArgs,
}

impl<'a> Desk<'a> {
    fn open(context: &'a Context, args: &'a PayArgs) -> Result<Self, WalletError> {
        let client = context.client()?;
        let (prover, circuits) = context.provers(&client)?;
        Ok(Self {
            context,
            client,
            prover,
            circuits,
            args,
        })
    }

    fn with_payer<T>(
        &self,
        run: impl FnOnce(&Payer<'_, NodeClient>) -> Result<T, PayError>,
    ) -> Result<T, WalletError> {
        let payer = Payer {
            directory: &self.context.directory,
            token: self.context.token.config,
            network: self.context.token.network,
            keys: &self.context.keys,
            spending: &self.context.spending,
            node: &self.client,
            prover: &self.prover,
            circuits: &self.circuits,
            wait: Duration::from_secs(self.args.wait),
            retries: self.args.retry,
        };
        Ok(run(&payer)?)
    }

    fn pay(&self, id: Option<Uuid>, order: &Order) -> Result<Paid, WalletError> {
        let bar = progress();
        let paid = self.with_payer(|payer| match id {
            Some(id) => payer
                .pay(PaymentId::new(id), order, &|step| show(&bar, step))
                .map(Ok),
            None => match payer.find_in_flight(order)? {
                Some(twin) => Ok(Err(twin)),
                None => payer
                    .pay(fresh_id(), order, &|step| show(&bar, step))
                    .map(Ok),
            },
        });
        bar.finish_and_clear();
        paid?.map_err(WalletError::Duplicate)
    }
}

/// One row of a payments file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    to: String,
    amount: String,
    #[serde(default)]
    text: String,
    #[serde(default)]
    id: Option<String>,
}

fn batch(
    args: &SendArgs,
    file: &PathBuf,
    context: &Context,
    desk: &Desk<'_>,
) -> Result<(), WalletError> {
    let orders = rows(context, file)?;
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let workers = args
        .parallel
        .unwrap_or(cores)
        .clamp(1, 64)
        .min(orders.len().max(1));
    let next = AtomicUsize::new(0);
    let results = Mutex::new(BTreeMap::new());
    std::thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                while let Some((id, order)) = orders.get(next.fetch_add(1, Ordering::SeqCst)) {
                    let paid = desk.with_payer(|payer| payer.pay(*id, order, &|_| ()));
                    let mut results = results
                        .lock()
                        .unwrap_or_else(std::sync::PoisonError::into_inner);
                    results.insert(*id, paid);
                }
            });
        }
    });
    let mut results = results
        .into_inner()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    let ordered = orders
        .iter()
        .filter_map(|(id, _)| results.remove(id))
        .collect();
    conclude_all(&args.common, "obolus.wallet.send-batch/1", ordered)
}

/// Reads a payments file; nothing is paid if a row is malformed. A row without an id gets one from the file's content, so
/// that running the same file again does not pay again.
fn rows(context: &Context, file: &PathBuf) -> Result<Vec<(PaymentId, Order)>, WalletError> {
    let text = std::fs::read(file).map_err(|error| WalletError::Io(file.clone(), error))?;
    let digest = blake3::hash(&text);
    let mut reader = csv::Reader::from_reader(text.as_slice());
    let mut orders = BTreeMap::new();
    let mut sequence = Vec::new();
    for (line, row) in (2_u64..).zip(reader.deserialize::<Row>()) {
        let bad = |reason: String| WalletError::Row { line, reason };
        let row = row.map_err(|error| bad(error.to_string()))?;
        let id = match row.id.as_deref().filter(|id| !id.is_empty()) {
            Some(id) => Uuid::try_parse(id).map_err(|error| bad(error.to_string()))?,
            None => {
                let mut hasher = blake3::Hasher::new_keyed(digest.as_bytes());
                hasher.update(&line.to_le_bytes());
                let mut bytes = [0; 16];
                hasher.finalize_xof().fill(&mut bytes);
                uuid::Builder::from_random_bytes(bytes).into_uuid()
            }
        };
        let order = order(context, &row.to, &row.amount, &row.text)
            .map_err(|error| bad(error.to_string()))?;
        if orders.insert(id, ()).is_some() {
            return Err(bad("the id occurs twice".into()));
        }
        sequence.push((PaymentId::new(id), order));
    }
    Ok(sequence)
}

fn order(context: &Context, to: &str, amount: &str, text: &str) -> Result<Order, WalletError> {
    obolus_protocol::Address::decode(to, context.token.network)
        .map_err(|error| WalletError::Argument("to", error.to_string()))?;
    obolus_protocol::memo::MemoText::new(text)
        .map_err(|error| WalletError::Argument("text", error.to_string()))?;
    Ok(Order::Pay {
        to: to.to_owned(),
        amount: minor_units(context, amount)?,
        text: text.to_owned(),
    })
}

/// Reads an amount as people write it.
pub fn minor_units(context: &Context, text: &str) -> Result<u64, WalletError> {
    let bad = |error: obolus_protocol::amount::AmountError| {
        WalletError::Argument("amount", error.to_string())
    };
    let exponent = Exponent::new(context.token.exponent).map_err(bad)?;
    Amount::parse(text, exponent).map(Amount::get).map_err(bad)
}

fn conclude(common: &WalletArgs, schema: &'static str, paid: &Paid) -> Result<(), WalletError> {
    let out = paid_out(paid);
    let verdict = WalletError::from_stage(paid.id, &paid.stage);
    let text = match &verdict {
        Ok(height) => format!("payment {} is committed in block {height}", out.id),
        Err(_) => format!("payment {}: {}", out.id, out.stage),
    };
    common.output.print(schema, &out, text);
    verdict.map(|_| ())
}

fn conclude_all(
    common: &WalletArgs,
    schema: &'static str,
    results: Vec<Result<Paid, WalletError>>,
) -> Result<(), WalletError> {
    let mut payments = Vec::new();
    let mut lines = Vec::new();
    let mut in_flight = false;
    let total = results.len();
    for result in results {
        match result {
            Ok(paid) => {
                let out = paid_out(&paid);
                in_flight |= paid.stage.held().is_some();
                lines.push(format!("{}  {}", out.id, out.stage));
                payments.push(out);
            }
            Err(error) => {
                in_flight |= error.status() == 4;
                lines.push(format!("failed: {error}"));
                payments.push(PaidOut {
                    id: String::new(),
                    stage: "failed",
                    transaction: None,
                    height: None,
                    code: None,
                    detail: Some(error.to_string()),
                });
            }
        }
    }
    let committed = payments
        .iter()
        .filter(|paid| paid.stage == "committed")
        .count();
    lines.push(format!("{committed} of {total} committed"));
    common.output.print(
        schema,
        &BatchOut {
            payments,
            committed,
        },
        lines.join("\n"),
    );
    if committed == total {
        Ok(())
    } else {
        Err(WalletError::Batch {
            failed: total - committed,
            total,
            in_flight,
        })
    }
}

fn paid_out(paid: &Paid) -> PaidOut {
    let mut out = PaidOut {
        id: paid.id.to_string(),
        stage: paid.stage.name(),
        transaction: None,
        height: None,
        code: None,
        detail: None,
    };
    let tx = match &paid.stage {
        Stage::Reserved(held) | Stage::Signed { held, .. } => held.tx,
        Stage::Committed { tx, height } => {
            out.height = Some(*height);
            *tx
        }
        Stage::Refused { tx, code, message } => {
            out.code = Some(code.clone());
            out.detail = Some(message.clone());
            *tx
        }
        Stage::Expired { tx } => *tx,
    };
    out.transaction = Some(tx.to_string());
    out
}

fn fresh_id() -> PaymentId {
    PaymentId::new(uuid::Builder::from_random_bytes(random_bytes()).into_uuid())
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
