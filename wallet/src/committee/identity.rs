//! A member's identity: its file, and the text that it gives to the others.

use std::path::Path;

use bech32::primitives::decode::CheckedHrpstring;
use bech32::{Bech32m, Hrp};
use obolus_threshold::{IdentitySeed, MemberCard};

use super::CommitteeError;
use crate::keystore::Passphrase;
use crate::roles::{self, Protection, RoleKeyError};

const MAGIC: &[u8; 8] = b"obolmem1";
const CARD: Hrp = Hrp::parse_unchecked("obolmember");

/// Writes an identity to a file that must not exist.
///
/// # Errors
/// [`RoleKeyError::File`].
pub fn create_identity(
    seed: &IdentitySeed,
    path: &Path,
    protection: &Protection,
) -> Result<(), RoleKeyError> {
    roles::write(path, MAGIC, seed.expose(), protection)
}

/// Reads an identity's file; the passphrase is asked for only if it is encrypted.
///
/// # Errors
/// [`RoleKeyError`].
pub fn open_identity<E: From<RoleKeyError>>(
    path: &Path,
    passphrase: impl FnOnce() -> Result<Passphrase, E>,
) -> Result<IdentitySeed, E> {
    let secret = roles::read(path, MAGIC, "committee member's", passphrase)?;
    Ok(IdentitySeed::new(*secret))
}

/// A card as people copy it: bech32m, `obolmember1…`, so that a wrong character is noticed.
pub fn card_text(card: &MemberCard) -> String {
    // 66 bytes always fit.
    bech32::encode::<Bech32m>(CARD, &card.to_bytes()).unwrap_or_default()
}

/// Reads a card's text.
///
/// # Errors
/// [`CommitteeError::Form`].
pub fn parse_card(text: &str) -> Result<MemberCard, CommitteeError> {
    let bad = |reason: String| CommitteeError::Form("identity", reason);
    let checked = CheckedHrpstring::new::<Bech32m>(text.trim())
        .ok()
        .filter(|checked| checked.hrp() == CARD)
        .ok_or_else(|| bad("copy the whole text, which starts with obolmember1".into()))?;
    let bytes: Vec<u8> = checked.byte_iter().collect();
    MemberCard::from_bytes(&bytes).map_err(|error| bad(error.to_string()))
}
