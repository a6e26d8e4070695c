//! The circuits of the statements, by the hash of their `.r1cs` files.
//!
//! A node verifies the ceremony behind a key and links no circuit: this table tells it which circuit a ceremony has to
//! be about. The prover's tests compare it with what the circuits give.

use obolus_abi::{
    BalanceInputs, IssueInputs, RatioInputs, RedeemInputs, RegisterInputs, SupplyInputs,
    TransferInputs, VelocityInputs,
};

/// Every statement's circuit: its name, and BLAKE3 of its `.r1cs` file, as `obolus ceremony export` writes it, in hexadecimal
/// digits. In the order of a genesis. Lists of circuits elsewhere are compared with this one.
pub const CIRCUIT_DIGESTS: [(&str, &str); 8] = [
    (
        TransferInputs::<()>::CIRCUIT,
        "d406e44b643168a3fc353c5f49a6adbbc267a974e290129120e36981d10fa3de",
    ),
    (
        IssueInputs::<()>::CIRCUIT,
        "dc79571b6e07e36bd0ee4326d5487d6a50e673a56443fd1dda4aa44e2859f472",
    ),
    (
        RedeemInputs::<()>::CIRCUIT,
        "b38253ce9614df8adcbad17b466c49552e64917675f55041d47caa0fd4ab37b7",
    ),
    (
        RegisterInputs::<()>::CIRCUIT,
        "2585ed7c9d14d586b5cf10b8d2096eb21db754162345878ec28fd8117cafcd4b",
    ),
    (
        RatioInputs::<()>::CIRCUIT,
        "d2dfae4fbc9997c77c8b4fb904da48cee9df90d5b9a5b0334cc0ed6f788b0da0",
    ),
    (
        BalanceInputs::<()>::CIRCUIT,
        "89c7febc4195fa13fdbadae6073e9dfe4fd3d98bf00c34ec6638bcf51acc8c68",
    ),
    (
        SupplyInputs::<()>::CIRCUIT,
        "1ee1a49275eb45fa88aa73bef319f71f450f95ba774aa64f9f19714c3f1b1c79",
    ),
    (
        VelocityInputs::<()>::CIRCUIT,
        "3436d44f7156c22d1929892fc5b7f46045c8fc5a90dbd7364fb949529d8002cc",
    ),
];

/// The digest of a statement's circuit; `None` for a name that is no statement of the protocol.
pub fn circuit_digest(circuit: &str) -> Option<&'static str> {
    let found = CIRCUIT_DIGESTS.iter().find(|(name, _)| *name == circuit);
    found.map(|(_, digest)| *digest)
}
