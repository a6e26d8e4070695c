//! Claims from wallets of a simulated chain. The proofs are simulated under the development keys; that the statements hold is
//! checked natively, and what the verifier does is the protocol's own.

use std::sync::{Arc, LazyLock};

use obolus_protocol::{
    Seed, SpendingKey,
    audience::{Challenge, VerifierName},
    balance::{BalanceRefusal, Holder, ShownBalance, SignedBalance},
    tx::{Height, ProofEnvelope},
};
use obolus_prover::DevSimulator;
use obolus_verifier::{Proof, VerifyError, inputs_from_bytes, verify};
use rand::{SeedableRng, rngs::StdRng};

use super::*;
use crate::{assemble::PayerIdentity, testing::TestChain, view::Follower};

static PROVER: LazyLock<DevSimulator> = LazyLock::new(|| DevSimulator::new().unwrap());

fn audience(name: &str, challenge: u8) -> Audience {
    Audience {
        verifier: VerifierName::new(name).unwrap(),
        challenge: Challenge([challenge; 32]),
    }
}

/// Two participants; the first holds these notes.
fn holding(amounts: &[u64]) -> (TestChain, Vec<Wallet>) {
    let (mut chain, mut wallets) = TestChain::with_participants(&[1, 2]);
    for amount in amounts {
        chain.issue(wallets[0].address(), *amount, "opening balance");
    }
    chain.sync_all(&mut wallets);
    (chain, wallets)
}

fn unproven(wallet: &Wallet, at_least: u64) -> Result<UnprovenBalance, ClaimError> {
    let rng = &mut StdRng::seed_from_u64(3);
    UnprovenBalance::new(wallet, audience("Bank", 1), Amount::new(at_least), rng)
}

fn signed(unproven: &UnprovenBalance, seed: u8) -> SignedBalance {
    let keys = CircuitKeys::from(&*PROVER);
    let claim = unproven.prove(&*PROVER, &keys).unwrap();
    let key = SpendingKey::from_seed(&Seed::new([seed; 32]));
    let signed = claim.sign(&key, &mut StdRng::seed_from_u64(5));
    SignedBalance::decode(&signed.encode()).unwrap()
}

fn holder(wallet: &Wallet) -> Holder {
    let keys = wallet.keys();
    let entry = wallet.view().directory().by_owner(&keys.owner()).unwrap();
    Holder {
        owner: entry.owner,
        ak: entry.ak,
    }
}

fn hold(proofs: &[ProofEnvelope]) -> Result<(), VerifyError> {
    let key: Arc<_> = CircuitKeys::from(&*PROVER).balance.unwrap();
    for envelope in proofs {
        let proof = Proof::decode(&envelope.proof.0).unwrap();
        verify(&key, &inputs_from_bytes(&envelope.inputs)?, &proof)?;
    }
    Ok(())
}

fn believed(
    signed: &SignedBalance,
    request: &BalanceRequest,
    holder: &Holder,
) -> Result<ShownBalance, BalanceRefusal<VerifyError>> {
    signed.verify(request, holder, hold)
}

#[test]
fn a_verifier_believes_what_it_asked_for_and_nothing_else() {
    let (chain, wallets) = holding(&[100, 40, 7]);
    let unproven = unproven(&wallets[0], 120).unwrap();
    assert_eq!(
        unproven.positions().len(),
        2,
        "the fewest notes that reach it"
    );
    let claim = signed(&unproven, 1);
    let request = BalanceRequest {
        chain: chain.config.chain,
        audience: audience("Bank", 1),
        token: chain.config.token,
        height: Height(chain.height()),
    };
    let shown = believed(&claim, &request, &holder(&wallets[0])).unwrap();
    assert_eq!(shown.at_least.get(), 120, "no more than was asked for");
    assert_eq!(
        obolus_protocol::field::fr_to_bytes(&shown.anchor),
        wallets[0].anchor()
    );
    let notes = wallets[0].notes();
    for position in unproven.positions() {
        let nullifier = notes.get(position).unwrap().nullifier;
        assert!(shown.nullifiers.contains(&nullifier));
    }
    for other in [
        BalanceRequest {
            audience: audience("Another bank", 1),
            ..request.clone()
        },
        BalanceRequest {
            audience: audience("Bank", 2),
            ..request.clone()
        },
        BalanceRequest {
            height: Height(request.height.0 + 1),
            ..request.clone()
        },
    ] {
        assert_eq!(
            believed(&claim, &other, &holder(&wallets[0])),
            Err(BalanceRefusal::Claim(BalanceError::Request))
        );
    }
    assert_eq!(
        believed(&claim, &request, &holder(&wallets[1])),
        Err(BalanceRefusal::Claim(BalanceError::Holder))
    );
    // Whoever has the viewing keys can prove; only the holder can sign.
    assert_eq!(
        believed(&signed(&unproven, 2), &request, &holder(&wallets[0])),
        Err(BalanceRefusal::Claim(BalanceError::Signature))
    );
}

#[test]
fn many_notes_take_several_proofs_whose_thresholds_add_up() {
    let amounts: Vec<u64> = (1..=20).collect();
    let (_, wallets) = holding(&amounts);
    let all: u64 = amounts.iter().sum();
    for (at_least, proofs) in [(20, 1), (100, 1), (all - 25, 2), (all, 3)] {
        let unproven = unproven(&wallets[0], at_least).unwrap();
        let thresholds: Vec<_> = unproven
            .witnesses()
            .iter()
            .map(|w| w.threshold.get())
            .collect();
        assert_eq!(thresholds.len(), proofs, "{at_least}");
        assert_eq!(thresholds.iter().sum::<u64>(), at_least);
    }
    // Equal shares where the notes allow it: neither tells that eight notes hold 80.
    let (_, wallets) = holding(&[10; 16]);
    let two = unproven(&wallets[0], 151).unwrap();
    let thresholds: Vec<_> = two.witnesses().iter().map(|w| w.threshold.get()).collect();
    assert_eq!(thresholds, [76, 75]);
}

#[test]
fn what_is_not_there_cannot_be_shown() {
    let (mut chain, mut wallets) = holding(&[100, 40]);
    let insufficient = ClaimError::Assemble(SelectError::Insufficient.into());
    assert_eq!(unproven(&wallets[0], 141).err(), Some(insufficient.clone()));
    assert_eq!(
        unproven(&wallets[0], 0).err(),
        Some(ClaimError::Assemble(AssembleError::ZeroAmount))
    );
    let stranger = chain.wallet(9);
    assert_eq!(
        unproven(&stranger, 1).err(),
        Some(ClaimError::Assemble(AssembleError::NotRegistered))
    );
    // In flight is not spent; in a block it is.
    let mut payment = chain.payment(wallets[1].address(), 90, "rent");
    payment.identity = PayerIdentity::Hidden;
    let rng = &mut StdRng::seed_from_u64(4);
    let paying = wallets[0].transfer(&payment, rng).unwrap();
    unproven(&wallets[0], 140).unwrap();
    chain.include(paying.body()).unwrap();
    chain.seal();
    wallets[0].sync(&chain).unwrap();
    assert_eq!(unproven(&wallets[0], 140).err(), Some(insufficient));
    unproven(&wallets[0], 50).unwrap();
}
