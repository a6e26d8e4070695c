//! Proof bundles: a proof with everything that says what it is a proof of.
//!
//! A bundle has one compact encoding; its [`BundleId`] is a hash of that, so a bundle with any bit changed is
//! another one, and says so. The JSON form holds the same fields and the id. What a bundle says is a claim:
//! [`crate::check`] compares the claims with each other, with the key and with the policy.

use std::fmt;

use ark_bn254::Fr;
use obolus_abi::{ChainId, ContractId, KeyId};
use obolus_protocol::tx::{EntryName, TxBody};
use obolus_verifier::snarkjs::JsonError;
use obolus_verifier::{CircuitName, CircuitNameError, ProofError, UncheckedProof};
use thiserror::Error;

mod compact;
mod json;
mod label;

pub(crate) use label::protocol_names;
pub use label::{Label, LabelError};

#[cfg(test)]
pub(crate) mod tests;

/// Domain of the hash that names a bundle.
const ID_DOMAIN: &str = "obolus 2026 proof bundle v1";

/// Longest bundle in either form, in bytes.
pub const MAX_BUNDLE: usize = 256 << 10;

/// Version of both forms.
const VERSION: u8 = 1;

/// Why bytes are not a bundle.
#[derive(Debug, Error)]
pub enum BundleError {
    /// Longer than a bundle can be.
    #[error(
        "longer than a bundle can be, {MAX_BUNDLE} bytes; give one bundle a file, or one a line in a .jsonl file"
    )]
    TooLong,
    /// Neither form starts like this.
    #[error("neither a JSON object nor a compact bundle; give a file made as docs/verify.md says")]
    Start,
    /// A compact bundle ends early, or a length in it is larger than what follows.
    #[error("the compact bundle ends before its {0} does; copy the whole file")]
    Truncated(&'static str),
    /// Bytes follow the end.
    #[error("bytes follow the end of the compact bundle; give one bundle a file")]
    Trailing,
    /// Another version.
    #[error("bundle version {0} is not known; use the release that wrote it")]
    Version(u64),
    /// A byte that can have a few values only has another one.
    #[error("the byte before {0} is neither 0 nor 1; write the bundle again")]
    Flag(&'static str),
    /// Not JSON, or not these fields.
    #[error("the JSON is not a bundle: {0}")]
    Json(#[from] serde_json::Error),
    /// A field with one value only.
    #[error("field {field} must be \"{expected}\"")]
    Field {
        /// Name of the field.
        field: &'static str,
        /// Its only value.
        expected: &'static str,
    },
    /// Not lower-case hexadecimal of the right length.
    #[error("field {0} is not lower-case hexadecimal of the right length")]
    Hex(&'static str),
    /// Not a key id.
    #[error("field key_id is not a key id: {0}")]
    KeyId(#[from] obolus_verifier::KeyIdTextError),
    /// The circuit's name.
    #[error(transparent)]
    Circuit(#[from] CircuitNameError),
    /// The transaction body.
    #[error("the transaction body in the statement is not one: {0}")]
    Body(String),
    /// An entry's name.
    #[error("the entry in the statement is not one: {0}")]
    Entry(#[from] obolus_protocol::tx::TxError),
    /// The immediate caller written as the id that stands for a user.
    #[error("the caller is all zeros; leave it out when a user called")]
    CallerIsUser,
    /// `chain` beside the body says another chain than the body.
    #[error("the statement's chain is not that of its transaction body")]
    Chain,
    /// More public inputs than a key can have.
    #[error("{0} public inputs are more than a key can have")]
    Inputs(usize),
    /// A public input at or above the modulus.
    #[error("public input {0} is not below the modulus; write the least residue")]
    NonCanonicalInput(usize),
    /// Labels of inputs.
    #[error(transparent)]
    Label(#[from] LabelError),
    /// The numbers of proof or public inputs in JSON.
    #[error("{0}")]
    Numbers(#[from] JsonError),
    /// The proof in the compact form.
    #[error(transparent)]
    Proof(#[from] ProofError),
    /// The embedded key is longer than the form allows.
    #[error("the embedded key has {0} bytes; give such a key with --key")]
    KeyTooLong(usize),
    /// The id is that of other contents.
    #[error(
        "the bundle's contents are not those that its id names: it was changed; get it again from its maker"
    )]
    Id,
}

impl BundleError {
    /// Stable name of the kind of error.
    pub fn code(&self) -> &'static str {
        match self {
            Self::TooLong => "bundle_too_long",
            Self::Start => "bundle_form",
            Self::Truncated(_) => "bundle_truncated",
            Self::Trailing => "bundle_trailing",
            Self::Version(_) => "bundle_version",
            Self::Flag(_) | Self::Hex(_) | Self::Field { .. } => "bundle_field",
            Self::Json(_) => "bundle_json",
            Self::KeyId(_) | Self::KeyTooLong(_) => "bundle_key",
            Self::Circuit(_) => "bundle_circuit",
            Self::Body(_) | Self::Entry(_) | Self::CallerIsUser | Self::Chain => "bundle_statement",
            Self::Inputs(_) | Self::NonCanonicalInput(_) => "bundle_inputs",
            Self::Label(_) => "bundle_labels",
            Self::Numbers(_) => "bundle_numbers",
            Self::Proof(_) => "bundle_proof",
            Self::Id => "bundle_id",
        }
    }
}

/// Name of a bundle: BLAKE3 of its compact encoding without the id, in derive-key mode.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BundleId(pub [u8; 32]);

impl fmt::Display for BundleId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&crate::hex::encode(&self.0))
    }
}

impl fmt::Debug for BundleId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// What one of the protocol's proofs is bound to: the call that asks for it. See "Context" in
/// `docs/spec/README.md`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// The transaction's body.
    pub body: TxBody,
    /// The contract that asks whether the proof holds: a token, or for `register` its registry.
    pub token: ContractId,
    /// The contract that called it; none for a user.
    pub caller: Option<ContractId>,
    /// The entry that was called.
    pub entry: EntryName,
}

impl Statement {
    /// The chain that the transaction is for.
    pub fn chain(&self) -> ChainId {
        self.body.chain
    }
}

/// Milliseconds since 1970 that the maker of a bundle says it was made at. Nothing proves it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct MadeAt(pub u64);

/// A proof and its claims.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bundle {
    /// The circuit.
    pub circuit: CircuitName,
    /// The verifying key.
    pub key_id: KeyId,
    /// Canonical encoding of the key, if it travels along. Not decoded here: a key is looked at only if its id is
    /// accepted.
    pub key: Option<Vec<u8>>,
    /// What the proof is bound to.
    pub statement: Option<Statement>,
    /// When it was made.
    pub made_at: Option<MadeAt>,
    /// Public inputs in the statement's order.
    pub inputs: Vec<Fr>,
    /// Names of the public inputs in their order, if they travel along.
    pub labels: Option<Vec<Label>>,
    /// The proof. Whether its B is in the subgroup is found while it is verified.
    pub proof: UncheckedProof,
}

impl Bundle {
    /// Reads either form.
    ///
    /// # Errors
    /// [`BundleError`] for whatever neither [`Self::to_compact`] nor an equivalent of [`Self::to_json`] would have
    /// written.
    pub fn decode(bytes: &[u8]) -> Result<(Self, BundleId), BundleError> {
        if bytes.len() > MAX_BUNDLE {
            return Err(BundleError::TooLong);
        }
        if compact::is_compact(bytes) {
            compact::decode(bytes)
        } else {
            json::decode(bytes)
        }
    }

    /// The id.
    ///
    /// # Errors
    /// [`BundleError`] if a part is longer than the compact form can hold.
    pub fn id(&self) -> Result<BundleId, BundleError> {
        Ok(id_of(&compact::fields(self)?))
    }

    /// The compact form.
    ///
    /// # Errors
    /// [`BundleError`] if a part is longer than the form can hold, or labels do not fit.
    pub fn to_compact(&self) -> Result<Vec<u8>, BundleError> {
        let mut bytes = compact::fields(self)?;
        let id = id_of(&bytes);
        bytes.extend_from_slice(&id.0);
        if bytes.len() > MAX_BUNDLE {
            return Err(BundleError::TooLong);
        }
        Ok(bytes)
    }

    /// The JSON form, on several lines; without line breaks if `one_line`.
    ///
    /// # Errors
    /// As [`Self::to_compact`].
    pub fn to_json(&self, one_line: bool) -> Result<String, BundleError> {
        json::encode(self, one_line)
    }
}

fn id_of(fields: &[u8]) -> BundleId {
    BundleId(blake3::derive_key(ID_DOMAIN, fields))
}
