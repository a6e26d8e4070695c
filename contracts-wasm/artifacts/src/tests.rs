//! The modules are the ones that were reviewed.

use std::fmt::Write as _;
use std::path::Path;

use super::{ALL, HOSTILE};

/// Run with `OBOLUS_BLESS=1` after a deliberate change of a contract, the SDK or the toolchain.
#[test]
fn code_ids_are_golden() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("golden/code-ids.txt");
    let mut ids = String::new();
    for (name, module) in ALL {
        writeln!(ids, "{name} {}", blake3::hash(module)).expect("writing to a string");
    }
    if std::env::var_os("OBOLUS_BLESS").is_some() {
        std::fs::write(&path, &ids).expect("the golden file can be written");
    }
    let golden = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(
        ids, golden,
        "a module changed: review why, then run with OBOLUS_BLESS=1"
    );
}

#[test]
fn modules_are_small() {
    for (name, module) in ALL.iter().filter(|(_, module)| *module != HOSTILE) {
        assert!(module.len() < 128_000, "{name} has {} bytes", module.len());
    }
}

#[test]
fn no_path_of_the_build_machine_is_in_a_module() {
    for (_, module) in ALL {
        let workspace = Path::new(env!("CARGO_MANIFEST_DIR"))
            .ancestors()
            .nth(2)
            .expect("a workspace");
        let needle = workspace.to_str().expect("a UTF-8 path").as_bytes();
        assert!(!module.windows(needle.len()).any(|window| window == needle));
    }
}
