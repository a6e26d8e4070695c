use std::collections::BTreeSet;

use super::*;
use crate::field::fr_to_bytes;

#[test]
fn tags_and_contexts_are_distinct() {
    let values: BTreeSet<_> = ALL.iter().map(|tag| fr_to_bytes(&tag.value())).collect();
    assert_eq!(values.len(), ALL.len());
    let contexts: BTreeSet<_> = context::ALL.iter().collect();
    assert_eq!(contexts.len(), context::ALL.len());
}

#[test]
fn a_tag_is_its_text_in_little_endian() {
    for tag in ALL {
        let mut expected = [0; 32];
        expected[..tag.text().len()].copy_from_slice(tag.text().as_bytes());
        assert_eq!(fr_to_bytes(&tag.value()).0, expected);
    }
}
