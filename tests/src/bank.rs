//! A little bank on a ledger of its own: registry and token, role holders, an auditor, participants.
//! Its keys come from fixed seeds. Its proofs are real, or simulated where a test needs many.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, LazyLock};

use borsh::BorshSerialize;
use obolus_abi::registry::RegistryInit;
use obolus_abi::system::{AdminPolicy, Delay, FreezeCodeMsg, InstantiateMsg, SYSTEM, UploadMsg};
use obolus_abi::token::{CircuitPins, ReservesRule, TokenInit};
use obolus_abi::{CodeId, ContractId, TxDigest};
use obolus_chain::{ChainMode, ChainName, Genesis, Timestamp, contract_id};
use obolus_protocol::SpendingKey;
use obolus_protocol::address::Network;
use obolus_protocol::audit::AuditorSecret;
use obolus_protocol::tx::{EntryName, Height, SpendSignature, Transaction, TxBody, UnprovenTx};
use obolus_prover::{DevSimulator, Provers};
use obolus_runtime::exec::BlockEnv;
use obolus_runtime::ledger::{Admitted, Execution, Proposal};
use obolus_runtime_api::Receipt;
use obolus_wallet::{CircuitKeys, Follower, StatementProver, TokenConfig, TokenView, Wallet};
use rand::SeedableRng;
use rand::rngs::StdRng;
use tempfile::TempDir;

use crate::role::Role;

mod deals;
mod listed;
mod orders;
mod powers;
mod source;
mod statements;
mod together;

pub use deals::Agreed;
pub use listed::Listed;
pub use powers::{Applicant, Entered};
pub use source::Source;
pub use together::Passed;

/// One for all banks, since it takes time to make.
static SIMULATOR: LazyLock<Arc<DevSimulator>> =
    LazyLock::new(|| Arc::new(DevSimulator::new().unwrap()));

const START: u64 = 1_700_000_000_000;
/// For how many blocks an ACTIVE root stays valid after a later insertion.
const ROOT_WINDOW: u64 = 100;
/// Blocks from a freeze to a seizure.
pub const SEIZURE_DELAY: u64 = 3;

/// A participant.
pub struct Member {
    /// Signs.
    pub key: SpendingKey,
    /// Sees and assembles.
    pub wallet: Wallet,
}

/// The bank.
pub struct Bank {
    /// The ledger.
    pub ledger: Execution,
    /// Makes proofs under development keys.
    pub provers: Arc<dyn StatementProver + Send + Sync>,
    /// What wallets check proofs with.
    pub keys: CircuitKeys,
    /// Uploads contracts; pauses the token.
    pub operator: Role,
    /// Approves participants.
    pub registrar: Role,
    /// Issues.
    pub issuer: Role,
    /// Attests reserves.
    pub attestor: Role,
    /// Read everything: the auditor's secrets of all epochs, the one in force last.
    pub auditors: Vec<AuditorSecret>,
    /// The token.
    pub token: TokenConfig,
    /// Its public side.
    pub view: TokenView,
    /// In the order in which they applied; that of the slots, if all applications were taken.
    pub members: Vec<Member>,
    /// Other tokens of the same members.
    pub beside: Vec<Listed>,
    rng: StdRng,
    seeds: u8,
    // Last: deleted after the ledger in it is closed.
    _directory: TempDir,
}

impl Bank {
    /// Founds the bank: contracts uploaded, instantiated and frozen, nobody registered.
    pub fn found(keys_dir: &Path) -> Self {
        let provers = Provers::development(keys_dir, &()).unwrap();
        let keys = CircuitKeys::from(&provers);
        Self::proving_with(Arc::new(provers), keys)
    }

    /// The same with proofs from the development keys' trapdoor: the statements are checked natively, and what comes out
    /// verifies like any proof.
    pub fn simulated() -> Self {
        let simulator = Arc::clone(&SIMULATOR);
        let keys = CircuitKeys::from(&*simulator);
        Self::proving_with(simulator, keys)
    }

    fn proving_with(provers: Arc<dyn StatementProver + Send + Sync>, keys: CircuitKeys) -> Self {
        let [operator, registrar, issuer, attestor] = [0, 1, 2, 3].map(Role::new);
        let mut rng = StdRng::seed_from_u64(1);
        let auditor = AuditorSecret::random(&mut rng);
        let directory = tempfile::tempdir().unwrap();
        let genesis = Genesis {
            name: ChainName::new("bank").unwrap(),
            network: Network::Test,
            mode: ChainMode::Development,
            time: Timestamp(START),
            operator: operator.set.clone(),
            verifying_keys: keys.all().map(|key| key.encode().unwrap()).collect(),
            expiry_horizon: Height(1000),
        };
        let ledger = Execution::open(directory.path(), &genesis).unwrap();
        let chain = ledger.chain();
        let [registry, token] = [obolus_contracts::REGISTRY, obolus_contracts::TOKEN]
            .map(|wasm| contract_id(&chain, &code_id(wasm), &[0; 32]));
        let token = TokenConfig {
            chain,
            token,
            registry,
            auditor: auditor.public(),
        };
        let mut bank = Self {
            ledger,
            keys,
            provers,
            operator,
            registrar,
            issuer,
            attestor,
            auditors: vec![auditor],
            token,
            view: TokenView::new(token),
            members: Vec::new(),
            beside: Vec::new(),
            rng,
            seeds: 0,
            _directory: directory,
        };
        bank.deploy();
        bank
    }

    /// The keys that tokens pin: those of all statements that they know.
    pub fn pins(&self) -> CircuitPins {
        CircuitPins {
            transfer: self.keys.transfer.id(),
            issue: self.keys.issue.id(),
            redeem: self.keys.redeem.id(),
            supply: self.keys.supply.as_ref().map(|key| key.id()),
            velocity: self.keys.velocity.as_ref().map(|key| key.id()),
        }
    }

    /// A token of the bank's registry and roles.
    pub(crate) fn token_init(&self) -> TokenInit {
        TokenInit {
            name: "US dollar deposit token".into(),
            unit: "USD".into(),
            exponent: 2,
            registry: self.token.registry,
            issuer: self.issuer.set.clone(),
            operator: self.operator.set.clone(),
            pins: self.pins(),
            reserves: Some(ReservesRule {
                attestor: self.attestor.set.clone(),
                strict: false,
            }),
            velocity: None,
            predecessor: None,
        }
    }

    fn deploy(&mut self) {
        let registry = RegistryInit {
            registrar: self.registrar.set.clone(),
            auditor: self.token.auditor.encode(),
            register_key: self.keys.register.id(),
            root_window: ROOT_WINDOW,
            seizure_delay: SEIZURE_DELAY,
        };
        let token = self.token_init();
        for (wasm, contract, init) in [
            (
                obolus_contracts::REGISTRY,
                self.token.registry,
                encode(&registry),
            ),
            (obolus_contracts::TOKEN, self.token.token, encode(&token)),
        ] {
            let upload = UploadMsg {
                module: wasm.to_vec(),
                source: None,
            };
            let upload = self.operate(SYSTEM, "upload", encode(&upload));
            let code = code_id(wasm);
            let message = InstantiateMsg {
                code,
                salt: [0; 32],
                init,
                admin: AdminPolicy::Admin {
                    role: self.operator.set.clone(),
                    delay: Delay::default(),
                },
                quota: None,
            };
            let mut instantiate = self.operate(SYSTEM, "instantiate", encode(&message));
            // A registry wants to know that its auditor's key has a holder.
            let possession =
                SpendSignature::possession(&self.auditors[0], &instantiate.id(), &mut self.rng);
            instantiate.spend_signatures.push(possession);
            let freeze = self.operate(SYSTEM, "freeze_code", encode(&FreezeCodeMsg { contract }));
            for tx in [upload, instantiate, freeze] {
                self.submit(&tx).unwrap();
            }
        }
    }

    /// A call without proof and signatures.
    pub fn body(&self, contract: ContractId, entry: &str, args: Vec<u8>) -> TxBody {
        TxBody {
            chain: self.token.chain,
            expiry: self.expiry(),
            contract,
            entry: EntryName::new(entry).unwrap(),
            args,
            memos: Vec::new(),
        }
    }

    /// A call that the operator role signs.
    pub fn operate(&self, contract: ContractId, entry: &str, args: Vec<u8>) -> Transaction {
        signed(self.body(contract, entry, args), &self.operator)
    }

    /// A call to the registry that the registrar role signs.
    pub fn registrar(&self, entry: &str, message: &impl BorshSerialize) -> Transaction {
        signed(
            self.body(self.token.registry, entry, encode(message)),
            &self.registrar,
        )
    }

    /// The last block that a transaction made now may be in.
    pub fn expiry(&self) -> Height {
        Height(self.ledger.tip().height + 100)
    }

    /// The time of the next block.
    pub fn next_time(&self) -> Timestamp {
        Timestamp(self.ledger.tip().time_ms + 1000)
    }

    /// The next block, as calls in it see it.
    pub fn env(&self) -> BlockEnv {
        BlockEnv {
            chain: self.token.chain,
            height: Height(self.ledger.tip().height + 1),
            time: self.next_time(),
        }
    }

    /// Checks signatures and proofs.
    ///
    /// # Errors
    /// The code of the refusal.
    pub fn admit(&self, tx: &Transaction) -> Result<Admitted, String> {
        self.ledger
            .admit(tx.encode())
            .map_err(|error| error.code().to_owned())
    }

    /// Executes on the tip, without committing.
    pub fn build(&self, admitted: Vec<Admitted>) -> Proposal {
        self.ledger.build(admitted, self.next_time()).unwrap()
    }

    /// Commits a block of one transaction, and lets everybody read it.
    ///
    /// # Errors
    /// The code of the refusal; nothing is committed then.
    pub fn submit(&mut self, tx: &Transaction) -> Result<Receipt, String> {
        let proposal = self.build(vec![self.admit(tx)?]);
        if let Some(refused) = proposal.refused.first() {
            return Err(refused.reason.code().to_owned());
        }
        Ok(self.commit(&proposal).pop().unwrap())
    }

    /// Commits a block of what is not refused of these, and lets everybody read it; returns the refusals' codes.
    pub fn submit_together(&mut self, txs: &[Transaction]) -> BTreeMap<TxDigest, String> {
        let admitted = txs.iter().map(|tx| self.admit(tx).unwrap()).collect();
        let proposal = self.build(admitted);
        assert!(proposal.deferred.is_empty(), "one block holds them all");
        self.commit(&proposal);
        let refused = proposal.refused.into_iter();
        refused
            .map(|refused| (refused.digest, refused.reason.code().to_owned()))
            .collect()
    }

    /// Lets time pass: an empty block of this time.
    pub fn wait_until(&mut self, time_ms: u64) {
        let proposal = self.ledger.build(Vec::new(), Timestamp(time_ms)).unwrap();
        self.commit(&proposal);
    }

    fn commit(&mut self, proposal: &Proposal) -> Vec<Receipt> {
        let receipts = self.ledger.commit(&proposal.executed).unwrap();
        follow(&self.ledger, &mut self.view);
        for member in &mut self.members {
            follow(&self.ledger, &mut member.wallet);
        }
        for listed in &mut self.beside {
            follow(&self.ledger, &mut listed.view);
            for wallet in &mut listed.wallets {
                follow(&self.ledger, wallet);
            }
        }
        receipts
    }
}

/// Signs a call that needs no proof as two holders of a role.
pub fn signed(body: TxBody, role: &Role) -> Transaction {
    let tx = UnprovenTx::new(body).unwrap().prove(Vec::new()).unwrap();
    let approval = role.sign(2, &tx.digest());
    tx.sign(Vec::new(), approval).unwrap().into_transaction()
}

/// The borsh encoding.
pub fn encode(message: &impl BorshSerialize) -> Vec<u8> {
    borsh::to_vec(message).unwrap()
}

/// A module's id.
pub fn code_id(wasm: &[u8]) -> CodeId {
    CodeId(*blake3::hash(wasm).as_bytes())
}

/// Reads what is new on the ledger.
pub fn follow(ledger: &Execution, follower: &mut dyn Follower) {
    for update in ledger.updates(follower.next_height(), usize::MAX).unwrap() {
        follower.apply(&update).unwrap();
    }
}
