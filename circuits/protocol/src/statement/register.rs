//! `register`: an owner is well formed and its nullifier key is escrowed. Rules in
//! `docs/spec/register.md`.

use obolus_abi::RegisterInputs;

use super::{Rule, check_audit_points, check_context, require, shows};
use crate::{
    audit::{self, AuditKeys, AuditScalar, AuditorKey},
    field::Fr,
    keys::{NullifierKey, Owner, SpendValidatingKey},
};

/// Everything a prover needs for a registration. It cannot spend: the spend-authorising key is
/// never part of a witness.
#[derive(Clone)]
pub struct RegisterWitness {
    /// The participant's spend-validating key, or a deal's point.
    pub ak: SpendValidatingKey,
    /// The nullifier key that is escrowed.
    pub nk: NullifierKey,
    /// Ephemeral scalar of the audit ciphertext.
    pub r: AuditScalar,
    /// The auditor's current key.
    pub auditor: AuditorKey,
}

/// The rules of the statement, in the order of the spec.
pub const RULES: &[Rule] = &[
    Rule::OwnerKey,
    Rule::AuditorKey,
    Rule::AuditEphemeral,
    Rule::AuditEscrow,
    Rule::ContextBinding,
];

impl RegisterWitness {
    /// The participant.
    pub fn owner(&self) -> Owner {
        Owner::derive(self.ak.point(), &self.nk)
    }

    /// Key stream of the escrow ciphertext.
    pub fn audit_keys(&self) -> AuditKeys {
        audit::register::keys(&self.r, &self.auditor, self.owner())
    }

    fn ciphertext(&self) -> Fr {
        audit::register::seal(&self.audit_keys(), &self.nk)
    }

    /// What an honest prover shows.
    pub fn public_inputs(&self, context: Fr) -> RegisterInputs<Fr> {
        let ephemeral = self.r.ephemeral();
        RegisterInputs {
            owner: self.owner().get(),
            ak_x: self.ak.point().x(),
            ak_y: self.ak.point().y(),
            p_x: self.auditor.point().x(),
            p_y: self.auditor.point().y(),
            r_x: ephemeral.x(),
            r_y: ephemeral.y(),
            c1: self.ciphertext(),
            context,
        }
    }
}

/// Whether the witness satisfies the statement for these public inputs.
///
/// # Errors
/// The first rule that does not hold, in the order of the spec.
pub fn check(witness: &RegisterWitness, public: &RegisterInputs<Fr>) -> Result<(), Rule> {
    let keys = shows(witness.ak.point(), public.ak_x, public.ak_y);
    require(
        keys && witness.owner().get() == public.owner,
        Rule::OwnerKey,
    )?;
    check_audit_points(
        &witness.r,
        &witness.auditor,
        (public.p_x, public.p_y),
        (public.r_x, public.r_y),
    )?;
    require(witness.ciphertext() == public.c1, Rule::AuditEscrow)?;
    check_context(public.context)
}
