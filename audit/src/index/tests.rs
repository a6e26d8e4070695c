use std::cell::Cell;
use std::fs;
use std::path::PathBuf;

use obolus_abi::registry::RegistryState;
use obolus_abi::token::{TokenEvent, TokenState};
use obolus_protocol::Point;
use obolus_protocol::pedersen::ValueCommitment;
use obolus_runtime_api::{BlockHash, BlockUpdate};
use obolus_wallet::Follower;

use super::*;
use crate::ledger::fixture::{TestChain, lifecycle};
use crate::names::Names;

const KEY: [u8; 32] = [7; 32];

fn open(root: &Path, chain: &TestChain) -> Index {
    Index::open(root, chain.token.clone(), &KEY).unwrap()
}

fn synced(root: &Path, chain: &TestChain, every: u64) -> Index {
    let mut index = open(root, chain);
    index
        .sync(chain, &chain.secrets, every, &mut |_| ())
        .unwrap();
    index
}

fn journal(index: &Index) -> Vec<Entry> {
    index.entries().collect::<Result<_, _>>().unwrap()
}

#[test]
fn what_was_synced_is_there_after_reopening() {
    let (directory, chain) = (tempfile::tempdir().unwrap(), lifecycle());
    let mut index = open(directory.path(), &chain);
    assert!(matches!(index.check_synced(), Err(IndexError::Empty)));
    let done = index.sync(&chain, &chain.secrets, 3, &mut |_| ()).unwrap();
    assert_eq!(
        done,
        Synced {
            blocks: 10,
            records: 8
        }
    );
    let again = open(directory.path(), &chain);
    assert_eq!(again.height(), Height(10));
    assert!(journal(&again) == journal(&index));
    assert_eq!(journal(&again).len(), 8);
    let nothing = index.sync(&chain, &chain.secrets, 3, &mut |_| ()).unwrap();
    assert_eq!(
        nothing,
        Synced {
            blocks: 0,
            records: 0
        }
    );
}

#[test]
fn names_and_annotations_outlive_a_sync_from_the_start() {
    let (directory, chain) = (tempfile::tempdir().unwrap(), lifecycle());
    let index = synced(directory.path(), &chain, 3);
    let before = journal(&index);
    let mut names = Names::default();
    names.set(TestChain::slot(1), "South Bank").unwrap();
    index.set_names(&names).unwrap();
    let mut index = Index::anew(directory.path(), chain.token.clone(), &KEY).unwrap();
    assert_eq!(index.height(), Height(0));
    assert!(journal(&index).is_empty());
    index.sync(&chain, &chain.secrets, 3, &mut |_| ()).unwrap();
    assert!(journal(&index) == before);
    assert_eq!(index.names().unwrap().len(), 1);
}

/// The state of the directory after any part of the writes: what counts is what the head says.
#[test]
fn a_crash_between_segment_and_head_repeats_the_last_blocks() {
    let chain = lifecycle();
    let whole = tempfile::tempdir().unwrap();
    let expected = journal(&synced(whole.path(), &chain, 1));
    let crashed = tempfile::tempdir().unwrap();
    let mut index = open(crashed.path(), &chain);
    // Stops after each block in turn, as the disk would be if the head of the next block was never written.
    let heads: Vec<Vec<u8>> = (1..=10)
        .map(|until| {
            let part = Until(&chain, until);
            index.sync(&part, &chain.secrets, 1, &mut |_| ()).unwrap();
            fs::read(crashed.path().join("head")).unwrap()
        })
        .collect();
    for head in heads {
        fs::write(crashed.path().join("head"), head).unwrap();
        let index = synced(crashed.path(), &chain, 1);
        assert!(journal(&index) == expected);
    }
    // Torn frames behind the end are cut off, or not looked at.
    let segment = crashed.path().join("segments/000000");
    let mut bytes = fs::read(&segment).unwrap();
    bytes.extend([0xff; 100]);
    fs::write(&segment, bytes).unwrap();
    assert!(journal(&open(crashed.path(), &chain)) == expected);
}

#[test]
fn damage_is_noticed() {
    let (directory, chain) = (tempfile::tempdir().unwrap(), lifecycle());
    let index = synced(directory.path(), &chain, 2);
    let segment = directory.path().join("segments/000000");
    let good = fs::read(&segment).unwrap();
    for (at, what) in [(0, "length"), (10, "nonce"), (good.len() - 1, "tag")] {
        let mut bytes = good.clone();
        bytes[at] ^= 1;
        fs::write(&segment, &bytes).unwrap();
        let read: Result<Vec<_>, _> = index.entries().collect();
        assert!(matches!(read, Err(StoreError::Damaged(_))), "{what}");
    }
    // Two frames in each other's place.
    let length = u32::from_le_bytes(good[..4].try_into().unwrap()) as usize + 4;
    let exchanged = [&good[length..], &good[..length]].concat();
    fs::write(&segment, exchanged).unwrap();
    assert!(index.entries().any(|entry| entry.is_err()));
    fs::write(&segment, &good[..length]).unwrap();
    assert!(index.entries().any(|entry| entry.is_err()), "left out");
    let other = Index::open(directory.path(), chain.token.clone(), &[8; 32]);
    assert!(matches!(
        other,
        Err(IndexError::Store(StoreError::Damaged(_)))
    ));
}

/// The file beside the index is not encrypted, and it scales every amount and every rule.
#[test]
fn another_token_file_than_the_index_was_made_with_is_refused() {
    let (directory, chain) = (tempfile::tempdir().unwrap(), lifecycle());
    let mut index = synced(directory.path(), &chain, 3);
    let expected = journal(&index);
    let changes: [fn(&mut Token); 4] = [
        |token| token.exponent = 6,
        |token| token.unit = "EUR".into(),
        |token| token.name = "Best dollar".into(),
        |token| token.config.registry.0[0] ^= 1,
    ];
    for change in changes {
        let mut other = chain.token.clone();
        change(&mut other);
        match Index::open(directory.path(), other, &KEY).map(|_| ()) {
            Err(error @ IndexError::OtherFile { .. }) => {
                let said = error.to_string();
                assert!(
                    said.contains("Test dollar, unit USD, 2 decimal digits"),
                    "{said}"
                );
            }
            other => panic!("{other:?}"),
        }
    }
    // Another chain or token leads to other keys of the records.
    let mut other = chain.token.clone();
    other.config.token.0[0] ^= 1;
    assert!(matches!(
        Index::open(directory.path(), other, &KEY),
        Err(IndexError::Store(StoreError::Damaged(_)))
    ));

    // Made anew with another one by somebody else meanwhile: an index that is open notices too.
    let mut other = chain.token.clone();
    other.exponent = 6;
    let mut anew = Index::anew(directory.path(), other, &KEY).unwrap();
    anew.sync(&chain, &chain.secrets, 3, &mut |_| ()).unwrap();
    let outcome = index.sync(&chain, &chain.secrets, 3, &mut |_| ());
    assert!(matches!(outcome, Err(IndexError::OtherFile { .. })));

    // A head that nothing opens is no obstacle to beginning anew.
    fs::write(directory.path().join("head"), b"nothing").unwrap();
    let mut index = Index::anew(directory.path(), chain.token.clone(), &KEY).unwrap();
    index.sync(&chain, &chain.secrets, 3, &mut |_| ()).unwrap();
    assert!(journal(&index) == expected);
}

#[test]
fn a_sync_without_new_movements_notices_lost_segments() {
    let (directory, chain) = (tempfile::tempdir().unwrap(), lifecycle());
    let mut index = synced(directory.path(), &chain, 3);
    let segment = directory.path().join("segments/000000");
    let good = fs::read(&segment).unwrap();
    let mut damaged = || match index.sync(&chain, &chain.secrets, 3, &mut |_| ()) {
        Err(IndexError::Store(StoreError::Damaged(path))) => assert_eq!(path, segment),
        other => panic!("{other:?}"),
    };
    fs::write(&segment, &good[1..]).unwrap();
    damaged();
    fs::remove_file(&segment).unwrap();
    damaged();
    fs::write(&segment, good).unwrap();
    let done = index.sync(&chain, &chain.secrets, 3, &mut |_| ()).unwrap();
    assert_eq!(done.blocks, 0);
}

#[test]
fn nothing_readable_is_on_disk() {
    let (directory, chain) = (tempfile::tempdir().unwrap(), lifecycle());
    let index = synced(directory.path(), &chain, 2);
    let mut names = Names::default();
    names
        .set(TestChain::slot(0), "Quillfeather Holdings")
        .unwrap();
    index.set_names(&names).unwrap();
    let mut needles = vec![b"Quillfeather".to_vec(), 30_000_u64.to_le_bytes().to_vec()];
    needles.extend(journal(&index).iter().map(|e| e.tx.0.to_vec()));
    let mut open: Vec<PathBuf> = vec![directory.path().into()];
    let mut files = 0;
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(fs::read_dir(&path).unwrap().map(|e| e.unwrap().path()));
            continue;
        }
        files += 1;
        let bytes = fs::read(&path).unwrap();
        for needle in &needles {
            assert!(
                !bytes.windows(needle.len()).any(|w| w == needle),
                "{}",
                path.display()
            );
        }
    }
    assert!(files >= 4, "{files}");
}

/// The chain up to a block.
struct Until<'a>(&'a TestChain, u64);

impl ChainSource for Until<'_> {
    fn tip(&self) -> Result<Height, SourceError> {
        Ok(Height(self.1))
    }

    fn updates(&self, from: Height) -> Result<Vec<BlockUpdate>, SourceError> {
        let all = self.0.updates(from)?.into_iter();
        Ok(all.filter(|update| update.height <= self.1).collect())
    }

    fn registry_state(&self) -> Result<RegistryState, SourceError> {
        let mut state = self.0.registry_state()?;
        let mut view = obolus_wallet::TokenView::new(self.0.token.config);
        view.sync(self).map_err(|_| SourceError::Malformed)?;
        state.active_root = obolus_protocol::field::fr_to_bytes(&view.directory().active_root());
        state.auditor = view.auditor().encode();
        Ok(state)
    }

    fn token_state(&self) -> Result<TokenState, SourceError> {
        let mut state = self.0.token_state()?;
        let (mut issued, mut redeemed) = (ValueCommitment::zero(), ValueCommitment::zero());
        let blocks = self.0.updates.iter().take(self.1 as usize);
        let token = self.0.token.config.token;
        for tx in blocks
            .flat_map(|update| &update.txs)
            .filter(|tx| tx.contract == token)
        {
            let cv = |bytes| ValueCommitment::from_point(Point::decode(bytes).unwrap());
            match borsh::from_slice(&tx.events[0].data).unwrap() {
                TokenEvent::Issued { msg, .. } => issued = issued.plus(&cv(&msg.cv)),
                TokenEvent::Redeemed { msg, .. } => redeemed = redeemed.plus(&cv(&msg.cv)),
                _ => {}
            }
        }
        (state.issued, state.redeemed) = (issued.point().encode(), redeemed.point().encode());
        Ok(state)
    }
}

/// A node that tells something else about one thing.
struct Lying<'a> {
    chain: &'a TestChain,
    tip: Option<u64>,
    block: Option<u64>,
    issued: bool,
    root: bool,
    asked: Cell<u32>,
}

impl<'a> Lying<'a> {
    fn about(chain: &'a TestChain) -> Self {
        Self {
            chain,
            tip: None,
            block: None,
            issued: false,
            root: false,
            asked: Cell::new(0),
        }
    }
}

impl ChainSource for Lying<'_> {
    fn tip(&self) -> Result<Height, SourceError> {
        self.asked.set(self.asked.get() + 1);
        Ok(Height(self.tip.unwrap_or(self.chain.height())))
    }

    fn updates(&self, from: Height) -> Result<Vec<BlockUpdate>, SourceError> {
        let mut updates = self.chain.updates(from)?;
        for update in &mut updates {
            if Some(update.height) == self.block {
                update.block = BlockHash([0xbb; 32]);
            }
        }
        Ok(updates)
    }

    fn registry_state(&self) -> Result<RegistryState, SourceError> {
        let mut state = self.chain.registry_state()?;
        if self.root {
            state.active_root.0[0] ^= 1;
        }
        Ok(state)
    }

    fn token_state(&self) -> Result<TokenState, SourceError> {
        let mut state = self.chain.token_state()?;
        if self.issued {
            state.issued = state.redeemed;
        }
        Ok(state)
    }
}

#[test]
fn a_node_that_lies_is_refused() {
    let (directory, chain) = (tempfile::tempdir().unwrap(), lifecycle());
    let mut index = synced(directory.path(), &chain, 3);
    let before = journal(&index);
    let mut refuses = |lying: &Lying<'_>| {
        let outcome = index.sync(lying, &chain.secrets, 3, &mut |_| ());
        assert!(journal(&index) == before);
        outcome.unwrap_err()
    };
    let fork = Lying {
        block: Some(10),
        ..Lying::about(&chain)
    };
    assert!(matches!(refuses(&fork), IndexError::Fork(Height(10))));
    let behind = Lying {
        tip: Some(9),
        ..Lying::about(&chain)
    };
    assert!(matches!(refuses(&behind), IndexError::Behind { .. }));
    let supply = Lying {
        issued: true,
        ..Lying::about(&chain)
    };
    assert!(matches!(
        refuses(&supply),
        IndexError::Ledger(LedgerError::Supply)
    ));
    let root = Lying {
        root: true,
        ..Lying::about(&chain)
    };
    let told = refuses(&root);
    assert!(
        matches!(
            told,
            IndexError::Ledger(LedgerError::Scan(ScanError::RegistryRoot))
        ),
        "{told}"
    );
    let none = Lying {
        tip: Some(11),
        ..Lying::about(&chain)
    };
    let told = refuses(&none);
    assert!(
        matches!(
            told,
            IndexError::Ledger(LedgerError::Scan(ScanError::Source(_)))
        ),
        "{told}"
    );
}

#[test]
fn one_process_syncs_at_a_time() {
    let (directory, chain) = (tempfile::tempdir().unwrap(), lifecycle());
    let mut index = open(directory.path(), &chain);
    let lock = index.store.lock().unwrap();
    let outcome = index.sync(&chain, &chain.secrets, 3, &mut |_| ());
    assert!(matches!(
        outcome,
        Err(IndexError::Store(StoreError::Locked))
    ));
    drop(lock);
    index.sync(&chain, &chain.secrets, 3, &mut |_| ()).unwrap();
}
