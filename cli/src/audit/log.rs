//! What was asked and answered: for everybody, without keys.

use std::path::{Path, PathBuf};

use clap::Args;
use obolus_abi::accesslog::AccessItem;
use obolus_audit::committee::{Pin, Request, SealedItems};
use obolus_runtime_api::hex;
use serde::{Deserialize, Serialize};

use super::AuditError;
use super::together::{AccessArgs, OpeningArgs};
use crate::committee::replace;
use crate::output::OutputArgs;
use crate::wallet::clean;

/// Arguments of `log`.
#[derive(Args)]
pub struct LogArgs {
    #[command(flatten)]
    access: AccessArgs,
    /// Only requests that name this transaction.
    #[arg(long, value_name = "DIGEST")]
    transaction: Option<String>,
    /// Only requests for this case.
    #[arg(long, value_name = "NO")]
    case: Option<String>,
    #[command(flatten)]
    opening: OpeningArgs,
    /// Remember in this file how far the log was: the next run notices if the node shows another history.
    #[arg(long, value_name = "FILE")]
    pin: Option<PathBuf>,
    #[command(flatten)]
    output: OutputArgs,
}

#[derive(Serialize)]
struct LogOut {
    entries: u64,
    head: String,
    requests: Vec<RequestOut>,
}

#[derive(Serialize)]
struct RequestOut {
    request: u64,
    height: u64,
    time_ms: u64,
    by: String,
    case: String,
    purpose: String,
    contract: String,
    items: Vec<String>,
    answers: Vec<AnswerOut>,
    needed: u8,
    opened: bool,
}

#[derive(Serialize)]
struct AnswerOut {
    member: String,
    hash: String,
    height: u64,
}

/// How far the log was.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct PinFile {
    log: String,
    entries: u64,
    head: String,
}

/// Shows the log.
pub fn log(args: &LogArgs) -> Result<(), AuditError> {
    let access = args.access.open()?;
    let log = access.log()?;
    let pin = log.pin();
    if let Some(path) = &args.pin {
        let name = access.contract.to_string();
        if let Some(seen) = read_pin(path, &name)? {
            log.check_pin(&seen)?;
        }
        let file = PinFile {
            log: name,
            entries: pin.entries,
            head: hex::encode(&pin.head),
        };
        // Strings and numbers always encode.
        let text = toml::to_string(&file).unwrap_or_default();
        replace(path, text.as_bytes())?;
    }
    let opening = args.opening.read()?;
    let opening = opening.as_ref();
    let named = match &args.transaction {
        None => None,
        Some(text) => Some(AccessItem::Transaction {
            digest: hex::decode_fixed(text)
                .map_err(|error| AuditError::Argument("transaction", error.to_string()))?,
        }),
    };
    let wanted = |request: &&Request| {
        let message = &request.message;
        let names = |item: AccessItem| {
            let mut items = message.items.iter();
            items.any(|asked| *asked == item || unseal(asked, opening) == Some(item))
        };
        named.is_none_or(names) && args.case.as_ref().is_none_or(|case| *case == message.case)
    };
    let out = LogOut {
        entries: pin.entries,
        head: hex::encode(&pin.head),
        requests: log
            .requests()
            .iter()
            .filter(wanted)
            .map(|request| shown(request, opening))
            .collect(),
    };
    let mut lines: Vec<_> = out.requests.iter().map(text).collect();
    lines.push(format!(
        "{} requests shown; {} entries, head {}, every one follows from those before it",
        out.requests.len(),
        out.entries,
        out.head
    ));
    args.output
        .print("obolus.audit.log/1", &out, lines.join("\n"));
    Ok(())
}

fn read_pin(path: &Path, log: &str) -> Result<Option<Pin>, AuditError> {
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(AuditError::Io(path.to_owned(), error)),
    };
    let bad = |reason: String| AuditError::Argument("pin", reason);
    let file: PinFile = toml::from_str(&text).map_err(|error| bad(error.to_string()))?;
    if file.log != log {
        return Err(bad(format!("it is of log {}", clean(&file.log))));
    }
    let head = hex::decode_array(&file.head).map_err(|error| bad(format!("head: {error}")))?;
    Ok(Some(Pin {
        entries: file.entries,
        head,
    }))
}

fn shown(request: &Request, opening: Option<&SealedItems>) -> RequestOut {
    let keys = &request.members.members.keys;
    let answers = request.answers.iter().map(|answer| AnswerOut {
        member: keys
            .get(usize::from(answer.member))
            .map(ToString::to_string)
            .unwrap_or_default(),
        hash: hex::encode(&answer.partial_hash),
        height: answer.height,
    });
    let message = &request.message;
    RequestOut {
        request: request.number,
        height: request.height,
        time_ms: request.time_ms,
        by: message.by.to_string(),
        case: message.case.clone(),
        purpose: message.purpose.clone(),
        contract: message.contract.to_string(),
        items: message
            .items
            .iter()
            .map(|asked| item(asked, unseal(asked, opening).as_ref()))
            .collect(),
        answers: answers.collect(),
        needed: request.members.members.threshold,
        opened: request.is_opened(),
    }
}

fn text(request: &RequestOut) -> String {
    let state = match request.opened {
        true => "opened",
        false => "not opened",
    };
    let mut lines = vec![
        format!(
            "request {}  block {}  case {}  {} of {} answers, {state}",
            request.request,
            request.height,
            clean(&request.case),
            request.answers.len(),
            request.needed
        ),
        format!("  purpose  {}", clean(&request.purpose)),
        format!("  asked by {}", request.by),
    ];
    lines.extend(
        request
            .items
            .iter()
            .map(|item| format!("  opens    {item}")),
    );
    let answers = request.answers.iter();
    lines.extend(answers.map(|a| format!("  answered by {} in block {}", a.member, a.height)));
    lines.join("\n")
}

/// What a sealed item stands for, if it is known.
fn unseal(asked: &AccessItem, opening: Option<&SealedItems>) -> Option<AccessItem> {
    match asked {
        AccessItem::Sealed { hash } => opening?.item(hash),
        _ => None,
    }
}

/// What is asked for, in words; what is sealed with what it stands for, if that is known.
pub fn item(asked: &AccessItem, known: Option<&AccessItem>) -> String {
    match (asked, known) {
        (AccessItem::Sealed { .. }, Some(item)) if item != asked => {
            format!("{} (sealed)", words(item))
        }
        _ => words(asked),
    }
}

fn words(item: &AccessItem) -> String {
    match item {
        AccessItem::Transaction { digest } => format!("transaction {digest}"),
        AccessItem::Note {
            position,
            commitment,
        } => format!("note {position}, commitment {commitment}"),
        AccessItem::Escrow { slot, owner } => {
            format!("nullifier key of slot {slot}, owner {owner}")
        }
        AccessItem::Sealed { hash } => format!("sealed {}", hex::encode(hash)),
    }
}
