use ark_bn254::Fr;
use ark_ec::{AffineRepr, CurveGroup};
use ark_ff::One;

use super::*;
use crate::proof::Proof;
use crate::trapdoor::{Trapdoor, g1, g2, g2_outside_subgroup, name};
use crate::verify::verify;

const INPUTS: usize = 3;

fn linted(change: impl FnOnce(&mut KeyPoints)) -> Result<VerifyingKey, KeyError> {
    let mut points = Trapdoor::new(INPUTS, 1).points();
    change(&mut points);
    VerifyingKey::new(name(), KeyOrigin::Ceremony, INPUTS, points)
}

fn refused(point: &'static str, reason: PointError) -> Result<VerifyingKey, KeyError> {
    Err(KeyError::Point { point, reason })
}

#[test]
fn a_sound_key_is_accepted() {
    assert!(linted(|_| ()).is_ok());
}

#[test]
fn identities_are_refused() {
    let g1_zero = G1Affine::identity();
    let g2_zero = G2Affine::identity();
    let identity = |point| refused(point, PointError::Identity);
    assert_eq!(linted(|k| k.alpha_g1 = g1_zero), identity("alpha"));
    assert_eq!(linted(|k| k.beta_g2 = g2_zero), identity("beta"));
    assert_eq!(linted(|k| k.gamma_g2 = g2_zero), identity("gamma"));
    assert_eq!(linted(|k| k.delta_g2 = g2_zero), identity("delta"));
    for i in 0..=INPUTS {
        assert_eq!(linted(|k| k.ic[i] = g1_zero), identity("ic"));
    }
}

#[test]
fn points_off_the_curve_or_subgroup_are_refused() {
    let off_g1 = G1Affine::new_unchecked(1.into(), 3.into());
    let mut off_g2 = g2(Fr::one());
    off_g2.y += ark_bn254::Fq2::one();
    for bad in [off_g2, g2_outside_subgroup()] {
        let invalid = |point| refused(point, PointError::Invalid);
        assert_eq!(linted(|k| k.beta_g2 = bad), invalid("beta"));
        assert_eq!(linted(|k| k.gamma_g2 = bad), invalid("gamma"));
        assert_eq!(linted(|k| k.delta_g2 = bad), invalid("delta"));
    }
    assert_eq!(
        linted(|k| k.alpha_g1 = off_g1),
        refused("alpha", PointError::Invalid)
    );
    assert_eq!(
        linted(|k| k.ic[2] = off_g1),
        refused("ic", PointError::Invalid)
    );
}

#[test]
fn degenerate_delta_is_refused() {
    let gamma = g2(Fr::from(7));
    for delta in [gamma, -gamma] {
        let key = linted(|k| {
            k.gamma_g2 = gamma;
            k.delta_g2 = delta;
        });
        assert_eq!(key, Err(KeyError::DeltaIsGamma));
    }
    let generator = g2(Fr::one());
    for delta in [generator, -generator] {
        let key = linted(|k| {
            k.gamma_g2 = gamma;
            k.delta_g2 = delta;
        });
        assert_eq!(key, Err(KeyError::DeltaIsGenerator));
    }
}

/// The forgery that the lint exists for: with δ = γ anybody proves any statement. Both ways a
/// careless verifier might come by such a key are shown to end in a refusal.
#[test]
fn a_degenerate_key_accepts_a_forged_proof_and_is_refused() {
    let sound = Trapdoor::new(INPUTS, 1);
    let degenerate = KeyPoints {
        delta_g2: sound.points().gamma_g2,
        ..sound.points()
    };
    let statement = [Fr::from(11), Fr::from(22), Fr::from(33)];
    // Made of public points only: A = α, B = β, C = −(IC₀ + Σ xⱼ·ICⱼ).
    let public = degenerate.ic[1..]
        .iter()
        .zip(&statement)
        .fold(degenerate.ic[0].into_group(), |sum, (ic, x)| sum + *ic * x);
    let forged = Proof::new(degenerate.alpha_g1, g2(sound.beta), (-public).into_affine()).unwrap();

    // The bare pairing equation holds.
    let left = Bn254::pairing(forged.a(), forged.b());
    let right = Bn254::pairing(degenerate.alpha_g1, degenerate.beta_g2)
        + Bn254::pairing(public.into_affine(), degenerate.gamma_g2)
        + Bn254::pairing(forged.c(), degenerate.delta_g2);
    assert_eq!(left, right);

    let built = VerifyingKey::new(name(), KeyOrigin::Ceremony, INPUTS, degenerate.clone());
    assert_eq!(built, Err(KeyError::DeltaIsGamma));
    let bytes = codec::encode(&name(), KeyOrigin::Ceremony, &degenerate).unwrap();
    assert_eq!(VerifyingKey::decode(&bytes), Err(KeyError::DeltaIsGamma));
    // Under the sound key the same forgery fails.
    assert!(verify(&sound.key(), &statement, &forged).is_err());
}

/// β = ±γ and β = ±δ also make every statement provable from public points.
#[test]
fn beta_equal_to_another_point_allows_forgeries_and_is_refused() {
    let sound = Trapdoor::new(INPUTS, 2).points();
    let statement = [Fr::from(11), Fr::from(22), Fr::from(33)];
    let public = sound.ic[1..]
        .iter()
        .zip(&statement)
        .fold(sound.ic[0].into_group(), |sum, (ic, x)| sum + *ic * x);
    let (alpha, gamma, delta) = (sound.alpha_g1, sound.gamma_g2, sound.delta_g2);
    let gamma_and_delta = (gamma + delta).into_affine();
    let (with_alpha, without_alpha) = (
        (public + alpha).into_affine(),
        (public - alpha).into_affine(),
    );
    let public = public.into_affine();
    let cases = [
        ("delta", delta, public, gamma, -alpha),
        ("delta", -delta, public, gamma, alpha),
        ("gamma", gamma, with_alpha, gamma_and_delta, with_alpha),
        (
            "gamma",
            -gamma,
            without_alpha,
            gamma_and_delta,
            without_alpha,
        ),
    ];
    for (other, beta, a, b, c) in cases {
        let forged = Proof::new(a, b, c).unwrap();
        let right = Bn254::pairing(alpha, beta)
            + Bn254::pairing(public, gamma)
            + Bn254::pairing(forged.c(), delta);
        assert_eq!(Bn254::pairing(forged.a(), forged.b()), right);

        let key = KeyPoints {
            beta_g2: beta,
            ..sound.clone()
        };
        let built = VerifyingKey::new(name(), KeyOrigin::Ceremony, INPUTS, key);
        assert_eq!(built, Err(KeyError::BetaIs(other)));
    }
}

#[test]
fn ic_must_fit_the_circuit() {
    let given = |given| {
        Err(KeyError::IcLength {
            expected: INPUTS + 1,
            given,
        })
    };
    assert_eq!(linted(|k| k.ic.push(g1(Fr::from(9)))), given(INPUTS + 2));
    assert_eq!(linted(|k| k.ic.truncate(INPUTS)), given(INPUTS));
    assert_eq!(linted(|k| k.ic.clear()), given(0));
    assert_eq!(
        linted(|k| k.ic[3] = -k.ic[1]),
        Err(KeyError::RepeatedIc(1, 3))
    );
    // The declared number is checked against what is known about the protocol's own circuits.
    let points = Trapdoor::new(INPUTS, 1).points();
    let transfer = VerifyingKey::new(CircuitName::TRANSFER, KeyOrigin::Ceremony, INPUTS, points);
    assert_eq!(
        transfer,
        Err(KeyError::IcLength {
            expected: 17,
            given: INPUTS + 1
        })
    );
}

#[test]
fn encoding_round_trips_and_names_everything() {
    let key = linted(|_| ()).unwrap();
    let bytes = key.encode().unwrap();
    let decoded = VerifyingKey::decode(&bytes).unwrap();
    assert_eq!(decoded.id(), key.id());
    assert_eq!(decoded.points(), key.points());
    assert_eq!(decoded.origin(), KeyOrigin::Ceremony);
    assert_eq!(decoded.circuit(), key.circuit());
    assert_eq!(decoded.public_inputs(), INPUTS);
    assert!(key.to_string().starts_with("obolvk1"));

    let points = key.points().clone();
    let insecure = KeyOrigin::InsecureDevelopment;
    let relabelled = VerifyingKey::new(name(), insecure, INPUTS, points.clone()).unwrap();
    assert_ne!(relabelled.id(), key.id());
    let other = CircuitName::new("other").unwrap();
    let renamed = VerifyingKey::new(other, KeyOrigin::Ceremony, INPUTS, points).unwrap();
    assert_ne!(renamed.id(), key.id());
}

#[test]
fn every_origin_survives_encoding() {
    let origins = [
        KeyOrigin::InsecureDevelopment,
        KeyOrigin::Ceremony,
        KeyOrigin::Imported,
    ];
    for origin in origins {
        let points = Trapdoor::new(INPUTS, 1).points();
        let key = VerifyingKey::new(name(), origin, INPUTS, points).unwrap();
        let decoded = VerifyingKey::decode(&key.encode().unwrap()).unwrap();
        assert_eq!(decoded.origin(), origin);
    }
}

#[test]
fn other_bytes_are_refused() {
    let key = linted(|_| ()).unwrap();
    let bytes = key.encode().unwrap();
    for length in 0..bytes.len() {
        assert!(VerifyingKey::decode(&bytes[..length]).is_err(), "{length}");
    }
    let trailing = [bytes.as_slice(), &[0]].concat();
    assert_eq!(VerifyingKey::decode(&trailing), Err(KeyError::Length));
    for position in 0..bytes.len() {
        let mut changed = bytes.clone();
        changed[position] ^= 1;
        // A change either does not decode or makes another key with another id.
        if let Ok(other) = VerifyingKey::decode(&changed) {
            assert_ne!(other.id(), key.id(), "{position}");
            assert_eq!(other.encode().unwrap(), changed, "{position}");
        }
    }
    for (position, value) in [(0, 2), (1, 3)] {
        let mut changed = bytes.clone();
        changed[position] = value;
        assert_eq!(VerifyingKey::decode(&changed), Err(KeyError::Format));
    }
}
