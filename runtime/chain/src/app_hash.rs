//! The app hash: a chain over every block's write set.

use std::collections::BTreeMap;

use obolus_abi::ChainId;
use obolus_protocol::tx::Height;
use obolus_runtime_api::AppHash;

/// A block's or call's effect on the state: the new value per key, `None` for a deletion.
///
/// The order of the keys is canonical: the app hash chains over it.
pub type WriteSet = BTreeMap<Vec<u8>, Option<Vec<u8>>>;

const APP_HASH: &str = "obolus 2026 app hash v1";

/// App hash of the genesis: the chain id with an empty write set at height 0.
pub(crate) fn genesis(chain: &ChainId) -> AppHash {
    next_app_hash(&AppHash(chain.0), Height(0), &WriteSet::new())
}

/// App hash after a block: `H(previous ‖ height ‖ number of writes ‖ (key length ‖ key ‖ 0 or 1 ‖ value length ‖ value)*)`
/// with the writes in key order, integers 8 bytes little-endian, 0 and no value for a deletion.
pub fn next_app_hash(previous: &AppHash, height: Height, writes: &WriteSet) -> AppHash {
    let mut hasher = blake3::Hasher::new_derive_key(APP_HASH);
    let number = |value: usize| (value as u64).to_le_bytes();
    hasher
        .update(&previous.0)
        .update(&height.0.to_le_bytes())
        .update(&number(writes.len()));
    for (key, value) in writes {
        hasher.update(&number(key.len())).update(key);
        match value {
            None => hasher.update(&[0]),
            Some(value) => hasher
                .update(&[1])
                .update(&number(value.len()))
                .update(value),
        };
    }
    AppHash(*hasher.finalize().as_bytes())
}

#[cfg(test)]
mod tests;
