//! Deals in the bank's token and one beside it.

use ed25519_dalek::SigningKey;
use obolus_abi::deal::conditional::AttestMsg;
use obolus_abi::deal::pair::OpenPvpMsg;
use obolus_abi::deal::{DealMsg, DepositMsg};
use obolus_abi::registry::ApproveContractMsg;
use obolus_abi::{ContractId, DealId, KeyId, TxDigest};
use obolus_protocol::Amount;
use obolus_protocol::deal::DealSecret;
use obolus_protocol::note::Slot;
use obolus_protocol::tx::{RoleSignature, Transaction};
use obolus_wallet::AssembleError;
use obolus_wallet::assemble::transfer_message;
use obolus_wallet::deal::draft::{CallOf, Job};
use obolus_wallet::deal::payout::{Payout, settle};
use obolus_wallet::deal::{DealDraft, Kind, LegPlan, Party, Terms, open};

use super::{Bank, encode};
use crate::contracts::Contracts;

/// What two participants agree on.
pub struct Agreed {
    /// The contract that settles it.
    pub contract: ContractId,
    /// Its rules.
    pub kind: Kind,
    /// The first one opens.
    pub parties: [Slot; 2],
    /// Token and amount of each leg; token 0 is the bank's, token 1 the one beside it.
    pub legs: Vec<(usize, u64)>,
}

impl Bank {
    /// The key of proofs of a rate.
    pub fn ratio_key(&self) -> KeyId {
        self.keys.ratio.as_ref().unwrap().id()
    }

    /// The settlement contracts, approved by the registrar.
    pub fn approve_settlement(&mut self) -> Contracts {
        Contracts::each(self.ratio_key(), |wasm, init| {
            let contract = self.instantiate(wasm, [0; 32], init);
            let approval = self.registrar("approve_contract", &ApproveContractMsg { contract });
            self.submit(&approval).unwrap();
            contract
        })
    }

    /// The opening of a deal by its first party.
    ///
    /// # Errors
    /// [`AssembleError`].
    pub fn try_open(&mut self, agreed: &Agreed) -> Result<(DealId, Transaction), AssembleError> {
        let (terms, draft) = self.opening(agreed)?;
        let opener = self.holder(agreed.parties[0]);
        Ok((terms.id(), self.finish_deal(opener, &draft)?))
    }

    /// The same with a modified wallet, which states another rate than it proves.
    ///
    /// # Errors
    /// [`AssembleError`].
    pub fn try_open_at_other_rate(
        &mut self,
        agreed: &Agreed,
    ) -> Result<(DealId, Transaction), AssembleError> {
        let (terms, honest) = self.opening(agreed)?;
        let opener = self.holder(agreed.parties[0]);
        let mut body = honest.body().clone();
        let mut message: OpenPvpMsg = borsh::from_slice(&body.args).unwrap();
        message.rate.q += 1;
        body.args = encode(&message);
        let legs = terms.legs().map(|_| CallOf {
            callee: self.token.registry,
            caller: Some(terms.contract),
            entry: "open_deal",
        });
        let rate = CallOf {
            callee: terms.contract,
            caller: None,
            entry: "open",
        };
        let jobs = honest.jobs().iter().map(|(job, _)| job.clone());
        let jobs = jobs.zip(legs.chain([rate])).collect();
        let ak = self.members[opener].wallet.keys().ak;
        let draft = DealDraft::new(body, jobs, ak, vec![terms.secret.randomizer(0)])?;
        Ok((terms.id(), self.finish_deal(opener, &draft)?))
    }

    fn opening(&mut self, agreed: &Agreed) -> Result<(Terms, DealDraft), AssembleError> {
        let views = [&self.view, &self.beside[0].view];
        let plan = |(token, amount): &(usize, u64)| LegPlan {
            token: views[*token].token(),
            amount: Amount::new(*amount),
        };
        let party = |slot: &Slot| Party::of(self.view.directory().by_slot(*slot).unwrap()).unwrap();
        let terms = Terms {
            contract: agreed.contract,
            kind: agreed.kind.clone(),
            parties: agreed.parties.each_ref().map(party),
            legs: agreed.legs.iter().map(plan).collect(),
            secret: DealSecret::random(&mut self.rng),
            text: "trade".into(),
        };
        let opener = self.holder(agreed.parties[0]);
        let keys = self.members[opener].wallet.keys();
        let draft = open::open(&terms, &views, keys, self.expiry(), &mut self.rng)?;
        Ok((terms, draft))
    }

    /// A deposit by a leg's payer, in the bank's token; its notes stay reserved until it is committed or released.
    ///
    /// # Errors
    /// [`AssembleError`]; nothing is reserved then.
    pub fn try_deposit(
        &mut self,
        member: usize,
        deal: &DealId,
        leg: u8,
    ) -> Result<Transaction, AssembleError> {
        let expiry = self.expiry();
        let wallet = &mut self.members[member].wallet;
        let draft = wallet.deposit(deal, leg, expiry, &mut self.rng)?;
        self.finish_deal(member, &draft)
    }

    /// The same with a modified wallet, which locks a minor unit less than was agreed, and reserves nothing.
    ///
    /// # Errors
    /// [`AssembleError`] of an honest deposit.
    pub fn try_short_deposit(
        &mut self,
        member: usize,
        deal: &DealId,
        leg: u8,
    ) -> Result<Transaction, AssembleError> {
        let expiry = self.expiry();
        let wallet = &mut self.members[member].wallet;
        let honest = wallet.deposit(deal, leg, expiry, &mut self.rng)?;
        wallet.release(&honest.digest());
        let terms = &wallet.deals().get(deal).unwrap().terms;
        let Some((Job::Transfer(witness), _)) = honest.jobs().first() else {
            return Err(AssembleError::NoDeal);
        };
        let mut witness = witness.clone();
        witness.pay = Amount::new(witness.pay.get() - 1);
        witness.change = Amount::new(witness.change.get() + 1);
        let message = DepositMsg {
            deal: *deal,
            leg,
            transfer: transfer_message(&witness),
        };
        let mut body = honest.body().clone();
        body.args = encode(&message);
        let call = CallOf {
            callee: self.token.token,
            caller: Some(terms.contract),
            entry: "transfer_for",
        };
        let party = terms.secret.randomizer(terms.payer_of(leg));
        let (ak, alphas) = (wallet.keys().ak, vec![witness.alpha.clone(), party]);
        let draft = DealDraft::new(body, vec![(Job::Transfer(witness), call)], ak, alphas)?;
        self.finish_deal(member, &draft)
    }

    /// Both legs to their payees, by a party.
    ///
    /// # Errors
    /// [`AssembleError`].
    pub fn try_settle(
        &mut self,
        member: usize,
        deal: &DealId,
    ) -> Result<Transaction, AssembleError> {
        let expiry = self.expiry();
        let wallets = [
            &self.members[member].wallet,
            &self.beside[0].wallets[member],
        ];
        let draft = settle(wallets, deal, expiry, &mut self.rng)?;
        self.finish_deal(member, &draft)
    }

    /// A leg in the bank's token to its payee or back to its payer, by a party.
    ///
    /// # Errors
    /// [`AssembleError`].
    pub fn try_pay_out(
        &mut self,
        member: usize,
        (deal, leg): (&DealId, u8),
        payout: Payout,
    ) -> Result<Transaction, AssembleError> {
        let expiry = self.expiry();
        let wallet = &self.members[member].wallet;
        let draft = wallet.pay_out(deal, leg, payout, expiry, &mut self.rng)?;
        self.finish_deal(member, &draft)
    }

    /// The payee gives a conditional payment up.
    ///
    /// # Errors
    /// [`AssembleError`].
    pub fn try_decline(
        &mut self,
        member: usize,
        deal: &DealId,
    ) -> Result<Transaction, AssembleError> {
        let draft = self.members[member].wallet.decline(deal, self.expiry())?;
        self.finish_deal(member, &draft)
    }

    /// The payer cancels what is not due yet of a standing order.
    ///
    /// # Errors
    /// [`AssembleError`].
    pub fn try_cancel(
        &mut self,
        member: usize,
        deal: &DealId,
    ) -> Result<Transaction, AssembleError> {
        let draft = self.members[member].wallet.cancel(deal, self.expiry())?;
        self.finish_deal(member, &draft)
    }

    /// What one party alone may say, by a member with a modified wallet, which signs as the party that it is.
    pub fn pretend(&mut self, member: usize, deal: &DealId, entry: &str) -> Transaction {
        let wallet = &self.members[member].wallet;
        let terms = &wallet.deals().get(deal).unwrap().terms;
        let party = terms.party_of(&wallet.address().owner).unwrap();
        let alphas = vec![terms.secret.randomizer(party)];
        let body = self.body(terms.contract, entry, encode(&DealMsg { deal: *deal }));
        let draft = DealDraft::new(body, Vec::new(), wallet.keys().ak, alphas).unwrap();
        self.finish_deal(member, &draft).unwrap()
    }

    /// An oracle's attestation, which a member brings.
    pub fn attest_condition(
        &mut self,
        member: usize,
        contract: ContractId,
        attestation: &AttestMsg,
    ) -> Transaction {
        let wallet = &self.members[member].wallet;
        let draft = wallet.attest(contract, attestation, self.expiry());
        self.finish_deal(member, &draft.unwrap()).unwrap()
    }

    /// An approver's approval of a deal, which a member brings.
    pub fn approve_deal(
        &mut self,
        member: usize,
        (contract, deal): (ContractId, DealId),
        approver: &SigningKey,
    ) -> Transaction {
        let wallet = &self.members[member].wallet;
        let draft = wallet.approval(contract, deal, self.expiry()).unwrap();
        let approve = |digest: &TxDigest| vec![RoleSignature::create(approver, digest)];
        self.finish_with(member, &draft, approve).unwrap()
    }

    /// Proves and signs as a member.
    pub(super) fn finish_deal(
        &mut self,
        member: usize,
        draft: &DealDraft,
    ) -> Result<Transaction, AssembleError> {
        self.finish_with(member, draft, |_| Vec::new())
    }

    fn finish_with(
        &mut self,
        member: usize,
        draft: &DealDraft,
        roles: impl FnOnce(&TxDigest) -> Vec<RoleSignature>,
    ) -> Result<Transaction, AssembleError> {
        let proven = draft.prove(self.provers.as_ref(), &self.keys)?;
        let roles = roles(&proven.digest());
        let signed = proven.sign(&self.members[member].key, roles, &mut self.rng)?;
        Ok(signed.into_transaction())
    }
}
