//! What the calls share: the running frame, answers in its buffer, bounds, keys.

use alloc::vec::Vec;

use obolus_abi::hostcall::HostCode;
use obolus_abi::limits;
use obolus_abi::{ContractId, FieldBytes, PointBytes};

use super::super::world::{Access, Call, Failure, Frame, World, run, trap, with};

pub(super) fn frame<R>(action: impl FnOnce(&mut Frame) -> R) -> R {
    with(|world| action(world.frame()))
}

/// Leaves an answer in the buffer and returns its length, or the code.
pub(super) fn answer<B: AsRef<[u8]>>(
    action: impl FnOnce(&mut World) -> Result<B, HostCode>,
) -> i64 {
    with(|world| match action(world) {
        Ok(bytes) => fill(world.frame(), bytes.as_ref()),
        Err(code) => code.result(),
    })
}

pub(super) fn fill(frame: &mut Frame, bytes: &[u8]) -> i64 {
    frame.buffer = bytes.into();
    len(bytes)
}

pub(super) fn points(
    a: &[u8; 64],
    b: &[u8; 64],
    action: impl FnOnce(&dyn super::super::Maths, &PointBytes, &PointBytes) -> PointBytes,
) -> i64 {
    answer(|world| {
        let (a, b) = (PointBytes(*a), PointBytes(*b));
        for point in [&a, &b] {
            world
                .maths
                .check_point(point)
                .map_err(|_| HostCode::Malformed)?;
        }
        Ok(action(&*world.maths, &a, &b).0)
    })
}

pub(super) fn call(access: Access, contract: &[u8; 32], entry: &[u8], args: &[u8]) -> i64 {
    bound(args.len(), limits::MAX_INPUT);
    bound(entry.len(), limits::MAX_ENTRY_NAME);
    let Ok(entry) = core::str::from_utf8(entry) else {
        return HostCode::NoSuchEntry.result();
    };
    let outcome = run(Call {
        access,
        contract: ContractId(*contract),
        entry: entry.into(),
        input: args.into(),
    });
    match outcome {
        Ok(reply) => frame(|frame| fill(frame, &reply)),
        Err(Failure::Reverted(error)) => {
            frame(|frame| fill(frame, &error));
            HostCode::Reverted.result()
        }
        Err(Failure::Trapped(_)) => HostCode::Trapped.result(),
        Err(Failure::Code(code)) => code.result(),
    }
}

pub(super) fn bound(value: usize, limit: usize) {
    if value > limit {
        trap("an argument is over its limit");
    }
}

pub(super) fn storage_key(key: &[u8]) -> (ContractId, Vec<u8>) {
    bound(key.len(), limits::MAX_KEY);
    (frame(|frame| frame.contract), key.into())
}

pub(super) fn tree_key(tree: u32) -> (ContractId, u32) {
    if tree >= limits::MAX_TREES {
        trap("no such tree number");
    }
    (frame(|frame| frame.contract), tree)
}

pub(super) fn field(bytes: &[u8]) -> FieldBytes {
    let mut array = [0; 32];
    array.copy_from_slice(bytes);
    FieldBytes(array)
}

pub(super) fn copy(source: &[u8], dst: &mut [u8], offset: u32) -> i64 {
    let rest = source.get(offset as usize..).unwrap_or_default();
    let count = rest.len().min(dst.len());
    dst[..count].copy_from_slice(&rest[..count]);
    count as i64
}

pub(super) fn len<T>(items: &[T]) -> i64 {
    items.len() as i64
}

pub(super) fn number(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}
