//! The linker, generated from the host-call table: charge, check addresses, hand slices to the host.

use obolus_abi::hostcall::{self, unpack};
use wasmtime::{Caller, Global, Linker, Memory, Val};

use super::VmError;
use super::instrument::{CHARGE_GROWTH, IMPORT_MODULE};
use super::price::MEMORY_PAGE;
use crate::exec::{Fault, TrapKind};
use crate::host::{Access, Frame, Stop, calls};

/// What a store holds: the frame, and its handles into the instance.
pub(super) struct Guest {
    pub frame: Frame,
    /// Set after instantiation; no guest code runs before.
    pub handles: Option<Handles>,
}

/// Handles into an instance.
#[derive(Clone, Copy)]
pub(super) struct Handles {
    pub memory: Memory,
    pub stack_counter: Global,
}

/// Bytes that the price counts.
macro_rules! sized {
    (bytes, $value:ident) => {
        u64::from(unpack($value).1)
    };
    (out, $value:ident) => {
        u64::from(unpack($value).1)
    };
    ($kind:ident, $value:ident) => {
        0
    };
}

macro_rules! lower {
    (u32, $memory:ident, $value:ident) => {
        $value
    };
    (u64, $memory:ident, $value:ident) => {
        $value
    };
    (bytes, $memory:ident, $value:ident) => {
        slice($memory, unpack($value))?
    };
    (b32, $memory:ident, $value:ident) => {
        array::<32>($memory, $value)?
    };
    (b64, $memory:ident, $value:ident) => {
        array::<64>($memory, $value)?
    };
    (out, $memory:ident, $value:ident) => {
        slice_mut($memory, unpack($value))?
    };
}

macro_rules! access {
    (read) => {
        hostcall::Access::Read
    };
    (write) => {
        hostcall::Access::Write
    };
}

macro_rules! linker {
    ($( $(#[$doc:meta])* $access:ident $name:ident ( $( $arg:ident : $kind:ident ),* ) price($base:literal, $per_byte:literal); )*) => {
        fn link_table(linker: &mut Linker<Guest>) -> wasmtime::Result<()> {
            $(
                linker.func_wrap(
                    hostcall::IMPORT_MODULE,
                    stringify!($name),
                    |mut caller: Caller<'_, Guest>, $( $arg: obolus_abi::host_value!($kind) ),*| -> wasmtime::Result<i64> {
                        let price = $base + $per_byte * (0 $( + sized!($kind, $arg) )*);
                        let handles = charge(&mut caller, access!($access), price)?;
                        let result = {
                            let (memory, guest) = handles.memory.data_and_store_mut(&mut caller);
                            let mut act = || -> Result<i64, Stop> {
                                let _ = &memory;
                                calls::$name(&mut guest.frame, $( lower!($kind, memory, $arg) ),*)
                            };
                            act()
                        };
                        settle(&mut caller)?;
                        Ok(result?)
                    },
                )?;
            )*
            Ok(())
        }
    };
}
obolus_abi::for_each_host_call!(linker);

/// Defines every host call of the table, and the charge for memory growth.
pub(super) fn link(linker: &mut Linker<Guest>) -> Result<(), VmError> {
    link_table(linker).map_err(VmError::engine)?;
    linker
        .func_wrap(
            IMPORT_MODULE,
            CHARGE_GROWTH,
            |mut caller: Caller<'_, Guest>, pages: u32| -> wasmtime::Result<u32> {
                let price = MEMORY_PAGE * u64::from(pages);
                let left = caller.get_fuel()?;
                caller.set_fuel(left.checked_sub(price).ok_or(Stop::OutOfFuel)?)?;
                Ok(pages)
            },
        )
        .map_err(VmError::engine)?;
    Ok(())
}

/// Brings fuel and stack counter into the frame, takes the price, refuses writes in read-only frames.
fn charge(
    caller: &mut Caller<'_, Guest>,
    access: hostcall::Access,
    price: u64,
) -> wasmtime::Result<Handles> {
    let handles = caller.data().handles.ok_or_else(no_handles)?;
    let fuel = caller.get_fuel()?;
    let Val::I32(height) = handles.stack_counter.get(&mut *caller) else {
        return Err(no_handles().into());
    };
    let frame = &mut caller.data_mut().frame;
    frame.fuel = fuel;
    frame.stack_height = height.cast_unsigned();
    frame.charge(price)?;
    if access == hostcall::Access::Write && frame.call.access == Access::Read {
        return Err(Stop::Trap(TrapKind::ReadOnly).into());
    }
    Ok(handles)
}

/// Gives the fuel that is left back to the engine.
fn settle(caller: &mut Caller<'_, Guest>) -> wasmtime::Result<()> {
    let left = caller.data().frame.fuel;
    caller.set_fuel(left)
}

fn no_handles() -> Stop {
    Stop::Fault(Fault::Vm(
        "an instance has no memory or stack counter".into(),
    ))
}

fn range((address, len): (u32, u32)) -> Option<std::ops::Range<usize>> {
    let start = usize::try_from(address).ok()?;
    let len = usize::try_from(len).ok()?;
    Some(start..start.checked_add(len)?)
}

fn slice(memory: &[u8], place: (u32, u32)) -> Result<&[u8], Stop> {
    range(place)
        .and_then(|range| memory.get(range))
        .ok_or(Stop::Trap(TrapKind::BadPointer))
}

fn slice_mut(memory: &mut [u8], place: (u32, u32)) -> Result<&mut [u8], Stop> {
    range(place)
        .and_then(|range| memory.get_mut(range))
        .ok_or(Stop::Trap(TrapKind::BadPointer))
}

fn array<const N: usize>(memory: &[u8], address: u32) -> Result<&[u8; N], Stop> {
    usize::try_from(address)
        .ok()
        .and_then(|start| memory.get(start..))
        .and_then(|rest| rest.first_chunk())
        .ok_or(Stop::Trap(TrapKind::BadPointer))
}
