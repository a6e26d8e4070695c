//! `obolus demo`: the whole life of a token with real proofs, on an embedded ledger or on a node's development chain.

mod attacks;
mod cast;
mod error;
mod keys;
mod market;
mod oversight;
mod pay;
mod payments;
mod reopen;
mod report;
mod views;
mod world;

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

use clap::Args;
use iso_currency::Currency;
use obolus_protocol::amount::{Amount, Exponent};
use obolus_protocol::memo::MemoText;
use obolus_prover::Provers;
use obolus_wallet::client::{Endpoint, NodeClient};
use obolus_wallet::{AuditorView, CircuitKeys, Passphrase, TokenView};

use crate::progress::Progress;
use cast::Vault;
pub use error::DemoError;
use pay::{Funding, Paid};
use payments::{Batch, Rules};
use report::{Constraints, Report, Timings, median};
use world::World;

use crate::decimal::decimal;
use crate::dev::{self, Authorities, Counter, Desk, DevError};

/// The payments that are run when no file is named.
const SAMPLE: &str = include_str!("../../../tests/data/payments.csv");
/// Issued to each institution under `--no-auto-issue`, in minor units: 1,000,000.00.
const FLOAT: Amount = Amount::new(100_000_000);

/// Arguments of `obolus demo`.
#[derive(Args)]
pub struct DemoArgs {
    /// Payments to run: CSV with the columns uetr, debtor, creditor, amount, currency, remittance.
    /// Without it a sample of twelve is run.
    #[arg(long, value_name = "FILE")]
    payments: Option<PathBuf>,
    /// Keep ledger and wallets here; the directory must be empty or absent. Without it they are
    /// deleted at the end. The wallets' key files are encrypted under OBOLUS_PASSPHRASE, or under a
    /// passphrase that is drawn and forgotten.
    #[arg(long, value_name = "DIR")]
    data_dir: Option<PathBuf>,
    /// Keep proving keys here. Without it: `obolus-keys` in the build's target directory, or
    /// `keys` in the data directory for an installed binary.
    #[arg(long, value_name = "DIR")]
    keys_dir: Option<PathBuf>,
    /// Issue 1,000,000.00 to each institution instead of what its payments need.
    #[arg(long)]
    no_auto_issue: bool,
    /// Drive the development chain of a running node (`obolus node run --dev`) instead of a ledger of its own.
    #[arg(long, value_name = "URL", requires = "dev_keys")]
    url: Option<String>,
    /// The role keys of that chain: the folder `dev` in its data directory.
    #[arg(long, value_name = "DIR", requires = "url")]
    dev_keys: Option<PathBuf>,
    /// Leave the second and the third act out: no further tokens, no deals, no oversight.
    #[arg(long)]
    payments_only: bool,
    /// Print one JSON object on standard output and nothing else.
    #[arg(long)]
    json: bool,
}

/// Runs the demo and prints its report.
///
/// # Errors
/// [`DemoError`], also when a check of the report did not hold.
pub fn run(args: &DemoArgs) -> Result<(), DemoError> {
    let rules = Rules {
        currency: Currency::USD,
        exponent: Exponent::new(2)?,
        max_memo: MemoText::MAX_BYTES,
    };
    let batch = read(args.payments.as_deref(), rules)?;
    let temporary = match &args.data_dir {
        Some(directory) => claim(directory).map(|()| None)?,
        None => Some(tempfile::tempdir().map_err(|e| DemoError::Io(std::env::temp_dir(), e))?),
    };
    let directory = match (&args.data_dir, &temporary) {
        (Some(directory), _) => directory.as_path(),
        (None, Some(temporary)) => temporary.path(),
        (None, None) => Path::new("."),
    };
    let mut progress = Progress::new(args.json);
    let (report, views) = lifecycle(args, batch, rules, directory, &mut progress)?;
    let mut out = std::io::stdout().lock();
    let printed = if args.json {
        let json = serde_json::to_string(&report).map_err(|_| DemoError::Encoding)?;
        writeln!(out, "{json}")
    } else {
        write!(
            out,
            "{}",
            views::summary(&report, views.as_ref(), progress.stages())
        )
    };
    printed.map_err(|error| DemoError::Io("standard output".into(), error))?;
    Ok(report.verdict()?)
}

fn read(file: Option<&Path>, rules: Rules) -> Result<Batch, DemoError> {
    match file {
        None => Ok(payments::read(SAMPLE.as_bytes(), rules)?),
        Some(path) => {
            let file = File::open(path)
                .map_err(|error| DemoError::OpenPayments(path.to_owned(), error))?;
            Ok(payments::read(file, rules)?)
        }
    }
}

/// Takes an empty or absent directory.
fn claim(directory: &Path) -> Result<(), DemoError> {
    let io = |error| DemoError::Io(directory.to_owned(), error);
    std::fs::create_dir_all(directory).map_err(io)?;
    match std::fs::read_dir(directory).map_err(io)?.next() {
        None => Ok(()),
        Some(_) => Err(DemoError::NotEmpty(directory.to_owned())),
    }
}

fn lifecycle(
    args: &DemoArgs,
    batch: Batch,
    rules: Rules,
    directory: &Path,
    progress: &mut Progress,
) -> Result<(Report, Option<views::Views>), DemoError> {
    let keys_dir = args
        .keys_dir
        .clone()
        .unwrap_or_else(|| dev::default_directory(directory));
    let stage = progress.start("proving keys (INSECURE)", 0);
    let prover = keys::prepare(&keys_dir, &stage)?;
    progress.finish(stage);

    let stage = progress.start("ledger and contracts", 3);
    let mut world = begin(args, directory, prover)?;
    progress.finish(stage);

    let names: Vec<_> = batch.institutions.iter().cloned().collect();
    let stage = progress.start("registrations", names.len() as u64);
    world.register(&names, &stage)?;
    progress.finish(stage);

    let (orders, batch) = fund(&world, batch, args.no_auto_issue)?;
    let stage = progress.start("issues", orders.len() as u64);
    world.issue(&orders, &stage)?;
    progress.finish(stage);

    let funding = if args.no_auto_issue {
        Funding::AsReceived
    } else {
        Funding::Issued
    };
    let stage = progress.start("shielded payments", batch.payments.len() as u64);
    let paid = pay::run(&mut world, &batch.payments, funding, &stage)?;
    progress.finish(stage);

    let orders = redemptions(&world);
    let stage = progress.start("redemptions", orders.len() as u64);
    world.redeem(&orders, &stage)?;
    progress.finish(stage);

    let oversight = if args.payments_only {
        None
    } else {
        let stage = progress.start("audit, freeze, seizure, proofs", 0);
        let shown = oversight::run(&mut world, names.len(), &stage)?;
        progress.finish(stage);
        shown
    };

    let stage = progress.start("attacks", 0);
    let attacks = attacks::run(&mut world, &stage)?;
    progress.finish(stage);

    let act = if args.payments_only {
        None
    } else {
        let stage = progress.start("deals in dollars, euros and a bond", 0);
        let act = market::Act::run(&mut world, names.len(), &stage)?;
        progress.finish(stage);
        act
    };

    let views = paid
        .accepted
        .first()
        .map(|row| views::Views::collect(&world, row))
        .transpose()?;
    let stage = progress.start("reopen and rescan", world.institutions.len() as u64);
    let (mut world, mut rescan_equal) = reopen::run(world, &stage)?;
    let mut act = act;
    if let Some(act) = &mut act {
        rescan_equal &= act.rescan(&world)?;
    }
    progress.finish(stage);
    let mut report = conclude(
        &mut world,
        batch,
        paid,
        attacks,
        rescan_equal,
        rules.exponent,
    )?;
    if let Some(act) = &act {
        report.conserved &= act.conserved(&world)?;
        report.deals.clone_from(&act.results);
    }
    report.oversight = oversight;
    Ok((report, views))
}

/// A fresh token: on a ledger of its own in `directory`, or on the chain of a node.
fn begin(args: &DemoArgs, directory: &Path, prover: Provers) -> Result<World, DemoError> {
    let keys = CircuitKeys::from(&prover);
    let (authorities, mut desk): (_, Box<dyn Counter>) = match (&args.url, &args.dev_keys) {
        (Some(url), Some(dev_keys)) => {
            let endpoint = Endpoint {
                url: url.clone(),
                ..Endpoint::default()
            };
            let client = NodeClient::new(&endpoint).map_err(DevError::from)?;
            let authorities = dev::read_authorities(dev_keys)?;
            (authorities, Box::new(dev::Remote::new(client)))
        }
        _ => {
            let authorities = Authorities::generate();
            let genesis = dev::genesis("obolus-demo", &authorities, &keys)?;
            let desk = Desk::open(&directory.join("ledger"), &genesis)?;
            (authorities, Box::new(desk))
        }
    };
    let token = dev::deploy(&mut *desk, &authorities, &keys)?;
    // From the environment only: arguments are visible to every user of the machine.
    let passphrase = std::env::var("OBOLUS_PASSPHRASE")
        .unwrap_or_else(|_| uuid::Uuid::from_bytes(keys::random_bytes()).to_string());
    let vault = Vault::create(&directory.join("wallets"), Passphrase::new(passphrase)?)?;
    let audit = AuditorView::new(token, authorities.auditors.clone());
    let mut world = World {
        desk,
        authorities,
        token,
        prover,
        keys,
        institutions: Vec::new(),
        vault,
        view: TokenView::new(token),
        audit,
        issued: 0,
        redeemed: 0,
        proving: Default::default(),
    };
    world.sync()?;
    Ok(world)
}

/// What each institution is issued, and the batch without rows that no issue could cover.
fn fund(
    world: &World,
    mut batch: Batch,
    fixed: bool,
) -> Result<(Vec<(usize, Amount)>, Batch), DemoError> {
    if fixed {
        return Ok((
            (0..world.institutions.len())
                .map(|index| (index, FLOAT))
                .collect(),
            batch,
        ));
    }
    let mut needed = BTreeMap::<usize, Amount>::new();
    let mut payable = Vec::new();
    for row in std::mem::take(&mut batch.payments) {
        let sum = needed.entry(world.find(&row.debtor)?).or_default();
        match sum.checked_add(row.amount) {
            Some(total) => {
                *sum = total;
                payable.push(row);
            }
            None => batch.refused.push(payments::Refused {
                line: row.line,
                uetr: row.uetr.to_string(),
                reason: "bad amount: the debtor's payments add up to more than one note can hold"
                    .into(),
            }),
        }
    }
    batch.payments = payable;
    needed.retain(|_, amount| *amount != Amount::ZERO);
    Ok((needed.into_iter().collect(), batch))
}

/// A tenth of each holder's largest note, at least one minor unit.
fn redemptions(world: &World) -> Vec<(usize, Amount)> {
    let largest = |wallet: &obolus_wallet::Wallet| {
        wallet
            .notes()
            .candidates()
            .iter()
            .map(|note| note.value)
            .max()
    };
    world
        .institutions
        .iter()
        .enumerate()
        .filter_map(|(index, institution)| {
            let note = largest(&institution.wallet).filter(|value| *value != Amount::ZERO)?;
            Some((index, Amount::new((note.get() / 10).max(1))))
        })
        .collect()
}

fn conclude(
    world: &mut World,
    batch: Batch,
    paid: Paid,
    attacks: Vec<attacks::AttackResult>,
    rescan_equal: bool,
    exponent: Exponent,
) -> Result<Report, DemoError> {
    let payments = paid.accepted.len() + paid.refused.len() + batch.refused.len();
    let mut refused = batch.refused.clone();
    refused.extend(paid.refused.iter().cloned());
    refused.sort_by_key(|row| row.line);
    let checks = reopen::totals(world)?;
    let decimal = |units: u128| decimal(units, exponent);
    let balances = world
        .institutions
        .iter()
        .take(batch.institutions.len())
        .map(|i| (i.name.clone(), decimal(i.wallet.balance().total())))
        .collect();
    let provers = &world.prover;
    let millis = |samples: &[std::time::Duration]| {
        median(
            samples
                .iter()
                .map(|sample| sample.as_secs_f64() * 1e3)
                .collect(),
        )
    };
    let proving = world
        .proving
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner)
        .clone();
    Ok(Report {
        payments,
        accepted: paid.accepted.len(),
        refused,
        attacks,
        deals: Vec::new(),
        oversight: None,
        balances,
        issued: decimal(world.issued),
        redeemed: decimal(world.redeemed),
        conserved: checks.conserved,
        rescan_equal,
        auditor_total_equal: checks.auditor_equal,
        app_hash: world.desk.app_hash()?.to_string(),
        constraints: Constraints {
            transfer: provers.transfer.relation()?.rows(),
            issue: provers.issue.relation()?.rows(),
            redeem: provers.redeem.relation()?.rows(),
            register: provers.register.relation()?.rows(),
        },
        ms: Timings {
            prove_p50: millis(&proving),
            verify_p50: millis(&reopen::verification_times(world, &paid)?),
            execute_p50: millis(&paid.executing),
        },
    })
}
