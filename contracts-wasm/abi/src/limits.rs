//! Every limit of the contract runtime, in one place, with its reason.
//!
//! A limit is part of consensus: changing one changes which blocks are valid.

/// Longest storage key of a contract, in bytes, its field id included.
pub const MAX_KEY: usize = 256;
/// Longest storage value, in bytes. The store keeps values under about 6 KiB inside its pages.
pub const MAX_VALUE: usize = 4096;
/// Longest input of an entry, in bytes.
pub const MAX_INPUT: usize = 64 * 1024;
/// Longest value that an entry returns, in bytes.
pub const MAX_RETURN: usize = 64 * 1024;
/// Longest encoded [`ContractError`](crate::ContractError) that an entry reverts with, in bytes.
pub const MAX_REVERT: usize = 1024;
/// Longest event, in bytes.
pub const MAX_EVENT: usize = 4096;
/// Most events of one transaction.
pub const MAX_EVENTS: usize = 256;
/// Longest log line, in bytes. Log lines are for the operator's trace and never part of the state.
pub const MAX_LOG: usize = 256;
/// Most entries that one `scan` returns.
pub const MAX_SCAN: u32 = 64;
/// Longest entry name, in bytes of `[a-z0-9_]`.
pub const MAX_ENTRY_NAME: usize = 32;
/// Deepest chain of contract calls; the top-level call is 1.
pub const MAX_CALL_DEPTH: usize = 16;
/// Most public inputs of one proof that a contract can ask about.
pub const MAX_PROOF_INPUTS: usize = 32;
/// Longest message for the byte hash and for Ed25519, in bytes.
pub const MAX_MESSAGE: usize = 16 * 1024;
/// Longest text of a Poseidon2 domain tag: it must fit a field element, in bytes.
pub const MAX_TAG: usize = 31;
/// Append trees and slot trees of one contract are numbered below this.
pub const MAX_TREES: u32 = 8;

/// Bytes that count towards a contract's storage quota for each entry, besides its key and value: what the store
/// needs to find it.
pub const STORAGE_ENTRY: u64 = 48;
/// Bytes that count for each leaf appended to a tree, for good: leaf, and the anchor that its block leaves behind.
pub const STORAGE_LEAF: u64 = 128;
/// Bytes that count for each node that a slot tree gets, for good; the first leaf of a tree makes ten of them.
pub const STORAGE_NODE: u64 = 96;
/// Bytes that count for a scheduled call until it runs, besides its arguments.
pub const STORAGE_SCHEDULED: u64 = 256;

/// Most scheduled calls of one contract that wait.
pub const MAX_SCHEDULED: u32 = 64;
/// Longest arguments of a scheduled call, in bytes.
pub const MAX_SCHEDULED_ARGS: usize = 1024;
/// How many blocks ahead a call may be scheduled: about four months at ten seconds a block.
pub const MAX_SCHEDULE_AHEAD: u64 = 1_000_000;
/// Least fuel of a scheduled call; so much of a block's share each of them takes at least.
pub const MIN_SCHEDULED_FUEL: u64 = 100_000;
/// Most fuel of a scheduled call.
pub const MAX_SCHEDULED_FUEL: u64 = 50_000_000;

/// Largest module, in bytes.
pub const MAX_CODE: usize = 256 * 1024;
/// Most functions of a module, imports not counted.
pub const MAX_FUNCTIONS: u32 = 2000;
/// Most locals of a function, parameters included.
pub const MAX_LOCALS: u32 = 256;
/// Largest function body, in bytes.
pub const MAX_FUNCTION_BODY: usize = 64 * 1024;
/// Most branch work of a function: its blocks, loops and branch targets, times its locals and one more. A compiler asks
/// at each of them where each local comes from.
pub const MAX_BRANCH_WORK: u64 = 8 * 1024;
/// Most loops in one another. A compiler's time grows with the cube: 4,000 of them, in 32 KB, take minutes.
pub const MAX_LOOP_DEPTH: usize = 8;
/// Most parameters of a function type.
pub const MAX_PARAMS: usize = 32;
/// Most globals of a module.
pub const MAX_GLOBALS: u32 = 64;
/// Most elements of the one table.
pub const MAX_TABLE: u32 = 1024;
/// Most pages (64 KiB each) of the one memory: 16 MiB.
pub const MAX_MEMORY_PAGES: u32 = 256;
/// Most data segments of a module.
pub const MAX_DATA_SEGMENTS: u32 = 128;

/// Height at which the injected stack counter traps, in slots: a frame costs [`STACK_FRAME`], its locals, its
/// deepest operand stack, and a slot for every [`STACK_OPERATORS`] operators of its body.
pub const MAX_STACK: u32 = 16_384;
/// Fixed part of a frame's cost on the stack counter.
pub const STACK_FRAME: u32 = 8;
/// Operators that cost a slot: a compiler may keep what an operator computes in the native frame and use it again
/// later, whatever the operand stack's depth. It takes at least as many operators to make it do so.
pub const STACK_OPERATORS: u32 = 4;
