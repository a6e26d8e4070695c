//! Logs go to standard error, never to standard output, which belongs to results.

use std::io::IsTerminal;

use tracing_subscriber::EnvFilter;

/// Whatever the filter says: the HTTP client's traces show bearer tokens, the compiler's are gigabytes.
const QUIET: [&str; 4] = [
    "ureq_proto=debug",
    "ureq_proto::util=off",
    "cranelift_codegen=info",
    "regalloc2=info",
];

/// A log filter that cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("cannot read the log filter {filter:?}: use for example `info` or `obolus_runtime=debug`")]
pub struct BadFilter {
    filter: String,
}

/// Installs the process's logger.
///
/// # Errors
/// [`BadFilter`] when `filter` is no filter.
pub fn start(filter: &str) -> Result<(), BadFilter> {
    let bad = || BadFilter {
        filter: filter.into(),
    };
    let mut env = EnvFilter::try_new(filter).map_err(|_| bad())?;
    for directive in QUIET {
        env = env.add_directive(directive.parse().map_err(|_| bad())?);
    }
    tracing_subscriber::fmt()
        .with_env_filter(env)
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr)
        .init();
    Ok(())
}
