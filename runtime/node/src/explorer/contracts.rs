//! Contracts, and the circuits with their verifying keys.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use obolus_abi::{
    BalanceInputs, IssueInputs, RatioInputs, RedeemInputs, RegisterInputs, SupplyInputs,
    TransferInputs, VelocityInputs, input_names,
};

use super::frame::{Frame, page};
use super::text::{Id, count};
use crate::catalogue::Kind;
use crate::http::{AppState, OrFail, circuits_of};

#[cfg(test)]
mod tests;

struct ContractRow {
    id: Id,
    kind: &'static str,
    code: Id,
    code_frozen: bool,
}

#[derive(Template)]
#[template(path = "contracts.html")]
struct Contracts {
    frame: Frame,
    contracts: Vec<ContractRow>,
}

pub(super) async fn contracts(State(state): State<AppState>) -> Response {
    page(&state, |state| {
        let contracts = state.catalogue.contracts().or_fail()?.into_iter();
        Ok(Contracts {
            frame: Frame::of(state),
            contracts: contracts
                .map(|(id, record, kind)| ContractRow {
                    id: match kind {
                        Kind::Token => Id::linked("tokens", id),
                        Kind::Registry | Kind::Other => Id::new(id),
                    },
                    kind: match kind {
                        Kind::Token => "token",
                        Kind::Registry => "registry",
                        Kind::Other => "other",
                    },
                    code: Id::new(record.code),
                    code_frozen: record.code_frozen(),
                })
                .collect(),
        })
    })
    .await
}

struct CircuitRow {
    name: String,
    statement: &'static str,
    key: Id,
    insecure: bool,
    count: String,
    inputs: &'static [&'static str],
}

#[derive(Template)]
#[template(path = "circuits.html")]
struct Circuits {
    frame: Frame,
    circuits: Vec<CircuitRow>,
}

/// What is said of a circuit that is not Obolus's.
const FOREIGN: &str = "A circuit of another program.";

fn statement(circuit: &str) -> &'static str {
    match circuit {
        TransferInputs::<()>::CIRCUIT => {
            "Two notes of the payer are spent, two of the same total are made; payer and payee are registered, \
             within their limits, and the auditor can read it."
        }
        IssueInputs::<()>::CIRCUIT => {
            "One note is made for a registered participant; its amount is the one in the issuer's commitment."
        }
        RedeemInputs::<()>::CIRCUIT => {
            "Two notes of the holder are spent; what does not come back as change is the amount in the commitment."
        }
        RegisterInputs::<()>::CIRCUIT => {
            "A participant's keys belong together, and its nullifier key is escrowed to the auditor."
        }
        RatioInputs::<()>::CIRCUIT => {
            "The hidden amounts of two notes stand in the rate p:q, rounded down to whole minor units."
        }
        BalanceInputs::<()>::CIRCUIT => {
            "Unspent notes of one holder, as of one block, add up to at least a threshold; for one verifier, off the ledger."
        }
        SupplyInputs::<()>::CIRCUIT => {
            "The hidden amount in circulation is between zero and the reserves that are attested."
        }
        VelocityInputs::<()>::CIRCUIT => {
            "The payer has a place left in its quota of the period, and which place is as hidden as who pays."
        }
        _ => FOREIGN,
    }
}

pub(super) async fn circuits(State(state): State<AppState>) -> Response {
    page(&state, |state| {
        let circuits = circuits_of(state.node.ledger()).into_iter();
        Ok(Circuits {
            frame: Frame::of(state),
            circuits: circuits
                .map(|circuit| CircuitRow {
                    statement: statement(&circuit.name),
                    inputs: input_names(&circuit.name).unwrap_or_default(),
                    name: circuit.name,
                    key: Id::new(circuit.key_id),
                    insecure: circuit.insecure,
                    count: count(circuit.public_inputs.into()),
                })
                .collect(),
        })
    })
    .await
}
