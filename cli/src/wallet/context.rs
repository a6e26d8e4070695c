//! An open wallet: its directory, keys, token and node, as the arguments say.

use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use bech32::primitives::decode::CheckedHrpstring;
use bech32::{Bech32m, Hrp};
use clap::Args;
use obolus_abi::token::TokenState;
use obolus_protocol::{FullViewingKey, Seed, SpendingKey};
use obolus_prover::Provers;
use obolus_wallet::client::NodeClient;
use obolus_wallet::config::Token;
use obolus_wallet::payer::{PayError, Payer};
use obolus_wallet::remote::RemoteProver;
use obolus_wallet::store::WalletDir;
use obolus_wallet::{ChainSource, CircuitKeys, KeyFile, Passphrase, ScanError, StatementProver};
use zeroize::Zeroizing;

use super::WalletError;
use crate::dev;
use crate::endpoint::{NodeArgs, NodeSettings, ProverArgs, ProvingKeyArgs};
use crate::output::OutputArgs;
use crate::secret::{Choosing, PassphraseArgs};

/// File names in a wallet's directory.
pub const KEY: &str = "key.age";
pub const SETTINGS: &str = "wallet.toml";
pub const TOKEN: &str = "token.toml";

/// Arguments that every verb has.
#[derive(Args, Clone, Debug, Default)]
pub struct WalletArgs {
    /// The wallet's directory.
    #[arg(
        long,
        value_name = "DIR",
        env = "OBOLUS_WALLET",
        default_value = "wallet"
    )]
    pub wallet: PathBuf,
    #[command(flatten)]
    pub node: NodeArgs,
    #[command(flatten)]
    pub passphrase: PassphraseArgs,
    #[command(flatten)]
    pub output: OutputArgs,
}

/// An unlocked wallet.
pub struct Context {
    /// Its directory.
    pub directory: WalletDir,
    /// The same as a path.
    pub root: PathBuf,
    /// Which token.
    pub token: Token,
    /// Sees.
    pub keys: FullViewingKey,
    /// Signs.
    pub spending: SpendingKey,
    /// Which node.
    pub settings: NodeSettings,
}

impl WalletArgs {
    /// Opens the wallet with its passphrase.
    pub fn open(&self) -> Result<Context, WalletError> {
        Context::check(&self.wallet)?;
        let passphrase = self.passphrase.get(Choosing::No)?;
        Context::open(&self.wallet, &self.node, &passphrase)
    }
}

impl Context {
    /// Whether there is a wallet, before anybody is asked for its passphrase.
    pub fn check(root: &Path) -> Result<(), WalletError> {
        if root.join(KEY).exists() {
            Ok(())
        } else {
            Err(WalletError::NoWallet(root.to_path_buf()))
        }
    }

    /// Opens the wallet of a directory.
    pub fn open(
        root: &Path,
        node: &NodeArgs,
        passphrase: &Passphrase,
    ) -> Result<Self, WalletError> {
        let token = Token::read(&root.join(TOKEN))?;
        let file = KeyFile::open(&root.join(KEY), passphrase)?;
        let saved = read_settings(root)?;
        Self::new(root, token, &file.seed, node.over(&saved))
    }

    /// From parts.
    pub fn new(
        root: &Path,
        token: Token,
        seed: &Seed,
        settings: NodeSettings,
    ) -> Result<Self, WalletError> {
        Ok(Self {
            directory: WalletDir::open(root, seed)?,
            root: root.to_path_buf(),
            token,
            keys: FullViewingKey::from_seed(seed),
            spending: SpendingKey::from_seed(seed),
            settings,
        })
    }

    /// A client of the wallet's node.
    pub fn client(&self) -> Result<NodeClient, WalletError> {
        client(&self.settings).map(|client| client.following_file(&self.token))
    }

    /// The provers of this machine, if the token pins their keys.
    pub fn provers(
        &self,
        client: &NodeClient,
        keys: &ProvingKeyArgs,
    ) -> Result<(Provers, CircuitKeys), WalletError> {
        provers_of(&self.root, client, keys)
    }

    /// A proving service if one is named, otherwise the provers of this machine.
    pub fn prover(
        &self,
        client: &NodeClient,
        args: &ProverArgs,
    ) -> Result<(Box<dyn StatementProver + Sync>, CircuitKeys), WalletError> {
        prover_of(&self.root, client, args)
    }

    /// Makes payments of this wallet.
    pub fn payer<'a>(
        &'a self,
        node: &'a NodeClient,
        (prover, circuits): (&'a dyn StatementProver, &'a CircuitKeys),
        wait: Duration,
        retries: u32,
    ) -> Payer<'a, NodeClient> {
        Payer {
            directory: &self.directory,
            token: self.token.config,
            network: self.token.network,
            keys: &self.keys,
            spending: &self.spending,
            node,
            prover,
            circuits,
            wait,
            retries,
        }
    }

    /// The address that payers use.
    pub fn address(&self) -> String {
        self.keys.address().encode(self.token.network)
    }
}

/// The provers of this machine, if the token that the client follows pins their keys; development keys are kept beside `root`.
pub fn provers_of(
    root: &Path,
    client: &NodeClient,
    keys: &ProvingKeyArgs,
) -> Result<(Provers, CircuitKeys), WalletError> {
    provers_under(root, keys, &token_state(client)?)
}

/// The same for a token in this state.
fn provers_under(
    root: &Path,
    keys: &ProvingKeyArgs,
    token: &TokenState,
) -> Result<(Provers, CircuitKeys), WalletError> {
    let provers = keys.provers(dev::default_directory(root))?;
    let circuits = CircuitKeys::from(&provers);
    let pins = token.settings.pins;
    let ours = [&circuits.transfer, &circuits.issue, &circuits.redeem].map(|key| key.id());
    if [pins.transfer, pins.issue, pins.redeem] != ours {
        return Err(WalletError::OtherKeys);
    }
    Ok((provers, circuits))
}

/// A proving service if one is named, otherwise the provers of this machine.
pub fn prover_of(
    root: &Path,
    client: &NodeClient,
    args: &ProverArgs,
) -> Result<(Box<dyn StatementProver + Sync>, CircuitKeys), WalletError> {
    prover_under(root, client, args, &token_state(client)?)
}

/// The same for a token in this state.
pub fn prover_under(
    root: &Path,
    client: &NodeClient,
    args: &ProverArgs,
    token: &TokenState,
) -> Result<(Box<dyn StatementProver + Sync>, CircuitKeys), WalletError> {
    let Some(service) = args.client()? else {
        let (provers, circuits) = provers_under(root, &args.keys, token)?;
        return Ok((Box::new(provers), circuits));
    };
    let circuits = client.circuit_keys(token)?;
    let remote = RemoteProver::new(service, circuits.clone(), args.patience());
    Ok((Box::new(remote), circuits))
}

/// The state of the token that a client follows.
pub fn token_state(client: &NodeClient) -> Result<TokenState, WalletError> {
    client
        .token_state()
        .map_err(|error| WalletError::Pay(PayError::Scan(ScanError::Source(error))))
}

/// A client of a node.
pub fn client(settings: &NodeSettings) -> Result<NodeClient, WalletError> {
    if settings.node.is_empty() {
        return Err(WalletError::NoNode);
    }
    let endpoint = settings
        .endpoint()
        .map_err(|(path, error)| WalletError::Io(path, error))?;
    Ok(NodeClient::new(&endpoint)?)
}

/// The node that a directory's wallet uses.
pub fn read_settings(root: &Path) -> Result<NodeSettings, WalletError> {
    let path = root.join(SETTINGS);
    let text =
        std::fs::read_to_string(&path).map_err(|error| WalletError::Io(path.clone(), error))?;
    toml::from_str(&text).map_err(|error| WalletError::Settings(path, error.to_string()))
}

/// A seed for people to keep: bech32m, so that a wrong character is noticed.
pub struct SeedText(pub Zeroizing<String>);

const SEED: Hrp = Hrp::parse_unchecked("obolseed");

impl SeedText {
    /// Writes a seed down.
    pub fn new(seed: &Seed) -> Self {
        let text = bech32::encode::<Bech32m>(SEED, seed.expose());
        // 32 bytes always fit.
        Self(Zeroizing::new(text.unwrap_or_default()))
    }

    /// Reads a seed.
    pub fn parse(text: &str) -> Result<Seed, WalletError> {
        let bad = || {
            WalletError::Argument(
                "seed",
                "not a seed: copy the whole text, which starts with obolseed1".into(),
            )
        };
        let checked = CheckedHrpstring::new::<Bech32m>(text.trim()).map_err(|_| bad())?;
        if checked.hrp() != SEED {
            return Err(bad());
        }
        let bytes: Zeroizing<Vec<u8>> = Zeroizing::new(checked.byte_iter().collect());
        let bytes: [u8; 32] = bytes.as_slice().try_into().map_err(|_| bad())?;
        Ok(Seed::new(bytes))
    }
}

/// Never shown by accident.
impl fmt::Debug for SeedText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SeedText(redacted)")
    }
}
