//! Events of the system contract: who deployed what, and who may change it.

use obolus_abi::system::{AdminPolicy, Ready, SystemEvent};
use obolus_abi::{RoleKey, RoleSet};

use super::super::hidden::Hiding;
use super::super::text::{When, count};
use super::{Fact, Parts, parts};

pub(super) fn system(event: SystemEvent) -> Parts {
    let (title, facts) = told(event);
    parts(title, Hiding::Nothing, facts)
}

fn told(event: SystemEvent) -> (&'static str, Vec<Fact>) {
    match event {
        SystemEvent::Uploaded {
            code,
            source,
            deployer,
        } => {
            let mut facts = vec![Fact::new("Code", code)];
            facts.push(match source {
                Some(source) => Fact::new("Source, as claimed", source),
                None => Fact::words("Source", "not named"),
            });
            facts.push(by(deployer));
            ("A contract module was uploaded", facts)
        }
        SystemEvent::Instantiated {
            contract,
            code,
            admin,
            quota,
            deployer,
        } => {
            let mut facts = vec![Fact::new("Contract", contract), Fact::new("Code", code)];
            facts.extend(policy(&admin));
            facts.push(stores(quota));
            facts.push(by(deployer));
            ("A contract was made", facts)
        }
        SystemEvent::CodeFrozen { contract } => (
            "A contract's code was frozen for good",
            vec![Fact::new("Contract", contract)],
        ),
        SystemEvent::DeployPolicySet { deployers } => {
            let keys = deployers.iter();
            (
                "Who may deploy was set",
                keys.map(|deployer| Fact::new("Deployer", deployer.key))
                    .collect(),
            )
        }
        SystemEvent::QuotaSet { contract, quota } => (
            "A contract's storage quota was set",
            vec![Fact::new("Contract", contract), stores(quota)],
        ),
        SystemEvent::MigrationProposed {
            contract,
            code,
            args,
            ready,
        } => {
            let mut facts = vec![
                Fact::new("Contract", contract),
                Fact::new("New code", code),
                Fact::new(
                    "Hash of its arguments",
                    obolus_runtime_api::hex::encode(&args),
                ),
            ];
            facts.extend(from(ready));
            ("New code was proposed for a contract", facts)
        }
        SystemEvent::Migrated {
            contract,
            from,
            code,
        } => (
            "A contract's code was replaced",
            vec![
                Fact::new("Contract", contract),
                Fact::new("Old code", from),
                Fact::new("New code", code),
            ],
        ),
        SystemEvent::AdminProposed {
            contract,
            admin,
            ready,
        } => {
            let mut facts = vec![Fact::new("Contract", contract)];
            facts.extend(policy(&admin));
            facts.extend(from(ready));
            ("A new admin was proposed for a contract", facts)
        }
        SystemEvent::AdminSet { contract, admin } => {
            let mut facts = vec![Fact::new("Contract", contract)];
            facts.extend(policy(&admin));
            ("A contract has a new admin", facts)
        }
        SystemEvent::ChangeCancelled { contract } => (
            "A proposed change of a contract was taken back",
            vec![Fact::new("Contract", contract)],
        ),
    }
}

fn by(deployer: Option<RoleKey>) -> Fact {
    match deployer {
        Some(key) => Fact::new("By", key),
        None => Fact::words("By", "the operator"),
    }
}

fn stores(quota: Option<u64>) -> Fact {
    match quota {
        Some(quota) => Fact::words("May store", format!("{} bytes", count(quota))),
        None => Fact::words("May store", "without bound"),
    }
}

fn policy(admin: &AdminPolicy) -> Vec<Fact> {
    let AdminPolicy::Admin { role, delay } = admin else {
        return vec![Fact::words("Code may be replaced", "never")];
    };
    let RoleSet { keys, threshold } = role;
    vec![
        Fact::words(
            "Code may be replaced",
            format!("by {threshold} of {} keys", keys.len()),
        ),
        Fact::words(
            "After",
            format!("{} blocks and {} ms", count(delay.blocks), count(delay.ms)),
        ),
    ]
}

fn from(ready: Ready) -> [Fact; 2] {
    [
        Fact::words("Not before block", count(ready.height)),
        Fact::words("Not before", When::of(ready.time_ms).utc),
    ]
}
