//! What an attestation counts, for those who sign it: its sums say so to anybody who reads the ledger, without the auditor's key.

use std::collections::BTreeSet;

use obolus_abi::{PointBytes, token::AttestMsg};
use obolus_protocol::{curve::Point, pedersen::ValueCommitment, tx::Height};
use obolus_runtime_api::BlockUpdate;

use crate::{
    config::TokenConfig,
    events::{LedgerEvent, ScanError, read_block},
    source::ChainSource,
    view::Follower,
};

/// How an attestation's sums stand to the ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AttestedSums {
    /// How many redemptions it counts as gone: the first ones.
    pub counted: u64,
    /// How many there are.
    pub redemptions: u64,
    /// The block at which redemptions had reached the sum first.
    pub since: Height,
    /// The last block that was read.
    pub tip: Height,
}

/// Why an attestation is not signed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SumsError {
    /// Reading the ledger.
    #[error(transparent)]
    Scan(#[from] ScanError),
    /// A sum of issues that is not the token's.
    #[error(
        "the attestation's sum of issues is not the token's as it is now: something was issued since, or the draft is wrong; have it made again"
    )]
    Issued,
    /// A sum of redemptions that never was.
    #[error(
        "redemptions never had the sum that the attestation counts: do not sign it, and ask whoever drafted it"
    )]
    Redeemed,
    /// A sum of redemptions that was reached after the count.
    #[error(
        "the attestation counts redemptions up to block {since} as gone, and its reserves were counted at block {as_of}: do not sign it"
    )]
    Later {
        /// Where the sum was reached.
        since: Height,
        /// Where the reserves were counted.
        as_of: Height,
    },
}

impl AttestedSums {
    /// Reads the ledger up to its tip and finds what an attestation counts.
    ///
    /// # Errors
    /// [`SumsError`]: it would be refused, or count what it does not say.
    pub fn find(
        config: TokenConfig,
        source: &dyn ChainSource,
        message: &AttestMsg,
    ) -> Result<Self, SumsError> {
        let mut reader = Redemptions {
            config,
            next: Height(1),
            sum: ValueCommitment::zero(),
            wanted: message.redeemed,
            redemptions: 0,
            reached: None,
        };
        reader.look(Height(0));
        reader.sync(source)?;
        let state = source.token_state().map_err(ScanError::Source)?;
        if state.issued != message.issued {
            return Err(SumsError::Issued);
        }
        let (counted, since) = reader.reached.ok_or(SumsError::Redeemed)?;
        let as_of = Height(message.as_of_height);
        if since > as_of {
            return Err(SumsError::Later { since, as_of });
        }
        Ok(Self {
            counted,
            redemptions: reader.redemptions,
            since,
            tip: Height(reader.next.0.saturating_sub(1)),
        })
    }
}

/// Adds up what left the token.
struct Redemptions {
    config: TokenConfig,
    next: Height,
    sum: ValueCommitment,
    wanted: PointBytes,
    redemptions: u64,
    /// How many had been made when the sum was the wanted one, and in which block it was first.
    reached: Option<(u64, Height)>,
}

impl Redemptions {
    /// A redemption of nothing may leave the sum as it was; then it counts as well, as in the token.
    fn look(&mut self, height: Height) {
        if self.sum.point().encode() == self.wanted {
            let since = self.reached.map_or(height, |(_, since)| since);
            self.reached = Some((self.redemptions, since));
        }
    }
}

impl Follower for Redemptions {
    fn next_height(&self) -> Height {
        self.next
    }

    fn apply(&mut self, update: &BlockUpdate) -> Result<(), ScanError> {
        let height = Height(update.height);
        ScanError::check_next(update, self.next)?;
        for tx in read_block(update, &self.config, &BTreeSet::new())? {
            for event in &tx.events {
                let (LedgerEvent::Redeemed { msg, .. } | LedgerEvent::MigratedOut { msg, .. }) =
                    event
                else {
                    continue;
                };
                let cv = Point::decode(&msg.cv).map_err(|_| ScanError::BadEvent(height))?;
                self.sum = self.sum.plus(&ValueCommitment::from_point(cv));
                self.redemptions = self.redemptions.saturating_add(1);
                self.look(height);
            }
        }
        self.next = Height(update.height.saturating_add(1));
        Ok(())
    }
}
