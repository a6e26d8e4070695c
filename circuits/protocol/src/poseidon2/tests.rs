use ark_ff::{AdditiveGroup, Field, MontFp, PrimeField, UniformRand};
use obolus_abi::FieldBytes;
use rand::{SeedableRng, rngs::StdRng};

use super::{constants::*, *};
use crate::{field::fr_from_bytes, tags};

/// The permutation as the paper defines it, by matrix multiplication from the table.
fn by_the_book(input: &[Fr; WIDTH]) -> [Fr; WIDTH] {
    let external_matrix = [[5, 7, 1, 3], [4, 6, 1, 1], [1, 3, 5, 7], [1, 1, 4, 6]]
        .map(|row: [u64; 4]| row.map(Fr::from));
    let internal_matrix: [[Fr; 4]; 4] = core::array::from_fn(|row| {
        core::array::from_fn(|column| match row == column {
            true => INTERNAL_DIAGONAL_MINUS_ONE[row] + Fr::ONE,
            false => Fr::ONE,
        })
    });
    let times = |matrix: &[[Fr; 4]; 4], state: [Fr; 4]| {
        matrix.map(|row| row.iter().zip(&state).map(|(m, s)| *m * s).sum())
    };
    let full_round = |state: [Fr; 4], constants: &[Fr; 4]| {
        let state = core::array::from_fn(|i| (state[i] + constants[i]).pow([5]));
        times(&external_matrix, state)
    };
    let mut state = times(&external_matrix, *input);
    let (first, last) = EXTERNAL.split_at(FULL_ROUNDS / 2);
    for constants in first {
        state = full_round(state, constants);
    }
    for constant in INTERNAL {
        state[0] = (state[0] + constant).pow([5]);
        state = times(&internal_matrix, state);
    }
    for constants in last {
        state = full_round(state, constants);
    }
    state
}

fn inputs() -> Vec<[Fr; WIDTH]> {
    let edges = [Fr::ZERO, Fr::ONE, -Fr::ONE, Fr::from(u64::MAX)];
    let mut inputs: Vec<_> = edges.iter().map(|edge| [*edge; WIDTH]).collect();
    inputs.push(edges);
    for place in 0..WIDTH {
        let mut unit = [Fr::ZERO; WIDTH];
        unit[place] = Fr::ONE;
        inputs.push(unit);
    }
    let mut rng = StdRng::seed_from_u64(2023);
    inputs.extend((0..200).map(|_| core::array::from_fn(|_| Fr::rand(&mut rng))));
    inputs
}

#[test]
fn three_implementations_agree() {
    let other = pso_poseidon::Poseidon2::<Fr>::new();
    for input in inputs() {
        let output = permutation(&input);
        assert_eq!(output, by_the_book(&input));
        assert_eq!(output, other.permutation(&input));
    }
}

/// Known answer published with Barretenberg for the same parameters.
#[test]
fn the_zero_state_is_a_known_answer() {
    assert_eq!(
        permutation(&[Fr::ZERO; WIDTH]),
        [
            MontFp!(
                "11250791130336988991462250958918728798886439319225016858543557054782819955502"
            ),
            MontFp!("4233607481887396111492892177093879320512704348614197680382514840111435675705"),
            MontFp!("5302890168033070787580458698329923373355198252534959970285489051687438559833"),
            MontFp!(
                "11146950474414891597227044764052461669681231042712299889367802215497079123309"
            ),
        ]
    );
}

#[test]
fn the_hashes_are_known_answers() {
    let [one, two, three, four] = [1_u64, 2, 3, 4].map(Fr::from);
    let expected: Fr =
        MontFp!("8078952499108210493247910732367986512747051876699948431839599645916221601526");
    assert_eq!(hash3(tags::NOTE, one, two, three), expected);
    let expected: Fr =
        MontFp!("15505005361706012551741834895355031099510014664842462842053262257331543442866");
    assert_eq!(compress4(&[one, two, three, four]), expected);
}

#[test]
fn hashes_are_the_permutation_with_the_tag_last() {
    let [a, b, c, d] = [11_u64, 12, 13, 14].map(Fr::from);
    let tagged = by_the_book(&[a, b, c, tags::OWNER.value()]);
    assert_eq!(hash3(tags::OWNER, a, b, c), tagged[0]);
    assert_eq!(prf3(tags::OWNER, a, b, c), tagged[..3]);
    assert_eq!(compress4(&[a, b, c, d]), by_the_book(&[a, b, c, d])[0] + a);
    assert_ne!(hash3(tags::OWNER, a, b, c), hash3(tags::NOTE, a, b, c));
}

/// The self-shrinking Grain LFSR that the designers' script draws parameters from.
struct Grain([bool; 80]);

impl Grain {
    /// Field: prime; S-box: power; 254 bits; width 4; 8 full and 56 partial rounds; then ones.
    fn new() -> Self {
        let parts = [(1, 2), (0, 4), (254, 12), (4, 12), (8, 10), (56, 10)];
        let mut bits = parts
            .iter()
            .flat_map(|(value, width): &(u32, u32)| {
                (0..*width).rev().map(move |i| value >> i & 1 == 1)
            })
            .chain([true; 30]);
        let mut grain = Self(core::array::from_fn(|_| bits.next().unwrap()));
        for _ in 0..160 {
            grain.step();
        }
        grain
    }

    fn step(&mut self) -> bool {
        let bit = [62, 51, 38, 23, 13, 0]
            .iter()
            .fold(false, |acc, tap| acc ^ self.0[*tap]);
        self.0.rotate_left(1);
        self.0[79] = bit;
        bit
    }

    /// Of each pair of bits the second counts, if the first is set.
    fn bit(&mut self) -> bool {
        loop {
            let (keep, bit) = (self.step(), self.step());
            if keep {
                return bit;
            }
        }
    }

    /// 254 bits, most significant first, as little-endian bytes.
    fn integer(&mut self) -> [u8; 32] {
        let mut bytes = [0; 32];
        for i in (0..254).rev() {
            bytes[i / 8] |= u8::from(self.bit()) << (i % 8);
        }
        bytes
    }

    /// By rejection, as round constants are drawn.
    fn element(&mut self) -> Fr {
        loop {
            if let Ok(element) = fr_from_bytes(&FieldBytes(self.integer())) {
                return element;
            }
        }
    }

    /// By reduction, as diagonals are drawn.
    fn diagonal(&mut self) -> [Fr; WIDTH] {
        core::array::from_fn(|_| Fr::from_le_bytes_mod_order(&self.integer()))
    }
}

#[test]
fn the_table_is_what_the_parameter_script_draws() {
    let mut grain = Grain::new();
    let half = FULL_ROUNDS / 2;
    for row in &EXTERNAL[..half] {
        assert_eq!(*row, core::array::from_fn(|_| grain.element()));
    }
    assert_eq!(INTERNAL, core::array::from_fn(|_| grain.element()));
    for row in &EXTERNAL[half..] {
        assert_eq!(*row, core::array::from_fn(|_| grain.element()));
    }
    // The script redraws the diagonal until the matrix and its first powers admit no invariant
    // subspace (irreducible minimal polynomials of full degree).
    let drawn = core::iter::repeat_with(|| grain.diagonal())
        .find(|diagonal| (1..=2 * WIDTH).all(|power| irreducible(&matrix_power(diagonal, power))))
        .unwrap();
    assert_eq!(
        INTERNAL_DIAGONAL_MINUS_ONE,
        drawn.map(|entry| entry - Fr::ONE)
    );
}

type Matrix = [[Fr; WIDTH]; WIDTH];

fn product(a: &Matrix, b: &Matrix) -> Matrix {
    core::array::from_fn(|i| core::array::from_fn(|j| (0..WIDTH).map(|k| a[i][k] * b[k][j]).sum()))
}

fn matrix_power(diagonal: &[Fr; WIDTH], power: usize) -> Matrix {
    let mut matrix = [[Fr::ONE; WIDTH]; WIDTH];
    for (i, entry) in diagonal.iter().enumerate() {
        matrix[i][i] = *entry;
    }
    (1..power).fold(matrix, |acc, _| product(&acc, &matrix))
}

/// Whether the characteristic polynomial is irreducible; then it is the minimal polynomial too.
///
/// Degree 4 without a factor of degree 1 or 2: gcd(f, x^(p²) − x) = 1.
fn irreducible(matrix: &Matrix) -> bool {
    let f = characteristic(matrix);
    let x = [Fr::ZERO, Fr::ONE, Fr::ZERO, Fr::ZERO];
    let frobenius = |mut base: [Fr; 4]| {
        let mut acc = [Fr::ONE, Fr::ZERO, Fr::ZERO, Fr::ZERO];
        for i in 0..Fr::MODULUS_BIT_SIZE as usize {
            if ark_ff::BigInteger::get_bit(&Fr::MODULUS, i) {
                acc = times_modulo(&acc, &base, &f);
            }
            base = times_modulo(&base, &base, &f);
        }
        acc
    };
    let mut twice = frobenius(frobenius(x));
    twice[1] -= Fr::ONE;
    // Coprime to f exactly when multiplication by it is invertible modulo f.
    let mut rows: Matrix = [twice; 4];
    for i in 1..4 {
        rows[i] = times_modulo(&rows[i - 1], &x, &f);
    }
    characteristic(&rows)[0] != Fr::ZERO
}

/// Coefficients c0..c3 of the monic characteristic polynomial, by Faddeev–LeVerrier.
fn characteristic(matrix: &Matrix) -> [Fr; WIDTH] {
    let mut coefficients = [Fr::ZERO; WIDTH];
    let mut m = [[Fr::ZERO; WIDTH]; WIDTH];
    let mut last = Fr::ONE;
    for k in 1..=WIDTH {
        m = product(matrix, &m);
        for (i, row) in m.iter_mut().enumerate() {
            row[i] += last;
        }
        let am = product(matrix, &m);
        let trace: Fr = (0..WIDTH).map(|i| am[i][i]).sum();
        last = -trace / Fr::from(k as u64);
        coefficients[WIDTH - k] = last;
    }
    coefficients
}

/// Product of two cubics modulo the monic quartic with the given lower coefficients.
fn times_modulo(a: &[Fr; 4], b: &[Fr; 4], f: &[Fr; 4]) -> [Fr; 4] {
    let mut wide = [Fr::ZERO; 7];
    for (i, x) in a.iter().enumerate() {
        for (j, y) in b.iter().enumerate() {
            wide[i + j] += *x * y;
        }
    }
    for i in (4..7).rev() {
        let top = wide[i];
        for (j, c) in f.iter().enumerate() {
            wide[i - 4 + j] -= top * c;
        }
    }
    [wide[0], wide[1], wide[2], wide[3]]
}
