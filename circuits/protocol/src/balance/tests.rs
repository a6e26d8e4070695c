//! Claims survive their encoding and nothing else does; every reason to refuse one is given.

use core::fmt;

use rand::{SeedableRng, rngs::StdRng};

use super::*;
use crate::{
    audience::{Challenge, VerifierName},
    statement::{BalanceWitness, sample},
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct NoProof;

impl fmt::Display for NoProof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no proof")
    }
}

impl core::error::Error for NoProof {}

const KEY: KeyId = KeyId([9; 32]);

fn request() -> BalanceRequest {
    BalanceRequest {
        chain: ChainId([1; 32]),
        audience: Audience {
            verifier: VerifierName::new("Auditors & Co").unwrap(),
            challenge: Challenge([2; 32]),
        },
        token: ContractId([3; 32]),
        height: Height(44),
    }
}

/// Witnesses of one holder whose notes are under one anchor: parts of one sample.
fn witnesses() -> Vec<BalanceWitness> {
    let real = sample::balance(1);
    let mut rng = StdRng::seed_from_u64(5);
    let mut one = |first: usize| {
        let mut witness = real.clone();
        for (at, input) in witness.inputs.iter_mut().enumerate() {
            if !(first..first + 4).contains(&at) {
                *input = crate::statement::SpendInput::dummy(&mut rng);
            }
        }
        let held = witness
            .inputs
            .iter()
            .map(|input| input.note_value.get() >> 3);
        witness.threshold = Amount::new(held.sum());
        witness
    };
    vec![one(0), one(4)]
}

fn envelope(witness: &BalanceWitness, context: Fr) -> ProofEnvelope {
    let public = witness.public_inputs(context);
    assert_eq!(crate::statement::balance::check(witness, &public), Ok(()));
    ProofEnvelope {
        key: KEY,
        inputs: public.to_array().iter().map(fr_to_bytes).collect(),
        proof: ProofBytes([5; 128]),
    }
}

fn envelopes() -> Vec<ProofEnvelope> {
    let context = request().context();
    witnesses()
        .iter()
        .map(|witness| envelope(witness, context))
        .collect()
}

fn claim() -> BalanceClaim {
    BalanceClaim::new(request(), &envelopes()).unwrap()
}

fn signed() -> SignedBalance {
    claim().sign(
        &sample::holder_spending_key(1),
        &mut StdRng::seed_from_u64(6),
    )
}

fn holder() -> Holder {
    let witness = sample::balance(1);
    Holder {
        owner: witness.owner(),
        ak: witness.ak,
    }
}

fn all_hold(_: &[ProofEnvelope]) -> Result<(), NoProof> {
    Ok(())
}

fn refused(result: Result<ShownBalance, BalanceRefusal<NoProof>>) -> BalanceError {
    match result {
        Err(BalanceRefusal::Claim(error)) => error,
        other => panic!("{other:?}"),
    }
}

#[test]
fn proofs_add_up() {
    let signed = SignedBalance::decode(&signed().encode()).unwrap();
    let shown = signed.verify(&request(), &holder(), |proofs| {
        assert_eq!(proofs, envelopes());
        all_hold(proofs)
    });
    let shown = shown.unwrap();
    let [first, second] = &witnesses()[..] else {
        panic!("two witnesses");
    };
    let sum = u128::from(first.threshold.get()) + u128::from(second.threshold.get());
    assert_eq!(shown.at_least.get(), sum);
    let expected = [first.nullifiers(), second.nullifiers()].concat();
    assert_eq!(shown.nullifiers, expected);
    assert_eq!(
        shown.anchor,
        first.public_inputs(request().context()).anchor
    );
    assert_eq!((signed.owner(), signed.key()), (holder().owner, KEY));
    assert_eq!(*signed.request(), request());
}

#[test]
fn a_proof_that_does_not_hold_shows_nothing() {
    let verdict = signed().verify(&request(), &holder(), |_| Err(NoProof));
    assert_eq!(verdict, Err(BalanceRefusal::Proof(NoProof)));
}

#[test]
fn a_claim_answers_one_request() {
    let asked = request();
    let others = [
        BalanceRequest {
            chain: ChainId([7; 32]),
            ..asked.clone()
        },
        BalanceRequest {
            token: ContractId([7; 32]),
            ..asked.clone()
        },
        BalanceRequest {
            height: Height(45),
            ..asked.clone()
        },
        BalanceRequest {
            audience: Audience {
                challenge: Challenge([7; 32]),
                ..asked.audience.clone()
            },
            ..asked.clone()
        },
        BalanceRequest {
            audience: Audience {
                verifier: VerifierName::new("Auditors & C").unwrap(),
                ..asked.audience.clone()
            },
            ..asked.clone()
        },
    ];
    for other in others {
        assert_ne!(other.context(), asked.context());
        let verdict = signed().verify(&other, &holder(), all_hold);
        assert_eq!(refused(verdict), BalanceError::Request);
        let mixed = BalanceClaim::new(other, &envelopes());
        assert_eq!(mixed, Err(BalanceError::Mixed));
    }
}

/// Who has the viewing keys can prove, but not sign.
#[test]
fn only_the_holder_signs() {
    let other = sample::holder_spending_key(2);
    let by_other = claim().sign(&other, &mut StdRng::seed_from_u64(6));
    let verdict = by_other.verify(&request(), &holder(), all_hold);
    assert_eq!(refused(verdict), BalanceError::Signature);
    let impostor = Holder {
        ak: other.validating_key(),
        ..holder()
    };
    let verdict = signed().verify(&request(), &impostor, all_hold);
    assert_eq!(refused(verdict), BalanceError::Signature);
    let somebody = Holder {
        owner: sample::balance(2).owner(),
        ..holder()
    };
    let verdict = signed().verify(&request(), &somebody, all_hold);
    assert_eq!(refused(verdict), BalanceError::Holder);
}

/// The signature covers all but the proofs' bytes.
#[test]
fn what_is_signed_cannot_be_exchanged() {
    let rerandomised = {
        let mut signed = signed();
        signed.claim.parts[1].proof = ProofBytes([6; 128]);
        signed
    };
    assert!(rerandomised.verify(&request(), &holder(), all_hold).is_ok());
    let changes: [fn(&mut BalanceClaim); 5] = [
        |claim| claim.anchor += Fr::from(1_u64),
        |claim| claim.key = KeyId([8; 32]),
        |claim| claim.parts[0].threshold = Amount::MAX,
        |claim| claim.parts[1].nullifiers[7] = Nullifier::new(Fr::from(3_u64)),
        |claim| claim.parts.truncate(1),
    ];
    for change in changes {
        let mut signed = signed();
        change(&mut signed.claim);
        let verdict = signed.verify(&request(), &holder(), all_hold);
        assert_eq!(refused(verdict), BalanceError::Signature);
    }
}

#[test]
fn no_note_counts_twice() {
    let [first, _] = &envelopes()[..] else {
        panic!("two proofs");
    };
    let twice = BalanceClaim::new(request(), &[first.clone(), first.clone()]);
    assert_eq!(twice, Err(BalanceError::CountedTwice));
    // Within one proof, and signed all the same.
    let mut claim = claim();
    claim.parts[0].nullifiers[3] = claim.parts[0].nullifiers[0];
    let signed = claim.sign(
        &sample::holder_spending_key(1),
        &mut StdRng::seed_from_u64(6),
    );
    let verdict = signed.verify(&request(), &holder(), all_hold);
    assert_eq!(refused(verdict), BalanceError::CountedTwice);
    assert_eq!(
        SignedBalance::decode(&signed.encode()),
        Err(BalanceError::CountedTwice)
    );
}

#[test]
fn proofs_of_other_things_are_not_mixed_in() {
    let context = request().context();
    let mixed = |change: fn(&mut ProofEnvelope)| {
        let mut proofs = envelopes();
        change(&mut proofs[1]);
        BalanceClaim::new(request(), &proofs)
    };
    let changes: [fn(&mut ProofEnvelope); 5] = [
        |proof| proof.key = KeyId([8; 32]),
        |proof| proof.inputs[0].0[0] ^= 1,
        |proof| proof.inputs[1].0[0] ^= 1,
        |proof| proof.inputs[10].0[8] = 1,
        |proof| proof.inputs.truncate(11),
    ];
    for change in changes {
        assert_eq!(mixed(change), Err(BalanceError::Mixed));
    }
    let of_another = envelope(&sample::balance(2), context);
    let proofs = [envelopes().remove(0), of_another];
    assert_eq!(
        BalanceClaim::new(request(), &proofs),
        Err(BalanceError::Mixed)
    );
}

#[test]
fn a_claim_has_one_to_sixteen_proofs() {
    assert_eq!(BalanceClaim::new(request(), &[]), Err(BalanceError::Count));
    let mut rng = StdRng::seed_from_u64(7);
    let real = sample::balance(1);
    let mut proofs = vec![envelope(&real, request().context())];
    let mut dummies = || {
        // Only dummies: the anchor is that of the notes, which nothing contradicts.
        let mut witness = real.clone();
        witness.threshold = Amount::ZERO;
        for input in &mut witness.inputs {
            *input = crate::statement::SpendInput::dummy(&mut rng);
        }
        let mut public = witness.public_inputs(request().context());
        public.anchor = real.public_inputs(request().context()).anchor;
        assert_eq!(crate::statement::balance::check(&witness, &public), Ok(()));
        ProofEnvelope {
            key: KEY,
            inputs: public.to_array().iter().map(fr_to_bytes).collect(),
            proof: ProofBytes([5; 128]),
        }
    };
    proofs.extend((1..MAX_PROOFS).map(|_| dummies()));
    let full = BalanceClaim::new(request(), &proofs).unwrap();
    let signed = full.sign(
        &sample::holder_spending_key(1),
        &mut StdRng::seed_from_u64(6),
    );
    assert!(signed.encode().len() <= MAX_BYTES);
    assert_eq!(SignedBalance::decode(&signed.encode()), Ok(signed.clone()));
    let shown = signed.verify(&request(), &holder(), all_hold).unwrap();
    assert_eq!(shown.at_least.get(), u128::from(real.threshold.get()));
    proofs.push(dummies());
    assert_eq!(
        BalanceClaim::new(request(), &proofs),
        Err(BalanceError::Count)
    );
}

#[test]
fn decoding_is_strict() {
    let bytes = signed().encode();
    assert_eq!(SignedBalance::decode(&bytes), Ok(signed()));
    for len in 0..bytes.len() {
        assert_eq!(
            SignedBalance::decode(&bytes[..len]),
            Err(BalanceError::Malformed)
        );
    }
    let longer = [&bytes[..], &[0]].concat();
    assert_eq!(SignedBalance::decode(&longer), Err(BalanceError::Malformed));
    for at in 0..bytes.len() {
        let mut changed = bytes.clone();
        changed[at] ^= 1 << (at % 8);
        if let Ok(decoded) = SignedBalance::decode(&changed) {
            assert_eq!(decoded.encode(), changed);
        }
    }
    // A nullifier plus the modulus: the same element again, refused.
    let nullifier = witnesses()[0].nullifiers()[0].to_bytes();
    let at = (0..bytes.len())
        .find(|at| bytes[*at..].starts_with(&nullifier.0))
        .unwrap();
    let mut changed = bytes;
    changed[at..at + 32].fill(0xff);
    assert_eq!(
        SignedBalance::decode(&changed),
        Err(BalanceError::Malformed)
    );
}

/// The format is fixed: context of the proofs, what is signed.
#[test]
fn a_claim_is_a_known_answer() {
    let context = fr_to_bytes(&request().context()).to_string();
    let signed = claim().digest().to_string();
    assert_eq!([context.as_str(), &signed], GOLDEN);
}

const GOLDEN: [&str; 2] = [
    "4c9509c7756dfc10210bfd8c255b21d67c4a98d4af48714e4d9a62112ac2c800",
    "0e87c9e6a828fc2c2d75994745b45c0a15aafe085141a67026febf7a68f0dd10",
];
