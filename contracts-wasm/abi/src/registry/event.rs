//! What the registry keeps and tells: participants, the auditor's epochs, its state and its events.

use alloc::vec::Vec;

use crate::{ContractId, DealId, FieldBytes, PointBytes};

crate::schema_types! {
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
        /// Height of the block that froze it; none while it is active.
        pub frozen_at: Option<u64>,
        /// The contract and deal, for a deal leaf.
        pub deal: Option<(ContractId, DealId)>,
        /// Slot of this participant's earlier key, when this one came by `rotate` or `recover`.
        pub supersedes: Option<u32>,
        /// Slot of this participant's newer key. Whoever pays it uses that one.
        pub superseded_by: Option<u32>,
    }
    /// An epoch of the auditor's key. Ciphertexts are made for the key in force, or for the one before while its window
    /// runs; the secrets of all epochs together read everything.
    #[derive(Copy)]
    pub struct AuditorEpoch {
        /// Its number, from 0.
        pub epoch: u32,
        /// Its key.
        pub auditor: PointBytes,
        /// Height of the block that it began in.
        pub since: u64,
    }
    /// The key of the epoch before, while proofs made for it are accepted.
    #[derive(Copy)]
    pub struct PreviousAuditor {
        /// The key.
        pub auditor: PointBytes,
        /// Last height at which such proofs are accepted.
        pub until: u64,
    }
    /// A FROZEN root under which notes may be seized.
    #[derive(Copy)]
    pub struct SeizableRoot {
        /// The root.
        pub root: FieldBytes,
        /// Everybody under it has been frozen at least since this height.
        pub since: u64,
    }
    /// Returned by the read-only `state`.
    pub struct RegistryState {
        /// The auditor's current key.
        pub auditor: PointBytes,
        /// Number of the auditor's current epoch, from 0.
        pub epoch: u32,
        /// The key of the epoch before, while its window runs.
        pub previous: Option<PreviousAuditor>,
        /// Current ACTIVE root.
        pub active_root: FieldBytes,
        /// Current FROZEN root.
        pub frozen_root: FieldBytes,
        /// Slots handed out so far.
        pub slots: u32,
        /// ACTIVE roots that are still accepted, newest last.
        pub valid_roots: Vec<FieldBytes>,
        /// For how many blocks a participant must have been frozen before its notes may be seized.
        pub seizure_delay: u64,
        /// The newest FROZEN root under which notes may be seized now, if there is one.
        pub seizable: Option<SeizableRoot>,
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
            /// Number of the epoch, from 0.
            epoch: u32,
            /// For how many more blocks proofs made for the key before are accepted.
            window: u64,
        },
        /// A participant has a new key in a slot of its own, which `Registered` told just before.
        Rotated {
            /// Slot of the old key.
            from: u32,
            /// Slot of the new key.
            to: u32,
            /// The old key is lost and its slot frozen (`recover`), not given up by its holder (`rotate`).
            recovered: bool,
        },
    }
}
