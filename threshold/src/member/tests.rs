use super::*;

#[test]
fn members_count_from_one() {
    assert_eq!(Member::new(0), Err(ThresholdError::Member(0)));
    assert_eq!(Member::new(17), Err(ThresholdError::Member(17)));
    for number in 1..=16 {
        let member = Member::new(number).unwrap();
        assert_eq!(Member::from_identifier(&member.identifier()), Some(member));
        assert_eq!(member.scalar(), Scalar::from(u64::from(number)));
    }
    let stranger = Identifier::<BabyJubJub>::try_from(17_u16).unwrap();
    assert_eq!(Member::from_identifier(&stranger), None);
}

#[test]
fn only_sensible_thresholds_exist() {
    for members in 0..=20_u8 {
        for needed in 0..=20_u8 {
            let sensible = (1..=16).contains(&members)
                && (1..=members).contains(&needed)
                && (needed > 1 || members == 1);
            let threshold = Threshold::new(needed, members);
            assert_eq!(threshold.is_ok(), sensible, "{needed} of {members}");
            let decoded = Threshold::try_from_slice(&[needed, members]);
            assert_eq!(decoded.is_ok(), sensible, "{needed} of {members}");
        }
    }
    assert_eq!(Threshold::new(1, 3), Err(ThresholdError::NotShared(3)));
    let all: Vec<u8> = Threshold::new(2, 3)
        .unwrap()
        .all()
        .map(|m| m.number())
        .collect();
    assert_eq!(all, [1, 2, 3]);
}
