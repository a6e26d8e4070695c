//! Payments between invented banks and customers, and a look into what is written.

use std::path::{Path, PathBuf};

use obolus_iso20022::{
    Account, AccountId, Address, AddressLines, Agent, AgentId, Batch, Bic, ClearingMember, Code,
    Country, CreditTransfer, Currency, Date, Fault, Header, Iban, Identity, Kind, Lei, Max35,
    Max140, Money, Order, OtherId, Party, Terms, Text, Timestamp, Uetr,
};
use quick_xml::Reader;
use quick_xml::events::Event;

pub const MUSTER_LEI: &str = "529900OBOLUSMUSTER24";
pub const BEISPIEL_LEI: &str = "529900OBOLUSBEISPI86";
pub const PELLICULE_LEI: &str = "529900OBOLUSPELLIC92";

pub fn text<const MAX: usize>(text: &str) -> Text<MAX> {
    Text::new(text).unwrap()
}

pub fn eur() -> Currency {
    Currency::new("EUR").unwrap()
}

pub fn euros(decimal: &str) -> Money {
    Money::parse(decimal, eur()).unwrap()
}

pub fn moment(text: &str) -> Timestamp {
    text.parse().unwrap()
}

pub fn day() -> Date {
    Date::new(2026, 11, 30).unwrap()
}

pub fn terms() -> Terms {
    Terms {
        currency: eur(),
        clearing_system: text("OBOLUS"),
        business_day: Some(day()),
    }
}

/// The n-th of a row of UETRs.
pub fn uetr(n: u8) -> Uetr {
    format!("00000000-0000-4000-8000-0000000000{n:02x}")
        .parse()
        .unwrap()
}

pub fn agent(bic: &str) -> Agent {
    Agent::from(Bic::new(bic).unwrap())
}

pub fn full_agent() -> Agent {
    Agent {
        id: AgentId::Both(
            Bic::new("MUSTDEFFXXX").unwrap(),
            Lei::new(MUSTER_LEI).unwrap(),
        ),
        clearing_member: Some(ClearingMember {
            system: Some(text("DEBLZ")),
            member: text("50010517"),
        }),
        name: Some(text("Musterbank & Söhne AG")),
        address: Some(Address {
            lines: AddressLines::new(vec![text("Marktplatz 1"), text("60311 Frankfurt")]).unwrap(),
            ..Address::default()
        }),
    }
}

pub fn customer(name: &str) -> Party {
    Party {
        address: Some(Address {
            street: Some(text("Rue de l'Écluse")),
            building_number: Some(text("7 bis")),
            post_code: Some(text("75001")),
            town: Some(text("Paris")),
            country: Some(Country::new("FR").unwrap()),
            ..Address::default()
        }),
        identity: Some(Identity::Organisation {
            bic: None,
            lei: Some(Lei::new(PELLICULE_LEI).unwrap()),
            other: vec![OtherId {
                id: text("FR-4711"),
                scheme: Some(Code::new("TXID").unwrap()),
                issuer: Some(text("Trésor")),
            }],
        }),
        country_of_residence: Some(Country::new("FR").unwrap()),
        ..Party::named(text(name))
    }
}

pub fn order(n: u8, decimal: &str) -> Order {
    Order {
        uetr: uetr(n),
        end_to_end_id: text(&format!("INV-2026-{n}")),
        amount: euros(decimal),
        settlement_date: day(),
    }
}

/// A customer's transfer with what it must have.
pub fn short_transfer(n: u8, decimal: &str) -> CreditTransfer {
    CreditTransfer::customer(
        order(n, decimal),
        (Party::named(text("Muster GmbH")), agent("MUSTDEFF")),
        (Party::named(text("Pellicule SA")), agent("PELLFRPP")),
    )
}

/// A customer's transfer with nearly everything that it can have.
pub fn long_transfer(n: u8, decimal: &str) -> CreditTransfer {
    let mut transfer = CreditTransfer::customer(
        order(n, decimal),
        (customer("Müller <& Partner>"), full_agent()),
        (customer("Pellicule \"SA\""), agent("PELLFRPPXXX")),
    );
    transfer.instruction_id = Some(text("INSTR-1"));
    transfer.transaction_id = Some(text("TX-1"));
    transfer.clearing_reference = Some(text("CLR-1"));
    transfer.accepted_at = Some(moment("2026-11-30T08:15:30.5+01:00"));
    transfer.payment_type.service_levels = vec![Code::new("G001").unwrap()];
    transfer.payment_type.local_instrument = Some(text("INST"));
    transfer.payment_type.category_purpose = Some(Code::new("SUPP").unwrap());
    transfer.previous_agents = vec![agent("BSPLNL2A"), agent("BSPLNL2A777")];
    transfer.instructing_agent = Some(agent("MUSTDEFF"));
    transfer.instructed_agent = Some(agent("PELLFRPP"));
    transfer.ultimate_debtor = Some(obolus_iso20022::Actor::Customer(Party::named(text(
        "Tochter | Co",
    ))));
    transfer.initiating_party = Some(Party {
        identity: Some(Identity::Person(vec![OtherId {
            id: text("P-12"),
            scheme: None,
            issuer: None,
        }])),
        ..Party::default()
    });
    transfer.debtor_account = Some(Iban::new("DE44500105175407324931").unwrap().into());
    transfer.creditor_account = Some(Account {
        id: AccountId::Other {
            id: text("0012345678"),
            scheme: Some(Code::new("BBAN").unwrap()),
            issuer: Some(text("Pellicule")),
        },
        currency: Some(eur()),
        name: Some(text("Caisse")),
    });
    transfer.ultimate_creditor = Some(obolus_iso20022::Actor::Customer(customer(
        "Filiale \\ Fils",
    )));
    transfer.purpose = Some(Code::new("GDDS").unwrap());
    transfer.remittance = vec![text("Invoice 117"), text("of 2026-10-31 <net>")];
    transfer
}

pub fn bank_transfer(n: u8, decimal: &str) -> CreditTransfer {
    let mut transfer = CreditTransfer::bank(order(n, decimal), full_agent(), agent("PELLFRPP"));
    transfer.debtor_account = Some(Iban::new("DE44500105175407324931").unwrap().into());
    transfer.creditor_agent = Some(agent("BSPLNL2A"));
    transfer.instruction_id = Some(text("FX-1"));
    transfer.remittance = vec![text("Liquidity")];
    transfer
}

pub fn header() -> Header {
    Header {
        message_id: text::<35>("MSG-20261130-1"),
        created_at: moment("2026-11-30T08:00:00Z"),
        clearing_system: Some(text("OBOLUS")),
    }
}

pub fn batch(transfers: Vec<CreditTransfer>) -> Batch {
    let bank = transfers
        .first()
        .is_some_and(|transfer| transfer.charges.is_none());
    let kind = if bank { Kind::Bank } else { Kind::Customer };
    Batch::new(kind, header(), transfers).unwrap()
}

/// A message of three transfers.
pub fn three() -> Batch {
    batch(vec![
        short_transfer(1, "1250.75"),
        long_transfer(2, "0.01"),
        short_transfer(3, "999999.99"),
    ])
}

/// Where and why a message is refused.
pub fn refused(message: impl AsRef<[u8]>) -> (String, Fault) {
    match Batch::read(message.as_ref(), &terms()) {
        Ok(_) => panic!("the message was read"),
        Err(error) => (error.path().to_owned(), error.fault().clone()),
    }
}

/// Where and why a message is refused after a change to it.
pub fn refused_with(message: &str, from: &str, to: &str) -> (String, Fault) {
    assert!(message.contains(from), "{from} is not in {message}");
    refused(message.replacen(from, to, 1))
}

/// Texts of all elements with this path below the message's element, read by another reader than the crate's own.
pub fn values(message: &str, path: &str) -> Vec<String> {
    let mut reader = Reader::from_str(message);
    let mut open: Vec<String> = Vec::new();
    let mut found = Vec::new();
    let mut text = String::new();
    loop {
        match reader.read_event().unwrap() {
            Event::Start(start) => {
                open.push(start.name().as_ref().to_owned());
                text.clear();
            }
            Event::Text(more) => text.push_str(&more.xml10_content()),
            Event::GeneralRef(reference) => {
                let entity = quick_xml::escape::resolve_predefined_entity(&reference);
                text.push_str(entity.unwrap());
            }
            Event::End(_) => {
                if open.get(2..).is_some_and(|rest| rest.join("/") == path) {
                    found.push(text.clone());
                }
                open.pop();
                text.clear();
            }
            Event::Eof => return found,
            _ => {}
        }
    }
}

pub fn data(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/data")
        .join(file)
}

pub fn sample(file: &str) -> String {
    std::fs::read_to_string(data(file)).unwrap()
}

pub fn name(text: &str) -> Max140 {
    Max140::new(text).unwrap()
}

pub fn id(text: &str) -> Max35 {
    Max35::new(text).unwrap()
}
