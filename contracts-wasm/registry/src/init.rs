//! Instantiation.

use obolus_sdk::Env;
use obolus_sdk::abi::registry::{MAX_ROOT_WINDOW, RegistryError, RegistryEvent, RegistryInit};

use crate::authority::key_holder;
use crate::roots::RootWindow;
use crate::storage::{ACTIVE, AUDITOR, NEXT_SLOT, ROOTS, SETTINGS, Settings};

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
    if msg.root_window > MAX_ROOT_WINDOW {
        return Err(RegistryError::BadInit);
    }
    key_holder(env, &msg.auditor)?;

    let empty = ACTIVE.root(env);
    SETTINGS.set(
        env,
        &Settings {
            registrar: msg.registrar,
            register_key: msg.register_key,
            root_window: msg.root_window,
        },
    );
    AUDITOR.set(env, &msg.auditor);
    ROOTS.set(env, &RootWindow::new(empty));
    NEXT_SLOT.set(env, &0);
    env.emit(&RegistryEvent::AuditorSet {
        auditor: msg.auditor,
    });
    Ok(())
}
