//! Amounts as people write them.

use obolus_protocol::amount::{Exponent, Total};

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

/// Reads a plain decimal of up to 96 bits of minor units, as [`decimal`] writes it or with fewer fraction digits.
///
/// # Errors
/// What is wrong with the text.
pub fn total(text: &str, exponent: Exponent) -> Result<Total, &'static str> {
    const FORM: &str =
        "write digits and at most one point, as in 1250.75, with no more places than the unit has";
    let places = usize::from(exponent.get());
    let (whole, fraction) = match text.split_once('.') {
        Some((_, "")) => return Err(FORM),
        Some(parts) => parts,
        None => (text, ""),
    };
    let digits = || whole.bytes().chain(fraction.bytes());
    if whole.is_empty() || fraction.len() > places || !digits().all(|b| b.is_ascii_digit()) {
        return Err(FORM);
    }
    let padding = std::iter::repeat_n(b'0', places - fraction.len());
    let mut units = 0_u128;
    for digit in digits().chain(padding) {
        units = units
            .checked_mul(10)
            .and_then(|units| units.checked_add(u128::from(digit - b'0')))
            .ok_or("a total has at most 96 bits of minor units")?;
    }
    Total::new(units).map_err(|_| "a total has at most 96 bits of minor units")
}

#[cfg(test)]
mod tests;
