//! What the hostile entries take, and their refusals.

use alloc::string::String;
use alloc::vec::Vec;

use borsh::io::{Read, Result, Write};
use borsh::{BorshDeserialize, BorshSerialize};
use obolus_sdk::abi::registry::OpenDealMsg;
use obolus_sdk::abi::token::TransferDealMsg;
use obolus_sdk::{ContractId, PointBytes, contract_errors};

/// Arguments or a reply as they are: encodes to its bytes, decodes from all that is left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Raw(pub Vec<u8>);

impl BorshSerialize for Raw {
    fn serialize<W: Write>(&self, writer: &mut W) -> Result<()> {
        writer.write_all(&self.0)
    }
}

impl BorshDeserialize for Raw {
    fn deserialize_reader<R: Read>(reader: &mut R) -> Result<Self> {
        let mut bytes = Vec::new();
        let mut chunk = [0; 256];
        loop {
            match reader.read(&mut chunk)? {
                0 => return Ok(Self(bytes)),
                count => bytes.extend(chunk.iter().take(count)),
            }
        }
    }
}

/// A call to be made on somebody's behalf.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct ForwardMsg {
    /// The callee.
    pub contract: ContractId,
    /// Its entry, without prefix.
    pub entry: String,
    /// Encoded arguments.
    pub input: Vec<u8>,
    /// Fuel to pass on; `u64::MAX` for all.
    pub fuel: u64,
}

/// A chain of calls: each contract takes the last hop off and calls `chain` on it with the rest.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct ChainMsg {
    /// The contracts still to be called, last one next.
    pub hops: Vec<ContractId>,
}

/// Which limit to exceed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Oversize {
    /// A storage key.
    Key,
    /// A storage value.
    Value,
    /// One event.
    Event,
    /// The number of events.
    Events,
    /// The returned value.
    Return,
    /// The arguments of a call.
    Arguments,
    /// The number of a tree.
    Tree,
    /// The public inputs of a proof.
    ProofInputs,
}

impl Oversize {
    /// Every limit.
    pub const ALL: &'static [Self] = &[
        Self::Key,
        Self::Value,
        Self::Event,
        Self::Events,
        Self::Return,
        Self::Arguments,
        Self::Tree,
        Self::ProofInputs,
    ];
}

/// What the hostile registry answers a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum RegistryMode {
    /// Accepts every root and names this auditor key.
    Key(PointBytes),
    /// Reads the token's state from within the token's call; refuses with what came of it.
    Reenter,
    /// Traps.
    Trap,
    /// Burns all fuel.
    Spin,
}

/// Opens a deal at a registry.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct OpenMsg {
    /// The registry.
    pub registry: ContractId,
    /// What it is told.
    pub deal: OpenDealMsg,
}

/// Pays from a deal at a token.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct ReleaseMsg {
    /// The token.
    pub token: ContractId,
    /// What it is told.
    pub payment: TransferDealMsg,
}

contract_errors! {
    /// Refusals of the hostile contract.
    HostileError {
        /// Refused after it wrote.
        Half = 900, "half_done", "refused on purpose after writing: nothing of it may be seen";
        /// The callee was already running.
        Reentered = 901, "hostile_reentered", "the host refused to enter a running contract again";
        /// The callee was entered again: the host failed.
        NotReentered = 902, "hostile_not_reentered", "a running contract was entered again: the host must refuse that";
        /// The chain of calls is too deep.
        TooDeep = 903, "hostile_too_deep", "the host refused a deeper call";
        /// The callee trapped.
        Trapped = 904, "hostile_trapped", "the callee trapped";
        /// No such contract or entry, or another reply than expected.
        NoAnswer = 905, "hostile_no_answer", "the callee does not answer as expected";
        /// The registry's mode was not set.
        NoMode = 906, "hostile_no_mode", "tell the hostile registry how to behave first";
        /// The dealer did not open this deal.
        UnknownDeal = 907, "dealer_unknown_deal", "this contract has not opened that deal: open it first";
    }
}
