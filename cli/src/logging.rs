//! Logs go to standard error, never to standard output, which belongs to results.

use std::io::IsTerminal;

use tracing_subscriber::EnvFilter;

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
    let env = EnvFilter::try_new(filter).map_err(|_| BadFilter {
        filter: filter.into(),
    })?;
    tracing_subscriber::fmt()
        .with_env_filter(env)
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr)
        .init();
    Ok(())
}
