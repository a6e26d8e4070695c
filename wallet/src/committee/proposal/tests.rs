use obolus_abi::{ChainId, ContractId};
use obolus_protocol::tx::{EntryName, Height, TxBody, UnprovenTx};
use obolus_threshold::Purpose;
use rand::rngs::OsRng;

use super::*;
use crate::committee::choose;
use crate::committee::testing::Three;

fn transaction(text: &[u8]) -> Transaction {
    let body = TxBody {
        chain: ChainId([1; 32]),
        expiry: Height(10),
        contract: ContractId([2; 32]),
        entry: EntryName::new("transfer").unwrap(),
        args: text.to_vec(),
        memos: Vec::new(),
    };
    let proven = UnprovenTx::new(body).unwrap().prove(Vec::new()).unwrap();
    proven
        .sign(Vec::new(), Vec::new())
        .unwrap()
        .into_transaction()
}

struct Asked {
    three: Three,
    group: Group,
    alpha: Randomizer,
    proposal: Proposal,
    letter: Vec<u8>,
}

/// Carol prepares, Alice and Bob are asked.
fn asked() -> Asked {
    let (three, group) = Three::with_key(Purpose::Treasury);
    let alpha = Randomizer::random(&mut OsRng);
    let carol = &three.dirs[2];
    let chosen = choose(carol, &group, &three.nonces(&[0, 1]), &[]).unwrap();
    let what = (transaction(b"one"), Detail::Register);
    let proposal = Proposal::new((carol, &group), what, &alpha, chosen).unwrap();
    let letter = proposal.seal(carol, &group).unwrap();
    Asked {
        three,
        group,
        alpha,
        proposal,
        letter,
    }
}

impl Asked {
    fn share(&self, member: usize) -> Vec<u8> {
        let dir = &self.three.dirs[member];
        let read = Proposal::open(dir, &self.group, &self.letter).unwrap();
        read.approve(dir, &self.group).unwrap()
    }

    fn collect(&self, letters: &[Vec<u8>]) -> Result<SpendSignature, CommitteeError> {
        self.proposal
            .collect(&self.three.dirs[2], &self.group, letters)
    }
}

#[test]
fn two_of_three_make_the_holders_signature() {
    let asked = asked();
    let letters = [asked.share(0), asked.share(1)];
    let signature = asked.collect(&letters).unwrap();
    let digest = asked.proposal.transaction.body.digest();
    signature.verify(&digest).unwrap();
    let rk = asked.alpha.randomize(asked.group.key().point());
    assert_eq!(signature.key, rk.encode());
}

#[test]
fn one_approval_is_not_enough_and_no_member_approves_twice() {
    let asked = asked();
    let one = asked.share(0);
    let text = asked
        .collect(std::slice::from_ref(&one))
        .unwrap_err()
        .to_string();
    assert!(text.contains('2'), "{text}");
    assert!(asked.collect(&[one.clone(), one]).is_err());
    // The nonces are gone.
    let again = Proposal::open(&asked.three.dirs[0], &asked.group, &asked.letter).unwrap();
    let again = again.approve(&asked.three.dirs[0], &asked.group);
    assert!(matches!(again, Err(CommitteeError::Vault(_))));
}

#[test]
fn who_is_not_asked_does_not_approve() {
    let asked = asked();
    let carol = &asked.three.dirs[2];
    let own = Proposal::open(carol, &asked.group, &asked.letter).unwrap();
    let refused = own.approve(carol, &asked.group).unwrap_err().to_string();
    assert!(refused.contains("alice, bob"), "{refused}");
}

#[test]
fn a_wrong_share_names_its_member() {
    let asked = asked();
    let alice = asked.share(0);
    // Bob answers with a response of his own making.
    let bob = &asked.three.dirs[1];
    let (_, content) = read(&asked.three.dirs[2], &asked.group, SHARE, &asked.share(1)).unwrap();
    let mut forged = content.to_vec();
    let last = forged.len() - 32;
    forged[last] ^= 1;
    let to = [asked.three.dirs[2].card().clone()];
    let letter = Letter::write(bob.identity(), SHARE, &to, &forged)
        .unwrap()
        .to_bytes();
    let text = asked.collect(&[alice, letter]).unwrap_err().to_string();
    assert!(text.contains("bob") && !text.contains("alice"), "{text}");
}

#[test]
fn a_share_in_anothers_name_names_its_sender() {
    let asked = asked();
    let (_, content) = read(&asked.three.dirs[2], &asked.group, SHARE, &asked.share(1)).unwrap();
    let to = [asked.three.dirs[2].card().clone()];
    let alice = asked.three.dirs[0].identity();
    let letter = Letter::write(alice, SHARE, &to, &content)
        .unwrap()
        .to_bytes();
    let refused = asked.collect(&[letter]);
    assert!(matches!(
        refused,
        Err(CommitteeError::InAnothersName { sender, member }) if sender == "alice" && member == "bob"
    ));
}

#[test]
fn a_share_of_another_proposal_names_its_member() {
    let first = asked();
    let carol = &first.three.dirs[2];
    let chosen = choose(carol, &first.group, &first.three.nonces(&[0, 1]), &[]).unwrap();
    let what = (transaction(b"two"), Detail::Register);
    let second = Proposal::new((carol, &first.group), what, &first.alpha, chosen).unwrap();
    let text = second
        .collect(carol, &first.group, &[first.share(0)])
        .unwrap_err()
        .to_string();
    assert!(text.contains("alice"), "{text}");
}

#[test]
fn letters_changed_on_the_way_or_from_strangers_are_refused() {
    let asked = asked();
    let mut changed = asked.letter.clone();
    let last = changed.len() - 1;
    changed[last] ^= 1;
    let refused = Proposal::open(&asked.three.dirs[0], &asked.group, &changed);
    assert!(matches!(refused, Err(CommitteeError::Letter(name, _)) if name == "carol"));

    let stranger = MemberDir::with_seed(
        &asked.three.folder.path().join("mallory"),
        &obolus_threshold::IdentitySeed::new([7; 32]),
    );
    let stranger = stranger.unwrap();
    let to = [asked.three.dirs[0].card().clone()];
    let letter = Letter::write(stranger.identity(), PROPOSAL, &to, b"x")
        .unwrap()
        .to_bytes();
    let refused = Proposal::open(&asked.three.dirs[0], &asked.group, &letter);
    assert!(matches!(refused, Err(CommitteeError::Stranger)));
    // A share is no proposal.
    let share = asked.share(0);
    assert!(Proposal::open(&asked.three.dirs[2], &asked.group, &share).is_err());
}

#[test]
fn what_is_on_disk_without_the_identity_reads_as_nothing() {
    let asked = asked();
    let alice = asked.three.dirs[0].root();
    let other = MemberDir::with_seed(alice, &obolus_threshold::IdentitySeed::new([8; 32])).unwrap();
    assert!(other.share().is_err());
    assert!(other.group().is_err());
}
