//! Walk, lines and multiples with the library's field arithmetic, for any processor.

use ark_bn254::{Fq2, Fq12, G1Affine, G2Affine};
use ark_ff::Field;

use super::{FROBENIUS, Outside, digits, places};

mod line;
mod scale;
mod walk;

pub(super) use scale::multiples;

use line::multiply;
use walk::Walk;

/// [`super::miller_loop`].
pub(super) fn miller_loop(pairs: &[(G1Affine, G2Affine)]) -> Result<Fq12, Outside> {
    let at = places(pairs.iter().map(|(p, _)| p));
    let mut walk = Walk::new(pairs.iter().map(|(_, q)| *q).collect());
    let mut f = Fq12::ONE;
    for digit in digits() {
        f.square_in_place();
        multiply(&mut f, walk.double(), &at);
        match digit {
            1 => multiply(&mut f, walk.add_start(), &at),
            -1 => multiply(&mut f, walk.subtract_start(), &at),
            _ => {}
        }
    }
    multiply(&mut f, walk.add_first_image(), &at);
    multiply(&mut f, walk.subtract_second_image(), &at);
    let outside: Vec<usize> = walk
        .is_outside()
        .enumerate()
        .filter_map(|(i, outside)| outside.then_some(i))
        .collect();
    if outside.is_empty() {
        Ok(f)
    } else {
        Err(Outside(outside))
    }
}

/// ψ.
fn frobenius(x: Fq2, y: Fq2) -> (Fq2, Fq2) {
    let conjugate = |v: Fq2| Fq2::new(v.c0, -v.c1);
    let [for_x, for_y] = FROBENIUS;
    (conjugate(x) * for_x, conjugate(y) * for_y)
}
