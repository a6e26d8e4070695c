//! 10,000 proofs in a folder are verified at the rate of the in-memory batch. Run it alone on an idle machine:
//! `cargo test --release -p obolus-verify --test throughput -- --ignored --nocapture`.

#![allow(clippy::unwrap_used, clippy::print_stdout)]

mod common;

use std::time::{Duration, Instant};

use common::World;
use obolus_verifier::{Item, Proof, verify_batch};
use obolus_verify::batch::verify_found;
use obolus_verify::bundle::Bundle;
use obolus_verify::keyring::Keyring;
use obolus_verify::policy::{Policy, Rules};
use obolus_verify::source::Sources;
use rayon::prelude::*;

const COUNT: u64 = 10_000;
/// As many as the command puts into a batch.
const GROUP: usize = 1024;

/// Time on the clock, and time that processors spent on it: the second one does not depend on what else runs.
#[derive(Clone, Copy)]
struct Cost {
    wall: Duration,
    processors: Duration,
}

/// What this process and its ended children used so far, in ticks of 10 ms.
fn used() -> Duration {
    let text = std::fs::read_to_string("/proc/self/stat").unwrap();
    // Fields are counted from behind the name, which may hold spaces.
    let fields = text.rsplit_once(") ").unwrap().1.split(' ');
    let ticks: u64 = fields
        .skip(11)
        .take(4)
        .map(|field| field.parse::<u64>().unwrap())
        .sum();
    Duration::from_millis(10 * ticks)
}

/// The least of three runs: what else the machine does only adds.
fn least(mut run: impl FnMut()) -> Cost {
    let mut once = || {
        let (start, before) = (Instant::now(), used());
        run();
        Cost {
            wall: start.elapsed(),
            processors: used() - before,
        }
    };
    let costs: Vec<Cost> = (0..3).map(|_| once()).collect();
    Cost {
        wall: costs.iter().map(|cost| cost.wall).min().unwrap(),
        processors: costs.iter().map(|cost| cost.processors).min().unwrap(),
    }
}

fn report(what: &str, cost: Cost) {
    let each = |time: Duration| time.as_secs_f64() * 1e6 / COUNT as f64;
    println!(
        "{what:<34} {:>7.1} µs each, {:>7.1} µs of processors, {:>7.0} a second",
        each(cost.wall),
        each(cost.processors),
        1e6 / each(cost.wall)
    );
}

fn compare(what: &str, cost: Cost, base: Cost) {
    let ratio = |a: Duration, b: Duration| a.as_secs_f64() / b.as_secs_f64();
    println!(
        "{what}: {:.2} of the time, {:.2} of the processors",
        ratio(cost.wall, base.wall),
        ratio(cost.processors, base.processors)
    );
}

#[test]
#[ignore = "a measurement: takes minutes, and the machine for itself"]
fn a_folder_is_verified_at_the_batch_rate() {
    let mut world = World::new();
    let bundles: Vec<Bundle> = (0..COUNT).map(|n| world.transfer(n)).collect();
    for (n, bundle) in bundles.iter().enumerate() {
        world.write(
            &format!("json/{:02}/{n:05}.json", n % 16),
            bundle.to_json(false).unwrap(),
        );
        world.write(
            &format!("compact/{:02}/{n:05}.obp", n % 16),
            bundle.to_compact().unwrap(),
        );
    }
    for name in ["json", "compact"] {
        let encoded: Vec<Vec<u8>> = bundles
            .iter()
            .map(|bundle| match name {
                "json" => bundle.to_json(false).unwrap().into_bytes(),
                _ => bundle.to_compact().unwrap(),
            })
            .collect();
        let time = least(|| {
            encoded
                .iter()
                .for_each(|bytes| drop(Bundle::decode(bytes).unwrap()))
        });
        report(&format!("decoding {name}, one thread"), time);
    }
    let items: Vec<Item<'_>> = bundles
        .iter()
        .map(|bundle| Item {
            key: &world.key,
            inputs: &bundle.inputs,
            proof: &bundle.proof,
        })
        .collect();
    let memory = least(|| {
        for group in items.chunks(GROUP) {
            assert!(verify_batch(group).iter().all(Result::is_ok));
        }
    });
    report("in-memory batch", memory);
    let proofs: Vec<_> = bundles
        .iter()
        .map(|bundle| bundle.proof.encode().unwrap())
        .collect();
    let decoded = least(|| {
        for (group, proofs) in items.chunks(GROUP).zip(proofs.chunks(GROUP)) {
            let proofs: Vec<Proof> = proofs
                .par_iter()
                .map(|p| Proof::decode(p).unwrap())
                .collect();
            let again = group
                .iter()
                .zip(&proofs)
                .map(|(item, proof)| Item { proof, ..*item });
            assert!(
                verify_batch(&again.collect::<Vec<_>>())
                    .iter()
                    .all(Result::is_ok)
            );
        }
    });
    report("the same with decoding of proofs", decoded);
    let rules = Rules::new(vec![Policy::default()]);
    for name in ["compact", "json"] {
        let paths = [world.path(name)];
        let folder = least(|| {
            let found = &mut Sources::new(&paths);
            let found = verify_found(found, &rules, &Keyring::default(), &mut |_| ());
            assert_eq!(found.len() as u64, COUNT);
            assert!(found.iter().all(|item| item.outcome.is_ok()));
        });
        report(&format!("folder of {name}"), folder);
        compare("  against the in-memory batch", folder, memory);
        compare("  against that with decoding", folder, decoded);
        let program = least(|| {
            let folder = world.path(name);
            let ran = world.proof(&["--minimum", "10000", common::text(&folder)]);
            assert_eq!(ran.status, 0, "{}{}", ran.out, ran.err);
        });
        report(&format!("the program, folder of {name}"), program);
    }
}
