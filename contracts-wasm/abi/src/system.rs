//! The system contract, which the host itself implements at [`SYSTEM`]: messages, events, errors.
//!
//! `upload` takes a WASM module as its arguments, `instantiate` an [`InstantiateMsg`],
//! `freeze_code` a [`FreezeCodeMsg`]. All three need the chain's operator role.

use alloc::vec::Vec;

use borsh::{BorshDeserialize, BorshSerialize};

use crate::{CodeId, ContractId};

/// The system contract's id.
pub const SYSTEM: ContractId = ContractId([0; 32]);

/// Arguments of `instantiate`.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct InstantiateMsg {
    /// The uploaded module.
    pub code: CodeId,
    /// Tells apart contracts of one module; the contract's id hashes chain, code and salt.
    pub salt: [u8; 32],
    /// Arguments of the contract's `init`.
    pub init: Vec<u8>,
}

/// Arguments of `freeze_code`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct FreezeCodeMsg {
    /// The contract whose code can never be replaced from now on.
    pub contract: ContractId,
}

/// What the system contract emits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum SystemEvent {
    /// A module was stored.
    Uploaded {
        /// Its id.
        code: CodeId,
    },
    /// A contract was made.
    Instantiated {
        /// Its id.
        contract: ContractId,
        /// Its module.
        code: CodeId,
    },
    /// A contract's code was frozen.
    CodeFrozen {
        /// The contract.
        contract: ContractId,
    },
}

crate::contract_errors! {
    /// Why the system contract refused.
    SystemError {
        /// No such entry.
        NoSuchEntry = 300, "system_no_such_entry", "the system contract has the entries upload, instantiate and freeze_code";
        /// Arguments that do not decode.
        BadArguments = 301, "system_bad_arguments", "the arguments do not decode: encode the entry's message and nothing else";
        /// Too few operator signatures.
        NotOperator = 302, "system_not_operator", "too few operator signatures: collect the threshold over this transaction's digest";
        /// The module broke an upload rule.
        BadModule = 303, "bad_module", "the module is refused";
        /// The module is stored already.
        CodeExists = 304, "code_exists", "this module is uploaded already: instantiate it";
        /// No module of this id.
        NoSuchCode = 305, "no_such_code", "no module of this id is uploaded: upload it first";
        /// A contract of this id exists.
        ContractExists = 306, "contract_exists", "a contract of this code and salt exists: choose another salt";
        /// No contract of this id.
        NoSuchContract = 307, "no_such_contract", "no contract of this id exists: check the id";
        /// The code is frozen already.
        CodeFrozen = 308, "code_already_frozen", "the contract's code is frozen already";
    }
}
