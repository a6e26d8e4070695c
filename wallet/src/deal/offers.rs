//! Offered payments between offer and signature: the secret parts, encrypted in the wallet's directory.
//!
//! An offer's file is named by the hash of what others see of it, so a transaction that contains the offer unchanged leads
//! to its secrets, and one that contains anything else leads to nothing. An offer reserves no notes: whoever spends them
//! before the transaction is signed has withdrawn it.

use borsh::io::{self, Read, Write};
use borsh::{BorshDeserialize, BorshSerialize};
use obolus_protocol::note::Position;
use obolus_protocol::statement::{TransferWitness, WitnessCodec};
use zeroize::Zeroizing;

use super::together::{Offer, Share};
use crate::assemble::encode;
use crate::store::{StoreError, WalletDir, io as io_error, make_private};

/// An offered payment of this wallet.
pub struct Kept {
    /// The payment with its secrets.
    pub share: Share,
    /// Whom it pays: the address as it was given.
    pub to: String,
    /// How much, in minor units.
    pub amount: u64,
}

/// The offers of a wallet directory.
pub struct Offers<'a> {
    directory: &'a WalletDir,
}

impl<'a> Offers<'a> {
    /// Of this directory.
    pub const fn of(directory: &'a WalletDir) -> Self {
        Self { directory }
    }

    /// Keeps an offer, durably.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn put(&self, kept: &Kept) -> Result<(), StoreError> {
        let folder = self.directory.offers();
        make_private(&folder).map_err(io_error("creating", &folder))?;
        let name = name(kept.share.offer());
        self.directory
            .write(&folder.join(&name), &context(&name), kept)
    }

    /// What was kept of an offer; none if it is not this wallet's, or was changed.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn get(&self, offer: &Offer) -> Result<Option<Kept>, StoreError> {
        let name = name(offer);
        let path = self.directory.offers().join(&name);
        let kept: Option<Kept> = self.directory.read(&path, &context(&name))?;
        Ok(kept.filter(|kept| kept.share.offer() == offer))
    }
}

fn name(offer: &Offer) -> String {
    blake3::hash(&encode(offer)).to_hex().to_string()
}

fn context(name: &str) -> String {
    format!("offer {name}")
}

impl BorshSerialize for Kept {
    fn serialize<W: Write>(&self, writer: &mut W) -> io::Result<()> {
        self.share.offer().serialize(writer)?;
        let witness = self.share.witness().encode();
        witness.as_slice().serialize(writer)?;
        let positions = self.share.positions().iter();
        let positions: Vec<u64> = positions.map(|position| position.get()).collect();
        positions.serialize(writer)?;
        self.to.serialize(writer)?;
        self.amount.serialize(writer)
    }
}

impl BorshDeserialize for Kept {
    fn deserialize_reader<R: Read>(reader: &mut R) -> io::Result<Self> {
        let invalid = |_| io::Error::from(io::ErrorKind::InvalidData);
        let offer = Offer::deserialize_reader(reader)?;
        let witness = Zeroizing::new(Vec::<u8>::deserialize_reader(reader)?);
        let witness = TransferWitness::decode(&witness).map_err(|_| invalid(()))?;
        let positions = Vec::<u64>::deserialize_reader(reader)?.into_iter();
        let positions = positions.map(|position| Position::new(position).map_err(|_| invalid(())));
        let positions = positions.collect::<Result<_, _>>()?;
        Ok(Self {
            share: Share::from_parts(offer, witness, positions),
            to: String::deserialize_reader(reader)?,
            amount: u64::deserialize_reader(reader)?,
        })
    }
}

#[cfg(test)]
mod tests;
