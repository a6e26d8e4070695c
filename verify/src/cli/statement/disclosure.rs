//! `verify disclosure`.

use std::path::PathBuf;

use clap::Args;
use obolus_protocol::Owner;
use obolus_protocol::audience::Audience;
use obolus_protocol::disclosure::{Disclosure, DisclosureError, LedgerPayment};

use super::{AudienceArgs, Ledger, Point, Shown, StatementArgs, unanswered};
use crate::base64;
use crate::cli::UsageError;
use crate::ledger::Engine;
use crate::report::{Fault, Finding, Kind, Report, Source};
use crate::source::{name, read_file};

/// Longest disclosure file in bytes; an encoding has less than 1 KiB.
const MAX_FILE: usize = 4 << 10;

/// Arguments of `verify disclosure`.
#[derive(Args, Debug)]
pub struct DisclosureArgs {
    /// The disclosure, as `obolus wallet disclose` wrote it.
    #[arg(value_name = "DISCLOSURE")]
    pub disclosure: PathBuf,
    /// You.
    #[command(flatten)]
    pub audience: AudienceArgs,
    /// Token, ledger, rules, output.
    #[command(flatten)]
    pub common: StatementArgs,
}

pub(in crate::cli) fn run(
    args: &DisclosureArgs,
    engine: &dyn Engine,
) -> Result<Report, UsageError> {
    let audience = args.audience.get()?;
    let source = Source::file(name(&args.disclosure));
    args.common
        .report(Kind::Disclosure, source, engine, |token| {
            let text = read_file(&args.disclosure, MAX_FILE)?;
            let disclosure = base64::decode(&text)
                .ok_or(DisclosureError::Malformed)
                .and_then(|bytes| Disclosure::decode(&bytes))
                .map_err(refusal)?;
            // Before the ledger is replayed, which takes longer.
            if *disclosure.audience() != audience {
                return Err(refusal(DisclosureError::Audience));
            }
            let (tx, height) = disclosure.place();
            let point = Point {
                at: Some(height),
                tx: Some(tx),
            };
            args.common.consult(engine, token, point, &|ledger| {
                judge(&disclosure, &audience, ledger)
            })
        })
}

pub(super) fn judge(
    disclosure: &Disclosure,
    audience: &Audience,
    ledger: &Ledger<'_>,
) -> Result<Shown, Finding> {
    let (tx, height) = disclosure.place();
    let token = ledger.token;
    let passed_on = ledger
        .facts
        .passed_on(&token.token, &tx, height)
        .map_err(unanswered)?;
    let mut refused = Finding::new(
        Fault::Invalid,
        "no_payment",
        format!("block {height} holds no payment of this token by that transaction"),
    );
    // A transaction may make several payments; the disclosure is of one of them.
    for payment in ledger.seen.payments().iter().chain(&passed_on) {
        let place = LedgerPayment {
            chain: token.chain,
            token: token.token,
            tx,
            height,
            paid: payment.paid,
            rk: payment.rk,
        };
        let shown = match disclosure.check(audience, &place, |ak| ledger.seen.owner_of(ak)) {
            Ok(shown) => shown,
            Err(error) => {
                refused = refusal(error);
                continue;
            }
        };
        let party = |owner: &Owner| {
            let address = ledger.seen.address(owner);
            address.map_or_else(
                || crate::hex::encode(&owner.to_bytes().0),
                |address| address.encode(token.network),
            )
        };
        let mut facts = vec![
            ("amount", token.decimal(u128::from(shown.amount.get()))),
            ("payee", party(&shown.payee)),
            ("discloser", party(&shown.discloser)),
            ("transaction", tx.to_string()),
            ("height", height.to_string()),
            ("time_ms", ledger.seen.time_ms().to_string()),
            ("verifier", audience.verifier.as_str().to_owned()),
        ];
        facts.extend(shown.payer.map(|payer| ("payer", party(&payer))));
        facts.extend(shown.text.map(|text| ("text", text.as_str().to_owned())));
        return Ok(Shown {
            facts,
            subject: ledger.subject(),
        });
    }
    Err(refused)
}

fn refusal(error: DisclosureError) -> Finding {
    let (fault, code) = match error {
        DisclosureError::Malformed => (Fault::Malformed, "disclosure_malformed"),
        DisclosureError::Audience => (Fault::Refused, "other_request"),
        DisclosureError::Payment => (Fault::Refused, "other_payment"),
        DisclosureError::Commitment => (Fault::Invalid, "commitment"),
        DisclosureError::Payer => (Fault::Invalid, "payer"),
        DisclosureError::Discloser => (Fault::Invalid, "discloser"),
        DisclosureError::Signature => (Fault::Invalid, "signature"),
    };
    Finding::new(fault, code, error)
}
