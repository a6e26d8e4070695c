//! The file form of development keys.
//!
//! A text line that says INSECURE, the circuit's digest, the verifying key, then the bases as raw
//! affine coordinates, and a BLAKE3 hash of everything before it. The hash is checked before
//! anything is read; after that, points are not checked one by one, which makes loading take
//! milliseconds instead of seconds. That is enough for keys that this machine wrote itself:
//! damage is caught by the hash, and somebody who can write to the key directory could replace the
//! program as well. Nor can a doctored file make a wrong proof pass: the verifying key is decoded
//! with its full lint, its id is what chains pin, and every proof is checked under it, subgroups
//! included, before it leaves the prover. Keys from elsewhere must not come through here.

use ark_bn254::{Fq, Fq2, G1Affine, G2Affine};
use ark_ec::AffineRepr;
use ark_ff::{AdditiveGroup, BigInt, PrimeField};
use obolus_verifier::{KeyError, KeyOrigin, VerifyingKey};
use thiserror::Error;

use crate::key::{ProvingKey, Query};

#[cfg(test)]
mod tests;

/// First bytes of every file; readable with any pager.
const LABEL: &[u8] = b"INSECURE obolus development proving key, version 1: anybody can forge\n";
/// Length of the closing hash.
const HASH: usize = 32;

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
    put_list(&mut out, &key.a.variables, |out, v| {
        out.extend_from_slice(&v.to_le_bytes());
    })?;
    put_list(&mut out, &key.a.points, put_g1)?;
    put_list(&mut out, &key.b.variables, |out, v| {
        out.extend_from_slice(&v.to_le_bytes());
    })?;
    put_list(&mut out, &key.b.points, put_g2)?;
    put_list(&mut out, &key.c, put_g1)?;
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
        a: Query {
            variables: input.list(4, Reader::variable)?,
            points: input.list(64, Reader::g1)?,
        },
        b: Query {
            variables: input.list(4, Reader::variable)?,
            points: input.list(128, Reader::g2)?,
        },
        c: input.list(64, Reader::g1)?,
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

fn put_list<T>(
    out: &mut Vec<u8>,
    list: &[T],
    put: impl Fn(&mut Vec<u8>, &T),
) -> Result<(), KeyFileError> {
    put_count(out, list.len())?;
    list.iter().for_each(|item| put(out, item));
    Ok(())
}

/// Coordinates as integers; (0, 0), which is not on the curve, stands for the identity. Only a
/// private variable that no constraint mentions has that.
fn put_g1(out: &mut Vec<u8>, point: &G1Affine) {
    let (x, y) = point.xy().unwrap_or((Fq::ZERO, Fq::ZERO));
    put_fq(out, &x);
    put_fq(out, &y);
}

fn put_g2(out: &mut Vec<u8>, point: &G2Affine) {
    for coordinate in [&point.x, &point.y] {
        put_fq(out, &coordinate.c0);
        put_fq(out, &coordinate.c1);
    }
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
        let bytes = self.array::<32>()?;
        let (limbs, _) = bytes.as_chunks::<8>();
        let mut integer = [0; 4];
        for (limb, bytes) in integer.iter_mut().zip(limbs) {
            *limb = u64::from_le_bytes(*bytes);
        }
        Fq::from_bigint(BigInt(integer)).ok_or(KeyFileError::Malformed)
    }

    fn g1(&mut self) -> Result<G1Affine, KeyFileError> {
        let (x, y) = (self.fq()?, self.fq()?);
        if (x, y) == (Fq::ZERO, Fq::ZERO) {
            return Ok(G1Affine::identity());
        }
        Ok(G1Affine::new_unchecked(x, y))
    }

    fn g2(&mut self) -> Result<G2Affine, KeyFileError> {
        let x = Fq2::new(self.fq()?, self.fq()?);
        let y = Fq2::new(self.fq()?, self.fq()?);
        Ok(G2Affine::new_unchecked(x, y))
    }
}
