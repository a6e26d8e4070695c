//! The journal as pages on this machine: made here, without scripts, for one person at a browser.
//!
//! Everything is in clear on them, so being on this machine is not enough: a code that is shown once on the terminal lets one
//! browser in, which then holds a cookie. The code works once. `Host` must be a loopback name, as for every open service;
//! nothing can be changed from here but who is let in.
//!
//! Browsers send cookies to every port of a host. So all pages are below a folder whose name is drawn at every start, and the
//! cookie is for this folder: other servers of this machine are not sent it, and cannot put another in its place. Pages link
//! to each other relatively, and lie side by side in the folder.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use obolus_http::server::pages::{asset, policy};
use obolus_http::server::{
    AccessConfig, AccessError, Clients, Gate, HttpLimits, Params, Role, ServeError, Server,
};
use obolus_runtime_api::hex;
use obolus_wallet::config::Token;
use rand::{RngCore, rngs::OsRng};
use serde::Deserialize;
use subtle::ConstantTimeEq;
use tokio::sync::Semaphore;
use zeroize::Zeroizing;

use crate::index::{Index, IndexError};

mod frame;
mod views;

use frame::trouble;

const COOKIE: &str = "obolus_audit";
/// Pages made at once: each reads the whole journal.
const AT_ONCE: usize = 2;
const ROLES: &[Role] = &[Role::Read];

/// Why nothing is served.
#[derive(Debug, thiserror::Error)]
pub enum PageError {
    /// Not this machine's own address.
    #[error(
        "these pages show everything in clear: listen on a loopback address, for example 127.0.0.1:8095"
    )]
    NotLoopback(#[from] AccessError),
    /// The listener.
    #[error(transparent)]
    Serve(#[from] ServeError),
    /// The index.
    #[error(transparent)]
    Index(#[from] IndexError),
}

/// What pages are made from.
pub struct Source {
    /// The index's directory.
    pub directory: PathBuf,
    /// The token.
    pub token: Token,
    /// The index's key.
    pub key: Zeroizing<[u8; 32]>,
    /// The rules file, if alerts are wanted.
    pub rules: Option<PathBuf>,
}

/// A listener with its code.
pub struct Pages {
    server: Server,
    state: AppState,
    code: Zeroizing<String>,
}

/// Who is let in.
struct Door {
    /// Lets a browser in, once.
    code: Option<blake3::Hash>,
    /// What it holds from then on.
    session: blake3::Hash,
    /// The session's text, until it was handed out.
    unclaimed: Option<Zeroizing<String>>,
}

#[derive(Clone)]
struct AppState {
    source: Arc<Source>,
    /// The index as it was last read, and the head that it was read from.
    index: Arc<Mutex<Option<Cached>>>,
    door: Arc<Mutex<Door>>,
    places: Arc<Semaphore>,
    /// Where all pages are, with slashes around it.
    folder: Arc<str>,
}

/// An index, and the head that it was read from.
type Cached = (Stamp, Arc<Index>);

/// Tells heads apart: each is a new file.
type Stamp = (std::time::SystemTime, u64);

impl Pages {
    /// Binds a loopback address.
    ///
    /// # Errors
    /// [`PageError`].
    pub async fn bind(source: Source, listen: SocketAddr) -> Result<Self, PageError> {
        clients(listen.ip())?;
        let (code, session) = (secret(), secret());
        let folder = format!("/{}/", secret().as_str()).into();
        let state = AppState {
            source: Arc::new(source),
            index: Arc::default(),
            door: Arc::new(Mutex::new(Door {
                code: Some(blake3::hash(code.as_bytes())),
                session: blake3::hash(session.as_bytes()),
                unclaimed: Some(session),
            })),
            folder,
            places: Arc::new(Semaphore::new(AT_ONCE)),
        };
        state.index()?;
        let server = Server::bind(listen, None).await?;
        Ok(Self {
            server,
            state,
            code,
        })
    }

    /// Where it listens.
    pub const fn address(&self) -> SocketAddr {
        self.server.address()
    }

    /// The address that lets one browser in.
    pub fn entrance(&self) -> Zeroizing<String> {
        let (address, code) = (self.address(), self.code.as_str());
        let folder = &self.state.folder;
        Zeroizing::new(format!("http://{address}{folder}enter?code={code}"))
    }

    /// Serves until `shutdown`.
    ///
    /// # Errors
    /// [`PageError::NotLoopback`].
    pub async fn run(self, shutdown: impl Future<Output = ()>) -> Result<(), PageError> {
        let limits = HttpLimits {
            connections: 64,
            ..HttpLimits::default()
        };
        let clients = clients(self.address().ip())?;
        let app = router(self.state, Gate::new(clients, limits.clone()));
        self.server.run(app, &limits, shutdown).await;
        Ok(())
    }
}

fn clients(address: IpAddr) -> Result<Clients, AccessError> {
    let open = AccessConfig {
        clients: Vec::new(),
        open: true,
    };
    Clients::new(&open, ROLES, address, false, false)
}

fn secret() -> Zeroizing<String> {
    let mut bytes = Zeroizing::new([0; 32]);
    OsRng.fill_bytes(&mut *bytes);
    Zeroizing::new(hex::encode(&*bytes))
}

fn router(state: AppState, gate: Gate) -> Router {
    let path = |page: &str| format!("{}{page}", state.folder);
    let pages = Router::new()
        .route(&path(""), get(views::overview))
        .route(&path("movements"), get(views::movements))
        .route(&path("participant"), get(views::participant))
        .route(&path("flows"), get(views::flows))
        .route(&path("alerts"), get(views::alerts))
        .layer(from_fn_with_state(state.clone(), admitted));
    let guarded = pages
        .route(&path("enter"), get(enter))
        .route(&path("style.css"), get(style))
        .route(&path("icon.svg"), get(icon))
        .layer(from_fn(policy));
    gate.before(guarded, Router::new()).with_state(state)
}

impl AppState {
    /// The index as it is on disk now.
    fn index(&self) -> Result<Arc<Index>, IndexError> {
        let source = &self.source;
        let stamp = std::fs::metadata(source.directory.join("head")).ok();
        let stamp = stamp.and_then(|head| Some((head.modified().ok()?, head.len())));
        let mut cached = self.index.lock().unwrap_or_else(PoisonError::into_inner);
        if let (Some(stamp), Some((known, index))) = (&stamp, &*cached)
            && stamp == known
        {
            return Ok(Arc::clone(index));
        }
        let index = Index::open(&source.directory, source.token.clone(), &source.key)?;
        index.check_synced()?;
        let index = Arc::new(index);
        *cached = stamp.map(|stamp| (stamp, Arc::clone(&index)));
        Ok(index)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Code {
    code: String,
}

/// Lets a browser in, once.
async fn enter(State(state): State<AppState>, Params(Code { code }): Params<Code>) -> Response {
    let session = {
        let mut door = state.door.lock().unwrap_or_else(PoisonError::into_inner);
        // Hashes compare in constant time.
        let fits = door
            .code
            .as_ref()
            .is_some_and(|known| *known == blake3::hash(code.as_bytes()));
        if fits {
            door.code = None;
            door.unclaimed.take()
        } else {
            None
        }
    };
    let Some(session) = session else {
        return trouble(
            StatusCode::FORBIDDEN,
            "This code does not let you in",
            "It is wrong, or was used before. Run `obolus audit serve` again for a new one.",
        );
    };
    let cookie = format!(
        "{COOKIE}={}; HttpOnly; SameSite=Strict; Path={}",
        session.as_str(),
        state.folder
    );
    match HeaderValue::from_str(&cookie) {
        Ok(cookie) => {
            let home = Redirect::to(&state.folder);
            ([(header::SET_COOKIE, cookie)], home).into_response()
        }
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// Whoever holds the cookie.
async fn admitted(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let session = state
        .door
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .session;
    if holds(request.headers(), &session) {
        return next.run(request).await;
    }
    trouble(
        StatusCode::UNAUTHORIZED,
        "You are not let in",
        "Open the address that `obolus audit serve` printed. It works once, in one browser.",
    )
}

fn holds(headers: &HeaderMap, session: &blake3::Hash) -> bool {
    let cookies = headers.get_all(header::COOKIE).iter();
    let pairs = cookies
        .filter_map(|value| value.to_str().ok())
        .flat_map(|text| text.split(';'));
    pairs
        .filter_map(|pair| pair.trim().split_once('='))
        .filter(|(name, _)| *name == COOKIE)
        .any(|(_, value)| {
            let shown = blake3::hash(value.as_bytes());
            shown.as_bytes().ct_eq(session.as_bytes()).into()
        })
}

async fn style() -> Response {
    asset(
        "text/css; charset=utf-8",
        include_str!("../templates/style.css"),
    )
}

async fn icon() -> Response {
    asset("image/svg+xml", include_str!("../templates/icon.svg"))
}

#[cfg(test)]
mod tests;
