//! Starting and stopping a node: the ledger, its sequencer, the admission thread, the watchdog's clock.

use std::io;
use std::sync::Arc;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use obolus_runtime::ledger::{Execution, Reader};

use crate::admission;
use crate::handle::{Health, NodeHandle, Shared};
use crate::sequencer::Sequencer;
use crate::settings::{BadSetting, SequencingSettings};
use crate::solo::SoloSequencer;

/// Between two ticks of the watchdog; a call that sees two of them is stopped. A call's fuel ends after about half a
/// second, so this is only for a machine that has come to a standstill.
const WATCHDOG_TICK: Duration = Duration::from_secs(5);

/// Why a node did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// Settings.
    #[error(transparent)]
    Setting(#[from] BadSetting),
    /// Threads.
    #[error("cannot start a thread: {0}; raise the limit on processes")]
    Thread(#[from] io::Error),
    /// Verification threads.
    #[error("cannot start the verification threads: {0}; raise the limit on processes")]
    Verifiers(#[from] rayon::ThreadPoolBuildError),
}

/// Why a node ended.
#[derive(Debug, thiserror::Error)]
pub enum NodeFailure {
    /// It could not commit.
    #[error(
        "the node stopped because it can commit nothing more: {0}; fix the cause and start it again, everything acknowledged is in the block log"
    )]
    Failed(String),
}

/// A running node. Stop it with [`Self::stop`]; dropping it alone leaves its threads running.
pub struct Node {
    handle: NodeHandle,
    threads: Vec<JoinHandle<()>>,
    watchdog: mpsc::Sender<()>,
}

impl Node {
    /// Starts ordering on a ledger with the solo sequencer.
    ///
    /// # Errors
    /// [`StartError`].
    pub fn start(ledger: Execution, settings: &SequencingSettings) -> Result<Self, StartError> {
        settings.check()?;
        Self::start_with(ledger, settings, SoloSequencer::new(settings.clone()))
    }

    /// Starts ordering with another sequencer.
    ///
    /// # Errors
    /// [`StartError`].
    pub fn start_with(
        ledger: Execution,
        settings: &SequencingSettings,
        sequencer: impl Sequencer,
    ) -> Result<Self, StartError> {
        settings.check()?;
        let handle = NodeHandle::new(ledger.reader(), settings);
        let (watchdog, stopped) = mpsc::channel();
        let threads = vec![
            spawn_admission(&handle)?,
            spawn_sequencer(&handle, ledger, sequencer)?,
            spawn_watchdog(handle.ledger().clone(), stopped)?,
        ];
        Ok(Self {
            handle,
            threads,
            watchdog,
        })
    }

    /// What others hold of the node.
    pub fn handle(&self) -> NodeHandle {
        self.handle.clone()
    }

    /// Takes no more transactions, commits what was accepted, and closes the ledger. Blocks until that is done.
    ///
    /// # Errors
    /// [`NodeFailure`] when the node failed, now or before.
    pub fn stop(self) -> Result<(), NodeFailure> {
        self.handle.shared.drain();
        // The watchdog may have ended already, with the sequencer.
        let _ = self.watchdog.send(());
        for thread in self.threads {
            // One that panicked has said so through its guard.
            let _ = thread.join();
        }
        match self.handle.health() {
            Health::Failed(reason) => Err(NodeFailure::Failed(reason)),
            _ => Ok(()),
        }
    }
}

/// A thread that panics leaves work undone: the node must not go on as if it were ready.
struct FailOnPanic(Arc<Shared>);

impl Drop for FailOnPanic {
    fn drop(&mut self) {
        if thread::panicking() {
            self.0.fail("a thread of the node panicked".to_owned());
            self.0.pool.finish_checking();
        }
    }
}

fn spawn_admission(handle: &NodeHandle) -> Result<JoinHandle<()>, StartError> {
    let verifiers = admission::verifiers()?;
    let shared = Arc::clone(&handle.shared);
    Ok(thread::Builder::new()
        .name("admission".into())
        .spawn(move || {
            let _guard = FailOnPanic(Arc::clone(&shared));
            admission::run(&shared.reader, &shared.pool, &verifiers, &shared);
        })?)
}

fn spawn_sequencer(
    handle: &NodeHandle,
    mut ledger: Execution,
    mut sequencer: impl Sequencer,
) -> Result<JoinHandle<()>, StartError> {
    let shared = Arc::clone(&handle.shared);
    Ok(thread::Builder::new()
        .name("sequencer".into())
        .spawn(move || {
            let _guard = FailOnPanic(Arc::clone(&shared));
            if let Err(error) = sequencer.run(&mut ledger, &shared.pool, shared.as_ref()) {
                tracing::error!(%error, "the sequencer stopped");
                shared.fail(error.to_string());
            }
        })?)
}

fn spawn_watchdog(
    ledger: Reader,
    stopped: mpsc::Receiver<()>,
) -> Result<JoinHandle<()>, StartError> {
    Ok(thread::Builder::new()
        .name("watchdog".into())
        .spawn(move || {
            while stopped.recv_timeout(WATCHDOG_TICK) == Err(RecvTimeoutError::Timeout) {
                ledger.vm().watchdog_tick();
            }
        })?)
}

#[cfg(test)]
mod tests;
