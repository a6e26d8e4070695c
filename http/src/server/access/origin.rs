//! What protects an open loopback service from web pages that its user visits: a page of another origin may make the
//! browser send requests here, and a name that resolves to 127.0.0.1 would even let it read the answers.

use axum::http::{HeaderMap, HeaderValue, Method, header};

/// Why a browser's request was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OriginError {
    /// Addressed to a name that is not this machine's own.
    #[error("this service answers on localhost only: use http://127.0.0.1 and its port")]
    Host,
    /// Sent by a page of another origin.
    #[error("requests from web pages of another origin are refused")]
    Origin,
}

/// Checks `Host`, `Origin` and `Sec-Fetch-Site` of a request to an open service: a page of another server on this machine is
/// another origin too, so host and port must be the same.
///
/// # Errors
/// [`OriginError`].
pub fn check_browser(method: &Method, headers: &HeaderMap) -> Result<(), OriginError> {
    let host = match headers.get(header::HOST) {
        Some(host) => Some(host.to_str().map_err(|_| OriginError::Host)?),
        None => None,
    };
    if host.is_some_and(|host| !is_local(host)) {
        return Err(OriginError::Host);
    }
    if method.is_safe() {
        return Ok(());
    }
    if let Some(origin) = headers.get(header::ORIGIN) {
        let origin = origin.to_str().map_err(|_| OriginError::Origin)?;
        let authority = origin.strip_prefix("http://");
        if authority.is_none() || authority != host {
            return Err(OriginError::Origin);
        }
    }
    let own_page = |site: &HeaderValue| site == "same-origin" || site == "none";
    match headers.get("sec-fetch-site") {
        Some(site) if !own_page(site) => Err(OriginError::Origin),
        _ => Ok(()),
    }
}

/// Whether `host[:port]` is a loopback name.
fn is_local(authority: &str) -> bool {
    let host = match authority.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|c| c.is_ascii_digit()) => host,
        _ => authority,
    };
    matches!(host, "localhost" | "127.0.0.1" | "[::1]")
}
