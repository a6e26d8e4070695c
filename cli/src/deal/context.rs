//! The wallets of a deal: one holder's, one for each token, and what they all see.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use obolus_abi::{ContractId, DealId};
use obolus_protocol::amount::{Amount, Exponent};
use obolus_runtime_api::{HexError, hex};
use obolus_wallet::client::NodeClient;
use obolus_wallet::deal::Deal;
use obolus_wallet::payer::Session;
use obolus_wallet::{CircuitKeys, StatementProver, Wallet};

use super::DealError;
use crate::endpoint::{NodeArgs, ProverArgs};
use crate::output::OutputArgs;
use crate::secret::{Choosing, PassphraseArgs};
use crate::wallet::Context;

/// Arguments of every verb that uses wallets.
#[derive(Args, Clone, Debug)]
pub struct DealArgs {
    /// A wallet's directory; give it once for each token of the deal. All are of one seed.
    #[arg(
        long = "wallet",
        value_name = "DIR",
        env = "OBOLUS_WALLET",
        default_value = "wallet"
    )]
    pub wallets: Vec<PathBuf>,
    #[command(flatten)]
    pub node: NodeArgs,
    #[command(flatten)]
    pub passphrase: PassphraseArgs,
    #[command(flatten)]
    pub output: OutputArgs,
}

/// Arguments of verbs that prove and submit.
#[derive(Args, Clone, Debug)]
pub struct WorkArgs {
    #[command(flatten)]
    pub common: DealArgs,
    #[command(flatten)]
    pub prover: ProverArgs,
    /// Wait so many seconds for the block.
    #[arg(long, value_name = "SECONDS", default_value_t = 30, value_parser = clap::value_parser!(u64).range(0..=60))]
    pub wait: u64,
}

/// Unlocked wallets of one holder on one chain, each of another token.
pub struct Desk {
    contexts: Vec<Context>,
}

impl DealArgs {
    /// Opens the wallets; the passphrase is asked for once.
    pub fn open(&self) -> Result<Desk, DealError> {
        for root in &self.wallets {
            Context::check(root)?;
        }
        let passphrase = self.passphrase.get(Choosing::No)?;
        let mut contexts: Vec<Context> = Vec::new();
        for root in &self.wallets {
            let context = Context::open(root, &self.node, &passphrase)?;
            if let Some(first) = contexts.first() {
                if first.keys.owner() != context.keys.owner() {
                    return Err(DealError::OtherHolder(root.clone()));
                }
                if first.token.config.chain != context.token.config.chain {
                    return Err(DealError::OtherChain(root.clone()));
                }
            }
            let token = context.token.config.token;
            if contexts.iter().any(|c| c.token.config.token == token) {
                return Err(DealError::SameToken(root.clone()));
            }
            contexts.push(context);
        }
        Ok(Desk { contexts })
    }
}

impl WorkArgs {
    /// How long to wait for a block.
    pub const fn patience(&self) -> Duration {
        Duration::from_secs(self.wait)
    }
}

impl Desk {
    /// The wallets, in the order of the arguments.
    pub fn contexts(&self) -> &[Context] {
        &self.contexts
    }

    /// The first wallet: its node is asked, its keys are every wallet's.
    pub fn first(&self) -> Result<&Context, DealError> {
        self.contexts
            .first()
            .ok_or(DealError::Wallets("--wallet", "at least one wallet"))
    }

    /// The wallet of a token.
    pub fn of(&self, token: &ContractId) -> Option<&Context> {
        let mut contexts = self.contexts.iter();
        contexts.find(|context| context.token.config.token == *token)
    }

    /// A client of the first wallet's node.
    pub fn client(&self) -> Result<NodeClient, DealError> {
        Ok(self.first()?.client()?)
    }

    /// What proves, and the keys of the first wallet's token.
    pub fn prover(
        &self,
        client: &NodeClient,
        args: &ProverArgs,
    ) -> Result<(Box<dyn StatementProver + Sync>, CircuitKeys), DealError> {
        Ok(self.first()?.prover(client, args)?)
    }

    /// Reads new blocks. The directories are not locked afterwards: what reserves notes locks its own again.
    pub fn sync(&self) -> Result<Vec<Wallet>, DealError> {
        self.contexts.iter().map(sync).collect()
    }

    /// An amount as people write it with its unit; in minor units without the token's wallet.
    pub fn show(&self, token: &ContractId, amount: Amount) -> (String, Option<String>) {
        let Some(context) = self.of(token) else {
            return (amount.get().to_string(), None);
        };
        match Exponent::new(context.token.exponent) {
            Ok(exponent) => (amount.format(exponent), Some(context.token.unit.clone())),
            Err(_) => (amount.get().to_string(), None),
        }
    }
}

/// Reads new blocks of one wallet.
pub fn sync(context: &Context) -> Result<Wallet, DealError> {
    let client = context.client()?;
    let config = context.token.config;
    let session = Session::begin(&context.directory, config, &context.keys, &client)?;
    Ok(session.wallet)
}

/// A deal in the books of these wallets.
pub fn find<'a>(wallets: &'a [Wallet], id: &DealId) -> Result<&'a Deal, DealError> {
    let mut found = wallets.iter().filter_map(|wallet| wallet.deals().get(id));
    found.next().ok_or(DealError::NoDeal(*id))
}

/// The wallet of a token, among synced ones.
pub fn wallet_of<'a>(wallets: &'a [Wallet], token: &ContractId) -> Option<&'a Wallet> {
    wallets
        .iter()
        .find(|wallet| wallet.view().token() == *token)
}

/// Reads an amount of a wallet's token. A unit behind it must be the token's, so that amounts of two tokens are not
/// mixed up.
pub fn amount(name: &'static str, text: &str, context: &Context) -> Result<Amount, DealError> {
    let bad = |reason: String| DealError::Argument(name, reason);
    let (number, unit) = match text.split_once(' ') {
        Some((number, unit)) => (number, Some(unit.trim())),
        None => (text, None),
    };
    if let Some(unit) = unit
        && unit != context.token.unit
    {
        return Err(bad(format!(
            "{text} is not in {}, the unit of {}: give the wallets in the order of payment",
            context.token.unit,
            context.root.display()
        )));
    }
    let exponent = Exponent::new(context.token.exponent).map_err(|error| bad(error.to_string()))?;
    match Amount::parse(number, exponent).map_err(|error| bad(error.to_string()))? {
        Amount::ZERO => Err(bad("it is zero: give at least the smallest unit".into())),
        amount => Ok(amount),
    }
}

/// Reads a deal's id.
pub fn deal_id(text: &str) -> Result<DealId, HexError> {
    hex::decode_array(text).map(DealId)
}

/// Reads a contract's id.
pub fn contract_id(text: &str) -> Result<ContractId, HexError> {
    hex::decode_fixed(text)
}
