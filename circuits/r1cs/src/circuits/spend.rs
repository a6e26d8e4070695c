//! What `transfer` and `redeem` share: the spender's keys, two inputs, nullifiers, change. Inputs are those of `balance`, too.

use ark_ff::{One, Zero};
use obolus_protocol::{
    Fr,
    keys::{NullifierKey, SpendValidatingKey},
    note::{Dummy, Position},
    schnorr::Randomizer,
    statement::{Rule, SpendInput},
    tags,
    tree::NOTE_DEPTH,
};
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::{
    builder::Builder,
    gadgets::{
        digits::{DigitValues, Digits},
        edwards::EdwardsPoint,
        fixed_base,
        merkle::{self, PathValues},
        poseidon2::hash3,
    },
    lc::Lc,
};

#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub(crate) struct SpendValues {
    pub(crate) ak: [Fr; 2],
    pub(crate) nk: Fr,
    pub(crate) alpha: DigitValues,
    pub(crate) inputs: [InputValues; 2],
}

#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub(crate) struct InputValues {
    pub(crate) value: Fr,
    pub(crate) rcm: Fr,
    pub(crate) dummy: Fr,
    pub(crate) path: PathValues,
}

impl InputValues {
    pub(crate) fn zero() -> Self {
        Self {
            value: Fr::zero(),
            rcm: Fr::zero(),
            dummy: Fr::zero(),
            path: PathValues::zero(NOTE_DEPTH),
        }
    }

    pub(crate) fn new(input: &SpendInput) -> Self {
        Self {
            value: Fr::from(input.note_value.get()),
            rcm: input.rcm.get(),
            dummy: Fr::from(input.dummy == Dummy::Yes),
            path: PathValues::new(&input.path),
        }
    }
}

impl SpendValues {
    pub(crate) fn zero() -> Self {
        Self {
            ak: [Fr::zero(); 2],
            nk: Fr::zero(),
            alpha: DigitValues::zero(),
            inputs: [InputValues::zero(), InputValues::zero()],
        }
    }

    pub(crate) fn new(
        ak: &SpendValidatingKey,
        nk: &NullifierKey,
        alpha: &Randomizer,
        inputs: &[SpendInput; 2],
    ) -> Self {
        Self {
            ak: [ak.point().x(), ak.point().y()],
            nk: nk.get(),
            alpha: DigitValues::new(alpha.scalar()),
            inputs: inputs.each_ref().map(InputValues::new),
        }
    }
}

/// The public inputs of the spending part.
pub(crate) struct SpendPublic<'a> {
    pub(crate) anchor: &'a Lc,
    pub(crate) nf1: &'a Lc,
    pub(crate) nf2: &'a Lc,
    pub(crate) rk: &'a EdwardsPoint,
}

/// What the rest of a statement uses.
pub(crate) struct Spend {
    pub(crate) owner: Lc,
    /// Sum of the two inputs' values.
    pub(crate) total: Lc,
}

/// Keys, inputs and nullifiers.
///
/// `ak` needs no check of its own: the owner hash, the notes and the registry leaf fix it, and the
/// registry admits only points of the subgroup.
pub(crate) fn spend(cs: &mut Builder, values: &SpendValues, public: &SpendPublic<'_>) -> Spend {
    let [x, y] = values.ak;
    let ak = EdwardsPoint {
        x: cs.input("ak_x", x),
        y: cs.input("ak_y", y),
    };
    let nk = cs.input("nk", values.nk);
    let owner = owner_hash(cs, &ak, &nk);
    let [first, second] = &values.inputs;
    let (first, second) = cs.both(
        |cs| {
            cs.rule(Rule::SpendKeyRandomised, |cs| {
                let alpha = cs.scope(format_args!("alpha"), |cs| {
                    Digits::allocate(cs, &values.alpha)
                });
                fixed_base::randomise(cs, &ak, &alpha, public.rk);
            });
            cs.scope(format_args!("input1"), |cs| {
                let value = cs.input("value", first.value);
                let nullifier = (Rule::Nullifier1, public.nf1);
                input(cs, first, &value, &owner, &nk, public.anchor, nullifier);
                value
            })
        },
        |cs| {
            cs.scope(format_args!("input2"), |cs| {
                // Value conservation determines it.
                let value = cs.witness("value", second.value);
                let nullifier = (Rule::Nullifier2, public.nf2);
                input(cs, second, &value, &owner, &nk, public.anchor, nullifier);
                value
            })
        },
    );
    Spend {
        owner,
        total: &first + &second,
    }
}

/// `H_owner(ak.x, ak.y, nk)`.
pub(crate) fn owner_hash(cs: &mut Builder, ak: &EdwardsPoint, nk: &Lc) -> Lc {
    cs.rule(Rule::OwnerKey, |cs| {
        cs.scope(format_args!("owner"), |cs| {
            hash3(cs, tags::OWNER, [&ak.x, &ak.y, nk])
        })
    })
}

/// One input.
pub(crate) fn input(
    cs: &mut Builder,
    values: &InputValues,
    value: &Lc,
    owner: &Lc,
    nk: &Lc,
    anchor: &Lc,
    (nullifier_rule, nullifier): (Rule, &Lc),
) {
    let rcm = cs.input("rcm", values.rcm);
    let dummy = cs.rule(Rule::DummyBoolean, |cs| {
        cs.gadget("dummy", |cs| cs.bit(format_args!("dummy"), values.dummy))
    });
    cs.rule(Rule::DummyValue, |cs| {
        cs.gadget("dummy", |cs| cs.constrain(value, &dummy, &Lc::zero()));
    });
    let position = cs.rule(Rule::AnchorMembership, |cs| {
        let commitment = cs.scope(format_args!("commitment"), |cs| {
            note_commitment(cs, value, owner, &rcm)
        });
        let climb = cs.scope(format_args!("path"), |cs| {
            merkle::climb(cs, &commitment, &values.path)
        });
        let real = (-&dummy).plus_constant(Fr::one());
        cs.gadget("dummy", |cs| {
            cs.constrain(&(&climb.root - anchor), &real, &Lc::zero());
        });
        climb.index
    });
    cs.rule(nullifier_rule, |cs| {
        cs.scope(format_args!("nullifier"), |cs| {
            let place = &position + &(&dummy * Fr::from(Position::COUNT));
            let computed = hash3(cs, tags::NULLIFIER, [nk, &rcm, &place]);
            cs.gadget("binding", |cs| cs.equal(&computed, nullifier));
        });
    });
}

/// `H_note(value, owner, rcm)`.
pub(crate) fn note_commitment(cs: &mut Builder, value: &Lc, owner: &Lc, rcm: &Lc) -> Lc {
    hash3(cs, tags::NOTE, [value, owner, rcm])
}

/// Demands that `public` commits to a note.
pub(crate) fn output(
    cs: &mut Builder,
    rule: Rule,
    (value, owner, rcm): (&Lc, &Lc, &Lc),
    public: &Lc,
) {
    cs.rule(rule, |cs| {
        cs.scope(format_args!("{}", rule.name()), |cs| {
            let commitment = note_commitment(cs, value, owner, rcm);
            cs.gadget("binding", |cs| cs.equal(&commitment, public));
        });
    });
}

/// Demands that the inputs' sum is that of the two outputs. Inputs have 64 bits each, being notes
/// of this pool or zero, and outputs are range-checked: nothing wraps.
pub(crate) fn conserve(cs: &mut Builder, total: &Lc, out1: &Lc, out2: &Lc) {
    cs.rule(Rule::ValueConservation, |cs| {
        cs.gadget("binding", |cs| cs.equal(&(out1 + out2), total));
    });
}
