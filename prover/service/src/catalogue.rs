//! The circuits that a service proves: the protocol's own, and `.zkey` files of others.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use obolus_protocol::statement::WitnessCodec;
use obolus_prover::snarkjs::{ImportedProver, MAX_FILE_BYTES, ZkeyError};
use obolus_prover::{
    Balance, CeremonyStore, CeremonyStoreError, Issue, PrepareError, Progress, Provable, Prover,
    Provers, Ratio, Redeem, Register, Supply, Transfer, Velocity,
};
use obolus_prover_api::{CircuitList, CircuitView, SealedWitness};
use obolus_verifier::{CircuitName, CircuitNameError, KeyIdText};
use serde::Deserialize;

use crate::proves::Proves;

/// The `[circuits]` section.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct CircuitsConfig {
    /// Whether to prove the protocol's statements under their INSECURE development keys.
    pub development: bool,
    /// Where those keys are kept; made there if they are missing.
    pub key_dir: PathBuf,
    /// Where the ceremonies of the protocol's statements were imported to, see `obolus ceremony import`. Those that are
    /// there are proved under their keys.
    pub ceremony_dir: Option<PathBuf>,
    /// A folder of `<name>.zkey` files, see `obolus keys import`.
    pub zkey_dir: Option<PathBuf>,
}

impl Default for CircuitsConfig {
    fn default() -> Self {
        Self {
            development: false,
            key_dir: "keys".into(),
            ceremony_dir: None,
            zkey_dir: None,
        }
    }
}

/// Why a catalogue could not be loaded.
#[derive(Debug, thiserror::Error)]
pub enum CatalogueError {
    /// Nothing to prove.
    #[error(
        "no circuit is configured: set circuits.development = true, circuits.ceremony_dir to a folder of imported ceremonies, or circuits.zkey_dir to one of .zkey files"
    )]
    Empty,
    /// A development key.
    #[error(transparent)]
    Prepare(#[from] PrepareError),
    /// A ceremony's key.
    #[error(transparent)]
    Ceremony(#[from] CeremonyStoreError),
    /// A file or folder.
    #[error("{path}: {source}", path = path.display())]
    Io {
        /// Which.
        path: PathBuf,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// A file's name.
    #[error("{path}: {source}", path = path.display())]
    Name {
        /// Which file.
        path: PathBuf,
        /// What is wrong with its name.
        source: CircuitNameError,
    },
    /// A file's content.
    #[error("{path}: {source}", path = path.display())]
    Zkey {
        /// Which file.
        path: PathBuf,
        /// What is wrong.
        source: Box<ZkeyError>,
    },
    /// Larger than any key that can be read.
    #[error("{path} has {bytes} bytes, at most {MAX_FILE_BYTES} can be read", path = path.display())]
    TooLarge {
        /// Which file.
        path: PathBuf,
        /// How large.
        bytes: u64,
    },
    /// Two circuits of one name, or two with one key.
    #[error("circuit {0} is there twice, by name or by key: remove one of the two")]
    Twice(String),
}

/// A circuit with what is said of it.
pub(crate) struct Entry {
    pub(crate) name: String,
    pub(crate) key_id: String,
    pub(crate) prover: Arc<dyn Proves>,
    constraints: usize,
    /// Bytes that key and matrices take.
    memory_bytes: usize,
    /// Most bytes that one job takes on all threads.
    alone: usize,
    /// The same on one thread.
    beside_others: usize,
}

impl Entry {
    fn new(prover: Arc<dyn Proves>, threads: usize) -> Result<Self, CatalogueError> {
        let key = prover.verifying_key();
        let (name, key_id) = (key.circuit().to_string(), KeyIdText(key.id()).to_string());
        // The proof, and the witness sealed, opened and decoded.
        let witness = 3 * prover.longest_payload();
        Ok(Self {
            name,
            key_id,
            constraints: prover.constraints()?,
            memory_bytes: prover.memory_bytes()?,
            alone: prover.proof_bytes(threads)? + witness,
            beside_others: prover.proof_bytes(1)? + witness,
            prover,
        })
    }

    /// Most bytes that one job takes, with all threads for it or one.
    pub(crate) const fn job_bytes(&self, alone: bool) -> usize {
        if alone {
            self.alone
        } else {
            self.beside_others
        }
    }

    /// Most bytes of a sealed witness.
    pub(crate) fn longest_sealed(&self) -> usize {
        self.prover.longest_payload() + SealedWitness::OVERHEAD
    }
}

/// All circuits. Never changes while the process runs.
pub struct Catalogue {
    by_key: BTreeMap<String, Entry>,
    threads: usize,
}

impl Catalogue {
    /// Loads every circuit. `threads` is how many a lone proof may use.
    ///
    /// # Errors
    /// [`CatalogueError`] names the circuit or file.
    pub fn load(
        config: &CircuitsConfig,
        threads: usize,
        progress: &dyn Progress,
    ) -> Result<Self, CatalogueError> {
        let mut catalogue = Self {
            by_key: BTreeMap::new(),
            threads,
        };
        if config.development {
            let provers = Provers::development(&config.key_dir, progress)?;
            catalogue.add_own(provers.transfer, progress)?;
            catalogue.add_own(provers.issue, progress)?;
            catalogue.add_own(provers.redeem, progress)?;
            catalogue.add_own(provers.register, progress)?;
            catalogue.add_own(provers.ratio, progress)?;
            catalogue.add_own(provers.balance, progress)?;
            catalogue.add_own(provers.supply, progress)?;
            catalogue.add_own(provers.velocity, progress)?;
        }
        if let Some(folder) = &config.ceremony_dir {
            let store = CeremonyStore::new(folder);
            catalogue.add_ceremony::<Transfer>(&store, progress)?;
            catalogue.add_ceremony::<Issue>(&store, progress)?;
            catalogue.add_ceremony::<Redeem>(&store, progress)?;
            catalogue.add_ceremony::<Register>(&store, progress)?;
            catalogue.add_ceremony::<Ratio>(&store, progress)?;
            catalogue.add_ceremony::<Balance>(&store, progress)?;
            catalogue.add_ceremony::<Supply>(&store, progress)?;
            catalogue.add_ceremony::<Velocity>(&store, progress)?;
        }
        if let Some(folder) = &config.zkey_dir {
            for (name, path) in zkeys(folder)? {
                catalogue.add(Arc::new(read_zkey(&name, &path, progress)?))?;
            }
        }
        if catalogue.by_key.is_empty() {
            return Err(CatalogueError::Empty);
        }
        Ok(catalogue)
    }

    /// A statement under its development key, read now: a service is ready when it answers.
    fn add_own<S>(
        &mut self,
        prover: impl Into<Option<Prover<S>>>,
        progress: &dyn Progress,
    ) -> Result<(), CatalogueError>
    where
        S: Provable<Witness: WitnessCodec> + 'static,
    {
        let Some(prover) = prover.into() else {
            return Ok(());
        };
        prover.load(progress)?;
        self.add(Arc::new(prover))
    }

    /// A statement under its ceremony key, if that was imported.
    fn add_ceremony<S>(
        &mut self,
        store: &CeremonyStore,
        progress: &dyn Progress,
    ) -> Result<(), CatalogueError>
    where
        S: Provable<Witness: WitnessCodec> + 'static,
    {
        if store.has(&S::CIRCUIT) {
            self.add(Arc::new(store.prover::<S>(progress)?))?;
        }
        Ok(())
    }

    fn add(&mut self, prover: Arc<dyn Proves>) -> Result<(), CatalogueError> {
        let entry = Entry::new(prover, self.threads)?;
        if self.find(&entry.name).is_some() || self.by_key.contains_key(&entry.key_id) {
            return Err(CatalogueError::Twice(entry.name));
        }
        self.by_key.insert(entry.key_id.clone(), entry);
        Ok(())
    }

    /// By name or key id.
    pub(crate) fn find(&self, circuit: &str) -> Option<&Entry> {
        let named = || self.by_key.values().find(|entry| entry.name == circuit);
        self.by_key.get(circuit).or_else(named)
    }

    /// All key ids.
    pub fn key_ids(&self) -> Vec<String> {
        self.by_key.keys().cloned().collect()
    }

    /// Bytes of the job that takes most.
    pub fn largest_job(&self) -> usize {
        let bytes = self.by_key.values().map(|entry| entry.job_bytes(true));
        bytes.max().unwrap_or_default()
    }

    /// What clients are told.
    pub fn view(&self) -> CircuitList {
        let mut circuits: Vec<CircuitView> =
            self.by_key.values().map(|e| self.circuit(e)).collect();
        circuits.sort_by(|a, b| a.name.cmp(&b.name));
        CircuitList { circuits }
    }

    fn circuit(&self, entry: &Entry) -> CircuitView {
        let (prover, key) = (&entry.prover, entry.prover.verifying_key());
        CircuitView {
            name: entry.name.clone(),
            key_id: entry.key_id.clone(),
            origin: key.origin().to_string(),
            constraints: entry.constraints,
            public_inputs: key.public_inputs(),
            witness: prover.payload().as_str().into(),
            key_bytes: entry.memory_bytes as u64,
            proof_bytes: entry.job_bytes(true) as u64,
        }
    }
}

/// The `.zkey` files of a folder, by circuit name.
fn zkeys(folder: &Path) -> Result<BTreeMap<CircuitName, PathBuf>, CatalogueError> {
    let io = |path: &Path| {
        let path = path.to_path_buf();
        move |source| CatalogueError::Io { path, source }
    };
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder).map_err(io(folder))? {
        let path = entry.map_err(io(folder))?.path();
        if path.extension().is_none_or(|extension| extension != "zkey") {
            continue;
        }
        let stem = path.file_stem().and_then(|stem| stem.to_str());
        let name = CircuitName::new(stem.unwrap_or_default());
        let name = name.map_err(|source| CatalogueError::Name {
            path: path.clone(),
            source,
        })?;
        found.insert(name, path);
    }
    Ok(found)
}

/// Reads one `.zkey` file.
///
/// # Errors
/// [`CatalogueError`] names the file.
pub fn read_zkey(
    name: &CircuitName,
    path: &Path,
    progress: &dyn Progress,
) -> Result<ImportedProver, CatalogueError> {
    let io = |source| CatalogueError::Io {
        path: path.to_path_buf(),
        source,
    };
    let bytes = fs::metadata(path).map_err(io)?.len();
    if bytes > MAX_FILE_BYTES {
        return Err(CatalogueError::TooLarge {
            path: path.to_path_buf(),
            bytes,
        });
    }
    let file = fs::read(path).map_err(io)?;
    ImportedProver::read(name, &file, progress).map_err(|source| CatalogueError::Zkey {
        path: path.to_path_buf(),
        source: Box::new(source),
    })
}
