//! Contracts out of Solidity.

use std::collections::BTreeMap;
use std::fs;

use revm::primitives::keccak256;
use serde_json::{Value, json};

use crate::node::{modules, sources, succeed, target};

/// The compiler that figures are measured with, and the oldest that the contracts allow.
pub const PINNED: &str = "solc";
pub const OLDEST: &str = "solc-oldest";

/// A compiled contract.
pub struct Contract {
    /// What creates it.
    pub init_code: Vec<u8>,
    /// Length of the code on the chain, in bytes.
    pub code_len: usize,
    /// Selector of each function, by name.
    selectors: BTreeMap<String, [u8; 4]>,
    /// Name of each error, by selector.
    errors: BTreeMap<[u8; 4], String>,
}

impl Contract {
    /// Call data of a function of that name.
    pub fn call(&self, function: &str, arguments: &[u8]) -> Vec<u8> {
        [&self.selectors[function], arguments].concat()
    }

    /// The error that a call reverted with, as in the source: `Name(argument)`. Text arguments are of one byte.
    pub fn error(&self, output: &[u8]) -> String {
        let Some((selector, arguments)) = output.split_first_chunk::<4>() else {
            assert!(output.is_empty(), "{output:?}");
            return "no reason".to_owned();
        };
        let signature = &self.errors[selector];
        let (name, kind) = signature.split_once('(').unwrap();
        match kind {
            ")" => name.to_owned(),
            "uint256)" => format!("{name}({})", arguments[31]),
            "bytes1)" => format!("{name}({})", char::from(arguments[0])),
            other => panic!("an argument that this test does not know: {other}"),
        }
    }
}

/// Compiles the only contract of each text with the optimiser, for chains since the Shanghai fork. A warning is an error
/// unless it is in `allowed`.
pub fn compile(compiler: &str, texts: &[&str], allowed: &[&str]) -> Vec<Contract> {
    let files: BTreeMap<String, Value> = texts
        .iter()
        .enumerate()
        .map(|(i, text)| (format!("{i}.sol"), json!({ "content": text })))
        .collect();
    let request = json!({
        "language": "Solidity",
        "sources": files,
        "settings": {
            "optimizer": { "enabled": true, "runs": 200 },
            "evmVersion": "shanghai",
            "metadata": { "bytecodeHash": "none" },
            "outputSelection": { "*": { "*": [
                "abi", "evm.bytecode.object", "evm.deployedBytecode.object", "evm.methodIdentifiers",
            ] } },
        },
    });
    let directory = tempfile::tempdir_in(target()).unwrap();
    fs::write(directory.path().join("request.json"), request.to_string()).unwrap();
    let script = sources("solidity").join("compile.cjs");
    let modules = modules("solidity");
    let arguments = [
        script.to_str().unwrap(),
        modules.to_str().unwrap(),
        compiler,
        "request.json",
    ];
    let output = succeed(directory.path(), "node", &arguments);
    let output: Value = serde_json::from_slice(&output).unwrap();
    for message in output["errors"].as_array().into_iter().flatten() {
        let text = message["formattedMessage"].as_str().unwrap();
        let known = allowed.iter().any(|known| text.contains(known));
        assert!(known, "{compiler}: {text}");
    }
    let contract = |i| {
        let contracts = output["contracts"][format!("{i}.sol")].as_object().unwrap();
        assert_eq!(contracts.len(), 1);
        read(contracts.values().next().unwrap())
    };
    (0..texts.len()).map(contract).collect()
}

fn read(contract: &Value) -> Contract {
    let code = |kind: &str| unhex(contract["evm"][kind]["object"].as_str().unwrap());
    let selectors = contract["evm"]["methodIdentifiers"].as_object().unwrap();
    let selectors = selectors.iter().map(|(signature, selector)| {
        let (name, _) = signature.split_once('(').unwrap();
        let selector = unhex(selector.as_str().unwrap());
        (name.to_owned(), selector.try_into().unwrap())
    });
    let abi = contract["abi"].as_array().unwrap();
    let errors = abi
        .iter()
        .filter(|item| item["type"] == "error")
        .map(|item| {
            let types: Vec<_> = item["inputs"]
                .as_array()
                .unwrap()
                .iter()
                .map(|input| input["type"].as_str().unwrap())
                .collect();
            let signature = format!("{}({})", item["name"].as_str().unwrap(), types.join(","));
            let hash = keccak256(&signature);
            (*hash.first_chunk::<4>().unwrap(), signature)
        });
    Contract {
        init_code: code("bytecode"),
        code_len: code("deployedBytecode").len(),
        selectors: selectors.collect(),
        errors: errors.collect(),
    }
}

fn unhex(text: &str) -> Vec<u8> {
    assert!(text.len().is_multiple_of(2));
    let byte = |i| u8::from_str_radix(&text[i..i + 2], 16).unwrap();
    (0..text.len()).step_by(2).map(byte).collect()
}
