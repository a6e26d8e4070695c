//! The table of host calls: one list from which the linker, the guest bindings, the mock and
//! `docs/host-calls.md` are generated.
//!
//! A row reads `access name(argument: kind, …) price(base, per_byte);`. `access` is `read`, or
//! `write` for what a read-only frame is refused. Every argument is one WASM value:
//!
//! | kind | WASM type | meaning |
//! |---|---|---|
//! | `u32` | i32 | a number |
//! | `u64` | i64 | a number |
//! | `bytes` | i64 | input in guest memory: address in the low half, length in the high half |
//! | `b32`, `b64` | i32 | address of 32 or 64 bytes of input |
//! | `out` | i64 | guest memory to be filled: address and length as for `bytes` |
//!
//! Every call returns an i64: a value from zero up, or a negative [`HostCode`]. What is longer than
//! a number is left in the frame's host buffer, replaced by the next such call, and the number is
//! its length; the guest copies it out with `buffer_read`. Misuse (an address outside memory, a
//! length over its limit, a write in a read-only frame, too little fuel) is a trap.
//!
//! The price is charged first, in fuel, then arguments are bounded, then the call acts. `per_byte`
//! counts the bytes of all `bytes` and `out` arguments. One unit of fuel is about a nanosecond.

/// Name of the module that guests import host calls from.
pub const IMPORT_MODULE: &str = "obolus";
/// Prefix of the exports that may change state.
pub const WRITE_PREFIX: &str = "x_";
/// Prefix of the read-only exports.
pub const READ_PREFIX: &str = "q_";
/// The entry that runs once, at instantiation, and never again.
pub const INIT_ENTRY: &str = "init";
/// The entry of new code that takes over the storage of old code. Only the system contract runs it.
pub const MIGRATE_ENTRY: &str = "migrate";
/// The entries that only the system contract runs.
pub const SYSTEM_ENTRIES: &[&str] = &[INIT_ENTRY, MIGRATE_ENTRY];
/// An entry returns this when it succeeded.
pub const EXIT_OK: i32 = 0;
/// An entry returns this after it called `revert`.
pub const EXIT_REVERT: i32 = 1;
/// Fuel charged by `scan` for each entry that it may return, before it looks, and for each deletion of the same block
/// that it passes over.
pub const SCAN_ENTRY_PRICE: u64 = 2_500;

/// Negative results of host calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(i64)]
pub enum HostCode {
    /// No such key, memo or contract.
    NotFound = -1,
    /// Bytes that are not a canonical field element, point, signature or key.
    Malformed = -2,
    /// The tree has no place left, or no such slot.
    Full = -3,
    /// The callee reverted; its encoded [`ContractError`](crate::ContractError) is in the buffer.
    Reverted = -4,
    /// The callee trapped or ran out of the fuel it was given, all of which is gone.
    Trapped = -5,
    /// No contract or no such entry there.
    NoSuchEntry = -6,
    /// The callee is already running further up; calls back into it are refused.
    Reentered = -7,
    /// The chain of calls is as deep as it may get.
    TooDeep = -8,
    /// A height that is not ahead or too far ahead, or fuel outside its bounds.
    OutOfRange = -9,
}

impl HostCode {
    /// Every code.
    pub const ALL: &'static [Self] = &[
        Self::NotFound,
        Self::Malformed,
        Self::Full,
        Self::Reverted,
        Self::Trapped,
        Self::NoSuchEntry,
        Self::Reentered,
        Self::TooDeep,
        Self::OutOfRange,
    ];

    /// The result that stands for this code.
    pub const fn result(self) -> i64 {
        self as i64
    }

    /// The code that a result stands for; none for values and unknown codes.
    pub fn from_result(result: i64) -> Option<Self> {
        Self::ALL
            .iter()
            .copied()
            .find(|code| code.result() == result)
    }
}

/// Kind of an argument; see the module's table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ArgKind {
    /// A number, passed as i32.
    U32,
    /// A number, passed as i64.
    U64,
    /// Input bytes, passed as a packed i64.
    Bytes,
    /// Address of 32 bytes, passed as i32.
    B32,
    /// Address of 64 bytes, passed as i32.
    B64,
    /// Memory to be filled, passed as a packed i64.
    Out,
}

impl ArgKind {
    /// Whether the WASM value is an i64; otherwise it is an i32.
    pub const fn is_i64(self) -> bool {
        matches!(self, Self::U64 | Self::Bytes | Self::Out)
    }

    /// Name in the table.
    pub const fn name(self) -> &'static str {
        match self {
            Self::U32 => "u32",
            Self::U64 => "u64",
            Self::Bytes => "bytes",
            Self::B32 => "b32",
            Self::B64 => "b64",
            Self::Out => "out",
        }
    }
}

/// Whether a read-only frame may make the call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Changes nothing.
    Read,
    /// Changes state or emits; a trap in a read-only frame.
    Write,
}

/// Fuel price of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Price {
    /// Charged for every call.
    pub base: u64,
    /// Charged for each byte of `bytes` and `out` arguments.
    pub per_byte: u64,
}

/// One row of the table.
#[derive(Clone, Copy, Debug)]
pub struct HostCall {
    /// Import name.
    pub name: &'static str,
    /// Argument names and kinds.
    pub args: &'static [(&'static str, ArgKind)],
    /// Read or write.
    pub access: Access,
    /// Fuel price.
    pub price: Price,
    /// What it does, one line per element.
    pub doc: &'static [&'static str],
}

/// Packs an address and a length as a `bytes` or `out` argument.
pub const fn pack(address: u32, len: u32) -> u64 {
    (address as u64) | ((len as u64) << 32)
}

/// Splits a `bytes` or `out` argument into address and length.
pub const fn unpack(packed: u64) -> (u32, u32) {
    (packed as u32, (packed >> 32) as u32)
}

/// Hands the whole table to the macro named by `$callback`.
#[macro_export]
macro_rules! for_each_host_call {
    ($callback:ident) => {
        $callback! {
            /// Length of the entry's input.
            read input_len() price(50, 0);
            /// Copies input from `offset` on; returns how many bytes were copied.
            read input_read(dst: out, offset: u32) price(100, 1);
            /// Length of the host buffer.
            read buffer_len() price(50, 0);
            /// Copies the host buffer from `offset` on; returns how many bytes were copied.
            read buffer_read(dst: out, offset: u32) price(100, 1);
            /// Sets the value that the entry returns.
            read ret(data: bytes) price(200, 1);
            /// Sets the encoded error that the entry reverts with; the entry then returns 1.
            read revert(error: bytes) price(200, 1);
            /// Leaves the immediate caller's id in the buffer: 32 bytes, or none when it is the user.
            read caller() price(100, 0);
            /// Leaves this contract's id in the buffer.
            read self_id() price(100, 0);
            /// Leaves the chain's id in the buffer.
            read chain_id() price(100, 0);
            /// Leaves the transaction's digest in the buffer; 32 zero bytes in a query.
            read tx_digest() price(100, 0);
            /// Height of the block being executed.
            read block_height() price(50, 0);
            /// Time of the block being executed, in milliseconds since 1970.
            read block_time() price(50, 0);
            /// Fuel left in this frame.
            read fuel_left() price(50, 0);
            /// Leaves the value under `key` in the buffer; or not found.
            read get(key: bytes) price(2_000, 4);
            /// Stores a value.
            write set(key: bytes, value: bytes) price(3_000, 10);
            /// Removes a key; it need not exist.
            write del(key: bytes) price(3_000, 4);
            /// Leaves up to `limit` entries in the buffer, in key order, whose keys start with `prefix` and
            /// come after `after` (all, when empty): borsh `Vec<(Vec<u8>, Vec<u8>)>`.
            read scan(prefix: bytes, after: bytes, limit: u32) price(2_000, 4);
            /// Emits an event.
            write emit(data: bytes) price(1_000, 10);
            /// Writes a line to the operator's trace; it has no effect on state or verdict.
            read log(text: bytes) price(1_000, 1);
            /// Calls a mutable entry of another contract with at most `fuel`; leaves what it returns, or the
            /// error it reverts with, in the buffer.
            write call(contract: b32, entry: bytes, args: bytes, fuel: u64) price(20_000, 1);
            /// Calls a read-only entry of another contract; otherwise as `call`.
            read static_call(contract: b32, entry: bytes, args: bytes, fuel: u64) price(20_000, 1);
            /// 1 when the transaction carries a verified proof for this key and exactly these inputs (32 bytes each).
            read proof_holds(key: b32, inputs: bytes) price(2_000, 4);
            /// 1 when the transaction carries a spend signature under this point over its digest.
            read spend_authorised(key: b64) price(1_000, 0);
            /// 1 when the transaction carries an Ed25519 signature by this key over its digest.
            read role_signed(key: b32) price(1_000, 0);
            /// Leaves the field element that proofs for this frame are bound to in the buffer: transaction, this
            /// contract, immediate caller and entry.
            read context() price(500, 0);
            /// Length of the transaction's memo number `index`; or not found.
            read memo_len(index: u32) price(100, 0);
            /// Leaves Poseidon2 `hash3(tag, a, b, c)` in the buffer; `inputs` is `a ‖ b ‖ c`.
            read hash3(tag: bytes, inputs: bytes) price(15_000, 1);
            /// Leaves the BLAKE3 of `data` in the buffer.
            read blake3(data: bytes) price(500, 2);
            /// 1 when the Ed25519 signature (strict) holds.
            read ed25519_verify(key: b32, signature: b64, message: bytes) price(80_000, 4);
            /// Appends a leaf to an append tree (4-ary, 17 levels); returns its index. The root changes at the block's end.
            write tree_append(tree: u32, leaf: b32) price(40_000, 0);
            /// 1 when `root` was the append tree's root at the end of some block.
            read tree_is_anchor(tree: u32, root: b32) price(2_000, 0);
            /// Leaves the append tree's root at the end of the last block that changed it in the buffer.
            read tree_anchor(tree: u32) price(250_000, 0);
            /// Sets a leaf of a slot tree (4-ary, 9 levels) at once; leaves the new root in the buffer.
            write tree_set(tree: u32, slot: u64, leaf: b32) price(200_000, 0);
            /// Leaves the slot tree's root in the buffer.
            read tree_root(tree: u32) price(5_000, 0);
            /// Leaves the key of a contract's deal in the buffer: a point whose discrete logarithm nobody knows.
            read deal_point(contract: b32, deal: b32) price(400_000, 0);
            /// 1 when these bytes are a canonical point of the prime-order subgroup and not the identity.
            read point_check(point: b64) price(200_000, 0);
            /// Leaves the sum of two points in the buffer.
            read point_add(a: b64, b: b64) price(400_000, 0);
            /// Leaves the difference of two points in the buffer.
            read point_sub(a: b64, b: b64) price(400_000, 0);
            /// 1 when the contract's code can no longer be replaced, 0 when it can; or not found.
            read code_frozen(contract: b32) price(2_000, 0);
            /// Schedules a call of a mutable entry of this contract for the beginning of the block of height `at`, with at
            /// most `fuel`; returns its number. The entry sees this contract as its caller.
            write schedule(at: u64, entry: bytes, args: bytes, fuel: u64) price(15_000, 10);
            /// Takes back a call that this contract scheduled and that has not run; or not found.
            write unschedule(number: u64) price(10_000, 0);
        }
    };
}

/// Rust type of the one WASM value that an argument of this kind is.
#[macro_export]
macro_rules! host_value {
    (u32) => {
        u32
    };
    (u64) => {
        u64
    };
    (bytes) => {
        u64
    };
    (b32) => {
        u32
    };
    (b64) => {
        u32
    };
    (out) => {
        u64
    };
}

macro_rules! arg_kind {
    (u32) => {
        ArgKind::U32
    };
    (u64) => {
        ArgKind::U64
    };
    (bytes) => {
        ArgKind::Bytes
    };
    (b32) => {
        ArgKind::B32
    };
    (b64) => {
        ArgKind::B64
    };
    (out) => {
        ArgKind::Out
    };
}

macro_rules! access {
    (read) => {
        Access::Read
    };
    (write) => {
        Access::Write
    };
}

macro_rules! table {
    ($( $(#[doc = $doc:literal])* $access:ident $name:ident ( $( $arg:ident : $kind:ident ),* ) price($base:literal, $per_byte:literal); )*) => {
        /// The table as data, in its order.
        pub const HOST_CALLS: &[HostCall] = &[$(
            HostCall {
                name: stringify!($name),
                args: &[$( (stringify!($arg), arg_kind!($kind)) ),*],
                access: access!($access),
                price: Price { base: $base, per_byte: $per_byte },
                doc: &[$( $doc ),*],
            },
        )*];
    };
}
for_each_host_call!(table);

#[cfg(test)]
mod tests;
