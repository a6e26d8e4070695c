//! Attesting reserves, and issuing against them: what the issuer proves together with its auditor, who can open the sums.

use obolus_abi::{
    PointBytes,
    token::{AttestMsg, Backing},
};
use obolus_protocol::{
    amount::Total,
    audit::AuditorSecret,
    pedersen::{Blinding, ValueCommitment},
    statement::{IssueWitness, SupplyWitness},
    tx::{Height, UnprovenTx},
};

use obolus_runtime_api::BlockUpdate;

use super::{AssembleError, Authority, Call, Proven, Unproven};
use crate::{
    auditor::{AuditorView, Supply},
    config::TokenConfig,
    events::ScanError,
    prove::{self, CircuitKeys, Statement, StatementProver},
    source::{ChainSource, SourceError},
    view::{Follower, TokenView},
};

mod sums;

pub use sums::{AttestedSums, SumsError};

/// Name of the entry that issues against attested reserves.
pub(super) const ISSUE_BACKED: &str = "issue_backed";

/// What attestors state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attestation {
    /// Reserves.
    pub reserves: Total,
    /// The block for which they were counted.
    pub as_of: Height,
    /// Hash of their document.
    pub document: [u8; 32],
    /// The last block that may include it.
    pub expiry: Height,
}

/// Up to where redemptions count as gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counted {
    /// To the block for which reserves were counted: what was redeemed later is still among them.
    UpTo(Height),
    /// To this sum of redemptions, which an attestation counted.
    Sum(PointBytes),
}

/// The sums of a token with their openings: all issues, and redemptions as far as they count as gone.
#[derive(Clone)]
pub struct OpenedSupply {
    now: Supply,
    /// As of the redemptions that count.
    counted: Supply,
}

impl OpenedSupply {
    /// Opens a token's whole history with the auditor's secrets, and compares the sums with the token's own.
    ///
    /// # Errors
    /// [`AssembleError::Scan`]; [`AssembleError::OtherSupply`] unless the secrets open the token's sums, or when redemptions
    /// never had the sum that is to count, at the end of a block.
    pub fn open(
        config: TokenConfig,
        secrets: Vec<AuditorSecret>,
        source: &dyn ChainSource,
        counted: Counted,
    ) -> Result<Self, AssembleError> {
        let audit = AuditorView::new(config, secrets);
        let mut books = Books {
            kept: matching(audit.supply(), Height(0), &counted).then(|| audit.supply().clone()),
            audit,
            counted,
        };
        books.sync(source).map_err(AssembleError::Scan)?;
        let Books { audit, kept, .. } = books;
        let failed = |error: SourceError| AssembleError::Scan(error.into());
        let state = source.token_state().map_err(failed)?;
        let checked = audit.supply().check(&state);
        checked.map_err(|_| AssembleError::OtherSupply)?;
        Ok(Self {
            now: audit.supply().clone(),
            counted: kept.ok_or(AssembleError::OtherSupply)?,
        })
    }

    /// The commitments: to all issues, and to the redemptions that count.
    fn sums(&self) -> [ValueCommitment; 2] {
        [
            ValueCommitment::commit_total(self.now.issued, self.now.openings().0),
            redeemed(&self.counted),
        ]
    }

    /// The statement that reserves cover what is in circulation, with `more` issued on top.
    fn witness(
        &self,
        more: Option<(u64, &Blinding)>,
        reserves: Total,
    ) -> Result<SupplyWitness, AssembleError> {
        let (issued, counted) = (self.now.openings().0, self.counted.openings().1);
        let left = *issued.scalar() - *counted.scalar();
        let (amount, blinding) = match more {
            Some((amount, s)) => (amount, Blinding::new(left + *s.scalar())),
            None => (0, Blinding::new(left)),
        };
        let total = self
            .now
            .issued
            .checked_add(u128::from(amount))
            .and_then(|issued| issued.checked_sub(self.counted.redeemed))
            .and_then(|total| Total::new(total).ok())
            .ok_or(AssembleError::OtherSupply)?;
        if total > reserves {
            return Err(AssembleError::NotCovered);
        }
        Ok(SupplyWitness {
            total,
            s: blinding,
            reserves,
        })
    }
}

/// The auditor's books, with a copy as of the last block whose redemptions count.
struct Books {
    audit: AuditorView,
    counted: Counted,
    kept: Option<Supply>,
}

impl Follower for Books {
    fn next_height(&self) -> Height {
        self.audit.next_height()
    }

    fn apply(&mut self, update: &BlockUpdate) -> Result<(), ScanError> {
        let before = self.audit.records().len();
        self.audit.apply(update)?;
        let moved = self.audit.records().len() > before;
        let supply = self.audit.supply();
        if moved && matching(supply, Height(update.height), &self.counted) {
            self.kept = Some(supply.clone());
        }
        Ok(())
    }
}

fn redeemed(supply: &Supply) -> ValueCommitment {
    ValueCommitment::commit_total(supply.redeemed, supply.openings().1)
}

/// Whether the redemptions of these books, which end at a block, are among those that count.
fn matching(supply: &Supply, height: Height, counted: &Counted) -> bool {
    match counted {
        Counted::UpTo(last) => height <= *last,
        Counted::Sum(sum) => redeemed(supply).point().encode() == *sum,
    }
}

impl Unproven<SupplyWitness> {
    /// Assembles an attestation; the attestors' role holders sign it.
    ///
    /// # Errors
    /// [`AssembleError`]; [`AssembleError::NotCovered`] when more is in circulation than is held.
    pub fn attest(
        view: &TokenView,
        supply: &OpenedSupply,
        attestation: &Attestation,
    ) -> Result<Self, AssembleError> {
        let [issued, redeemed] = supply.sums().map(|sum| sum.point().encode());
        let msg = AttestMsg {
            reserves: attestation.reserves.get(),
            as_of_height: attestation.as_of.0,
            document: attestation.document,
            issued,
            redeemed,
        };
        let witness = supply.witness(None, attestation.reserves)?;
        let call = Call::new(view.token(), "attest", &msg, Vec::new(), attestation.expiry);
        Self::new(view, call, (witness, None), Authority::Roles)
    }
}

/// An issue that a token with strict backing takes: a second proof shows that it fits into the reserves attested last.
pub struct BackedIssue {
    issue: Unproven<IssueWitness>,
    supply: SupplyWitness,
}

impl BackedIssue {
    /// Adds the second statement to an issue.
    ///
    /// # Errors
    /// [`AssembleError::NotCovered`] when the reserves attested last leave no room for it.
    pub fn new(
        view: &TokenView,
        issue: &Unproven<IssueWitness>,
        supply: &OpenedSupply,
        backing: &Backing,
    ) -> Result<Self, AssembleError> {
        let witness = issue.witness().clone();
        let reserves = Total::new(backing.reserves).map_err(|_| AssembleError::OtherSupply)?;
        let more = Some((witness.value.get(), &witness.s));
        let second = supply.witness(more, reserves)?;
        let body = issue.body();
        let call = Call {
            expiry: body.expiry,
            contract: body.contract,
            entry: ISSUE_BACKED,
            args: body.args.clone(),
            memos: body.memos.clone(),
        };
        let issue = Unproven::new(view, call, (witness, None), Authority::Roles)?;
        second.check(issue.context())?;
        Ok(Self {
            issue,
            supply: second,
        })
    }

    /// Gets both proofs and checks them.
    ///
    /// # Errors
    /// [`AssembleError::Prover`].
    pub fn prove(
        &self,
        prover: &dyn StatementProver,
        keys: &CircuitKeys,
    ) -> Result<Proven, AssembleError> {
        let context = self.issue.context();
        let proofs = vec![
            prove::prove(self.issue.witness(), context, prover, keys)?,
            prove::prove(&self.supply, context, prover, keys)?,
        ];
        Ok(Proven {
            tx: UnprovenTx::new(self.issue.body().clone())?.prove(proofs)?,
            authority: Authority::Roles,
        })
    }
}

#[cfg(test)]
mod tests;
