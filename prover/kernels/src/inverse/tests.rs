use ark_ff::{One, UniformRand};
use rand::SeedableRng;
use rand::rngs::StdRng;

use super::*;

#[test]
fn inverses_are_those_of_the_library() {
    let mut rng = StdRng::seed_from_u64(1);
    let mut elements: Vec<Fq> = (1..=300_u64).map(Fq::from).collect();
    for power in 0..512_u64 {
        let x = Fq::from(2_u64).pow([power]);
        elements.extend([x, x + Fq::one(), x - Fq::one(), -x]);
    }
    elements.extend((0..3000).map(|_| Fq::rand(&mut rng)));
    for x in elements {
        if x != Fq::ZERO {
            assert!(
                inverse(Base::raw(&x)).is_some(),
                "{x}: not within the rounds"
            );
        }
        assert_eq!(x.inverted(), x.inverse().unwrap_or(Fq::ZERO));
        let pair = Fq2::new(x, Fq::rand(&mut rng));
        assert_eq!(Some(pair.inverted()), pair.inverse());
    }
    assert_eq!(Fq::ZERO.inverted(), Fq::ZERO);
}

#[test]
fn many_at_once() {
    let mut rng = StdRng::seed_from_u64(2);
    for count in [0, 1, 2, 16] {
        let elements: Vec<Fq2> = (0..count).map(|_| Fq2::rand(&mut rng)).collect();
        let mut inverses = elements.clone();
        invert_all(&mut inverses);
        for (x, inverse) in elements.iter().zip(&inverses) {
            assert_eq!(*x * inverse, Fq2::one());
        }
    }
}
