//! `register`: an owner is well formed and its nullifier key is escrowed. Rules in
//! `docs/spec/register.md`.

use ark_ff::Zero;
use obolus_abi::RegisterInputs;
use obolus_protocol::{
    Fr,
    statement::{self, RegisterWitness, Rule},
    tags,
};
use zeroize::{Zeroize, ZeroizeOnDrop};

use super::{Statement, audit, bind_context, sealed, spend};
use crate::{
    builder::Builder,
    gadgets::{digits::DigitValues, edwards::EdwardsPoint},
};

/// The circuit of `register`.
pub enum Register {}

impl Statement for Register {
    const NAME: &'static str = RegisterInputs::<Fr>::CIRCUIT;
    const PUBLIC: &'static [&'static str] = RegisterInputs::<Fr>::NAMES;
    const POINTS: usize = 1 << 12;
    const RULES: &'static [Rule] = statement::register::RULES;
    type Witness = RegisterWitness;
    type Public = RegisterInputs<Fr>;
}

/// The witness as field elements; `ak` is public.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct RegisterValues {
    pub(crate) nk: Fr,
    pub(crate) r: DigitValues,
}

impl sealed::Circuit for Register {
    type Values = RegisterValues;

    fn blank() -> (RegisterValues, RegisterInputs<Fr>) {
        let values = RegisterValues {
            nk: Fr::zero(),
            r: DigitValues::zero(),
        };
        (values, RegisterInputs::from_array([Fr::zero(); _]))
    }

    fn values(witness: &RegisterWitness) -> RegisterValues {
        RegisterValues {
            nk: witness.nk.get(),
            r: audit::scalar_values(&witness.r),
        }
    }

    fn synthesize(cs: &mut Builder, values: &RegisterValues, public: &RegisterInputs<Fr>) {
        let public = public.map(|value| cs.public_input(value));
        let point = |x, y| EdwardsPoint { x, y };
        let ak = point(public.ak_x, public.ak_y);
        let auditor = point(public.p_x, public.p_y);
        let ephemeral = point(public.r_x, public.r_y);

        let nk = cs.input("nk", values.nk);
        let owner = spend::owner_hash(cs, &ak, &nk);
        cs.rule(Rule::OwnerKey, |cs| {
            cs.gadget("binding", |cs| cs.equal(&owner, &public.owner));
        });
        let [k1, _, _] = audit::keys(
            cs,
            tags::AUDIT_REGISTER,
            &values.r,
            &auditor,
            &ephemeral,
            &public.owner,
        );
        audit::encrypt(cs, Rule::AuditEscrow, &nk, &k1, &public.c1);
        bind_context(cs, &public.context);
    }
}
