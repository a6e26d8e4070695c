//! Any bytes to any endpoint: an answer below 500 with a clear reason, and a node that goes on.

use std::io::Write;
use std::sync::OnceLock;

use obolus_runtime::ledger::kit;
use proptest::prelude::*;

use super::running::{Answer, Running, agent, answer, rest};

/// One node for all cases; what breaks it breaks the test.
fn node() -> &'static Running {
    static NODE: OnceLock<Running> = OnceLock::new();
    NODE.get_or_init(Running::open)
}

/// Every path of the API with its parameters open.
fn paths() -> Vec<String> {
    let document = crate::http::openapi();
    document.paths.paths.keys().cloned().collect()
}

/// Whatever came: a reason when it is a refusal, and never the node's fault.
fn check(answer: &Answer) -> Result<(), TestCaseError> {
    prop_assert!(answer.status < 500, "{answer:?}");
    if answer.status >= 400 {
        let problem = answer.problem();
        prop_assert!(!problem.code.is_empty());
    }
    Ok(())
}

/// Any bytes as part of a URL.
fn escaped(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("%{byte:02X}")).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn any_body_as_a_transaction(body in prop::collection::vec(any::<u8>(), 0..4096)) {
        let answer = node().submit(&body, "");
        check(&answer)?;
        prop_assert_eq!(answer.status, 400);
    }

    #[test]
    fn a_damaged_transaction(
        number in 0..1000_u64, at in any::<prop::sample::Index>(), flip in 1..=255_u8, cut in any::<prop::sample::Index>(),
    ) {
        let mut tx = kit::put(number, b"some value", 15);
        tx.proofs.push(kit::prove([number, 2], number));
        let mut bytes = tx.encode();
        let place = at.index(bytes.len());
        bytes[place] ^= flip;
        check(&node().submit(&bytes, "?wait=committed"))?;
        bytes.truncate(cut.index(bytes.len()));
        check(&node().submit(&bytes, "?wait=committed"))?;
    }

    #[test]
    fn any_path_and_query(
        which in any::<prop::sample::Index>(),
        part in prop::collection::vec(any::<u8>(), 0..80),
        name in prop::sample::select(vec!["from", "before", "limit", "wait", "timeout_ms", "q", ""]),
        value in prop::collection::vec(any::<u8>(), 0..40),
    ) {
        let paths = paths();
        let open = &paths[which.index(paths.len())];
        // Streams and pauses answer well and would hold the test up.
        prop_assume!(!open.ends_with("/stream") && !open.contains("/operator/"));
        let mut path = String::new();
        for segment in open.split('/').skip(1) {
            path.push('/');
            path.push_str(&if segment.starts_with('{') { escaped(&part) } else { segment.to_owned() });
        }
        let url = node().url(&format!("{path}?{name}={}", escaped(&value)));
        check(&answer(agent().get(&url).call()))?;
        check(&answer(agent().post(&url).content_type("application/json").send(value.as_slice())))?;
        check(&answer(agent().post(&url).content_type("application/octet-stream").send(value.as_slice())))?;
    }

    #[test]
    fn any_page_of_the_explorer(
        page in prop::sample::select(vec!["blocks", "transactions", "tokens", "contracts", "circuits", "search?q=", "x"]),
        part in prop::collection::vec(any::<u8>(), 0..80),
    ) {
        let slash = if page.ends_with('=') { "" } else { "/" };
        let url = node().url(&format!("/explorer/{page}{slash}{}", escaped(&part)));
        let answer = answer(agent().get(url).call());
        prop_assert!(answer.status < 500, "{:?}", answer);
    }

    #[test]
    fn any_query_of_a_contract(entry in ".{0,40}", args in prop::collection::vec(any::<u8>(), 0..200)) {
        let body = serde_json::json!({"entry": entry, "args": obolus_runtime_api::hex::encode(&args)});
        for contract in [kit::store_contract().to_string(), "00".repeat(32)] {
            let url = node().url(&format!("/v1/contracts/{contract}/query"));
            check(&answer(agent().post(url).send_json(&body)))?;
        }
    }

    #[test]
    fn any_bytes_on_a_connection(bytes in prop::collection::vec(any::<u8>(), 1..600)) {
        // Not HTTP at all: the node answers 400 or closes, and stays.
        let mut stream = node().connect();
        let _ = stream.write_all(&bytes);
        let _ = stream.shutdown(std::net::Shutdown::Write);
        let said = rest(stream);
        prop_assert!(!said.starts_with(b"HTTP/1.1 5"), "{}", String::from_utf8_lossy(&said));
        prop_assert_eq!(node().get("/health/ready").status, 200);
    }

    #[test]
    fn any_authorization(value in "[ -~]{0,100}") {
        let call = agent().get(node().url("/v1/tip")).header("authorization", &value);
        check(&answer(call.call()))?;
    }
}
