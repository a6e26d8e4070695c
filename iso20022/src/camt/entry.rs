//! One booking and the payment behind it.

use crate::identifier::Uetr;
use crate::memo::{MemoParty, MemoText};
use crate::money::Money;
use crate::party::{Account, Actor, Agent, Identity, Party};
use crate::text::{Code, Max35, Max140};
use crate::time::{Date, Timestamp};
use crate::transfer::CreditTransfer;
use crate::xml::Writer;

/// To or from the account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// `CRDT`: the account received.
    Credit,
    /// `DBIT`: the account paid.
    Debit,
}

impl Direction {
    fn code(self) -> &'static str {
        match self {
            Self::Credit => "CRDT",
            Self::Debit => "DBIT",
        }
    }
}

/// What was booked, for the bank transaction code: domain `PMNT`, family `RCDT` or `ICDT`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntryKind {
    /// A customer's transfer, `DMCT`.
    CustomerTransfer,
    /// A bank's transfer, `FICT`.
    BankTransfer,
    /// Within the token's issuer: deposits turned into tokens or back, `BOOK`.
    IssuerBooking,
    /// Anything else, `OTHR`.
    Other,
}

impl EntryKind {
    fn code(self) -> &'static str {
        match self {
            Self::CustomerTransfer => "DMCT",
            Self::BankTransfer => "FICT",
            Self::IssuerBooking => "BOOK",
            Self::Other => "OTHR",
        }
    }
}

/// A booking. It is final: the ledger books nothing that could be undone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// To or from the account.
    pub direction: Direction,
    /// How much.
    pub amount: Money,
    /// When the block was committed.
    pub booked_at: Timestamp,
    /// From which day on it counts.
    pub value_date: Date,
    /// The ledger's reference; each entry has its own.
    pub reference: Max35,
    /// What was booked.
    pub kind: EntryKind,
    /// The payment behind it, as far as it is known.
    pub details: Details,
}

/// A payment as an account holder is told of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Details {
    /// UETR.
    pub uetr: Option<Uetr>,
    /// Instruction id.
    pub instruction_id: Option<Max35>,
    /// End-to-end id.
    pub end_to_end_id: Option<Max35>,
    /// Transaction id.
    pub transaction_id: Option<Max35>,
    /// Who paid.
    pub debtor: Option<Actor>,
    /// From which account.
    pub debtor_account: Option<Account>,
    /// On whose behalf.
    pub ultimate_debtor: Option<Actor>,
    /// Who was paid.
    pub creditor: Option<Actor>,
    /// To which account.
    pub creditor_account: Option<Account>,
    /// For whom.
    pub ultimate_creditor: Option<Actor>,
    /// The debtor's bank.
    pub debtor_agent: Option<Agent>,
    /// The creditor's bank.
    pub creditor_agent: Option<Agent>,
    /// Purpose.
    pub purpose: Option<Code>,
    /// Remittance information.
    pub remittance: Vec<Max140>,
}

impl From<&CreditTransfer> for Details {
    fn from(transfer: &CreditTransfer) -> Self {
        Self {
            uetr: Some(transfer.uetr),
            instruction_id: transfer.instruction_id.clone(),
            end_to_end_id: Some(transfer.end_to_end_id.clone()),
            transaction_id: transfer.transaction_id.clone(),
            debtor: Some(transfer.debtor.clone()),
            debtor_account: transfer.debtor_account.clone(),
            ultimate_debtor: transfer.ultimate_debtor.clone(),
            creditor: Some(transfer.creditor.clone()),
            creditor_account: transfer.creditor_account.clone(),
            ultimate_creditor: transfer.ultimate_creditor.clone(),
            debtor_agent: transfer.debtor_agent.clone(),
            creditor_agent: transfer.creditor_agent.clone(),
            purpose: transfer.purpose.clone(),
            remittance: transfer.remittance.clone(),
        }
    }
}

impl From<MemoText> for Details {
    /// What a received memo tells; who paid is for the caller to add.
    fn from(memo: MemoText) -> Self {
        Self {
            uetr: Some(memo.uetr),
            end_to_end_id: Some(memo.end_to_end_id),
            ultimate_debtor: memo.ultimate_debtor.map(customer),
            ultimate_creditor: memo.ultimate_creditor.map(customer),
            remittance: memo.remittance,
            ..Self::default()
        }
    }
}

fn customer(party: MemoParty) -> Actor {
    let identified = party.bic.is_some() || party.lei.is_some();
    Actor::Customer(Party {
        name: party.name,
        identity: identified.then_some(Identity::Organisation {
            bic: party.bic,
            lei: party.lei,
            other: Vec::new(),
        }),
        ..Party::default()
    })
}

impl Details {
    pub(super) fn is_identified(&self) -> bool {
        let actors = [
            &self.debtor,
            &self.ultimate_debtor,
            &self.creditor,
            &self.ultimate_creditor,
        ];
        actors.into_iter().flatten().all(|actor| match actor {
            Actor::Customer(party) => party.check().is_ok(),
            Actor::Bank(_) => true,
        })
    }

    fn write(&self, entry: &Entry, writer: &mut Writer) {
        let text = |text: &Option<Max35>| text.as_ref().map(|text| text.as_str().to_owned());
        writer.group("Refs", |writer| {
            writer.maybe("InstrId", text(&self.instruction_id));
            writer.maybe("EndToEndId", text(&self.end_to_end_id));
            writer.maybe("UETR", self.uetr.map(|uetr| uetr.to_string()));
            writer.maybe("TxId", text(&self.transaction_id));
        });
        writer.money("Amt", entry.amount);
        writer.leaf("CdtDbtInd", entry.direction.code());
        writer.group("RltdPties", |writer| {
            write_actor("Dbtr", self.debtor.as_ref(), writer);
            write_account("DbtrAcct", self.debtor_account.as_ref(), writer);
            write_actor("UltmtDbtr", self.ultimate_debtor.as_ref(), writer);
            write_actor("Cdtr", self.creditor.as_ref(), writer);
            write_account("CdtrAcct", self.creditor_account.as_ref(), writer);
            write_actor("UltmtCdtr", self.ultimate_creditor.as_ref(), writer);
        });
        writer.group("RltdAgts", |writer| {
            for (element, agent) in [
                ("DbtrAgt", &self.debtor_agent),
                ("CdtrAgt", &self.creditor_agent),
            ] {
                if let Some(agent) = agent {
                    writer.element(element, |writer| agent.write(writer));
                }
            }
        });
        if let Some(purpose) = &self.purpose {
            writer.element("Purp", |writer| writer.leaf("Cd", purpose.as_str()));
        }
        writer.group("RmtInf", |writer| {
            for line in &self.remittance {
                writer.leaf("Ustrd", line.as_str());
            }
        });
    }
}

fn write_actor(element: &str, actor: Option<&Actor>, writer: &mut Writer) {
    if let Some(actor) = actor {
        writer.element(element, |writer| actor.write_choice(writer));
    }
}

fn write_account(element: &str, account: Option<&Account>, writer: &mut Writer) {
    if let Some(account) = account {
        writer.element(element, |writer| account.write(writer));
    }
}

impl Entry {
    pub(super) fn write(&self, writer: &mut Writer) {
        let family = match self.direction {
            Direction::Credit => "RCDT",
            Direction::Debit => "ICDT",
        };
        writer.element("Ntry", |writer| {
            writer.money("Amt", self.amount);
            writer.leaf("CdtDbtInd", self.direction.code());
            writer.element("Sts", |writer| writer.leaf("Cd", "BOOK"));
            writer.element("BookgDt", |writer| {
                writer.leaf("DtTm", self.booked_at.to_string())
            });
            writer.element("ValDt", |writer| {
                writer.leaf("Dt", self.value_date.to_string())
            });
            writer.leaf("AcctSvcrRef", self.reference.as_str());
            writer.element("BkTxCd", |writer| {
                writer.element("Domn", |writer| {
                    writer.leaf("Cd", "PMNT");
                    writer.element("Fmly", |writer| {
                        writer.leaf("Cd", family);
                        writer.leaf("SubFmlyCd", self.kind.code());
                    });
                });
            });
            writer.element("NtryDtls", |writer| {
                writer.element("TxDtls", |writer| self.details.write(self, writer));
            });
        });
    }
}
