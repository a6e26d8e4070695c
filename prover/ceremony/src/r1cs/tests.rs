use proptest::prelude::*;

use super::*;
use crate::fixtures::circuit;

fn term(variable: u32, coefficient: u64) -> Term {
    Term {
        variable,
        coefficient: Fr::from(coefficient),
    }
}

fn small() -> Vec<u8> {
    circuit(5)
}

#[test]
fn what_is_written_is_read() {
    let bytes = small();
    let r1cs = R1cs::read(&bytes).unwrap();
    let sizes = (r1cs.variables(), r1cs.public_inputs(), r1cs.constraints());
    assert_eq!(sizes, (5, 1, 2));
    // Two rows, the constant, one input.
    assert_eq!(r1cs.domain_power(), 2);
    let rows: Vec<_> = r1cs.rows().map(|row| row.map(<[Term]>::to_vec)).collect();
    assert_eq!(
        rows,
        [
            [
                vec![term(2, 1)],
                vec![term(2, 3)],
                vec![term(3, 1), term(1, 5)]
            ],
            [vec![term(3, 1)], vec![], vec![term(4, 9)]],
        ]
    );
    assert_eq!(r1cs.digest(), R1csDigest::of(&bytes));
}

/// Number in the header, at so many bytes after the field.
fn header(at: usize, number: u32) -> Result<R1cs, R1csError> {
    let mut bytes = small();
    let at = 12 + 12 + 36 + at;
    bytes[at..at + 4].copy_from_slice(&number.to_le_bytes());
    R1cs::read(&bytes)
}

#[test]
fn headers_are_checked() {
    let inputs = |public_inputs, variables| {
        Err(R1csError::Inputs {
            public_inputs,
            variables,
        })
    };
    assert_eq!(header(0, 1), inputs(1, 1));
    assert_eq!(header(4, 4), inputs(5, 5));
    assert_eq!(header(4, u32::MAX), inputs(u64::from(u32::MAX) + 1, 5));
    assert_eq!(header(0, 4), Err(R1csError::Term(1)));
    assert_eq!(header(24, 0), Err(R1csError::Constraints(0)));
    // Outputs are public inputs too.
    assert_eq!(header(4, 2).unwrap().public_inputs(), 3);
    let mut field = small();
    field[30] ^= 1;
    assert_eq!(R1cs::read(&field), Err(R1csError::Field));
}

#[test]
fn counts_that_the_file_does_not_back_are_refused() {
    let truncated = Err(R1csError::Container(ContainerError::Truncated));
    assert_eq!(header(24, u32::MAX), truncated);
    assert_eq!(header(24, 3), truncated);
    assert!(matches!(
        header(24, 1),
        Err(R1csError::Container(ContainerError::Trailing(_)))
    ));
    // Terms of the first sum.
    let mut bytes = small();
    let at = 12 + 12 + HEADER_LEN + 12;
    bytes[at..at + 4].copy_from_slice(&u32::MAX.to_le_bytes());
    assert_eq!(R1cs::read(&bytes), truncated);
    // A coefficient that is the modulus.
    let mut bytes = small();
    use ark_ff::{BigInteger, PrimeField};
    bytes[at + 8..at + 40].copy_from_slice(&Fr::MODULUS.to_bytes_le());
    assert_eq!(R1cs::read(&bytes), Err(R1csError::Term(0)));
}

#[test]
fn every_truncation_is_refused() {
    for length in 0..small().len() {
        assert!(R1cs::read(&small()[..length]).is_err(), "{length}");
    }
}

proptest! {
    /// What is read is what was written, whatever happened to the bytes in between.
    #[test]
    fn damage_shows_or_is_another_circuit(at in any::<prop::sample::Index>(), flip in 1_u8..) {
        let mut bytes = small();
        let at = at.index(bytes.len());
        bytes[at] ^= flip;
        if let Ok(read) = R1cs::read(&bytes) {
            prop_assert_ne!(read.digest(), R1csDigest::of(&small()));
        }
    }
}
