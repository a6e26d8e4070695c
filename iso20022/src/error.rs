//! Why a message is refused, where in it, and with which reason its sender is answered.

use crate::identifier::IdentifierError;
use crate::limits::{MAX_DEPTH, MAX_ELEMENTS, MAX_MESSAGE_BYTES, MAX_TRANSACTIONS};
use crate::money::{Currency, MoneyError};
use crate::reason::Reason;
use crate::text::TextError;
use crate::time::TimeError;

/// A fault and its place. Neither holds what the message says about amounts and parties.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}{fault}", place(.path))]
pub struct MessageError {
    path: String,
    fault: Fault,
}

fn place(path: &str) -> String {
    if path.is_empty() {
        String::new()
    } else {
        format!("{path}: ")
    }
}

impl MessageError {
    /// Where: elements from the message's down, as in `CdtTrfTxInf[3]/Dbtr/Nm`; transactions are counted from 1. Empty
    /// when it is the whole message.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// What.
    pub fn fault(&self) -> &Fault {
        &self.fault
    }

    /// The reason for a `pacs.002` that rejects the message.
    pub fn reason(&self) -> Reason {
        self.fault.reason()
    }

    pub(crate) fn at(path: impl Into<String>, fault: impl Into<Fault>) -> Self {
        Self {
            path: path.into(),
            fault: fault.into(),
        }
    }

    pub(crate) fn within(mut self, element: &str) -> Self {
        self.path = if self.path.is_empty() {
            element.to_owned()
        } else {
            format!("{element}/{}", self.path)
        };
        self
    }
}

impl<F: Into<Fault>> From<F> for MessageError {
    fn from(fault: F) -> Self {
        Self::at("", fault)
    }
}

/// What is wrong with a message or a part of it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// Longer than [`MAX_MESSAGE_BYTES`].
    #[error("more than {MAX_MESSAGE_BYTES} bytes: split the batch")]
    TooLarge,
    /// Not UTF-8 from this byte on.
    #[error("not UTF-8 at byte {0}: ISO 20022 messages are written in UTF-8")]
    NotUtf8(usize),
    /// Not well-formed, up to this byte.
    #[error("not well-formed XML at byte {0}: it may have been cut off or changed on its way")]
    Malformed(u64),
    /// Well-formed, but nothing that a payment message needs.
    #[error("{0}: send the message without it")]
    Forbidden(Forbidden),
    /// The document is in another namespace or has another message in it.
    #[error("not one of the supported messages: {0}")]
    OtherMessage(&'static str),
    /// Nested deeper than [`MAX_DEPTH`].
    #[error("elements are nested more than {MAX_DEPTH} deep")]
    TooDeep,
    /// A transaction or header of more than [`MAX_ELEMENTS`].
    #[error("more than {MAX_ELEMENTS} elements")]
    TooManyElements,
    /// More than [`MAX_TRANSACTIONS`].
    #[error("more than {MAX_TRANSACTIONS} transactions: split the batch")]
    TooManyTransactions,
    /// An element that must be there is not.
    #[error("missing")]
    Missing,
    /// An element or attribute that the schema does not have here.
    #[error("not expected here: see the message's schema for elements and their order")]
    Unexpected,
    /// A text.
    #[error(transparent)]
    Text(#[from] TextError),
    /// An identifier.
    #[error(transparent)]
    Identifier(#[from] IdentifierError),
    /// An amount.
    #[error(transparent)]
    Money(#[from] MoneyError),
    /// A date.
    #[error(transparent)]
    Time(#[from] TimeError),
    /// Not one of the element's values.
    #[error("not one of the values that the schema lists")]
    NotListed,
    /// Valid, but nothing that the ledger can do.
    #[error("{0}")]
    NotCarriedOut(Refusal),
    /// The header's number of transactions is another.
    #[error("the message has {found} transactions: it may have been cut off or changed on its way")]
    Count {
        /// Transactions in the message.
        found: usize,
    },
    /// The header's sum is another.
    #[error("not the sum of the transactions' amounts: it may have been changed on its way")]
    Sum,
    /// The header is to have a sum.
    #[error("a message of several transactions needs CtrlSum or TtlIntrBkSttlmAmt")]
    NoSum,
    /// Given for all transactions and for one of them.
    #[error("given in the group header, too: leave it out in one place")]
    Twice,
    /// The amount is zero.
    #[error("an amount of zero is not paid")]
    Zero,
    /// The currency is not the agreed one.
    #[error("paid in {0} alone")]
    OtherCurrency(Currency),
    /// The settlement date is not the business day.
    #[error(
        "the settlement date is not the business day: the ledger settles at once, neither earlier nor later"
    )]
    OtherDay,
    /// An earlier transaction has it.
    #[error("transaction {0} has the same: each payment has its own")]
    Repeated(usize),
}

impl Fault {
    fn reason(&self) -> Reason {
        match self {
            Self::NotCarriedOut(_) => Reason::AG03,
            Self::Identifier(
                IdentifierError::Bic | IdentifierError::Lei | IdentifierError::LeiCheck,
            ) => Reason::RC01,
            Self::Identifier(IdentifierError::Iban | IdentifierError::IbanCheck) => Reason::AC01,
            Self::Money(MoneyError::Currency | MoneyError::Mixed(..)) | Self::OtherCurrency(_) => {
                Reason::AM03
            }
            Self::Money(_) => Reason::AM12,
            Self::Time(_) | Self::OtherDay => Reason::DT01,
            Self::Count { .. } | Self::TooManyTransactions => Reason::AM18,
            Self::Sum | Self::NoSum => Reason::AM10,
            Self::Zero => Reason::AM01,
            Self::Repeated(_) => Reason::DU03,
            _ => Reason::FF01,
        }
    }
}

/// Parts of XML that are refused: each is a way to say one thing and show another, or to make a reader work for nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Forbidden {
    /// A document type, and with it entities.
    #[error("a document type declaration is refused")]
    DocumentType,
    /// A reference to an entity that XML itself does not have.
    #[error("a reference to an entity is refused")]
    Entity,
    /// A CDATA section.
    #[error("a CDATA section is refused")]
    Cdata,
    /// A processing instruction.
    #[error("a processing instruction is refused")]
    Instruction,
    /// A comment inside a value.
    #[error("a comment inside a value is refused")]
    Comment,
    /// Another version of XML than 1.0, or another encoding than UTF-8.
    #[error("a declaration of other than XML 1.0 in UTF-8 is refused")]
    Declaration,
}

/// What the standard allows and the ledger cannot do, so that nothing in a payment order is silently left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Settlement over accounts that the agents hold with each other, or by cover.
    #[error("the ledger settles as a clearing system: write the settlement method CLRG")]
    SettlementMethod,
    /// Another clearing system is named.
    #[error(
        "another clearing system is named: write the agreed proprietary code, or leave ClrSys out"
    )]
    ClearingSystem,
    /// Accounts and agents for the settlement.
    #[error("settlement accounts and reimbursement agents are not used: leave them out")]
    SettlementRoute,
    /// One booking for the whole batch.
    #[error("each transaction is booked by itself: leave batch booking out, or write false")]
    BatchBooking,
    /// Settlement at, from or until a time.
    #[error("the ledger settles at once: leave times of settlement out")]
    SettlementTime,
    /// A conversion, or charges taken off.
    #[error(
        "the ledger pays the settlement amount: no exchange and no charges, and the instructed amount is the same"
    )]
    Conversion,
    /// Agents between the receiver and the creditor's agent, branches, or their accounts.
    #[error(
        "routing through intermediaries and accounts of agents is not carried out: pay the next agent instead"
    )]
    Routing,
    /// What an agent is to do when it is paid.
    #[error("instructions to agents are not passed on: leave them out")]
    Instructions,
    /// Reports to authorities, and taxes.
    #[error("regulatory reports and tax details are not passed on: leave them out")]
    Reporting,
    /// Remittance information with a structure, or elsewhere.
    #[error("remittance information is text alone: write it as Ustrd")]
    StructuredRemittance,
    /// The customer's transfer under a bank's.
    #[error("a cover payment is not carried out: send the customer's transfer as pacs.008")]
    Cover,
    /// Proprietary codes and identifications, and others that the ledger's participants are not found by.
    #[error("not supported: use the identification or code of the standard")]
    Proprietary,
    /// Details of a person or place that are not passed on.
    #[error("not passed on: leave it out")]
    Detail,
    /// Data outside of the standard.
    #[error("supplementary data is not passed on: leave it out")]
    Supplementary,
    /// An agent without BIC and LEI.
    #[error("an agent is identified by BIC or LEI")]
    AgentUnidentified,
    /// A party that is neither named nor identified.
    #[error("a party needs a name, a BIC or an LEI")]
    PartyUnidentified,
    /// A customer where a bank belongs, or the other way round.
    #[error("customers pay customers in pacs.008, banks pay banks in pacs.009")]
    WrongParty,
}

impl From<Refusal> for Fault {
    fn from(refusal: Refusal) -> Self {
        Self::NotCarriedOut(refusal)
    }
}

impl From<Forbidden> for Fault {
    fn from(forbidden: Forbidden) -> Self {
        Self::Forbidden(forbidden)
    }
}
