//! Amounts, limits and roles in words.

use obolus_abi::RoleSet;
use obolus_protocol::amount::Exponent;
use obolus_wallet::config::Token;

use crate::decimal::decimal;

/// An amount as the token writes it; without the token's file nobody but the drafter says where the point is.
pub fn units(units: u128, token: Option<&Token>) -> String {
    let exponent = token.and_then(|token| Exponent::new(token.exponent).ok());
    match (token, exponent) {
        (Some(token), Some(exponent)) => format!("{} {}", decimal(units, exponent), token.unit),
        _ => format!("{units} minor units"),
    }
}

/// A participant's limit.
pub fn limit_words(limit: u64, token: Option<&Token>) -> String {
    match limit {
        u64::MAX => "no per-transfer limit".to_owned(),
        limit => format!(
            "a per-transfer limit of {}",
            units(u128::from(limit), token)
        ),
    }
}

/// Who has a role.
pub fn role(role: &RoleSet) -> String {
    let keys: Vec<String> = role.keys.iter().map(ToString::to_string).collect();
    let of = keys.len();
    format!("{} of {of}: {}", role.threshold, keys.join(", "))
}

/// A bound on what is stored.
pub fn quota(quota: Option<u64>) -> String {
    match quota {
        Some(bytes) => format!("may store {bytes} bytes"),
        None => "may store without bound".to_owned(),
    }
}
