//! An open treasury: the member, the wallet, the token and the node.

use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Args;
use obolus_protocol::FullViewingKey;
use obolus_wallet::client::NodeClient;
use obolus_wallet::config::Token;
use obolus_wallet::payer::Session;
use obolus_wallet::store::WalletDir;
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
    /// Work in another token than the one of `init`: its token file, as the issuer publishes it. After `migrate` this is the
    /// successor's.
    #[arg(long = "in", value_name = "FILE")]
    pub in_token: Option<PathBuf>,
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
        let settings = self.node.over(&wallet::read_settings(dir)?);
        let mut context = Context::new(treasury, settings, dir)?;
        if let Some(file) = &self.in_token {
            let token = Token::read(file)?;
            let own = &context.token;
            if (token.config.chain, token.network) != (own.config.chain, own.network) {
                return Err(WalletError::Argument(
                    "in",
                    "it is a token of another chain: give the file of one on the treasury's".into(),
                ));
            }
            if token.config.token != context.token.config.token {
                context.treasury = context.treasury.in_token(&token.config.token)?;
                context.token = token;
            }
        }
        Ok(context)
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
        wallet::client(&self.settings).map(|client| client.following_file(&self.token))
    }

    /// The synced wallet; its lock is held.
    pub fn session(&self, client: &NodeClient) -> Result<Session<'_>, WalletError> {
        self.session_of((&self.treasury.wallet, self.keys()), client)
    }

    /// The same without the node, as of the last run.
    pub fn offline(&self) -> Result<Session<'_>, WalletError> {
        let (directory, token) = (&self.treasury.wallet, self.token.config);
        Ok(Session::offline(directory, token, self.keys())?)
    }

    /// The same of another key of the treasury.
    pub fn session_of<'a>(
        &self,
        (directory, keys): (&'a WalletDir, &FullViewingKey),
        client: &NodeClient,
    ) -> Result<Session<'a>, WalletError> {
        Ok(Session::begin(directory, self.token.config, keys, client)?)
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

    /// The address of the key that this one takes over from, if it does.
    pub fn replaces(&self) -> Option<String> {
        let before = self.treasury.past.first()?;
        Some(before.keys.address().encode(self.token.network))
    }

    /// The address that payers use.
    pub fn address(&self) -> String {
        self.keys().address().encode(self.token.network)
    }
}
