//! The file form of development keys.
//!
//! A text line that says INSECURE, the circuit's digest, the verifying key, what the tables look like,
//! then at a multiple of 64 bytes the tables in the form of one processor path, and a BLAKE3 hash of
//! everything before it. The hash is checked before anything is read; after that, points are not
//! checked one by one and tables stay where they are, in the mapped file: loading takes as long as
//! hashing. The hash catches damage only: whoever can write to the key
//! directory can write a fitting hash too. The store compares the verifying key with the one that
//! the circuit's development key has to have, every proof is checked under it, subgroups included,
//! before it leaves the prover, and a proof that passes is a uniform one whatever bases it was summed
//! from (see the proving kernel). What is left to doctored bases is that proving fails, which they
//! can make depend on the witness. Keys from elsewhere must not come through here.

use obolus_kernels::{Curve, Path, Shape, Table, Words};
use obolus_verifier::{KeyError, KeyOrigin, VerifyingKey};
use thiserror::Error;

use crate::key::{ProvingKey, Query};

#[cfg(test)]
mod tests;

/// First bytes of every file; readable with any pager.
const LABEL: &[u8] = b"INSECURE obolus development proving key, version 2: anybody can forge\n";
/// Length of the closing hash.
const HASH: usize = 32;
/// Tables start at a multiple of so many bytes: a point of G1 is in one line of the cache.
const LINE: usize = 64;

/// Why a file is not a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum KeyFileError {
    /// Another kind of file or another version of this one.
    #[error("not a development key file of this version")]
    Label,
    /// The hash does not fit: truncated, or bytes have changed.
    #[error("the key file is damaged")]
    Damaged,
    /// The hash fits but the content has no meaning, or is for another kind of processor.
    #[error("the key file is malformed, or made for another kind of processor")]
    Malformed,
    /// The verifying key inside is refused.
    #[error("the verifying key in the file is refused: {0}")]
    Key(#[from] KeyError),
}

/// The file's bytes.
///
/// # Errors
/// [`KeyFileError`] only if the key is no development key or has more than 2³² points.
pub(crate) fn encode(key: &ProvingKey) -> Result<Vec<u8>, KeyFileError> {
    if key.verifying_key.origin() != KeyOrigin::InsecureDevelopment {
        return Err(KeyFileError::Malformed);
    }
    let mut out = Vec::with_capacity(key.table_bytes() + (1 << 20));
    out.extend_from_slice(LABEL);
    out.extend_from_slice(&key.digest);
    let verifying_key = key.verifying_key.encode()?;
    put_count(&mut out, verifying_key.len())?;
    out.extend_from_slice(&verifying_key);
    put_query(&mut out, &key.a)?;
    put_query(&mut out, &key.b)?;
    put_shape(&mut out, &key.c)?;
    out.resize(out.len().next_multiple_of(LINE), 0);
    put_words(&mut out, key.a.bases.words());
    put_words(&mut out, key.b.bases.words());
    put_words(&mut out, key.c.words());
    let hash = blake3::hash(&out);
    out.extend_from_slice(hash.as_bytes());
    Ok(out)
}

/// Reads a key back. `words` gives the numbers from a byte of the file on, where the file is.
///
/// # Errors
/// [`KeyFileError`] unless the bytes are exactly what [`encode`] wrote, on such a processor.
pub(crate) fn decode(
    bytes: &[u8],
    words: &dyn Fn(usize, usize) -> Option<Words>,
) -> Result<ProvingKey, KeyFileError> {
    if !bytes.starts_with(LABEL) {
        return Err(KeyFileError::Label);
    }
    let (hashed, hash) = bytes
        .len()
        .checked_sub(HASH)
        .and_then(|at| bytes.split_at_checked(at))
        .ok_or(KeyFileError::Damaged)?;
    if blake3::hash(hashed).as_bytes().as_slice() != hash {
        return Err(KeyFileError::Damaged);
    }
    let mut input = Reader {
        file: hashed,
        at: 0,
    };
    input.bytes(LABEL.len())?;
    let digest = input.array()?;
    let length = input.count()?;
    let verifying_key = VerifyingKey::decode(input.bytes(length)?)?;
    if verifying_key.origin() != KeyOrigin::InsecureDevelopment {
        return Err(KeyFileError::Malformed);
    }
    let (a, a_shape) = (input.variables()?, input.shape()?);
    let (b, b_shape) = (input.variables()?, input.shape()?);
    let c_shape = input.shape()?;
    let padding = input.at.next_multiple_of(LINE) - input.at;
    if input.bytes(padding)?.iter().any(|byte| *byte != 0) {
        return Err(KeyFileError::Malformed);
    }
    let key = ProvingKey {
        verifying_key,
        digest,
        a: Query {
            variables: a,
            bases: input.table(&a_shape, words)?,
        },
        b: Query {
            variables: b,
            bases: input.table(&b_shape, words)?,
        },
        c: input.table(&c_shape, words)?,
    };
    if input.at == hashed.len() {
        Ok(key)
    } else {
        Err(KeyFileError::Malformed)
    }
}

fn put_count(out: &mut Vec<u8>, count: usize) -> Result<(), KeyFileError> {
    let count = u32::try_from(count).map_err(|_| KeyFileError::Malformed)?;
    out.extend_from_slice(&count.to_le_bytes());
    Ok(())
}

fn put_query<P: Curve>(out: &mut Vec<u8>, query: &Query<P>) -> Result<(), KeyFileError> {
    put_count(out, query.variables.len())?;
    for variable in &query.variables {
        out.extend_from_slice(&variable.to_le_bytes());
    }
    put_shape(out, &query.bases)
}

fn put_shape<P: Curve>(out: &mut Vec<u8>, table: &Table<P>) -> Result<(), KeyFileError> {
    let shape = table.shape();
    let path = match shape.path {
        Path::Portable => 0_u32,
        Path::Avx2 => 1,
        Path::Avx512 => 2,
        Path::Adx => 3,
    };
    for value in [path, shape.window, shape.multiples] {
        out.extend_from_slice(&value.to_le_bytes());
    }
    put_count(out, shape.count)
}

fn put_words(out: &mut Vec<u8>, words: &Words) {
    for word in words.as_slice() {
        out.extend_from_slice(&word.to_le_bytes());
    }
}

struct Reader<'a> {
    file: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    fn bytes(&mut self, length: usize) -> Result<&'a [u8], KeyFileError> {
        let end = self.at.checked_add(length);
        let taken = end.and_then(|end| self.file.get(self.at..end));
        let taken = taken.ok_or(KeyFileError::Malformed)?;
        self.at += length;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], KeyFileError> {
        let bytes = self.bytes(N)?.first_chunk();
        bytes.copied().ok_or(KeyFileError::Malformed)
    }

    fn number(&mut self) -> Result<u32, KeyFileError> {
        Ok(u32::from_le_bytes(self.array()?))
    }

    fn count(&mut self) -> Result<usize, KeyFileError> {
        Ok(self.number()? as usize)
    }

    /// A count that the remaining bytes cannot back is refused before memory is set aside for it.
    fn variables(&mut self) -> Result<Vec<u32>, KeyFileError> {
        let count = self.count()?;
        let bytes = self.bytes(count.checked_mul(4).ok_or(KeyFileError::Malformed)?)?;
        let (numbers, _) = bytes.as_chunks::<4>();
        Ok(numbers
            .iter()
            .map(|number| u32::from_le_bytes(*number))
            .collect())
    }

    fn shape(&mut self) -> Result<Shape, KeyFileError> {
        Ok(Shape {
            path: match self.number()? {
                0 => Path::Portable,
                1 => Path::Avx2,
                2 => Path::Avx512,
                3 => Path::Adx,
                _ => return Err(KeyFileError::Malformed),
            },
            window: self.number()?,
            multiples: self.number()?,
            count: self.count()?,
        })
    }

    fn table<P: Curve>(
        &mut self,
        shape: &Shape,
        words: &dyn Fn(usize, usize) -> Option<Words>,
    ) -> Result<Table<P>, KeyFileError> {
        let length = shape
            .count
            .checked_mul(shape.multiples as usize)
            .and_then(|points| points.checked_mul(Table::<P>::point_words()))
            .ok_or(KeyFileError::Malformed)?;
        let start = self.at;
        self.bytes(length.checked_mul(8).ok_or(KeyFileError::Malformed)?)?;
        words(start, length)
            .and_then(|words| Table::from_parts(shape, words))
            .ok_or(KeyFileError::Malformed)
    }
}
