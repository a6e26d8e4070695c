//! The development setup: keys from a published seed.
//!
//! INSECURE by construction: whoever knows the seed knows the trapdoor and can prove anything.
//! The point is that every machine gets the same keys, so that their ids can be golden values.

use ark_bn254::{Fr, G1Affine, G1Projective, G2Affine, G2Projective};
use ark_ec::scalar_mul::BatchMulPreprocessing;
use ark_ec::{AffineRepr, CurveGroup, PrimeGroup};
use ark_ff::{AdditiveGroup, Field, One, PrimeField};
use obolus_kernels::{Multiples, Path, Table};
use obolus_verifier::{CircuitName, KeyError, KeyOrigin, KeyPoints, VerifyingKey};
use rand::{RngCore, SeedableRng};
use rand_chacha::ChaCha20Rng;
use rayon::prelude::*;
use thiserror::Error;

use crate::key::{ProvingKey, Query};
use crate::progress::Progress;
use crate::qap::{Columns, Domains, QapError};
use crate::relation::Relation;

#[cfg(test)]
pub(crate) mod tests;

/// Derives the seed of a circuit's development key from its digest. Published; changing it changes
/// every development key.
const SEED_DOMAIN: &str = "obolus insecure development setup v1";

/// Points per unit of progress.
const CHUNK: usize = 1024;

/// Why no key was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum SetupError {
    /// The circuit does not fit the field.
    #[error(transparent)]
    Qap(#[from] QapError),
    /// The verifier refuses the key that came out.
    #[error("the new key does not pass the verifier's lint: {0}")]
    Lint(#[from] KeyError),
    /// The trapdoor hit a value that happens with probability 2⁻²³⁰.
    #[error("the seed gives a degenerate trapdoor; change the circuit's digest")]
    Trapdoor,
}

/// Secrets of a setup; public here, because the seed is.
struct Trapdoor {
    alpha: Fr,
    beta: Fr,
    delta: Fr,
    tau: Fr,
}

impl Trapdoor {
    fn of(digest: &[u8; 32]) -> Self {
        let mut rng = ChaCha20Rng::from_seed(blake3::derive_key(SEED_DOMAIN, digest));
        let mut next = || {
            let mut wide = [0; 64];
            rng.fill_bytes(&mut wide);
            Fr::from_le_bytes_mod_order(&wide)
        };
        Self {
            alpha: next(),
            beta: next(),
            delta: next(),
            tau: next(),
        }
    }
}

/// What both halves of a circuit's development key are computed from.
struct Setup {
    trapdoor: Trapdoor,
    domains: Domains,
    columns: Columns,
    /// β·A_j + α·B_j + C_j for every variable.
    joined: Vec<Fr>,
}

impl Setup {
    fn of(relation: &Relation) -> Result<Self, SetupError> {
        let trapdoor = Trapdoor::of(relation.digest());
        let domains = Domains::new(relation.factors())?;
        if trapdoor.tau.pow([domains.size() as u64 * 2]).is_one() {
            return Err(SetupError::Trapdoor);
        }
        let columns = domains.columns_at(relation, trapdoor.tau);
        let Columns { a, b, c } = &columns;
        let joined = a
            .iter()
            .zip(b)
            .zip(c)
            .map(|((a, b), c)| trapdoor.beta * a + trapdoor.alpha * b + c)
            .collect();
        Ok(Self {
            trapdoor,
            domains,
            columns,
            joined,
        })
    }

    fn verifying_key(
        &self,
        circuit: &CircuitName,
        relation: &Relation,
    ) -> Result<VerifyingKey, SetupError> {
        let in_g1 = |scalar: &Fr| (G1Affine::generator() * scalar).into_affine();
        let in_g2 = |scalar: &Fr| (G2Affine::generator() * scalar).into_affine();
        let public = self.joined.iter().take(relation.public_inputs() + 1);
        let key = VerifyingKey::new(
            circuit.clone(),
            KeyOrigin::InsecureDevelopment,
            relation.public_inputs(),
            KeyPoints {
                alpha_g1: in_g1(&self.trapdoor.alpha),
                beta_g2: in_g2(&self.trapdoor.beta),
                gamma_g2: G2Affine::generator(),
                delta_g2: in_g2(&self.trapdoor.delta),
                ic: public.map(in_g1).collect(),
            },
        )?;
        Ok(key)
    }
}

/// The verifying half of a circuit's development key: what one read from a file has to be. Takes
/// milliseconds.
///
/// # Errors
/// As [`development_key`].
pub(crate) fn development_verifying_key(
    circuit: &CircuitName,
    relation: &Relation,
) -> Result<VerifyingKey, SetupError> {
    Setup::of(relation)?.verifying_key(circuit, relation)
}

/// A development key with what its published trapdoor says of it.
pub(crate) struct Opened {
    pub(crate) key: VerifyingKey,
    /// α·β.
    pub(crate) alpha_beta: Fr,
    /// 1/δ.
    pub(crate) delta_inverse: Fr,
    /// Logarithms of the key's points for the constant 1 and each public input.
    ic: Vec<Fr>,
}

impl Opened {
    /// Of a circuit's development key. Takes milliseconds.
    pub(crate) fn development(
        circuit: &CircuitName,
        relation: &Relation,
    ) -> Result<Self, SetupError> {
        let setup = Setup::of(relation)?;
        let Trapdoor {
            alpha, beta, delta, ..
        } = setup.trapdoor;
        Ok(Self {
            key: setup.verifying_key(circuit, relation)?,
            alpha_beta: alpha * beta,
            delta_inverse: delta.inverse().ok_or(SetupError::Trapdoor)?,
            ic: setup
                .joined
                .into_iter()
                .take(relation.public_inputs() + 1)
                .collect(),
        })
    }

    /// The logarithm of what the public inputs add up to.
    pub(crate) fn public(&self, inputs: &[Fr]) -> Fr {
        let values = std::iter::once(Fr::one()).chain(inputs.iter().copied());
        self.ic
            .iter()
            .zip(values)
            .map(|(ic, value)| *ic * value)
            .sum()
    }
}

/// Makes the development key of a circuit. γ is the generator, as in keys from snarkjs.
///
/// # Errors
/// [`SetupError`] if the circuit is too large or its key does not pass the lint (a public input
/// that is a copy of another one, for instance).
pub fn development_key(
    circuit: &CircuitName,
    relation: &Relation,
    progress: &dyn Progress,
) -> Result<ProvingKey, SetupError> {
    development_key_with(circuit, relation, Multiples::default(), progress)
}

/// [`development_key`] with tables of a chosen size.
///
/// # Errors
/// As [`development_key`].
pub fn development_key_with(
    circuit: &CircuitName,
    relation: &Relation,
    tables: Multiples,
    progress: &dyn Progress,
) -> Result<ProvingKey, SetupError> {
    let setup = Setup::of(relation)?;
    let verifying_key = setup.verifying_key(circuit, relation)?;
    let delta = setup.trapdoor.delta;
    let inverse = delta.inverse().ok_or(SetupError::Trapdoor)?;
    let private = setup.joined.iter().skip(relation.public_inputs() + 1);
    let lagrange = setup.domains.odd_lagrange_at(setup.trapdoor.tau);
    let c_scalars: Vec<Fr> = private.chain(&lagrange).map(|x| *x * inverse).collect();
    let (a_variables, a_scalars) = non_zero(&setup.columns.a);
    let (b_variables, b_scalars) = non_zero(&setup.columns.b);

    let in_g1 = c_scalars.len() + a_scalars.len();
    let tabled = in_g1 + b_scalars.len();
    progress.start(circuit, (in_g1 + b_scalars.len() + tabled) as u64);
    let g1 = BatchMulPreprocessing::new(G1Projective::generator(), in_g1);
    let g2 = BatchMulPreprocessing::new(G2Projective::generator(), b_scalars.len().max(1));
    let multiply = |scalars: &[Fr]| multiples(&g1, scalars, progress);
    let path = Path::best();
    let done = |bases: usize| progress.advance(bases as u64);
    let table = |bases: &[G1Affine]| Table::new(bases, tables, path, &done);
    let c = table(&multiply(&c_scalars));
    let a = Query {
        variables: a_variables,
        bases: table(&multiply(&a_scalars)),
    };
    let b = Query {
        variables: b_variables,
        bases: Table::new(&multiples(&g2, &b_scalars, progress), tables, path, &done),
    };
    progress.finish();

    Ok(ProvingKey {
        verifying_key,
        digest: *relation.digest(),
        a,
        b,
        c,
    })
}

/// The variables that a polynomial is not zero for, and its values there.
fn non_zero(columns: &[Fr]) -> (Vec<u32>, Vec<Fr>) {
    (0_u32..)
        .zip(columns)
        .filter(|(_, value)| **value != Fr::ZERO)
        .map(|(variable, value)| (variable, *value))
        .unzip()
}

fn multiples<G>(
    table: &BatchMulPreprocessing<G>,
    scalars: &[Fr],
    progress: &dyn Progress,
) -> Vec<G::MulBase>
where
    G: ark_ec::scalar_mul::ScalarMul<ScalarField = Fr>,
{
    scalars
        .par_chunks(CHUNK)
        .map(|chunk| {
            let points = table.batch_mul(chunk);
            progress.advance(chunk.len() as u64);
            points
        })
        .collect::<Vec<_>>()
        .concat()
}
