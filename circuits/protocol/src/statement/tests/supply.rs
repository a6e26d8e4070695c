//! `supply`.

use obolus_abi::SupplyInputs;
use rand::{SeedableRng, rngs::StdRng};

use super::table::{Break, Table};
use crate::{
    amount::Total,
    field::{Fr, Scalar},
    pedersen::{Blinding, ValueCommitment},
    statement::{
        Rule, SupplyWitness, sample,
        supply::{RULES, check},
    },
};

fn honest(witness: &SupplyWitness) -> SupplyInputs<Fr> {
    witness.public_inputs(sample::context(1))
}

const FIELDS: &[Break<SupplyWitness>] = &[
    ("total", Rule::SupplyCommitment, |w, _| {
        w.total = Total::new(w.total.get() - 1).unwrap();
    }),
    ("s", Rule::SupplyCommitment, |w, _| {
        w.s = Blinding::new(*w.s.scalar() + Scalar::from(1_u64));
    }),
    ("reserves", Rule::Backed, |w, _| {
        w.reserves = Total::new(w.reserves.get() + 1).unwrap();
    }),
];

const TABLE: Table<SupplyWitness, 4> = Table {
    rules: RULES,
    derived: &[],
    names: SupplyInputs::<Fr>::NAMES,
    samples: &[sample::supply, sample::supply_at_the_edge],
    public: |w| honest(w).to_array(),
    check: |w, inputs| check(w, &SupplyInputs::from_array(inputs)),
    slots: [
        Rule::SupplyCommitment,
        Rule::SupplyCommitment,
        Rule::Backed,
        Rule::ContextBinding,
    ],
    fields: FIELDS,
    consistent: &[],
};

#[test]
fn samples_pass() {
    TABLE.samples_pass();
}

#[test]
fn every_rule_and_public_input_is_checked() {
    TABLE.every_rule_is_checked();
}

#[test]
fn the_supply_is_at_most_the_reserves() {
    let verdict = |total, reserves| {
        let mut witness = sample::supply(3);
        witness.total = Total::new(total).unwrap();
        witness.reserves = Total::new(reserves).unwrap();
        check(&witness, &honest(&witness))
    };
    let most = Total::MAX.get();
    for (total, reserves) in [(0, 0), (0, most), (most, most), (5, 6), (6, 6)] {
        assert_eq!(verdict(total, reserves), Ok(()));
    }
    for (total, reserves) in [(1, 0), (most, most - 1), (7, 6), (most, 0)] {
        assert_eq!(verdict(total, reserves), Err(Rule::Backed));
    }
}

/// What a contract computes from issues and redemptions is what is opened.
#[test]
fn the_commitment_is_that_of_issues_and_redemptions() {
    let (issue, redeem) = (sample::issue(1), sample::redeem(2));
    let (issued, redeemed) = (issue.value.get().max(9), issue.value.get().max(9) / 3);
    let commit = |units, s| ValueCommitment::commit_total(u128::from(units), s);
    let supply = commit(issued, &issue.s).minus(&commit(redeemed, &redeem.s));
    let total = Total::new(u128::from(issued - redeemed)).unwrap();
    let witness = SupplyWitness {
        total,
        s: Blinding::new(*issue.s.scalar() - redeem.s.scalar()),
        reserves: total,
    };
    assert_eq!(witness.commitment(), supply);
    assert_eq!(check(&witness, &honest(&witness)), Ok(()));
}

/// More left than entered: no total opens the commitment, whatever the blinding.
#[test]
fn a_negative_supply_has_no_opening() {
    let mut rng = StdRng::seed_from_u64(4);
    let s = Blinding::random(&mut rng);
    let nothing = ValueCommitment::commit_total(0, &s);
    let negative = nothing.minus(&ValueCommitment::commit_total(
        1,
        &Blinding::new(Scalar::from(0_u64)),
    ));
    let mut witness = sample::supply(1);
    witness.s = s;
    let mut public = honest(&witness);
    (public.c_x, public.c_y) = (negative.point().x(), negative.point().y());
    for total in [0, 1, Total::MAX.get()] {
        witness.total = Total::new(total).unwrap();
        assert_eq!(check(&witness, &public), Err(Rule::SupplyCommitment));
    }
}

#[test]
fn totals_have_96_bits() {
    assert!(Total::new(1 << 96).is_err());
    assert!(Total::new(u128::MAX).is_err());
    assert_eq!(Total::new((1 << 96) - 1), Ok(Total::MAX));
}
