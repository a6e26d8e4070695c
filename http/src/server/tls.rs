//! TLS: the service's certificate, and whose client certificates count. Files are read again on request, so that
//! certificates can be renewed without a restart.

use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, pem};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig};
use serde::Deserialize;

use super::Folder;
use super::access::Fingerprint;

/// The `[tls]` section.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TlsConfig {
    /// PEM file with the service's certificate, and the chain up to its authority.
    pub certificate: PathBuf,
    /// PEM file with the certificate's key.
    pub key: PathBuf,
    /// PEM file with the authorities that sign clients' certificates; without it clients use tokens.
    pub client_ca: Option<PathBuf>,
}

impl TlsConfig {
    /// Resolves the files' paths.
    pub fn resolve(&mut self, folder: Folder<'_>) {
        folder.resolve(&mut self.certificate);
        folder.resolve(&mut self.key);
        self.client_ca
            .iter_mut()
            .for_each(|path| folder.resolve(path));
    }
}

/// Why TLS cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file.
    #[error("{path}: {reason}; give a PEM file", path = path.display())]
    Pem {
        /// Which.
        path: PathBuf,
        /// What is wrong with it.
        reason: pem::Error,
    },
    /// A file without a certificate.
    #[error("{0} holds no certificate; give a PEM file with one")]
    Empty(PathBuf),
    /// The key or certificate.
    #[error(
        "the TLS certificate cannot be used: {0}; check that the key belongs to the certificate"
    )]
    Rustls(#[from] rustls::Error),
    /// The client authority.
    #[error("the client authorities cannot be used: {0}")]
    ClientCa(#[from] rustls::server::VerifierBuilderError),
}

/// SHA-256 of a certificate that the handshake verified.
#[derive(Clone, Copy, Debug)]
pub struct PeerCertificate(pub Fingerprint);

impl PeerCertificate {
    /// Of the certificate's DER encoding.
    pub fn of(certificate: &CertificateDer<'_>) -> Self {
        Self(Fingerprint::of(certificate))
    }
}

/// The configuration in force.
pub struct Tls {
    config: TlsConfig,
    current: RwLock<Arc<ServerConfig>>,
}

impl Tls {
    /// Reads the files.
    ///
    /// # Errors
    /// [`TlsError`] names the file.
    pub fn load(config: TlsConfig) -> Result<Self, TlsError> {
        let current = RwLock::new(Arc::new(read(&config)?));
        Ok(Self { config, current })
    }

    /// Reads the files again; connections made from now on use them.
    ///
    /// # Errors
    /// [`TlsError`]; the old ones stay in force then.
    pub fn reload(&self) -> Result<(), TlsError> {
        let fresh = Arc::new(read(&self.config)?);
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = fresh;
        Ok(())
    }

    /// The configuration that connections made now use.
    pub fn current(&self) -> Arc<ServerConfig> {
        Arc::clone(&self.current.read().unwrap_or_else(PoisonError::into_inner))
    }
}

fn read(config: &TlsConfig) -> Result<ServerConfig, TlsError> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let chain = certificates(&config.certificate)?;
    let key = PrivateKeyDer::from_pem_file(&config.key).map_err(|reason| TlsError::Pem {
        path: config.key.clone(),
        reason,
    })?;
    let builder = ServerConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()?;
    let builder = match &config.client_ca {
        None => builder.with_no_client_auth(),
        Some(path) => {
            let mut roots = RootCertStore::empty();
            for authority in certificates(path)? {
                roots.add(authority)?;
            }
            // A client may show a token instead; without either it is nobody.
            let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider)
                .allow_unauthenticated()
                .build()?;
            builder.with_client_cert_verifier(verifier)
        }
    };
    let mut server = builder.with_single_cert(chain, key)?;
    server.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(server)
}

fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    let bad = |reason| TlsError::Pem {
        path: path.to_path_buf(),
        reason,
    };
    let found = CertificateDer::pem_file_iter(path)
        .map_err(bad)?
        .collect::<Result<Vec<_>, _>>()
        .map_err(bad)?;
    if found.is_empty() {
        return Err(TlsError::Empty(path.to_path_buf()));
    }
    Ok(found)
}
