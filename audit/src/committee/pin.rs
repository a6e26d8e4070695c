//! How far a log was when it was last seen: whoever keeps that notices when a node shows another history.

use borsh::{BorshDeserialize, BorshSerialize};
use obolus_abi::ContractId;
use obolus_abi::accesslog::ACCESS_LOG_START;
use obolus_wallet::committee::{CommitteeError, MemberDir};

use super::{AccessError, AccessLog, Blocks, check_signed};

/// How far a log was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Pin {
    /// Entries seen.
    pub entries: u64,
    /// The head after them.
    pub head: [u8; 32],
}

impl Pin {
    /// Before anything was seen.
    pub const NOTHING: Self = Self {
        entries: 0,
        head: ACCESS_LOG_START,
    };
}

impl AccessLog {
    /// What to keep, to notice another history.
    pub fn pin(&self) -> Pin {
        self.entries().last().map_or(Pin::NOTHING, |last| Pin {
            entries: self.entries().len() as u64,
            head: last.head,
        })
    }

    /// Whether this log goes on from what was seen.
    ///
    /// # Errors
    /// [`AccessError::Rewritten`].
    pub fn check_pin(&self, pin: &Pin) -> Result<(), AccessError> {
        let last = usize::try_from(pin.entries)
            .ok()
            .and_then(|n| n.checked_sub(1));
        let head = match last {
            None => Some(ACCESS_LOG_START),
            Some(last) => self.entries().get(last).map(|entry| entry.head),
        };
        if head == Some(pin.head) {
            Ok(())
        } else {
            Err(AccessError::Rewritten(pin.entries))
        }
    }

    /// Holds this log against what the member saw of it before, and checks who signed what is new. Keeps nothing: a false
    /// log must not stand in the way of the true one.
    ///
    /// # Errors
    /// [`AccessError::Rewritten`], [`AccessError::NotSigned`].
    pub fn goes_on(
        &self,
        dir: &MemberDir,
        blocks: &dyn Blocks,
        contract: ContractId,
    ) -> Result<(), AccessError> {
        let _lock = dir.lock()?;
        self.check_from_pin((dir, &name(contract)), blocks, contract)?;
        Ok(())
    }

    /// The same, and keeps how far the log is now, in the member's directory. The pin never goes back: what it covers must be
    /// here.
    ///
    /// # Errors
    /// [`AccessError::Rewritten`], [`AccessError::NotSigned`]; the pin stays as it was then.
    pub fn follow(
        &self,
        dir: &MemberDir,
        blocks: &dyn Blocks,
        contract: ContractId,
    ) -> Result<(), AccessError> {
        let name = name(contract);
        let _lock = dir.lock()?;
        let seen = self.check_from_pin((dir, &name), blocks, contract)?;
        let now = self.pin();
        if now != seen {
            let bytes = borsh::to_vec(&now).map_err(|_| AccessError::BadPin)?;
            dir.keep(&name, &bytes).map_err(CommitteeError::from)?;
        }
        Ok(())
    }

    /// What was seen before, if this log goes on from it.
    fn check_from_pin(
        &self,
        (dir, name): (&MemberDir, &str),
        blocks: &dyn Blocks,
        contract: ContractId,
    ) -> Result<Pin, AccessError> {
        let kept = dir.kept(name).map_err(CommitteeError::from)?;
        let seen = match &kept {
            Some(bytes) => borsh::from_slice(bytes).map_err(|_| AccessError::BadPin)?,
            None => Pin::NOTHING,
        };
        self.check_pin(&seen)?;
        check_signed(blocks, contract, self, seen.entries)?;
        Ok(seen)
    }
}

/// Under which name a log's pin is kept.
fn name(contract: ContractId) -> String {
    format!("pins/{contract}")
}

#[cfg(test)]
mod tests;
