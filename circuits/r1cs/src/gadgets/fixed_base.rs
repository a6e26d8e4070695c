//! Multiples of fixed points: re-randomised keys, ephemeral points, value commitments.
//!
//! 249 digits are added up in windows of three, lowest first, by incomplete Montgomery additions:
//! the sum so far is an odd multiple smaller than any multiple in the next window, and both stay
//! below ℓ/2, so they are neither equal nor opposite. The two highest digits come from a table and
//! are added completely. `docs/spec/curve.md` has the proof.

use std::sync::LazyLock;

use ark_ff::{AdditiveGroup, Field, One};
use obolus_protocol::{
    Point, Scalar,
    curve::{blinding_base, value_base},
};

use super::{
    chain::Inverses,
    digits::{DIGITS, Digits, signed},
    edwards::{self, EdwardsPoint},
    montgomery::{self, MontgomeryPoint},
    window::{Lookup2, Lookup3, SignedWindow},
};
use crate::{builder::Builder, lc::Lc};

/// Digits in a window.
const WINDOW: usize = 3;
/// Windows that incomplete additions may sum: 8^83 < ℓ < 8^84.
const WINDOWS: usize = 83;
/// Windows of a 64-bit amount; one digit is left.
const VALUE_WINDOWS: usize = 21;
/// Windows of a total of 96 bits; none is left.
const TOTAL_WINDOWS: usize = 32;

/// Windows of a base: `(±1 ± 2 ± 4)·8^i·B`.
struct Windows(Vec<SignedWindow>);

impl Windows {
    fn new(base: &Point, count: usize) -> Self {
        let mut base = *base;
        let mut windows = Vec::with_capacity(count);
        for _ in 0..count {
            windows.push(SignedWindow::new(&base));
            for _ in 0..WINDOW {
                base = base.add(&base);
            }
        }
        Self(windows)
    }

    /// `Σ e_i·2^i·B` over the lowest digits, three to a window.
    fn sum(&self, cs: &mut Builder, digits: &[Lc]) -> EdwardsPoint {
        let sum = cs.gadget("fixed_base", |cs| {
            let mut chain = self.chain(cs, digits);
            let mut sum: Option<MontgomeryPoint> = None;
            for (number, (window, digits)) in
                self.0.iter().zip(digits.chunks_exact(WINDOW)).enumerate()
            {
                let [e0, e1, e2] = digits else { continue };
                sum = Some(cs.scope(format_args!("window{number}"), |cs| {
                    let point = window.lookup(cs, [e0, e1, e2]);
                    match &sum {
                        None => point,
                        Some(sum) => montgomery::add(cs, sum, &point, &mut chain),
                    }
                }));
            }
            sum
        });
        match sum {
            Some(sum) => montgomery::to_edwards(cs, &sum),
            None => EdwardsPoint::constant(&Point::IDENTITY),
        }
    }

    /// The inverses that the sum needs.
    fn chain(&self, cs: &Builder, digits: &[Lc]) -> Inverses {
        if cs.is_recording() {
            return Inverses::none();
        }
        let (digits, _) = digits.as_chunks::<WINDOW>();
        let windows = self.0.iter().zip(digits);
        Inverses::of_sum(windows.map(|(window, digits)| window.point(digits.each_ref())))
    }
}

static G_WINDOWS: LazyLock<Windows> = LazyLock::new(|| Windows::new(&Point::generator(), WINDOWS));
static S_WINDOWS: LazyLock<Windows> = LazyLock::new(|| Windows::new(&blinding_base(), WINDOWS));
/// The base is V/2: `2·w − (2^64 − 1)` is the sum of an amount's bits read as signed digits. Amounts use the lowest
/// [`VALUE_WINDOWS`].
static V_WINDOWS: LazyLock<Windows> =
    LazyLock::new(|| Windows::new(&half_value_base(), TOTAL_WINDOWS));

/// `(e249 + 2·e250)·2^249·G`.
static ALPHA_TOP: LazyLock<Lookup2> = LazyLock::new(|| Lookup2::new(top_points(0)));
/// `(8 + e249 + 2·e250)·2^249·G`: the digits of r count from 2^252.
static EPHEMERAL_TOP: LazyLock<Lookup2> = LazyLock::new(|| Lookup2::new(top_points(8)));
/// `(e249 + 2·e250)·2^249·S + (2^64 − 1 + e63·2^63)·V/2`, digits in the order e249, e250, e63.
static COMMITMENT_TOP: LazyLock<Lookup3> = LazyLock::new(|| {
    let (value, blinding) = (
        half_value_base(),
        blinding_base().mul(&power_of_two(DIGITS - 2)),
    );
    Lookup3::new(std::array::from_fn(|index| {
        let all_ones = Scalar::from(u64::MAX);
        let highest = digit(index, 2) * power_of_two(63);
        blinding
            .mul(&(digit(index, 0) + digit(index, 1).double()))
            .add(&value.mul(&(all_ones + highest)))
    }))
});

/// `(e249 + 2·e250)·2^249·S + (2^96 − 1)·V/2`.
static TOTAL_TOP: LazyLock<Lookup2> = LazyLock::new(|| {
    let blinding = blinding_base().mul(&power_of_two(DIGITS - 2));
    let constant = half_value_base().mul(&(power_of_two(WINDOW * TOTAL_WINDOWS) - Scalar::one()));
    Lookup2::new(std::array::from_fn(|index| {
        blinding
            .mul(&(digit(index, 0) + digit(index, 1).double()))
            .add(&constant)
    }))
});

/// Demands `rk = ak + α·G`. `ak` must be on the curve.
pub(crate) fn randomise(cs: &mut Builder, ak: &EdwardsPoint, alpha: &Digits, rk: &EdwardsPoint) {
    cs.scope(format_args!("alpha_g"), |cs| {
        let (low, high) = alpha.as_slice().split_at(WINDOW * WINDOWS);
        let sum = G_WINDOWS.sum(cs, low);
        let multiple = cs.scope(format_args!("top"), |cs| {
            let top = look_up_two(cs, &ALPHA_TOP, high);
            edwards::add(cs, &sum, &top)
        });
        edwards::add_to(cs, &multiple, ak, rk);
    });
}

/// Demands `R = r·G`, where r is 2^252 plus the sum of the digits.
pub(crate) fn ephemeral(cs: &mut Builder, r: &Digits, point: &EdwardsPoint) {
    cs.scope(format_args!("r_g"), |cs| {
        let (low, high) = r.as_slice().split_at(WINDOW * WINDOWS);
        let sum = G_WINDOWS.sum(cs, low);
        let top = look_up_two(cs, &EPHEMERAL_TOP, high);
        edwards::add_to(cs, &sum, &top, point);
    });
}

/// Demands `cv = w·V + s·S`, w given by its 64 bits.
pub(crate) fn commit_value(cs: &mut Builder, value_bits: &[Lc], s: &Digits, cv: &EdwardsPoint) {
    cs.scope(format_args!("value_commitment"), |cs| {
        let digits: Vec<Lc> = value_bits.iter().map(signed).collect();
        let (value_low, value_high) = digits.split_at(WINDOW * VALUE_WINDOWS);
        let (low, high) = s.as_slice().split_at(WINDOW * WINDOWS);
        let value = cs.scope(format_args!("value"), |cs| V_WINDOWS.sum(cs, value_low));
        let blinding = cs.scope(format_args!("blinding"), |cs| S_WINDOWS.sum(cs, low));
        let sum = edwards::add(cs, &value, &blinding);
        cs.scope(format_args!("top"), |cs| {
            let top = cs.gadget("fixed_base", |cs| match (high, value_high) {
                ([e249, e250], [e63]) => COMMITMENT_TOP.lookup(cs, [e249, e250, e63]),
                _ => EdwardsPoint::constant(&Point::IDENTITY),
            });
            edwards::add_to(cs, &sum, &top, cv);
        });
    });
}

/// Demands `C = total·V + s·S`, the total given by its 96 bits.
pub(crate) fn commit_total(
    cs: &mut Builder,
    total_bits: &[Lc],
    s: &Digits,
    commitment: &EdwardsPoint,
) {
    cs.scope(format_args!("total_commitment"), |cs| {
        let digits: Vec<Lc> = total_bits.iter().map(signed).collect();
        let (low, high) = s.as_slice().split_at(WINDOW * WINDOWS);
        let total = cs.scope(format_args!("total"), |cs| V_WINDOWS.sum(cs, &digits));
        let blinding = cs.scope(format_args!("blinding"), |cs| S_WINDOWS.sum(cs, low));
        let sum = edwards::add(cs, &total, &blinding);
        cs.scope(format_args!("top"), |cs| {
            let top = look_up_two(cs, &TOTAL_TOP, high);
            edwards::add_to(cs, &sum, &top, commitment);
        });
    });
}

fn look_up_two(cs: &mut Builder, table: &Lookup2, digits: &[Lc]) -> EdwardsPoint {
    cs.gadget("fixed_base", |cs| match digits {
        [e0, e1] => table.lookup(cs, [e0, e1]),
        _ => EdwardsPoint::constant(&Point::IDENTITY),
    })
}

fn half_value_base() -> Point {
    let half = Scalar::from(2_u64).inverse().unwrap_or(Scalar::one());
    value_base().mul(&half)
}

/// `(offset + e249 + 2·e250)·2^249·G` for the four pairs of digits.
fn top_points(offset: u64) -> [Point; 4] {
    let base = Point::generator().mul(&power_of_two(DIGITS - 2));
    std::array::from_fn(|index| {
        base.mul(&(Scalar::from(offset) + digit(index, 0) + digit(index, 1).double()))
    })
}

/// The digit that a bit of a table index stands for.
fn digit(index: usize, bit: usize) -> Scalar {
    if (index >> bit) & 1 == 1 {
        Scalar::one()
    } else {
        -Scalar::one()
    }
}

fn power_of_two(exponent: usize) -> Scalar {
    Scalar::from(2_u64).pow([exponent as u64])
}

#[cfg(test)]
mod tests;
