use std::collections::BTreeSet;

use obolus_abi::input_names;
use obolus_protocol::statement::CIRCUIT_DIGESTS;

use super::{FOREIGN, statement};

#[test]
fn every_circuit_of_the_protocol_is_explained() {
    let mut said = BTreeSet::new();
    for (circuit, _) in CIRCUIT_DIGESTS {
        assert!(
            input_names(circuit).is_some(),
            "{circuit}: public inputs without names"
        );
        assert_ne!(statement(circuit), FOREIGN, "{circuit}");
        assert!(said.insert(statement(circuit)), "{circuit}: said twice");
    }
    assert_eq!(input_names("cubic"), None);
    assert_eq!(statement("cubic"), FOREIGN);
}
