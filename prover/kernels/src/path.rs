//! Which arithmetic the processor at hand gets.

use std::fmt;
use std::sync::OnceLock;

/// The variable that forces a path by its [`Path::name`]; where the processor lacks it, and for any other value, the best is taken.
pub(crate) const VARIABLE: &str = "OBOLUS_KERNELS";

/// An implementation of field arithmetic.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Path {
    /// The library's integers, on every processor.
    Portable,
    /// One element after the other in words of 64 bits, with MULX of BMI2 and the additions of ADX.
    Adx,
    /// Four elements at a time in doubles, with AVX2 and FMA.
    Avx2,
    /// Eight elements at a time in integers of 52 bits, with AVX-512's IFMA.
    Avx512,
}

impl Path {
    /// All that the processor can run, the best one last.
    pub fn available() -> Vec<Self> {
        let mut paths = vec![Self::Portable];
        #[cfg(target_arch = "x86_64")]
        {
            use crate::lanes::Isa;
            use crate::lanes::adx::Adx;
            use crate::lanes::avx2::Avx2;
            use crate::lanes::avx512::Avx512;
            if Adx::detect().is_some() {
                paths.push(Self::Adx);
            }
            if Avx2::detect().is_some() {
                paths.push(Self::Avx2);
            }
            if Avx512::detect().is_some() {
                paths.push(Self::Avx512);
            }
        }
        paths
    }

    /// The fastest one, unless `OBOLUS_KERNELS` names another. Decided once a process.
    pub fn best() -> Self {
        static BEST: OnceLock<Path> = OnceLock::new();
        *BEST.get_or_init(|| {
            let mut available = Self::available();
            if let Some(wanted) = std::env::var_os(VARIABLE)
                && let Some(path) = available.iter().find(|path| wanted == path.name())
            {
                return *path;
            }
            available.pop().unwrap_or(Self::Portable)
        })
    }

    /// A name for files and reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Portable => "portable",
            Self::Adx => "adx",
            Self::Avx2 => "avx2",
            Self::Avx512 => "avx512",
        }
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
