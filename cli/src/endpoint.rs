//! Which node, which proving service and which proving keys a command uses.

use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Args;
use obolus_prover::{CeremonyStore, CeremonyStoreError, PrepareError, Provers};
use obolus_prover_api::ServiceKeys;
use obolus_prover_api::client::{ProverClient, ProverClientError};
use obolus_wallet::client::{ClientTls, Endpoint};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

/// A node, as given on the command line.
#[derive(Args, Clone, Debug, Default)]
pub struct NodeArgs {
    /// The node's URL.
    #[arg(long, value_name = "URL", env = "OBOLUS_NODE")]
    pub node: Option<String>,
    /// File with the bearer token; without it the environment variable OBOLUS_TOKEN, if set.
    #[arg(long, value_name = "FILE")]
    pub token_file: Option<PathBuf>,
    /// PEM file with the authority that signed the node's certificate.
    #[arg(long, value_name = "FILE")]
    pub ca: Option<PathBuf>,
    /// PEM file with a client certificate.
    #[arg(long, value_name = "FILE", requires = "client_key")]
    pub client_cert: Option<PathBuf>,
    /// PEM file with its key.
    #[arg(long, value_name = "FILE", requires = "client_cert")]
    pub client_key: Option<PathBuf>,
}

/// The same, as a wallet remembers it: no secret, only where secrets are.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NodeSettings {
    /// URL.
    pub node: String,
    /// Bearer token file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token_file: Option<PathBuf>,
    /// Authority.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ca: Option<PathBuf>,
    /// Client certificate.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_cert: Option<PathBuf>,
    /// Its key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_key: Option<PathBuf>,
}

impl NodeArgs {
    /// What the arguments say, and what they leave open as it was.
    pub fn over(&self, saved: &NodeSettings) -> NodeSettings {
        let path = |given: &Option<PathBuf>, saved: &Option<PathBuf>| {
            let absolute = |path: &PathBuf| std::path::absolute(path).unwrap_or(path.clone());
            given.as_ref().map(absolute).or_else(|| saved.clone())
        };
        NodeSettings {
            node: self.node.clone().unwrap_or_else(|| saved.node.clone()),
            token_file: path(&self.token_file, &saved.token_file),
            ca: path(&self.ca, &saved.ca),
            client_cert: path(&self.client_cert, &saved.client_cert),
            client_key: path(&self.client_key, &saved.client_key),
        }
    }

    /// The node of a command that has no wallet.
    pub fn settings(&self) -> NodeSettings {
        self.over(&NodeSettings {
            node: "http://127.0.0.1:8080".into(),
            ..NodeSettings::default()
        })
    }
}

impl NodeSettings {
    /// Reads the token and makes an endpoint.
    ///
    /// # Errors
    /// What the token file's reading gave.
    pub fn endpoint(&self) -> Result<Endpoint, (PathBuf, std::io::Error)> {
        let token = match &self.token_file {
            Some(path) => Some(bearer(path).map_err(|error| (path.clone(), error))?),
            None => std::env::var("OBOLUS_TOKEN").ok().map(Zeroizing::new),
        };
        Ok(Endpoint {
            url: self.node.clone(),
            token,
            tls: ClientTls {
                authority: self.ca.clone(),
                certificate: self.client_cert.clone().zip(self.client_key.clone()),
            },
        })
    }
}

/// A proving service, as given on the command line.
#[derive(Args, Clone, Debug, Default)]
pub struct ProverArgs {
    /// URL of a proving service; without it proofs are made on this machine.
    #[arg(long, value_name = "URL", env = "OBOLUS_PROVER")]
    pub prover: Option<String>,
    /// The service's keys as its operator gave them (obolprover1…); may be left out on this machine only.
    #[arg(
        long,
        value_name = "KEYS",
        env = "OBOLUS_PROVER_KEYS",
        requires = "prover"
    )]
    pub prover_keys: Option<ServiceKeys>,
    /// File with the service's bearer token; without it the environment variable OBOLUS_PROVER_TOKEN, if set.
    #[arg(long, value_name = "FILE", requires = "prover")]
    pub prover_token_file: Option<PathBuf>,
    /// PEM file with the authority that signed the service's certificate.
    #[arg(long, value_name = "FILE", requires = "prover")]
    pub prover_ca: Option<PathBuf>,
    /// Seconds to wait for one proof.
    #[arg(long, value_name = "SECONDS", default_value_t = 300, requires = "prover", value_parser = clap::value_parser!(u64).range(1..=86_400))]
    pub prover_wait: u64,
    #[command(flatten)]
    pub keys: ProvingKeyArgs,
}

/// Which keys proofs are made with on this machine.
#[derive(Args, Clone, Debug, Default)]
pub struct ProvingKeyArgs {
    /// Folder with the ceremony's keys, as `obolus ceremony import` writes it; without it the INSECURE development keys,
    /// which only development chains accept.
    #[arg(long, value_name = "DIR", env = "OBOLUS_CEREMONY_DIR")]
    pub ceremony_dir: Option<PathBuf>,
}

impl ProvingKeyArgs {
    /// Provers with these keys, each read, or made, for its first proof; development keys are kept in `development`.
    ///
    /// # Errors
    /// [`ProvingKeysError`].
    pub fn provers(&self, development: PathBuf) -> Result<Provers, ProvingKeysError> {
        Ok(match &self.ceremony_dir {
            Some(folder) => Provers::ceremony(&CeremonyStore::new(folder))?,
            None => Provers::on_demand(development)?,
        })
    }
}

/// Why there are no proving keys.
#[derive(Debug, thiserror::Error)]
pub enum ProvingKeysError {
    /// Those of a ceremony.
    #[error(transparent)]
    Ceremony(#[from] CeremonyStoreError),
    /// Those for development.
    #[error(transparent)]
    Development(#[from] PrepareError),
}

impl ProverArgs {
    /// A client of the service, if one is named.
    ///
    /// # Errors
    /// [`ProverArgsError`].
    pub fn client(&self) -> Result<Option<ProverClient>, ProverArgsError> {
        let Some(url) = &self.prover else {
            return Ok(None);
        };
        let token = match &self.prover_token_file {
            Some(path) => {
                let token = bearer(path);
                Some(token.map_err(|error| ProverArgsError::Token(path.clone(), error))?)
            }
            None => std::env::var("OBOLUS_PROVER_TOKEN")
                .ok()
                .map(Zeroizing::new),
        };
        let endpoint = Endpoint {
            url: url.clone(),
            token,
            tls: ClientTls {
                authority: self.prover_ca.clone(),
                certificate: None,
            },
        };
        Ok(Some(ProverClient::connect(
            &endpoint,
            self.prover_keys.clone(),
        )?))
    }

    /// How long to wait for one proof.
    pub const fn patience(&self) -> Duration {
        Duration::from_secs(self.prover_wait)
    }
}

/// Why a proving service cannot be asked.
#[derive(Debug, thiserror::Error)]
pub enum ProverArgsError {
    /// The token file.
    #[error("{0}: {1}")]
    Token(PathBuf, std::io::Error),
    /// The service.
    #[error(transparent)]
    Client(#[from] ProverClientError),
}

/// A bearer token out of its file.
pub fn bearer(path: &Path) -> std::io::Result<Zeroizing<String>> {
    let line = crate::secret::first_line(path)?;
    Ok(Zeroizing::new(line.trim().to_owned()))
}
