use obolus_protocol::{Seed, keys::SpendingKey};

use super::*;
use crate::testing::{self, member, threshold};

#[test]
fn every_share_must_lie_on_the_polynomial() {
    for (needed, members) in [(1, 1), (2, 2), (2, 3), (3, 5), (5, 7)] {
        let threshold = threshold(needed, members);
        let (group, _) = testing::group(Purpose::Treasury, threshold, 1);
        let shares: Vec<Point> = threshold
            .all()
            .map(|m| *group.verifying_share(m).unwrap())
            .collect();
        let again = GroupKey::new(Purpose::Treasury, threshold, shares.clone()).unwrap();
        assert_eq!(again, group);
        assert_eq!(again.id(), group.id());
        if needed < members {
            for place in 0..shares.len() {
                let mut changed = shares.clone();
                changed[place] = changed[place].add(&Point::generator());
                let refused = GroupKey::new(Purpose::Treasury, threshold, changed);
                assert!(matches!(refused, Err(GroupError::Inconsistent(_))));
            }
        }
        let mut short = shares.clone();
        short.pop();
        let refused = GroupKey::new(Purpose::Treasury, threshold, short);
        assert!(matches!(refused, Err(GroupError::Count { .. })));
        let mut zero = shares;
        zero[0] = Point::IDENTITY;
        assert_eq!(
            GroupKey::new(Purpose::Treasury, threshold, zero),
            Err(GroupError::IdentityShare(member(1)))
        );
    }
}

#[test]
fn shares_of_nothing_are_refused() {
    // f(x) = x: shares G and 2G interpolate to the identity at 0.
    let g = Point::generator();
    let refused = GroupKey::new(Purpose::Auditor, threshold(2, 2), vec![g, g.add(&g)]);
    assert_eq!(refused, Err(GroupError::IdentityKey));
}

#[test]
fn a_key_serves_its_purpose_only() {
    let (treasury, _) = testing::group(Purpose::Treasury, threshold(2, 3), 1);
    let (auditor, _) = testing::group(Purpose::Auditor, threshold(2, 3), 1);
    assert_eq!(
        treasury.auditor_key(),
        Err(GroupError::Purpose(Purpose::Treasury))
    );
    assert_eq!(
        auditor.spend_validating_key(),
        Err(GroupError::Purpose(Purpose::Auditor))
    );
    assert_eq!(auditor.auditor_key().unwrap().point(), auditor.point());
    assert_eq!(
        treasury.verifying_share(member(4)),
        Err(GroupError::UnknownMember(member(4)))
    );
    // Same secret, same polynomial, other purpose: another group.
    assert_ne!(treasury.id(), auditor.id());
}

/// A treasury that was split from a seed keeps its owner and its address.
#[test]
fn a_migrated_treasury_keeps_its_address() {
    let seed = Seed::new([7; 32]);
    let before = FullViewingKey::from_seed(&seed);
    let shares = crate::share::split_spending_key(
        &SpendingKey::from_seed(&seed),
        threshold(2, 3),
        &mut testing::rng(1),
    )
    .unwrap();
    let nk = NullifierKey::from_seed(&seed);
    let ivk = IncomingViewingKey::from_seed(&seed);
    let after = shares[0].group().viewing_key(nk, ivk).unwrap();
    assert_eq!(after.owner(), before.owner());
    assert_eq!(after.address(), before.address());
}

#[test]
fn the_wire_form_is_strict() {
    let (group, _) = testing::group(Purpose::Auditor, threshold(2, 3), 1);
    testing::check_wire(&group.to_bytes(), |bytes| {
        GroupKey::from_bytes(bytes).map(|group| group.to_bytes())
    });
    assert_eq!(GroupKey::from_bytes(&group.to_bytes()).unwrap(), group);
}
