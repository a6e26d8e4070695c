use proptest::prelude::*;

use super::*;
use crate::{
    lagrange::interpolate,
    testing::{self, any_threshold, member, threshold},
};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Any t shares give the key; t − 1 give another point.
    #[test]
    fn any_quorum_holds_the_key(threshold in any_threshold(), seed: u64, from in 0_usize..7) {
        let mut rng = testing::rng(seed);
        let ask = testing::spending_key(&mut rng);
        let shares = split_spending_key(&ask, threshold, &mut rng).unwrap();
        let key = ask.validating_key();
        prop_assert_eq!(shares[0].group().spend_validating_key().unwrap(), key);

        let public = |share: &KeyShare| (share.member(), Point::generator().mul(share.secret()));
        let quorum: Vec<_> = shares.iter().cycle().skip(from).take(threshold.needed().into()).collect();
        let points: Vec<_> = quorum.iter().map(|share| public(share)).collect();
        prop_assert_eq!(interpolate(&points, Scalar::from(0_u64)), Some(*key.point()));
        let fewer = interpolate(&points[1..], Scalar::from(0_u64));
        prop_assert_ne!(fewer, Some(*key.point()));
        let twice = [&points[..], &points[..1]].concat();
        prop_assert_eq!(interpolate(&twice, Scalar::from(0_u64)), None);
    }
}

#[test]
fn one_of_one_is_the_key_itself() {
    let mut rng = testing::rng(1);
    let secret = AuditorSecret::random(&mut rng);
    let shares = split_auditor(&secret, threshold(1, 1), &mut rng).unwrap();
    assert_eq!(shares.len(), 1);
    assert_eq!(shares[0].secret.to_bytes(), secret.to_bytes());
    assert_eq!(shares[0].group().auditor_key().unwrap(), secret.public());
}

#[test]
fn a_share_of_another_group_or_member_is_refused() {
    let (group, shares) = testing::group(Purpose::Auditor, threshold(2, 3), 1);
    let (_, others) = testing::group(Purpose::Auditor, threshold(2, 3), 2);
    let refused = KeyShare::new(member(1), others[0].secret.clone(), group.clone());
    assert_eq!(refused.err(), Some(ShareError::OtherSecret(member(1))));
    let refused = KeyShare::new(member(2), shares[0].secret.clone(), group.clone());
    assert_eq!(refused.err(), Some(ShareError::OtherSecret(member(2))));
    let refused = KeyShare::new(member(4), shares[0].secret.clone(), group);
    assert_eq!(
        refused.err(),
        Some(ShareError::Group(GroupError::UnknownMember(member(4))))
    );
}

#[test]
fn the_stored_form_is_strict_and_nothing_is_printed() {
    let (_, shares) = testing::group(Purpose::Treasury, threshold(2, 3), 1);
    testing::check_wire(&shares[1].to_bytes(), |bytes| {
        KeyShare::from_bytes(bytes).map(|share| share.to_bytes().to_vec())
    });
    assert_eq!(format!("{:?}", shares[1]), "KeyShare(member 2, redacted)");
}
