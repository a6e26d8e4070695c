//! `redeem`: two hidden notes in, change out, the rest leaves the pool. Rules in
//! `docs/spec/redeem.md`.

use obolus_abi::RedeemInputs;
use zeroize::Zeroize;

use super::{
    RegistryLeafWitness, Rule, SpendInput, check_audit_points, check_context, require, shows,
    spend::{Spend, SpendPublic},
};
use crate::{
    amount::Amount,
    audit::{self, AuditKeys, AuditScalar, AuditorKey},
    field::Fr,
    keys::{NullifierKey, Owner, SpendValidatingKey},
    note::{Note, Rcm},
    pedersen::{Blinding, ValueCommitment},
    schnorr::Randomizer,
};

/// Everything a prover needs for a redemption. It cannot spend: the signature is made elsewhere,
/// and the spend-authorising key is never part of a witness.
#[derive(Clone)]
pub struct RedeemWitness {
    /// The holder's spend-validating key.
    pub ak: SpendValidatingKey,
    /// The holder's nullifier key.
    pub nk: NullifierKey,
    /// Re-randomiser of the spend key.
    pub alpha: Randomizer,
    /// The notes spent.
    pub inputs: [SpendInput; 2],
    /// `w1`: leaves the pool.
    pub redeemed: Amount,
    /// `w2`: returned to the holder.
    pub change: Amount,
    /// The holder's leaf, under `sender_root`.
    pub sender_leaf: RegistryLeafWitness,
    /// Blinding of the value commitment.
    pub s: Blinding,
    /// Ephemeral scalar of the audit ciphertext.
    pub r: AuditScalar,
    /// The auditor's current key.
    pub auditor: AuditorKey,
}

/// Keys and randomness wipe themselves.
impl Drop for RedeemWitness {
    fn drop(&mut self) {
        self.redeemed.zeroize();
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
    Rule::ChangeCommitment,
    Rule::ValueConservation,
    Rule::PayRange,
    Rule::ChangeRange,
    Rule::SenderRegistered,
    Rule::Limit,
    Rule::ValueCommitment,
    Rule::AuditorKey,
    Rule::AuditEphemeral,
    Rule::AuditAmounts,
    Rule::AuditBlinding,
    Rule::ContextBinding,
];

impl RedeemWitness {
    fn spend(&self) -> Spend<'_> {
        Spend {
            ak: &self.ak,
            nk: &self.nk,
            alpha: &self.alpha,
            inputs: &self.inputs,
        }
    }

    /// The holder.
    pub fn owner(&self) -> Owner {
        self.spend().owner()
    }

    /// Key stream of the audit ciphertext; `k3` is the change note's randomness.
    pub fn audit_keys(&self) -> AuditKeys {
        let [nf1, _] = self.spend().nullifiers();
        audit::redeem::keys(&self.r, &self.auditor, nf1)
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

    /// The commitment to the redeemed amount.
    pub fn value_commitment(&self) -> ValueCommitment {
        ValueCommitment::commit(self.redeemed, &self.s)
    }

    fn ciphertext(&self, keys: &AuditKeys) -> (Fr, Fr) {
        audit::redeem::seal(
            keys,
            self.redeemed,
            self.change,
            self.sender_leaf.slot(),
            &self.s,
        )
    }

    /// What an honest prover shows.
    pub fn public_inputs(&self, context: Fr) -> RedeemInputs<Fr> {
        let spend = self.spend().public();
        let cv = *self.value_commitment().point();
        let ephemeral = self.r.ephemeral();
        let keys = self.audit_keys();
        let (c1, c2) = self.ciphertext(&keys);
        RedeemInputs {
            anchor: spend.anchor,
            sender_root: self.sender_leaf.root(self.owner()),
            nf1: spend.nf1,
            nf2: spend.nf2,
            cm2: self.change_note_by(&keys).commitment().get(),
            rk_x: spend.rk_x,
            rk_y: spend.rk_y,
            cv_x: cv.x(),
            cv_y: cv.y(),
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
pub fn check(witness: &RedeemWitness, public: &RedeemInputs<Fr>) -> Result<(), Rule> {
    let spend = witness.spend();
    spend.check(&SpendPublic {
        anchor: public.anchor,
        nf1: public.nf1,
        nf2: public.nf2,
        rk_x: public.rk_x,
        rk_y: public.rk_y,
    })?;
    let keys = witness.audit_keys();
    let change = witness.change_note_by(&keys).commitment().get();
    require(change == public.cm2, Rule::ChangeCommitment)?;
    spend.check_conservation(witness.redeemed, witness.change)?;

    let sender_root = witness.sender_leaf.root(spend.owner());
    require(sender_root == public.sender_root, Rule::SenderRegistered)?;
    require(witness.redeemed <= witness.sender_leaf.limit, Rule::Limit)?;
    let cv = witness.value_commitment();
    require(
        shows(cv.point(), public.cv_x, public.cv_y),
        Rule::ValueCommitment,
    )?;

    check_audit_points(
        &witness.r,
        &witness.auditor,
        (public.p_x, public.p_y),
        (public.r_x, public.r_y),
    )?;
    let (c1, c2) = witness.ciphertext(&keys);
    require(c1 == public.c1, Rule::AuditAmounts)?;
    require(c2 == public.c2, Rule::AuditBlinding)?;
    check_context(public.context)
}
