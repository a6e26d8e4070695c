//! Sums and differences of elements, in 0..p, and of numbers of eight words, without a branch.

use std::arch::asm;

use crate::prime::{Modulus, negative_inverse};

/// What instructions read from memory.
pub(super) trait Constants: Modulus {
    /// The words of p, −1/p modulo 2^64, and a zero.
    const WORDS: &'static [u64; 6] = &{
        let [a, b, c, d] = Self::PRIME;
        [a, b, c, d, negative_inverse(&Self::PRIME, 64), 0]
    };
}

impl<M: Modulus> Constants for M {}

/// A product, or a sum of some, before its reduction.
pub(super) type Wide = [u64; 8];

/// a + b modulo 2^(64·L).
#[inline(always)]
fn added<const L: usize>(a: &[u64; L], b: &[u64; L]) -> [u64; L] {
    let mut out = [0; L];
    let mut carry = false;
    for ((out, a), b) in out.iter_mut().zip(a).zip(b) {
        (*out, carry) = a.carrying_add(*b, carry);
    }
    out
}

/// a − b modulo 2^(64·L), and whether it is negative.
#[inline(always)]
fn subtracted<const L: usize>(a: &[u64; L], b: &[u64; L]) -> ([u64; L], bool) {
    let mut out = [0; L];
    let mut borrow = false;
    for ((out, a), b) in out.iter_mut().zip(a).zip(b) {
        (*out, borrow) = a.borrowing_sub(*b, borrow);
    }
    (out, borrow)
}

/// The words where the condition holds, and zeros where not.
#[inline(always)]
fn masked(words: &[u64; 4], condition: bool) -> [u64; 4] {
    let mask = u64::from(condition).wrapping_neg();
    words.map(|word| word & mask)
}

/// x or x − p, whichever is in 0..p, for x below 2p.
#[inline(always)]
pub(super) fn below<M: Modulus>(&[x0, x1, x2, x3]: &[u64; 4]) -> [u64; 4] {
    let (a0, a1, a2, a3): (u64, u64, u64, u64);
    // The compiler makes twice as many instructions of this, since it knows the words of p.
    // SAFETY: any processor of this architecture has the instructions. The pointer is to the four words of p, of which 32 bytes are read; nothing is
    // written to memory. All registers that change are named.
    unsafe {
        asm!(
            "mov {less0}, {a0}",
            "sub {less0}, [{p}]",
            "mov {less1}, {a1}",
            "sbb {less1}, [{p} + 8]",
            "mov {less2}, {a2}",
            "sbb {less2}, [{p} + 16]",
            "mov {less3}, {a3}",
            "sbb {less3}, [{p} + 24]",
            "cmovnc {a0}, {less0}",
            "cmovnc {a1}, {less1}",
            "cmovnc {a2}, {less2}",
            "cmovnc {a3}, {less3}",
            p = in(reg) M::WORDS.as_ptr(),
            a0 = inout(reg) x0 => a0,
            a1 = inout(reg) x1 => a1,
            a2 = inout(reg) x2 => a2,
            a3 = inout(reg) x3 => a3,
            less0 = out(reg) _,
            less1 = out(reg) _,
            less2 = out(reg) _,
            less3 = out(reg) _,
            options(pure, readonly, nostack),
        );
    }
    [a0, a1, a2, a3]
}

/// Whether x is in 0..p.
pub(super) fn is_below<M: Modulus>(x: &[u64; 4]) -> bool {
    x.iter().rev().lt(M::PRIME.iter().rev())
}

/// a + b in 0..p.
#[inline(always)]
pub(super) fn sum<M: Modulus>(a: &[u64; 4], b: &[u64; 4]) -> [u64; 4] {
    below::<M>(&added(a, b))
}

/// a − b in 0..p.
#[inline(always)]
pub(super) fn difference<M: Modulus>(&[x0, x1, x2, x3]: &[u64; 4], b: &[u64; 4]) -> [u64; 4] {
    let (a0, a1, a2, a3): (u64, u64, u64, u64);
    // SAFETY: as for [`below`], with a second pointer to four words.
    unsafe {
        asm!(
            "sub {a0}, [{b}]",
            "sbb {a1}, [{b} + 8]",
            "sbb {a2}, [{b} + 16]",
            "sbb {a3}, [{b} + 24]",
            // All bits set where the difference is negative.
            "sbb {p3}, {p3}",
            "mov {p0}, {p3}",
            "mov {p1}, {p3}",
            "mov {p2}, {p3}",
            "and {p0}, [{p}]",
            "and {p1}, [{p} + 8]",
            "and {p2}, [{p} + 16]",
            "and {p3}, [{p} + 24]",
            "add {a0}, {p0}",
            "adc {a1}, {p1}",
            "adc {a2}, {p2}",
            "adc {a3}, {p3}",
            p = in(reg) M::WORDS.as_ptr(),
            b = in(reg) b.as_ptr(),
            a0 = inout(reg) x0 => a0,
            a1 = inout(reg) x1 => a1,
            a2 = inout(reg) x2 => a2,
            a3 = inout(reg) x3 => a3,
            p0 = out(reg) _,
            p1 = out(reg) _,
            p2 = out(reg) _,
            p3 = out(reg) _,
            options(pure, readonly, nostack),
        );
    }
    [a0, a1, a2, a3]
}

/// −a in 0..p.
#[inline(always)]
pub(super) fn negative<M: Modulus>(a: &[u64; 4]) -> [u64; 4] {
    difference::<M>(&[0; 4], a)
}

/// a + b, not reduced.
#[inline(always)]
pub(super) fn plus<const L: usize>(a: &[u64; L], b: &[u64; L]) -> [u64; L] {
    added(a, b)
}

/// a − b, and whether it is negative; then it is 2^512 too large.
#[inline(always)]
pub(super) fn minus(a: &Wide, b: &Wide) -> (Wide, bool) {
    subtracted(a, b)
}

/// x, with p·2^256 added where it was negative: what [`minus`] has returned.
#[inline(always)]
pub(super) fn more_where_negative<M: Modulus>((x, negative): (Wide, bool)) -> Wide {
    let (low, high) = halves(&x);
    joined(low, added(high, &masked(&M::PRIME, negative)))
}

/// x or x − p·2^256, whichever is in 0..p·2^256, for x below 2p·2^256.
#[inline(always)]
pub(super) fn less<M: Modulus>(x: &Wide) -> Wide {
    let (low, high) = halves(x);
    joined(low, below::<M>(high))
}

/// The lower and the upper four words.
#[inline(always)]
pub(super) fn halves([a, b, c, d, rest @ ..]: &Wide) -> ([u64; 4], &[u64; 4]) {
    ([*a, *b, *c, *d], rest)
}

#[inline(always)]
fn joined([a, b, c, d]: [u64; 4], [e, f, g, h]: [u64; 4]) -> Wide {
    [a, b, c, d, e, f, g, h]
}
