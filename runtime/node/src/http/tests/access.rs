//! Who is let in, through the front door.

use super::running::{Running, agent, answer, listed};
use crate::NodeConfig;
use crate::config::ConfigError;
use obolus_http::server::access::{AccessError, Role};

/// Every documented path with the role it needs.
fn paths() -> Vec<(String, &'static str, Role)> {
    let document = crate::http::openapi();
    let mut paths = Vec::new();
    for (path, item) in &document.paths.paths {
        let filled = path
            .replace("{contract}", &"ab".repeat(32))
            .replace("{id}", &"ab".repeat(32))
            .replace("{key_id}", "x")
            .replace("{height}", "1")
            .replace("{position}", "0");
        let role = match path.as_str() {
            "/metrics" => Role::Metrics,
            "/v1/transactions" => Role::Submit,
            path if path.starts_with("/v1/operator/") => Role::Operate,
            _ => Role::Read,
        };
        if item.get.is_some() {
            paths.push((filled.clone(), "GET", role));
        }
        if item.post.is_some() {
            paths.push((filled, "POST", role));
        }
    }
    for page in ["/", "/explorer/blocks", "/openapi.json"] {
        paths.push((page.into(), "GET", Role::Read));
    }
    paths
}

fn ask(node: &Running, path: &str, method: &str, token: Option<&str>) -> u16 {
    let url = node.url(path);
    let bearer = token.map(|token| format!("Bearer {token}"));
    // A stream has no end, so only its head is read.
    let response = if method == "GET" {
        let mut call = agent().get(url);
        if let Some(bearer) = bearer {
            call = call.header("authorization", bearer);
        }
        call.call()
    } else {
        let mut call = agent().post(url);
        if let Some(bearer) = bearer {
            call = call.header("authorization", bearer);
        }
        call.send_empty()
    };
    response.unwrap().status().as_u16()
}

#[test]
fn an_empty_list_admits_no_one_anywhere() {
    let node = Running::with(|config| config.access.open = false);
    for (path, method, _) in paths() {
        for token in [None, Some(""), Some("guess")] {
            assert_eq!(ask(&node, &path, method, token), 401, "{method} {path}");
        }
    }
    // Whoever restarts the node may ask whether it is well.
    assert_eq!(ask(&node, "/health/live", "GET", None), 200);
    assert_eq!(ask(&node, "/health/ready", "GET", None), 200);
    let refused = node.get("/v1/tip");
    assert_eq!(refused.fault(), (401, "unauthenticated".into()));
    assert!(refused.header("www-authenticate").contains("Bearer"));
}

#[test]
fn every_endpoint_wants_its_role_and_no_other() {
    let roles = [
        ("reader", Role::Read),
        ("payer", Role::Submit),
        ("monitor", Role::Metrics),
        ("operator", Role::Operate),
    ];
    let node = Running::with(|config| {
        config.access.open = false;
        config.access.clients = roles
            .iter()
            .map(|(name, role)| listed(name, &format!("token-of-{name}"), &[*role]))
            .collect();
    });
    let paths = paths();
    for wanted in [Role::Read, Role::Submit, Role::Metrics, Role::Operate] {
        assert!(paths.iter().any(|(_, _, role)| *role == wanted));
    }
    for (path, method, wanted) in paths {
        for (name, role) in roles {
            let token = format!("token-of-{name}");
            let status = ask(&node, &path, method, Some(&token));
            if role == wanted {
                assert!(
                    status != 401 && status != 403,
                    "{name} {method} {path}: {status}"
                );
            } else {
                assert_eq!(status, 403, "{name} {method} {path}");
            }
        }
        assert_eq!(ask(&node, &path, method, None), 401, "{method} {path}");
        assert_eq!(ask(&node, &path, method, Some("token-of-none")), 401);
    }
    let call = agent()
        .get(node.url("/v1/operator/mempool"))
        .header("authorization", "Bearer token-of-reader");
    assert_eq!(answer(call.call()).fault(), (403, "role_missing".into()));
}

#[test]
fn web_pages_of_others_are_kept_out_of_an_open_node() {
    let node = Running::open();
    let get = |host: &str| {
        let call = agent().get(node.url("/v1/tip")).header("host", host);
        answer(call.call()).status
    };
    assert_eq!(get("localhost:8080"), 200);
    // A name that an attacker lets resolve to 127.0.0.1.
    assert_eq!(get("rebound.example"), 403);
    let post = |origin: &str| {
        let call = agent()
            .post(node.url("/v1/operator/pause"))
            .header("origin", origin);
        answer(call.send_empty())
    };
    let foreign = post("https://evil.example");
    assert_eq!(foreign.fault(), (403, "foreign_origin".into()));
    assert_eq!(post("null").status, 403);
    assert_eq!(node.get("/health/ready").status, 200, "it was not paused");
}

#[test]
fn beyond_loopback_nothing_starts_without_tls_and_clients() {
    let refusal = |change: &dyn Fn(&mut NodeConfig)| {
        let mut config = NodeConfig::development("data".into(), ([0, 0, 0, 0], 0).into());
        config.access.open = false;
        change(&mut config);
        match config.check() {
            Err(ConfigError::Access(error)) => error,
            Err(other) => panic!("another fault: {other}"),
            Ok(_) => panic!("it would start"),
        }
    };
    assert!(matches!(refusal(&|_| ()), AccessError::NoTls(_)));
    let token = |config: &mut NodeConfig| {
        config.access.clients = vec![listed("desk", "t", &[Role::Read])];
    };
    assert!(matches!(refusal(&token), AccessError::NoTls(_)));
    let open = |config: &mut NodeConfig| config.access.open = true;
    assert!(matches!(refusal(&open), AccessError::OpenBeyondLoopback(_)));
    let tls = |config: &mut NodeConfig| {
        config.tls = Some(obolus_http::server::tls::TlsConfig {
            certificate: "c".into(),
            key: "k".into(),
            client_ca: None,
        });
    };
    assert!(matches!(refusal(&tls), AccessError::NoClients(_)));
}
