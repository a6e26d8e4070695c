//! Balance claims.

use super::super::balance::{Who, judge};
use super::*;

/// A claim of participant 1 with everything that a verifier looks at.
struct World {
    trapdoor: Trapdoor,
    key: VerifyingKey,
    table: Table,
    seen: Seen,
    request: BalanceRequest,
    claim: SignedBalance,
}

fn nullifier(number: u64) -> FieldBytes {
    FieldBytes::from_u64(100 + number)
}

fn world() -> World {
    world_of(CircuitName::BALANCE, KeyOrigin::Ceremony)
}

fn world_of(circuit: CircuitName, origin: KeyOrigin) -> World {
    let mut trapdoor = Trapdoor::new(BalanceInputs::<()>::COUNT, 5);
    let key = trapdoor.key_of(circuit, origin);
    let request = BalanceRequest {
        chain: CHAIN,
        audience: audience("Bank"),
        token: TOKEN,
        height: Height(20),
    };
    let anchor = Fr::from(77_u64);
    let proofs: Vec<_> = [(0_u64, 40_000_u64), (8, 10_000)]
        .into_iter()
        .map(|(first, threshold)| {
            let inputs = inputs(anchor, first, threshold, request.context());
            let proof = trapdoor.prove(&inputs);
            ProofEnvelope {
                key: key.id(),
                inputs: inputs.iter().map(fr_to_bytes).collect(),
                proof: ProofBytes(proof.encode().unwrap()),
            }
        })
        .collect();
    let claim = BalanceClaim::new(request.clone(), &proofs).unwrap();
    let signing = SpendingKey::from_seed(&seed(1));
    World {
        claim: claim.sign(&signing, &mut StdRng::seed_from_u64(1)),
        table: Table {
            anchors: [fr_to_bytes(&anchor)].into(),
            slots: vec![keys(2).owner(), keys(1).owner()],
            ..Table::default()
        },
        seen: seen(&[2, 1], &[]),
        trapdoor,
        key,
        request,
    }
}

fn inputs(anchor: Fr, first: u64, threshold: u64, context: Fr) -> Vec<Fr> {
    let owner = keys(1).owner().get();
    let nullifiers = (first..first + 8).map(|number| Fr::from(100 + number));
    let mut inputs = vec![anchor, owner];
    inputs.extend(nullifiers);
    inputs.extend([Fr::from(threshold), context]);
    inputs
}

impl World {
    /// The verdict about `who`, who must have `at_least`.
    fn verdict(
        &self,
        (chain, given): (&[&VerifyingKey], Option<&VerifyingKey>),
        policy: Policy,
        who: &str,
        at_least: u64,
    ) -> Result<Shown, Finding> {
        let (token, circuits, rules) = (token(), circuits(chain), rules(policy));
        let ledger = Ledger {
            token: &token,
            circuits: &circuits,
            rules: &rules,
            facts: &self.table,
            seen: &self.seen,
        };
        let holder = Who::parse(who, Network::Test)?.find(&ledger)?;
        let at_least = Amount::new(at_least);
        judge(
            &self.claim,
            &self.request,
            &holder,
            at_least,
            given,
            &ledger,
        )
    }

    fn usual(&self, who: &str, at_least: u64) -> Result<Shown, Finding> {
        self.verdict((&[&self.key], None), Policy::default(), who, at_least)
    }
}

#[test]
fn a_claim_is_believed_about_its_holder_by_slot_and_by_address() {
    let world = world();
    let address = keys(1).address().encode(Network::Test);
    for who in ["1", address.as_str()] {
        let shown = world.usual(who, 50_000).unwrap();
        assert_eq!(fact(&shown, "at_least"), "500.00 USD");
        assert_eq!(fact(&shown, "holder"), address);
        assert_eq!(fact(&shown, "height"), "20");
        assert_eq!(fact(&shown, "notes_at_most"), "16");
        assert_eq!(shown.subject.key, Some(world.key.id()));
    }
}

#[test]
fn another_holder_is_none() {
    let world = world();
    let refused = |who: &str| code(world.usual(who, 1));
    assert_eq!(refused("0"), (Fault::Refused, "other_holder"));
    let unknown = (Fault::Refused, "holder_unknown");
    assert_eq!(refused("2"), unknown);
    assert_eq!(refused(&keys(3).address().encode(Network::Test)), unknown);
    assert_eq!(refused(&keys(1).address().encode(Network::Main)), unknown);
    assert_eq!(refused("nobody"), unknown);
    assert_eq!(refused("4294967295"), unknown);
}

#[test]
fn the_ledger_has_the_last_word() {
    let mut world = world();
    assert_eq!(
        code(world.usual("1", 50_001)),
        (Fault::Refused, "below_amount")
    );
    world.table.spent.insert(nullifier(16));
    world.usual("1", 50_000).unwrap();
    for number in [0, 7, 8, 15] {
        world.table.spent = [nullifier(number)].into();
        assert_eq!(code(world.usual("1", 1)), (Fault::Invalid, "note_spent"));
    }
    world.table.spent.clear();
    world.table.anchors.clear();
    assert_eq!(
        code(world.usual("1", 1)),
        (Fault::Invalid, "unknown_anchor")
    );
}

#[test]
fn a_proof_that_does_not_hold_shows_nothing() {
    let mut world = world();
    let mut proofs = Vec::new();
    for (first, threshold) in [(0, 40_000_u64), (8, 10_000)] {
        let good = inputs(Fr::from(77_u64), first, threshold, world.request.context());
        // The second proof is about a smaller amount than its claim.
        let proven = inputs(
            Fr::from(77_u64),
            first,
            threshold.min(20_000),
            world.request.context(),
        );
        proofs.push(ProofEnvelope {
            key: world.key.id(),
            inputs: good.iter().map(fr_to_bytes).collect(),
            proof: ProofBytes(world.trapdoor.prove(&proven).encode().unwrap()),
        });
    }
    let claim = BalanceClaim::new(world.request.clone(), &proofs).unwrap();
    let signing = SpendingKey::from_seed(&seed(1));
    world.claim = claim.sign(&signing, &mut StdRng::seed_from_u64(1));
    assert_eq!(code(world.usual("1", 1)), (Fault::Invalid, "proof_invalid"));
}

#[test]
fn only_its_holder_makes_a_claim() {
    let mut world = world();
    let inputs = inputs(Fr::from(77_u64), 0, 1, world.request.context());
    let envelope = ProofEnvelope {
        key: world.key.id(),
        inputs: inputs.iter().map(fr_to_bytes).collect(),
        proof: ProofBytes(world.trapdoor.prove(&inputs).encode().unwrap()),
    };
    let claim = BalanceClaim::new(world.request.clone(), &[envelope]).unwrap();
    let other = SpendingKey::from_seed(&seed(2));
    world.claim = claim.sign(&other, &mut StdRng::seed_from_u64(1));
    assert_eq!(code(world.usual("1", 1)), (Fault::Invalid, "signature"));
}

#[test]
fn keys_are_the_chains_or_pinned() {
    let world = world();
    let missing = (Fault::Refused, "key_missing");
    let pinned = || Policy {
        key_ids: [world.key.id()].into(),
        ..Policy::default()
    };
    let verdict = |given, policy| world.verdict((&[], given), policy, "1", 1);
    assert_eq!(code(verdict(None, pinned())), missing);
    assert_eq!(code(verdict(Some(&world.key), Policy::default())), missing);
    verdict(Some(&world.key), pinned()).unwrap();
    let other = Policy {
        key_ids: [obolus_abi::KeyId([1; 32])].into(),
        ..Policy::default()
    };
    assert_eq!(
        code(world.verdict((&[&world.key], None), other, "1", 1)),
        (Fault::Refused, "key_not_allowed")
    );
}

#[test]
fn a_key_of_another_circuit_or_from_a_published_seed_is_refused() {
    let other = world_of(CircuitName::new("circom").unwrap(), KeyOrigin::Ceremony);
    assert_eq!(code(other.usual("1", 1)), (Fault::Refused, "key_circuit"));
    let insecure = world_of(CircuitName::BALANCE, KeyOrigin::InsecureDevelopment);
    assert_eq!(
        code(insecure.usual("1", 1)),
        (Fault::Refused, "key_insecure")
    );
    let allowed = Policy {
        allow_insecure: true,
        ..Policy::default()
    };
    let chain: &[&VerifyingKey] = &[&insecure.key];
    insecure.verdict((chain, None), allowed, "1", 1).unwrap();
}
