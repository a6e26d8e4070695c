//! What a chain is without its contracts: genesis, blocks, and every check of a transaction that needs
//! no state. Nodes, the replay of exported ledgers and verifiers share it.
//!
//! - [`Genesis`] is what a chain starts from; [`Genesis::check`] loads its verifying keys ([`Circuits`]);
//! - a [`Block`] is a [`Header`] over transactions' bytes; [`Header::check_follows`] says whether it comes
//!   after a tip;
//! - a transaction of the right form is [`Received`], one whose signatures and proofs hold is [`Authentic`];
//!   [`authenticate`] makes the second of the first, the proofs of many at once;
//! - [`check_blocks`] does so for whole blocks, which are then [`CheckedBlock`]s;
//! - [`export`] is the file that a ledger is exported to.
//!
//! What is absent on purpose: state, contracts, a virtual machine, clocks and files.

mod app_hash;
mod authentic;
mod block;
mod blocks;
pub mod export;
mod fault;
#[cfg(any(test, feature = "test-fixtures"))]
pub mod fixtures;
mod genesis;
mod ids;

pub use app_hash::{WriteSet, next_app_hash};
pub use authentic::{Authentic, Part, Received, authenticate, check_expiry, transaction_hash};
pub use block::{
    BLOCK_VERSION, Block, BlockError, Header, MAX_BLOCK_BYTES, MAX_BLOCK_TXS, transaction_path,
    transaction_root,
};
pub use blocks::{BlockFault, CheckedBlock, check_blocks};
pub use fault::TxFault;
pub use genesis::{ChainMode, ChainName, Circuits, Genesis, GenesisError};
pub use ids::{Timestamp, contract_id, genesis_tip};

use borsh::BorshSerialize;

/// The borsh encoding.
fn encode<T: BorshSerialize>(value: &T) -> Vec<u8> {
    let mut bytes = Vec::new();
    #[expect(
        clippy::expect_used,
        reason = "a Vec takes any bytes; borsh fails only on lists above 2^32 items"
    )]
    value
        .serialize(&mut bytes)
        .expect("writing to a Vec cannot fail");
    bytes
}
