//! Every instruction set against the library.

use ark_ff::{AdditiveGroup, Field, One, UniformRand};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

use super::adx::Single;
use super::avx2::Four;
use super::avx512::Eight;
use super::*;
use crate::prime::{Base, Scalar};

/// 0, 1, 2, p − 1, p − 2, halves, powers of two around the limbs, and random ones.
fn values<M: Modulus>(rng: &mut StdRng) -> Vec<M::Element> {
    let mut out = vec![M::Element::ZERO, M::Element::one(), M::Element::from(2_u64)];
    out.push(M::Element::from(2_u64).inverse().unwrap());
    for power in [
        50_u64, 51, 52, 101, 102, 104, 153, 156, 203, 204, 207, 208, 253,
    ] {
        let x = M::Element::from(2_u64).pow([power]);
        out.extend([x, x - M::Element::one(), x + M::Element::one()]);
    }
    let negative: Vec<_> = out.iter().map(|x| -*x).collect();
    out.extend(negative);
    // The words themselves at their edges.
    out.extend(
        out.clone()
            .iter()
            .map(|x| *x * M::Element::from(2_u64).pow([256_u64]).inverse().unwrap()),
    );
    out.extend((0..200).map(|_| M::Element::rand(rng)));
    while !out.len().is_multiple_of(8) {
        out.push(M::Element::ZERO);
    }
    out
}

fn load<L: Lanes<N>, const N: usize>(isa: L::Isa, values: &[Element<L, N>]) -> L {
    let words: [[u64; 4]; N] = std::array::from_fn(|i| L::Modulus::raw(&values[i]));
    // SAFETY: four words each.
    unsafe { L::load(isa, words.each_ref().map(|words| words.as_ptr())) }
}

fn store<L: Lanes<N>, const N: usize>(lanes: &L) -> Vec<Element<L, N>> {
    lanes.words().map(L::Modulus::from_raw).to_vec()
}

/// Words are x·2^256 for both; products are divided by R, so they come out 2^256/R times as large.
fn check<L: Lanes<N>, const N: usize>() {
    let Some(isa) = L::Isa::detect() else { return };
    let scale = L::Modulus::from_raw(L::UNSCALE);
    let mut rng = StdRng::seed_from_u64(7);
    let all = values::<L::Modulus>(&mut rng);
    let each = |f: &dyn Fn(usize) -> Element<L, N>| (0..N).map(f).collect::<Vec<_>>();
    for a in all.chunks(N) {
        for _ in 0..60 {
            let at = N * rng.gen_range(0..all.len() / N);
            let b = &all[at..at + N];
            let (x, y) = (load::<L, N>(isa, a), load::<L, N>(isa, b));
            assert_eq!(store(&x), a);
            assert_eq!(store(&x.mul(&y)), each(&|i| a[i] * b[i] * scale));
            assert_eq!(store(&x.add(&y)), each(&|i| a[i] + b[i]));
            assert_eq!(store(&x.sub(&y)), each(&|i| a[i] - b[i]));
            assert_eq!(store(&x.negated()), each(&|i| -a[i]));
            assert_eq!(store(&x.rescaled()), each(&|i| a[i] * scale));
            let (x, y) = (x.tidy(), y.tidy());
            // Differences of differences, as additions of points make them.
            let d = x.sub(&y).ready();
            let square = |i: usize| (a[i] - b[i]).square() * scale;
            let product = d.mul(&x.sub(&y).tidy());
            assert_eq!(store(&product), each(&square));
            let far = product.sub(&x).sub(&y).tidy();
            assert_eq!(store(&far), each(&|i| square(i) - a[i] - b[i]));
            let [first, second] = L::mul_two([&x, &d], [&y, &far]);
            assert_eq!(store(&first), each(&|i| a[i] * (a[i] - b[i]) * scale));
            let expected = |i: usize| b[i] * (square(i) - a[i] - b[i]) * scale;
            assert_eq!(store(&second), each(&expected));
            let [first, second] = x.square_two(&product);
            assert_eq!(store(&first), each(&|i| a[i].square() * scale));
            assert_eq!(store(&second), each(&|i| square(i).square() * scale));
            let [re, im] = L::complex_product([&x, &y], [&far, &d]);
            let (c, d) = (|i: usize| square(i) - a[i] - b[i], |i: usize| a[i] - b[i]);
            assert_eq!(store(&re), each(&|i| (a[i] * c(i) - b[i] * d(i)) * scale));
            assert_eq!(store(&im), each(&|i| (a[i] * d(i) + b[i] * c(i)) * scale));
            let nine = Element::<L, N>::from(9_u64);
            assert_eq!(store(&x.nine_plus(&y)), each(&|i| a[i] * nine + b[i]));
            assert_eq!(
                store(&far.nine_plus(&product.negated())),
                each(&|i| c(i) * nine - square(i))
            );
            let signed = |i: usize| if i % 2 == 1 { -a[i] } else { a[i] };
            assert_eq!(store(&x.negate_where(0b1010_1010)), each(&signed));
            let chosen = |i: usize| if i % 2 == 1 { b[i] } else { a[i] };
            assert_eq!(store(&x.select(&y, 0b1010_1010)), each(&chosen));
        }
    }
}

/// Points in memory, also when two places are the same, and transpositions.
fn check_memory<L: Lanes<N>, const N: usize>() {
    let Some(isa) = L::Isa::detect() else { return };
    let mut rng = StdRng::seed_from_u64(8);
    let all = values::<L::Modulus>(&mut rng);
    let part = |number: usize| load::<L, N>(isa, &all[N * number..]).tidy();
    let parts: [L; 4] = std::array::from_fn(part);
    let mut points = [L::EMPTY.1; N];
    let mut to = points
        .each_mut()
        .map(|point| (&raw mut *point).cast::<u64>());
    to[0] = to[1 % N];
    // SAFETY: pointers to points.
    let read: [L; 4] = unsafe {
        L::write(parts.each_ref(), to);
        L::read::<4, 4>(isa, to.map(|point| point.cast_const()))
    };
    for (part, read) in parts.iter().zip(&read) {
        let mut expected = store(part);
        expected[0] = expected[1 % N];
        assert_eq!(store(read), expected);
    }
    let mut points = [L::EMPTY.0; N];
    let to = points
        .each_mut()
        .map(|point| (&raw mut *point).cast::<u64>());
    // SAFETY: pointers to points.
    let ([x], both): ([L; 1], [L; 2]) = unsafe {
        L::write([&parts[0], &parts[1]], to);
        let from = to.map(|point| point.cast_const());
        (L::read::<1, 2>(isa, from), L::read::<2, 2>(isa, from))
    };
    assert_eq!(store(&x), store(&parts[0]));
    assert_eq!(
        both.each_ref().map(store),
        [store(&parts[0]), store(&parts[1])]
    );
    let mut blocks: [L; N] = std::array::from_fn(part);
    let before = blocks.each_ref().map(store);
    L::turn(&mut blocks);
    for (i, block) in blocks.iter().enumerate() {
        let column: Vec<_> = before.iter().map(|row| row[i]).collect();
        assert_eq!(store(block), column);
    }
}

/// The library's elements and back.
fn check_conversion<L: Lanes<N>, const N: usize>() {
    let Some(isa) = L::Isa::detect() else { return };
    let all = values::<L::Modulus>(&mut StdRng::seed_from_u64(9));
    let (groups, _) = all.as_chunks::<N>();
    for group in groups {
        let lanes: L = gather::<L, N>(isa, group);
        assert_eq!(scatter(&lanes), *group);
    }
}

fn check_all<L: Lanes<N>, const N: usize>() {
    check::<L, N>();
    check_memory::<L, N>();
    check_conversion::<L, N>();
}

#[test]
fn both_fields_agree_with_the_library() {
    check_all::<Single<Base, 1>, 1>();
    check_all::<Single<Base, 4>, 4>();
    check_all::<Single<Scalar, 1>, 1>();
    check_all::<Single<Scalar, 4>, 4>();
    check_all::<Four<Base>, 4>();
    check_all::<Four<Scalar>, 4>();
    check_all::<Eight<Base>, 8>();
    check_all::<Eight<Scalar>, 8>();
}
