//! The system contract: uploads modules, makes contracts of them, replaces or freezes their code.
//!
//! The host implements it, so that no contract has to exist before the first one. Users call it;
//! contracts cannot. Who may do what is said in [`obolus_abi::system`].

mod authority;
mod change;
mod deploy;
mod outcome;

use borsh::BorshDeserialize;
use obolus_abi::RoleSet;
use obolus_abi::system::{SystemError, entry};

use crate::exec::{Authorities, BlockEnv, CallOutcome, Fault, Fuel, TopCall};
use crate::overlay::Overlay;
use crate::vm::Vm;
use outcome::{Done, Stop};

/// A call of the system contract while it runs.
struct Context<'a> {
    vm: &'a Vm,
    operator: &'a RoleSet,
    overlay: &'a mut Overlay,
    env: &'a BlockEnv,
    auth: &'a Authorities,
    fuel: Fuel,
}

/// Runs a call of the system contract. On success its writes are in the overlay's newest frame;
/// otherwise the overlay is as before.
pub(super) fn execute(
    vm: &Vm,
    operator: &RoleSet,
    overlay: &mut Overlay,
    env: &BlockEnv,
    auth: &Authorities,
    call: &TopCall,
    fuel: Fuel,
) -> Result<CallOutcome, Fault> {
    overlay.begin();
    let mut context = Context {
        vm,
        operator,
        overlay,
        env,
        auth,
        fuel,
    };
    let done = context.dispatch(call);
    match &done {
        Ok(_) => overlay.commit(),
        Err(_) => overlay.rollback(),
    }
    outcome::finish(done)
}

impl Context<'_> {
    fn dispatch(&mut self, call: &TopCall) -> Result<Done, Stop> {
        let args = call.args.as_slice();
        match call.entry.as_str() {
            entry::UPLOAD => self.upload(args),
            entry::INSTANTIATE => self.instantiate(args),
            entry::SET_DEPLOY_POLICY => self.set_deploy_policy(args),
            entry::SET_QUOTA => self.set_quota(args),
            entry::PROPOSE_MIGRATION => self.propose_migration(args),
            entry::MIGRATE => self.migrate(args),
            entry::SET_ADMIN => self.set_admin(args),
            entry::APPLY_ADMIN => self.apply_admin(args),
            entry::CANCEL_MIGRATION => self.cancel(args),
            entry::FREEZE_CODE => self.freeze_code(args),
            _ => Err(SystemError::NoSuchEntry.into()),
        }
    }
}

/// The entry's message, all of the arguments.
fn message<M: BorshDeserialize>(args: &[u8]) -> Result<M, Stop> {
    borsh::from_slice(args).map_err(|_| SystemError::BadArguments.into())
}

#[cfg(test)]
mod tests;
