//! Who signed the log's entries.
//!
//! The chain of hashes says that entries follow from each other, not that anybody wrote them: a node could add one. So each
//! entry must be what a transaction in its block did, and the key in whose name it stands must have signed that
//! transaction. The chain takes each transaction once, until it expires: one makes one entry, in a block that it may stand
//! in, or else a node could ask anew with what was asked before. The first entry is nobody's: who deploys the log writes
//! it, and members compare its settings once.

use std::collections::HashSet;

use borsh::BorshSerialize;
use obolus_abi::accesslog::{AccessMembers, AccessRecord};
use obolus_abi::{ContractId, RoleKey};
use obolus_protocol::tx::{Height, Transaction};
use obolus_wallet::SourceError;

use super::{AccessError, AccessLog};

/// Gives blocks as they are on the chain.
pub trait Blocks {
    /// The transactions of a block.
    ///
    /// # Errors
    /// [`SourceError`].
    fn transactions(&self, height: Height) -> Result<Vec<Transaction>, SourceError>;
}

impl<F> Blocks for F
where
    F: Fn(Height) -> Result<Vec<Transaction>, SourceError>,
{
    fn transactions(&self, height: Height) -> Result<Vec<Transaction>, SourceError> {
        self(height)
    }
}

/// Whether all entries from number `from` on were signed by those in whose names they stand, each in a transaction of its
/// own. Earlier entries are looked at again only where a later one says the same.
///
/// # Errors
/// [`AccessError::NotSigned`].
pub fn check_signed(
    blocks: &dyn Blocks,
    contract: ContractId,
    log: &AccessLog,
    from: u64,
) -> Result<(), AccessError> {
    let mut founded = None;
    let mut calls = Vec::new();
    for logged in log.entries() {
        let entry = &logged.entry;
        let (name, arguments, signers) = match &entry.record {
            AccessRecord::Founded {
                chain, settings, ..
            } => {
                founded = Some((*chain, settings.members.clone()));
                continue;
            }
            AccessRecord::Requested { message, .. } => {
                ("request", encoded(message), Signers::One(message.by))
            }
            AccessRecord::Answered { key, message } => {
                ("answer", encoded(message), Signers::One(*key))
            }
            AccessRecord::MembersSet { members, .. } => {
                let (_, before) = founded.as_mut().ok_or(AccessError::OtherLog)?;
                let before = std::mem::replace(before, members.clone());
                ("set_members", encoded(members), Signers::Threshold(before))
            }
        };
        calls.push((entry, (name, arguments), signers));
    }
    let new = calls.iter().filter(|(entry, ..)| entry.number >= from);
    let said: HashSet<_> = new.map(|(_, call, _)| call).collect();
    let mut used = HashSet::new();
    let mut block = None;
    for (entry, call, signers) in &calls {
        if !said.contains(call) {
            continue;
        }
        let (name, arguments) = call;
        let (chain, _) = founded.as_ref().ok_or(AccessError::OtherLog)?;
        let height = Height(entry.height);
        let transactions = match block.take() {
            Some((read, transactions)) if read == height => transactions,
            _ => blocks.transactions(height)?,
        };
        let wrote = |transaction: &&Transaction| {
            let body = &transaction.body;
            body.chain == *chain
                && body.contract == contract
                && body.entry.as_str() == *name
                && Some(&body.args) == arguments.as_ref()
                && body.expiry >= height
                && !used.contains(&body.digest())
                && signers.signed(transaction)
        };
        let found = transactions.iter().find(wrote);
        let digest = found.map(|transaction| transaction.body.digest());
        used.insert(digest.ok_or(AccessError::NotSigned(entry.number))?);
        block = Some((height, transactions));
    }
    Ok(())
}

fn encoded(message: &impl BorshSerialize) -> Option<Vec<u8>> {
    borsh::to_vec(message).ok()
}

/// Whose signatures an entry needs.
enum Signers {
    One(RoleKey),
    Threshold(AccessMembers),
}

impl Signers {
    fn signed(&self, transaction: &Transaction) -> bool {
        let digest = transaction.body.digest();
        let by = |key: &RoleKey| {
            let mut signatures = transaction.role_signatures.iter();
            signatures.any(|one| one.key == *key && one.verify(&digest).is_ok())
        };
        match self {
            Self::One(key) => by(key),
            Self::Threshold(AccessMembers { members, .. }) => {
                let count = members.keys.iter().filter(|key| by(key)).count();
                count >= usize::from(members.threshold)
            }
        }
    }
}

#[cfg(test)]
mod tests;
