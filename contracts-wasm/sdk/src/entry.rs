//! Entries: from a typed function to an export and back.

use borsh::{BorshDeserialize, BorshSerialize};
use obolus_abi::ContractError;
use obolus_abi::hostcall::{EXIT_OK, EXIT_REVERT};
#[cfg(not(target_arch = "wasm32"))]
use obolus_abi::schema::{ContractSchema, Describe, EntryAccess, EntrySchema};

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

/// [`entries!`](crate::entries), and natively `schema()`: the contract as clients see it, from the same functions and types.
///
/// Messages, replies and events are [`schema_types!`](obolus_abi::schema_types) or plain types, errors come from
/// [`contract_errors!`](obolus_abi::contract_errors): the contract's own, then those of callees that it passes on. The
/// SDK's own are added.
///
/// ```
/// use obolus_sdk::{Env, Item, contract, contract_errors, schema_types};
///
/// schema_types! {
///     /// What the counter emits.
///     pub enum Event {
///         /// It was counted.
///         Counted {
///             /// The new sum.
///             sum: u64,
///         },
///     }
/// }
/// contract_errors! {
///     /// Why the counter refuses.
///     Error {
///         /// Too far.
///         TooFar = 1001, "too_far", "the sum would not fit: start again";
///     }
/// }
/// const SUM: Item<u64> = Item::new(0);
///
/// fn init(env: &mut Env, start: u64) -> Result<(), Error> {
///     SUM.set(env, &start);
///     Ok(())
/// }
/// fn add(env: &mut Env, step: u64) -> Result<u64, Error> {
///     let sum = SUM.get(env).unwrap_or(0).checked_add(step).ok_or(Error::TooFar)?;
///     SUM.set(env, &sum);
///     env.emit(&Event::Counted { sum });
///     Ok(sum)
/// }
///
/// contract! {
///     events Event;
///     errors Error;
///     write init;
///     write add;
/// }
/// let json = schema().to_json("counter", "1");
/// assert!(json.contains(r#""name":"add","access":"write""#));
/// assert!(json.contains("too_far") && json.contains("bad_input"));
/// ```
#[macro_export]
macro_rules! contract {
    (events $events:ty; errors $($errors:ty),+; $( $kind:ident $name:ident );* $(;)?) => {
        $crate::entries! { $( $kind $name );* }

        /// The contract as clients see it.
        #[cfg(not(target_arch = "wasm32"))]
        pub fn schema() -> $crate::abi::schema::ContractSchema {
            let mut schema = $crate::abi::schema::ContractSchema::default();
            $( $crate::__describe!($kind $name, &mut schema); )*
            schema.events = Some(<$events as $crate::abi::schema::Describe>::describe(&mut schema.types));
            $( schema.errors.extend(<$errors>::ALL.iter().map(|error| $crate::ContractError::from(*error))); )+
            schema.errors.extend($crate::SdkError::ALL.iter().map(|error| $crate::ContractError::from(*error)));
            schema
        }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __describe {
    (write $name:ident, $schema:expr) => {
        $crate::describe_write(stringify!($name), $name, $schema)
    };
    (read $name:ident, $schema:expr) => {
        $crate::describe_read(stringify!($name), $name, $schema)
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

/// Adds a mutable entry to a schema; used by [`contract!`].
#[cfg(not(target_arch = "wasm32"))]
pub fn describe_write<M: Describe, R: Describe, E>(
    name: &'static str,
    _entry: fn(&mut Env, M) -> Result<R, E>,
    schema: &mut ContractSchema,
) {
    describe::<M, R>(name, EntryAccess::Write, schema);
}

/// Adds a read-only entry to a schema; used by [`contract!`].
#[cfg(not(target_arch = "wasm32"))]
pub fn describe_read<M: Describe, R: Describe, E>(
    name: &'static str,
    _entry: fn(&Env, M) -> Result<R, E>,
    schema: &mut ContractSchema,
) {
    describe::<M, R>(name, EntryAccess::Read, schema);
}

#[cfg(not(target_arch = "wasm32"))]
fn describe<M: Describe, R: Describe>(
    name: &'static str,
    access: EntryAccess,
    schema: &mut ContractSchema,
) {
    let entry = EntrySchema {
        name,
        access,
        message: M::describe(&mut schema.types),
        reply: R::describe(&mut schema.types),
    };
    schema.entries.push(entry);
}

#[cfg(test)]
mod tests;
