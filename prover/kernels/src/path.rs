//! Which arithmetic the processor at hand gets.

use std::fmt;
use std::sync::OnceLock;

/// The variable that forces [`Path::Portable`] when it is set to `portable`.
pub const VARIABLE: &str = "OBOLUS_KERNELS";

/// An implementation of field arithmetic.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Path {
    /// The library's integers, on every processor.
    Portable,
    /// Four elements at a time in doubles, with AVX2 and FMA.
    Avx2,
}

impl Path {
    /// All that the processor can run, the best one last.
    pub fn available() -> Vec<Self> {
        let mut paths = vec![Self::Portable];
        #[cfg(target_arch = "x86_64")]
        if crate::vector::available() {
            paths.push(Self::Avx2);
        }
        paths
    }

    /// The fastest one, unless `OBOLUS_KERNELS=portable` says otherwise. Decided once a process.
    pub fn best() -> Self {
        static BEST: OnceLock<Path> = OnceLock::new();
        *BEST.get_or_init(|| {
            if std::env::var_os(VARIABLE).is_some_and(|value| value == "portable") {
                return Self::Portable;
            }
            Self::available().pop().unwrap_or(Self::Portable)
        })
    }

    /// A name for files and reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Portable => "portable",
            Self::Avx2 => "avx2",
        }
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
