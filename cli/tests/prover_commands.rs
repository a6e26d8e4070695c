//! The proving commands: circom proofs here and at a service, keys, configuration, traces of secrets, examples for other
//! languages.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a failed expectation is a failed test"
)]

mod common;

use std::path::Path;
use std::time::{Duration, Instant};

use common::needles::{Needles, files};
use common::prover::{CUBIC, PATIENCE, Site, obolus, output};
use obolus_verifier::snarkjs::{inputs_from_json, key_from_json, proof_from_json};
use obolus_verifier::{CircuitName, verify};
use serde_json::Value;

#[test]
fn the_example_configuration_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let example = std::fs::read_to_string(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../docs/prover.example.toml"
    ))
    .unwrap();
    let path = folder.path().join("prover.toml");
    std::fs::write(&path, &example).unwrap();
    let run = |path: &Path| {
        let output = obolus(&["prover", "serve", "--config"]).arg(path).output();
        let output = output.unwrap();
        (
            output.status.code(),
            String::from_utf8(output.stderr).unwrap(),
        )
    };
    // Everything in it is understood; what is missing is the certificate that it names.
    let (status, said) = run(&path);
    assert!(said.contains("prover.pem"), "{status:?} {said}");
    std::fs::write(&path, example.replace("lease_ms", "leese_ms")).unwrap();
    let (status, said) = run(&path);
    assert_eq!(status, Some(2));
    assert!(said.contains("leese_ms"), "{said}");
}

#[test]
fn a_secret_that_others_may_read_is_refused() {
    use std::os::unix::fs::PermissionsExt;
    let site = Site::embedded("");
    let secret = site.path("service.secret");
    std::fs::set_permissions(&secret, std::fs::Permissions::from_mode(0o640)).unwrap();
    let run = || {
        let mut command = obolus(&["prover", "serve", "--config"]);
        let output = command.arg(site.path("prover.toml")).output().unwrap();
        String::from_utf8(output.stderr).unwrap()
    };
    assert!(run().contains("may be read by others"));
    common::prover::private(&secret);
    std::fs::write(&secret, "07").unwrap();
    assert!(run().contains("64 lower-case hexadecimal digits"));
    let again = obolus(&["prover", "keygen", "--secret"])
        .arg(&secret)
        .output();
    assert!(
        !again.unwrap().status.success(),
        "a secret is not overwritten"
    );
}

#[test]
fn circom_proofs_on_the_command_line() {
    let folder = tempfile::tempdir().unwrap();
    let (zkey, wtns) = (format!("{CUBIC}/cubic.zkey"), format!("{CUBIC}/cubic.wtns"));
    let vkey = format!("{CUBIC}/verification_key.json");
    let check = || {
        let read = |name: &str| std::fs::read(folder.path().join(name)).unwrap();
        let key = std::fs::read(&vkey).unwrap();
        let key = key_from_json(&CircuitName::new("cubic").unwrap(), &key).unwrap();
        let inputs = inputs_from_json(&read("public.json")).unwrap();
        let proof = proof_from_json(&read("proof.json")).unwrap();
        assert_eq!(verify(&key, &inputs, &proof), Ok(()));
        std::fs::remove_file(folder.path().join("proof.json")).unwrap();
    };
    let here = ["prove", "--zkey", &zkey, "--wtns", &wtns];
    output(obolus(&here).current_dir(folder.path()));
    check();

    let site = Site::embedded("");
    let service = site.serve("prover.toml");
    let url = &service.node.url;
    let there = [
        "prove",
        "--prover",
        url,
        "--circuit",
        "cubic",
        "--vkey",
        &vkey,
        "--wtns",
        &wtns,
    ];
    let mut command = obolus(&there);
    command
        .current_dir(folder.path())
        .env("OBOLUS_PROVER_TOKEN", "token-t3");
    output(&mut command);
    check();
    // Pinned keys of another service: the witness does not open there.
    let stranger = Site::embedded("");
    let refused = command
        .args(["--prover-keys", &stranger.keys])
        .output()
        .unwrap();
    let said = String::from_utf8(refused.stderr).unwrap();
    assert!(said.contains("bad_seal"), "{said}");

    // What export writes is what snarkjs wrote.
    let exported = folder.path().join("exported.json");
    output(obolus(&["keys", "export", "--zkey", &zkey, "--vkey"]).arg(&exported));
    let json =
        |path: &Path| -> Value { serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap() };
    assert_eq!(json(&exported), json(Path::new(&vkey)));
    for bad in [&zkey[..], &vkey] {
        let refused = obolus(&["prove", "--zkey", bad, "--wtns", bad])
            .output()
            .unwrap();
        assert!(!refused.status.success());
        assert!(!String::from_utf8(refused.stderr).unwrap().is_empty());
    }
}

#[test]
fn examples_without_rust_work() {
    let python = common::prover::python();
    let site = Site::embedded("");
    let config = std::fs::read_to_string(site.path("prover.toml")).unwrap();
    let (open, _) = config.split_once("[[access.clients]]").unwrap();
    let open = format!("{open}[access]\nopen = true\n");
    std::fs::write(site.path("open.toml"), open).unwrap();
    let service = site.serve("open.toml");
    let examples = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/examples");
    let wtns = format!("{CUBIC}/cubic.wtns");
    let path = Path::new(env!("CARGO_BIN_EXE_obolus")).parent().unwrap();
    let path = format!("{}:{}", path.display(), std::env::var("PATH").unwrap());
    let mut commands = vec![std::process::Command::new(format!("{examples}/prove.sh"))];
    commands.extend(python.map(|python| {
        let mut command = std::process::Command::new(python);
        command.arg(format!("{examples}/prove.py"));
        command
    }));
    for mut command in commands {
        let folder = tempfile::tempdir().unwrap();
        command
            .args([&service.node.url, "cubic", &wtns, &site.keys])
            .current_dir(folder.path())
            .env("PATH", &path);
        output(&mut command);
        let read = |name: &str| std::fs::read(folder.path().join(name)).unwrap();
        let key = std::fs::read(format!("{CUBIC}/verification_key.json")).unwrap();
        let key = key_from_json(&CircuitName::new("cubic").unwrap(), &key).unwrap();
        let inputs = inputs_from_json(&read("public.json")).unwrap();
        let proof = proof_from_json(&read("proof.json")).unwrap();
        assert_eq!(verify(&key, &inputs, &proof), Ok(()));
    }
}

/// A witness must be nowhere but in the sealed request: not in logs at the most verbose level, not in the queue's files,
/// not even sealed once its job has ended.
#[test]
fn witnesses_leave_no_trace() {
    let site = Site::embedded("");
    let service = site.serve("prover.toml");
    let body = site.cubic();
    let request: Value = serde_json::from_slice(&body).unwrap();
    let id = service.accepted(0, &body);
    assert_eq!(service.ended(0, &id)["state"], "succeeded");
    let wtns = std::fs::read(format!("{CUBIC}/cubic.wtns")).unwrap();
    let mut needles = Needles::new();
    // Every value of the witness that is neither small nor public.
    for (index, value) in wtns[wtns.len() - 38 * 32..].chunks(32).enumerate() {
        if value.iter().filter(|byte| **byte != 0).count() > 16 {
            needles.secret(&format!("value {index}"), value.try_into().unwrap());
        }
    }
    let sealed = request["witness"].as_str().unwrap();
    needles.text("sealed, as sent", &sealed[100..200]);
    let raw = base64::Engine::decode(&base64::engine::general_purpose::STANDARD, sealed).unwrap();
    needles.bytes("sealed", &raw[100..160]);

    // The next sweep empties the write-ahead log.
    let kept = || files(site.directory.path());
    let until = Instant::now() + PATIENCE;
    while kept().iter().any(|(_, hay)| !needles.find(hay).is_empty()) && Instant::now() < until {
        std::thread::sleep(Duration::from_millis(50));
    }
    needles.assert_absent(&kept());
    let log = service.node.log();
    assert!(
        log.contains("TRACE") || log.contains("DEBUG"),
        "the log is verbose"
    );
    assert!(service.node.stop().success());
    let mut hays = vec![("log".to_owned(), log.into_bytes())];
    hays.extend(kept());
    needles.assert_absent(&hays);
}

#[test]
fn the_committed_document_is_what_is_served() {
    let site = Site::embedded("");
    let service = site.serve("prover.toml");
    let served = service.get("/openapi.json", 0).json;
    let path = Path::new(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../docs/prover-openapi.json"
    ));
    let mut text = serde_json::to_string_pretty(&served).unwrap();
    text.push('\n');
    if std::env::var_os("OBOLUS_BLESS").is_some() {
        std::fs::write(path, &text).unwrap();
    }
    let committed = std::fs::read_to_string(path).unwrap();
    assert!(
        committed == text,
        "run the test with OBOLUS_BLESS=1 and review docs/prover-openapi.json"
    );
}
