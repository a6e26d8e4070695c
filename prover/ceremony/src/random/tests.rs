use std::str::FromStr;

use ark_ff::PrimeField;

use super::*;

fn seed() -> [u8; 32] {
    let mut seed = [0; 32];
    for (word, number) in seed.chunks_mut(4).zip(1_u32..) {
        word.copy_from_slice(&number.to_be_bytes());
    }
    seed
}

fn fq(text: &str) -> Fq {
    Fq::from_str(text).unwrap()
}

/// What ffjavascript 0.3 gives for the key words 1 to 8: a scalar, a point in G1, a point in G2.
#[test]
fn the_stream_is_ffjavascripts() {
    let mut stream = Stream::new(&seed());
    let scalar = "11421152797359801513699257512876826534900512878648310510227136947029091328776";
    assert_eq!(stream.scalar(), Fr::from_str(scalar).unwrap());
    let g1 = stream.g1();
    assert_eq!(
        g1.x,
        fq("5217210202433667727191898282504136790707584920818966276224927002650483462798")
    );
    assert_eq!(
        g1.y,
        fq("15329941312121016545992532075626365884228451898446262084449300681562396985945")
    );
    let g2 = stream.g2();
    assert!(g2.is_on_curve() && g2.is_in_correct_subgroup_assuming_on_curve());
    for (value, expected) in [
        (
            g2.x.c0,
            "1996973846761408952709743206232273325766221402180846812791047873222079628840",
        ),
        (
            g2.x.c1,
            "20896014760810184847783399240781224917845229803520210671865291355729529628958",
        ),
        (
            g2.y.c0,
            "11775881206310937766160975417337862501296105312646585348996934055966500869359",
        ),
        (
            g2.y.c1,
            "9344702282622745326555015052443147536161980720492015874433482481257977714285",
        ),
    ] {
        assert_eq!(value, fq(expected));
    }
}

#[test]
fn elements_are_below_the_modulus() {
    let mut stream = Stream::new(&[7; 32]);
    for _ in 0..200 {
        assert!(stream.scalar().into_bigint() < Fr::MODULUS);
    }
}

#[test]
fn beacons_depend_on_value_and_iterations() {
    let first = |value: &[u8], iterations| Stream::of_beacon(value, iterations).scalar();
    let original = first(b"value", 4);
    assert_eq!(original, first(b"value", 4));
    assert_ne!(original, first(b"valuf", 4));
    assert_ne!(original, first(b"value", 5));
    // Two iterations are two hashes.
    let twice: [u8; 32] = Sha256::digest(Sha256::digest(b"value")).into();
    assert_eq!(first(b"value", 1), Stream::new(&twice).scalar());
}
