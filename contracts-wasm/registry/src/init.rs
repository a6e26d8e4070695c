//! Instantiation.

use obolus_sdk::Env;
use obolus_sdk::abi::registry::{MAX_ROOT_WINDOW, MAX_SEIZURE_DELAY, RegistryError, RegistryInit};

use crate::auditor::begin;
use crate::frozen::FrozenRoots;
use crate::roots::RootWindow;
use crate::storage::{ACTIVE, FROZEN, FROZEN_ROOTS, NEXT_SLOT, ROOTS, SETTINGS, Settings};

/// Sets the settings and the first auditor key.
///
/// # Errors
/// `State`, `BadInit`, `BadKey`, `NotKeyHolder`, in this order.
pub fn init(env: &mut Env, msg: RegistryInit) -> Result<(), RegistryError> {
    if SETTINGS.get(env).is_some() {
        return Err(RegistryError::State);
    }
    msg.registrar
        .validate()
        .map_err(|_| RegistryError::BadInit)?;
    if msg.root_window > MAX_ROOT_WINDOW || msg.seizure_delay > MAX_SEIZURE_DELAY {
        return Err(RegistryError::BadInit);
    }
    begin(env, msg.auditor)?;

    let (active, frozen) = (ACTIVE.root(env), FROZEN.root(env));
    let height = env.height();
    SETTINGS.set(
        env,
        &Settings {
            registrar: msg.registrar,
            register_key: msg.register_key,
            root_window: msg.root_window,
            seizure_delay: msg.seizure_delay,
        },
    );
    ROOTS.set(env, &RootWindow::new(active));
    FROZEN_ROOTS.set(env, &FrozenRoots::new(frozen, height));
    NEXT_SLOT.set(env, &0);
    Ok(())
}
