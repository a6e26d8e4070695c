//! Sums: what each participant received, paid and holds, and what the token issued and redeemed.

use std::collections::BTreeMap;

use borsh::{BorshDeserialize, BorshSerialize};
use obolus_abi::token::TokenState;
use obolus_protocol::{
    Scalar,
    audit::AuditError,
    curve::Point,
    field::{scalar_from_bytes, scalar_to_bytes},
    note::Slot,
    pedersen::{Blinding, ValueCommitment},
};

use super::{Opened, Record};

/// Sums over all participants.
#[derive(Clone, Default)]
pub struct Books {
    totals: BTreeMap<Slot, Total>,
    supply: Supply,
}

/// [`Books`] as bytes.
#[derive(BorshSerialize, BorshDeserialize)]
pub struct BooksSnapshot {
    totals: BTreeMap<Slot, Total>,
    issued: (u128, [u8; 32]),
    redeemed: (u128, [u8; 32]),
}

impl Books {
    /// What came in, went out and is left, per participant.
    pub const fn totals(&self) -> &BTreeMap<Slot, Total> {
        &self.totals
    }

    /// What was issued and redeemed.
    pub const fn supply(&self) -> &Supply {
        &self.supply
    }

    /// Enters a movement.
    pub fn enter(&mut self, opened: &Opened) {
        let amount = u128::from(opened.record.amount().get());
        match &opened.record {
            Record::Issued { recipient, .. } => {
                self.supply.issued += amount;
                add(&mut self.supply.issued_blinding, opened.blinding.as_ref());
                self.total(*recipient).issued += amount;
            }
            Record::Transferred {
                sender, recipient, ..
            } => {
                self.total(*sender).sent += amount;
                self.total(*recipient).received += amount;
            }
            Record::Redeemed { holder, .. } => {
                self.supply.redeemed += amount;
                add(&mut self.supply.redeemed_blinding, opened.blinding.as_ref());
                self.total(*holder).redeemed += amount;
            }
        }
    }

    /// The sums as bytes.
    pub fn snapshot(&self) -> BooksSnapshot {
        let Supply {
            issued,
            redeemed,
            issued_blinding,
            redeemed_blinding,
        } = &self.supply;
        BooksSnapshot {
            totals: self.totals.clone(),
            issued: (*issued, scalar_to_bytes(issued_blinding.scalar())),
            redeemed: (*redeemed, scalar_to_bytes(redeemed_blinding.scalar())),
        }
    }

    /// The sums with this content; none if it is malformed.
    pub fn restore(snapshot: BooksSnapshot) -> Option<Self> {
        let blinding = |bytes| scalar_from_bytes(bytes).ok().map(Blinding::new);
        Some(Self {
            totals: snapshot.totals,
            supply: Supply {
                issued: snapshot.issued.0,
                redeemed: snapshot.redeemed.0,
                issued_blinding: blinding(&snapshot.issued.1)?,
                redeemed_blinding: blinding(&snapshot.redeemed.1)?,
            },
        })
    }

    fn total(&mut self, slot: Slot) -> &mut Total {
        self.totals.entry(slot).or_default()
    }
}

/// Sums over one participant.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Total {
    /// Issued to it.
    pub issued: u128,
    /// Paid to it, by itself too.
    pub received: u128,
    /// Paid by it, to itself too.
    pub sent: u128,
    /// Redeemed by it.
    pub redeemed: u128,
}

impl Total {
    /// What it must hold. The proofs keep this from being negative; a finding may be missing from
    /// the sums, and then nothing is what can be said.
    pub const fn balance(&self) -> Option<u128> {
        (self.issued + self.received).checked_sub(self.sent + self.redeemed)
    }
}

/// Issued and redeemed, with the openings of the commitments that the token adds up.
#[derive(Clone)]
pub struct Supply {
    /// Sum of all issues.
    pub issued: u128,
    /// Sum of all redemptions.
    pub redeemed: u128,
    issued_blinding: Blinding,
    redeemed_blinding: Blinding,
}

impl Supply {
    /// The blindings that open the sums of issues and of redemptions.
    pub const fn openings(&self) -> (&Blinding, &Blinding) {
        (&self.issued_blinding, &self.redeemed_blinding)
    }

    /// What is in circulation.
    pub const fn circulating(&self) -> Option<u128> {
        self.issued.checked_sub(self.redeemed)
    }

    /// Compares both sums with the token's hidden ones; call at the tip.
    ///
    /// # Errors
    /// [`AuditError::Commitment`] when they differ, [`AuditError::Malformed`] for a state that is
    /// none.
    pub fn check(&self, state: &TokenState) -> Result<(), AuditError> {
        let issued = ValueCommitment::commit_total(self.issued, &self.issued_blinding);
        let redeemed = ValueCommitment::commit_total(self.redeemed, &self.redeemed_blinding);
        let decode = |bytes| Point::decode(bytes).map_err(|_| AuditError::Malformed);
        if *issued.point() == decode(&state.issued)?
            && *redeemed.point() == decode(&state.redeemed)?
        {
            Ok(())
        } else {
            Err(AuditError::Commitment)
        }
    }
}

impl Default for Supply {
    fn default() -> Self {
        let zero = Scalar::from(0_u64);
        Self {
            issued: 0,
            redeemed: 0,
            issued_blinding: Blinding::new(zero),
            redeemed_blinding: Blinding::new(zero),
        }
    }
}

fn add(sum: &mut Blinding, blinding: Option<&Blinding>) {
    if let Some(blinding) = blinding {
        *sum = Blinding::new(*sum.scalar() + *blinding.scalar());
    }
}
