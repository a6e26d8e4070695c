//! A treasury's viewing key: drawn by one member, given to the others in letters, with those of the keys that the treasury had
//! before.

use std::path::PathBuf;

use borsh::{BorshDeserialize, BorshSerialize};
use obolus_abi::ContractId;
use obolus_protocol::keys::{IncomingViewingKey, NullifierKey};
use obolus_protocol::{Address, FullViewingKey, Seed};
use obolus_threshold::{Letter, Topic};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use super::past::{MAX_PAST, PastKey, Told};
use super::{Known, TreasuryError};
use crate::committee::{CommitteeError, Group, MemberDir, MemberName};
use crate::store::{StoreError, WalletDir};
use crate::view::TokenView;

const VIEWING: &str = "viewing";
const PAST: &str = "past-keys";
const AGREED: &str = "agreed-keys";
const TOPIC: Topic = Topic::new("obolus 2026 treasury viewing key v2");

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
    /// The keys that this one takes over from, the latest first.
    pub past: Vec<PastKey>,
}

/// What the letter holds.
#[derive(BorshSerialize, BorshDeserialize, Zeroize, ZeroizeOnDrop)]
struct Content {
    group: [u8; 32],
    seed: [u8; 32],
    past: Vec<Told>,
}

impl Treasury {
    /// Opens the treasury of a member's directory.
    ///
    /// # Errors
    /// [`TreasuryError::NoViewingKey`] before [`Self::found`] or [`Self::join`].
    pub fn open(member: MemberDir) -> Result<Self, TreasuryError> {
        let seed = seed_of(&member)?;
        Self::with_seed(member, &seed)
    }

    /// Draws a viewing key. `first` gets the letter that gives it to the other members, and keeps it: the letter cannot be
    /// written again, and only afterwards there is a wallet. Of the treasury that the new key takes over from, the letter tells
    /// the viewing keys too.
    ///
    /// # Errors
    /// [`TreasuryError::Exists`], [`TreasuryError::Group`] for an auditor's group, [`TreasuryError::PastKey`]; those of `first`.
    pub fn found<E: From<TreasuryError>>(
        member: MemberDir,
        replaces: Option<&Self>,
        first: impl FnOnce(&[u8]) -> Result<(), E>,
    ) -> Result<Self, E> {
        let past = match replaces {
            Some(old) => {
                let mut past = vec![Told::new(&old.keys.ak, &seed_of(&old.member)?)];
                past.extend(told(&old.member)?);
                past
            }
            None => Vec::new(),
        };
        let seed = Seed::random(&mut rand::rngs::OsRng);
        // Of two at once the second finds a wallet.
        let _lock = member.lock().map_err(TreasuryError::from)?;
        fits(&member, &past)?;
        first(&letter(&member, &seed, past.clone())?)?;
        Ok(Self::keep(member, &seed, &past)?)
    }

    /// Takes the viewing key from another member's letter, whose name is returned; `first` is done before there is a wallet.
    /// Members compare the treasury's address afterwards.
    ///
    /// # Errors
    /// [`TreasuryError`]; those of `first`.
    pub fn join<E: From<TreasuryError>>(
        member: MemberDir,
        letter: &[u8],
        first: impl FnOnce() -> Result<(), E>,
    ) -> Result<(Self, MemberName), E> {
        let (content, name) = opened(&member, letter)?;
        let _lock = member.lock().map_err(TreasuryError::from)?;
        fits(&member, &content.past)?;
        first()?;
        let treasury = Self::keep(member, &Seed::new(content.seed), &content.past)?;
        Ok((treasury, name))
    }

    /// The same treasury in another token, in which it has a wallet of its own: what happened with earlier keys is the first
    /// token's business.
    ///
    /// # Errors
    /// [`TreasuryError`].
    pub fn in_token(self, token: &ContractId) -> Result<Self, TreasuryError> {
        let seed = seed_of(&self.member)?;
        let folder = self.member.root().join("tokens").join(token.to_string());
        Ok(Self {
            wallet: WalletDir::open(&folder, &seed)?,
            past: Vec::new(),
            ..self
        })
    }

    /// What this member knows of where the treasury's money may go, as of these blocks.
    ///
    /// # Errors
    /// [`TreasuryError`].
    pub fn known(&self, view: &TokenView) -> Result<Known, TreasuryError> {
        Ok(Known {
            agreed: self.agreed()?,
            ..Known::listed(view, &self.keys.owner())
        })
    }

    /// Remembers that this member approved a new key, after those that it approved before.
    ///
    /// # Errors
    /// [`TreasuryError`].
    pub fn agree(&self, to: &Address) -> Result<(), TreasuryError> {
        let _lock = self.member.lock()?;
        let mut agreed = self.agreed()?;
        agreed.retain(|other| other != to);
        agreed.push(*to);
        Ok(self.member.keep(AGREED, &encoded(&agreed)?)?)
    }

    fn agreed(&self) -> Result<Vec<Address>, TreasuryError> {
        kept(&self.member, AGREED)
    }

    fn keep(member: MemberDir, seed: &Seed, past: &[Told]) -> Result<Self, TreasuryError> {
        member.keep(PAST, &Zeroizing::new(encoded(&past)?))?;
        // Last: with it there is a wallet.
        member.keep(VIEWING, seed.expose())?;
        Self::with_seed(member, seed)
    }

    fn with_seed(member: MemberDir, seed: &Seed) -> Result<Self, TreasuryError> {
        let group = member.group()?;
        let (nk, ivk) = (
            NullifierKey::from_seed(seed),
            IncomingViewingKey::from_seed(seed),
        );
        let keys = group.key().viewing_key(nk, ivk)?;
        let past = told(&member)?;
        let past = (1..)
            .zip(&past)
            .map(|(number, told)| told.open(&member, number));
        Ok(Self {
            past: past.collect::<Result<_, _>>()?,
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

/// Before anything is written: nothing is replaced, an auditor's group has no wallet, and another member tells no keys that
/// are none.
fn fits(member: &MemberDir, past: &[Told]) -> Result<(), TreasuryError> {
    if member.kept(VIEWING)?.is_some() {
        return Err(TreasuryError::Exists);
    }
    let mut seen = vec![member.group()?.key().spend_validating_key()?];
    for told in past {
        let ak = told.keys()?.ak;
        if seen.contains(&ak) || past.len() > MAX_PAST {
            return Err(TreasuryError::PastKey);
        }
        seen.push(ak);
    }
    Ok(())
}

/// The letter to all members.
fn letter(member: &MemberDir, seed: &Seed, past: Vec<Told>) -> Result<Vec<u8>, TreasuryError> {
    let group = member.group()?;
    let content = Content {
        group: *group.key().id().as_bytes(),
        seed: *seed.expose(),
        past,
    };
    let bytes = borsh::to_vec(&content)
        .map(Zeroizing::new)
        .map_err(|error| CommitteeError::Form("letter", error.to_string()))?;
    let cards: Vec<_> = group.seats().iter().map(|seat| seat.card.clone()).collect();
    let letter = Letter::write(member.identity(), TOPIC, &cards, &bytes)
        .map_err(|error| CommitteeError::Letter("this member".into(), error))?;
    Ok(letter.to_bytes())
}

/// What a letter holds, and who wrote it: a member of the group.
fn opened(member: &MemberDir, letter: &[u8]) -> Result<(Content, MemberName), TreasuryError> {
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
    Ok((content, name))
}

fn seed_of(member: &MemberDir) -> Result<Seed, TreasuryError> {
    let kept = member.kept(VIEWING)?.ok_or(TreasuryError::NoViewingKey)?;
    let seed = kept.as_slice().try_into();
    Ok(Seed::new(seed.map_err(|_| TreasuryError::NoViewingKey)?))
}

fn told(member: &MemberDir) -> Result<Vec<Told>, TreasuryError> {
    kept(member, PAST)
}

/// A list that is kept; none of anything if there is no record.
fn kept<T: BorshDeserialize>(member: &MemberDir, name: &str) -> Result<Vec<T>, TreasuryError> {
    let Some(bytes) = member.kept(name)? else {
        return Ok(Vec::new());
    };
    let damaged = |_| StoreError::Damaged(member.root().join(name));
    Ok(borsh::from_slice(&bytes).map_err(damaged)?)
}

fn encoded<T: BorshSerialize>(list: &T) -> Result<Vec<u8>, TreasuryError> {
    let bytes = borsh::to_vec(list);
    Ok(bytes.map_err(|error| CommitteeError::Form("record", error.to_string()))?)
}

#[cfg(test)]
mod tests;
