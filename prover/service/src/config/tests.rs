use super::*;

const EXAMPLE: &str = include_str!("../../../../docs/prover.example.toml");

fn parse(text: &str) -> Result<ProverConfig, toml::de::Error> {
    toml::from_str(text)
}

fn minimal() -> ProverConfig {
    parse("secret = \"s\"\nqueue = { kind = \"embedded\", path = \"q\" }").unwrap()
}

#[test]
fn the_example_shows_the_defaults() {
    let example = parse(EXAMPLE).unwrap();
    let default = minimal();
    assert_eq!(example.work, default.work);
    assert_eq!(example.limits, default.limits);
    assert_eq!(example.http, default.http);
    assert_eq!(example.circuits.key_dir, default.circuits.key_dir);
    for section in ["work", "limits"] {
        // Every field of these is shown.
        let start = EXAMPLE.find(&format!("[{section}]")).unwrap();
        let shown = EXAMPLE[start + 1..]
            .lines()
            .skip(1)
            .take_while(|line| !line.starts_with('['))
            .filter(|line| line.contains(" = ") && !line.starts_with('#'))
            .count();
        assert_eq!(shown, if section == "work" { 7 } else { 4 });
    }
}

#[test]
fn relative_paths_start_at_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("prover.toml");
    std::fs::write(&file, EXAMPLE).unwrap();
    let config = ProverConfig::read(&file).unwrap();
    assert_eq!(config.secret, folder.path().join("service.secret"));
    assert_eq!(config.circuits.zkey_dir, Some(folder.path().join("zkeys")));
    let queue = folder.path().join("queue.sqlite");
    assert_eq!(config.queue, QueueConfig::Embedded { path: queue });
}

#[test]
fn faults_are_named() {
    let with = |change: &dyn Fn(&mut ProverConfig)| {
        let mut config = minimal();
        change(&mut config);
        config.check().err().map(|error| error.to_string())
    };
    assert_eq!(with(&|_| ()), None);
    for (change, named) in [
        (
            &(|c: &mut ProverConfig| c.work.lease_ms = 10) as &dyn Fn(&mut ProverConfig),
            "lease_ms",
        ),
        (&|c| c.work.poll_ms = 0, "poll_ms"),
        (&|c| c.work.retention_s = 0, "retention_s"),
        (&|c| c.limits.tenant_jobs = 0, "limits.tenant_jobs"),
        (&|c| c.work.enabled = false, "work.enabled"),
        (&|c| c.http.body_bytes = 1, "http.body_bytes"),
        (&|c| c.listen = SocketAddr::from(([0, 0, 0, 0], 1)), "[tls]"),
    ] {
        let error = with(change).unwrap_or_default();
        assert!(error.contains(named), "{named}: {error}");
    }
    assert!(
        minimal().check_worker().is_err(),
        "an embedded queue has no other worker"
    );
    for text in [
        "secret = \"s\"",
        "secret = \"s\"\nqueue = { kind = \"other\" }",
        "secret = \"s\"\nqueue = { kind = \"embedded\", path = \"q\", more = 1 }",
        "secret = \"s\"\nqueue = { kind = \"embedded\", path = \"q\" }\nmore = 1",
    ] {
        assert!(parse(text).is_err(), "{text}");
    }
}
