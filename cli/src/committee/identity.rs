//! A member's identity.

use std::path::PathBuf;

use clap::Args;
use obolus_threshold::{Identity, IdentitySeed};
use obolus_wallet::WorkFactor;
use obolus_wallet::committee::{card_text, create_identity};
use obolus_wallet::roles::Protection;
use rand::rngs::OsRng;
use serde::Serialize;

use crate::output::OutputArgs;
use crate::secret::{Choosing, PassphraseArgs};
use crate::wallet::WalletError;

/// Arguments of `identity`.
#[derive(Args)]
pub struct IdentityArgs {
    /// Write the encrypted identity here.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Cost of guessing the passphrase: 2^N scrypt rounds.
    #[arg(long, value_name = "N", default_value_t = 18)]
    scrypt: u8,
    #[command(flatten)]
    passphrase: PassphraseArgs,
    #[command(flatten)]
    output: OutputArgs,
}

#[derive(Serialize)]
struct IdentityOut {
    file: PathBuf,
    identity: String,
}

/// Makes an identity.
pub fn identity(args: &IdentityArgs) -> Result<(), WalletError> {
    let seed = IdentitySeed::random(&mut OsRng);
    let work = WorkFactor::new(args.scrypt)?;
    let protection = Protection::Passphrase(args.passphrase.get(Choosing::Yes)?, work);
    create_identity(&seed, &args.out, &protection)?;
    let out = IdentityOut {
        file: args.out.clone(),
        identity: card_text(Identity::from_seed(&seed).card()),
    };
    let text = format!("identity  {}", out.identity);
    args.output.print("obolus.committee.identity/1", &out, text);
    Ok(())
}
