//! Carries steps out: on the ledger with its wallets, and in the oracle.

use std::collections::{BTreeMap, BTreeSet};

use obolus_abi::{ContractId, DealId, TxDigest};
use obolus_chain::Header;
use obolus_protocol::audit::AuditorSecret;
use obolus_protocol::tx::Transaction;
use obolus_tests::bank::{Bank, Member};

mod deals;
mod prepare;

use super::act::{Act, FIRST, NEXT, Step, TOKENS, When};
use super::compare::Audited;
use super::oracle::{Deed, Now, Oracle};
use crate::replay::{Replay, next_header};

/// The ledger's time at the beginning, in milliseconds: a wallet takes its machine's time for the next block's when that is
/// later, and here blocks alone are to say what time it is. A multiple of all periods.
const FUTURE: u64 = 4_102_000_000_000;

/// What its fate changes besides what the ledger keeps.
enum After {
    Nothing,
    /// A refusal frees notes: of which token, in which member's wallet.
    Notes(Vec<(usize, usize)>),
    Enters(Box<Member>),
    Trusted(AuditorSecret),
    Opens(DealId),
}

struct Pending {
    tx: Transaction,
    /// The token that it is about.
    token: usize,
    deed: Deed,
    after: After,
}

/// A history under way.
pub struct Play {
    pub bank: Bank,
    oracle: Oracle,
    replay: Replay,
    /// One of each token.
    audited: [Audited; 2],
    /// The token that is turned to.
    at: usize,
    /// The slot of each member.
    slots: Vec<usize>,
    /// The contract that settles deals, and those that were opened at it.
    dvp: ContractId,
    deals: Vec<DealId>,
    block: Vec<Pending>,
    held: Vec<Pending>,
    keys: Vec<AuditorSecret>,
    /// Every refusal that was met, of wallets and of the ledger.
    pub met: BTreeSet<String>,
}

impl Play {
    /// Three participants who hold a thousand of each token.
    pub fn new() -> Self {
        let mut bank = Bank::simulated();
        let oracle = Oracle::new(bank.ledger.tip().height);
        bank.list_successor();
        let dvp = bank.approve_dvp();
        bank.wait_until(FUTURE);
        let mut replay = Replay::of(&bank);
        replay.follow(&bank);
        let first = Audited::new(&bank);
        bank.turn(0);
        let next = Audited::new(&bank);
        bank.turn(0);
        let mut play = Self {
            oracle,
            replay,
            audited: [first, next],
            at: FIRST,
            slots: Vec::new(),
            dvp,
            deals: Vec::new(),
            block: Vec::new(),
            held: Vec::new(),
            keys: bank.auditors.clone(),
            met: BTreeSet::new(),
            bank,
        };
        for _ in 0..3 {
            play.step((Act::Join, When::Now));
        }
        for token in [NEXT, FIRST] {
            play.step((Act::Turn(token), When::Together));
            for member in 0..3 {
                play.step((Act::Issue(member, 1_000), When::Now));
            }
        }
        play
    }

    pub fn step(&mut self, (act, when): Step) {
        let pending = match act {
            Act::Submit(_) if self.held.is_empty() => None,
            Act::Submit(which) => Some(self.held.remove(which % self.held.len())),
            act => self.prepare(act),
        };
        if let Some(pending) = pending {
            let id = pending.tx.id();
            // Two equal decisions of the same moment are one transaction.
            let mut known = self.block.iter().chain(&self.held);
            if known.all(|other| other.tx.id() != id) {
                match when {
                    When::HeldBack => self.held.push(pending),
                    When::Now | When::Together => self.block.push(pending),
                }
            }
        }
        if when == When::Now {
            self.seal();
        }
    }

    /// A block of what waits, and everybody compares.
    fn seal(&mut self) {
        let now = Now {
            height: self.bank.ledger.next_height().0,
            time_ms: self.bank.next_time().0,
        };
        let mut block = std::mem::take(&mut self.block);
        // Decisions of role holders take effect first, those without a proof before the others.
        block.sort_by_key(|pending| {
            let tx = &pending.tx;
            let by_role = !tx.role_signatures.is_empty();
            (!by_role, by_role && !tx.proofs.is_empty())
        });
        let txs: Vec<_> = block.iter().map(|pending| pending.tx.clone()).collect();
        let next = next_header(&self.bank);
        let refused = self.bank.submit_together(&txs);
        self.replayed(next, &txs, &refused);
        for pending in block {
            let expected = self.oracle.judge(pending.token, &pending.deed, now).err();
            let refusal = refused.get(&pending.tx.id()).map(String::as_str);
            assert_eq!(refusal, expected, "{}", pending.tx.body.entry.as_str());
            self.met.extend(refusal.map(String::from));
            match (pending.after, refusal) {
                (After::Notes(reserved), Some(_)) => {
                    for (token, member) in reserved {
                        let at = self.turn_to(token);
                        self.bank.release(member, &pending.tx);
                        self.turn_to(at);
                    }
                }
                (After::Enters(member), None) => {
                    self.slots.push(self.oracle.registry.limits.len() - 1);
                    self.bank.welcome(*member);
                }
                (After::Trusted(secret), None) => self.bank.trust(secret),
                (After::Opens(deal), None) => self.deals.push(deal),
                _ => {}
            }
        }
        for token in TOKENS {
            let at = self.turn_to(token);
            let (audited, of) = (&mut self.audited[token], &self.oracle.tokens[token]);
            audited.sync(&self.bank);
            audited.compare(&self.bank, &self.slots, of);
            self.turn_to(at);
        }
    }

    /// The replay of statements refuses what the ledger refused, for the same reasons, and takes the block that was made.
    fn replayed(
        &mut self,
        next: Header,
        txs: &[Transaction],
        refused: &BTreeMap<TxDigest, String>,
    ) {
        let mut taken = Vec::new();
        for tx in txs {
            taken.push(tx);
            if let Some(refusal) = refused.get(&tx.id()) {
                assert_eq!(self.replay.refusal(next, &taken), *refusal);
                taken.pop();
            }
        }
        self.replay.follow(&self.bank);
    }

    /// The end: what is held back is never submitted.
    pub fn finish(mut self) -> BTreeSet<String> {
        self.seal();
        for token in TOKENS {
            self.turn_to(token);
            let (audited, of) = (&mut self.audited[token], &self.oracle.tokens[token]);
            audited.compare_anew(&self.bank, &self.slots, of);
            audited.compare_participants(&self.oracle.registry);
        }
        self.met
    }

    /// Returns the token that was turned to.
    fn turn_to(&mut self, token: usize) -> usize {
        if self.at != token {
            self.bank.turn(0);
        }
        std::mem::replace(&mut self.at, token)
    }
}
