//! The same circuits under `ark-groth16`, for comparison.

use ark_bn254::Bn254;
use ark_ff::UniformRand;
use ark_groth16::r1cs_to_qap::LibsnarkReduction;
use ark_groth16::{Groth16, ProvingKey};
use ark_relations::gr1cs::{
    ConstraintSynthesizer, ConstraintSystemRef, LinearCombination, SynthesisError, Variable,
};
use ark_serialize::CanonicalSerialize;
use obolus_protocol::Fr;
use obolus_prover::Row;
use rand::rngs::OsRng;
use rayon::ThreadPool;

use super::circuit::Circuit;
use super::timed;
use super::turns::{Turn, Who};
use crate::bench::BenchError;

type Ark = Groth16<Bn254, LibsnarkReduction>;

/// The library's key for a circuit. It gets matrices and assignment ready-made, so that only proving is compared.
pub(super) struct Prover<'a> {
    circuit: &'a Circuit,
    key: ProvingKey<Bn254>,
}

impl<'a> Prover<'a> {
    pub(super) fn new(circuit: &'a Circuit) -> Result<Self, BenchError> {
        let key = Ark::generate_random_parameters_with_reduction(Rows(circuit), &mut OsRng);
        Ok(Self {
            circuit,
            key: key.map_err(|error| BenchError::Prove(error.to_string()))?,
        })
    }

    /// Bytes that the key takes.
    pub(super) fn key_bytes(&self) -> usize {
        self.key.uncompressed_size()
    }

    pub(super) fn prove(&self) -> Result<(), BenchError> {
        Ark::create_proof_with_reduction_and_matrices(
            &self.key,
            Fr::rand(&mut OsRng),
            Fr::rand(&mut OsRng),
            &self.circuit.matrices,
            self.circuit.relation.public_inputs() + 1,
            self.circuit.relation.rows(),
            &self.circuit.z,
        )
        .map(|_| ())
        .map_err(|error| BenchError::Prove(error.to_string()))
    }
}

/// On each pool, if the library was built with its code for several threads; otherwise on one thread.
pub(super) fn turns<'a>(
    prover: &'a Prover<'a>,
    pools: &'a [ThreadPool],
) -> impl Iterator<Item = Turn<'a>> {
    let pools = pools.iter();
    let able = pools.filter(|pool| pool.current_num_threads() == 1 || cfg!(feature = "rivals"));
    able.map(move |pool| Turn {
        who: Who::Ark,
        threads: pool.current_num_threads(),
        prove: Box::new(move || timed(|| pool.install(|| prover.prove()))),
    })
}

/// Hands the rows over.
struct Rows<'a>(&'a Circuit);

impl ConstraintSynthesizer<Fr> for Rows<'_> {
    fn generate_constraints(self, cs: ConstraintSystemRef<Fr>) -> Result<(), SynthesisError> {
        let Circuit {
            relation,
            matrices: [a, b, c],
            z,
            ..
        } = self.0;
        let public = relation.public_inputs() + 1;
        let mut variables = vec![Variable::One];
        for (index, value) in z.iter().enumerate().skip(1) {
            let value = || Ok(*value);
            variables.push(if index < public {
                cs.new_input_variable(value)?
            } else {
                cs.new_witness_variable(value)?
            });
        }
        let combine = |row: &Row| {
            let terms = row.iter().filter_map(|(coefficient, variable)| {
                variables
                    .get(*variable)
                    .map(|variable| (*coefficient, *variable))
            });
            LinearCombination(terms.collect())
        };
        for ((a, b), c) in a.iter().zip(b).zip(c) {
            cs.enforce_r1cs_constraint(|| combine(a), || combine(b), || combine(c))?;
        }
        Ok(())
    }
}
