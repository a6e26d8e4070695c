//! The environment of a call: what the host states about it, what it vouches for, and its effects.

use alloc::vec;
use alloc::vec::Vec;

use borsh::BorshSerialize;
use obolus_abi::hostcall::HostCode;
use obolus_abi::{
    ChainId, ContractId, DealId, FieldBytes, KeyId, PointBytes, RoleKey, RoleSet, TxDigest,
};

use crate::{Refused, abort, sys};

/// The handle of a running entry. Methods that change anything take `&mut self`.
#[derive(Debug)]
pub struct Env {
    _private: (),
}

impl Env {
    pub(crate) const fn new() -> Self {
        Self { _private: () }
    }

    /// The contract that called this entry; none when the user did.
    pub fn caller(&self) -> Option<ContractId> {
        match sys::caller() {
            0 => None,
            _ => Some(ContractId(fixed())),
        }
    }

    /// This contract.
    pub fn this(&self) -> ContractId {
        sys::self_id();
        ContractId(fixed())
    }

    /// The chain.
    pub fn chain(&self) -> ChainId {
        sys::chain_id();
        ChainId(fixed())
    }

    /// The transaction's digest; zeros in a query.
    pub fn digest(&self) -> TxDigest {
        sys::tx_digest();
        TxDigest(fixed())
    }

    /// Height of the block being executed.
    pub fn height(&self) -> u64 {
        sys::block_height().unsigned_abs()
    }

    /// Time of the block being executed, in milliseconds since 1970.
    pub fn time_ms(&self) -> u64 {
        sys::block_time().unsigned_abs()
    }

    /// Fuel left in this call.
    pub fn fuel_left(&self) -> u64 {
        sys::fuel_left().unsigned_abs()
    }

    /// The field element that a proof for this very call is bound to.
    pub fn context(&self) -> FieldBytes {
        sys::context();
        FieldBytes(fixed())
    }

    /// Lengths of the transaction's memo ciphertexts, in order.
    pub fn memo_lens(&self) -> Vec<u32> {
        let mut lens = Vec::new();
        for index in 0.. {
            match u32::try_from(sys::memo_len(index)) {
                Ok(len) => lens.push(len),
                Err(_) => break,
            }
        }
        lens
    }

    /// Does the transaction carry a valid proof under `key` for exactly these public inputs?
    ///
    /// # Errors
    /// [`Refused`] when it does not.
    pub fn proof_holds(&self, key: &KeyId, inputs: &[FieldBytes]) -> Result<(), Refused> {
        let mut bytes = Vec::with_capacity(32 * inputs.len());
        for input in inputs {
            bytes.extend_from_slice(&input.0);
        }
        verdict(sys::proof_holds(&key.0, &bytes))
    }

    /// Does the transaction carry a spend signature under this point?
    ///
    /// # Errors
    /// [`Refused`] when it does not.
    pub fn spend_authorised(&self, key: &PointBytes) -> Result<(), Refused> {
        verdict(sys::spend_authorised(&key.0))
    }

    /// Does the transaction carry a signature by this role key?
    ///
    /// # Errors
    /// [`Refused`] when it does not.
    pub fn role_signed(&self, key: &RoleKey) -> Result<(), Refused> {
        verdict(sys::role_signed(&key.0))
    }

    /// Did at least the threshold of the role's holders sign the transaction?
    ///
    /// # Errors
    /// [`Refused`] when fewer did.
    pub fn role_approved(&self, role: &RoleSet) -> Result<(), Refused> {
        let signed = role
            .keys
            .iter()
            .filter(|key| self.role_signed(key).is_ok())
            .count();
        if signed >= usize::from(role.threshold) {
            Ok(())
        } else {
            Err(Refused)
        }
    }

    /// Poseidon2 `hash3` under a domain tag's text.
    ///
    /// # Errors
    /// [`Refused`] when an input is not canonical.
    pub fn hash3(&self, tag: &str, inputs: [&FieldBytes; 3]) -> Result<FieldBytes, Refused> {
        let mut bytes = [0; 96];
        for (slot, input) in bytes.chunks_exact_mut(32).zip(inputs) {
            slot.copy_from_slice(&input.0);
        }
        filled(sys::hash3(tag.as_bytes(), &bytes)).map(FieldBytes)
    }

    /// BLAKE3 of the bytes.
    pub fn blake3(&self, data: &[u8]) -> [u8; 32] {
        sys::blake3(data);
        fixed()
    }

    /// Does the Ed25519 signature hold?
    ///
    /// # Errors
    /// [`Refused`] when it does not.
    pub fn ed25519_verify(
        &self,
        key: &RoleKey,
        signature: &[u8; 64],
        message: &[u8],
    ) -> Result<(), Refused> {
        verdict(sys::ed25519_verify(&key.0, signature, message))
    }

    /// The key of a contract's deal: a point whose discrete logarithm nobody knows.
    pub fn deal_point(&self, contract: &ContractId, deal: &DealId) -> PointBytes {
        sys::deal_point(&contract.0, &deal.0);
        PointBytes(fixed())
    }

    /// Is this a canonical point of the prime-order subgroup, not the identity?
    ///
    /// # Errors
    /// [`Refused`] when it is not.
    pub fn point_check(&self, point: &PointBytes) -> Result<(), Refused> {
        verdict(sys::point_check(&point.0))
    }

    /// Sum of two points.
    ///
    /// # Errors
    /// [`Refused`] when one is not a canonical point of the subgroup.
    pub fn point_add(&self, a: &PointBytes, b: &PointBytes) -> Result<PointBytes, Refused> {
        filled(sys::point_add(&a.0, &b.0)).map(PointBytes)
    }

    /// Difference of two points.
    ///
    /// # Errors
    /// [`Refused`] when one is not a canonical point of the subgroup.
    pub fn point_sub(&self, a: &PointBytes, b: &PointBytes) -> Result<PointBytes, Refused> {
        filled(sys::point_sub(&a.0, &b.0)).map(PointBytes)
    }

    /// Is the contract's code frozen for good?
    ///
    /// # Errors
    /// [`Refused`] when it can be replaced or there is no such contract.
    pub fn code_frozen(&self, contract: &ContractId) -> Result<(), Refused> {
        verdict(sys::code_frozen(&contract.0))
    }

    /// Emits an event.
    pub fn emit<E: BorshSerialize>(&mut self, event: &E) {
        sys::emit(&encode(event));
    }

    /// Writes a line to the operator's trace; no effect on state or verdict.
    pub fn log(&self, text: &str) {
        sys::log(text.as_bytes());
    }
}

/// The entry's input.
pub(crate) fn input() -> Vec<u8> {
    let mut bytes = vec![0; usize::try_from(sys::input_len()).unwrap_or(0)];
    sys::input_read(&mut bytes, 0);
    bytes
}

/// `len` bytes of the host buffer.
pub(crate) fn buffer(len: i64) -> Vec<u8> {
    let mut bytes = vec![0; usize::try_from(len).unwrap_or(0)];
    sys::buffer_read(&mut bytes, 0);
    bytes
}

/// The host buffer, when its length is known.
pub(crate) fn fixed<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    if usize::try_from(sys::buffer_read(&mut bytes, 0)) != Ok(N) {
        abort("the host's answer has another length than the table says");
    }
    bytes
}

/// Borsh of a value; writing to memory cannot fail.
pub(crate) fn encode<T: BorshSerialize + ?Sized>(value: &T) -> Vec<u8> {
    match borsh::to_vec(value) {
        Ok(bytes) => bytes,
        Err(_) => abort("a value could not be encoded"),
    }
}

/// An answer of fixed length, or [`Refused`] for malformed arguments.
fn filled<const N: usize>(result: i64) -> Result<[u8; N], Refused> {
    match HostCode::from_result(result) {
        None => Ok(fixed()),
        Some(_) => Err(Refused),
    }
}

fn verdict(result: i64) -> Result<(), Refused> {
    if result == 1 { Ok(()) } else { Err(Refused) }
}

#[cfg(test)]
mod tests;
