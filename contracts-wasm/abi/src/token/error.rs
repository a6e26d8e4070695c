//! Why the token refuses.

crate::contract_errors! {
    /// Why the token refused.
    TokenError {
        /// Initialised twice, or called before `init`.
        State = 200, "token_state", "the token is not in a state for this call: instantiate it once, then call it";
        /// Malformed role set or settings.
        BadInit = 201, "token_bad_init", "the settings are malformed: check role sets, names and registry";
        /// Paused.
        Paused = 202, "token_paused", "the token is paused: wait for the operator";
        /// The circuit is switched off.
        CircuitOff = 203, "circuit_off", "the operator switched this circuit off: wait, or use a newer version";
        /// Too few issuer signatures.
        NotIssuer = 204, "not_issuer", "too few issuer signatures: collect the threshold over this transaction's digest";
        /// Too few operator signatures.
        NotOperator = 205, "not_operator", "too few operator signatures: collect the threshold over this transaction's digest";
        /// Issue nonce is not the next one.
        Nonce = 206, "issue_nonce", "the issue nonce is not the token's counter: rebuild the issue with the current one";
        /// The two nullifiers are equal.
        NullifiersEqual = 207, "nullifiers_equal", "both inputs carry the same nullifier: a note can be spent once";
        /// A nullifier was seen before.
        DoubleSpend = 208, "double_spend", "a spent note's nullifier is already recorded: sync and choose other notes";
        /// The anchor is not a past root.
        UnknownAnchor = 209, "unknown_anchor", "the anchor is not a past root of the note tree: sync and rebuild the proof";
        /// Proof missing or false for these inputs.
        BadProof = 210, "proof_refused", "no valid proof with these public inputs and the pinned key came with the transaction";
        /// No signature under rk.
        NotAuthorised = 211, "not_authorised", "no spend-authorising signature under rk over this transaction's digest";
        /// Called by a contract in user mode.
        UserOnly = 212, "user_only", "this entry is for users, not for contracts";
        /// Called by a user in deal mode.
        ContractOnly = 213, "contract_only", "this entry is for the contract that owns the deal";
        /// rk is not the named deal's point of the caller.
        NotDealKey = 214, "not_deal_key", "rk is not the point of the named deal of the calling contract";
        /// A commitment or coordinate is not a canonical field element.
        NonCanonical = 215, "non_canonical", "a field element or point is not in canonical form";
        /// Wrong number of memo ciphertexts or sizes.
        BadMemos = 216, "bad_memos", "the number or size of the memo ciphertexts is not what this entry takes";
        /// The note tree is full.
        TreeFull = 217, "note_tree_full", "the note tree is full: migrate to a new token contract";
        /// The registry does not answer as a registry.
        Registry = 218, "registry_unavailable", "the token's registry does not answer: check its contract id, and the fuel of the call";
        /// Too few attestor signatures, or the token has no attestors.
        NotAttestor = 219, "not_attestor", "too few attestor signatures, or this token has no attestors: collect the threshold over this transaction's digest";
        /// Reserves or heights that cannot be.
        BadAttestation = 220, "bad_attestation", "the attestation cannot be: reserves below 2^96, counted at a height from the last attestation's to now";
        /// The sum of issues is not the current one.
        IssuedSum = 221, "issued_sum", "this is not the current sum of issues: rebuild the supply proof";
        /// Redemptions never had this sum, or reached it later.
        RedeemedSum = 222, "redeemed_sum", "redemptions had not reached this sum by the block for which reserves were counted: take one of then";
        /// An issue without proof of room in a token with strict backing.
        StrictBacking = 223, "strict_backing", "this token issues against attested reserves alone: use issue_backed";
        /// No reserves were attested.
        NotAttested = 224, "not_attested", "no reserves were attested yet: have them attested before the issue";
        /// A velocity rule is in force.
        VelocityNeeded = 225, "velocity_needed", "a velocity rule is in force: use transfer_limited or redeem_limited; no other way to pay is open until it is lifted";
        /// No velocity rule is in force.
        VelocityOff = 226, "velocity_off", "no velocity rule is in force: use transfer or redeem";
        /// Not a period that is accepted now.
        VelocityPeriod = 227, "velocity_period", "the period is over or has not begun: rebuild the payment for the current one";
        /// The place in the quota was used.
        VelocityUsed = 228, "velocity_used", "this place of the period's quota is used: take another, or wait for the next period";
        /// A successor was named already.
        SuccessorFixed = 229, "successor_fixed", "the token has a successor already: it is named once";
        /// The code of successor or predecessor can still be changed, or there is no such contract.
        NotFrozenCode = 230, "token_not_frozen", "the other token's code can still be changed: freeze it first";
        /// Not called by the successor.
        NotSuccessor = 231, "not_successor", "only the token's successor may move notes out";
        /// The token has no predecessor.
        NoPredecessor = 232, "no_predecessor", "this token takes no notes from another: it was made without a predecessor";
        /// The predecessor does not answer as one.
        Predecessor = 233, "predecessor_unavailable", "the predecessor does not answer: check its contract id, and the fuel of the call";
    }
}
