//! The auditor's index beside the wallets and the oracle: the same to the unit.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use obolus_audit::names::{Names, People};
use obolus_audit::{Index, recover};
use obolus_protocol::Amount;
use obolus_protocol::address::Network;
use obolus_protocol::note::Position;
use obolus_tests::bank::{Bank, follow};
use obolus_wallet::auditor::{Books, Recovery};
use obolus_wallet::config::Token;
use obolus_wallet::{AuditorView, ChainSource, Wallet};

use super::oracle::{Account, Oracle};

const KEY: [u8; 32] = [7; 32];
/// Blocks after which what was read is written down.
const CHECKPOINT: u64 = 2;

/// The auditor's index of a bank's token, on disk.
pub struct Audited {
    index: Index,
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
            root,
            _directory: directory,
        }
    }

    /// Reads what is new. Registry and sums are compared with the node's own.
    pub fn sync(&mut self, bank: &Bank) {
        read(&mut self.index, bank);
    }

    /// What the auditor hands out of a slot's notes.
    pub fn recover(&self, slot: usize) -> Recovery {
        recover(&self.index, Bank::slot(slot)).unwrap()
    }

    /// The index.
    pub const fn index(&self) -> &Index {
        &self.index
    }

    /// After each block: what each slot received and holds is what its wallet has and what the oracle says.
    pub fn compare(&self, bank: &Bank, oracle: &Oracle) {
        assert_eq!(bank.members.len(), oracle.accounts.len());
        let ledger = self.index.ledger();
        assert_eq!(ledger.gaps(), 0, "something could not be read");
        compare_books(ledger.books(), &oracle.accounts);
        for (slot, (member, account)) in bank.members.iter().zip(&oracle.accounts).enumerate() {
            let wallet = &member.wallet;
            assert_eq!(wallet.balance().total(), account.held, "wallet {slot}");
            let unspent = ledger.unspent_of(Bank::slot(slot));
            assert_eq!(valuable(unspent), unspent_in(wallet), "notes of {slot}");
        }
    }

    /// At the end: an index read again from its files, one read again from the first block, the view in memory, and wallets
    /// rebuilt from their keys say the same; participants are the same through all their keys.
    pub fn compare_anew(&mut self, bank: &Bank, oracle: &Oracle) {
        let reopened = open(&self.root, bank);
        compare_books(reopened.ledger().books(), &oracle.accounts);
        drop(reopened);
        self.index.forget().unwrap();
        self.sync(bank);
        self.compare(bank, oracle);
        self.compare_participants(oracle);

        let mut view = AuditorView::new(bank.token, bank.auditors.clone());
        follow(&bank.ledger, &mut view);
        assert_eq!(view.findings(), &[]);
        let state = bank.source().token_state().unwrap();
        view.supply().check(&state).unwrap();
        for (slot, member) in bank.members.iter().enumerate() {
            let total = view.totals().get(&Bank::slot(slot)).copied();
            let held = total.unwrap_or_default().balance();
            assert_eq!(held, Some(oracle.accounts[slot].held));
            let mut rebuilt = Wallet::new(bank.token, member.wallet.keys().clone());
            follow(&bank.ledger, &mut rebuilt);
            assert!(rebuilt.notes().iter().eq(member.wallet.notes().iter()));
            assert!(rebuilt.history() == member.wallet.history());
        }
    }

    fn compare_participants(&self, oracle: &Oracle) {
        let (ledger, names) = (self.index.ledger(), Names::default());
        let people = People::new(ledger.view(), &names, ledger.rotations(), Network::Test);
        for first in 0..oracle.accounts.len() {
            if oracle.superseded.values().any(|newer| *newer == first) {
                continue;
            }
            let mut line = vec![first];
            while let Some(newer) = oracle.superseded.get(&line[line.len() - 1]) {
                line.push(*newer);
            }
            let slots: Vec<_> = line.iter().map(|slot| Bank::slot(*slot)).collect();
            assert_eq!(people.lineage(Bank::slot(first)), slots);
        }
    }
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
    let token = Token {
        config: bank.token,
        network: Network::Test,
        name: "US dollar deposit token".into(),
        unit: "USD".into(),
        exponent: 2,
    };
    Index::open(root, token, &KEY).unwrap()
}

fn read(index: &mut Index, bank: &Bank) {
    let synced = index.sync(&bank.source(), &bank.auditors, CHECKPOINT, &mut |_| ());
    synced.unwrap();
}
