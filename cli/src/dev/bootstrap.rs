//! Beginning or reopening the development chain of a data directory.
//!
//! ```text
//! DATA/ledger/          the ledger
//! DATA/dev/*.key        role keys and the auditor's key, in plain text
//! DATA/dev/token.toml   which token; wallets are set up with it
//! ```

use std::fs;
use std::path::{Path, PathBuf};

use obolus_prover::DevSimulator;
use obolus_runtime::ledger::Execution;
use obolus_wallet::config::Token;
use obolus_wallet::{ChainSource, CircuitKeys};

use super::{Authorities, Desk, DevError, NETWORK, deploy, files, genesis};

/// A development chain, open.
pub struct Bootstrapped {
    /// The ledger.
    pub ledger: Execution,
    /// The token on it.
    pub token: Token,
    /// Where the token file and the role keys are.
    pub dev: PathBuf,
    /// Whether it was begun just now.
    pub fresh: bool,
}

/// Opens the development chain in `data`, or begins one: fresh role keys, the USD deposit token deployed.
///
/// # Errors
/// [`DevError`].
pub fn bootstrap(data: &Path) -> Result<Bootstrapped, DevError> {
    let (ledger_dir, dev) = (data.join("ledger"), data.join("dev"));
    let token_file = dev.join("token.toml");
    // The token file is written last: without it the rest is a beginning that was cut short.
    if token_file.exists() {
        return Ok(Bootstrapped {
            ledger: Execution::recover(&ledger_dir)?,
            token: Token::read(&token_file)?,
            dev,
            fresh: false,
        });
    }
    for leftover in [&ledger_dir, &dev] {
        if leftover.exists() {
            fs::remove_dir_all(leftover).map_err(|error| DevError::Io(leftover.clone(), error))?;
        }
    }
    fs::create_dir_all(&dev).map_err(|error| DevError::Io(dev.clone(), error))?;
    let keys = CircuitKeys::from(&DevSimulator::new()?);
    let authorities = Authorities::generate();
    files::write(&authorities, &dev)?;
    let genesis = genesis("obolus-dev", &authorities, &keys)?;
    let mut desk = Desk::open(&ledger_dir, &genesis)?;
    let config = deploy(&mut desk, &authorities, &keys)?;
    let settings = desk.token_state()?.settings;
    let token = Token {
        config,
        network: NETWORK,
        name: settings.name,
        unit: settings.unit,
        exponent: settings.exponent,
    };
    fs::write(&token_file, token.to_toml()).map_err(|error| DevError::Io(token_file, error))?;
    Ok(Bootstrapped {
        ledger: desk.into_execution(),
        token,
        dev,
        fresh: true,
    })
}
