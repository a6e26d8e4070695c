//! Places that tenants share: bytes of bodies being read, event streams. No tenant gets more than its part of all, so that
//! one that hoards leaves room for the others.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use axum::Extension;
use axum::extract::{Request, State};
use axum::http::header;
use axum::middleware::Next;
use axum::response::Response;
use obolus_http::server::{Caller, ClientName, Failure};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Body bytes are counted in units of so many.
const UNIT: usize = 1 << 10;
/// Bytes of bodies that may be in memory at once, however small the largest body is.
const LEAST_BODIES: usize = 256 << 20;

/// Places of one kind.
pub(crate) struct Shares {
    all: Arc<Semaphore>,
    each: usize,
    tenants: Mutex<HashMap<ClientName, Arc<Semaphore>>>,
}

/// Held for as long as the places are used.
pub(crate) struct Share {
    _all: OwnedSemaphorePermit,
    _own: OwnedSemaphorePermit,
}

impl Shares {
    /// So many places, and so many of them for one tenant at most. Tenants are those of the configuration, so their number
    /// is bounded.
    pub(crate) fn new(all: usize, each: usize) -> Self {
        Self {
            all: Arc::new(Semaphore::new(all.min(Semaphore::MAX_PERMITS))),
            each: each.clamp(1, Semaphore::MAX_PERMITS),
            tenants: Mutex::default(),
        }
    }

    /// For event streams: a quarter for one tenant.
    pub(crate) fn of_streams(streams: usize) -> Self {
        Self::new(streams, streams.div_ceil(4))
    }

    /// Takes places; none if all or the tenant's part are taken.
    pub(crate) fn take(&self, tenant: &ClientName, places: usize) -> Option<Share> {
        let own = {
            // Every change is complete before anything can panic.
            let mut tenants = self.tenants.lock().unwrap_or_else(PoisonError::into_inner);
            let fresh = || Arc::new(Semaphore::new(self.each));
            Arc::clone(tenants.entry(tenant.clone()).or_insert_with(fresh))
        };
        let places = u32::try_from(places).ok()?;
        Some(Share {
            _own: own.try_acquire_many_owned(places).ok()?,
            _all: Arc::clone(&self.all).try_acquire_many_owned(places).ok()?,
        })
    }
}

/// Memory for bodies that are being read.
#[derive(Clone)]
pub(super) struct Bodies {
    shares: Arc<Shares>,
    largest: usize,
}

impl Bodies {
    /// For bodies of at most so many bytes: four of the largest at once, two of one tenant, but no less than 256 MiB.
    pub(super) fn new(largest: usize) -> Self {
        let all = largest.saturating_mul(4).max(LEAST_BODIES) / UNIT;
        Self {
            shares: Arc::new(Shares::new(all, all / 2)),
            largest,
        }
    }
}

/// Lets a body in only while there is memory for it. One without a declared length counts as the largest.
pub(super) async fn admit_body(
    State(bodies): State<Bodies>,
    Extension(caller): Extension<Caller>,
    request: Request,
    next: Next,
) -> Result<Response, Failure> {
    let declared = request.headers().get(header::CONTENT_LENGTH);
    let declared = declared.and_then(|value| value.to_str().ok()?.parse::<usize>().ok());
    let largest = bodies.largest;
    let places = declared.unwrap_or(largest).min(largest).div_ceil(UNIT);
    let share = bodies.shares.take(&caller.name, places);
    let _share = share.ok_or_else(|| {
        Failure::busy("too many large requests are being read: send this one again shortly")
    })?;
    Ok(next.run(request).await)
}

#[cfg(test)]
mod tests;
