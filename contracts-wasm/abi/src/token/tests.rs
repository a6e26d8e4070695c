use super::*;
use crate::{FieldBytes, PointBytes};

/// Bytes that differ from slot to slot.
fn field(number: u8) -> FieldBytes {
    FieldBytes([number; 32])
}

fn point(number: u8) -> PointBytes {
    PointBytes::from_xy(&field(number), &field(number + 1))
}

#[test]
fn messages_come_back_from_their_public_inputs() {
    let (auditor, context) = (point(100), field(102));
    let transfer = TransferMsg {
        anchor: field(1),
        sender_root: field(2),
        recipient_root: field(3),
        nf1: field(4),
        nf2: field(5),
        cm1: field(6),
        cm2: field(7),
        rk: point(8),
        r: point(10),
        c1: field(12),
        c2: field(13),
    };
    let inputs = transfer.inputs(&auditor, context);
    assert_eq!(TransferMsg::of(&inputs), transfer);
    let issue = IssueMsg {
        recipient_root: field(1),
        cm1: field(2),
        cv: point(3),
        r: point(5),
        c1: field(7),
        c2: field(8),
        c3: field(9),
        nonce: 10,
    };
    let inputs = issue.inputs(&auditor, context);
    assert_eq!(IssueMsg::of(&inputs, 10), issue);
    let redeem = RedeemMsg {
        anchor: field(1),
        sender_root: field(2),
        nf1: field(3),
        nf2: field(4),
        cm2: field(5),
        rk: point(6),
        cv: point(8),
        r: point(10),
        c1: field(12),
        c2: field(13),
        payout_reference: [14; 32],
    };
    let inputs = redeem.inputs(&auditor, context);
    assert_eq!(RedeemMsg::of(&inputs, [14; 32]), redeem);
}
