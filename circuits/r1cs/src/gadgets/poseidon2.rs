//! Poseidon2 of width 4, and the protocol's three uses of it.
//!
//! An S-box costs three constraints, everything linear is free: 8·4 + 56 S-boxes make 264
//! constraints a permutation. `x⁵ = x⁴·x` keeps x⁴ on the A side, where a variable costs the prover
//! no point of G2.

use obolus_protocol::{
    Fr,
    poseidon2::{
        WIDTH,
        constants::{EXTERNAL, FULL_ROUNDS, INTERNAL, INTERNAL_DIAGONAL_MINUS_ONE},
    },
    tags::Tag,
};

use crate::{builder::Builder, lc::Lc};

type State = [Lc; WIDTH];

/// The permutation.
pub(crate) fn permutation(cs: &mut Builder, input: State) -> State {
    cs.gadget("poseidon2", |cs| {
        let (first, last) = EXTERNAL.split_at(FULL_ROUNDS / 2);
        let mut state = external_layer(&input);
        for (round, constants) in first.iter().enumerate() {
            state = full_round(cs, format_args!("first{round}"), state, constants);
        }
        for (round, constant) in INTERNAL.iter().enumerate() {
            state = cs.scope(format_args!("partial{round}"), |cs| {
                let [head, b, c, d] = state;
                let head = sbox(cs, &head.plus_constant(*constant));
                internal_layer(&[head, b, c, d])
            });
        }
        for (round, constants) in last.iter().enumerate() {
            state = full_round(cs, format_args!("last{round}"), state, constants);
        }
        state
    })
}

/// `P([a, b, c, tag])[0]`.
pub(crate) fn hash3(cs: &mut Builder, tag: Tag, input: [&Lc; 3]) -> Lc {
    let [output, _, _] = prf3(cs, tag, input);
    output
}

/// `P([a, b, c, tag])[0..3]`.
pub(crate) fn prf3(cs: &mut Builder, tag: Tag, input: [&Lc; 3]) -> [Lc; 3] {
    let [a, b, c] = input.map(Lc::clone);
    let [x, y, z, _] = permutation(cs, [a, b, c, Lc::constant(tag.value())]);
    [x, y, z]
}

/// `P(children)[0] + children[0]`.
pub(crate) fn compress4(cs: &mut Builder, children: State) -> Lc {
    let first = children[0].clone();
    let [output, _, _, _] = permutation(cs, children);
    &output + &first
}

fn full_round(
    cs: &mut Builder,
    name: std::fmt::Arguments<'_>,
    state: State,
    constants: &[Fr; WIDTH],
) -> State {
    cs.scope(name, |cs| {
        let mut lanes = state.into_iter().zip(constants).enumerate();
        let powers = std::array::from_fn(|_| match lanes.next() {
            Some((lane, (x, constant))) => cs.scope(format_args!("lane{lane}"), |cs| {
                sbox(cs, &x.plus_constant(*constant))
            }),
            None => Lc::zero(),
        });
        external_layer(&powers)
    })
}

/// `x⁵`.
fn sbox(cs: &mut Builder, x: &Lc) -> Lc {
    let x2 = cs.product("x2", x, x);
    let x4 = cs.product("x4", &x2, &x2);
    cs.product("x5", &x4, x)
}

/// The external matrix: rows (5 7 1 3), (4 6 1 1), (1 3 5 7), (1 1 4 6), by the sums that the rows share.
fn external_layer([a, b, c, d]: &State) -> State {
    let (left, right) = (a + b, c + d);
    // a + b + 2d and 2b + c + d.
    let (ab2d, cd2b) = (&d.double() + &left, &b.double() + &right);
    let fourth = &right.double().double() + &ab2d;
    let second = &left.double().double() + &cd2b;
    [&ab2d + &second, second, &cd2b + &fourth, fourth]
}

/// The internal matrix: all ones, plus a diagonal.
fn internal_layer(state: &State) -> State {
    let [a, b, c, d] = state;
    let sum = &(a + b) + &(c + d);
    let [ma, mb, mc, md] = INTERNAL_DIAGONAL_MINUS_ONE;
    [
        &a.scale(ma) + &sum,
        &b.scale(mb) + &sum,
        &c.scale(mc) + &sum,
        &d.scale(md) + &sum,
    ]
}

#[cfg(test)]
mod tests;
