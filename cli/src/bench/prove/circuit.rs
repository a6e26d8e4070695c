//! The circuits that are proved: our transfer, and chains of products of a given length.

use ark_ff::{AdditiveGroup, Field, One};
use obolus_protocol::Fr;
use obolus_prover::{KeyStore, Provable, ProvingKey, Relation, Row, Transfer};
use obolus_r1cs::{assign, shape};
use obolus_verifier::CircuitName;

use crate::bench::BenchError;
use crate::bench::prover::sample;

/// A circuit with values that satisfy it.
pub(super) struct Circuit {
    pub(super) name: String,
    pub(super) relation: Relation,
    /// A, B and C.
    pub(super) matrices: [Vec<Row>; 3],
    pub(super) z: Vec<Fr>,
}

impl Circuit {
    /// The public inputs.
    pub(super) fn inputs(&self) -> &[Fr] {
        self.z
            .get(1..=self.relation.public_inputs())
            .unwrap_or_default()
    }

    /// Its INSECURE development key. Only that of `transfer` is kept.
    pub(super) fn key(&self, store: &KeyStore) -> Result<ProvingKey, BenchError> {
        let refused = |error: String| BenchError::Prove(error);
        if self.name == Transfer::CIRCUIT.to_string() {
            return store
                .development(&Transfer::CIRCUIT, &self.relation, &())
                .map_err(|error| refused(error.to_string()));
        }
        let name = CircuitName::new(&self.name).map_err(|error| refused(error.to_string()))?;
        obolus_prover::development_key(&name, &self.relation, &())
            .map_err(|error| refused(error.to_string()))
    }
}

/// A payment.
pub(super) fn transfer() -> Result<Circuit, BenchError> {
    let payment = sample::payment()?;
    let shape = shape::<Transfer>();
    let inputs = Transfer::public_inputs(&payment.witness, payment.context);
    Ok(Circuit {
        name: Transfer::CIRCUIT.to_string(),
        relation: obolus_prover::relation(&shape).map_err(obolus_prover::PrepareError::from)?,
        matrices: [shape.a().to_vec(), shape.b().to_vec(), shape.c().to_vec()],
        z: assign::<Transfer>(&payment.witness, &inputs).z().to_vec(),
    })
}

/// (xᵢ + 2·xᵢ₋₁ + 3)·xᵢ = xᵢ₊₁ from a public x₀ on: all values are large, as in a hash.
pub(super) fn chain(length: usize) -> Result<Circuit, BenchError> {
    let one = Fr::one();
    let (mut a, mut b, mut c): (Vec<Row>, Vec<Row>, Vec<Row>) = Default::default();
    let mut z = vec![one, Fr::from(5).pow([1_000_u64])];
    let mut before = one;
    for i in 1..=length {
        let last = z.last().copied().unwrap_or(one);
        a.push(vec![(one, i), (Fr::from(2), i - 1), (Fr::from(3), 0)]);
        b.push(vec![(one, i)]);
        c.push(vec![(one, i + 1)]);
        z.push((last + before.double() + Fr::from(3)) * last);
        before = last;
    }
    let digest = *blake3::hash(format!("chain of {length}").as_bytes()).as_bytes();
    let relation = Relation::new(digest, 1, z.len(), &a, &b, &c);
    Ok(Circuit {
        name: format!("chain_{}k", length / 1_000),
        relation: relation.map_err(obolus_prover::PrepareError::from)?,
        matrices: [a, b, c],
        z,
    })
}
