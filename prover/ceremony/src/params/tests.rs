use proptest::prelude::*;

use super::*;

fn read(kind: u32, parameters: &[u8]) -> Result<Contributor, ParamsError> {
    let mut bytes = kind.to_le_bytes().to_vec();
    bytes.extend((parameters.len() as u32).to_le_bytes());
    bytes.extend(parameters);
    Contributor::read(&mut Input::new(&bytes))
}

fn beacon(name: Option<&str>, value: &[u8], iterations: u8) -> Contributor {
    Contributor::Beacon {
        name: name.map(str::to_owned),
        value: value.to_vec(),
        iterations,
    }
}

#[test]
fn participants_and_beacons() {
    let nobody = Contributor::Participant { name: None };
    assert_eq!(read(0, &[]), Ok(nobody));
    let ada = read(0, &[1, 3, b'a', b'd', b'a']).unwrap();
    assert_eq!(ada.name(), Some("ada"));
    assert!(!ada.is_beacon());
    let full = [1, 1, b'x', 2, 10, 3, 2, 7, 8];
    assert_eq!(read(1, &full), Ok(beacon(Some("x"), &[7, 8], 10)));
    assert_eq!(read(1, &full[3..]), Ok(beacon(None, &[7, 8], 10)));
    // A name cannot look like a beacon, or like more than one.
    let two = read(0, &[1, 6, b'a', b'"', b';', b' ', b'"', b'b']).unwrap();
    assert_eq!(two.to_string(), r#""a\"; \"b""#);
    // What would move a terminal's cursor is shown escaped.
    let escape = read(0, &[1, 2, 0x1b, b'A']).unwrap();
    assert_eq!(escape.to_string(), "\"\\u{1b}A\"");
}

#[test]
fn everything_else_is_refused() {
    for (kind, parameters, error) in [
        (2, &[][..], ParamsError::Type(2)),
        (1, &[], ParamsError::Kind),
        (1, &[2, 10], ParamsError::Kind),
        (1, &[3, 1, 7], ParamsError::Kind),
        (0, &[2, 10], ParamsError::Kind),
        (0, &[3, 1, 7], ParamsError::Kind),
        (0, &[4, 1], ParamsError::Parameter(4)),
        (0, &[0], ParamsError::Parameter(0)),
        (0, &[1, 0, 1, 0], ParamsError::Parameter(1)),
        (1, &[3, 0, 2, 10], ParamsError::Parameter(2)),
        (0, &[1], ParamsError::Length),
        (0, &[1, 4, b'a'], ParamsError::Length),
        (1, &[2], ParamsError::Length),
        (0, &[1, 1, 0xff], ParamsError::Name),
        (1, &[2, 31, 3, 1, 7], ParamsError::Iterations(31)),
    ] {
        assert_eq!(read(kind, parameters), Err(error), "{kind} {parameters:?}");
    }
    // A length that the file does not have.
    let mut bytes = 0_u32.to_le_bytes().to_vec();
    bytes.extend(u32::MAX.to_le_bytes());
    let read = Contributor::read(&mut Input::new(&bytes));
    assert_eq!(read, Err(ParamsError::Length));
}

#[test]
fn beacons_share_a_limit() {
    let person = Contributor::Participant { name: None };
    let many = |exponents: &[u8]| {
        let beacons = exponents.iter().map(|i| beacon(None, &[1], *i));
        let list: Vec<_> = beacons.flat_map(|b| [person.clone(), b]).collect();
        Contributor::first_too_many(list.iter())
    };
    assert_eq!(many(&[30]), None);
    assert_eq!(many(&[29, 28, 28]), None);
    assert_eq!(many(&[29, 28, 28, 0]), Some(7));
    assert_eq!(many(&[30, 30]), Some(3));
}

proptest! {
    #[test]
    fn noise_never_panics(kind in 0_u32..3, noise in prop::collection::vec(any::<u8>(), 0..80)) {
        let _ = read(kind, &noise);
    }
}
