//! Tokens with a registry each, the five settlement contracts, approved at every registry, and parties with money.

use borsh::{BorshDeserialize, BorshSerialize};
use obolus_abi::deal::pair::PvpInit;
use obolus_abi::registry::{ApproveContractMsg, RegisterMsg, RegistryInit, RegistryState, SlotMsg};
use obolus_abi::token::{IssueMsg, RECIPIENT_MEMO_LEN, TokenEvent, TokenInit};
use obolus_abi::{ContractId, FieldBytes, KeyId, PointBytes, TxDigest};
use obolus_contract_conditional as conditional;
use obolus_contract_dvp as dvp;
use obolus_contract_hostile as hostile;
use obolus_contract_netting as netting;
use obolus_contract_pvp as pvp;
use obolus_contract_registry as registry;
use obolus_contract_standing as standing;
use obolus_contract_token as token;
use obolus_contracts as wasm;
use obolus_sdk::mock::MockTx;

use super::super::stage::{ISSUER, OPERATOR, PINS, REGISTER_KEY, REGISTRAR, number, role};
use super::super::twin::{Refusal, encode};
use super::ground::Ground;
use super::notes::{Call, Note, Owner};

pub const DVP: ContractId = ContractId([61; 32]);
pub const PVP: ContractId = ContractId([62; 32]);
pub const CONDITIONAL: ContractId = ContractId([63; 32]);
pub const STANDING: ContractId = ContractId([64; 32]);
pub const NETTING: ContractId = ContractId([65; 32]);
/// The code of dvp, approved nowhere.
pub const ROGUE: ContractId = ContractId([67; 32]);
/// Misbehaves; approved nowhere.
pub const HOSTILE: ContractId = ContractId([66; 32]);
pub const RATIO_KEY: KeyId = KeyId([35; 32]);
/// Of each registry: the parties, from slot 0.
pub const PARTIES: usize = 3;
const WINDOW: u64 = 1_000;

/// A token and its registry.
#[derive(Clone, Debug)]
pub struct Money {
    pub token: ContractId,
    pub registry: ContractId,
    /// The registry's current root.
    root: FieldBytes,
    /// The note tree's leaves, and its root at the end of the last block.
    leaves: Vec<FieldBytes>,
    anchor: FieldBytes,
    issued: u64,
}

pub struct Stage {
    pub ground: Ground,
    pub auditor: PointBytes,
    /// Ephemeral point of every ciphertext here.
    pub escrow: PointBytes,
    pub tokens: Vec<Money>,
    serial: u64,
}

impl Stage {
    pub fn new(mut ground: Ground, tokens: usize) -> Self {
        let auditor = ground.point(1_000);
        let tx = MockTx {
            spend_keys: [auditor].into(),
            ..MockTx::default()
        };
        let mut moneys = Vec::new();
        for number in 0..tokens as u8 {
            let [registry_id, token_id] = [10, 20].map(|base| ContractId([base + number; 32]));
            let init = RegistryInit {
                registrar: role(REGISTRAR),
                auditor,
                register_key: REGISTER_KEY,
                root_window: WINDOW,
                seizure_delay: WINDOW,
            };
            ground.instantiate(registry_id, (registry::ENTRIES, wasm::REGISTRY), &init, &tx);
            let init = TokenInit {
                name: format!("Money {number}"),
                unit: "XXX".into(),
                exponent: 2,
                registry: registry_id,
                issuer: role(ISSUER),
                operator: role(OPERATOR),
                pins: PINS,
                reserves: None,
                velocity: None,
                predecessor: None,
            };
            ground.instantiate(token_id, (token::ENTRIES, wasm::TOKEN), &init, &tx);
            moneys.push(Money {
                token: token_id,
                registry: registry_id,
                root: FieldBytes::ZERO,
                leaves: Vec::new(),
                anchor: ground.maths().append_root(&[]),
                issued: 0,
            });
        }
        ground.instantiate(DVP, (dvp::ENTRIES, wasm::DVP), &(), &tx);
        ground.instantiate(ROGUE, (dvp::ENTRIES, wasm::DVP), &(), &tx);
        let init = PvpInit {
            ratio_key: RATIO_KEY,
        };
        ground.instantiate(PVP, (pvp::ENTRIES, wasm::PVP), &init, &tx);
        let code = (conditional::ENTRIES, wasm::CONDITIONAL);
        ground.instantiate(CONDITIONAL, code, &(), &tx);
        ground.instantiate(STANDING, (standing::ENTRIES, wasm::STANDING), &(), &tx);
        ground.instantiate(NETTING, (netting::ENTRIES, wasm::NETTING), &(), &tx);
        ground.instantiate(HOSTILE, (hostile::ENTRIES, wasm::HOSTILE), &(), &tx);
        let escrow = ground.point(77);
        let mut stage = Self {
            ground,
            auditor,
            escrow,
            tokens: moneys,
            serial: 10_000,
        };
        for token in 0..tokens {
            for party in 0..PARTIES {
                stage.register(token, party);
            }
            for contract in [DVP, PVP, CONDITIONAL, STANDING, NETTING] {
                let registry = stage.tokens[token].registry;
                let approve = stage.registrar(
                    registry,
                    "approve_contract",
                    ApproveContractMsg { contract },
                );
                stage.accept::<_, ()>(approve);
            }
        }
        stage.end_block();
        stage
    }

    /// A number never given before.
    pub const fn serial(&mut self) -> u64 {
        self.serial += 1;
        self.serial
    }

    /// An empty transaction with a digest of its own.
    pub fn tx(&mut self) -> MockTx {
        let mut digest = [7; 32];
        digest[..8].copy_from_slice(&self.serial().to_le_bytes());
        MockTx {
            digest: TxDigest(digest),
            ..MockTx::default()
        }
    }

    pub fn anchor(&self, token: usize) -> FieldBytes {
        self.tokens[token].anchor
    }

    pub fn root(&self, token: usize) -> FieldBytes {
        self.tokens[token].root
    }

    /// A call that the registrar signs.
    pub fn registrar<M>(&mut self, registry: ContractId, entry: &'static str, msg: M) -> Call<M> {
        let mut tx = self.tx();
        tx.role_keys.insert(REGISTRAR);
        Call {
            contract: registry,
            entry,
            msg,
            tx,
        }
    }

    fn register(&mut self, token: usize, party: usize) {
        let registry = self.tokens[token].registry;
        let msg = RegisterMsg {
            owner: number(party as u64 + 1),
            ak: self.ground.point(party as u64 + 1),
            epk: [7; 32],
            limit: u64::MAX,
            r: self.escrow,
            c1: number(5),
        };
        let mut call = self.registrar(registry, "register", msg);
        call.tx.spend_keys.insert(call.msg.ak);
        let context = self
            .ground
            .context(&call.tx.digest, &registry, None, "register");
        let inputs = call.msg.inputs(&self.auditor, context).to_array().to_vec();
        call.tx.proofs.insert((REGISTER_KEY, inputs));
        assert_eq!(self.accept::<_, u32>(call), party as u32);
    }

    /// Freezes or unfreezes a party of a token.
    pub fn turn(&mut self, token: usize, party: usize, entry: &'static str) {
        let registry = self.tokens[token].registry;
        let msg = SlotMsg { slot: party as u32 };
        let call = self.registrar(registry, entry, msg);
        self.accept::<_, ()>(call);
    }

    /// Issues a note to a party and ends the block, so that it can be spent.
    pub fn fund(&mut self, token: usize, party: usize, value: u64) -> Note {
        let note = self.note(token, value, Owner::Party(party));
        let contract = self.tokens[token].token;
        let msg = IssueMsg {
            recipient_root: self.root(token),
            cm1: note.cm(),
            cv: self.ground.point(200 + value),
            r: self.escrow,
            c1: number(2),
            c2: number(3),
            c3: number(4),
            nonce: self.tokens[token].issued,
        };
        let mut tx = self.tx();
        tx.role_keys.insert(ISSUER);
        tx.memos.push(RECIPIENT_MEMO_LEN as u32);
        let context = self.ground.context(&tx.digest, &contract, None, "issue");
        let inputs = msg.inputs(&self.auditor, context).to_array().to_vec();
        tx.proofs.insert((PINS.issue, inputs));
        let call = Call {
            contract,
            entry: "issue",
            msg,
            tx,
        };
        self.accept::<_, u64>(call);
        self.tokens[token].issued += 1;
        self.end_block();
        note
    }

    /// Makes a call, and follows what it did to trees and roots.
    pub fn run<M: BorshSerialize>(&mut self, call: &Call<M>) -> Result<Vec<u8>, Refusal> {
        let before = self.ground.events().len();
        let reply = self
            .ground
            .call(call.contract, call.entry, &encode(&call.msg), &call.tx)?;
        let news = self.ground.events()[before..].to_vec();
        for token in 0..self.tokens.len() {
            let Money {
                token: token_id,
                registry,
                ..
            } = self.tokens[token];
            if news.iter().any(|(emitter, _)| *emitter == registry) {
                let state: RegistryState = self.ground.query(registry, "state", &()).unwrap();
                self.tokens[token].root = state.active_root;
            }
            for (_, event) in news.iter().filter(|(emitter, _)| *emitter == token_id) {
                let leaves = &mut self.tokens[token].leaves;
                match TokenEvent::try_from_slice(event).unwrap() {
                    TokenEvent::Issued { msg, .. } => leaves.push(msg.cm1),
                    TokenEvent::Transferred { msg, position } => {
                        assert_eq!(position, leaves.len() as u64);
                        leaves.extend([msg.cm1, msg.cm2]);
                    }
                    _ => {}
                }
            }
        }
        Ok(reply)
    }

    /// Makes a call that must succeed.
    #[track_caller]
    pub fn accept<M: BorshSerialize, R: BorshDeserialize>(&mut self, call: Call<M>) -> R {
        match self.run(&call) {
            Ok(reply) => R::try_from_slice(&reply).expect("a reply of this type"),
            Err(refusal) => panic!("{} was refused: {refusal:?}", call.entry),
        }
    }

    /// Makes a call that must be refused with this code, and change nothing.
    #[track_caller]
    pub fn refuse<M: BorshSerialize>(&mut self, name: &str, code: u16, call: &Call<M>) {
        let before = self.ground.mark();
        let outcome = self.run(call).map_err(|refusal| refusal.code());
        assert_eq!(outcome, Err(Some(code)), "{}: {name}", call.entry);
        assert_eq!(self.ground.mark(), before, "{}: {name}", call.entry);
    }

    /// Ends the block; the time stands still unless a test moves it.
    pub fn end_block(&mut self) {
        let now = self.ground.now();
        self.ground.end_block();
        self.ground.set_time(now);
        for money in &mut self.tokens {
            money.anchor = self.ground.maths().append_root(&money.leaves);
        }
    }

    /// Commitments that a token has taken, in order.
    pub fn leaves(&self, token: usize) -> &[FieldBytes] {
        &self.tokens[token].leaves
    }

    /// Events of one contract, decoded.
    pub fn events_of<E: BorshDeserialize>(&self, contract: ContractId) -> Vec<E> {
        self.ground
            .events()
            .iter()
            .filter(|(emitter, _)| *emitter == contract)
            .map(|(_, event)| E::try_from_slice(event).expect("an event of this type"))
            .collect()
    }
}
