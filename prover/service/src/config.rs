//! The service's configuration file. `docs/prover.example.toml` shows every field with its default.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use obolus_http::server::{
    AccessConfig, AccessError, BadLimit, Clients, ConfigFileError, HttpLimits, Role, Tls,
    TlsConfig, TlsError, read_config,
};
use obolus_prover_queue::Limits;
use serde::Deserialize;

use crate::catalogue::CircuitsConfig;

/// What clients of a proving service may do.
const ROLES: &[Role] = &[Role::Prove, Role::Metrics];

/// Everything that a proving service or a worker is configured with.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProverConfig {
    /// Where to listen.
    #[serde(default = "default_listen")]
    pub listen: SocketAddr,
    /// The secret that witnesses are sealed to and receipts are signed with; every worker of a pool has the same one.
    pub secret: PathBuf,
    /// Encryption; needed beyond loopback.
    pub tls: Option<TlsConfig>,
    /// Who may call; a client is a tenant.
    #[serde(default)]
    pub access: AccessConfig,
    /// Limits of requests and connections.
    #[serde(default = "default_http")]
    pub http: HttpLimits,
    /// Where jobs are kept.
    pub queue: QueueConfig,
    /// What is proved.
    #[serde(default)]
    pub circuits: CircuitsConfig,
    /// How it is proved.
    #[serde(default)]
    pub work: WorkSettings,
    /// How much may wait.
    #[serde(default)]
    pub limits: QueueLimits,
}

/// The `[queue]` section.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "lowercase", tag = "kind")]
pub enum QueueConfig {
    /// A file of this process alone.
    Embedded {
        /// Which.
        path: PathBuf,
    },
    /// A database that several processes share.
    Postgres {
        /// A file with the URL, `postgres://user:password@host/database`.
        url_file: PathBuf,
    },
}

/// The `[work]` section.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct WorkSettings {
    /// Proofs at once; 0 for one a core.
    pub slots: usize,
    /// Whether this process proves; a front end of a pool does not.
    pub enabled: bool,
    /// Memory for proofs being made, besides keys, in MiB; 0 for half of the machine's.
    pub memory_mib: u64,
    /// A worker is lost when it was silent for so long, in milliseconds.
    pub lease_ms: u64,
    /// How often to look for jobs that another process queued, in milliseconds.
    pub poll_ms: u64,
    /// How long proofs that are being made may go on while the process shuts down, in milliseconds.
    pub grace_ms: u64,
    /// How long a job that has ended can be asked for, in seconds.
    pub retention_s: u64,
}

impl Default for WorkSettings {
    fn default() -> Self {
        Self {
            slots: 0,
            enabled: true,
            memory_mib: 0,
            lease_ms: 30_000,
            poll_ms: 500,
            grace_ms: 30_000,
            retention_s: 86_400,
        }
    }
}

impl WorkSettings {
    /// The lease.
    pub(crate) const fn lease(&self) -> Duration {
        Duration::from_millis(self.lease_ms)
    }

    /// Between two looks at the queue.
    pub(crate) const fn poll(&self) -> Duration {
        Duration::from_millis(self.poll_ms)
    }

    /// For proofs at the end.
    pub(crate) const fn grace(&self) -> Duration {
        Duration::from_millis(self.grace_ms)
    }

    /// For jobs that have ended.
    pub(crate) const fn retention(&self) -> Duration {
        Duration::from_secs(self.retention_s)
    }

    /// Proofs at once.
    pub(crate) fn slots(&self) -> usize {
        match self.slots {
            0 => cores(),
            slots => slots,
        }
    }

    fn check(&self) -> Result<(), ConfigError> {
        let rules = [
            (
                (1_000..=3_600_000).contains(&self.lease_ms),
                "lease_ms",
                "from 1000 to 3600000",
            ),
            (
                (10..=60_000).contains(&self.poll_ms),
                "poll_ms",
                "from 10 to 60000",
            ),
            (self.slots <= 1024, "slots", "at most 1024"),
            (self.memory_mib <= 1 << 22, "memory_mib", "at most 4194304"),
            (self.retention_s >= 60, "retention_s", "at least 60"),
        ];
        for (holds, field, range) in rules {
            if !holds {
                return Err(ConfigError::Work { field, range });
            }
        }
        Ok(())
    }
}

/// Processors of this machine that the process may use.
pub(crate) fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// The `[limits]` section: what may wait and run, in all and per tenant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct QueueLimits {
    /// Jobs of all tenants.
    pub jobs: u64,
    /// Bytes of their sealed witnesses.
    pub bytes: u64,
    /// Jobs of one tenant.
    pub tenant_jobs: u64,
    /// Bytes of its sealed witnesses.
    pub tenant_bytes: u64,
}

impl Default for QueueLimits {
    fn default() -> Self {
        Self {
            jobs: 10_000,
            bytes: 4 << 30,
            tenant_jobs: 2_000,
            tenant_bytes: 1 << 30,
        }
    }
}

impl From<QueueLimits> for Limits {
    fn from(limits: QueueLimits) -> Self {
        Self {
            jobs: limits.jobs,
            bytes: limits.bytes,
            tenant_jobs: limits.tenant_jobs,
            tenant_bytes: limits.tenant_bytes,
        }
    }
}

fn default_listen() -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], 8090))
}

/// A witness of a million variables has 32 MiB, and a third more in base64.
fn default_http() -> HttpLimits {
    HttpLimits {
        body_bytes: 64 << 20,
        ..HttpLimits::default()
    }
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
    /// Work.
    #[error("work.{field} must be {range}")]
    Work {
        /// Which field.
        field: &'static str,
        /// Its range.
        range: &'static str,
    },
    /// Queue limits.
    #[error("limits.{0} must be at least 1")]
    Queue(&'static str),
    /// A queue that no worker reaches.
    #[error(
        "work.enabled = false needs queue.kind = \"postgres\": nobody else can reach an embedded queue"
    )]
    NoWorker,
    /// A worker with a queue of its own.
    #[error("a worker needs queue.kind = \"postgres\": an embedded queue belongs to its service")]
    NotShared,
}

impl ProverConfig {
    /// Reads a configuration file. Relative paths in it start at the file's directory.
    ///
    /// # Errors
    /// [`ConfigError`] names the field.
    pub fn read(path: &Path) -> Result<Self, ConfigError> {
        let (mut config, folder) = read_config::<Self>(path)?;
        let resolve = |path: &mut PathBuf| folder.resolve(path);
        resolve(&mut config.secret);
        resolve(&mut config.circuits.key_dir);
        config.circuits.ceremony_dir.iter_mut().for_each(resolve);
        config.circuits.zkey_dir.iter_mut().for_each(resolve);
        match &mut config.queue {
            QueueConfig::Embedded { path } | QueueConfig::Postgres { url_file: path } => {
                resolve(path);
            }
        }
        if let Some(tls) = &mut config.tls {
            tls.resolve(folder);
        }
        Ok(config)
    }

    /// A development service: the protocol's circuits under INSECURE keys, open on a loopback address.
    pub fn development(directory: &Path, key_dir: PathBuf, listen: SocketAddr) -> Self {
        Self {
            listen,
            secret: directory.join("service.secret"),
            tls: None,
            access: AccessConfig {
                open: true,
                clients: Vec::new(),
            },
            http: default_http(),
            queue: QueueConfig::Embedded {
                path: directory.join("queue.sqlite"),
            },
            circuits: CircuitsConfig {
                development: true,
                key_dir,
                ceremony_dir: None,
                zkey_dir: None,
            },
            work: WorkSettings::default(),
            limits: QueueLimits::default(),
        }
    }

    /// Checks what a worker needs.
    ///
    /// # Errors
    /// [`ConfigError`] names the first fault.
    pub fn check_worker(&self) -> Result<(), ConfigError> {
        self.work.check()?;
        match self.queue {
            QueueConfig::Postgres { .. } => Ok(()),
            QueueConfig::Embedded { .. } => Err(ConfigError::NotShared),
        }
    }

    /// Checks everything that a service needs and loads what it names.
    ///
    /// # Errors
    /// [`ConfigError`] names the first fault.
    pub fn check(&self) -> Result<(Clients, Option<Tls>), ConfigError> {
        self.http.check()?;
        self.work.check()?;
        let QueueLimits {
            jobs,
            bytes,
            tenant_jobs,
            tenant_bytes,
        } = self.limits;
        for (limit, field) in [
            (jobs, "jobs"),
            (bytes, "bytes"),
            (tenant_jobs, "tenant_jobs"),
            (tenant_bytes, "tenant_bytes"),
        ] {
            if limit == 0 {
                return Err(ConfigError::Queue(field));
            }
        }
        if !self.work.enabled && matches!(self.queue, QueueConfig::Embedded { .. }) {
            return Err(ConfigError::NoWorker);
        }
        let client_ca = self.tls.as_ref().is_some_and(|tls| tls.client_ca.is_some());
        let address = self.listen.ip();
        let clients = Clients::new(&self.access, ROLES, address, self.tls.is_some(), client_ca)?;
        let tls = self.tls.clone().map(Tls::load).transpose()?;
        Ok((clients, tls))
    }
}

#[cfg(test)]
mod tests;
