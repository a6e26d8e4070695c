use clap::ValueEnum;
use obolus_verifier::solidity::contract;

use super::*;

const CUBIC: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../tests/snarkjs/cubic/cubic.zkey"
);

/// What `export --solidity` writes is the contract of the key that it writes next to it: for every circuit of ours, and for
/// a key of others.
#[test]
fn export_writes_the_contract_of_the_key() {
    let directory = tempfile::tempdir().unwrap();
    let path = |file: &str| directory.path().join(file);
    let own = OwnCircuit::value_variants().iter();
    let own = own.map(|circuit| (Some(*circuit), None, circuit.name().to_string()));
    let other = (None, Some(PathBuf::from(CUBIC)), "circom".to_owned());
    for (circuit, zkey, name) in own.chain([other]) {
        let own = circuit.is_some();
        let args = ExportArgs {
            circuit,
            zkey,
            vkey: path("key.json"),
            solidity: Some(path("key.sol")),
            r1cs: None,
        };
        export(&args).unwrap();
        let text = fs::read_to_string(path("key.sol")).unwrap();
        assert!(text.contains(&format!("contract Verifier_{name} {{")));
        assert_eq!(text.contains("INSECURE"), own);
        let json = fs::read(path("key.json")).unwrap();
        let name = CircuitName::new(&name).unwrap();
        let read = obolus_verifier::snarkjs::key_from_json(&name, &json).unwrap();
        // The file of snarkjs does not say who made a key: only ours keeps its origin.
        if own {
            let alpha = read.points().alpha_g1.x.to_string();
            assert!(text.contains(&alpha));
        } else {
            assert_eq!(text, contract(&read).unwrap());
        }
    }
}
