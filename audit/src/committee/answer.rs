//! A member's answer to a request, and what t of them make.

use borsh::{BorshDeserialize, BorshSerialize};
use obolus_abi::{ContractId, PointBytes, RoleKey};
use obolus_protocol::audit::{AuditError, AuditorKey, SharedSecret};
use obolus_threshold::audit::{OpenError, combine as shared};
use obolus_threshold::{KeyShare, Letter, Member, MemberCard, PartialDecryption, Topic};
use obolus_wallet::auditor::SharedSecrets;
use obolus_wallet::committee::{Group, MemberDir};
use rand::{CryptoRng, RngCore};

use super::{AccessError, Request, Wanted};

const ANSWER: Topic = Topic::new("obolus 2026 audit access answer letter v1");
const HASH: &str = "obolus 2026 audit access answer v1";

/// Names a request: with the head, it is this one and no other that a node shows under the number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct RequestId {
    /// The log.
    pub log: ContractId,
    /// The request's number there.
    pub number: u64,
    /// The log's head with the request's entry.
    pub head: [u8; 32],
}

/// Partial decryptions of everything that a request is about. Not public: t of them open it.
#[derive(Clone, PartialEq, Eq)]
pub struct Answer {
    request: RequestId,
    partials: Vec<PartialDecryption>,
}

#[derive(BorshSerialize, BorshDeserialize)]
struct Content {
    request: RequestId,
    partials: Vec<Vec<u8>>,
}

impl Answer {
    /// Answers as the holder of a share.
    ///
    /// # Errors
    /// [`OpenError::Group`] for a share of a treasury's key.
    pub fn create<R: RngCore + CryptoRng>(
        share: &KeyShare,
        request: RequestId,
        wanted: &[Wanted],
        rng: &mut R,
    ) -> Result<Self, OpenError> {
        let answer = |wanted: &Wanted| PartialDecryption::create(share, &wanted.request, rng);
        Ok(Self {
            request,
            partials: wanted.iter().map(answer).collect::<Result<_, _>>()?,
        })
    }

    /// What goes into the log: it says nothing of the answer, and the answer cannot be changed afterwards.
    pub fn hash(&self) -> [u8; 32] {
        blake3::derive_key(HASH, &self.to_bytes())
    }

    /// The encoding, for the member's encrypted store and for letters.
    pub fn to_bytes(&self) -> Vec<u8> {
        let content = Content {
            request: self.request,
            partials: self
                .partials
                .iter()
                .map(PartialDecryption::to_bytes)
                .collect(),
        };
        #[expect(
            clippy::expect_used,
            reason = "a Vec takes any bytes, and every list is short"
        )]
        borsh::to_vec(&content).expect("an answer serialises")
    }

    /// Decodes, strictly.
    ///
    /// # Errors
    /// [`obolus_threshold::WireError`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, obolus_threshold::WireError> {
        let malformed =
            |error: std::io::Error| obolus_threshold::WireError::Malformed(error.to_string());
        let content: Content = borsh::from_slice(bytes).map_err(malformed)?;
        let partials = content.partials.iter();
        Ok(Self {
            request: content.request,
            partials: partials
                .map(|bytes| PartialDecryption::from_bytes(bytes))
                .collect::<Result<_, _>>()?,
        })
    }

    /// Whether it answers this request, these ciphertexts in this order, with this group's shares: what was kept earlier is
    /// compared before it is given out again.
    ///
    /// # Errors
    /// [`AccessError::KeptOther`] for another request, [`AccessError::Kept`] for other ciphertexts or older shares.
    pub fn check(
        &self,
        group: &Group,
        request: RequestId,
        wanted: &[Wanted],
    ) -> Result<(), AccessError> {
        if self.request != request {
            return Err(AccessError::KeptOther(request.number));
        }
        if self.partials.len() != wanted.len() {
            return Err(AccessError::Kept("it answers other ciphertexts".into()));
        }
        let pairs = self.partials.iter().zip(wanted);
        for (partial, wanted) in pairs {
            let holds = partial.verify(group.key(), &wanted.request);
            holds.map_err(|error| AccessError::Kept(group.named(&error)))?;
        }
        Ok(())
    }

    /// The letter to whoever asked.
    ///
    /// # Errors
    /// [`AccessError::Letter`].
    pub fn seal(&self, member: &MemberDir, to: &MemberCard) -> Result<Vec<u8>, AccessError> {
        let to = [to.clone()];
        let letter = Letter::write(member.identity(), ANSWER, &to, &self.to_bytes());
        let letter = letter.map_err(|error| AccessError::Letter("this member".into(), error))?;
        Ok(letter.to_bytes())
    }

    /// Opens a member's letter: the answer must be the one whose hash the member logged.
    ///
    /// # Errors
    /// [`AccessError`], naming the member.
    pub fn open(
        (dir, group): (&MemberDir, &Group),
        (log, request): (ContractId, &Request),
        letter: &[u8],
    ) -> Result<(Member, Self), AccessError> {
        let letter = Letter::from_bytes(letter)?;
        let (member, seat) = group.member(letter.sender())?;
        let name = || seat.name.to_string();
        let content = letter
            .open(dir.identity(), ANSWER)
            .map_err(|error| AccessError::Letter(name(), error))?;
        let answer = Self::from_bytes(&content).map_err(|_| AccessError::BadAnswer(name()))?;
        if answer.request != request.id(log) {
            return Err(AccessError::BadAnswer(name()));
        }
        let key: Option<&RoleKey> = seat.role.as_ref();
        let logged = key.and_then(|key| request.answer_of(key));
        let logged = logged.ok_or_else(|| AccessError::NotLogged(name()))?;
        if logged.partial_hash != answer.hash() {
            return Err(AccessError::OtherHash(name()));
        }
        Ok((member, answer))
    }
}

/// The shared points of the ciphertexts of one request. It opens these and nothing else.
pub struct Quorum {
    key: AuditorKey,
    points: Vec<(PointBytes, SharedSecret)>,
}

impl Quorum {
    /// How many ciphertexts it opens.
    pub fn len(&self) -> usize {
        self.points.len()
    }

    /// Whether it opens none.
    pub fn is_empty(&self) -> bool {
        self.points.is_empty()
    }
}

impl SharedSecrets for Quorum {
    fn shared(&self, key: &AuditorKey, ephemeral: &PointBytes) -> Result<SharedSecret, AuditError> {
        let mut points = self.points.iter();
        let found = points.find(|(r, _)| *key == self.key && r == ephemeral);
        found.map(|(_, k)| k.clone()).ok_or(AuditError::Garbage)
    }
}

/// Makes the shared points of t members' answers, each of which is checked.
///
/// # Errors
/// [`AccessError::Open`] and [`AccessError::BadAnswer`] name the member.
pub fn combine(
    group: &Group,
    wanted: &[Wanted],
    answers: &[(Member, Answer)],
) -> Result<Quorum, AccessError> {
    let key = group.key().auditor_key();
    let key = key.map_err(|error| AccessError::open(group, &error.into()))?;
    for (member, answer) in answers {
        let own = answer.partials.iter().all(|part| part.member() == *member);
        if !own || answer.partials.len() != wanted.len() {
            return Err(AccessError::BadAnswer(group.named(member)));
        }
    }
    let mut points = Vec::with_capacity(wanted.len());
    for (place, wanted) in wanted.iter().enumerate() {
        let parts = answers
            .iter()
            .filter_map(|(_, answer)| answer.partials.get(place));
        let parts: Vec<_> = parts.copied().collect();
        let secret = shared(group.key(), &wanted.request, &parts)
            .map_err(|error| AccessError::open(group, &error))?;
        let r = wanted.request.ciphertext.ephemeral().encode();
        points.push((r, secret));
    }
    Ok(Quorum { key, points })
}

#[cfg(test)]
mod tests;
