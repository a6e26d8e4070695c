//! The compact form: magic, version, fields with checked lengths, id. Integers are little-endian.
//!
//! ```text
//! "obolprf" 7 · version 1 · circuit (length 1, text) · key id 32
//! key        flag 1 · length 4 · canonical encoding
//! statement  flag 1 · body (length 4, borsh) · token 32 · caller (flag 1, id 32) · entry (length 1, text)
//! made at    flag 1 · milliseconds 8
//! inputs     count 2 · 32 each
//! labels     flag 1 · for each input: length 1, text
//! proof      128 · id 32
//! ```

use obolus_abi::{ContractId, FieldBytes, KeyId};
use obolus_protocol::field::{fr_from_bytes, fr_to_bytes};
use obolus_protocol::tx::{EntryName, TxBody};
use obolus_verifier::{CircuitName, UncheckedProof};

use super::{
    Bundle, BundleError, BundleId, Label, LabelError, MAX_BUNDLE, MadeAt, Statement, VERSION,
    id_of, label,
};

/// Cannot start JSON.
const MAGIC: &[u8; 7] = b"obolprf";

/// Whether bytes start as this form does.
pub(super) fn is_compact(bytes: &[u8]) -> bool {
    bytes.starts_with(MAGIC)
}

/// The encoding without the id.
pub(super) fn fields(bundle: &Bundle) -> Result<Vec<u8>, BundleError> {
    let mut out = Vec::with_capacity(1024);
    out.extend_from_slice(MAGIC);
    out.push(VERSION);
    short_text(&mut out, bundle.circuit.as_str(), "circuit")?;
    out.extend_from_slice(bundle.key_id.as_bytes());
    out.push(u8::from(bundle.key.is_some()));
    if let Some(key) = &bundle.key {
        if key.len() > MAX_BUNDLE {
            return Err(BundleError::KeyTooLong(key.len()));
        }
        long_bytes(&mut out, key)?;
    }
    out.push(u8::from(bundle.statement.is_some()));
    if let Some(statement) = &bundle.statement {
        put_statement(&mut out, statement)?;
    }
    out.push(u8::from(bundle.made_at.is_some()));
    if let Some(MadeAt(ms)) = bundle.made_at {
        out.extend_from_slice(&ms.to_le_bytes());
    }
    let count = bundle.inputs.len();
    let short = u16::try_from(count).map_err(|_| BundleError::Inputs(count))?;
    out.extend_from_slice(&short.to_le_bytes());
    for input in &bundle.inputs {
        out.extend_from_slice(fr_to_bytes(input).as_bytes());
    }
    out.push(u8::from(bundle.labels.is_some()));
    if let Some(labels) = &bundle.labels {
        label::check(&bundle.circuit, labels, count)?;
        for label in labels {
            short_text(&mut out, label.as_str(), "label")?;
        }
    }
    out.extend_from_slice(&bundle.proof.encode()?);
    Ok(out)
}

fn put_statement(out: &mut Vec<u8>, statement: &Statement) -> Result<(), BundleError> {
    long_bytes(out, &body_bytes(&statement.body)?)?;
    out.extend_from_slice(statement.token.as_bytes());
    out.push(u8::from(statement.caller.is_some()));
    if let Some(caller) = &statement.caller {
        check_caller(caller)?;
        out.extend_from_slice(caller.as_bytes());
    }
    short_text(out, statement.entry.as_str(), "entry")
}

/// The body as the protocol encodes it.
pub(super) fn body_bytes(body: &TxBody) -> Result<Vec<u8>, BundleError> {
    borsh::to_vec(body).map_err(|error| BundleError::Body(error.to_string()))
}

/// Reads a body; borsh refuses bytes after it.
pub(super) fn body(bytes: &[u8]) -> Result<TxBody, BundleError> {
    borsh::from_slice(bytes).map_err(|error| BundleError::Body(error.to_string()))
}

/// The id that stands for a user is not a caller: it would be a second encoding of none.
pub(super) fn check_caller(caller: &ContractId) -> Result<(), BundleError> {
    if *caller == obolus_protocol::context::USER {
        return Err(BundleError::CallerIsUser);
    }
    Ok(())
}

fn short_text(out: &mut Vec<u8>, text: &str, what: &'static str) -> Result<(), BundleError> {
    // Every such text has a type that keeps it below 65 bytes.
    let length = u8::try_from(text.len()).map_err(|_| BundleError::Truncated(what))?;
    out.push(length);
    out.extend_from_slice(text.as_bytes());
    Ok(())
}

fn long_bytes(out: &mut Vec<u8>, bytes: &[u8]) -> Result<(), BundleError> {
    let length = u32::try_from(bytes.len()).map_err(|_| BundleError::TooLong)?;
    out.extend_from_slice(&length.to_le_bytes());
    out.extend_from_slice(bytes);
    Ok(())
}

/// Reads a whole bundle.
pub(super) fn decode(bytes: &[u8]) -> Result<(Bundle, BundleId), BundleError> {
    let Some((fields, id)) = bytes.split_last_chunk::<32>() else {
        return Err(BundleError::Truncated("id"));
    };
    let mut reader = Reader(fields.get(MAGIC.len()..).unwrap_or_default());
    let [version] = reader.array("version")?;
    if version != VERSION {
        return Err(BundleError::Version(u64::from(version)));
    }
    let bundle = reader.bundle()?;
    if !reader.0.is_empty() {
        return Err(BundleError::Trailing);
    }
    // Reading took every byte at its one place and refused second encodings, so the id of the bytes is the id of
    // the bundle.
    let computed = id_of(fields);
    if computed.0 != *id {
        return Err(BundleError::Id);
    }
    Ok((bundle, computed))
}

/// What has not been read.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn bundle(&mut self) -> Result<Bundle, BundleError> {
        let circuit = self.circuit()?;
        let key_id = KeyId(self.array("key id")?);
        let key = if self.flag("key")? {
            Some(self.long("key")?.to_vec())
        } else {
            None
        };
        let statement = if self.flag("statement")? {
            Some(self.statement()?)
        } else {
            None
        };
        let made_at = if self.flag("made_at")? {
            Some(MadeAt(u64::from_le_bytes(self.array("made_at")?)))
        } else {
            None
        };
        let count = usize::from(u16::from_le_bytes(self.array("input count")?));
        let bytes = self.take(32 * count, "inputs")?;
        let inputs = bytes
            .as_chunks::<32>()
            .0
            .iter()
            .enumerate()
            .map(|(i, input)| {
                fr_from_bytes(&FieldBytes(*input)).map_err(|_| BundleError::NonCanonicalInput(i))
            });
        let inputs = inputs.collect::<Result<Vec<_>, _>>()?;
        let labels = if self.flag("labels")? {
            let labels = (0..count).map(|_| self.label());
            let labels = labels.collect::<Result<Vec<_>, _>>()?;
            label::check(&circuit, &labels, count)?;
            Some(labels)
        } else {
            None
        };
        let proof = UncheckedProof::decode(&self.array("proof")?)?;
        Ok(Bundle {
            circuit,
            key_id,
            key,
            statement,
            made_at,
            inputs,
            labels,
            proof,
        })
    }

    fn statement(&mut self) -> Result<Statement, BundleError> {
        let body = body(self.long("transaction body")?)?;
        let token = ContractId(self.array("token")?);
        let caller = if self.flag("caller")? {
            let caller = ContractId(self.array("caller")?);
            check_caller(&caller)?;
            Some(caller)
        } else {
            None
        };
        let entry = EntryName::new(self.text("entry")?.unwrap_or_default())?;
        Ok(Statement {
            body,
            token,
            caller,
            entry,
        })
    }

    fn circuit(&mut self) -> Result<CircuitName, BundleError> {
        Ok(CircuitName::new(self.text("circuit")?.unwrap_or_default())?)
    }

    fn label(&mut self) -> Result<Label, BundleError> {
        let text = self.text("label")?.ok_or(LabelError::Form)?;
        Ok(Label::new(text)?)
    }

    /// A short text; none if it is not UTF-8.
    fn text(&mut self, what: &'static str) -> Result<Option<&'a str>, BundleError> {
        let [length] = self.array(what)?;
        let bytes = self.take(usize::from(length), what)?;
        Ok(std::str::from_utf8(bytes).ok())
    }

    fn long(&mut self, what: &'static str) -> Result<&'a [u8], BundleError> {
        let length = u32::from_le_bytes(self.array(what)?);
        let length = usize::try_from(length).map_err(|_| BundleError::Truncated(what))?;
        self.take(length, what)
    }

    fn flag(&mut self, what: &'static str) -> Result<bool, BundleError> {
        match self.array(what)? {
            [0] => Ok(false),
            [1] => Ok(true),
            _ => Err(BundleError::Flag(what)),
        }
    }

    /// Nothing is allocated for a length that the bytes do not back.
    fn take(&mut self, length: usize, what: &'static str) -> Result<&'a [u8], BundleError> {
        let (head, rest) = self
            .0
            .split_at_checked(length)
            .ok_or(BundleError::Truncated(what))?;
        self.0 = rest;
        Ok(head)
    }

    fn array<const N: usize>(&mut self, what: &'static str) -> Result<[u8; N], BundleError> {
        let (head, rest) = self
            .0
            .split_first_chunk::<N>()
            .ok_or(BundleError::Truncated(what))?;
        self.0 = rest;
        Ok(*head)
    }
}
