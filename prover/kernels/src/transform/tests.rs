use ark_ff::{AdditiveGroup, UniformRand};
use ark_poly::{EvaluationDomain, Radix2EvaluationDomain};
use rand::SeedableRng;
use rand::rngs::StdRng;

use super::*;

#[test]
fn every_path_agrees_with_the_library() {
    let mut rng = StdRng::seed_from_u64(1);
    for bits in [0_u32, 1, 2, 3, 4, 5, 6, 9, 13, 15] {
        let size = 1_usize << bits;
        let even = Radix2EvaluationDomain::<Fr>::new(size).unwrap();
        let double = Radix2EvaluationDomain::<Fr>::new(2 * size).unwrap();
        let odd = even.get_coset(double.group_gen()).unwrap();
        let mut random = || -> Vec<Fr> {
            (0..size)
                .map(|i| match i % 5 {
                    0 => Fr::ZERO,
                    1 => -Fr::ONE,
                    _ => Fr::rand(&mut rng),
                })
                .collect()
        };
        let given = [random(), random(), random()];
        let [a, b, c] = given.clone().map(|values| odd.fft(&even.ifft(&values)));
        let expected: Vec<_> = (0..size)
            .map(|i| (a[i] * b[i] - c[i]).into_bigint())
            .collect();
        for path in Path::available() {
            let transform = Transform::new(size, path).unwrap();
            let ours = transform.odd_values(given.clone().map(Zeroizing::new));
            assert_eq!(*ours, expected, "{path}, {size}");
        }
    }
}

#[test]
fn sizes_without_roots_are_refused() {
    assert!(Transform::new(12, Path::Portable).is_none());
    assert!(Transform::new(1 << 28, Path::Portable).is_none());
    let transform = Transform::new(8, Path::Portable).unwrap();
    let short = [0, 0, 0].map(|_| Zeroizing::new(vec![Fr::ONE; 7]));
    assert!(
        transform
            .odd_values(short)
            .iter()
            .all(|value| *value == BigInt::zero())
    );
}
