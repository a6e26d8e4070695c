//! Verifying keys by id, each decoded and linted once.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use obolus_abi::KeyId;
use obolus_verifier::{KeyIdText, VerifyingKey};

use crate::keyfile::key_finding;
use crate::report::{Fault, Finding};

#[cfg(test)]
mod tests;

/// Keys given, and keys that came with bundles. A key's id is the hash of its encoding, so it does not matter who
/// brought it.
#[derive(Debug, Default)]
pub struct Keyring {
    keys: Mutex<BTreeMap<KeyId, Known>>,
}

#[derive(Debug)]
struct Known {
    key: Arc<VerifyingKey>,
    encoding: Vec<u8>,
    /// Given by the caller, so that bundles need not hold it.
    given: bool,
}

impl Keyring {
    /// Adds a key.
    ///
    /// # Errors
    /// A finding if it cannot be encoded, which no key that exists does.
    pub fn add(&self, key: VerifyingKey) -> Result<(), Finding> {
        let encoding = key.encode().map_err(|error| key_finding(&error))?;
        let known = Known {
            key: Arc::new(key),
            encoding,
            given: true,
        };
        let mut keys = self.keys.lock().unwrap_or_else(PoisonError::into_inner);
        keys.insert(known.key.id(), known);
        Ok(())
    }

    /// The key of an id, from the ring or from the bundle that claims it. Ask for accepted ids only: decoding a key
    /// takes as long as verifying several proofs.
    ///
    /// # Errors
    /// A finding if there is none, or if the embedded one is refused or is another.
    pub fn resolve(
        &self,
        id: KeyId,
        embedded: Option<&[u8]>,
    ) -> Result<Arc<VerifyingKey>, Finding> {
        // Held while decoding, so that a key is decoded once however many threads ask.
        let mut keys = self.keys.lock().unwrap_or_else(PoisonError::into_inner);
        // A key that came with one bundle is not there for another: which of them is looked at first is chance.
        match (keys.get(&id), embedded) {
            (Some(known), Some(bytes)) if bytes != known.encoding => return Err(other_key(id)),
            (Some(known), Some(_)) => return Ok(Arc::clone(&known.key)),
            (Some(known), None) if known.given => return Ok(Arc::clone(&known.key)),
            _ => {}
        }
        let Some(bytes) = embedded else {
            return Err(Finding::new(
                Fault::Refused,
                "key_missing",
                format!(
                    "the bundle does not hold its key {}: give it with --key",
                    KeyIdText(id)
                ),
            ));
        };
        // A bad copy must not spoil the good one, nor cost the decoding of many points.
        if VerifyingKey::id_of_encoding(bytes) != id {
            return Err(other_key(id));
        }
        let key = VerifyingKey::decode(bytes).map_err(|error| key_finding(&error))?;
        let key = Arc::new(key);
        keys.insert(
            id,
            Known {
                key: Arc::clone(&key),
                encoding: bytes.to_vec(),
                given: false,
            },
        );
        Ok(key)
    }
}

fn other_key(id: KeyId) -> Finding {
    Finding::new(
        Fault::Refused,
        "key_other",
        format!("the embedded key is not {}", KeyIdText(id)),
    )
}
