//! Asking on the ledger.

use std::path::PathBuf;

use clap::Args;
use obolus_abi::accesslog::{AccessItem, RequestAccessMsg};
use obolus_audit::committee::{AccessError, SealedItems, name_items};
use obolus_runtime_api::hex;
use obolus_threshold::audit::{CaseNumber, Reason};
use obolus_wallet::ChainSource;
use rand::rngs::OsRng;
use serde::Serialize;

use super::AuditError;
use super::together::{Access, AccessArgs};
use crate::committee::write_new;
use crate::output::OutputArgs;
use crate::roles::{add_signature, call, open_key, submit};
use crate::secret::PassphraseArgs;

/// Arguments of `request`.
#[derive(Args)]
pub struct RequestArgs {
    #[command(flatten)]
    access: AccessArgs,
    /// Case number: it stands on the ledger, for everybody to read.
    #[arg(long, value_name = "NO")]
    case: String,
    /// What for: it stands on the ledger too, so it names no party.
    #[arg(long, value_name = "TEXT")]
    purpose: String,
    /// Open the movements of this transaction; repeat it.
    #[arg(long = "transaction", value_name = "DIGEST", required_unless_present_any = ["notes", "escrows"])]
    transactions: Vec<String>,
    /// Open the movement that made the note at this position; repeat it.
    #[arg(long = "note", value_name = "POSITION")]
    notes: Vec<u64>,
    /// Open the escrowed nullifier key of this slot: it tells everything that its participant ever spent; repeat it.
    #[arg(long = "escrow", value_name = "SLOT")]
    escrows: Vec<u32>,
    /// Put only hashes of the items on the ledger, so that nobody is warned, and write what they stand for to this new file:
    /// members need it to answer, so it goes to them over a private way.
    #[arg(long, value_name = "FILE")]
    sealed: Option<PathBuf>,
    /// Role key of the one who asks.
    #[arg(long, value_name = "FILE")]
    role_key: PathBuf,
    #[command(flatten)]
    passphrase: PassphraseArgs,
    #[command(flatten)]
    output: OutputArgs,
}

#[derive(Serialize)]
struct RequestOut {
    request: u64,
    case: String,
    items: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    opening: Option<PathBuf>,
    transaction: String,
    height: Option<u64>,
}

/// Asks.
pub fn request(args: &RequestArgs) -> Result<(), AuditError> {
    let access = args.access.open()?;
    let signer = open_key(&args.role_key, &args.passphrase)?;
    let message = message(args, signer.public(), &access)?;
    let tip = ChainSource::tip(&access.client).map_err(AccessError::from)?;
    let chain = access.token.config.chain;
    let mut transaction = call(chain, tip, access.contract, "request", &message)?;
    add_signature(&mut transaction, &signer);
    let submitted = submit(&access.client, &transaction)?;
    submitted.committed()?;
    let log = access.log()?;
    let mut requests = log.requests().iter().rev();
    let number = requests.find(|request| request.message == message);
    let number = number.ok_or_else(|| {
        AuditError::Argument(
            "request",
            "it is committed, but not in the log: check --access-log".into(),
        )
    })?;
    let out = RequestOut {
        request: number.number,
        case: args.case.clone(),
        items: message.items.len(),
        opening: args.sealed.clone(),
        transaction: submitted.transaction,
        height: submitted.height,
    };
    let how = match &out.opening {
        Some(file) => format!(" --opening {}", file.display()),
        None => String::new(),
    };
    let text = format!(
        "request {} is on the ledger; members answer with: obolus audit partial {}{how}",
        out.request, out.request
    );
    args.output.print("obolus.audit.request/1", &out, text);
    Ok(())
}

fn message(
    args: &RequestArgs,
    by: obolus_abi::RoleKey,
    access: &Access,
) -> Result<RequestAccessMsg, AuditError> {
    // What members must be able to read safely before they answer.
    CaseNumber::new(&args.case).map_err(|e| AuditError::Argument("case", e.to_string()))?;
    Reason::new(&args.purpose).map_err(|e| AuditError::Argument("purpose", e.to_string()))?;
    let mut message = RequestAccessMsg {
        by,
        case: args.case.clone(),
        purpose: args.purpose.clone(),
        contract: access.token.config.token,
        items: items(args, access)?,
    };
    let check = |message: &RequestAccessMsg| {
        let checked = message.validate();
        checked.map_err(|error| AuditError::Argument("request", error.message().to_owned()))
    };
    // Before anything is sealed: the hashes of an item that stands there twice differ, and no opening has it twice.
    check(&message)?;
    if let Some(path) = &args.sealed {
        // Kept before anything is asked: without it nobody could answer.
        let sealed = SealedItems::seal(&message.items, &mut OsRng);
        write_new(path, sealed.to_toml()?.as_bytes())?;
        message.items = sealed.hashes();
        check(&message)?;
    }
    Ok(message)
}

/// What is asked for; says whose keys and which notes the node makes of slots and positions.
fn items(args: &RequestArgs, access: &Access) -> Result<Vec<AccessItem>, AuditError> {
    let mut items = Vec::new();
    for text in &args.transactions {
        let digest = hex::decode_fixed(text)
            .map_err(|error| AuditError::Argument("transaction", error.to_string()))?;
        items.push(AccessItem::Transaction { digest });
    }
    if args.notes.is_empty() && args.escrows.is_empty() {
        return Ok(items);
    }
    let places = (args.notes.as_slice(), args.escrows.as_slice());
    for (item, address) in name_items(&access.client, access.token.config, places)? {
        eprintln!("asks for {}", super::log::item(&item, None));
        if let Some(address) = address {
            eprintln!("  address {}", address.encode(access.token.network));
        }
        items.push(item);
    }
    Ok(items)
}
