//! An open treasury: the member, the wallet, the token and the node.

use std::path::Path;
use std::time::Duration;

use clap::Args;
use obolus_protocol::FullViewingKey;
use obolus_wallet::client::NodeClient;
use obolus_wallet::config::Token;
use obolus_wallet::payer::Session;
use obolus_wallet::treasury::{Treasurer, Treasury};

use crate::committee::MemberArgs;
use crate::endpoint::{NodeArgs, NodeSettings};
use crate::wallet::{self, WalletError};

/// File names in a member's directory.
pub const SETTINGS: &str = "wallet.toml";
pub const TOKEN: &str = "token.toml";

/// Arguments that every verb has.
#[derive(Args, Clone, Debug)]
pub struct TreasuryArgs {
    #[command(flatten)]
    pub member: MemberArgs,
    #[command(flatten)]
    pub node: NodeArgs,
}

/// An open treasury.
pub struct Context {
    /// The member and the wallet.
    pub treasury: Treasury,
    /// Which token.
    pub token: Token,
    settings: NodeSettings,
}

impl TreasuryArgs {
    /// Opens the treasury of the member's directory.
    pub fn open(&self) -> Result<Context, WalletError> {
        let dir = &self.member.dir;
        let member = self.member.open()?;
        let treasury = Treasury::open(member)?;
        Context::new(treasury, self.node.over(&wallet::read_settings(dir)?), dir)
    }
}

impl Context {
    /// From parts.
    pub fn new(
        treasury: Treasury,
        settings: NodeSettings,
        dir: &Path,
    ) -> Result<Self, WalletError> {
        Ok(Self {
            treasury,
            token: Token::read(&dir.join(TOKEN))?,
            settings,
        })
    }

    /// Sees everything.
    pub const fn keys(&self) -> &FullViewingKey {
        &self.treasury.keys
    }

    /// A client of the node.
    pub fn client(&self) -> Result<NodeClient, WalletError> {
        wallet::client(&self.settings).map(|client| client.following(self.token.config))
    }

    /// The synced wallet; its lock is held.
    pub fn session(&self, client: &NodeClient) -> Result<Session<'_>, WalletError> {
        let (directory, config) = (&self.treasury.wallet, self.token.config);
        Ok(Session::begin(directory, config, self.keys(), client)?)
    }

    /// Who prepares and submits.
    pub fn treasurer<'a>(&'a self, client: &'a NodeClient, wait: u64) -> Treasurer<'a, NodeClient> {
        Treasurer {
            directory: &self.treasury.wallet,
            token: self.token.config,
            network: self.token.network,
            keys: self.keys(),
            node: client,
            wait: Duration::from_secs(wait),
        }
    }

    /// The address that payers use.
    pub fn address(&self) -> String {
        self.keys().address().encode(self.token.network)
    }
}
