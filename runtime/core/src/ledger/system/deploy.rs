//! Uploading modules, making contracts, and what bounds both.

use obolus_abi::ContractError;
use obolus_abi::system::{
    DeployPolicy, InstantiateMsg, SetQuotaMsg, SystemError, SystemEvent, UploadMsg,
};
use obolus_chain::contract_id;

use super::authority::Deploying;
use super::outcome::{Done, Stop};
use super::{Context, message};
use crate::exec::{self, CallError, Fault};
use crate::ledger::encode;
use crate::state::{CodeRecord, ContractRecord, DeployerUse, keys};
use crate::vm::Vm;

impl Context<'_> {
    pub(super) fn upload(&mut self, args: &[u8]) -> Result<Done, Stop> {
        let deploying = self.deploying()?;
        let UploadMsg { module, source } = message(args)?;
        let checked = Vm::check(&module).map_err(|reason| bad_module(&reason))?;
        if checked.fuel > self.fuel {
            return Err(CallError::OutOfFuel.into());
        }
        let key = keys::code(&checked.code);
        if self.overlay.get(&key)?.is_some() {
            return Err(SystemError::CodeExists.into());
        }
        let more = DeployerUse {
            modules: 1,
            code_bytes: module.len() as u64,
            ..DeployerUse::default()
        };
        self.use_up(deploying, more)?;
        let record = CodeRecord {
            source,
            deployer: deploying.key(),
            size: u32::try_from(module.len()).unwrap_or(u32::MAX),
        };
        self.overlay.put(key, module);
        self.overlay
            .put(keys::code_record(&checked.code), encode(&record));
        // A module that the compiler refuses must not get as far as an address.
        match self.vm.compile(self.overlay, &checked.code) {
            Ok(()) => {}
            Err(Fault::Vm(reason)) => return Err(bad_module(&reason)),
            Err(fault) => return Err(fault.into()),
        }
        let event = SystemEvent::Uploaded {
            code: checked.code,
            source,
            deployer: deploying.key(),
        };
        Ok(Done {
            reply: checked.code.0.to_vec(),
            fuel_used: checked.fuel,
            ..Done::event(event)
        })
    }

    pub(super) fn instantiate(&mut self, args: &[u8]) -> Result<Done, Stop> {
        let deploying = self.deploying()?;
        let InstantiateMsg {
            code,
            salt,
            init,
            admin,
            quota,
        } = message(args)?;
        admin.validate().map_err(|_| SystemError::BadAdmin)?;
        if let Deploying::Listed(_, limits) = deploying
            && quota.is_none_or(|quota| quota > limits.storage_quota)
        {
            return Err(SystemError::BadQuota.into());
        }
        if self.overlay.get(&keys::code(&code))?.is_none() {
            return Err(SystemError::NoSuchCode.into());
        }
        let contract = contract_id(&self.env.chain, &code, &salt);
        if self.overlay.get(&keys::contract(&contract))?.is_some() {
            return Err(SystemError::ContractExists.into());
        }
        let more = DeployerUse {
            contracts: 1,
            ..DeployerUse::default()
        };
        self.use_up(deploying, more)?;
        let record = ContractRecord {
            code,
            admin: admin.clone(),
            quota,
            deployer: deploying.key(),
        };
        self.overlay.put(keys::contract(&contract), encode(&record));
        let init = exec::initialise(
            self.vm,
            self.overlay,
            self.env,
            self.auth,
            contract,
            init,
            self.fuel,
        )?;
        if init.result.is_err() {
            return Err(Stop::Refused(init));
        }
        let mut done = Done::event(SystemEvent::Instantiated {
            contract,
            code,
            admin,
            quota,
            deployer: deploying.key(),
        });
        done.reply = contract.0.to_vec();
        done.events.extend(init.events);
        done.fuel_used = init.fuel_used;
        Ok(done)
    }

    pub(super) fn set_deploy_policy(&mut self, args: &[u8]) -> Result<Done, Stop> {
        self.check_operator()?;
        let policy: DeployPolicy = message(args)?;
        policy.validate().map_err(|_| SystemError::BadPolicy)?;
        self.overlay.put(keys::deploy_policy(), encode(&policy));
        Ok(Done::event(SystemEvent::DeployPolicySet {
            deployers: policy.deployers,
        }))
    }

    pub(super) fn set_quota(&mut self, args: &[u8]) -> Result<Done, Stop> {
        self.check_operator()?;
        let SetQuotaMsg { contract, quota } = message(args)?;
        let record = ContractRecord {
            quota,
            ..self.contract(&contract)?
        };
        self.overlay.put(keys::contract(&contract), encode(&record));
        Ok(Done::event(SystemEvent::QuotaSet { contract, quota }))
    }
}

fn bad_module(reason: &dyn std::fmt::Display) -> Stop {
    ContractError {
        message: format!("{}: {reason}", SystemError::BadModule.message()),
        ..SystemError::BadModule.into()
    }
    .into()
}
