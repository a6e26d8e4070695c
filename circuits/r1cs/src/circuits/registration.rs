//! A participant's leaf under a registry root.

use ark_ff::Zero;
use obolus_protocol::{
    Fr,
    statement::{RegistryLeafWitness, Rule},
    tags,
    tree::REGISTRY_DEPTH,
};
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::{
    builder::Builder,
    gadgets::{
        merkle::{self, PathValues},
        poseidon2::hash3,
        range::range64,
    },
    lc::Lc,
};

#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub(crate) struct LeafValues {
    pub(crate) limit: Fr,
    pub(crate) path: PathValues,
}

impl LeafValues {
    pub(crate) fn zero() -> Self {
        Self {
            limit: Fr::zero(),
            path: PathValues::zero(REGISTRY_DEPTH),
        }
    }

    pub(crate) fn new(leaf: &RegistryLeafWitness) -> Self {
        Self {
            limit: Fr::from(leaf.limit.get()),
            path: PathValues::new(&leaf.path),
        }
    }
}

/// A leaf shown to be in the registry.
pub(crate) struct Registered {
    pub(crate) limit: Lc,
    pub(crate) slot: Lc,
}

/// Demands that `H_reg(owner, limit)` is under the sender's root. The limit is no free input: the
/// amount and the bits of their difference determine it.
pub(crate) fn sender(cs: &mut Builder, owner: &Lc, values: &LeafValues, root: &Lc) -> Registered {
    registered(
        cs,
        Rule::SenderRegistered,
        Builder::witness,
        owner,
        values,
        root,
    )
}

/// Demands that `H_reg(owner, limit)` is under the recipient's root, with any limit.
pub(crate) fn recipient(
    cs: &mut Builder,
    owner: &Lc,
    values: &LeafValues,
    root: &Lc,
) -> Registered {
    registered(
        cs,
        Rule::RecipientRegistered,
        Builder::input,
        owner,
        values,
        root,
    )
}

fn registered(
    cs: &mut Builder,
    rule: Rule,
    allocate: fn(&mut Builder, &str, Fr) -> Lc,
    owner: &Lc,
    values: &LeafValues,
    root: &Lc,
) -> Registered {
    cs.rule(rule, |cs| {
        cs.scope(format_args!("{}", rule.name()), |cs| {
            let limit = allocate(cs, "limit", values.limit);
            let leaf = cs.scope(format_args!("leaf"), |cs| {
                hash3(cs, tags::REGISTRY, [owner, &limit, &Lc::zero()])
            });
            let climb = cs.scope(format_args!("path"), |cs| {
                merkle::climb(cs, &leaf, &values.path)
            });
            cs.gadget("binding", |cs| cs.equal(&climb.root, root));
            Registered {
                limit,
                slot: climb.index,
            }
        })
    })
}

/// Demands that `amount` is at most the leaf's limit: their difference has 64 bits.
pub(crate) fn within_limit(cs: &mut Builder, amount: &Lc, leaf: &Registered) {
    cs.rule(Rule::Limit, |cs| {
        cs.scope(format_args!("limit_slack"), |cs| {
            range64(cs, &(&leaf.limit - amount));
        });
    });
}
