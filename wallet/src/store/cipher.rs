//! How records on disk are encrypted: XChaCha20-Poly1305 under a fresh nonce, bound to a name.
//!
//! ```text
//! sealed = nonce (24) ‖ ciphertext
//! ```

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use rand::RngCore;
use rand::rngs::OsRng;
use zeroize::Zeroizing;

const NONCE: usize = 24;

/// Encrypts; none if the memory for it is not to be had.
pub fn seal(key: &[u8; 32], name: &[u8], plaintext: &[u8]) -> Option<Vec<u8>> {
    let mut nonce = [0; NONCE];
    OsRng.fill_bytes(&mut nonce);
    let payload = Payload {
        msg: plaintext,
        aad: name,
    };
    let ciphertext = XChaCha20Poly1305::new(&(*key).into()).encrypt(&XNonce::from(nonce), payload);
    Some([nonce.as_slice(), &ciphertext.ok()?].concat())
}

/// Decrypts; none for another key, another name, or bytes that were changed.
pub fn open(key: &[u8; 32], name: &[u8], sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let (nonce, ciphertext) = sealed.split_first_chunk::<NONCE>()?;
    let payload = Payload {
        msg: ciphertext,
        aad: name,
    };
    let plaintext = XChaCha20Poly1305::new(&(*key).into()).decrypt(&XNonce::from(*nonce), payload);
    plaintext.ok().map(Zeroizing::new)
}
