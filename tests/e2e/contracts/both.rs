//! A bank on its ledger, and beside it the same contracts natively on the mock.
//!
//! Every transaction runs four times: on the ledger; as a bare call on the ledger's state, which shows
//! the reply; natively on the mock; and in the replay of statements, which knows the contracts' rules from
//! their documentation alone and must give the same verdict. Replies, refusals, events, stored bytes and queries must be the
//! same, and the proofs are about the ledger's tree roots, so the mock's must be the right ones too.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;
use std::path::Path;
use std::sync::Arc;

use borsh::{BorshDeserialize, BorshSerialize};
use obolus_abi::registry::{
    AuditorEpoch, AuditorKeys, CheckRootsMsg, CheckSeizureMsg, EpochsMsg, Participant,
    RegistryState, SlotMsg,
};
use obolus_abi::system::{InstantiateMsg, SYSTEM};
use obolus_abi::token::TokenState;
use obolus_abi::{ContractError, ContractId, FieldBytes};
use obolus_protocol::tx::{EntryName, Height, Transaction};
use obolus_runtime::exec::{self, Authorities, BlockEnv, CallError, TopCall};
use obolus_runtime::ledger::TX_FUEL;
use obolus_runtime::overlay::Overlay;
use obolus_runtime::state::keys;
use obolus_runtime::vm::Vm;
use obolus_sdk::Entry;
use obolus_sdk::mock::{Attempt, Mock, MockBlock, MockError, MockTx};
use obolus_tests::bank::{Bank, encode};

use super::maths::RealMaths;
use crate::replay::{Replay, next_header};

/// Encoded already.
struct Encoded(Vec<u8>);

impl BorshSerialize for Encoded {
    fn serialize<W: borsh::io::Write>(&self, writer: &mut W) -> borsh::io::Result<()> {
        writer.write_all(&self.0)
    }
}

/// The bank on its ledger, and beside it the same contracts on the mock.
pub struct Both {
    /// The bank.
    pub bank: Bank,
    vm: Vm,
    mock: Mock,
    replay: Replay,
}

impl Both {
    /// Founds the bank and repeats the founding on the mock.
    pub fn found() -> Self {
        let keys_dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join("../obolus-keys");
        let bank = Bank::found(&keys_dir);
        let mock = Mock::with_maths(Box::new(RealMaths));
        let mut both = Self {
            replay: Replay::of(&bank),
            bank,
            vm: Vm::new().unwrap(),
            mock,
        };
        for height in 1..=both.bank.ledger.tip().height {
            let block = both.bank.ledger.block(Height(height)).unwrap();
            for bytes in &block.txs {
                both.set_up(&Transaction::decode(bytes).unwrap(), height);
            }
            both.mock.end_block();
        }
        both.replay.follow(&both.bank);
        both.compare();
        both
    }

    fn set_up(&mut self, tx: &Transaction, height: u64) {
        assert_eq!(tx.body.contract, SYSTEM);
        if tx.body.entry.as_str() != "instantiate" {
            return; // The mock takes code as functions, and as frozen.
        }
        let message: InstantiateMsg = borsh::from_slice(&tx.body.args).unwrap();
        let registry = *blake3::hash(obolus_contracts::REGISTRY).as_bytes();
        let (contract, entries) = if message.code.0 == registry {
            (self.bank.token.registry, obolus_contract_registry::ENTRIES)
        } else {
            (self.bank.token.token, obolus_contract_token::ENTRIES)
        };
        self.enter(tx, height);
        self.mock
            .instantiate(contract, entries, &Encoded(message.init))
            .unwrap();
    }

    /// Tells the mock of the transaction and the block that come next.
    fn enter(&mut self, tx: &Transaction, height: u64) {
        let auth = authorities(tx);
        self.mock.block = MockBlock {
            chain: self.bank.token.chain,
            height,
            time_ms: self.bank.next_time().0,
        };
        self.mock.tx = MockTx {
            digest: auth.digest,
            spend_keys: auth.spend_keys,
            role_keys: auth.role_keys,
            proofs: auth.proofs,
            memos: auth.memos.iter().map(|len| *len as u32).collect(),
        };
    }

    /// Runs a transaction everywhere; returns the reply, or the name of the contract's refusal.
    pub fn submit(&mut self, tx: &Transaction) -> Result<Vec<u8>, String> {
        let height = self.bank.ledger.next_height();
        let wasm = self.call(tx, height);

        self.enter(tx, height.0);
        let before = self.mock.events().len();
        let native = self.mock.attempt(&Attempt {
            contract: tx.body.contract,
            caller: None,
            entry: self.entry(tx),
            input: tx.body.args.clone(),
        });
        let result = wasm.result.map_err(|error| match error {
            CallError::Revert(error) => error,
            other => panic!("{}: {other}", tx.body.entry.as_str()),
        });
        assert_eq!(
            result,
            native.map_err(reverted),
            "{}",
            tx.body.entry.as_str()
        );
        let events: Vec<_> = wasm
            .events
            .into_iter()
            .map(|e| (e.contract, e.data))
            .collect();
        assert_eq!(events, self.mock.events()[before..]);

        match self.bank.submit(tx) {
            Ok(receipt) => {
                let committed = receipt.events.into_iter().map(|e| (e.contract, e.data));
                assert!(committed.eq(events));
                assert!(result.is_ok());
                self.mock.end_block();
                self.replay.follow(&self.bank);
            }
            Err(name) => {
                assert_eq!(name, result.as_ref().unwrap_err().name);
                let next = next_header(&self.bank);
                assert_eq!(self.replay.refusal(next, &[tx]), name);
            }
        }
        self.compare();
        result.map_err(|error| error.name)
    }

    /// Lets time pass, everywhere.
    pub fn wait_until(&mut self, time_ms: u64) {
        self.bank.wait_until(time_ms);
        self.mock.end_block();
        self.replay.follow(&self.bank);
        self.compare();
    }

    /// The call by itself on the ledger's state.
    fn call(&self, tx: &Transaction, height: Height) -> exec::CallOutcome {
        let env = BlockEnv {
            chain: self.bank.token.chain,
            height,
            time: self.bank.next_time(),
        };
        let call = TopCall {
            contract: tx.body.contract,
            entry: tx.body.entry.clone(),
            args: tx.body.args.clone(),
        };
        let mut overlay = Overlay::new(self.bank.ledger.state());
        exec::execute(
            &self.vm,
            &mut overlay,
            &env,
            &authorities(tx),
            &call,
            TX_FUEL,
        )
        .unwrap()
    }

    /// The entry's name as the mock wants it, from the contract's own list.
    fn entry(&self, tx: &Transaction) -> &'static str {
        let entries: &'static [Entry] = if tx.body.contract == self.bank.token.registry {
            obolus_contract_registry::ENTRIES
        } else {
            obolus_contract_token::ENTRIES
        };
        let name = |entry: &Entry| entry.export.strip_prefix("x_");
        entries
            .iter()
            .find_map(|e| name(e).filter(|n| *n == tx.body.entry.as_str()))
            .unwrap()
    }

    /// Compares what is stored byte for byte, and what queries say.
    fn compare(&mut self) {
        let (registry, token) = (self.bank.token.registry, self.bank.token.token);
        for contract in [registry, token] {
            assert_eq!(self.stored(contract), self.mock.storage(contract));
        }
        self.mock.block.height = self.bank.ledger.tip().height;
        let state: RegistryState = self.query(registry, "state", &()).unwrap();
        for slot in 0..=state.slots {
            let found = self.query::<_, Participant>(registry, "participant", &SlotMsg { slot });
            assert_eq!(found.is_ok(), slot < state.slots);
        }
        let root = Some(state.active_root);
        for (sender_root, recipient_root) in [(root, root), (Some(FieldBytes::ZERO), root)] {
            let roots = CheckRootsMsg {
                sender_root,
                recipient_root,
                forwarder: None,
            };
            let answer = self.query::<_, AuditorKeys>(registry, "check_roots", &roots);
            assert_eq!(answer.is_ok(), sender_root == root);
        }
        for sender_root in [Some(state.frozen_root), state.seizable.map(|old| old.root)] {
            let roots = CheckSeizureMsg {
                sender_root: sender_root.unwrap_or(FieldBytes::ZERO),
                recipient_root: state.active_root,
            };
            let answer = self.query::<_, AuditorKeys>(registry, "check_seizure", &roots);
            let old_enough = state
                .seizable
                .is_some_and(|old| sender_root == Some(old.root));
            assert!(answer.is_ok() || !old_enough);
        }
        let epochs: Vec<AuditorEpoch> = self
            .query(registry, "epochs", &EpochsMsg { from: 0 })
            .unwrap();
        assert_eq!(epochs.last().map(|last| last.auditor), Some(state.auditor));
        self.query::<_, TokenState>(token, "state", &()).unwrap();
    }

    fn stored(&self, contract: ContractId) -> BTreeMap<Vec<u8>, Vec<u8>> {
        let prefix = keys::storage(&contract, &[]);
        let entries = self
            .bank
            .ledger
            .state()
            .scan(&prefix, None, usize::MAX)
            .unwrap();
        entries
            .into_iter()
            .map(|(key, value)| (key[prefix.len()..].to_vec(), value))
            .collect()
    }

    /// Asks both.
    fn query<M: BorshSerialize, R>(
        &mut self,
        contract: ContractId,
        entry: &str,
        message: &M,
    ) -> Result<R, ContractError>
    where
        R: BorshSerialize + BorshDeserialize + Debug + PartialEq,
    {
        let env = BlockEnv {
            chain: self.bank.token.chain,
            height: Height(self.bank.ledger.tip().height),
            time: self.bank.next_time(),
        };
        let call = TopCall {
            contract,
            entry: EntryName::new(entry).unwrap(),
            args: encode(message),
        };
        let state = Arc::clone(&self.bank.ledger.state());
        let wasm = exec::query(
            &self.vm,
            &self.vm.admit_query(),
            state,
            &env,
            &call,
            TX_FUEL,
        )
        .unwrap();
        let wasm = wasm.result.map_err(|error| match error {
            CallError::Revert(error) => error,
            other => panic!("{entry}: {other}"),
        });
        let native: Result<R, _> = self.mock.query(contract, entry, message).map_err(reverted);
        assert_eq!(
            wasm,
            native.as_ref().map(encode).map_err(Clone::clone),
            "{entry}"
        );
        native
    }

    /// A payment or other call must be refused with this name.
    pub fn refused(&mut self, tx: &Transaction, name: &str) {
        assert_eq!(self.submit(tx).unwrap_err(), name);
    }

    /// A call must be taken; returns its reply.
    pub fn taken<R: BorshDeserialize>(&mut self, tx: &Transaction) -> R {
        borsh::from_slice(&self.submit(tx).unwrap()).unwrap()
    }
}

fn authorities(tx: &Transaction) -> Authorities {
    Authorities {
        digest: tx.id(),
        spend_keys: tx.spend_signatures.iter().map(|s| s.key).collect(),
        role_keys: tx.role_signatures.iter().map(|s| s.key).collect(),
        proofs: tx
            .proofs
            .iter()
            .map(|p| (p.key, p.inputs.clone()))
            .collect::<BTreeSet<_>>(),
        memos: tx.body.memos.iter().map(Vec::len).collect(),
    }
}

fn reverted(error: MockError) -> ContractError {
    match error {
        MockError::Reverted(error) => error,
        other => panic!("natively: {other:?}"),
    }
}
