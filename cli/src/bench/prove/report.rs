//! What `bench prove` says.

use serde::Serialize;

use crate::bench::BenchError;
use crate::bench::verify::Batch;

/// Everything that was measured.
#[derive(Debug, Serialize)]
pub(super) struct Report {
    /// Which arithmetic our provers had.
    pub(super) kernels: &'static str,
    pub(super) circuits: Vec<Line>,
    /// One batch of proofs of `transfer`, verified; with `--compare`.
    pub(super) verify: Option<Batch>,
    /// `transfer` with tables of several sizes; with `--compare`.
    pub(super) tables: Vec<Size>,
}

/// Medians of a circuit on so many threads, in milliseconds. What was not measured is null.
#[derive(Debug, Serialize)]
pub(super) struct Line {
    pub(super) name: String,
    pub(super) constraints: usize,
    pub(super) threads: usize,
    /// Proof and its verification.
    pub(super) ours_ms: f64,
    /// Proof alone.
    pub(super) ark_ms: Option<f64>,
    /// Proof alone, in a process that has its code compiled.
    pub(super) snarkjs_ms: Option<f64>,
    pub(super) table_mb: f64,
    /// Most memory that one proof takes besides the tables.
    pub(super) proof_mb: f64,
    /// Our prover with a `.zkey` of the circuit: proof and its verification.
    pub(super) zkey_ms: Option<f64>,
    /// The same without tables.
    pub(super) zkey_no_tables_ms: Option<f64>,
    /// The key that is left then.
    pub(super) zkey_no_tables_mb: Option<f64>,
    /// ark-groth16's key.
    pub(super) ark_key_mb: Option<f64>,
    /// Most memory that snarkjs's process had.
    pub(super) snarkjs_mb: Option<f64>,
}

/// A circuit with at most so many multiples of each base in its tables.
#[derive(Debug, Serialize)]
pub(super) struct Size {
    pub(super) name: String,
    pub(super) most_multiples: u8,
    pub(super) threads: usize,
    pub(super) table_mb: f64,
    pub(super) ours_ms: f64,
}

impl Report {
    #[expect(clippy::print_stdout, reason = "the result of the command")]
    pub(super) fn print(&self, json: bool) -> Result<(), BenchError> {
        if json {
            println!("{}", serde_json::to_string(self)?);
            return Ok(());
        }
        for line in &self.circuits {
            println!(
                "{:<12} {:>6} constraints   {} threads   {:>7.0} ms   tables {:>4.0} MiB   a proof {:>4.0} MiB",
                line.name,
                line.constraints,
                line.threads,
                line.ours_ms,
                line.table_mb,
                line.proof_mb
            );
            for (name, ms) in [
                ("imported key, tables", line.zkey_ms),
                ("imported key, no tables", line.zkey_no_tables_ms),
                ("ark-groth16", line.ark_ms),
                ("snarkjs", line.snarkjs_ms),
            ] {
                if let Some(ms) = ms {
                    let ratio = ms / line.ours_ms;
                    println!("    {name:<26} {ms:>7.0} ms   {ratio:>5.1} times ours");
                }
            }
        }
        for size in &self.tables {
            println!(
                "{:<12} at most {:<2} multiples   {} threads   {:>7.0} ms   tables {:>4.0} MiB",
                size.name, size.most_multiples, size.threads, size.ours_ms, size.table_mb
            );
        }
        if let Some(verify) = &self.verify {
            let ark = verify.ark_us.map_or(String::new(), |ark| {
                format!("   ark-groth16 one by one {ark:.0} µs")
            });
            println!(
                "verified in batches of {}, 1 thread   {:.0} µs a proof{ark}",
                verify.batch, verify.ours_us
            );
        }
        Ok(())
    }
}

/// Bytes as the report has them.
pub(super) fn mib(bytes: usize) -> f64 {
    bytes as f64 / f64::from(1 << 20)
}
