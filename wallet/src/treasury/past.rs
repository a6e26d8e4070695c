//! Keys that a treasury had before: members of the new key go on seeing what was paid with them.

use borsh::{BorshDeserialize, BorshSerialize};
use obolus_abi::PointBytes;
use obolus_protocol::keys::{IncomingViewingKey, NullifierKey, SpendValidatingKey};
use obolus_protocol::{FullViewingKey, Seed};
use zeroize::{Zeroize, ZeroizeOnDrop};

use super::TreasuryError;
use crate::committee::MemberDir;
use crate::store::WalletDir;

/// Most earlier keys that a treasury tells its members of.
pub(super) const MAX_PAST: usize = 64;

/// An earlier key of the treasury.
pub struct PastKey {
    /// Sees what was paid with it.
    pub keys: FullViewingKey,
    /// What was scanned.
    pub wallet: WalletDir,
}

/// The same as it is kept and told.
#[derive(Clone, BorshSerialize, BorshDeserialize, Zeroize, ZeroizeOnDrop)]
pub(super) struct Told {
    pub(super) ak: [u8; 64],
    pub(super) seed: [u8; 32],
}

impl Told {
    pub(super) fn new(ak: &SpendValidatingKey, seed: &Seed) -> Self {
        Self {
            ak: ak.point().encode().0,
            seed: *seed.expose(),
        }
    }

    /// Sees.
    pub(super) fn keys(&self) -> Result<FullViewingKey, TreasuryError> {
        let ak = SpendValidatingKey::decode(&PointBytes(self.ak));
        let seed = Seed::new(self.seed);
        Ok(FullViewingKey {
            ak: ak.map_err(|_| TreasuryError::PastKey)?,
            nk: NullifierKey::from_seed(&seed),
            ivk: IncomingViewingKey::from_seed(&seed),
        })
    }

    /// Opens its wallet, the one of this number, in a member's directory.
    pub(super) fn open(&self, member: &MemberDir, number: usize) -> Result<PastKey, TreasuryError> {
        let folder = member.root().join("past").join(number.to_string());
        Ok(PastKey {
            keys: self.keys()?,
            wallet: WalletDir::open(&folder, &Seed::new(self.seed))?,
        })
    }
}
