//! What a wallet makes of the payments that it finds in its outbox. Whole payments, with proofs and a node, are tested
//! with the real binary.

use obolus_abi::TxDigest;
use obolus_protocol::Seed;

use super::*;
use crate::outbox::{Held, Outbox};
use crate::testing::TestChain;
use crate::wallet::Wallet;

mod nodes;

const A: u8 = 1;
const B: u8 = 2;

struct Case {
    chain: TestChain,
    wallets: Vec<Wallet>,
    directory: WalletDir,
    _root: tempfile::TempDir,
}

impl Case {
    /// The first participant holds a note of 100 and one of 50.
    fn new() -> Self {
        let (mut chain, mut wallets) = TestChain::with_participants(&[A, B]);
        for amount in [100, 50] {
            chain.issue(wallets[0].address(), amount, "issued");
        }
        chain.sync_all(&mut wallets);
        let root = tempfile::tempdir().unwrap();
        let directory = WalletDir::open(root.path(), &Seed::new([A; 32])).unwrap();
        Self {
            chain,
            wallets,
            directory,
            _root: root,
        }
    }

    fn session(&self) -> Session<'_> {
        let keys = self.wallets[0].keys();
        Session::begin(&self.directory, self.chain.config, keys, &self.chain).unwrap()
    }

    fn balance(&self) -> [u128; 3] {
        let balance = self.session().wallet.balance();
        [balance.available, balance.locked, balance.returning]
    }

    fn positions(&self) -> Vec<u64> {
        let notes = self.wallets[0].notes().iter();
        notes.map(|owned| owned.position.get()).collect()
    }

    /// Puts a payment that holds the note of 100 into the outbox.
    fn put(&self, signed: bool, tx: TxDigest, expiry: u64) -> PaymentId {
        let id = PaymentId::new(uuid::Uuid::from_bytes([7; 16]));
        let held = Held {
            tx,
            positions: self.positions()[..1].to_vec(),
            expiry,
            returning: 30,
            earlier: Vec::new(),
        };
        let record = Record {
            id,
            ordered_ms: 1,
            order: Order::Merge { towards: 70 },
            stage: if signed {
                Stage::Signed {
                    held,
                    bytes: vec![1],
                }
            } else {
                Stage::Reserved(held)
            },
        };
        Outbox::of(&self.directory).put(&record).unwrap();
        id
    }

    fn stage(&self, id: PaymentId) -> Option<Stage> {
        self.session()
            .record(id)
            .unwrap()
            .map(|record| record.stage)
    }
}

#[test]
fn what_died_before_it_was_signed_frees_its_notes() {
    let case = Case::new();
    let id = case.put(false, TxDigest([9; 32]), 100);
    assert_eq!(case.balance(), [150, 0, 0]);
    assert_eq!(case.stage(id), None);
}

#[test]
fn what_somebody_works_on_keeps_its_notes() {
    let case = Case::new();
    let id = case.put(false, TxDigest([9; 32]), 100);
    let live = Outbox::of(&case.directory).live(id).unwrap().unwrap();
    // Each look at it is a whole session: reserving again what is reserved is no conflict.
    for _ in 0..3 {
        assert_eq!(case.balance(), [50, 100, 30]);
    }
    drop(live);
    assert_eq!(case.balance(), [150, 0, 0]);
}

#[test]
fn what_was_signed_keeps_its_notes_until_it_expires() {
    let mut case = Case::new();
    let expiry = case.chain.height() + 2;
    let id = case.put(true, TxDigest([9; 32]), expiry);
    assert_eq!(case.balance(), [50, 100, 30]);
    case.chain.seal();
    assert_eq!(case.stage(id).unwrap().name(), "in_flight");
    case.chain.seal();
    assert_eq!(
        case.stage(id),
        Some(Stage::Expired {
            tx: TxDigest([9; 32])
        })
    );
    assert_eq!(case.balance(), [150, 0, 0]);
}

#[test]
fn a_block_decides_what_became_of_it() {
    let mut case = Case::new();
    let payment = case.chain.payment(case.wallets[1].address(), 70, "paid");
    let mut rng = rand::rngs::OsRng;
    let unproven = case.wallets[0].transfer(&payment, &mut rng).unwrap();
    let id = case.put(true, unproven.digest(), 100);
    case.chain.include(unproven.body()).unwrap();
    case.chain.seal();
    let height = case.chain.height();
    let tx = unproven.digest();
    assert_eq!(case.stage(id), Some(Stage::Committed { tx, height }));
    assert_eq!(case.balance(), [80, 0, 0]);
}

#[test]
fn another_transaction_with_its_notes_is_the_end_of_it() {
    let mut case = Case::new();
    let payment = case
        .chain
        .payment(case.wallets[1].address(), 70, "elsewhere");
    let mut rng = rand::rngs::OsRng;
    let unproven = case.wallets[0].transfer(&payment, &mut rng).unwrap();
    let id = case.put(true, TxDigest([9; 32]), 100);
    case.chain.include(unproven.body()).unwrap();
    case.chain.seal();
    assert!(matches!(case.stage(id), Some(Stage::Refused { code, .. }) if code == "note_spent"));
    assert_eq!(case.balance(), [80, 0, 0]);
}

#[test]
fn notes_that_are_not_scanned_yet_are_not_given_up() {
    let case = Case::new();
    let id = case.put(true, TxDigest([9; 32]), 0);
    let keys = case.wallets[0].keys();
    // Without the node the wallet knows no note: the payment's expiry is no news to it.
    let offline = Session::offline(&case.directory, case.chain.config, keys).unwrap();
    assert_eq!(
        offline.record(id).unwrap().unwrap().stage.name(),
        "in_flight"
    );
    assert_eq!(offline.wallet.view().tip().0, 0);
}

#[test]
fn a_block_with_a_refused_payment_is_believed_not_the_refusal() {
    let mut case = Case::new();
    let payment = case.chain.payment(case.wallets[1].address(), 70, "paid");
    let mut rng = rand::rngs::OsRng;
    let unproven = case.wallets[0].transfer(&payment, &mut rng).unwrap();
    let tx = unproven.digest();
    let id = case.put(true, tx, 100);
    let session = case.session();
    let record = session.record(id).unwrap().unwrap();
    let held = record.stage.held().unwrap().clone();
    let refused = Stage::Refused {
        held,
        code: "fuel_exhausted".into(),
        message: "no".into(),
    };
    let bound = session.bound_to(&refused);
    assert_eq!(bound, Some(record.stage.held().unwrap()));
    session
        .put(&Record {
            stage: refused,
            ..record
        })
        .unwrap();
    drop(session);
    assert_eq!(case.balance(), [150, 0, 0]);
    case.chain.include(unproven.body()).unwrap();
    case.chain.seal();
    let height = case.chain.height();
    assert_eq!(case.stage(id), Some(Stage::Committed { tx, height }));
}
