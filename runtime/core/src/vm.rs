//! The virtual machine: the only place that knows wasmtime.
//!
//! A module is validated at upload (`validate`), given a stack counter and metered memory growth
//! (`instrument`), compiled once and cached. Every call runs in a fresh instance from a pool. What a
//! guest can observe depends on the module, its input and the state only: floats, threads, SIMD and every
//! other source of divergence are refused, fuel follows an explicit cost table, and native limits are
//! larger than the counted ones.

mod cache;
mod config;
mod error;
mod instrument;
mod link;
mod native;
mod permits;
mod price;
mod run;
mod validate;

use std::fmt;
use std::path::Path;
use std::sync::{Arc, Mutex};

use obolus_abi::{CodeId, limits};
use wasmtime::{Engine, Linker};

use crate::exec::Fuel;
use cache::Cache;
pub use error::{UploadError, VmError};
use link::Guest;
use native::Native;
pub use permits::Permit;
use permits::Permits;
use validate::Facts;

/// A virtual machine; clones share engine, pool and cache.
#[derive(Clone)]
pub struct Vm {
    inner: Arc<Inner>,
}

struct Inner {
    engine: Engine,
    linker: Linker<Guest>,
    cache: Mutex<Cache>,
    native: Option<Native>,
    executions: Permits,
    queries: Permits,
}

/// What upload validation found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckedModule {
    /// BLAKE3 of the module as uploaded.
    pub code: CodeId,
    /// What validating and compiling it costs, by its bytes and functions.
    pub fuel: Fuel,
    /// Its entries, prefix included, in alphabetical order.
    pub entries: Vec<String>,
    /// How much of each limit it uses.
    pub usage: Vec<LimitUse>,
}

/// How much of a limit a module uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LimitUse {
    /// What is limited.
    pub limit: &'static str,
    /// How much of it the module has.
    pub used: u64,
    /// How much it may have.
    pub max: u64,
}

impl Vm {
    /// Starts a virtual machine with its pool of instances; compiled modules are kept in memory only.
    ///
    /// # Errors
    /// [`VmError`] when the machine gives too little address space or lacks a CPU feature.
    pub fn new() -> Result<Self, VmError> {
        Self::start(None)
    }

    /// The same, and compiled modules are also kept in `directory`, which is made if there is none. Whoever can write
    /// to it can run code in this process: it is not used unless it is this user's alone.
    ///
    /// # Errors
    /// As [`Self::new`]; a directory that cannot be used is none.
    pub fn keeping(directory: &Path) -> Result<Self, VmError> {
        Self::start(Native::open(directory))
    }

    fn start(native: Option<Native>) -> Result<Self, VmError> {
        let engine = config::engine()?;
        let mut linker = Linker::new(&engine);
        link::link(&mut linker)?;
        Ok(Self {
            inner: Arc::new(Inner {
                engine,
                linker,
                cache: Mutex::new(Cache::default()),
                native,
                executions: Permits::new(config::CONCURRENT_EXECUTIONS),
                queries: Permits::new(config::CONCURRENT_QUERIES),
            }),
        })
    }

    /// Checks a module for upload: limits, features, imports, exports.
    ///
    /// # Errors
    /// [`UploadError`] says what to change in the module.
    pub fn check(module: &[u8]) -> Result<CheckedModule, UploadError> {
        let facts = validate::validate(module)?;
        Ok(CheckedModule {
            code: code_id(module),
            fuel: price::upload(module.len(), facts.functions.len()),
            usage: usage(module.len(), &facts),
            entries: facts.entries.into_iter().collect(),
        })
    }

    /// Lets the watchdog's clock advance. A call that sees [`Self::WATCHDOG_TICKS`] of them ends in
    /// [`Fault::Watchdog`](crate::exec::Fault::Watchdog). Without ticks there is no watchdog.
    pub fn watchdog_tick(&self) {
        self.inner.engine.increment_epoch();
    }

    /// How many ticks of the watchdog a call may see.
    pub const WATCHDOG_TICKS: u64 = config::WATCHDOG_TICKS;

    /// Waits until a call tree may take instances from the pool. The pool can then not run dry, so that its
    /// size never shows in a verdict.
    pub(crate) fn admit(&self) -> Permit<'_> {
        self.inner.executions.take()
    }

    /// The same for a read-only call.
    pub fn admit_query(&self) -> Permit<'_> {
        self.inner.queries.take()
    }
}

fn usage(bytes: usize, facts: &Facts) -> Vec<LimitUse> {
    let functions = &facts.functions;
    let of = |limit, used, max| LimitUse { limit, used, max };
    let largest = functions.iter().map(|function| function.bytes).max();
    let locals = functions.iter().map(|function| function.locals).max();
    let work = functions.iter().map(|function| function.work).max();
    let frame = functions.iter().map(|function| function.cost).max();
    vec![
        of("module, bytes", bytes as u64, limits::MAX_CODE as u64),
        of(
            "functions",
            functions.len() as u64,
            limits::MAX_FUNCTIONS.into(),
        ),
        of(
            "locals of a function",
            locals.unwrap_or(0).into(),
            limits::MAX_LOCALS.into(),
        ),
        of(
            "function body, bytes",
            largest.unwrap_or(0),
            limits::MAX_FUNCTION_BODY as u64,
        ),
        of(
            "branch work of a function",
            work.unwrap_or(0),
            limits::MAX_BRANCH_WORK,
        ),
        of(
            "parameters of a function",
            facts.params,
            limits::MAX_PARAMS as u64,
        ),
        of("globals", facts.globals.into(), limits::MAX_GLOBALS.into()),
        of("table elements", facts.elements, limits::MAX_TABLE.into()),
        of(
            "memory pages of 64 KiB",
            facts.pages,
            limits::MAX_MEMORY_PAGES.into(),
        ),
        of(
            "data segments",
            facts.segments,
            limits::MAX_DATA_SEGMENTS.into(),
        ),
        of(
            "stack counter, one frame",
            frame.unwrap_or(0).into(),
            limits::MAX_STACK.into(),
        ),
    ]
}

/// The id of a module: BLAKE3 of its bytes as uploaded, before instrumentation.
pub fn code_id(module: &[u8]) -> CodeId {
    CodeId(*blake3::hash(module).as_bytes())
}

impl fmt::Debug for Vm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Vm").finish_non_exhaustive()
    }
}
