//! The public side of a token as bytes.

use std::collections::BTreeSet;

use borsh::{BorshDeserialize, BorshSerialize};
use obolus_abi::{ContractId, PointBytes, registry::Participant};
use obolus_protocol::{audit::AuditorKey, tx::Height};

use super::{TokenView, Velocity};
use crate::{config::TokenConfig, directory::Directory};

/// What a [`TokenView`] has followed.
#[derive(BorshSerialize, BorshDeserialize)]
pub struct ViewSnapshot {
    next: u64,
    participants: Vec<Participant>,
    auditor: PointBytes,
    trusted: Vec<PointBytes>,
    issue_nonce: u64,
    leaves: u64,
    approved: BTreeSet<ContractId>,
    time_ms: u64,
    velocity: Velocity,
}

impl ViewSnapshot {
    /// The last block applied.
    pub fn height(&self) -> u64 {
        self.next.saturating_sub(1)
    }
}

impl TokenView {
    /// The state as of the last block applied.
    pub fn snapshot(&self) -> ViewSnapshot {
        ViewSnapshot {
            next: self.next.0,
            participants: self.directory.iter().map(Participant::from).collect(),
            auditor: self.auditor.encode(),
            trusted: self.trusted.iter().map(AuditorKey::encode).collect(),
            issue_nonce: self.issue_nonce,
            leaves: self.leaves,
            approved: self.approved.clone(),
            time_ms: self.time_ms,
            velocity: self.velocity.clone(),
        }
    }

    /// The view with this state; none if it contradicts itself.
    pub fn restore(config: TokenConfig, snapshot: ViewSnapshot) -> Option<Self> {
        let mut directory = Directory::new();
        for participant in &snapshot.participants {
            directory.register(participant).ok()?;
        }
        let key = |bytes: &PointBytes| AuditorKey::decode(bytes).ok();
        let mut trusted = snapshot
            .trusted
            .iter()
            .map(key)
            .collect::<Option<Vec<_>>>()?;
        if !trusted.contains(&config.auditor) {
            trusted.push(config.auditor);
        }
        Some(Self {
            config,
            next: Height(snapshot.next.max(1)),
            directory,
            auditor: key(&snapshot.auditor)?,
            trusted,
            issue_nonce: snapshot.issue_nonce,
            leaves: snapshot.leaves,
            approved: snapshot.approved,
            time_ms: snapshot.time_ms,
            velocity: snapshot.velocity,
        })
    }
}
