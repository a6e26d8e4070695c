//! The participant registry: messages, events, errors. One registry serves one token.

mod error;
mod event;

pub use error::RegistryError;
pub use event::{
    AuditorEpoch, Participant, PreviousAuditor, RegistryEvent, RegistryState, SeizableRoot,
};

use crate::{ContractId, DealId, FieldBytes, KeyId, PointBytes, RegisterInputs, RoleSet};

/// Number of 4-ary levels of the registry trees.
pub const REGISTRY_DEPTH: u8 = 9;
/// Number of slots: 4^[`REGISTRY_DEPTH`].
pub const REGISTRY_SLOTS: u32 = 1 << (2 * REGISTRY_DEPTH as u32);
/// Accumulator number of the ACTIVE tree in the registry's storage.
pub const ACTIVE_TREE: u32 = 0;
/// Accumulator number of the FROZEN tree in the registry's storage.
pub const FROZEN_TREE: u32 = 1;

/// Domain tag of a leaf, `hash3(tag, owner, limit, 0)`; the protocol's list of tags has the same text.
pub const REGISTRY_LEAF_TAG: &str = "obolus.registry.v1";
/// Most ACTIVE roots accepted at once; when more insertions than that fall into one window, the
/// oldest roots expire early. Bounds what every transfer reads.
pub const MAX_VALID_ROOTS: usize = 64;
/// Longest root window, and longest window of a previous auditor key, in blocks.
pub const MAX_ROOT_WINDOW: u64 = 100_000;
/// Most FROZEN roots remembered for seizures. When they are more, the one whose loss costs the least time goes.
pub const MAX_FROZEN_ROOTS: usize = 64;
/// Longest seizure delay, in blocks.
pub const MAX_SEIZURE_DELAY: u64 = 10_000_000;
/// Most epochs that one `epochs` query returns.
pub const MAX_EPOCHS_PAGE: u32 = 64;

crate::schema_types! {
    /// Arguments of `init`.
    pub struct RegistryInit {
        /// Who approves participants, deals, freezes and auditor keys.
        pub registrar: RoleSet,
        /// The auditor's BabyJubJub key; the transaction must carry a Schnorr signature under it
        /// (proof of possession).
        pub auditor: PointBytes,
        /// Verifying key that `register` proofs must use.
        pub register_key: KeyId,
        /// For how many blocks a root stays valid after a later insertion; at most 100,000 ([`MAX_ROOT_WINDOW`]).
        pub root_window: u64,
        /// For how many blocks a participant must have been frozen before its notes may be seized; at most 10,000,000
        /// ([`MAX_SEIZURE_DELAY`]).
        pub seizure_delay: u64,
    }
    /// Arguments of `register`: enters a participant. Signed by the registrar and under `ak`.
    pub struct RegisterMsg {
        /// Owner hash of (ak, nk).
        pub owner: FieldBytes,
        /// Spend-validating key.
        pub ak: PointBytes,
        /// X25519 key for note encryption.
        pub epk: [u8; 32],
        /// Per-transfer limit in minor units.
        pub limit: u64,
        /// Ephemeral point of the escrow ciphertext.
        pub r: PointBytes,
        /// Escrow ciphertext of nk.
        pub c1: FieldBytes,
    }
    /// Arguments of `rotate` and `recover`: enters a participant's new key in a slot of its own and links the two slots.
    /// Signed by the registrar and under the new `ak`; for `rotate` under the old one as well.
    pub struct RotateMsg {
        /// Slot of the old key.
        pub slot: u32,
        /// The new key, as in `register`, with a proof made for this entry. Its limit is at most the old slot's.
        pub register: RegisterMsg,
    }
}

impl RegisterMsg {
    /// The proof's public inputs.
    pub fn inputs(&self, auditor: &PointBytes, context: FieldBytes) -> RegisterInputs<FieldBytes> {
        register_inputs(self.owner, &self.ak, auditor, &self.r, self.c1, context)
    }
}

crate::schema_types! {
    /// Arguments of `open_deal`: enters a deal of the calling contract. `ak` is recomputed by the registry.
    pub struct OpenDealMsg {
        /// The deal; never used before by this contract.
        pub deal: DealId,
        /// Owner hash of (ak_deal, nk_deal).
        pub owner: FieldBytes,
        /// Per-transfer limit in minor units; finite, so below `u64::MAX`.
        pub limit: u64,
        /// Ephemeral point of the escrow ciphertext.
        pub r: PointBytes,
        /// Escrow ciphertext of the deal's nk.
        pub c1: FieldBytes,
    }
}

impl OpenDealMsg {
    /// The proof's public inputs, with the deal's recomputed point as `ak`.
    pub fn inputs(
        &self,
        ak: &PointBytes,
        auditor: &PointBytes,
        context: FieldBytes,
    ) -> RegisterInputs<FieldBytes> {
        register_inputs(self.owner, ak, auditor, &self.r, self.c1, context)
    }
}

fn register_inputs(
    owner: FieldBytes,
    ak: &PointBytes,
    auditor: &PointBytes,
    r: &PointBytes,
    c1: FieldBytes,
    context: FieldBytes,
) -> RegisterInputs<FieldBytes> {
    RegisterInputs {
        owner,
        ak_x: ak.x(),
        ak_y: ak.y(),
        p_x: auditor.x(),
        p_y: auditor.y(),
        r_x: r.x(),
        r_y: r.y(),
        c1,
        context,
    }
}

crate::schema_types! {
    /// Arguments of `freeze`, `unfreeze`: which slot.
    #[derive(Copy)]
    pub struct SlotMsg {
        /// Registry slot.
        pub slot: u32,
    }
    /// Arguments of `set_limit`.
    #[derive(Copy)]
    pub struct SetLimitMsg {
        /// Registry slot.
        pub slot: u32,
        /// New per-transfer limit in minor units.
        pub limit: u64,
    }
    /// Arguments of `approve_contract`: lets a contract open deals and pass users' payments on. Its code must be frozen.
    #[derive(Copy)]
    pub struct ApproveContractMsg {
        /// The contract.
        pub contract: ContractId,
    }
    /// Arguments of `set_auditor`: starts an auditor epoch. The transaction carries a Schnorr
    /// signature under the new key besides the registrar's.
    #[derive(Copy)]
    pub struct SetAuditorMsg {
        /// The new key; never the key of any epoch before.
        pub auditor: PointBytes,
        /// For how many more blocks proofs made for the replaced key are accepted; at most 100,000
        /// ([`MAX_ROOT_WINDOW`]). Zero cuts over at once: for a key that is compromised.
        pub window: u64,
    }
    /// The auditor's keys that a proof may be made for, as `check_roots` and `check_seizure` return them.
    #[derive(Copy)]
    pub struct AuditorKeys {
        /// The key of the current epoch.
        pub current: PointBytes,
        /// The key of the epoch before, while its window runs.
        pub previous: Option<PointBytes>,
    }
    /// Arguments of the read-only `epochs`: a page of the auditor's epochs, at most 64 ([`MAX_EPOCHS_PAGE`]).
    #[derive(Copy)]
    pub struct EpochsMsg {
        /// The first epoch wanted; epochs are numbered from 0.
        pub from: u32,
    }
    /// Arguments of the read-only `check_roots`: are these roots current ACTIVE roots, and may this contract pass payments
    /// on?
    #[derive(Copy, Default)]
    pub struct CheckRootsMsg {
        /// Root the sender is proved under; none for an issue.
        pub sender_root: Option<FieldBytes>,
        /// Root the recipient is proved under; none for a redemption.
        pub recipient_root: Option<FieldBytes>,
        /// Contract that passes a user's payment on; none when the user makes it itself.
        pub forwarder: Option<ContractId>,
    }
    /// Arguments of the read-only `check_seizure`: may notes of a frozen participant be seized under these roots?
    #[derive(Copy)]
    pub struct CheckSeizureMsg {
        /// FROZEN root that the frozen participant is proved under: all its leaves are frozen still, and have been for the
        /// registry's delay.
        pub sender_root: FieldBytes,
        /// ACTIVE root that the recipient is proved under.
        pub recipient_root: FieldBytes,
    }
}
