//! The OpenAPI document: complete, and the one that is committed.

use super::running::Running;

/// Written again with `OBOLUS_BLESS=1`.
const GOLDEN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/openapi.json");

#[test]
fn the_committed_document_is_the_served_one() {
    let node = Running::open();
    let served = node.json("/openapi.json");
    let mut text = serde_json::to_string_pretty(&served).unwrap();
    text.push('\n');
    if std::env::var_os("OBOLUS_BLESS").is_some() {
        std::fs::write(GOLDEN, &text).unwrap();
    }
    let committed = std::fs::read_to_string(GOLDEN).unwrap_or_default();
    assert!(
        committed == text,
        "docs/openapi.json is not what the node serves: look at the difference, then bless it with OBOLUS_BLESS=1"
    );
}

#[test]
fn every_operation_says_what_it_leaks() {
    let document = serde_json::to_value(crate::http::openapi()).unwrap();
    let mut operations = 0;
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            let text = format!("{} {}", operation["summary"], operation["description"]);
            assert!(
                text.contains("Leak:") || path.starts_with("/v1/operator/"),
                "{method} {path} does not say what it leaks"
            );
            operations += 1;
        }
    }
    assert!(operations > 20);
}

/// The table of docs/node-api.md has every operation.
#[test]
fn the_manual_has_every_endpoint() {
    let manual = include_str!("../../../../../docs/node-api.md");
    let document = crate::http::openapi();
    for path in document.paths.paths.keys() {
        assert!(manual.contains(&format!("| `{path}`")), "{path}");
    }
}
