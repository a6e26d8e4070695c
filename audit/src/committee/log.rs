//! The access log, read from a node and checked: every entry follows from those before it, up to the head.

use borsh::BorshDeserialize;
use obolus_abi::accesslog::{
    ACCESS_LOG_START, ACCESS_LOG_TAG, AccessAnswer, AccessEntry, AccessEntryMsg, AccessLogState,
    AccessMembers, AccessRecord, LoggedAccess, RequestAccessMsg,
};
use obolus_abi::{ChainId, ContractId, RoleKey};
use obolus_wallet::SourceError;
use obolus_wallet::client::NodeClient;

use super::{AccessError, RequestId};

/// Where the log is read.
pub trait LogSource {
    /// The log at a glance.
    ///
    /// # Errors
    /// [`SourceError`].
    fn state(&self) -> Result<AccessLogState, SourceError>;

    /// One entry.
    ///
    /// # Errors
    /// [`SourceError`].
    fn entry(&self, number: u64) -> Result<LoggedAccess, SourceError>;
}

/// A log's contract on a node.
pub struct LogClient<'a> {
    /// The node.
    pub client: &'a NodeClient,
    /// The log.
    pub contract: ContractId,
}

impl LogClient<'_> {
    fn query<T: BorshDeserialize>(&self, entry: &str, args: &[u8]) -> Result<T, SourceError> {
        let reply = self.client.query(&self.contract, entry, args)?;
        borsh::from_slice(&reply).map_err(|_| SourceError::Malformed)
    }
}

impl LogSource for LogClient<'_> {
    fn state(&self) -> Result<AccessLogState, SourceError> {
        self.query("state", &[])
    }

    fn entry(&self, number: u64) -> Result<LoggedAccess, SourceError> {
        let message = AccessEntryMsg { number };
        let message = borsh::to_vec(&message).map_err(|_| SourceError::Malformed)?;
        self.query("logged", &message)
    }
}

/// A request and what came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// Its number.
    pub number: u64,
    /// Number of its entry.
    pub entry: u64,
    /// The log's head with its entry: it covers what was asked, and all that the log said before.
    pub head: [u8; 32],
    /// Its block.
    pub height: u64,
    /// The block's time, milliseconds since 1970.
    pub time_ms: u64,
    /// What was asked, and by whom.
    pub message: RequestAccessMsg,
    /// Of which members.
    pub members: AccessMembers,
    /// Whether these are the members still.
    pub current: bool,
    /// Who answered.
    pub answers: Vec<AccessAnswer>,
}

impl Request {
    /// What an answer is an answer to.
    pub const fn id(&self, log: ContractId) -> RequestId {
        RequestId {
            log,
            number: self.number,
            head: self.head,
        }
    }

    /// Whether as many members answered as it takes to open.
    pub fn is_opened(&self) -> bool {
        self.answers.len() >= usize::from(self.members.members.threshold)
    }

    /// A member's number in the log, from 0.
    pub fn place_of(&self, key: &RoleKey) -> Option<u8> {
        let place = self.members.members.keys.iter().position(|own| own == key);
        place.and_then(|place| u8::try_from(place).ok())
    }

    /// A member's answer.
    pub fn answer_of(&self, key: &RoleKey) -> Option<&AccessAnswer> {
        let place = self.place_of(key)?;
        self.answers.iter().find(|answer| answer.member == place)
    }
}

/// A log whose chain of hashes was checked.
#[derive(Clone, Debug)]
pub struct AccessLog {
    entries: Vec<LoggedAccess>,
    requests: Vec<Request>,
    generation: u32,
}

impl AccessLog {
    /// Reads the whole log of a contract and checks it.
    ///
    /// # Errors
    /// [`AccessError::Broken`], [`AccessError::Contradiction`], [`AccessError::OtherLog`].
    pub fn read(
        source: &dyn LogSource,
        chain: ChainId,
        contract: ContractId,
    ) -> Result<Self, AccessError> {
        let state = source.state()?;
        let mut log = Self {
            entries: Vec::new(),
            requests: Vec::new(),
            generation: 0,
        };
        let mut members = None;
        let mut head = ACCESS_LOG_START;
        for number in 0..state.entries {
            let logged = source.entry(number)?;
            head = next_head(&head, &logged.entry).ok_or(AccessError::Broken(number))?;
            if logged.entry.number != number || logged.head != head {
                return Err(AccessError::Broken(number));
            }
            let earlier = log.entries.last().map_or(0, |last| last.entry.height);
            if logged.entry.height < earlier {
                return Err(contradiction(number, "it is older than the one before it"));
            }
            log.apply(&logged, &mut members, (chain, contract))?;
            log.entries.push(logged);
        }
        let same_end = state.head == head
            && state.requests == log.requests.len() as u64
            && state.generation == log.generation
            && members.as_ref() == Some(&state.members);
        if !same_end {
            return Err(contradiction(
                state.entries,
                "the state is not what the entries make",
            ));
        }
        Ok(log)
    }

    /// All entries in order.
    pub fn entries(&self) -> &[LoggedAccess] {
        &self.entries
    }

    /// All requests in order.
    pub fn requests(&self) -> &[Request] {
        &self.requests
    }

    /// One request.
    ///
    /// # Errors
    /// [`AccessError::NoRequest`].
    pub fn request(&self, number: u64) -> Result<&Request, AccessError> {
        let place = usize::try_from(number).ok();
        let found = place.and_then(|place| self.requests.get(place));
        found.ok_or(AccessError::NoRequest(number))
    }

    /// Takes in what an entry says, if the contract could have written it.
    fn apply(
        &mut self,
        LoggedAccess { entry, head }: &LoggedAccess,
        members: &mut Option<AccessMembers>,
        (chain, contract): (ChainId, ContractId),
    ) -> Result<(), AccessError> {
        let number = entry.number;
        let cannot = |reason| contradiction(number, reason);
        match (&entry.record, members.as_mut()) {
            (
                AccessRecord::Founded {
                    chain: its_chain,
                    contract: its_contract,
                    settings,
                },
                None,
            ) => {
                if (*its_chain, *its_contract) != (chain, contract) {
                    return Err(AccessError::OtherLog);
                }
                *members = Some(settings.members.clone());
            }
            (AccessRecord::Founded { .. }, Some(_)) => {
                return Err(cannot("the log began before"));
            }
            (_, None) => return Err(cannot("the log had not begun")),
            (AccessRecord::Requested { request, message }, Some(members)) => {
                if *request != self.requests.len() as u64 {
                    return Err(cannot("requests are numbered in order"));
                }
                if message.validate().is_err() || members.may_ask(&message.by).is_err() {
                    return Err(cannot("who asked may not ask this"));
                }
                self.requests.push(Request {
                    number: *request,
                    entry: number,
                    head: *head,
                    height: entry.height,
                    time_ms: entry.time_ms,
                    message: message.clone(),
                    members: members.clone(),
                    current: true,
                    answers: Vec::new(),
                });
            }
            (AccessRecord::Answered { key, message }, Some(_)) => {
                let place = usize::try_from(message.request).ok();
                let request = place.and_then(|place| self.requests.get_mut(place));
                let request = request.ok_or_else(|| cannot("it answers no request"))?;
                if request.head != message.head {
                    return Err(cannot("it answers another request than the log has"));
                }
                if !request.current || request.place_of(key) != Some(message.member) {
                    return Err(cannot("who answered was not asked"));
                }
                if request.answer_of(key).is_some() {
                    return Err(cannot("a member answers once"));
                }
                request.answers.push(AccessAnswer {
                    member: message.member,
                    partial_hash: message.partial_hash,
                    height: entry.height,
                });
            }
            (
                AccessRecord::MembersSet {
                    generation,
                    members: new,
                },
                Some(members),
            ) => {
                if Some(*generation) != self.generation.checked_add(1) {
                    return Err(cannot("generations of members are numbered in order"));
                }
                self.generation = *generation;
                *members = new.clone();
                self.requests
                    .iter_mut()
                    .for_each(|request| request.current = false);
            }
        }
        Ok(())
    }
}

fn contradiction(entry: u64, reason: &'static str) -> AccessError {
    AccessError::Contradiction { entry, reason }
}

/// BLAKE3 of tag, head before and entry.
fn next_head(head: &[u8; 32], entry: &AccessEntry) -> Option<[u8; 32]> {
    let mut hasher = blake3::Hasher::new();
    hasher.update(ACCESS_LOG_TAG.as_bytes()).update(head);
    hasher.update(&borsh::to_vec(entry).ok()?);
    Some(hasher.finalize().into())
}

#[cfg(test)]
mod tests;
