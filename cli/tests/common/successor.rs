//! A second token on a desk's node, to which the notes of the first one may move.

use std::path::PathBuf;

use serde_json::Value;

use super::desk::Desk;

const SCHEMA: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../contracts-wasm/artifacts/schemas/token.json"
);

/// The desk's own token.
pub fn first_token(desk: &Desk) -> String {
    let file = std::fs::read_to_string(desk.token()).unwrap();
    let mut lines = file.lines();
    let token = lines.find_map(|line| line.strip_prefix("token = \""));
    token.unwrap().trim_end_matches('"').to_owned()
}

/// `contract` with these words, signed by the operators.
pub fn operators(desk: &Desk, words: &[&str]) -> Value {
    let keys = [1, 2].map(|holder| desk.dev(&format!("operator-{holder}.key")));
    let mut all = vec!["contract"];
    all.extend(words);
    all.extend(["--schema", SCHEMA]);
    for key in &keys {
        all.extend(["--key", key.to_str().unwrap()]);
    }
    desk.ok(&all)
}

/// Deploys a token that names the first one as its predecessor, in this unit and with these digits. Writes its file, which says
/// the unit and the digits of the first token's.
pub fn deploy(desk: &Desk, unit: &str, exponent: u8, name: &str) -> (String, PathBuf) {
    let old = first_token(desk);
    let query = ["contract", "query", &old, "state", "--schema", SCHEMA];
    let mut init = desk.ok(&query)["reply"]["settings"].clone();
    init["predecessor"] = old.clone().into();
    let first = init["name"].as_str().unwrap().to_owned();
    let second = format!("{first}, second series");
    init["name"] = second.clone().into();
    init["unit"] = unit.into();
    init["exponent"] = exponent.into();
    let module = desk.path("token.wasm");
    std::fs::write(&module, obolus_contracts::TOKEN).unwrap();
    let init = init.to_string();
    let made = operators(desk, &["deploy", module.to_str().unwrap(), &init]);
    let new = made["contract"].as_str().unwrap().to_owned();
    let file = std::fs::read_to_string(desk.token()).unwrap();
    let path = desk.path(name);
    let file = file.replace(&old, &new).replace(&first, &second);
    std::fs::write(&path, file).unwrap();
    (new, path)
}

/// The operators of the first token name its successor.
pub fn name(desk: &Desk, successor: &str) {
    let message = format!(r#"{{"contract":"{successor}"}}"#);
    let old = first_token(desk);
    operators(desk, &["call", &old, "set_successor", &message]);
}
