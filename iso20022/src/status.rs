//! `pacs.002.001.10`: what became of a payment message.

use std::collections::BTreeSet;

use crate::batch::{Batch, Kind};
use crate::identifier::Uetr;
use crate::party::Agent;
use crate::reason::Reason;
use crate::text::{Max35, Text};
use crate::time::Timestamp;
use crate::transfer::CreditTransfer;
use crate::xml::{Schema, Writer};

const SCHEMA: Schema = Schema {
    namespace: "urn:iso:std:iso:20022:tech:xsd:pacs.002.001.10",
    message: "FIToFIPmtStsRpt",
};

/// Why there is no report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StatusError {
    /// Nothing is reported.
    #[error("a report of transactions has at least one: use `reject` for a whole message")]
    Empty,
    /// One payment has two statuses.
    #[error("transactions {0} and {1} are the same payment: report it once")]
    Repeated(usize, usize),
}

/// The message that is reported on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Original {
    /// Its id.
    pub message_id: Max35,
    /// Which message it was.
    pub kind: Kind,
    /// When it was made, if that is known.
    pub created_at: Option<Timestamp>,
}

impl Original {
    /// A message that was read.
    pub fn of(batch: &Batch) -> Self {
        Self {
            message_id: batch.header().message_id.clone(),
            kind: batch.kind(),
            created_at: Some(batch.header().created_at),
        }
    }
}

/// What became of one payment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Status {
    /// `ACSP`: accepted, settlement in process.
    InProcess,
    /// `ACSC`: settled.
    Settled {
        /// When the block was committed.
        at: Timestamp,
        /// The ledger's reference for it.
        reference: Option<Max35>,
    },
    /// `RJCT`: rejected; nothing was paid and nothing will be.
    Rejected(Rejection),
}

impl Status {
    /// The four letters.
    pub fn code(&self) -> &'static str {
        match self {
            Self::InProcess => "ACSP",
            Self::Settled { .. } => "ACSC",
            Self::Rejected(_) => "RJCT",
        }
    }
}

/// Why a payment or a message was rejected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejection {
    /// The reason's code.
    pub reason: Reason,
    /// More about it, for persons.
    pub details: Vec<Text<105>>,
}

impl Rejection {
    /// A rejection with its explanation, which is broken into lines of 105 characters and loses control characters.
    pub fn new(reason: Reason, explanation: &str) -> Self {
        let characters: Vec<char> = explanation.chars().collect();
        let lines = characters.chunks(105).map(String::from_iter);
        let shown = |line: String| {
            let line: String = line
                .chars()
                .filter(|c| Text::<1>::new(*c).is_ok() || *c == ' ')
                .collect();
            Text::new(line).ok()
        };
        Self {
            reason,
            details: lines.filter_map(shown).collect(),
        }
    }
}

impl From<Reason> for Rejection {
    fn from(reason: Reason) -> Self {
        Self {
            reason,
            details: Vec::new(),
        }
    }
}

impl From<&crate::error::MessageError> for Rejection {
    fn from(error: &crate::error::MessageError) -> Self {
        Self::new(error.reason(), &error.to_string())
    }
}

/// One payment and what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TransactionStatus {
    /// The payment.
    pub uetr: Uetr,
    /// Its instruction id.
    pub instruction_id: Option<Max35>,
    /// Its end-to-end id.
    pub end_to_end_id: Max35,
    /// Its transaction id.
    pub transaction_id: Option<Max35>,
    /// What became of it.
    pub status: Status,
}

impl TransactionStatus {
    /// The status of a transfer.
    pub fn of(transfer: &CreditTransfer, status: Status) -> Self {
        Self {
            uetr: transfer.uetr,
            instruction_id: transfer.instruction_id.clone(),
            end_to_end_id: transfer.end_to_end_id.clone(),
            transaction_id: transfer.transaction_id.clone(),
            status,
        }
    }
}

/// The header of a report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatusHeader {
    /// The report's id.
    pub message_id: Max35,
    /// When it was made.
    pub created_at: Timestamp,
    /// Who reports.
    pub instructing_agent: Option<Agent>,
    /// To whom.
    pub instructed_agent: Option<Agent>,
}

/// A status report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatusReport {
    header: StatusHeader,
    original: Original,
    outcome: Outcome,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Outcome {
    Message(Rejection),
    Transactions(Vec<TransactionStatus>),
}

impl StatusReport {
    /// Reports on payments.
    ///
    /// # Errors
    /// [`StatusError`].
    pub fn new(
        header: StatusHeader,
        original: Original,
        statuses: Vec<TransactionStatus>,
    ) -> Result<Self, StatusError> {
        if statuses.is_empty() {
            return Err(StatusError::Empty);
        }
        let mut seen = std::collections::HashMap::new();
        for (index, status) in statuses.iter().enumerate() {
            if let Some(earlier) = seen.insert(status.uetr, index) {
                return Err(StatusError::Repeated(earlier + 1, index + 1));
            }
        }
        Ok(Self {
            header,
            original,
            outcome: Outcome::Transactions(statuses),
        })
    }

    /// Rejects a whole message, whose transactions may not even have been read.
    pub fn reject(header: StatusHeader, original: Original, rejection: Rejection) -> Self {
        Self {
            header,
            original,
            outcome: Outcome::Message(rejection),
        }
    }

    /// The status of the whole: that of all transactions, or `PART` if they differ.
    pub fn group_status(&self) -> &'static str {
        let statuses = match &self.outcome {
            Outcome::Message(_) => return "RJCT",
            Outcome::Transactions(statuses) => statuses,
        };
        let codes: BTreeSet<_> = statuses.iter().map(|status| status.status.code()).collect();
        match (codes.len(), codes.first()) {
            (1, Some(code)) => code,
            _ => "PART",
        }
    }

    /// The message.
    pub fn to_xml(&self) -> String {
        Writer::document(SCHEMA, |writer| {
            writer.element("GrpHdr", |writer| {
                writer.leaf("MsgId", self.header.message_id.as_str());
                writer.leaf("CreDtTm", self.header.created_at.to_string());
                agent("InstgAgt", self.header.instructing_agent.as_ref(), writer);
                agent("InstdAgt", self.header.instructed_agent.as_ref(), writer);
            });
            writer.element("OrgnlGrpInfAndSts", |writer| {
                writer.leaf("OrgnlMsgId", self.original.message_id.as_str());
                writer.leaf("OrgnlMsgNmId", self.original.kind.message_name());
                let created_at = self.original.created_at.map(|moment| moment.to_string());
                writer.maybe("OrgnlCreDtTm", created_at);
                writer.leaf("GrpSts", self.group_status());
                if let Outcome::Message(rejection) = &self.outcome {
                    write_rejection(rejection, writer);
                }
            });
            if let Outcome::Transactions(statuses) = &self.outcome {
                for status in statuses {
                    writer.element("TxInfAndSts", |writer| write_status(status, writer));
                }
            }
        })
    }
}

fn agent(element: &str, agent: Option<&Agent>, writer: &mut Writer) {
    if let Some(agent) = agent {
        writer.element(element, |writer| agent.write(writer));
    }
}

fn write_status(transaction: &TransactionStatus, writer: &mut Writer) {
    writer.maybe(
        "OrgnlInstrId",
        transaction.instruction_id.as_ref().map(Text::as_str),
    );
    writer.leaf("OrgnlEndToEndId", transaction.end_to_end_id.as_str());
    writer.maybe(
        "OrgnlTxId",
        transaction.transaction_id.as_ref().map(Text::as_str),
    );
    writer.leaf("OrgnlUETR", transaction.uetr.to_string());
    writer.leaf("TxSts", transaction.status.code());
    match &transaction.status {
        Status::InProcess => {}
        Status::Settled { at, reference } => {
            writer.element("FctvIntrBkSttlmDt", |writer| {
                writer.leaf("DtTm", at.to_string())
            });
            writer.maybe("ClrSysRef", reference.as_ref().map(Text::as_str));
        }
        Status::Rejected(rejection) => write_rejection(rejection, writer),
    }
}

fn write_rejection(rejection: &Rejection, writer: &mut Writer) {
    writer.element("StsRsnInf", |writer| {
        writer.element("Rsn", |writer| writer.leaf("Cd", rejection.reason.code()));
        for line in &rejection.details {
            writer.leaf("AddtlInf", line.as_str());
        }
    });
}
