//! The script of the GitHub action, run as the runner runs it, with a folder of releases.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a failed expectation is a failed test"
)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The key of another circuit than most.
const OTHER: &str = "obolvk1p82xqf2kqquyk2ycetnw3jupf33277k0xcuksxgxd5v2z4ttdh8quvp82l";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The action as checked out, beside releases that hold the binary under test.
struct Action {
    folder: tempfile::TempDir,
    release: PathBuf,
}

struct Ran {
    status: i32,
    annotations: String,
    outputs: String,
    summary: String,
}

impl Action {
    /// None where the runner's tools are not installed; in CI they must be.
    fn new() -> Option<Self> {
        let there = |tool: &str| {
            let asked = Command::new(tool).arg("--version").output();
            asked.is_ok_and(|output| output.status.success())
        };
        if !(there("curl") && there("jq") && there("bash")) {
            assert!(
                std::env::var_os("CI").is_none(),
                "CI needs bash, curl and jq"
            );
            return None;
        }
        let folder = tempfile::tempdir().unwrap();
        let at = |path: &str| folder.path().join(path);
        fs::create_dir_all(at("action/ci/action")).unwrap();
        fs::create_dir_all(at("releases/v0.1.0")).unwrap();
        let script = "ci/action/run.sh";
        fs::copy(root().join(script), at("action").join(script)).unwrap();
        let machine = Command::new("uname").arg("-m").output().unwrap().stdout;
        let machine = String::from_utf8(machine).unwrap();
        let name = format!("obolus-verify-0.1.0-{}-linux", machine.trim());
        let release = at("releases/v0.1.0").join(&name);
        fs::copy(env!("CARGO_BIN_EXE_obolus-verify"), &release).unwrap();
        let sum = Command::new("sha256sum").arg(&release).output().unwrap();
        let sum = String::from_utf8(sum.stdout).unwrap();
        let sum = sum.split_whitespace().next().unwrap();
        let list = format!("# a comment\n{sum}  {name}\n");
        fs::write(at("action/ci/action/checksums.txt"), list).unwrap();
        Some(Self { folder, release })
    }

    fn run(&self, inputs: &[(&str, &str)]) -> Ran {
        let at = |path: &str| self.folder.path().join(path);
        let (outputs, summary) = (at("outputs"), at("summary"));
        for file in [&outputs, &summary] {
            fs::write(file, "").unwrap();
        }
        let policy = root().join("tests/vectors/policy.toml");
        let mut command = Command::new(at("action/ci/action/run.sh"));
        command
            .env("ACTION_DIR", at("action"))
            .env(
                "OBOLUS_RELEASES",
                format!("file://{}", at("releases").display()),
            )
            .env("RUNNER_TEMP", self.folder.path())
            .env("GITHUB_OUTPUT", &outputs)
            .env("GITHUB_STEP_SUMMARY", &summary)
            .env("VERIFY_VERSION", "0.1.0")
            .env("VERIFY_COMMAND", "proof")
            .env("VERIFY_FILES", root().join("tests/vectors/bundles"))
            .env("VERIFY_POLICY", policy)
            .env("VERIFY_FORMAT", "json")
            .env("VERIFY_ALLOW_INSECURE", "false");
        for (name, value) in inputs {
            command.env(name, value);
        }
        let ran = command.output().unwrap();
        Ran {
            status: ran.status.code().unwrap(),
            annotations: String::from_utf8(ran.stdout).unwrap(),
            outputs: fs::read_to_string(&outputs).unwrap(),
            summary: fs::read_to_string(&summary).unwrap(),
        }
    }
}

#[test]
fn good_proofs_and_a_good_ledger_pass() {
    let Some(action) = Action::new() else { return };
    let ran = action.run(&[("VERIFY_FORMAT", "junit")]);
    assert_eq!(ran.status, 0, "{}", ran.annotations);
    assert!(
        ran.outputs
            .starts_with("verdict=valid\nverified=28\nfailed=0\nreport=")
    );
    assert!(ran.summary.contains("Obolus: valid"));
    let report = ran.outputs.lines().last().unwrap();
    let report = fs::read_to_string(report.strip_prefix("report=").unwrap()).unwrap();
    assert!(report.contains("<testsuite"));
    let ledger = root().join("tests/vectors/ledger.obx");
    let ran = action.run(&[
        ("VERIFY_COMMAND", "ledger"),
        ("VERIFY_FILES", ledger.to_str().unwrap()),
    ]);
    assert_eq!(ran.status, 0, "{}", ran.annotations);
    assert!(ran.outputs.starts_with("verdict=valid\nverified=1\n"));
}

#[test]
fn a_refused_proof_fails_the_job_and_is_named() {
    let Some(action) = Action::new() else { return };
    let ran = action.run(&[("VERIFY_KEY_ID", OTHER)]);
    assert_eq!(ran.status, 4, "{}", ran.annotations);
    assert!(ran.annotations.contains("::error "));
    assert!(ran.outputs.starts_with("verdict=refused\n"));
    assert!(ran.summary.contains("key_not_allowed"));
}

#[test]
fn the_summary_shows_nothing_that_cannot_be_seen() {
    let Some(action) = Action::new() else { return };
    let file = action.folder.path().join("a\u{202e}b\u{3164}c.json");
    fs::write(&file, "{").unwrap();
    let ran = action.run(&[("VERIFY_FILES", file.to_str().unwrap())]);
    assert_ne!(ran.status, 0, "{}", ran.annotations);
    assert!(ran.summary.contains("a?b?c.json"), "{}", ran.summary);
}

#[test]
fn another_binary_and_shell_text_are_refused() {
    let Some(action) = Action::new() else { return };
    let marker = action.folder.path().join("ran");
    let hostile = format!("$(touch {0})\n`touch {0}`\n; touch {0}", marker.display());
    for input in [
        "VERIFY_FILES",
        "VERIFY_POLICY",
        "VERIFY_KEY_ID",
        "VERIFY_CHAIN",
    ] {
        let ran = action.run(&[(input, &hostile)]);
        assert_ne!(ran.status, 0, "{input}");
    }
    assert!(!marker.exists());
    for version in ["1.0", "../../x", "9.9.9"] {
        let ran = action.run(&[("VERIFY_VERSION", version)]);
        assert_eq!(ran.status, 2, "{version}");
    }
    let mut bytes = fs::read(&action.release).unwrap();
    bytes.push(0);
    fs::write(&action.release, bytes).unwrap();
    let ran = action.run(&[]);
    assert_eq!(ran.status, 2);
    assert!(
        ran.annotations.contains("checksum differs"),
        "{}",
        ran.annotations
    );
    assert!(ran.outputs.starts_with("verdict=usage"));
}
