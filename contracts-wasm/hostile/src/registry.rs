//! A registry that turns on its token.

use obolus_sdk::abi::registry::{AuditorKeys, CheckRootsMsg};
use obolus_sdk::{ContractError, Env, Item, SdkError, abort};

use crate::messages::{HostileError, Raw, RegistryMode};
use crate::relay::explain;
use crate::waste::burn;

const MODE: Item<RegistryMode> = Item::new(2);

/// Says how [`check_roots`] behaves from now on.
///
/// # Errors
/// None.
pub fn set_mode(env: &mut Env, mode: RegistryMode) -> Result<(), SdkError> {
    MODE.set(env, &mode);
    Ok(())
}

/// Stands in for the registry's entry of this name.
///
/// # Errors
/// `NoMode`; in [`RegistryMode::Reenter`] always one: `Reentered` when the host did its work.
pub fn check_roots(env: &Env, _msg: CheckRootsMsg) -> Result<AuditorKeys, ContractError> {
    match MODE.get(env).ok_or(HostileError::NoMode)? {
        RegistryMode::Key(current) => Ok(AuditorKeys {
            current,
            previous: None,
        }),
        RegistryMode::Trap => abort("on purpose"),
        RegistryMode::Spin => burn(),
        RegistryMode::Reenter => {
            let token = env.caller().ok_or(HostileError::NoAnswer)?;
            match env.static_call::<_, Raw>(&token, "state", &()) {
                Ok(_) => Err(HostileError::NotReentered.into()),
                Err(error) => Err(explain(error)),
            }
        }
    }
}
