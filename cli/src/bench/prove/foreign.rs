//! A circuit in the files of snarkjs: its `.zkey`, from a ceremony whose secrets are known, and its witness.

use obolus_ceremony::fixtures::Fixture;
use obolus_protocol::Fr;
use obolus_prover::Multiples;
use obolus_prover::snarkjs::{ImportedProver, Witness, write_r1cs};
use obolus_verifier::CircuitName;
use rayon::ThreadPool;

use super::circuit::Circuit;
use super::timed;
use super::turns::{Turn, Who};
use crate::bench::BenchError;

/// The files, and our provers with the key.
pub(super) struct Foreign {
    pub(super) zkey: Vec<u8>,
    pub(super) witness: Witness,
    /// With all tables.
    pub(super) tables: ImportedProver,
    /// With none.
    pub(super) plain: ImportedProver,
}

impl Foreign {
    /// Makes the key; takes seconds.
    pub(super) fn new(circuit: &Circuit) -> Result<Self, BenchError> {
        let failed = |error: String| BenchError::Prove(error);
        let r1cs = write_r1cs(&circuit.relation).map_err(|error| failed(error.to_string()))?;
        let zkey = Fixture::of(&r1cs, 1).zkey;
        let name = CircuitName::new("imported").map_err(|error| failed(error.to_string()))?;
        let read = |most| {
            ImportedProver::read_with(&name, &zkey, most, &())
                .map_err(|error| BenchError::Prove(error.to_string()))
        };
        Ok(Self {
            tables: read(Multiples::ALL)?,
            plain: read(Multiples::NONE)?,
            witness: Witness::new(circuit.z.clone()).map_err(|error| failed(error.to_string()))?,
            zkey,
        })
    }

    /// The public inputs.
    pub(super) fn inputs(&self) -> &[Fr] {
        let values = self.witness.values();
        values
            .get(1..=self.tables.public_inputs())
            .unwrap_or_default()
    }

    /// Both provers on each pool: proof and verification.
    pub(super) fn turns<'a>(&'a self, pools: &'a [ThreadPool]) -> impl Iterator<Item = Turn<'a>> {
        let provers = [
            (Who::Imported, &self.tables),
            (Who::ImportedPlain, &self.plain),
        ];
        pools.iter().flat_map(move |pool| {
            provers.map(|(who, prover)| Turn {
                who,
                threads: pool.current_num_threads(),
                prove: Box::new(move || timed(|| pool.install(|| self.prove(prover)))),
            })
        })
    }

    /// A proof that is returned has been verified.
    fn prove(&self, prover: &ImportedProver) -> Result<(), BenchError> {
        let proved = prover.prove(&self.witness);
        proved
            .map(|_| ())
            .map_err(|error| BenchError::Prove(error.to_string()))
    }
}
