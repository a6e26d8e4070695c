//! What the endpoints answer, with status, code and next step.

use obolus_chain::Block;
use obolus_protocol::tx::Transaction;
use obolus_runtime::ledger::kit;
use obolus_runtime_api::BlockUpdate;

use super::running::{Running, agent, answer};

#[test]
fn a_transaction_is_taken_and_the_same_bytes_get_the_same_answer() {
    let node = Running::open();
    let tx = kit::put(1, b"one", 10);
    let first = node.submit(&tx.encode(), "");
    assert_eq!(first.status, 202);
    let id = first.json()["id"].as_str().unwrap().to_owned();
    assert_eq!(id, tx.id().to_string());
    assert_eq!(first.header("location"), format!("/v1/transactions/{id}"));
    let committed = node.commit(&tx);
    assert_eq!(node.commit(&tx), committed);
    assert_eq!(node.submit(&tx.encode(), "").json(), committed);
    let status = node.json(&format!("/v1/transactions/{id}"));
    assert_eq!(status, committed["status"]);
    let receipt = node.json(&format!("/v1/transactions/{id}/receipt"));
    assert_eq!(receipt, committed["status"]["receipt"]);
    assert_eq!(receipt["height"], node.json("/v1/tip")["height"]);
}

#[test]
fn a_refused_transaction_is_answered_with_its_code() {
    let node = Running::open();
    // Refused when it is looked at: nothing was taken.
    assert_eq!(
        node.submit(b"no transaction", "").fault(),
        (400, "malformed_transaction".into())
    );
    let mut long = kit::put(1, b"one", 10).encode();
    long.push(0);
    assert_eq!(node.submit(&long, "").status, 400);
    let late = kit::put(2, b"late", 1);
    assert_eq!(
        node.submit(&late.encode(), "").fault(),
        (422, "expired".into())
    );
    // Refused when it was checked or executed: its status says so.
    let mut false_proof = kit::put(3, b"x", 10);
    let mut envelope = kit::prove([3, 2], 1);
    envelope.inputs = kit::prove([4, 2], 1).inputs;
    false_proof.proofs.push(envelope);
    let trap = Transaction {
        body: kit::body(kit::store_contract(), "put_and_trap", vec![0; 9], 10),
        ..kit::put(4, b"", 10)
    };
    for (tx, code) in [(false_proof, "proof"), (trap, "contract")] {
        let answer = node.submit(&tx.encode(), "?wait=committed");
        assert_eq!(answer.status, 202);
        let status = answer.json()["status"].clone();
        assert_eq!(status["state"], "refused", "{status}");
        assert!(status["code"].as_str().unwrap().contains(code), "{status}");
        assert!(!status["detail"].as_str().unwrap().is_empty());
        assert_eq!(status["receipt"], serde_json::Value::Null);
        let id = status["id"].as_str().unwrap();
        let missing = node.get(&format!("/v1/transactions/{id}/receipt"));
        assert_eq!(missing.fault(), (404, "not_found".into()));
        assert_eq!(node.json(&format!("/v1/transactions/{id}")), status);
    }
    // Nothing of all this is in a block.
    assert_eq!(node.json("/v1/tip")["height"], 1);
}

#[test]
fn waiting_ends_with_the_time_given() {
    // The first block after a pause is made at once; the next one only after the interval.
    let node = Running::with(|config| config.sequencing.block_interval_ms = 60_000);
    let tx = kit::put(1, b"one", 10);
    let answer = node.submit(&tx.encode(), "?wait=committed&timeout_ms=50");
    assert_eq!(answer.status, 202);
    assert_eq!(answer.json()["status"]["state"], "pending");
    let answer = node.submit(&tx.encode(), "?wait=committed&timeout_ms=60001");
    assert_eq!(answer.fault(), (400, "bad_parameter".into()));
}

#[test]
fn a_paused_node_takes_nothing_and_answers_readers() {
    let node = Running::open();
    let post = |path: &str| answer(agent().post(node.url(path)).send_empty());
    assert_eq!(post("/v1/operator/pause").status, 204);
    let tx = kit::put(1, b"one", 10);
    let refused = node.submit(&tx.encode(), "");
    assert_eq!(refused.fault(), (503, "paused".into()));
    assert_eq!(refused.header("retry-after"), "5");
    assert_eq!(node.get("/health/ready").fault(), (503, "paused".into()));
    assert_eq!(node.get("/health/live").status, 200);
    assert_eq!(node.get("/v1/tip").status, 200);
    assert_eq!(post("/v1/operator/resume").status, 204);
    assert_eq!(node.get("/health/ready").status, 200);
    node.commit(&tx);
    let pool = node.json("/v1/operator/mempool");
    assert_eq!(pool["ordering"], 0);
}

#[test]
fn a_client_beyond_its_quota_is_told_when_to_come_back() {
    let node = Running::with(|config| {
        config.sequencing.client_transactions = 2;
        config.sequencing.block_interval_ms = 60_000;
    });
    for number in 1..=2 {
        let tx = kit::put(number, b"x", 10);
        assert_eq!(node.submit(&tx.encode(), "").status, 202);
    }
    let refused = node.submit(&kit::put(3, b"x", 10).encode(), "");
    assert_eq!(refused.fault(), (429, "quota_exceeded".into()));
    assert!(refused.header("retry-after").parse::<u64>().unwrap() >= 1);
    assert!(refused.problem().retry_after_ms.unwrap() > 0);
    // Those it has are still known.
    let tx = kit::put(1, b"x", 10);
    assert_eq!(node.submit(&tx.encode(), "").status, 202);
}

#[test]
fn blocks_are_paged_and_their_bytes_hash_to_the_chain() {
    let node = Running::open();
    for number in 1..=3 {
        node.commit(&kit::put(number, b"x", 10));
    }
    let all = node.json("/v1/blocks");
    let heights = |page: &serde_json::Value| -> Vec<u64> {
        let page = page.as_array().unwrap();
        page.iter().map(|b| b["height"].as_u64().unwrap()).collect()
    };
    assert_eq!(heights(&all), [4, 3, 2, 1]);
    assert_eq!(heights(&node.json("/v1/blocks?before=3&limit=1")), [2]);
    assert_eq!(heights(&node.json("/v1/blocks?before=1")), [0; 0]);
    let mut previous = node.json("/v1/version")["chain"]
        .as_str()
        .unwrap()
        .to_owned();
    for height in 1..=4 {
        let raw = node.get(&format!("/v1/blocks/{height}/raw")).body;
        let block = Block::decode(&raw).unwrap();
        let view = node.json(&format!("/v1/blocks/{height}"));
        assert_eq!(view["block"], block.header.hash().to_string());
        assert_eq!(view["header"]["previous"], previous);
        previous = block.header.hash().to_string();
    }
    for path in ["/v1/blocks/5", "/v1/blocks/5/raw", "/v1/blocks/0"] {
        assert_eq!(node.get(path).fault(), (404, "not_found".into()), "{path}");
    }
}

#[test]
fn updates_are_the_same_in_both_encodings() {
    let node = Running::open();
    for number in 1..=3 {
        node.commit(&kit::put(number, b"x", 10));
    }
    let json: Vec<BlockUpdate> =
        serde_json::from_value(node.json("/v1/updates?from=2&limit=2")).unwrap();
    let call = agent()
        .get(node.url("/v1/updates?from=2&limit=2"))
        .header("accept", "application/octet-stream");
    let binary: Vec<BlockUpdate> = borsh::from_slice(&answer(call.call()).body).unwrap();
    assert_eq!(json, binary);
    assert_eq!([json[0].height, json[1].height], [2, 3]);
    assert_eq!(node.json("/v1/updates?from=5"), serde_json::json!([]));
}

#[test]
fn an_inclusion_proof_leads_from_the_bytes_to_the_header() {
    let node = Running::open();
    let tx = kit::put(7, b"seven", 10);
    node.commit(&tx);
    let proof = node.json(&format!("/v1/transactions/{}/inclusion", tx.id()));
    let bytes = obolus_runtime_api::hex::decode(proof["transaction"].as_str().unwrap()).unwrap();
    assert_eq!(bytes, tx.encode());
    let height = proof["header"]["height"].as_u64().unwrap();
    let block = node.json(&format!("/v1/blocks/{height}"));
    assert_eq!(block["block"], proof["block"]);
    assert_eq!(block["header"], proof["header"]);
}

#[test]
fn genesis_and_keys_are_what_the_chain_id_covers() {
    let node = Running::open();
    assert_eq!(node.get("/v1/genesis").body, kit::genesis().encode());
    let version = node.json("/v1/version");
    assert_eq!(version["chain"], kit::genesis().chain_id().to_string());
    assert_eq!(version["development"], true);
    let circuit = &version["circuits"][0];
    assert_eq!(circuit["insecure"], true);
    let key = node.get(&format!(
        "/v1/circuits/{}/key",
        circuit["key_id"].as_str().unwrap()
    ));
    assert_eq!(key.body, kit::circuit_key().encode().unwrap());
}

#[test]
fn a_query_is_read_only_and_a_wrong_one_is_explained() {
    let node = Running::open();
    node.commit(&kit::put(1, b"one", 10));
    let contract = kit::store_contract();
    let query = |body: &str| {
        let url = node.url(&format!("/v1/contracts/{contract}/query"));
        answer(
            agent()
                .post(url)
                .content_type("application/json")
                .send(body),
        )
    };
    let reply = query(r#"{"entry":"get","args":"0000000000000001"}"#);
    assert_eq!(reply.json()["reply"], "6f6e65");
    let entry = query(r#"{"entry":"no such entry","args":""}"#);
    assert_eq!(entry.fault(), (400, "bad_parameter".into()));
    let missing = query(r#"{"entry":"absent","args":""}"#);
    assert_eq!(missing.fault(), (422, "query_refused".into()));
    let args = query(r#"{"entry":"get","args":"0G"}"#);
    assert_eq!(args.fault(), (400, "bad_parameter".into()));
    for bad in ["", "{", "[]", r#"{"entry":"get","args":"","more":1}"#] {
        let answer = query(bad);
        assert!((400..=422).contains(&answer.status), "{answer:?}");
        assert_eq!(answer.problem().code, "bad_body");
    }
}

#[test]
fn what_is_not_there_is_said_to_be_missing() {
    let node = Running::open();
    let unknown = "ab".repeat(32);
    for path in [
        format!("/v1/transactions/{unknown}"),
        format!("/v1/transactions/{unknown}/receipt"),
        format!("/v1/transactions/{unknown}/inclusion"),
        format!("/v1/tokens/{unknown}"),
        format!("/v1/tokens/{unknown}/anchors"),
        format!("/v1/tokens/{unknown}/paths/0"),
        format!("/v1/registries/{unknown}"),
        format!("/v1/registries/{unknown}/participants"),
    ] {
        assert_eq!(node.get(&path).fault(), (404, "not_found".into()), "{path}");
    }
    assert_eq!(node.json("/v1/tokens"), serde_json::json!([]));
    let nowhere = node.get("/v1/nowhere");
    assert_eq!(nowhere.fault(), (404, "no_such_endpoint".into()));
    let method = answer(agent().delete(node.url("/v1/tip")).call());
    assert_eq!(method.fault(), (405, "method_not_allowed".into()));
}

#[test]
fn a_parameter_has_one_spelling() {
    let node = Running::open();
    let tx = kit::put(1, b"one", 10);
    node.commit(&tx);
    let id = tx.id().to_string();
    for path in [
        format!("/v1/transactions/{}", id.to_uppercase()),
        format!("/v1/transactions/{}", &id[..62]),
        format!("/v1/transactions/0x{id}"),
        "/v1/blocks/01".into(),
        "/v1/blocks/+1".into(),
        "/v1/blocks/-1".into(),
        "/v1/blocks/99999999999999999999".into(),
        "/v1/blocks?limit=0".into(),
        "/v1/blocks?limit=101".into(),
        "/v1/blocks?until=3".into(),
        "/v1/updates?limit=1001".into(),
        "/v1/updates?from=x".into(),
        "/v1/circuits/obolvk1nonsense/key".into(),
        "/v1/updates/stream?from=-1".into(),
    ] {
        assert_eq!(
            node.get(&path).fault(),
            (400, "bad_parameter".into()),
            "{path}"
        );
    }
}

#[test]
fn answers_are_not_cached_or_guessed_at() {
    let node = Running::open();
    let answer = node.get("/v1/tip");
    assert_eq!(answer.header("cache-control"), "no-store");
    assert_eq!(answer.header("x-content-type-options"), "nosniff");
}
