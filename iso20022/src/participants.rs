//! The book of participants: which institution has which address on the ledger.
//!
//! ```toml
//! [[participant]]
//! name = "Musterbank AG"
//! bic = "MUSTDEFF"
//! lei = "529900OBOLUSMUSTER24"
//! address = "obolt1…"
//! ```
//!
//! Each participant has a name, an address, and a BIC, an LEI or both. A BIC of 8 characters means the head office, as does
//! `XXX` after it; a branch that is paid at the same address has an entry of its own.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::fmt::Display;

use serde::Deserialize;

use crate::identifier::{Bic, IdentifierError, Lei};
use crate::party::{Agent, AgentId};
use crate::reason::Reason;
use crate::text::{Max140, TextError};
use crate::transfer::CreditTransfer;

/// Why a book was refused. Participants are counted from 1.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BookError {
    /// Not TOML of the expected form.
    #[error("the book of participants is not read: {0}")]
    Form(String),
    /// A name.
    #[error("participant {0}: name: {1}")]
    Name(usize, TextError),
    /// A BIC or LEI.
    #[error("participant {0}: {1}")]
    Identifier(usize, IdentifierError),
    /// Neither BIC nor LEI.
    #[error("participant {0} has neither bic nor lei: it could not be found")]
    Unidentified(usize),
    /// Not an address of the ledger.
    #[error("participant {0}: address: {1}")]
    Address(usize, String),
    /// An identifier or name that an earlier participant has.
    #[error("participant {0} has the name or an identifier of participant {1}")]
    Repeated(usize, usize),
    /// Nobody.
    #[error("the book of participants is empty")]
    Empty,
}

/// Why an institution was not found.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LookupError {
    /// Nobody in the book has the identifier.
    #[error("no participant has this BIC or LEI: enter it in the book of participants")]
    Unknown,
    /// The BIC is one participant's, the LEI another's.
    #[error("BIC and LEI are of different institutions: ask the sender which is meant")]
    Contradiction,
    /// The transfer names no institution on that side.
    #[error("the transfer names no institution")]
    Nobody,
}

impl LookupError {
    /// The reason for a `pacs.002`.
    pub fn reason(&self) -> Reason {
        Reason::RC01
    }
}

/// An institution on the ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Participant<A> {
    /// Name.
    pub name: Max140,
    /// What messages call it.
    pub id: AgentId,
    /// Where it is paid.
    pub address: A,
}

/// All of them, found by BIC, LEI or address.
#[derive(Clone, Debug)]
pub struct Participants<A> {
    all: Vec<Participant<A>>,
    by_key: HashMap<Key, usize>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Key {
    /// With its branch.
    Bic(String),
    Lei(Lei),
    Name(Max140),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Book {
    #[serde(default, rename = "participant")]
    participants: Vec<Line>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    name: String,
    bic: Option<String>,
    lei: Option<String>,
    address: String,
}

impl<A> Participants<A> {
    /// Reads a book; `address` reads the ledger's addresses.
    ///
    /// # Errors
    /// [`BookError`] says which participant is wrong and why.
    pub fn read<E: Display>(
        toml: &str,
        address: impl Fn(&str) -> Result<A, E>,
    ) -> Result<Self, BookError> {
        let book: Book =
            toml::from_str(toml).map_err(|error| BookError::Form(error.message().to_owned()))?;
        let mut all = Vec::with_capacity(book.participants.len());
        for (index, line) in book.participants.into_iter().enumerate() {
            let number = index + 1;
            let identifier = |error| BookError::Identifier(number, error);
            let bic = line.bic.map(Bic::new).transpose().map_err(identifier)?;
            let lei = line.lei.map(Lei::new).transpose().map_err(identifier)?;
            let id = match (bic, lei) {
                (Some(bic), Some(lei)) => AgentId::Both(bic, lei),
                (Some(bic), None) => AgentId::Bic(bic),
                (None, Some(lei)) => AgentId::Lei(lei),
                (None, None) => return Err(BookError::Unidentified(number)),
            };
            all.push(Participant {
                name: Max140::new(line.name).map_err(|error| BookError::Name(number, error))?,
                id,
                address: address(&line.address)
                    .map_err(|error| BookError::Address(number, error.to_string()))?,
            });
        }
        Self::new(all)
    }

    /// Takes participants.
    ///
    /// # Errors
    /// [`BookError::Repeated`] if two could be meant, [`BookError::Empty`].
    pub fn new(all: Vec<Participant<A>>) -> Result<Self, BookError> {
        if all.is_empty() {
            return Err(BookError::Empty);
        }
        let mut by_key = HashMap::new();
        for (index, participant) in all.iter().enumerate() {
            let name = Key::Name(participant.name.clone());
            for key in keys(&participant.id).into_iter().flatten().chain([name]) {
                match by_key.entry(key) {
                    Entry::Occupied(earlier) => {
                        return Err(BookError::Repeated(index + 1, earlier.get() + 1));
                    }
                    Entry::Vacant(place) => place.insert(index),
                };
            }
        }
        Ok(Self { all, by_key })
    }

    /// All participants in the book's order.
    pub fn all(&self) -> &[Participant<A>] {
        &self.all
    }

    /// Finds an institution. If it is given by BIC and LEI, neither may be another participant's or contradict the entry.
    ///
    /// # Errors
    /// [`LookupError::Unknown`], [`LookupError::Contradiction`].
    pub fn find(&self, agent: &AgentId) -> Result<&Participant<A>, LookupError> {
        let mut found = None;
        for key in keys(agent).into_iter().flatten() {
            let Some(&index) = self.by_key.get(&key) else {
                continue;
            };
            if found.is_some_and(|earlier| earlier != index) {
                return Err(LookupError::Contradiction);
            }
            found = Some(index);
        }
        let participant = found.and_then(|index| self.all.get(index));
        let participant = participant.ok_or(LookupError::Unknown)?;
        let [bic, lei] = keys(agent);
        let [known_bic, known_lei] = keys(&participant.id);
        let differ = |a: Option<Key>, b: Option<Key>| a.zip(b).is_some_and(|(a, b)| a != b);
        if differ(bic, known_bic) || differ(lei, known_lei) {
            return Err(LookupError::Contradiction);
        }
        Ok(participant)
    }

    /// Whom a transfer pays on the ledger: see [`CreditTransfer::payee`].
    ///
    /// # Errors
    /// [`LookupError`].
    pub fn payee(&self, transfer: &CreditTransfer) -> Result<&Participant<A>, LookupError> {
        self.side(transfer.payee())
    }

    /// Who pays a transfer on the ledger: see [`CreditTransfer::payer`].
    ///
    /// # Errors
    /// [`LookupError`].
    pub fn payer(&self, transfer: &CreditTransfer) -> Result<&Participant<A>, LookupError> {
        self.side(transfer.payer())
    }

    fn side(&self, agent: Option<&Agent>) -> Result<&Participant<A>, LookupError> {
        self.find(&agent.ok_or(LookupError::Nobody)?.id)
    }
}

impl<A: PartialEq> Participants<A> {
    /// The first participant at an address.
    pub fn at(&self, address: &A) -> Option<&Participant<A>> {
        self.all
            .iter()
            .find(|participant| participant.address == *address)
    }
}

/// BIC and LEI.
fn keys(id: &AgentId) -> [Option<Key>; 2] {
    let bic = id.bic().map(|bic| Key::Bic(bic.with_branch()));
    let lei = id.lei().map(|lei| Key::Lei(lei.clone()));
    [bic, lei]
}

impl<A> From<&Participant<A>> for Agent {
    fn from(participant: &Participant<A>) -> Self {
        Self {
            name: Some(participant.name.clone()),
            ..Self::new(participant.id.clone())
        }
    }
}
