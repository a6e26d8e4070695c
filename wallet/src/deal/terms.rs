//! What the parties of a deal agreed on. Both compute from it what the ledger must show.

use borsh::{BorshDeserialize, BorshSerialize};
use obolus_abi::deal::conditional::{Condition, ConditionalHeader};
use obolus_abi::deal::pair::PairHeader;
use obolus_abi::deal::standing::StandingHeader;
use obolus_abi::deal::{LegTerms, MAX_LEGS};
use obolus_abi::{ContractId, DealId, FieldBytes, PointBytes};
use obolus_protocol::deal::{DealSecret, LegKeys, LegNote, deal_id};
use obolus_protocol::memo::MemoText;
use obolus_protocol::memo::deal::MAX_CONTENT;
use obolus_protocol::rate::Rate;
use obolus_protocol::{Amount, Note, Owner, address::EncryptionKey, keys::SpendValidatingKey};

use crate::directory::Entry;

mod error;

pub use error::TermsError;

/// First byte of the encoding.
const VERSION: u8 = 1;

/// A participant, as the directories list it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Party {
    /// Whom notes are made out to.
    pub owner: Owner,
    /// Its spend-validating key.
    pub ak: SpendValidatingKey,
    /// Where memos are encrypted to.
    pub epk: EncryptionKey,
}

impl Party {
    /// A participant that can be sent memos.
    pub fn of(entry: &Entry) -> Option<Self> {
        Some(Self {
            owner: entry.owner,
            ak: entry.ak,
            epk: entry.epk?,
        })
    }
}

/// What one leg moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct LegPlan {
    /// The token.
    pub token: ContractId,
    /// How much of it.
    pub amount: Amount,
}

/// Which contract's rules.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Kind {
    /// Delivery versus payment.
    Dvp {
        /// Last time of settlement, milliseconds since 1970.
        expiry_ms: u64,
    },
    /// Payment versus payment.
    Pvp {
        /// Last time of settlement, milliseconds since 1970.
        expiry_ms: u64,
        /// Second amount in terms of the first.
        rate: Rate,
    },
    /// A payment under a condition.
    Conditional {
        /// A condition that is not fulfilled until then never will be.
        expiry_ms: u64,
        /// The condition.
        condition: Condition,
    },
    /// Scheduled payments.
    Standing {
        /// When each leg is due, milliseconds since 1970.
        due_ms: Vec<u64>,
    },
}

/// A deal as its parties know it. Secret: it names them and the amounts.
#[derive(Clone, BorshSerialize, BorshDeserialize)]
pub struct Terms {
    /// The settlement contract.
    pub contract: ContractId,
    /// Its rules.
    pub kind: Kind,
    /// The first one opens the deal and pays leg 0.
    pub parties: [Party; 2],
    /// What moves. In a pair, party `i` pays leg `i`; else the first party pays every leg.
    pub legs: Vec<LegPlan>,
    /// What keys and randomness follow from.
    pub secret: DealSecret,
    /// What the parties keep with it.
    pub text: String,
}

impl core::fmt::Debug for Terms {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Terms(redacted)")
    }
}

impl Terms {
    /// Whether the terms agree with themselves.
    ///
    /// # Errors
    /// [`TermsError`].
    pub fn check(&self) -> Result<(), TermsError> {
        if self.legs.iter().any(|leg| leg.amount == Amount::ZERO) {
            return Err(TermsError::ZeroAmount);
        }
        let [first, second] = &self.parties;
        if first.owner == second.owner || first.ak == second.ak {
            return Err(TermsError::SameParty);
        }
        let [leg, rest @ ..] = self.legs.as_slice() else {
            return Err(TermsError::Legs);
        };
        match (&self.kind, rest) {
            (Kind::Dvp { .. }, [other]) => different(leg, other)?,
            (Kind::Pvp { rate, .. }, [other]) => {
                different(leg, other)?;
                check_rate(*rate, leg.amount, other.amount)?;
            }
            (
                Kind::Conditional {
                    expiry_ms,
                    condition,
                },
                [],
            ) => match condition {
                Condition::Time(from_ms) if from_ms > expiry_ms => return Err(TermsError::Times),
                Condition::Approvals(role) if role.validate().is_err() => {
                    return Err(TermsError::Approvers);
                }
                _ => {}
            },
            (Kind::Standing { due_ms }, rest) => {
                if due_ms.len() != self.legs.len() || self.legs.len() > MAX_LEGS {
                    return Err(TermsError::Legs);
                }
                if rest.iter().any(|other| other.token != leg.token) {
                    return Err(TermsError::Tokens);
                }
                if !due_ms.iter().is_sorted_by(|a, b| a < b) {
                    return Err(TermsError::Times);
                }
            }
            _ => return Err(TermsError::Legs),
        }
        let length = self.encode().len();
        if MemoText::new(self.text.clone()).is_err() || length > MAX_CONTENT {
            return Err(TermsError::Text);
        }
        Ok(())
    }

    /// Which party pays a leg, 0 or 1.
    pub const fn payer_of(&self, leg: u8) -> u8 {
        match self.kind {
            Kind::Dvp { .. } | Kind::Pvp { .. } => leg & 1,
            Kind::Conditional { .. } | Kind::Standing { .. } => 0,
        }
    }

    /// The deal's id.
    pub fn id(&self) -> DealId {
        let preimage = match &self.kind {
            Kind::Dvp { .. } | Kind::Pvp { .. } => self.pair_header().map(|h| h.preimage()),
            Kind::Conditional { .. } => self.conditional_header().map(|h| h.preimage()),
            Kind::Standing { .. } => self.standing_header().map(|h| h.preimage()),
        };
        // Terms that fit no header have no deal; the empty text is nobody's header.
        deal_id(&preimage.unwrap_or_default())
    }

    pub(super) fn pair_header(&self) -> Option<PairHeader> {
        let (Kind::Dvp { expiry_ms } | Kind::Pvp { expiry_ms, .. }) = &self.kind else {
            return None;
        };
        let [first, second] = self.legs.as_slice() else {
            return None;
        };
        Some(PairHeader {
            tokens: [first.token, second.token],
            parties: [self.one_time_key(0), self.one_time_key(1)],
            expiry_ms: *expiry_ms,
            nonce: self.secret.nonce(),
        })
    }

    pub(super) fn conditional_header(&self) -> Option<ConditionalHeader> {
        let Kind::Conditional {
            expiry_ms,
            condition,
        } = &self.kind
        else {
            return None;
        };
        Some(ConditionalHeader {
            token: self.legs.first()?.token,
            payer: self.one_time_key(0),
            payee: self.one_time_key(1),
            condition: condition.clone(),
            expiry_ms: *expiry_ms,
            nonce: self.secret.nonce(),
        })
    }

    pub(super) fn standing_header(&self) -> Option<StandingHeader> {
        let Kind::Standing { due_ms } = &self.kind else {
            return None;
        };
        Some(StandingHeader {
            token: self.legs.first()?.token,
            payer: self.one_time_key(0),
            due_ms: due_ms.clone(),
            nonce: self.secret.nonce(),
        })
    }

    /// A party's one-time key; parties count from 0.
    pub fn one_time_key(&self, party: u8) -> PointBytes {
        let ak = self.party(party).ak;
        self.secret.randomizer(party).randomize(ak.point()).encode()
    }

    /// A party; parties count from 0.
    pub const fn party(&self, party: u8) -> &Party {
        let [first, second] = &self.parties;
        if party == 0 { first } else { second }
    }

    /// Which party an owner is.
    pub fn party_of(&self, owner: &Owner) -> Option<u8> {
        (0..2).find(|party| self.party(*party).owner == *owner)
    }

    /// What a leg moves.
    ///
    /// # Errors
    /// [`TermsError::NoSuchLeg`].
    pub fn leg(&self, leg: u8) -> Result<&LegPlan, TermsError> {
        let plan = self.legs.get(usize::from(leg));
        plan.ok_or(TermsError::NoSuchLeg(leg))
    }

    /// Numbers of the legs.
    pub fn legs(&self) -> impl Iterator<Item = u8> + use<> {
        // At most MAX_LEGS.
        0..u8::try_from(self.legs.len()).unwrap_or(u8::MAX)
    }

    /// What a leg's note is spent with.
    ///
    /// # Errors
    /// [`TermsError::Key`].
    pub fn leg_keys(&self, leg: u8) -> Result<LegKeys, TermsError> {
        Ok(LegKeys::derive(
            &self.contract,
            &self.id(),
            leg,
            &self.secret,
        )?)
    }

    /// One of a leg's notes.
    ///
    /// # Errors
    /// [`TermsError`].
    pub fn note(&self, leg: u8, which: LegNote) -> Result<Note, TermsError> {
        let payer = self.payer_of(leg);
        let owner = match which {
            LegNote::Deposit => self.leg_keys(leg)?.owner(),
            LegNote::Release => self.party(1 - payer).owner,
            LegNote::Refund => self.party(payer).owner,
        };
        Ok(Note {
            value: self.leg(leg)?.amount,
            owner,
            rcm: self.secret.rcm(leg, which),
        })
    }

    /// What a leg must be on the ledger, given the escrow of its nullifier key, which the opener made.
    ///
    /// # Errors
    /// [`TermsError`].
    pub fn leg_terms(
        &self,
        leg: u8,
        r: PointBytes,
        c1: FieldBytes,
    ) -> Result<LegTerms, TermsError> {
        let commitment =
            |which| Ok::<_, TermsError>(self.note(leg, which)?.commitment().to_bytes());
        Ok(LegTerms {
            token: self.leg(leg)?.token,
            owner: self.leg_keys(leg)?.owner().to_bytes(),
            r,
            c1,
            deposit: commitment(LegNote::Deposit)?,
            release: commitment(LegNote::Release)?,
            refund: commitment(LegNote::Refund)?,
        })
    }

    /// The encoding that the deal's memo holds.
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = vec![VERSION];
        #[expect(
            clippy::expect_used,
            reason = "a Vec takes any bytes, and no list here is longer than a u32 counts"
        )]
        self.serialize(&mut bytes)
            .expect("terms are encoded to memory");
        bytes
    }

    /// Decodes and checks terms.
    ///
    /// # Errors
    /// [`TermsError`].
    pub fn decode(bytes: &[u8]) -> Result<Self, TermsError> {
        let Some((&VERSION, rest)) = bytes.split_first() else {
            return Err(TermsError::Malformed);
        };
        let terms: Self = borsh::from_slice(rest).map_err(|_| TermsError::Malformed)?;
        terms.check()?;
        Ok(terms)
    }
}

fn different(first: &LegPlan, second: &LegPlan) -> Result<(), TermsError> {
    if first.token == second.token {
        return Err(TermsError::Tokens);
    }
    Ok(())
}

/// The rule of `docs/spec/ratio.md`; besides, nothing cannot be bought.
fn check_rate(rate: Rate, first: Amount, second: Amount) -> Result<(), TermsError> {
    if rate.p() == 0 {
        return Err(TermsError::ZeroRate);
    }
    let expected = rate.convert(first)?;
    if expected != second {
        return Err(TermsError::Rate {
            expected: expected.get(),
        });
    }
    Ok(())
}

#[cfg(test)]
mod tests;
