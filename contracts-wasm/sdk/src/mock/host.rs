//! The host calls on the mock. The trait comes from the table, so a call that is missing here does
//! not compile.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use obolus_abi::hostcall::{self, HOST_CALLS, HostCode};
use obolus_abi::limits;
use obolus_abi::{ContractId, DealId, FieldBytes, KeyId, PointBytes, RoleKey};

mod common;

use super::world::{Access, Scheduled, trap, with};
use common::{
    answer, bound, call, copy, field, fill, frame, len, number, points, storage_key, tree_key,
};

use crate::sys::safe;

macro_rules! host_trait {
    ($( $(#[$doc:meta])* $access:ident $name:ident ( $( $arg:ident : $kind:ident ),* ) price($($price:literal),*); )*) => {
        /// Every host call of the table.
        pub(crate) trait HostCalls {
            $( $(#[$doc])* fn $name($( $arg: safe!($kind) ),*) -> i64; )*
        }
    };
}
obolus_abi::for_each_host_call!(host_trait);

/// The mock as a host.
pub(crate) struct MockHost;

impl MockHost {
    /// Traps a call that a read-only frame is refused.
    pub(crate) fn check_access(name: &str) {
        let write = HOST_CALLS
            .iter()
            .any(|call| call.name == name && call.access == hostcall::Access::Write);
        if write && with(|world| world.frame().read_only) {
            trap("a write in a read-only call");
        }
    }
}

impl HostCalls for MockHost {
    fn input_len() -> i64 {
        frame(|frame| len(&frame.input))
    }
    fn input_read(dst: &mut [u8], offset: u32) -> i64 {
        frame(|frame| copy(&frame.input, dst, offset))
    }
    fn buffer_len() -> i64 {
        frame(|frame| len(&frame.buffer))
    }
    fn buffer_read(dst: &mut [u8], offset: u32) -> i64 {
        frame(|frame| copy(&frame.buffer, dst, offset))
    }
    fn ret(data: &[u8]) -> i64 {
        bound(data.len(), limits::MAX_RETURN);
        frame(|frame| frame.ret = data.into());
        0
    }
    fn revert(error: &[u8]) -> i64 {
        bound(error.len(), limits::MAX_REVERT);
        frame(|frame| frame.revert = Some(error.into()));
        0
    }
    fn caller() -> i64 {
        frame(|frame| {
            let caller = frame.caller;
            fill(frame, caller.as_ref().map_or(&[][..], |id| &id.0))
        })
    }
    fn self_id() -> i64 {
        frame(|frame| {
            let id = frame.contract;
            fill(frame, &id.0)
        })
    }
    fn chain_id() -> i64 {
        answer(|world| Ok(world.block.chain.0))
    }
    fn tx_digest() -> i64 {
        answer(|world| Ok(world.tx.digest.0))
    }
    fn block_height() -> i64 {
        with(|world| number(world.block.height))
    }
    fn block_time() -> i64 {
        with(|world| number(world.block.time_ms))
    }
    fn fuel_left() -> i64 {
        i64::MAX
    }
    fn get(key: &[u8]) -> i64 {
        let key = storage_key(key);
        answer(|world| {
            world
                .state
                .storage
                .get(&key)
                .cloned()
                .ok_or(HostCode::NotFound)
        })
    }
    fn set(key: &[u8], value: &[u8]) -> i64 {
        bound(value.len(), limits::MAX_VALUE);
        let key = storage_key(key);
        with(|world| world.state.storage.insert(key, value.into()));
        0
    }
    fn del(key: &[u8]) -> i64 {
        let key = storage_key(key);
        with(|world| world.state.storage.remove(&key));
        0
    }
    fn scan(prefix: &[u8], after: &[u8], limit: u32) -> i64 {
        bound(limit as usize, limits::MAX_SCAN as usize);
        bound(prefix.len(), limits::MAX_KEY);
        bound(after.len(), limits::MAX_KEY);
        answer(|world| {
            let contract = world.frame().contract;
            let entries: Vec<(&[u8], &[u8])> = world
                .state
                .storage
                .range((contract, prefix.to_vec())..)
                .take_while(|((owner, key), _)| *owner == contract && key.starts_with(prefix))
                .filter(|((_, key), _)| after.is_empty() || key.as_slice() > after)
                .take(limit as usize)
                .map(|((_, key), value)| (&**key, &**value))
                .collect();
            Ok(crate::env::encode(&entries))
        })
    }
    fn emit(data: &[u8]) -> i64 {
        bound(data.len(), limits::MAX_EVENT);
        with(|world| {
            let contract = world.frame().contract;
            bound(world.events_of_call() + 1, limits::MAX_EVENTS);
            world.state.events.push((contract, data.into()));
        });
        0
    }
    fn log(text: &[u8]) -> i64 {
        bound(text.len(), limits::MAX_LOG);
        0
    }
    fn call(contract: &[u8; 32], entry: &[u8], args: &[u8], _fuel: u64) -> i64 {
        call(Access::Write, contract, entry, args)
    }
    fn static_call(contract: &[u8; 32], entry: &[u8], args: &[u8], _fuel: u64) -> i64 {
        call(Access::Read, contract, entry, args)
    }
    fn proof_holds(key: &[u8; 32], inputs: &[u8]) -> i64 {
        if !inputs.len().is_multiple_of(32) {
            trap("public inputs are 32 bytes each");
        }
        bound(inputs.len() / 32, limits::MAX_PROOF_INPUTS);
        let inputs = inputs.chunks_exact(32).map(field).collect();
        with(|world| i64::from(world.tx.proofs.contains(&(KeyId(*key), inputs))))
    }
    fn spend_authorised(key: &[u8; 64]) -> i64 {
        with(|world| i64::from(world.tx.spend_keys.contains(&PointBytes(*key))))
    }
    fn role_signed(key: &[u8; 32]) -> i64 {
        with(|world| i64::from(world.tx.role_keys.contains(&RoleKey(*key))))
    }
    fn context() -> i64 {
        answer(|world| {
            let digest = world.tx.digest;
            let (contract, caller, entry) = {
                let frame = world.frame();
                (frame.contract, frame.caller, frame.entry.clone())
            };
            Ok(world
                .maths
                .context(&digest, &contract, caller.as_ref(), &entry)
                .0)
        })
    }
    fn memo_len(index: u32) -> i64 {
        with(|world| match world.tx.memos.get(index as usize) {
            Some(len) => i64::from(*len),
            None => HostCode::NotFound.result(),
        })
    }
    fn hash3(tag: &[u8], inputs: &[u8]) -> i64 {
        bound(tag.len(), limits::MAX_TAG);
        let [a, b, c] = match inputs.len() {
            96 => [&inputs[..32], &inputs[32..64], &inputs[64..]].map(field),
            _ => trap("hash3 takes 96 bytes"),
        };
        answer(|world| {
            for input in [&a, &b, &c] {
                input.check_canonical().map_err(|_| HostCode::Malformed)?;
            }
            Ok(world.maths.hash3(tag, [&a, &b, &c]).0)
        })
    }
    fn blake3(data: &[u8]) -> i64 {
        bound(data.len(), limits::MAX_MESSAGE);
        answer(|world| Ok(world.maths.blake3(data)))
    }
    fn ed25519_verify(key: &[u8; 32], signature: &[u8; 64], message: &[u8]) -> i64 {
        bound(message.len(), limits::MAX_MESSAGE);
        with(|world| {
            i64::from(
                world
                    .maths
                    .ed25519_verify(&RoleKey(*key), signature, message)
                    .is_ok(),
            )
        })
    }
    fn tree_append(tree: u32, leaf: &[u8; 32]) -> i64 {
        let leaf = FieldBytes(*leaf);
        if leaf.check_canonical().is_err() {
            return HostCode::Malformed.result();
        }
        let tree = tree_key(tree);
        with(|world| {
            if world.state.full.contains(&tree) {
                return HostCode::Full.result();
            }
            let leaves = world.state.appended.entry(tree).or_default();
            leaves.push(leaf);
            len(leaves) - 1
        })
    }
    fn tree_is_anchor(tree: u32, root: &[u8; 32]) -> i64 {
        let tree = tree_key(tree);
        with(|world| {
            let anchors = world.state.anchors.get(&tree);
            i64::from(anchors.is_some_and(|anchors| anchors.contains(&FieldBytes(*root))))
        })
    }
    fn tree_anchor(tree: u32) -> i64 {
        let tree = tree_key(tree);
        answer(|world| {
            let newest = world
                .state
                .anchors
                .get(&tree)
                .and_then(|anchors| anchors.last());
            Ok(newest
                .copied()
                .unwrap_or_else(|| world.maths.append_root(&[]))
                .0)
        })
    }
    fn tree_set(tree: u32, slot: u64, leaf: &[u8; 32]) -> i64 {
        let leaf = FieldBytes(*leaf);
        let tree = tree_key(tree);
        answer(|world| {
            leaf.check_canonical().map_err(|_| HostCode::Malformed)?;
            if slot >= u64::from(obolus_abi::registry::REGISTRY_SLOTS) {
                return Err(HostCode::Full);
            }
            let slots = world.state.slots.entry(tree).or_default();
            if leaf == FieldBytes::ZERO {
                slots.remove(&slot);
            } else {
                slots.insert(slot, leaf);
            }
            Ok(world.maths.slot_root(slots).0)
        })
    }
    fn tree_root(tree: u32) -> i64 {
        let tree = tree_key(tree);
        answer(|world| {
            let empty = Default::default();
            let slots = world.state.slots.get(&tree).unwrap_or(&empty);
            Ok(world.maths.slot_root(slots).0)
        })
    }
    fn deal_point(contract: &[u8; 32], deal: &[u8; 32]) -> i64 {
        answer(|world| {
            Ok(world
                .maths
                .deal_point(&ContractId(*contract), &DealId(*deal))
                .0)
        })
    }
    fn point_check(point: &[u8; 64]) -> i64 {
        let point = PointBytes(*point);
        with(|world| {
            i64::from(point != PointBytes::IDENTITY && world.maths.check_point(&point).is_ok())
        })
    }
    fn point_add(a: &[u8; 64], b: &[u8; 64]) -> i64 {
        points(a, b, |maths, a, b| maths.point_add(a, b))
    }
    fn point_sub(a: &[u8; 64], b: &[u8; 64]) -> i64 {
        points(a, b, |maths, a, b| maths.point_sub(a, b))
    }
    fn schedule(at: u64, entry: &[u8], args: &[u8], fuel: u64) -> i64 {
        bound(entry.len(), limits::MAX_ENTRY_NAME);
        bound(args.len(), limits::MAX_SCHEDULED_ARGS);
        with(|world| {
            let contract = world.frame().contract;
            let entry = String::from_utf8_lossy(entry).into_owned();
            let export = format!("{}{entry}", hostcall::WRITE_PREFIX);
            let known = world
                .contracts
                .get(&contract)
                .is_some_and(|(entries, _)| entries.iter().any(|one| one.export == export));
            if !known || hostcall::SYSTEM_ENTRIES.contains(&entry.as_str()) {
                return HostCode::NoSuchEntry.result();
            }
            let ahead = at.checked_sub(world.block.height);
            let fuels = limits::MIN_SCHEDULED_FUEL..=limits::MAX_SCHEDULED_FUEL;
            if !ahead.is_some_and(|ahead| (1..=limits::MAX_SCHEDULE_AHEAD).contains(&ahead))
                || !fuels.contains(&fuel)
            {
                return HostCode::OutOfRange.result();
            }
            let waiting = world.state.schedule.values();
            let own = waiting.filter(|call| call.contract == contract).count();
            if own >= limits::MAX_SCHEDULED as usize {
                return HostCode::Full.result();
            }
            let number = world.state.next_call;
            world.state.next_call += 1;
            let call = Scheduled {
                contract,
                entry,
                args: args.into(),
            };
            world.state.schedule.insert((at, number), call);
            number.cast_signed()
        })
    }
    fn unschedule(number: u64) -> i64 {
        with(|world| {
            let contract = world.frame().contract;
            let schedule = &mut world.state.schedule;
            let before = schedule.len();
            schedule.retain(|(_, one), call| *one != number || call.contract != contract);
            match schedule.len() < before {
                true => 0,
                false => HostCode::NotFound.result(),
            }
        })
    }
    fn code_frozen(contract: &[u8; 32]) -> i64 {
        with(|world| match world.contracts.get(&ContractId(*contract)) {
            Some((_, frozen)) => i64::from(*frozen),
            None => HostCode::NotFound.result(),
        })
    }
}
