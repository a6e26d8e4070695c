//! The shielded token: messages, events, errors.

use alloc::string::String;

use borsh::{BorshDeserialize, BorshSerialize};

use crate::{
    ContractId, DealId, FieldBytes, IssueInputs, KeyId, PointBytes, RedeemInputs, RoleSet,
    TransferInputs,
};

/// Number of 4-ary levels of the note tree.
pub const NOTE_TREE_DEPTH: u8 = 17;
/// Accumulator number of the note tree in the token's storage.
pub const NOTE_TREE: u32 = 0;

/// Longest text in a memo, in bytes; shorter texts are padded so that sizes tell nothing.
pub const MEMO_TEXT_LEN: usize = 256;
/// What HPKE adds to a memo: the encapsulated X25519 key (32) and the Poly1305 tag (16).
pub const MEMO_OVERHEAD: usize = 32 + 16;
/// Bytes of the recipient's memo ciphertext: token id, value, note randomness, text length, text.
pub const RECIPIENT_MEMO_LEN: usize = 32 + 8 + 32 + 2 + MEMO_TEXT_LEN + MEMO_OVERHEAD;
/// Bytes of the sender's own memo ciphertext: token id, change value, change randomness, paid
/// amount, recipient's owner hash, text length, text.
pub const SELF_MEMO_LEN: usize = 32 + 8 + 32 + 8 + 32 + 2 + MEMO_TEXT_LEN + MEMO_OVERHEAD;

/// Verifying keys pinned per entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct CircuitPins {
    /// For `transfer`, `transfer_for` and `transfer_deal`.
    pub transfer: KeyId,
    /// For `issue`.
    pub issue: KeyId,
    /// For `redeem`.
    pub redeem: KeyId,
}

/// A circuit that the operator can switch off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Circuit {
    /// `transfer`.
    Transfer,
    /// `issue`.
    Issue,
    /// `redeem`.
    Redeem,
}

/// Arguments of `init`.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct TokenInit {
    /// Display name, at most 64 bytes.
    pub name: String,
    /// Unit: an ISO 4217 code or an instrument code, at most 12 bytes.
    pub unit: String,
    /// Decimal digits of the minor unit.
    pub exponent: u8,
    /// The token's registry.
    pub registry: ContractId,
    /// Who issues.
    pub issuer: RoleSet,
    /// Who pauses, and switches or re-pins circuits.
    pub operator: RoleSet,
    /// Verifying keys in force.
    pub pins: CircuitPins,
}

/// Arguments of `transfer` and of `transfer_for`, by which an approved contract passes a user's payment on; memo 0 is
/// for the recipient, memo 1 for the sender, one pair for each payment of the transaction.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct TransferMsg {
    /// Note-tree root.
    pub anchor: FieldBytes,
    /// Registry root for the sender.
    pub sender_root: FieldBytes,
    /// Registry root for the recipient.
    pub recipient_root: FieldBytes,
    /// First nullifier.
    pub nf1: FieldBytes,
    /// Second nullifier.
    pub nf2: FieldBytes,
    /// Recipient's commitment.
    pub cm1: FieldBytes,
    /// Change commitment.
    pub cm2: FieldBytes,
    /// Re-randomised spend key.
    pub rk: PointBytes,
    /// Ephemeral point of the audit ciphertext.
    pub r: PointBytes,
    /// Audit ciphertext: amounts and slots.
    pub c1: FieldBytes,
    /// Audit ciphertext: recipient's note randomness.
    pub c2: FieldBytes,
}

impl TransferMsg {
    /// The proof's public inputs.
    pub fn inputs(&self, auditor: &PointBytes, context: FieldBytes) -> TransferInputs<FieldBytes> {
        TransferInputs {
            anchor: self.anchor,
            sender_root: self.sender_root,
            recipient_root: self.recipient_root,
            nf1: self.nf1,
            nf2: self.nf2,
            cm1: self.cm1,
            cm2: self.cm2,
            rk_x: self.rk.x(),
            rk_y: self.rk.y(),
            p_x: auditor.x(),
            p_y: auditor.y(),
            r_x: self.r.x(),
            r_y: self.r.y(),
            c1: self.c1,
            c2: self.c2,
            context,
        }
    }
}

/// Arguments of `transfer_deal`: a contract spends a note of one of its deals. One transaction may
/// settle several legs, so it carries one pair of memos (recipient, self) for each of them.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct TransferDealMsg {
    /// The deal, of the immediate caller.
    pub deal: DealId,
    /// The transfer; `rk` must be the deal's point.
    pub transfer: TransferMsg,
}

/// Arguments of `issue`; memo 0 is for the recipient.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct IssueMsg {
    /// Registry root for the recipient.
    pub recipient_root: FieldBytes,
    /// Commitment of the issued note.
    pub cm1: FieldBytes,
    /// Pedersen commitment to the amount.
    pub cv: PointBytes,
    /// Ephemeral point of the audit ciphertext.
    pub r: PointBytes,
    /// Audit ciphertext: amount and slot.
    pub c1: FieldBytes,
    /// Audit ciphertext: note randomness.
    pub c2: FieldBytes,
    /// Audit ciphertext: blinding of `cv`.
    pub c3: FieldBytes,
    /// The token's issue counter.
    pub nonce: u64,
}

impl IssueMsg {
    /// The proof's public inputs.
    pub fn inputs(&self, auditor: &PointBytes, context: FieldBytes) -> IssueInputs<FieldBytes> {
        IssueInputs {
            recipient_root: self.recipient_root,
            cm1: self.cm1,
            cv_x: self.cv.x(),
            cv_y: self.cv.y(),
            p_x: auditor.x(),
            p_y: auditor.y(),
            r_x: self.r.x(),
            r_y: self.r.y(),
            c1: self.c1,
            c2: self.c2,
            c3: self.c3,
            nonce: FieldBytes::from_u64(self.nonce),
            context,
        }
    }
}

/// Arguments of `redeem`; memo 0 is for the holder.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct RedeemMsg {
    /// Note-tree root.
    pub anchor: FieldBytes,
    /// Registry root for the holder.
    pub sender_root: FieldBytes,
    /// First nullifier.
    pub nf1: FieldBytes,
    /// Second nullifier.
    pub nf2: FieldBytes,
    /// Change commitment.
    pub cm2: FieldBytes,
    /// Re-randomised spend key.
    pub rk: PointBytes,
    /// Pedersen commitment to the redeemed amount.
    pub cv: PointBytes,
    /// Ephemeral point of the audit ciphertext.
    pub r: PointBytes,
    /// Audit ciphertext: amounts and slot.
    pub c1: FieldBytes,
    /// Audit ciphertext: blinding of `cv`.
    pub c2: FieldBytes,
    /// Hash of the off-ledger payout instruction; bound through the transaction digest.
    pub payout_reference: [u8; 32],
}

impl RedeemMsg {
    /// The proof's public inputs.
    pub fn inputs(&self, auditor: &PointBytes, context: FieldBytes) -> RedeemInputs<FieldBytes> {
        RedeemInputs {
            anchor: self.anchor,
            sender_root: self.sender_root,
            nf1: self.nf1,
            nf2: self.nf2,
            cm2: self.cm2,
            rk_x: self.rk.x(),
            rk_y: self.rk.y(),
            cv_x: self.cv.x(),
            cv_y: self.cv.y(),
            p_x: auditor.x(),
            p_y: auditor.y(),
            r_x: self.r.x(),
            r_y: self.r.y(),
            c1: self.c1,
            c2: self.c2,
            context,
        }
    }
}

/// Arguments of `set_switch`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct SetSwitchMsg {
    /// Which circuit.
    pub circuit: Circuit,
    /// Accepted or refused.
    pub enabled: bool,
}

/// Arguments of `set_pin`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct SetPinMsg {
    /// Which circuit.
    pub circuit: Circuit,
    /// The verifying key accepted from now on.
    pub key: KeyId,
}

/// Arguments of `set_paused`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct SetPausedMsg {
    /// Paused: no issue, transfer or redemption.
    pub paused: bool,
}

/// Returned by the read-only `state`.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct TokenState {
    /// Settings as given at `init`, pins as in force.
    pub settings: TokenInit,
    /// Sum of the value commitments of all issues.
    pub issued: PointBytes,
    /// Sum of the value commitments of all redemptions.
    pub redeemed: PointBytes,
    /// The next issue's nonce.
    pub issue_nonce: u64,
    /// Whether the token is paused.
    pub paused: bool,
    /// Which circuits are switched on: transfer, issue, redeem.
    pub enabled: [bool; 3],
}

/// What the token emits. Positions are leaf indices in the note tree.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum TokenEvent {
    /// A note was issued.
    Issued {
        /// Position of `cm1`.
        position: u64,
        /// The message, with the audit ciphertext.
        msg: IssueMsg,
    },
    /// A confidential payment.
    Transferred {
        /// Position of `cm1`; `cm2` follows it.
        position: u64,
        /// The message, with the audit ciphertext.
        msg: TransferMsg,
    },
    /// A redemption.
    Redeemed {
        /// Position of `cm2`.
        position: u64,
        /// The message, with the audit ciphertext.
        msg: RedeemMsg,
    },
    /// Paused or resumed.
    Paused {
        /// The new state.
        paused: bool,
    },
    /// A circuit was switched.
    Switched(SetSwitchMsg),
    /// A circuit was re-pinned.
    Pinned(SetPinMsg),
}

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
    }
}
