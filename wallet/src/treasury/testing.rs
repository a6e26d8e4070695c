//! A treasury of two of three on a chain for tests, with money, and a payee.

use std::cell::RefCell;
use std::time::Duration;

use obolus_abi::{registry::RegistryState, token::TokenState};
use obolus_protocol::address::Network;
use obolus_protocol::schnorr::Randomizer;
use obolus_protocol::tx::{Height, SpendSignature, Transaction};
use obolus_protocol::{Address, Amount, FullViewingKey, Seed, SpendingKey};
use obolus_prover::DevSimulator;
use obolus_runtime_api::BlockUpdate;
use obolus_threshold::Purpose;
use rand::rngs::OsRng;

use super::*;
use crate::assemble::{Entering, PayerIdentity, Registration, Unproven};
use crate::committee::testing::Three;
use crate::committee::{MemberDir, MemberName, Proposal, choose};
use crate::outbox::{Order, PaymentId, Submission, SubmitFailure, Submitter};
use crate::prove::{CircuitKeys, StatementProver};
use crate::source::{ChainSource, SourceError};
use crate::testing::{LIMIT, TestChain};
use crate::view::{Follower, TokenView};
use crate::wallet::Wallet;

/// A node that puts what it gets into the open block.
pub(super) struct Node(pub(super) RefCell<TestChain>);

impl Submitter for Node {
    fn submit(&self, bytes: &[u8], _: Duration) -> Result<Submission, SubmitFailure> {
        let tx = Transaction::decode(bytes).unwrap();
        let digest = tx.body.digest();
        assert!(!tx.spend_signatures.is_empty(), "nothing unsigned leaves");
        tx.spend_signatures
            .iter()
            .for_each(|s| s.verify(&digest).unwrap());
        let mut chain = self.0.borrow_mut();
        let included = chain.include(&tx.body);
        chain.seal();
        Ok(match included {
            Ok(()) => Submission::Committed,
            Err(reason) => Submission::Refused {
                code: "no".into(),
                message: reason.into(),
            },
        })
    }
}

impl ChainSource for Node {
    fn tip(&self) -> Result<Height, SourceError> {
        self.0.borrow().tip()
    }

    fn updates(&self, from: Height) -> Result<Vec<BlockUpdate>, SourceError> {
        self.0.borrow().updates(from)
    }

    fn registry_state(&self) -> Result<RegistryState, SourceError> {
        self.0.borrow().registry_state()
    }

    fn token_state(&self) -> Result<TokenState, SourceError> {
        self.0.borrow().token_state()
    }
}

/// A treasury's first member, and its letter to the others.
pub(super) fn founded(member: MemberDir, replaces: Option<&Treasury>) -> (Treasury, Vec<u8>) {
    let mut letter = Vec::new();
    let keep = |bytes: &[u8]| -> Result<(), TreasuryError> {
        letter = bytes.to_vec();
        Ok(())
    };
    let treasury = Treasury::found(member, replaces, keep).unwrap();
    (treasury, letter)
}

/// Who joins with a letter.
pub(super) fn joined(
    member: MemberDir,
    letter: &[u8],
) -> Result<(Treasury, MemberName), TreasuryError> {
    Treasury::join(member, letter, || Ok(()))
}

/// Registers a key.
fn enter(chain: &mut TestChain, keys: &FullViewingKey) {
    let registration = Registration {
        limit: Amount::new(LIMIT),
        entering: Entering::Anew,
        expiry: Height(50),
    };
    let mut view = TokenView::new(chain.config);
    view.sync(&*chain).unwrap();
    let unproven = Unproven::register(&view, keys, &registration, &mut chain.rng).unwrap();
    chain.include(unproven.body()).unwrap();
    chain.seal();
}

pub(super) struct Bank {
    pub(super) treasuries: Vec<Treasury>,
    pub(super) node: Node,
    pub(super) payee: Wallet,
    pub(super) simulator: DevSimulator,
    pub(super) circuits: CircuitKeys,
    _folder: tempfile::TempDir,
}

impl Bank {
    /// The treasury holds notes of 100 and 50.
    pub(super) fn new() -> Self {
        let (three, _) = Three::with_key(Purpose::Treasury);
        let Three { folder, dirs, .. } = three;
        let mut dirs = dirs.into_iter();
        let (first, letter) = founded(dirs.next().unwrap(), None);
        let mut treasuries = vec![first];
        for dir in dirs {
            let (joined, from) = joined(dir, &letter).unwrap();
            assert_eq!(from.as_str(), "alice");
            treasuries.push(joined);
        }
        let (mut chain, mut wallets) = TestChain::with_participants(&[1]);
        let keys = &treasuries[0].keys;
        enter(&mut chain, keys);
        for amount in [100, 50] {
            chain.issue(keys.address(), amount, "issued");
        }
        let simulator = DevSimulator::new().unwrap();
        Self {
            payee: wallets.remove(0),
            circuits: CircuitKeys::from(&simulator),
            simulator,
            treasuries,
            node: Node(RefCell::new(chain)),
            _folder: folder,
        }
    }

    pub(super) fn treasurer(&self) -> Treasurer<'_, Node> {
        let treasury = &self.treasuries[0];
        Treasurer {
            directory: &treasury.wallet,
            token: self.node.0.borrow().config,
            network: Network::Test,
            keys: &treasury.keys,
            node: &self.node,
            wait: Duration::ZERO,
        }
    }

    pub(super) fn payment(&self, amount: u64) -> Order {
        self.payment_to(self.payee.address(), amount)
    }

    pub(super) fn payment_to(&self, to: Address, amount: u64) -> Order {
        Order::Pay {
            to: to.encode(Network::Test),
            amount,
            text: "rent".into(),
            identity: PayerIdentity::Hidden,
        }
    }

    pub(super) fn prepare(&self, id: u8, order: &Order) -> Result<Prepared, TreasuryError> {
        let id = PaymentId::new(uuid::Uuid::from_bytes([id; 16]));
        let means = (&self.simulator as &dyn StatementProver, &self.circuits);
        self.treasurer().propose(id, order, means, &|_| ())
    }

    /// The letter with which Alice asks these members.
    pub(super) fn ask(&self, prepared: Prepared, members: &[usize]) -> (Proposal, Vec<u8>) {
        let alice = &self.treasuries[0];
        let draw =
            |member: &usize| crate::committee::draw(&self.treasuries[*member].member, 1).unwrap();
        let files: Vec<_> = members.iter().map(draw).collect();
        let chosen = choose(&alice.member, &alice.group, &files, &[]).unwrap();
        let dir = (&alice.member, &alice.group);
        let what = (prepared.transaction, prepared.detail);
        let proposal = Proposal::new(dir, what, &prepared.alpha, chosen).unwrap();
        let letter = proposal.seal(&alice.member, &alice.group).unwrap();
        (proposal, letter)
    }

    /// What a member sees in a letter.
    pub(super) fn see(&self, member: usize, letter: &[u8]) -> Result<Seen, TreasuryError> {
        self.see_knowing(member, letter, &Known::default())
    }

    /// The same for a member that knows this.
    pub(super) fn see_knowing(
        &self,
        member: usize,
        letter: &[u8],
        known: &Known,
    ) -> Result<Seen, TreasuryError> {
        let treasury = &self.treasuries[member];
        let proposal = Proposal::open(&treasury.member, &treasury.group, letter)?;
        let token = self.node.0.borrow().config;
        let what = (&proposal.transaction, &proposal.detail);
        check(what, &treasury.keys, (&token, Network::Test), known)
    }

    /// What a member knows as of the last block.
    pub(super) fn known(&self, member: usize) -> Known {
        let treasury = &self.treasuries[member];
        let mut view = TokenView::new(self.node.0.borrow().config);
        view.sync(&self.node).unwrap();
        treasury.known(&view).unwrap()
    }

    /// The application of the key of a seed to take over from the treasury's, signed by it.
    pub(super) fn application(&self, seed: u8) -> Transaction {
        let keys = FullViewingKey::from_seed(&Seed::new([seed; 32]));
        let chain = self.node.0.borrow();
        let mut view = TokenView::new(chain.config);
        view.sync(&*chain).unwrap();
        let owner = self.treasuries[0].keys.owner();
        let old = view.directory().by_owner(&owner).unwrap();
        let registration = Registration {
            limit: old.limit,
            entering: Entering::Rotating(old.slot),
            expiry: Height(view.tip().0 + 40),
        };
        let unproven = Unproven::register(&view, &keys, &registration, &mut OsRng).unwrap();
        let proven = unproven.prove(&self.simulator, &self.circuits).unwrap();
        let mut transaction = proven.unsigned().unwrap();
        let key = SpendingKey::from_seed(&Seed::new([seed; 32]));
        let digest = transaction.body.digest();
        let signature = SpendSignature::create(&key, &Randomizer::zero(), &digest, &mut OsRng);
        transaction.spend_signatures.push(signature);
        transaction
    }

    /// The key of this seed enters the registry, in a place of its own; its address.
    pub(super) fn entered(&self, seed: u8) -> Address {
        let keys = FullViewingKey::from_seed(&Seed::new([seed; 32]));
        enter(&mut self.node.0.borrow_mut(), &keys);
        keys.address()
    }

    /// The key of this seed takes over; its address.
    pub(super) fn replaced(&self, seed: u8) -> Address {
        let application = self.application(seed);
        let mut chain = self.node.0.borrow_mut();
        chain.include(&application.body).unwrap();
        chain.seal();
        FullViewingKey::from_seed(&Seed::new([seed; 32])).address()
    }

    pub(super) fn approve(&self, member: usize, letter: &[u8]) -> Vec<u8> {
        let treasury = &self.treasuries[member];
        let proposal = Proposal::open(&treasury.member, &treasury.group, letter).unwrap();
        proposal.approve(&treasury.member, &treasury.group).unwrap()
    }

    pub(super) fn balance(&self) -> [u128; 2] {
        let treasury = &self.treasuries[0];
        let token = self.node.0.borrow().config;
        let (directory, keys) = (&treasury.wallet, &treasury.keys);
        let session = crate::payer::Session::begin(directory, token, keys, &self.node).unwrap();
        let balance = session.wallet.balance();
        [balance.available, balance.locked]
    }
}
