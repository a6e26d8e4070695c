//! The journal as pages in a browser on this machine.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Args;
use obolus_audit::page::{Pages, Source};
use tokio::signal::unix::{SignalKind, signal};
use zeroize::Zeroizing;

use super::AuditError;
use super::context::IndexArgs;

/// Arguments of `serve`.
#[derive(Args)]
pub struct ServeArgs {
    #[command(flatten)]
    common: IndexArgs,
    /// Where to listen: a loopback address; port 0 is any free one.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:0")]
    listen: SocketAddr,
    /// The rules whose alerts are shown.
    #[arg(long, value_name = "FILE")]
    rules: Option<PathBuf>,
}

/// Serves until it is told to end.
pub fn serve(args: &ServeArgs) -> Result<(), AuditError> {
    let token = args.common.token()?;
    let ring = args.common.key.open()?;
    let source = Source {
        directory: args.common.index.clone(),
        token,
        key: Zeroizing::new(**ring.index_key()),
        rules: args.rules.clone(),
    };
    // The secrets themselves are not needed from here on.
    drop(ring);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(AuditError::Runtime)?;
    runtime.block_on(async {
        let pages = Pages::bind(source, args.listen).await?;
        let mut terminate = signal(SignalKind::terminate()).map_err(AuditError::Runtime)?;
        let mut interrupt = signal(SignalKind::interrupt()).map_err(AuditError::Runtime)?;
        eprintln!(
            "open this once, in one browser; it ends with this command\nlistening on {}",
            pages.entrance().as_str()
        );
        let shutdown = async move {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
        };
        Ok(pages.run(shutdown).await?)
    })
}
