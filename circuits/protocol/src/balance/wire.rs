//! Claims as bytes: what travels, and what is signed.
//!
//! ```text
//! "obbala01" ‖ request ‖ owner ‖ anchor ‖ key ‖ count (1) ‖ count × (8 nullifiers ‖ threshold (8) ‖ proof (128)) ‖ signature
//! ```
//!
//! Signed is the same without magic, proofs and signature: anybody can re-randomise a proof.

use super::*;
use crate::field::invalid_data;

/// First bytes of every encoding.
const MAGIC: &[u8; 8] = b"obbala01";

/// Longest encoding: what a verifier reads at most.
pub const MAX_BYTES: usize = 8 * 1024;

impl Part {
    fn read(bytes: &mut &[u8]) -> io::Result<Self> {
        Ok(Self {
            nullifiers: BorshDeserialize::deserialize_reader(bytes)?,
            threshold: BorshDeserialize::deserialize_reader(bytes)?,
            proof: ProofBytes(BorshDeserialize::deserialize_reader(bytes)?),
        })
    }

    fn write(&self, with_proof: bool, out: &mut Vec<u8>) -> io::Result<()> {
        self.nullifiers.serialize(out)?;
        self.threshold.serialize(out)?;
        if with_proof {
            self.proof.serialize(out)?;
        }
        Ok(())
    }
}

impl BalanceClaim {
    pub(super) fn signed_content(&self) -> Vec<u8> {
        self.content(false)
    }

    fn content(&self, with_proofs: bool) -> Vec<u8> {
        let mut out = Vec::new();
        #[expect(
            clippy::expect_used,
            reason = "a Vec takes any bytes and a claim has at most 16 proofs"
        )]
        self.write(with_proofs, &mut out)
            .expect("a claim serialises");
        out
    }

    fn write(&self, with_proofs: bool, out: &mut Vec<u8>) -> io::Result<()> {
        self.request.serialize(out)?;
        self.owner.serialize(out)?;
        fr_to_bytes(&self.anchor).serialize(out)?;
        self.key.serialize(out)?;
        u8::try_from(self.parts.len())
            .map_err(invalid_data)?
            .serialize(out)?;
        self.parts
            .iter()
            .try_for_each(|part| part.write(with_proofs, out))
    }

    fn read(bytes: &mut &[u8]) -> io::Result<Self> {
        let request = BorshDeserialize::deserialize_reader(bytes)?;
        let owner = BorshDeserialize::deserialize_reader(bytes)?;
        let anchor = BorshDeserialize::deserialize_reader(bytes)?;
        let anchor = fr_from_bytes(&anchor).map_err(invalid_data)?;
        let key = BorshDeserialize::deserialize_reader(bytes)?;
        let count = u8::deserialize_reader(bytes)?;
        let parts = (0..count).map(|_| Part::read(bytes));
        Ok(Self {
            request,
            owner,
            anchor,
            key,
            parts: parts.collect::<io::Result<_>>()?,
        })
    }
}

impl SignedBalance {
    /// The bytes that travel.
    pub fn encode(&self) -> Vec<u8> {
        [MAGIC.as_slice(), &self.claim.content(true), &self.signature].concat()
    }

    /// Reads what [`Self::encode`] wrote.
    ///
    /// # Errors
    /// [`BalanceError`]: other bytes, or none that [`BalanceClaim::new`] would have made.
    pub fn decode(bytes: &[u8]) -> Result<Self, BalanceError> {
        if bytes.len() > MAX_BYTES {
            return Err(BalanceError::Malformed);
        }
        let parts = bytes
            .strip_prefix(MAGIC.as_slice())
            .and_then(|rest| rest.split_last_chunk::<SIGNATURE_LEN>());
        let (mut content, signature) = parts.ok_or(BalanceError::Malformed)?;
        let claim = BalanceClaim::read(&mut content).map_err(|_| BalanceError::Malformed)?;
        if !content.is_empty() {
            return Err(BalanceError::Malformed);
        }
        claim.check_form()?;
        Ok(Self {
            claim,
            signature: *signature,
        })
    }
}
