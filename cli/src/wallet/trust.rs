//! Trusting an auditor's key of a later epoch.
//!
//! A wallet encrypts every amount to the auditor's key. A node could announce a key of its own, so a new one is trusted
//! only when its holder has confirmed it another way.

use std::path::PathBuf;

use clap::Args;
use obolus_abi::PointBytes;
use obolus_protocol::audit::AuditorKey;
use obolus_runtime_api::hex;
use obolus_wallet::committee::Group;
use obolus_wallet::config::Token;
use obolus_wallet::payer::Session;
use obolus_wallet::store::WalletDir;
use serde::Serialize;

use super::WalletError;
use super::context::WalletArgs;
use crate::output::OutputArgs;

/// Whose key.
#[derive(Args, Clone, Debug)]
#[group(required = true, multiple = false)]
pub struct AuditorArgs {
    /// The auditor's key: 128 hexadecimal digits.
    #[arg(long, value_name = "HEX")]
    auditor: Option<String>,
    /// The group's file of an auditor that is a committee.
    #[arg(long, value_name = "FILE")]
    group: Option<PathBuf>,
}

/// Arguments of `trust-auditor`.
#[derive(Args)]
pub struct TrustArgs {
    #[command(flatten)]
    common: WalletArgs,
    #[command(flatten)]
    key: AuditorArgs,
}

#[derive(Serialize)]
struct TrustOut {
    auditor: String,
    /// Of a committee.
    #[serde(skip_serializing_if = "Option::is_none")]
    fingerprint: Option<String>,
    current: bool,
}

/// Trusts a key.
pub fn trust(args: &TrustArgs) -> Result<(), WalletError> {
    let context = args.common.open()?;
    let client = context.client()?;
    let (directory, config) = (&context.directory, context.token.config);
    let session = Session::begin(directory, config, &context.keys, &client)?;
    let output = ("obolus.wallet.trust-auditor/1", args.common.output);
    trusted(&args.key, (directory, &context.token), session, output)
}

/// Trusts a key in an open wallet.
pub fn trusted(
    key: &AuditorArgs,
    (directory, token): (&WalletDir, &Token),
    mut session: Session<'_>,
    (schema, output): (&'static str, OutputArgs),
) -> Result<(), WalletError> {
    let (key, group) = key.get()?;
    session.wallet.trust_auditor(key);
    directory.save(&token.config, &session.wallet)?;
    let out = TrustOut {
        auditor: hex::encode(&key.encode().0),
        fingerprint: group.map(|group| group.fingerprint().to_string()),
        current: *session.wallet.view().auditor() == key,
    };
    let mut text = match out.current {
        true => "trusted: amounts are encrypted to this key from now on".to_owned(),
        false => "trusted; the registry's current auditor has another key".to_owned(),
    };
    if let Some(fingerprint) = &out.fingerprint {
        text.push_str(&format!(
            "\nfingerprint  {fingerprint}\nCompare it with the one that two members read out to you from `obolus committee show`; \
             if it differs, the file is not theirs: trust the auditor's own again."
        ));
    }
    output.print(schema, &out, text);
    Ok(())
}

impl AuditorArgs {
    /// The key, and the group that has it.
    fn get(&self) -> Result<(AuditorKey, Option<Group>), WalletError> {
        let bad = |reason: String| WalletError::Argument("auditor", reason);
        if let Some(path) = &self.group {
            let text = std::fs::read_to_string(path)
                .map_err(|error| WalletError::Io(path.clone(), error))?;
            let group = Group::from_toml(&text)?;
            let key = group.key().auditor_key();
            return Ok((key.map_err(|error| bad(error.to_string()))?, Some(group)));
        }
        let text = self.auditor.as_deref().unwrap_or_default();
        let bytes = hex::decode_array(text).map_err(|error| bad(error.to_string()))?;
        let key = AuditorKey::decode(&PointBytes(bytes));
        Ok((key.map_err(|error| bad(error.to_string()))?, None))
    }
}
