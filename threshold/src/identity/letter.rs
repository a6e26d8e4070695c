//! Letters: what one member tells others in confidence, in a file that anybody may carry.
//!
//! A letter is signed by its sender and holds one copy for each recipient, sealed with HPKE. Topic, sender and recipient are
//! in HPKE's info, so a copy does not open under another member's signature, nor as a letter on something else.

use std::collections::BTreeSet;

use borsh::{BorshDeserialize, BorshSerialize};
use hpke::{
    Deserializable, OpModeR, OpModeS, Serializable, aead::ChaCha20Poly1305, kdf::HkdfSha256,
    kem::X25519HkdfSha256,
};
use zeroize::Zeroizing;

use super::{ENCAPSULATED, Encapsulated, Identity, IdentityError, MemberCard};
use crate::{
    context,
    member::Threshold,
    wire::{self, Kind, WireError},
};

/// What a letter is about: a fixed text with the name of its content's layout and its version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Topic(&'static str);

/// A signed letter with a sealed copy for each recipient.
#[derive(Clone, PartialEq, Eq)]
pub struct Letter {
    body: Body,
    signature: [u8; 64],
}

#[derive(Clone, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
struct Body {
    sender: MemberCard,
    /// Strictly ascending by recipient.
    copies: Vec<SealedCopy>,
}

#[derive(Clone, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
struct SealedCopy {
    /// The recipient's signing key.
    to: [u8; 32],
    sealed: Vec<u8>,
}

impl Topic {
    /// A topic; each kind of content has one of its own.
    pub const fn new(text: &'static str) -> Self {
        Self(text)
    }

    fn digest(self) -> [u8; 32] {
        context::hash(context::LETTER_TOPIC, &[self.0.as_bytes()])
    }
}

impl Letter {
    /// Writes to these members; one that is named twice gets one copy.
    ///
    /// # Errors
    /// [`IdentityError::SealingKey`] for a card that nothing can be sealed to.
    pub fn write(
        sender: &Identity,
        topic: Topic,
        recipients: &[MemberCard],
        content: &[u8],
    ) -> Result<Self, IdentityError> {
        let mut copies = Vec::with_capacity(recipients.len());
        let mut done = BTreeSet::new();
        for card in recipients {
            let to = *card.signing.as_bytes();
            if !done.insert(to) {
                continue;
            }
            let info = info(topic, &sender.card, &to);
            let (encapsulated, ciphertext) = hpke::single_shot_seal::<
                ChaCha20Poly1305,
                HkdfSha256,
                X25519HkdfSha256,
            >(
                &OpModeS::Base, &card.sealing, &info, content, &[]
            )
            .map_err(|_| IdentityError::SealingKey)?;
            copies.push(SealedCopy {
                to,
                sealed: [encapsulated.to_bytes().as_slice(), &ciphertext].concat(),
            });
        }
        copies.sort_unstable_by_key(|copy| copy.to);
        let body = Body {
            sender: sender.card.clone(),
            copies,
        };
        let signature = sender.sign(&body.digest(topic));
        Ok(Self { body, signature })
    }

    /// Who says to have sent it: true once [`Self::open`] or [`Self::verify`] succeeded.
    pub const fn sender(&self) -> &MemberCard {
        &self.body.sender
    }

    /// Whether its sender signed it, on this topic.
    ///
    /// # Errors
    /// [`IdentityError::Signature`].
    pub fn verify(&self, topic: Topic) -> Result<(), IdentityError> {
        self.body
            .sender
            .verify(&self.body.digest(topic), &self.signature)
    }

    /// The content, if the letter is signed by its sender, on this topic, and has a copy for this member.
    ///
    /// # Errors
    /// [`IdentityError::Signature`], [`IdentityError::Sealed`].
    pub fn open(
        &self,
        reader: &Identity,
        topic: Topic,
    ) -> Result<Zeroizing<Vec<u8>>, IdentityError> {
        self.verify(topic)?;
        let to = *reader.card.signing.as_bytes();
        let mut copies = self.body.copies.iter();
        let copy = copies
            .find(|copy| copy.to == to)
            .ok_or(IdentityError::Sealed)?;
        let (encapsulated, ciphertext) = copy
            .sealed
            .split_at_checked(ENCAPSULATED)
            .ok_or(IdentityError::Sealed)?;
        let encapsulated =
            Encapsulated::from_bytes(encapsulated).map_err(|_| IdentityError::Sealed)?;
        hpke::single_shot_open::<ChaCha20Poly1305, HkdfSha256, X25519HkdfSha256>(
            &OpModeR::Base,
            &reader.opening,
            &encapsulated,
            &info(topic, &self.body.sender, &to),
            ciphertext,
            &[],
        )
        .map(Zeroizing::new)
        .map_err(|_| IdentityError::Sealed)
    }

    /// The wire form.
    pub fn to_bytes(&self) -> Vec<u8> {
        wire::encode(Kind::Letter, &(&self.body, self.signature))
    }

    /// Decodes the wire form.
    ///
    /// # Errors
    /// [`WireError`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, WireError> {
        let (body, signature): (Body, _) = wire::decode(Kind::Letter, bytes)?;
        if body.copies.len() > usize::from(Threshold::MAX_MEMBERS) {
            return Err(WireError::Malformed("too many copies".to_owned()));
        }
        if body.copies.windows(2).any(|pair| pair[0].to >= pair[1].to) {
            return Err(WireError::Malformed("copies out of order".to_owned()));
        }
        Ok(Self { body, signature })
    }
}

impl Body {
    fn digest(&self, topic: Topic) -> [u8; 32] {
        let body = wire::encode(Kind::Letter, self);
        context::hash(context::LETTER, &[&topic.digest(), &body])
    }
}

fn info(topic: Topic, sender: &MemberCard, to: &[u8; 32]) -> Vec<u8> {
    [
        context::SEALED_LETTER.as_bytes(),
        &topic.digest(),
        sender.signing.as_bytes(),
        to,
    ]
    .concat()
}

#[cfg(test)]
mod tests;
