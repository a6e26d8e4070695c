//! New shares of a key that exists: a ceremony of all its members, after which the shares before are worth nothing.
//!
//! The steps are those of a key ceremony. What comes out waits beside the share in use until all members have compared the
//! new fingerprint: were one of them left behind, those who went ahead could not sign with it.

use obolus_threshold::{Ceremony, Purpose};

use super::ceremony::{STATE, Task, start};
use super::directory::WAITING;
use super::{Begun, CommitteeError, Group, MemberDir, MemberName, Roster, nonces};

/// Step 1: takes this member's seat in a refresh of the key in its directory. The members' file lists the same identities in
/// the same order; its session is a new one, names and role keys may be.
///
/// # Errors
/// [`CommitteeError`]: no key, another ceremony under way, or another group than the key's.
pub fn refresh(dir: &MemberDir, roster: &Roster) -> Result<(MemberName, Begun), CommitteeError> {
    let _lock = dir.lock()?;
    let group = dir.group()?;
    if dir.root().join(WAITING).exists() {
        return Err(CommitteeError::Waiting);
    }
    let ceremony = roster.refresh(&group)?;
    let mut seats = roster.seats().iter();
    let own = seats.find(|seat| seat.card == *dir.card());
    let me = own.ok_or(CommitteeError::Stranger)?.name.clone();
    Ok((me, start(dir, roster, Task::Refresh, &ceremony)?))
}

/// Step 4, after all members have compared the new fingerprint: uses the refreshed share from now on. The share before and
/// all nonces are deleted. May be repeated if it was interrupted.
///
/// # Errors
/// [`CommitteeError::NothingWaits`], [`CommitteeError::OtherFingerprint`].
pub fn adopt(dir: &MemberDir, fingerprint: &str) -> Result<Group, CommitteeError> {
    let _lock = dir.lock()?;
    let (share, group) = dir.waiting()?.ok_or(CommitteeError::NothingWaits)?;
    let own = group.fingerprint().to_string();
    if own != fingerprint {
        return Err(CommitteeError::OtherFingerprint(own));
    }
    dir.keep_key(&share, &group)?;
    nonces::forget(dir)?;
    dir.remove(WAITING)?;
    // What an interrupted last step of the ceremony left.
    if dir.root().join(STATE).exists() {
        dir.remove(STATE)?;
    }
    Ok(group)
}

impl Roster {
    /// The ceremony that refreshes a group's shares.
    ///
    /// # Errors
    /// [`CommitteeError::Form`].
    pub(super) fn refresh(&self, group: &Group) -> Result<Ceremony, CommitteeError> {
        let bad = |reason: String| CommitteeError::Form("members", reason);
        let cards = |seats: &[super::Seat]| -> Vec<_> {
            seats.iter().map(|seat| seat.card.clone()).collect()
        };
        if cards(self.seats()) != cards(group.seats()) {
            return Err(bad(
                "a refresh takes all members of the key, in their order: list the same identities; others make a new key".into(),
            ));
        }
        if self.session == group.roster.session {
            return Err(bad(
                "session: the key has it already; write one that no ceremony had".into(),
            ));
        }
        let missing = self.seats().iter().find(|seat| seat.role.is_none());
        if let (Purpose::Auditor, Some(seat)) = (group.key().purpose(), missing) {
            return Err(bad(format!("{} has no role key", seat.name)));
        }
        Ceremony::refresh(group.key(), cards(self.seats()), self.session())
            .map_err(|error| bad(self.named(&error)))
    }
}

#[cfg(test)]
mod tests;
