use obolus_ceremony::R1cs;
use obolus_protocol::statement::CIRCUIT_DIGESTS;
use obolus_prover::DevSimulator;

use super::*;

/// A circuit that the protocol has, a command can name, and the file that is exported for it is the pinned one.
#[test]
fn commands_know_every_circuit() {
    let mine = OwnCircuit::value_variants();
    assert_eq!(mine.len(), CIRCUIT_DIGESTS.len());
    for (circuit, (name, digest)) in mine.iter().zip(CIRCUIT_DIGESTS) {
        assert_eq!(circuit.name().as_str(), name);
        let said = circuit.to_possible_value().unwrap();
        assert_eq!(said.get_name(), name);
        let r1cs = R1cs::read(&circuit.r1cs().unwrap()).unwrap();
        assert_eq!(r1cs.digest().to_string(), digest, "{name}");
    }
    let keys = DevSimulator::new().unwrap();
    let keys = keys.verifying_keys().map(|key| key.circuit().to_string());
    assert_eq!(keys, CIRCUIT_DIGESTS.map(|(name, _)| name));
}
