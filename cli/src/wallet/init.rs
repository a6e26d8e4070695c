//! Making a wallet, from a fresh seed or from an old one.

use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;
use obolus_abi::PointBytes;
use obolus_protocol::Seed;
use obolus_protocol::address::Network;
use obolus_protocol::audit::AuditorKey;
use obolus_runtime_api::hex;
use obolus_wallet::config::{Token, TokenConfig};
use obolus_wallet::payer::Session;
use obolus_wallet::store::make_private;
use obolus_wallet::{KeyFile, WorkFactor};
use serde::Serialize;

use super::WalletError;
use super::context::{Context, KEY, SETTINGS, SeedText, TOKEN, WalletArgs, client};
use crate::endpoint::NodeSettings;
use crate::secret::{self, Choosing};

/// Arguments of `init`.
#[derive(Args)]
pub struct InitArgs {
    #[command(flatten)]
    common: WalletArgs,
    #[command(flatten)]
    setup: SetupArgs,
    /// Print the seed once, to be kept on paper. Whoever has it can spend.
    #[arg(long)]
    show_seed: bool,
}

/// Arguments of `restore`.
#[derive(Args)]
pub struct RestoreArgs {
    #[command(flatten)]
    common: WalletArgs,
    #[command(flatten)]
    setup: SetupArgs,
    /// File with the seed (obolseed1…). Without it: the environment variable OBOLUS_SEED, or a prompt.
    #[arg(long, value_name = "FILE")]
    seed_file: Option<PathBuf>,
}

#[derive(Args)]
struct SetupArgs {
    /// The token, as its issuer publishes it: chain, contracts and the auditor's key.
    #[arg(long, value_name = "FILE")]
    token: Option<PathBuf>,
    /// Take the node's only token on trust. A node that lies about the auditor's key reads every payment.
    #[arg(long, conflicts_with = "token")]
    trust_node: bool,
    /// Cost of guessing the passphrase: 2^N scrypt rounds.
    #[arg(long, value_name = "N", default_value_t = 18)]
    scrypt: u8,
}

#[derive(Serialize)]
struct Made {
    wallet: PathBuf,
    address: String,
    token: String,
    unit: String,
    chain: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    seed: Option<String>,
}

/// Makes a wallet.
pub fn init(args: &InitArgs) -> Result<(), WalletError> {
    let seed = Seed::generate()?;
    let context = make(&args.common, &args.setup, &seed)?;
    let shown = args
        .show_seed
        .then(|| SeedText::new(&seed).0.as_str().to_owned());
    let mut text = format!(
        "wallet   {}\naddress  {}\ntoken    {} ({})",
        context.root.display(),
        context.address(),
        context.token.name,
        context.token.unit
    );
    if let Some(seed) = &shown {
        text.push_str(&format!(
            "\nseed     {seed}\nKeep the seed on paper: whoever has it can spend."
        ));
    }
    args.common
        .output
        .print("obolus.wallet.init/1", &made(&context, shown), text);
    Ok(())
}

/// Makes a wallet from an old seed and finds its notes.
pub fn restore(args: &RestoreArgs) -> Result<(), WalletError> {
    let text = secret::read(
        args.seed_file.as_deref(),
        "OBOLUS_SEED",
        ("seed", "seed-file"),
        Choosing::No,
    )?;
    let seed = SeedText::parse(&text)?;
    let context = make(&args.common, &args.setup, &seed)?;
    let session = Session::begin(
        &context.directory,
        context.token.config,
        &context.keys,
        &context.client()?,
    )?;
    let notes = session.wallet.notes().iter().count();
    let text = format!(
        "wallet   {}\naddress  {}\nnotes    {notes} found, blocks up to {} read",
        context.root.display(),
        context.address(),
        session.wallet.view().tip()
    );
    args.common
        .output
        .print("obolus.wallet.restore/1", &made(&context, None), text);
    Ok(())
}

fn made(context: &Context, seed: Option<String>) -> Made {
    Made {
        wallet: context.root.clone(),
        address: context.address(),
        token: context.token.config.token.to_string(),
        unit: context.token.unit.clone(),
        chain: context.token.config.chain.to_string(),
        seed,
    }
}

fn make(common: &WalletArgs, setup: &SetupArgs, seed: &Seed) -> Result<Context, WalletError> {
    let root = &common.wallet;
    if root.join(KEY).exists() {
        return Err(WalletError::Exists(root.clone()));
    }
    let work = WorkFactor::new(setup.scrypt)?;
    let settings = common.node.settings();
    let token = match &setup.token {
        Some(path) => Token::read(path)?,
        None if setup.trust_node => trusted_token(&settings)?,
        None => return Err(WalletError::WhichToken),
    };
    let passphrase = common.passphrase.get(Choosing::Yes)?;
    make_private(root).map_err(|error| WalletError::Io(root.clone(), error))?;
    write(&root.join(TOKEN), &token.to_toml())?;
    // Strings always encode.
    write(
        &root.join(SETTINGS),
        &toml::to_string(&settings).unwrap_or_default(),
    )?;
    let file = KeyFile {
        seed: seed.clone(),
        network: token.network,
    };
    // Last: a directory without a key file is no wallet.
    file.create(&root.join(KEY), &passphrase, work)?;
    Context::new(root, token, seed, settings)
}

fn write(path: &Path, text: &str) -> Result<(), WalletError> {
    fs::write(path, text).map_err(|error| WalletError::Io(path.to_owned(), error))
}

/// The node's only token, with whatever auditor key the node says.
fn trusted_token(settings: &NodeSettings) -> Result<Token, WalletError> {
    let client = client(settings)?;
    let version = client.version()?;
    let tokens = client.tokens()?;
    let [token] = tokens.as_slice() else {
        return Err(WalletError::ManyTokens(tokens.len()));
    };
    let registry = client.registry(&token.registry)?;
    let malformed = || WalletError::Client(obolus_wallet::client::ClientError::Malformed);
    let auditor = hex::decode_array(&registry.auditor).map_err(|_| malformed())?;
    eprintln!(
        "warning: token and auditor key are taken from the node on trust; compare {TOKEN} with what the issuer publishes"
    );
    let token = Token {
        config: TokenConfig {
            chain: version.chain,
            token: token.token,
            registry: token.registry,
            auditor: AuditorKey::decode(&PointBytes(auditor)).map_err(|_| malformed())?,
        },
        network: if version.development {
            Network::Test
        } else {
            Network::Main
        },
        name: token.name.clone(),
        unit: token.unit.clone(),
        exponent: token.exponent,
    };
    token.check().map_err(|_| malformed())?;
    Ok(token)
}
