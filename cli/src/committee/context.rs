//! What members' commands share: the directory, files in and out, who is asked to sign, the last question.

use std::fs::File;
use std::io::{BufRead, IsTerminal, Write};
use std::path::{Path, PathBuf};

use clap::Args;
use obolus_threshold::{Member, NonceCommitments};
use obolus_wallet::committee::{Group, MemberDir, NonceFile, choose};
use obolus_wallet::files::read_at_most;

use crate::output::OutputArgs;
use crate::secret::{Choosing, PassphraseArgs};
use crate::wallet::{WalletError, write_private};

/// Largest file that is read, in bytes.
const MAX_FILE: u64 = 1 << 22;

/// Which member.
#[derive(Args, Clone, Debug)]
pub struct MemberArgs {
    /// The member's directory.
    #[arg(
        long,
        value_name = "DIR",
        env = "OBOLUS_COMMITTEE",
        default_value = "committee"
    )]
    pub dir: PathBuf,
    #[command(flatten)]
    pub passphrase: PassphraseArgs,
    #[command(flatten)]
    pub output: OutputArgs,
}

impl MemberArgs {
    /// Opens the directory with the identity's passphrase.
    pub fn open(&self) -> Result<MemberDir, WalletError> {
        MemberDir::open(&self.dir, || {
            Ok::<_, WalletError>(self.passphrase.get(Choosing::No)?)
        })
    }
}

/// Who is asked to sign.
#[derive(Args, Clone, Debug)]
pub struct AskArgs {
    /// Members' files of nonces (`obolus committee nonces`); repeat it. Each pair is used once.
    #[arg(long = "nonces", value_name = "FILE", required = true)]
    nonces: Vec<PathBuf>,
    /// Ask this member; repeat it. Without it the first members whose nonces are given.
    #[arg(long = "signer", value_name = "NAME")]
    signers: Vec<String>,
}

impl AskArgs {
    /// One pair of nonces of each signer.
    pub fn choose(
        &self,
        dir: &MemberDir,
        group: &Group,
    ) -> Result<Vec<NonceCommitments>, WalletError> {
        let mut files = Vec::with_capacity(self.nonces.len());
        for path in &self.nonces {
            let text = String::from_utf8(read_file(path)?)
                .map_err(|error| WalletError::Settings(path.clone(), error.to_string()))?;
            files.push(NonceFile::from_json(&text)?);
        }
        let signer = |name: &String| Ok(group.called(name)?.0);
        let signers: Vec<Member> = self
            .signers
            .iter()
            .map(signer)
            .collect::<Result<_, WalletError>>()?;
        Ok(choose(dir, group, &files, &signers)?)
    }
}

/// Reads a file of bounded size.
pub fn read_file(path: &Path) -> Result<Vec<u8>, WalletError> {
    read_at_most(path, MAX_FILE)
        .map_err(|error| WalletError::Io(path.to_owned(), error))?
        .ok_or_else(|| {
            let reason = format!("it has more than {MAX_FILE} bytes: give the file that was meant");
            WalletError::Settings(path.to_owned(), reason)
        })
}

/// Reads several.
pub fn read_files(paths: &[PathBuf]) -> Result<Vec<Vec<u8>>, WalletError> {
    paths.iter().map(|path| read_file(path)).collect()
}

/// Writes a new file that only its owner reads.
pub fn write_new(path: &PathBuf, content: &[u8]) -> Result<(), WalletError> {
    write_private(path, content)
}

/// Writes a file that only its owner reads in the place of what may be there: whole or not at all, and on disk when this returns.
pub fn replace(path: &Path, content: &[u8]) -> Result<(), WalletError> {
    let io = |error| WalletError::Io(path.to_owned(), error);
    let mut name = path.file_name().unwrap_or_default().to_os_string();
    name.push(format!(".{}.partial", std::process::id()));
    let partial = path.with_file_name(name);
    write_private(&partial, content)?;
    std::fs::rename(&partial, path).map_err(io)?;
    sync_folder(path)
}

/// A new file that only its owner reads, made before something is done that cannot be undone and whose result it takes. It is
/// removed again if nothing is written.
pub struct NewFile {
    path: PathBuf,
    file: Option<File>,
}

impl NewFile {
    /// Makes it.
    pub fn make(path: &Path) -> Result<Self, WalletError> {
        let mut options = File::options();
        options.write(true).create_new(true);
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(path);
        Ok(Self {
            file: Some(file.map_err(|error| WalletError::Io(path.to_owned(), error))?),
            path: path.to_owned(),
        })
    }

    /// Writes it; it is on disk when this returns.
    pub fn write(mut self, content: &[u8]) -> Result<(), WalletError> {
        if let Some(file) = &mut self.file {
            let written = file.write_all(content).and_then(|()| file.sync_all());
            written.map_err(|error| WalletError::Io(self.path.clone(), error))?;
        }
        self.file = None;
        sync_folder(&self.path)
    }
}

impl Drop for NewFile {
    fn drop(&mut self) {
        if self.file.is_some() {
            // Nobody misses an empty file.
            let _ = std::fs::remove_file(&self.path);
        }
    }
}

/// Whether a file of this name can be made: asked before anything is used up or reserved for its content.
pub fn free_name(path: &Path) -> Result<(), WalletError> {
    let refused = |reason| Err(WalletError::Argument("out", reason));
    if path.symlink_metadata().is_ok() {
        return refused(format!("{} exists: name a new file", path.display()));
    }
    let folder = folder_of(path);
    if !folder.is_dir() {
        return refused(format!("{} is no folder: make it first", folder.display()));
    }
    Ok(())
}

fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

fn sync_folder(path: &Path) -> Result<(), WalletError> {
    File::open(folder_of(path))
        .and_then(|folder| folder.sync_all())
        .map_err(|error| WalletError::Io(path.to_owned(), error))
}

/// Asks on the terminal.
pub fn confirm(question: &str) -> Result<(), WalletError> {
    let input = std::io::stdin();
    if !input.is_terminal() {
        return Err(WalletError::Argument(
            "yes",
            "this is not a terminal: look at what is shown, then give --yes".into(),
        ));
    }
    eprintln!("{question} Type yes:");
    let mut answer = String::new();
    match input.lock().read_line(&mut answer) {
        Ok(_) if answer.trim() == "yes" => Ok(()),
        _ => Err(WalletError::Argument("approval", "not given".into())),
    }
}
