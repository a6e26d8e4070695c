//! Answers to a payment message: the `pacs.002`, and what the command prints.

use std::path::{Path, PathBuf};

use obolus_iso20022::{
    Agent, Batch, MessageError, Original, Reason, Rejection, Status, StatusHeader, StatusReport,
    TransactionStatus,
};
use serde::Serialize;

use super::context::{message_id, now, write_message};
use super::error::IsoError;
use super::message::Message;
use crate::output::OutputArgs;

/// What the command prints.
#[derive(Serialize)]
struct ReportOut {
    message_id: String,
    group_status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
    payments: Vec<PaymentOut>,
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<PathBuf>,
}

#[derive(Serialize)]
struct PaymentOut {
    uetr: String,
    end_to_end_id: String,
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    settled_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reference: Option<String>,
}

/// A payment's status, and why it is only in process, if something failed.
pub struct Answer {
    /// What its sender is told.
    pub status: Status,
    /// For the one who runs the command.
    pub trouble: Option<String>,
}

/// Where an answer goes.
pub struct Outlet<'a> {
    /// Name of the result's schema.
    pub schema: &'static str,
    /// How it is printed.
    pub output: OutputArgs,
    /// Where the `pacs.002` is written.
    pub file: Option<&'a Path>,
    /// Who answers, if the book says.
    pub from: Option<Agent>,
}

impl Outlet<'_> {
    fn header(&self) -> Result<StatusHeader, IsoError> {
        Ok(StatusHeader {
            message_id: message_id()?,
            created_at: now()?,
            instructing_agent: self.from.clone(),
            instructed_agent: None,
        })
    }

    fn write(&self, report: &StatusReport) -> Result<(), IsoError> {
        match self.file {
            Some(file) => write_message(file, &report.to_xml()),
            None => Ok(()),
        }
    }

    /// Answers a message whose transfers each have a status, in the message's order.
    ///
    /// # Errors
    /// [`IsoError::NotAll`] unless all are settled; what failed when the report was written.
    pub fn report(&self, batch: &Batch, answers: Vec<Answer>) -> Result<(), IsoError> {
        let mut statuses = Vec::new();
        let mut payments = Vec::new();
        for (transfer, answer) in batch.transfers().iter().zip(answers) {
            payments.push(PaymentOut::of(transfer, &answer));
            statuses.push(TransactionStatus::of(transfer, answer.status));
        }
        let count = |code| payments.iter().filter(|paid| paid.status == code).count();
        let (rejected, in_process) = (count("RJCT"), count("ACSP"));
        let total = payments.len();
        let report = StatusReport::new(self.header()?, Original::of(batch), statuses)?;
        self.write(&report)?;
        let mut lines: Vec<String> = payments.iter().map(PaymentOut::line).collect();
        lines.push(format!(
            "{} of {total} settled",
            total - rejected - in_process
        ));
        let out = ReportOut {
            message_id: batch.header().message_id.as_str().to_owned(),
            group_status: report.group_status(),
            reason: None,
            detail: None,
            payments,
            file: self.file.map(Path::to_path_buf),
        };
        self.output.print(self.schema, &out, lines.join("\n"));
        if rejected + in_process == 0 {
            return Ok(());
        }
        Err(IsoError::NotAll {
            rejected,
            in_process,
            total,
        })
    }

    /// Answers a message that is refused as a whole.
    ///
    /// # Errors
    /// [`IsoError::Refused`] when it is answered, [`IsoError::Unreadable`] when there is nothing to refer to.
    pub fn refuse(&self, message: &Message, why: &MessageError) -> Result<(), IsoError> {
        let original = Original::read(&message.bytes);
        let original = original.map_err(|_| IsoError::Unreadable(why.clone()))?;
        let message_id = original.message_id.as_str().to_owned();
        let reason: Reason = why.reason();
        let report = StatusReport::reject(self.header()?, original, Rejection::from(why));
        self.write(&report)?;
        let out = ReportOut {
            message_id,
            group_status: report.group_status(),
            reason: Some(reason.code()),
            detail: Some(why.to_string()),
            payments: Vec::new(),
            file: self.file.map(Path::to_path_buf),
        };
        let text = format!("RJCT {reason}: {why}");
        self.output.print(self.schema, &out, text);
        Err(IsoError::Refused(reason))
    }
}

impl PaymentOut {
    fn of(transfer: &obolus_iso20022::CreditTransfer, answer: &Answer) -> Self {
        let mut out = Self {
            uetr: transfer.uetr.to_string(),
            end_to_end_id: transfer.end_to_end_id.as_str().to_owned(),
            status: answer.status.code(),
            reason: None,
            detail: answer.trouble.clone(),
            settled_at: None,
            reference: None,
        };
        match &answer.status {
            Status::InProcess => {}
            Status::Settled { at, reference } => {
                out.settled_at = Some(at.to_string());
                out.reference = reference.as_ref().map(|text| text.as_str().to_owned());
            }
            Status::Rejected(rejection) => {
                out.reason = Some(rejection.reason.code());
                let lines: Vec<_> = rejection.details.iter().map(|line| line.as_str()).collect();
                out.detail = Some(lines.concat()).filter(|detail| !detail.is_empty());
            }
        }
        out
    }

    fn line(&self) -> String {
        let why = [self.reason, self.detail.as_deref()];
        let why: Vec<_> = why.into_iter().flatten().collect();
        format!("{}  {}  {}", self.uetr, self.status, why.join(" "))
            .trim_end()
            .to_owned()
    }
}
