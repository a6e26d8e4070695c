//! Speed against memory: the same circuit with tables of several sizes.

use obolus_prover::{Multiples, Provable, ProvingKey, Transfer, development_key_with};

use super::circuit::Circuit;
use super::report::{Size, mib};
use super::turns::{Turn, take_turns};
use super::{BenchError, ours, pools};
use crate::progress::Stage;

/// At most so many multiples of each base.
const SIZES: [u8; 5] = [1, 2, 4, 8, 64];

/// Units of progress.
pub(super) const STEPS: u64 = SIZES.len() as u64;

/// `transfer` with each of the tables, all in turns.
pub(super) fn measure(
    transfer: &Circuit,
    runs: u32,
    stage: &Stage,
) -> Result<Vec<Size>, BenchError> {
    let mut keys: Vec<(u8, ProvingKey)> = Vec::new();
    for most in SIZES {
        let tables = Multiples::at_most(most);
        let key = development_key_with(&Transfer::CIRCUIT, &transfer.relation, tables, &());
        let key = key.map_err(|error| BenchError::Prove(error.to_string()))?;
        keys.push((most, key));
        stage.step();
    }
    let pools = pools()?;
    let mut sizes = Vec::new();
    for pool in &pools {
        let mut turns: Vec<Turn<'_>> = keys
            .iter()
            .map(|(_, key)| ours(key, transfer, pool))
            .collect();
        let medians = take_turns(&mut turns, runs, stage)?;
        sizes.extend(keys.iter().zip(medians).map(|((most, key), ours_ms)| Size {
            name: transfer.name.clone(),
            most_multiples: *most,
            threads: pool.current_num_threads(),
            table_mb: mib(key.table_bytes()),
            ours_ms,
        }));
    }
    Ok(sizes)
}
