//! The two groups.

use ark_bn254::{Fq, Fq2, Fr, g1, g2};
use ark_ec::short_weierstrass::SWCurveConfig;
use ark_ff::{BigInt, Field};
use zeroize::Zeroize;

/// G1 or G2 of BN254: their configurations in `ark-bn254`. Implemented for these only.
#[allow(private_bounds, reason = "the trait is sealed")]
pub trait Curve: SWCurveConfig<ScalarField = Fr, BaseField: Coordinate> + vector::Grouped {}

impl Curve for g1::Config {}
impl Curve for g2::Config {}

/// One half: from the library's form x·2^256 to x·2^255.
const HALF: Fq = ark_ff::MontFp!(
    "10944121435919637611123202872628637544348155578648911831344518947322613104292"
);

/// A coordinate as words.
pub(crate) trait Coordinate: Field + Zeroize {
    /// Words of a coordinate.
    const WORDS: usize;

    /// Writes the library's own form.
    fn put(&self, words: &mut [u64]);

    /// Reads the library's own form; each number is below p.
    fn get(words: &[u64]) -> Self;

    /// Half of it.
    fn halved(&self) -> Self;
}

impl Coordinate for Fq {
    const WORDS: usize = 4;

    fn put(&self, words: &mut [u64]) {
        words.copy_from_slice(&self.0.0);
    }

    fn get(words: &[u64]) -> Self {
        let mut raw = [0; 4];
        for (to, from) in raw.iter_mut().zip(words) {
            *to = *from;
        }
        Self::new_unchecked(BigInt(raw))
    }

    fn halved(&self) -> Self {
        *self * HALF
    }
}

impl Coordinate for Fq2 {
    const WORDS: usize = 8;

    fn put(&self, words: &mut [u64]) {
        let (re, im) = words.split_at_mut(4);
        self.c0.put(re);
        self.c1.put(im);
    }

    fn get(words: &[u64]) -> Self {
        let (re, im) = words.split_at(words.len().min(4));
        Self::new(Fq::get(re), Fq::get(im))
    }

    fn halved(&self) -> Self {
        Self::new(self.c0.halved(), self.c1.halved())
    }
}

#[cfg(target_arch = "x86_64")]
pub(crate) mod vector {
    //! Which lanes belong to which group.

    use ark_bn254::{g1, g2};
    use ark_ec::CurveConfig;

    use crate::field::{LaneField, Two};
    use crate::lanes::Lanes;
    use crate::radix51::Base;

    pub(crate) trait Grouped: CurveConfig {
        type Lanes: LaneField<Element = Self::BaseField>;
    }

    impl Grouped for g1::Config {
        type Lanes = Lanes<Base>;
    }

    impl Grouped for g2::Config {
        type Lanes = Two;
    }
}

#[cfg(not(target_arch = "x86_64"))]
pub(crate) mod vector {
    //! No lanes on this processor.

    pub(crate) trait Grouped {}

    impl<T> Grouped for T {}
}
