//! A verifying key as a Solidity contract, which makes the same checks as [`verify`](crate::verify) on a chain with the
//! EVM.
//!
//! The contract's one function returns nothing and reverts with a named error, so that there is no boolean to forget. It
//! uses the precompiles of EIP-196 and EIP-197, depends on no other contract and says in its comments which check is made
//! by which of them. `prover/core/tests/evm` compiles and runs it against [`verify`](crate::verify) and snarkjs.

use std::fmt::Write as _;

use ark_bn254::{Fq, Fr, G1Affine, G2Affine};
use ark_ff::{BigInteger, PrimeField};
use obolus_abi::input_names;
use thiserror::Error;

use crate::key::{KeyOrigin, VerifyingKey};
use crate::proof::Proof;

#[cfg(test)]
mod tests;

/// Most public inputs of a contract. The code grows by about 80 bytes an input and may have 24,576 bytes (EIP-170).
pub const MAX_INPUTS: usize = 256;

/// Words of the proof in call data.
const PROOF_WORDS: usize = 8;

/// The contract, with `$NAME$` where the key goes.
const TEMPLATE: &str = include_str!("solidity/verifier.sol");

/// Why no contract was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum SolidityError {
    /// The contract would be larger than a chain accepts.
    #[error(
        "a contract has room for {MAX_INPUTS} public inputs and the circuit has {0}; make a circuit that shows a hash of them"
    )]
    Inputs(usize),
}

/// The text of the contract `Verifier_` with the circuit's name behind it; the same for the same key.
///
/// # Errors
/// [`SolidityError::Inputs`] if the circuit has more than [`MAX_INPUTS`] public inputs.
pub fn contract(key: &VerifyingKey) -> Result<String, SolidityError> {
    let count = key.public_inputs();
    if count > MAX_INPUTS {
        return Err(SolidityError::Inputs(count));
    }
    let points = key.points();
    let names = input_names(key.circuit().as_str()).unwrap_or_default();
    let mut text = TEMPLATE.to_owned();
    let mut put = |name: &str, value: &str| text = text.replace(&format!("${name}$"), value);
    put("CIRCUIT", key.circuit().as_str());
    put("KEY_ID", &key.to_string());
    put("ORIGIN", &key.origin().to_string());
    put("WARNING", warning(key.origin()));
    put("COUNT", &count.to_string());
    put("Q", &Fq::MODULUS.to_string());
    put("R", &Fr::MODULUS.to_string());
    for (name, value) in [
        g1("ALPHA", &points.alpha_g1).as_slice(),
        &g2("BETA", &points.beta_g2),
        &g2("GAMMA", &points.gamma_g2),
        &g2("DELTA", &points.delta_g2),
    ]
    .concat()
    {
        put(&name, &value);
    }
    let mut terms = String::new();
    for (i, point) in points.ic.iter().enumerate() {
        match i.checked_sub(1) {
            None => {
                for (name, value) in g1("IC0", point) {
                    put(&name, &value);
                }
            }
            Some(input) => terms.push_str(&term(input, names.get(input).copied(), point)),
        }
    }
    put("TERMS", &terms);
    put("PARAM", &param(count, names));
    // An array of no elements is not a type of Solidity.
    let inputs = match count {
        0 => String::new(),
        _ => format!(", uint256[{count}] calldata inputs"),
    };
    put("INPUTS", &inputs);
    Ok(text)
}

/// The arguments of the contract's `verify` as they follow the selector in call data: 32 bytes, big-endian, for each word
/// of the proof (A, B, C; in B the coefficient of u comes first, as in EIP-197) and each public input.
pub fn arguments(inputs: &[Fr], proof: &Proof) -> Vec<u8> {
    let (a, b, c) = (proof.a(), proof.b(), proof.c());
    let coordinates: [&Fq; PROOF_WORDS] =
        [&a.x, &a.y, &b.x.c1, &b.x.c0, &b.y.c1, &b.y.c0, &c.x, &c.y];
    let mut out = Vec::with_capacity(32 * (PROOF_WORDS + inputs.len()));
    for coordinate in coordinates {
        out.extend_from_slice(&coordinate.into_bigint().to_bytes_be());
    }
    for input in inputs {
        out.extend_from_slice(&input.into_bigint().to_bytes_be());
    }
    out
}

/// What whoever deploys the contract must read.
fn warning(origin: KeyOrigin) -> &'static str {
    match origin {
        KeyOrigin::InsecureDevelopment => {
            "/// @notice INSECURE: this key was made from a published seed and anybody can forge proofs under it. Never let it guard value.\n"
        }
        KeyOrigin::Imported => {
            "/// @notice Nobody vouches for how this key was made: check its ceremony before it guards value.\n"
        }
        KeyOrigin::Ceremony => "",
    }
}

fn param(count: usize, names: &[&str]) -> String {
    if count == 0 {
        return String::new();
    }
    let mut text = "    /// @param inputs Public inputs, each below R".to_owned();
    if !names.is_empty() {
        text.push_str(", in this order:");
    }
    text.push_str(if names.is_empty() { ".\n" } else { "\n" });
    for (i, name) in names.iter().enumerate() {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "    ///   {i}: {name}");
    }
    text
}

/// One line that adds a public input to L.
fn term(input: usize, name: Option<&str>, point: &G1Affine) -> String {
    let comment = name.map(|name| format!(" // {name}")).unwrap_or_default();
    let (offset, x, y) = (32 * input, point.x, point.y);
    format!(
        "            answered := and(answered, addTerm(sum, calldataload(add(inputs, {offset:#x})), {x}, {y})){comment}\n"
    )
}

fn g1(name: &str, point: &G1Affine) -> [(String, String); 2] {
    [("X", point.x), ("Y", point.y)].map(|(axis, value)| named(name, axis, &value))
}

fn g2(name: &str, point: &G2Affine) -> [(String, String); 4] {
    let parts = [
        ("X0", point.x.c0),
        ("X1", point.x.c1),
        ("Y0", point.y.c0),
        ("Y1", point.y.c1),
    ];
    parts.map(|(axis, value)| named(name, axis, &value))
}

fn named(point: &str, axis: &str, value: &Fq) -> (String, String) {
    (format!("{point}_{axis}"), value.to_string())
}
