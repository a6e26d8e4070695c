//! The audit ciphertexts that a transaction states: where its entry's arguments have them, and nowhere else.
//!
//! Searching the bytes would not do: whoever hides another payment's R in a memo, a nonce or a field of its own transaction
//! could have that payment opened under a request for its own.

use borsh::BorshDeserialize;
use obolus_abi::deal::atomic::{NetMsg, Payment, SwapMsg};
use obolus_abi::deal::pair::SettleMsg;
use obolus_abi::deal::{DepositMsg, PayOutMsg};
use obolus_abi::registry::{RegisterMsg, RotateMsg};
use obolus_abi::token::{
    IssueMsg, MigrateMsg, RedeemLimitedMsg, RedeemMsg, SeizeMsg, TransferLimitedMsg, TransferMsg,
};
use obolus_abi::{ContractId, FieldBytes, PointBytes};
use obolus_protocol::tx::TxBody;
use obolus_threshold::audit::CiphertextKind;
use obolus_wallet::TokenConfig;

/// A ciphertext as a message has it: R and the first element name it, and what they belong to stands beside them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Ciphertext {
    pub(super) kind: CiphertextKind,
    pub(super) r: PointBytes,
    pub(super) c1: FieldBytes,
    /// Of an escrow the participant's owner key, otherwise the commitments of the notes that are made.
    names: [Option<FieldBytes>; 2],
}

impl Ciphertext {
    pub(super) const fn issue(msg: &IssueMsg) -> Self {
        Self::new(CiphertextKind::Issue, msg.r, msg.c1, [Some(msg.cm1), None])
    }

    pub(super) const fn transfer(msg: &TransferMsg) -> Self {
        let notes = [Some(msg.cm1), Some(msg.cm2)];
        Self::new(CiphertextKind::Transfer, msg.r, msg.c1, notes)
    }

    pub(super) const fn redeem(msg: &RedeemMsg) -> Self {
        Self::new(CiphertextKind::Redeem, msg.r, msg.c1, [Some(msg.cm2), None])
    }

    /// Of the side that enters a token.
    pub(super) const fn entering(msg: &MigrateMsg) -> Self {
        Self::new(CiphertextKind::Issue, msg.r, msg.c1, [Some(msg.cm1), None])
    }

    pub(super) const fn escrow(owner: FieldBytes, r: PointBytes, c1: FieldBytes) -> Self {
        Self::new(CiphertextKind::Register, r, c1, [Some(owner), None])
    }

    const fn new(
        kind: CiphertextKind,
        r: PointBytes,
        c1: FieldBytes,
        names: [Option<FieldBytes>; 2],
    ) -> Self {
        Self { kind, r, c1, names }
    }

    /// Whether it is of this owner, or of the movement that made the note with this commitment.
    pub(super) fn names(&self, owner_or_note: &FieldBytes) -> bool {
        self.names.contains(&Some(*owner_or_note))
    }
}

/// What a transaction states about this token: nothing where the entry is none that we know, or its arguments do not decode
/// to the last byte. What a contract in between does with its arguments, only those know who know the contract: `via` are
/// the contracts of which the member was told.
pub(super) fn stated(body: &TxBody, config: &TokenConfig, via: &[ContractId]) -> Vec<Ciphertext> {
    let entry = body.entry.as_str();
    let found = if body.contract == config.token {
        at_token(entry, &body.args)
    } else if body.contract == config.registry {
        at_registry(entry, &body.args)
    } else if via.contains(&body.contract) {
        passed_on(entry, &body.args, &config.token)
    } else {
        None
    };
    found.unwrap_or_default()
}

fn at_token(entry: &str, args: &[u8]) -> Option<Vec<Ciphertext>> {
    let found = match entry {
        "issue" | "issue_backed" => Ciphertext::issue(&decode(args)?),
        "transfer" => Ciphertext::transfer(&decode(args)?),
        "transfer_limited" => Ciphertext::transfer(&decode::<TransferLimitedMsg>(args)?.transfer),
        "seize" => Ciphertext::transfer(&decode::<SeizeMsg>(args)?.transfer),
        "redeem" => Ciphertext::redeem(&decode(args)?),
        "redeem_limited" => Ciphertext::redeem(&decode::<RedeemLimitedMsg>(args)?.redeem),
        "migrate_in" => Ciphertext::entering(&decode(args)?),
        _ => return None,
    };
    Some(vec![found])
}

fn at_registry(entry: &str, args: &[u8]) -> Option<Vec<Ciphertext>> {
    let msg: RegisterMsg = match entry {
        "register" => decode(args)?,
        "rotate" | "recover" => decode::<RotateMsg>(args)?.register,
        _ => return None,
    };
    Some(vec![Ciphertext::escrow(msg.owner, msg.r, msg.c1)])
}

/// Calls that settlement contracts and a token's successor pass on. The keys of deals are escrowed too, and are no item.
fn passed_on(entry: &str, args: &[u8], token: &ContractId) -> Option<Vec<Ciphertext>> {
    let payments = |payments: &[Payment]| {
        let ours = payments.iter().filter(|payment| payment.token == *token);
        ours.map(|payment| Ciphertext::transfer(&payment.transfer))
            .collect()
    };
    let found = match entry {
        "deposit" => vec![Ciphertext::transfer(&decode::<DepositMsg>(args)?.transfer)],
        "refund" | "release" => {
            vec![Ciphertext::transfer(&decode::<PayOutMsg>(args)?.transfer)]
        }
        "settle" => match decode::<SettleMsg>(args) {
            // Which leg is of this token, the arguments do not say: one R fits one event only.
            Some(msg) => msg.transfers.iter().map(Ciphertext::transfer).collect(),
            None => payments(&decode::<NetMsg>(args)?.payments),
        },
        "swap" => payments(&decode::<SwapMsg>(args)?.payments),
        "migrate_in" => vec![Ciphertext::redeem(&decode::<MigrateMsg>(args)?.out)],
        _ => return None,
    };
    Some(found)
}

/// borsh's `from_slice` refuses trailing bytes.
fn decode<T: BorshDeserialize>(args: &[u8]) -> Option<T> {
    borsh::from_slice(args).ok()
}

#[cfg(test)]
mod tests;
