//! Typed storage. Every field has an explicit id, the first byte of its keys: ids are part of the
//! stored state and never change or get reused.
//!
//! Stored bytes that do not decode trap: only this contract writes them.

use alloc::vec::Vec;
use core::marker::PhantomData;

use borsh::{BorshDeserialize, BorshSerialize};
use obolus_abi::hostcall::HostCode;

use crate::env::{buffer, encode};
use crate::{Env, abort, sys};

/// One value.
#[derive(Debug)]
pub struct Item<T> {
    field: u8,
    value: PhantomData<fn() -> T>,
}

impl<T: BorshSerialize + BorshDeserialize> Item<T> {
    /// The value under this field id.
    pub const fn new(field: u8) -> Self {
        Self {
            field,
            value: PhantomData,
        }
    }

    /// The value; none before the first [`Self::set`].
    pub fn get(&self, _env: &Env) -> Option<T> {
        load(&[self.field]).map(|bytes| decode(&bytes))
    }

    /// Stores the value.
    pub fn set(&self, _env: &mut Env, value: &T) {
        sys::set(&[self.field], &encode(value));
    }

    /// Removes the value.
    pub fn remove(&self, _env: &mut Env) {
        sys::del(&[self.field]);
    }
}

/// Values by key.
#[derive(Debug)]
pub struct Map<K, V> {
    field: u8,
    types: PhantomData<fn() -> (K, V)>,
}

impl<K: BorshSerialize + BorshDeserialize, V: BorshSerialize + BorshDeserialize> Map<K, V> {
    /// The values under this field id.
    pub const fn new(field: u8) -> Self {
        Self {
            field,
            types: PhantomData,
        }
    }

    /// The value of a key.
    pub fn get(&self, _env: &Env, key: &K) -> Option<V> {
        load(&self.key(key)).map(|bytes| decode(&bytes))
    }

    /// Whether the key has a value.
    pub fn contains(&self, _env: &Env, key: &K) -> bool {
        sys::get(&self.key(key)) >= 0
    }

    /// Stores a key's value.
    pub fn set(&self, _env: &mut Env, key: &K, value: &V) {
        sys::set(&self.key(key), &encode(value));
    }

    /// Removes a key.
    pub fn remove(&self, _env: &mut Env, key: &K) {
        sys::del(&self.key(key));
    }

    /// Up to `limit` entries (at most [`obolus_abi::limits::MAX_SCAN`]) that come after `after`, in
    /// the order of the encoded keys. Borsh integers are little-endian, so for integer keys that is
    /// not numerical order.
    pub fn page(&self, _env: &Env, after: Option<&K>, limit: u32) -> Vec<(K, V)> {
        let after = after.map(|key| self.key(key)).unwrap_or_default();
        let bytes = buffer(sys::scan(&[self.field], &after, limit));
        let entries: Vec<(Vec<u8>, Vec<u8>)> = decode(&bytes);
        entries
            .iter()
            .map(|(key, value)| (decode(key.get(1..).unwrap_or_default()), decode(value)))
            .collect()
    }

    fn key(&self, key: &K) -> Vec<u8> {
        encode(&(self.field, key))
    }
}

/// Keys without values, such as seen nullifiers.
#[derive(Debug)]
pub struct Set<K>(Map<K, ()>);

impl<K: BorshSerialize + BorshDeserialize> Set<K> {
    /// The keys under this field id.
    pub const fn new(field: u8) -> Self {
        Self(Map::new(field))
    }

    /// Whether the key is in.
    pub fn contains(&self, env: &Env, key: &K) -> bool {
        self.0.contains(env, key)
    }

    /// Puts a key in.
    pub fn insert(&self, env: &mut Env, key: &K) {
        self.0.set(env, key, &());
    }

    /// Takes a key out.
    pub fn remove(&self, env: &mut Env, key: &K) {
        self.0.remove(env, key);
    }
}

fn load(key: &[u8]) -> Option<Vec<u8>> {
    let len = sys::get(key);
    match HostCode::from_result(len) {
        None => Some(buffer(len)),
        Some(_) => None,
    }
}

fn decode<T: BorshDeserialize>(bytes: &[u8]) -> T {
    match borsh::from_slice(bytes) {
        Ok(value) => value,
        Err(_) => abort("stored bytes do not decode"),
    }
}

#[cfg(test)]
mod tests;
