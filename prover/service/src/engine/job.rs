//! One job, from its claim to its report.

use std::sync::Arc;
use std::time::{Duration, Instant};

use obolus_protocol::Fr;
use obolus_prover_api::{JobFailure, Proved, Receipt, Stage, Subject};
use obolus_prover_queue::{Alive, Claim, Claimed, Outcome, Reported, TimeMs};
use obolus_verifier::Proof;
use obolus_verifier::snarkjs::proof_to_json;
use tokio::sync::watch;

use super::{Engine, Room, UNIT, now, units_of};
use crate::proves::failure;

/// A stage that is over sooner is not written down.
const WORTH_TELLING: Duration = Duration::from_millis(150);
/// First pause before a report is repeated, doubled each time.
const FIRST_PAUSE: Duration = Duration::from_millis(200);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

impl Engine {
    /// Proves a job and reports it. The lease is renewed meanwhile.
    pub(super) async fn work(self: Arc<Self>, claimed: Claimed, mut room: Room) {
        let claim = claimed.claim;
        if claim.attempt == 1 {
            let wait = now().0.saturating_sub(claimed.created.0);
            self.metrics.count_wait(Duration::from_millis(wait));
        }
        let bytes = self.fit(&claimed, &mut room);
        self.metrics.reserve(bytes);
        let (stage, mut stages) = watch::channel(Stage::Opening);
        let (pool, narrow) = self.pool(claimed.alone);
        let (engine, inner) = (Arc::clone(&self), Arc::clone(&pool));
        let proving = tokio::task::spawn_blocking(move || {
            inner.install(|| {
                engine.prove(&claimed, &|now| {
                    stage.send_replace(now);
                })
            })
        });
        let outcome = {
            tokio::pin!(proving);
            tokio::select! {
                ended = &mut proving => Some(ended),
                () = self.keep_alive(claim, &mut stages) => {
                    // The job is another's or nobody's now; its thread cannot be interrupted.
                    let _ = proving.await;
                    None
                }
            }
        };
        if narrow {
            self.put_back(pool);
        }
        self.metrics.release(bytes);
        let outcome = outcome.map(|ended| {
            ended.unwrap_or_else(|error| {
                tracing::error!(%error, "a proof panicked: this is a bug");
                Outcome::Failed(failure(
                    "prover_error",
                    &"the prover made a mistake: report it to the operator",
                ))
            })
        });
        // The processor is free for the next job while this one is written down.
        drop(room);
        if let Some(outcome) = outcome {
            tokio::select! {
                () = self.report(claim, outcome) => {}
                () = self.keep_alive(claim, &mut stages) => {}
            }
        }
        self.lock_running().remove(&claim);
    }

    /// Gives back the memory that the job's circuit does not need; returns what it keeps.
    fn fit(&self, claimed: &Claimed, room: &mut Room) -> usize {
        let entry = self.catalogue.find(&claimed.key_id);
        let needed = entry.map_or(0, |entry| entry.job_bytes(claimed.alone));
        let kept = units_of(needed).min(self.largest);
        drop(room.memory.split((self.largest - kept) as usize));
        kept as usize * UNIT
    }

    /// Renews the lease until the queue says that the job has ended otherwise.
    async fn keep_alive(&self, claim: Claim, stages: &mut watch::Receiver<Stage>) {
        let lease = self.settings.lease();
        loop {
            let told = *stages.borrow_and_update();
            let news = async {
                while stages.changed().await.is_ok() {
                    tokio::time::sleep(WORTH_TELLING).await;
                    if *stages.borrow() != told {
                        return;
                    }
                }
                // The job's thread has ended.
                std::future::pending().await
            };
            tokio::select! {
                () = news => {}
                () = tokio::time::sleep(lease / 3) => {}
            }
            let stage = *stages.borrow();
            match self.queue.heartbeat(claim, stage, lease, now()).await {
                Ok(Alive::Go) => {}
                Ok(Alive::Stop) => return,
                Err(error) => tracing::error!(%error, "a lease could not be renewed; trying again"),
            }
        }
    }

    /// Opens the witness, proves, signs the receipt.
    fn prove(&self, claimed: &Claimed, watch: &dyn Fn(Stage)) -> Outcome {
        let start = Instant::now();
        watch(Stage::Opening);
        match self.try_prove(claimed, watch) {
            Ok(proved) => {
                self.metrics.count_proved(&claimed.circuit, start.elapsed());
                Outcome::Proved(Box::new(proved))
            }
            Err(failure) => {
                // The detail is for the job's owner alone.
                tracing::info!(job = %claimed.claim.id, code = failure.code, "no proof was made");
                Outcome::Failed(failure)
            }
        }
    }

    fn try_prove(&self, claimed: &Claimed, watch: &dyn Fn(Stage)) -> Result<Proved, JobFailure> {
        let entry = self.catalogue.find(&claimed.key_id).ok_or_else(|| {
            failure(
                "prover_error",
                &"the worker does not know the circuit any more: order it again",
            )
        })?;
        let payload = self.opening.open(&claimed.witness, &claimed.key_id);
        let payload = payload.map_err(|error| failure("bad_seal", &error))?;
        let (inputs, proof) = entry.prover.prove(&payload, watch)?;
        drop(payload);
        self.proved(claimed, &inputs, &proof, now())
            .map_err(|error| failure("prover_error", &error))
    }

    fn proved(
        &self,
        claimed: &Claimed,
        inputs: &[Fr],
        proof: &Proof,
        time: TimeMs,
    ) -> Result<Proved, Box<dyn std::error::Error>> {
        let proof = serde_json::from_str(&proof_to_json(proof)?)?;
        let inputs: Vec<String> = inputs.iter().map(Fr::to_string).collect();
        let subject = Subject {
            job: claimed.claim.id,
            request: claimed.request,
            circuit: &claimed.circuit,
            key_id: &claimed.key_id,
        };
        let receipt = Receipt::sign(&self.signer, subject, &inputs, &proof, time.0);
        Ok(Proved {
            proof,
            inputs,
            receipt,
        })
    }

    /// Reports until the queue has heard it: a proof is not thrown away because a database restarts.
    async fn report(&self, claim: Claim, outcome: Outcome) {
        if let Outcome::Failed(failure) = &outcome {
            self.metrics.count_failed(reason(&failure.code));
        }
        let mut pause = FIRST_PAUSE;
        loop {
            match self.queue.finish(claim, outcome.clone(), now()).await {
                Ok(Reported::Counted) => return,
                Ok(Reported::Ignored) => {
                    tracing::info!(job = %claim.id, "a report came too late");
                    return;
                }
                Err(error) => {
                    tracing::error!(%error, job = %claim.id, "a result could not be written down; trying again")
                }
            }
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }
}

/// A code as a label: the labels are a closed set.
fn reason(code: &str) -> &'static str {
    ["bad_seal", "bad_witness", "rule_broken"]
        .into_iter()
        .find(|known| *known == code)
        .unwrap_or("prover_error")
}
