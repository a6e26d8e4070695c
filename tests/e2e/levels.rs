//! Crates depend downwards only. The table is the one in `docs/architecture.md`.

use std::collections::{BTreeMap, BTreeSet};

use cargo_metadata::{MetadataCommand, PackageId};

const SETTLEMENT: &[&str] = &["obolus-abi", "obolus-deals", "obolus-sdk"];

/// Every crate of ours and which of ours it may name, in any kind of dependency.
const MAY_DEPEND_ON: &[(&str, &[&str])] = &[
    ("obolus-abi", &[]),
    ("obolus-contracts", &[]),
    ("obolus-http", &[]),
    ("obolus-iso20022", &[]),
    ("obolus-sdk", &["obolus-abi"]),
    ("obolus-protocol", &["obolus-abi"]),
    ("obolus-kernels", &[]),
    ("obolus-prover-api", &["obolus-http"]),
    ("obolus-prover-queue", &["obolus-prover-api"]),
    ("obolus-runtime-api", &["obolus-abi"]),
    ("obolus-contract-registry", &["obolus-abi", "obolus-sdk"]),
    ("obolus-contract-token", &["obolus-abi", "obolus-sdk"]),
    ("obolus-contract-accesslog", &["obolus-abi", "obolus-sdk"]),
    ("obolus-contract-hostile", &["obolus-abi", "obolus-sdk"]),
    ("obolus-deals", &["obolus-abi", "obolus-sdk"]),
    ("obolus-contract-dvp", SETTLEMENT),
    ("obolus-contract-pvp", SETTLEMENT),
    ("obolus-contract-conditional", SETTLEMENT),
    ("obolus-contract-standing", SETTLEMENT),
    ("obolus-contract-netting", SETTLEMENT),
    ("obolus-r1cs", &["obolus-abi", "obolus-protocol"]),
    ("obolus-threshold", &["obolus-abi", "obolus-protocol"]),
    (
        "obolus-verifier",
        &["obolus-abi", "obolus-kernels", "obolus-protocol"],
    ),
    ("obolus-ceremony", &["obolus-verifier"]),
    (
        "obolus-chain",
        &[
            "obolus-abi",
            "obolus-protocol",
            "obolus-runtime-api",
            "obolus-verifier",
        ],
    ),
    (
        "obolus-prover",
        &[
            "obolus-abi",
            "obolus-ceremony",
            "obolus-kernels",
            "obolus-protocol",
            "obolus-r1cs",
            "obolus-verifier",
        ],
    ),
    (
        "obolus-runtime",
        &[
            "obolus-abi",
            "obolus-chain",
            "obolus-protocol",
            "obolus-runtime-api",
            "obolus-verifier",
        ],
    ),
    (
        "obolus-testkit",
        &[
            "obolus-abi",
            "obolus-chain",
            "obolus-contracts",
            "obolus-protocol",
            "obolus-runtime",
            "obolus-runtime-api",
            "obolus-verifier",
        ],
    ),
    (
        "obolus-contract-tools",
        &[
            "obolus-abi",
            "obolus-contracts",
            "obolus-runtime",
            "obolus-testkit",
        ],
    ),
    (
        "obolus-wallet",
        &[
            "obolus-abi",
            "obolus-http",
            "obolus-protocol",
            "obolus-prover",
            "obolus-prover-api",
            "obolus-runtime-api",
            "obolus-threshold",
            "obolus-verifier",
        ],
    ),
    (
        "obolus-audit",
        &[
            "obolus-abi",
            "obolus-http",
            "obolus-protocol",
            "obolus-runtime-api",
            "obolus-threshold",
            "obolus-wallet",
        ],
    ),
    (
        "obolus-prover-service",
        &[
            "obolus-abi",
            "obolus-ceremony",
            "obolus-http",
            "obolus-protocol",
            "obolus-prover",
            "obolus-prover-api",
            "obolus-prover-queue",
            "obolus-verifier",
        ],
    ),
    (
        "obolus-verify",
        &[
            "obolus-abi",
            "obolus-ceremony",
            "obolus-chain",
            "obolus-protocol",
            "obolus-r1cs",
            "obolus-runtime-api",
            "obolus-verifier",
        ],
    ),
    (
        "obolus-node",
        &[
            "obolus-abi",
            "obolus-ceremony",
            "obolus-chain",
            "obolus-http",
            "obolus-protocol",
            "obolus-runtime",
            "obolus-runtime-api",
            "obolus-verifier",
        ],
    ),
    (
        "obolus",
        &[
            "obolus-abi",
            "obolus-audit",
            "obolus-ceremony",
            "obolus-chain",
            "obolus-contract-tools",
            "obolus-contracts",
            "obolus-http",
            "obolus-iso20022",
            "obolus-node",
            "obolus-protocol",
            "obolus-prover",
            "obolus-prover-api",
            "obolus-prover-queue",
            "obolus-prover-service",
            "obolus-r1cs",
            "obolus-runtime",
            "obolus-runtime-api",
            "obolus-threshold",
            "obolus-verifier",
            "obolus-verify",
            "obolus-wallet",
        ],
    ),
];

/// What a crate must not reach, not even through others: the claims of `docs/architecture.md`.
const MUST_NOT_LINK: &[(&str, &[&str])] = &[
    (
        "obolus-verifier",
        &["obolus-prover", "obolus-r1cs", "wasmtime", "sled"],
    ),
    (
        "obolus-runtime",
        &["obolus-prover", "obolus-r1cs", "obolus-wallet"],
    ),
    (
        "obolus-node",
        &["obolus-prover", "obolus-r1cs", "obolus-wallet"],
    ),
    (
        "obolus-wallet",
        &[
            "obolus-node",
            "obolus-prover-service",
            "obolus-runtime",
            "wasmtime",
            "sled",
            "sqlx",
        ],
    ),
    (
        "obolus-prover-service",
        &[
            "obolus-node",
            "obolus-runtime",
            "obolus-wallet",
            "wasmtime",
            "sled",
        ],
    ),
    (
        "obolus-verify",
        &[
            "obolus-http",
            "obolus-prover",
            "obolus-runtime",
            "wasmtime",
            "sled",
            "tokio",
            "hyper",
            "ureq",
            "rustls",
        ],
    ),
];

#[test]
fn crates_depend_downwards_only() {
    let metadata = MetadataCommand::new()
        .manifest_path(concat!(env!("CARGO_MANIFEST_DIR"), "/../Cargo.toml"))
        .exec()
        .unwrap();
    let table: BTreeMap<_, BTreeSet<_>> = MAY_DEPEND_ON
        .iter()
        .map(|(name, allowed)| (*name, allowed.iter().copied().collect()))
        .collect();
    let ours: BTreeSet<_> = metadata
        .workspace_packages()
        .iter()
        .map(|p| p.name.to_string())
        .collect();
    let mut wrong = Vec::new();
    for package in metadata.workspace_packages() {
        if package.name.as_str() == "obolus-tests" {
            continue;
        }
        let Some(allowed) = table.get(package.name.as_str()) else {
            wrong.push(format!("{} has no row in the level table", package.name));
            continue;
        };
        for dependency in &package.dependencies {
            if dependency.name == package.name.as_str() {
                continue; // a crate may enable its own test fixtures
            }
            if ours.contains(&dependency.name) && !allowed.contains(dependency.name.as_str()) {
                wrong.push(format!("{} → {}", package.name, dependency.name));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "dependencies against the levels: {wrong:#?}"
    );
}

#[test]
fn absent_links_stay_absent() {
    let metadata = MetadataCommand::new()
        .manifest_path(concat!(env!("CARGO_MANIFEST_DIR"), "/../Cargo.toml"))
        .exec()
        .unwrap();
    let graph = metadata.resolve.as_ref().unwrap();
    let names: BTreeMap<&PackageId, &str> = metadata
        .packages
        .iter()
        .map(|p| (&p.id, p.name.as_str()))
        .collect();
    let normal: BTreeMap<&PackageId, Vec<&PackageId>> = graph
        .nodes
        .iter()
        .map(|node| {
            let next = node.deps.iter().filter(|d| {
                d.dep_kinds
                    .iter()
                    .any(|k| k.kind == cargo_metadata::DependencyKind::Normal)
            });
            (&node.id, next.map(|d| &d.pkg).collect())
        })
        .collect();
    for (root, forbidden) in MUST_NOT_LINK {
        let start = metadata
            .packages
            .iter()
            .find(|p| p.name.as_str() == *root)
            .unwrap();
        let mut seen = BTreeSet::new();
        let mut stack = vec![&start.id];
        while let Some(id) = stack.pop() {
            if seen.insert(id) {
                stack.extend(normal[id].iter().copied());
            }
        }
        for id in seen {
            assert!(
                !forbidden.contains(&names[id]),
                "{root} links {}",
                names[id]
            );
        }
    }
}
