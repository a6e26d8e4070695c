//! `verify balance`.

use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use obolus_abi::KeyId;
use obolus_protocol::address::{Address, Network};
use obolus_protocol::balance::{
    BalanceError, BalanceRefusal, BalanceRequest, Holder, MAX_BYTES, SignedBalance,
};
use obolus_protocol::note::Slot;
use obolus_protocol::tx::{Height, ProofEnvelope};
use obolus_protocol::{Amount, Owner};
use obolus_verifier::{
    CircuitName, KeyIdText, Proof, ProofError, VerifyError, VerifyingKey, inputs_from_bytes, verify,
};

use super::{AudienceArgs, Ledger, Point, Shown, StatementArgs, unanswered};
use crate::base64;
use crate::cli::UsageError;
use crate::keyfile::{KeyArg, read_key};
use crate::ledger::Engine;
use crate::report::{Fault, Finding, Kind, Report, Source, Subject};
use crate::source::{name, read_file};

/// Arguments of `verify balance`.
#[derive(Args, Debug)]
pub struct BalanceArgs {
    /// The claim, as `obolus prove-balance` wrote it.
    #[arg(value_name = "CLAIM")]
    pub claim: PathBuf,
    /// You.
    #[command(flatten)]
    pub audience: AudienceArgs,
    /// What the holder must have at least, in the token's unit.
    #[arg(long, value_name = "AMOUNT")]
    pub at_least: String,
    /// The block after which it must have it.
    #[arg(long, value_name = "HEIGHT", value_parser = clap::value_parser!(u64).range(1..))]
    pub height: u64,
    /// Whom you ask about: its address, or its slot in the registry.
    #[arg(long, value_name = "ADDRESS")]
    pub holder: String,
    /// The verifying key of `balance`, for a chain whose genesis does not list it; name it with --key-id or in a policy.
    #[arg(long, value_name = "FILE")]
    pub key: Option<KeyArg>,
    /// Token, ledger, rules, output.
    #[command(flatten)]
    pub common: StatementArgs,
}

/// Whom a verifier asks about.
pub(super) enum Who {
    Slot(Slot),
    Owner(Owner),
}

impl Who {
    pub(super) fn parse(text: &str, network: Network) -> Result<Self, Finding> {
        let wrong = |error: &dyn std::fmt::Display| {
            Finding::new(
                Fault::Refused,
                "holder_unknown",
                format!("--holder {text:?} is neither address nor slot: {error}"),
            )
        };
        if let Ok(number) = text.parse::<u32>() {
            let slot = Slot::new(number).map_err(|error| wrong(&error))?;
            return Ok(Self::Slot(slot));
        }
        let address = Address::decode(text, network).map_err(|error| wrong(&error))?;
        Ok(Self::Owner(address.owner))
    }

    pub(super) fn find(&self, ledger: &Ledger<'_>) -> Result<Holder, Finding> {
        let owner = match self {
            Self::Owner(owner) => Some(*owner),
            Self::Slot(slot) => ledger
                .facts
                .owner_at(&ledger.token.registry, *slot)
                .map_err(unanswered)?,
        };
        owner
            .and_then(|owner| ledger.seen.holder(&owner))
            .ok_or_else(|| {
                Finding::new(
                    Fault::Refused,
                    "holder_unknown",
                    "the registry has no such participant at this height: ask the holder for its address",
                )
            })
    }
}

/// Why a proof of a claim does not hold.
#[derive(Debug, thiserror::Error)]
enum ProofFault {
    #[error(transparent)]
    Proof(#[from] ProofError),
    #[error(transparent)]
    Verify(#[from] VerifyError),
}

pub(in crate::cli) fn run(args: &BalanceArgs, engine: &dyn Engine) -> Result<Report, UsageError> {
    let audience = args.audience.get()?;
    let source = Source::file(name(&args.claim));
    args.common.report(Kind::Balance, source, engine, |token| {
        let at_least = token.amount(&args.at_least).map_err(|error| {
            Finding::new(Fault::Refused, "bad_amount", format!("--at-least: {error}"))
        })?;
        let who = Who::parse(&args.holder, token.network)?;
        let claim = read(args)?;
        let request = BalanceRequest {
            chain: token.chain,
            audience,
            token: token.token,
            height: Height(args.height),
        };
        if *claim.request() != request {
            return Err(refusal(&BalanceError::Request));
        }
        let given = args.key.as_ref().map(read_key).transpose()?;
        let point = Point {
            at: Some(request.height),
            tx: None,
        };
        args.common.consult(engine, token, point, &|ledger| {
            let holder = who.find(ledger)?;
            judge(&claim, &request, &holder, at_least, given.as_ref(), ledger)
        })
    })
}

fn read(args: &BalanceArgs) -> Result<SignedBalance, Finding> {
    // Base64 makes four characters of three bytes, and a line feed ends it.
    let text = read_file(&args.claim, MAX_BYTES / 3 * 4 + 8)?;
    let bytes = base64::decode(&text).ok_or(BalanceError::Malformed);
    bytes
        .and_then(|bytes| SignedBalance::decode(&bytes))
        .map_err(|error| refusal(&error))
}

/// Everything about the claim, and then the ledger's word.
pub(super) fn judge(
    claim: &SignedBalance,
    request: &BalanceRequest,
    holder: &Holder,
    at_least: Amount,
    given: Option<&VerifyingKey>,
    ledger: &Ledger<'_>,
) -> Result<Shown, Finding> {
    let key = accepted_key(claim.key(), given, ledger)?;
    let shown = claim
        .verify(request, holder, |proofs| hold(&key, proofs))
        .map_err(|refused| match refused {
            BalanceRefusal::Claim(error) => refusal(&error),
            BalanceRefusal::Proof(fault) => Finding::new(
                Fault::Invalid,
                "proof_invalid",
                format!("a proof of the claim does not hold: {fault}"),
            ),
        })?;
    let token = &ledger.token.token;
    if !ledger
        .facts
        .is_anchor(token, &shown.anchor)
        .map_err(unanswered)?
    {
        return Err(Finding::new(
            Fault::Invalid,
            "unknown_anchor",
            "the claim's anchor was no root of the token's note tree up to this height: the notes do not exist on this \
             ledger",
        ));
    }
    for nullifier in &shown.nullifiers {
        if ledger
            .facts
            .is_spent(token, nullifier)
            .map_err(unanswered)?
        {
            return Err(Finding::new(
                Fault::Invalid,
                "note_spent",
                "a note of the claim was spent up to this height: ask for a claim about a later block",
            ));
        }
    }
    if shown.at_least.get() < u128::from(at_least.get()) {
        return Err(Finding::new(
            Fault::Refused,
            "below_amount",
            format!(
                "the claim shows {}, less than was asked for",
                ledger.token.decimal(shown.at_least.get())
            ),
        ));
    }
    let owner = crate::hex::encode(&holder.owner.to_bytes().0);
    let address = ledger.seen.address(&holder.owner);
    let facts = vec![
        ("at_least", ledger.token.decimal(shown.at_least.get())),
        ("height", request.height.to_string()),
        (
            "holder",
            address.map_or(owner, |address| address.encode(ledger.token.network)),
        ),
        ("verifier", request.audience.verifier.as_str().to_owned()),
        ("notes_at_most", shown.nullifiers.len().to_string()),
    ];
    Ok(Shown {
        facts,
        subject: Subject {
            circuit: Some(CircuitName::BALANCE),
            key: Some(claim.key()),
            ..ledger.subject()
        },
    })
}

/// The key that the claim names: one of the chain's for this circuit, or the one that was given and is pinned.
fn accepted_key(
    id: KeyId,
    given: Option<&VerifyingKey>,
    ledger: &Ledger<'_>,
) -> Result<Arc<VerifyingKey>, Finding> {
    let pinned = given.filter(|key| key.id() == id && ledger.rules.pins_keys());
    let found = ledger.circuits.key(&id).or(pinned);
    let key = found.ok_or_else(|| {
        Finding::new(
            Fault::Refused,
            "key_missing",
            format!(
                "the chain does not list the claim's key {}: give it with --key, and its id with --key-id or in a policy",
                KeyIdText(id)
            ),
        )
    })?;
    if *key.circuit() != CircuitName::BALANCE {
        return Err(Finding::new(
            Fault::Refused,
            "key_circuit",
            format!(
                "the claim's key is of circuit {}, not balance",
                key.circuit()
            ),
        ));
    }
    let subject = Subject {
        circuit: Some(CircuitName::BALANCE),
        key: Some(id),
        ..ledger.subject()
    };
    ledger
        .rules
        .check_claims(&subject, Some(ledger.rules.now()))?;
    ledger.rules.check_origin(key)?;
    Ok(Arc::new(key.clone()))
}

fn hold(key: &VerifyingKey, proofs: &[ProofEnvelope]) -> Result<(), ProofFault> {
    for envelope in proofs {
        let inputs = inputs_from_bytes(&envelope.inputs)?;
        verify(key, &inputs, &Proof::decode(&envelope.proof.0)?)?;
    }
    Ok(())
}

fn refusal(error: &BalanceError) -> Finding {
    let (fault, code) = match error {
        BalanceError::Malformed | BalanceError::Count | BalanceError::Mixed => {
            (Fault::Malformed, "claim_malformed")
        }
        BalanceError::Request => (Fault::Refused, "other_request"),
        BalanceError::Holder => (Fault::Refused, "other_holder"),
        BalanceError::CountedTwice => (Fault::Invalid, "counted_twice"),
        BalanceError::Signature => (Fault::Invalid, "signature"),
    };
    Finding::new(fault, code, error)
}
