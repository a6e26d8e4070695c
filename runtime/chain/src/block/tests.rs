//! Encoding, hashes, and every way a block can be malformed.

use super::*;

fn block(txs: &[&[u8]]) -> Block {
    let hashes: Vec<_> = txs.iter().map(|tx| transaction_hash(tx)).collect();
    Block {
        header: Header {
            version: BLOCK_VERSION,
            chain: ChainId([1; 32]),
            height: Height(3),
            previous: BlockHash([2; 32]),
            app_hash: AppHash([3; 32]),
            time: Timestamp(4),
            transactions: transaction_root(&hashes),
        },
        txs: txs.iter().map(|tx| tx.to_vec()).collect(),
    }
}

#[test]
fn round_trip_and_every_cut() {
    let block = block(&[b"one", b"two"]);
    let bytes = block.encode();
    assert_eq!(Block::decode(&bytes).unwrap(), block);
    for len in 0..bytes.len() {
        assert_eq!(Block::decode(&bytes[..len]), Err(BlockError::Malformed));
    }
    let longer = [bytes.as_slice(), &[0]].concat();
    assert_eq!(Block::decode(&longer), Err(BlockError::Malformed));
}

#[test]
fn any_changed_transaction_or_order_breaks_the_root() {
    let good = block(&[b"one", b"two", b"three"]);
    let mut swapped = good.clone();
    swapped.txs.swap(0, 1);
    let mut changed = good.clone();
    changed.txs[2][0] ^= 1;
    let mut missing = good.clone();
    missing.txs.pop();
    let mut doubled = good.clone();
    doubled.txs.push(b"three".to_vec());
    for bad in [swapped, changed, missing, doubled] {
        assert_eq!(bad.check_form(), Err(BlockError::TransactionRoot));
    }
    assert_eq!(good.check_form(), Ok(()));
}

#[test]
fn version_and_size_are_checked() {
    let mut other = block(&[]);
    other.header.version = 2;
    assert_eq!(other.check_form(), Err(BlockError::Version { found: 2 }));
    let many = vec![b"x".as_slice(); MAX_BLOCK_TXS + 1];
    assert_eq!(block(&many).check_form(), Err(BlockError::TooLarge));
    let large = vec![0; MAX_BLOCK_BYTES + 1];
    assert_eq!(block(&[&large]).check_form(), Err(BlockError::TooLarge));
}

#[test]
fn header_hash_covers_every_field() {
    let base = block(&[b"one"]).header;
    let mut hashes = vec![base.hash()];
    for change in 0..7 {
        let mut header = base;
        match change {
            0 => header.version += 1,
            1 => header.chain.0[0] ^= 1,
            2 => header.height.0 += 1,
            3 => header.previous.0[0] ^= 1,
            4 => header.app_hash.0[0] ^= 1,
            5 => header.time.0 += 1,
            _ => header.transactions[0] ^= 1,
        }
        assert!(!hashes.contains(&header.hash()));
        hashes.push(header.hash());
    }
}

#[test]
fn roots_of_different_lists_differ() {
    let leaf = |n: u8| [n; 32];
    let lists: Vec<Vec<[u8; 32]>> = vec![
        vec![],
        vec![leaf(1)],
        vec![leaf(1), leaf(1)],
        vec![leaf(1), leaf(2)],
        vec![leaf(2), leaf(1)],
        vec![leaf(1), leaf(2), leaf(3)],
        vec![leaf(1), leaf(2), leaf(3), leaf(3)],
        vec![transaction_root(&[leaf(1), leaf(2)]), leaf(3)],
    ];
    let roots: Vec<_> = lists.iter().map(|list| transaction_root(list)).collect();
    for (n, root) in roots.iter().enumerate() {
        assert!(!roots[n + 1..].contains(root), "list {n}");
    }
}

/// A change here is another block format.
#[test]
fn golden() {
    let hash = block(&[b"one", b"two", b"three"]).header.hash();
    assert_eq!(
        hash.to_string(),
        "b7389a5051bf0d11a7e912ed251e22274539c1713de27685c5bf1a28bcac8255"
    );
}

/// What a client does with a proof of inclusion.
fn climb(leaf: &[u8; 32], path: &[MerkleStep]) -> [u8; 32] {
    let mut node = blake3::derive_key(TX_LEAF, leaf);
    for step in path {
        let sibling: [u8; 32] = hex::decode(&step.sibling).unwrap().try_into().unwrap();
        let (left, right) = if step.sibling_left {
            (sibling, node)
        } else {
            (node, sibling)
        };
        let mut hasher = blake3::Hasher::new_derive_key(TX_NODE);
        hasher.update(&left).update(&right);
        node = *hasher.finalize().as_bytes();
    }
    node
}

#[test]
fn every_transaction_has_a_path_to_the_root_and_no_other_one() {
    for count in 1..=17_u8 {
        let hashes: Vec<[u8; 32]> = (0..count).map(|n| [n; 32]).collect();
        let root = transaction_root(&hashes);
        for (place, hash) in hashes.iter().enumerate() {
            let path = transaction_path(&hashes, place);
            assert_eq!(climb(hash, &path), root, "{place} of {count}");
            assert_ne!(climb(&[0xff; 32], &path), root);
        }
    }
}
