//! A chain with one account, in memory.
//!
//! The pairing of its precompiles is that of the crate `substrate-bn` (a feature of revm), which shares no code with the
//! arithmetic of our verifier.

use revm::context::result::{ExecutionResult, Output};
use revm::context::{BlockEnv, CfgEnv, Context, Journal, TxEnv};
use revm::database::{CacheDB, EmptyDB};
use revm::handler::EthPrecompiles;
use revm::precompile::Precompiles;
use revm::primitives::hardfork::SpecId;
use revm::primitives::{Address, TxKind};
use revm::{ExecuteCommitEvm, MainBuilder, MainContext, MainnetEvm};

/// Rules of the chain, which gas depends on.
const FORK: SpecId = SpecId::OSAKA;
/// Most gas that a transaction may ask for since that fork (EIP-7825).
pub const MAX_GAS: u64 = 1 << 24;
/// What every transaction costs (EIP-2028 and the Yellow Paper's appendix G).
pub const TRANSACTION_GAS: u64 = 21_000;

type Ctx = Context<BlockEnv, TxEnv, CfgEnv, CacheDB<EmptyDB>, Journal<CacheDB<EmptyDB>>, ()>;

/// How a call ended, and the gas that its transaction used.
#[derive(Debug, PartialEq, Eq)]
pub enum Ended {
    /// It returned these bytes.
    Returned(Vec<u8>, u64),
    /// It reverted with these bytes.
    Reverted(Vec<u8>, u64),
    /// It ran out of gas, or the transaction did not offer enough to begin.
    OutOfGas,
}

/// The chain.
pub struct Chain {
    evm: MainnetEvm<Ctx>,
}

impl Chain {
    pub fn new() -> Self {
        let mut context = Context::mainnet().with_db(CacheDB::<EmptyDB>::default());
        context.cfg = CfgEnv::new_with_spec(FORK);
        context.cfg.disable_nonce_check = true;
        Self {
            evm: context.build_mainnet(),
        }
    }

    /// A chain that has none of the precompiles for BN254.
    pub fn without_pairing() -> Self {
        let mut chain = Self::new();
        chain.evm.precompiles = EthPrecompiles {
            precompiles: Precompiles::homestead(),
            spec: FORK,
        };
        chain
    }

    /// Creates a contract; also says what that cost.
    pub fn deploy(&mut self, init_code: &[u8]) -> (Address, u64) {
        match self.transact(TxKind::Create, init_code, MAX_GAS) {
            Some(ExecutionResult::Success {
                output: Output::Create(_, Some(address)),
                gas,
                ..
            }) => (address, gas.tx_gas_used()),
            other => panic!("not created: {other:?}"),
        }
    }

    /// Calls a contract.
    pub fn call(&mut self, contract: Address, data: &[u8], gas_limit: u64) -> Ended {
        match self.transact(TxKind::Call(contract), data, gas_limit) {
            Some(ExecutionResult::Success { output, gas, .. }) => {
                Ended::Returned(output.into_data().to_vec(), gas.tx_gas_used())
            }
            Some(ExecutionResult::Revert { output, gas, .. }) => {
                Ended::Reverted(output.to_vec(), gas.tx_gas_used())
            }
            Some(ExecutionResult::Halt { .. }) | None => Ended::OutOfGas,
        }
    }

    /// `None` if the chain would not take the transaction.
    fn transact(&mut self, kind: TxKind, data: &[u8], gas_limit: u64) -> Option<ExecutionResult> {
        let transaction = TxEnv::builder()
            .kind(kind)
            .data(data.to_vec().into())
            .gas_limit(gas_limit)
            .gas_price(0)
            .build()
            .unwrap();
        self.evm.transact_commit(transaction).ok()
    }
}

/// What call data costs in gas: 4 for a byte of zero, 16 for another (EIP-2028).
pub fn data_gas(data: &[u8]) -> u64 {
    data.iter()
        .map(|byte| if *byte == 0 { 4 } else { 16 })
        .sum()
}
