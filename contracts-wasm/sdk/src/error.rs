//! Errors of the SDK itself, and how a contract gives up.

use obolus_abi::contract_errors;

contract_errors! {
    /// Refusals that every contract shares.
    SdkError {
        /// The input is not what the entry takes.
        BadInput = 1, "bad_input", "the arguments do not decode as this entry's message: check the message and its version";
    }
}

/// The host does not vouch for what was asked: no such signature, proof, anchor or valid point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refused;

/// Traps: for states that the contract's own code makes impossible, such as stored bytes that do
/// not decode. The call's writes are dropped and its fuel is gone.
pub fn abort(reason: &str) -> ! {
    crate::sys::log(reason.as_bytes());
    crate::sys::trap(reason)
}
