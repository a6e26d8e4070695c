//! What no safe wrapper lets a contract do: bad addresses, exits without data, raw memory growth, a
//! write behind a read-only export. Each entry first counts a note, which must be rolled back.

use alloc::vec::Vec;
use core::arch::wasm32;
use core::hint::black_box;

use obolus_sdk::abi::hostcall::{EXIT_OK, EXIT_REVERT, pack};
use obolus_sdk::{Env, SdkError, run_write};

use crate::waste::note;

mod ffi {
    #[expect(
        unsafe_code,
        reason = "imports called with bad arguments on purpose; the host checks them"
    )]
    #[link(wasm_import_module = "obolus")]
    unsafe extern "C" {
        pub safe fn buffer_read(dst: u64, offset: u32) -> i64;
        pub safe fn emit(data: u64) -> i64;
        pub safe fn get(key: u64) -> i64;
        pub safe fn point_check(point: u32) -> i64;
        pub safe fn self_id() -> i64;
        pub safe fn tree_append(tree: u32, leaf: u32) -> i64;
    }
}

const PAGE: usize = 64 * 1024;
const MAX: u32 = u32::MAX;

/// End of memory as an address.
fn end() -> u32 {
    (wasm32::memory_size(0) * PAGE) as u32
}

macro_rules! raw_entries {
    ($( $(#[$doc:meta])* $name:literal => $body:expr; )*) => {
        $(
            const _: () = {
                $(#[$doc])*
                #[expect(unsafe_code, reason = "an export; the names are distinct")]
                #[unsafe(export_name = $name)]
                extern "C" fn entry() -> i32 {
                    let body: fn() -> i32 = $body;
                    body()
                }
            };
        )*
    };
}

/// Counts a note, then makes a host call that must trap.
fn misuse(call: fn() -> i64) -> i32 {
    let noted = run_write(note);
    call();
    noted
}

/// Grows memory until the host refuses, writing into each new page; returns the pages reached.
fn bomb(_env: &mut Env, (): ()) -> Result<u32, SdkError> {
    // The allocator keeps this page for the reply.
    drop(black_box(Vec::<u8>::with_capacity(64)));
    loop {
        let before = wasm32::memory_grow(0, 1);
        if before == usize::MAX {
            return Ok(wasm32::memory_size(0) as u32);
        }
        let address = (before * PAGE) as *mut u8;
        // SAFETY: the page was just added and nothing else uses it: the allocator only takes pages that
        // it grew itself.
        #[expect(unsafe_code, reason = "see above")]
        unsafe {
            black_box(address).write_volatile(1);
        }
    }
}

raw_entries! {
    /// Reads from beyond memory.
    "x_bad_input_address" => || misuse(|| ffi::emit(pack(end(), 1)));
    /// Reads across the end of memory.
    "x_bad_input_length" => || misuse(|| ffi::get(pack(end() - 8, 9)));
    /// Address plus length wraps around.
    "x_bad_input_wrap" => || misuse(|| ffi::emit(pack(MAX, 16)));
    /// A fixed-size argument across the end of memory.
    "x_bad_fixed" => || misuse(|| ffi::point_check(end() - 63));
    /// The same in a call that would write.
    "x_bad_fixed_write" => || misuse(|| ffi::tree_append(0, end() - 31));
    /// The host is asked to write beyond memory.
    "x_bad_output_address" => || misuse(|| { ffi::self_id(); ffi::buffer_read(pack(end() - 31, 32), 0) });
    /// Output that wraps around.
    "x_bad_output_wrap" => || misuse(|| { ffi::self_id(); ffi::buffer_read(pack(MAX - 1, 32), 0) });
    /// Says that it refused without saying why.
    "x_exit_revert" => || { run_write(note); EXIT_REVERT };
    /// An exit code that means nothing.
    "x_exit_unknown" => || { run_write(note); 7 };
    /// Succeeds, with an empty reply.
    "x_exit_silent" => || EXIT_OK;
    /// Takes all memory that it can get.
    "x_bomb" => || run_write(bomb);
    /// Writes behind a read-only export.
    "q_sneak" => || run_write(note);
}
