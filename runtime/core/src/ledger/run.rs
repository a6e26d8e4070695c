//! Executes the transactions of one block on an overlay: shared by building, validating and
//! replaying, so that all three do the same.
//!
//! A block holds only transactions that succeed. One that fails leaves nothing behind: when building
//! it is left out and its submitter told why, when validating it makes the block invalid. So an
//! attack that the contracts refuse changes neither the state nor the app hash.

use std::sync::Arc;

use obolus_abi::{ChainId, RoleSet};
use obolus_chain::{
    BLOCK_VERSION, Block, Header, MAX_BLOCK_BYTES, MAX_BLOCK_TXS, Timestamp, check_expiry,
    next_app_hash, transaction_root,
};
use obolus_protocol::tx::{Height, SYSTEM_CONTRACT};
use obolus_runtime_api::{BlockUpdate, EventRecord, Receipt, ScheduledRun, Tip, TxUpdate};

use super::AdmitError;
use super::admission::Admitted;
use super::refusal::Refusal;
use super::seen::{self, SeenRecord};
use super::{Executed, scheduled, system};
use crate::exec::{self, BlockEnv, Fault, Fuel, TopCall};
use crate::overlay::Overlay;
use crate::state::{StateRead, keys};
use crate::vm::Vm;

/// Fuel of a transaction, its nested calls included; about half a second of work.
pub const TX_FUEL: Fuel = Fuel(500_000_000);
/// Fuel of a block: a transaction may begin only while [`TX_FUEL`] of it is left. It bounds what a block can make
/// every node compute, write and keep, which the number of transactions alone does not.
pub const BLOCK_FUEL: Fuel = Fuel(10 * TX_FUEL.0);

const OUTCOME: &str = "obolus 2026 transaction outcome v1";

/// What execution depends on besides state and block: fixed by the genesis.
pub(super) struct Rules<'a> {
    pub(super) vm: &'a Vm,
    pub(super) chain: ChainId,
    pub(super) operator: &'a RoleSet,
    pub(super) horizon: Height,
}

/// A block while it is being executed.
pub(super) struct Run<'a> {
    rules: Rules<'a>,
    state: Arc<dyn StateRead>,
    tip: Tip,
    env: BlockEnv,
    overlay: Overlay,
    txs: Vec<Vec<u8>>,
    bytes: usize,
    /// Fuel of the scheduled calls and of the transactions in the block.
    fuel: u64,
    /// The same with those that were refused.
    spent: u64,
    hashes: Vec<[u8; 32]>,
    updates: Vec<TxUpdate>,
    scheduled: Vec<ScheduledRun>,
}

impl<'a> Run<'a> {
    /// Begins the block after `tip`: what contracts scheduled for it runs first.
    pub(super) fn start(
        rules: Rules<'a>,
        state: Arc<dyn StateRead>,
        tip: Tip,
        time: Timestamp,
    ) -> Result<Self, Fault> {
        let env = BlockEnv {
            chain: rules.chain,
            height: Height(tip.height + 1),
            time,
        };
        let mut overlay = Overlay::new(Arc::clone(&state));
        let scheduled = scheduled::run(rules.vm, state.as_ref(), &mut overlay, &env)?;
        let used = scheduled.iter().map(|run| run.fuel_used).sum();
        Ok(Self {
            overlay,
            rules,
            state,
            tip,
            env,
            txs: Vec::new(),
            bytes: 0,
            fuel: used,
            spent: used,
            hashes: Vec::new(),
            updates: Vec::new(),
            scheduled,
        })
    }

    /// Whether another transaction of `len` bytes fits the block. Refused ones have used up fuel too, so that a
    /// flood of them cannot keep a builder busy.
    pub(super) fn has_room(&self, len: usize) -> bool {
        self.txs.len() < MAX_BLOCK_TXS
            && self.bytes + len <= MAX_BLOCK_BYTES
            && self.spent + TX_FUEL.0 <= BLOCK_FUEL.0
    }

    /// Whether another transaction may begin.
    pub(super) fn has_fuel(&self) -> bool {
        self.fuel + TX_FUEL.0 <= BLOCK_FUEL.0
    }

    /// Executes the next transaction. After a refusal the block is as before.
    pub(super) fn transaction(&mut self, admitted: Admitted) -> Result<Result<(), Refusal>, Fault> {
        let digest = admitted.digest();
        let body = &admitted.transaction().body;
        if let Err(error) = check_expiry(&digest, body.expiry, self.env.height, self.rules.horizon)
        {
            return Ok(Err(AdmitError::from(error).into()));
        }
        if self.overlay.get(&keys::seen(&digest))?.is_some() {
            return Ok(Err(Refusal::already_committed(digest)));
        }
        let auth = admitted.authorities();
        let call = TopCall {
            contract: body.contract,
            entry: body.entry.clone(),
            args: body.args.clone(),
        };
        let (vm, overlay, env) = (self.rules.vm, &mut self.overlay, &self.env);
        let outcome = if body.contract == SYSTEM_CONTRACT {
            system::execute(vm, self.rules.operator, overlay, env, &auth, &call, TX_FUEL)?
        } else {
            exec::execute(vm, overlay, env, &auth, &call, TX_FUEL)?
        };
        self.spent += outcome.fuel_used.0;
        if let Err(error) = outcome.result {
            return Ok(Err(error.into()));
        }
        let events = outcome.events.into_iter().map(|event| EventRecord {
            contract: event.contract,
            data: event.data,
        });
        let update = TxUpdate {
            digest,
            contract: body.contract,
            entry: body.entry.as_str().to_owned(),
            memos: body.memos.clone(),
            events: events.collect(),
            fuel_used: outcome.fuel_used.0,
        };
        let record = SeenRecord {
            height: self.env.height,
            index: self.updates.len() as u32,
            outcome: blake3::derive_key(OUTCOME, &super::encode(&update)),
        };
        seen::remember(&mut self.overlay, &digest, body.expiry, &record);
        self.updates.push(update);
        self.hashes.push(admitted.bytes_hash());
        self.bytes += admitted.size();
        self.fuel += outcome.fuel_used.0;
        self.txs.push(admitted.into_bytes());
        Ok(Ok(()))
    }

    /// Ends the block: batched tree updates, forgotten transactions, hashes.
    pub(super) fn finish(mut self) -> Result<Executed, Fault> {
        let appended = exec::end_block(&mut self.overlay, &self.env)?;
        seen::forget(self.state.as_ref(), self.env.height, &mut self.overlay)?;
        let writes = self.overlay.into_writes();
        let header = Header {
            version: BLOCK_VERSION,
            chain: self.rules.chain,
            height: self.env.height,
            previous: self.tip.block,
            app_hash: self.tip.app_hash,
            time: self.env.time,
            transactions: transaction_root(&self.hashes),
        };
        let hash = header.hash();
        let app_hash = next_app_hash(&self.tip.app_hash, self.env.height, &writes);
        Ok(Executed {
            block: Block {
                header,
                txs: self.txs,
            },
            writes,
            update: BlockUpdate {
                height: self.env.height.0,
                block: hash,
                app_hash,
                time_ms: self.env.time.0,
                txs: self.updates,
                scheduled: self.scheduled,
            },
            appended,
        })
    }
}

/// The receipt of the transaction at `index` of the block of `height`.
pub(super) fn receipt(tx: &TxUpdate, height: u64, index: u32) -> Receipt {
    Receipt {
        digest: tx.digest,
        height,
        index,
        contract: tx.contract,
        entry: tx.entry.clone(),
        events: tx.events.clone(),
        fuel_used: tx.fuel_used,
    }
}
