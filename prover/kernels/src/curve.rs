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

/// A coordinate as words.
pub(crate) trait Coordinate: Field + Zeroize {
    /// Words of a coordinate.
    const WORDS: usize;

    /// Writes the library's own form.
    fn put(&self, words: &mut [u64]);

    /// Reads the library's own form; each number is below p.
    fn get(words: &[u64]) -> Self;
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
}

#[cfg(target_arch = "x86_64")]
pub(crate) mod vector {
    //! Which lanes belong to which group.

    use ark_bn254::{g1, g2};
    use ark_ec::CurveConfig;

    use crate::field::{LaneField, One, Two};
    use crate::lanes::adx::Single;
    use crate::lanes::avx2::Four;
    use crate::lanes::avx512::Eight;
    use crate::prime::Base;

    pub(crate) trait Grouped: CurveConfig {
        type Single: LaneField<1, Element = Self::BaseField>;
        type Four: LaneField<4, Element = Self::BaseField>;
        type Eight: LaneField<8, Element = Self::BaseField>;
    }

    impl Grouped for g1::Config {
        type Single = One<Single<Base, 1>, 1>;
        type Four = One<Four<Base>, 4>;
        type Eight = One<Eight<Base>, 8>;
    }

    impl Grouped for g2::Config {
        type Single = Two<Single<Base, 1>, 1>;
        type Four = Two<Four<Base>, 4>;
        type Eight = Two<Eight<Base>, 8>;
    }
}

#[cfg(not(target_arch = "x86_64"))]
pub(crate) mod vector {
    //! No lanes on this processor.

    pub(crate) trait Grouped {}

    impl<T> Grouped for T {}
}
