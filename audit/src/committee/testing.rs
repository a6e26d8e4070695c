//! An auditor of two of three, a chain under its key, and a log.

mod log;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use obolus_abi::accesslog::{AccessItem, RequestAccessMsg};
use obolus_abi::registry::{Participant, RegisterMsg, RegistryEvent};
use obolus_abi::token::{SeizeMsg, TokenEvent, TransferMsg};
use obolus_abi::{ChainId, ContractId, PointBytes, RoleKey, TxDigest};
use obolus_protocol::tx::{EntryName, Height, RoleSignature, Transaction, TxBody, UnprovenTx};
use obolus_threshold::{IdentitySeed, KeyShare, Threshold, split_auditor};
use obolus_wallet::committee::{CommitteeError, Group, MemberDir, card_text, create_identity};
use obolus_wallet::roles::{Protection, RoleKeyError, RoleSigner};
use obolus_wallet::{KeystoreError, Passphrase, SourceError, WorkFactor};
use rand::{SeedableRng, rngs::StdRng};
use tempfile::TempDir;

pub(super) use self::log::{TestLog, members};
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
    blocks: BTreeMap<u64, Vec<Transaction>>,
    pub(super) shares: Vec<KeyShare>,
    pub(super) dirs: Vec<MemberDir>,
    pub(super) group: Group,
    pub(super) log: TestLog,
    pub(super) rng: StdRng,
    _folder: TempDir,
}

/// The members' role keys, in the order in which the log has them.
static SIGNERS: LazyLock<Vec<RoleSigner>> = LazyLock::new(|| {
    let mut signers: Vec<_> = NAMES.iter().map(|_| RoleSigner::generate()).collect();
    signers.sort_by_key(RoleSigner::public);
    signers
});

/// Member number `number`, from 1; others are strangers, whose keys nobody has.
pub(super) fn role(number: u8) -> RoleKey {
    match SIGNERS.get(usize::from(number).wrapping_sub(1)) {
        Some(signer) => signer.public(),
        None => RoleKey([number; 32]),
    }
}

pub(super) fn signed_by(mut transaction: Transaction, keys: &[RoleKey]) -> Transaction {
    let digest = transaction.id();
    let signers = SIGNERS.iter().filter(|one| keys.contains(&one.public()));
    let signatures = signers.map(|signer| RoleSignature::create(signer.key(), &digest));
    transaction.role_signatures = signatures.collect();
    transaction
}

pub(super) fn transaction(
    chain: ChainId,
    contract: ContractId,
    entry: &str,
    args: Vec<u8>,
) -> Transaction {
    let body = TxBody {
        chain,
        expiry: Height(1_000),
        contract,
        entry: EntryName::new(entry).unwrap(),
        args,
        memos: Vec::new(),
    };
    let proven = UnprovenTx::new(body).unwrap().prove(Vec::new()).unwrap();
    let signed = proven.sign(Vec::new(), Vec::new()).unwrap();
    signed.into_transaction()
}

impl Court {
    /// The last epoch of a chain on which everything happens is the committee's.
    pub(super) fn new() -> Self {
        let mut rng = StdRng::seed_from_u64(21);
        let mut chain = lifecycle();
        let blocks = hash(&mut chain);
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
            blocks,
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

    /// A note as its position and commitment.
    pub(super) fn note(&self, position: u64) -> AccessItem {
        self.named((&[position], &[]))
    }

    /// The escrow of a slot, with its owner.
    pub(super) fn escrow(&self, slot: u32) -> AccessItem {
        self.named((&[], &[slot]))
    }

    fn named(&self, places: (&[u64], &[u32])) -> AccessItem {
        let items = name_items(&self.chain, self.chain.token.config, places);
        items.unwrap()[0].0
    }

    pub(super) fn read_log(&self) -> AccessLog {
        AccessLog::read(&self.log, self.chain.token.config.chain, LOG).unwrap()
    }

    pub(super) fn find(&self, number: u64) -> Result<Vec<Wanted>, AccessError> {
        let log = self.read_log();
        let request = log.request(number)?;
        self.find_with(request, None)
    }

    pub(super) fn find_with(
        &self,
        request: &Request,
        opening: Option<&SealedItems>,
    ) -> Result<Vec<Wanted>, AccessError> {
        let config = self.chain.token.config;
        let known = Known { opening, via: &[] };
        find((&self.chain, self), config, request, known)
    }

    pub(super) fn find_via(
        &self,
        number: u64,
        via: &[ContractId],
    ) -> Result<Vec<Wanted>, AccessError> {
        let log = self.read_log();
        let known = Known { opening: None, via };
        let config = self.chain.token.config;
        find((&self.chain, self), config, log.request(number)?, known)
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
        let request = self.read_log().request(number).unwrap().id(LOG);
        Answer::create(&self.shares[member], request, &wanted, &mut self.rng).unwrap()
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

    /// The message of a payment or seizure, as the node tells its event.
    pub(super) fn told(&mut self, tx: TxDigest, change: impl FnOnce(&mut TransferMsg)) {
        let updates = self.chain.updates.iter_mut();
        let mut txs = updates.flat_map(|update| &mut update.txs);
        let data = &mut txs.find(|own| own.digest == tx).unwrap().events[0].data;
        let mut event: TokenEvent = borsh::from_slice(data).unwrap();
        let (TokenEvent::Transferred { msg, .. } | TokenEvent::Seized { msg, .. }) = &mut event
        else {
            panic!("a payment or a seizure")
        };
        change(msg);
        *data = borsh::to_vec(&event).unwrap();
    }

    /// A node that tells other registrations than there were.
    pub(super) fn retold(&mut self, mut change: impl FnMut(&mut Participant, &mut PointBytes)) {
        let updates = self.chain.updates.iter_mut();
        let events = updates
            .flat_map(|update| &mut update.txs)
            .flat_map(|tx| &mut tx.events);
        for event in events {
            let Ok(mut read) = borsh::from_slice::<RegistryEvent>(&event.data) else {
                continue;
            };
            if let RegistryEvent::Registered { participant, r, .. } = &mut read {
                change(participant, r);
                event.data = borsh::to_vec(&read).unwrap();
            }
        }
    }

    /// A node whose blocks do not have a transaction.
    pub(super) fn forget(&mut self, tx: TxDigest) {
        let blocks = self.blocks.values_mut();
        blocks.for_each(|block| block.retain(|own| own.id() != tx));
    }

    /// A node that shows a transaction's event under another transaction of its block.
    pub(super) fn told_under(&mut self, tx: TxDigest, other: Transaction) {
        let updates = self.chain.updates.iter_mut();
        for update in updates {
            for own in update.txs.iter_mut().filter(|own| own.digest == tx) {
                own.digest = other.id();
                let block = self.blocks.entry(update.height).or_default();
                block.push(other.clone());
            }
        }
    }
}

impl Blocks for Court {
    fn transactions(&self, height: Height) -> Result<Vec<Transaction>, SourceError> {
        let blocks = [&self.blocks, &self.log.blocks];
        let found = blocks.iter().filter_map(|blocks| blocks.get(&height.0));
        Ok(found.flatten().cloned().collect())
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

/// Gives every transaction the digest of a call that makes its event; the blocks of these calls.
fn hash(chain: &mut TestChain) -> BTreeMap<u64, Vec<Transaction>> {
    let config = chain.token.config;
    let mut blocks = BTreeMap::<_, Vec<_>>::new();
    for update in &mut chain.updates {
        for tx in &mut update.txs {
            let data = &tx.events[0].data;
            let (entry, args) = if tx.contract == config.token {
                token_call(data)
            } else {
                registry_call(data)
            };
            let call = transaction(config.chain, tx.contract, entry, args);
            tx.digest = call.id();
            blocks.entry(update.height).or_default().push(call);
        }
    }
    blocks
}

fn token_call(event: &[u8]) -> (&'static str, Vec<u8>) {
    let call = match borsh::from_slice(event).unwrap() {
        TokenEvent::Issued { msg, .. } => ("issue", borsh::to_vec(&msg)),
        TokenEvent::Transferred { msg, .. } => ("transfer", borsh::to_vec(&msg)),
        TokenEvent::Redeemed { msg, .. } => ("redeem", borsh::to_vec(&msg)),
        TokenEvent::Seized { msg, case, .. } => {
            let msg = SeizeMsg {
                transfer: msg,
                case,
            };
            ("seize", borsh::to_vec(&msg))
        }
        other => panic!("{other:?}"),
    };
    (call.0, call.1.unwrap())
}

fn registry_call(event: &[u8]) -> (&'static str, Vec<u8>) {
    match borsh::from_slice(event).unwrap() {
        RegistryEvent::Registered { participant, r, c1 } => {
            let msg = RegisterMsg {
                owner: participant.owner,
                ak: participant.ak,
                epk: participant.epk,
                limit: participant.limit,
                r,
                c1,
            };
            ("register", borsh::to_vec(&msg).unwrap())
        }
        _ => ("manage", event.to_vec()),
    }
}
