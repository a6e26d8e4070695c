//! Nonces drawn ahead: a member keeps them and gives their commitments to whoever prepares proposals, so that signing takes
//! one answer of each member.

use std::collections::{BTreeMap, BTreeSet};

use obolus_runtime_api::hex;
use obolus_threshold::sign::{NonceId, commit_stored};
use obolus_threshold::{Member, NonceCommitments, NonceVault};
use rand::rngs::OsRng;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::directory::SecretBytes;
use super::{CommitteeError, Group, MemberDir};
use crate::store::{StoreError, io};

const SCHEMA: &str = "obolus.nonces/1";
const ASKED: &str = "asked";
const FOLDER: &str = "nonces";
/// Most pairs in one file.
const MAX_PAIRS: u16 = 1_000;

/// A member's commitments to nonces, for whoever prepares proposals. Public.
#[derive(Clone, PartialEq, Eq)]
pub struct NonceFile {
    commitments: Vec<NonceCommitments>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    schema: String,
    commitments: Vec<String>,
}

/// A member's nonces on disk. Hold the directory's lock while using it.
pub(super) struct Vault<'a>(pub(super) &'a MemberDir);

impl NonceVault for Vault<'_> {
    type Error = StoreError;

    fn put(&mut self, id: &NonceId, nonces: &[u8]) -> Result<(), StoreError> {
        self.0.write(&path(id), &SecretBytes(nonces.to_vec()))
    }

    fn take(&mut self, id: &NonceId) -> Result<Option<Zeroizing<Vec<u8>>>, StoreError> {
        let Some(nonces) = self.0.kept(&path(id))? else {
            return Ok(None);
        };
        self.0.remove(&path(id))?;
        Ok(Some(nonces))
    }
}

fn path(id: &NonceId) -> String {
    format!("{FOLDER}/{id}")
}

/// Deletes all nonces: they are of a group that is no more. Hold the directory's lock.
pub(super) fn forget(dir: &MemberDir) -> Result<(), StoreError> {
    let folder = dir.root().join(FOLDER);
    let entries = match std::fs::read_dir(&folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(io("reading", &folder)(error)),
    };
    for entry in entries {
        let name = entry.map_err(io("reading", &folder))?.file_name();
        if let Some(name) = name.to_str() {
            dir.remove(&format!("{FOLDER}/{name}"))?;
        }
    }
    Ok(())
}

/// Draws nonces, keeps them, and returns their commitments.
///
/// # Errors
/// [`CommitteeError`].
pub fn draw(dir: &MemberDir, pairs: u16) -> Result<NonceFile, CommitteeError> {
    if pairs == 0 || pairs > MAX_PAIRS {
        let reason = format!("draw 1 to {MAX_PAIRS} pairs");
        return Err(CommitteeError::Form("nonces", reason));
    }
    let _lock = dir.lock()?;
    let share = dir.share()?;
    let mut vault = Vault(dir);
    let commitments = (0..pairs)
        .map(|_| commit_stored(&mut vault, &share, &mut OsRng))
        .collect::<Result<_, _>>()?;
    Ok(NonceFile { commitments })
}

/// Takes one pair of each of the signers out of their files, never one that was taken before: of `signers`, or of the
/// first members that have some.
///
/// # Errors
/// [`CommitteeError::Nonces`] when too few members have any left.
pub fn choose(
    dir: &MemberDir,
    group: &Group,
    files: &[NonceFile],
    signers: &[Member],
) -> Result<Vec<NonceCommitments>, CommitteeError> {
    let _lock = dir.lock()?;
    let asked: Option<Vec<[u8; 32]>> = dir.read(ASKED)?;
    let mut asked: BTreeSet<_> = asked.unwrap_or_default().into_iter().collect();
    let mut free = BTreeMap::new();
    let mut order = Vec::new();
    for pair in files.iter().flat_map(|file| &file.commitments) {
        let (member, id) = (pair.member(), *pair.id().as_bytes());
        let wanted = signers.is_empty() || signers.contains(&member);
        let usable = wanted && pair.group() == group.key().id() && !asked.contains(&id);
        if usable && !free.contains_key(&member) {
            free.insert(member, *pair);
            order.push(member);
        }
    }
    let needed = group.key().threshold().needed();
    let wanted = match signers {
        [] => usize::from(needed),
        signers => signers.len(),
    };
    order.truncate(wanted);
    if order.len() < wanted || order.len() < usize::from(needed) {
        return Err(CommitteeError::Nonces {
            found: order.len(),
            needed: u8::try_from(wanted).unwrap_or(u8::MAX),
        });
    }
    let chosen: Vec<_> = order
        .iter()
        .filter_map(|member| free.get(member))
        .copied()
        .collect();
    asked.extend(chosen.iter().map(|pair| *pair.id().as_bytes()));
    dir.write(ASKED, &asked.into_iter().collect::<Vec<_>>())?;
    Ok(chosen)
}

impl NonceFile {
    /// The file's text.
    pub fn to_json(&self) -> String {
        let encode = |pair: &NonceCommitments| hex::encode(&pair.to_bytes());
        let file = File {
            schema: SCHEMA.into(),
            commitments: self.commitments.iter().map(encode).collect(),
        };
        // Strings always encode.
        serde_json::to_string_pretty(&file).unwrap_or_default()
    }

    /// Reads the file's text.
    ///
    /// # Errors
    /// [`CommitteeError::Form`], [`CommitteeError::Wire`].
    pub fn from_json(text: &str) -> Result<Self, CommitteeError> {
        let bad = |reason: String| CommitteeError::Form("nonces", reason);
        let file: File = serde_json::from_str(text).map_err(|error| bad(error.to_string()))?;
        if file.schema != SCHEMA || file.commitments.len() > usize::from(MAX_PAIRS) {
            return Err(bad(format!(
                "expected {SCHEMA} with at most {MAX_PAIRS} pairs"
            )));
        }
        let decode = |text: &String| -> Result<NonceCommitments, CommitteeError> {
            let bytes = hex::decode(text).map_err(|error| bad(error.to_string()))?;
            Ok(NonceCommitments::from_bytes(&bytes)?)
        };
        let commitments = file.commitments.iter().map(decode);
        Ok(Self {
            commitments: commitments.collect::<Result<_, _>>()?,
        })
    }

    /// The pairs.
    pub fn commitments(&self) -> &[NonceCommitments] {
        &self.commitments
    }
}

#[cfg(test)]
mod tests;
