//! Opening a deal: the legs' owners are entered in their registries, the terms are sent to both parties.

use obolus_abi::deal::LegTerms;
use obolus_abi::deal::conditional::OpenConditionalMsg;
use obolus_abi::deal::pair::{OpenPairMsg, OpenPvpMsg, RateMsg};
use obolus_abi::deal::standing::OpenStandingMsg;
use obolus_protocol::FullViewingKey;
use obolus_protocol::audit::AuditScalar;
use obolus_protocol::deal::LegNote;
use obolus_protocol::field::fr_to_bytes;
use obolus_protocol::memo::deal::seal_deal;
use obolus_protocol::rate::Rate;
use obolus_protocol::statement::{RatioWitness, RegisterWitness};
use obolus_protocol::tx::Height;
use rand::{CryptoRng, RngCore};

use super::draft::{CallOf, DealDraft, Job};
use super::terms::{Kind, Terms, TermsError};
use crate::assemble::{AssembleError, Call, auditor, encode};
use crate::view::TokenView;

/// Assembles the opening of a deal. `views` are those of the legs' tokens, in any order; `keys` are the first party's.
///
/// # Errors
/// [`AssembleError`]: terms that cannot be, a token without view, a party that is no participant of a leg's token.
pub fn open<R: RngCore + CryptoRng>(
    terms: &Terms,
    views: &[&TokenView],
    keys: &FullViewingKey,
    expiry: Height,
    rng: &mut R,
) -> Result<DealDraft, AssembleError> {
    terms.check()?;
    let contract = terms.contract;
    let deal = terms.id();
    let mut legs = Vec::new();
    let mut jobs = Vec::new();
    for leg in terms.legs() {
        let view = view_of(views, terms, leg)?;
        check_parties(terms, view)?;
        let leg_keys = terms.leg_keys(leg)?;
        let witness = RegisterWitness {
            ak: leg_keys.ak,
            nk: leg_keys.nk,
            r: AuditScalar::random(rng),
            auditor: auditor(view)?,
        };
        let public = witness.public_inputs(obolus_protocol::Fr::from(0_u64));
        let r = witness.r.ephemeral().encode();
        legs.push(terms.leg_terms(leg, r, fr_to_bytes(&public.c1))?);
        let call = CallOf {
            callee: view.config().registry,
            caller: Some(contract),
            entry: "open_deal",
        };
        jobs.push((Job::Register(Box::new(witness)), call));
    }
    if let Kind::Pvp { rate, .. } = &terms.kind {
        let witness = RatioWitness {
            first: terms.note(0, LegNote::Deposit)?,
            second: terms.note(1, LegNote::Deposit)?,
            rate: *rate,
        };
        let call = CallOf {
            callee: contract,
            caller: None,
            entry: "open",
        };
        jobs.push((Job::Ratio(Box::new(witness)), call));
    }
    let memos = terms
        .parties
        .iter()
        .map(|party| seal_deal(&terms.encode(), &party.epk, &contract, &deal, rng))
        .collect::<Result<_, _>>()?;
    let view = view_of(views, terms, 0)?;
    let call = Call {
        expiry,
        contract,
        entry: "open",
        args: message(terms, legs)?,
        memos,
    };
    DealDraft::new(
        call.body(view)?,
        jobs,
        keys.ak,
        vec![terms.secret.randomizer(0)],
    )
}

/// The view of a leg's token.
pub(super) fn view_of<'a>(
    views: &[&'a TokenView],
    terms: &Terms,
    leg: u8,
) -> Result<&'a TokenView, AssembleError> {
    let token = terms.leg(leg)?.token;
    let view = views.iter().find(|view| view.token() == token);
    view.copied().ok_or(AssembleError::OtherToken)
}

/// The directory lists both parties as the terms name them; a payout to anybody else could never be proved.
fn check_parties(terms: &Terms, view: &TokenView) -> Result<(), AssembleError> {
    for party in &terms.parties {
        let entry = view.directory().by_owner(&party.owner);
        let entry = entry.ok_or(AssembleError::UnknownRecipient)?;
        if entry.ak != party.ak || entry.epk != Some(party.epk) {
            return Err(AssembleError::AddressMismatch);
        }
    }
    Ok(())
}

/// The arguments of `open`.
pub(super) fn message(terms: &Terms, legs: Vec<LegTerms>) -> Result<Vec<u8>, TermsError> {
    Ok(match &terms.kind {
        Kind::Dvp { .. } => encode(&pair(terms, legs)?),
        Kind::Pvp { rate, .. } => encode(&OpenPvpMsg {
            pair: pair(terms, legs)?,
            rate: rate_message(*rate),
        }),
        Kind::Conditional { .. } => encode(&conditional(terms, legs)?),
        Kind::Standing { .. } => encode(&standing(terms, legs)?),
    })
}

/// A rate as contracts keep it.
pub(super) const fn rate_message(rate: Rate) -> RateMsg {
    RateMsg {
        p: rate.p(),
        q: rate.q(),
    }
}

/// What a pair's opening shows.
pub(super) fn pair(terms: &Terms, legs: Vec<LegTerms>) -> Result<OpenPairMsg, TermsError> {
    Ok(OpenPairMsg {
        header: terms.pair_header().ok_or(TermsError::Legs)?,
        legs: legs.try_into().map_err(|_| TermsError::Legs)?,
    })
}

/// What the opening of a conditional payment shows.
pub(super) fn conditional(
    terms: &Terms,
    legs: Vec<LegTerms>,
) -> Result<OpenConditionalMsg, TermsError> {
    let [leg] = <[LegTerms; 1]>::try_from(legs).map_err(|_| TermsError::Legs)?;
    Ok(OpenConditionalMsg {
        header: terms.conditional_header().ok_or(TermsError::Legs)?,
        leg,
    })
}

/// What the opening of a standing order shows.
pub(super) fn standing(terms: &Terms, legs: Vec<LegTerms>) -> Result<OpenStandingMsg, TermsError> {
    Ok(OpenStandingMsg {
        header: terms.standing_header().ok_or(TermsError::Legs)?,
        legs,
    })
}
