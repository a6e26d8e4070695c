//! Prices are consensus.

use super::{FRAME, MEMORY_PAGE, operators, upload};
use crate::exec::Fuel;

/// Every price that differs from 1 among the operators that validation lets through.
#[test]
fn operators_cost_what_the_table_says() {
    let cost = operators();
    assert_eq!(
        [cost.Drop, cost.Block, cost.Loop, cost.End, cost.Else],
        [0; 5]
    );
    assert_eq!([cost.BrTable, cost.Call, cost.CallIndirect], [3, 3, 6]);
    assert_eq!(
        [cost.I32DivS, cost.I32DivU, cost.I32RemS, cost.I32RemU],
        [15; 4]
    );
    assert_eq!(
        [cost.I64DivS, cost.I64DivU, cost.I64RemS, cost.I64RemU],
        [15; 4]
    );
    assert_eq!(
        [
            cost.I64Add128,
            cost.I64Sub128,
            cost.I64MulWideS,
            cost.I64MulWideU
        ],
        [3; 4]
    );
    assert_eq!(
        [
            cost.MemorySize,
            cost.MemoryGrow,
            cost.MemoryCopy,
            cost.MemoryFill
        ],
        [2, 200, 20, 20]
    );
    assert_eq!(
        [
            cost.variable.memory_copy_per_byte,
            cost.variable.memory_fill_per_byte
        ],
        [1; 2]
    );
    let ones = [
        cost.Nop,
        cost.Unreachable,
        cost.If,
        cost.Br,
        cost.BrIf,
        cost.Return,
        cost.Select,
        cost.LocalGet,
        cost.LocalSet,
        cost.LocalTee,
        cost.GlobalGet,
        cost.GlobalSet,
        cost.I32Const,
        cost.I64Const,
        cost.I32Load,
        cost.I64Load,
        cost.I32Store,
        cost.I64Store,
        cost.I32Load8U,
        cost.I64Store8,
        cost.I32Add,
        cost.I64Add,
        cost.I32Mul,
        cost.I64Mul,
        cost.I64And,
        cost.I64Or,
        cost.I64Xor,
        cost.I64Shl,
        cost.I64ShrU,
        cost.I64Rotl,
        cost.I32Eqz,
        cost.I64Eqz,
        cost.I64LtU,
        cost.I32WrapI64,
        cost.I64ExtendI32U,
        cost.I32Extend8S,
        cost.I64Clz,
        cost.I64Ctz,
        cost.I64Popcnt,
    ];
    assert!(ones.iter().all(|price| *price == 1));
}

#[test]
fn frames_pages_and_uploads_cost_what_they_did() {
    assert_eq!((FRAME, MEMORY_PAGE), (10_000, 5_000));
    assert_eq!(upload(1_000, 10), Fuel(1_400_000));
}
