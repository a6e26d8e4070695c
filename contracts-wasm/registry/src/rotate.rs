//! A participant's new key. The old slot stays what it is, and the two are linked: nothing is deleted, because audit
//! ciphertexts name slots and the old key's notes are still there to be moved.

use obolus_sdk::Env;
use obolus_sdk::abi::registry::{Participant, RegistryError, RegistryEvent, RotateMsg};

use crate::authority::registrar;
use crate::enter::participant;
use crate::storage::{PARTICIPANTS, entry, settings};

/// What became of the old key.
#[derive(Clone, Copy, PartialEq, Eq)]
enum OldKey {
    /// Its holder gives it up and signs that it does.
    GivenUp,
    /// Nobody can sign under it, or not only its holder; its slot is frozen.
    Lost,
}

/// Enters a participant's new key, on the word of the old one; returns the new slot. The old leaf stays active, so that
/// its holder can move its notes.
///
/// # Errors
/// `State`, `UserOnly`, `NotRegistrar`, `NoSuchSlot`, `DealSlot`, `Superseded`, `FreezeState`, `RotatedLimit`,
/// `NotKeyHolder` (of the old key), then as `register` from `DealKey` on, in this order.
pub fn rotate(env: &mut Env, msg: RotateMsg) -> Result<u32, RegistryError> {
    supersede(env, &msg, OldKey::GivenUp)
}

/// Enters the new key of a participant that lost the old one, whose slot is frozen; returns the new slot. The frozen notes
/// can be seized to it.
///
/// # Errors
/// As [`rotate`], without `NotKeyHolder` of the old key.
pub fn recover(env: &mut Env, msg: RotateMsg) -> Result<u32, RegistryError> {
    supersede(env, &msg, OldKey::Lost)
}

fn supersede(env: &mut Env, msg: &RotateMsg, old_key: OldKey) -> Result<u32, RegistryError> {
    let settings = settings(env)?;
    registrar(env, &settings)?;
    let old = entry(env, msg.slot)?;
    if old.deal.is_some() {
        return Err(RegistryError::DealSlot);
    }
    if old.superseded_by.is_some() {
        return Err(RegistryError::Superseded);
    }
    if old.frozen != (old_key == OldKey::Lost) {
        return Err(RegistryError::FreezeState);
    }
    // A raised limit is a decision of its own, with an event of its own.
    if msg.register.limit > old.limit {
        return Err(RegistryError::RotatedLimit);
    }
    if old_key == OldKey::GivenUp {
        env.spend_authorised(&old.ak)
            .map_err(|_| RegistryError::NotKeyHolder)?;
    }
    let from = old.slot;
    let to = participant(env, &settings, &msg.register, Some(from))?;
    let old = Participant {
        superseded_by: Some(to),
        ..old
    };
    PARTICIPANTS.set(env, &from, &old);
    env.emit(&RegistryEvent::Rotated {
        from,
        to,
        recovered: old_key == OldKey::Lost,
    });
    Ok(to)
}
