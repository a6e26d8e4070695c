//! `transfer`: two hidden notes in, two out. Rules in `docs/spec/transfer.md`.

use obolus_abi::TransferInputs;
use zeroize::Zeroize;

use super::{
    RegistryLeafWitness, Rule, SpendInput, check_audit_points, check_context, require,
    spend::{Spend, SpendPublic},
};
use crate::{
    amount::Amount,
    audit::{self, AuditKeys, AuditScalar, AuditorKey},
    field::Fr,
    keys::{NullifierKey, Owner, SpendValidatingKey},
    note::{Note, Rcm},
    schnorr::Randomizer,
};

/// Everything a prover needs for a transfer. It cannot spend: the signature is made elsewhere, and
/// the spend-authorising key is never part of a witness.
#[derive(Clone)]
pub struct TransferWitness {
    /// The sender's spend-validating key.
    pub ak: SpendValidatingKey,
    /// The sender's nullifier key.
    pub nk: NullifierKey,
    /// Re-randomiser of the spend key; zero for deal notes.
    pub alpha: Randomizer,
    /// The notes spent.
    pub inputs: [SpendInput; 2],
    /// Whom the payment goes to.
    pub recipient: Owner,
    /// `w1`: paid to the recipient.
    pub pay: Amount,
    /// `w2`: returned to the sender.
    pub change: Amount,
    /// Randomness of the recipient's note.
    pub rcm1: Rcm,
    /// The sender's leaf, under `sender_root`.
    pub sender_leaf: RegistryLeafWitness,
    /// The recipient's leaf, under `recipient_root`.
    pub recipient_leaf: RegistryLeafWitness,
    /// Ephemeral scalar of the audit ciphertext.
    pub r: AuditScalar,
    /// The auditor's current key.
    pub auditor: AuditorKey,
}

/// Keys and randomness wipe themselves.
impl Drop for TransferWitness {
    fn drop(&mut self) {
        self.pay.zeroize();
        self.change.zeroize();
    }
}

/// The rules of the statement, in the order of the spec.
pub const RULES: &[Rule] = &[
    Rule::OwnerKey,
    Rule::SpendKeyRandomised,
    Rule::DummyBoolean,
    Rule::DummyValue,
    Rule::AnchorMembership,
    Rule::Nullifier1,
    Rule::Nullifier2,
    Rule::OutputCommitment,
    Rule::ChangeCommitment,
    Rule::ValueConservation,
    Rule::PayRange,
    Rule::ChangeRange,
    Rule::SenderRegistered,
    Rule::RecipientRegistered,
    Rule::Limit,
    Rule::AuditorKey,
    Rule::AuditEphemeral,
    Rule::AuditAmounts,
    Rule::AuditRandomness,
    Rule::ContextBinding,
];

impl TransferWitness {
    fn spend(&self) -> Spend<'_> {
        Spend {
            ak: &self.ak,
            nk: &self.nk,
            alpha: &self.alpha,
            inputs: &self.inputs,
        }
    }

    /// The sender.
    pub fn owner(&self) -> Owner {
        self.spend().owner()
    }

    /// Key stream of the audit ciphertext; `k3` is the change note's randomness.
    pub fn audit_keys(&self) -> AuditKeys {
        let [nf1, _] = self.spend().nullifiers();
        audit::transfer::keys(&self.r, &self.auditor, nf1)
    }

    /// The recipient's note.
    pub fn recipient_note(&self) -> Note {
        Note {
            value: self.pay,
            owner: self.recipient,
            rcm: self.rcm1.clone(),
        }
    }

    /// The change note.
    pub fn change_note(&self) -> Note {
        self.change_note_by(&self.audit_keys())
    }

    fn change_note_by(&self, keys: &AuditKeys) -> Note {
        let rcm = Rcm::new(keys.k3);
        Note {
            value: self.change,
            owner: self.owner(),
            rcm,
        }
    }

    fn ciphertext(&self, keys: &AuditKeys) -> (Fr, Fr) {
        audit::transfer::seal(
            keys,
            self.pay,
            self.change,
            self.sender_leaf.slot(),
            self.recipient_leaf.slot(),
            &self.rcm1,
        )
    }

    /// What an honest prover shows.
    pub fn public_inputs(&self, context: Fr) -> TransferInputs<Fr> {
        let spend = self.spend().public();
        let ephemeral = self.r.ephemeral();
        let keys = self.audit_keys();
        let (c1, c2) = self.ciphertext(&keys);
        TransferInputs {
            anchor: spend.anchor,
            sender_root: self.sender_leaf.root(self.owner()),
            recipient_root: self.recipient_leaf.root(self.recipient),
            nf1: spend.nf1,
            nf2: spend.nf2,
            cm1: self.recipient_note().commitment().get(),
            cm2: self.change_note_by(&keys).commitment().get(),
            rk_x: spend.rk_x,
            rk_y: spend.rk_y,
            p_x: self.auditor.point().x(),
            p_y: self.auditor.point().y(),
            r_x: ephemeral.x(),
            r_y: ephemeral.y(),
            c1,
            c2,
            context,
        }
    }
}

/// Whether the witness satisfies the statement for these public inputs.
///
/// # Errors
/// The first rule that does not hold, in the order of the spec.
pub fn check(witness: &TransferWitness, public: &TransferInputs<Fr>) -> Result<(), Rule> {
    let spend = witness.spend();
    spend.check(&SpendPublic {
        anchor: public.anchor,
        nf1: public.nf1,
        nf2: public.nf2,
        rk_x: public.rk_x,
        rk_y: public.rk_y,
    })?;
    let output = witness.recipient_note().commitment().get();
    require(output == public.cm1, Rule::OutputCommitment)?;
    let keys = witness.audit_keys();
    let change = witness.change_note_by(&keys).commitment().get();
    require(change == public.cm2, Rule::ChangeCommitment)?;
    spend.check_conservation(witness.pay, witness.change)?;

    let sender_root = witness.sender_leaf.root(spend.owner());
    require(sender_root == public.sender_root, Rule::SenderRegistered)?;
    let recipient_root = witness.recipient_leaf.root(witness.recipient);
    require(
        recipient_root == public.recipient_root,
        Rule::RecipientRegistered,
    )?;
    require(witness.pay <= witness.sender_leaf.limit, Rule::Limit)?;

    check_audit_points(
        &witness.r,
        &witness.auditor,
        (public.p_x, public.p_y),
        (public.r_x, public.r_y),
    )?;
    let (c1, c2) = witness.ciphertext(&keys);
    require(c1 == public.c1, Rule::AuditAmounts)?;
    require(c2 == public.c2, Rule::AuditRandomness)?;
    check_context(public.context)
}
