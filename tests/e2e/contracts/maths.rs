//! The protocol's cryptography for the SDK's mock.

use std::collections::BTreeMap;

use ed25519_dalek::{Signature, VerifyingKey};
use obolus_abi::{ContractId, DealId, FieldBytes, PointBytes, RoleKey, TxDigest};
use obolus_protocol::context::{USER, context_bytes};
use obolus_protocol::curve::{self, Point};
use obolus_protocol::field::{Fr, fr_from_bytes, fr_to_bytes};
use obolus_protocol::poseidon2::permutation;
use obolus_protocol::tree::{Frontier, MemoryNodes, NOTE_DEPTH, REGISTRY_DEPTH, SparseTree};
use obolus_protocol::tx::EntryName;
use obolus_sdk::Refused;
use obolus_sdk::mock::Maths;

#[derive(Debug)]
pub struct RealMaths;

fn field(bytes: &FieldBytes) -> Fr {
    fr_from_bytes(bytes).expect("a canonical element")
}

fn point(bytes: &PointBytes) -> Point {
    Point::decode(bytes).expect("a checked point")
}

impl Maths for RealMaths {
    fn hash3(&self, tag: &[u8], [a, b, c]: [&FieldBytes; 3]) -> FieldBytes {
        let mut text = FieldBytes::ZERO;
        text.0[..tag.len()].copy_from_slice(tag);
        fr_to_bytes(&permutation(&[field(a), field(b), field(c), field(&text)])[0])
    }
    fn blake3(&self, data: &[u8]) -> [u8; 32] {
        *blake3::hash(data).as_bytes()
    }
    fn ed25519_verify(
        &self,
        key: &RoleKey,
        signature: &[u8; 64],
        message: &[u8],
    ) -> Result<(), Refused> {
        let key = VerifyingKey::from_bytes(&key.0).map_err(|_| Refused)?;
        key.verify_strict(message, &Signature::from_bytes(signature))
            .map_err(|_| Refused)
    }
    fn context(
        &self,
        digest: &TxDigest,
        contract: &ContractId,
        caller: Option<&ContractId>,
        entry: &str,
    ) -> FieldBytes {
        let entry = EntryName::new(entry).expect("an entry name");
        context_bytes(digest, contract, caller.unwrap_or(&USER), &entry)
    }
    fn append_root(&self, leaves: &[FieldBytes]) -> FieldBytes {
        let leaves: Vec<Fr> = leaves.iter().map(field).collect();
        let mut tree = Frontier::<NOTE_DEPTH>::new();
        tree.append_batch(&leaves).expect("room");
        fr_to_bytes(&tree.root())
    }
    fn slot_root(&self, slots: &BTreeMap<u64, FieldBytes>) -> FieldBytes {
        let mut tree = SparseTree::<_, REGISTRY_DEPTH>::new(MemoryNodes::default());
        for (slot, leaf) in slots {
            tree.set(*slot, field(leaf)).expect("a slot");
        }
        fr_to_bytes(&tree.root().expect("a root"))
    }
    fn deal_point(&self, contract: &ContractId, deal: &DealId) -> PointBytes {
        curve::deal_point(contract, deal).encode()
    }
    fn check_point(&self, bytes: &PointBytes) -> Result<(), Refused> {
        Point::decode(bytes).map(drop).map_err(|_| Refused)
    }
    fn point_add(&self, a: &PointBytes, b: &PointBytes) -> PointBytes {
        point(a).add(&point(b)).encode()
    }
    fn point_sub(&self, a: &PointBytes, b: &PointBytes) -> PointBytes {
        point(a).sub(&point(b)).encode()
    }
}
