//! The file form of development keys.
//!
//! A text line that says INSECURE, the circuit's digest, the verifying key, then the bases as raw
//! affine coordinates, and a BLAKE3 hash of everything before it. The hash is checked before
//! anything is read; after that, points are not checked one by one, which makes loading take
//! milliseconds instead of seconds. The hash catches damage only: whoever can write to the key
//! directory can write a fitting hash too. The store compares the verifying key with the one that
//! the circuit's development key has to have, every proof is checked under it, subgroups included,
//! before it leaves the prover, and a proof that passes is a uniform one whatever bases it was summed
//! from (see the proving kernel). What is left to doctored bases is that proving fails, which they
//! can make depend on the witness. Keys from elsewhere must not come through here.

use ark_bn254::Fq;
use ark_ff::{AdditiveGroup, BigInt, Field, PrimeField};
use obolus_verifier::{KeyError, KeyOrigin, VerifyingKey};
use thiserror::Error;

use crate::key::{ProvingKey, Query};
use crate::table::{Curve, Table, Xy};

#[cfg(test)]
mod tests;

/// First bytes of every file; readable with any pager.
const LABEL: &[u8] = b"INSECURE obolus development proving key, version 1: anybody can forge\n";
/// Length of the closing hash.
const HASH: usize = 32;
/// Length of a coordinate in the base field.
const FIELD: usize = 32;

/// Why a file is not a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum KeyFileError {
    /// Another kind of file or another version of this one.
    #[error("not a development key file of this version")]
    Label,
    /// The hash does not fit: truncated, or bytes have changed.
    #[error("the key file is damaged")]
    Damaged,
    /// The hash fits but the content has no meaning.
    #[error("the key file is malformed")]
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
    let mut out = Vec::new();
    out.extend_from_slice(LABEL);
    out.extend_from_slice(&key.digest);
    let verifying_key = key.verifying_key.encode()?;
    put_count(&mut out, verifying_key.len())?;
    out.extend_from_slice(&verifying_key);
    put_query(&mut out, &key.a)?;
    put_query(&mut out, &key.b)?;
    put_table(&mut out, &key.c)?;
    let hash = blake3::hash(&out);
    out.extend_from_slice(hash.as_bytes());
    Ok(out)
}

/// Reads a key back.
///
/// # Errors
/// [`KeyFileError`] unless the bytes are exactly what [`encode`] wrote.
pub(crate) fn decode(bytes: &[u8]) -> Result<ProvingKey, KeyFileError> {
    let body = bytes.strip_prefix(LABEL).ok_or(KeyFileError::Label)?;
    let (body, hash) = body
        .len()
        .checked_sub(HASH)
        .and_then(|at| body.split_at_checked(at))
        .ok_or(KeyFileError::Damaged)?;
    let hashed = bytes
        .get(..bytes.len() - HASH)
        .ok_or(KeyFileError::Damaged)?;
    if blake3::hash(hashed).as_bytes().as_slice() != hash {
        return Err(KeyFileError::Damaged);
    }
    let mut input = Reader(body);
    let digest = input.array()?;
    let length = input.count()?;
    let verifying_key = VerifyingKey::decode(input.bytes(length)?)?;
    if verifying_key.origin() != KeyOrigin::InsecureDevelopment {
        return Err(KeyFileError::Malformed);
    }
    let key = ProvingKey {
        verifying_key,
        digest,
        a: input.query()?,
        b: input.query()?,
        c: input.table()?,
    };
    if input.0.is_empty() {
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
    put_table(out, &query.bases)
}

fn put_table<P: Curve>(out: &mut Vec<u8>, table: &Table<P>) -> Result<(), KeyFileError> {
    out.extend_from_slice(&table.window().to_le_bytes());
    put_count(out, table.len())?;
    put_count(out, table.points().len())?;
    for point in table.points() {
        for coordinate in [&point.x, &point.y] {
            for value in coordinate.to_base_prime_field_elements() {
                put_fq(out, &value);
            }
        }
    }
    Ok(())
}

fn put_fq(out: &mut Vec<u8>, value: &Fq) {
    for limb in value.into_bigint().0 {
        out.extend_from_slice(&limb.to_le_bytes());
    }
}

struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn bytes(&mut self, length: usize) -> Result<&'a [u8], KeyFileError> {
        let (head, rest) = self
            .0
            .split_at_checked(length)
            .ok_or(KeyFileError::Malformed)?;
        self.0 = rest;
        Ok(head)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], KeyFileError> {
        let (head, rest) = self
            .0
            .split_first_chunk::<N>()
            .ok_or(KeyFileError::Malformed)?;
        self.0 = rest;
        Ok(*head)
    }

    fn variable(&mut self) -> Result<u32, KeyFileError> {
        Ok(u32::from_le_bytes(self.array()?))
    }

    fn count(&mut self) -> Result<usize, KeyFileError> {
        Ok(self.variable()? as usize)
    }

    /// `size` is the length of one item: a count that the remaining bytes cannot back is refused
    /// before memory is set aside for it.
    fn list<T>(
        &mut self,
        size: usize,
        read: impl Fn(&mut Self) -> Result<T, KeyFileError>,
    ) -> Result<Vec<T>, KeyFileError> {
        let count = self.count()?;
        if count > self.0.len() / size {
            return Err(KeyFileError::Malformed);
        }
        (0..count).map(|_| read(self)).collect()
    }

    fn fq(&mut self) -> Result<Fq, KeyFileError> {
        let bytes = self.array::<FIELD>()?;
        let (limbs, _) = bytes.as_chunks::<8>();
        let mut integer = [0; 4];
        for (limb, bytes) in integer.iter_mut().zip(limbs) {
            *limb = u64::from_le_bytes(*bytes);
        }
        Fq::from_bigint(BigInt(integer)).ok_or(KeyFileError::Malformed)
    }

    fn query<P: Curve>(&mut self) -> Result<Query<P>, KeyFileError> {
        Ok(Query {
            variables: self.list(4, Reader::variable)?,
            bases: self.table()?,
        })
    }

    fn table<P: Curve>(&mut self) -> Result<Table<P>, KeyFileError> {
        let window = self.variable()?;
        let count = self.count()?;
        let degree = P::BaseField::extension_degree() as usize;
        let points = self.list(2 * degree * FIELD, |input| {
            Ok(Xy {
                x: input.coordinate(degree)?,
                y: input.coordinate(degree)?,
            })
        })?;
        Table::from_parts(window, count, points).ok_or(KeyFileError::Malformed)
    }

    fn coordinate<F>(&mut self, degree: usize) -> Result<F, KeyFileError>
    where
        F: Field<BasePrimeField = Fq>,
    {
        let mut parts = [Fq::ZERO; 2];
        let parts = parts.get_mut(..degree).ok_or(KeyFileError::Malformed)?;
        for part in parts.iter_mut() {
            *part = self.fq()?;
        }
        F::from_base_prime_field_elems(parts.iter().copied()).ok_or(KeyFileError::Malformed)
    }
}
