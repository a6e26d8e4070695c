//! Times, names of contracts, and the tip before the first block.

use borsh::{BorshDeserialize, BorshSerialize};
use obolus_abi::{ChainId, CodeId, ContractId};
use obolus_runtime_api::{BlockHash, Tip};

use crate::{Genesis, app_hash};

const CONTRACT_ID: &str = "obolus 2026 contract id v1";

/// Milliseconds since 1970, as the block states it.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    BorshSerialize,
    BorshDeserialize,
)]
pub struct Timestamp(pub u64);

/// Id of the contract that `instantiate` makes of `code` with `salt` on `chain`.
pub fn contract_id(chain: &ChainId, code: &CodeId, salt: &[u8; 32]) -> ContractId {
    let mut hasher = blake3::Hasher::new_derive_key(CONTRACT_ID);
    hasher.update(&chain.0).update(&code.0).update(salt);
    ContractId(*hasher.finalize().as_bytes())
}

/// The tip before the first block: the chain id stands in for a block hash.
pub fn genesis_tip(genesis: &Genesis) -> Tip {
    let chain = genesis.chain_id();
    Tip {
        chain,
        height: 0,
        block: BlockHash(chain.0),
        app_hash: app_hash::genesis(&chain),
        time_ms: genesis.time.0,
    }
}
