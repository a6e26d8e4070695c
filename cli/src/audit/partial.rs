//! Answering a request that stands on the ledger.
//!
//! The answer's hash goes into the log before anybody gets the answer. What was logged is kept, encrypted: a command that
//! was interrupted in between writes the same answer when it runs again.

use std::path::PathBuf;

use clap::Args;
use obolus_abi::RoleKey;
use obolus_abi::accesslog::{AccessItem, AnswerAccessMsg};
use obolus_audit::committee::{AccessError, Answer, Request, Wanted, unsealed};
use obolus_threshold::MemberCard;
use obolus_wallet::ChainSource;
use obolus_wallet::committee::{Group, MemberDir, parse_card};
use obolus_wallet::roles::RoleSigner;
use rand::rngs::OsRng;
use serde::Serialize;

use super::AuditError;
use super::together::{Access, AccessArgs, KnownArgs};
use super::witness::WitnessArgs;
use crate::committee::{MemberArgs, confirm, write_new};
use crate::roles::{add_signature, call, open_key, submit};
use crate::wallet::clean;

/// Arguments of `partial`.
#[derive(Args)]
pub struct PartialArgs {
    #[command(flatten)]
    member: MemberArgs,
    #[command(flatten)]
    access: AccessArgs,
    /// This member's role key; it has the identity's passphrase, or none.
    #[arg(long, value_name = "FILE")]
    role_key: PathBuf,
    /// Number of the request.
    #[arg(value_name = "REQUEST")]
    request: u64,
    /// Identity of the one who asked (obolmember1…), if that is no member.
    #[arg(long, value_name = "IDENTITY")]
    to: Option<String>,
    #[command(flatten)]
    known: KnownArgs,
    #[command(flatten)]
    witness: WitnessArgs,
    /// Answer only if the request is for this case.
    #[arg(long, value_name = "NO")]
    case: Option<String>,
    /// Answer without asking; the case must be given.
    #[arg(long, requires = "case")]
    yes: bool,
    /// Write the answer here, for the one who asked.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

#[derive(Serialize)]
struct PartialOut {
    file: PathBuf,
    request: u64,
    case: String,
    ciphertexts: usize,
    hash: String,
    answers: usize,
    needed: u8,
}

/// Answers.
pub fn partial(args: &PartialArgs) -> Result<(), AuditError> {
    let dir = args.member.open()?;
    let group = dir.group()?;
    let access = args.access.open()?;
    let signer = open_key(&args.role_key, &args.member.passphrase)?;
    let role = signer.public();
    own_role(&dir, &group, &role)?;
    let witnesses = args.witness.open(&args.access)?;
    // Kept only once the ledger has the answer: what a node showed alone is no reason to refuse the next one.
    let log = access.shown(&dir)?;
    let request = log.request(args.request)?;
    if !request.current {
        return Err(AccessError::MembersChanged(request.number).into());
    }
    if args.out.exists() {
        return Err(AuditError::Argument(
            "out",
            format!("{} exists: name a new file", args.out.display()),
        ));
    }
    let to = recipient(args, &group, request)?;
    let opening = args.known.opening()?;
    let known = args.known.with(opening.as_ref());
    let wanted = access.find(request, known)?;
    for witness in &witnesses {
        witness.agree(&access, (request, known), &wanted)?;
    }
    let items = unsealed(&request.message, opening.as_ref())?;
    eprintln!("{}", summary(request, (&group, &access), &items, &wanted));
    agree(args, request)?;

    let id = request.id(access.contract);
    let kept = format!("answers/{}-{}", access.contract, request.number);
    let lock = dir.lock()?;
    let answer = match dir.kept(&kept).map_err(crate::wallet::WalletError::from)? {
        Some(bytes) => {
            let answer = Answer::from_bytes(&bytes).map_err(AccessError::from)?;
            answer.check(&group, id, &wanted)?;
            answer
        }
        None => {
            let answer = Answer::create(&dir.share()?, id, &wanted, &mut OsRng)
                .map_err(|error| AccessError::Open(group.named(&error)))?;
            dir.keep(&kept, &answer.to_bytes())
                .map_err(crate::wallet::WalletError::from)?;
            answer
        }
    };
    drop(lock);
    let request = logged((&access, &dir), request, (&signer, &role), &answer)?;
    // Only now.
    write_new(&args.out, &answer.seal(&dir, &to)?)?;
    let out = PartialOut {
        file: args.out.clone(),
        request: request.number,
        case: request.message.case.clone(),
        ciphertexts: wanted.len(),
        hash: obolus_runtime_api::hex::encode(&answer.hash()),
        answers: request.answers.len(),
        needed: request.members.members.threshold,
    };
    let text = format!(
        "answer to request {} logged and written to {}",
        out.request,
        out.file.display()
    );
    args.member
        .output
        .print("obolus.audit.partial/1", &out, text);
    Ok(())
}

/// The role key is this member's.
fn own_role(dir: &MemberDir, group: &Group, role: &RoleKey) -> Result<(), AuditError> {
    match group.with_role(role) {
        Some((_, seat)) if seat.card == *dir.card() => Ok(()),
        _ => Err(AccessError::NoRole.into()),
    }
}

/// To whom the answer is sealed.
fn recipient(
    args: &PartialArgs,
    group: &Group,
    request: &Request,
) -> Result<MemberCard, AuditError> {
    match (group.with_role(&request.message.by), &args.to) {
        (Some((_, seat)), None) => Ok(seat.card.clone()),
        (None, Some(text)) => Ok(parse_card(text)?),
        (Some((_, seat)), Some(_)) => Err(AuditError::Argument(
            "to",
            format!("{} asked: the answer goes there", seat.name),
        )),
        (None, None) => Err(AuditError::Argument(
            "to",
            "no member asked: give the identity of the one who did, as you know it".into(),
        )),
    }
}

fn agree(args: &PartialArgs, request: &Request) -> Result<(), AuditError> {
    if let Some(case) = &args.case
        && *case != request.message.case
    {
        return Err(AuditError::Argument(
            "case",
            format!("the request is for case {:?}", request.message.case),
        ));
    }
    if !args.yes {
        confirm("Answer?")?;
    }
    Ok(())
}

/// Puts the answer's hash into the log, unless it is there; the request with it. The log refuses it if the request there is
/// another one than this member was shown.
fn logged(
    (access, dir): (&Access, &MemberDir),
    request: &Request,
    (signer, role): (&RoleSigner, &RoleKey),
    answer: &Answer,
) -> Result<Request, AuditError> {
    let hash = answer.hash();
    let number = request.number;
    if request.answer_of(role).is_none() {
        let message = AnswerAccessMsg {
            request: number,
            head: request.head,
            member: request.place_of(role).ok_or(AccessError::NoRole)?,
            partial_hash: hash,
        };
        let tip = ChainSource::tip(&access.client).map_err(AccessError::from)?;
        let chain = access.token.config.chain;
        let mut transaction = call(chain, tip, access.contract, "answer", &message)?;
        add_signature(&mut transaction, signer);
        submit(&access.client, &transaction)?.committed()?;
    }
    let log = access.followed(dir)?;
    let request = log.request(number)?;
    match request.answer_of(role) {
        Some(logged) if logged.partial_hash == hash => Ok(request.clone()),
        Some(_) => Err(AccessError::OtherHash("this member".into()).into()),
        None => Err(AccessError::NotLogged("this member".into()).into()),
    }
}

fn summary(
    request: &Request,
    (group, access): (&Group, &Access),
    items: &[AccessItem],
    wanted: &[Wanted],
) -> String {
    let message = &request.message;
    let by = match group.with_role(&message.by) {
        Some((_, seat)) => seat.name.to_string(),
        None => format!("role key {}", message.by),
    };
    let mut lines = vec![
        format!(
            "request {} of block {}, by {by}",
            request.number, request.height
        ),
        format!("case     {}", clean(&message.case)),
        format!("purpose  {}", clean(&message.purpose)),
        format!("opens    {} ciphertexts:", wanted.len()),
    ];
    let network = access.token.network;
    for (number, (asked, item)) in message.items.iter().zip(items).enumerate() {
        lines.push(format!("  {}", super::log::item(asked, Some(item))));
        let found = wanted.iter().filter(|wanted| wanted.item == number);
        let addresses = found.filter_map(|wanted| wanted.address);
        lines.extend(addresses.map(|whose| format!("    address {}", whose.encode(network))));
    }
    lines.join("\n")
}
