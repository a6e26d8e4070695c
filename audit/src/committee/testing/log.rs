//! The access log as its contract keeps it, with the transactions that made it.

use std::collections::BTreeMap;

use obolus_abi::accesslog::{
    ACCESS_LOG_START, ACCESS_LOG_TAG, AccessEntry, AccessLogInit, AccessLogState, AccessMembers,
    AccessRecord, AnswerAccessMsg, LoggedAccess, RequestAccessMsg,
};
use obolus_abi::{ChainId, RoleKey, RoleSet};
use obolus_protocol::tx::Transaction;
use obolus_wallet::SourceError;

use super::{LOG, role, signed_by, transaction};
use crate::committee::LogSource;
use crate::ledger::fixture::TestChain;

/// A log as the contract keeps it, and the transactions that made it.
pub(in crate::committee) struct TestLog {
    chain: ChainId,
    pub(in crate::committee) blocks: BTreeMap<u64, Vec<Transaction>>,
    pub(in crate::committee) state: AccessLogState,
    pub(in crate::committee) entries: Vec<LoggedAccess>,
}

impl TestLog {
    pub(in crate::committee) fn new(chain: &TestChain) -> Self {
        let config = chain.token.config;
        let settings = AccessLogInit {
            members: members(2),
            contracts: vec![config.token, config.registry],
        };
        let mut log = Self {
            chain: config.chain,
            blocks: BTreeMap::new(),
            state: AccessLogState {
                head: ACCESS_LOG_START,
                entries: 0,
                requests: 0,
                generation: 0,
                members: settings.members.clone(),
                contracts: settings.contracts.clone(),
            },
            entries: Vec::new(),
        };
        log.append(AccessRecord::Founded {
            chain: config.chain,
            contract: LOG,
            settings,
        });
        log
    }

    pub(in crate::committee) fn request(&mut self, message: RequestAccessMsg) -> u64 {
        let request = self.state.requests;
        self.state.requests += 1;
        self.append(AccessRecord::Requested { request, message });
        request
    }

    pub(in crate::committee) fn answer(
        &mut self,
        member: usize,
        request: u64,
        partial_hash: [u8; 32],
    ) {
        let heads = self.entries.iter().filter_map(|logged| {
            let AccessRecord::Requested { request, .. } = &logged.entry.record else {
                return None;
            };
            Some((*request, logged.head))
        });
        let found = { heads }.find(|(number, _)| *number == request);
        let message = AnswerAccessMsg {
            request,
            head: found.map_or([0; 32], |(_, head)| head),
            member: u8::try_from(member).unwrap(),
            partial_hash,
        };
        let key = self.state.members.members.keys[member];
        self.append(AccessRecord::Answered { key, message });
    }

    pub(in crate::committee) fn set_members(&mut self, members: AccessMembers) {
        self.state.generation += 1;
        self.state.members = members.clone();
        let generation = self.state.generation;
        self.append(AccessRecord::MembersSet {
            generation,
            members,
        });
    }

    pub(in crate::committee) fn append(&mut self, record: AccessRecord) {
        let members = self.members_before();
        let (entry, args, keys) = match &record {
            AccessRecord::Founded { .. } => ("found", Ok(Vec::new()), Vec::new()),
            AccessRecord::Requested { message, .. } => {
                ("request", borsh::to_vec(message), vec![message.by])
            }
            AccessRecord::Answered { key, message } => {
                ("answer", borsh::to_vec(message), vec![*key])
            }
            AccessRecord::MembersSet { members: new, .. } => {
                ("set_members", borsh::to_vec(new), members)
            }
        };
        let mut call = transaction(self.chain, LOG, entry, args.unwrap());
        let height = 10 + self.state.entries;
        // No two calls are the same transaction, as on a chain.
        call.body.expiry.0 += height;
        self.blocks.insert(height, vec![signed_by(call, &keys)]);
        self.append_unsigned(record);
    }

    fn members_before(&self) -> Vec<RoleKey> {
        let members = self.entries.iter().rev().find_map(|logged| {
            Some(match &logged.entry.record {
                AccessRecord::Founded { settings, .. } => &settings.members,
                AccessRecord::MembersSet { members, .. } => members,
                _ => return None,
            })
        });
        members.map_or_else(Vec::new, |members| members.members.keys.clone())
    }

    /// What a node can add without anybody's signature.
    pub(in crate::committee) fn append_unsigned(&mut self, record: AccessRecord) {
        let number = self.state.entries;
        let entry = AccessEntry {
            number,
            height: 10 + number,
            time_ms: 1_000 * number,
            record,
        };
        let mut bytes = ACCESS_LOG_TAG.as_bytes().to_vec();
        bytes.extend_from_slice(&self.state.head);
        bytes.extend_from_slice(&borsh::to_vec(&entry).unwrap());
        self.state.head = blake3::hash(&bytes).into();
        self.state.entries += 1;
        let head = self.state.head;
        self.entries.push(LoggedAccess { entry, head });
    }
}

pub(in crate::committee) fn members(threshold: u8) -> AccessMembers {
    AccessMembers {
        members: RoleSet {
            keys: vec![role(1), role(2), role(3)],
            threshold,
        },
        requesters: Vec::new(),
    }
}

impl LogSource for TestLog {
    fn state(&self) -> Result<AccessLogState, SourceError> {
        Ok(self.state.clone())
    }

    fn entry(&self, number: u64) -> Result<LoggedAccess, SourceError> {
        let place = usize::try_from(number).unwrap();
        self.entries.get(place).cloned().ok_or(SourceError::Refused)
    }
}
