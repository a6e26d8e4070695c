//! The auditor's index of a token beside its wallets and the oracle: the same to the unit.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use obolus_abi::DealId;
use obolus_abi::deal::LegState;
use obolus_abi::deal::conditional::Verdict;
use obolus_abi::token::TokenState;
use obolus_audit::names::{Names, People};
use obolus_audit::{Index, recover};
use obolus_protocol::Amount;
use obolus_protocol::address::Network;
use obolus_protocol::note::Position;
use obolus_tests::bank::{Bank, follow};
use obolus_wallet::auditor::{Books, Recovery, Supply};
use obolus_wallet::config::Token;
use obolus_wallet::deal::Deal as Known;
use obolus_wallet::{AuditorView, ChainSource, Wallet};

use super::oracle::{Account, Backing, Began, Deal, Leg, Registry, Token as Expected};

const KEY: [u8; 32] = [7; 32];
/// Blocks after which what was read is written down.
const CHECKPOINT: u64 = 2;

/// The auditor's index of a bank's token, on disk.
pub struct Audited {
    index: Index,
    /// What had entered and left when each version of the circuits but the first began, as the index knew it then.
    begun: Vec<Supply>,
    root: PathBuf,
    // Last: deleted after the index in it is closed.
    _directory: tempfile::TempDir,
}

impl Audited {
    /// An index that has read nothing.
    pub fn new(bank: &Bank) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let root = directory.path().join("index");
        Self {
            index: open(&root, bank),
            begun: Vec::new(),
            root,
            _directory: directory,
        }
    }

    /// Reads what is new. Registry and sums are compared with the node's own.
    pub fn sync(&mut self, bank: &Bank) {
        let before = self.index.ledger().books().supply().clone();
        read(&mut self.index, bank);
        // A version begins before its block's payments.
        self.begun.resize(bank.versions().len() - 1, before);
    }

    /// What the auditor hands out of a slot's notes.
    pub fn recover(&self, slot: usize) -> Recovery {
        recover(&self.index, Bank::slot(slot)).unwrap()
    }

    /// The index.
    pub const fn index(&self) -> &Index {
        &self.index
    }

    /// After each block: what each slot received and holds is what its wallet has and what the oracle says. `slots` are those
    /// of the members.
    pub fn compare(&self, bank: &Bank, slots: &[usize], token: &Expected) {
        assert_eq!(bank.members.len(), slots.len());
        let ledger = self.index.ledger();
        assert_eq!(ledger.gaps(), 0, "something could not be read");
        compare_books(ledger.books(), &token.accounts);
        for (member, slot) in bank.members.iter().zip(slots) {
            let wallet = &member.wallet;
            let held = token.accounts[*slot].held;
            assert_eq!(wallet.balance().total(), held, "wallet of {slot}");
            let unspent = ledger.unspent_of(Bank::slot(*slot));
            assert_eq!(valuable(unspent), unspent_in(wallet), "notes of {slot}");
        }
        let state = bank.source().token_state().unwrap();
        self.compare_versions((bank, &state), token);
        compare_reserves(&state, token);
    }

    /// The token's hidden sums at the beginning of each version open to what the oracle says.
    fn compare_versions(&self, (bank, state): (&Bank, &TokenState), token: &Expected) {
        let versions = bank.versions();
        let later = versions[1..]
            .iter()
            .zip(&self.begun)
            .map(|(version, supply)| {
                let then = TokenState {
                    issued: version.issued,
                    redeemed: version.redeemed,
                    ..state.clone()
                };
                supply.check(&then).unwrap();
                Began {
                    issued: supply.issued,
                    redeemed: supply.redeemed,
                    redemptions: version.redemptions,
                }
            });
        assert_eq!(later.collect::<Vec<_>>(), token.versions);
    }

    /// At the end: an index read again from its files, one read again from the first block, the view in memory, and wallets
    /// rebuilt from their keys say the same.
    pub fn compare_anew(&mut self, bank: &Bank, slots: &[usize], token: &Expected) {
        let reopened = open(&self.root, bank);
        compare_books(reopened.ledger().books(), &token.accounts);
        drop(reopened);
        self.index = Index::anew(&self.root, token_of(bank), &KEY).unwrap();
        self.sync(bank);
        self.compare(bank, slots, token);

        let mut view = AuditorView::new(bank.token, bank.auditors.clone());
        follow(&bank.ledger, &mut view);
        assert_eq!(view.findings(), &[]);
        let state = bank.source().token_state().unwrap();
        view.supply().check(&state).unwrap();
        for (member, slot) in bank.members.iter().zip(slots) {
            let total = view.totals().get(&Bank::slot(*slot)).copied();
            let held = total.unwrap_or_default().balance();
            assert_eq!(held, Some(token.accounts[*slot].held));
            let mut rebuilt = Wallet::new(bank.token, member.wallet.keys().clone());
            follow(&bank.ledger, &mut rebuilt);
            assert!(rebuilt.notes().iter().eq(member.wallet.notes().iter()));
            assert!(rebuilt.history() == member.wallet.history());
        }
    }

    /// Participants are the same through all their keys.
    pub fn compare_participants(&self, registry: &Registry) {
        let (ledger, names) = (self.index.ledger(), Names::default());
        let people = People::new(ledger.view(), &names, ledger.rotations(), Network::Test);
        for line in registry.lineages() {
            let slots: Vec<_> = line.iter().map(|slot| Bank::slot(*slot)).collect();
            assert_eq!(people.lineage(slots[0]), slots);
        }
    }
}

/// The token says of its reserves what was attested last.
fn compare_reserves(state: &TokenState, token: &Expected) {
    let backing = state.backing.as_ref().map(|backing| Backing {
        reserves: backing.reserves,
        as_of: backing.as_of_height,
        redemptions: backing.redemptions,
    });
    assert_eq!(backing, token.backing);
    let cleared = (state.redemptions, state.cleared);
    assert_eq!(cleared, (token.redemptions(), token.cleared));
}

/// After each block: both parties' wallets know how far a deal is, and nobody else's knows of it.
pub fn compare_deals(bank: &Bank, slots: &[usize], (ids, deals): (&[DealId], &[Deal])) {
    assert_eq!(ids.len(), deals.len());
    for (number, slot) in slots.iter().enumerate() {
        let wallet = &bank.members[number].wallet;
        for book in [wallet, &bank.beside[0].wallets[number]].map(Wallet::deals) {
            assert_eq!(book.refused(), 0);
            for (id, deal) in ids.iter().zip(deals) {
                let known = deal.plan.parties.contains(slot);
                assert_eq!(book.get(id).is_some(), known);
                if let Some(found) = book.get(id) {
                    compare_deal(found, deal);
                }
            }
        }
    }
}

fn compare_deal(found: &Known, deal: &Deal) {
    let legs = found.legs.iter().map(|leg| match leg.state {
        LegState::Empty => Leg::Empty,
        LegState::Locked { .. } => Leg::Locked,
        LegState::Released => Leg::Released,
        LegState::Refunded => Leg::Refunded,
    });
    assert!(legs.eq(deal.legs.iter().copied()));
    let decided = match found.verdict {
        Verdict::Open => None,
        Verdict::Fulfilled => Some(true),
        Verdict::Failed => Some(false),
    };
    assert_eq!(decided, deal.decided);
    assert_eq!(usize::from(found.approvals), deal.approved.len());
    assert_eq!(found.cancelled_ms, deal.cancelled_ms);
    assert_eq!(found.equivocated, deal.equivocated);
}

fn compare_books(books: &Books, accounts: &[Account]) {
    let mut circulating = 0;
    for (slot, account) in accounts.iter().enumerate() {
        let total = books.totals().get(&Bank::slot(slot)).copied();
        let total = total.unwrap_or_default();
        assert_eq!(total.balance(), Some(account.held), "index of {slot}");
        let moved = (total.issued, total.redeemed);
        assert_eq!(moved, (account.issued, account.redeemed), "sums of {slot}");
        circulating += account.held;
    }
    assert_eq!(books.supply().circulating(), Some(circulating));
}

/// Change of nothing is a note too; wallets may keep it or not.
fn valuable(notes: Vec<(Position, Amount)>) -> BTreeMap<Position, Amount> {
    let notes = notes.into_iter();
    notes.filter(|(_, value)| *value != Amount::ZERO).collect()
}

fn unspent_in(wallet: &Wallet) -> BTreeMap<Position, Amount> {
    let unspent = wallet.notes().iter().filter(|own| own.spent.is_none());
    valuable(unspent.map(|own| (own.position, own.note.value)).collect())
}

fn open(root: &Path, bank: &Bank) -> Index {
    Index::open(root, token_of(bank), &KEY).unwrap()
}

fn token_of(bank: &Bank) -> Token {
    Token {
        config: bank.token,
        network: Network::Test,
        name: "US dollar deposit token".into(),
        unit: "USD".into(),
        exponent: 2,
    }
}

fn read(index: &mut Index, bank: &Bank) {
    let synced = index.sync(&bank.source(), &bank.auditors, CHECKPOINT, &mut |_| ());
    synced.unwrap();
}
