//! A payment message: `pacs.008` of customers' transfers or `pacs.009` of banks', read and written.

mod read;
mod write;

use std::collections::HashMap;

use crate::error::{Fault, MessageError, Refusal};
use crate::limits::MAX_TRANSACTIONS;
use crate::money::{Currency, Money, MoneyError};
use crate::party::Actor;
use crate::text::{Max35, TextError};
use crate::time::{Date, Timestamp};
use crate::transfer::{CreditTransfer, PaymentType};
use crate::xml::Schema;

/// Which of the two payment messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `pacs.008.001.08`: customers pay customers.
    Customer,
    /// `pacs.009.001.08`: banks pay banks.
    Bank,
}

impl Kind {
    /// The message's name.
    pub const fn message_name(self) -> &'static str {
        match self {
            Self::Customer => "pacs.008.001.08",
            Self::Bank => "pacs.009.001.08",
        }
    }

    const fn schema(self) -> Schema {
        match self {
            Self::Customer => Schema {
                namespace: "urn:iso:std:iso:20022:tech:xsd:pacs.008.001.08",
                message: "FIToFICstmrCdtTrf",
            },
            Self::Bank => Schema {
                namespace: "urn:iso:std:iso:20022:tech:xsd:pacs.009.001.08",
                message: "FICdtTrf",
            },
        }
    }
}

/// The group header, without what follows from the transfers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// The sender's id of the message.
    pub message_id: Max35,
    /// When it was made.
    pub created_at: Timestamp,
    /// The clearing system's proprietary code, if it is named.
    pub clearing_system: Option<Max35>,
}

/// What bank and ledger have agreed on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Terms {
    /// The token's currency.
    pub currency: Currency,
    /// The ledger's code as a clearing system. Messages may leave it out; another one is refused.
    pub clearing_system: Max35,
    /// The day on which everything is settled; none leaves looking at dates to the caller.
    pub business_day: Option<Date>,
}

/// A payment message whose parts agree with each other: one currency, every UETR once, amounts above zero, customers with
/// their banks or banks alone, sums that fit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Batch {
    kind: Kind,
    header: Header,
    transfers: Vec<CreditTransfer>,
    total: Money,
}

impl Batch {
    /// Takes the parts of a message.
    ///
    /// # Errors
    /// [`MessageError`] with the element that would be wrong.
    pub fn new(
        kind: Kind,
        header: Header,
        transfers: Vec<CreditTransfer>,
    ) -> Result<Self, MessageError> {
        if transfers.len() > MAX_TRANSACTIONS {
            return Err(Fault::TooManyTransactions.into());
        }
        let Some(first) = transfers.first() else {
            return Err(MessageError::at("CdtTrfTxInf", Fault::Missing));
        };
        let currency = first.amount.currency;
        let mut seen = HashMap::with_capacity(transfers.len());
        for (index, transfer) in transfers.iter().enumerate() {
            check(kind, transfer, currency).map_err(|error| within(index, error))?;
            if let Some(earlier) = seen.insert(transfer.uetr, index) {
                let error = MessageError::at("PmtId/UETR", Fault::Repeated(earlier + 1));
                return Err(within(index, error));
            }
        }
        let amounts = transfers.iter().map(|transfer| transfer.amount);
        let total = Money::sum(amounts, currency)
            .map_err(|error| MessageError::at("GrpHdr/TtlIntrBkSttlmAmt", error))?;
        Ok(Self {
            kind,
            header,
            transfers,
            total,
        })
    }

    /// Which message it is.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// The group header.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// The transfers in the message's order; at least one.
    pub fn transfers(&self) -> &[CreditTransfer] {
        &self.transfers
    }

    /// The transfers by themselves.
    pub fn into_transfers(self) -> Vec<CreditTransfer> {
        self.transfers
    }

    /// The sum of the amounts.
    pub fn total(&self) -> Money {
        self.total
    }

    /// Compares with what was agreed.
    ///
    /// # Errors
    /// [`MessageError`] with the element that is outside of the terms.
    pub fn check(&self, terms: &Terms) -> Result<(), MessageError> {
        if self
            .header
            .clearing_system
            .as_ref()
            .is_some_and(|named| *named != terms.clearing_system)
        {
            return Err(MessageError::at(
                "GrpHdr/SttlmInf/ClrSys",
                Refusal::ClearingSystem,
            ));
        }
        for (index, transfer) in self.transfers.iter().enumerate() {
            if transfer.amount.currency != terms.currency {
                let fault = Fault::OtherCurrency(terms.currency);
                return Err(within(
                    index,
                    MessageError::at("IntrBkSttlmAmt/@Ccy", fault),
                ));
            }
            if terms
                .business_day
                .is_some_and(|day| day != transfer.settlement_date)
            {
                let error = MessageError::at("IntrBkSttlmDt", Fault::OtherDay);
                return Err(within(index, error));
            }
        }
        Ok(())
    }
}

fn within(index: usize, error: MessageError) -> MessageError {
    error.within(&format!("CdtTrfTxInf[{}]", index + 1))
}

/// What must hold within one transfer.
fn check(kind: Kind, transfer: &CreditTransfer, currency: Currency) -> Result<(), MessageError> {
    if transfer.amount.currency != currency {
        let error = MoneyError::Mixed(currency, transfer.amount.currency);
        return Err(MessageError::at("IntrBkSttlmAmt/@Ccy", error));
    }
    if transfer.amount.units.get() == 0 {
        return Err(MessageError::at("IntrBkSttlmAmt", Fault::Zero));
    }
    let actors = [
        ("UltmtDbtr", transfer.ultimate_debtor.as_ref()),
        ("Dbtr", Some(&transfer.debtor)),
        ("Cdtr", Some(&transfer.creditor)),
        ("UltmtCdtr", transfer.ultimate_creditor.as_ref()),
    ];
    for (element, actor) in actors {
        check_actor(kind, actor).map_err(|why| MessageError::at(element, why))?;
    }
    if let Some(party) = &transfer.initiating_party {
        party
            .check()
            .map_err(|why| MessageError::at("InitgPty", why))?;
    }
    let of_customers = match kind {
        Kind::Customer => [
            ("ChrgBr", transfer.charges.is_some()),
            ("DbtrAgt", transfer.debtor_agent.is_some()),
            ("CdtrAgt", transfer.creditor_agent.is_some()),
        ],
        Kind::Bank => [
            ("ChrgBr", transfer.charges.is_none()),
            ("AccptncDtTm", transfer.accepted_at.is_none()),
            ("InitgPty", transfer.initiating_party.is_none()),
        ],
    };
    if let Some((element, _)) = of_customers.into_iter().find(|(_, holds)| !holds) {
        let fault = match kind {
            Kind::Customer => Fault::Missing,
            Kind::Bank => Fault::Unexpected,
        };
        return Err(MessageError::at(element, fault));
    }
    let bounds = [
        (
            "PmtTpInf/SvcLvl",
            transfer.payment_type.service_levels.len(),
            PaymentType::MAX_SERVICE_LEVELS,
        ),
        (
            "RmtInf/Ustrd",
            transfer.remittance.len(),
            CreditTransfer::MAX_REMITTANCE_LINES,
        ),
        (
            "PrvsInstgAgt",
            transfer.previous_agents.len(),
            CreditTransfer::MAX_PREVIOUS_AGENTS,
        ),
    ];
    for (element, length, most) in bounds {
        if length > most {
            return Err(MessageError::at(element, TextError::TooManyLines(most)));
        }
    }
    Ok(())
}

fn check_actor(kind: Kind, actor: Option<&Actor>) -> Result<(), Refusal> {
    match (kind, actor) {
        (_, None) | (Kind::Bank, Some(Actor::Bank(_))) => Ok(()),
        (Kind::Customer, Some(Actor::Customer(party))) => party.check(),
        _ => Err(Refusal::WrongParty),
    }
}
