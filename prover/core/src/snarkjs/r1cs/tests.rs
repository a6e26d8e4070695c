use ark_bn254::Fr;
use ark_ff::{BigInteger, One, PrimeField};

use super::*;
use obolus_ceremony::container::{Container, FileKind, Input};

/// The layout of the format's specification, written out for one constraint.
#[test]
fn the_bytes_are_those_of_the_specification() {
    let one = Fr::one();
    let rows = |row: &[(Fr, usize)]| vec![row.to_vec()];
    let relation = Relation::new(
        [0; 32],
        1,
        4,
        &rows(&[(Fr::from(3), 2)]),
        &rows(&[(one, 3)]),
        &rows(&[(one, 1), (-one, 0)]),
    )
    .unwrap();
    let bytes = write_r1cs(&relation).unwrap();
    let file = Container::read(FileKind::R1cs, &bytes).unwrap();

    let mut header = 32_u32.to_le_bytes().to_vec();
    header.extend(Fr::MODULUS.to_bytes_le());
    for count in [4_u32, 0, 1, 0] {
        header.extend(count.to_le_bytes());
    }
    header.extend(4_u64.to_le_bytes());
    header.extend(1_u32.to_le_bytes());
    assert_eq!(file.section(1).unwrap(), header);

    let mut input = Input::new(file.section(2).unwrap());
    let sides = [
        vec![(2, Fr::from(3))],
        vec![(3, one)],
        vec![(1, one), (0, -one)],
    ];
    for side in sides {
        assert_eq!(input.u32(), Ok(side.len() as u32));
        for (variable, value) in side {
            assert_eq!(input.u32(), Ok(variable));
            let bytes = input.bytes(32).unwrap();
            assert_eq!(bytes, value.into_bigint().to_bytes_le());
        }
    }
    assert!(input.rest().is_empty());

    let labels: Vec<u8> = (0..4_u64).flat_map(u64::to_le_bytes).collect();
    assert_eq!(file.section(3).unwrap(), labels);
}
