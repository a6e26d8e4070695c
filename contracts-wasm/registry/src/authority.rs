//! Whose word an entry takes.

use obolus_sdk::Env;
use obolus_sdk::abi::registry::RegistryError;

use crate::storage::Settings;

/// The registrar approved this very call: the transaction calls the registry itself and carries the
/// threshold of signatures.
///
/// # Errors
/// [`RegistryError::UserOnly`] for a call by a contract, which could pass arguments that nobody
/// signed; [`RegistryError::NotRegistrar`] for too few signatures.
pub fn registrar(env: &Env, settings: &Settings) -> Result<(), RegistryError> {
    if env.caller().is_some() {
        return Err(RegistryError::UserOnly);
    }
    env.role_approved(&settings.registrar)
        .map_err(|_| RegistryError::NotRegistrar)
}

/// A key may be taken into use: a canonical point of the subgroup, not the identity, whose holder
/// signed the transaction (proof of possession; nobody enters or shadows another's key).
///
/// # Errors
/// [`RegistryError::BadKey`], then [`RegistryError::NotKeyHolder`].
pub fn key_holder(env: &Env, key: &obolus_sdk::PointBytes) -> Result<(), RegistryError> {
    env.point_check(key).map_err(|_| RegistryError::BadKey)?;
    env.spend_authorised(key)
        .map_err(|_| RegistryError::NotKeyHolder)
}
