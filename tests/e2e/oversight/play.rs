//! Carries steps out: on the ledger with its wallets, and in the oracle.

use std::collections::BTreeMap;

use obolus_abi::token::Circuit;
use obolus_abi::{DealId, TxDigest};
use obolus_chain::Header;
use obolus_protocol::audit::AuditorSecret;
use obolus_protocol::tx::Transaction;
use obolus_tests::bank::{Bank, Member};
use obolus_tests::contracts::Contracts;

mod conditions;
mod deals;
mod prepare;
mod spends;
mod statements;
mod together;

use self::statements::Shown;
use super::act::{Act, Cover, FIRST, NEXT, Step, TOKENS, When};
use super::compare::{Audited, compare_deals};
use super::oracle::{Deed, Now, Oracle};
use super::tally::Tally;
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
    contracts: Contracts,
    /// In the order in which they were opened.
    deals: Vec<DealId>,
    shown: Vec<Shown>,
    /// What the ledger took.
    taken: Vec<Transaction>,
    block: Vec<Pending>,
    held: Vec<Pending>,
    keys: Vec<AuditorSecret>,
    tally: Tally,
}

impl Play {
    /// Three participants who hold a thousand of each token.
    pub fn new() -> Self {
        let mut bank = Bank::simulated();
        let oracle = Oracle::new(bank.ledger.tip().height);
        bank.list_successor();
        let contracts = bank.approve_settlement();
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
            contracts,
            deals: Vec::new(),
            shown: Vec::new(),
            taken: Vec::new(),
            block: Vec::new(),
            held: Vec::new(),
            keys: bank.auditors.clone(),
            tally: Tally::default(),
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
            Act::Submit(which) => self.submit(which),
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

    /// What was held back for too long is not taken.
    fn submit(&mut self, which: usize) -> Option<Pending> {
        let pending = self.held.remove(which % self.held.len());
        if pending.tx.body.expiry >= self.bank.ledger.next_height() {
            return Some(pending);
        }
        let refusal = self.bank.admit(&pending.tx).err();
        assert_eq!(refusal.as_deref(), Some("expired"));
        let kind = self.kind(&pending.tx);
        self.tally.refuse(&kind, "expired");
        None
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
            let kind = self.kind(&pending.tx);
            match refusal {
                Some(refusal) => self.tally.refuse(&kind, refusal),
                None => {
                    self.tally.take(kind);
                    self.taken.push(pending.tx.clone());
                }
            }
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
        compare_deals(&self.bank, &self.slots, (&self.deals, &self.oracle.deals));
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
    pub fn finish(mut self) -> Tally {
        self.seal();
        for token in TOKENS {
            self.turn_to(token);
            self.prove_supply();
            let (audited, of) = (&mut self.audited[token], &self.oracle.tokens[token]);
            audited.compare_anew(&self.bank, &self.slots, of);
            audited.compare_participants(&self.oracle.registry);
            self.check_shown();
        }
        self.tally
    }

    /// Reserves of what all hold cover the supply that is proved, and a minor unit less does not.
    fn prove_supply(&mut self) {
        for step in [
            (Act::Switch(Circuit::Supply, true), When::Together),
            (Act::Pin(Circuit::Supply, true), When::Together),
            (Act::Reserves(Cover::Over(0), 0), When::Now),
            (Act::Reserves(Cover::Short, 0), When::Now),
        ] {
            self.step(step);
        }
        let token = &self.oracle.tokens[self.at];
        let held = token.accounts.iter().map(|account| account.held).sum();
        let attested = token.backing.map(|backing| backing.reserves);
        assert_eq!(attested, Some(held));
    }

    /// Contract and entry.
    fn kind(&self, tx: &Transaction) -> String {
        let contract = &tx.body.contract;
        let settles = self.contracts.name(contract);
        let name = settles.unwrap_or_else(|| {
            let registry = *contract == self.bank.token.registry;
            if registry { "registry" } else { "token" }
        });
        format!("{name} {}", tx.body.entry.as_str())
    }

    /// Returns the token that was turned to.
    fn turn_to(&mut self, token: usize) -> usize {
        if self.at != token {
            self.bank.turn(0);
        }
        std::mem::replace(&mut self.at, token)
    }
}
