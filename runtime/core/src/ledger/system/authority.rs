//! Who signed, and what they may do.

use obolus_abi::system::{AdminPolicy, DeployLimits, DeployPolicy, SystemError};
use obolus_abi::{RoleKey, RoleSet};

use super::Context;
use super::outcome::Stop;
use crate::exec::{Authorities, Fault};
use crate::state::{DeployerUse, keys};

/// Who deploys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Deploying {
    /// The operator role, without limits.
    Operator,
    /// A listed participant, within its limits.
    Listed(RoleKey, DeployLimits),
}

impl Deploying {
    /// The participant's key; none for the operator.
    pub(super) const fn key(&self) -> Option<RoleKey> {
        match self {
            Self::Operator => None,
            Self::Listed(key, _) => Some(*key),
        }
    }
}

/// Whether the role's threshold of distinct holders signed.
pub(super) fn approved(role: &RoleSet, auth: &Authorities) -> bool {
    signatures(role, auth) >= usize::from(role.threshold)
}

fn signatures(role: &RoleSet, auth: &Authorities) -> usize {
    role.keys
        .iter()
        .filter(|key| auth.role_keys.contains(key))
        .count()
}

/// n of m holders of the contract's admin role.
pub(super) fn check_admin(admin: &AdminPolicy, auth: &Authorities) -> Result<(), SystemError> {
    match admin {
        AdminPolicy::Frozen => Err(SystemError::CodeFrozen),
        AdminPolicy::Admin { role, .. } if approved(role, auth) => Ok(()),
        AdminPolicy::Admin { .. } => Err(SystemError::NotAdmin),
    }
}

/// At least one holder of the contract's admin role: enough to carry out what n of m agreed on.
pub(super) fn check_holder(admin: &AdminPolicy, auth: &Authorities) -> Result<(), SystemError> {
    match admin {
        AdminPolicy::Frozen => Err(SystemError::CodeFrozen),
        AdminPolicy::Admin { role, .. } if signatures(role, auth) > 0 => Ok(()),
        AdminPolicy::Admin { .. } => Err(SystemError::NotAdmin),
    }
}

impl Context<'_> {
    pub(super) fn check_operator(&self) -> Result<(), SystemError> {
        if approved(self.operator, self.auth) {
            Ok(())
        } else {
            Err(SystemError::NotOperator)
        }
    }

    /// The operator if its threshold signed; otherwise the first listed deployer that signed, whose limits count.
    pub(super) fn deploying(&self) -> Result<Deploying, Stop> {
        if approved(self.operator, self.auth) {
            return Ok(Deploying::Operator);
        }
        let listed = self.policy()?.deployers.into_iter();
        listed
            .into_iter()
            .find(|deployer| self.auth.role_keys.contains(&deployer.key))
            .map(|deployer| Deploying::Listed(deployer.key, deployer.limits))
            .ok_or_else(|| SystemError::NotDeployer.into())
    }

    fn policy(&self) -> Result<DeployPolicy, Fault> {
        match self.overlay.get(&keys::deploy_policy())? {
            None => Ok(DeployPolicy::default()),
            Some(bytes) => borsh::from_slice(&bytes)
                .map_err(|_| Fault::Damaged("the deploy policy does not decode".into())),
        }
    }

    /// Counts a deployment of `deploying` and refuses it when a limit is passed.
    pub(super) fn use_up(&mut self, deploying: Deploying, more: DeployerUse) -> Result<(), Stop> {
        let Deploying::Listed(key, limits) = deploying else {
            return Ok(());
        };
        let place = keys::deployer_use(&key);
        let before: DeployerUse = match self.overlay.get(&place)? {
            None => DeployerUse::default(),
            Some(bytes) => borsh::from_slice(&bytes)
                .map_err(|_| Fault::Damaged(format!("the deployments of {key}")))?,
        };
        let after = DeployerUse {
            modules: before.modules.saturating_add(more.modules),
            contracts: before.contracts.saturating_add(more.contracts),
            code_bytes: before.code_bytes.saturating_add(more.code_bytes),
        };
        if after.modules > limits.modules
            || after.contracts > limits.contracts
            || after.code_bytes > limits.code_bytes
        {
            return Err(SystemError::DeployLimit.into());
        }
        self.overlay.put(place, crate::ledger::encode(&after));
        Ok(())
    }
}
