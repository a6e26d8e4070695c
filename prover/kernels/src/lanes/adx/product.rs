//! Products of numbers of four words, and the reduction of numbers of eight.
//!
//! MULX leaves the flags alone, ADCX adds with the carry flag only and ADOX with the overflow flag only. The row of a word times a number has two words for
//! each of the number's, a lower and an upper one, which are added in two chains of carries that do not wait for each other. What has been added up so far always fits
//! into its words, so neither chain carries out of its row, and both flags are clear where the next row begins.

use std::arch::asm;

use super::Adx;
use super::sums::{Constants, Wide, below, halves, is_below, plus};
use crate::prime::Modulus;

/// Adds a·b for the words of a in memory and one word b, which is in a register, into the words that are named; the last is new and may be b's.
#[rustfmt::skip]
macro_rules! row {
    ($b:literal, $t0:literal, $t1:literal, $t2:literal, $t3:literal, $t4:literal) => {
        concat!(
            "mov rdx, ", $b, "\n",
            "mulx ", $t4, ", {low}, [{a}]\n",
            "adox ", $t0, ", {low}\n",
            "adcx ", $t1, ", ", $t4, "\n",
            "mulx ", $t4, ", {low}, [{a} + 8]\n",
            "adox ", $t1, ", {low}\n",
            "adcx ", $t2, ", ", $t4, "\n",
            "mulx ", $t4, ", {low}, [{a} + 16]\n",
            "adox ", $t2, ", {low}\n",
            "adcx ", $t3, ", ", $t4, "\n",
            "mulx ", $t4, ", {low}, [{a} + 24]\n",
            "adox ", $t3, ", {low}\n",
            "adcx ", $t4, ", {zero}\n",
            "adox ", $t4, ", {zero}\n",
        )
    };
}

/// a·b.
///
/// The words of b come in registers, so that a result that is a factor at once has not to go through memory.
#[inline(always)]
pub(super) fn wide(_: Adx, &[b0, b1, b2, b3]: &[u64; 4], a: &[u64; 4]) -> Wide {
    let (t0, t1, t2, t3): (u64, u64, u64, u64);
    let (t4, t5, t6, t7): (u64, u64, u64, u64);
    // SAFETY: the token says that the processor has the instructions. The pointer is to four words, of which 32 bytes are read; nothing is
    // written to memory. All registers that change are named.
    unsafe {
        asm!(
            "mulx {t1}, {t0}, [{a}]",
            "mulx {t2}, {low}, [{a} + 8]",
            "add {t1}, {low}",
            "mulx {t3}, {low}, [{a} + 16]",
            "adc {t2}, {low}",
            "mulx {t4}, {low}, [{a} + 24]",
            "adc {t3}, {low}",
            "adc {t4}, 0",
            // Clears both flags.
            "xor {zero:e}, {zero:e}",
            row!("{b1}", "{t1}", "{t2}", "{t3}", "{t4}", "{b1}"),
            row!("{b2}", "{t2}", "{t3}", "{t4}", "{b1}", "{b2}"),
            row!("{b3}", "{t3}", "{t4}", "{b1}", "{b2}", "{b3}"),
            a = in(reg) a.as_ptr(),
            inout("rdx") b0 => _,
            b1 = inout(reg) b1 => t5,
            b2 = inout(reg) b2 => t6,
            b3 = inout(reg) b3 => t7,
            t0 = out(reg) t0,
            t1 = out(reg) t1,
            t2 = out(reg) t2,
            t3 = out(reg) t3,
            t4 = out(reg) t4,
            low = out(reg) _,
            zero = out(reg) _,
            options(pure, readonly, nostack),
        );
    }
    [t0, t1, t2, t3, t4, t5, t6, t7]
}

/// a²: each product of two different words is made once and doubled.
#[inline(always)]
pub(super) fn squared(_: Adx, a: &[u64; 4]) -> Wide {
    let (t0, t1, t2, t3): (u64, u64, u64, u64);
    let (t4, t5, t6, t7): (u64, u64, u64, u64);
    // SAFETY: as for [`wide`].
    unsafe {
        asm!(
            "mov rdx, [{a}]",
            "mulx {t2}, {t1}, [{a} + 8]",
            "mulx {t3}, {low}, [{a} + 16]",
            "add {t2}, {low}",
            "mulx {t4}, {low}, [{a} + 24]",
            "adc {t3}, {low}",
            "adc {t4}, 0",
            "mov rdx, [{a} + 8]",
            "xor {zero:e}, {zero:e}",
            "mulx {high}, {low}, [{a} + 16]",
            "adcx {t3}, {low}",
            "adcx {t4}, {high}",
            "mulx {t5}, {low}, [{a} + 24]",
            "adox {t4}, {low}",
            "adcx {t5}, {zero}",
            "mov rdx, [{a} + 16]",
            "mulx {t6}, {low}, [{a} + 24]",
            "adox {t5}, {low}",
            // An upper word and a carry are no more than one word, so the other chain has ended.
            "adox {t6}, {zero}",
            // Doubled with one chain, squares of words added with the other.
            "mov rdx, [{a}]",
            "mulx {low}, {t0}, rdx",
            "adcx {t1}, {t1}",
            "adox {t1}, {low}",
            "mov rdx, [{a} + 8]",
            "mulx {high}, {low}, rdx",
            "adcx {t2}, {t2}",
            "adox {t2}, {low}",
            "adcx {t3}, {t3}",
            "adox {t3}, {high}",
            "mov rdx, [{a} + 16]",
            "mulx {high}, {low}, rdx",
            "adcx {t4}, {t4}",
            "adox {t4}, {low}",
            "adcx {t5}, {t5}",
            "adox {t5}, {high}",
            "mov rdx, [{a} + 24]",
            "mulx {t7}, {low}, rdx",
            "adcx {t6}, {t6}",
            "adox {t6}, {low}",
            "adcx {t7}, {zero}",
            "adox {t7}, {zero}",
            a = in(reg) a.as_ptr(),
            t0 = out(reg) t0,
            t1 = out(reg) t1,
            t2 = out(reg) t2,
            t3 = out(reg) t3,
            t4 = out(reg) t4,
            t5 = out(reg) t5,
            t6 = out(reg) t6,
            t7 = out(reg) t7,
            low = out(reg) _,
            high = out(reg) _,
            zero = out(reg) _,
            out("rdx") _,
            options(pure, readonly, nostack),
        );
    }
    [t0, t1, t2, t3, t4, t5, t6, t7]
}

/// One step of Montgomery's reduction of four words: adds the multiple of p that makes the lowest zero, which is then free, and shifts. What comes out is
/// in the last name and the first three.
#[rustfmt::skip]
macro_rules! fold {
    ($t0:ident, $t1:ident, $t2:ident, $t3:ident, $free:ident) => {
        concat!(
            "mov rdx, {", stringify!($t0), "}\n",
            "imul rdx, [{p} + 32]\n",
            // Clears both flags.
            "xor {low:e}, {low:e}\n",
            "mulx {", stringify!($free), "}, {low}, [{p}]\n",
            "adcx {low}, {", stringify!($t0), "}\n",
            "adcx {", stringify!($free), "}, {", stringify!($t1), "}\n",
            "mulx {", stringify!($t0), "}, {low}, [{p} + 8]\n",
            "adox {", stringify!($free), "}, {low}\n",
            "adcx {", stringify!($t0), "}, {", stringify!($t2), "}\n",
            "mulx {", stringify!($t1), "}, {low}, [{p} + 16]\n",
            "adox {", stringify!($t0), "}, {low}\n",
            "adcx {", stringify!($t1), "}, {", stringify!($t3), "}\n",
            "mulx {", stringify!($t2), "}, {low}, [{p} + 24]\n",
            "adox {", stringify!($t1), "}, {low}\n",
            "adcx {", stringify!($t2), "}, [{p} + 40]\n",
            "adox {", stringify!($t2), "}, [{p} + 40]\n",
        )
    };
}

/// Four steps for each of some numbers, in turns. A number is given by its four words, the name of a word that is free, and where the result goes.
#[rustfmt::skip]
macro_rules! folded {
    ($p:expr, $([$x0:ident, $x1:ident, $x2:ident, $x3:ident, $x4:ident] => [$a0:ident, $a1:ident, $a2:ident, $a3:ident]),+) => {
        asm!(
            $(fold!($x0, $x1, $x2, $x3, $x4),)+
            $(fold!($x4, $x0, $x1, $x2, $x3),)+
            $(fold!($x3, $x4, $x0, $x1, $x2),)+
            $(fold!($x2, $x3, $x4, $x0, $x1),)+
            p = in(reg) $p,
            low = out(reg) _,
            out("rdx") _,
            $(
                $x0 = inout(reg) $x0 => _,
                $x1 = inout(reg) $x1 => $a0,
                $x2 = inout(reg) $x2 => $a1,
                $x3 = inout(reg) $x3 => $a2,
                $x4 = out(reg) $a3,
            )+
            options(pure, readonly, nostack),
        )
    };
}

/// Both numbers divided by 2^256 modulo p, in 0..p. They are below p·2^256.
///
/// A reduction is a chain of steps that wait for each other, so two are done in turns.
#[inline(always)]
pub(super) fn reduced_two<M: Modulus>(_: Adx, [x, y]: &[Wide; 2]) -> [[u64; 4]; 2] {
    let ([x0, x1, x2, x3], x_high) = halves(x);
    let ([y0, y1, y2, y3], y_high) = halves(y);
    debug_assert!(
        is_below::<M>(x_high) && is_below::<M>(y_high),
        "too large a number"
    );
    let (a0, a1, a2, a3): (u64, u64, u64, u64);
    let (b0, b1, b2, b3): (u64, u64, u64, u64);
    // SAFETY: the token says that the processor has the instructions. The pointer is to the constants, of which all 48 bytes are read; nothing is written
    // to memory. All registers that change are named.
    unsafe {
        folded!(
            M::WORDS.as_ptr(),
            [x0, x1, x2, x3, x4] => [a0, a1, a2, a3],
            [y0, y1, y2, y3, y4] => [b0, b1, b2, b3]
        );
    }
    [
        below::<M>(&plus(&[a0, a1, a2, a3], x_high)),
        below::<M>(&plus(&[b0, b1, b2, b3], y_high)),
    ]
}

/// As [`reduced_two`] for one number.
#[inline(always)]
pub(super) fn reduced<M: Modulus>(_: Adx, x: &Wide) -> [u64; 4] {
    let ([x0, x1, x2, x3], high) = halves(x);
    debug_assert!(is_below::<M>(high), "too large a number");
    let (a0, a1, a2, a3): (u64, u64, u64, u64);
    // SAFETY: as for [`reduced_two`].
    unsafe {
        folded!(M::WORDS.as_ptr(), [x0, x1, x2, x3, x4] => [a0, a1, a2, a3]);
    }
    below::<M>(&plus(&[a0, a1, a2, a3], high))
}
