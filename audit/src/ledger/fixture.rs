//! A chain for tests: what registry and token would emit, without proofs, memos or contracts. It spends real notes under real
//! nullifiers and seals to the auditor's key, so everything that the index checks is there.

use obolus_abi::registry::{Participant, RegistryEvent};
use obolus_abi::token::{IssueMsg, RedeemMsg, TokenEvent, TransferMsg};
use obolus_abi::{ChainId, ContractId, FieldBytes, PointBytes, TxDigest};
use obolus_protocol::address::Network;
use obolus_protocol::audit::{self, AuditScalar, AuditorSecret};
use obolus_protocol::field::fr_to_bytes;
use obolus_protocol::keys::NullifierKey;
use obolus_protocol::note::{Dummy, Nullifier, Position, Rcm, Slot};
use obolus_protocol::pedersen::{Blinding, ValueCommitment};
use obolus_protocol::{Amount, FullViewingKey, Note, Seed};
use obolus_runtime_api::{AppHash, BlockHash, BlockUpdate, EventRecord, TxUpdate};
use obolus_wallet::config::Token;
use obolus_wallet::{Follower, TokenConfig, TokenView};
use rand::{Rng, SeedableRng, rngs::StdRng};

mod source;

pub(crate) fn token() -> Token {
    let mut rng = StdRng::seed_from_u64(7);
    Token {
        config: TokenConfig {
            chain: ChainId([1; 32]),
            token: ContractId([2; 32]),
            registry: ContractId([3; 32]),
            auditor: AuditorSecret::random(&mut rng).public(),
        },
        network: Network::Test,
        name: "Test dollar".into(),
        unit: "USD".into(),
        exponent: 2,
    }
}

/// A participant's keys and unspent notes.
pub(crate) struct Member {
    pub(crate) keys: FullViewingKey,
    pub(crate) notes: Vec<(Position, Note)>,
}

pub(crate) struct TestChain {
    pub(crate) token: Token,
    pub(crate) secrets: Vec<AuditorSecret>,
    pub(crate) members: Vec<Member>,
    pub(crate) updates: Vec<BlockUpdate>,
    pub(crate) open: Vec<TxUpdate>,
    pub(crate) rng: StdRng,
    view: TokenView,
    leaves: u64,
    nonce: u64,
    redemptions: u64,
    issued: ValueCommitment,
    redeemed: ValueCommitment,
}

impl TestChain {
    /// With so many participants, registered in block 1.
    pub(crate) fn new(members: u8) -> Self {
        let token = token();
        let mut chain = Self {
            secrets: vec![AuditorSecret::random(&mut StdRng::seed_from_u64(7))],
            members: Vec::new(),
            updates: Vec::new(),
            open: Vec::new(),
            rng: StdRng::seed_from_u64(11),
            view: TokenView::new(token.config),
            token,
            leaves: 0,
            nonce: 0,
            redemptions: 0,
            issued: ValueCommitment::zero(),
            redeemed: ValueCommitment::zero(),
        };
        for number in 0..members {
            chain.register(number);
        }
        chain.seal();
        chain
    }

    pub(crate) fn height(&self) -> u64 {
        self.updates.len() as u64
    }

    pub(crate) fn slot(number: usize) -> Slot {
        Slot::new(number as u32).unwrap()
    }

    fn register(&mut self, seed: u8) {
        let keys = FullViewingKey::from_seed(&Seed::new([seed + 1; 32]));
        let r = AuditScalar::random(&mut self.rng);
        let stream = audit::register::keys(&r, &self.auditor(), keys.owner());
        let event = RegistryEvent::Registered {
            participant: Participant {
                slot: self.members.len() as u32,
                owner: keys.owner().to_bytes(),
                ak: keys.ak.point().encode(),
                epk: *keys.address().epk.as_bytes(),
                limit: u64::MAX,
                frozen: false,
                frozen_at: None,
                deal: None,
                supersedes: None,
                superseded_by: None,
            },
            r: r.ephemeral().encode(),
            c1: fr_to_bytes(&audit::register::seal(&stream, &keys.nk)),
        };
        self.members.push(Member {
            keys,
            notes: Vec::new(),
        });
        self.registry(&event);
    }

    fn auditor(&self) -> audit::AuditorKey {
        self.secrets.last().unwrap().public()
    }

    pub(crate) fn registry(&mut self, event: &RegistryEvent) {
        self.push(self.token.config.registry, borsh::to_vec(event).unwrap());
    }

    pub(crate) fn issue(&mut self, to: usize, amount: u64) {
        let (value, slot) = (Amount::new(amount), Self::slot(to));
        let r = AuditScalar::random(&mut self.rng);
        let stream = audit::issue::keys(&r, &self.auditor(), self.nonce.into());
        let blinding = Blinding::random(&mut self.rng);
        let note = self.note(to, amount);
        let (c1, c2, c3) = audit::issue::seal(&stream, value, slot, &note.rcm, &blinding);
        let cv = ValueCommitment::commit(value, &blinding);
        self.issued = self.issued.plus(&cv);
        let msg = IssueMsg {
            recipient_root: FieldBytes::ZERO,
            cm1: note.commitment().to_bytes(),
            cv: cv.point().encode(),
            r: r.ephemeral().encode(),
            c1: fr_to_bytes(&c1),
            c2: fr_to_bytes(&c2),
            c3: fr_to_bytes(&c3),
            nonce: self.nonce,
        };
        self.nonce += 1;
        let position = self.keep(to, note);
        self.emit(&TokenEvent::Issued { position, msg });
    }

    /// A payment out of the sender's first notes.
    pub(crate) fn pay(&mut self, from: usize, to: usize, amount: u64) {
        let (position, msg) = self.transfer(from, to, amount);
        self.emit(&TokenEvent::Transferred { position, msg });
    }

    /// The same by order.
    pub(crate) fn seize(&mut self, from: usize, to: usize, amount: u64, case: [u8; 32]) {
        let (position, msg) = self.transfer(from, to, amount);
        self.emit(&TokenEvent::Seized {
            position,
            msg,
            case,
        });
    }

    fn transfer(&mut self, from: usize, to: usize, amount: u64) -> (u64, TransferMsg) {
        let (nullifiers, held) = self.spend(from, amount);
        self.transfer_of(from, to, amount, held - amount, nullifiers)
    }

    /// What a node could make up: it opens and matches, with whatever nullifiers.
    pub(crate) fn transfer_of(
        &mut self,
        from: usize,
        to: usize,
        amount: u64,
        change: u64,
        [nf1, nf2]: [FieldBytes; 2],
    ) -> (u64, TransferMsg) {
        let r = AuditScalar::random(&mut self.rng);
        let nullifier = Nullifier::from_bytes(&nf1).unwrap();
        let stream = audit::transfer::keys(&r, &self.auditor(), nullifier);
        let paid = self.note(to, amount);
        let back = Note {
            value: Amount::new(change),
            owner: self.members[from].keys.owner(),
            rcm: Rcm::new(stream.k3),
        };
        let slots = (Self::slot(from), Self::slot(to));
        let (c1, c2) =
            audit::transfer::seal(&stream, paid.value, back.value, slots.0, slots.1, &paid.rcm);
        let msg = TransferMsg {
            anchor: FieldBytes::ZERO,
            sender_root: FieldBytes::ZERO,
            recipient_root: FieldBytes::ZERO,
            nf1,
            nf2,
            cm1: paid.commitment().to_bytes(),
            cm2: back.commitment().to_bytes(),
            rk: PointBytes([0; PointBytes::LEN]),
            r: r.ephemeral().encode(),
            c1: fr_to_bytes(&c1),
            c2: fr_to_bytes(&c2),
        };
        let position = self.keep(to, paid);
        self.keep(from, back);
        (position, msg)
    }

    pub(crate) fn redeem(&mut self, from: usize, amount: u64) {
        let ([nf1, nf2], held) = self.spend(from, amount);
        let r = AuditScalar::random(&mut self.rng);
        let nullifier = Nullifier::from_bytes(&nf1).unwrap();
        let stream = audit::redeem::keys(&r, &self.auditor(), nullifier);
        let blinding = Blinding::random(&mut self.rng);
        let (value, rest) = (Amount::new(amount), Amount::new(held - amount));
        let back = Note {
            value: rest,
            owner: self.members[from].keys.owner(),
            rcm: Rcm::new(stream.k3),
        };
        let (c1, c2) = audit::redeem::seal(&stream, value, rest, Self::slot(from), &blinding);
        let cv = ValueCommitment::commit(value, &blinding);
        self.redeemed = self.redeemed.plus(&cv);
        let msg = RedeemMsg {
            anchor: FieldBytes::ZERO,
            sender_root: FieldBytes::ZERO,
            nf1,
            nf2,
            cm2: back.commitment().to_bytes(),
            rk: PointBytes([0; PointBytes::LEN]),
            cv: cv.point().encode(),
            r: r.ephemeral().encode(),
            c1: fr_to_bytes(&c1),
            c2: fr_to_bytes(&c2),
            payout_reference: [4; 32],
        };
        let position = self.keep(from, back);
        let number = self.redemptions;
        self.redemptions += 1;
        self.emit(&TokenEvent::Redeemed {
            position,
            number,
            msg,
        });
    }

    pub(crate) fn emit(&mut self, event: &TokenEvent) {
        self.push(self.token.config.token, borsh::to_vec(event).unwrap());
    }

    pub(crate) fn set_auditor(&mut self, window: u64) {
        let secret = AuditorSecret::random(&mut self.rng);
        self.registry(&RegistryEvent::AuditorSet {
            auditor: secret.public().encode(),
            epoch: self.secrets.len() as u32,
            window,
        });
        self.secrets.push(secret);
    }

    fn push(&mut self, contract: ContractId, data: Vec<u8>) {
        let events = vec![EventRecord { contract, data }];
        self.open.push(TxUpdate {
            digest: TxDigest(self.rng.r#gen()),
            contract,
            entry: String::new(),
            memos: Vec::new(),
            events,
            fuel_used: 0,
        });
    }

    /// Ends the block; blocks are a minute apart.
    pub(crate) fn seal(&mut self) {
        let height = self.height() + 1;
        let update = BlockUpdate {
            height,
            block: BlockHash(self.rng.r#gen()),
            app_hash: AppHash([0; 32]),
            time_ms: 1_700_000_000_000 + 60_000 * height,
            txs: std::mem::take(&mut self.open),
            scheduled: Vec::new(),
        };
        Follower::apply(&mut self.view, &update).unwrap();
        self.updates.push(update);
    }

    /// What a participant holds.
    pub(crate) fn balance(&self, member: usize) -> u128 {
        let notes = &self.members[member].notes;
        notes
            .iter()
            .map(|(_, note)| u128::from(note.value.get()))
            .sum()
    }

    fn note(&mut self, to: usize, amount: u64) -> Note {
        Note {
            value: Amount::new(amount),
            owner: self.members[to].keys.owner(),
            rcm: Rcm::random(&mut self.rng),
        }
    }

    fn keep(&mut self, owner: usize, note: Note) -> u64 {
        let position = self.leaves;
        self.leaves += 1;
        let notes = &mut self.members[owner].notes;
        notes.push((Position::new(position).unwrap(), note));
        position
    }

    /// Nullifiers of one or two notes that hold enough, and what they hold.
    fn spend(&mut self, from: usize, amount: u64) -> ([FieldBytes; 2], u64) {
        let member = &mut self.members[from];
        member
            .notes
            .sort_by_key(|(_, note)| std::cmp::Reverse(note.value));
        let count = if member.notes[0].1.value.get() >= amount {
            1
        } else {
            2
        };
        let spent: Vec<_> = member.notes.drain(..count).collect();
        let nk: &NullifierKey = &member.keys.nk;
        let held = spent.iter().map(|(_, note)| note.value.get()).sum();
        let mut nullifiers: Vec<_> = spent
            .iter()
            .map(|(position, note)| note.nullifier(nk, *position, Dummy::No).to_bytes())
            .collect();
        let dummy = Rcm::random(&mut self.rng);
        let place = Position::new(0).unwrap();
        nullifiers.push(Nullifier::derive(nk, &dummy, place, Dummy::Yes).to_bytes());
        ([nullifiers[0], nullifiers[1]], held)
    }
}

/// Ten blocks in which everything happens among three participants.
pub(crate) fn lifecycle() -> TestChain {
    let mut chain = TestChain::new(3);
    chain.issue(0, 100_000);
    chain.seal();
    chain.pay(0, 1, 30_000);
    chain.issue(2, 500);
    chain.seal();
    chain.pay(1, 2, 10_000);
    chain.pay(0, 0, 70_000);
    chain.seal();
    chain.seal();
    chain.redeem(2, 400);
    chain.seal();
    chain.set_auditor(2);
    chain.seal();
    chain.pay(2, 0, 10_100);
    chain.seal();
    chain.registry(&RegistryEvent::Frozen { slot: 1 });
    chain.seal();
    chain.seize(1, 2, 5_000, [9; 32]);
    chain.seal();
    chain
}
