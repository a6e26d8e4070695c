//! Limits of bodies, heads, connections and time.

use std::io::{Read, Write};
use std::time::{Duration, Instant};

use obolus_runtime::ledger::kit;

use super::running::{PATIENCE, Running, rest};

fn head(node: &Running, more: &str) -> String {
    format!(
        "POST /v1/transactions HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\
         Content-Type: application/octet-stream\r\n{more}\r\n",
        node.address
    )
}

fn status(answer: &[u8]) -> String {
    let text = String::from_utf8_lossy(answer);
    text.split(' ').nth(1).unwrap_or_default().to_owned()
}

#[test]
fn a_body_that_is_too_large_is_refused_before_it_is_read() {
    let node = Running::open();
    // Declared, not sent: the answer comes all the same.
    let declared = head(&node, "Content-Length: 1000000000\r\n");
    let answer = node.raw(declared.as_bytes());
    assert_eq!(status(&answer), "413");
    assert!(String::from_utf8_lossy(&answer).contains("body_too_large"));
    // Not declared: counted while it comes.
    let mut chunked = head(&node, "Transfer-Encoding: chunked\r\n").into_bytes();
    for _ in 0..11 {
        chunked.extend_from_slice(b"10000\r\n");
        chunked.extend_from_slice(&vec![b'x'; 0x10000]);
        chunked.extend_from_slice(b"\r\n");
    }
    chunked.extend_from_slice(b"0\r\n\r\n");
    assert_eq!(status(&node.raw(&chunked)), "413");
    // Small enough for a body, too large for a transaction.
    let large = node.submit(&vec![0; 600 << 10], "");
    assert!(large.status == 413 || large.status == 400, "{large:?}");
    node.commit(&kit::put(1, b"after", 10));
}

#[test]
fn a_head_that_is_too_large_is_refused() {
    let node = Running::open();
    let long = head(&node, &format!("X-Long: {}\r\n", "x".repeat(64 << 10)));
    assert_eq!(status(&node.raw(long.as_bytes())), "431");
    let many: String = (0..200).map(|i| format!("X-{i}: y\r\n")).collect();
    assert_eq!(status(&node.raw(head(&node, &many).as_bytes())), "431");
    node.commit(&kit::put(1, b"after", 10));
}

#[test]
fn slow_requests_are_cut_off() {
    let node = Running::with(|config| config.http.head_timeout_ms = 300);
    // A head that never ends, a byte at a time: each one comes soon after the last.
    let mut slow = node.connect();
    slow.write_all(b"GET /v1/tip HTTP/1.1\r\nX: ").unwrap();
    let start = Instant::now();
    while slow.write_all(b"y").is_ok() {
        assert!(start.elapsed() < PATIENCE, "the node keeps reading");
        std::thread::sleep(Duration::from_millis(20));
    }
    // A connection that says nothing.
    assert_eq!(node.raw(b""), b"");
    // A body that never ends. Its head has time enough.
    let node = Running::with(|config| config.http.request_timeout_ms = 300);
    let answer = node.raw(head(&node, "Content-Length: 100\r\n").as_bytes());
    assert_eq!(status(&answer), "408");
    assert!(String::from_utf8_lossy(&answer).contains("request_timeout"));
}

#[test]
fn connections_of_one_address_are_bounded() {
    let node = Running::with(|config| {
        config.http.connections_per_address = 3;
        // Those that are held stay, however long this takes.
        config.http.head_timeout_ms = 600_000;
    });
    let mut held: Vec<_> = (0..3).map(|_| node.connect()).collect();
    // Accepted in order, so these three are known before the fourth.
    for stream in &mut held {
        let ask = format!("GET /v1/tip HTTP/1.1\r\nHost: {}\r\n\r\n", node.address);
        stream.write_all(ask.as_bytes()).unwrap();
        let mut byte = [0];
        stream.read_exact(&mut byte).unwrap();
    }
    let nothing = rest(node.connect());
    assert_eq!(nothing, b"", "a fourth connection is closed unanswered");
    held.clear();
    let start = Instant::now();
    loop {
        let ask = format!(
            "GET /v1/tip HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n",
            node.address
        );
        if status(&node.raw(ask.as_bytes())) == "200" {
            break;
        }
        assert!(
            start.elapsed() < PATIENCE,
            "closed connections count for ever"
        );
    }
}

#[test]
fn an_orderly_end_commits_what_was_accepted() {
    let node = Running::with(|config| config.sequencing.block_interval_ms = 60_000);
    let handle = node.handle.clone();
    let ids: Vec<_> = (1..=5)
        .map(|number| {
            let tx = kit::put(number, b"x", 10);
            assert_eq!(node.submit(&tx.encode(), "").status, 202);
            tx.id()
        })
        .collect();
    drop(node);
    for id in ids {
        let receipt = handle.ledger().receipt(&id).unwrap();
        assert!(receipt.is_some(), "{id} was accepted and is gone");
    }
}
