//! Exporting the full viewing key.

use std::path::PathBuf;

use bech32::{Bech32m, Hrp};
use clap::Args;
use serde::Serialize;
use zeroize::Zeroizing;

use super::WalletError;
use super::context::WalletArgs;

const VIEW_KEY: Hrp = Hrp::parse_unchecked("obolfvk");

/// Arguments of `export-view-key`.
#[derive(Args)]
pub struct ExportArgs {
    #[command(flatten)]
    common: WalletArgs,
    /// Write the key to this new file, readable by its owner only; without it, to standard output.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

#[derive(Serialize)]
struct Exported {
    #[serde(skip_serializing_if = "Option::is_none")]
    view_key: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<PathBuf>,
}

/// Writes the full viewing key.
pub fn export(args: &ExportArgs) -> Result<(), WalletError> {
    let context = args.common.open()?;
    let bytes = borsh::to_vec(&context.keys)
        .map(Zeroizing::new)
        .map_err(|error| WalletError::Argument("view key", error.to_string()))?;
    let text = bech32::encode::<Bech32m>(VIEW_KEY, &bytes)
        .map(Zeroizing::new)
        .map_err(|error| WalletError::Argument("view key", error.to_string()))?;
    eprintln!(
        "warning: whoever has the viewing key sees every payment of this wallet, past and future, and when its notes are spent; it cannot spend"
    );
    let out = match &args.out {
        Some(path) => {
            write_private(path, text.as_bytes())?;
            Exported {
                view_key: None,
                file: Some(path.clone()),
            }
        }
        None => Exported {
            view_key: Some(text.as_str().to_owned()),
            file: None,
        },
    };
    let shown = match &out.file {
        Some(path) => format!("written to {}", path.display()),
        None => text.as_str().to_owned(),
    };
    args.common
        .output
        .print("obolus.wallet.export-view-key/1", &out, shown);
    Ok(())
}

/// A new file that only its owner reads.
pub fn write_private(path: &PathBuf, content: &[u8]) -> Result<(), WalletError> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let written = options.open(path).and_then(|mut file| {
        std::io::Write::write_all(&mut file, content)?;
        file.sync_all()
    });
    written.map_err(|error| WalletError::Io(path.clone(), error))
}
