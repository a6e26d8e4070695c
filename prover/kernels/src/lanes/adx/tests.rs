use ark_ff::{Field, PrimeField};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

use super::sums::{below, halves, is_below};
use super::*;
use crate::prime::{Base, Scalar};

/// Words at the edges of carries as often as others.
fn number<const L: usize>(rng: &mut StdRng) -> [u64; L] {
    std::array::from_fn(|_| match rng.gen_range(0..8) {
        0 => 0,
        1 => 1,
        2 => u64::MAX,
        3 => u64::MAX - 1,
        4 => 1 << 63,
        _ => rng.r#gen(),
    })
}

fn schoolbook(a: &[u64; 4], b: &[u64; 4]) -> Wide {
    let mut out = [0; 8];
    for (i, a) in a.iter().enumerate() {
        let mut carry = 0_u128;
        for (j, b) in b.iter().enumerate() {
            carry += u128::from(*a) * u128::from(*b) + u128::from(out[i + j]);
            out[i + j] = carry as u64;
            carry >>= 64;
        }
        out[i + 4] = carry as u64;
    }
    out
}

/// All numbers of four words, not only those below p: no carry may be lost.
#[test]
fn products_of_any_words() {
    let Some(isa) = Adx::detect() else { return };
    let mut rng = StdRng::seed_from_u64(1);
    let all = [u64::MAX; 4];
    assert_eq!(wide(isa, &all, &all), schoolbook(&all, &all));
    assert_eq!(squared(isa, &all), schoolbook(&all, &all));
    for _ in 0..20_000 {
        let (a, b) = (number(&mut rng), number(&mut rng));
        assert_eq!(wide(isa, &a, &b), schoolbook(&a, &b), "{a:x?} {b:x?}");
        assert_eq!(squared(isa, &a), schoolbook(&a, &a), "{a:x?}");
    }
}

/// x modulo p, from bytes.
fn modulo<M: Modulus>(x: &[u64]) -> M::Element {
    let bytes: Vec<u8> = x.iter().flat_map(|word| word.to_le_bytes()).collect();
    M::Element::from_le_bytes_mod_order(&bytes)
}

/// Everything below p·2^256, the largest number included.
fn check_reductions<M: Modulus>() {
    let Some(isa) = Adx::detect() else { return };
    let mut rng = StdRng::seed_from_u64(2);
    let scale = M::Element::from(2_u64).pow([256_u64]).inverse().unwrap();
    let [p0, p1, p2, p3] = M::PRIME;
    let largest = [u64::MAX, u64::MAX, u64::MAX, u64::MAX, p0 - 1, p1, p2, p3];
    let mut last = largest;
    for round in 0..20_000 {
        let mut x = number::<8>(&mut rng);
        x[7] = rng.gen_range(0..p3);
        if round % 16 == 0 {
            // The upper half just below p.
            x[4..].copy_from_slice(&largest[4..]);
        }
        let expected = |x: &Wide| modulo::<M>(x) * scale;
        let both = reduced_two::<M>(isa, &[x, last]);
        for (reduced, x) in both.iter().zip([&x, &last]) {
            assert_eq!(modulo::<M>(reduced), expected(x), "{x:x?}");
            assert_eq!(modulo::<M>(reduced).into_bigint().as_ref(), reduced);
        }
        assert_eq!(reduced::<M>(isa, &x), both[0]);
        last = x;
    }
}

#[test]
fn reductions_below_the_bound() {
    check_reductions::<Base>();
    check_reductions::<Scalar>();
}

/// Multiples of p, which come out of the four steps as p, and the largest sum with an upper half.
fn check_ends<M: Modulus>() {
    let Some(isa) = Adx::detect() else { return };
    let mut rng = StdRng::seed_from_u64(3);
    let p @ [p0, p1, p2, p3] = M::PRIME;
    let largest = [p0 - 1, p1, p2, p3];
    let highest = [p0, p1, p2, p3, p0 - 1, p1, p2, p3];
    let all = [u64::MAX; 4];
    let multiples = (0..2_000).map(|_| number::<4>(&mut rng));
    for times in multiples.chain([[0; 4], [1, 0, 0, 0], all]) {
        let x = schoolbook(&p, &times);
        assert_eq!(reduced::<M>(isa, &x), [0; 4], "{times:x?}");
        let both = reduced_two::<M>(isa, &[x, highest]);
        assert_eq!(both, [[0; 4], largest], "{times:x?}");
        let both = reduced_two::<M>(isa, &[highest, x]);
        assert_eq!(both, [largest, [0; 4]], "{times:x?}");
    }
    // One more and one less at each end of what is subtracted once.
    let twice_less_one = plus(&largest, &p);
    for (x, expected) in [
        ([0; 4], [0; 4]),
        (largest, largest),
        (p, [0; 4]),
        ([p0 + 1, p1, p2, p3], [1, 0, 0, 0]),
        (twice_less_one, largest),
    ] {
        assert_eq!(below::<M>(&x), expected);
        let (low, high) = ([u64::MAX, 0, 1, u64::MAX], x);
        let wide = std::array::from_fn(|i| if i < 4 { low[i] } else { high[i - 4] });
        let lessened = less::<M>(&wide);
        assert_eq!(halves(&lessened), (low, &expected));
    }
}

#[test]
fn results_are_never_p() {
    check_ends::<Base>();
    check_ends::<Scalar>();
}

/// Sums and differences where each word carries or borrows, and a negative number of eight words.
fn check_sums<M: Modulus>() {
    let mut rng = StdRng::seed_from_u64(4);
    let [p0, p1, p2, p3] = M::PRIME;
    let mut element = |round: usize| match round % 4 {
        0 => [p0 - 1 - (round / 4) as u64, p1, p2, p3],
        1 => [(round / 4) as u64, 0, 0, 0],
        _ => {
            let [a, b, c, d] = number::<4>(&mut rng);
            [a, b, c, d % p3]
        }
    };
    let edges: Vec<[u64; 4]> = (0..160).map(&mut element).collect();
    for a in &edges {
        for b in &edges {
            let (x, y) = (M::from_raw(*a), M::from_raw(*b));
            assert_eq!(sum::<M>(a, b), M::raw(&(x + y)), "{a:x?} {b:x?}");
            assert_eq!(difference::<M>(a, b), M::raw(&(x - y)), "{a:x?} {b:x?}");
            let (square, other) = (schoolbook(a, a), schoolbook(b, b));
            let positive = more_where_negative::<M>(minus(&square, &other));
            let (_, high) = halves(&positive);
            assert!(is_below::<M>(high), "{a:x?} {b:x?}");
            let expected = modulo::<M>(&square) - modulo::<M>(&other);
            assert_eq!(modulo::<M>(&positive), expected, "{a:x?} {b:x?}");
        }
        assert_eq!(negative::<M>(a), M::raw(&-M::from_raw(*a)), "{a:x?}");
    }
}

#[test]
fn sums_of_elements_at_the_bounds() {
    check_sums::<Base>();
    check_sums::<Scalar>();
}

/// Parts up to p − 1, their sums up to 2p − 2, and every number of terms.
fn check_complex_sums<M: Modulus, const K: usize>() {
    let Some(isa) = Adx::detect() else { return };
    let [p0, p1, p2, p3] = M::PRIME;
    let edges = [0, 1, 2].map(|less| [p0 - 1 - less, p1, p2, p3]);
    let edges = [[[0; 4], [1, 0, 0, 0]].as_slice(), &edges].concat();
    let times = M::Element::from(K as u64);
    for a in &edges {
        for b in &edges {
            for c in &edges {
                let [x, y, z] = [a, b, c].map(|words| Single::<M, 1>::of(isa, [*words]));
                let (left, right) = (x.left_sum(&y), z.right_sum(&x));
                let sums = Single::complex_sums([[[&x, &y, &left], [&z, &x, &right]]; K]);
                let [re, im] = sums.map(|sum| M::from_raw(sum.words()[0]));
                let [a, b, c] = [*a, *b, *c].map(M::from_raw);
                assert_eq!(re, (a * c - b * a) * times);
                assert_eq!(im, (a * a + b * c) * times);
            }
        }
    }
}

#[test]
fn complex_sums_at_the_bounds() {
    check_complex_sums::<Base, 1>();
    check_complex_sums::<Base, 2>();
    check_complex_sums::<Base, 3>();
    check_complex_sums::<Base, 4>();
    check_complex_sums::<Scalar, 4>();
}
