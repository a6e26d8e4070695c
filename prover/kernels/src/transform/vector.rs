//! Transforms four elements at a time.
//!
//! A [`Block`] is four neighbouring elements. All levels but the last two combine blocks; the last two
//! are done on four blocks at once, transposed. Elements are the library's words x·2^256, which a
//! transform does not notice: it is linear. Sums are tidied as soon as they are made, see
//! [`Lanes::tidy`].

use ark_bn254::Fr;
use ark_ff::{BigInt, Field};

use super::{PARALLEL, Roots, both};
use crate::adder::wipe;
use crate::lanes::{Lanes, transpose};
use crate::radix51::{Modulus, Scalar};
use zeroize::Zeroizing;

type Block = Lanes<Scalar>;

/// Elements of a block, and blocks that are transposed together.
const WIDTH: usize = 4;

/// The roots as blocks.
pub(super) struct Lanes4 {
    /// Those of every level, the first level's first: n/2 roots, n/4, …, 4.
    inverse: Vec<Vec<Block>>,
    forward: Vec<Vec<Block>>,
    weights: Vec<Block>,
    /// The fourth root, in every lane.
    inverse_fourth: Block,
    forward_fourth: Block,
}

// SAFETY: numbers.
unsafe impl Send for Lanes4 {}
// SAFETY: numbers that do not change.
unsafe impl Sync for Lanes4 {}

/// Blocks of a polynomial; they are secrets.
struct Blocks(Vec<Block>);

// SAFETY: numbers.
unsafe impl Send for Blocks {}
// SAFETY: numbers that are changed by their one owner only.
unsafe impl Sync for Blocks {}

impl Drop for Blocks {
    fn drop(&mut self) {
        wipe(&mut self.0);
    }
}

impl Lanes4 {
    /// `None` if the processor lacks the instructions or the domain is too small.
    pub(super) fn new(roots: &Roots) -> Option<Self> {
        let fits = crate::vector::available() && roots.weights.len() >= WIDTH * WIDTH;
        // SAFETY: the processor has the instructions.
        fits.then(|| unsafe {
            let half = roots.inverse.len();
            let fourth = |list: &[Fr]| list.get(half / 2).copied().unwrap_or(Fr::ONE);
            let splat = |root: Fr| blocks(&[root; WIDTH], true).pop();
            Self {
                inverse: levels(&roots.inverse),
                forward: levels(&roots.forward),
                weights: blocks(&roots.weights, true),
                inverse_fourth: splat(fourth(&roots.inverse)).unwrap_or(Block::splat(&[0; 4])),
                forward_fourth: splat(fourth(&roots.forward)).unwrap_or(Block::splat(&[0; 4])),
            }
        })
    }

    /// a·b − c on the odd coset, as integers.
    pub(super) fn odd_values(&self, polynomials: &[Zeroizing<Vec<Fr>>; 3], out: &mut [BigInt<4>]) {
        let [a, b, c] = polynomials;
        let (a, (b, c)) = rayon::join(
            || self.to_odd(a),
            || rayon::join(|| self.to_odd(b), || self.to_odd(c)),
        );
        // SAFETY: there is a `Lanes4`, so the processor has the instructions.
        unsafe { combine(&a.0, &b.0, &c.0, out) };
    }

    fn to_odd(&self, values: &[Fr]) -> Blocks {
        // SAFETY: there is a `Lanes4`, so the processor has the instructions.
        unsafe {
            let mut blocks = Blocks(blocks(values, false));
            self.frequency(&mut blocks.0, 0);
            weigh(&mut blocks.0, &self.weights);
            self.time(&mut blocks.0, 0);
            blocks
        }
    }

    /// # Safety
    /// AVX2 and FMA.
    unsafe fn frequency(&self, values: &mut [Block], level: usize) {
        // SAFETY: this function's contract.
        unsafe {
            if values.len() == 1 {
                return;
            }
            let (left, right) = values.split_at_mut(values.len() / 2);
            let roots = self.inverse.get(level).map_or(&[][..], |level| level);
            if left.len() >= PARALLEL / WIDTH {
                let half = left.len() / 2;
                let (first_roots, second_roots) = roots.split_at(roots.len() / 2);
                let (first_left, second_left) = left.split_at_mut(half);
                let (first_right, second_right) = right.split_at_mut(half);
                let first = Butterfly(first_left, first_right, first_roots);
                let second = Butterfly(second_left, second_right, second_roots);
                rayon::join(|| first.frequency(), || second.frequency());
            } else {
                frequency_level(left, right, roots);
            }
            both_blocks(left, right, |half| self.frequency(half, level + 1));
            if values.len() == WIDTH {
                frequency_end(values, &self.inverse_fourth);
            }
        }
    }

    /// # Safety
    /// AVX2 and FMA.
    unsafe fn time(&self, values: &mut [Block], level: usize) {
        // SAFETY: this function's contract.
        unsafe {
            if values.len() == 1 {
                return;
            }
            if values.len() == WIDTH {
                time_end(values, &self.forward_fourth);
            }
            let (left, right) = values.split_at_mut(values.len() / 2);
            both_blocks(left, right, |half| self.time(half, level + 1));
            let roots = self.forward.get(level).map_or(&[][..], |level| level);
            if left.len() >= PARALLEL / WIDTH {
                let half = left.len() / 2;
                let (first_roots, second_roots) = roots.split_at(roots.len() / 2);
                let (first_left, second_left) = left.split_at_mut(half);
                let (first_right, second_right) = right.split_at_mut(half);
                let first = Butterfly(first_left, first_right, first_roots);
                let second = Butterfly(second_left, second_right, second_roots);
                rayon::join(|| first.time(), || second.time());
            } else {
                time_level(left, right, roots);
            }
        }
    }
}

/// Part of a level, for another thread.
struct Butterfly<'a>(&'a mut [Block], &'a mut [Block], &'a [Block]);

// SAFETY: numbers.
unsafe impl Send for Butterfly<'_> {}

impl Butterfly<'_> {
    /// # Safety
    /// AVX2 and FMA.
    unsafe fn frequency(self) {
        let Self(left, right, roots) = self;
        // SAFETY: this function's contract.
        unsafe { frequency_level(left, right, roots) }
    }

    /// # Safety
    /// AVX2 and FMA.
    unsafe fn time(self) {
        let Self(left, right, roots) = self;
        // SAFETY: this function's contract.
        unsafe { time_level(left, right, roots) }
    }
}

/// A block that may go to another thread.
#[repr(transparent)]
struct Moving(Block);

// SAFETY: numbers.
unsafe impl Send for Moving {}

fn both_blocks(a: &mut [Block], b: &mut [Block], call: impl Fn(&mut [Block]) + Sync) {
    let moving =
        |blocks: &mut [Block]| -> *mut [Moving] { std::ptr::from_mut(blocks) as *mut [Moving] };
    // SAFETY: the same blocks under a type of the same layout, borrowed as long as the originals.
    let (a, b) = unsafe { (&mut *moving(a), &mut *moving(b)) };
    both(a, b, PARALLEL / WIDTH, |half| {
        // SAFETY: and back.
        call(unsafe { &mut *(std::ptr::from_mut(half) as *mut [Block]) });
    });
}

/// Elements as blocks; roots are given as x·2^255, since they are multiplied with, and tidy.
///
/// # Safety
/// AVX2 and FMA.
#[target_feature(enable = "avx2,fma")]
unsafe fn blocks(values: &[Fr], roots: bool) -> Vec<Block> {
    let half = Fr::from(2).inverse().unwrap_or(Fr::ONE);
    let mut out = Vec::with_capacity(values.len().div_ceil(WIDTH));
    for four in values.chunks_exact(WIDTH) {
        let [a, b, c, d] = std::array::from_fn(|i| {
            let value = four.get(i).copied().unwrap_or_default();
            Scalar::raw(&if roots { value * half } else { value })
        });
        // SAFETY: arrays of four words.
        let block = unsafe { Block::load([a.as_ptr(), b.as_ptr(), c.as_ptr(), d.as_ptr()]) };
        out.push(block.tidy());
    }
    out
}

/// The roots of all levels that combine blocks.
///
/// # Safety
/// AVX2 and FMA.
#[target_feature(enable = "avx2,fma")]
unsafe fn levels(roots: &[Fr]) -> Vec<Vec<Block>> {
    let mut out = Vec::new();
    let mut step = 1;
    while roots.len() / step >= WIDTH {
        let level: Vec<Fr> = roots.iter().step_by(step).copied().collect();
        // SAFETY: this function's contract.
        out.push(unsafe { blocks(&level, true) });
        step *= 2;
    }
    out
}

/// # Safety
/// AVX2 and FMA.
#[target_feature(enable = "avx2,fma")]
unsafe fn frequency_level(left: &mut [Block], right: &mut [Block], roots: &[Block]) {
    let (twice_left, left) = left.as_chunks_mut::<2>();
    let (twice_right, right) = right.as_chunks_mut::<2>();
    let (twice_roots, roots) = roots.as_chunks::<2>();
    for (([a, c], [b, d]), [r, s]) in twice_left.iter_mut().zip(twice_right).zip(twice_roots) {
        let [x, y] = Block::mul_two([&a.sub(b), r], [&c.sub(d), s]);
        (*a, *c) = (a.add(b).tidy(), c.add(d).tidy());
        (*b, *d) = (x, y);
    }
    for ((a, b), root) in left.iter_mut().zip(right).zip(roots) {
        let difference = a.sub(b);
        *a = a.add(b).tidy();
        *b = difference.mul(root);
    }
}

/// # Safety
/// AVX2 and FMA.
#[target_feature(enable = "avx2,fma")]
unsafe fn time_level(left: &mut [Block], right: &mut [Block], roots: &[Block]) {
    let (twice_left, left) = left.as_chunks_mut::<2>();
    let (twice_right, right) = right.as_chunks_mut::<2>();
    let (twice_roots, roots) = roots.as_chunks::<2>();
    for (([a, c], [b, d]), [r, s]) in twice_left.iter_mut().zip(twice_right).zip(twice_roots) {
        let [x, y] = Block::mul_two([b, r], [d, s]);
        (*b, *d) = (a.sub(&x).tidy(), c.sub(&y).tidy());
        (*a, *c) = (a.add(&x).tidy(), c.add(&y).tidy());
    }
    for ((a, b), root) in left.iter_mut().zip(right).zip(roots) {
        let product = b.mul(root);
        *b = a.sub(&product).tidy();
        *a = a.add(&product).tidy();
    }
}

/// Four blocks, each a group of four elements, become the first, second, … elements of all groups; and back.
#[target_feature(enable = "avx2,fma")]
fn turn(blocks: &mut [Block; WIDTH]) {
    for i in 0..5 {
        let [a, b, c, d] = &*blocks;
        let rows = transpose([a.limbs[i], b.limbs[i], c.limbs[i], d.limbs[i]]);
        for (block, row) in blocks.iter_mut().zip(rows) {
            block.limbs[i] = row;
        }
    }
}

/// The last two levels of the inverse transform, on sixteen elements after two levels on blocks.
///
/// # Safety
/// AVX2 and FMA.
#[target_feature(enable = "avx2,fma")]
unsafe fn frequency_end(values: &mut [Block], fourth: &Block) {
    let Ok(blocks) = <&mut [Block; WIDTH]>::try_from(values) else {
        return;
    };
    turn(blocks);
    let [a, b, c, d] = *blocks;
    let (e, g) = (a.add(&c).tidy(), a.sub(&c).tidy());
    let (f, h) = (b.add(&d).tidy(), b.sub(&d).mul(fourth));
    *blocks = [
        e.add(&f).tidy(),
        e.sub(&f).tidy(),
        g.add(&h).tidy(),
        g.sub(&h).tidy(),
    ];
    turn(blocks);
}

/// The first two levels of the transform.
///
/// # Safety
/// AVX2 and FMA.
#[target_feature(enable = "avx2,fma")]
unsafe fn time_end(values: &mut [Block], fourth: &Block) {
    let Ok(blocks) = <&mut [Block; WIDTH]>::try_from(values) else {
        return;
    };
    turn(blocks);
    let [e, f, g, h] = *blocks;
    let (a, b) = (e.add(&f).tidy(), e.sub(&f).tidy());
    let (c, d) = (g.add(&h).tidy(), g.sub(&h).mul(fourth));
    *blocks = [
        a.add(&c).tidy(),
        b.add(&d).tidy(),
        a.sub(&c).tidy(),
        b.sub(&d).tidy(),
    ];
    turn(blocks);
}

/// # Safety
/// AVX2 and FMA.
#[target_feature(enable = "avx2,fma")]
unsafe fn weigh(values: &mut [Block], weights: &[Block]) {
    // There are four or more.
    let (values, _) = values.as_chunks_mut::<2>();
    let (weights, _) = weights.as_chunks::<2>();
    for ([a, b], [v, w]) in values.iter_mut().zip(weights) {
        [*a, *b] = Block::mul_two([a, v], [b, w]);
    }
}

/// 1/4, as plain words: takes (x·y − z)·2^257 to the integer x·y − z.
const QUARTER: [u64; 4] = {
    // (3p + 1)/4: p is 1 modulo 4.
    let p = Scalar::PRIME;
    let mut out = [0; 4];
    let mut carry = 1_u128;
    let mut i = 0;
    let mut triple = [0_u64; 5];
    while i < 4 {
        carry += 3 * p[i] as u128;
        triple[i] = carry as u64;
        carry >>= 64;
        i += 1;
    }
    triple[4] = carry as u64;
    let mut i = 0;
    while i < 4 {
        out[i] = triple[i] >> 2 | triple[i + 1] << 62;
        i += 1;
    }
    out
};

/// # Safety
/// AVX2 and FMA.
#[target_feature(enable = "avx2,fma")]
unsafe fn combine(a: &[Block], b: &[Block], c: &[Block], out: &mut [BigInt<4>]) {
    let quarter = Block::splat(&QUARTER).tidy();
    for (((a, b), c), out) in a.iter().zip(b).zip(c).zip(out.chunks_mut(WIDTH)) {
        let value = a.mul(b).sub(&c.add(c)).mul(&quarter);
        for (out, words) in out.iter_mut().zip(value.words()) {
            *out = BigInt(words);
        }
    }
}
