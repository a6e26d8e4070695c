//! `verify reserves`.

use std::path::{Path, PathBuf};

use clap::Args;
use obolus_abi::token::Backing;
use obolus_protocol::tx::Height;

use super::{Ledger, Point, Shown, StatementArgs, unanswered};
use crate::cli::UsageError;
use crate::hex;
use crate::ledger::Engine;
use crate::report::{Fault, Finding, Kind, Report, Source};
use crate::source::{name, read_file};

/// Longest document in bytes.
const MAX_DOCUMENT: usize = 64 << 20;

/// Arguments of `verify reserves`.
#[derive(Args, Debug)]
pub struct ReservesArgs {
    /// The block after which the reserves are looked at; without it, the ledger's last one.
    #[arg(long, value_name = "HEIGHT", value_parser = clap::value_parser!(u64).range(1..))]
    pub height: Option<u64>,
    /// The attestation's document; its BLAKE3 hash must be the attested one.
    #[arg(long, value_name = "FILE")]
    pub document: Option<PathBuf>,
    /// Most blocks since the one that the reserves were counted at.
    #[arg(long, value_name = "N")]
    pub max_age_blocks: Option<u64>,
    /// Refuse while an attestation has not counted every redemption.
    #[arg(long)]
    pub all_cleared: bool,
    /// Token, ledger, rules, output.
    #[command(flatten)]
    pub common: StatementArgs,
}

pub(in crate::cli) fn run(args: &ReservesArgs, engine: &dyn Engine) -> Result<Report, UsageError> {
    let source = Source::file(name(&args.common.token));
    args.common.report(Kind::Reserves, source, engine, |token| {
        let document = args.document.as_deref().map(hash).transpose()?;
        let point = Point {
            at: args.height.map(Height),
            tx: None,
        };
        args.common.consult(engine, token, point, &|ledger| {
            judge(args, document.as_ref(), ledger)
        })
    })
}

fn hash(path: &Path) -> Result<[u8; 32], Finding> {
    let bytes = read_file(path, MAX_DOCUMENT).map_err(|finding| Finding {
        message: format!("document {}: {}", path.display(), finding.message),
        ..finding
    })?;
    Ok(*blake3::hash(&bytes).as_bytes())
}

pub(super) fn judge(
    args: &ReservesArgs,
    document: Option<&[u8; 32]>,
    ledger: &Ledger<'_>,
) -> Result<Shown, Finding> {
    let refused = |code, message: String| Finding::new(Fault::Refused, code, message);
    let reserves = ledger
        .facts
        .reserves(&ledger.token.token)
        .map_err(unanswered)?
        .ok_or_else(|| {
            refused(
                "no_attestor",
                "nobody attests this token's reserves: its issuer published no attestors"
                    .to_owned(),
            )
        })?;
    let Backing {
        reserves: attested,
        as_of_height,
        attested_height,
        document: expected,
        redemptions: cleared,
        ..
    } = reserves.backing.ok_or_else(|| {
        refused(
            "not_attested",
            "the reserves were never attested up to this height: ask the issuer".to_owned(),
        )
    })?;
    if document.is_some_and(|document| *document != expected) {
        return Err(Finding::new(
            Fault::Invalid,
            "other_document",
            format!(
                "the document is not the attested one, whose BLAKE3 hash is {}",
                hex::encode(&expected)
            ),
        ));
    }
    let age = ledger.seen.height().saturating_sub(as_of_height);
    if let Some(most) = args.max_age_blocks.filter(|most| age > *most) {
        return Err(refused(
            "attestation_old",
            format!("the reserves were counted {age} blocks ago, at most {most} are accepted"),
        ));
    }
    let open = reserves.redemptions.saturating_sub(cleared);
    if args.all_cleared && open > 0 {
        return Err(refused(
            "not_cleared",
            format!(
                "{open} redemptions are not counted by an attestation yet: wait for the next one"
            ),
        ));
    }
    let facts = vec![
        ("reserves", ledger.token.decimal(attested)),
        ("backed_as_of", as_of_height.to_string()),
        ("attested_in", attested_height.to_string()),
        ("age_blocks", age.to_string()),
        ("document", hex::encode(&expected)),
        ("height", ledger.seen.height().to_string()),
        ("redemptions", reserves.redemptions.to_string()),
        ("redemptions_cleared", cleared.to_string()),
        ("strict", reserves.strict.to_string()),
    ];
    Ok(Shown {
        facts,
        subject: ledger.subject(),
    })
}
