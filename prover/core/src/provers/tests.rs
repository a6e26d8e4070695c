use obolus_protocol::statement::CIRCUIT_DIGESTS;

use super::*;

/// One prover for each statement of the protocol, in the order of a genesis, and none of them reads a key.
#[test]
fn there_is_a_prover_for_every_circuit_and_nothing_is_read() {
    let directory = tempfile::tempdir().unwrap();
    let provers = Provers::on_demand(directory.path()).unwrap();
    let keys = provers.verifying_keys();
    let names: Vec<String> = keys.iter().map(|key| key.circuit().to_string()).collect();
    let all: Vec<&str> = CIRCUIT_DIGESTS.iter().map(|(name, _)| *name).collect();
    assert_eq!(names, all);
    let files = std::fs::read_dir(directory.path()).unwrap();
    assert_eq!(files.count(), 0, "nothing was made");
    assert!(!provers.transfer.is_loaded() && !provers.register.is_loaded());
}
