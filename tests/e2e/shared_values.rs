//! Values that two crates state because neither may name the other.

use obolus_abi::registry::{REGISTRY_DEPTH, REGISTRY_LEAF_TAG};
use obolus_abi::token::{NOTE_TREE_DEPTH, VELOCITY_PERIOD_TAG, VelocityRule};
use obolus_protocol::velocity::Quota;
use obolus_protocol::{tags, tree};

#[test]
fn contracts_and_protocol_hash_registry_leaves_alike() {
    assert_eq!(REGISTRY_LEAF_TAG, tags::REGISTRY.text());
}

#[test]
fn contracts_and_protocol_number_quotas_alike() {
    assert_eq!(VELOCITY_PERIOD_TAG, tags::VELOCITY_PERIOD.text());
    assert_eq!(VelocityRule::MAX_QUOTA, Quota::MAX);
}

#[test]
fn trees_have_one_depth() {
    assert_eq!(usize::from(REGISTRY_DEPTH), tree::REGISTRY_DEPTH);
    assert_eq!(usize::from(NOTE_TREE_DEPTH), tree::NOTE_DEPTH);
}
