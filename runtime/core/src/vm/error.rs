//! Why a module was refused, and why the machine does not start.

use obolus_abi::limits;

/// The virtual machine does not start.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VmError {
    /// The engine refuses its settings on this machine.
    #[error(
        "the contract virtual machine does not start: {0}; it needs a 64-bit machine and some 300 GiB of address space (not memory): raise `ulimit -v`"
    )]
    Engine(String),
}

impl VmError {
    pub(super) fn engine(error: impl std::fmt::Display) -> Self {
        Self::Engine(format!("{error:#}"))
    }
}

/// Why a module cannot be uploaded.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UploadError {
    /// More bytes than allowed.
    #[error("the module has {0} bytes, more than {max}: build it with the `contract` profile, or split it", max = limits::MAX_CODE)]
    TooLarge(usize),
    /// Not WASM, or uses what is switched off: floats, SIMD, threads and so on.
    #[error(
        "the module is not valid for this chain: {0}; contracts use integers only, no floats, SIMD, threads or references"
    )]
    Invalid(String),
    /// Too many of something.
    #[error("the module has {found} {what}, more than {max}: make it smaller")]
    TooMany {
        /// What there is too much of.
        what: &'static str,
        /// How many there are.
        found: u64,
        /// How many are allowed.
        max: u64,
    },
    /// An import that no host call answers.
    #[error(
        "the module imports `{module}.{name}`, which is not a host call: build it against the SDK"
    )]
    UnknownImport {
        /// Module name.
        module: String,
        /// Import name.
        name: String,
    },
    /// A host call with another signature.
    #[error(
        "the module imports the host call `{0}` with another signature: build it against this version of the SDK"
    )]
    ImportSignature(String),
    /// A start section.
    #[error("the module has a start section: contracts run only when an entry is called")]
    Start,
    /// An export that is no entry.
    #[error(
        "the module exports `{0}`, which is neither `memory` nor an entry (`x_…` or `q_…` without parameters, returning i32)"
    )]
    Export(String),
    /// No exported memory.
    #[error("the module exports no `memory`: declare one and export it")]
    NoMemory,
    /// No entry.
    #[error("the module exports no entry: list them with the SDK's `entries!`")]
    NoEntry,
}
