use std::fs;
use std::path::Path;

use obolus_protocol::statement::CIRCUIT_DIGESTS;

use super::*;
use crate::simulate::DevSimulator;

/// The files are what the circuits give. Run with `OBOLUS_BLESS=1` to write them after a deliberate change of a circuit, and
/// build again.
#[test]
fn the_files_are_the_circuits_keys() {
    let computed = DevSimulator::new().unwrap();
    let computed = computed.verifying_keys();
    if std::env::var_os("OBOLUS_BLESS").is_some() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("golden/development-keys");
        for key in computed {
            let path = folder.join(format!("{}.obolvk", key.circuit()));
            fs::write(path, key.encode().unwrap()).unwrap();
        }
        return;
    }
    assert_eq!(FILES.len(), CIRCUIT_DIGESTS.len());
    for ((key, (name, bytes)), (circuit, _)) in computed.iter().zip(FILES).zip(CIRCUIT_DIGESTS) {
        assert_eq!(name.as_str(), circuit);
        assert_eq!(key.encode().unwrap(), bytes, "{circuit}");
        assert_eq!(&verifying_key(&name).unwrap(), *key, "{circuit}");
    }
    let other = CircuitName::new("cubic").unwrap();
    assert!(matches!(
        verifying_key(&other),
        Err(PrepareError::OtherKey(circuit)) if circuit == other
    ));
}
