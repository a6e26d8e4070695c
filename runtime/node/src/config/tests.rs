use std::path::PathBuf;

use super::*;

const EXAMPLE: &str = include_str!("../../../../docs/node.example.toml");

fn read(text: &str) -> Result<NodeConfig, ConfigError> {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("node.toml");
    std::fs::write(&path, text).unwrap();
    let mut config = NodeConfig::read(&path)?;
    let inside = |path: &mut PathBuf| {
        *path = path.strip_prefix(directory.path()).unwrap().to_path_buf();
    };
    inside(&mut config.data_dir);
    config.genesis.iter_mut().for_each(inside);
    Ok(config)
}

fn fault(text: &str) -> String {
    match read(text) {
        Err(error) => error.to_string(),
        Ok(config) => config.check().err().expect("it is taken").to_string(),
    }
}

#[test]
fn the_example_shows_every_field_with_its_default() {
    let config = read(EXAMPLE).unwrap();
    assert_eq!(config.http, HttpLimits::default());
    assert_eq!(config.sequencing, SequencingSettings::default());
    assert_eq!(config.data_dir, PathBuf::from("data"));
    assert_eq!(config.genesis, Some(PathBuf::from("genesis.bin")));
    let tls = config.tls.as_ref().unwrap();
    assert!(tls.certificate.is_absolute() && tls.client_ca.is_some());
    assert_eq!(config.access.clients.len(), 2);
    // All but the files are right.
    assert!(matches!(config.check(), Err(ConfigError::Tls(_))));
}

#[test]
fn every_field_of_the_tables_is_in_the_example() {
    let fields = |debug: String| -> Vec<String> {
        let inner = debug.split_once('{').unwrap().1.to_owned();
        let named = inner.split(',').filter_map(|part| part.split_once(':'));
        named.map(|(name, _)| name.trim().to_owned()).collect()
    };
    let http = fields(format!("{:?}", HttpLimits::default()));
    let sequencing = fields(format!("{:?}", SequencingSettings::default()));
    assert!(http.len() > 10 && sequencing.len() > 8);
    for field in http.iter().chain(&sequencing) {
        assert!(EXAMPLE.contains(&format!("\n{field} = ")), "{field}");
    }
}

#[test]
fn only_the_data_directory_is_needed() {
    let config = read("data_dir = \"d\"").unwrap();
    assert_eq!(config.listen, ([127, 0, 0, 1], 8080).into());
    // And then nobody is let in.
    let (clients, tls) = config.check().unwrap();
    assert!(!clients.is_open() && tls.is_none());
    assert!(clients.recognise(&[]).is_err());
}

#[test]
fn a_fault_is_named_with_its_field() {
    for (text, said) in [
        ("", "data_dir"),
        ("data_dir = 1", "data_dir"),
        ("data_dir = \"d\"\nlisten = \"here\"", "listen"),
        ("data_dir = \"d\"\nport = 1", "port"),
        ("data_dir = \"d\"\n[http]\nbody_bytes = -1", "body_bytes"),
        (
            "data_dir = \"d\"\n[http]\nbody_bytes = 1",
            "http.body_bytes",
        ),
        ("data_dir = \"d\"\n[http]\nbody = 1", "body"),
        (
            "data_dir = \"d\"\n[sequencing]\nbatch_transactions = 0",
            "sequencing.batch_transactions",
        ),
        (
            "data_dir = \"d\"\n[[access.clients]]\nname = \"x\"\nroles = [\"read\"]",
            "token_sha256",
        ),
        (
            "data_dir = \"d\"\n[[access.clients]]\nname = \"x\"\nroles = [\"admin\"]\ntoken_sha256 = \"\"",
            "admin",
        ),
        (
            "data_dir = \"d\"\n[[access.clients]]\nname = \"x y\"\nroles = []\ntoken_sha256 = \"\"",
            "\"x y\"",
        ),
        (
            "data_dir = \"d\"\n[[access.clients]]\nname = \"x\"\nroles = []\ntoken_sha256 = \"AB\"",
            "64 characters",
        ),
        ("data_dir = \"d\"\nlisten = \"0.0.0.0:1\"", "[tls]"),
    ] {
        let fault = fault(text);
        assert!(fault.contains(said), "{text}: {fault}");
    }
    let missing = NodeConfig::read(std::path::Path::new("/nowhere/node.toml"));
    assert!(
        missing
            .unwrap_err()
            .to_string()
            .contains("/nowhere/node.toml")
    );
}
