use super::*;

const RULE: VelocityRule = VelocityRule {
    quota: 3,
    period_seconds: 100,
    grace_seconds: 10,
};

#[test]
fn rules_have_a_quota_a_period_and_a_grace_within_it() {
    assert_eq!(RULE.validate(), Ok(()));
    let largest = VelocityRule {
        quota: VelocityRule::MAX_QUOTA,
        grace_seconds: 100,
        ..RULE
    };
    assert_eq!(largest.validate(), Ok(()));
    for broken in [
        VelocityRule { quota: 0, ..RULE },
        VelocityRule {
            quota: VelocityRule::MAX_QUOTA + 1,
            ..RULE
        },
        VelocityRule {
            period_seconds: 0,
            grace_seconds: 0,
            ..RULE
        },
        VelocityRule {
            grace_seconds: 101,
            ..RULE
        },
    ] {
        assert_eq!(broken.validate(), Err(VelocityError::BadRule));
    }
}

/// At the border both periods are taken, for the grace and not longer; nothing else ever is.
#[test]
fn a_period_is_taken_while_it_runs_and_for_the_grace() {
    let seven = RULE.period(1, 700_000);
    assert_eq!(seven, (1 << 40) + 7);
    let taken = |time_ms| RULE.check_period(1, time_ms, seven).is_ok();
    assert!(!taken(699_999));
    assert!(taken(700_000) && taken(799_999));
    assert!(taken(800_000) && taken(809_999));
    assert!(!taken(810_000));
    let next = RULE.check_period(1, 800_000, seven + 1);
    assert_eq!(next, Ok(()));
    let ahead = RULE.check_period(1, 809_999, seven + 2);
    assert_eq!(ahead, Err(VelocityError::WrongPeriod));
}

#[test]
fn the_first_period_of_all_has_none_before_it() {
    assert_eq!(RULE.oldest_period(1, 0), RULE.period(1, 0));
}

/// Shorter periods, longer ones, the same again: a later rule's numbers are higher.
#[test]
fn no_number_returns_under_a_later_rule() {
    let hours = VelocityRule {
        period_seconds: 1,
        ..RULE
    };
    let now = 1_700_000_000_000;
    assert!(hours.period(1, now) < RULE.period(2, now));
    assert!(RULE.period(2, now) < RULE.period(3, now));
    let old = RULE.check_period(3, now, RULE.period(2, now));
    assert_eq!(old, Err(VelocityError::WrongPeriod));
}
