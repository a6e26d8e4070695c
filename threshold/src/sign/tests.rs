//! A quorum's signature is the protocol's own; whoever answers wrongly is named; nonces sign once.

use std::collections::BTreeMap;

use obolus_abi::{ChainId, ContractId};
use obolus_protocol::{
    schnorr::{self, Randomizer},
    tx::{EntryName, Height, SpendSignature, TxBody, UnprovenTx},
};
use proptest::prelude::*;
use rand::rngs::StdRng;
use zeroize::Zeroizing;

use super::*;
use crate::{
    group::GroupKey,
    share::KeyShare,
    testing::{self, any_threshold, member, threshold},
};

fn body(args: &[u8]) -> TxBody {
    TxBody {
        chain: ChainId([1; 32]),
        expiry: Height(10),
        contract: ContractId([2; 32]),
        entry: EntryName::new("transfer").unwrap(),
        args: args.to_vec(),
        memos: Vec::new(),
    }
}

fn approval() -> Approval {
    Approval::of(&body(b"some"))
}

fn signed(
    shares: &[&KeyShare],
    alpha: &Randomizer,
    approval: &Approval,
    rng: &mut StdRng,
) -> Result<SpendSignature, SignError> {
    let round = Round::new(shares, alpha, approval, rng)?;
    aggregate(&round.request, &round.answers(shares, approval)?)
}

struct Round {
    request: SigningRequest,
    nonces: Vec<Nonces>,
}

impl Round {
    fn new(
        shares: &[&KeyShare],
        alpha: &Randomizer,
        approval: &Approval,
        rng: &mut StdRng,
    ) -> Result<Self, SignError> {
        let nonces: Vec<_> = shares
            .iter()
            .map(|share| Nonces::draw(share, rng))
            .collect();
        let commitments = nonces.iter().map(Nonces::commitments).collect();
        let request =
            SigningRequest::new(shares[0].group(), *approval.digest(), alpha, commitments)?;
        Ok(Self { request, nonces })
    }

    fn answers(
        &self,
        shares: &[&KeyShare],
        approval: &Approval,
    ) -> Result<Vec<SignatureShare>, SignError> {
        let again = |nonces: &Nonces| Nonces::from_bytes(&nonces.to_bytes()).unwrap();
        let pairs = self.nonces.iter().zip(shares);
        pairs
            .map(|(nonces, share)| again(nonces).sign(share, &self.request, approval))
            .collect()
    }
}

fn treasury() -> (GroupKey, Vec<KeyShare>) {
    testing::group(Purpose::Treasury, threshold(2, 3), 1)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn any_quorum_signs_as_one(
        threshold in any_threshold(),
        seed: u64,
        from in 0_usize..7,
        more in 0_usize..7,
        args: [u8; 32],
    ) {
        let (group, shares) = testing::group(Purpose::Treasury, threshold, seed);
        let mut rng = testing::rng(seed);
        let spare = usize::from(threshold.members() - threshold.needed());
        let count = usize::from(threshold.needed()) + more.min(spare);
        let quorum: Vec<_> = shares.iter().cycle().skip(from).take(count).collect();
        let alpha = Randomizer::random(&mut rng);
        let approval = Approval::of(&body(&args));
        let signature = signed(&quorum, &alpha, &approval, &mut rng).unwrap();
        let rk = alpha.randomize(group.point());
        prop_assert_eq!(schnorr::verify(&rk, approval.digest(), &signature.signature), Ok(()));
        prop_assert_eq!(signature.key, rk.encode());

        // Key and form are those of the single holder of the same secret.
        let ask = testing::spending_key(&mut testing::rng(seed));
        let alone = SpendSignature::create(&ask, &alpha, approval.digest(), &mut rng);
        prop_assert_eq!(alone.key, signature.key);
        prop_assert_eq!(
            borsh::to_vec(&alone).unwrap().len(),
            borsh::to_vec(&signature).unwrap().len()
        );
    }
}

/// A key that never was in one place signs a transaction that the protocol takes.
#[test]
fn a_treasury_made_together_signs_a_transaction() {
    let shares = testing::made_together(Purpose::Treasury, threshold(3, 5), 1);
    let proven = UnprovenTx::new(body(b"payment"))
        .unwrap()
        .prove(Vec::new())
        .unwrap();
    let mut rng = testing::rng(1);
    let alpha = Randomizer::random(&mut rng);
    let quorum = [&shares[0], &shares[2], &shares[4]];
    let approval = Approval::of(proven.body());
    let signature = signed(&quorum, &alpha, &approval, &mut rng).unwrap();
    assert!(proven.sign(vec![signature], Vec::new()).is_ok());
}

/// What the registry asks for when an auditor's key is set.
#[test]
fn an_auditors_quorum_proves_possession() {
    let shares = testing::made_together(Purpose::Auditor, threshold(2, 3), 1);
    let group = shares[0].group();
    let mut rng = testing::rng(1);
    let quorum = [&shares[1], &shares[2]];
    let signature = signed(&quorum, &Randomizer::zero(), &approval(), &mut rng).unwrap();
    assert_eq!(signature.key, group.auditor_key().unwrap().encode());
    assert!(signature.verify(approval().digest()).is_ok());
    assert_eq!(
        schnorr::verify(group.point(), approval().digest(), &signature.signature),
        Ok(())
    );

    let refused = signed(
        &quorum,
        &Randomizer::random(&mut rng),
        &approval(),
        &mut rng,
    );
    assert_eq!(refused, Err(SignError::Randomised(Purpose::Auditor)));
}

#[test]
fn every_cheater_is_named() {
    let (_, shares) = testing::group(Purpose::Treasury, threshold(3, 5), 1);
    let quorum = [&shares[0], &shares[2], &shares[3], &shares[4]];
    let mut rng = testing::rng(1);
    let round = Round::new(
        &quorum,
        &Randomizer::random(&mut rng),
        &approval(),
        &mut rng,
    )
    .unwrap();
    let honest = round.answers(&quorum, &approval()).unwrap();
    assert!(aggregate(&round.request, &honest).is_ok());
    let wrong = |share: &SignatureShare| {
        let mut bytes = share.to_bytes();
        let place = bytes.len() - 32;
        bytes[place] ^= 1;
        SignatureShare::from_bytes(&bytes).unwrap()
    };
    for culprits in [vec![0], vec![3], vec![1, 2], vec![0, 1, 2, 3]] {
        let mut answers = honest.clone();
        for place in &culprits {
            answers[*place] = wrong(&honest[*place]);
        }
        let named = culprits.iter().map(|place| quorum[*place].member());
        let refused = aggregate(&round.request, &answers);
        assert_eq!(refused, Err(SignError::Cheaters(named.collect())));
    }
}

#[test]
fn answers_must_be_complete_single_and_to_the_question() {
    let (_, shares) = treasury();
    let quorum = [&shares[0], &shares[1]];
    let mut rng = testing::rng(1);
    let alpha = Randomizer::random(&mut rng);
    let round = Round::new(&quorum, &alpha, &approval(), &mut rng).unwrap();
    let other = Round::new(&quorum, &alpha, &approval(), &mut rng).unwrap();
    let answers = round.answers(&quorum, &approval()).unwrap();
    let refused = |answers: &[SignatureShare]| aggregate(&round.request, answers).err();
    let too_few = SignError::TooFew {
        given: 1,
        needed: 2,
    };
    assert_eq!(refused(&answers[..1]), Some(too_few));
    let twice = [answers[0].clone(), answers[0].clone()];
    assert_eq!(refused(&twice), Some(SignError::Twice(member(1))));
    let others = other.answers(&quorum, &approval()).unwrap();
    assert_eq!(refused(&others), Some(SignError::OtherRequest(member(1))));
    let strangers = [&shares[1], &shares[2]];
    let stranger = Round::new(&strangers, &alpha, &approval(), &mut rng).unwrap();
    let strangers = stranger.answers(&strangers, &approval()).unwrap();
    assert_eq!(
        refused(&strangers[1..]),
        Some(SignError::NotAsked(member(3)))
    );
}

#[test]
fn requests_are_refused_before_nonces_are_used() {
    let (group, shares) = treasury();
    let (_, others) = testing::group(Purpose::Treasury, threshold(2, 3), 2);
    let mut rng = testing::rng(1);
    let zero = Randomizer::zero();
    let mut commit = |share: &KeyShare| Nonces::draw(share, &mut rng).commitments();
    let (first, second) = (commit(&shares[0]), commit(&shares[1]));
    let request = |list: Vec<NonceCommitments>| {
        SigningRequest::new(&group, *approval().digest(), &zero, list).map(|request| request.id())
    };
    let too_few = SignError::TooFew {
        given: 1,
        needed: 2,
    };
    assert_eq!(request(vec![first]), Err(too_few));
    assert_eq!(
        request(vec![first, first]),
        Err(SignError::Twice(member(1)))
    );
    let foreign = commit(&others[1]);
    assert_eq!(
        request(vec![first, foreign]),
        Err(SignError::OtherGroup(member(2)))
    );
    assert_eq!(request(vec![second, first]), request(vec![first, second]));
    let (_, many) = testing::group(Purpose::Treasury, threshold(2, 5), 3);
    let unknown = GroupError::UnknownMember(member(5));
    assert_eq!(request(vec![first, commit(&many[4])]), Err(unknown.into()));

    let ask = testing::spending_key(&mut testing::rng(1));
    let cancel = Randomizer::new(-*ask.scalar());
    let refused = SigningRequest::new(&group, *approval().digest(), &cancel, vec![first, second]);
    assert_eq!(refused.err(), Some(SignError::IdentityKey));
}

#[test]
fn members_sign_what_they_approved_with_their_own_nonces() {
    let (_, shares) = treasury();
    let (_, others) = testing::group(Purpose::Treasury, threshold(2, 3), 2);
    let quorum = [&shares[0], &shares[1]];
    let mut rng = testing::rng(1);
    let round = Round::new(&quorum, &Randomizer::zero(), &approval(), &mut rng).unwrap();
    let nonces = || Nonces::from_bytes(&round.nonces[0].to_bytes()).unwrap();
    let sign = |nonces: Nonces, share: &KeyShare, approval: &Approval| {
        nonces.sign(share, &round.request, approval).err()
    };
    assert_eq!(sign(nonces(), &shares[0], &approval()), None);
    let other = Approval::of(&body(b"other"));
    let refused = sign(nonces(), &shares[0], &other);
    assert_eq!(refused, Some(SignError::OtherTransaction));
    let refused = sign(nonces(), &shares[1], &approval());
    assert_eq!(refused, Some(SignError::OtherMember(member(1))));
    let refused = sign(nonces(), &others[0], &approval());
    assert_eq!(refused, Some(SignError::OtherGroup(member(1))));
    let fresh = Nonces::draw(&shares[0], &mut rng);
    let refused = sign(fresh, &shares[0], &approval());
    assert_eq!(refused, Some(SignError::NotAsked(member(1))));
    let uninvited = Nonces::draw(&shares[2], &mut rng);
    let refused = sign(uninvited, &shares[2], &approval());
    assert_eq!(refused, Some(SignError::NotAsked(member(3))));
}

/// Even a generator that repeats itself draws other nonces for another share.
#[test]
fn nonces_depend_on_the_share() {
    let (_, shares) = treasury();
    let draw = |share| Nonces::draw(share, &mut testing::rng(1)).commitments();
    let (first, second) = (draw(&shares[0]), draw(&shares[1]));
    // Past head, group and member.
    let points = |commitments: &NonceCommitments| commitments.to_bytes()[35..].to_vec();
    assert_ne!(points(&first), points(&second));
    assert_ne!(first.id(), second.id());
}

#[derive(Debug, thiserror::Error)]
#[error("disk full")]
struct Broken;

#[derive(Default)]
struct Vault {
    stored: BTreeMap<NonceId, Vec<u8>>,
    broken: bool,
}

impl NonceVault for Vault {
    type Error = Broken;

    fn put(&mut self, id: &NonceId, nonces: &[u8]) -> Result<(), Broken> {
        self.stored.insert(*id, nonces.to_vec());
        if self.broken { Err(Broken) } else { Ok(()) }
    }

    fn take(&mut self, id: &NonceId) -> Result<Option<Zeroizing<Vec<u8>>>, Broken> {
        if self.broken {
            return Err(Broken);
        }
        Ok(self.stored.remove(id).map(Zeroizing::new))
    }
}

#[test]
fn stored_nonces_sign_once() {
    let (group, shares) = treasury();
    let mut rng = testing::rng(1);
    let mut vault = Vault::default();
    let first = commit_stored(&mut vault, &shares[0], &mut rng).unwrap();
    let second = Nonces::draw(&shares[1], &mut rng);
    let commitments = vec![first, second.commitments()];
    let alpha = Randomizer::random(&mut rng);
    let request = SigningRequest::new(&group, *approval().digest(), &alpha, commitments).unwrap();

    let refused = sign_stored(
        &mut vault,
        &shares[0],
        &request,
        &Approval::of(&body(b"other")),
    );
    assert!(matches!(
        refused,
        Err(VaultError::Sign(SignError::OtherTransaction))
    ));
    assert_eq!(vault.stored.len(), 1, "a refused request costs no nonces");
    vault.broken = true;
    let refused = sign_stored(&mut vault, &shares[0], &request, &approval());
    assert!(
        matches!(refused, Err(VaultError::Store(_))),
        "no deletion, no share"
    );
    vault.broken = false;

    let answer = sign_stored(&mut vault, &shares[0], &request, &approval()).unwrap();
    assert!(vault.stored.is_empty());
    let answers = [
        answer,
        second.sign(&shares[1], &request, &approval()).unwrap(),
    ];
    assert!(aggregate(&request, &answers).is_ok());
    let again = sign_stored(&mut vault, &shares[0], &request, &approval());
    assert!(matches!(again, Err(VaultError::Gone)));

    vault.stored.insert(first.id(), vec![0; 3]);
    let damaged = sign_stored(&mut vault, &shares[0], &request, &approval());
    assert!(matches!(damaged, Err(VaultError::Damaged(_))));
    vault.broken = true;
    let unsafe_store = commit_stored(&mut vault, &shares[0], &mut rng);
    assert!(matches!(unsafe_store, Err(VaultError::Store(_))));
}

#[test]
fn the_wire_forms_are_strict() {
    let (group, shares) = treasury();
    let quorum = [&shares[0], &shares[1]];
    let mut rng = testing::rng(1);
    let round = Round::new(
        &quorum,
        &Randomizer::random(&mut rng),
        &approval(),
        &mut rng,
    )
    .unwrap();
    testing::check_wire(&round.nonces[0].commitments().to_bytes(), |bytes| {
        NonceCommitments::from_bytes(bytes).map(|commitments| commitments.to_bytes())
    });
    testing::check_wire(&round.nonces[0].to_bytes(), |bytes| {
        Nonces::from_bytes(bytes).map(|nonces| nonces.to_bytes().to_vec())
    });
    testing::check_wire(&round.request.to_bytes(), |bytes| {
        SigningRequest::from_bytes(&group, bytes).map(|request| request.to_bytes().to_vec())
    });
    let answers = round.answers(&quorum, &approval()).unwrap();
    testing::check_wire(&answers[0].to_bytes(), |bytes| {
        SignatureShare::from_bytes(bytes).map(|share| share.to_bytes())
    });
    // A member with the group's key reads the same request.
    let read = SigningRequest::from_bytes(&group, &round.request.to_bytes()).unwrap();
    assert_eq!(read.id(), round.request.id());
    let text = format!("{read:?}");
    assert_eq!(
        text,
        format!("SigningRequest({}, alpha redacted)", read.digest())
    );
}
