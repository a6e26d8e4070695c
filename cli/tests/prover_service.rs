//! The proving service as its tenants see it, with the real binary.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a failed expectation is a failed test"
)]

mod common;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;

use common::prover::{CUBIC, PATIENCE, Site, cubic_key_id, front_end};
use obolus_prover_api::{JobView, ServiceKeys, Subject};
use obolus_verifier::snarkjs::{inputs_from_json, key_from_json, proof_from_json};
use obolus_verifier::{CircuitName, verify};
use serde_json::{Value, json};

/// Verifies a finished job as its owner would: proof and inputs under the owner's key, the receipt under the pinned one.
fn check(job: &Value, keys: &str, body: &[u8]) {
    let view: JobView = serde_json::from_value(job.clone()).unwrap();
    let proved = view.proved.expect("a proof");
    let vkey = std::fs::read(format!("{CUBIC}/verification_key.json")).unwrap();
    let key = key_from_json(&CircuitName::new("cubic").unwrap(), &vkey).unwrap();
    let proof = proof_from_json(&serde_json::to_vec(&proved.proof).unwrap()).unwrap();
    let inputs = inputs_from_json(&serde_json::to_vec(&proved.inputs).unwrap()).unwrap();
    assert_eq!(verify(&key, &inputs, &proof), Ok(()));
    let keys: ServiceKeys = keys.parse().unwrap();
    let key_id = cubic_key_id();
    let subject = Subject {
        job: view.id,
        request: obolus_prover_api::Digest::of(body),
        circuit: "cubic",
        key_id: &key_id,
    };
    let receipt = &proved.receipt;
    assert_eq!(
        receipt.check(&keys.receipts, subject, &proved.inputs, &proved.proof),
        Ok(())
    );
}

#[test]
fn a_proof_is_ordered_followed_and_checked() {
    let site = Site::embedded("");
    let service = site.serve("prover.toml");
    let circuits = service.get("/v1/circuits", 0).json;
    assert_eq!(circuits["circuits"][0]["name"], "cubic");
    assert_eq!(circuits["circuits"][0]["key_id"], cubic_key_id());
    assert!(circuits["circuits"][0]["constraints"].as_u64().unwrap() >= 40);
    assert!(circuits["circuits"][0]["proof_bytes"].as_u64().unwrap() > 0);
    assert_eq!(service.get("/v1/keys", 0).json["service_keys"], site.keys);
    assert_eq!(
        service.get("/v1/version", 0).json["name"],
        "obolus-prover-service"
    );

    let body = site.cubic();
    let id = service.accepted(0, &body);
    let job = service.ended(0, &id);
    assert_eq!(job["state"], "succeeded", "{job}");
    check(&job, &site.keys, &body);

    // Success is final.
    let cancelled = service.ask("DELETE", &format!("/v1/proofs/{id}"), Some(0), None);
    assert_eq!(
        (cancelled.status, &cancelled.json["code"]),
        (409, &json!("job_ended"))
    );
    assert_eq!(service.ended(0, &id), job);

    // In one call, and by name instead of id.
    let mut by_name: Value = serde_json::from_slice(&body).unwrap();
    by_name["circuit"] = json!("cubic");
    let by_name = serde_json::to_vec(&by_name).unwrap();
    let prove = "/v1/proofs:prove?wait_ms=60000";
    let waited = service.ask("POST", prove, Some(1), Some((&by_name, &[])));
    assert_eq!(waited.status, 200, "{waited:?}");
    check(&waited.json, &site.keys, &by_name);

    // Events of a job that has ended: the last state, and the end.
    let events = service.get(&format!("/v1/proofs/{id}/events"), 0);
    let events = events.json.as_str().unwrap().to_owned();
    assert!(events.starts_with("event: succeeded\n"), "{events}");
    assert_eq!(events.matches("event:").count(), 1);

    let metrics = service.get("/metrics", 0).json.as_str().unwrap().to_owned();
    for line in [
        "obolus_prover_jobs_accepted_total 2",
        "obolus_prover_jobs_proved_total{circuit=\"cubic\"} 2",
        "obolus_prover_queue_wait_seconds_count 2",
        "obolus_prover_jobs_queued 0",
        "obolus_prover_reserved_memory_bytes 0",
    ] {
        assert!(metrics.contains(line), "{line} in {metrics}");
    }
    assert!(service.node.stop().success());
}

#[test]
fn events_tell_a_jobs_life() {
    let Some((_postgres, site)) = front_end("") else {
        return;
    };
    let service = site.serve("prover.toml");
    let id = service.accepted(0, &site.cubic());
    let stream = common::node::agent()
        .get(format!("{}/v1/proofs/{id}/events", service.node.url))
        .header("authorization", "Bearer token-t0")
        .call()
        .unwrap();
    let mut events = BufReader::new(stream.into_body().into_reader())
        .lines()
        .map(Result::unwrap)
        .filter_map(|line| line.strip_prefix("event: ").map(str::to_owned));
    assert_eq!(events.next().as_deref(), Some("queued"));
    let _worker = site.worker("worker.toml");
    // The stream ends with the job; a change that another one overtakes is not told.
    let rest: Vec<String> = events.collect();
    let (last, before) = rest.split_last().unwrap();
    assert_eq!(last, "succeeded");
    assert!(before.iter().all(|name| name == "running"), "{rest:?}");
    assert_eq!(service.ended(0, &id)["state"], "succeeded");
}

#[test]
fn the_same_order_is_the_same_job() {
    let site = Site::embedded("");
    let service = site.serve("prover.toml");
    let body = site.cubic();
    let order = |tenant, body: &[u8], key| service.order(tenant, body, &[("idempotency-key", key)]);
    let first = order(0, &body, "a");
    assert_eq!(order(0, &body, "a").json["id"], first.json["id"]);
    // Sealed anew it is another body, and so another order.
    let other = site.cubic();
    let conflict = order(0, &other, "a");
    assert_eq!(
        (conflict.status, &conflict.json["code"]),
        (409, &json!("idempotency_conflict"))
    );
    assert_ne!(order(0, &other, "b").json["id"], first.json["id"]);
    // Another tenant's keys are its own.
    assert_ne!(order(1, &body, "a").json["id"], first.json["id"]);
    let id = first.json["id"].as_str().unwrap();
    let ended = service.ended(0, id);
    // Neither an end nor a restart makes it another job.
    assert_eq!(order(0, &body, "a").json, ended);
    assert!(service.node.stop().success());
    let service = site.serve("prover.toml");
    let again = service.order(0, &body, &[("idempotency-key", "a")]);
    assert_eq!((again.status, again.json), (202, ended));
    for bad in ["", "with space", &"x".repeat(129)] {
        let answer = service.order(0, &body, &[("idempotency-key", bad)]);
        assert_eq!(answer.status, 400, "{bad}");
    }
}

#[test]
fn tenants_see_their_own_jobs_only() {
    let site = Site::embedded("");
    let service = site.serve("prover.toml");
    let id = service.accepted(0, &site.cubic());
    for path in [
        format!("/v1/proofs/{id}"),
        format!("/v1/proofs/{id}/events"),
    ] {
        assert_eq!(service.get(&path, 1).status, 404);
    }
    let path = format!("/v1/proofs/{id}");
    assert_eq!(service.ask("DELETE", &path, Some(1), None).status, 404);
    assert_eq!(service.ended(0, &id)["state"], "succeeded");
    for (method, path) in [
        ("GET", "/v1/circuits"),
        ("GET", "/v1/keys"),
        ("GET", "/v1/quota"),
        ("GET", "/metrics"),
        ("GET", "/openapi.json"),
        ("POST", "/v1/proofs"),
        ("GET", path.as_str()),
    ] {
        assert_eq!(service.ask(method, path, None, None).status, 401, "{path}");
        assert_eq!(
            service.ask(method, path, Some(77), None).status,
            401,
            "{path}"
        );
    }
    assert_eq!(service.get("/v1/proofs/../keys", 0).status, 404);
    assert_eq!(
        service
            .get(&format!("/v1/proofs/{}", id.to_uppercase()), 0)
            .status,
        400
    );
}

#[test]
fn an_empty_list_admits_nobody() {
    let site = Site::embedded("");
    let config = std::fs::read_to_string(site.path("prover.toml")).unwrap();
    let (without, _) = config.split_once("[[access.clients]]").unwrap();
    std::fs::write(site.path("nobody.toml"), without).unwrap();
    let service = site.serve("nobody.toml");
    for tenant in [None, Some(0)] {
        assert_eq!(service.ask("GET", "/v1/circuits", tenant, None).status, 401);
    }
    // A client without the role is known and may not.
    let roles = config.replacen("\"prove\", \"metrics\"", "\"metrics\"", 1);
    std::fs::write(site.path("roles.toml"), roles).unwrap();
    drop(service);
    let service = site.serve("roles.toml");
    assert_eq!(service.order(0, &site.cubic(), &[]).status, 403);
    assert_eq!(service.get("/metrics", 0).status, 200);
    assert_eq!(service.order(1, &site.cubic(), &[]).status, 202);
}

#[test]
fn a_body_over_the_limit_is_refused_before_it_is_read() {
    let site = Site::embedded("[http]\nbody_bytes = 65536");
    let service = site.serve("prover.toml");
    let address = service.node.url.strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    // Not a byte of the body is sent.
    write!(
        stream,
        "POST /v1/proofs HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer token-t0\r\nContent-Type: application/json\r\nContent-Length: 65537\r\n\r\n"
    )
    .unwrap();
    let mut answer = [0; 12];
    stream.read_exact(&mut answer).unwrap();
    assert_eq!(&answer, b"HTTP/1.1 413");
}

#[test]
fn bad_requests_are_named_and_change_nothing() {
    let site = Site::embedded("");
    let service = site.serve("prover.toml");
    let good: Value = serde_json::from_slice(&site.cubic()).unwrap();
    let with = |field: &str, value: Value| {
        let mut body = good.clone();
        body[field] = value;
        serde_json::to_vec(&body).unwrap()
    };
    for (body, status, code) in [
        (b"".to_vec(), 400, "bad_body"),
        (b"[]".to_vec(), 400, "bad_body"),
        (b"{".to_vec(), 400, "bad_body"),
        (vec![0xff; 100], 400, "bad_body"),
        (b"[".repeat(50_000), 400, "bad_body"),
        (with("circuit", json!("transfer")), 404, "unknown_circuit"),
        (with("circuit", json!(7)), 400, "bad_body"),
        (with("unknown", json!(7)), 400, "bad_body"),
        (with("priority", json!(10)), 400, "bad_body"),
        (with("priority", json!(-1)), 400, "bad_body"),
        (with("deadline_ms", json!(0)), 400, "bad_body"),
        (with("deadline_ms", json!(u64::MAX)), 400, "bad_body"),
        (with("witness", json!("%")), 400, "bad_body"),
        (with("witness", json!("")), 400, "bad_body"),
        (with("witness", json!("AQ==")), 400, "bad_body"),
    ] {
        let answer = service.order(0, &body, &[]);
        let shown = String::from_utf8_lossy(&body[..body.len().min(40)]).into_owned();
        assert_eq!(
            (answer.status, &answer.json["code"]),
            (status, &json!(code)),
            "{shown}"
        );
    }
    let quota = service.get("/v1/quota", 0).json;
    assert_eq!(
        (&quota["queued"], &quota["running"]),
        (&json!(0), &json!(0))
    );
}

#[test]
fn witnesses_that_do_not_fit_fail_with_a_reason() {
    let site = Site::embedded("");
    let service = site.serve("prover.toml");
    let key_id = cubic_key_id();
    let wtns = std::fs::read(format!("{CUBIC}/cubic.wtns")).unwrap();
    let file = site.path("some.wtns");
    let sealed = |bytes: &[u8]| {
        std::fs::write(&file, bytes).unwrap();
        site.sealed(&key_id, &file)
    };
    let failed = |body: &[u8]| {
        let id = service.accepted(0, body);
        let job = service.ended(0, &id);
        assert_eq!(job["state"], "failed", "{job}");
        assert_eq!(job["proved"], Value::Null);
        job["failure"]["code"].as_str().unwrap().to_owned()
    };
    assert_eq!(failed(&sealed(b"")), "bad_witness");
    assert_eq!(failed(&sealed(&wtns[..wtns.len() - 1])), "bad_witness");
    let mut wrong = wtns.clone();
    let last = wrong.len() - 32;
    wrong[last] ^= 1;
    assert_eq!(failed(&sealed(&wrong)), "rule_broken");
    // Sealed for another circuit, or damaged on the way.
    let mut other: Value = serde_json::from_slice(&site.cubic()).unwrap();
    let witness = other["witness"].as_str().unwrap().to_owned();
    let (head, tail) = witness.split_at(200);
    let swapped = if tail.starts_with('A') { "B" } else { "A" };
    other["witness"] = json!(format!("{head}{swapped}{}", &tail[1..]));
    assert_eq!(failed(&serde_json::to_vec(&other).unwrap()), "bad_seal");
    let elsewhere = Site::embedded("");
    assert_eq!(failed(&elsewhere.cubic()), "bad_seal");
}

#[test]
fn quotas_deadlines_and_cancellation() {
    let Some((_postgres, site)) = front_end("[limits]\ntenant_jobs = 20\njobs = 30") else {
        return;
    };
    let service = site.serve("prover.toml");
    let body = site.cubic();
    let mut late: Value = serde_json::from_slice(&body).unwrap();
    late["deadline_ms"] = json!(1);
    let late = service.accepted(0, &serde_json::to_vec(&late).unwrap());
    assert_eq!(service.ended(0, &late)["state"], "expired");

    let refused = |tenant: u32, code: &str| {
        let refused = service.order(tenant, &body, &[]);
        assert_eq!((refused.status, &refused.json["code"]), (429, &json!(code)));
        assert!(refused.retry_after.is_some());
    };
    let mut waiting: Vec<_> = (0..20).map(|_| (0, service.accepted(0, &body))).collect();
    refused(0, "tenant_quota");
    // Another tenant has its own quota, until all together have too much.
    waiting.extend((0..10).map(|_| (1, service.accepted(1, &body))));
    refused(2, "queue_full");
    let quota = service.get("/v1/quota", 0).json;
    assert_eq!(
        (&quota["max_jobs"], &quota["queued"], &quota["running"]),
        (&json!(20), &json!(20), &json!(0))
    );

    // What is cancelled makes room, and stays cancelled.
    let (_, last) = waiting.swap_remove(19);
    let path = format!("/v1/proofs/{last}");
    let cancel = || service.ask("DELETE", &path, Some(0), None);
    let first = cancel();
    assert_eq!(
        (first.status, &first.json["state"]),
        (200, &json!("cancelled")),
        "{first:?}"
    );
    assert_eq!(cancel().json, first.json);
    waiting.push((0, service.accepted(0, &body)));
    refused(0, "tenant_quota");

    let _worker = site.worker("worker.toml");
    for (tenant, id) in waiting {
        assert_eq!(service.ended(tenant, &id)["state"], "succeeded");
    }
    assert_eq!(service.ended(0, &last)["state"], "cancelled");
    assert_eq!(service.ended(0, &late)["state"], "expired");
}
