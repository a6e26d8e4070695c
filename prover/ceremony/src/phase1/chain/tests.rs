use ark_bn254::Fr;
use ark_ff::UniformRand;
use rand::rngs::OsRng;

use super::*;

const POWER: u32 = 2;

/// The first contribution of a ceremony, by somebody who knows these factors of τ, α and β.
fn first(factors: [u64; 3]) -> Phase1Contribution {
    let state = State::first(POWER);
    let [tau, alpha, beta] = factors.map(Fr::from);
    let key = |number: u8, factor: Fr| {
        let s = G1Affine::rand(&mut OsRng);
        let sx = (s * factor).into();
        let sp = phase1_challenge(number, &state.challenge, &s, &sx);
        SecretKey {
            s,
            sx,
            spx: (sp * factor).into(),
        }
    };
    Phase1Contribution {
        tau_g1: (state.tau_g1 * tau).into(),
        tau_g2: (state.tau_g2 * tau).into(),
        alpha_g1: (state.alpha_g1 * alpha).into(),
        beta_g1: (state.beta_g1 * beta).into(),
        beta_g2: (state.beta_g2 * beta).into(),
        keys: [key(0, tau), key(1, alpha), key(2, beta)],
        next_challenge: CeremonyHash([1; 64]),
        contributor: Contributor::Participant { name: None },
    }
}

#[test]
fn every_secret_must_change() {
    let verdict = |factors| check(&[first(factors)], POWER);
    assert_eq!(verdict([3, 5, 7]), Ok(()));
    for (place, secret) in [Secret::Tau, Secret::Alpha, Secret::Beta]
        .into_iter()
        .enumerate()
    {
        let mut factors = [3, 5, 7];
        factors[place] = 1;
        let unchanged = Err((0, Phase1Fault::Unchanged(secret)));
        assert_eq!(verdict(factors), unchanged);
        factors[place] = 0;
        let knowledge = Err((0, Phase1Fault::Knowledge(secret)));
        assert_eq!(verdict(factors), knowledge);
    }
}

/// A ceremony of another power has another first challenge.
#[test]
fn the_first_challenge_covers_the_power() {
    let list = [first([3, 5, 7])];
    let knowledge = Err((0, Phase1Fault::Knowledge(Secret::Tau)));
    assert_eq!(check(&list, POWER + 1), knowledge);
}
