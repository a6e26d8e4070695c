use ark_ff::{One, UniformRand, Zero};
use rand::SeedableRng;
use rand::rngs::StdRng;

use super::*;

#[test]
fn digits_add_up_to_the_scalar() {
    let mut rng = StdRng::seed_from_u64(4);
    let mut scalars: Vec<Fr> = (0..50).map(|_| Fr::rand(&mut rng)).collect();
    scalars.extend([
        Fr::zero(),
        Fr::one(),
        -Fr::one(),
        -Fr::from(2),
        Fr::from(u64::MAX),
    ]);
    let integers: Vec<_> = scalars.iter().map(|s| s.into_bigint()).collect();
    for window in WINDOWS {
        for most in [1, 4, 64] {
            let mut digits = Vec::new();
            signed(&integers, &Layout::new(window, most), &mut digits);
            let rows: Vec<_> = digits.chunks(scalars.len()).collect();
            let base = Fr::from(1_u64 << window);
            for (j, scalar) in scalars.iter().enumerate() {
                let sum = rows.iter().rev().fold(Fr::zero(), |sum, row| {
                    let digit = Fr::from(u64::from(row[j].unsigned_abs()));
                    assert!(row[j].unsigned_abs() <= 1 << (window - 1));
                    sum * base + if row[j] < 0 { -digit } else { digit }
                });
                assert_eq!(sum, *scalar, "window {window}");
            }
        }
    }
}
