//! What a group is asked to sign, in a letter to its members, and the signers' answers, in letters back.

use borsh::{BorshDeserialize, BorshSerialize};
use obolus_protocol::schnorr::Randomizer;
use obolus_protocol::tx::{SpendSignature, Transaction};
use obolus_threshold::sign::sign_stored;
use obolus_threshold::{
    Approval, Letter, Member, NonceCommitments, SignatureShare, SigningRequest, Topic, aggregate,
};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use super::nonces::Vault;
use super::{CommitteeError, Group, MemberDir};

const PROPOSAL: Topic = Topic::new("obolus 2026 committee proposal v1");
const SHARE: Topic = Topic::new("obolus 2026 committee signature share v1");
/// Largest content of a letter, in bytes.
const MAX_CONTENT: usize = 1 << 20;

/// What a member needs besides the transaction to see what it does.
#[derive(Clone, PartialEq, Eq, BorshSerialize, BorshDeserialize, Zeroize, ZeroizeOnDrop)]
pub enum Detail {
    /// A payment, or a merge of notes.
    Transfer {
        /// The payee's address.
        to: String,
    },
    /// A redemption.
    Redeem {
        /// The payout instruction whose hash is in the transaction.
        payout: String,
        /// Opens the commitment to the amount.
        blinding: [u8; 32],
    },
    /// Entering the registry.
    Register,
    /// An auditor's proof that it holds its new key.
    AuditorKey,
    /// A payment to the key that took over from the group's in the registry.
    Move {
        /// The new key's address.
        to: String,
    },
    /// Another key, which has signed already, takes over from the group's in the registry.
    Rotation,
    /// A move of notes to the token's successor, where they stay the group's.
    Migration,
}

/// A transaction that lacks the group's signature, and the question to the signers.
pub struct Proposal {
    /// Who prepared it.
    pub from: Member,
    /// With its proofs, without the group's signature.
    pub transaction: Transaction,
    /// What the body alone does not tell.
    pub detail: Detail,
    request: SigningRequest,
}

#[derive(BorshSerialize, BorshDeserialize)]
struct Content {
    group: [u8; 32],
    transaction: Vec<u8>,
    request: Vec<u8>,
    detail: Detail,
}

impl Drop for Content {
    fn drop(&mut self) {
        // It holds the re-randomiser.
        self.request.zeroize();
    }
}

impl Proposal {
    /// Asks the members of these commitments to sign a transaction under the group's key, re-randomised by `alpha`.
    ///
    /// # Errors
    /// [`CommitteeError::Signing`].
    pub fn new(
        (dir, group): (&MemberDir, &Group),
        (transaction, detail): (Transaction, Detail),
        alpha: &Randomizer,
        commitments: Vec<NonceCommitments>,
    ) -> Result<Self, CommitteeError> {
        let digest = transaction.body.digest();
        let request = SigningRequest::new(group.key(), digest, alpha, commitments)
            .map_err(|error| CommitteeError::Signing(group.named(&error)))?;
        Ok(Self {
            from: group.member(dir.card())?.0,
            transaction,
            detail,
            request,
        })
    }

    /// Who is asked to sign.
    pub fn signers(&self) -> impl Iterator<Item = Member> {
        self.request.signers()
    }

    /// The letter to all members: who is not asked may look, and the own later self reads it again.
    ///
    /// # Errors
    /// [`CommitteeError`].
    pub fn seal(&self, dir: &MemberDir, group: &Group) -> Result<Vec<u8>, CommitteeError> {
        let content = Content {
            group: *group.key().id().as_bytes(),
            transaction: self.transaction.encode(),
            request: self.request.to_bytes().to_vec(),
            detail: self.detail.clone(),
        };
        let bytes = borsh::to_vec(&content)
            .map(Zeroizing::new)
            .map_err(malformed)?;
        let to: Vec<_> = group.seats().iter().map(|seat| seat.card.clone()).collect();
        let letter = Letter::write(dir.identity(), PROPOSAL, &to, &bytes);
        let letter = letter.map_err(|error| named(dir, group, error))?;
        Ok(letter.to_bytes())
    }

    /// Opens a letter: it must be a member's of this group.
    ///
    /// # Errors
    /// [`CommitteeError`].
    pub fn open(dir: &MemberDir, group: &Group, bytes: &[u8]) -> Result<Self, CommitteeError> {
        let (from, content) = read(dir, group, PROPOSAL, bytes)?;
        let content: Content = borsh::from_slice(&content).map_err(malformed)?;
        if content.group != *group.key().id().as_bytes() {
            let reason = "it is for another group, or from before a refresh of shares".to_owned();
            return Err(CommitteeError::Form("proposal", reason));
        }
        Ok(Self {
            from,
            transaction: Transaction::decode(&content.transaction)?,
            request: SigningRequest::from_bytes(group.key(), &content.request)?,
            detail: content.detail.clone(),
        })
    }

    /// Signs as one of the signers, with nonces that are used up by it: the letter back to who prepared it. The caller has
    /// looked at the transaction.
    ///
    /// # Errors
    /// [`CommitteeError::NotAsked`], or why the nonces do not sign.
    pub fn approve(&self, dir: &MemberDir, group: &Group) -> Result<Vec<u8>, CommitteeError> {
        let _lock = dir.lock()?;
        let share = dir.share()?;
        if !self.signers().any(|member| member == share.member()) {
            return Err(CommitteeError::NotAsked(
                self.signer_names(group)?.join(", "),
            ));
        }
        let approval = Approval::of(&self.transaction.body);
        let signed = sign_stored(&mut Vault(dir), &share, &self.request, &approval)?;
        let to = [group.seat(self.from)?.card.clone()];
        let letter = Letter::write(dir.identity(), SHARE, &to, &signed.to_bytes());
        let letter = letter.map_err(|error| named(dir, group, error))?;
        Ok(letter.to_bytes())
    }

    /// The names of the signers.
    ///
    /// # Errors
    /// [`CommitteeError::Group`].
    pub fn signer_names(&self, group: &Group) -> Result<Vec<String>, CommitteeError> {
        self.signers()
            .map(|member| Ok(group.seat(member)?.name.to_string()))
            .collect()
    }

    /// The group's signature, of the letters of all signers.
    ///
    /// # Errors
    /// [`CommitteeError`] names the member whose letter or share is wrong.
    pub fn collect(
        &self,
        dir: &MemberDir,
        group: &Group,
        letters: &[Vec<u8>],
    ) -> Result<SpendSignature, CommitteeError> {
        let mut shares = Vec::with_capacity(letters.len());
        for bytes in letters {
            let (from, content) = read(dir, group, SHARE, bytes)?;
            let share = SignatureShare::from_bytes(&content)?;
            if share.member() != from {
                return Err(CommitteeError::InAnothersName {
                    sender: group.seat(from)?.name.to_string(),
                    member: group.named(&share.member()),
                });
            }
            shares.push(share);
        }
        aggregate(&self.request, &shares)
            .map_err(|error| CommitteeError::Signing(group.named(&error)))
    }
}

fn read(
    dir: &MemberDir,
    group: &Group,
    topic: Topic,
    bytes: &[u8],
) -> Result<(Member, Zeroizing<Vec<u8>>), CommitteeError> {
    let letter = Letter::from_bytes(bytes)?;
    let (from, seat) = group.member(letter.sender())?;
    let content = letter
        .open(dir.identity(), topic)
        .map_err(|error| CommitteeError::Letter(seat.name.to_string(), error))?;
    if content.len() > MAX_CONTENT {
        return Err(malformed("too long"));
    }
    Ok((from, content))
}

fn named(dir: &MemberDir, group: &Group, error: obolus_threshold::IdentityError) -> CommitteeError {
    let own = group.member(dir.card());
    let name = own.map_or_else(|_| "this member".into(), |(_, seat)| seat.name.to_string());
    CommitteeError::Letter(name, error)
}

fn malformed(error: impl std::fmt::Display) -> CommitteeError {
    CommitteeError::Form("proposal", error.to_string())
}

#[cfg(test)]
mod tests;
