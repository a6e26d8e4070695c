//! A throw-away PostgreSQL server for tests (feature `test-postgres`): its own cluster in a temporary directory, reached
//! by a socket there, gone when dropped.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use tempfile::TempDir;

const SERVERS: &str = "/usr/lib/postgresql";
const PATIENCE: Duration = Duration::from_secs(120);

/// Why there is no server.
#[derive(Debug, thiserror::Error)]
pub enum PostgresError {
    /// Not installed.
    #[error("there is no {SERVERS}/*/bin/postgres: install postgresql")]
    Missing,
    /// A program or file.
    #[error("cannot start a PostgreSQL server for tests: {0}")]
    Io(#[from] io::Error),
    /// What a program said.
    #[error("cannot start a PostgreSQL server for tests: {0}")]
    Failed(String),
}

/// A running server. Everything in it is lost when it is dropped.
#[derive(Debug)]
pub struct Postgres {
    programs: PathBuf,
    /// Of the user `postgres`, when tests are run by root.
    as_postgres: bool,
    server: Option<Child>,
    databases: AtomicU32,
    /// Last: removed when the server has stopped.
    directory: TempDir,
}

impl Postgres {
    /// Makes a cluster and starts its server. Without PostgreSQL on this machine there is none, and a line says so; in CI
    /// (variable `CI`) that is an error, so that no test is skipped unnoticed there.
    ///
    /// # Errors
    /// [`PostgresError`].
    pub fn start() -> Result<Option<Self>, PostgresError> {
        let Some(programs) = programs() else {
            if std::env::var_os("CI").is_some_and(|ci| !ci.is_empty()) {
                return Err(PostgresError::Missing);
            }
            eprintln!("skipped: {}", PostgresError::Missing);
            return Ok(None);
        };
        let mut postgres = Self {
            programs,
            as_postgres: output(Command::new("id").arg("-u"))?.trim() == "0",
            server: None,
            databases: AtomicU32::new(0),
            directory: tempfile::Builder::new().prefix("obolus-pg").tempdir()?,
        };
        if postgres.as_postgres {
            // PostgreSQL refuses to be run by root.
            output(Command::new("chown").arg("postgres:").arg(postgres.path()))?;
        }
        let mut initdb = postgres.program("initdb");
        initdb.args([
            "--username=postgres",
            "--auth=trust",
            "--encoding=UTF8",
            "--no-locale",
            "--no-sync",
        ]);
        output(initdb.arg("-D").arg(postgres.data()))?;
        postgres.restart()?;
        Ok(Some(postgres))
    }

    /// URL of the database that is there from the start.
    pub fn url(&self) -> String {
        self.url_of("postgres")
    }

    /// Makes an empty database and gives its URL.
    ///
    /// # Errors
    /// [`PostgresError::Failed`].
    pub fn fresh(&self) -> Result<String, PostgresError> {
        let name = format!("fresh{}", self.databases.fetch_add(1, Ordering::Relaxed));
        let mut createdb = self.program("createdb");
        output(
            createdb
                .args(["-U", "postgres", "-h"])
                .arg(self.path())
                .arg(&name),
        )?;
        Ok(self.url_of(&name))
    }

    /// Kills the server as `kill -9` does: it neither commits nor says good-bye.
    ///
    /// # Errors
    /// [`PostgresError::Io`].
    pub fn kill9(&mut self) -> Result<(), PostgresError> {
        if let Some(mut server) = self.server.take() {
            server.kill()?;
            server.wait()?;
        }
        Ok(())
    }

    /// Starts the server again and waits until it answers.
    ///
    /// # Errors
    /// [`PostgresError`].
    pub fn restart(&mut self) -> Result<(), PostgresError> {
        self.kill9()?;
        let until = Instant::now() + PATIENCE;
        loop {
            match self.try_start(until) {
                // The killed server's children may live for a moment and hold its shared memory.
                Err(PostgresError::Failed(why)) if Instant::now() < until => {
                    tracing::debug!(%why, "trying again");
                    thread::sleep(Duration::from_millis(100));
                }
                done => return done,
            }
        }
    }

    fn try_start(&mut self, until: Instant) -> Result<(), PostgresError> {
        let log = self.path().join("log");
        // No flush to the disk: only processes are killed in tests, not machines.
        let mut server = self
            .program("postgres")
            .arg("-D")
            .arg(self.data())
            .arg("-k")
            .arg(self.path())
            .args(["-c", "listen_addresses=", "-c", "fsync=off"])
            .stderr(File::create(&log)?)
            .spawn()?;
        loop {
            if server.try_wait()?.is_some() {
                return Err(PostgresError::Failed(fs::read_to_string(&log)?));
            }
            let mut ready = self.program("pg_isready");
            if output(ready.arg("-h").arg(self.path())).is_ok() {
                self.server = Some(server);
                return Ok(());
            }
            if Instant::now() > until {
                server.kill()?;
                server.wait()?;
                return Err(PostgresError::Failed(fs::read_to_string(&log)?));
            }
            thread::sleep(Duration::from_millis(20));
        }
    }

    fn url_of(&self, database: &str) -> String {
        let socket = self.path().display();
        format!("postgres://postgres@localhost/{database}?host={socket}&sslmode=disable")
    }

    fn path(&self) -> &Path {
        self.directory.path()
    }

    fn data(&self) -> PathBuf {
        self.path().join("data")
    }

    fn program(&self, name: &str) -> Command {
        let program = self.programs.join(name);
        let mut command = if self.as_postgres {
            let mut command = Command::new("setpriv");
            command.args([
                "--reuid=postgres",
                "--regid=postgres",
                "--init-groups",
                "--",
            ]);
            command.arg(program);
            command
        } else {
            Command::new(program)
        };
        command.current_dir(self.path());
        command.stdin(Stdio::null()).stdout(Stdio::null());
        command
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        let _ = self.kill9();
        // Its children end by themselves; the directory can be removed when they have.
        let until = Instant::now() + Duration::from_secs(5);
        while self.data().exists() && fs::remove_dir_all(self.data()).is_err() {
            if Instant::now() > until {
                break;
            }
            thread::sleep(Duration::from_millis(20));
        }
    }
}

/// The newest server's programs.
fn programs() -> Option<PathBuf> {
    let mut versions: Vec<_> = fs::read_dir(SERVERS)
        .ok()?
        .filter_map(|entry| {
            let path = entry.ok()?.path();
            let version: u32 = path.file_name()?.to_str()?.parse().ok()?;
            let programs = path.join("bin");
            programs
                .join("postgres")
                .exists()
                .then_some((version, programs))
        })
        .collect();
    versions.sort();
    versions.pop().map(|(_, programs)| programs)
}

/// Runs a program to its end and gives what it wrote.
fn output(command: &mut Command) -> Result<String, PostgresError> {
    let output = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .output()?;
    if output.status.success() {
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    } else {
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        Err(PostgresError::Failed(format!("{command:?}: {said}")))
    }
}
