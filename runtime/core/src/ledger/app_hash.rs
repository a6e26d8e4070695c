//! The app hash: a chain over every block's write set.

use obolus_abi::ChainId;
use obolus_protocol::tx::Height;
use obolus_runtime_api::AppHash;

use crate::state::WriteSet;

const APP_HASH: &str = "obolus 2026 app hash v1";

/// App hash of the genesis: the chain id with an empty write set at height 0.
pub(super) fn genesis(chain: &ChainId) -> AppHash {
    next(&AppHash(chain.0), Height(0), &WriteSet::new())
}

/// `H(previous ‖ height ‖ number of writes ‖ (key length ‖ key ‖ 0 or 1 ‖ value length ‖ value)*)`
/// with the writes in key order, integers 8 bytes little-endian, 0 and no value for a deletion.
pub(super) fn next(previous: &AppHash, height: Height, writes: &WriteSet) -> AppHash {
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
