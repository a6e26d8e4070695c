use super::*;

#[test]
fn signatures_are_those_of_the_standard() {
    // The example of the specification, whose secret is shorter than it asks for.
    let secret = STANDARD.decode("plJ3nmyCDGBKInavdOK15jsl").unwrap();
    let secret = Secret(Zeroizing::new(secret));
    let body = br#"{"event_type":"ping","data":{"success":true}}"#;
    let signature = secret.sign("msg_loFOjxBNrRLzqYUf", "1731705121", body);
    assert_eq!(
        signature.unwrap(),
        "v1,rAvfW3dJ/X/qxhsaXPOyyCGmRKsaKWcsNccKXlIktD0="
    );
}

#[test]
fn secrets_are_long_enough_and_marked() {
    let secret = |bytes: usize| format!("whsec_{}", STANDARD.encode(vec![7; bytes]));
    assert!(Secret::parse(&secret(24)).is_some());
    assert!(Secret::parse(&secret(64)).is_some());
    for bad in [
        secret(23),
        secret(65),
        STANDARD.encode([7; 32]),
        "whsec_not base64".to_owned(),
        String::new(),
    ] {
        assert!(Secret::parse(&bad).is_none(), "{bad}");
    }
}

#[test]
fn events_leave_this_machine_encrypted_alone() {
    let folder = tempfile::tempdir().unwrap();
    let secret_file = folder.path().join("secret");
    std::fs::write(&secret_file, format!("whsec_{}", STANDARD.encode([7; 32]))).unwrap();
    let open = |url: &str| {
        let args = WebhookArgs {
            webhook: url.to_owned(),
            secret_file: secret_file.clone(),
            webhook_ca: None,
        };
        args.open().map(|_| ())
    };
    assert!(open("http://127.0.0.1:9/events").is_ok());
    assert!(open("http://[::1]:9/events?tenant=1").is_ok());
    assert!(matches!(
        open("http://bank.example/events"),
        Err(IsoError::PlainWebhook)
    ));
    assert!(matches!(
        open("http://127.0.0.1@bank.example/"),
        Err(IsoError::Webhook(ClientError::Url))
    ));
    assert!(matches!(
        open("https://bank.example/"),
        Err(IsoError::Webhook(ClientError::NoAuthority))
    ));
}
