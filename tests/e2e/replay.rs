//! The replay of statements beside a bank's ledger. It knows the contracts' rules from their documentation alone: it must take
//! every block, and refuse what the contracts refuse, for the same reason.

use obolus_chain::{
    BLOCK_VERSION, CheckedBlock, Header, Received, check_blocks, transaction_hash, transaction_root,
};
use obolus_protocol::tx::{Height, Transaction};
use obolus_tests::bank::Bank;
use obolus_verify::ledger::{Engine, Facts, Replica, ReplicaError, Statements};

/// The replay of a chain.
pub struct Replay {
    statements: Box<dyn Replica>,
    // Last: deleted after what is in it is closed.
    _work: tempfile::TempDir,
}

impl Replay {
    /// Nothing is replayed yet.
    pub fn of(bank: &Bank) -> Self {
        let work = tempfile::tempdir().unwrap();
        let statements = Statements.open(work.path(), bank.ledger.genesis());
        Self {
            statements: statements.unwrap(),
            _work: work,
        }
    }

    /// Takes the ledger's next blocks.
    pub fn follow(&mut self, bank: &Bank) {
        let ledger = &bank.ledger;
        for height in self.statements.position().height + 1..=ledger.tip().height {
            let block = ledger.block(Height(height)).unwrap();
            let hash = block.header.hash();
            let checked = check_blocks(ledger.circuits(), &ledger.chain(), vec![block]);
            let block = checked.into_iter().next().unwrap().unwrap();
            self.statements.apply(block).unwrap();
            assert_eq!(self.statements.position().block, hash);
        }
    }

    /// What it knows after the last block that it took.
    pub fn facts(&self) -> &dyn Facts {
        self.statements.facts()
    }

    /// What it calls its refusal of the last of these transactions in a block after the last one that it took. The others
    /// it takes; all of them are forgotten again.
    pub fn refusal(&mut self, next: Header, txs: &[&Transaction]) -> String {
        let bytes: Vec<_> = txs.iter().map(|tx| tx.encode()).collect();
        let hashes: Vec<_> = bytes.iter().map(|bytes| transaction_hash(bytes)).collect();
        let header = Header {
            transactions: transaction_root(&hashes),
            ..next
        };
        let received = bytes
            .into_iter()
            .map(|bytes| Received::decode(bytes).unwrap());
        let block = CheckedBlock::assumed(header, received.collect());
        match self.statements.apply(block) {
            Err(ReplicaError::Transaction { index, code, .. }) if index + 1 == txs.len() => code,
            other => panic!("{}: {other:?}", txs[txs.len() - 1].body.entry.as_str()),
        }
    }
}

/// The header of the block that comes next, without its transactions.
pub fn next_header(bank: &Bank) -> Header {
    let tip = bank.ledger.tip();
    Header {
        version: BLOCK_VERSION,
        chain: tip.chain,
        height: Height(tip.height + 1),
        previous: tip.block,
        app_hash: tip.app_hash,
        time: bank.next_time(),
        transactions: transaction_root(&[]),
    }
}
