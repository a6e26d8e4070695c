//! Compiled modules by code id, in memory.

use std::collections::HashMap;
use std::sync::Arc;

use obolus_abi::CodeId;
use wasmtime::InstancePre;

use super::link::Guest;
use super::validate::Facts;

/// Compiled modules kept at most; the least recently used goes first.
const CAPACITY: usize = 64;

/// A module ready to run.
pub(super) struct Ready {
    pub pre: InstancePre<Guest>,
    pub facts: Facts,
}

/// The compiled modules.
#[derive(Default)]
pub(super) struct Cache {
    ready: HashMap<CodeId, (u64, Arc<Ready>)>,
    clock: u64,
}

impl Cache {
    /// A compiled module.
    pub fn get(&mut self, code: &CodeId) -> Option<Arc<Ready>> {
        self.clock += 1;
        let (used, ready) = self.ready.get_mut(code)?;
        *used = self.clock;
        Some(Arc::clone(ready))
    }

    /// Keeps a compiled module.
    pub fn put(&mut self, code: CodeId, ready: Arc<Ready>) {
        if self.ready.len() >= CAPACITY {
            let oldest = self
                .ready
                .iter()
                .min_by_key(|(_, (used, _))| *used)
                .map(|(code, _)| *code);
            if let Some(oldest) = oldest {
                self.ready.remove(&oldest);
            }
        }
        self.clock += 1;
        self.ready.insert(code, (self.clock, ready));
    }
}
