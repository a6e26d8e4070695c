use super::*;

fn file(sections: &[(u32, &[u8])]) -> Vec<u8> {
    let mut out = start(FileKind::R1cs, sections.len() as u32);
    for (id, content) in sections {
        out.extend_from_slice(&section_head(*id, content.len()));
        out.extend_from_slice(content);
    }
    out
}

fn refusal(bytes: &[u8]) -> ContainerError {
    Container::read(FileKind::R1cs, bytes)
        .map(|_| ())
        .unwrap_err()
}

#[test]
fn sections_are_found() {
    let bytes = file(&[(3, b"abc"), (1, b""), (9, b"x"), (9, b"y")]);
    let container = Container::read(FileKind::R1cs, &bytes).unwrap();
    assert_eq!(container.section(3), Ok(b"abc".as_slice()));
    assert_eq!(container.section(1), Ok(b"".as_slice()));
    assert_eq!(container.section(2), Err(ContainerError::Missing(2)));
    assert_eq!(container.section(9), Err(ContainerError::Repeated(9)));
    assert_eq!(container.items(3, 3, 1), Ok(b"abc".as_slice()));
    let wrong = ContainerError::Length {
        section: 3,
        expected: 4,
        given: 3,
    };
    assert_eq!(container.items(3, 2, 2), Err(wrong));
}

#[test]
fn magic_and_version_are_checked() {
    let mut bytes = file(&[]);
    assert!(Container::read(FileKind::R1cs, &bytes).is_ok());
    let zkey = Container::read(FileKind::Zkey, &bytes).map(|_| ());
    assert_eq!(zkey, Err(ContainerError::Magic(FileKind::Zkey)));
    bytes[4] = 2;
    let version = ContainerError::Version {
        kind: FileKind::R1cs,
        given: 2,
    };
    assert_eq!(refusal(&bytes), version);
    assert_eq!(refusal(b""), ContainerError::Magic(FileKind::R1cs));
    assert_eq!(refusal(b"r1cs"), ContainerError::Truncated);
}

#[test]
fn tables_that_the_file_does_not_back_are_refused() {
    let bytes = file(&[(1, b"abc")]);
    for length in 4..bytes.len() {
        assert_eq!(refusal(&bytes[..length]), ContainerError::Truncated);
    }
    for claim in [4, 1 << 30, u64::MAX] {
        let mut changed = bytes.clone();
        changed[16..24].copy_from_slice(&u64::to_le_bytes(claim));
        assert_eq!(refusal(&changed), ContainerError::Truncated);
    }
    let mut shorter = bytes.clone();
    shorter[16] = 1;
    assert_eq!(refusal(&shorter), ContainerError::Trailing(2));
    let mut many = bytes;
    many[8..12].fill(0xff);
    assert_eq!(refusal(&many), ContainerError::Sections(u32::MAX));
}
