//! A treasury's viewing key: drawn by one member, given to the others in letters.

use std::path::PathBuf;

use borsh::{BorshDeserialize, BorshSerialize};
use obolus_protocol::keys::{IncomingViewingKey, NullifierKey};
use obolus_protocol::{FullViewingKey, Seed};
use obolus_threshold::{Letter, Topic};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use super::TreasuryError;
use crate::committee::{CommitteeError, Group, MemberDir, MemberName};
use crate::store::WalletDir;

const VIEWING: &str = "viewing";
const TOPIC: Topic = Topic::new("obolus 2026 treasury viewing key v1");

/// A member's directory with the treasury's wallet in it.
pub struct Treasury {
    /// The member.
    pub member: MemberDir,
    /// The group.
    pub group: Group,
    /// Sees everything, spends nothing.
    pub keys: FullViewingKey,
    /// What was scanned, and what is in flight.
    pub wallet: WalletDir,
}

/// What the letter holds.
#[derive(BorshSerialize, BorshDeserialize, Zeroize, ZeroizeOnDrop)]
struct Content {
    group: [u8; 32],
    seed: [u8; 32],
}

impl Treasury {
    /// Opens the treasury of a member's directory.
    ///
    /// # Errors
    /// [`TreasuryError::NoViewingKey`] before [`Self::found`] or [`Self::join`].
    pub fn open(member: MemberDir) -> Result<Self, TreasuryError> {
        let kept = member.kept(VIEWING)?;
        let kept = kept.ok_or(TreasuryError::NoViewingKey)?;
        let seed: [u8; 32] = kept
            .as_slice()
            .try_into()
            .map_err(|_| TreasuryError::NoViewingKey)?;
        Self::with_seed(member, &Seed::new(seed))
    }

    /// Draws a viewing key; returns the letter that gives it to the other members.
    ///
    /// # Errors
    /// [`TreasuryError::Exists`], [`TreasuryError::Group`] for an auditor's group.
    pub fn found(member: MemberDir) -> Result<(Self, Vec<u8>), TreasuryError> {
        let seed = Seed::random(&mut rand::rngs::OsRng);
        let treasury = Self::keep(member, &seed)?;
        let letter = treasury.letter(&seed)?;
        Ok((treasury, letter))
    }

    /// Takes the viewing key from another member's letter, whose name is returned. Members compare the treasury's address
    /// afterwards.
    ///
    /// # Errors
    /// [`TreasuryError`].
    pub fn join(member: MemberDir, letter: &[u8]) -> Result<(Self, MemberName), TreasuryError> {
        let group = member.group()?;
        let letter = Letter::from_bytes(letter).map_err(CommitteeError::Wire)?;
        let (_, seat) = group.member(letter.sender())?;
        let name = seat.name.clone();
        let content = letter
            .open(member.identity(), TOPIC)
            .map_err(|error| CommitteeError::Letter(name.to_string(), error))?;
        let content: Content = borsh::from_slice(&content)
            .map_err(|error| CommitteeError::Form("letter", error.to_string()))?;
        if content.group != *group.key().id().as_bytes() {
            return Err(TreasuryError::Lies("the letter is for another group"));
        }
        let treasury = Self::keep(member, &Seed::new(content.seed))?;
        Ok((treasury, name))
    }

    fn keep(member: MemberDir, seed: &Seed) -> Result<Self, TreasuryError> {
        if member.kept(VIEWING)?.is_some() {
            return Err(TreasuryError::Exists);
        }
        // Before anything is written: an auditor's group has no wallet.
        member.group()?.key().spend_validating_key()?;
        member.keep(VIEWING, seed.expose())?;
        Self::with_seed(member, seed)
    }

    fn letter(&self, seed: &Seed) -> Result<Vec<u8>, TreasuryError> {
        let content = Content {
            group: *self.group.key().id().as_bytes(),
            seed: *seed.expose(),
        };
        let bytes = borsh::to_vec(&content)
            .map(Zeroizing::new)
            .map_err(|error| CommitteeError::Form("letter", error.to_string()))?;
        let cards: Vec<_> = self
            .group
            .seats()
            .iter()
            .map(|seat| seat.card.clone())
            .collect();
        let letter = Letter::write(self.member.identity(), TOPIC, &cards, &bytes)
            .map_err(|error| CommitteeError::Letter("this member".into(), error))?;
        Ok(letter.to_bytes())
    }

    fn with_seed(member: MemberDir, seed: &Seed) -> Result<Self, TreasuryError> {
        let group = member.group()?;
        let (nk, ivk) = (
            NullifierKey::from_seed(seed),
            IncomingViewingKey::from_seed(seed),
        );
        let keys = group.key().viewing_key(nk, ivk)?;
        Ok(Self {
            wallet: WalletDir::open(&Self::wallet_of(&member), seed)?,
            member,
            group,
            keys,
        })
    }

    fn wallet_of(member: &MemberDir) -> PathBuf {
        member.root().join("wallet")
    }
}
