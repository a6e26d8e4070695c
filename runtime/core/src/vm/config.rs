//! Engine settings. Everything that could make two nodes disagree is off.

use obolus_abi::limits::{MAX_CALL_DEPTH, MAX_MEMORY_PAGES, MAX_TABLE};
use wasmtime::{
    Config, Enabled, Engine, InstanceAllocationStrategy, OptLevel, PoolingAllocationConfig,
    Strategy,
};

use super::VmError;
use super::price;

/// Call trees of transactions that run at once: one block is built, another may be validated.
pub(super) const CONCURRENT_EXECUTIONS: usize = 2;
/// Call trees of queries that run at once. They have places of their own, so that no flood of queries keeps a
/// block waiting.
pub(super) const CONCURRENT_QUERIES: usize = 2;
/// How many ticks of the watchdog a call may see.
pub(super) const WATCHDOG_TICKS: u64 = 2;
/// Native stack of a chain of calls, in bytes. The stack counter traps before: one of its 16,384 slots stands for at
/// most four values of 8 bytes, 512 KiB in all, and tests show the counter winning with frames full of live values.
const NATIVE_STACK: usize = 1024 * 1024;
/// Bytes of an instance's memory that stay mapped for the next one.
const KEEP_RESIDENT: usize = 192 * 1024;
const PAGE: usize = 64 * 1024;

pub(super) fn engine() -> Result<Engine, VmError> {
    let mut config = Config::new();
    config
        .strategy(Strategy::Cranelift)
        .cranelift_opt_level(OptLevel::Speed)
        .cranelift_nan_canonicalization(true)
        .consume_fuel(true)
        .operator_cost(price::operators())
        .epoch_interruption(true)
        .max_wasm_stack(NATIVE_STACK)
        .wasm_backtrace_max_frames(None)
        .generate_address_map(false)
        .wasm_bulk_memory(true)
        .wasm_wide_arithmetic(true)
        .wasm_multi_value(false)
        .wasm_multi_memory(false)
        .wasm_memory64(false)
        .wasm_simd(false)
        .wasm_relaxed_simd(false)
        .wasm_tail_call(false)
        .wasm_extended_const(false)
        .wasm_custom_page_sizes(false)
        .allocation_strategy(InstanceAllocationStrategy::Pooling(pool()?));
    Engine::new(&config).map_err(VmError::engine)
}

fn pool() -> Result<PoolingAllocationConfig, VmError> {
    let frames = u32::try_from((CONCURRENT_EXECUTIONS + CONCURRENT_QUERIES) * MAX_CALL_DEPTH)
        .map_err(VmError::engine)?;
    let mut pool = PoolingAllocationConfig::new();
    pool.total_core_instances(frames)
        .total_memories(frames)
        .total_tables(frames)
        .max_memories_per_module(1)
        .max_tables_per_module(1)
        .max_memory_size(MAX_MEMORY_PAGES as usize * PAGE)
        .table_elements(MAX_TABLE as usize)
        .linear_memory_keep_resident(KEEP_RESIDENT)
        .table_keep_resident(KEEP_RESIDENT)
        .max_unused_warm_slots(frames)
        .pagemap_scan(Enabled::Auto);
    Ok(pool)
}
