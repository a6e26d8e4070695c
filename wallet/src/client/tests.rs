//! A client whose node answers whatever it likes.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::sync::mpsc;
use std::thread;

use zeroize::Zeroizing;

use super::*;
use crate::testing::TestChain;

/// Answers each connection with the next of these, whatever is asked; returns its URL and what was asked.
fn node(answers: Vec<Vec<u8>>) -> (String, mpsc::Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let (asked, heard) = mpsc::channel();
    thread::spawn(move || {
        for answer in answers {
            let (stream, _) = listener.accept().unwrap();
            let mut stream = BufReader::new(stream);
            let (mut head, mut length) = (String::new(), 0);
            loop {
                let mut line = String::new();
                if stream.read_line(&mut line).unwrap_or(0) == 0 || line == "\r\n" {
                    break;
                }
                if let Some(value) = line.to_lowercase().strip_prefix("content-length:") {
                    length = value.trim().parse().unwrap();
                }
                head.push_str(&line);
            }
            let mut body = vec![0; length];
            stream.read_exact(&mut body).unwrap();
            let _ = asked.send(head);
            // The client may have had enough of it.
            let _ = stream.get_mut().write_all(&answer);
        }
    });
    (url, heard)
}

fn http(status: &str, headers: &str, body: &[u8]) -> Vec<u8> {
    let head = format!(
        "HTTP/1.1 {status}\r\nConnection: close\r\n{headers}Content-Length: {}\r\n\r\n",
        body.len()
    );
    [head.as_bytes(), body].concat()
}

fn ok(body: &[u8]) -> Vec<u8> {
    http("200 OK", "", body)
}

fn problem(status: u16, code: &str, detail: &str) -> Vec<u8> {
    let body = serde_json::json!({
        "type": format!("urn:obolus:problem:{code}"), "title": "t", "status": status, "code": code, "detail": detail,
    });
    let status = format!("{status} X");
    http(&status, "Retry-After: 0\r\n", body.to_string().as_bytes())
}

fn client(url: &str) -> NodeClient {
    let endpoint = Endpoint {
        url: url.into(),
        ..Endpoint::default()
    };
    NodeClient::new(&endpoint).unwrap()
}

fn accepted(state: &str) -> Vec<u8> {
    let id = "ab".repeat(32);
    let body = serde_json::json!({"id": id, "status": {"id": id, "state": state}});
    http("202 Accepted", "", body.to_string().as_bytes())
}

#[test]
fn a_busy_or_broken_node_is_asked_again() {
    let (url, heard) = node(vec![
        problem(429, "quota_exceeded", "later"),
        problem(503, "shutting_down", "later"),
        b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf".to_vec(),
        accepted("committed"),
    ]);
    let answer = Submitter::submit(&client(&url), b"bytes", Duration::from_secs(1));
    assert_eq!(answer, Ok(Submission::Committed));
    let asked: Vec<String> = heard.iter().collect();
    assert_eq!(asked.len(), 4);
    assert!(
        asked
            .iter()
            .all(|head| head.starts_with("POST /v1/transactions?wait=committed"))
    );
}

#[test]
fn a_refusal_at_the_door_is_final_and_a_failure_is_not() {
    let (url, _heard) = node(vec![problem(422, "expired", "build it again\u{1b}[2J")]);
    let answer = Submitter::submit(&client(&url), b"bytes", Duration::ZERO);
    // What the node says is shown on terminals.
    let message = "build it again[2J".to_owned();
    let code = "expired".to_owned();
    assert_eq!(answer, Ok(Submission::Refused { code, message }));
    for (status, code) in [(401, "unauthenticated"), (500, "internal_error")] {
        let (url, _heard) = node(vec![problem(status, code, "no")]);
        let answer = Submitter::submit(&client(&url), b"bytes", Duration::ZERO);
        assert!(answer.is_err(), "{status} says nothing of the transaction");
    }
}

#[test]
fn answers_that_are_no_answers_are_malformed() {
    let garbage: [&[u8]; 4] = [b"", b"{}", b"[1,2", b"\xff\xff\xff\xff\xff\xff"];
    for body in garbage {
        let (url, _heard) = node(vec![ok(body)]);
        assert_eq!(client(&url).tip().unwrap_err(), ClientError::Malformed);
        let (url, _heard) = node(vec![ok(body)]);
        let blocks = client(&url).blocks(Height(1));
        assert_eq!(blocks.unwrap_err(), ClientError::Malformed);
    }
    // A length that promises four billion blocks.
    let (url, _heard) = node(vec![ok(&[0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0])]);
    assert!(client(&url).blocks(Height(1)).is_err());
}

#[test]
fn an_endless_answer_is_cut_off() {
    let huge = [
        b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n".as_slice(),
        &vec![b' '; 65 << 20],
    ]
    .concat();
    let (url, _heard) = node(vec![huge]);
    assert_eq!(client(&url).version().unwrap_err(), ClientError::TooLarge);
}

#[test]
fn a_node_of_another_chain_is_not_followed() {
    let tip = serde_json::json!({
        "chain": "07".repeat(32), "height": 5, "block": "00".repeat(32), "app_hash": "00".repeat(32), "time_ms": 1,
    });
    let (url, _heard) = node(vec![ok(tip.to_string().as_bytes())]);
    let chain = TestChain::new();
    let client = client(&url).following(chain.config);
    assert_eq!(ChainSource::tip(&client), Err(SourceError::OtherChain));
}

/// What a node says of a token: its tip, then its tokens.
fn says(file: &Token, exponent: u8) -> [Vec<u8>; 2] {
    let zero = "00".repeat(32);
    let tip = serde_json::json!({
        "chain": file.config.chain.to_string(), "height": 5, "block": zero, "app_hash": zero, "time_ms": 1,
    });
    let role = serde_json::json!({"keys": [], "threshold": 1});
    let token = serde_json::json!({
        "token": file.config.token.to_string(), "code": zero, "code_frozen": true,
        "registry": file.config.registry.to_string(), "name": file.name, "unit": file.unit, "exponent": exponent,
        "issuer": role, "operator": role, "issue_nonce": 0, "paused": false, "enabled": [true, true, true],
        "pins": ["", "", ""], "issued": "", "redeemed": "", "redemptions": 0, "cleared": 0, "version": 0, "notes": 0,
        "anchor": zero,
    });
    [tip, serde_json::json!([token])].map(|json| ok(json.to_string().as_bytes()))
}

#[test]
fn a_node_whose_ledger_shows_other_amounts_than_the_file_is_not_followed() {
    let file = Token {
        config: TestChain::new().config,
        network: obolus_protocol::address::Network::Test,
        name: "US dollar".into(),
        unit: "USD".into(),
        exponent: 2,
    };
    // Asked once.
    let [tip, tokens] = says(&file, 2);
    let (url, heard) = node(vec![tip.clone(), tokens.clone(), tip.clone()]);
    let good = client(&url).following_file(&file);
    for _ in 0..2 {
        assert_eq!(ChainSource::tip(&good), Ok(Height(5)));
    }
    drop(good);
    let asked: Vec<String> = heard.iter().collect();
    let paths = ["GET /v1/tip ", "GET /v1/tokens ", "GET /v1/tip "];
    assert_eq!(asked.len(), paths.len());
    for (asked, path) in asked.iter().zip(paths) {
        assert!(asked.starts_with(path), "{asked}");
    }

    type Change = fn(&mut Token);
    let changes: [Change; 3] = [
        |file| file.exponent = 4,
        |file| file.unit = "EUR".into(),
        |file| file.name = "Euro".into(),
    ];
    for change in changes {
        let mut other = file.clone();
        change(&mut other);
        let (url, _heard) = node(vec![tip.clone(), tokens.clone()]);
        let refused = ChainSource::tip(&client(&url).following_file(&other)).unwrap_err();
        let said = refused.to_string();
        for money in [&other, &file].map(Money::from) {
            assert!(said.contains(&money.to_string()), "{said}");
        }
    }
    // No such token there.
    let (url, _heard) = node(vec![ok(b"[]")]);
    assert_eq!(
        client(&url).check_file(&file),
        Err(SourceError::NoToken(file.config.token))
    );
}

#[test]
fn a_redirect_does_not_carry_the_token_elsewhere() {
    let (other, heard_there) = node(vec![ok(b"{}")]);
    let redirect = http("307 X", &format!("Location: {other}/v1/tip\r\n"), b"");
    let (url, heard) = node(vec![redirect]);
    let endpoint = Endpoint {
        url,
        token: Some(Zeroizing::new("secret-token".into())),
        tls: ClientTls::default(),
    };
    assert!(!format!("{endpoint:?}").contains("secret-token"));
    let error = NodeClient::new(&endpoint).unwrap().tip().unwrap_err();
    assert!(!error.to_string().contains("secret-token"));
    assert!(heard.recv().unwrap().contains("Bearer secret-token"));
    assert!(heard_there.try_recv().is_err(), "the redirect was followed");
}

#[test]
fn an_endpoint_that_would_give_secrets_away_is_refused() {
    let make = |url: &str, token: bool| {
        let endpoint = Endpoint {
            url: url.into(),
            token: token.then(|| Zeroizing::new("t".into())),
            tls: ClientTls::default(),
        };
        NodeClient::new(&endpoint).err()
    };
    assert_eq!(make("ftp://x", false), Some(ClientError::Url));
    assert_eq!(
        make("http://bank.example", true),
        Some(ClientError::PlainToken)
    );
    // A name that only looks like this machine.
    assert_eq!(
        make("http://localhost.example", true),
        Some(ClientError::PlainToken)
    );
    assert_eq!(
        make("http://127.0.0.1:80@bank.example", true),
        Some(ClientError::Url)
    );
    assert_eq!(make("http://127.0.0.1:80", true), None);
    assert_eq!(
        make("https://bank.example", true),
        Some(ClientError::NoAuthority)
    );
}
