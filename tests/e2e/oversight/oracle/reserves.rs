//! What is attested of a token's reserves: they cover all that entered, less what had left when they were counted.

use obolus_abi::token::Circuit;

use super::token::{Account, Token};
use super::{Verdict, require};

/// An attestation.
#[derive(Clone, Copy)]
pub struct Attested {
    pub reserves: u128,
    /// The block for which they were counted.
    pub as_of: u64,
    /// How often something had entered when it was made.
    pub entered: u64,
    /// How many redemptions it counts.
    pub counted: u64,
    /// Whether the reserves cover what its proof is about and the token's supply.
    pub covers: bool,
}

/// The attestation taken last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Backing {
    pub reserves: u128,
    pub as_of: u64,
    pub redemptions: u64,
}

impl Token {
    /// What reserves that were counted for a block must cover now, and how many redemptions count as gone.
    pub fn supply_at(&self, height: u64) -> (u128, u64) {
        let gone = self.reached.iter().filter(|(block, _)| *block <= height);
        let (counted, redeemed) = gone.fold((0, 0), |(count, _), (_, sum)| (count + 1, *sum));
        (self.sum(|account| account.issued) - redeemed, counted)
    }

    pub fn attest(&mut self, attested: &Attested, height: u64) -> Verdict {
        self.check_on(Circuit::Supply)?;
        let earliest = self.backing.map_or(0, |last| last.as_of);
        let in_time = (earliest..=height).contains(&attested.as_of);
        require(in_time, "bad_attestation")?;
        require(attested.entered == self.entered, "issued_sum")?;
        require(attested.covers, "proof_refused")?;
        self.check_pinned(Circuit::Supply)?;
        self.backing = Some(Backing {
            reserves: attested.reserves,
            as_of: attested.as_of,
            redemptions: attested.counted,
        });
        self.cleared = self.cleared.max(attested.counted);
        Ok(())
    }

    pub(super) fn sum(&self, of: fn(&Account) -> u128) -> u128 {
        self.accounts.iter().map(of).sum()
    }
}
