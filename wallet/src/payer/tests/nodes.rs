//! Payments to nodes that lie, and that answer while other processes act.

use std::cell::{Cell, RefCell};

use obolus_abi::{registry::RegistryState, token::TokenState};
use obolus_protocol::tx::{Height, Transaction, TxBody};
use obolus_prover::DevSimulator;
use obolus_runtime_api::BlockUpdate;

use super::*;
use crate::assemble::PayerIdentity;
use crate::outbox::{Submission, SubmitFailure};
use crate::source::SourceError;
use crate::testing::Between;

/// A node that says of a payment that it refused it, and keeps the payment.
struct Liar {
    chain: RefCell<TestChain>,
    lies: Cell<bool>,
    kept: RefCell<Vec<TxBody>>,
}

impl Liar {
    /// What became of the payments that it kept, in the order in which they came.
    fn include_all(&self) -> Vec<Result<(), &'static str>> {
        let mut chain = self.chain.borrow_mut();
        let kept = self.kept.borrow();
        let ends = kept.iter().map(|body| chain.include(body)).collect();
        chain.seal();
        ends
    }
}

impl Submitter for Liar {
    fn submit(&self, bytes: &[u8], _: Duration) -> Result<Submission, SubmitFailure> {
        let tx = Transaction::decode(bytes).unwrap();
        self.kept.borrow_mut().push(tx.body.clone());
        Ok(match self.lies.get() {
            false => Submission::Pending,
            true => Submission::Refused {
                code: "fuel_exhausted".into(),
                message: "no".into(),
            },
        })
    }
}

impl ChainSource for Liar {
    fn tip(&self) -> Result<Height, SourceError> {
        self.chain.borrow().tip()
    }

    fn updates(&self, from: Height) -> Result<Vec<BlockUpdate>, SourceError> {
        self.chain.borrow().updates(from)
    }

    fn registry_state(&self) -> Result<RegistryState, SourceError> {
        self.chain.borrow().registry_state()
    }

    fn token_state(&self) -> Result<TokenState, SourceError> {
        self.chain.borrow().token_state()
    }
}

/// What a payer borrows, besides its directory and its node.
struct Means {
    token: TokenConfig,
    keys: FullViewingKey,
    spending: SpendingKey,
    simulator: DevSimulator,
    circuits: CircuitKeys,
}

impl Means {
    fn of(case: &Case) -> Self {
        let simulator = DevSimulator::new().unwrap();
        Self {
            token: case.chain.config,
            keys: case.wallets[0].keys().clone(),
            spending: SpendingKey::from_seed(&Seed::new([A; 32])),
            circuits: CircuitKeys::from(&simulator),
            simulator,
        }
    }

    fn payer<'a, N>(&'a self, directory: &'a WalletDir, node: &'a N) -> Payer<'a, N> {
        Payer {
            directory,
            token: self.token,
            network: Network::Test,
            keys: &self.keys,
            spending: &self.spending,
            node,
            prover: &self.simulator,
            circuits: &self.circuits,
            wait: Duration::ZERO,
            retries: 0,
        }
    }
}

/// A wallet with a payment to make, and the node that it has.
struct Scene {
    order: Order,
    means: Means,
    node: Liar,
    wallets: Vec<Wallet>,
    directory: WalletDir,
    _root: tempfile::TempDir,
}

impl Scene {
    fn new(lies: bool) -> Self {
        let case = Case::new();
        let order = Order::Pay {
            to: case.wallets[1].address().encode(Network::Test),
            amount: 40,
            text: "once".into(),
            identity: PayerIdentity::Hidden,
        };
        Self {
            order,
            means: Means::of(&case),
            node: Liar {
                chain: RefCell::new(case.chain),
                lies: Cell::new(lies),
                kept: RefCell::default(),
            },
            wallets: case.wallets,
            directory: case.directory,
            _root: case._root,
        }
    }
}

#[test]
fn a_lie_about_a_refusal_never_pays_twice() {
    let scene = Scene::new(true);
    let (order, liar) = (&scene.order, &scene.node);
    let payer = scene.means.payer(&scene.directory, liar);
    let id = PaymentId::new(uuid::Uuid::from_bytes([1; 16]));
    let pay = |id| payer.pay(id, order, &|_| ()).unwrap().stage;
    let first = pay(id);
    let Stage::Refused { held, .. } = &first else {
        panic!("{first:?}");
    };

    // A smaller note came in since: a payment that is free to choose takes it, the second try may not.
    let to = scene.wallets[0].address();
    liar.chain.borrow_mut().issue(to, 45, "smaller");
    liar.lies.set(false);
    let second = pay(id);
    assert_eq!(second.held().unwrap().positions, held.positions);
    // The first can still be in a block until its own expiry: nothing shorter frees the notes.
    assert!(second.held().unwrap().expiry >= held.expiry);
    let other = pay(PaymentId::new(uuid::Uuid::from_bytes([2; 16])));
    assert_ne!(other.held().unwrap().positions, held.positions);

    assert_eq!(liar.include_all(), [Ok(()), Err("double spend"), Ok(())]);
    assert!(matches!(pay(id), Stage::Committed { tx, .. } if tx == held.tx));
}

/// What came of each payment; nothing of one that failed.
fn told(results: &[Resumed]) -> Vec<(PaymentId, Option<&'static str>)> {
    let stage = |paid: &Result<Paid, PayError>| paid.as_ref().ok().map(|paid| paid.stage.name());
    results
        .iter()
        .map(|(id, paid)| (*id, stage(paid)))
        .collect()
}

#[test]
fn what_fails_of_one_payment_leaves_the_others_to_go_on() {
    let scene = Scene::new(false);
    let deaf = Cell::new(false);
    let node = Between {
        node: &scene.node,
        submit: |node: &Liar, bytes: &[u8], wait| match deaf.take() {
            true => Err(SubmitFailure("no answer".into())),
            false => node.submit(bytes, wait),
        },
    };
    let payer = scene.means.payer(&scene.directory, &node);
    let ids = [1, 2].map(|n| PaymentId::new(uuid::Uuid::from_bytes([n; 16])));
    for id in ids {
        payer.pay(id, &scene.order, &|_| ()).unwrap();
    }
    deaf.set(true);
    let results = payer.resume(&|_, _| false, &|_| ()).unwrap();
    let (failed, kept) = ((ids[0], None), (ids[1], Some("in_flight")));
    assert_eq!(told(&results), [failed, kept]);
    let results = payer.resume(&|_, _| false, &|_| ()).unwrap();
    assert_eq!(told(&results), ids.map(|id| (id, Some("in_flight"))));
}

#[test]
fn what_another_directory_has_paid_is_not_submitted_again() {
    let scene = Scene::new(false);
    let (order, node) = (&scene.order, &scene.node);
    let payer = scene.means.payer(&scene.directory, node);
    let ids = [1, 2].map(|n| PaymentId::new(uuid::Uuid::from_bytes([n; 16])));
    let held = ids.map(|id| payer.pay(id, order, &|_| ()).unwrap().stage);
    node.kept.borrow_mut().clear();

    let paid = |record: &Record, wallet: &Wallet| {
        assert_eq!(wallet.view().tip(), node.tip().unwrap(), "as of now");
        record.id == ids[0]
    };
    let results = payer.resume(&paid, &|_| ()).unwrap();
    assert_eq!(told(&results), ids.map(|id| (id, Some("in_flight"))));
    let submitted: Vec<_> = node.kept.borrow().iter().map(TxBody::digest).collect();
    assert_eq!(submitted, [held[1].held().unwrap().tx]);
    // Its notes come free when no block can take it any more.
    while node.chain.borrow().height() < held[0].held().unwrap().expiry {
        node.chain.borrow_mut().seal();
    }
    let results = payer.resume(&paid, &|_| ()).unwrap();
    assert!(results.is_empty());
    let record = Outbox::of(&scene.directory).get(ids[0]).unwrap().unwrap();
    assert_eq!(record.stage.name(), "expired");
}

#[test]
fn resuming_beside_another_process_leaves_its_newer_tries_alone() {
    let scene = Scene::new(false);
    let (order, liar) = (&scene.order, &scene.node);
    let ids = [1, 2].map(|n| PaymentId::new(uuid::Uuid::from_bytes([n; 16])));
    let other = scene.means.payer(&scene.directory, liar);
    // Both are signed and submitted, and their processes died before they heard of it.
    let pay = |id| other.pay(id, order, &|_| ()).unwrap().stage;
    let held = ids.map(|id| pay(id).held().unwrap().clone());

    // One process resumes the first payment; before it comes to the second, another one has resumed that, was refused,
    // and has tried again.
    liar.lies.set(true);
    let newer = RefCell::new(None);
    let meanwhile = || {
        let results = other.resume(&|_, _| false, &|_| ()).unwrap();
        // The first is being worked on.
        assert_eq!(told(&results), [(ids[1], Some("refused"))]);
        liar.lies.set(false);
        *newer.borrow_mut() = Some(pay(ids[1]).held().unwrap().clone());
        liar.lies.set(true);
    };
    // Its first answer takes so long that another process of the same wallet does things.
    let first = Cell::new(true);
    let slow = Between {
        node: liar,
        submit: |node: &Liar, bytes: &[u8], wait| {
            let answer = node.submit(bytes, wait);
            if first.take() {
                meanwhile();
            }
            answer
        },
    };
    let slow = scene.means.payer(&scene.directory, &slow);
    slow.resume(&|_, _| false, &|_| ()).unwrap();
    let newer = newer.borrow().clone().unwrap();
    assert_eq!(newer.positions, held[1].positions);
    assert_eq!(newer.earlier, [held[1].tx]);
    let record = Outbox::of(&scene.directory).get(ids[1]).unwrap().unwrap();
    let Stage::Refused { held: last, .. } = record.stage else {
        panic!("the newer try was resumed too, and refused");
    };
    assert_eq!(last, newer, "its tries are all remembered");
}
