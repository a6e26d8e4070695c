//! Who is in a payment: customers, institutions, their accounts and addresses.

mod address;
mod wire;

pub use address::{Address, AddressLines};
pub(crate) use wire::read_code;

use crate::error::Refusal;
use crate::identifier::{Bic, Country, Iban, Lei};
use crate::money::Currency;
use crate::text::{Code, Max35, Max140, Text};

/// A customer: a company or a person (`PartyIdentification135`).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Party {
    /// Name.
    pub name: Option<Max140>,
    /// Postal address.
    pub address: Option<Address>,
    /// Identifiers.
    pub identity: Option<Identity>,
    /// Country of residence.
    pub country_of_residence: Option<Country>,
}

impl Party {
    /// A party of which only the name is known.
    pub fn named(name: Max140) -> Self {
        Self {
            name: Some(name),
            ..Self::default()
        }
    }

    /// Whether anybody could tell who it is.
    pub(crate) fn check(&self) -> Result<(), Refusal> {
        let empty = match &self.identity {
            None => self.name.is_none(),
            Some(Identity::Organisation { bic, lei, other }) => {
                bic.is_none() && lei.is_none() && other.is_empty()
            }
            Some(Identity::Person(other)) => other.is_empty(),
        };
        if empty {
            return Err(Refusal::PartyUnidentified);
        }
        Ok(())
    }
}

/// How a customer is identified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Identity {
    /// A company.
    Organisation {
        /// Its BIC; companies can have one, too.
        bic: Option<Bic>,
        /// Its LEI.
        lei: Option<Lei>,
        /// Other identifiers.
        other: Vec<OtherId>,
    },
    /// A person. Birth dates are refused.
    Person(Vec<OtherId>),
}

/// An identifier of another scheme.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OtherId {
    /// The identifier.
    pub id: Max35,
    /// Its scheme, such as `TXID`.
    pub scheme: Option<Code>,
    /// Who gave it.
    pub issuer: Option<Max35>,
}

/// A financial institution (`BranchAndFinancialInstitutionIdentification6`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Agent {
    /// What it is found by.
    pub id: AgentId,
    /// Its number in a national clearing system.
    pub clearing_member: Option<ClearingMember>,
    /// Name.
    pub name: Option<Max140>,
    /// Postal address.
    pub address: Option<Address>,
}

impl Agent {
    /// An institution of which only the identifier is known.
    pub fn new(id: AgentId) -> Self {
        Self {
            id,
            clearing_member: None,
            name: None,
            address: None,
        }
    }
}

impl From<Bic> for Agent {
    fn from(bic: Bic) -> Self {
        Self::new(AgentId::Bic(bic))
    }
}

impl From<Lei> for Agent {
    fn from(lei: Lei) -> Self {
        Self::new(AgentId::Lei(lei))
    }
}

/// An institution's BIC, LEI or both.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AgentId {
    /// BIC alone.
    Bic(Bic),
    /// LEI alone.
    Lei(Lei),
    /// Both; they must mean one institution.
    Both(Bic, Lei),
}

impl AgentId {
    /// The BIC.
    pub fn bic(&self) -> Option<&Bic> {
        match self {
            Self::Bic(bic) | Self::Both(bic, _) => Some(bic),
            Self::Lei(_) => None,
        }
    }

    /// The LEI.
    pub fn lei(&self) -> Option<&Lei> {
        match self {
            Self::Lei(lei) | Self::Both(_, lei) => Some(lei),
            Self::Bic(_) => None,
        }
    }
}

/// A number in a national clearing system.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClearingMember {
    /// The system, such as `USABA`.
    pub system: Option<Text<5>>,
    /// The number.
    pub member: Max35,
}

/// Somebody who pays or is paid: a customer in `pacs.008`, an institution in `pacs.009`, either in `camt`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Actor {
    /// A customer of an institution.
    Customer(Party),
    /// An institution itself.
    Bank(Agent),
}

impl Actor {
    /// The name.
    pub fn name(&self) -> Option<&Max140> {
        match self {
            Self::Customer(party) => party.name.as_ref(),
            Self::Bank(agent) => agent.name.as_ref(),
        }
    }

    /// The BIC.
    pub fn bic(&self) -> Option<&Bic> {
        match self {
            Self::Bank(agent) => agent.id.bic(),
            Self::Customer(party) => match &party.identity {
                Some(Identity::Organisation { bic, .. }) => bic.as_ref(),
                _ => None,
            },
        }
    }

    /// The LEI.
    pub fn lei(&self) -> Option<&Lei> {
        match self {
            Self::Bank(agent) => agent.id.lei(),
            Self::Customer(party) => match &party.identity {
                Some(Identity::Organisation { lei, .. }) => lei.as_ref(),
                _ => None,
            },
        }
    }
}

/// A cash account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Its number.
    pub id: AccountId,
    /// Its currency.
    pub currency: Option<Currency>,
    /// Its name.
    pub name: Option<Text<70>>,
}

impl Account {
    /// An account of which only the number is known.
    pub fn new(id: AccountId) -> Self {
        Self {
            id,
            currency: None,
            name: None,
        }
    }
}

impl From<Iban> for Account {
    fn from(iban: Iban) -> Self {
        Self::new(AccountId::Iban(iban))
    }
}

/// An account's number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AccountId {
    /// International.
    Iban(Iban),
    /// Any other.
    Other {
        /// The number.
        id: Text<34>,
        /// Its scheme, such as `BBAN`.
        scheme: Option<Code>,
        /// Who gave it.
        issuer: Option<Max35>,
    },
}
