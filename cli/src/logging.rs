//! Logs go to standard error, never to standard output, which belongs to results.

use std::io::IsTerminal;

use tracing::{Level, Metadata, Subscriber};
use tracing_subscriber::layer::{Context, SubscriberExt};
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer, fmt};

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
    tracing_subscriber::registry()
        .with(env)
        .with(Quiet)
        .with(
            fmt::layer()
                .with_ansi(std::io::stderr().is_terminal())
                .with_writer(std::io::stderr),
        )
        .init();
    Ok(())
}

/// What is not logged whatever the filter says.
struct Quiet;

impl<S: Subscriber> Layer<S> for Quiet {
    fn enabled(&self, metadata: &Metadata<'_>, _: Context<'_, S>) -> bool {
        allowed(metadata.target(), *metadata.level())
    }
}

/// The HTTP client's traces show bearer tokens; the compiler's are gigabytes.
fn allowed(target: &str, level: Level) -> bool {
    let most = match target.split("::").next() {
        Some("ureq" | "ureq_proto") => Level::DEBUG,
        Some(
            "cranelift_codegen"
            | "cranelift_frontend"
            | "regalloc2"
            | "wasmtime_internal_cranelift",
        ) => Level::INFO,
        _ => Level::TRACE,
    };
    level <= most
}

#[cfg(test)]
mod tests;
