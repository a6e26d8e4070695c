//! Tokens beside another on one ledger: the bank's second one, which is the successor of the first, and those of a market.

use obolus_abi::ContractId;
use obolus_abi::system::{AdminPolicy, InstantiateMsg, SYSTEM, UploadMsg};
use obolus_abi::token::TokenInit;
use obolus_chain::contract_id;
use obolus_protocol::tx::SpendSignature;
use obolus_wallet::{TokenConfig, TokenView, Wallet};

use super::{Bank, Member, code_id, encode, follow};

/// A token with its registry.
pub struct Listed {
    /// Where it is.
    pub config: TokenConfig,
    /// Its public side.
    pub view: TokenView,
    /// The members' wallets.
    pub wallets: Vec<Wallet>,
}

impl Listed {
    /// A token that nobody has a wallet of yet.
    pub fn new(config: TokenConfig) -> Self {
        Self {
            config,
            view: TokenView::new(config),
            wallets: Vec::new(),
        }
    }
}

impl Bank {
    /// Instantiates a contract of frozen code, whose module is uploaded if need be.
    pub fn instantiate(&mut self, wasm: &[u8], salt: [u8; 32], init: Vec<u8>) -> ContractId {
        let code = code_id(wasm);
        let upload = encode(&UploadMsg {
            module: wasm.to_vec(),
            source: None,
        });
        let upload = self.operate(SYSTEM, "upload", upload);
        if let Err(refusal) = self.submit(&upload) {
            assert_eq!(refusal, "code_exists");
        }
        let message = InstantiateMsg {
            code,
            salt,
            init,
            admin: AdminPolicy::Frozen,
            quota: None,
        };
        let mut instantiate = self.operate(SYSTEM, "instantiate", encode(&message));
        let possession =
            SpendSignature::possession(&self.auditors[0], &instantiate.id(), &mut self.rng);
        instantiate.spend_signatures.push(possession);
        self.submit(&instantiate).unwrap();
        contract_id(&self.token.chain, &code, &salt)
    }

    /// A token of the same registry into which notes may move, once the operator has named it.
    pub fn list_successor(&mut self) {
        let init = TokenInit {
            predecessor: Some(self.token.token),
            ..self.token_init()
        };
        let token = self.instantiate(obolus_contracts::TOKEN, [1; 32], encode(&init));
        let mut listed = Listed::new(TokenConfig {
            token,
            ..self.token
        });
        follow(&self.ledger, &mut listed.view);
        self.beside.push(listed);
    }

    /// Exchanges the token for one beside it: orders, the view and the members' wallets are of that one then.
    pub fn turn(&mut self, other: usize) {
        let other = &mut self.beside[other];
        std::mem::swap(&mut self.token, &mut other.config);
        std::mem::swap(&mut self.view, &mut other.view);
        for (member, wallet) in self.members.iter_mut().zip(&mut other.wallets) {
            std::mem::swap(&mut member.wallet, wallet);
        }
    }

    /// Takes a member in, with a wallet of each token.
    pub fn welcome(&mut self, mut member: Member) {
        let keys = member.wallet.keys().clone();
        // It may have applied when another token was turned to.
        member.wallet = Wallet::new(self.token, keys.clone());
        let mut wallets = vec![&mut member.wallet];
        for listed in &mut self.beside {
            listed
                .wallets
                .push(Wallet::new(listed.config, keys.clone()));
            wallets.extend(listed.wallets.last_mut());
        }
        for wallet in wallets {
            for auditor in &self.auditors {
                wallet.trust_auditor(auditor.public());
            }
            follow(&self.ledger, wallet);
        }
        self.members.push(member);
    }
}
