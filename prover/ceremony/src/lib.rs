//! The files of snarkjs, and the verification of a trusted setup.
