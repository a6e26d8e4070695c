//! An auditor of two of three, a chain under its key, and a log.

use std::collections::HashMap;

use obolus_abi::accesslog::{
    ACCESS_LOG_START, ACCESS_LOG_TAG, AccessEntry, AccessItem, AccessLogInit, AccessLogState,
    AccessMembers, AccessRecord, AnswerAccessMsg, LoggedAccess, RequestAccessMsg,
};
use obolus_abi::{ContractId, RoleKey, RoleSet, TxDigest};
use obolus_protocol::tx::{EntryName, Height, TxBody};
use obolus_threshold::{IdentitySeed, KeyShare, Threshold, split_auditor};
use obolus_wallet::committee::{CommitteeError, Group, MemberDir, card_text, create_identity};
use obolus_wallet::notes::Place;
use obolus_wallet::roles::{Protection, RoleKeyError};
use obolus_wallet::{KeystoreError, Passphrase, SourceError, WorkFactor};
use rand::{SeedableRng, rngs::StdRng};
use tempfile::TempDir;

use super::*;
use crate::ledger::fixture::{TestChain, lifecycle};

pub(super) const LOG: ContractId = ContractId([5; 32]);
pub(super) const NAMES: [&str; 3] = ["alice", "bob", "carol"];

/// A failure of a test's own making.
#[derive(Debug)]
pub(super) struct Failed;

impl From<CommitteeError> for Failed {
    fn from(_: CommitteeError) -> Self {
        Self
    }
}

impl From<RoleKeyError> for Failed {
    fn from(_: RoleKeyError) -> Self {
        Self
    }
}

impl From<KeystoreError> for Failed {
    fn from(_: KeystoreError) -> Self {
        Self
    }
}

pub(super) struct Court {
    pub(super) chain: TestChain,
    bodies: HashMap<TxDigest, TxBody>,
    pub(super) shares: Vec<KeyShare>,
    pub(super) dirs: Vec<MemberDir>,
    pub(super) group: Group,
    pub(super) log: TestLog,
    pub(super) rng: StdRng,
    _folder: TempDir,
}

pub(super) const fn role(number: u8) -> RoleKey {
    RoleKey([number; 32])
}

impl Court {
    /// The last epoch of a chain on which everything happens is the committee's.
    pub(super) fn new() -> Self {
        let mut rng = StdRng::seed_from_u64(21);
        let mut chain = lifecycle();
        let bodies = hash(&mut chain);
        let secret = chain.secrets.last().unwrap();
        let shares = split_auditor(secret, Threshold::new(2, 3).unwrap(), &mut rng).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let dirs: Vec<_> = NAMES
            .iter()
            .map(|name| member(&folder, name, &mut rng))
            .collect();
        let mut text = format!(
            "purpose = \"audit\"\nneeded = 2\nsession = \"s\"\nkey = \"{}\"\ntranscript = \"{}\"\n",
            hex::encode(shares[0].group().to_bytes()),
            "00".repeat(32)
        );
        for ((name, dir), number) in NAMES.iter().zip(&dirs).zip(1..) {
            let card = card_text(dir.card());
            let role = hex::encode(role(number).0);
            text.push_str(&format!(
                "[[member]]\nname = \"{name}\"\nidentity = \"{card}\"\nrole = \"{role}\"\n"
            ));
        }
        Self {
            log: TestLog::new(&chain),
            group: Group::from_toml(&text).unwrap(),
            chain,
            bodies,
            shares,
            dirs,
            rng,
            _folder: folder,
        }
    }

    /// The transactions of the committee's epoch: a payment and a seizure.
    pub(super) fn recent(&self) -> Vec<TxDigest> {
        let late = self.chain.updates.iter().skip(6);
        let txs = late.flat_map(|update| &update.txs);
        let token = self.chain.token.config.token;
        txs.filter(|tx| tx.contract == token)
            .map(|tx| tx.digest)
            .collect()
    }

    pub(super) fn ask(&mut self, items: Vec<AccessItem>) -> u64 {
        let message = RequestAccessMsg {
            by: role(1),
            case: "C-7".into(),
            purpose: "a court's order".into(),
            contract: self.chain.token.config.token,
            items,
        };
        self.log.request(message)
    }

    pub(super) fn read_log(&self) -> AccessLog {
        AccessLog::read(&self.log, self.chain.token.config.chain, LOG).unwrap()
    }

    pub(super) fn find(&self, number: u64) -> Result<Vec<Wanted>, AccessError> {
        let log = self.read_log();
        let request = log.request(number)?;
        find((&self.chain, self), self.chain.token.config, request)
    }

    /// A member's answer, logged.
    pub(super) fn answer(&mut self, member: usize, number: u64) -> Vec<u8> {
        let answer = self.unlogged(member, number);
        self.log.answer(member, number, answer.hash());
        answer
            .seal(&self.dirs[member], self.dirs[0].card())
            .unwrap()
    }

    pub(super) fn unlogged(&mut self, member: usize, number: u64) -> Answer {
        let wanted = self.find(number).unwrap();
        Answer::create(&self.shares[member], (LOG, number), &wanted, &mut self.rng).unwrap()
    }

    /// What Alice makes of letters.
    pub(super) fn combine(&self, number: u64, letters: &[Vec<u8>]) -> Result<Opening, AccessError> {
        let log = self.read_log();
        let request = log.request(number)?;
        let reader = (&self.dirs[0], &self.group);
        let open_letter = |letter: &Vec<u8>| Answer::open(reader, (LOG, request), letter);
        let answers: Vec<_> = letters.iter().map(open_letter).collect::<Result<_, _>>()?;
        let wanted = self.find(number)?;
        let quorum = combine(&self.group, &wanted, &answers)?;
        assert_eq!(quorum.len(), wanted.len());
        open(&self.chain, self.chain.token.config, &wanted, &quorum)
    }

    /// A node that gives another transaction's body.
    pub(super) fn swap_bodies(&mut self, one: TxDigest, other: TxDigest) {
        let body = self.bodies[&other].clone();
        self.bodies.insert(one, body);
    }
}

impl Bodies for Court {
    fn body(&self, place: &Place) -> Result<Option<TxBody>, SourceError> {
        Ok(self.bodies.get(&place.tx).cloned())
    }
}

fn member(folder: &TempDir, name: &str, rng: &mut StdRng) -> MemberDir {
    let passphrase = || Passphrase::new("four eyes".into());
    let file = folder.path().join(format!("{name}.age"));
    let protection = Protection::Passphrase(passphrase().unwrap(), WorkFactor::INSECURE_FAST);
    create_identity(&IdentitySeed::random(rng), &file, &protection).unwrap();
    let root = folder.path().join(name);
    MemberDir::create(&root, &file, || Ok::<_, Failed>(passphrase()?)).unwrap()
}

/// Gives every transaction the digest of a body that has its events' bytes as arguments.
fn hash(chain: &mut TestChain) -> HashMap<TxDigest, TxBody> {
    let id = chain.token.config.chain;
    let mut bodies = HashMap::new();
    for update in &mut chain.updates {
        for tx in &mut update.txs {
            let args = tx.events.iter().flat_map(|event| event.data.clone());
            let body = TxBody {
                chain: id,
                expiry: Height(1_000),
                contract: tx.contract,
                entry: EntryName::new("entry").unwrap(),
                args: args.collect(),
                memos: Vec::new(),
            };
            tx.digest = body.digest();
            bodies.insert(tx.digest, body);
        }
    }
    bodies
}

/// A log as the contract keeps it.
pub(super) struct TestLog {
    pub(super) state: AccessLogState,
    pub(super) entries: Vec<LoggedAccess>,
}

impl TestLog {
    fn new(chain: &TestChain) -> Self {
        let config = chain.token.config;
        let settings = AccessLogInit {
            members: members(2),
            contracts: vec![config.token, config.registry],
        };
        let mut log = Self {
            state: AccessLogState {
                head: ACCESS_LOG_START,
                entries: 0,
                requests: 0,
                generation: 0,
                members: settings.members.clone(),
                contracts: settings.contracts.clone(),
            },
            entries: Vec::new(),
        };
        log.append(AccessRecord::Founded {
            chain: config.chain,
            contract: LOG,
            settings,
        });
        log
    }

    pub(super) fn request(&mut self, message: RequestAccessMsg) -> u64 {
        let request = self.state.requests;
        self.state.requests += 1;
        self.append(AccessRecord::Requested { request, message });
        request
    }

    pub(super) fn answer(&mut self, member: usize, request: u64, partial_hash: [u8; 32]) {
        let message = AnswerAccessMsg {
            request,
            member: u8::try_from(member).unwrap(),
            partial_hash,
        };
        let key = self.state.members.members.keys[member];
        self.append(AccessRecord::Answered { key, message });
    }

    pub(super) fn set_members(&mut self, members: AccessMembers) {
        self.state.generation += 1;
        self.state.members = members.clone();
        let generation = self.state.generation;
        self.append(AccessRecord::MembersSet {
            generation,
            members,
        });
    }

    pub(super) fn append(&mut self, record: AccessRecord) {
        let number = self.state.entries;
        let entry = AccessEntry {
            number,
            height: 10 + number,
            time_ms: 1_000 * number,
            record,
        };
        let mut bytes = ACCESS_LOG_TAG.as_bytes().to_vec();
        bytes.extend_from_slice(&self.state.head);
        bytes.extend_from_slice(&borsh::to_vec(&entry).unwrap());
        self.state.head = blake3::hash(&bytes).into();
        self.state.entries += 1;
        let head = self.state.head;
        self.entries.push(LoggedAccess { entry, head });
    }
}

pub(super) fn members(threshold: u8) -> AccessMembers {
    AccessMembers {
        members: RoleSet {
            keys: vec![role(1), role(2), role(3)],
            threshold,
        },
        requesters: Vec::new(),
    }
}

impl LogSource for TestLog {
    fn state(&self) -> Result<AccessLogState, SourceError> {
        Ok(self.state.clone())
    }

    fn entry(&self, number: u64) -> Result<LoggedAccess, SourceError> {
        let place = usize::try_from(number).unwrap();
        self.entries.get(place).cloned().ok_or(SourceError::Refused)
    }
}
