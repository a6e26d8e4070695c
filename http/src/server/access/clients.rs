//! The list of clients, and recognising one by what it shows.

use std::fmt;
use std::net::IpAddr;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use super::{Caller, Denied, Role};
use crate::server::{BadClientName, ClientName};

/// The `[access]` section.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct AccessConfig {
    /// Gives everybody who reaches a loopback listener every role. Refused on any other address.
    pub open: bool,
    /// The clients.
    pub clients: Vec<ClientConfig>,
}

/// One client.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClientConfig {
    /// Its name, in logs, quotas and the operator's view.
    pub name: String,
    /// What it may do.
    pub roles: Vec<Role>,
    /// SHA-256 of its bearer token, in lower-case hexadecimal. The token must be random, of at least 16 bytes.
    pub token_sha256: Option<String>,
    /// SHA-256 of its TLS certificate (DER), in lower-case hexadecimal.
    pub certificate_sha256: Option<String>,
}

/// Why an access configuration was refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AccessError {
    /// A client's name.
    #[error("access.clients: {name:?}: {reason}")]
    Name {
        /// As written.
        name: String,
        /// What is wrong.
        reason: BadClientName,
    },
    /// The same name or secret twice.
    #[error(
        "access.clients: {0}: its name, token or certificate is listed twice; give each client its own"
    )]
    Repeated(ClientName),
    /// Neither token nor certificate.
    #[error("access.clients: {0}: give token_sha256, certificate_sha256 or both")]
    NoCredential(ClientName),
    /// Not a hash.
    #[error(
        "access.clients: {0}: a hash is 64 characters of 0-9 and a-f; `obolus node token` prints a token and its hash"
    )]
    Hash(ClientName),
    /// A role of another service.
    #[error("access.clients: {client}: this service has no role {role:?}; its roles are {known}")]
    Role {
        /// Whose.
        client: ClientName,
        /// Which.
        role: Role,
        /// Those that there are.
        known: String,
    },
    /// Open beyond loopback.
    #[error("access.open is for loopback addresses only, and {0} is none: list clients instead")]
    OpenBeyondLoopback(IpAddr),
    /// Not encrypted beyond loopback.
    #[error("{0} is not a loopback address: configure [tls], or listen on 127.0.0.1")]
    NoTls(IpAddr),
    /// Nobody to recognise beyond loopback.
    #[error(
        "{0} is not a loopback address and access.clients is empty: list clients with a token or certificate"
    )]
    NoClients(IpAddr),
    /// Certificates without a list of whom to trust.
    #[error(
        "access.clients lists certificates, so [tls] needs client_ca: the authority that signed them"
    )]
    NoClientCa,
    /// Tokens over plain text on loopback are fine; certificates need TLS.
    #[error("access.clients lists certificates, which only TLS can check: configure [tls]")]
    CertificatesWithoutTls,
}

/// SHA-256 of a certificate or a token.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fingerprint([u8; 32]);

impl Fingerprint {
    /// Of these bytes.
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }

    fn parse(text: &str) -> Option<Self> {
        let mut bytes = [0; 32];
        hex::decode_to_slice(text, &mut bytes).ok()?;
        // One spelling.
        (hex::encode(bytes) == text).then_some(Self(bytes))
    }

    /// Tells nothing of where two differ.
    fn matches(&self, other: &Self) -> subtle::Choice {
        self.0.ct_eq(&other.0)
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Fingerprint(redacted)")
    }
}

/// What a request shows of its sender.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Credential {
    /// SHA-256 of a bearer token.
    Token(Fingerprint),
    /// SHA-256 of a certificate that the TLS handshake has verified.
    Certificate(Fingerprint),
}

impl Credential {
    /// From an `Authorization` header: `Bearer TOKEN`, or `Basic` with the token as the password, for browsers.
    pub fn from_header(value: &str) -> Option<Self> {
        let (scheme, rest) = value.split_once(' ')?;
        let rest = rest.trim();
        if scheme.eq_ignore_ascii_case("bearer") {
            Some(Self::Token(Fingerprint::of(rest.as_bytes())))
        } else if scheme.eq_ignore_ascii_case("basic") {
            let decoded = STANDARD.decode(rest).ok()?;
            let colon = decoded.iter().position(|byte| *byte == b':')?;
            Some(Self::Token(Fingerprint::of(decoded.get(colon + 1..)?)))
        } else {
            None
        }
    }
}

#[derive(Debug)]
struct Client {
    caller: Caller,
    token: Option<Fingerprint>,
    certificate: Option<Fingerprint>,
}

/// The checked list.
#[derive(Debug)]
pub struct Clients {
    open: bool,
    roles: &'static [Role],
    clients: Vec<Client>,
}

impl Clients {
    /// Checks the list for a listener on this address, of a service that has these roles.
    ///
    /// # Errors
    /// [`AccessError`] names the first thing that is wrong.
    pub fn new(
        config: &AccessConfig,
        roles: &'static [Role],
        address: IpAddr,
        tls: bool,
        client_ca: bool,
    ) -> Result<Self, AccessError> {
        let clients = config
            .clients
            .iter()
            .map(client)
            .collect::<Result<Vec<_>, _>>()?;
        for (index, one) in clients.iter().enumerate() {
            if let Some(role) = one.caller.roles.iter().find(|role| !roles.contains(role)) {
                return Err(AccessError::Role {
                    client: one.caller.name.clone(),
                    role: *role,
                    known: format!("{roles:?}").to_lowercase(),
                });
            }
            let repeated = clients.iter().skip(index + 1).any(|other| {
                other.caller.name == one.caller.name
                    || (one.token.is_some() && other.token == one.token)
                    || (one.certificate.is_some() && other.certificate == one.certificate)
            });
            if repeated {
                return Err(AccessError::Repeated(one.caller.name.clone()));
            }
        }
        let certificates = clients.iter().any(|client| client.certificate.is_some());
        if certificates && !tls {
            return Err(AccessError::CertificatesWithoutTls);
        }
        if certificates && !client_ca {
            return Err(AccessError::NoClientCa);
        }
        if !address.is_loopback() {
            if config.open {
                return Err(AccessError::OpenBeyondLoopback(address));
            }
            if !tls {
                return Err(AccessError::NoTls(address));
            }
            if clients.is_empty() {
                return Err(AccessError::NoClients(address));
            }
        }
        Ok(Self {
            open: config.open,
            roles,
            clients,
        })
    }

    /// Whether anybody on this machine is let in.
    pub const fn is_open(&self) -> bool {
        self.open
    }

    /// Who shows these credentials. Every client is compared with, so that the time taken tells nothing.
    ///
    /// # Errors
    /// [`Denied::Unknown`].
    pub fn recognise(&self, credentials: &[Credential]) -> Result<Caller, Denied> {
        let mut found = None;
        for client in &self.clients {
            let shown = credentials.iter().any(|credential| {
                let (listed, shown) = match credential {
                    Credential::Token(shown) => (&client.token, shown),
                    Credential::Certificate(shown) => (&client.certificate, shown),
                };
                listed
                    .as_ref()
                    .is_some_and(|listed| listed.matches(shown).into())
            });
            if shown && found.is_none() {
                found = Some(client.caller.clone());
            }
        }
        match found {
            Some(caller) => Ok(caller),
            None if self.open && credentials.is_empty() => Ok(Caller {
                name: ClientName::anonymous(),
                roles: self.roles.to_vec(),
            }),
            None => Err(Denied::Unknown),
        }
    }
}

fn client(config: &ClientConfig) -> Result<Client, AccessError> {
    let name = ClientName::new(&config.name).map_err(|reason| AccessError::Name {
        name: config.name.clone(),
        reason,
    })?;
    let hash = |text: &Option<String>| {
        text.as_deref()
            .map(|text| Fingerprint::parse(text).ok_or_else(|| AccessError::Hash(name.clone())))
            .transpose()
    };
    let (token, certificate) = (
        hash(&config.token_sha256)?,
        hash(&config.certificate_sha256)?,
    );
    if token.is_none() && certificate.is_none() {
        return Err(AccessError::NoCredential(name));
    }
    Ok(Client {
        caller: Caller {
            name,
            roles: config.roles.clone(),
        },
        token,
        certificate,
    })
}
