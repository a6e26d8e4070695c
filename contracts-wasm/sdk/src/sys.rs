//! The host calls as safe functions, generated from the table in `obolus_abi::hostcall`: imports
//! on WASM, the mock elsewhere. Results are raw; [`crate::Env`] gives them types.

/// Rust type of an argument on the guest's side.
macro_rules! safe {
    (u32) => {
        u32
    };
    (u64) => {
        u64
    };
    (bytes) => {
        &[u8]
    };
    (b32) => {
        &[u8; 32]
    };
    (b64) => {
        &[u8; 64]
    };
    (out) => {
        &mut [u8]
    };
}
pub(crate) use safe;

#[cfg(target_arch = "wasm32")]
mod imports {
    macro_rules! lower {
        (u32, $value:expr) => {
            $value
        };
        (u64, $value:expr) => {
            $value
        };
        (bytes, $value:expr) => {
            obolus_abi::hostcall::pack($value.as_ptr() as u32, $value.len() as u32)
        };
        (b32, $value:expr) => {
            $value.as_ptr() as u32
        };
        (b64, $value:expr) => {
            $value.as_ptr() as u32
        };
        (out, $value:expr) => {
            obolus_abi::hostcall::pack($value.as_mut_ptr() as u32, $value.len() as u32)
        };
    }

    macro_rules! import {
        ($( $(#[$doc:meta])* $access:ident $name:ident ( $( $arg:ident : $kind:ident ),* ) price($($price:literal),*); )*) => {
            mod ffi {
                #[expect(unsafe_code, reason = "imports of the host; the host checks every address")]
                #[link(wasm_import_module = "obolus")]
                unsafe extern "C" {
                    $( pub fn $name($( $arg: obolus_abi::host_value!($kind) ),*) -> i64; )*
                }
            }
            $(
                $(#[$doc])*
                pub fn $name($( $arg: $crate::sys::safe!($kind) ),*) -> i64 {
                    // SAFETY: addresses and lengths come from live references of the right kind, and
                    // the host writes only to `out` arguments.
                    #[expect(unsafe_code, reason = "see above")]
                    unsafe { ffi::$name($( lower!($kind, $arg) ),*) }
                }
            )*
        };
    }
    obolus_abi::for_each_host_call!(import);

    /// Traps.
    pub fn trap(_reason: &str) -> ! {
        core::arch::wasm32::unreachable()
    }
}
#[cfg(target_arch = "wasm32")]
pub use imports::*;

#[cfg(not(target_arch = "wasm32"))]
mod native {
    use crate::mock::{HostCalls, MockHost};

    macro_rules! forward {
        ($( $(#[$doc:meta])* $access:ident $name:ident ( $( $arg:ident : $kind:ident ),* ) price($($price:literal),*); )*) => {
            $(
                $(#[$doc])*
                pub fn $name($( $arg: $crate::sys::safe!($kind) ),*) -> i64 {
                    MockHost::check_access(stringify!($name));
                    MockHost::$name($( $arg ),*)
                }
            )*
        };
    }
    obolus_abi::for_each_host_call!(forward);

    /// Traps.
    pub fn trap(reason: &str) -> ! {
        crate::mock::trap(reason)
    }
}
#[cfg(not(target_arch = "wasm32"))]
pub use native::*;
