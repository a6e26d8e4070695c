//! The cryptography under the mock: a trait, so that a test can plug in the real one, and a toy.

use alloc::collections::BTreeMap;
use core::fmt::Debug;

use obolus_abi::{ContractId, DealId, FieldBytes, PointBytes, RoleKey, TxDigest};

use crate::Refused;

/// What the host computes for contracts. Inputs are canonical and points checked before the call.
pub trait Maths: Debug {
    /// Poseidon2 `hash3`.
    fn hash3(&self, tag: &[u8], inputs: [&FieldBytes; 3]) -> FieldBytes;
    /// BLAKE3.
    fn blake3(&self, data: &[u8]) -> [u8; 32];
    /// Ed25519, strict.
    ///
    /// # Errors
    /// [`Refused`] when the signature does not hold.
    fn ed25519_verify(
        &self,
        key: &RoleKey,
        signature: &[u8; 64],
        message: &[u8],
    ) -> Result<(), Refused>;
    /// The context of a frame.
    fn context(
        &self,
        digest: &TxDigest,
        contract: &ContractId,
        caller: Option<&ContractId>,
        entry: &str,
    ) -> FieldBytes;
    /// Root of an append tree.
    fn append_root(&self, leaves: &[FieldBytes]) -> FieldBytes;
    /// Root of a slot tree.
    fn slot_root(&self, slots: &BTreeMap<u64, FieldBytes>) -> FieldBytes;
    /// A deal's key.
    fn deal_point(&self, contract: &ContractId, deal: &DealId) -> PointBytes;
    /// Canonical and in the subgroup; the identity is.
    ///
    /// # Errors
    /// [`Refused`] when it is not.
    fn check_point(&self, point: &PointBytes) -> Result<(), Refused>;
    /// Sum of checked points.
    fn point_add(&self, a: &PointBytes, b: &PointBytes) -> PointBytes;
    /// Difference of checked points.
    fn point_sub(&self, a: &PointBytes, b: &PointBytes) -> PointBytes;
}

/// Not cryptography: distinct inputs give distinct-looking outputs, deterministically and fast.
/// Points are pairs of 64-bit numbers under addition, the identity being (0, 1).
#[derive(Clone, Copy, Debug, Default)]
pub struct ToyMaths;

impl ToyMaths {
    /// A toy point that passes the point check, for each number but zero.
    pub fn point(number: u64) -> PointBytes {
        encode([number, number.wrapping_mul(3)])
    }

    /// A toy field element that depends on the bytes.
    pub fn mix(domain: &str, parts: &[&[u8]]) -> FieldBytes {
        let mut lanes = [1u64, 2, 3, 4];
        for part in [domain.as_bytes()].iter().chain(parts) {
            absorb(&mut lanes, &(part.len() as u64).to_le_bytes());
            absorb(&mut lanes, part);
        }
        let mut bytes = [0; 32];
        for (slot, lane) in bytes.chunks_exact_mut(8).zip(lanes) {
            slot.copy_from_slice(&lane.to_le_bytes());
        }
        bytes[31] = 0;
        FieldBytes(bytes)
    }
}

fn absorb(lanes: &mut [u64; 4], bytes: &[u8]) {
    for byte in bytes {
        for (i, lane) in lanes.iter_mut().enumerate() {
            let salt = 0x9e37_79b9_7f4a_7c15u64.wrapping_mul(2 * i as u64 + 1);
            *lane = (*lane ^ u64::from(*byte)).wrapping_add(salt);
            *lane = (*lane ^ (*lane >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            *lane ^= *lane >> 27;
        }
    }
}

fn encode([x, y]: [u64; 2]) -> PointBytes {
    PointBytes::from_xy(
        &FieldBytes::from_u64(x),
        &FieldBytes::from_u64(y.wrapping_add(1)),
    )
}

fn decode(point: &PointBytes) -> [u64; 2] {
    let word = |field: FieldBytes| {
        field.0[..8]
            .iter()
            .rev()
            .fold(0u64, |word, byte| (word << 8) | u64::from(*byte))
    };
    [word(point.x()), word(point.y()).wrapping_sub(1)]
}

impl Maths for ToyMaths {
    fn hash3(&self, tag: &[u8], inputs: [&FieldBytes; 3]) -> FieldBytes {
        let [a, b, c] = inputs;
        Self::mix("hash3", &[tag, &a.0, &b.0, &c.0])
    }
    fn blake3(&self, data: &[u8]) -> [u8; 32] {
        Self::mix("blake3", &[data]).0
    }
    fn ed25519_verify(
        &self,
        key: &RoleKey,
        signature: &[u8; 64],
        message: &[u8],
    ) -> Result<(), Refused> {
        let expected = Self::mix("ed25519", &[&key.0, message]);
        if signature[..32] == expected.0 && signature[32..] == [0; 32] {
            Ok(())
        } else {
            Err(Refused)
        }
    }
    fn context(
        &self,
        digest: &TxDigest,
        contract: &ContractId,
        caller: Option<&ContractId>,
        entry: &str,
    ) -> FieldBytes {
        let caller = caller.map_or([0; 32], |id| id.0);
        Self::mix(
            "context",
            &[&digest.0, &contract.0, &caller, entry.as_bytes()],
        )
    }
    fn append_root(&self, leaves: &[FieldBytes]) -> FieldBytes {
        leaves.iter().fold(Self::mix("append", &[]), |root, leaf| {
            Self::mix("append", &[&root.0, &leaf.0])
        })
    }
    fn slot_root(&self, slots: &BTreeMap<u64, FieldBytes>) -> FieldBytes {
        slots
            .iter()
            .fold(Self::mix("slots", &[]), |root, (slot, leaf)| {
                Self::mix("slots", &[&root.0, &slot.to_le_bytes(), &leaf.0])
            })
    }
    fn deal_point(&self, contract: &ContractId, deal: &DealId) -> PointBytes {
        let mixed = Self::mix("deal", &[&contract.0, &deal.0]);
        let [x, _] = decode(&PointBytes::from_xy(&mixed, &mixed));
        Self::point(x | 1)
    }
    fn check_point(&self, point: &PointBytes) -> Result<(), Refused> {
        if encode(decode(point)) == *point {
            Ok(())
        } else {
            Err(Refused)
        }
    }
    fn point_add(&self, a: &PointBytes, b: &PointBytes) -> PointBytes {
        let ([ax, ay], [bx, by]) = (decode(a), decode(b));
        encode([ax.wrapping_add(bx), ay.wrapping_add(by)])
    }
    fn point_sub(&self, a: &PointBytes, b: &PointBytes) -> PointBytes {
        let ([ax, ay], [bx, by]) = (decode(a), decode(b));
        encode([ax.wrapping_sub(bx), ay.wrapping_sub(by)])
    }
}
