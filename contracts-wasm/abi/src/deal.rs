//! Settlement contracts: what they share. A deal locks notes at tokens and fixes, when it opens, the only notes that
//! may come of them.
//!
//! Each leg of a deal has an owner of its own in the token's registry: nobody holds the spending key of that owner, the
//! parties share its nullifier key. Amounts and parties are hidden in commitments that the parties can recompute and
//! nobody else can open. See `docs/settlement.md`.

use alloc::vec::Vec;

use borsh::BorshSerialize;

use crate::token::TransferMsg;
use crate::{ContractId, DealId, FieldBytes, PointBytes};

pub mod atomic;
pub mod conditional;
pub mod pair;
pub mod standing;

/// Most legs of one deal: as many as proofs fit into a transaction.
pub const MAX_LEGS: usize = 8;
/// Per-transfer limit of a deal's leaf. Amounts are fixed by commitments, so a lower one would protect nobody and
/// would tell something about them.
pub const LEG_LIMIT: u64 = u64::MAX - 1;

/// Begins the hashed text of a leg's id.
const LEG_DOMAIN: &[u8] = b"obolus 2026 deal leg v1";

crate::schema_types! {
    /// One leg as it is agreed: a note of a token that one party locks, and what may come of it.
    pub struct LegTerms {
        /// The token.
        pub token: ContractId,
        /// Owner hash of the leg: of the leg's point and of the nullifier key that the parties share.
        pub owner: FieldBytes,
        /// Ephemeral point of the ciphertext that escrows the nullifier key to the auditor.
        pub r: PointBytes,
        /// The ciphertext.
        pub c1: FieldBytes,
        /// Commitment of the note that is to be locked; its owner is the leg.
        pub deposit: FieldBytes,
        /// Commitment of the note that goes to the payee.
        pub release: FieldBytes,
        /// Commitment of the note that goes back to the payer.
        pub refund: FieldBytes,
    }
    /// How far a leg is.
    #[derive(Copy)]
    pub enum LegState {
        /// Nothing is locked.
        Empty,
        /// The agreed note is locked.
        Locked {
            /// Its position in the token's note tree.
            position: u64,
        },
        /// The payee has it.
        Released,
        /// The payer has it back.
        Refunded,
    }
    /// A leg as a contract keeps it.
    pub struct Leg {
        /// The token.
        pub token: ContractId,
        /// Commitment of the note that is to be locked.
        pub deposit: FieldBytes,
        /// Commitment of the payee's note.
        pub release: FieldBytes,
        /// Commitment of the payer's note.
        pub refund: FieldBytes,
        /// How far it is.
        pub state: LegState,
    }
    /// Arguments of `deposit`: locks the agreed note of a leg. Signed by the leg's payer under its key of the deal, and, as
    /// any transfer, under the re-randomised spend key.
    pub struct DepositMsg {
        /// The deal.
        pub deal: DealId,
        /// Which leg, from 0.
        pub leg: u8,
        /// The payment to the leg's owner; its first commitment is the agreed one.
        pub transfer: TransferMsg,
    }
    /// Arguments of `refund`, and of `release` where legs are released one by one.
    pub struct PayOutMsg {
        /// The deal.
        pub deal: DealId,
        /// Which leg, from 0.
        pub leg: u8,
        /// The payment out of the leg's note; its first commitment is the agreed one.
        pub transfer: TransferMsg,
    }
    /// Arguments of queries and calls about a whole deal.
    #[derive(Copy)]
    pub struct DealMsg {
        /// The deal.
        pub deal: DealId,
    }
}

/// What is hashed (BLAKE3) to the id under which a leg is entered in its token's registry.
pub fn leg_preimage(deal: &DealId, leg: u8) -> Vec<u8> {
    let mut bytes = Vec::from(LEG_DOMAIN);
    bytes.extend_from_slice(&deal.0);
    bytes.push(leg);
    bytes
}

/// A domain, then the encoding of what a deal's id stands for.
fn preimage(domain: &[u8], header: &impl BorshSerialize) -> Vec<u8> {
    let mut bytes = Vec::from(domain);
    #[expect(
        clippy::expect_used,
        reason = "a Vec takes any bytes, and headers have no lists longer than a u32 counts"
    )]
    header
        .serialize(&mut bytes)
        .expect("a header is encoded to memory");
    bytes
}

crate::contract_errors! {
    /// Why a settlement contract refused.
    DealError {
        /// No such deal.
        NoSuchDeal = 400, "no_such_deal", "this contract has no deal of that id: check the id, or open the deal first";
        /// A deal of this id exists.
        DealExists = 401, "deal_exists", "there is a deal of these terms already: draw a fresh nonce for another one";
        /// Terms that contradict themselves, or a call that does not fit them.
        BadTerms = 402, "deal_bad_terms", "the terms contradict themselves, or the deal's condition is of another kind: check tokens, keys, times, rate, condition and the number of payments";
        /// No signature under the party's key of this deal.
        NotParty = 403, "not_deal_party", "no signature under this party's key of the deal: sign with the key that the terms name";
        /// No such leg.
        NoSuchLeg = 404, "no_such_leg", "the deal has no such leg: legs count from 0";
        /// The leg is not empty.
        NotEmpty = 405, "leg_not_empty", "this leg was funded before, and a leg takes one deposit: query the deal and go on from its state";
        /// The leg is not locked.
        NotLocked = 406, "leg_not_locked", "nothing is locked in a leg that this would pay out, since it was not funded or is paid out already: query the deal, and deposit what is missing";
        /// The payment's commitment is not the agreed one.
        OtherNote = 407, "other_note", "the payment makes another note than the terms fix: recompute it from the deal's secret";
        /// Too late.
        Expired = 408, "deal_expired", "the expiry is past: take back with refund what is locked, or open a deal with a later one";
        /// Too early.
        NotDue = 409, "deal_not_due", "it is too early for this: wait for the time that the terms name";
        /// A leg of the pair was taken back, or the order was cancelled.
        Cancelled = 410, "deal_cancelled", "this was called off: a leg of the pair was taken back, or the payer cancelled what was not due; use refund for such legs that are still locked";
        /// The pair's other leg is locked and the expiry is ahead, or the order's payment is not cancelled.
        Bound = 411, "deal_bound", "this cannot be taken back now: of a pair, complete and settle it or wait for its expiry; of a standing order, release what is due and cancel the rest first";
        /// The condition is open, or was decided the other way.
        ConditionOpen = 412, "condition_open", "the condition does not allow this payout now: release once it is fulfilled, refund once it has failed or was open until after the expiry; while it is open, bring the attestation or approvals, or wait for the time, that the terms name";
        /// The condition was decided, or its time is over.
        Decided = 413, "condition_decided", "the condition is decided or its time is over: what is locked goes to the payee with release if it was fulfilled, back to the payer with refund if not";
        /// An attestation that does not hold.
        BadAttestation = 414, "bad_attestation", "the attestation is not the named oracle's on this statement: ask it for a fresh one";
        /// None of the named approvers signed.
        NotApprover = 415, "not_approver", "no signature of a named approver that has not approved before: sign as one of them";
        /// The token or its registry does not answer.
        NoToken = 416, "deal_token_unavailable", "a token or its registry does not answer: check the token's contract id, and the fuel of the call";
        /// No valid proof of the rate.
        BadRate = 417, "rate_proof_refused", "no valid proof that the two deposits stand in the named rate came with the transaction";
        /// Instantiated twice, or not yet.
        State = 418, "settlement_state", "the contract is not in a state for this call: instantiate it once, then call it";
        /// An entry of a user called by a contract.
        UserOnly = 419, "settlement_user_only", "this entry is for users: submit it as a transaction of its own";
    }
}
