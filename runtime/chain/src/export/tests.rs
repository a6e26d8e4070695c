//! Round trip, every cut, every flipped bit, and what a writer refuses.

use obolus_protocol::tx::Height;
use obolus_runtime_api::{AppHash, Tip};

use super::*;
use crate::fixtures::{START, genesis};
use crate::{
    BLOCK_VERSION, Block, Header, Timestamp, genesis_tip, transaction_hash, transaction_root,
};

/// `count` blocks of garbage transactions, each with the tip after it.
fn chain(count: u64) -> Vec<(Block, Tip)> {
    let mut tip = genesis_tip(&genesis());
    (1..=count)
        .map(|height| {
            let txs = vec![vec![height as u8; 5]; height as usize % 3];
            let hashes: Vec<_> = txs.iter().map(|tx| transaction_hash(tx)).collect();
            let header = Header {
                version: BLOCK_VERSION,
                chain: tip.chain,
                height: Height(height),
                previous: tip.block,
                app_hash: tip.app_hash,
                time: Timestamp(START + height),
                transactions: transaction_root(&hashes),
            };
            tip = Tip {
                height,
                block: header.hash(),
                app_hash: AppHash([height as u8; 32]),
                time_ms: header.time.0,
                ..tip
            };
            (Block { header, txs }, tip)
        })
        .collect()
}

fn export(blocks: &[(Block, Tip)]) -> Vec<u8> {
    let mut writer = ExportWriter::new(Vec::new(), &genesis()).unwrap();
    let mut last = genesis_tip(&genesis());
    for (block, after) in blocks {
        writer.block(block).unwrap();
        last = *after;
    }
    writer.finish(last.app_hash).unwrap()
}

fn read(bytes: &[u8]) -> Result<(Vec<Block>, ExportEnd), ExportError> {
    let mut reader = ExportReader::new(bytes)?;
    let mut blocks = Vec::new();
    loop {
        match reader.step()? {
            Step::Block(block) => blocks.push(block),
            Step::End(end) => {
                assert_eq!(reader.position(), bytes.len() as u64);
                return Ok((blocks, end));
            }
        }
    }
}

#[test]
fn round_trip() {
    for count in [0, 1, 4] {
        let blocks = chain(count);
        let (found, end) = read(&export(&blocks)).unwrap();
        let expected: Vec<_> = blocks.iter().map(|(block, _)| block.clone()).collect();
        assert_eq!(found, expected);
        let tip = blocks
            .last()
            .map_or(genesis_tip(&genesis()), |(_, tip)| *tip);
        assert_eq!(
            (end.height, end.block, end.app_hash),
            (tip.height, tip.block, tip.app_hash)
        );
    }
}

#[test]
fn every_cut_every_addition_and_every_flipped_bit_is_noticed() {
    let bytes = export(&chain(3));
    for len in 0..bytes.len() {
        assert!(
            matches!(
                read(&bytes[..len]),
                Err(ExportError::Truncated(_) | ExportError::Magic)
            ),
            "{len}"
        );
    }
    let longer = [bytes.as_slice(), &[0]].concat();
    assert!(matches!(read(&longer), Err(ExportError::Trailing)));
    for place in 0..bytes.len() {
        for bit in 0..8 {
            let mut bytes = bytes.clone();
            bytes[place] ^= 1 << bit;
            assert!(read(&bytes).is_err(), "byte {place} bit {bit}");
        }
    }
}

#[test]
fn a_declared_gibibyte_is_refused_before_it_is_allocated() {
    let mut bytes = export(&chain(1));
    let genesis_len = genesis().encode().len();
    let block_len = 8 + 4 + 4 + genesis_len + 1;
    for (place, after) in [(12, 0), (block_len, 0)] {
        let mut bytes = bytes.clone();
        bytes[place..place + 4].copy_from_slice(&(1_u32 << 30).to_le_bytes());
        match read(&bytes) {
            Err(ExportError::TooLong(len, height)) => assert_eq!((len, height), (1 << 30, after)),
            other => panic!("{other:?}"),
        }
    }
    bytes[8] = 2;
    assert!(matches!(read(&bytes), Err(ExportError::Version(2))));
}

#[test]
fn a_gap_or_a_wrong_beginning_is_not_written() {
    let blocks = chain(3);
    let mut writer = ExportWriter::new(Vec::new(), &genesis()).unwrap();
    let refused = |writer: &mut ExportWriter<Vec<u8>>, block: &Block| {
        matches!(writer.block(block), Err(ExportError::Block { .. }))
    };
    assert!(refused(&mut writer, &blocks[1].0));
    let mut other_state = blocks[0].0.clone();
    other_state.header.app_hash = AppHash([9; 32]);
    assert!(refused(&mut writer, &other_state));
    writer.block(&blocks[0].0).unwrap();
    assert!(refused(&mut writer, &blocks[0].0));
    assert!(refused(&mut writer, &blocks[2].0));
    assert_eq!(writer.height(), 1);
}
