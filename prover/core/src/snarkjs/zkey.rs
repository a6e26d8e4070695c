//! Proving keys: from `.zkey` files to tables.
//!
//! `obolus-ceremony` reads the file. B in G1 and the contributions are not used: the first is checked all the same,
//! so that damage shows; the second say how the key was made, which [`obolus_ceremony::verify`] checks with the circuit
//! and the powers of tau.

use ark_bn254::g1;
use ark_ec::AffineRepr;
use ark_ec::short_weierstrass::Affine;
use obolus_ceremony::{Zkey, ZkeyFileError};
use obolus_kernels::{Curve, Multiples, Path, Table};
use obolus_verifier::{CircuitName, KeyError, KeyIdText, KeyOrigin, KeyPoints, VerifyingKey};
use thiserror::Error;

use crate::key::{ProvingKey, Query};
use crate::progress::Progress;
use crate::qap::{Domains, QapError};
use crate::relation::{Factors, Relation, RelationError};

mod coefficients;
#[cfg(test)]
pub(super) mod sample;
#[cfg(test)]
mod tests;

/// Why a file is not a proving key that can be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum ZkeyError {
    /// The file.
    #[error(transparent)]
    File(#[from] ZkeyFileError),
    /// The domain is not the one that snarkjs makes for so many constraints.
    #[error("a domain of {0} points does not fit the constraints; fetch the file again")]
    Domain(usize),
    /// The rows of the public inputs are not where snarkjs puts them.
    #[error("the last rows of matrix A are not the public inputs; make the zkey with snarkjs")]
    InputRows,
    /// The circuit is too large.
    #[error(transparent)]
    Relation(#[from] RelationError),
    /// The circuit is too large for the field.
    #[error(transparent)]
    Qap(#[from] QapError),
    /// The verifier refuses the key.
    #[error("the verifying key in the zkey is refused: {0}")]
    Key(#[from] KeyError),
    /// The zkey and the verifying key that it should have do not belong together.
    #[error(
        "the zkey does not belong to the verifying key {0}; import both again with `obolus ceremony import`"
    )]
    OtherKey(KeyIdText),
    /// A verifying key that no ceremony vouches for.
    #[error("the verifying key is a {0}, not a ceremony key; run `obolus ceremony import`")]
    Origin(KeyOrigin),
    /// Another circuit's key.
    #[error("the zkey is not for this circuit; run the ceremony with `obolus ceremony export`")]
    OtherCircuit,
}

/// [`read_with`] tables of the default size.
#[cfg(test)]
pub(super) fn read(
    circuit: &CircuitName,
    bytes: &[u8],
    progress: &dyn Progress,
) -> Result<(Factors, ProvingKey), ZkeyError> {
    read_with(circuit, bytes, Multiples::default(), progress)
}

/// The circuit's left side, and the key with its tables.
pub(super) fn read_with(
    circuit: &CircuitName,
    bytes: &[u8],
    tables: Multiples,
    progress: &dyn Progress,
) -> Result<(Factors, ProvingKey), ZkeyError> {
    let zkey = Zkey::read(bytes)?;
    let digest = zkey.digest()?;
    let factors = coefficients::read(&zkey, digest)?;
    let domain = zkey.header().domain;
    if Domains::new(&factors)?.size() != domain {
        return Err(ZkeyError::Domain(domain));
    }
    let bases = Bases::read(&zkey)?;
    let verifying_key = VerifyingKey::new(
        circuit.clone(),
        KeyOrigin::Imported,
        zkey.header().public_inputs,
        points(&zkey)?,
    )?;
    let key = bases.key(verifying_key, digest, tables, progress);
    Ok((factors, key))
}

/// The key of one of our circuits out of a ceremony that was verified before, when `key` was made of it.
///
/// Points are checked; whether they are the circuit's is not: a proof is verified under `key` before it leaves the
/// prover, and what other bases could do is in the module on key files.
pub(crate) fn ceremony_key(
    key: &VerifyingKey,
    relation: &Relation,
    bytes: &[u8],
    progress: &dyn Progress,
) -> Result<ProvingKey, ZkeyError> {
    if key.origin() != KeyOrigin::Ceremony {
        return Err(ZkeyError::Origin(key.origin()));
    }
    let zkey = Zkey::read(bytes)?;
    let domain = Domains::new(relation.factors())?.size();
    let header = zkey.header();
    let ours = (relation.variables(), relation.public_inputs(), domain);
    if (header.variables, header.public_inputs, header.domain) != ours {
        return Err(ZkeyError::OtherCircuit);
    }
    if points(&zkey)? != *key.points() {
        return Err(ZkeyError::OtherKey(KeyIdText(key.id())));
    }
    let made = Bases::read(&zkey)?.key(
        key.clone(),
        *relation.digest(),
        Multiples::default(),
        progress,
    );
    if made.fits(relation.factors(), domain) {
        Ok(made)
    } else {
        Err(ZkeyError::OtherCircuit)
    }
}

/// The points of the verifying key.
fn points(zkey: &Zkey<'_>) -> Result<KeyPoints, ZkeyError> {
    let header = zkey.header();
    Ok(KeyPoints {
        alpha_g1: header.alpha_g1,
        beta_g2: header.beta_g2,
        gamma_g2: header.gamma_g2,
        delta_g2: header.delta_g2,
        ic: zkey.ic()?,
    })
}

/// What proving takes of a zkey.
struct Bases {
    a: (Vec<u32>, Vec<ark_bn254::G1Affine>),
    b: (Vec<u32>, Vec<ark_bn254::G2Affine>),
    c: Vec<Affine<g1::Config>>,
}

impl Bases {
    fn read(zkey: &Zkey<'_>) -> Result<Self, ZkeyError> {
        zkey.b1()?;
        let a = zkey.a()?;
        let b = zkey.b2()?;
        let mut c = zkey.c()?;
        c.extend(zkey.h()?);
        Ok(Self {
            a: occurring(a),
            b: occurring(b),
            c,
        })
    }

    fn key(
        self,
        verifying_key: VerifyingKey,
        digest: [u8; 32],
        tables: Multiples,
        progress: &dyn Progress,
    ) -> ProvingKey {
        let Self { a, b, c } = self;
        let total = a.1.len() + b.1.len() + c.len();
        progress.start(verifying_key.circuit(), total as u64);
        let key = ProvingKey {
            digest,
            a: query(a, tables, progress),
            b: query(b, tables, progress),
            c: table(&c, tables, progress),
            verifying_key,
        };
        progress.finish();
        key
    }
}

/// Without the identities of variables that do not occur.
fn occurring<P: Curve>(points: Vec<Affine<P>>) -> (Vec<u32>, Vec<Affine<P>>) {
    (0_u32..)
        .zip(points)
        .filter(|(_, point)| !point.is_zero())
        .unzip()
}

fn query<P: Curve>(
    (variables, bases): (Vec<u32>, Vec<Affine<P>>),
    tables: Multiples,
    progress: &dyn Progress,
) -> Query<P> {
    Query {
        variables,
        bases: table(&bases, tables, progress),
    }
}

fn table<P: Curve>(bases: &[Affine<P>], tables: Multiples, progress: &dyn Progress) -> Table<P> {
    Table::new(bases, tables, Path::best(), &|done| {
        progress.advance(done as u64)
    })
}
