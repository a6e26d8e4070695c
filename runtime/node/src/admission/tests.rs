use std::sync::Mutex;

use obolus_protocol::keys::{FullViewingKey, Seed};
use obolus_protocol::tx::{SpendSignature, Transaction};
use obolus_runtime::ledger::{Execution, kit};

use obolus_http::server::ClientName;

use super::*;
use crate::pool::CopyId;
use crate::sequencer::CommittedBlock;
use crate::settings::SequencingSettings;

/// A transaction with a proof.
fn proved(number: u64) -> Transaction {
    let mut tx = kit::put(number, b"x", 10);
    tx.proofs.push(kit::prove([number, 2], number));
    tx
}

/// With a spend signature that has the right form and does not hold.
fn false_spend(number: u64) -> Transaction {
    let mut tx = proved(number);
    let key = FullViewingKey::from_seed(&Seed::new([9; 32]))
        .ak
        .point()
        .encode();
    let mut signature = [0; 96];
    signature[..64].copy_from_slice(&key.0);
    tx.spend_signatures.push(SpendSignature { key, signature });
    tx
}

fn false_proof(number: u64) -> Transaction {
    let mut tx = proved(number);
    tx.proofs[0].inputs[1].0[0] ^= 1;
    tx
}

fn false_role(number: u64) -> Transaction {
    let mut tx = kit::signed_by(&kit::operator(), kit::put(number, b"x", 10).body);
    tx.role_signatures[0].signature[3] ^= 1;
    tx
}

/// Writes down what happens; after the first batch both clients send once more, and the pool is closed.
struct Desk<'a> {
    ledger: &'a Execution,
    pool: &'a Pool,
    sizes: Mutex<Vec<usize>>,
    codes: Mutex<Vec<String>>,
}

impl Desk<'_> {
    fn send(&self, client: &str, tx: &Transaction) {
        let screened = self.ledger.screen(tx.encode()).unwrap();
        let client = ClientName::new(client).unwrap();
        self.pool.push(&client, screened).unwrap();
    }
}

impl Outcomes for Desk<'_> {
    fn committed(&self, _: &CommittedBlock<'_>) {}

    fn refused(&self, _: &CopyId, code: &str, _: &str) {
        self.codes.lock().unwrap().push(code.to_owned());
    }
}

impl BatchNotes for Desk<'_> {
    fn checked(&self, transactions: usize, _: f64) {
        let mut sizes = self.sizes.lock().unwrap();
        sizes.push(transactions);
        if sizes.len() == 1 {
            self.send("first", &proved(10));
            self.send("second", &proved(11));
            self.pool.close();
        }
    }
}

/// Sizes of the batches, and codes of what was refused in them, when the first client begins with this.
fn batches(begins: &Transaction) -> (Vec<usize>, Vec<String>) {
    let dir = tempfile::tempdir().unwrap();
    let ledger = kit::open(dir.path());
    let pool = Pool::new(SequencingSettings {
        isolation_ms: 3_600_000,
        ..SequencingSettings::default()
    });
    let desk = Arc::new(Desk {
        ledger: &ledger,
        pool: &pool,
        sizes: Mutex::default(),
        codes: Mutex::default(),
    });
    desk.send("first", begins);
    desk.send("second", &proved(2));
    run(&ledger.reader(), &pool, &verifiers().unwrap(), &desk);
    let sizes = desk.sizes.lock().unwrap().clone();
    let codes = desk.codes.lock().unwrap().clone();
    (sizes, codes)
}

#[test]
fn who_sends_a_false_proof_or_spend_signature_is_alone_in_its_next_batches() {
    let all = |sizes: &[usize], code: &str| (sizes.to_vec(), vec![code.to_owned()]);
    assert_eq!(batches(&false_proof(1)), all(&[2, 1, 1], "proof_invalid"));
    assert_eq!(
        batches(&false_spend(1)),
        all(&[2, 1, 1], "bad_spend_signature")
    );
    // It is checked by itself, so it cost nobody else anything.
    assert_eq!(batches(&false_role(1)), all(&[2, 2], "bad_role_signature"));
    assert_eq!(batches(&proved(1)), (vec![2, 2], Vec::new()));
}
