//! What transactions show of the notes that they spend.

use obolus_abi::FieldBytes;
use obolus_abi::token::{
    MigrateMsg, RedeemLimitedMsg, RedeemMsg, SeizeMsg, TransferLimitedMsg, TransferMsg,
    VelocityPlace,
};
use obolus_protocol::tx::Transaction;

use super::super::oracle::{Basis, Spend};

/// A transaction of a token.
pub(super) fn spend(tx: &Transaction, (from, amount): (usize, u64), basis: Basis) -> Spend {
    let (nullifiers, place) = shown(tx.body.entry.as_str(), &tx.body.args);
    Spend {
        from,
        amount,
        nullifiers,
        signed: true,
        place,
        basis,
    }
}

/// A payment that a contract passes on, or makes out of what is locked.
pub(super) fn payment(transfer: &TransferMsg, (from, amount): (usize, u64), basis: Basis) -> Spend {
    Spend {
        from,
        amount,
        nullifiers: [transfer.nf1, transfer.nf2],
        signed: true,
        place: None,
        basis,
    }
}

fn shown(entry: &str, args: &[u8]) -> ([FieldBytes; 2], Option<VelocityPlace>) {
    let paid = |msg: TransferMsg| [msg.nf1, msg.nf2];
    let left = |msg: RedeemMsg| [msg.nf1, msg.nf2];
    match entry {
        "transfer" => (paid(borsh::from_slice(args).unwrap()), None),
        "transfer_limited" => {
            let msg: TransferLimitedMsg = borsh::from_slice(args).unwrap();
            (paid(msg.transfer), Some(msg.place))
        }
        "redeem" => (left(borsh::from_slice(args).unwrap()), None),
        "redeem_limited" => {
            let msg: RedeemLimitedMsg = borsh::from_slice(args).unwrap();
            (left(msg.redeem), Some(msg.place))
        }
        "seize" => {
            let msg: SeizeMsg = borsh::from_slice(args).unwrap();
            (paid(msg.transfer), None)
        }
        "migrate_in" => {
            let msg: MigrateMsg = borsh::from_slice(args).unwrap();
            (left(msg.out), None)
        }
        other => panic!("{other} spends nothing"),
    }
}
