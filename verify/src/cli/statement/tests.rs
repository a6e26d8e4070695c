//! What the verbs say about good statements and bad ones, with a ledger that is a table. The proofs are made with the trapdoor
//! of their key; that replays answer as the table does is for `verify/tests` and the tests of whole ledgers.

use std::collections::HashSet;

use obolus_abi::registry::RegisterMsg;
use obolus_abi::token::{Backing, IssueMsg, TransferMsg};
use obolus_abi::{BalanceInputs, ChainId, ContractId, FieldBytes, PointBytes, RoleKey, RoleSet};
use obolus_chain::{ChainMode, ChainName, Genesis, Timestamp};
use obolus_protocol::address::Network;
use obolus_protocol::amount::Exponent;
use obolus_protocol::balance::{BalanceClaim, BalanceRequest, SignedBalance};
use obolus_protocol::disclosure::{Disclosure, Opening};
use obolus_protocol::field::fr_to_bytes;
use obolus_protocol::memo::{MemoText, RcmSource};
use obolus_protocol::note::{Note, Rcm, Slot};
use obolus_protocol::schnorr::Randomizer;
use obolus_protocol::tx::{EntryName, ProofBytes, ProofEnvelope, TxBody};
use obolus_protocol::{Amount, Fr, FullViewingKey, Nullifier, Owner, Seed, SpendingKey};
use obolus_verifier::trapdoor::Trapdoor;
use obolus_verifier::{CircuitName, KeyOrigin, VerifyingKey};
use rand::SeedableRng;
use rand::rngs::StdRng;

use super::*;
use crate::ledger::{Payment, Reserves, Settings};

mod balances;
mod disclosures;
mod reserve;

const CHAIN: ChainId = ChainId([1; 32]);
const TOKEN: ContractId = ContractId([2; 32]);
const REGISTRY: ContractId = ContractId([3; 32]);
const TX: TxDigest = TxDigest([4; 32]);

fn token() -> TokenFile {
    TokenFile {
        chain: CHAIN,
        token: TOKEN,
        registry: REGISTRY,
        network: Network::Test,
        unit: "USD".into(),
        exponent: Exponent::new(2).unwrap(),
    }
}

fn audience(name: &str) -> Audience {
    Audience {
        verifier: VerifierName::new(name).unwrap(),
        challenge: Challenge([7; 32]),
    }
}

/// A ledger that is a table.
#[derive(Default)]
struct Table {
    anchors: HashSet<FieldBytes>,
    spent: HashSet<FieldBytes>,
    slots: Vec<Owner>,
    passed_on: Vec<Payment>,
    reserves: Option<Reserves>,
}

impl Facts for Table {
    fn settings(&self, token: &ContractId) -> Result<Option<Settings>, ReplicaError> {
        Ok((*token == TOKEN).then(|| Settings {
            registry: REGISTRY,
            unit: "USD".into(),
            exponent: 2,
        }))
    }

    fn owner_at(&self, registry: &ContractId, slot: Slot) -> Result<Option<Owner>, ReplicaError> {
        assert_eq!(*registry, REGISTRY);
        Ok(self.slots.get(slot.get() as usize).copied())
    }

    fn is_anchor(&self, _: &ContractId, root: &Fr) -> Result<bool, ReplicaError> {
        Ok(self.anchors.contains(&fr_to_bytes(root)))
    }

    fn is_spent(&self, _: &ContractId, nullifier: &Nullifier) -> Result<bool, ReplicaError> {
        Ok(self.spent.contains(&nullifier.to_bytes()))
    }

    fn passed_on(
        &self,
        _: &ContractId,
        _: &TxDigest,
        _: Height,
    ) -> Result<Vec<Payment>, ReplicaError> {
        Ok(self.passed_on.clone())
    }

    fn reserves(&self, token: &ContractId) -> Result<Option<Reserves>, ReplicaError> {
        assert_eq!(*token, TOKEN);
        Ok(self.reserves)
    }
}

fn seed(number: u8) -> Seed {
    Seed::new([number; 32])
}

fn keys(number: u8) -> FullViewingKey {
    FullViewingKey::from_seed(&seed(number))
}

fn body(contract: ContractId, entry: &str, message: &impl borsh::BorshSerialize) -> TxBody {
    TxBody {
        chain: CHAIN,
        expiry: Height(9),
        contract,
        entry: EntryName::new(entry).unwrap(),
        args: borsh::to_vec(message).unwrap(),
        memos: Vec::new(),
    }
}

/// What transactions said: these participants registered, and the transaction made these calls of the token.
fn seen(participants: &[u8], calls: &[TxBody]) -> Seen {
    let interest = Interest {
        token: TOKEN,
        registry: REGISTRY,
        tx: Some(TX),
        at: None,
    };
    let mut seen = Seen::default();
    for number in participants {
        let keys = keys(*number);
        let message = RegisterMsg {
            owner: keys.owner().to_bytes(),
            ak: keys.ak.point().encode(),
            epk: *keys.address().epk.as_bytes(),
            limit: 1,
            r: PointBytes::IDENTITY,
            c1: FieldBytes::ZERO,
        };
        let call = body(REGISTRY, "register", &message);
        seen.note(&call.digest(), &call, &interest);
    }
    for call in calls {
        seen.note(&TX, call, &interest);
    }
    seen
}

/// The circuits of a chain with these keys.
fn circuits(keys: &[&VerifyingKey]) -> Circuits {
    let genesis = Genesis {
        name: ChainName::new("test").unwrap(),
        network: Network::Test,
        mode: ChainMode::Development,
        time: Timestamp(0),
        operator: RoleSet {
            keys: vec![RoleKey([1; 32])],
            threshold: 1,
        },
        verifying_keys: keys.iter().map(|key| key.encode().unwrap()).collect(),
        expiry_horizon: Height(100),
    };
    genesis.check().unwrap()
}

fn rules(policy: Policy) -> Rules {
    Rules::new(vec![policy])
}

fn fact<'a>(shown: &'a Shown, name: &str) -> &'a str {
    let found = shown.facts.iter().find(|(known, _)| *known == name);
    found.map(|(_, value)| value.as_str()).unwrap()
}

fn code(refused: Result<Shown, Finding>) -> (Fault, &'static str) {
    match refused {
        Ok(shown) => panic!("it was believed: {:?}", shown.facts),
        Err(finding) => (finding.fault, finding.code.0),
    }
}
