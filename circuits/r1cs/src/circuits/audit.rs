//! The audit ciphertext's keys: `R = r·G`, `K = r·P`, one permutation over (K, u).

use obolus_protocol::{audit::AuditScalar, note::Slot, statement::Rule, tags::Tag};

use super::power_of_two;
use crate::{
    builder::Builder,
    gadgets::{
        digits::{DigitValues, Digits},
        edwards::EdwardsPoint,
        fixed_base,
        poseidon2::prf3,
        variable_base::{self, audit_digits},
    },
    lc::Lc,
};

/// The digits of r.
pub(crate) fn scalar_values(r: &AuditScalar) -> DigitValues {
    audit_digits(r.scalar())
}

/// The key stream (k1, k2, k3). `auditor` is the key that the registry contract keeps: in the
/// subgroup and not neutral.
pub(crate) fn keys(
    cs: &mut Builder,
    tag: Tag,
    r: &DigitValues,
    auditor: &EdwardsPoint,
    ephemeral: &EdwardsPoint,
    u: &Lc,
) -> [Lc; 3] {
    cs.rule(Rule::AuditEphemeral, |cs| {
        cs.scope(format_args!("audit"), |cs| {
            let r = cs.scope(format_args!("r"), |cs| Digits::allocate(cs, r));
            fixed_base::ephemeral(cs, &r, ephemeral);
            let shared = variable_base::multiply(cs, &r, auditor);
            cs.scope(format_args!("key_stream"), |cs| {
                prf3(cs, tag, [&shared.x, &shared.y, u])
            })
        })
    })
}

/// What `c1` packs: `first + 2^64·second + 2^128·sender + 2^148·recipient`; what a statement lacks
/// is zero. Every part is range-checked where it is made.
pub(crate) struct Packed<'a> {
    pub(crate) first: &'a Lc,
    pub(crate) second: Option<&'a Lc>,
    pub(crate) sender: Option<&'a Lc>,
    pub(crate) recipient: Option<&'a Lc>,
}

impl Packed<'_> {
    /// The packed sum: 166 bits, nothing wraps.
    pub(crate) fn sum(&self) -> Lc {
        const { assert!(Slot::COUNT <= 1 << 20) };
        let parts = [
            (Some(self.first), 0),
            (self.second, 64),
            (self.sender, 128),
            (self.recipient, 148),
        ];
        let present = parts.into_iter();
        Lc::weighted(present.filter_map(|(part, at)| Some((part?, power_of_two(at)))))
    }
}

/// Demands `ciphertext = plaintext + key`.
pub(crate) fn encrypt(cs: &mut Builder, rule: Rule, plaintext: &Lc, key: &Lc, ciphertext: &Lc) {
    cs.rule(rule, |cs| {
        cs.gadget("binding", |cs| cs.equal(&(plaintext + key), ciphertext));
    });
}
