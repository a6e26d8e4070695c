//! Entries: from a typed function to an export and back.

use borsh::{BorshDeserialize, BorshSerialize};
use obolus_abi::ContractError;
use obolus_abi::hostcall::{EXIT_OK, EXIT_REVERT};

use crate::{Env, SdkError, env, sys};

/// One entry of a contract as the mock runs it.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// Export name, prefix included.
    pub export: &'static str,
    /// Reads the input from the host and leaves result or error there; returns the exit code.
    pub run: fn() -> i32,
}

/// Exports the listed functions as entries, and lists them as `ENTRIES` for the mock.
///
/// `write name;` needs `fn name(&mut Env, Message) -> Result<Reply, impl Into<ContractError>>`;
/// `read name;` takes `&Env` instead. The entry called `init` runs once, at instantiation.
#[macro_export]
macro_rules! entries {
    ($( $kind:ident $name:ident );* $(;)?) => {
        /// The contract's entries, as the mock runs them.
        pub const ENTRIES: &[$crate::Entry] = &[
            $( $crate::Entry { export: $crate::__export_name!($kind $name), run: || $crate::__run!($kind $name) } ),*
        ];
        $( $crate::__export!($kind $name); )*
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __export_name {
    (write $name:ident) => {
        concat!("x_", stringify!($name))
    };
    (read $name:ident) => {
        concat!("q_", stringify!($name))
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __run {
    (write $name:ident) => {
        $crate::run_write($name)
    };
    (read $name:ident) => {
        $crate::run_read($name)
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __export {
    (write $name:ident) => {
        #[cfg(target_arch = "wasm32")]
        const _: () = {
            #[allow(unsafe_code, reason = "an export; names are distinct by construction")]
            #[unsafe(export_name = concat!("x_", stringify!($name)))]
            extern "C" fn entry() -> i32 {
                $crate::run_write($name)
            }
        };
    };
    (read $name:ident) => {
        #[cfg(target_arch = "wasm32")]
        const _: () = {
            #[allow(unsafe_code, reason = "an export; names are distinct by construction")]
            #[unsafe(export_name = concat!("q_", stringify!($name)))]
            extern "C" fn entry() -> i32 {
                $crate::run_read($name)
            }
        };
    };
}

/// Runs a mutable entry; used by [`entries!`].
pub fn run_write<M, R, E>(entry: fn(&mut Env, M) -> Result<R, E>) -> i32
where
    M: BorshDeserialize,
    R: BorshSerialize,
    E: Into<ContractError>,
{
    finish(decode().and_then(|message| entry(&mut Env::new(), message).map_err(Into::into)))
}

/// Runs a read-only entry; used by [`entries!`].
pub fn run_read<M, R, E>(entry: fn(&Env, M) -> Result<R, E>) -> i32
where
    M: BorshDeserialize,
    R: BorshSerialize,
    E: Into<ContractError>,
{
    finish(decode().and_then(|message| entry(&Env::new(), message).map_err(Into::into)))
}

fn decode<M: BorshDeserialize>() -> Result<M, ContractError> {
    borsh::from_slice(&env::input()).map_err(|_| SdkError::BadInput.into())
}

fn finish<R: BorshSerialize>(outcome: Result<R, ContractError>) -> i32 {
    match outcome {
        Ok(reply) => {
            sys::ret(&env::encode(&reply));
            EXIT_OK
        }
        Err(error) => {
            sys::revert(&env::encode(&error));
            EXIT_REVERT
        }
    }
}

#[cfg(test)]
mod tests;
