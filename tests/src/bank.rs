//! A little bank on a ledger of its own: registry and token, role holders, an auditor, participants.
//! Its keys come from fixed seeds, its proofs are real.

use std::path::Path;

use borsh::BorshSerialize;
use obolus_abi::registry::RegistryInit;
use obolus_abi::system::{AdminPolicy, Delay, FreezeCodeMsg, InstantiateMsg, SYSTEM, UploadMsg};
use obolus_abi::token::{CircuitPins, TokenInit};
use obolus_abi::{CodeId, ContractId};
use obolus_chain::{ChainMode, ChainName, Genesis, Timestamp, contract_id};
use obolus_protocol::address::Network;
use obolus_protocol::audit::AuditorSecret;
use obolus_protocol::memo::MemoText;
use obolus_protocol::statement::{IssueWitness, RegisterWitness};
use obolus_protocol::tx::{EntryName, Height, SpendSignature, Transaction, TxBody, UnprovenTx};
use obolus_protocol::{Amount, FullViewingKey, Seed, SpendingKey};
use obolus_prover::Provers;
use obolus_runtime::exec::BlockEnv;
use obolus_runtime::ledger::{Admitted, Execution, Proposal};
use obolus_runtime_api::Receipt;
use obolus_wallet::{
    CircuitKeys, Follower, IssueRequest, Payment, Redemption, Registration, TokenConfig, TokenView,
    Unproven, Wallet,
};
use rand::SeedableRng;
use rand::rngs::StdRng;
use tempfile::TempDir;

use crate::role::Role;

const START: u64 = 1_700_000_000_000;
/// For how many blocks an ACTIVE root stays valid after a later insertion.
const ROOT_WINDOW: u64 = 100;
/// Blocks from a freeze to a seizure.
const SEIZURE_DELAY: u64 = 3;

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
    /// Real provers under development keys.
    pub provers: Provers,
    /// What wallets check proofs with.
    pub keys: CircuitKeys,
    /// Uploads contracts; pauses the token.
    pub operator: Role,
    /// Approves participants.
    pub registrar: Role,
    /// Issues.
    pub issuer: Role,
    /// Reads everything.
    pub auditor: AuditorSecret,
    /// The token.
    pub token: TokenConfig,
    /// Its public side.
    pub view: TokenView,
    /// In the order in which they applied; that of the slots, if all applications were taken.
    pub members: Vec<Member>,
    rng: StdRng,
    // Last: deleted after the ledger in it is closed.
    _directory: TempDir,
}

impl Bank {
    /// Founds the bank: contracts uploaded, instantiated and frozen, nobody registered.
    pub fn found(keys_dir: &Path) -> Self {
        let provers = Provers::development(keys_dir, &()).unwrap();
        let [operator, registrar, issuer] = [0, 1, 2].map(Role::new);
        let mut rng = StdRng::seed_from_u64(1);
        let auditor = AuditorSecret::random(&mut rng);
        let directory = tempfile::tempdir().unwrap();
        let genesis = Genesis {
            name: ChainName::new("bank").unwrap(),
            network: Network::Test,
            mode: ChainMode::Development,
            time: Timestamp(START),
            operator: operator.set.clone(),
            verifying_keys: provers
                .verifying_keys()
                .iter()
                .map(|k| k.encode().unwrap())
                .collect(),
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
            keys: CircuitKeys::from(&provers),
            provers,
            operator,
            registrar,
            issuer,
            auditor,
            token,
            view: TokenView::new(token),
            members: Vec::new(),
            rng,
            _directory: directory,
        };
        bank.deploy();
        bank
    }

    fn deploy(&mut self) {
        let registry = RegistryInit {
            registrar: self.registrar.set.clone(),
            auditor: self.auditor.public().encode(),
            register_key: self.provers.register.verifying_key().id(),
            root_window: ROOT_WINDOW,
            seizure_delay: SEIZURE_DELAY,
        };
        let token = TokenInit {
            name: "US dollar deposit token".into(),
            unit: "USD".into(),
            exponent: 2,
            registry: self.token.registry,
            issuer: self.issuer.set.clone(),
            operator: self.operator.set.clone(),
            pins: CircuitPins {
                transfer: self.provers.transfer.verifying_key().id(),
                issue: self.provers.issue.verifying_key().id(),
                redeem: self.provers.redeem.verifying_key().id(),
                supply: None,
                velocity: None,
            },
            reserves: None,
            velocity: None,
            predecessor: None,
        };
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
                SpendSignature::possession(&self.auditor, &instantiate.id(), &mut self.rng);
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

    /// A new member and its application, which the registrar approved.
    pub fn apply(&mut self, limit: Amount) -> Transaction {
        let number = self.members.len() as u8;
        let seed = Seed::new([100 + number; 32]);
        let mut wallet = Wallet::new(self.token, FullViewingKey::from_seed(&seed));
        follow(&self.ledger, &mut wallet);
        let key = SpendingKey::from_seed(&seed);
        let terms = Registration {
            entering: obolus_wallet::Entering::Anew,
            limit,
            expiry: self.expiry(),
        };
        let unproven =
            Unproven::<RegisterWitness>::register(&self.view, wallet.keys(), &terms, &mut self.rng);
        let proven = unproven.unwrap().prove(&self.provers, &self.keys).unwrap();
        let approval = self.registrar.sign(2, &proven.digest());
        let signed = proven.sign(&key, approval, &mut self.rng).unwrap();
        self.members.push(Member { key, wallet });
        signed.into_transaction()
    }

    /// An issue that the issuer approved.
    pub fn issue(&mut self, to: usize, amount: u64) -> Transaction {
        let request = IssueRequest {
            to: self.members[to].wallet.address(),
            amount: Amount::new(amount),
            text: MemoText::new("issue").unwrap(),
            nonce: self.view.issue_nonce(),
            expiry: self.expiry(),
        };
        let unproven = Unproven::<IssueWitness>::issue(&self.view, &request, &mut self.rng);
        let proven = unproven.unwrap().prove(&self.provers, &self.keys).unwrap();
        let approval = self.issuer.sign(2, &proven.digest());
        proven.authorise(approval).unwrap().into_transaction()
    }

    /// A signed payment; its notes stay reserved until it is committed or released.
    pub fn pay(&mut self, from: usize, to: usize, amount: u64) -> Transaction {
        let order = Payment {
            to: self.members[to].wallet.address(),
            amount: Amount::new(amount),
            text: MemoText::new("payment").unwrap(),
            identity: obolus_wallet::PayerIdentity::Hidden,
            expiry: self.expiry(),
        };
        let Self {
            members,
            rng,
            provers,
            keys,
            ..
        } = self;
        let unproven = members[from].wallet.transfer(&order, rng).unwrap();
        let proven = unproven.prove(provers, keys).unwrap();
        proven
            .sign(&members[from].key, Vec::new(), rng)
            .unwrap()
            .into_transaction()
    }

    /// A signed redemption; its notes stay reserved until it is committed or released.
    pub fn redeem(&mut self, from: usize, amount: u64) -> Transaction {
        let order = Redemption {
            amount: Amount::new(amount),
            payout_reference: [7; 32],
            text: MemoText::new("redemption").unwrap(),
            expiry: self.expiry(),
        };
        let Self {
            members,
            rng,
            provers,
            keys,
            ..
        } = self;
        let unproven = members[from].wallet.redeem(&order, rng).unwrap();
        let proven = unproven.prove(provers, keys).unwrap();
        proven
            .sign(&members[from].key, Vec::new(), rng)
            .unwrap()
            .into_transaction()
    }

    /// Frees the notes of a payment that will not be submitted.
    pub fn release(&mut self, from: usize, tx: &Transaction) {
        self.members[from].wallet.release(&tx.id());
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
        let mut receipts = self.ledger.commit(&proposal.executed).unwrap();
        follow(&self.ledger, &mut self.view);
        for member in &mut self.members {
            follow(&self.ledger, &mut member.wallet);
        }
        Ok(receipts.pop().unwrap())
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
