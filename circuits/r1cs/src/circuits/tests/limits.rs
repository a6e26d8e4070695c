//! `supply`, `velocity` and `balance` at their edges, and what the public inputs that contracts guarantee are for.

use obolus_protocol::{
    Amount,
    amount::Total,
    velocity::{Quota, Ticket},
};
use rand::{Rng, SeedableRng, rngs::StdRng};

use super::*;

/// What both say to a witness whose public inputs fit.
fn holds<S: Native>(shape: &R1csShape, witness: &S::Witness) -> bool {
    let public = S::honest(witness, sample::context(1));
    let native = S::check(witness, &public).is_ok();
    let circuit = assign::<S>(witness, &public).check(shape).is_ok();
    assert_eq!(native, circuit);
    native
}

#[test]
fn both_compare_supply_and_reserves_alike() {
    let shape = shape::<Supply>();
    let mut rng = StdRng::seed_from_u64(92);
    let most = Total::MAX.get();
    let mut pairs = vec![
        (0, 0),
        (0, 1),
        (1, 0),
        (most, most),
        (most, most - 1),
        (0, most),
    ];
    for _ in 0..40 {
        let total = rng.r#gen::<u128>() >> rng.gen_range(32..128);
        pairs.extend([total.saturating_sub(1), total, (total + 1).min(most)].map(|r| (total, r)));
    }
    for (total, reserves) in pairs {
        let mut witness = sample::supply(1);
        witness.total = Total::new(total).expect("96 bits");
        witness.reserves = Total::new(reserves).expect("96 bits");
        assert_eq!(holds::<Supply>(&shape, &witness), total <= reserves);
    }
}

/// Why `reserves` has no range check: whatever is there, the comparison is that of integers. The circuit takes one bit more
/// than a total has, as long as the difference has 96, and the native check does not.
#[test]
fn reserves_are_an_integer_whatever_is_shown() {
    let shape = shape::<Supply>();
    let witness = sample::supply(1);
    let shown = |reserves: Fr| {
        let mut public = witness.public_inputs(sample::context(1));
        public.reserves = reserves;
        assert_eq!(supply::check(&witness, &public), Err(Rule::Backed));
        assign::<Supply>(&witness, &public).check(&shape).is_ok()
    };
    let total = Fr::from(witness.total.get());
    let end = power_of_two(96);
    assert!(shown(end));
    assert!(shown(total + end - Fr::from(1_u64)));
    for beyond in [
        total + end,
        end + end,
        -end,
        -Fr::from(1_u64),
        total - Fr::from(1_u64),
    ] {
        assert!(!shown(beyond));
    }
}

/// More left than entered: no digits of any 96-bit number open the commitment.
#[test]
fn a_negative_supply_is_refused() {
    let shape = shape::<Supply>();
    let witness = sample::supply_at_the_edge(1);
    assert_eq!(witness.total.get(), 0);
    let one = obolus_protocol::pedersen::ValueCommitment::commit_total(
        1,
        &obolus_protocol::pedersen::Blinding::new(obolus_protocol::Scalar::from(0_u64)),
    );
    let negative = witness.commitment().minus(&one);
    let mut public = witness.public_inputs(sample::context(1));
    (public.c_x, public.c_y) = (negative.point().x(), negative.point().y());
    let mut values = <Supply as sealed::Circuit>::values(&witness);
    for total in [
        -Fr::from(1_u64),
        power_of_two(96) - Fr::from(1_u64),
        Fr::from(0_u64),
    ] {
        values.total = total;
        let verdict = assign_values::<Supply>(&values, &public).check(&shape);
        assert!(matches!(
            verdict,
            Err(crate::Unsatisfied::Constraint {
                rule: "supply_commitment",
                ..
            })
        ));
    }
}

#[test]
fn both_end_a_quota_alike() {
    let shape = shape::<Velocity>();
    let mut rng = StdRng::seed_from_u64(93);
    let mut pairs = vec![
        (1, 0),
        (1, 1),
        (Quota::MAX, u16::MAX),
        (Quota::MAX - 1, u16::MAX),
    ];
    for _ in 0..60 {
        let ticket: u16 = rng.r#gen::<u16>() >> rng.gen_range(0..16);
        let near = u32::from(ticket);
        pairs
            .extend([near.max(1), near + 1, near + 2].map(|quota| (quota.min(Quota::MAX), ticket)));
    }
    for (quota, ticket) in pairs {
        let mut witness = sample::velocity(1);
        witness.quota = Quota::new(quota).expect("1 to 65536");
        witness.ticket = Ticket::new(ticket);
        assert_eq!(
            holds::<Velocity>(&shape, &witness),
            u32::from(ticket) < quota
        );
    }
}

/// Why `quota` has no range check: no element of the field admits a ticket above 2^16 − 1, nor one that is not below it.
#[test]
fn no_quota_gives_more_tickets_than_it_says() {
    let shape = shape::<Velocity>();
    let admitted = |quota: Fr, ticket: u16| {
        let mut witness = sample::velocity(1);
        witness.ticket = Ticket::new(ticket);
        let mut public = witness.public_inputs(sample::context(1));
        public.quota = quota;
        assert_eq!(velocity::check(&witness, &public), Err(Rule::WithinQuota));
        assign::<Velocity>(&witness, &public).check(&shape).is_ok()
    };
    // One more than the largest: the first ticket is gone, the last one is not followed by another.
    let above = Fr::from(Quota::MAX + 1);
    assert!(!admitted(above, 0) && admitted(above, 1) && admitted(above, u16::MAX));
    for nonsense in [
        Fr::from(0_u64),
        -Fr::from(1_u64),
        Fr::from(2 * Quota::MAX),
        power_of_two(200),
    ] {
        for ticket in [0, 1, 7, u16::MAX] {
            assert!(!admitted(nonsense, ticket));
        }
    }
}

#[test]
fn both_compare_balance_and_threshold_alike() {
    let shape = shape::<Balance>();
    for (seed, step) in [(1, -1_i64), (1, 0), (1, 1), (2, i64::MAX), (2, i64::MIN)] {
        let mut witness = sample::balance_with_dummies(seed);
        let exact = witness.threshold.get();
        witness.threshold = Amount::new(exact.wrapping_add_signed(step));
        let enough = witness.threshold.get() <= exact;
        assert_eq!(holds::<Balance>(&shape, &witness), enough);
    }
    // Eight notes that hold more than 64 bits, and the largest threshold.
    let mut witness = sample::balance(3);
    witness.threshold = Amount::MAX;
    let sum: u128 = witness
        .inputs
        .iter()
        .map(|i| u128::from(i.note_value.get()))
        .sum();
    assert_eq!(
        holds::<Balance>(&shape, &witness),
        sum >= u128::from(u64::MAX)
    );
}
