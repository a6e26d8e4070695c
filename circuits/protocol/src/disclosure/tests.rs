use rand::{SeedableRng, rngs::StdRng};

use super::*;
use crate::{
    audience::{Challenge, VerifierName},
    keys::{FullViewingKey, Seed},
    memo::Blind,
    note::Rcm,
};

struct Party {
    key: SpendingKey,
    view: FullViewingKey,
}

fn party(seed: u8) -> Party {
    let seed = Seed::new([seed; 32]);
    Party {
        key: SpendingKey::from_seed(&seed),
        view: FullViewingKey::from_seed(&seed),
    }
}

struct Case {
    payer: Party,
    payee: Party,
    stranger: Party,
    opening: Opening,
    ledger: LedgerPayment,
    audience: Audience,
}

fn audience(name: &str, challenge: u8) -> Audience {
    Audience {
        verifier: VerifierName::new(name).unwrap(),
        challenge: Challenge([challenge; 32]),
    }
}

fn case() -> Case {
    let rng = &mut StdRng::seed_from_u64(7);
    let (payer, payee, stranger) = (party(1), party(2), party(3));
    let alpha = Randomizer::random(rng);
    let opening = Opening {
        chain: ChainId([1; 32]),
        token: ContractId([2; 32]),
        tx: TxDigest([3; 32]),
        height: Height(9),
        amount: Amount::new(1250),
        payee: payee.view.owner(),
        rcm: RcmSource::Bound(Blind::random(rng)),
        text: MemoText::new("invoice 7").unwrap(),
        payer: Some(alpha.clone()),
    };
    let note = Note {
        value: opening.amount,
        owner: opening.payee,
        rcm: opening.rcm.rcm(&opening.token, &opening.text),
    };
    let ledger = LedgerPayment {
        chain: opening.chain,
        token: opening.token,
        tx: opening.tx,
        height: opening.height,
        paid: note.commitment(),
        rk: Some(alpha.randomize(payer.view.ak.point())),
    };
    Case {
        payer,
        payee,
        stranger,
        opening,
        ledger,
        audience: audience("Bank B", 5),
    }
}

impl Case {
    fn signed(&self, key: &SpendingKey) -> Disclosure {
        let rng = &mut StdRng::seed_from_u64(8);
        Disclosure::sign(self.opening.clone(), self.audience.clone(), key, rng)
    }

    fn check(&self, disclosure: &Disclosure) -> Result<Disclosed, DisclosureError> {
        disclosure.check(&self.audience, &self.ledger, |ak| {
            [&self.payer, &self.payee, &self.stranger]
                .iter()
                .find(|party| party.view.ak == *ak)
                .map(|party| party.view.owner())
        })
    }
}

#[test]
fn payer_and_payee_show_a_payment() {
    let case = case();
    for party in [&case.payer, &case.payee] {
        let bytes = case.signed(&party.key).encode();
        let shown = case.check(&Disclosure::decode(&bytes).unwrap()).unwrap();
        assert_eq!(shown.amount, Amount::new(1250));
        assert_eq!(shown.payee, case.payee.view.owner());
        assert_eq!(shown.payer, Some(case.payer.view.owner()));
        assert_eq!(shown.text.unwrap().as_str(), "invoice 7");
        assert_eq!(shown.discloser, party.view.owner());
    }
}

#[test]
fn a_payee_that_does_not_know_the_payer_shows_the_rest() {
    let mut case = case();
    case.opening.payer = None;
    let shown = case.check(&case.signed(&case.payee.key)).unwrap();
    assert!(shown.payer.is_none());
    // Without the re-randomiser the payer shows nothing that makes it one.
    let refused = case.check(&case.signed(&case.payer.key));
    assert_eq!(refused.err(), Some(DisclosureError::Discloser));
}

#[test]
fn a_text_that_the_commitment_does_not_bind_is_not_shown() {
    let mut case = case();
    let rcm = Rcm::random(&mut StdRng::seed_from_u64(9));
    case.opening.rcm = RcmSource::Free(rcm.clone());
    let note = Note {
        value: case.opening.amount,
        owner: case.opening.payee,
        rcm,
    };
    case.ledger.paid = note.commitment();
    assert!(
        case.check(&case.signed(&case.payee.key))
            .unwrap()
            .text
            .is_none()
    );
}

/// Each change breaks one check.
#[test]
fn every_lie_is_refused() {
    type Change = fn(&mut Case);
    let cases: [(DisclosureError, Change); 11] = [
        (DisclosureError::Commitment, |c| {
            c.opening.amount = Amount::new(1251)
        }),
        (DisclosureError::Commitment, |c| {
            c.opening.payee = c.stranger.view.owner()
        }),
        (DisclosureError::Commitment, |c| {
            c.opening.text = MemoText::new("invoice 8").unwrap()
        }),
        (DisclosureError::Commitment, |c| {
            c.opening.rcm = RcmSource::Bound(Blind::random(&mut StdRng::seed_from_u64(1)));
        }),
        (DisclosureError::Payer, |c| {
            c.opening.payer = Some(Randomizer::random(&mut StdRng::seed_from_u64(1)));
        }),
        (DisclosureError::Payer, |c| c.ledger.rk = None),
        (DisclosureError::Payment, |c| {
            c.opening.chain = ChainId([9; 32])
        }),
        (DisclosureError::Payment, |c| {
            c.opening.token = ContractId([9; 32])
        }),
        (DisclosureError::Payment, |c| {
            c.opening.tx = TxDigest([9; 32])
        }),
        (DisclosureError::Payment, |c| c.opening.height = Height(8)),
        (DisclosureError::Payer, |c| c.payer = party(4)),
    ];
    for (at, (error, change)) in cases.into_iter().enumerate() {
        let mut case = case();
        change(&mut case);
        let found = case.check(&case.signed(&case.payee.key)).err();
        assert_eq!(found, Some(error), "{at}");
    }
    let case = case();
    let refused = case.check(&case.signed(&case.stranger.key)).err();
    assert_eq!(refused, Some(DisclosureError::Discloser));
    let refused = case.check(&case.signed(&party(5).key)).err();
    assert_eq!(refused, Some(DisclosureError::Discloser));
}

#[test]
fn it_is_for_one_recipient_and_one_challenge() {
    let case = case();
    let disclosure = case.signed(&case.payee.key);
    for other in [audience("Bank C", 5), audience("Bank B", 6)] {
        let refused = disclosure.check(&other, &case.ledger, |_| None).err();
        assert_eq!(refused, Some(DisclosureError::Audience));
        // Readdressed by somebody who cannot sign for the payee.
        let mut moved = disclosure.clone();
        moved.audience = other.clone();
        let refused = moved.check(&other, &case.ledger, |_| None).err();
        assert_eq!(refused, Some(DisclosureError::Signature));
    }
}

#[test]
fn damaged_bytes_are_refused() {
    let case = case();
    let bytes = case.signed(&case.payee.key).encode();
    for at in 0..bytes.len() {
        let mut damaged = bytes.clone();
        damaged[at] ^= 1;
        let checked = Disclosure::decode(&damaged).and_then(|read| case.check(&read));
        assert!(checked.is_err(), "{at}");
        assert!(Disclosure::decode(&bytes[..at]).is_err(), "{at}");
    }
    let longer = [bytes.as_slice(), &[0]].concat();
    assert!(Disclosure::decode(&longer).is_err());
    assert!(!format!("{:?}", case.signed(&case.payee.key)).contains("invoice"));
}
