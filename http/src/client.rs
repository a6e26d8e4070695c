//! HTTP itself: TLS, authentication, bounded answers, repeating what may be repeated.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::thread::sleep;
use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;
use ureq::http::{HeaderMap, Response, Uri, header};
use ureq::tls::{Certificate, ClientCert, PrivateKey, RootCerts, TlsConfig, TlsProvider};
use ureq::{Agent, RequestBuilder};
use zeroize::Zeroizing;

use crate::problem::Problem;

/// Largest answer that is read, in bytes: a service ends a page after 4 MiB of memos and events, with a whole block.
const MAX_ANSWER: u64 = 64 << 20;
/// How often a request is sent at most.
const TRIES: u32 = 5;
/// Before the second try; doubled each time.
const FIRST_PAUSE: Duration = Duration::from_millis(200);
/// Longest pause, whatever the server asks for.
const LONGEST_PAUSE: Duration = Duration::from_secs(10);
const JSON: &str = "application/json";
const CONNECT: Duration = Duration::from_secs(10);
/// For an answer, besides what the request itself waits for.
const ANSWER: Duration = Duration::from_secs(30);

/// Where a service is and how to reach it.
#[derive(Default)]
pub struct Endpoint {
    /// `http://` or `https://`, host and port.
    pub url: String,
    /// Bearer token.
    pub token: Option<Zeroizing<String>>,
    /// TLS.
    pub tls: ClientTls,
}

/// TLS of an [`Endpoint`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClientTls {
    /// PEM file with the authority that signed the server's certificate; the system's authorities are not used.
    pub authority: Option<PathBuf>,
    /// PEM files with a client certificate and its key.
    pub certificate: Option<(PathBuf, PathBuf)>,
}

/// The URL only.
impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Endpoint")
            .field("url", &self.url)
            .finish_non_exhaustive()
    }
}

/// Why a server gave no answer. Carries no token.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ClientError {
    /// The URL.
    #[error("the server's URL must be http:// or https:// with a host, and no user name")]
    Url,
    /// An unencrypted connection beyond this machine.
    #[error("a token over http:// is for loopback only: use https://")]
    PlainToken,
    /// TLS without knowing whom to trust.
    #[error("https:// needs the authority that signed the server's certificate: give its PEM file")]
    NoAuthority,
    /// A PEM file.
    #[error("{path}: {reason}", path = .0.display(), reason = .1)]
    Pem(PathBuf, String),
    /// No connection, or it broke.
    #[error("the server cannot be reached: {0}; check the URL, and whether the server runs")]
    Unreachable(String),
    /// The server said no.
    #[error("the server refused: {detail} ({code})")]
    Refused {
        /// HTTP status.
        status: u16,
        /// Stable code.
        code: String,
        /// In words.
        detail: String,
    },
    /// Not what was asked for.
    #[error(
        "the server's answer is malformed: check that client and server are of compatible versions"
    )]
    Malformed,
    /// More than was asked for.
    #[error("the server's answer is larger than any honest one: use another one")]
    TooLarge,
}

/// An open connection pool.
pub struct Transport {
    agent: Agent,
    base: String,
    local: bool,
    authorization: Option<Zeroizing<String>>,
}

impl Transport {
    /// A client of this endpoint. Nothing is sent yet.
    ///
    /// # Errors
    /// [`ClientError`] for an endpoint that cannot be used.
    pub fn new(endpoint: &Endpoint) -> Result<Self, ClientError> {
        let base = endpoint.url.trim_end_matches('/').to_owned();
        let url: Uri = base.parse().map_err(|_| ClientError::Url)?;
        let (Some(scheme), Some(authority)) = (url.scheme_str(), url.authority()) else {
            return Err(ClientError::Url);
        };
        let secure = scheme == "https";
        // A user name before the host would make another host look like this machine.
        if !(secure || scheme == "http") || authority.as_str().contains('@') {
            return Err(ClientError::Url);
        }
        let local = ["127.0.0.1", "localhost", "[::1]"].contains(&authority.host());
        if !secure && !local && endpoint.token.is_some() {
            return Err(ClientError::PlainToken);
        }
        let mut config = Agent::config_builder()
            .http_status_as_error(false)
            .timeout_connect(Some(CONNECT))
            .max_redirects(0)
            // Tokens and what a service publishes of itself are no proxy's business.
            .proxy(None)
            .user_agent("obolus");
        if secure {
            config = config.tls_config(tls(&endpoint.tls)?);
        }
        let authorization = endpoint
            .token
            .as_ref()
            .map(|token| Zeroizing::new(format!("Bearer {}", token.as_str())));
        Ok(Self {
            agent: config.build().into(),
            base,
            local,
            authorization,
        })
    }

    /// Whether the service is on this machine.
    pub const fn is_loopback(&self) -> bool {
        self.local
    }

    /// Reads JSON.
    ///
    /// # Errors
    /// [`ClientError`].
    pub fn get_json<T: DeserializeOwned>(&self, path: &str) -> Result<T, ClientError> {
        parse(&self.get_bytes(path, JSON)?)
    }

    /// Reads bytes of a media type.
    ///
    /// # Errors
    /// [`ClientError`].
    pub fn get_bytes(&self, path: &str, accept: &str) -> Result<Vec<u8>, ClientError> {
        self.repeat(|| {
            let request = self.agent.get(self.url(path));
            let request = self.signed(request.header(header::ACCEPT, accept));
            let request = request.config().timeout_global(Some(ANSWER)).build();
            request.call()
        })
    }

    /// Deletes, and reads JSON. Deleting twice must be safe.
    ///
    /// # Errors
    /// [`ClientError`].
    pub fn delete_json<T: DeserializeOwned>(&self, path: &str) -> Result<T, ClientError> {
        let body = self.repeat(|| {
            let request = self.signed(self.agent.delete(self.url(path)));
            let request = request.config().timeout_global(Some(ANSWER)).build();
            request.call()
        })?;
        parse(&body)
    }

    /// Sends JSON and reads JSON.
    ///
    /// # Errors
    /// [`ClientError`]; the server may have done it all the same.
    pub fn post_json<T: DeserializeOwned>(
        &self,
        path: &str,
        body: &impl Serialize,
    ) -> Result<T, ClientError> {
        let body = serde_json::to_vec(body).map_err(|_| ClientError::Malformed)?;
        self.post(path, JSON, &body, &[], Duration::ZERO)
    }

    /// Sends bytes with further headers, which the server may take `wait` to answer, and reads JSON. The server must
    /// answer the same bytes the same way, since they may be sent more than once.
    ///
    /// # Errors
    /// [`ClientError`]; the server may have done it all the same.
    pub fn post<T: DeserializeOwned>(
        &self,
        path: &str,
        kind: &str,
        body: &[u8],
        headers: &[(&str, &str)],
        wait: Duration,
    ) -> Result<T, ClientError> {
        let answer = self.repeat(|| {
            let mut request = self.agent.post(self.url(path));
            request = request.header(header::CONTENT_TYPE, kind);
            for (name, value) in headers {
                request = request.header(*name, *value);
            }
            let request = self.signed(request);
            let request = request.config().timeout_global(Some(ANSWER + wait)).build();
            request.send(body)
        })?;
        parse(&answer)
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    fn signed<B>(&self, request: RequestBuilder<B>) -> RequestBuilder<B> {
        match &self.authorization {
            Some(authorization) => request.header(header::AUTHORIZATION, authorization.as_str()),
            None => request,
        }
    }

    /// Sends until there is an answer that another try would not change.
    fn repeat(
        &self,
        send: impl Fn() -> Result<Response<ureq::Body>, ureq::Error>,
    ) -> Result<Vec<u8>, ClientError> {
        let mut pause = FIRST_PAUSE;
        let mut tries = 1;
        loop {
            let (error, asked) = match send() {
                Ok(response) => match answer(response) {
                    Ok(body) => return Ok(body),
                    Err((error, asked)) => (error, asked),
                },
                Err(error) => (ClientError::Unreachable(error.to_string()), None),
            };
            let again = matches!(
                error,
                ClientError::Unreachable(_)
                    | ClientError::Refused {
                        status: 429 | 503,
                        ..
                    }
            );
            if !again || tries == TRIES {
                return Err(error);
            }
            tracing::debug!(%error, tries, "a request is sent again");
            sleep(asked.unwrap_or(pause).min(LONGEST_PAUSE));
            pause *= 2;
            tries += 1;
        }
    }
}

/// The body of a good answer, or what a bad one says and when to come again.
fn answer(response: Response<ureq::Body>) -> Result<Vec<u8>, (ClientError, Option<Duration>)> {
    let status = response.status();
    let asked = retry_after(response.headers());
    let mut body = response.into_body();
    let read = body.with_config().limit(MAX_ANSWER).read_to_vec();
    let body = read.map_err(|error| match error {
        ureq::Error::BodyExceedsLimit(_) => (ClientError::TooLarge, None),
        error => (ClientError::Unreachable(error.to_string()), None),
    })?;
    if status.is_success() {
        return Ok(body);
    }
    let refused = match serde_json::from_slice::<Problem>(&body) {
        Ok(problem) => ClientError::Refused {
            status: status.as_u16(),
            code: plain(&problem.code),
            detail: plain(&problem.detail),
        },
        Err(_) => ClientError::Refused {
            status: status.as_u16(),
            code: "http_error".into(),
            detail: format!("status {status}"),
        },
    };
    Err((refused, asked))
}

fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let seconds = headers.get(header::RETRY_AFTER)?.to_str().ok()?;
    seconds.parse().ok().map(Duration::from_secs)
}

/// What a server says is shown on terminals: without control characters, and not without end.
pub fn plain(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(500).collect()
}

fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, ClientError> {
    serde_json::from_slice(body).map_err(|_| ClientError::Malformed)
}

fn tls(config: &ClientTls) -> Result<TlsConfig, ClientError> {
    let read = |path: &PathBuf| {
        std::fs::read(path).map_err(|error| ClientError::Pem(path.clone(), error.to_string()))
    };
    let authority = config.authority.as_ref().ok_or(ClientError::NoAuthority)?;
    let bad = |path: &PathBuf| {
        let path = path.clone();
        move |error: ureq::Error| ClientError::Pem(path, error.to_string())
    };
    let root = Certificate::from_pem(&read(authority)?).map_err(bad(authority))?;
    let mut builder = TlsConfig::builder()
        .provider(TlsProvider::Rustls)
        .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .root_certs(RootCerts::from(vec![root]));
    if let Some((certificate, key)) = &config.certificate {
        let chain = Certificate::from_pem(&read(certificate)?).map_err(bad(certificate))?;
        let secret = PrivateKey::from_pem(&Zeroizing::new(read(key)?)).map_err(bad(key))?;
        builder = builder.client_cert(Some(ClientCert::new_with_certs(&[chain], secret)));
    }
    Ok(builder.build())
}
