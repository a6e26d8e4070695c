//! Proved transfers under way to a node, and what its clients were told about them.

use std::collections::{HashMap, VecDeque};
use std::path::Path;
use std::sync::Mutex;
use std::thread;

use obolus_protocol::tx::Height;
use obolus_runtime::ledger::Execution;
use obolus_runtime_api::Tip;
use serde_json::Value;

use super::node::agent;

/// Clients at the same time.
const CLIENTS: usize = 24;

/// Transfers of one chain and what clients were told about them.
pub struct Load {
    transfers: Vec<Vec<u8>>,
    /// Those whose fate nobody was told.
    open: Mutex<VecDeque<usize>>,
    /// Id and block of those that were acknowledged.
    acknowledged: Mutex<HashMap<String, u64>>,
}

impl Load {
    pub fn new(transfers: Vec<Vec<u8>>) -> Self {
        Self {
            open: Mutex::new((0..transfers.len()).collect()),
            acknowledged: Mutex::default(),
            transfers,
        }
    }

    /// Submits all that is open, until that is done or the node is gone.
    pub fn run(&self, url: &str) {
        self.run_by(CLIENTS, url);
    }

    /// As [`Self::run`] with so many clients: few make many small blocks.
    pub fn run_by(&self, clients: usize, url: &str) {
        thread::scope(|scope| {
            for _ in 0..clients {
                scope.spawn(|| {
                    let agent = agent();
                    while let Some(index) = self.next() {
                        if !self.submit(&agent, url, index) {
                            self.open.lock().unwrap().push_front(index);
                            return;
                        }
                    }
                });
            }
        });
    }

    fn next(&self) -> Option<usize> {
        self.open.lock().unwrap().pop_front()
    }

    /// Submits one; false when the node is gone or on its way out.
    fn submit(&self, agent: &ureq::Agent, url: &str, index: usize) -> bool {
        let answer = agent
            .post(format!("{url}/v1/transactions?wait=committed"))
            .content_type("application/octet-stream")
            .send(self.transfers[index].as_slice());
        let Ok(mut answer) = answer else {
            return false;
        };
        if answer.status() == 503 {
            return false;
        }
        let Ok(body) = answer.body_mut().read_json::<Value>() else {
            return false;
        };
        if body["status"]["state"] == "pending" {
            // Its block took longer than a request may: it is asked for again.
            self.open.lock().unwrap().push_back(index);
            return true;
        }
        assert_eq!(body["status"]["state"], "committed", "{body}");
        let id = body["id"].as_str().unwrap().to_owned();
        let height = body["status"]["receipt"]["height"].as_u64().unwrap();
        let before = self.acknowledged.lock().unwrap().insert(id, height);
        assert!(before.is_none_or(|before| before == height), "{body}");
        true
    }

    pub fn count(&self) -> usize {
        self.acknowledged.lock().unwrap().len()
    }

    /// Whether every transfer was acknowledged.
    pub fn is_done(&self) -> bool {
        self.count() == self.transfers.len()
    }

    /// Takes some that were acknowledged for open again.
    pub fn again(&self) {
        let some = (0..self.transfers.len()).step_by(7);
        self.open.lock().unwrap().extend(some);
    }

    /// Opens the ledger that is left; everything acknowledged is in it once, and the log alone gives the same state.
    pub fn check(&self, ledger: &Path) {
        let opened = Execution::recover(ledger).unwrap();
        let tip = opened.tip();
        let updates = opened.updates(Height(1), usize::MAX).unwrap();
        let mut committed = HashMap::new();
        for (height, update) in (1..).zip(&updates) {
            assert_eq!(update.height, height);
            for tx in &update.txs {
                let before = committed.insert(tx.digest.to_string(), height);
                assert_eq!(before, None, "{} is committed twice", tx.digest);
            }
        }
        assert_eq!(updates.len() as u64, tip.height);
        for (id, height) in self.acknowledged.lock().unwrap().iter() {
            assert_eq!(
                committed.get(id),
                Some(height),
                "{id} was acknowledged in block {height}"
            );
        }
        drop(opened);
        assert_eq!(replayed(ledger), tip);
    }
}

/// Where a ledger gets from its genesis and its log alone.
pub fn replayed(ledger: &Path) -> Tip {
    let replay = tempfile::tempdir().unwrap();
    for file in ["genesis", "blocks.log"] {
        std::fs::copy(ledger.join(file), replay.path().join(file)).unwrap();
    }
    Execution::recover(replay.path()).unwrap().tip()
}
