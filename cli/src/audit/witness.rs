//! Other nodes, which must show what one's own shows. They get nothing that is for one's own: neither its token, nor one
//! from the environment, nor a client certificate.

use std::path::PathBuf;

use clap::Args;
use obolus_audit::committee::{AccessError, Known, LogSource, Request, Wanted};
use obolus_wallet::SourceError;
use obolus_wallet::client::{ClientTls, Endpoint, NodeClient};

use super::AuditError;
use super::together::{Access, AccessArgs};
use crate::endpoint::bearer;
use crate::wallet::WalletError;

/// Which nodes besides one's own.
#[derive(Args, Clone, Debug, Default)]
pub struct WitnessArgs {
    /// Answer only if this node too shows the same request, ciphertexts and blocks; repeat it. It gets no token of the
    /// other options and no client certificate.
    #[arg(long = "witness", value_name = "URL")]
    witnesses: Vec<String>,
    /// File with a witness's bearer token; once for each witness, in their order, or not at all.
    #[arg(long, value_name = "FILE", requires = "witnesses")]
    witness_token_file: Vec<PathBuf>,
    /// PEM file with the authority that signed the witnesses' certificates.
    #[arg(long, value_name = "FILE", requires = "witnesses")]
    witness_ca: Option<PathBuf>,
}

impl WitnessArgs {
    /// The nodes.
    pub fn open(&self, access: &AccessArgs) -> Result<Vec<Access>, AuditError> {
        let tokens = &self.witness_token_file;
        if !tokens.is_empty() && tokens.len() != self.witnesses.len() {
            let reason = "name one file for each witness, in their order";
            return Err(AuditError::Argument("witness-token-file", reason.into()));
        }
        let mut files = tokens.iter();
        let mut open = |url: &String| {
            let read =
                |path: &PathBuf| bearer(path).map_err(|error| AuditError::Io(path.clone(), error));
            let endpoint = Endpoint {
                url: url.clone(),
                token: files.next().map(read).transpose()?,
                tls: ClientTls {
                    authority: self.witness_ca.clone(),
                    certificate: None,
                },
            };
            let client = NodeClient::new(&endpoint).map_err(WalletError::from)?;
            access.through(client, url.clone())
        };
        self.witnesses.iter().map(&mut open).collect()
    }
}

impl Access {
    /// Whether this node shows the same request, finds the same ciphertexts for it, and has the same blocks of them, as
    /// another one.
    ///
    /// # Errors
    /// [`AccessError::Disagreement`].
    pub fn agree(
        &self,
        other: &Self,
        (request, known): (&Request, Known<'_>),
        wanted: &[Wanted],
    ) -> Result<(), AuditError> {
        let differs = || AccessError::Disagreement(self.node().to_owned());
        match self.source().entry(request.entry) {
            Ok(logged) if logged.head == request.head => {}
            Err(error @ (SourceError::Unavailable | SourceError::Denied)) => {
                return Err(AccessError::from(error).into());
            }
            Ok(_) | Err(_) => return Err(differs().into()),
        }
        match self.find(request, known) {
            Ok(found) if found == wanted => {}
            Err(AccessError::Source(error @ (SourceError::Unavailable | SourceError::Denied))) => {
                return Err(AccessError::from(error).into());
            }
            Ok(_) | Err(_) => return Err(differs().into()),
        }
        let mut heights: Vec<_> = wanted.iter().map(|wanted| wanted.place.height).collect();
        heights.dedup();
        for height in heights {
            let same = self.block(height).map_err(AccessError::from)?
                == other.block(height).map_err(AccessError::from)?;
            if !same {
                return Err(differs().into());
            }
        }
        Ok(())
    }
}
