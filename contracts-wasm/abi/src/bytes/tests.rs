//! Canonicity of field encodings at the modulus and around it.

use super::{FIELD_MODULUS, FieldBytes, NonCanonical, PointBytes};

fn shifted(lowest: u8) -> FieldBytes {
    let mut bytes = FIELD_MODULUS;
    bytes[0] = lowest;
    FieldBytes(bytes)
}

#[test]
fn canonical_is_below_the_modulus() {
    assert_eq!(FieldBytes::ZERO.check_canonical(), Ok(()));
    assert_eq!(shifted(0).check_canonical(), Ok(()));
    assert_eq!(shifted(1).check_canonical(), Err(NonCanonical));
    assert_eq!(shifted(2).check_canonical(), Err(NonCanonical));
    assert_eq!(FieldBytes([0xff; 32]).check_canonical(), Err(NonCanonical));
    // The most significant byte decides, not the first.
    let mut low = [0xff; 32];
    low[31] = 0;
    assert_eq!(FieldBytes(low).check_canonical(), Ok(()));
}

#[test]
fn integers_and_the_identity_are_little_endian() {
    assert_eq!(FieldBytes::from_u64(0x0102).0[..3], [2, 1, 0]);
    assert_eq!(PointBytes::IDENTITY.x(), FieldBytes::ZERO);
    assert_eq!(PointBytes::IDENTITY.y(), FieldBytes::from_u64(1));
}
