//! Runs what contracts scheduled, at the beginning of every block, empty ones included.
//!
//! In the order of the heights that calls were scheduled for, then of their numbers, until the block's share of fuel
//! is used up; the rest is first in the next block. A call leaves the schedule before it runs: one that fails is
//! dropped and the block's update says why, so that nothing can fail for ever.

use obolus_abi::TxDigest;
use obolus_abi::limits::{MAX_SCHEDULED_FUEL, MIN_SCHEDULED_FUEL};
use obolus_runtime_api::{CallFailure, EventRecord, ScheduledRun};

use super::Refusal;
use crate::exec::{self, BlockEnv, CallOutcome, Fault, Fuel};
use crate::host::{Place, ScheduledCall, SeenRun, quota, schedule};
use crate::overlay::Overlay;
use crate::state::{StateRead, keys};
use crate::vm::Vm;

/// Fuel of a block's scheduled calls: a tenth of the block's.
pub const SCHEDULED_BLOCK_FUEL: Fuel = Fuel(super::BLOCK_FUEL.0 / 10);

/// Places read at a time.
const PAGE: usize = 32;
const DIGEST: &str = "obolus 2026 scheduled call v1";
const OUTCOME: &str = "obolus 2026 scheduled calls outcome v1";

/// Runs what is due in this block.
pub(super) fn run(
    vm: &Vm,
    committed: &dyn StateRead,
    overlay: &mut Overlay,
    env: &BlockEnv,
) -> Result<Vec<ScheduledRun>, Fault> {
    let mut runs = Vec::new();
    let mut spent = 0;
    let mut after = None;
    'block: loop {
        let page = schedule::due(committed, env.height, after, PAGE)?;
        for place in &page {
            if spent + MAX_SCHEDULED_FUEL > SCHEDULED_BLOCK_FUEL.0 {
                break 'block;
            }
            // An earlier call of this block may have taken it back.
            if let Some(call) = schedule::take(overlay, *place)? {
                let run = run_one(vm, overlay, env, *place, &call)?;
                spent += run.fuel_used.max(MIN_SCHEDULED_FUEL);
                runs.push(run);
            }
            after = Some(*place);
        }
        if page.len() < PAGE {
            break;
        }
    }
    if !runs.is_empty() {
        let seen = SeenRun {
            height: env.height,
            outcome: blake3::derive_key(OUTCOME, &super::encode(&runs)),
        };
        overlay.put(keys::schedule_run(), super::encode(&seen));
    }
    Ok(runs)
}

fn run_one(
    vm: &Vm,
    overlay: &mut Overlay,
    env: &BlockEnv,
    place: Place,
    call: &ScheduledCall,
) -> Result<ScheduledRun, Fault> {
    quota::change(overlay, &call.contract, schedule::counted(call), 0)?;
    let CallOutcome {
        result,
        events,
        fuel_used,
    } = exec::execute_scheduled(vm, overlay, env, digest(env, place), call)?;
    let failure = result.err().map(|error| {
        let refusal = Refusal::Call(error);
        CallFailure {
            code: refusal.code().to_owned(),
            message: refusal.to_string(),
        }
    });
    let events = events.into_iter().map(|event| EventRecord {
        contract: event.contract,
        data: event.data,
    });
    Ok(ScheduledRun {
        number: place.number,
        due: place.height.0,
        contract: call.contract,
        entry: call.entry.as_str().to_owned(),
        events: events.collect(),
        fuel_used: fuel_used.0,
        failure,
    })
}

/// What the call sees as its transaction's digest: no transaction has it.
fn digest(env: &BlockEnv, place: Place) -> TxDigest {
    let mut hasher = blake3::Hasher::new_derive_key(DIGEST);
    hasher
        .update(&env.chain.0)
        .update(&place.number.to_le_bytes());
    TxDigest(*hasher.finalize().as_bytes())
}

#[cfg(test)]
mod tests;
