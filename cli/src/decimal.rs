//! Amounts as people write them.

use obolus_protocol::amount::Exponent;

/// Minor units as a plain decimal.
pub fn decimal(units: u128, exponent: Exponent) -> String {
    let digits = usize::from(exponent.get());
    let padded = format!("{units:0>width$}", width = digits + 1);
    let (whole, fraction) = padded.split_at(padded.len() - digits);
    if digits == 0 {
        whole.into()
    } else {
        format!("{whole}.{fraction}")
    }
}
