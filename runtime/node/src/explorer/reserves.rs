//! A token's reserves, and the epochs of its auditor's key, as people read them.

use obolus_abi::ContractId;
use obolus_abi::registry::{AuditorEpoch, EpochsMsg, MAX_EPOCHS_PAGE, RegistryState};
use obolus_abi::token::TokenState;
use obolus_http::server::Failure;
use obolus_runtime_api::hex;

use super::frame::Trouble;
use super::text::{Id, count, plain, total};
use crate::http::{AppState, OrFail};

/// What a token says of its reserves.
pub(super) struct ReservesShown {
    pub(super) attestor: String,
    pub(super) strict: bool,
    pub(super) backing: Option<BackingShown>,
}

/// The last attestation.
pub(super) struct BackingShown {
    pub(super) as_of: String,
    pub(super) reserves: String,
    pub(super) document: Id,
    pub(super) attested: Id,
}

impl ReservesShown {
    pub(super) fn of(state: &TokenState) -> Option<Self> {
        let settings = &state.settings;
        let rule = settings.reserves.as_ref()?;
        Some(Self {
            attestor: super::tokens::of_keys(&rule.attestor),
            strict: rule.strict,
            backing: state.backing.map(|backing| BackingShown {
                as_of: count(backing.as_of_height),
                reserves: format!(
                    "{} {}",
                    total(backing.reserves, settings.exponent),
                    plain(&settings.unit)
                ),
                document: Id::new(hex::encode(&backing.document)),
                attested: Id::linked("blocks", backing.attested_height),
            }),
        })
    }
}

/// An epoch of the auditor's key.
pub(super) struct EpochShown {
    pub(super) number: u32,
    pub(super) key: Id,
    pub(super) since: Id,
    /// Last block that takes proofs for it; for the epoch before, while that runs.
    pub(super) until: Option<String>,
}

/// The newest epochs, the current one first.
pub(super) fn epochs(
    state: &AppState,
    registry: ContractId,
    told: &RegistryState,
) -> Result<Vec<EpochShown>, Trouble> {
    let broken = |error: borsh::io::Error| Failure::internal(&error);
    let from = told.epoch.saturating_sub(MAX_EPOCHS_PAGE - 1);
    let message = borsh::to_vec(&EpochsMsg { from }).map_err(broken)?;
    let ledger = state.node.ledger();
    let reply = ledger.query(registry, "epochs", message).or_fail()?;
    let epochs: Vec<AuditorEpoch> = borsh::from_slice(&reply).map_err(broken)?;
    let shown = epochs.iter().rev().map(|epoch| EpochShown {
        number: epoch.epoch,
        key: Id::new(epoch.auditor),
        since: Id::linked("blocks", epoch.since),
        until: told
            .previous
            .filter(|previous| previous.auditor == epoch.auditor)
            .map(|previous| count(previous.until)),
    });
    Ok(shown.collect())
}
