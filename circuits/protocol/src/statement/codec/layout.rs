//! Which fields a witness is encoded as, and in which order.
//!
//! A change here is a change of the format: raise [`WITNESS_VERSION`](super::WITNESS_VERSION).

use obolus_abi::{
    BalanceInputs, IssueInputs, RatioInputs, RedeemInputs, RegisterInputs, SupplyInputs,
    TransferInputs, VelocityInputs,
};

use super::part::{Fault, Part};
use crate::{
    amount::{Amount, Total},
    audit::{AuditScalar, AuditorKey, issue::IssueNonce},
    field::Fr,
    keys::{NullifierKey, Owner, SpendValidatingKey},
    note::{Dummy, Note, Position, Rcm},
    pedersen::Blinding,
    rate::Rate,
    schnorr::Randomizer,
    statement::{
        BalanceWitness, IssueWitness, RatioWitness, RedeemWitness, RegisterWitness,
        RegistryLeafWitness, SpendInput, SupplyWitness, TransferWitness, VelocityWitness,
        balance::NOTES,
    },
    tree::{MerklePath, NOTE_DEPTH, REGISTRY_DEPTH},
    velocity::{Period, Quota, Ticket},
};

/// A whole witness.
pub trait Layout: Part {
    /// The first byte of the encoding.
    const TAG: u8;
    /// The statement's name.
    const NAME: &'static str;
}

/// A structure as the sequence of its fields. One that is missing here does not compile.
macro_rules! fields {
    ($name:ident { $($field:ident: $type:ty),+ $(,)? }) => {
        impl Part for $name {
            const LEN: usize = 0 $(+ <$type as Part>::LEN)+;

            fn write(&self, out: &mut Vec<u8>) {
                let Self { $($field),+ } = self;
                $(<$type as Part>::write($field, out);)+
            }

            fn read(bytes: &mut &[u8]) -> Result<Self, Fault> {
                Ok(Self {
                    $($field: <$type as Part>::read(bytes)
                        .map_err(|fault| fault.within(stringify!($field)))?,)+
                })
            }
        }
    };
}

macro_rules! witness {
    ($tag:literal, $inputs:ident, $name:ident $fields:tt) => {
        impl Layout for $name {
            const TAG: u8 = $tag;
            const NAME: &'static str = $inputs::<Fr>::CIRCUIT;
        }

        fields!($name $fields);
    };
}

witness!(
    1,
    TransferInputs,
    TransferWitness {
        ak: SpendValidatingKey,
        nk: NullifierKey,
        alpha: Randomizer,
        inputs: [SpendInput; 2],
        recipient: Owner,
        pay: Amount,
        change: Amount,
        rcm1: Rcm,
        sender_leaf: RegistryLeafWitness,
        recipient_leaf: RegistryLeafWitness,
        r: AuditScalar,
        auditor: AuditorKey,
    }
);

witness!(
    2,
    IssueInputs,
    IssueWitness {
        recipient: Owner,
        value: Amount,
        rcm1: Rcm,
        recipient_leaf: RegistryLeafWitness,
        s: Blinding,
        r: AuditScalar,
        auditor: AuditorKey,
        nonce: IssueNonce,
    }
);

witness!(
    3,
    RedeemInputs,
    RedeemWitness {
        ak: SpendValidatingKey,
        nk: NullifierKey,
        alpha: Randomizer,
        inputs: [SpendInput; 2],
        redeemed: Amount,
        change: Amount,
        sender_leaf: RegistryLeafWitness,
        s: Blinding,
        r: AuditScalar,
        auditor: AuditorKey,
    }
);

witness!(
    4,
    RegisterInputs,
    RegisterWitness {
        ak: SpendValidatingKey,
        nk: NullifierKey,
        r: AuditScalar,
        auditor: AuditorKey,
    }
);

witness!(
    5,
    RatioInputs,
    RatioWitness {
        first: Note,
        second: Note,
        rate: Rate,
    }
);

witness!(
    6,
    BalanceInputs,
    BalanceWitness {
        ak: SpendValidatingKey,
        nk: NullifierKey,
        inputs: [SpendInput; NOTES],
        threshold: Amount,
    }
);

witness!(
    7,
    SupplyInputs,
    SupplyWitness {
        total: Total,
        s: Blinding,
        reserves: Total,
    }
);

witness!(
    8,
    VelocityInputs,
    VelocityWitness {
        nk: NullifierKey,
        rcm: Rcm,
        position: Position,
        dummy: Dummy,
        period: Period,
        quota: Quota,
        ticket: Ticket,
    }
);

fields!(Note {
    value: Amount,
    owner: Owner,
    rcm: Rcm,
});

fields!(SpendInput {
    note_value: Amount,
    rcm: Rcm,
    path: MerklePath<NOTE_DEPTH>,
    dummy: Dummy,
});

fields!(RegistryLeafWitness {
    limit: Amount,
    path: MerklePath<REGISTRY_DEPTH>,
});
