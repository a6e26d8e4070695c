//! What dvp and pvp refuse when a deal opens.

use obolus_abi::deal::DealError as E;
use obolus_abi::deal::pair::OpenPairMsg;
use obolus_abi::registry::RegistryError;
use obolus_abi::{ContractId, FieldBytes, KeyId};
use obolus_contract_hostile::messages::Raw;

use super::super::super::stage::{REGISTER_KEY, number};
use super::super::calls::relayed;
use super::super::cases::Cases;
use super::super::notes::Call;
use super::super::plans::rated;
use super::super::stage::{HOSTILE, NETTING, PVP, RATIO_KEY, Stage};
use super::Deals;

/// An opening with terms that somebody changed; the proofs fit.
fn open(
    stage: &mut Stage,
    contract: ContractId,
    msg: &OpenPairMsg,
    change: impl FnOnce(&mut OpenPairMsg),
) -> Call<Raw> {
    let mut msg = msg.clone();
    change(&mut msg);
    if contract == PVP {
        stage.open_rated(&rated(&msg), None).raw()
    } else {
        stage.open_pair(&msg).raw()
    }
}

pub fn opening(cases: &mut Cases, stage: &mut Stage, contract: ContractId, deals: &Deals) {
    let expiry = deals.fresh.terms.header.expiry_ms;
    let new = stage.pair(contract, [0, 1], [20, 30], [0, 1], expiry).terms;
    let call = if contract == PVP {
        relayed(&stage.open_rated(&rated(&new), Some(HOSTILE)))
    } else {
        relayed(&stage.open_pair(&new))
    };
    cases.add(("open", "by a contract"), E::UserOnly, call);
    let one = new.header.tokens[0];
    type Change<'a> = &'a dyn Fn(&mut OpenPairMsg);
    let registry = stage.tokens[1].registry;
    let terms: [(&str, E, Change); 9] = [
        ("one token on both sides", E::BadTerms, &|m| {
            m.header.tokens = [one; 2];
            m.legs[1].token = one;
        }),
        (
            "a leg of another token than the header's",
            E::BadTerms,
            &|m| {
                m.legs[1].token = HOSTILE;
            },
        ),
        ("the legs swapped", E::BadTerms, &|m| m.legs.swap(0, 1)),
        ("one key for both parties", E::BadTerms, &|m| {
            m.header.parties[1] = m.header.parties[0];
        }),
        ("a deal that exists", E::DealExists, &|m| {
            *m = deals.fresh.terms.clone();
        }),
        (
            "a deal that exists, with other notes",
            E::DealExists,
            &|m| {
                *m = deals.fresh.terms.clone();
                m.legs[0].release = number(1);
            },
        ),
        ("a contract without state as token", E::NoToken, &|m| {
            m.header.tokens[1] = NETTING;
            m.legs[1].token = NETTING;
        }),
        ("a registry as token", E::NoToken, &|m| {
            m.header.tokens[1] = registry;
            m.legs[1].token = registry;
        }),
        ("no contract as token", E::NoToken, &|m| {
            m.header.tokens[0] = ContractId([99; 32]);
            m.legs[0].token = ContractId([99; 32]);
        }),
    ];
    for (name, error, change) in terms {
        let call = open(stage, contract, &new, change);
        cases.add(("open", name), error, call);
    }
    let call = open(stage, contract, &new, |_| ());
    let unsigned = call.clone().but(|_, tx| tx.spend_keys.clear());
    cases.add(("open", "without a signature"), E::NotParty, unsigned);
    let other = call
        .clone()
        .but(|_, tx| tx.spend_keys = [new.header.parties[1]].into());
    cases.add(("open", "signed by the other party"), E::NotParty, other);
    let proofs: Vec<_> = call.tx.proofs.iter().cloned().collect();
    let registers = proofs.iter().filter(|(key, _)| *key == REGISTER_KEY);
    for (_, inputs) in registers.clone() {
        let less = call
            .clone()
            .but(|_, tx| tx.proofs.retain(|(_, kept)| kept != inputs));
        let name = ("open", "one leg's nullifier key not escrowed");
        cases.add(name, RegistryError::BadProof, less);
    }
    assert_eq!(registers.count(), 2);
    let taken = open(stage, contract, &new, |m| {
        m.legs[1].owner = deals.full.terms.legs[1].owner;
    });
    let name = ("open", "another leg's owner");
    cases.add(name, RegistryError::Duplicate, taken);
    cases.at(expiry + 1);
    let late = open(stage, contract, &new, |_| ());
    cases.add(("open", "one ms after the expiry"), E::Expired, late);
}

/// What pvp asks of the rate.
pub fn rates(cases: &mut Cases, stage: &mut Stage, expiry: u64) {
    let new = rated(&stage.pair(PVP, [0, 1], [20, 30], [0, 1], expiry).terms);
    let ratio = |proof: &(KeyId, Vec<FieldBytes>)| proof.0 == RATIO_KEY;
    let call = stage.open_rated(&new, None);
    let none = call
        .clone()
        .but(|_, tx| tx.proofs.retain(|proof| !ratio(proof)));
    cases.add(("open", "no proof of the rate"), E::BadRate, none);
    let better = call.clone().but(|m, _| m.rate.p = 4);
    cases.add(("open", "a proof of another rate"), E::BadRate, better);
    let other = call.clone().but(|m, _| m.pair.legs[1].deposit = number(1));
    cases.add(("open", "a proof about another deposit"), E::BadRate, other);
    let relay = relayed(&call);
    cases.add(("open", "a user's proof by a contract"), E::BadRate, relay);
    for (name, [p, q]) in [
        ("nothing for something", [0, 2]),
        ("a rate of none", [3, 0]),
    ] {
        let mut terms = new.clone();
        (terms.rate.p, terms.rate.q) = (p, q);
        let call = stage.open_rated(&terms, None);
        cases.add(("open", name), E::BadTerms, call);
    }
    cases.cover(&[("open", &[E::BadRate, E::BadTerms])]);
}
