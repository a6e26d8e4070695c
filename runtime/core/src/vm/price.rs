//! Fuel prices besides the host calls', which stand in the table of `obolus_abi::hostcall`.
//!
//! One unit is about a nanosecond. Prices are consensus: golden tests hold them.

use wasmtime::{OperatorCost, VariableOperatorCost};

use crate::exec::Fuel;

/// Fuel for entering a frame: an instance from the pool.
pub(super) const FRAME: u64 = 10_000;
/// Fuel for a page of memory (64 KiB), at the start and when grown: sixteen page faults and their clearing.
pub(super) const MEMORY_PAGE: u64 = 5_000;
/// Fuel for each byte of an uploaded module: validation, instrumentation, storage.
const UPLOAD_BYTE: u64 = 400;
/// Fuel for each function of an uploaded module: compilation.
const UPLOAD_FUNCTION: u64 = 100_000;

/// Fuel for uploading a module.
pub(super) fn upload(bytes: usize, functions: usize) -> Fuel {
    Fuel(UPLOAD_BYTE * bytes as u64 + UPLOAD_FUNCTION * functions as u64)
}

/// Operators cost 1, but for: nothing (structure), 3 (indirection and wide arithmetic), 15 (division), and what depends on a
/// length. Operators that validation refuses keep the engine's default.
pub(super) fn operators() -> OperatorCost {
    OperatorCost {
        Nop: 1,
        Drop: 0,
        Block: 0,
        Loop: 0,
        End: 0,
        Else: 0,
        Return: 1,
        Unreachable: 1,
        Br: 1,
        BrIf: 1,
        BrTable: 3,
        If: 1,
        Call: 3,
        CallIndirect: 6,
        I32DivS: 15,
        I32DivU: 15,
        I32RemS: 15,
        I32RemU: 15,
        I64DivS: 15,
        I64DivU: 15,
        I64RemS: 15,
        I64RemU: 15,
        I64Add128: 3,
        I64Sub128: 3,
        I64MulWideS: 3,
        I64MulWideU: 3,
        MemorySize: 2,
        MemoryGrow: 200,
        MemoryCopy: 20,
        MemoryFill: 20,
        variable: VariableOperatorCost {
            memory_copy_per_byte: 1,
            memory_fill_per_byte: 1,
            ..VariableOperatorCost::new()
        },
        ..OperatorCost::new()
    }
}

#[cfg(test)]
mod tests;
