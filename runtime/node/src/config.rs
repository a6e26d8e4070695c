//! The node's configuration file. `docs/node.example.toml` shows every field with its default.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use obolus_http::server::{
    AccessConfig, AccessError, BadLimit, Clients, ConfigFileError, HttpLimits, Role, Tls,
    TlsConfig, TlsError, read_config,
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
    #[error(transparent)]
    File(#[from] ConfigFileError),
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
        let (mut config, folder) = read_config::<Self>(path)?;
        let resolve = |path: &mut PathBuf| folder.resolve(path);
        resolve(&mut config.data_dir);
        config.genesis.iter_mut().for_each(resolve);
        if let Some(ceremony) = &mut config.ceremony {
            resolve(&mut ceremony.dir);
        }
        if let Some(tls) = &mut config.tls {
            tls.resolve(folder);
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
