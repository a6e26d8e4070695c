//! Server-sent events: every block once, in order, resumed where the client left off.

use std::io::{BufRead, BufReader, Read};
use std::time::Instant;

use obolus_runtime::ledger::kit;
use obolus_runtime_api::BlockUpdate;

use super::running::{PATIENCE, Running, agent, answer};

struct Events(BufReader<Box<dyn Read>>);

impl Events {
    fn open(node: &Running, query: &str, last: Option<&str>) -> Self {
        let mut call = agent().get(node.url(&format!("/v1/updates/stream{query}")));
        if let Some(last) = last {
            call = call.header("last-event-id", last);
        }
        let response = call.call().unwrap();
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        let body = response.into_body().into_reader();
        Self(BufReader::new(Box::new(body)))
    }

    /// The next event; none when the node ends the stream.
    fn next(&mut self) -> Option<BlockUpdate> {
        let (mut id, mut update) = (None, None);
        loop {
            let mut line = String::new();
            if self.0.read_line(&mut line).unwrap() == 0 {
                return None;
            }
            match line.trim_end().split_once(": ") {
                Some(("event", kind)) => assert_eq!(kind, "block"),
                Some(("id", height)) => id = Some(height.parse::<u64>().unwrap()),
                Some(("data", json)) => {
                    update = Some(serde_json::from_str::<BlockUpdate>(json).unwrap());
                }
                _ if update.is_some() => {
                    assert_eq!(update.as_ref().map(|update| update.height), id);
                    return update;
                }
                _ => {}
            }
        }
    }

    fn heights(&mut self, count: usize) -> Vec<u64> {
        (0..count).map(|_| self.next().unwrap().height).collect()
    }
}

#[test]
fn blocks_arrive_as_they_are_committed_and_a_client_resumes() {
    let node = Running::open();
    for number in 1..=20 {
        node.commit(&kit::put(number, b"x", 21));
    }
    let mut all = Events::open(&node, "?from=1", None);
    assert_eq!(all.heights(21), (1..=21).collect::<Vec<_>>());
    let mut live = Events::open(&node, "", None);
    let mut resumed = Events::open(&node, "?from=1", Some("19"));
    node.commit(&kit::put(21, b"live", 30));
    assert_eq!(live.heights(1), [22]);
    assert_eq!(all.heights(1), [22]);
    assert_eq!(resumed.heights(3), [20, 21, 22]);
    let page: Vec<BlockUpdate> = serde_json::from_value(node.json("/v1/updates?from=22")).unwrap();
    node.commit(&kit::put(22, b"more", 30));
    let mut again = Events::open(&node, "", Some("21"));
    assert_eq!(again.next().unwrap(), page[0]);
    // Far ahead of the chain: nothing until it gets there, and no error.
    drop(Events::open(&node, "?from=1000", None));
    // An orderly end of the node ends its streams.
    drop(node);
    assert_eq!(live.heights(1), [23]);
    assert_eq!(live.next(), None);
}

#[test]
fn streams_are_bounded_and_a_closed_one_makes_room() {
    let node = Running::with(|config| config.http.streams = 1);
    let first = Events::open(&node, "?from=1", None);
    let refused = node.get("/v1/updates/stream?from=1");
    assert_eq!(refused.fault(), (429, "busy".into()));
    assert_eq!(refused.header("retry-after"), "1");
    drop(first);
    // The node notices when it next writes to the closed connection.
    let dropped = Instant::now();
    for number in 1.. {
        assert!(
            dropped.elapsed() < PATIENCE,
            "the stream's place is not given back"
        );
        node.commit(&kit::put(number, b"x", number + 18));
        let call = agent().get(node.url("/v1/updates/stream?from=1")).call();
        match call.unwrap().status().as_u16() {
            200 => break,
            status => assert_eq!(status, 429),
        }
    }
    let bad = agent()
        .get(node.url("/v1/updates/stream"))
        .header("last-event-id", "1 or so");
    assert_eq!(answer(bad.call()).fault(), (400, "bad_parameter".into()));
}
