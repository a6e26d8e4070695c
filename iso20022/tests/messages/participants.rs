//! The book of participants.

use obolus_iso20022::{
    Agent, AgentId, Bic, BookError, IdentifierError, Lei, LookupError, Participants, Reason,
    TextError,
};

use crate::common::{
    BEISPIEL_LEI, MUSTER_LEI, PELLICULE_LEI, agent, bank_transfer, short_transfer,
};

const BOOK: &str = r#"
[[participant]]
name = "Musterbank AG"
bic = "MUSTDEFF"
lei = "529900OBOLUSMUSTER24"
address = "obolt1muster"

[[participant]]
name = "Banque Pellicule"
bic = "PELLFRPPXXX"
address = "obolt1pellicule"

[[participant]]
name = "Beispiel Invest"
lei = "529900OBOLUSBEISPI86"
address = "obolt1beispiel"
"#;

fn address(text: &str) -> Result<String, String> {
    if text.starts_with("obolt1") {
        Ok(text.to_owned())
    } else {
        Err("not an address of a test ledger".to_owned())
    }
}

fn book() -> Participants<String> {
    Participants::read(BOOK, address).unwrap()
}

fn both(bic: &str, lei: &str) -> AgentId {
    AgentId::Both(Bic::new(bic).unwrap(), Lei::new(lei).unwrap())
}

#[test]
fn participants_are_found_by_bic_or_lei() {
    let book = book();
    let find = |id: AgentId| book.find(&id).map(|found| found.name.as_str());
    let bic = |bic: &str| AgentId::Bic(Bic::new(bic).unwrap());
    let lei = |lei: &str| AgentId::Lei(Lei::new(lei).unwrap());
    assert_eq!(find(bic("MUSTDEFF")), Ok("Musterbank AG"));
    assert_eq!(find(bic("MUSTDEFFXXX")), Ok("Musterbank AG"));
    assert_eq!(find(bic("PELLFRPP")), Ok("Banque Pellicule"));
    assert_eq!(find(lei(MUSTER_LEI)), Ok("Musterbank AG"));
    assert_eq!(find(lei(BEISPIEL_LEI)), Ok("Beispiel Invest"));
    assert_eq!(find(both("MUSTDEFF", MUSTER_LEI)), Ok("Musterbank AG"));
    assert_eq!(
        find(both("PELLFRPP", PELLICULE_LEI)),
        Ok("Banque Pellicule")
    );
    assert_eq!(
        find(bic("MUSTDEFF500")),
        Err(LookupError::Unknown),
        "a branch is not its head office"
    );
    assert_eq!(find(lei(PELLICULE_LEI)), Err(LookupError::Unknown));
    assert_eq!(
        find(both("PELLFRPP", MUSTER_LEI)),
        Err(LookupError::Contradiction)
    );
    assert_eq!(
        find(both("MUSTDEFF", PELLICULE_LEI)),
        Err(LookupError::Contradiction)
    );
    assert_eq!(LookupError::Unknown.reason(), Reason::RC01);
}

#[test]
fn transfers_go_to_participants() {
    let book = book();
    let transfer = short_transfer(1, "1.00");
    assert_eq!(book.payee(&transfer).unwrap().address, "obolt1pellicule");
    assert_eq!(book.payer(&transfer).unwrap().address, "obolt1muster");
    let unknown = bank_transfer(1, "1.00");
    assert_eq!(book.payee(&unknown), Err(LookupError::Unknown));
    let mut nobody = short_transfer(1, "1.00");
    nobody.creditor_agent = None;
    assert_eq!(book.payee(&nobody), Err(LookupError::Nobody));
    let found = book.at(&"obolt1beispiel".to_owned()).unwrap();
    assert_eq!(Agent::from(found).name.unwrap().as_str(), "Beispiel Invest");
    assert!(book.at(&"obolt1".to_owned()).is_none());
    assert_eq!(book.all().len(), 3);
    assert_eq!(agent("PELLFRPP").id, transfer.payee().unwrap().id);
}

#[test]
fn books_that_could_mean_two_things_are_refused() {
    let read = |toml: &str| Participants::read(toml, address).map(|_| ()).unwrap_err();
    let changed = |from: &str, to: &str| {
        assert!(BOOK.contains(from));
        read(&BOOK.replacen(from, to, 1))
    };
    assert_eq!(read(""), BookError::Empty);
    assert_eq!(
        changed("PELLFRPPXXX", "MUSTDEFFXXX"),
        BookError::Repeated(2, 1)
    );
    assert_eq!(changed(BEISPIEL_LEI, MUSTER_LEI), BookError::Repeated(3, 1));
    assert_eq!(
        changed("Beispiel Invest", "Banque Pellicule"),
        BookError::Repeated(3, 2)
    );
    assert_eq!(
        changed("bic = \"PELLFRPPXXX\"\n", ""),
        BookError::Unidentified(2)
    );
    assert_eq!(
        changed("PELLFRPPXXX", "pellfrpp"),
        BookError::Identifier(2, IdentifierError::Bic)
    );
    assert_eq!(
        changed("MUSTER24", "MUSTER25"),
        BookError::Identifier(1, IdentifierError::LeiCheck)
    );
    assert_eq!(
        changed("Banque Pellicule", " "),
        BookError::Name(2, TextError::Empty)
    );
    let address = BookError::Address(2, "not an address of a test ledger".to_owned());
    assert_eq!(changed("obolt1pellicule", "obol1pellicule"), address);
    for (from, to) in [
        ("bic", "BIC"),
        ("[[participant]]", "[[participants]]"),
        ("name", "name = 1\nx"),
        ("= \"Muster", "= Muster"),
    ] {
        assert!(matches!(changed(from, to), BookError::Form(_)), "{to}");
    }
}
