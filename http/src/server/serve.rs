//! The server: accepts connections within limits, speaks TLS if configured, serves HTTP/1.1 and HTTP/2, ends gracefully.

use std::collections::HashMap;
use std::future::Future;
use std::net::{IpAddr, SocketAddr};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::{Extension, Router};
use hyper::body::Incoming;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use serde::Deserialize;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio_rustls::TlsAcceptor;

use super::tls::{PeerCertificate, Tls};

/// The `[http]` section: limits of requests and connections.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct HttpLimits {
    /// Largest body in bytes. An upload of the largest contract has just over 512 KiB.
    pub body_bytes: usize,
    /// Largest request head in bytes.
    pub head_bytes: usize,
    /// Most header lines.
    pub headers: usize,
    /// A request's head must be complete after so long, in milliseconds; also how long a silent connection is kept.
    pub head_timeout_ms: u64,
    /// A request must be answered after so long, in milliseconds. A submission may wait for 60 s for its block.
    pub request_timeout_ms: u64,
    /// A TLS handshake must be complete after so long, in milliseconds.
    pub handshake_timeout_ms: u64,
    /// Most connections.
    pub connections: usize,
    /// Most connections from one address.
    pub connections_per_address: usize,
    /// Most requests at once on one HTTP/2 connection.
    pub concurrent_streams: u32,
    /// Most reads of the store at once.
    pub concurrent_reads: usize,
    /// Most event streams.
    pub streams: usize,
    /// How long open requests may go on while the service shuts down, in milliseconds.
    pub grace_ms: u64,
}

impl Default for HttpLimits {
    fn default() -> Self {
        Self {
            body_bytes: 640 << 10,
            head_bytes: 32 << 10,
            headers: 64,
            head_timeout_ms: 10_000,
            request_timeout_ms: 75_000,
            handshake_timeout_ms: 10_000,
            connections: 2_048,
            connections_per_address: 1_024,
            concurrent_streams: 128,
            concurrent_reads: 8,
            streams: 256,
            grace_ms: 10_000,
        }
    }
}

impl HttpLimits {
    pub(super) const fn request_timeout(&self) -> Duration {
        Duration::from_millis(self.request_timeout_ms)
    }

    /// Checks every limit.
    ///
    /// # Errors
    /// [`BadLimit`] names the first one out of range.
    pub fn check(&self) -> Result<(), BadLimit> {
        let rules = [
            (self.body_bytes >= 64 << 10, "body_bytes", "at least 65536"),
            (self.head_bytes >= 8 << 10, "head_bytes", "at least 8192"),
            (self.headers >= 16, "headers", "at least 16"),
            (self.head_timeout_ms > 0, "head_timeout_ms", "at least 1"),
            (
                self.request_timeout_ms > 0,
                "request_timeout_ms",
                "at least 1",
            ),
            (
                self.handshake_timeout_ms > 0,
                "handshake_timeout_ms",
                "at least 1",
            ),
            (
                (1..=1 << 20).contains(&self.connections),
                "connections",
                "from 1 to 1048576",
            ),
            (self.streams <= 1 << 20, "streams", "at most 1048576"),
            (
                self.connections_per_address > 0,
                "connections_per_address",
                "at least 1",
            ),
            (
                self.concurrent_streams > 0,
                "concurrent_streams",
                "at least 1",
            ),
            (self.concurrent_reads > 0, "concurrent_reads", "at least 1"),
        ];
        for (holds, field, range) in rules {
            if !holds {
                return Err(BadLimit { field, range });
            }
        }
        Ok(())
    }
}

/// A limit out of range.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("http.{field} must be {range}")]
pub struct BadLimit {
    field: &'static str,
    range: &'static str,
}

/// Why nothing is served.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The address.
    #[error("cannot listen on {address}: {source}; choose a free port, or stop what uses it")]
    Bind {
        /// Which.
        address: SocketAddr,
        /// What the operating system said.
        source: std::io::Error,
    },
}

/// A bound listener, ready to serve.
pub struct Server {
    listener: TcpListener,
    address: SocketAddr,
    tls: Option<Arc<Tls>>,
}

/// What every connection needs.
struct Shared {
    app: Router,
    builder: Builder<TokioExecutor>,
    tls: Option<Arc<Tls>>,
    handshake: Duration,
    first_head: Duration,
    addresses: Mutex<HashMap<IpAddr, usize>>,
    per_address: usize,
}

impl Server {
    /// Binds an address.
    ///
    /// # Errors
    /// [`ServeError::Bind`].
    pub async fn bind(address: SocketAddr, tls: Option<Arc<Tls>>) -> Result<Self, ServeError> {
        let bind = async {
            let listener = TcpListener::bind(address).await?;
            let address = listener.local_addr()?;
            Ok((listener, address))
        };
        let (listener, address) = bind
            .await
            .map_err(|source| ServeError::Bind { address, source })?;
        Ok(Self {
            listener,
            address,
            tls,
        })
    }

    /// The bound address; its port is the one chosen when 0 was asked for.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Serves until `shutdown`, then lets open requests end.
    pub async fn run(self, app: Router, limits: &HttpLimits, shutdown: impl Future<Output = ()>) {
        let shared = Arc::new(Shared {
            app,
            builder: builder(limits),
            tls: self.tls,
            handshake: Duration::from_millis(limits.handshake_timeout_ms),
            first_head: Duration::from_millis(limits.head_timeout_ms),
            addresses: Mutex::default(),
            per_address: limits.connections_per_address,
        });
        let places = Arc::new(Semaphore::new(limits.connections));
        let graceful = GracefulShutdown::new();
        tokio::pin!(shutdown);
        loop {
            // Without a free place the kernel's queue holds new connections.
            let place = tokio::select! {
                place = Arc::clone(&places).acquire_owned() => place,
                () = &mut shutdown => break,
            };
            let Ok(place) = place else { break };
            let accepted = tokio::select! {
                accepted = self.listener.accept() => accepted,
                () = &mut shutdown => break,
            };
            let (stream, peer) = match accepted {
                Ok(accepted) => accepted,
                Err(error) => {
                    // Out of file descriptors, or the peer is gone: go on, but not in a hot loop.
                    tracing::warn!(%error, "a connection could not be accepted");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                    continue;
                }
            };
            let Some(guard) = AddressGuard::take(&shared, peer.ip()) else {
                continue;
            };
            let watcher = graceful.watcher();
            let shared = Arc::clone(&shared);
            tokio::spawn(async move {
                connection(&shared, stream, watcher).await;
                drop((guard, place));
            });
        }
        drop(self.listener);
        let grace = Duration::from_millis(limits.grace_ms);
        if tokio::time::timeout(grace, graceful.shutdown())
            .await
            .is_err()
        {
            tracing::warn!("some requests did not end in time and are cut off");
        }
    }
}

async fn connection(
    shared: &Shared,
    stream: TcpStream,
    watcher: hyper_util::server::graceful::Watcher,
) {
    // Answers are small: waiting for more to send would only add latency.
    let _ = stream.set_nodelay(true);
    let Some(tls) = &shared.tls else {
        return serve(shared, stream, shared.app.clone(), watcher).await;
    };
    let acceptor = TlsAcceptor::from(tls.current());
    match tokio::time::timeout(shared.handshake, acceptor.accept(stream)).await {
        Ok(Ok(stream)) => {
            let certificate = stream
                .get_ref()
                .1
                .peer_certificates()
                .and_then(<[_]>::first)
                .map(PeerCertificate::of);
            let app = match certificate {
                Some(certificate) => shared.app.clone().layer(Extension(certificate)),
                None => shared.app.clone(),
            };
            serve(shared, stream, app, watcher).await;
        }
        Ok(Err(error)) => tracing::debug!(%error, "a TLS handshake failed"),
        Err(_) => tracing::debug!("a TLS handshake took too long"),
    }
}

async fn serve<S>(
    shared: &Shared,
    stream: S,
    app: Router,
    watcher: hyper_util::server::graceful::Watcher,
) where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let asked = Arc::new(AtomicBool::new(false));
    let seen = Arc::clone(&asked);
    let service = TowerToHyperService::new(
        tower::ServiceBuilder::new()
            .map_request(move |request: hyper::Request<Incoming>| {
                seen.store(true, Ordering::Relaxed);
                request.map(axum::body::Body::new)
            })
            .service(app),
    );
    let served = shared
        .builder
        .serve_connection(TokioIo::new(stream), service)
        .into_owned();
    let served = watcher.watch(served);
    tokio::pin!(served);
    let ended = match tokio::time::timeout(shared.first_head, &mut served).await {
        Ok(ended) => ended,
        // The server below has no limit of its own for a connection whose HTTP version it does not know yet.
        Err(_) if !asked.load(Ordering::Relaxed) => {
            return tracing::debug!("a connection asked for nothing and is closed");
        }
        Err(_) => served.await,
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection ended early");
    }
}

fn builder(limits: &HttpLimits) -> Builder<TokioExecutor> {
    let mut builder = Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(Duration::from_millis(limits.head_timeout_ms))
        .max_buf_size(limits.head_bytes)
        .max_headers(limits.headers);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(limits.concurrent_streams)
        .max_header_list_size(u32::try_from(limits.head_bytes).unwrap_or(u32::MAX))
        .keep_alive_interval(Duration::from_secs(30))
        .keep_alive_timeout(Duration::from_secs(20));
    builder
}

/// One connection's share of its address.
struct AddressGuard {
    shared: Arc<Shared>,
    address: IpAddr,
}

impl AddressGuard {
    fn take(shared: &Arc<Shared>, address: IpAddr) -> Option<Self> {
        let mut addresses = shared
            .addresses
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let count = addresses.entry(address).or_default();
        if *count >= shared.per_address {
            return None;
        }
        *count += 1;
        drop(addresses);
        Some(Self {
            shared: Arc::clone(shared),
            address,
        })
    }
}

impl Drop for AddressGuard {
    fn drop(&mut self) {
        let mut addresses = self
            .shared
            .addresses
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = addresses.get_mut(&self.address) {
            *count -= 1;
            if *count == 0 {
                addresses.remove(&self.address);
            }
        }
    }
}
