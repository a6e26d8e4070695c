//! TLS with tokens and with client certificates, and renewed certificates.

use std::path::Path;
use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls_pki_types::CertificateDer;
use ureq::tls::{
    Certificate, ClientCert, PrivateKey, RootCerts, TlsConfig as ClientTls, TlsProvider,
};

use super::running::{Answer, Running, answer, listed, write};
use obolus_http::server::access::{ClientConfig, Fingerprint, Role};
use obolus_http::server::tls::TlsConfig;

type Authority = CertifiedIssuer<'static, KeyPair>;

struct Identity {
    certificate: CertificateDer<'static>,
    pem: String,
    key: String,
}

fn authority() -> Authority {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

fn identity(authority: &Authority, name: &str) -> Identity {
    let key = KeyPair::generate().unwrap();
    let params = CertificateParams::new(vec![name.to_owned()]).unwrap();
    let certificate = params.signed_by(&key, authority).unwrap();
    Identity {
        pem: certificate.pem(),
        key: key.serialize_pem(),
        certificate: certificate.der().clone(),
    }
}

fn serve_with(directory: &Path, server: &Identity, clients: Option<&Authority>) -> TlsConfig {
    TlsConfig {
        certificate: write(directory, "server.pem", &server.pem),
        key: write(directory, "server.key", &server.key),
        client_ca: clients.map(|authority| write(directory, "clients.pem", &authority.pem())),
    }
}

fn client(trusted: &Authority, identity: Option<&Identity>) -> ureq::Agent {
    let root = Certificate::from_pem(trusted.pem().as_bytes()).unwrap();
    let mut tls = ClientTls::builder()
        .provider(TlsProvider::Rustls)
        .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .root_certs(RootCerts::new_with_certs(&[root]));
    if let Some(identity) = identity {
        let chain = Certificate::from_pem(identity.pem.as_bytes()).unwrap();
        let key = PrivateKey::from_pem(identity.key.as_bytes()).unwrap();
        tls = tls.client_cert(Some(ClientCert::new_with_certs(&[chain.to_owned()], key)));
    }
    ureq::Agent::config_builder()
        .http_status_as_error(false)
        .tls_config(tls.build())
        .build()
        .into()
}

fn tip(node: &Running, agent: &ureq::Agent, token: Option<&str>) -> Result<Answer, ureq::Error> {
    let url = format!("https://localhost:{}/v1/tip", node.address.port());
    let mut call = agent.get(url);
    if let Some(token) = token {
        call = call.header("authorization", format!("Bearer {token}"));
    }
    call.call().map(|response| answer(Ok(response)))
}

#[test]
fn a_client_is_known_by_certificate_or_token_and_nothing_else() {
    let directory = tempfile::tempdir().unwrap();
    let (root, stranger) = (authority(), authority());
    let server = identity(&root, "localhost");
    let bank = identity(&root, "bank");
    let other = identity(&root, "other");
    let forged = identity(&stranger, "bank");
    let node = Running::with(|config| {
        config.access.open = false;
        config.tls = Some(serve_with(directory.path(), &server, Some(&root)));
        config.access.clients = vec![
            ClientConfig {
                name: "bank".into(),
                roles: vec![Role::Read],
                token_sha256: None,
                certificate_sha256: Some(Fingerprint::of(&bank.certificate).to_string()),
            },
            listed("desk", "token-of-desk", &[Role::Read]),
        ];
    });
    let status = |identity, token| {
        let answered = tip(&node, &client(&root, identity), token);
        answered.map(|answer| answer.status)
    };
    assert_eq!(status(Some(&bank), None).unwrap(), 200);
    assert_eq!(status(None, Some("token-of-desk")).unwrap(), 200);
    assert_eq!(status(None, None).unwrap(), 401);
    // Signed by the authority, but on nobody's list.
    assert_eq!(status(Some(&other), None).unwrap(), 401);
    // Signed by somebody else: no connection at all.
    assert!(status(Some(&forged), None).is_err());
    // A client that trusts another authority does not talk to this node.
    assert!(tip(&node, &client(&stranger, Some(&bank)), None).is_err());
    // Plain text is no way around it.
    assert!(
        node.raw(b"GET /v1/tip HTTP/1.1\r\nHost: localhost\r\n\r\n")
            .len()
            < 50
    );
}

#[test]
fn certificates_are_renewed_without_a_restart() {
    let directory = tempfile::tempdir().unwrap();
    let (old, new) = (authority(), authority());
    let config = serve_with(directory.path(), &identity(&old, "localhost"), None);
    let tls = Arc::new(obolus_http::server::tls::Tls::load(config).unwrap());
    serve_with(directory.path(), &identity(&new, "localhost"), None);
    let before = tls.current();
    tls.reload().unwrap();
    assert!(!Arc::ptr_eq(&before, &tls.current()));
    // A half-written file leaves the old one in force.
    write(directory.path(), "server.pem", "-----BEGIN CERT");
    let current = tls.current();
    assert!(tls.reload().is_err());
    assert!(Arc::ptr_eq(&current, &tls.current()));
}

#[test]
fn files_that_cannot_be_used_are_named() {
    let directory = tempfile::tempdir().unwrap();
    let root = authority();
    let good = serve_with(directory.path(), &identity(&root, "localhost"), Some(&root));
    let fault = |config: TlsConfig| match obolus_http::server::tls::Tls::load(config) {
        Err(error) => error.to_string(),
        Ok(_) => panic!("it was taken"),
    };
    let missing = directory.path().join("missing.pem");
    let text = fault(TlsConfig {
        certificate: missing.clone(),
        ..good.clone()
    });
    assert!(text.contains("missing.pem"), "{text}");
    let empty = write(directory.path(), "empty.pem", "");
    let text = fault(TlsConfig {
        client_ca: Some(empty),
        ..good.clone()
    });
    assert!(text.contains("empty.pem"), "{text}");
    let key = write(
        directory.path(),
        "other.key",
        &identity(&root, "localhost").key,
    );
    let text = fault(TlsConfig { key, ..good });
    assert!(text.contains("key belongs to the certificate"), "{text}");
}
