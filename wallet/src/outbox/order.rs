//! What a payment is ordered to do, as the outbox keeps it.

use std::fmt;

use borsh::{BorshDeserialize, BorshSerialize};
use obolus_abi::{ChainId, ContractId, DealId, PointBytes};
use obolus_protocol::audit::AuditorKey;

use crate::assemble::PayerIdentity;
use crate::config::TokenConfig;
use crate::events::ScanError;

/// What is to be done.
#[derive(Clone, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Order {
    /// Pay somebody.
    Pay {
        /// Whose address.
        to: String,
        /// How much, in minor units.
        amount: u64,
        /// What both sides keep with it.
        text: String,
        /// Whether the recipient learns who pays.
        identity: PayerIdentity,
    },
    /// Redeem.
    Redeem {
        /// How much, in minor units.
        amount: u64,
        /// Hash of the payout instruction.
        payout_reference: [u8; 32],
        /// What the holder keeps with it.
        text: String,
    },
    /// Merge notes, so that two of them reach an amount.
    Merge {
        /// Which amount, in minor units.
        towards: u64,
    },
    /// Lock a leg of a deal.
    Deposit {
        /// The deal.
        deal: DealId,
        /// Which leg.
        leg: u8,
        /// How much, in minor units.
        amount: u64,
    },
    /// Payments that are part of a transaction of several wallets.
    Joint {
        /// The recipients' addresses.
        to: Vec<String>,
        /// How much in all, in minor units.
        amount: u64,
    },
    /// Move notes to the token's successor.
    Migrate {
        /// The successor.
        successor: Successor,
        /// Whose note it becomes: an address.
        to: String,
        /// How much, in minor units.
        amount: u64,
    },
}

/// A token that notes move to, as its token file names it; it is on the same chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Successor {
    /// The token contract.
    pub token: ContractId,
    /// Its registry.
    pub registry: ContractId,
    /// The auditor's key that the holder trusts.
    pub auditor: PointBytes,
}

impl Successor {
    /// Of a token file.
    pub fn new(config: &TokenConfig) -> Self {
        Self {
            token: config.token,
            registry: config.registry,
            auditor: config.auditor.encode(),
        }
    }

    /// The token, to be followed.
    ///
    /// # Errors
    /// [`ScanError::AuditorKey`] for a key that is none.
    pub(crate) fn config(&self, chain: ChainId) -> Result<TokenConfig, ScanError> {
        Ok(TokenConfig {
            chain,
            token: self.token,
            registry: self.registry,
            auditor: AuditorKey::decode(&self.auditor).map_err(|_| ScanError::AuditorKey)?,
        })
    }
}

/// Amounts, parties and texts are the owner's business.
impl fmt::Debug for Order {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Pay { .. } => "Pay(redacted)",
            Self::Redeem { .. } => "Redeem(redacted)",
            Self::Merge { .. } => "Merge(redacted)",
            Self::Deposit { .. } => "Deposit(redacted)",
            Self::Joint { .. } => "Joint(redacted)",
            Self::Migrate { .. } => "Migrate(redacted)",
        })
    }
}
