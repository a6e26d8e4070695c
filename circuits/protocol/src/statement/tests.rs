//! Honest samples pass; one changed field or one changed public input fails at its own rule.

use super::{issue, redeem, register, sample, transfer};

#[test]
fn samples_satisfy_their_statements() {
    for seed in 0..4 {
        let context = sample::context(seed);
        for witness in [sample::transfer(seed), sample::transfer_with_dummy(seed)] {
            assert_eq!(
                transfer::check(&witness, &witness.public_inputs(context)),
                Ok(())
            );
        }
        for witness in [sample::redeem(seed), sample::redeem_with_dummy(seed)] {
            assert_eq!(
                redeem::check(&witness, &witness.public_inputs(context)),
                Ok(())
            );
        }
        let witness = sample::issue(seed);
        assert_eq!(
            issue::check(&witness, &witness.public_inputs(context)),
            Ok(())
        );
        let witness = sample::register(seed);
        assert_eq!(
            register::check(&witness, &witness.public_inputs(context)),
            Ok(())
        );
    }
}
