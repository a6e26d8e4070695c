use ark_ff::UniformRand;

use super::{
    super::testing::{rng, run},
    *,
};

#[test]
fn climbing_equals_native_at_every_place() {
    let mut rng = rng();
    for index in [0, 1, 2, 3, 27, 0b11_10_01_00, 255] {
        let siblings = std::array::from_fn(|_| std::array::from_fn(|_| Fr::rand(&mut rng)));
        let path = MerklePath::<4>::new(index, siblings).expect("in range");
        let leaf = Fr::rand(&mut rng);
        let outcome = run(|cs| {
            let leaf = cs.input("leaf", leaf);
            let top = climb(cs, &leaf, &PathValues::new(&path));
            (top.root.value(), top.index.value())
        });
        assert_eq!(outcome.constraints, 4 * (264 + 5));
        assert_eq!(outcome.satisfied(), (path.root(leaf), Fr::from(index)));
    }
}

#[test]
fn a_place_bit_must_be_a_bit() {
    let mut path = PathValues::zero(3);
    *path.bit_mut(1, 0) = Fr::from(2_u64);
    let outcome = run(|cs| {
        let leaf = cs.input("leaf", Fr::from(9_u64));
        climb(cs, &leaf, &path);
    });
    assert!(outcome.is_refused());
}
