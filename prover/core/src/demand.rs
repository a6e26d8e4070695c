//! Proving keys that are read when the first proof needs them.
//!
//! The tables of a circuit have up to 200 MB, and most processes prove one or two of the eight statements. What everybody
//! needs, the verifying key, is known without the tables: a development key's is compiled in, a
//! ceremony's has a file of its own. So a prover begins with that, and the tables are mapped and checked once, at the
//! first proof; what is wrong with them shows there.

use std::path::PathBuf;
use std::sync::{Mutex, OnceLock, PoisonError};

use obolus_verifier::VerifyingKey;
use rayon::ThreadPoolBuilder;

use crate::ceremony::{self, CeremonyStoreError};
use crate::key::ProvingKey;
use crate::progress::Progress;
use crate::prover::PrepareError;
use crate::relation::Relation;
use crate::snarkjs::ceremony_key;
use crate::store::KeyStore;

#[cfg(test)]
mod tests;

/// Where a proving key is.
#[derive(Clone, Debug)]
pub(crate) enum Source {
    /// In a directory of development keys, or made.
    Development(KeyStore),
    /// In a ceremony's `.zkey` file.
    Ceremony(PathBuf),
}

/// A proving key that is there, or will be.
pub(crate) enum Key {
    /// Handed over.
    Held(Box<ProvingKey>),
    /// Read at its first use.
    OnDemand(Box<OnDemand>),
}

/// A proving key whose verifying half is known already.
pub(crate) struct OnDemand {
    verifying_key: VerifyingKey,
    source: Source,
    loaded: OnceLock<ProvingKey>,
    /// Held by whoever reads it, so that it is read once.
    loading: Mutex<()>,
}

impl Key {
    pub(crate) fn held(key: ProvingKey) -> Self {
        Self::Held(Box::new(key))
    }

    /// The key of `source`, which must be the one that `verifying_key` belongs to.
    pub(crate) fn on_demand(verifying_key: VerifyingKey, source: Source) -> Self {
        Self::OnDemand(Box::new(OnDemand {
            verifying_key,
            source,
            loaded: OnceLock::new(),
            loading: Mutex::new(()),
        }))
    }

    /// The verifying half, which is always there.
    pub(crate) fn verifying_key(&self) -> &VerifyingKey {
        match self {
            Self::Held(key) => key.verifying_key(),
            Self::OnDemand(key) => &key.verifying_key,
        }
    }

    /// Whether the tables were read.
    pub(crate) fn is_loaded(&self) -> bool {
        match self {
            Self::Held(_) => true,
            Self::OnDemand(key) => key.loaded.get().is_some(),
        }
    }

    /// The key, read now if it was not. A failure is not kept: the next call tries again.
    ///
    /// # Errors
    /// [`PrepareError`] if the key cannot be read, made or used.
    pub(crate) fn get(
        &self,
        relation: &Relation,
        progress: &dyn Progress,
    ) -> Result<&ProvingKey, PrepareError> {
        let key = match self {
            Self::Held(key) => return Ok(key),
            Self::OnDemand(key) => key,
        };
        if let Some(loaded) = key.loaded.get() {
            return Ok(loaded);
        }
        // Nothing is half done when it is poisoned.
        let _loading = key.loading.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(loaded) = key.loaded.get() {
            return Ok(loaded);
        }
        let loaded = apart(|| key.load(relation, progress))??;
        Ok(key.loaded.get_or_init(|| loaded))
    }
}

impl OnDemand {
    fn load(
        &self,
        relation: &Relation,
        progress: &dyn Progress,
    ) -> Result<ProvingKey, PrepareError> {
        match &self.source {
            Source::Development(store) => {
                let circuit = self.verifying_key.circuit();
                let key = store.development(circuit, relation, progress)?;
                if *key.verifying_key() != self.verifying_key {
                    return Err(PrepareError::OtherKey(circuit.clone()));
                }
                Ok(key)
            }
            Source::Ceremony(path) => {
                let read = ceremony::read(path).map_err(Box::new)?;
                let key = ceremony_key(&self.verifying_key, relation, &read, progress);
                key.map_err(|error| {
                    let error = CeremonyStoreError::Prepare(path.clone(), error.into());
                    Box::new(error).into()
                })
            }
        }
    }
}

/// Works on a thread, and with a pool, of its own. A thread of the caller's pool that waited for parts of the work would
/// take up other proofs meanwhile, and those wait for the very key that is being read.
fn apart<T: Send>(work: impl FnOnce() -> T + Send) -> Result<T, PrepareError> {
    let pool = ThreadPoolBuilder::new().num_threads(rayon::current_num_threads());
    let pool = pool.build()?;
    let done = std::thread::scope(|scope| scope.spawn(|| pool.install(work)).join());
    Ok(done.unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
}
