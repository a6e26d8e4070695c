//! Typed storage on the mock.

use alloc::string::String;
use alloc::vec::Vec;

use proptest::prelude::*;

use super::{Item, Map, Set};
use crate::mock::{Mock, MockError};
use crate::{ContractId, Env, SdkError, entries};

const ID: ContractId = ContractId([1; 32]);
const NAME: Item<String> = Item::new(0);
const AGES: Map<[u8; 2], u64> = Map::new(1);
const SEEN: Set<u32> = Set::new(2);

fn init(_env: &mut Env, (): ()) -> Result<(), SdkError> {
    Ok(())
}
fn name(env: &mut Env, name: Option<String>) -> Result<Option<String>, SdkError> {
    let before = NAME.get(env);
    match name {
        Some(name) => NAME.set(env, &name),
        None => NAME.remove(env),
    }
    Ok(before)
}
fn age(env: &mut Env, (key, age): ([u8; 2], Option<u64>)) -> Result<(bool, Option<u64>), SdkError> {
    let before = (AGES.contains(env, &key), AGES.get(env, &key));
    match age {
        Some(age) => AGES.set(env, &key, &age),
        None => AGES.remove(env, &key),
    }
    Ok(before)
}
fn ages(
    env: &Env,
    (after, limit): (Option<[u8; 2]>, u32),
) -> Result<Vec<([u8; 2], u64)>, SdkError> {
    Ok(AGES.page(env, after.as_ref(), limit))
}
fn see(env: &mut Env, key: u32) -> Result<bool, SdkError> {
    let seen = SEEN.contains(env, &key);
    SEEN.insert(env, &key);
    Ok(seen)
}
fn spoil(env: &mut Env, (): ()) -> Result<(), SdkError> {
    Item::<u8>::new(0).set(env, &9);
    Ok(())
}
entries! { write init; write name; write age; read ages; write see; write spoil; }

fn mock() -> Mock {
    let mut mock = Mock::new();
    mock.instantiate(ID, ENTRIES, &()).expect("an instance");
    mock
}

#[test]
fn an_item_is_set_and_removed() {
    let mut mock = mock();
    let mut set = |name: Option<&str>| -> Option<String> {
        mock.call(ID, "name", &name.map(String::from))
            .expect("a reply")
    };
    assert_eq!(set(Some("a")), None);
    assert_eq!(set(None).as_deref(), Some("a"));
    assert_eq!(set(Some("b")), None);
}

#[test]
fn keys_start_with_the_field_id() {
    let mut mock = mock();
    mock.call::<_, Option<String>>(ID, "name", &Some(String::from("a")))
        .expect("a reply");
    mock.call::<_, (bool, Option<u64>)>(ID, "age", &([7u8, 8], Some(1u64)))
        .expect("a reply");
    assert!(
        !mock
            .call::<_, bool>(ID, "see", &0x0102_0304u32)
            .expect("a reply")
    );
    assert!(
        mock.call::<_, bool>(ID, "see", &0x0102_0304u32)
            .expect("a reply")
    );
    let keys: Vec<_> = mock.storage(ID).into_keys().collect();
    assert_eq!(keys, [&[0][..], &[1, 7, 8], &[2, 4, 3, 2, 1]]);
}

#[test]
fn stored_bytes_that_do_not_decode_trap() {
    let mut mock = mock();
    mock.call::<_, ()>(ID, "spoil", &()).expect("a reply");
    let refused = mock.call::<_, Option<String>>(ID, "name", &None::<String>);
    assert!(matches!(refused, Err(MockError::Trapped(_))), "{refused:?}");
}

proptest! {
    #[test]
    fn a_map_is_a_map(steps in prop::collection::vec((any::<[u8; 2]>(), any::<Option<u64>>()), 0..40), limit in 1u32..8) {
        let mut mock = mock();
        let mut model = alloc::collections::BTreeMap::new();
        for (key, age) in steps {
            let before: (bool, Option<u64>) = mock.call(ID, "age", &(key, age)).expect("a reply");
            prop_assert_eq!(before, (model.contains_key(&key), model.get(&key).copied()));
            match age {
                Some(age) => model.insert(key, age),
                None => model.remove(&key),
            };
        }
        let mut listed = Vec::new();
        loop {
            let after = listed.last().map(|(key, _)| *key);
            let page: Vec<([u8; 2], u64)> = mock.query(ID, "ages", &(after, limit)).expect("a reply");
            if page.is_empty() {
                break;
            }
            listed.extend(page);
        }
        prop_assert_eq!(listed, model.into_iter().collect::<Vec<_>>());
    }
}
