//! Provers that take turns, so that whatever else the machine does falls on all of them.

use crate::bench::BenchError;
use crate::progress::Stage;

/// Who proves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Who {
    /// Our prover with all tables.
    Ours,
    /// Our prover with a `.zkey`, all tables made of it.
    Imported,
    /// The same without tables.
    ImportedPlain,
    /// `ark-groth16`.
    Ark,
    /// snarkjs.
    Snarkjs,
}

/// One prover on so many threads.
pub(super) struct Turn<'a> {
    pub(super) who: Who,
    pub(super) threads: usize,
    /// Makes one proof and says how many milliseconds it took.
    pub(super) prove: Box<dyn FnMut() -> Result<f64, BenchError> + 'a>,
}

/// The median of each prover's times.
#[derive(Clone, Debug, Default)]
pub(super) struct Medians(Vec<(Who, usize, f64)>);

impl Medians {
    /// Of one prover on so many threads, if it was measured.
    pub(super) fn get(&self, who: Who, threads: usize) -> Option<f64> {
        let mut all = self.0.iter();
        all.find(|(by, on, _)| (*by, *on) == (who, threads))
            .map(|(_, _, ms)| *ms)
    }
}

impl Medians {
    /// Lets every prover take its turns.
    ///
    /// # Errors
    /// The first error of a prover.
    pub(super) fn of(turns: &mut [Turn<'_>], runs: u32, stage: &Stage) -> Result<Self, BenchError> {
        let times = take_turns(turns, runs, stage)?;
        let named = turns.iter().zip(times);
        Ok(Self(
            named
                .map(|(turn, ms)| (turn.who, turn.threads, ms))
                .collect(),
        ))
    }
}

/// Every prover proves once in each of `runs` rounds, after a round that does not count. Returns the medians in the order of
/// the provers.
///
/// # Errors
/// The first error of a prover.
pub(super) fn take_turns(
    turns: &mut [Turn<'_>],
    runs: u32,
    stage: &Stage,
) -> Result<Vec<f64>, BenchError> {
    let mut times = vec![Vec::new(); turns.len()];
    for round in 0..=runs {
        for (turn, times) in turns.iter_mut().zip(&mut times) {
            let ms = (turn.prove)()?;
            if round > 0 {
                times.push(ms);
            }
        }
        stage.step();
    }
    Ok(times.into_iter().map(median).collect())
}

/// The middle one; of an even number the upper.
fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times.get(times.len() / 2).copied().unwrap_or_default()
}
