//! Replacing a contract's code or its admin: proposed, public for a while, then carried out.

use obolus_abi::ContractId;
use obolus_abi::hostcall::MIGRATE_ENTRY;
use obolus_abi::system::{
    AdminPolicy, ContractMsg, Delay, FreezeCodeMsg, MigrateMsg, ProposeMigrationMsg, Ready,
    SetAdminMsg, SystemError, SystemEvent,
};

use super::authority::{check_admin, check_holder};
use super::outcome::{Done, Stop};
use super::{Context, message};
use crate::exec::{self, Fault};
use crate::ledger::encode;
use crate::state::{Change, ContractRecord, PendingChange, keys};

impl Context<'_> {
    pub(super) fn propose_migration(&mut self, args: &[u8]) -> Result<Done, Stop> {
        let ProposeMigrationMsg {
            contract,
            code,
            args,
        } = message(args)?;
        let record = self.contract(&contract)?;
        check_admin(&record.admin, self.auth)?;
        if self.overlay.get(&keys::code(&code))?.is_none() {
            return Err(SystemError::NoSuchCode.into());
        }
        if !self.vm.has_entry(self.overlay, &code, MIGRATE_ENTRY)? {
            return Err(SystemError::NoMigrateEntry.into());
        }
        let hash = *blake3::hash(&args).as_bytes();
        let ready = self.wait(&contract, &record, Change::Migrate { code, args })?;
        Ok(Done::event(SystemEvent::MigrationProposed {
            contract,
            code,
            args: hash,
            ready,
        }))
    }

    /// Carries out a migration: the new code's `migrate` runs on the old storage. If it fails, nothing happened: the
    /// caller drops this call's writes, the record's among them.
    pub(super) fn migrate(&mut self, args: &[u8]) -> Result<Done, Stop> {
        let MigrateMsg { contract, code } = message(args)?;
        let record = self.contract(&contract)?;
        check_holder(&record.admin, self.auth)?;
        let Some(PendingChange {
            change: Change::Migrate { code: agreed, args },
            ready,
        }) = self.waiting(&contract)?
        else {
            return Err(SystemError::NoSuchChange.into());
        };
        if agreed != code {
            return Err(SystemError::NoSuchChange.into());
        }
        self.check_ready(ready)?;
        self.overlay.delete(keys::pending_change(&contract));
        let from = record.code;
        let record = ContractRecord { code, ..record };
        self.overlay.put(keys::contract(&contract), encode(&record));
        let outcome = exec::migrate(
            self.vm,
            self.overlay,
            self.env,
            self.auth,
            contract,
            args,
            self.fuel,
        )?;
        let Ok(reply) = outcome.result else {
            return Err(Stop::Refused(outcome));
        };
        let mut done = Done::event(SystemEvent::Migrated {
            contract,
            from,
            code,
        });
        done.reply = reply;
        done.events.extend(outcome.events);
        done.fuel_used = outcome.fuel_used;
        Ok(done)
    }

    /// Proposes another admin; at once when the present one has no delay.
    pub(super) fn set_admin(&mut self, args: &[u8]) -> Result<Done, Stop> {
        let SetAdminMsg { contract, admin } = message(args)?;
        admin.validate().map_err(|_| SystemError::BadAdmin)?;
        let record = self.contract(&contract)?;
        check_admin(&record.admin, self.auth)?;
        if delay(&record.admin) == Delay::default() {
            if self.waiting(&contract)?.is_some() {
                return Err(SystemError::ChangeWaits.into());
            }
            return Ok(self.put_admin(contract, record, admin));
        }
        let ready = self.wait(&contract, &record, Change::Admin(admin.clone()))?;
        Ok(Done::event(SystemEvent::AdminProposed {
            contract,
            admin,
            ready,
        }))
    }

    pub(super) fn apply_admin(&mut self, args: &[u8]) -> Result<Done, Stop> {
        let ContractMsg { contract } = message(args)?;
        let record = self.contract(&contract)?;
        check_holder(&record.admin, self.auth)?;
        let Some(PendingChange {
            change: Change::Admin(admin),
            ready,
        }) = self.waiting(&contract)?
        else {
            return Err(SystemError::NoSuchChange.into());
        };
        self.check_ready(ready)?;
        self.overlay.delete(keys::pending_change(&contract));
        Ok(self.put_admin(contract, record, admin))
    }

    /// Takes back what waits.
    pub(super) fn cancel(&mut self, args: &[u8]) -> Result<Done, Stop> {
        let ContractMsg { contract } = message(args)?;
        let record = self.contract(&contract)?;
        check_admin(&record.admin, self.auth)?;
        if self.waiting(&contract)?.is_none() {
            return Err(SystemError::NoSuchChange.into());
        }
        self.overlay.delete(keys::pending_change(&contract));
        Ok(Done::event(SystemEvent::ChangeCancelled { contract }))
    }

    /// Gives up the right to change the code, without a delay: whoever uses the contract keeps the code that they know.
    /// What waits is dropped, or a migration could still happen afterwards.
    pub(super) fn freeze_code(&mut self, args: &[u8]) -> Result<Done, Stop> {
        let FreezeCodeMsg { contract } = message(args)?;
        let record = self.contract(&contract)?;
        check_admin(&record.admin, self.auth)?;
        let mut events = Vec::new();
        if self.waiting(&contract)?.is_some() {
            self.overlay.delete(keys::pending_change(&contract));
            events.push(SystemEvent::ChangeCancelled { contract });
        }
        let record = ContractRecord {
            admin: AdminPolicy::Frozen,
            ..record
        };
        self.overlay.put(keys::contract(&contract), encode(&record));
        events.push(SystemEvent::CodeFrozen { contract });
        Ok(Done::events(events))
    }

    /// A contract's record.
    pub(super) fn contract(&self, contract: &ContractId) -> Result<ContractRecord, Stop> {
        let Some(bytes) = self.overlay.get(&keys::contract(contract))? else {
            return Err(SystemError::NoSuchContract.into());
        };
        borsh::from_slice(&bytes)
            .map_err(|_| Fault::Damaged(format!("the record of contract {contract}")).into())
    }

    fn waiting(&self, contract: &ContractId) -> Result<Option<PendingChange>, Stop> {
        let Some(bytes) = self.overlay.get(&keys::pending_change(contract))? else {
            return Ok(None);
        };
        borsh::from_slice(&bytes)
            .map(Some)
            .map_err(|_| Fault::Damaged(format!("the proposal for contract {contract}")).into())
    }

    /// Lets a change wait for the delay of the present admin.
    fn wait(
        &mut self,
        contract: &ContractId,
        record: &ContractRecord,
        change: Change,
    ) -> Result<Ready, Stop> {
        if self.waiting(contract)?.is_some() {
            return Err(SystemError::ChangeWaits.into());
        }
        let Delay { blocks, ms } = delay(&record.admin);
        let ready = Ready {
            height: self.env.height.0.saturating_add(blocks),
            time_ms: self.env.time.0.saturating_add(ms),
        };
        let pending = PendingChange { change, ready };
        self.overlay
            .put(keys::pending_change(contract), encode(&pending));
        Ok(ready)
    }

    fn check_ready(&self, ready: Ready) -> Result<(), SystemError> {
        if self.env.height.0 < ready.height || self.env.time.0 < ready.time_ms {
            return Err(SystemError::TooEarly);
        }
        Ok(())
    }

    fn put_admin(
        &mut self,
        contract: ContractId,
        record: ContractRecord,
        admin: AdminPolicy,
    ) -> Done {
        let frozen = admin == AdminPolicy::Frozen;
        let record = ContractRecord {
            admin: admin.clone(),
            ..record
        };
        self.overlay.put(keys::contract(&contract), encode(&record));
        let set = SystemEvent::AdminSet { contract, admin };
        match frozen {
            true => Done::events([set, SystemEvent::CodeFrozen { contract }]),
            false => Done::event(set),
        }
    }
}

const fn delay(admin: &AdminPolicy) -> Delay {
    match admin {
        AdminPolicy::Frozen => Delay { blocks: 0, ms: 0 },
        AdminPolicy::Admin { delay, .. } => *delay,
    }
}
