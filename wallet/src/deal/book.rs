//! The deals of a wallet: found on the chain with its viewing key, followed by the contracts' events.

use std::collections::{BTreeMap, HashMap};

use borsh::{BorshDeserialize, BorshSerialize};
use obolus_abi::deal::conditional::{ConditionalEvent, Verdict};
use obolus_abi::deal::pair::{PairEvent, RateMsg};
use obolus_abi::deal::standing::StandingEvent;
use obolus_abi::deal::{LegState, LegTerms};
use obolus_abi::{ContractId, DealId, FieldBytes};
use obolus_protocol::deal::LegNote;
use obolus_protocol::keys::IncomingViewingKey;
use obolus_protocol::memo::deal::open_deal;
use obolus_protocol::{Note, Owner};

use super::open;
use super::terms::{Kind, Terms};

/// A deal and how far it is.
#[derive(Clone, Debug, BorshSerialize, BorshDeserialize)]
pub struct Deal {
    /// What was agreed.
    pub terms: Terms,
    /// The legs, as the contract's events say.
    pub legs: Vec<LegRecord>,
    /// What became of the condition, if there is one. Times decide without an event.
    pub verdict: Verdict,
    /// How many approvers have approved.
    pub approvals: u8,
    /// A standing order's payments due after this time are cancelled, milliseconds since 1970.
    pub cancelled_ms: Option<u64>,
    /// The oracle attested both outcomes.
    pub equivocated: bool,
}

/// How far a leg is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct LegRecord {
    /// The contract's word.
    pub state: LegState,
    /// Where the note is, or was, locked.
    pub position: Option<u64>,
}

/// Tokens and positions of notes that were paid out.
type Paid = Vec<(ContractId, u64)>;

/// What a commitment of a deal is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Known {
    /// The deal.
    pub deal: DealId,
    /// The leg.
    pub leg: u8,
    /// Which of its notes.
    pub which: LegNote,
}

/// Every deal that the wallet is a party of.
#[derive(Clone, Debug, Default)]
pub struct DealBook {
    deals: BTreeMap<DealId, Deal>,
    commitments: HashMap<FieldBytes, Known>,
    refused: u64,
}

impl DealBook {
    /// The deals by id.
    pub fn iter(&self) -> impl Iterator<Item = (&DealId, &Deal)> {
        self.deals.iter()
    }

    /// One deal.
    pub fn get(&self, deal: &DealId) -> Option<&Deal> {
        self.deals.get(deal)
    }

    /// How many deals were opened to this wallet that are not what their terms say, or whose terms cannot be.
    pub const fn refused(&self) -> u64 {
        self.refused
    }

    /// What a commitment on the ledger is, if it is one of a deal of ours.
    pub fn known(&self, commitment: &FieldBytes) -> Option<&Known> {
        self.commitments.get(commitment)
    }

    /// The note behind a commitment, if a deal pays it to `owner`.
    pub fn note_for(&self, commitment: &FieldBytes, owner: &Owner) -> Option<Note> {
        let known = self.known(commitment)?;
        let terms = &self.get(&known.deal)?.terms;
        let note = terms.note(known.leg, known.which).ok()?;
        (note.owner == *owner).then_some(note)
    }

    /// Takes an event of an approved contract. `memos` are those of its transaction. Events of other kinds of contracts, and
    /// of deals of others, are none of ours. Returns tokens and positions of the notes that were paid out.
    pub(crate) fn observe(
        &mut self,
        contract: &ContractId,
        data: &[u8],
        memos: &[Vec<u8>],
        ivk: &IncomingViewingKey,
        owner: &Owner,
    ) -> Paid {
        let pair = borsh::from_slice::<PairEvent>(data).ok();
        let conditional = borsh::from_slice::<ConditionalEvent>(data).ok();
        let standing = borsh::from_slice::<StandingEvent>(data).ok();
        let opened = [
            pair.as_ref().and_then(Opened::of_pair),
            conditional.as_ref().and_then(Opened::of_conditional),
            standing.as_ref().and_then(Opened::of_standing),
        ];
        for opened in opened.into_iter().flatten() {
            let content = memos
                .iter()
                .find_map(|memo| open_deal(ivk, contract, &opened.deal, memo).ok());
            if let Some(content) = content {
                self.enter(contract, &opened, &content, owner);
            }
        }
        let mut paid = Vec::new();
        if let Some(event) = pair {
            self.pair(contract, &event, &mut paid);
        }
        if let Some(event) = conditional {
            self.conditional(contract, &event, &mut paid);
        }
        if let Some(event) = standing {
            self.standing(contract, &event, &mut paid);
        }
        paid
    }

    /// Enters a deal, if the ledger shows what follows from the terms.
    fn enter(&mut self, contract: &ContractId, opened: &Opened<'_>, content: &[u8], owner: &Owner) {
        let terms = Terms::decode(content).ok().filter(|terms| {
            terms.contract == *contract
                && terms.id() == opened.deal
                && terms.party_of(owner).is_some()
                && opened.shows(terms)
        });
        match terms {
            Some(terms) if !self.deals.contains_key(&opened.deal) => self.insert(Deal {
                legs: vec![LegRecord::EMPTY; terms.legs.len()],
                terms,
                verdict: Verdict::Open,
                approvals: 0,
                cancelled_ms: None,
                equivocated: false,
            }),
            Some(_) => {}
            None => self.refused += 1,
        }
    }

    /// Puts a deal in.
    pub(crate) fn insert(&mut self, deal: Deal) {
        let id = deal.terms.id();
        for leg in deal.terms.legs() {
            for which in [LegNote::Deposit, LegNote::Release, LegNote::Refund] {
                if let Ok(note) = deal.terms.note(leg, which) {
                    let known = Known {
                        deal: id,
                        leg,
                        which,
                    };
                    self.commitments.insert(note.commitment().to_bytes(), known);
                }
            }
        }
        self.deals.insert(id, deal);
    }

    /// The deal that an event is about. The bytes of one contract's event can be those of another's, so the deal's rules
    /// say which of the readings counts.
    fn deal(&mut self, about: &About<'_>) -> Option<&mut Deal> {
        let deal = self.deals.get_mut(about.deal)?;
        let fits = deal.terms.contract == *about.contract && about.rules.fit(&deal.terms.kind);
        fits.then_some(deal)
    }

    fn pair(&mut self, contract: &ContractId, event: &PairEvent, paid: &mut Paid) {
        let about = |deal| About {
            contract,
            deal,
            rules: Rules::Pair,
        };
        match event {
            PairEvent::Deposited {
                deal,
                leg,
                position,
            } => self.locked(&about(deal), *leg, *position),
            PairEvent::Settled { deal } => {
                for leg in 0..2 {
                    self.pay(&about(deal), leg, LegState::Released, paid);
                }
            }
            PairEvent::Refunded { deal, leg } => {
                self.pay(&about(deal), *leg, LegState::Refunded, paid);
            }
            PairEvent::Opened { .. } | PairEvent::Swapped { .. } => {}
        }
    }

    fn conditional(&mut self, contract: &ContractId, event: &ConditionalEvent, paid: &mut Paid) {
        let about = |deal| About {
            contract,
            deal,
            rules: Rules::Conditional,
        };
        match event {
            ConditionalEvent::Deposited { deal, position } => {
                self.locked(&about(deal), 0, *position);
            }
            ConditionalEvent::Approved { deal, count } => {
                if let Some(deal) = self.deal(&about(deal)) {
                    deal.approvals = *count;
                }
            }
            ConditionalEvent::Decided { deal, fulfilled } => {
                if let Some(deal) = self.deal(&about(deal)) {
                    deal.verdict = if *fulfilled {
                        Verdict::Fulfilled
                    } else {
                        Verdict::Failed
                    };
                }
            }
            ConditionalEvent::Equivocated { deal, .. } => {
                if let Some(deal) = self.deal(&about(deal)) {
                    deal.equivocated = true;
                }
            }
            ConditionalEvent::Released { deal } => {
                self.pay(&about(deal), 0, LegState::Released, paid);
            }
            ConditionalEvent::Refunded { deal } => {
                self.pay(&about(deal), 0, LegState::Refunded, paid);
            }
            ConditionalEvent::Opened { .. } => {}
        }
    }

    fn standing(&mut self, contract: &ContractId, event: &StandingEvent, paid: &mut Paid) {
        let about = |deal| About {
            contract,
            deal,
            rules: Rules::Standing,
        };
        match event {
            StandingEvent::Deposited {
                deal,
                leg,
                position,
            } => self.locked(&about(deal), *leg, *position),
            StandingEvent::Released { deal, leg } => {
                self.pay(&about(deal), *leg, LegState::Released, paid);
            }
            StandingEvent::Refunded { deal, leg } => {
                self.pay(&about(deal), *leg, LegState::Refunded, paid);
            }
            StandingEvent::Cancelled { deal, after_ms } => {
                if let Some(deal) = self.deal(&about(deal)) {
                    deal.cancelled_ms = Some(*after_ms);
                }
            }
            StandingEvent::Opened { .. } => {}
        }
    }

    fn locked(&mut self, about: &About<'_>, leg: u8, position: u64) {
        let legs = self.deal(about).map(|deal| &mut deal.legs);
        if let Some(record) = legs.and_then(|legs| legs.get_mut(usize::from(leg))) {
            *record = LegRecord {
                state: LegState::Locked { position },
                position: Some(position),
            };
        }
    }

    fn pay(&mut self, about: &About<'_>, leg: u8, state: LegState, paid: &mut Paid) {
        let Some(found) = self.deal(about) else {
            return;
        };
        let (Ok(plan), Some(record)) = (found.terms.leg(leg), found.legs.get_mut(usize::from(leg)))
        else {
            return;
        };
        record.state = state;
        paid.extend(record.position.map(|position| (plan.token, position)));
    }
}

/// What an event is about, as one contract's rules read it.
struct About<'a> {
    contract: &'a ContractId,
    deal: &'a DealId,
    rules: Rules,
}

#[derive(Clone, Copy)]
enum Rules {
    Pair,
    Conditional,
    Standing,
}

impl Rules {
    const fn fit(self, kind: &Kind) -> bool {
        matches!(
            (self, kind),
            (Self::Pair, Kind::Dvp { .. } | Kind::Pvp { .. })
                | (Self::Conditional, Kind::Conditional { .. })
                | (Self::Standing, Kind::Standing { .. })
        )
    }
}

impl LegRecord {
    const EMPTY: Self = Self {
        state: LegState::Empty,
        position: None,
    };
}

/// What the opening of a deal showed.
struct Opened<'a> {
    deal: DealId,
    shown: Shown<'a>,
}

enum Shown<'a> {
    Pair(&'a obolus_abi::deal::pair::OpenPairMsg, Option<RateMsg>),
    Conditional(&'a obolus_abi::deal::conditional::OpenConditionalMsg),
    Standing(&'a obolus_abi::deal::standing::OpenStandingMsg),
}

impl<'a> Opened<'a> {
    const fn of_pair(event: &'a PairEvent) -> Option<Self> {
        match event {
            PairEvent::Opened { deal, terms, rate } => Some(Self {
                deal: *deal,
                shown: Shown::Pair(terms, *rate),
            }),
            _ => None,
        }
    }

    const fn of_conditional(event: &'a ConditionalEvent) -> Option<Self> {
        match event {
            ConditionalEvent::Opened { deal, terms } => Some(Self {
                deal: *deal,
                shown: Shown::Conditional(terms),
            }),
            _ => None,
        }
    }

    const fn of_standing(event: &'a StandingEvent) -> Option<Self> {
        match event {
            StandingEvent::Opened { deal, terms } => Some(Self {
                deal: *deal,
                shown: Shown::Standing(terms),
            }),
            _ => None,
        }
    }

    /// Whether it is exactly what follows from the terms. The escrow of the legs' nullifier keys is the opener's choice,
    /// and proved.
    fn shows(&self, terms: &Terms) -> bool {
        let computed = |shown: &[LegTerms]| -> Option<Vec<LegTerms>> {
            let legs = terms.legs().zip(shown);
            legs.map(|(leg, shown)| terms.leg_terms(leg, shown.r, shown.c1).ok())
                .collect()
        };
        match (&self.shown, &terms.kind) {
            (Shown::Pair(shown, None), Kind::Dvp { .. }) => computed(&shown.legs)
                .and_then(|legs| open::pair(terms, legs).ok())
                .is_some_and(|expected| expected == **shown),
            (Shown::Pair(shown, Some(given)), Kind::Pvp { rate, .. }) => {
                *given == open::rate_message(*rate)
                    && computed(&shown.legs)
                        .and_then(|legs| open::pair(terms, legs).ok())
                        .is_some_and(|expected| expected == **shown)
            }
            (Shown::Conditional(shown), Kind::Conditional { .. }) => {
                computed(std::slice::from_ref(&shown.leg))
                    .and_then(|legs| open::conditional(terms, legs).ok())
                    .is_some_and(|expected| expected == **shown)
            }
            (Shown::Standing(shown), Kind::Standing { .. }) => computed(&shown.legs)
                .and_then(|legs| open::standing(terms, legs).ok())
                .is_some_and(|expected| expected == **shown),
            _ => false,
        }
    }
}
