//! Kill -9 during a sync.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::common::node::{self, agent};

/// Kills, spread over as long as a whole sync takes.
const KILLS: u32 = 8;
/// Longest wait for a block, on any machine.
const PATIENCE: Duration = Duration::from_secs(300);

/// Killed at any instant of a sync, the index goes on to what a whole sync gives.
#[test]
fn kill_minus_nine_during_a_sync_loses_and_doubles_nothing() {
    let (data, transfers) = node::fixture();
    let directory = tempfile::tempdir().unwrap();
    let live = directory.path().join("node");
    node::copy(&data, &live);
    let node = node::Node::start(&live);
    submit_all(&node.url, &transfers);
    let token = live.join("dev/token.toml");
    let key = live.join("dev/auditor.key");
    let command = |index: &str, verb: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_obolus"));
        command
            .arg("audit")
            .args(verb)
            .args(["--index", index, "--json", "--key"])
            .arg(&key)
            .current_dir(directory.path())
            .env("OBOLUS_NODE", &node.url)
            .env_remove("OBOLUS_LOG")
            .stdin(Stdio::null())
            .stderr(Stdio::null());
        command
    };
    let token = token.to_str().unwrap();
    let sync = ["sync", "--every", "1", "--token", token];
    let start = Instant::now();
    let whole = command("whole", &sync).output().unwrap();
    assert!(whole.status.success());
    let mut life = start.elapsed();
    let (mut killed, mut tries) = (0, 0);
    while killed < KILLS {
        tries += 1;
        assert!(tries < 20 * KILLS, "no sync is long enough to be killed");
        let mut child = command("killed", &sync)
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(life * (killed + 1) / KILLS);
        if let Some(status) = child.try_wait().unwrap() {
            // It came to its end: the next one begins with nothing, and is killed sooner.
            assert!(status.success());
            std::fs::remove_dir_all(directory.path().join("killed")).unwrap();
            life = life * 9 / 10;
            continue;
        }
        child.kill().unwrap();
        child.wait().unwrap();
        killed += 1;
    }
    assert!(command("killed", &sync).status().unwrap().success());
    let listed = |index| -> Vec<Value> {
        let output = command(index, &["list"]).output().unwrap();
        assert!(output.status.success());
        let mut list: Value = serde_json::from_slice(&output.stdout).unwrap();
        // Not the height: an idle chain goes on.
        serde_json::from_value(list["records"].take()).unwrap()
    };
    let list = listed("whole");
    assert!(listed("killed") == list, "another journal");
    let paid = list.iter().filter(|record| record["kind"] == "transfer");
    assert_eq!(paid.count(), transfers.len());
}

/// Submits all, and waits for all.
fn submit_all(url: &str, transfers: &[Vec<u8>]) {
    let mut ids = Vec::new();
    for bytes in transfers {
        let mut answer = agent()
            .post(format!("{url}/v1/transactions"))
            .content_type("application/octet-stream")
            .send(&bytes[..])
            .unwrap();
        assert!(answer.status().is_success(), "{answer:?}");
        let said: Value = answer.body_mut().read_json().unwrap();
        ids.push(said["id"].as_str().unwrap().to_owned());
    }
    let until = Instant::now() + PATIENCE;
    for id in &ids {
        loop {
            let (_, body) = node::get(&format!("{url}/v1/transactions/{id}"));
            let status: Value = serde_json::from_slice(&body).unwrap();
            if status["state"] == "committed" {
                break;
            }
            assert!(Instant::now() < until, "{status}");
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}
