//! Parts that circuits are made of. Each computes what its namesake in `obolus-protocol` computes;
//! its tests compare the two.

pub(crate) mod chain;
pub(crate) mod digits;
pub(crate) mod edwards;
pub(crate) mod fixed_base;
pub(crate) mod merkle;
pub(crate) mod montgomery;
pub(crate) mod poseidon2;
pub(crate) mod range;
pub(crate) mod variable_base;
pub(crate) mod window;

#[cfg(test)]
mod testing;
