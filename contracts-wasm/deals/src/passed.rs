//! Payments of users that a contract passes on: all of them are made, or none.
//!
//! Each payment's proof names this contract as the caller and its payer signs the transaction, so nobody takes part in
//! a set of payments other than the one it saw.

use obolus_sdk::abi::deal::atomic::Payment;
use obolus_sdk::{ContractError, Env};

use crate::explain;

/// Makes the payments, in their order.
///
/// # Errors
/// The first refusal of a token; `NoToken` when one does not answer.
pub fn pay_all(env: &mut Env, payments: &[Payment]) -> Result<(), ContractError> {
    for payment in payments {
        let _position: u64 = env
            .call(&payment.token, "transfer_for", &payment.transfer)
            .map_err(explain)?;
    }
    Ok(())
}
