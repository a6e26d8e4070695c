//! The access log of a threshold auditor: messages, entries, events, errors. It records who asked for what, for which
//! case, and which members handed out their partial decryptions; the decryptions themselves are never on the ledger.

mod error;

use alloc::string::String;
use alloc::vec::Vec;

pub use error::AccessError;

use crate::{ChainId, ContractId, FieldBytes, RoleKey, RoleSet, TxDigest};

/// What the log's hash begins with: `head' = BLAKE3(tag ‖ head ‖ entry)`, the entry in borsh.
pub const ACCESS_LOG_TAG: &str = "obolus.accesslog.v1";
/// What the first entry follows.
pub const ACCESS_LOG_START: [u8; 32] = [0; 32];
/// Longest case number, in bytes of printable ASCII.
pub const MAX_CASE: usize = 64;
/// Longest purpose, in bytes of UTF-8.
pub const MAX_PURPOSE: usize = 256;
/// Most items of one request.
pub const MAX_ACCESS_ITEMS: usize = 64;
/// Most contracts that one log is for.
pub const MAX_ACCESS_CONTRACTS: usize = 16;
/// Most requests that one `requests_of` query returns.
pub const MAX_ACCESS_PAGE: u32 = 64;

crate::schema_types! {
    /// Who opens, and who may ask.
    pub struct AccessMembers {
        /// The members of the auditor, and how many of them it takes to open a ciphertext.
        pub members: RoleSet,
        /// Who may ask, strictly ascending, at most 16; the members themselves when there is nobody here.
        pub requesters: Vec<RoleKey>,
    }
    /// Arguments of `init`.
    pub struct AccessLogInit {
        /// Who opens, and who may ask.
        pub members: AccessMembers,
        /// The tokens and registries whose ciphertexts this auditor opens: 1 to 16, strictly ascending.
        pub contracts: Vec<ContractId>,
    }
    /// What is to be opened.
    #[derive(Copy)]
    pub enum AccessItem {
        /// All ciphertexts of a transaction.
        Transaction {
            /// The transaction.
            digest: TxDigest,
        },
        /// The ciphertext with which a note was made. Nobody signs positions: the commitment says which note is meant.
        Note {
            /// Position of the note in the token's tree.
            position: u64,
            /// Its commitment, as the arguments of the transaction that made it have it.
            commitment: FieldBytes,
        },
        /// The escrowed nullifier key of a participant: it tells all that the participant ever spent. Nobody signs slots:
        /// the owner says whose key is meant.
        Escrow {
            /// Registry slot.
            slot: u32,
            /// Owner key, as the arguments of the registration have it.
            owner: FieldBytes,
        },
        /// One of the above that must not warn anybody yet: BLAKE3 of its encoding and 32 random bytes, which whoever
        /// supervises the auditor is shown.
        Sealed {
            /// The hash.
            hash: [u8; 32],
        },
    }
    /// Arguments of `request`, signed by the one who asks; returns the request's number.
    pub struct RequestAccessMsg {
        /// Who asks and signs.
        pub by: RoleKey,
        /// Case number: 1 to 64 characters of printable ASCII ([`MAX_CASE`]).
        pub case: String,
        /// What for: 1 to 256 bytes of text without control characters and invisible marks ([`MAX_PURPOSE`]).
        pub purpose: String,
        /// The token or registry whose ciphertexts are to be opened.
        pub contract: ContractId,
        /// What is to be opened: 1 to 64 items, none twice ([`MAX_ACCESS_ITEMS`]).
        pub items: Vec<AccessItem>,
    }
    /// Arguments of `answer`, signed by the member.
    #[derive(Copy)]
    pub struct AnswerAccessMsg {
        /// Number of the request.
        pub request: u64,
        /// The log's head with the request's entry: it covers what was asked, and every entry before. A member that was
        /// shown something else under this number signs another head.
        pub head: [u8; 32],
        /// Which member, counted from 0 in the order of the members' keys.
        pub member: u8,
        /// Hash of the partial decryptions that the member hands out, in the order of the request's items.
        pub partial_hash: [u8; 32],
    }
    /// What an entry of the log says.
    pub enum AccessRecord {
        /// The log began. No two logs have the same first entry.
        Founded {
            /// The chain.
            chain: ChainId,
            /// The log's contract.
            contract: ContractId,
            /// The arguments of `init`.
            settings: AccessLogInit,
        },
        /// Somebody asked.
        Requested {
            /// Number of the request, from 0.
            request: u64,
            /// What was asked.
            message: RequestAccessMsg,
        },
        /// A member handed out its partial decryptions.
        Answered {
            /// The member's key.
            key: RoleKey,
            /// What was answered.
            message: AnswerAccessMsg,
        },
        /// Others open from now on.
        MembersSet {
            /// How often the members changed before and with this.
            generation: u32,
            /// The members.
            members: AccessMembers,
        },
    }
    /// An entry of the log.
    pub struct AccessEntry {
        /// Its number, from 0.
        pub number: u64,
        /// Height of its block.
        pub height: u64,
        /// Time of its block, milliseconds since 1970.
        pub time_ms: u64,
        /// What it says.
        pub record: AccessRecord,
    }
    /// An entry and the log's head with it, as `logged` returns it.
    pub struct LoggedAccess {
        /// The entry.
        pub entry: AccessEntry,
        /// BLAKE3 of [`ACCESS_LOG_TAG`], the head before and the entry in borsh; before the first entry the head is zero.
        pub head: [u8; 32],
    }
    /// Arguments of `logged`.
    #[derive(Copy)]
    pub struct AccessEntryMsg {
        /// Number of the entry, from 0.
        pub number: u64,
    }
    /// Arguments of `access`.
    #[derive(Copy)]
    pub struct AccessRequestMsg {
        /// Number of the request, from 0.
        pub request: u64,
    }
    /// Arguments of `requests_of`: a page of the requests that name an item, at most 64 ([`MAX_ACCESS_PAGE`]).
    #[derive(Copy)]
    pub struct RequestsOfMsg {
        /// The token or registry.
        pub contract: ContractId,
        /// The item, exactly as requested.
        pub item: AccessItem,
        /// How many of its requests to pass over.
        pub from: u32,
    }
    /// A member's answer.
    #[derive(Copy)]
    pub struct AccessAnswer {
        /// The member.
        pub member: u8,
        /// Hash of what it handed out.
        pub partial_hash: [u8; 32],
        /// Height of its block.
        pub height: u64,
    }
    /// A request and what came of it, as `access` returns it.
    pub struct AccessState {
        /// Number of the log's entry that has the request.
        pub entry: u64,
        /// The log's head with that entry: what an answer must name.
        pub head: [u8; 32],
        /// Of which members it was asked; others cannot answer it.
        pub generation: u32,
        /// In the order in which they came.
        pub answers: Vec<AccessAnswer>,
        /// Height at which enough members had answered to open what was asked.
        pub opened_at: Option<u64>,
    }
    /// The log at a glance, as `state` returns it.
    pub struct AccessLogState {
        /// Hash over all entries.
        pub head: [u8; 32],
        /// Number of entries.
        pub entries: u64,
        /// Number of requests.
        pub requests: u64,
        /// How often the members changed.
        pub generation: u32,
        /// Who opens and who may ask.
        pub members: AccessMembers,
        /// The tokens and registries that it is for.
        pub contracts: Vec<ContractId>,
    }
    /// What the log emits.
    pub enum AccessEvent {
        /// The log has another entry.
        Logged(LoggedAccess),
        /// Enough members have answered: what was asked can be read by whoever has their answers.
        Opened {
            /// Number of the request.
            request: u64,
            /// Height of the block.
            height: u64,
        },
    }
}

impl AccessMembers {
    /// Whether both lists are well formed.
    ///
    /// # Errors
    /// [`AccessError::BadMembers`].
    pub fn validate(&self) -> Result<(), AccessError> {
        self.members
            .validate()
            .map_err(|_| AccessError::BadMembers)?;
        if self.requesters.len() > RoleSet::MAX_KEYS || !ascending(&self.requesters) {
            return Err(AccessError::BadMembers);
        }
        Ok(())
    }

    /// Whether the holder of this key may ask.
    ///
    /// # Errors
    /// [`AccessError::NotRequester`].
    pub fn may_ask(&self, key: &RoleKey) -> Result<(), AccessError> {
        let asking = if self.requesters.is_empty() {
            &self.members.keys
        } else {
            &self.requesters
        };
        if asking.contains(key) {
            Ok(())
        } else {
            Err(AccessError::NotRequester)
        }
    }
}

impl AccessLogInit {
    /// Whether the lists are well formed.
    ///
    /// # Errors
    /// [`AccessError::BadMembers`], [`AccessError::BadContracts`], in this order.
    pub fn validate(&self) -> Result<(), AccessError> {
        self.members.validate()?;
        let count = self.contracts.len();
        if count == 0 || count > MAX_ACCESS_CONTRACTS || !ascending(&self.contracts) {
            return Err(AccessError::BadContracts);
        }
        Ok(())
    }
}

impl RequestAccessMsg {
    /// Whether texts and items are well formed.
    ///
    /// # Errors
    /// [`AccessError::BadCase`], [`AccessError::BadPurpose`], [`AccessError::BadItems`], in this order.
    pub fn validate(&self) -> Result<(), AccessError> {
        let printable = |byte: u8| matches!(byte, b' '..=b'~');
        if self.case.is_empty() || self.case.len() > MAX_CASE || !self.case.bytes().all(printable) {
            return Err(AccessError::BadCase);
        }
        let purpose = &self.purpose;
        if purpose.is_empty() || purpose.len() > MAX_PURPOSE || purpose.contains(is_invisible) {
            return Err(AccessError::BadPurpose);
        }
        let items = &self.items;
        let twice = |(place, item): (usize, &AccessItem)| items[..place].contains(item);
        if items.is_empty() || items.len() > MAX_ACCESS_ITEMS || items.iter().enumerate().any(twice)
        {
            return Err(AccessError::BadItems);
        }
        Ok(())
    }
}

/// Controls and marks that members cannot see, or that make them read something else than is there. A list, because
/// tables of all marks grow with each edition.
fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
                | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}'
        )
}

fn ascending<T: Ord>(list: &[T]) -> bool {
    list.windows(2).all(|pair| pair[0] < pair[1])
}
