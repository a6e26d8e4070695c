//! Honest witnesses satisfy the circuits, and circuits agree with native checks.

use obolus_protocol::statement::sample;

use super::*;

macro_rules! samples_satisfy {
    ($name:ident, $circuit:ty, $check:path, [$($sample:path),+]) => {
        #[test]
        fn $name() {
            let shape = shape::<$circuit>();
            for seed in 0..8 {
                for witness in [$($sample(seed)),+] {
                    let public = witness.public_inputs(sample::context(seed));
                    assert_eq!($check(&witness, &public), Ok(()));
                    let assignment = assign::<$circuit>(&witness, &public);
                    assert_eq!(assignment.check(&shape), Ok(()));
                }
            }
        }
    };
}

samples_satisfy!(
    transfer,
    Transfer,
    obolus_protocol::statement::transfer::check,
    [sample::transfer, sample::transfer_with_dummy]
);
samples_satisfy!(
    redeem,
    Redeem,
    obolus_protocol::statement::redeem::check,
    [sample::redeem, sample::redeem_with_dummy]
);
samples_satisfy!(
    issue,
    Issue,
    obolus_protocol::statement::issue::check,
    [sample::issue]
);
samples_satisfy!(
    register,
    Register,
    obolus_protocol::statement::register::check,
    [sample::register]
);
