//! What everybody can see of one token: directory, auditor key, counters. Wallets, the issuer and
//! the auditor each build on it.

use std::collections::{BTreeMap, BTreeSet};

use borsh::{BorshDeserialize, BorshSerialize};
use obolus_abi::{
    ContractId, FieldBytes,
    registry::{RegistryEvent, RegistryState},
    token::{VelocityPlace, VelocityRule},
};
use obolus_protocol::{audit::AuditorKey, field::fr_to_bytes, tx::Height};
use obolus_runtime_api::BlockUpdate;

use crate::{
    config::TokenConfig,
    directory::Directory,
    events::{LedgerEvent, LedgerTx, ScanError, read_block},
    source::{ChainSource, SourceError},
};

mod snapshot;

pub use snapshot::ViewSnapshot;

/// The public side of one token, as far as it was followed.
#[derive(Clone)]
pub struct TokenView {
    config: TokenConfig,
    next: Height,
    directory: Directory,
    auditor: AuditorKey,
    trusted: Vec<AuditorKey>,
    issue_nonce: u64,
    leaves: u64,
    approved: BTreeSet<ContractId>,
    time_ms: u64,
    velocity: Velocity,
}

/// How often holders may pay, and the tickets used up in periods that may still run.
#[derive(Clone, Default, BorshSerialize, BorshDeserialize)]
struct Velocity {
    rule: Option<VelocityRule>,
    serial: u32,
    used: BTreeMap<u64, BTreeSet<FieldBytes>>,
}

impl Velocity {
    /// Quotas begin anew with every rule.
    fn set(&mut self, rule: Option<VelocityRule>) {
        *self = Self {
            rule,
            serial: self.serial.saturating_add(1),
            used: BTreeMap::new(),
        };
    }

    /// Of the period before it tickets may still be used; older ones are over.
    fn use_up(&mut self, place: &VelocityPlace) {
        self.used.retain(|period, _| *period + 1 >= place.period);
        self.used.entry(place.period).or_default().insert(place.tag);
    }
}

impl TokenView {
    /// The token before its first block.
    pub fn new(config: TokenConfig) -> Self {
        Self {
            config,
            next: Height(1),
            directory: Directory::new(),
            auditor: config.auditor,
            trusted: vec![config.auditor],
            issue_nonce: 0,
            leaves: 0,
            approved: BTreeSet::new(),
            time_ms: 0,
            velocity: Velocity::default(),
        }
    }

    /// Which token.
    pub const fn config(&self) -> &TokenConfig {
        &self.config
    }

    /// The token contract.
    pub const fn token(&self) -> ContractId {
        self.config.token
    }

    /// The height of the block that comes next; everything below it was applied.
    pub const fn next_height(&self) -> Height {
        self.next
    }

    /// The last block applied; 0 is the genesis, which holds no transactions.
    pub const fn tip(&self) -> Height {
        Height(self.next.0.saturating_sub(1))
    }

    /// The participants.
    pub const fn directory(&self) -> &Directory {
        &self.directory
    }

    /// The auditor's key of the current epoch, as the chain source tells it.
    pub const fn auditor(&self) -> &AuditorKey {
        &self.auditor
    }

    /// The same, if it is one that the holder trusts; what is sent is encrypted to it. A source
    /// cannot prove a change of epoch to a wallet, and one that made it up would read the payment.
    pub fn trusted_auditor(&self) -> Option<&AuditorKey> {
        self.trusted
            .contains(&self.auditor)
            .then_some(&self.auditor)
    }

    /// Trusts another auditor key, learnt from the auditor and not from the source.
    pub fn trust_auditor(&mut self, key: AuditorKey) {
        self.trusted.push(key);
    }

    /// The nonce that the next issue must carry.
    pub const fn issue_nonce(&self) -> u64 {
        self.issue_nonce
    }

    /// Settlement contracts that the registrar approved.
    pub const fn approved(&self) -> &BTreeSet<ContractId> {
        &self.approved
    }

    /// How often holders may pay, if the token limits that, and how many rules there were.
    pub fn velocity(&self) -> Option<(&VelocityRule, u32)> {
        let rule = self.velocity.rule.as_ref()?;
        Some((rule, self.velocity.serial))
    }

    /// Whether the ledger has seen a ticket.
    pub fn is_used(&self, place: &VelocityPlace) -> bool {
        let used = self.velocity.used.get(&place.period);
        used.is_some_and(|used| used.contains(&place.tag))
    }

    /// Time of the last block, in milliseconds since 1970.
    pub const fn time_ms(&self) -> u64 {
        self.time_ms
    }

    /// Number of leaves in the note tree.
    pub const fn leaves(&self) -> u64 {
        self.leaves
    }

    /// Applies the next block and returns what in it concerns the token.
    ///
    /// # Errors
    /// [`ScanError`]; nothing has changed then.
    pub fn apply<'a>(&mut self, update: &'a BlockUpdate) -> Result<Vec<LedgerTx<'a>>, ScanError> {
        let height = Height(update.height);
        ScanError::check_next(update, self.next)?;
        let transactions = read_block(update, &self.config, &self.approved)?;
        let events = || transactions.iter().flat_map(|tx| &tx.events);

        let mut leaves = self.leaves;
        for leaf in events().flat_map(LedgerEvent::leaves) {
            if leaf.position.get() != leaves {
                return Err(ScanError::Position {
                    expected: leaves,
                    got: leaf.position.get(),
                });
            }
            leaves += 1;
        }
        let registry: Vec<_> = events()
            .filter_map(|event| match event {
                LedgerEvent::Registry(event) => Some(event),
                _ => None,
            })
            .collect();
        if !registry.is_empty() {
            // On a copy, so that a block that does not fit leaves no trace; such blocks are rare.
            let mut directory = self.directory.clone();
            let mut auditor = self.auditor;
            for event in registry {
                apply_registry(&mut directory, &mut auditor, event, height)?;
            }
            self.directory = directory;
            self.auditor = auditor;
        }
        for event in events() {
            match event {
                LedgerEvent::Issued { msg, .. } => {
                    self.issue_nonce = msg.nonce.saturating_add(1);
                }
                LedgerEvent::Registry(RegistryEvent::ContractApproved { contract }) => {
                    self.approved.insert(*contract);
                }
                LedgerEvent::VelocitySet(rule) => self.velocity.set(*rule),
                LedgerEvent::PlaceUsed(place) => self.velocity.use_up(place),
                _ => {}
            }
        }
        self.leaves = leaves;
        self.time_ms = update.time_ms;
        self.next = Height(self.next.0 + 1);
        Ok(transactions)
    }

    /// Compares the rebuilt registry with the ledger's own; call at the tip.
    ///
    /// # Errors
    /// [`ScanError::RegistryRoot`] or [`ScanError::AuditorKey`] when they differ.
    pub fn check_registry(&self, state: &RegistryState) -> Result<(), ScanError> {
        if fr_to_bytes(&self.directory.active_root()) != state.active_root {
            return Err(ScanError::RegistryRoot);
        }
        if self.auditor.encode() != state.auditor {
            return Err(ScanError::AuditorKey);
        }
        Ok(())
    }
}

/// Something that follows the chain block by block.
pub trait Follower {
    /// The height of the block that comes next.
    fn next_height(&self) -> Height;

    /// Applies the next block.
    ///
    /// # Errors
    /// [`ScanError`]; nothing has changed then.
    fn apply(&mut self, update: &BlockUpdate) -> Result<(), ScanError>;

    /// Applies everything that the source has; returns how many blocks that were.
    ///
    /// # Errors
    /// [`ScanError`]; the blocks before the failing one stay applied.
    fn sync(&mut self, source: &dyn ChainSource) -> Result<u64, ScanError> {
        let tip = source.tip()?;
        self.sync_to(tip, source)
    }

    /// Applies the blocks up to `last`, and none after it; returns how many that were.
    ///
    /// # Errors
    /// As [`Self::sync`].
    fn sync_to(&mut self, last: Height, source: &dyn ChainSource) -> Result<u64, ScanError> {
        let mut applied = 0;
        while self.next_height() <= last {
            let updates = source.updates(self.next_height())?;
            if updates.is_empty() {
                return Err(SourceError::Malformed.into());
            }
            for update in &updates {
                if self.next_height() > last {
                    break;
                }
                self.apply(update)?;
                applied += 1;
            }
        }
        Ok(applied)
    }
}

impl Follower for TokenView {
    fn next_height(&self) -> Height {
        self.next
    }

    fn apply(&mut self, update: &BlockUpdate) -> Result<(), ScanError> {
        Self::apply(self, update).map(|_| ())
    }
}

fn apply_registry(
    directory: &mut Directory,
    auditor: &mut AuditorKey,
    event: &RegistryEvent,
    height: Height,
) -> Result<(), ScanError> {
    match event {
        RegistryEvent::Registered { participant, .. } => directory.register(participant)?,
        RegistryEvent::Frozen { slot } => directory.set_frozen(*slot, Some(height))?,
        RegistryEvent::Unfrozen { slot } => directory.set_frozen(*slot, None)?,
        RegistryEvent::LimitSet { slot, limit } => directory.set_limit(*slot, *limit)?,
        RegistryEvent::ContractApproved { .. } => {}
        RegistryEvent::Rotated { from, to, .. } => directory.rotate(*from, *to)?,
        RegistryEvent::AuditorSet { auditor: key, .. } => {
            *auditor = AuditorKey::decode(key).map_err(|_| ScanError::AuditorKey)?;
        }
    }
    Ok(())
}
