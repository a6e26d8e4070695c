use obolus_abi::registry::RegistryEvent;
use obolus_protocol::{FullViewingKey, Seed};

use super::*;
use crate::testing::TestChain;
use crate::view::Follower;

/// What a view knows of a participant after these replacements of slots.
fn listed(replacements: &[(u32, u32)], seed: u8) -> Known {
    let (mut chain, _) = TestChain::with_participants(&[1, 2, 3]);
    for (from, to) in replacements {
        chain.registry_event(&RegistryEvent::Rotated {
            from: *from,
            to: *to,
            recovered: false,
        });
    }
    chain.seal();
    let mut view = TokenView::new(chain.config);
    view.sync(&chain).unwrap();
    Known::listed(&view, &keys(seed).owner())
}

fn keys(seed: u8) -> FullViewingKey {
    FullViewingKey::from_seed(&Seed::new([seed; 32]))
}

#[test]
fn a_key_is_followed_to_the_newest_one() {
    let addresses = |seeds: &[u8]| -> Vec<Address> {
        let keys = seeds.iter().map(|seed| keys(*seed).address());
        keys.collect()
    };
    let chain = [(0, 1), (1, 2)];
    assert_eq!(listed(&[], 1).listed, []);
    assert_eq!(listed(&chain, 1).listed, addresses(&[2, 3]));
    assert_eq!(listed(&chain, 2).listed, addresses(&[3]));
    assert_eq!(listed(&chain, 3).listed, []);
    assert_eq!(listed(&chain, 2).slot.map(Slot::get), Some(1));
    let stranger = listed(&chain, 9);
    assert!(stranger.slot.is_none() && stranger.newest().is_none());
}

#[test]
fn a_node_that_lists_a_circle_leads_nowhere() {
    let circle = [(0, 1), (1, 0)];
    assert_eq!(listed(&circle, 1).listed, [keys(2).address()]);
    assert_eq!(listed(&circle, 2).listed, []);
}
