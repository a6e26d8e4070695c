//! The participant registry: messages, events, errors. One registry serves one token.

use alloc::vec::Vec;

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
/// Longest root window, in blocks.
pub const MAX_ROOT_WINDOW: u64 = 100_000;

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
        /// The new key.
        pub auditor: PointBytes,
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
    /// A participant or deal, as `participant` returns it and the directory lists it.
    pub struct Participant {
        /// Registry slot.
        pub slot: u32,
        /// Owner hash.
        pub owner: FieldBytes,
        /// Spend-validating key.
        pub ak: PointBytes,
        /// X25519 key for note encryption; zero for a deal.
        pub epk: [u8; 32],
        /// Per-transfer limit in minor units.
        pub limit: u64,
        /// In FROZEN instead of ACTIVE.
        pub frozen: bool,
        /// The contract and deal, for a deal leaf.
        pub deal: Option<(ContractId, DealId)>,
    }
    /// Returned by the read-only `state`.
    pub struct RegistryState {
        /// The auditor's current key.
        pub auditor: PointBytes,
        /// Current ACTIVE root.
        pub active_root: FieldBytes,
        /// Current FROZEN root.
        pub frozen_root: FieldBytes,
        /// Slots handed out so far.
        pub slots: u32,
        /// ACTIVE roots that are still accepted, newest last.
        pub valid_roots: Vec<FieldBytes>,
    }
    /// What the registry emits.
    #[expect(
        clippy::large_enum_variant,
        reason = "events are built, encoded and dropped, never kept in bulk"
    )]
    pub enum RegistryEvent {
        /// A participant or deal entered ACTIVE; the escrow ciphertext is for the auditor.
        Registered {
            /// The entry.
            participant: Participant,
            /// Ephemeral point of the escrow ciphertext.
            r: PointBytes,
            /// Escrow ciphertext of nk.
            c1: FieldBytes,
        },
        /// A leaf moved from ACTIVE to FROZEN.
        Frozen {
            /// Registry slot.
            slot: u32,
        },
        /// A leaf moved from FROZEN to ACTIVE.
        Unfrozen {
            /// Registry slot.
            slot: u32,
        },
        /// A leaf's limit changed.
        LimitSet {
            /// Registry slot.
            slot: u32,
            /// New limit in minor units.
            limit: u64,
        },
        /// A contract may open deals.
        ContractApproved {
            /// The contract.
            contract: ContractId,
        },
        /// A new auditor epoch began.
        AuditorSet {
            /// The new key.
            auditor: PointBytes,
        },
    }
}

crate::contract_errors! {
    /// Why the registry refused.
    RegistryError {
        /// Initialised twice, or called before `init`.
        State = 100, "registry_state", "the registry is not in a state for this call: instantiate it once, then call it";
        /// Malformed role set or settings.
        BadInit = 101, "registry_bad_init", "the settings are malformed: check role sets, keys and window";
        /// Too few registrar signatures.
        NotRegistrar = 102, "not_registrar", "too few registrar signatures: collect the threshold over this transaction's digest";
        /// No signature under the key being set or registered.
        NotKeyHolder = 103, "not_key_holder", "no signature under the key itself: only its holder can register it";
        /// Key not in the subgroup, identity, or another key's encoding.
        BadKey = 104, "bad_key", "the key is not a canonical point of the prime-order subgroup, or is the identity";
        /// Owner or ak is registered already.
        Duplicate = 105, "duplicate_participant", "this owner or ak is registered already";
        /// ak belongs to a deal.
        DealKey = 106, "deal_key", "this ak belongs to a contract's deal and cannot be registered by a participant";
        /// `register` proof missing or false.
        BadProof = 107, "register_proof", "no valid register proof with these public inputs came with the transaction";
        /// No such slot, or empty.
        NoSuchSlot = 108, "no_such_slot", "this slot holds no participant";
        /// Slot is frozen already, or not frozen.
        FreezeState = 109, "freeze_state", "the slot is already in that state";
        /// All slots used.
        Full = 110, "registry_full", "every slot is taken";
        /// The caller may neither open deals nor pass payments on.
        NotApproved = 111, "contract_not_approved", "the calling contract is not approved to settle: ask the registrar";
        /// The contract's code can still be changed.
        NotFrozenCode = 112, "contract_not_frozen", "the contract's code can still be changed: freeze it before approval";
        /// The deal id was used before.
        DealReused = 113, "deal_reused", "this deal id was used before: choose a fresh one";
        /// The sender's root is unknown or no longer current.
        SenderRoot = 114, "sender_root_stale", "the sender's registry root is not current: rebuild the proof under the newest root";
        /// The recipient's root is unknown or no longer current.
        RecipientRoot = 115, "recipient_root_stale", "the recipient's registry root is not current: rebuild the proof under the newest root";
        /// A role's entry called by a contract.
        UserOnly = 116, "registry_user_only", "this entry is for users: submit it as a transaction of its own";
        /// A deal without a finite limit.
        DealLimit = 117, "deal_limit", "a deal needs a finite per-transfer limit: choose one below the largest amount";
        /// The new auditor key is the current one.
        SameAuditor = 118, "auditor_unchanged", "this is the auditor's current key already: an epoch needs a new one";
    }
}
