//! Why the registry refuses.

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
        /// Slot is frozen, or not frozen, and the entry needs the other.
        FreezeState = 109, "freeze_state", "the slot is not in the state for this: freeze and rotate take an active one, unfreeze and recover a frozen one";
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
        /// The new auditor key was an earlier epoch's.
        AuditorReused = 119, "auditor_reused", "this was the auditor's key in an earlier epoch: an epoch needs a key of its own";
        /// The previous key's window is too long.
        AuditorWindow = 120, "auditor_window", "the window is too long: accept the previous key for at most 100,000 blocks";
        /// A deal's slot cannot change its key.
        DealSlot = 121, "deal_slot", "this slot is a contract's deal, whose key nobody holds: it can be neither rotated nor recovered";
        /// The slot has been superseded already.
        Superseded = 122, "slot_superseded", "another slot supersedes this one already: rotate or recover the newest";
        /// The new key would have a higher limit than the old one.
        RotatedLimit = 123, "rotated_limit", "the new key's limit is above the old one's: keep it, and raise it with set_limit afterwards";
        /// The root was never a FROZEN root, or somebody under it is no longer frozen as it says.
        FrozenRoot = 124, "frozen_root_stale", "no seizure under this root: rebuild the proof under the seizable root of the registry's state";
        /// Somebody under the FROZEN root was frozen too recently.
        SeizureEarly = 125, "seizure_early", "somebody under this root was frozen too recently: wait for the delay, or use an older seizable root";
    }
}
