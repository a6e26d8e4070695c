//! A chain for tests: the events that registry and token would emit, without proofs, signatures or
//! contracts. It keeps the rules that a wallet relies on: known anchors, fresh nullifiers, current
//! registry roots, the issue counter.

use std::cell::Cell;
use std::collections::HashSet;

use borsh::BorshDeserialize;
use obolus_abi::{
    ChainId, ContractId, FieldBytes, RoleSet, TxDigest,
    registry::{Participant, RegisterMsg, RegistryEvent, RegistryState, RotateMsg},
    token::{CircuitPins, IssueMsg, RedeemMsg, TokenEvent, TokenInit, TokenState, TransferMsg},
};
use obolus_abi::{KeyId, PointBytes};
use obolus_protocol::{
    Address, Amount, FullViewingKey, Seed,
    audit::{AuditorKey, AuditorSecret},
    curve::Point,
    field::{fr_from_bytes, fr_to_bytes},
    memo::MemoText,
    pedersen::ValueCommitment,
    tree::{Frontier, NOTE_DEPTH},
    tx::{Height, TxBody},
};
use obolus_runtime_api::{AppHash, BlockHash, BlockUpdate, EventRecord, TxUpdate};
use rand::{SeedableRng, rngs::StdRng};

use crate::{
    assemble::{IssueRequest, PayerIdentity, Payment, Registration, Unproven},
    config::TokenConfig,
    source::{ChainSource, SourceError},
    view::{Follower, TokenView},
    wallet::Wallet,
};

mod between;

pub(crate) use between::Between;

pub(crate) const LIMIT: u64 = 1_000_000;

pub(crate) struct TestChain {
    pub(crate) config: TokenConfig,
    pub(crate) secret: AuditorSecret,
    pub(crate) rng: StdRng,
    pub(crate) updates: Vec<BlockUpdate>,
    pub(crate) open: Vec<TxUpdate>,
    view: TokenView,
    notes: Frontier<NOTE_DEPTH>,
    anchors: HashSet<FieldBytes>,
    nullifiers: HashSet<FieldBytes>,
    issued: ValueCommitment,
    redeemed: ValueCommitment,
    redemptions: u64,
    slots: u32,
    filler: u64,
    /// How many blocks one answer holds at most.
    pub(crate) batch: Cell<usize>,
}

impl TestChain {
    pub(crate) fn new() -> Self {
        let mut rng = StdRng::seed_from_u64(7);
        let secret = AuditorSecret::random(&mut rng);
        let config = TokenConfig {
            chain: ChainId([1; 32]),
            token: ContractId([2; 32]),
            registry: ContractId([3; 32]),
            auditor: secret.public(),
        };
        Self {
            config,
            secret,
            rng,
            updates: Vec::new(),
            open: Vec::new(),
            view: TokenView::new(config),
            notes: Frontier::new(),
            anchors: HashSet::new(),
            nullifiers: HashSet::new(),
            issued: ValueCommitment::zero(),
            redeemed: ValueCommitment::zero(),
            redemptions: 0,
            slots: 0,
            filler: 0,
            batch: Cell::new(usize::MAX),
        }
    }

    /// A chain with these participants registered in the first block.
    pub(crate) fn with_participants(seeds: &[u8]) -> (Self, Vec<Wallet>) {
        let mut chain = Self::new();
        let mut wallets: Vec<_> = seeds.iter().map(|seed| chain.wallet(*seed)).collect();
        for wallet in &wallets {
            let registration = Registration {
                entering: crate::assemble::Entering::Anew,
                limit: Amount::new(LIMIT),
                expiry: Height(50),
            };
            let keys = wallet.keys();
            let unproven =
                Unproven::register(wallet.view(), keys, &registration, &mut chain.rng).unwrap();
            chain.include(unproven.body()).unwrap();
        }
        chain.seal();
        chain.sync_all(&mut wallets);
        (chain, wallets)
    }

    pub(crate) fn wallet(&self, seed: u8) -> Wallet {
        let keys = FullViewingKey::from_seed(&Seed::new([seed; 32]));
        Wallet::new(self.config, keys)
    }

    pub(crate) fn sync_all(&self, wallets: &mut [Wallet]) {
        for wallet in wallets {
            wallet.sync(self).unwrap();
        }
    }

    /// Issues a note and seals the block.
    pub(crate) fn issue(&mut self, to: Address, amount: u64, text: &str) {
        let request = IssueRequest {
            to,
            amount: Amount::new(amount),
            text: MemoText::new(text).unwrap(),
            nonce: self.view.issue_nonce(),
            expiry: Height(self.height() + 10),
        };
        let unproven = Unproven::issue(&self.view, &request, &mut self.rng).unwrap();
        self.include(unproven.body()).unwrap();
        self.seal();
    }

    pub(crate) fn height(&self) -> u64 {
        self.updates.len() as u64
    }

    pub(crate) fn payment(&self, to: Address, amount: u64, text: &str) -> Payment {
        Payment {
            identity: PayerIdentity::Hidden,
            to,
            amount: Amount::new(amount),
            text: MemoText::new(text).unwrap(),
            expiry: Height(self.height() + 10),
        }
    }

    /// Puts a transaction into the open block.
    pub(crate) fn include(&mut self, body: &TxBody) -> Result<(), &'static str> {
        self.include_with_memos(body, body.memos.clone())
    }

    /// The same with other memos than those assembled, as a hostile payer would send.
    pub(crate) fn include_with_memos(
        &mut self,
        body: &TxBody,
        memos: Vec<Vec<u8>>,
    ) -> Result<(), &'static str> {
        if body.expiry.0 <= self.height() {
            return Err("expired");
        }
        let event = match body.entry.as_str() {
            "register" => self.register(decode(&body.args)),
            "rotate" => {
                let RotateMsg { slot, register } = decode(&body.args);
                let to = self.slots;
                let entered = self.register(register);
                self.push(body.digest(), memos, entered);
                self.registry_event(&RegistryEvent::Rotated {
                    from: slot,
                    to,
                    recovered: false,
                });
                return Ok(());
            }
            "issue" => self.apply_issue(decode(&body.args))?,
            "transfer" => self.transfer(decode(&body.args))?,
            "redeem" => self.redeem(decode(&body.args))?,
            _ => return Err("no such entry"),
        };
        self.push(body.digest(), memos, event);
        Ok(())
    }

    /// Puts a registry event into the open block.
    pub(crate) fn registry_event(&mut self, event: &RegistryEvent) {
        self.filler += 1;
        let mut digest = [0xee; 32];
        digest[..8].copy_from_slice(&self.filler.to_le_bytes());
        let record = EventRecord {
            contract: self.config.registry,
            data: borsh::to_vec(event).unwrap(),
        };
        self.push(TxDigest(digest), Vec::new(), record);
    }

    /// Ends the block.
    pub(crate) fn seal(&mut self) {
        let height = self.height() + 1;
        let update = BlockUpdate {
            scheduled: Vec::new(),
            height,
            block: BlockHash([height as u8; 32]),
            app_hash: AppHash([height as u8; 32]),
            time_ms: 1_700_000_000_000 + height,
            txs: std::mem::take(&mut self.open),
        };
        Follower::apply(&mut self.view, &update).unwrap();
        self.anchors.insert(fr_to_bytes(&self.notes.root()));
        self.updates.push(update);
    }

    fn push(&mut self, digest: TxDigest, memos: Vec<Vec<u8>>, event: EventRecord) {
        self.open.push(TxUpdate {
            digest,
            contract: event.contract,
            entry: String::new(),
            memos,
            events: vec![event],
            fuel_used: 0,
        });
    }

    fn register(&mut self, msg: RegisterMsg) -> EventRecord {
        let participant = Participant {
            slot: self.slots,
            owner: msg.owner,
            ak: msg.ak,
            epk: msg.epk,
            limit: msg.limit,
            frozen: false,
            frozen_at: None,
            supersedes: None,
            superseded_by: None,
            deal: None,
        };
        self.slots += 1;
        let event = RegistryEvent::Registered {
            participant,
            r: msg.r,
            c1: msg.c1,
        };
        EventRecord {
            contract: self.config.registry,
            data: borsh::to_vec(&event).unwrap(),
        }
    }

    fn apply_issue(&mut self, msg: IssueMsg) -> Result<EventRecord, &'static str> {
        self.check_root(&msg.recipient_root)?;
        self.issued = self.issued.plus(&commitment(&msg.cv));
        let position = self.append(&msg.cm1);
        Ok(self.token(&TokenEvent::Issued { position, msg }))
    }

    fn transfer(&mut self, msg: TransferMsg) -> Result<EventRecord, &'static str> {
        self.check_root(&msg.sender_root)?;
        self.check_root(&msg.recipient_root)?;
        self.spend(&msg.anchor, &msg.nf1, &msg.nf2)?;
        let position = self.append(&msg.cm1);
        self.append(&msg.cm2);
        Ok(self.token(&TokenEvent::Transferred { position, msg }))
    }

    fn redeem(&mut self, msg: RedeemMsg) -> Result<EventRecord, &'static str> {
        self.check_root(&msg.sender_root)?;
        self.spend(&msg.anchor, &msg.nf1, &msg.nf2)?;
        self.redeemed = self.redeemed.plus(&commitment(&msg.cv));
        let position = self.append(&msg.cm2);
        let number = self.redemptions;
        self.redemptions += 1;
        Ok(self.token(&TokenEvent::Redeemed {
            position,
            number,
            msg,
        }))
    }

    fn spend(
        &mut self,
        anchor: &FieldBytes,
        nf1: &FieldBytes,
        nf2: &FieldBytes,
    ) -> Result<(), &'static str> {
        if !self.anchors.contains(anchor) {
            return Err("unknown anchor");
        }
        if nf1 == nf2 || self.nullifiers.contains(nf1) || self.nullifiers.contains(nf2) {
            return Err("double spend");
        }
        self.nullifiers.extend([*nf1, *nf2]);
        Ok(())
    }

    fn check_root(&self, root: &FieldBytes) -> Result<(), &'static str> {
        if *root == fr_to_bytes(&self.view.directory().active_root()) {
            Ok(())
        } else {
            Err("stale root")
        }
    }

    fn append(&mut self, commitment: &FieldBytes) -> u64 {
        self.notes
            .append(fr_from_bytes(commitment).unwrap())
            .unwrap()
    }

    fn token(&self, event: &TokenEvent) -> EventRecord {
        EventRecord {
            contract: self.config.token,
            data: borsh::to_vec(event).unwrap(),
        }
    }
}

impl ChainSource for TestChain {
    fn tip(&self) -> Result<Height, SourceError> {
        Ok(Height(self.height()))
    }

    fn updates(&self, from: Height) -> Result<Vec<BlockUpdate>, SourceError> {
        let skip = from.0 as usize - 1;
        let blocks = self.updates.iter().skip(skip).take(self.batch.get());
        Ok(blocks.cloned().collect())
    }

    fn registry_state(&self) -> Result<RegistryState, SourceError> {
        let active_root = fr_to_bytes(&self.view.directory().active_root());
        Ok(RegistryState {
            auditor: AuditorKey::encode(self.view.auditor()),
            active_root,
            frozen_root: FieldBytes::ZERO,
            epoch: 0,
            previous: None,
            slots: self.slots,
            valid_roots: vec![active_root],
            seizure_delay: 0,
            seizable: None,
        })
    }

    fn token_state(&self) -> Result<TokenState, SourceError> {
        let nobody = RoleSet {
            keys: Vec::new(),
            threshold: 0,
        };
        let key = KeyId([0; 32]);
        Ok(TokenState {
            settings: TokenInit {
                name: "Test dollar".into(),
                unit: "USD".into(),
                exponent: 2,
                registry: self.config.registry,
                issuer: nobody.clone(),
                operator: nobody,
                pins: CircuitPins {
                    transfer: key,
                    issue: key,
                    redeem: key,
                    supply: None,
                    velocity: None,
                },
                reserves: None,
                velocity: None,
                predecessor: None,
            },
            issued: self.issued.point().encode(),
            redeemed: self.redeemed.point().encode(),
            issue_nonce: self.view.issue_nonce(),
            paused: false,
            enabled: [true; 5],
            redemptions: 0,
            cleared: 0,
            backing: None,
            version: 0,
            velocity_serial: 0,
            successor: None,
        })
    }
}

fn decode<T: BorshDeserialize>(args: &[u8]) -> T {
    borsh::from_slice(args).unwrap()
}

fn commitment(bytes: &PointBytes) -> ValueCommitment {
    ValueCommitment::from_point(Point::decode(bytes).unwrap())
}
