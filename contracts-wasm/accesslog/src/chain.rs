//! The chain of entries: the only place that writes one.

use alloc::vec::Vec;

use borsh::BorshSerialize;
use obolus_sdk::abi::accesslog::{
    ACCESS_LOG_TAG, AccessEntry, AccessEvent, AccessLogState, AccessRecord, LoggedAccess,
};
use obolus_sdk::{Env, abort};

use crate::storage::{ENTRIES, LOG};

/// Appends an entry and stores the log with what the caller changed of it; returns the head with the entry.
pub fn append(env: &mut Env, mut log: AccessLogState, record: AccessRecord) -> [u8; 32] {
    let number = log.entries;
    let entry = AccessEntry {
        number,
        height: env.height(),
        time_ms: env.time_ms(),
        record,
    };
    let head = head_after(env, &log.head, &entry);
    log.head = head;
    log.entries += 1;
    LOG.set(env, &log);
    let logged = LoggedAccess { entry, head };
    ENTRIES.set(env, &number, &logged);
    env.emit(&AccessEvent::Logged(logged));
    head
}

/// The head of a log that an entry is appended to. Tag and head have fixed lengths, so that no two inputs read the same.
fn head_after(env: &Env, head: &[u8; 32], entry: &AccessEntry) -> [u8; 32] {
    let mut bytes = Vec::from(ACCESS_LOG_TAG);
    bytes.extend_from_slice(head);
    if entry.serialize(&mut bytes).is_err() {
        abort("an entry could not be encoded");
    }
    env.blake3(&bytes)
}
