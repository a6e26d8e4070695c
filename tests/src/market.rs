//! Several tokens and the settlement contracts on one ledger, and members who hold all of them. Proofs are real.

use std::path::Path;

use obolus_abi::ContractId;
use obolus_abi::registry::{ApproveContractMsg, RegistryInit};
use obolus_abi::token::TokenInit;
use obolus_protocol::memo::MemoText;
use obolus_protocol::statement::{IssueWitness, RegisterWitness};
use obolus_protocol::tx::Transaction;
use obolus_protocol::{Amount, FullViewingKey, Seed, SpendingKey};
use obolus_wallet::deal::{DealDraft, Party};
use obolus_wallet::{IssueRequest, Registration, TokenConfig, Unproven, Wallet};
use rand::SeedableRng;
use rand::rngs::StdRng;

use crate::bank::{Bank, Listed, encode, follow, signed};
use crate::contracts::Contracts;

/// The market.
pub struct Market {
    /// The ledger, provers and roles. Its own token is not used.
    pub bank: Bank,
    /// The tokens: US dollars, euros, a bond.
    pub tokens: Vec<Listed>,
    /// The contracts.
    pub contracts: Contracts,
    /// The members' spending keys.
    pub keys: Vec<SpendingKey>,
    /// Randomness of assembly.
    pub rng: StdRng,
}

/// Number of the dollar token.
pub const USD: usize = 0;
/// Number of the euro token.
pub const EUR: usize = 1;
/// Number of the bond.
pub const BOND: usize = 2;

/// Held by each member of each token at the beginning, in minor units.
pub const FLOAT: u64 = 1_000_000;

impl Market {
    /// Tokens and contracts, and `members` participants with a note of [`FLOAT`] of every token.
    pub fn found(keys_dir: &Path, members: usize) -> Self {
        let bank = Bank::found(keys_dir);
        let ratio_key = bank.ratio_key();
        let mut market = Self {
            bank,
            tokens: Vec::new(),
            // Until they are there.
            contracts: Contracts::each(ratio_key, |_, _| ContractId([0; 32])),
            keys: Vec::new(),
            rng: StdRng::seed_from_u64(2),
        };
        for (name, unit, exponent) in [
            ("US dollar deposit token", "USD", 2),
            ("Euro deposit token", "EUR", 2),
            ("5 % bond 2031", "BOND31", 0),
        ] {
            market.list(name, unit, exponent);
        }
        market.contracts = Contracts::each(ratio_key, |wasm, init| market.settle_with(wasm, init));
        for number in 0..members {
            market.join(number);
        }
        market
    }

    fn list(&mut self, name: &str, unit: &str, exponent: u8) {
        let salt = [self.tokens.len() as u8 + 1; 32];
        let auditor = self.bank.token.auditor;
        let registry = RegistryInit {
            registrar: self.bank.registrar.set.clone(),
            auditor: auditor.encode(),
            register_key: self.bank.keys.register.id(),
            root_window: 100,
            seizure_delay: 3,
        };
        let registry = self.instantiate(obolus_contracts::REGISTRY, salt, encode(&registry));
        let token = TokenInit {
            name: name.into(),
            unit: unit.into(),
            exponent,
            registry,
            ..self.bank.token_init()
        };
        let token = self.instantiate(obolus_contracts::TOKEN, salt, encode(&token));
        let config = TokenConfig {
            chain: self.bank.ledger.chain(),
            token,
            registry,
            auditor,
        };
        self.tokens.push(Listed::new(config));
    }

    /// Instantiates a contract of frozen code, whose module is uploaded if need be.
    pub fn instantiate(&mut self, wasm: &[u8], salt: [u8; 32], init: Vec<u8>) -> ContractId {
        let contract = self.bank.instantiate(wasm, salt, init);
        self.read();
        contract
    }

    /// A settlement contract that every registrar has approved.
    fn settle_with(&mut self, wasm: &[u8], init: Vec<u8>) -> ContractId {
        let contract = self.instantiate(wasm, [0; 32], init);
        for token in 0..self.tokens.len() {
            let registry = self.tokens[token].config.registry;
            let args = encode(&ApproveContractMsg { contract });
            let body = self.bank.body(registry, "approve_contract", args);
            let approval = signed(body, &self.bank.registrar);
            self.submit(&approval).unwrap();
        }
        contract
    }

    fn join(&mut self, number: usize) {
        let seed = Seed::new([150 + number as u8; 32]);
        self.keys.push(SpendingKey::from_seed(&seed));
        for token in 0..self.tokens.len() {
            let config = self.tokens[token].config;
            let mut wallet = Wallet::new(config, FullViewingKey::from_seed(&seed));
            follow(&self.bank.ledger, &mut wallet);
            let terms = Registration {
                entering: obolus_wallet::Entering::Anew,
                limit: Amount::new(u64::MAX),
                expiry: self.bank.expiry(),
            };
            let view = &self.tokens[token].view;
            let unproven =
                Unproven::<RegisterWitness>::register(view, wallet.keys(), &terms, &mut self.rng);
            let proven = unproven
                .unwrap()
                .prove(self.bank.provers.as_ref(), &self.bank.keys)
                .unwrap();
            let approval = self.bank.registrar.sign(2, &proven.digest());
            let key = &self.keys[number];
            let signed = proven.sign(key, approval, &mut self.rng).unwrap();
            self.tokens[token].wallets.push(wallet);
            self.submit(&signed.into_transaction()).unwrap();
            self.issue(token, number, FLOAT);
        }
    }

    fn issue(&mut self, token: usize, to: usize, amount: u64) {
        let listed = &self.tokens[token];
        let request = IssueRequest {
            to: listed.wallets[to].address(),
            amount: Amount::new(amount),
            text: MemoText::new("issue").unwrap(),
            nonce: listed.view.issue_nonce(),
            expiry: self.bank.expiry(),
        };
        let unproven = Unproven::<IssueWitness>::issue(&listed.view, &request, &mut self.rng);
        let proven = unproven
            .unwrap()
            .prove(self.bank.provers.as_ref(), &self.bank.keys)
            .unwrap();
        let approval = self.bank.issuer.sign(2, &proven.digest());
        let tx = proven.authorise(approval).unwrap().into_transaction();
        self.submit(&tx).unwrap();
    }

    /// Commits a block of one transaction, and lets everybody read it.
    ///
    /// # Errors
    /// The code of the refusal; nothing is committed then.
    pub fn submit(&mut self, tx: &Transaction) -> Result<(), String> {
        self.bank.submit(tx)?;
        self.read();
        Ok(())
    }

    /// Lets time pass: an empty block of this time.
    pub fn wait_until(&mut self, time_ms: u64) {
        self.bank.wait_until(time_ms);
        self.read();
    }

    fn read(&mut self) {
        for listed in &mut self.tokens {
            follow(&self.bank.ledger, &mut listed.view);
            for wallet in &mut listed.wallets {
                follow(&self.bank.ledger, wallet);
            }
        }
    }

    /// The time of the last block, milliseconds since 1970.
    pub fn now(&self) -> u64 {
        self.bank.ledger.tip().time_ms
    }

    /// A member as a deal names it.
    pub fn party(&self, member: usize) -> Party {
        let listed = &self.tokens[USD];
        let owner = listed.wallets[member].address().owner;
        Party::of(listed.view.directory().by_owner(&owner).unwrap()).unwrap()
    }

    /// A member's wallet.
    pub fn wallet(&mut self, token: usize, member: usize) -> &mut Wallet {
        &mut self.tokens[token].wallets[member]
    }

    /// What a member holds.
    pub fn balance(&self, token: usize, member: usize) -> u128 {
        self.tokens[token].wallets[member].balance().total()
    }

    /// Proves and signs as a member.
    pub fn finish(&mut self, draft: &DealDraft, member: usize) -> Transaction {
        let proven = draft
            .prove(self.bank.provers.as_ref(), &self.bank.keys)
            .unwrap();
        let signed = proven.sign(&self.keys[member], Vec::new(), &mut self.rng);
        signed.unwrap().into_transaction()
    }

    /// The sum of what everybody holds of a token, in notes that are not locked.
    pub fn held(&self, token: usize) -> u128 {
        let wallets = &self.tokens[token].wallets;
        wallets.iter().map(|w| w.balance().total()).sum()
    }
}
