//! A chain with many notes: how it grows, what paths and scanning cost, how soon a node is back after a kill, and how much
//! memory it takes.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use clap::Args;
use obolus_protocol::field::{fr_from_bytes, fr_to_bytes};
use obolus_protocol::tree::{MerklePath, NOTE_DEPTH};
use obolus_protocol::{Amount, FullViewingKey, Seed, SpendingKey};
use obolus_prover::DevSimulator;
use obolus_runtime_api::{PathView, hex};
use obolus_wallet::client::{ClientError, NodeClient};
use obolus_wallet::{CircuitKeys, Follower, TokenView, Wallet};
use rand::{Rng, SeedableRng, rngs::StdRng};
use serde::Serialize;

use super::child::Child;
use super::fixture::{Fixture, Place, default_cache};
use super::report::{percentile, print_json, rounded};
use super::{BenchError, client};
use crate::dev::{self, Bank, Counter};
use crate::progress::Progress;

/// Notes issued between two looks at the chain.
const PART: usize = 1_024;
/// One note in so many belongs to the wallet that scans.
const OWN: usize = 1_000;
/// Of the wallet that scans and of the other holder: a chain that is only measured needs no secrets.
const SEEDS: [[u8; 32]; 2] = [[1; 32], [2; 32]];
/// Paths asked for.
const LOOKUPS: usize = 1_000;
/// How long the path files may take to catch up.
const CATCH_UP: Duration = Duration::from_secs(600);

/// Arguments of `obolus bench notes`.
#[derive(Args)]
pub struct NotesBench {
    /// How many notes.
    #[arg(long, value_name = "N", default_value_t = 10_000, value_parser = clap::value_parser!(u32).range(1_000..=4_000_000))]
    notes: u32,
    /// Keep the chain here; without it as for `bench node`. A million notes take about 3 GB and up to two hours to make.
    #[arg(long, value_name = "DIR")]
    cache: Option<PathBuf>,
    /// Print one JSON object.
    #[arg(long)]
    json: bool,
}

/// The figures.
#[derive(Serialize)]
struct NotesReport {
    notes: u64,
    /// From start to the first answer, after a kill, in milliseconds.
    restart_ms: f64,
    /// From the first start, without path files, until the path of the last note is served, in seconds.
    paths_built_s: f64,
    /// Paths over the API, each checked against its anchor, in milliseconds.
    path_ms: Percentiles,
    /// A wallet reading the whole chain over the API.
    scan_notes_per_s: f64,
    /// Size of its state on disk, in MiB.
    wallet_snapshot_mib: f64,
    /// Largest resident memory of the node, in MiB; none where the system does not tell.
    node_peak_mib: Option<f64>,
    /// Ledger and path files on disk, in MiB.
    disk_mib: f64,
}

#[derive(Serialize)]
struct Percentiles {
    p50: f64,
    p99: f64,
}

/// Runs the command.
pub fn run(args: &NotesBench) -> Result<(), BenchError> {
    let mut progress = Progress::new(args.json);
    let fixture = prepare(args, &mut progress)?;
    let copy = fixture.copy()?;
    let token = fixture.token.config;

    let stage = progress.start("path files", 0);
    let start = Instant::now();
    let node = Child::start(copy.path())?;
    let notes = wait_for_paths(&client(node.url())?, &fixture)?;
    let paths_built = start.elapsed();
    progress.finish(stage);

    let stage = progress.start("kill and restart", 0);
    node.kill()?;
    let start = Instant::now();
    let node = Child::start(copy.path())?;
    let client = client(node.url())?;
    client.tip()?;
    let restart = start.elapsed();
    progress.finish(stage);

    let stage = progress.start("paths", LOOKUPS as u64);
    let mut rng = StdRng::seed_from_u64(1);
    let mut times = Vec::new();
    for _ in 0..LOOKUPS {
        let position = rng.gen_range(0..notes);
        let start = Instant::now();
        let path = client.path(&token.token, position)?;
        times.push(start.elapsed());
        check(&path, position)?;
        stage.step();
    }
    times.sort_unstable();
    progress.finish(stage);

    let stage = progress.start("scan", notes);
    let seed = Seed::new(SEEDS[0]);
    let mut wallet = Wallet::new(token, FullViewingKey::from_seed(&seed));
    let start = Instant::now();
    wallet.sync(&client.following(token))?;
    let scanned = start.elapsed();
    stage.advance(notes);
    progress.finish(stage);

    let report = NotesReport {
        notes,
        restart_ms: rounded(restart.as_secs_f64() * 1e3),
        paths_built_s: rounded(paths_built.as_secs_f64()),
        path_ms: Percentiles {
            p50: percentile(&times, 50),
            p99: percentile(&times, 99),
        },
        scan_notes_per_s: rounded(notes as f64 / scanned.as_secs_f64()),
        wallet_snapshot_mib: mib(snapshot(&wallet)?),
        node_peak_mib: peak(node.id()).map(mib),
        disk_mib: mib(size(copy.path())?),
    };
    node.stop()?;
    print_json(&report, args.json)
}

/// The chain, from the cache if it is there.
fn prepare(args: &NotesBench, progress: &mut Progress) -> Result<Fixture, BenchError> {
    let simulator = DevSimulator::new()?;
    let keys = CircuitKeys::from(&simulator);
    let cache = args.cache.clone().unwrap_or_else(default_cache);
    let place = Place::new(&cache, &keys, &format!("{}-notes", args.notes));
    if let Some(fixture) = place.load()? {
        return Ok(fixture);
    }
    let (fresh, mut desk) = place.begin()?;
    let holders = SEEDS.map(Seed::new).each_ref().map(|seed| {
        (
            FullViewingKey::from_seed(seed),
            SpendingKey::from_seed(seed),
        )
    });
    let stage = progress.start("notes", u64::from(args.notes) + 2);
    let done = |_| stage.step();
    let bank = Bank {
        authorities: &dev::read_authorities(&fresh.dev)?,
        prover: &simulator,
        keys: &keys,
        done: &done,
    };
    let mut view = TokenView::new(fresh.token.config);
    view.sync(&desk)?;
    let [own, other] = &holders;
    bank.register(&mut desk, &view, &[(&own.0, &own.1), (&other.0, &other.1)])?;
    let orders: Vec<_> = (0..args.notes as usize)
        .map(|number| {
            let holder = if number % OWN == 0 { own } else { other };
            (holder.0.address(), Amount::new(100))
        })
        .collect();
    for part in orders.chunks(PART) {
        view.sync(&desk)?;
        bank.issue(&mut desk, &view, part)?;
    }
    progress.finish(stage);
    tracing::info!(ms = desk.executing()?.as_millis() as u64, "executed");
    drop(desk);
    place.finish(fresh, Vec::new())
}

/// Waits until the path files reach the last note; how many notes there are.
fn wait_for_paths(client: &NodeClient, fixture: &Fixture) -> Result<u64, BenchError> {
    let token = fixture.token.config.token;
    let views = client.tokens()?;
    let view = views.iter().find(|view| view.token == token);
    let notes = view.map_or(0, |view| view.notes);
    let deadline = Instant::now() + CATCH_UP;
    loop {
        match client.path(&token, notes.saturating_sub(1)) {
            Ok(_) => return Ok(notes),
            Err(ClientError::Refused { status: 404, .. }) if Instant::now() < deadline => {
                std::thread::sleep(Duration::from_millis(50));
            }
            Err(error) => return Err(error.into()),
        }
    }
}

/// A path must lead from its leaf to its anchor.
fn check(view: &PathView, position: u64) -> Result<(), BenchError> {
    let node = |text: &String| {
        let bytes = hex::decode_fixed::<obolus_abi::FieldBytes>(text).ok()?;
        fr_from_bytes(&bytes).ok()
    };
    let mut siblings = Vec::with_capacity(NOTE_DEPTH);
    for row in &view.siblings {
        let [first, second, third] = row.each_ref().map(node);
        let row = first.zip(second).zip(third).map(|((a, b), c)| [a, b, c]);
        siblings.push(row.ok_or(ClientError::Malformed)?);
    }
    let siblings = siblings.try_into().map_err(|_| ClientError::Malformed)?;
    let path =
        MerklePath::<NOTE_DEPTH>::new(position, siblings).map_err(|_| ClientError::Malformed)?;
    let leaf = fr_from_bytes(&view.leaf).map_err(|_| ClientError::Malformed)?;
    if fr_to_bytes(&path.root(leaf)) == view.anchor {
        return Ok(());
    }
    Err(ClientError::Malformed.into())
}

fn snapshot(wallet: &Wallet) -> Result<u64, BenchError> {
    let bytes = borsh::to_vec(&wallet.snapshot()).map_err(|_| BenchError::Encoding)?;
    Ok(bytes.len() as u64)
}

/// Largest resident memory of a process so far, in bytes.
pub(super) fn peak(id: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{id}/status")).ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kib: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kib << 10)
}

fn size(directory: &std::path::Path) -> Result<u64, BenchError> {
    let mut sum = 0;
    for entry in std::fs::read_dir(directory).map_err(BenchError::io(directory))? {
        let entry = entry.map_err(BenchError::io(directory))?;
        let metadata = entry.metadata().map_err(BenchError::io(entry.path()))?;
        sum += if metadata.is_dir() {
            size(&entry.path())?
        } else {
            metadata.len()
        };
    }
    Ok(sum)
}

pub(super) fn mib(bytes: u64) -> f64 {
    rounded(bytes as f64 / (1 << 20) as f64)
}
