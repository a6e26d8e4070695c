//! A service's side: a request passes the [`Gate`] and its [`access`] list before any handler sees it; [`serve`] is the
//! listener under it.

pub mod access;
mod config;
mod failure;
mod gate;
pub mod health;
mod name;
pub mod pages;
mod params;
pub mod process;
pub mod serve;
pub mod tls;

pub use access::{AccessConfig, AccessError, Caller, Clients, Role};
pub use config::{ConfigFileError, Folder, read_config};
pub use failure::Failure;
pub use gate::{Gate, require};
pub use name::{BadClientName, ClientName};
pub use params::{FromSegment, Params, Segment, number};
pub use serve::{BadLimit, HttpLimits, ServeError, Server};
pub use tls::{Tls, TlsConfig, TlsError};
