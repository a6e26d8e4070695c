//! The node's configuration file. `docs/node.example.toml` shows every field with its default.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use obolus_http::server::{
    AccessConfig, AccessError, BadLimit, Clients, HttpLimits, Role, Tls, TlsConfig, TlsError,
};
use serde::Deserialize;

use crate::ceremony::CeremonyConfig;
use crate::settings::{BadSetting, SequencingSettings};

/// What clients of a node may do.
const ROLES: &[Role] = &[Role::Read, Role::Submit, Role::Metrics, Role::Operate];

/// Everything that a node is configured with.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NodeConfig {
    /// Where the ledger is kept.
    pub data_dir: PathBuf,
    /// The chain's genesis file; only needed until the data directory has one.
    pub genesis: Option<PathBuf>,
    /// Where to listen.
    #[serde(default = "default_listen")]
    pub listen: SocketAddr,
    /// Encryption; needed beyond loopback.
    pub tls: Option<TlsConfig>,
    /// Who may call.
    #[serde(default)]
    pub access: AccessConfig,
    /// Limits of requests and connections.
    #[serde(default)]
    pub http: HttpLimits,
    /// Mempool and blocks.
    #[serde(default)]
    pub sequencing: SequencingSettings,
    /// The ceremonies of the chain's keys; a production chain does not start without.
    pub ceremony: Option<CeremonyConfig>,
}

fn default_listen() -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], 8080))
}

/// Why a configuration was refused.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file.
    #[error("cannot read the configuration {path}: {source}", path = path.display())]
    Read {
        /// Which.
        path: PathBuf,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// Its content.
    #[error("the configuration {path} is not valid: {reason}", path = path.display())]
    Parse {
        /// Which file.
        path: PathBuf,
        /// What is wrong, and where.
        reason: Box<toml::de::Error>,
    },
    /// Access.
    #[error(transparent)]
    Access(#[from] AccessError),
    /// TLS.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// Limits.
    #[error(transparent)]
    Limit(#[from] BadLimit),
    /// Sequencing.
    #[error(transparent)]
    Setting(#[from] BadSetting),
}

impl NodeConfig {
    /// Reads a configuration file. Relative paths in it start at the file's directory.
    ///
    /// # Errors
    /// [`ConfigError`] names the field.
    pub fn read(path: &Path) -> Result<Self, ConfigError> {
        let text = std::fs::read_to_string(path).map_err(|source| ConfigError::Read {
            path: path.to_path_buf(),
            source,
        })?;
        let mut config: Self = toml::from_str(&text).map_err(|reason| ConfigError::Parse {
            path: path.to_path_buf(),
            reason: Box::new(reason),
        })?;
        let base = path.parent().unwrap_or_else(|| Path::new(""));
        let absolute = |path: &mut PathBuf| *path = base.join(&*path);
        absolute(&mut config.data_dir);
        config.genesis.iter_mut().for_each(absolute);
        if let Some(ceremony) = &mut config.ceremony {
            absolute(&mut ceremony.dir);
        }
        if let Some(tls) = &mut config.tls {
            absolute(&mut tls.certificate);
            absolute(&mut tls.key);
            tls.client_ca.iter_mut().for_each(absolute);
        }
        Ok(config)
    }

    /// A development node: open on a loopback address.
    pub fn development(data_dir: PathBuf, listen: SocketAddr) -> Self {
        Self {
            data_dir,
            genesis: None,
            listen,
            tls: None,
            access: AccessConfig {
                open: true,
                clients: Vec::new(),
            },
            http: HttpLimits::default(),
            sequencing: SequencingSettings::default(),
            ceremony: None,
        }
    }

    /// Checks everything and loads what it names.
    ///
    /// # Errors
    /// [`ConfigError`] names the first fault.
    pub fn check(&self) -> Result<(Clients, Option<Tls>), ConfigError> {
        self.http.check()?;
        self.sequencing.check()?;
        let client_ca = self.tls.as_ref().is_some_and(|tls| tls.client_ca.is_some());
        let address = self.listen.ip();
        let clients = Clients::new(&self.access, ROLES, address, self.tls.is_some(), client_ca)?;
        let tls = self.tls.clone().map(Tls::load).transpose()?;
        Ok((clients, tls))
    }
}

#[cfg(test)]
mod tests;
