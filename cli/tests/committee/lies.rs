//! A node shows a member another request than the ledger has under its number.

use std::fs;

use obolus_abi::accesslog::{
    ACCESS_LOG_TAG, AccessItem, AccessLogState, AccessRecord, LoggedAccess, RequestAccessMsg,
};
use obolus_abi::{ContractId, TxDigest};
use obolus_audit::committee::{LogClient, LogSource};
use obolus_chain::{Block, transaction_hash, transaction_root};
use obolus_protocol::tx::{Height, RoleSignature, Transaction};
use obolus_runtime_api::hex;
use obolus_wallet::client::{Endpoint, NodeClient};
use serde_json::{Value, json};

use crate::common::desk::Desk;
use crate::common::liar::{Asked, Liar};
use crate::court::{Court, signer};

/// What a node makes of request 0.
#[derive(Clone)]
struct Forgery {
    log: String,
    entry: LoggedAccess,
    state: AccessLogState,
    height: u64,
    /// The block with a request that Alice signed, if she helps.
    block: Option<Vec<u8>>,
}

impl Forgery {
    /// Another item, and everything that follows from it.
    fn new(court: &Court<'_>, item: AccessItem, height: u64) -> Self {
        let endpoint = Endpoint {
            url: court.desk.node.url.clone(),
            ..Endpoint::default()
        };
        let client = NodeClient::new(&endpoint).unwrap();
        let contract: ContractId = hex::decode_fixed(&court.log).unwrap();
        let source = LogClient {
            client: &client,
            contract,
        };
        let founded = source.entry(0).unwrap();
        let mut entry = source.entry(1).unwrap();
        let AccessRecord::Requested { message, .. } = &mut entry.entry.record else {
            panic!("the request")
        };
        message.items = vec![item];
        let message = message.clone();
        let mut hasher = blake3::Hasher::new();
        hasher.update(ACCESS_LOG_TAG.as_bytes());
        hasher.update(&founded.head);
        hasher.update(&borsh::to_vec(&entry.entry).unwrap());
        entry.head = hasher.finalize().into();
        let mut state = source.state().unwrap();
        state.head = entry.head;
        let block = forged(
            court.desk,
            &client.block(Height(height)).unwrap(),
            contract,
            &message,
        );
        Self {
            log: court.log.clone(),
            entry,
            state,
            height,
            block: Some(block),
        }
    }

    fn without_block(&self) -> Self {
        Self {
            block: None,
            ..self.clone()
        }
    }

    fn tell(&self, asked: &Asked, truth: Vec<u8>) -> Vec<u8> {
        if asked.path == format!("/v1/blocks/{}/raw", self.height) {
            return self.block.clone().unwrap_or(truth);
        }
        if asked.path != format!("/v1/contracts/{}/query", self.log) {
            return truth;
        }
        let query: Value = serde_json::from_slice(&asked.body).unwrap();
        let one = hex::encode(&1_u64.to_le_bytes());
        let reply = match (query["entry"].as_str().unwrap(), query["args"].as_str()) {
            ("state", _) => borsh::to_vec(&self.state).unwrap(),
            ("logged", Some(args)) if args == one => borsh::to_vec(&self.entry).unwrap(),
            _ => return truth,
        };
        json!({"reply": hex::encode(&reply)})
            .to_string()
            .into_bytes()
    }
}

/// The block as it would be, had Alice asked that.
fn forged(desk: &Desk, block: &[u8], log: ContractId, message: &RequestAccessMsg) -> Vec<u8> {
    let alice = signer(desk, "alice");
    let mut block = Block::decode(block).unwrap();
    for bytes in &mut block.txs {
        let mut transaction = Transaction::decode(bytes).unwrap();
        if transaction.body.contract == log {
            transaction.body.args = borsh::to_vec(message).unwrap();
            let digest = transaction.body.digest();
            transaction.role_signatures = vec![RoleSignature::create(alice.key(), &digest)];
            *bytes = transaction.encode();
        }
    }
    let hashes: Vec<_> = block
        .txs
        .iter()
        .map(|bytes| transaction_hash(bytes))
        .collect();
    block.header.transactions = transaction_root(&hashes);
    block.encode()
}

#[test]
fn a_lying_node_gets_no_answer() {
    let desk = Desk::new();
    let court = Court::new(&desk);
    let [paid, secret] = ["5.00", "77.00"].map(|amount| court.pay(amount));
    let asked = court.asked(&format!("--transaction {paid}"));
    let digest: TxDigest = hex::decode_fixed(&secret).unwrap();
    let item = AccessItem::Transaction { digest };
    let forgery = Forgery::new(&court, item, asked["height"].as_u64().unwrap());
    let before = |forgery: Forgery| {
        Liar::before(&desk.node.url, move |asked, truth| {
            forgery.tell(asked, truth)
        })
    };
    let refused = |person: &str, node: &str, more: &str| {
        let more = format!("--node {node} {more}");
        let ran = court.answer(person, 0, "refused.answer", &more);
        assert_eq!(ran.status, 1, "{ran:?}");
        assert!(!desk.path("refused.answer").exists());
        ran.said
    };

    // A node alone: nobody signed what it shows.
    let alone = before(forgery.without_block());
    let said = refused("bob", &alone.url, "");
    assert!(
        said.contains("entry 1") && said.contains("signed by nobody"),
        "{said}"
    );
    // Nothing was kept of it: an honest node is believed afterwards.
    assert_eq!(court.answer("bob", 0, "bob.answer", "").status, 0);

    // With Alice, who signs another request than the ledger's: the ledger refuses what Carol signed for it.
    let liar = before(forgery.clone());
    let honest = desk.node.url.clone();
    let said = refused("carol", &liar.url, &format!("--witness {honest}"));
    assert!(said.contains("another ledger"), "{said}");
    let said = refused("carol", &liar.url, "");
    assert!(said.contains("another request than the log has"), "{said}");
    let answers = &court.seen("")["requests"][0]["answers"];
    assert_eq!(answers.as_array().unwrap().len(), 1, "Bob's");

    // Her pin did not move onto the false log, so that honest nodes are believed; what she kept is an answer to something
    // else, and tells her that she was lied to.
    let pin = desk.path(&format!("court-carol/pins/{}", court.log));
    assert!(!pin.exists());
    let said = refused("carol", &honest, "");
    assert!(said.contains("another request 0"), "{said}");
    // And Bob, whose pin is of the ledger, does not believe the liar.
    let said = refused("bob", &liar.url, "");
    assert!(said.contains("another history"), "{said}");

    // Once it is clear who lied, Carol puts the false answer away and answers.
    fs::remove_file(desk.path(&format!("court-carol/answers/{}-0", court.log))).unwrap();
    let ran = court.answer("carol", 0, "carol.answer", &format!("--witness {honest}"));
    assert_eq!(ran.status, 0, "{ran:?}");
    let opened = court
        .committee
        .ok("alice", &court.combine(0, "bob.answer carol.answer"));
    assert_eq!(opened["movements"][0]["amount"], "5.00");
}
