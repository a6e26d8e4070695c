//! Beginning or reopening the development chain of a data directory.
//!
//! ```text
//! DATA/ledger/          the ledger
//! DATA/dev/*.key        role keys and the auditor's key, in plain text
//! DATA/dev/token.toml   which token; wallets are set up with it
//!
//! with settlement, besides:
//! DATA/dev/eur.toml         the second token
//! DATA/dev/settlement.toml  ids of the settlement contracts, which both registrars have approved
//! ```

use std::fs;
use std::path::{Path, PathBuf};

use obolus_abi::deal::pair::PvpInit;
use obolus_prover::DevSimulator;
use obolus_runtime::ledger::Execution;
use obolus_wallet::CircuitKeys;
use obolus_wallet::config::{Token, TokenConfig};

use super::{
    Authorities, Counter, Desk, DevError, Instrument, NETWORK, deploy, encode, files, genesis,
    list, settle_with,
};

/// File with the ids of the settlement contracts.
const SETTLEMENT: &str = "settlement.toml";

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

/// Opens the development chain in `data`, or begins one: fresh role keys, the USD deposit token deployed; with
/// `settlement` a EUR token and the settlement contracts, too.
///
/// # Errors
/// [`DevError`].
pub fn bootstrap(data: &Path, settlement: bool) -> Result<Bootstrapped, DevError> {
    let (ledger_dir, dev) = (data.join("ledger"), data.join("dev"));
    let token_file = dev.join("token.toml");
    // The token file is written last: without it the rest is a beginning that was cut short.
    if token_file.exists() {
        if settlement && !dev.join(SETTLEMENT).exists() {
            return Err(DevError::NoSettlement(data.to_path_buf()));
        }
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
    let token = published(&desk, config)?;
    if settlement {
        market(&mut desk, &authorities, &keys, config, &dev)?;
    }
    fs::write(&token_file, token.to_toml()).map_err(|error| DevError::Io(token_file, error))?;
    Ok(Bootstrapped {
        ledger: desk.into_execution(),
        token,
        dev,
        fresh: true,
    })
}

/// The token as its file names it.
fn published(desk: &Desk, config: TokenConfig) -> Result<Token, DevError> {
    let settings = desk.state_of(&config.token)?.settings;
    Ok(Token {
        config,
        network: NETWORK,
        name: settings.name,
        unit: settings.unit,
        exponent: settings.exponent,
    })
}

/// Puts a second token and the settlement contracts on the ledger.
fn market(
    desk: &mut Desk,
    authorities: &Authorities,
    keys: &CircuitKeys,
    dollars: TokenConfig,
    dev: &Path,
) -> Result<(), DevError> {
    let euro = Instrument {
        name: "Euro deposit token",
        unit: "EUR",
        exponent: 2,
    };
    let euros = list(desk, authorities, keys, euro)?;
    let ratio_key = keys.ratio.as_ref().ok_or(DevError::NoRatioKey)?.id();
    let pvp = encode(&PvpInit { ratio_key })?;
    let contracts = [
        ("dvp", obolus_contracts::DVP, Vec::new()),
        ("pvp", obolus_contracts::PVP, pvp),
        ("conditional", obolus_contracts::CONDITIONAL, Vec::new()),
        ("standing", obolus_contracts::STANDING, Vec::new()),
        ("netting", obolus_contracts::NETTING, Vec::new()),
    ];
    let mut ids = String::new();
    for (name, wasm, init) in contracts {
        let id = settle_with(desk, authorities, wasm, init, &[dollars, euros])?;
        ids.push_str(&format!("{name} = \"{id}\"\n"));
    }
    let euros = published(desk, euros)?.to_toml();
    for (name, text) in [("eur.toml", euros), (SETTLEMENT, ids)] {
        let path = dev.join(name);
        fs::write(&path, text).map_err(|error| DevError::Io(path, error))?;
    }
    Ok(())
}
