use std::collections::BTreeSet;

use obolus_protocol::statement::CIRCUIT_DIGESTS;

use super::{FOREIGN, input_names, statement};

#[test]
fn every_circuit_of_the_protocol_is_explained() {
    let mut said = BTreeSet::new();
    for (circuit, _) in CIRCUIT_DIGESTS {
        let names = input_names(circuit);
        assert!(!names.is_empty(), "{circuit}: public inputs without names");
        assert_ne!(statement(circuit), FOREIGN, "{circuit}");
        assert!(said.insert(statement(circuit)), "{circuit}: said twice");
    }
    assert!(input_names("cubic").is_empty());
    assert_eq!(statement("cubic"), FOREIGN);
}
