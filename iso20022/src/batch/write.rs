//! Payment messages, written in one form: agents with each transaction, the date in the header if all have the same.

use crate::party::Agent;
use crate::text::{Code, Text};
use crate::transfer::{CreditTransfer, PaymentType};
use crate::xml::Writer;

use super::Batch;

impl Batch {
    /// The message. It tells amounts and parties, so it belongs where the bank's own messages are kept.
    pub fn to_xml(&self) -> String {
        let mut dates = self
            .transfers
            .iter()
            .map(|transfer| transfer.settlement_date);
        let first = dates.next();
        let common = first.filter(|first| dates.all(|date| date == *first));
        Writer::document(self.kind.schema(), |writer| {
            writer.element("GrpHdr", |writer| {
                writer.leaf("MsgId", self.header.message_id.as_str());
                writer.leaf("CreDtTm", self.header.created_at.to_string());
                writer.leaf("NbOfTxs", self.transfers.len().to_string());
                writer.leaf("CtrlSum", self.total.decimal());
                // ISO: with a total in the header, the date is there, too.
                if let Some(date) = common {
                    writer.money("TtlIntrBkSttlmAmt", self.total);
                    writer.leaf("IntrBkSttlmDt", date.to_string());
                }
                writer.element("SttlmInf", |writer| {
                    writer.leaf("SttlmMtd", "CLRG");
                    if let Some(system) = &self.header.clearing_system {
                        writer.element("ClrSys", |writer| writer.leaf("Prtry", system.as_str()));
                    }
                });
            });
            for transfer in &self.transfers {
                writer.element("CdtTrfTxInf", |writer| {
                    write(transfer, common.is_none(), writer);
                });
            }
        })
    }
}

fn write(transfer: &CreditTransfer, with_date: bool, writer: &mut Writer) {
    writer.element("PmtId", |writer| {
        writer.maybe(
            "InstrId",
            transfer.instruction_id.as_ref().map(Text::as_str),
        );
        writer.leaf("EndToEndId", transfer.end_to_end_id.as_str());
        writer.maybe("TxId", transfer.transaction_id.as_ref().map(Text::as_str));
        writer.leaf("UETR", transfer.uetr.to_string());
        writer.maybe(
            "ClrSysRef",
            transfer.clearing_reference.as_ref().map(Text::as_str),
        );
    });
    if !transfer.payment_type.is_empty() {
        writer.element("PmtTpInf", |writer| {
            payment_type(&transfer.payment_type, writer)
        });
    }
    writer.money("IntrBkSttlmAmt", transfer.amount);
    writer.maybe(
        "IntrBkSttlmDt",
        with_date.then(|| transfer.settlement_date.to_string()),
    );
    writer.maybe(
        "AccptncDtTm",
        transfer.accepted_at.map(|moment| moment.to_string()),
    );
    writer.maybe("ChrgBr", transfer.charges.map(|charges| charges.code()));
    for (number, previous) in transfer.previous_agents.iter().enumerate() {
        agent(
            &format!("PrvsInstgAgt{}", number + 1),
            Some(previous),
            writer,
        );
    }
    agent("InstgAgt", transfer.instructing_agent.as_ref(), writer);
    agent("InstdAgt", transfer.instructed_agent.as_ref(), writer);
    if let Some(ultimate) = &transfer.ultimate_debtor {
        writer.element("UltmtDbtr", |writer| ultimate.write(writer));
    }
    if let Some(party) = &transfer.initiating_party {
        writer.element("InitgPty", |writer| party.write(writer));
    }
    writer.element("Dbtr", |writer| transfer.debtor.write(writer));
    if let Some(account) = &transfer.debtor_account {
        writer.element("DbtrAcct", |writer| account.write(writer));
    }
    agent("DbtrAgt", transfer.debtor_agent.as_ref(), writer);
    agent("CdtrAgt", transfer.creditor_agent.as_ref(), writer);
    writer.element("Cdtr", |writer| transfer.creditor.write(writer));
    if let Some(account) = &transfer.creditor_account {
        writer.element("CdtrAcct", |writer| account.write(writer));
    }
    if let Some(ultimate) = &transfer.ultimate_creditor {
        writer.element("UltmtCdtr", |writer| ultimate.write(writer));
    }
    code("Purp", transfer.purpose.as_ref(), writer);
    if !transfer.remittance.is_empty() {
        writer.element("RmtInf", |writer| {
            for line in &transfer.remittance {
                writer.leaf("Ustrd", line.as_str());
            }
        });
    }
}

fn agent(element: &str, agent: Option<&Agent>, writer: &mut Writer) {
    if let Some(agent) = agent {
        writer.element(element, |writer| agent.write(writer));
    }
}

fn code(element: &str, code: Option<&Code>, writer: &mut Writer) {
    if let Some(code) = code {
        writer.element(element, |writer| writer.leaf("Cd", code.as_str()));
    }
}

fn payment_type(payment_type: &PaymentType, writer: &mut Writer) {
    for level in &payment_type.service_levels {
        code("SvcLvl", Some(level), writer);
    }
    if let Some(instrument) = &payment_type.local_instrument {
        writer.element("LclInstrm", |writer| writer.leaf("Cd", instrument.as_str()));
    }
    code("CtgyPurp", payment_type.category_purpose.as_ref(), writer);
}
