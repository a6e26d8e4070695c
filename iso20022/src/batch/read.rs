//! Payment messages, strictly: what is not read is refused, so that nothing in an order is silently left out.

use core::str::FromStr;

use crate::error::{Fault, MessageError, Refusal};
use crate::limits::MAX_TRANSACTIONS;
use crate::money::{Currency, Money};
use crate::party::{Account, Actor, Agent, Party, read_code};
use crate::status::Original;
use crate::text::{Max35, Max140};
use crate::time::Date;
use crate::transfer::{ChargeBearer, CreditTransfer, PaymentType};
use crate::xml::{Fields, Node, Source};

use super::{Batch, Header, Kind, Terms, within};

const NAMES: &str = "send pacs.008.001.08 or pacs.009.001.08, as a Document without envelope";

/// Every payment is made at once, so all priorities are kept to.
const PRIORITIES: [(&str, ()); 3] = [("HIGH", ()), ("NORM", ()), ("URGT", ())];

impl Batch {
    /// Reads a `pacs.008.001.08` or `pacs.009.001.08` and compares it with what was agreed.
    ///
    /// # Errors
    /// [`MessageError`] with the first fault and its place. A message is taken whole or not at all.
    pub fn read(message: &[u8], terms: &Terms) -> Result<Self, MessageError> {
        let (mut source, kind) = open(message)?;
        let group = match source.next() {
            Ok(Some(node)) if node.name() == "GrpHdr" => Group::read(node),
            Ok(_) => Err(Fault::Missing.into()),
            Err(error) => Err(error),
        };
        let group = group.map_err(|error| error.within("GrpHdr"))?;
        let mut transfers = Vec::new();
        loop {
            let index = transfers.len();
            let place = |error| within(index, error);
            let Some(node) = source.next().map_err(place)? else {
                break;
            };
            match node.name() {
                "CdtTrfTxInf" if index == MAX_TRANSACTIONS => {
                    return Err(Fault::TooManyTransactions.into());
                }
                "CdtTrfTxInf" => {
                    let transfer = transfer(kind, &group, node).map_err(place)?;
                    transfers.push(transfer);
                }
                "SplmtryData" => {
                    return Err(MessageError::at("SplmtryData", Refusal::Supplementary));
                }
                _ => return Err(Fault::Unexpected.into()),
            }
        }
        group.count(transfers.len())?;
        let batch = Self::new(kind, group.header.clone(), transfers)?;
        group.sum(batch.total, batch.transfers.len())?;
        batch.check(terms)?;
        Ok(batch)
    }
}

impl Original {
    /// Reads as much of a message's header as an answer to it needs, whatever is wrong with the rest of it.
    ///
    /// # Errors
    /// [`MessageError`] if even that is not there: there is nothing to refer to then.
    pub fn read(message: &[u8]) -> Result<Self, MessageError> {
        let (mut source, kind) = open(message)?;
        let header = source.next()?.filter(|node| node.name() == "GrpHdr");
        let header = header.ok_or_else(|| MessageError::at("GrpHdr", Fault::Missing))?;
        let mut fields = Fields::of(header)?;
        Ok(Self {
            message_id: fields.one("MsgId", Node::value)?,
            kind,
            created_at: fields.maybe("CreDtTm", Node::value).unwrap_or_default(),
        })
    }
}

fn open(message: &[u8]) -> Result<(Source<'_>, Kind), MessageError> {
    let schemas = [Kind::Customer, Kind::Bank].map(Kind::schema);
    let (source, schema) = Source::open(message, &schemas, NAMES)?;
    let kind = match schema == Kind::Customer.schema() {
        true => Kind::Customer,
        false => Kind::Bank,
    };
    Ok((source, kind))
}

/// The group header as it was read.
struct Group {
    header: Header,
    count: Count,
    control_sum: Option<Decimal>,
    total: Option<Money>,
    settlement_date: Option<Date>,
    payment_type: Option<PaymentType>,
    instructing_agent: Option<Agent>,
    instructed_agent: Option<Agent>,
}

impl Group {
    fn read(node: Node) -> Result<Self, MessageError> {
        let mut fields = Fields::of(node)?;
        let message_id = fields.one("MsgId", Node::value)?;
        let created_at = fields.one("CreDtTm", Node::value)?;
        let whole = [("true", true), ("1", true), ("false", false), ("0", false)];
        if fields.maybe("BtchBookg", |node| node.one_of(&whole))? == Some(true) {
            return Err(MessageError::at("BtchBookg", Refusal::BatchBooking));
        }
        let group = Self {
            count: fields.one("NbOfTxs", Node::value)?,
            control_sum: fields.maybe("CtrlSum", Node::value)?,
            total: fields.maybe("TtlIntrBkSttlmAmt", Node::money)?,
            settlement_date: fields.maybe("IntrBkSttlmDt", Node::value)?,
            header: Header {
                message_id,
                created_at,
                clearing_system: fields.one("SttlmInf", settlement)?,
            },
            payment_type: fields.maybe("PmtTpInf", payment_type)?,
            instructing_agent: fields.maybe("InstgAgt", Agent::read)?,
            instructed_agent: fields.maybe("InstdAgt", Agent::read)?,
        };
        fields.end()?;
        Ok(group)
    }

    fn count(&self, found: usize) -> Result<(), MessageError> {
        if usize::try_from(self.count.0) == Ok(found) {
            return Ok(());
        }
        Err(MessageError::at("GrpHdr/NbOfTxs", Fault::Count { found }))
    }

    fn sum(&self, total: Money, transactions: usize) -> Result<(), MessageError> {
        if self.control_sum.is_none() && self.total.is_none() && transactions > 1 {
            return Err(MessageError::at("GrpHdr/CtrlSum", Fault::NoSum));
        }
        if let Some(stated) = &self.control_sum
            && stated
                .of(total.currency)
                .map_err(|error| error.within("GrpHdr/CtrlSum"))?
                != total
        {
            return Err(MessageError::at("GrpHdr/CtrlSum", Fault::Sum));
        }
        if self.total.is_some_and(|stated| stated != total) {
            return Err(MessageError::at("GrpHdr/TtlIntrBkSttlmAmt", Fault::Sum));
        }
        Ok(())
    }
}

/// `Max15NumericText`.
struct Count(u64);

impl FromStr for Count {
    type Err = Fault;

    fn from_str(text: &str) -> Result<Self, Fault> {
        let digits = text.bytes().all(|byte| byte.is_ascii_digit());
        let number = text.parse().ok().filter(|_| digits && text.len() <= 15);
        number.map(Self).ok_or(Fault::NotListed)
    }
}

/// `DecimalNumber`: a sum whose currency is that of the transactions.
struct Decimal(String);

impl Decimal {
    fn of(&self, currency: Currency) -> Result<Money, MessageError> {
        Ok(Money::parse(&self.0, currency)?)
    }
}

impl FromStr for Decimal {
    type Err = Fault;

    fn from_str(text: &str) -> Result<Self, Fault> {
        Ok(Self(text.to_owned()))
    }
}

/// `SttlmInf`: the ledger is the clearing system, so nothing is settled over accounts or by cover.
fn settlement(node: Node) -> Result<Option<Max35>, MessageError> {
    let mut fields = Fields::of(node)?;
    let methods = [
        ("CLRG", true),
        ("INDA", false),
        ("INGA", false),
        ("COVE", false),
    ];
    if !fields.one("SttlmMtd", |node| node.one_of(&methods))? {
        return Err(MessageError::at("SttlmMtd", Refusal::SettlementMethod));
    }
    fields.refuse(&["SttlmAcct"], Refusal::SettlementRoute)?;
    let system = fields.maybe("ClrSys", |node| {
        let mut fields = Fields::of(node)?;
        fields.refuse(&["Cd"], Refusal::ClearingSystem)?;
        let system = fields.one("Prtry", Node::value)?;
        fields.end()?;
        Ok(system)
    })?;
    let agents = [
        "InstgRmbrsmntAgt",
        "InstgRmbrsmntAgtAcct",
        "InstdRmbrsmntAgt",
        "InstdRmbrsmntAgtAcct",
        "ThrdRmbrsmntAgt",
        "ThrdRmbrsmntAgtAcct",
    ];
    fields.refuse(&agents, Refusal::SettlementRoute)?;
    fields.end()?;
    Ok(system)
}

fn payment_type(node: Node) -> Result<PaymentType, MessageError> {
    let mut fields = Fields::of(node)?;
    fields.maybe("InstrPrty", |node| node.one_of(&PRIORITIES[..2]))?;
    fields.refuse(&["ClrChanl"], Refusal::Routing)?;
    let payment_type = PaymentType {
        service_levels: fields.many("SvcLvl", PaymentType::MAX_SERVICE_LEVELS, read_code)?,
        local_instrument: fields.maybe("LclInstrm", read_code)?,
        category_purpose: fields.maybe("CtgyPurp", read_code)?,
    };
    fields.end()?;
    Ok(payment_type)
}

/// What the group header says for all transactions, or else the transaction itself; ISO allows one of them.
fn once<T: Clone>(
    group: Option<&T>,
    own: Option<T>,
    element: &'static str,
) -> Result<Option<T>, MessageError> {
    match (group, own) {
        (Some(_), Some(_)) => Err(MessageError::at(element, Fault::Twice)),
        (Some(group), None) => Ok(Some(group.clone())),
        (None, own) => Ok(own),
    }
}

fn transfer(kind: Kind, group: &Group, node: Node) -> Result<CreditTransfer, MessageError> {
    let customer = kind == Kind::Customer;
    let actor = |node: Node| match kind {
        Kind::Customer => Party::read(node).map(Actor::Customer),
        Kind::Bank => Agent::read(node).map(Actor::Bank),
    };
    let mut fields = Fields::of(node)?;
    let ids = fields.one("PmtId", Ids::read)?;
    let own_type = fields.maybe("PmtTpInf", payment_type)?;
    let amount = fields.one("IntrBkSttlmAmt", Node::money)?;
    let own_date = fields.maybe("IntrBkSttlmDt", Node::value)?;
    fields.maybe("SttlmPrty", |node| node.one_of(&PRIORITIES))?;
    fields.refuse(&["SttlmTmIndctn", "SttlmTmReq"], Refusal::SettlementTime)?;
    let (mut accepted_at, mut charges) = (None, None);
    if customer {
        accepted_at = fields.maybe("AccptncDtTm", Node::value)?;
        fields.refuse(&["PoolgAdjstmntDt"], Refusal::SettlementTime)?;
        let instructed = fields.maybe("InstdAmt", Node::money)?;
        if instructed.is_some_and(|instructed| instructed != amount) {
            return Err(MessageError::at("InstdAmt", Refusal::Conversion));
        }
        fields.refuse(&["XchgRate"], Refusal::Conversion)?;
        charges = Some(fields.one("ChrgBr", |node| node.one_of(&ChargeBearer::CODES))?);
        fields.refuse(&["ChrgsInf"], Refusal::Conversion)?;
    }
    let previous_agents = previous_agents(&mut fields)?;
    let own_instructing = fields.maybe("InstgAgt", Agent::read)?;
    let own_instructed = fields.maybe("InstdAgt", Agent::read)?;
    let intermediaries = [
        "IntrmyAgt1",
        "IntrmyAgt1Acct",
        "IntrmyAgt2",
        "IntrmyAgt2Acct",
        "IntrmyAgt3",
        "IntrmyAgt3Acct",
    ];
    fields.refuse(&intermediaries, Refusal::Routing)?;
    let ultimate_debtor = fields.maybe("UltmtDbtr", actor)?;
    let mut initiating_party = None;
    if customer {
        initiating_party = fields.maybe("InitgPty", Party::read)?;
    }
    let debtor = fields.one("Dbtr", actor)?;
    let debtor_account = fields.maybe("DbtrAcct", Account::read)?;
    let debtor_agent = fields.maybe("DbtrAgt", Agent::read)?;
    fields.refuse(&["DbtrAgtAcct"], Refusal::Routing)?;
    let creditor_agent = fields.maybe("CdtrAgt", Agent::read)?;
    fields.refuse(&["CdtrAgtAcct"], Refusal::Routing)?;
    let creditor = fields.one("Cdtr", actor)?;
    let creditor_account = fields.maybe("CdtrAcct", Account::read)?;
    let ultimate_creditor = fields.maybe("UltmtCdtr", actor)?;
    fields.refuse(
        &["InstrForCdtrAgt", "InstrForNxtAgt"],
        Refusal::Instructions,
    )?;
    let purpose = fields.maybe("Purp", read_code)?;
    if customer {
        fields.refuse(&["RgltryRptg", "Tax"], Refusal::Reporting)?;
        fields.refuse(&["RltdRmtInf"], Refusal::StructuredRemittance)?;
    }
    let remittance = fields.maybe("RmtInf", remittance)?.unwrap_or_default();
    if !customer {
        fields.refuse(&["UndrlygCstmrCdtTrf"], Refusal::Cover)?;
    }
    fields.refuse(&["SplmtryData"], Refusal::Supplementary)?;
    fields.end()?;

    let date = once(group.settlement_date.as_ref(), own_date, "IntrBkSttlmDt")?;
    Ok(CreditTransfer {
        uetr: ids.uetr,
        end_to_end_id: ids.end_to_end,
        instruction_id: ids.instruction,
        transaction_id: ids.transaction,
        clearing_reference: ids.clearing,
        amount,
        settlement_date: date.ok_or_else(|| MessageError::at("IntrBkSttlmDt", Fault::Missing))?,
        accepted_at,
        payment_type: once(group.payment_type.as_ref(), own_type, "PmtTpInf")?.unwrap_or_default(),
        charges,
        previous_agents,
        instructing_agent: once(
            group.instructing_agent.as_ref(),
            own_instructing,
            "InstgAgt",
        )?,
        instructed_agent: once(group.instructed_agent.as_ref(), own_instructed, "InstdAgt")?,
        ultimate_debtor,
        initiating_party,
        debtor,
        debtor_account,
        debtor_agent,
        creditor_agent,
        creditor,
        creditor_account,
        ultimate_creditor,
        purpose,
        remittance,
    })
}

struct Ids {
    instruction: Option<Max35>,
    end_to_end: Max35,
    transaction: Option<Max35>,
    uetr: crate::identifier::Uetr,
    clearing: Option<Max35>,
}

impl Ids {
    fn read(node: Node) -> Result<Self, MessageError> {
        let mut fields = Fields::of(node)?;
        let ids = Self {
            instruction: fields.maybe("InstrId", Node::value)?,
            end_to_end: fields.one("EndToEndId", Node::value)?,
            transaction: fields.maybe("TxId", Node::value)?,
            uetr: fields.one("UETR", Node::value)?,
            clearing: fields.maybe("ClrSysRef", Node::value)?,
        };
        fields.end()?;
        Ok(ids)
    }
}

/// Numbered without gaps, since what is written again must be what was read.
fn previous_agents(fields: &mut Fields) -> Result<Vec<Agent>, MessageError> {
    let mut agents = Vec::new();
    for (element, account) in [
        ("PrvsInstgAgt1", "PrvsInstgAgt1Acct"),
        ("PrvsInstgAgt2", "PrvsInstgAgt2Acct"),
        ("PrvsInstgAgt3", "PrvsInstgAgt3Acct"),
    ] {
        let Some(agent) = fields.maybe(element, Agent::read)? else {
            break;
        };
        agents.push(agent);
        fields.refuse(&[account], Refusal::Routing)?;
    }
    Ok(agents)
}

fn remittance(node: Node) -> Result<Vec<Max140>, MessageError> {
    let mut fields = Fields::of(node)?;
    let lines = fields.many("Ustrd", CreditTransfer::MAX_REMITTANCE_LINES, Node::value)?;
    fields.refuse(&["Strd"], Refusal::StructuredRemittance)?;
    fields.end()?;
    Ok(lines)
}
