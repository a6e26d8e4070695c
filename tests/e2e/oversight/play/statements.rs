//! What is stated: reserves over a token's supply, to everybody; balances, to one verifier. And what was said once is said again.

use obolus_protocol::audience::{Audience, Challenge, VerifierName};
use obolus_protocol::balance::{
    BalanceError, BalanceRefusal, BalanceRequest, Holder, ShownBalance, SignedBalance,
};
use obolus_protocol::note::Nullifier;
use obolus_protocol::tx::{Height, ProofEnvelope};
use obolus_tests::bank::Bank;
use obolus_verifier::{Proof, VerifyError, inputs_from_bytes, verify};
use obolus_wallet::balance::ClaimError;
use obolus_wallet::select::SelectError;
use obolus_wallet::{AssembleError, CircuitKeys};

use super::super::act::{Cover, Part};
use super::super::oracle::{Attested, Deed, Unable};
use super::{After, Pending, Play};
use crate::replay::next_header;

/// A balance that a verifier believed: in which token, out of which notes.
pub(super) struct Shown {
    token: usize,
    nullifiers: Vec<Nullifier>,
}

impl Play {
    /// Counted so many blocks after the last one. When they are short the wallet attests nothing; a modified prover gets nowhere.
    pub(super) fn reserves(&mut self, cover: Cover, shift: i64) -> Option<Pending> {
        let height = self.bank.ledger.tip().height;
        let as_of = height.saturating_add_signed(shift);
        let token = &self.oracle.tokens[self.at];
        let (entered, (supply, counted)) = (token.entered, token.supply_at(as_of));
        let attested = |reserves, covers| Attested {
            reserves,
            as_of,
            entered,
            counted,
            covers,
        };
        let as_of = Height(as_of);
        let (outcome, attested) = match cover {
            Cover::Over(more) => {
                let reserves = supply + u128::from(more);
                (self.bank.attest(reserves, as_of), attested(reserves, true))
            }
            Cover::Short => {
                let reserves = supply.checked_sub(1)?;
                let refused = self.bank.attest(reserves, as_of).err();
                assert_eq!(refused, Some(AssembleError::NotCovered));
                self.tally.unable(Unable::NotCovered);
                let forged = self.bank.attest_short(supply, as_of);
                (forged, attested(reserves, false))
            }
        };
        self.assembled(outcome, None, |_| Deed::Attest(attested), After::Nothing)
    }

    /// One verifier believes it, of this holder, at this height; nobody has a minor unit more than it has.
    pub(super) fn show(&mut self, who: usize, part: Part) {
        let who = self.member(who);
        let slot = self.slots[who];
        let held = self.oracle.tokens[self.at].accounts[slot].held as u64;
        let at_least = match part {
            Part::Of(amount) => amount,
            Part::All => held,
        };
        let audience = audience("Bank", self.shown.len());
        let insufficient = ClaimError::Assemble(SelectError::Insufficient.into());
        let more = self.bank.try_show(who, audience.clone(), held + 1);
        assert_eq!(more.err(), Some(insufficient.clone()));
        match self.bank.try_show(who, audience.clone(), at_least) {
            Ok(claim) if at_least <= held => self.believe(slot, audience, (claim, at_least)),
            Err(error) if at_least > held => assert_eq!(error, insufficient),
            Err(error) if at_least == 0 => {
                assert_eq!(error, ClaimError::Assemble(AssembleError::ZeroAmount));
            }
            other => panic!("{at_least} of {held}: {:?}", other.err()),
        }
    }

    fn believe(
        &mut self,
        slot: usize,
        audience: Audience,
        (claim, at_least): (SignedBalance, u64),
    ) {
        let token = self.bank.token.token;
        let request = BalanceRequest {
            chain: self.bank.token.chain,
            audience,
            token,
            height: Height(self.bank.ledger.tip().height),
        };
        let keys = &self.bank.keys;
        let verified = |request: &BalanceRequest, holder: &Holder| -> Result<ShownBalance, _> {
            claim.verify(request, holder, |proofs| hold(keys, proofs))
        };
        let shown = verified(&request, &self.holder(slot)).unwrap();
        assert_eq!(shown.at_least.get(), u128::from(at_least));
        // What a verifier asks the ledger.
        let facts = self.replay.facts();
        assert!(facts.is_anchor(&token, &shown.anchor).unwrap());
        for nullifier in &shown.nullifiers {
            assert!(!facts.is_spent(&token, nullifier).unwrap());
        }
        let refused = |error: BalanceError| Err(BalanceRefusal::Claim(error));
        let another = BalanceRequest {
            audience: self::audience("Another bank", self.shown.len()),
            ..request.clone()
        };
        assert_eq!(
            verified(&another, &self.holder(slot)),
            refused(BalanceError::Request)
        );
        let other = self.slots.iter().find(|other| **other != slot).unwrap();
        assert_eq!(
            verified(&request, &self.holder(*other)),
            refused(BalanceError::Holder)
        );
        self.tally.take("balance shown".into());
        self.shown.push(Shown {
            token: self.at,
            nullifiers: shown.nullifiers,
        });
    }

    /// What was shown of the token that is turned to holds until its notes are spent.
    pub(super) fn check_shown(&self) {
        let (token, expected) = (self.bank.token.token, &self.oracle.tokens[self.at]);
        for shown in self.shown.iter().filter(|shown| shown.token == self.at) {
            for nullifier in &shown.nullifiers {
                let spent = self.replay.facts().is_spent(&token, nullifier).unwrap();
                assert_eq!(spent, expected.is_spent(&nullifier.to_bytes()));
            }
        }
    }

    /// A transaction that was taken is taken once.
    pub(super) fn again(&mut self, which: usize) {
        let Some(place) = self
            .taken
            .len()
            .checked_sub(1 + which % self.taken.len().max(1))
        else {
            return;
        };
        let tx = &self.taken[place];
        let next = next_header(&self.bank);
        let expected = if tx.body.expiry < next.height {
            "expired"
        } else {
            "already_committed"
        };
        assert_eq!(self.bank.admit(tx).err().as_deref(), Some(expected));
        assert_eq!(self.replay.refusal(next, &[tx]), expected);
        let kind = self.kind(tx);
        self.tally.refuse(&kind, expected);
    }

    fn holder(&self, slot: usize) -> Holder {
        let entry = self.bank.view.directory().by_slot(Bank::slot(slot));
        let entry = entry.unwrap();
        Holder {
            owner: entry.owner,
            ak: entry.ak,
        }
    }
}

fn audience(verifier: &str, number: usize) -> Audience {
    Audience {
        verifier: VerifierName::new(verifier).unwrap(),
        challenge: Challenge([number as u8; 32]),
    }
}

fn hold(keys: &CircuitKeys, proofs: &[ProofEnvelope]) -> Result<(), VerifyError> {
    let key = keys.balance.as_ref().unwrap();
    proofs.iter().try_for_each(|envelope| {
        let proof = Proof::decode(&envelope.proof.0)?;
        verify(key, &inputs_from_bytes(&envelope.inputs)?, &proof)
    })
}
