//! `issue`: the issuer creates one hidden note. Rules in `docs/spec/issue.md`.

use obolus_abi::IssueInputs;
use zeroize::Zeroize;

use super::{RegistryLeafWitness, Rule, check_audit_points, check_context, require, shows};
use crate::{
    amount::Amount,
    audit::{self, AuditKeys, AuditScalar, AuditorKey, issue::IssueNonce},
    field::Fr,
    keys::Owner,
    note::{Note, Rcm},
    pedersen::{Blinding, ValueCommitment},
};

/// Everything a prover needs for an issue. It holds no key of the issuer and none that spends.
#[derive(Clone)]
pub struct IssueWitness {
    /// Who receives the note.
    pub recipient: Owner,
    /// `w`: the amount issued.
    pub value: Amount,
    /// Randomness of the note.
    pub rcm1: Rcm,
    /// The recipient's leaf, under `recipient_root`.
    pub recipient_leaf: RegistryLeafWitness,
    /// Blinding of the value commitment.
    pub s: Blinding,
    /// Ephemeral scalar of the audit ciphertext.
    pub r: AuditScalar,
    /// The auditor's current key.
    pub auditor: AuditorKey,
    /// The token's issue counter; for a note that moves in, the nullifier of what is spent for it.
    pub nonce: IssueNonce,
}

/// Keys and randomness wipe themselves.
impl Drop for IssueWitness {
    fn drop(&mut self) {
        self.value.zeroize();
    }
}

/// The rules of the statement, in the order of the spec.
pub const RULES: &[Rule] = &[
    Rule::ValueRange,
    Rule::RecipientRegistered,
    Rule::OutputCommitment,
    Rule::ValueCommitment,
    Rule::Nonce,
    Rule::AuditorKey,
    Rule::AuditEphemeral,
    Rule::AuditAmounts,
    Rule::AuditRandomness,
    Rule::AuditBlinding,
    Rule::ContextBinding,
];

impl IssueWitness {
    /// Key stream of the audit ciphertext.
    pub fn audit_keys(&self) -> AuditKeys {
        audit::issue::keys(&self.r, &self.auditor, self.nonce)
    }

    /// The note.
    pub fn recipient_note(&self) -> Note {
        Note {
            value: self.value,
            owner: self.recipient,
            rcm: self.rcm1.clone(),
        }
    }

    /// The commitment to the issued amount.
    pub fn value_commitment(&self) -> ValueCommitment {
        ValueCommitment::commit(self.value, &self.s)
    }

    fn ciphertext(&self) -> (Fr, Fr, Fr) {
        audit::issue::seal(
            &self.audit_keys(),
            self.value,
            self.recipient_leaf.slot(),
            &self.rcm1,
            &self.s,
        )
    }

    /// What an honest prover shows.
    pub fn public_inputs(&self, context: Fr) -> IssueInputs<Fr> {
        let cv = *self.value_commitment().point();
        let ephemeral = self.r.ephemeral();
        let (c1, c2, c3) = self.ciphertext();
        IssueInputs {
            recipient_root: self.recipient_leaf.root(self.recipient),
            cm1: self.recipient_note().commitment().get(),
            cv_x: cv.x(),
            cv_y: cv.y(),
            p_x: self.auditor.point().x(),
            p_y: self.auditor.point().y(),
            r_x: ephemeral.x(),
            r_y: ephemeral.y(),
            c1,
            c2,
            c3,
            nonce: self.nonce.get(),
            context,
        }
    }
}

/// Whether the witness satisfies the statement for these public inputs.
///
/// # Errors
/// The first rule that does not hold, in the order of the spec.
pub fn check(witness: &IssueWitness, public: &IssueInputs<Fr>) -> Result<(), Rule> {
    let recipient_root = witness.recipient_leaf.root(witness.recipient);
    require(
        recipient_root == public.recipient_root,
        Rule::RecipientRegistered,
    )?;
    let output = witness.recipient_note().commitment().get();
    require(output == public.cm1, Rule::OutputCommitment)?;
    let cv = witness.value_commitment();
    require(
        shows(cv.point(), public.cv_x, public.cv_y),
        Rule::ValueCommitment,
    )?;
    require(witness.nonce.get() == public.nonce, Rule::Nonce)?;

    check_audit_points(
        &witness.r,
        &witness.auditor,
        (public.p_x, public.p_y),
        (public.r_x, public.r_y),
    )?;
    let (c1, c2, c3) = witness.ciphertext();
    require(c1 == public.c1, Rule::AuditAmounts)?;
    require(c2 == public.c2, Rule::AuditRandomness)?;
    require(c3 == public.c3, Rule::AuditBlinding)?;
    check_context(public.context)
}
