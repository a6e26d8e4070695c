//! The steps of a key ceremony, and of a refresh of shares.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use obolus_threshold::Purpose;
use obolus_threshold::dkg::{Round1, Round2};
use obolus_wallet::committee::{self, Finished, MemberDir, MemberName, Roster};
use serde::Serialize;

use super::context::{MemberArgs, read_file, read_files, write_new};
use super::show::GroupOut;
use crate::secret::Choosing;
use crate::wallet::WalletError;

/// What a key is for.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum PurposeArg {
    /// Spends together.
    Treasury,
    /// Opens together.
    Audit,
}

/// Arguments of `begin`.
#[derive(Args)]
pub struct BeginArgs {
    #[command(flatten)]
    common: MemberArgs,
    /// This member's identity; it is copied into the directory.
    #[arg(long, value_name = "FILE")]
    identity: PathBuf,
    /// The members' file, the same for all: a session's name, and name, identity and (for an auditor) role key of each
    /// member.
    #[arg(long, value_name = "FILE")]
    members: PathBuf,
    /// How many members it takes.
    #[arg(long, value_name = "N")]
    threshold: u8,
    /// What the key is for.
    #[arg(long, value_enum)]
    purpose: PurposeArg,
    /// This member's name in the members' file.
    #[arg(long, value_name = "NAME")]
    me: String,
    /// Write the message of round 1 here; all other members need it.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

/// Arguments of `refresh`.
#[derive(Args)]
pub struct RefreshArgs {
    #[command(flatten)]
    common: MemberArgs,
    /// The members' file, the same for all: the same identities in the same order, and a session that no ceremony had.
    #[arg(long, value_name = "FILE")]
    members: PathBuf,
    /// Write the message of round 1 here; all other members need it.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

/// Arguments of `adopt`.
#[derive(Args)]
pub struct AdoptArgs {
    #[command(flatten)]
    common: MemberArgs,
    /// The fingerprint that all members compared, as `finish` showed it.
    #[arg(long, value_name = "HEX")]
    fingerprint: String,
}

/// Arguments of `round2`.
#[derive(Args)]
pub struct Round2Args {
    #[command(flatten)]
    common: MemberArgs,
    /// Write the messages of round 2 to this directory, each under the name of the member who needs it.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// The messages of round 1 of all members; the own one may be left out.
    #[arg(value_name = "FILE", required = true)]
    messages: Vec<PathBuf>,
}

/// Arguments of `finish`.
#[derive(Args)]
pub struct FinishArgs {
    #[command(flatten)]
    common: MemberArgs,
    /// The messages of round 2 of all other members to this one.
    #[arg(value_name = "FILE", required = true)]
    messages: Vec<PathBuf>,
}

#[derive(Serialize)]
struct BeginOut {
    ceremony: String,
    member: String,
    file: PathBuf,
}

impl BeginOut {
    fn new(begun: &committee::Begun, me: &MemberName, file: &Path) -> Self {
        Self {
            ceremony: begun.ceremony.to_string(),
            member: me.to_string(),
            file: file.to_owned(),
        }
    }

    fn text(&self) -> String {
        format!(
            "ceremony   {}\nmessage    {}\nCompare the ceremony's id with the other members before you go on.",
            self.ceremony,
            self.file.display()
        )
    }
}

#[derive(Serialize)]
struct MessageOut {
    to: String,
    file: PathBuf,
}

#[derive(Serialize)]
struct Round2Out {
    messages: Vec<MessageOut>,
}

#[derive(Serialize)]
struct AbandonOut {
    dir: PathBuf,
}

/// Step 1.
pub fn begin(args: &BeginArgs) -> Result<(), WalletError> {
    let roster = roster(&args.members)?;
    let me = MemberName::new(&args.me)?;
    let purpose = match args.purpose {
        PurposeArg::Treasury => Purpose::Treasury,
        PurposeArg::Audit => Purpose::Auditor,
    };
    check_new(&args.out)?;
    let dir = MemberDir::create(&args.common.dir, &args.identity, || {
        Ok::<_, WalletError>(args.common.passphrase.get(Choosing::No)?)
    })?;
    let begun = committee::begin(&dir, &roster, (purpose, args.threshold), &me)?;
    write_new(&args.out, &begun.round1.to_bytes())?;
    let out = BeginOut::new(&begun, &me, &args.out);
    args.common
        .output
        .print("obolus.committee.begin/1", &out, out.text());
    Ok(())
}

/// Step 1 of a refresh.
pub fn refresh(args: &RefreshArgs) -> Result<(), WalletError> {
    let roster = roster(&args.members)?;
    check_new(&args.out)?;
    let dir = args.common.open()?;
    let (me, begun) = committee::refresh(&dir, &roster)?;
    write_new(&args.out, &begun.round1.to_bytes())?;
    let out = BeginOut::new(&begun, &me, &args.out);
    args.common
        .output
        .print("obolus.committee.refresh/1", &out, out.text());
    Ok(())
}

fn roster(path: &Path) -> Result<Roster, WalletError> {
    let text = String::from_utf8(read_file(path)?)
        .map_err(|error| WalletError::Settings(path.to_owned(), error.to_string()))?;
    Ok(Roster::from_toml(&text)?)
}

/// Nothing is begun for a file that could not be written.
fn check_new(path: &Path) -> Result<(), WalletError> {
    if path.exists() {
        return Err(WalletError::Argument(
            "out",
            format!("{} exists: name a new file", path.display()),
        ));
    }
    Ok(())
}

/// Step 2.
pub fn round2(args: &Round2Args) -> Result<(), WalletError> {
    let dir = args.common.open()?;
    let messages = read_files(&args.messages)?
        .iter()
        .map(|bytes| Round1::from_bytes(bytes))
        .collect::<Result<Vec<_>, _>>()
        .map_err(committee::CommitteeError::from)?;
    let answers = committee::round2(&dir, &messages)?;
    std::fs::create_dir_all(&args.out).map_err(|e| WalletError::Io(args.out.clone(), e))?;
    let mut out = Round2Out {
        messages: Vec::new(),
    };
    for (to, message) in answers {
        let file = args.out.join(format!("{to}.round2"));
        write_new(&file, &message.to_bytes())?;
        out.messages.push(MessageOut {
            to: to.to_string(),
            file,
        });
    }
    let lines = out.messages.iter();
    let lines: Vec<_> = lines
        .map(|m| format!("for {:<20} {}", m.to, m.file.display()))
        .collect();
    args.common
        .output
        .print("obolus.committee.round2/1", &out, lines.join("\n"));
    Ok(())
}

/// Step 3.
pub fn finish(args: &FinishArgs) -> Result<(), WalletError> {
    let dir = args.common.open()?;
    let messages = read_files(&args.messages)?
        .iter()
        .map(|bytes| Round2::from_bytes(bytes))
        .collect::<Result<Vec<_>, _>>()
        .map_err(committee::CommitteeError::from)?;
    let out = match committee::finish(&dir, &messages)? {
        Finished::Made(group) => GroupOut::new(&dir, &group),
        Finished::Refreshed(group) => GroupOut::new(&dir, &group).waiting(),
    };
    args.common
        .output
        .print("obolus.committee.finish/1", &out, out.text());
    Ok(())
}

/// Step 4 of a refresh.
pub fn adopt(args: &AdoptArgs) -> Result<(), WalletError> {
    let dir = args.common.open()?;
    let group = committee::adopt(&dir, &args.fingerprint)?;
    let out = GroupOut::new(&dir, &group);
    let text = format!(
        "the refreshed share is in use; the one before and all nonces are deleted\n{}",
        out.text()
    );
    args.common
        .output
        .print("obolus.committee.adopt/1", &out, text);
    Ok(())
}

/// Ends a ceremony.
pub fn abandon(args: &MemberArgs) -> Result<(), WalletError> {
    committee::abandon(&args.open()?)?;
    let out = AbandonOut {
        dir: args.dir.clone(),
    };
    let text = "the ceremony is over; its secrets are deleted, and the share in use, if there is one, stays";
    args.output.print("obolus.committee.abandon/1", &out, text);
    Ok(())
}
