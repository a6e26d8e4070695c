//! How often holders may pay. A tag is what it is: nothing here knows whose it is, or which place it stands for.

use std::collections::{BTreeMap, HashMap};

use obolus_abi::FieldBytes;
use obolus_abi::token::{VelocityPlace, VelocityRule};

use super::{Unable, Verdict, require};

/// Bits of a period's number below the rule's serial.
const INDEX_BITS: u32 = 40;

/// The rule, and the places that were used up under it and its predecessors.
#[derive(Default)]
pub struct Quotas {
    rule: Option<VelocityRule>,
    /// How often a rule was set or lifted.
    serial: u64,
    /// Whose place was used up, by period and tag.
    tags: HashMap<(u64, FieldBytes), usize>,
    /// How many each used up, by period.
    used: BTreeMap<(usize, u64), u32>,
}

impl Quotas {
    /// Quotas begin anew.
    pub fn set(&mut self, rule: Option<VelocityRule>) -> Verdict {
        if let Some(rule) = &rule {
            let whole = rule.quota > 0 && rule.period_seconds > 0;
            let short = rule.grace_seconds <= rule.period_seconds;
            require(whole && short, "token_bad_init")?;
        }
        self.rule = rule;
        self.serial += 1;
        Ok(())
    }

    pub const fn limits(&self) -> bool {
        self.rule.is_some()
    }

    /// A place is shown when one is needed, and only then.
    pub fn check_shown(&self, place: Option<&VelocityPlace>) -> Verdict {
        require(place.is_some() || !self.limits(), "velocity_needed")?;
        require(place.is_none() || self.limits(), "velocity_off")
    }

    /// The place is of this period, or of the one before within the grace, and free.
    pub fn check_free(&self, place: Option<&VelocityPlace>, time_ms: u64) -> Verdict {
        let (Some(rule), Some(place)) = (&self.rule, place) else {
            return Ok(());
        };
        let now = self.period(rule, time_ms);
        let into = time_ms / 1000 % u64::from(rule.period_seconds);
        let graced = place.period + 1 == now && into < u64::from(rule.grace_seconds);
        require(place.period == now || graced, "velocity_period")?;
        let fresh = !self.tags.contains_key(&(place.period, place.tag));
        require(fresh, "velocity_used")
    }

    /// Whoever's it is has one place less, and never one more than the rule allows.
    pub fn use_up(&mut self, slot: usize, place: Option<&VelocityPlace>) {
        let (Some(rule), Some(place)) = (&self.rule, place) else {
            return;
        };
        let used = self.used.entry((slot, place.period)).or_default();
        *used += 1;
        assert!(*used <= rule.quota, "a place more than the quota");
        self.tags.insert((place.period, place.tag), slot);
    }

    /// Whether a wallet that knows the chain up to that time finds no free place.
    pub fn used_up(&self, slot: usize, time_ms: u64) -> Option<Unable> {
        let rule = self.rule.as_ref()?;
        let used = self.used.get(&(slot, self.period(rule, time_ms)));
        used.is_some_and(|used| *used == rule.quota)
            .then_some(Unable::QuotaUsed)
    }

    fn period(&self, rule: &VelocityRule, time_ms: u64) -> u64 {
        (self.serial << INDEX_BITS) + time_ms / 1000 / u64::from(rule.period_seconds)
    }
}
