//! Round 2, the answers, and the signature that they make.

use std::collections::BTreeMap;

use borsh::{BorshDeserialize, BorshSerialize};
use frost_core::{CheaterDetection, Error, round2};
use frost_rerandomized::aggregate_custom;
use obolus_protocol::{schnorr::SIGNATURE_LEN, tx::SpendSignature};

use super::{SignError, SigningRequest, SigningRequestId};
use crate::{
    member::Member,
    secret::SecretScalar,
    suite::{self, BabyJubJub},
    wire::{self, Kind, WireError},
};

/// A member's answer to one request. It says nothing about the member's share of the key.
#[derive(Clone, BorshSerialize, BorshDeserialize)]
pub struct SignatureShare {
    request: SigningRequestId,
    member: Member,
    response: SecretScalar,
}

impl SignatureShare {
    pub(super) fn new(
        request: &SigningRequest,
        member: Member,
        share: &round2::SignatureShare<BabyJubJub>,
    ) -> Self {
        Self {
            request: request.id(),
            member,
            response: SecretScalar::new(share.share().0),
        }
    }

    /// Whose it is.
    pub const fn member(&self) -> Member {
        self.member
    }

    /// Which request it answers.
    pub const fn request(&self) -> SigningRequestId {
        self.request
    }

    /// The wire form.
    pub fn to_bytes(&self) -> Vec<u8> {
        wire::encode(Kind::SignatureShare, self)
    }

    /// Decodes the wire form.
    ///
    /// # Errors
    /// [`WireError`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, WireError> {
        wire::decode(Kind::SignatureShare, bytes)
    }
}

/// Makes the signature from the shares of all members that were asked. It has the form of a single signer's: nobody can
/// see how many signed, or who.
///
/// # Errors
/// [`SignError::Cheaters`] names every member whose share is wrong; other variants say whose share is missing, doubled or
/// for another request.
pub fn aggregate(
    request: &SigningRequest,
    shares: &[SignatureShare],
) -> Result<SpendSignature, SignError> {
    let mut by_member = BTreeMap::new();
    let id = request.id();
    for share in shares {
        let member = share.member();
        request.commitments_of(member)?;
        if share.request() != id {
            return Err(SignError::OtherRequest(member));
        }
        let response = round2::SignatureShare::deserialize(&*share.response.to_bytes())
            .map_err(|_| SignError::Cheaters(vec![member]))?;
        if by_member.insert(member.identifier(), response).is_some() {
            return Err(SignError::Twice(member));
        }
    }
    let asked = request.signers().count();
    if by_member.len() < asked {
        return Err(SignError::TooFew {
            given: by_member.len(),
            needed: u8::try_from(asked).unwrap_or(u8::MAX),
        });
    }
    let params = request.params();
    let signature = aggregate_custom(
        &request.package(),
        &by_member,
        &request.group().public_package(),
        CheaterDetection::AllCheaters,
        &params,
    )
    .map_err(|error| match error {
        Error::InvalidSignatureShare { .. } => SignError::Cheaters(suite::culprits(&error)),
        _ => SignError::Protocol,
    })?;
    let bytes = signature.serialize().map_err(|_| SignError::Protocol)?;
    let signature: [u8; SIGNATURE_LEN] = bytes.try_into().map_err(|_| SignError::Protocol)?;
    let signature = SpendSignature {
        key: params.randomized_verifying_key().to_element().0.encode(),
        signature,
    };
    // The ledger's own check has the last word.
    signature
        .verify(request.digest())
        .map_err(|_| SignError::Protocol)?;
    Ok(signature)
}
