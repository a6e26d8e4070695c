//! What is written is read, whatever it is.

use obolus_iso20022::{
    Account, Actor, Address, AddressLines, Agent, AgentId, Batch, Bic, ChargeBearer, Code, Country,
    CreditTransfer, Date, Iban, Identity, Kind, Lei, Max35, MemoError, MemoText, MinorUnits, Money,
    Order, Party, Text, Timestamp, Uetr,
};
use proptest::option;
use proptest::prelude::*;

use crate::common::{BEISPIEL_LEI, MUSTER_LEI, eur, full_agent, header, terms};

fn texts<const MAX: usize>() -> impl Strategy<Value = Text<MAX>> {
    let character = prop_oneof![
        4 => proptest::char::range(' ', '~'),
        1 => prop::sample::select(vec!['|', '\\', '&', '<', '>', '"', '\'', '/', '=', 'ü', 'é', '€', '名', '𝄞']),
    ];
    prop::collection::vec(character, 1..=MAX).prop_filter_map("blank", |characters| {
        Text::new(String::from_iter(characters)).ok()
    })
}

fn leis() -> impl Strategy<Value = Lei> {
    prop::sample::select(vec![MUSTER_LEI, BEISPIEL_LEI]).prop_map(|lei| Lei::new(lei).unwrap())
}

fn bics() -> impl Strategy<Value = Bic> {
    "[A-Z0-9]{4}[A-Z]{2}[A-Z0-9]{2}([A-Z0-9]{3})?".prop_map(|bic| Bic::new(bic).unwrap())
}

fn codes() -> impl Strategy<Value = Code> {
    "[A-Z0-9]{1,4}".prop_map(|code| Code::new(code).unwrap())
}

fn addresses() -> impl Strategy<Value = Address> {
    let lines = prop::collection::vec(texts(), 0..=AddressLines::MAX);
    (option::of(texts()), option::of(texts()), lines).prop_map(|(street, town, lines)| Address {
        street,
        town,
        country: Some(Country::new("NL").unwrap()),
        lines: AddressLines::new(lines).unwrap(),
        ..Address::default()
    })
}

fn agents() -> impl Strategy<Value = Agent> {
    let ids = prop_oneof![
        bics().prop_map(AgentId::Bic),
        leis().prop_map(AgentId::Lei),
        (bics(), leis()).prop_map(|(bic, lei)| AgentId::Both(bic, lei)),
    ];
    let plain =
        (ids, option::of(texts()), option::of(addresses())).prop_map(|(id, name, address)| Agent {
            name,
            address,
            ..Agent::new(id)
        });
    prop_oneof![plain, Just(full_agent())]
}

fn parties() -> impl Strategy<Value = Party> {
    let identity = (bics(), option::of(leis())).prop_map(|(bic, lei)| Identity::Organisation {
        bic: Some(bic),
        lei,
        other: vec![],
    });
    (texts(), option::of(identity), option::of(addresses())).prop_map(
        |(name, identity, address)| Party {
            identity,
            address,
            ..Party::named(name)
        },
    )
}

fn orders() -> impl Strategy<Value = Order> {
    (
        any::<[u8; 16]>(),
        texts(),
        1..1_000_000_000_000_u64,
        1..29_u8,
    )
        .prop_map(|(mut bytes, end_to_end_id, units, day)| {
            bytes[6] = 0x40 | (bytes[6] & 0x0f);
            bytes[8] = 0x80 | (bytes[8] & 0x3f);
            Order {
                uetr: Uetr::from_uuid(uuid::Uuid::from_bytes(bytes)).unwrap(),
                end_to_end_id,
                amount: Money {
                    units: MinorUnits::new(units).unwrap(),
                    currency: eur(),
                },
                settlement_date: Date::new(2026, 11, day).unwrap(),
            }
        })
}

type Optional = (
    Option<Max35>,
    Option<Code>,
    Vec<Text<140>>,
    Vec<Agent>,
    Option<Agent>,
    bool,
);

fn optional() -> impl Strategy<Value = Optional> {
    (
        option::of(texts()),
        option::of(codes()),
        prop::collection::vec(texts(), 0..4),
        prop::collection::vec(agents(), 0..=3),
        option::of(agents()),
        any::<bool>(),
    )
}

fn set(transfer: &mut CreditTransfer, optional: Optional) {
    let (id, code, lines, previous, agent, flag) = optional;
    transfer.instruction_id = id;
    transfer.purpose = code.clone();
    transfer.payment_type.service_levels = code.into_iter().collect();
    transfer.remittance = lines;
    transfer.previous_agents = previous;
    transfer.instructed_agent = agent;
    if flag {
        let iban = Iban::new("NL79MUST0417164300").unwrap();
        transfer.debtor_account = Some(Account::from(iban));
    }
}

fn customers() -> impl Strategy<Value = CreditTransfer> {
    let sides = ((parties(), agents()), (parties(), agents()));
    let ultimate = (option::of(parties()), option::of(parties()));
    (
        orders(),
        sides,
        ultimate,
        optional(),
        0..253_402_300_800_u64,
    )
        .prop_map(
            |(order, (debtor, creditor), (first, last), optional, seconds)| {
                let mut transfer = CreditTransfer::customer(order, debtor, creditor);
                transfer.ultimate_debtor = first.map(Actor::Customer);
                transfer.ultimate_creditor = last.map(Actor::Customer);
                transfer.charges = Some(ChargeBearer::ServiceLevel);
                transfer.accepted_at = Some(Timestamp::from_unix(seconds).unwrap());
                set(&mut transfer, optional);
                transfer
            },
        )
}

fn banks() -> impl Strategy<Value = CreditTransfer> {
    (
        orders(),
        agents(),
        agents(),
        option::of(agents()),
        optional(),
    )
        .prop_map(|(order, debtor, creditor, ultimate, optional)| {
            let mut transfer = CreditTransfer::bank(order, debtor, creditor);
            transfer.ultimate_debtor = ultimate.map(Actor::Bank);
            set(&mut transfer, optional);
            transfer
        })
}

fn read_back(kind: Kind, mut transfers: Vec<CreditTransfer>) -> Result<(), TestCaseError> {
    let mut seen = std::collections::HashSet::new();
    transfers.retain(|transfer| seen.insert(transfer.uetr));
    let batch = Batch::new(kind, header(), transfers).unwrap();
    let mut terms = terms();
    terms.business_day = None;
    prop_assert_eq!(Batch::read(batch.to_xml().as_bytes(), &terms), Ok(batch));
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn customers_transfers_are_read_back(transfers in prop::collection::vec(customers(), 1..4)) {
        read_back(Kind::Customer, transfers)?;
    }

    #[test]
    fn banks_transfers_are_read_back(transfers in prop::collection::vec(banks(), 1..4)) {
        read_back(Kind::Bank, transfers)?;
    }

    #[test]
    fn memos_are_read_back_or_say_what_is_too_long(transfer in customers()) {
        match MemoText::encode(&transfer) {
            Ok(text) => {
                prop_assert!(text.len() <= MemoText::MAX_BYTES);
                let memo = MemoText::decode(&text).unwrap();
                prop_assert_eq!(&memo, &MemoText::of(&transfer).unwrap());
                prop_assert_eq!(memo.to_text(), Ok(text));
            }
            Err(MemoError::Remittance { excess }) => {
                let mut without = transfer.clone();
                without.remittance.clear();
                let shorter = MemoText::encode(&without).unwrap();
                let lines: usize = transfer.remittance.iter().map(|line| line.as_str().len() + 3).sum();
                prop_assert!(shorter.len() + lines <= MemoText::MAX_BYTES + excess);
                prop_assert!(excess > 0);
            }
            Err(MemoError::Parties { .. }) => {
                let mut without = transfer.clone();
                without.remittance.clear();
                let shorter = MemoText::encode(&without);
                prop_assert!(matches!(shorter, Err(MemoError::Parties { .. })), "{:?}", shorter);
                without.ultimate_debtor = None;
                without.ultimate_creditor = None;
                prop_assert!(MemoText::encode(&without).is_ok());
            }
            Err(other) => prop_assert!(false, "{}", other),
        }
    }

    #[test]
    fn every_text_that_is_a_memo_is_written_so(tail in "(\\|(u|e|d|db|dl|c|cb|cl|r)=[A-Z0-9|/\\\\ ]{0,12}){0,5}") {
        let text = format!("OBP1|u=00000000-0000-4000-8000-000000000001|e=A{tail}");
        if let Ok(memo) = MemoText::decode(&text) {
            prop_assert_eq!(memo.to_text(), Ok(text));
        }
    }
}
