//! Carries steps out: on the ledger with its wallets, and in the oracle.

use std::collections::BTreeSet;

use obolus_abi::FieldBytes;
use obolus_abi::registry::{SeizableRoot, SlotMsg};
use obolus_abi::token::{RedeemMsg, SeizeMsg, SetPausedMsg, TransferMsg};
use obolus_protocol::Amount;
use obolus_protocol::audit::AuditorSecret;
use obolus_protocol::tx::Transaction;
use obolus_tests::bank::{Bank, Member, encode, follow};
use obolus_wallet::{AssembleError, ChainSource, Entering};

use super::compare::Audited;
use super::oracle::{Basis, Deed, Oracle, Unable};

/// Slots beyond which nobody enters: more only take time.
const CROWD: usize = 7;

/// How much of what is there.
#[derive(Clone, Copy, Debug)]
pub enum Part {
    Of(u64),
    /// As much as two notes hold, which is all that one transaction can take.
    All,
}

/// What somebody wants to do. Slots and keys are taken modulo those that there are.
#[derive(Clone, Copy, Debug)]
pub enum Act {
    Issue(usize, u64),
    Pay(usize, usize, Part),
    Redeem(usize, Part),
    Merge(usize),
    Freeze(usize),
    Unfreeze(usize),
    Pause(bool),
    /// Under the root that the registry names, or eagerly under the present one.
    Seize {
        from: usize,
        to: usize,
        part: Part,
        eager: bool,
    },
    /// The auditor's next key, in whose window blocks the one before is still taken.
    Epoch(u64),
    /// A key of the auditor that was there before.
    OldKey(usize),
    Join,
    Rotate(usize),
    Recover(usize),
    /// Nobody does anything.
    Rest,
    /// What was held back is submitted.
    Submit(usize),
}

/// When a transaction reaches a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    Now,
    /// In the same block as the next one.
    Together,
    /// When a later step submits it, if one does.
    HeldBack,
}

pub type Step = (Act, When);

/// What its fate changes besides what the ledger keeps.
enum After {
    Nothing,
    /// A refusal frees the notes of this wallet.
    Notes(usize),
    Enters(Box<Member>),
    Trusted(AuditorSecret),
}

struct Pending {
    tx: Transaction,
    deed: Deed,
    after: After,
}

/// A history under way.
pub struct Play {
    pub bank: Bank,
    oracle: Oracle,
    audited: Audited,
    block: Vec<Pending>,
    held: Vec<Pending>,
    keys: Vec<AuditorSecret>,
    /// Every refusal that was met, of wallets and of the ledger.
    pub met: BTreeSet<String>,
}

impl Play {
    /// Three participants who hold a thousand each.
    pub fn new() -> Self {
        let bank = Bank::simulated();
        let mut play = Self {
            oracle: Oracle::new(bank.ledger.tip().height),
            audited: Audited::new(&bank),
            block: Vec::new(),
            held: Vec::new(),
            keys: bank.auditors.clone(),
            met: BTreeSet::new(),
            bank,
        };
        for _ in 0..3 {
            play.step((Act::Join, When::Now));
        }
        for slot in 0..3 {
            play.step((Act::Issue(slot, 1_000), When::Now));
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
        let height = self.bank.ledger.next_height().0;
        let mut block = std::mem::take(&mut self.block);
        // Decisions of role holders take effect first, those without a proof before the others.
        block.sort_by_key(|pending| {
            let tx = &pending.tx;
            let by_role = !tx.role_signatures.is_empty();
            (!by_role, by_role && !tx.proofs.is_empty())
        });
        let txs: Vec<_> = block.iter().map(|pending| pending.tx.clone()).collect();
        let refused = self.bank.submit_together(&txs);
        for pending in block {
            let expected = self.oracle.judge(&pending.deed, height).err();
            let refusal = refused.get(&pending.tx.id()).map(String::as_str);
            assert_eq!(refusal, expected, "{}", pending.tx.body.entry.as_str());
            self.met.extend(refusal.map(String::from));
            match (pending.after, refusal) {
                (After::Notes(from), Some(_)) => self.bank.release(from, &pending.tx),
                (After::Enters(mut member), None) => {
                    for auditor in &self.bank.auditors {
                        member.wallet.trust_auditor(auditor.public());
                    }
                    follow(&self.bank.ledger, &mut member.wallet);
                    self.bank.members.push(*member);
                }
                (After::Trusted(secret), None) => self.bank.trust(secret),
                _ => {}
            }
        }
        self.audited.sync(&self.bank);
        self.audited.compare(&self.bank, &self.oracle);
    }

    /// The end: what is held back is never submitted.
    pub fn finish(mut self) -> BTreeSet<String> {
        self.seal();
        self.audited.compare_anew(&self.bank, &self.oracle);
        self.met
    }

    fn prepare(&mut self, act: Act) -> Option<Pending> {
        let slots = self.oracle.accounts.len().max(1);
        let basis = Basis {
            active: self.oracle.active.clone(),
            key: self.oracle.key(),
        };
        match act {
            Act::Issue(to, amount) => {
                let to = to % slots;
                let expected = self.oracle.cannot_receive(to);
                let issue = self.bank.try_issue(to, amount);
                let nonce = self.oracle.nonce;
                let deed = Deed::Issue {
                    to,
                    amount,
                    nonce,
                    basis,
                };
                self.assembled(issue, expected, |_| deed, After::Nothing)
            }
            Act::Pay(from, to, part) => {
                let (from, to) = (from % slots, to % slots);
                let amount = self.part(from, part);
                let expected = self.oracle.cannot_pay(from, to);
                let payment = self.bank.try_pay(from, to, amount);
                let deed = |tx: &Transaction| Deed::Pay {
                    from,
                    to,
                    amount,
                    nullifiers: nullifiers(tx),
                    basis,
                };
                self.assembled(payment, expected, deed, After::Notes(from))
            }
            Act::Redeem(from, part) => {
                let from = from % slots;
                let amount = self.part(from, part);
                let expected = self.oracle.is_frozen(from);
                let redemption = self.bank.try_redeem(from, amount);
                let deed = |tx: &Transaction| Deed::Redeem {
                    from,
                    amount,
                    nullifiers: nullifiers(tx),
                    basis,
                };
                self.assembled(redemption, expected, deed, After::Notes(from))
            }
            Act::Merge(who) => {
                let who = who % slots;
                let expected = self.oracle.is_frozen(who);
                let merge = self.bank.try_merge(who)?;
                let deed = |tx: &Transaction| Deed::Pay {
                    from: who,
                    to: who,
                    amount: 0,
                    nullifiers: nullifiers(tx),
                    basis,
                };
                self.assembled(merge, expected, deed, After::Notes(who))
            }
            Act::Seize {
                from,
                to,
                part,
                eager,
            } => self.seize((from % slots, to % slots), part, eager, basis),
            Act::Freeze(slot) => Some(self.registrar("freeze", slot % slots, Deed::Freeze)),
            Act::Unfreeze(slot) => Some(self.registrar("unfreeze", slot % slots, Deed::Unfreeze)),
            Act::Pause(paused) => {
                let message = encode(&SetPausedMsg { paused });
                let tx = self
                    .bank
                    .operate(self.bank.token.token, "set_paused", message);
                Some(Pending {
                    tx,
                    deed: Deed::Pause(paused),
                    after: After::Nothing,
                })
            }
            Act::Epoch(window) => {
                self.keys.push(self.bank.draw_auditor());
                Some(self.epoch(self.keys.len() - 1, window))
            }
            Act::OldKey(which) => Some(self.epoch(which % self.keys.len(), 1)),
            Act::Join => self.enter(Entering::Anew, basis),
            Act::Rotate(who) => self.enter(Entering::Rotating(Bank::slot(who % slots)), basis),
            Act::Recover(who) => self.enter(Entering::Recovering(Bank::slot(who % slots)), basis),
            Act::Rest | Act::Submit(_) => None,
        }
    }

    /// What was assembled, if the wallet did; it must have unless it was unable, or had not the notes.
    fn assembled(
        &mut self,
        outcome: Result<Transaction, AssembleError>,
        expected: Option<Unable>,
        deed: impl FnOnce(&Transaction) -> Deed,
        after: After,
    ) -> Option<Pending> {
        match (outcome, expected) {
            (Ok(tx), None) => {
                let deed = deed(&tx);
                Some(Pending { tx, deed, after })
            }
            // Which notes are free and which two would do is the wallets' affair.
            (Err(AssembleError::Select(_) | AssembleError::ZeroAmount), _) => None,
            (Err(error), Some(unable)) if unable.is(&error) => {
                self.met.insert(format!("{unable:?}"));
                None
            }
            (Ok(_), Some(unable)) => panic!("assembled, though {unable:?}"),
            (Err(error), unable) => panic!("not assembled: {error}; expected {unable:?}"),
        }
    }

    fn seize(
        &mut self,
        (from, to): (usize, usize),
        part: Part,
        eager: bool,
        basis: Basis,
    ) -> Option<Pending> {
        let recovery = self.audited.recover(from);
        recovery.check().unwrap();
        assert_eq!(recovery.total(), self.oracle.accounts[from].held);
        let notes = recovery.notes.iter();
        let amount = amount(notes.map(|n| n.note.value.get()), part);
        let mut registry = self.bank.source().registry_state().unwrap();
        let under = if eager {
            // An auditor who does not wait for the registry's word.
            registry.seizable = Some(SeizableRoot {
                root: registry.frozen_root,
                since: 0,
            });
            Some(self.oracle.frozen().clone())
        } else {
            let tip = self.bank.ledger.tip().height;
            self.oracle.seizable(tip).cloned()
        };
        let expected = self.oracle.cannot_seize(from, to, under.as_ref());
        let seizure = self.bank.seize((&recovery, &registry), to, amount);
        let deed = |tx: &Transaction| Deed::Seize {
            from,
            to,
            amount,
            nullifiers: nullifiers(tx),
            frozen: under.unwrap(),
            basis,
        };
        self.assembled(seizure, expected, deed, After::Nothing)
    }

    fn registrar(&self, entry: &str, slot: usize, deed: fn(usize) -> Deed) -> Pending {
        let message = SlotMsg { slot: slot as u32 };
        Pending {
            tx: self.bank.registrar(entry, &message),
            deed: deed(slot),
            after: After::Nothing,
        }
    }

    fn epoch(&mut self, key: usize, window: u64) -> Pending {
        let secret = self.keys[key].clone();
        Pending {
            tx: self.bank.set_auditor(&secret, window),
            deed: Deed::Epoch { key, window },
            after: After::Trusted(secret),
        }
    }

    fn enter(&mut self, entering: Entering, basis: Basis) -> Option<Pending> {
        let waiting = self.block.iter().chain(&self.held);
        let entering_too = waiting.filter(|p| matches!(p.deed, Deed::Enter { .. }));
        if self.oracle.accounts.len() + entering_too.count() >= CROWD {
            return None;
        }
        let entered = self.bank.enter(entering, Amount::MAX).unwrap();
        Some(Pending {
            tx: entered.tx,
            deed: Deed::Enter { entering, basis },
            after: After::Enters(Box::new(entered.member)),
        })
    }

    fn part(&self, from: usize, part: Part) -> u64 {
        let notes = self.bank.members[from].wallet.notes().candidates();
        amount(notes.iter().map(|n| n.value.get()), part)
    }
}

fn amount(values: impl Iterator<Item = u64>, part: Part) -> u64 {
    match part {
        Part::Of(amount) => amount,
        Part::All => {
            let mut values: Vec<_> = values.collect();
            values.sort_unstable();
            values.iter().rev().take(2).sum()
        }
    }
}

/// The nullifiers that a transaction shows.
fn nullifiers(tx: &Transaction) -> [FieldBytes; 2] {
    let args = &tx.body.args;
    let transfer = match tx.body.entry.as_str() {
        "redeem" => {
            let msg: RedeemMsg = borsh::from_slice(args).unwrap();
            return [msg.nf1, msg.nf2];
        }
        "seize" => borsh::from_slice::<SeizeMsg>(args).unwrap().transfer,
        _ => borsh::from_slice::<TransferMsg>(args).unwrap(),
    };
    [transfer.nf1, transfer.nf2]
}
