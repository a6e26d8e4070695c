use super::*;

#[test]
fn bics_have_eight_or_eleven_characters() {
    for bic in ["DEUTDEFF", "DEUTDEFFXXX", "DEUTDEFF500", "1234DE12"] {
        assert_eq!(Bic::new(bic).unwrap().as_str(), bic);
    }
    for bic in [
        "",
        "DEUTDEF",
        "DEUTDEFFX",
        "DEUTDEFFXXXX",
        "deutdeff",
        "DEUT1EFF",
        "DEUTDEFÉ",
        "DEUTDEF ",
    ] {
        assert_eq!(Bic::new(bic), Err(IdentifierError::Bic), "{bic}");
    }
    let office = Bic::new("DEUTDEFF").unwrap();
    assert_eq!(office.with_branch(), "DEUTDEFFXXX");
}

#[test]
fn ibans_are_checked_modulo_97() {
    for iban in [
        "DE89370400440532013000",
        "GB82WEST12345698765432",
        "NO9386011117947",
        "MT84MALT011000012345MTLCAST001S",
    ] {
        assert!(Iban::new(iban).is_ok(), "{iban}");
    }
    assert_eq!(
        Iban::new("DE88370400440532013000"),
        Err(IdentifierError::IbanCheck)
    );
    assert_eq!(
        Iban::new("DE89370400440532013001"),
        Err(IdentifierError::IbanCheck)
    );
    for iban in [
        "",
        "DE89 3704 0044 0532 0130 00",
        "de89370400440532013000",
        "DEX9370400440532013000",
        "DE8937040044",
        "DE893704004405320130001234567890123",
    ] {
        assert_eq!(Iban::new(iban), Err(IdentifierError::Iban), "{iban}");
    }
}

#[test]
fn every_changed_digit_of_an_iban_is_noticed() {
    let good = "GB82WEST12345698765432";
    for place in 2..good.len() {
        for digit in '0'..='9' {
            let mut changed = good.to_owned();
            changed.replace_range(place..=place, &digit.to_string());
            assert_eq!(
                Iban::new(changed.as_str()).is_ok(),
                changed == good,
                "{changed}"
            );
        }
    }
}

#[test]
fn leis_are_checked_modulo_97() {
    assert!(Lei::new("529900OBOLUSMUSTER24").is_ok());
    assert_eq!(
        Lei::new("529900OBOLUSMUSTER25"),
        Err(IdentifierError::LeiCheck)
    );
    for lei in [
        "",
        "529900OBOLUSMUSTER2",
        "529900obolusmuster24",
        "529900OBOLUSMUSTERXX",
    ] {
        assert_eq!(Lei::new(lei), Err(IdentifierError::Lei), "{lei}");
    }
}

#[test]
fn uetrs_have_one_spelling() {
    let text = "eb6305c9-1f7f-49de-aed0-16487c27b42d";
    let uetr: Uetr = text.parse().unwrap();
    assert_eq!(uetr.to_string(), text);
    assert_eq!(Uetr::from_uuid(uetr.uuid()), Ok(uetr));
    for other in [
        "EB6305C9-1F7F-49DE-AED0-16487C27B42D",
        "eb6305c91f7f49deaed016487c27b42d",
        "{eb6305c9-1f7f-49de-aed0-16487c27b42d}",
        "urn:uuid:eb6305c9-1f7f-49de-aed0-16487c27b42d",
        "eb6305c9-1f7f-19de-aed0-16487c27b42d",
        "eb6305c9-1f7f-49de-ced0-16487c27b42d",
        "00000000-0000-0000-0000-000000000000",
        "",
    ] {
        assert_eq!(other.parse::<Uetr>(), Err(IdentifierError::Uetr), "{other}");
    }
    assert_ne!(Uetr::random(), Uetr::random());
}

#[test]
fn countries_are_two_letters() {
    assert_eq!(Country::new("DE").unwrap().to_string(), "DE");
    for country in ["", "D", "de", "DEU", "D1", "É"] {
        assert_eq!(Country::new(country), Err(IdentifierError::Country));
    }
}

#[test]
fn debug_never_shows_an_iban() {
    let iban = Iban::new("DE89370400440532013000").unwrap();
    assert!(!format!("{iban:?}").contains("89"));
}
