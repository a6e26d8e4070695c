use ark_ff::{Field, One};

use super::*;

fn bytes(integer: BigInt<4>) -> [u8; FIELD] {
    integer.to_bytes_le().try_into().unwrap()
}

#[test]
fn plain_numbers_have_one_form() {
    assert_eq!(
        plain(&bytes(Fr::from(258).into_bigint())),
        Some(Fr::from(258))
    );
    assert_eq!(plain(&bytes(Fr::MODULUS)), None);
    assert_eq!(plain(&[0xff; FIELD]), None);
    let mut out = Vec::new();
    put_plain(&mut out, &-Fr::one());
    let last = out.try_into().unwrap();
    assert_eq!(plain(&last), Some(-Fr::one()));
}

/// The definitions: x·2²⁵⁶ and x·2⁵¹² modulo the modulus.
#[test]
fn montgomery_forms_follow_their_definition() {
    let q = Fq::from(2).pow([256]) * Fq::from(1234);
    assert_eq!(
        montgomery::<FqConfig>(&bytes(q.into_bigint())),
        Some(Fq::from(1234))
    );
    assert_eq!(montgomery::<FqConfig>(&bytes(Fq::MODULUS)), None);
    let r = Fr::from(2).pow([512]) * Fr::from(1234);
    assert_eq!(coefficient(&bytes(r.into_bigint())), Some(Fr::from(1234)));
    assert_eq!(coefficient(&bytes(Fr::MODULUS)), None);
}

#[test]
fn zeros_are_the_identity() {
    assert_eq!(g1(&[0; G1]), Ok(G1Affine::identity()));
    assert_eq!(g2(&[0; G2]), Ok(G2Affine::identity()));
}

#[test]
fn fields_are_told_apart() {
    let mut field = Vec::new();
    put_field::<Fr>(&mut field);
    assert_eq!(is_field::<Fr>(&mut Input::new(&field)), Ok(true));
    assert_eq!(is_field::<Fq>(&mut Input::new(&field)), Ok(false));
    let short = is_field::<Fr>(&mut Input::new(&field[..35]));
    assert_eq!(short, Err(ContainerError::Truncated));
}
