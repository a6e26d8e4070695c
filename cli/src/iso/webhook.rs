//! Sending events as [Standard Webhooks](https://www.standardwebhooks.com) have it: signed, so that the receiver knows who
//! sends; with an id, so that it knows what it was sent before.

use std::path::{Path, PathBuf};
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use clap::Args;
use hmac::{Hmac, KeyInit, Mac};
use obolus_http::client::{ClientError, ClientTls, Endpoint, Transport};
use serde::de::IgnoredAny;
use sha2::Sha256;
use zeroize::Zeroizing;

use super::context::now;
use super::error::IsoError;
use super::journal::Event;

const PREFIX: &str = "whsec_";
const JSON: &str = "application/json";

/// Where events go.
#[derive(Args, Clone, Debug)]
pub struct WebhookArgs {
    /// Post events to this URL: https://, or http:// on this machine.
    #[arg(long, value_name = "URL")]
    webhook: String,
    /// File with the secret that events are signed with: whsec_ and the base64 of 24 to 64 random bytes.
    #[arg(long, value_name = "FILE")]
    secret_file: PathBuf,
    /// PEM file with the authority that signed the receiver's certificate; https:// needs it.
    #[arg(long, value_name = "FILE")]
    webhook_ca: Option<PathBuf>,
}

/// What events are signed with.
struct Secret(Zeroizing<Vec<u8>>);

/// A receiver of events.
pub struct Webhook {
    transport: Transport,
    secret: Secret,
}

impl WebhookArgs {
    /// Reads the secret; nothing is sent yet.
    ///
    /// # Errors
    /// [`IsoError::Webhook`], [`IsoError::PlainWebhook`], [`IsoError::Secret`], [`IsoError::Io`].
    pub fn open(&self) -> Result<Webhook, IsoError> {
        let endpoint = Endpoint {
            url: self.webhook.clone(),
            token: None,
            tls: ClientTls {
                authority: self.webhook_ca.clone(),
                certificate: None,
            },
        };
        let transport = Transport::new(&endpoint).map_err(IsoError::Webhook)?;
        if !transport.is_loopback() && !self.webhook.starts_with("https://") {
            return Err(IsoError::PlainWebhook);
        }
        let secret = Secret::read(&self.secret_file)?;
        Ok(Webhook { transport, secret })
    }
}

impl Secret {
    fn read(path: &Path) -> Result<Self, IsoError> {
        let text = std::fs::read_to_string(path).map(Zeroizing::new);
        let text = text.map_err(|error| IsoError::Io(path.to_path_buf(), error))?;
        Self::parse(&text).ok_or_else(|| IsoError::Secret(path.to_path_buf()))
    }

    fn parse(text: &str) -> Option<Self> {
        let line = text.lines().next()?.trim();
        let bytes = STANDARD.decode(line.strip_prefix(PREFIX)?).ok()?;
        let bytes = Zeroizing::new(bytes);
        matches!(bytes.len(), 24..=64).then_some(Self(bytes))
    }

    /// The `webhook-signature` of a message.
    fn sign(&self, id: &str, timestamp: &str, body: &[u8]) -> Result<String, IsoError> {
        let mac = Hmac::<Sha256>::new_from_slice(&self.0);
        let mut mac = mac.map_err(|_| IsoError::Encrypt)?;
        for part in [id.as_bytes(), b".", timestamp.as_bytes(), b".", body] {
            mac.update(part);
        }
        let digest = mac.finalize().into_bytes();
        Ok(format!("v1,{}", STANDARD.encode(digest)))
    }
}

impl Webhook {
    /// Sends an event. Any answer of success means that it was taken.
    ///
    /// # Errors
    /// [`IsoError::NotTaken`]; the receiver may have taken it all the same, and knows its id.
    pub fn send(&self, event: &Event) -> Result<(), IsoError> {
        let id = event.id();
        let timestamp = now()?.unix().to_string();
        let signature = self.secret.sign(&id, &timestamp, &event.body)?;
        let headers = [
            ("webhook-id", id.as_str()),
            ("webhook-timestamp", &timestamp),
            ("webhook-signature", &signature),
        ];
        let sent =
            self.transport
                .post::<IgnoredAny>("", JSON, &event.body, &headers, Duration::ZERO);
        match sent {
            // What a success says besides is not looked at, and need not be JSON.
            Ok(_) | Err(ClientError::Malformed) => Ok(()),
            Err(error) => Err(IsoError::NotTaken(event.sequence, error)),
        }
    }
}

#[cfg(test)]
mod tests;
