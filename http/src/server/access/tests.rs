use std::net::IpAddr;

use axum::http::{HeaderMap, HeaderValue, Method, header};
use base64::Engine;

use super::*;

const ROLES: &[Role] = &[Role::Read, Role::Submit, Role::Metrics, Role::Operate];
const LOOPBACK: IpAddr = IpAddr::V4(std::net::Ipv4Addr::LOCALHOST);
const OUTSIDE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::UNSPECIFIED);

fn listed(name: &str, token: &str, roles: &[Role]) -> ClientConfig {
    ClientConfig {
        name: name.into(),
        roles: roles.to_vec(),
        token_sha256: Some(Fingerprint::of(token.as_bytes()).to_string()),
        certificate_sha256: None,
    }
}

fn clients(config: &AccessConfig) -> Result<Clients, AccessError> {
    Clients::new(config, ROLES, LOOPBACK, false, false)
}

fn token(token: &str) -> [Credential; 1] {
    [Credential::from_header(&format!("Bearer {token}")).unwrap()]
}

#[test]
fn an_empty_list_admits_nobody() {
    let clients = clients(&AccessConfig::default()).unwrap();
    assert_eq!(clients.recognise(&[]), Err(Denied::Unknown));
    assert_eq!(clients.recognise(&token("")), Err(Denied::Unknown));
    assert_eq!(clients.recognise(&token("x")), Err(Denied::Unknown));
}

#[test]
fn a_token_is_known_as_bearer_and_as_basic_password() {
    let config = AccessConfig {
        clients: vec![
            listed("a", "secret-a", &[Role::Read]),
            listed("b", "secret-b", &[Role::Submit]),
        ],
        open: false,
    };
    let clients = clients(&config).unwrap();
    let caller = clients.recognise(&token("secret-b")).unwrap();
    assert_eq!(caller.name.as_str(), "b");
    assert_eq!(caller.check(Role::Submit), Ok(()));
    assert_eq!(caller.check(Role::Operate), Err(Denied::Role));
    let basic = base64::engine::general_purpose::STANDARD.encode("who:secret-a");
    let basic = [Credential::from_header(&format!("basic {basic}")).unwrap()];
    assert_eq!(clients.recognise(&basic).unwrap().name.as_str(), "a");
    assert_eq!(clients.recognise(&token("secret-c")), Err(Denied::Unknown));
    // A token's hash is no certificate's.
    let certificate = [Credential::Certificate(Fingerprint::of(b"secret-a"))];
    assert_eq!(clients.recognise(&certificate), Err(Denied::Unknown));
    for header in ["", "Bearer", "Digest x", "Basic %%%", "Basic bm9jb2xvbg=="] {
        assert_eq!(Credential::from_header(header), None, "{header}");
    }
}

#[test]
fn an_open_node_still_refuses_wrong_credentials() {
    let config = AccessConfig {
        open: true,
        clients: Vec::new(),
    };
    let clients = clients(&config).unwrap();
    assert_eq!(
        clients.recognise(&[]).unwrap().name,
        ClientName::anonymous()
    );
    assert_eq!(clients.recognise(&token("x")), Err(Denied::Unknown));
}

#[test]
fn beyond_loopback_tls_and_clients_are_a_must() {
    let one = AccessConfig {
        clients: vec![listed("a", "t", &[])],
        open: false,
    };
    let none = AccessConfig::default();
    let open = AccessConfig {
        open: true,
        ..one.clone()
    };
    let error = |config, tls| Clients::new(config, ROLES, OUTSIDE, tls, false).unwrap_err();
    assert_eq!(error(&open, true), AccessError::OpenBeyondLoopback(OUTSIDE));
    assert_eq!(error(&one, false), AccessError::NoTls(OUTSIDE));
    assert_eq!(error(&none, true), AccessError::NoClients(OUTSIDE));
    assert!(Clients::new(&one, ROLES, OUTSIDE, true, false).is_ok());
}

#[test]
fn faults_of_a_list_are_named() {
    let base = listed("a", "t", &[]);
    let with = |change: &dyn Fn(&mut ClientConfig)| {
        let mut client = base.clone();
        change(&mut client);
        AccessConfig {
            clients: vec![base.clone(), client],
            open: false,
        }
    };
    let fault = |config: &AccessConfig| clients(config).unwrap_err();
    assert!(matches!(
        fault(&with(&|c| c.name = "A".into())),
        AccessError::Name { .. }
    ));
    assert!(matches!(fault(&with(&|_| ())), AccessError::Repeated(_)));
    assert!(matches!(
        fault(&with(&|c| c.name = "b".into())),
        AccessError::Repeated(_)
    ));
    assert!(matches!(
        fault(&with(&|c| {
            c.name = "b".into();
            c.token_sha256 = None;
        })),
        AccessError::NoCredential(_)
    ));
    assert!(matches!(
        fault(&with(&|c| {
            c.name = "b".into();
            c.token_sha256 = Some("00".into());
        })),
        AccessError::Hash(_)
    ));
    let certificate = with(&|c| {
        c.name = "b".into();
        c.token_sha256 = None;
        c.certificate_sha256 = Some(Fingerprint::of(b"cert").to_string());
    });
    assert_eq!(fault(&certificate), AccessError::CertificatesWithoutTls);
    assert_eq!(
        Clients::new(&certificate, ROLES, LOOPBACK, true, false).unwrap_err(),
        AccessError::NoClientCa
    );
    assert!(Clients::new(&certificate, ROLES, LOOPBACK, true, true).is_ok());
}

#[test]
fn browsers_reach_an_open_node_from_its_own_pages_only() {
    let headers = |host: &'static str, origin: Option<&'static str>| {
        let mut headers = HeaderMap::new();
        headers.insert(header::HOST, HeaderValue::from_static(host));
        if let Some(origin) = origin {
            headers.insert(header::ORIGIN, HeaderValue::from_static(origin));
        }
        headers
    };
    let check = |method: Method, host, origin| check_browser(&method, &headers(host, origin));
    assert_eq!(check(Method::GET, "127.0.0.1:8080", None), Ok(()));
    assert_eq!(check(Method::GET, "[::1]:8080", None), Ok(()));
    assert_eq!(check(Method::GET, "localhost", None), Ok(()));
    assert_eq!(
        check(Method::GET, "evil.example", None),
        Err(OriginError::Host)
    );
    assert_eq!(
        check(Method::GET, "127.0.0.1.evil.example:80", None),
        Err(OriginError::Host)
    );
    assert_eq!(
        check(Method::POST, "localhost:1", Some("http://localhost:1")),
        Ok(())
    );
    assert_eq!(
        check(Method::POST, "localhost:1", Some("https://evil.example")),
        Err(OriginError::Origin)
    );
    assert_eq!(
        check(Method::POST, "localhost:1", Some("null")),
        Err(OriginError::Origin)
    );
    assert_eq!(
        check(Method::GET, "localhost:1", Some("https://evil.example")),
        Ok(())
    );
    // Another server of this machine is another origin, and so is one whose pages name this one otherwise.
    for origin in [
        "http://localhost:2",
        "http://localhost",
        "http://127.0.0.1:1",
    ] {
        assert_eq!(
            check(Method::POST, "localhost:1", Some(origin)),
            Err(OriginError::Origin),
            "{origin}"
        );
    }
    for (site, verdict) in [
        ("same-origin", Ok(())),
        ("none", Ok(())),
        ("same-site", Err(OriginError::Origin)),
        ("cross-site", Err(OriginError::Origin)),
    ] {
        let mut headers = headers("localhost:1", None);
        headers.insert("sec-fetch-site", HeaderValue::from_static(site));
        assert_eq!(check_browser(&Method::POST, &headers), verdict, "{site}");
    }
}
