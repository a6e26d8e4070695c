//! What participants and the issuer order: entries, issues, payments, redemptions.

use obolus_protocol::memo::MemoText;
use obolus_protocol::statement::{IssueWitness, RedeemWitness, Rule, TransferWitness};
use obolus_protocol::tx::Transaction;
use obolus_protocol::{Amount, Seed};
use obolus_wallet::assemble::Move;
use obolus_wallet::prove::Statement;
use obolus_wallet::{
    AssembleError, BackedIssue, Counted, Entering, IssueRequest, OpenedSupply, PayerIdentity,
    Payment, Proven, Redemption, Unproven,
};

use super::Bank;

impl Bank {
    /// A new member and its application, which the registrar approved.
    pub fn apply(&mut self, limit: Amount) -> Transaction {
        let entered = self.enter(Entering::Anew, limit).unwrap();
        self.welcome(entered.member);
        entered.tx
    }

    /// A seed that no member has.
    pub(super) fn draw_seed(&mut self) -> Seed {
        let seed = Seed::new([100 + self.seeds; 32]);
        self.seeds += 1;
        seed
    }

    /// An issue that the issuer approved.
    pub fn issue(&mut self, to: usize, amount: u64) -> Transaction {
        self.try_issue(to, amount).unwrap()
    }

    /// The same, if it can be assembled.
    ///
    /// # Errors
    /// [`AssembleError`].
    pub fn try_issue(&mut self, to: usize, amount: u64) -> Result<Transaction, AssembleError> {
        let unproven = self.unproven_issue(to, amount)?;
        Ok(self.approved(unproven.prove(self.provers.as_ref(), &self.keys)?))
    }

    /// An issue with a second proof, that it fits into the reserves attested last.
    ///
    /// # Errors
    /// [`AssembleError::NotCovered`] when it does not.
    pub fn issue_backed(&mut self, to: usize, amount: u64) -> Result<Transaction, AssembleError> {
        let backing = self.backing().unwrap();
        let supply = self.open_supply(Counted::Sum(backing.redeemed))?;
        let issue = self.unproven_issue(to, amount)?;
        let issue = BackedIssue::new(&self.view, &issue, &supply, &backing)?;
        Ok(self.approved(issue.prove(self.provers.as_ref(), &self.keys)?))
    }

    /// The sums of issues and redemptions, opened by the auditor.
    ///
    /// # Errors
    /// [`AssembleError::OtherSupply`] when redemptions never had the sum that is to count.
    pub fn open_supply(&self, counted: Counted) -> Result<OpenedSupply, AssembleError> {
        OpenedSupply::open(self.token, self.auditors.clone(), &self.source(), counted)
    }

    /// An issue that lacks proof and approval.
    ///
    /// # Errors
    /// [`AssembleError`].
    pub fn unproven_issue(
        &mut self,
        to: usize,
        amount: u64,
    ) -> Result<Unproven<IssueWitness>, AssembleError> {
        let request = IssueRequest {
            to: self.members[to].wallet.address(),
            amount: Amount::new(amount),
            text: MemoText::new("issue").unwrap(),
            nonce: self.view.issue_nonce(),
            expiry: self.expiry(),
        };
        Unproven::<IssueWitness>::issue(&self.view, &request, &mut self.rng)
    }

    /// Approved by the issuer.
    pub(super) fn approved(&self, proven: Proven) -> Transaction {
        let approval = self.issuer.sign(2, &proven.digest());
        proven.authorise(approval).unwrap().into_transaction()
    }

    /// A signed payment; its notes stay reserved until it is committed or released.
    pub fn pay(&mut self, from: usize, to: usize, amount: u64) -> Transaction {
        self.try_pay(from, to, amount).unwrap()
    }

    /// The same, if it can be assembled.
    ///
    /// # Errors
    /// [`AssembleError`]; nothing is reserved then.
    pub fn try_pay(
        &mut self,
        from: usize,
        to: usize,
        amount: u64,
    ) -> Result<Transaction, AssembleError> {
        let unproven = self.unproven_payment(from, to, amount)?;
        self.finish(from, &unproven)
    }

    /// A payment that lacks proof and signature; its notes stay reserved until it is committed or released.
    ///
    /// # Errors
    /// [`AssembleError`]; nothing is reserved then.
    pub fn unproven_payment(
        &mut self,
        from: usize,
        to: usize,
        amount: u64,
    ) -> Result<Unproven<TransferWitness>, AssembleError> {
        let order = Payment {
            to: self.members[to].wallet.address(),
            amount: Amount::new(amount),
            text: MemoText::new("payment").unwrap(),
            identity: PayerIdentity::Hidden,
            expiry: self.expiry(),
        };
        let wallet = &mut self.members[from].wallet;
        wallet.transfer(&order, &mut self.rng)
    }

    /// Merges two notes of a member; none if it has no two to merge.
    ///
    /// # Errors
    /// [`AssembleError`]; nothing is reserved then.
    pub fn try_merge(&mut self, who: usize) -> Option<Result<Transaction, AssembleError>> {
        let expiry = self.expiry();
        let wallet = &mut self.members[who].wallet;
        let all = Amount::new(u64::try_from(wallet.balance().available).unwrap());
        let pair = wallet.plan_consolidation(all).ok()?.now.pop()?;
        let text = MemoText::new("merge").unwrap();
        let unproven = wallet.merge(&pair, &text, expiry, &mut self.rng);
        Some(unproven.and_then(|unproven| self.finish(who, &unproven)))
    }

    /// A signed redemption; its notes stay reserved until it is committed or released.
    pub fn redeem(&mut self, from: usize, amount: u64) -> Transaction {
        self.try_redeem(from, amount).unwrap()
    }

    /// The same, if it can be assembled.
    ///
    /// # Errors
    /// [`AssembleError`]; nothing is reserved then.
    pub fn try_redeem(&mut self, from: usize, amount: u64) -> Result<Transaction, AssembleError> {
        let unproven = self.unproven_redemption(from, amount)?;
        self.finish(from, &unproven)
    }

    /// A redemption that lacks proof and signature; its notes stay reserved until it is committed or released.
    ///
    /// # Errors
    /// [`AssembleError`]; nothing is reserved then.
    pub fn unproven_redemption(
        &mut self,
        from: usize,
        amount: u64,
    ) -> Result<Unproven<RedeemWitness>, AssembleError> {
        let order = Redemption {
            amount: Amount::new(amount),
            payout_reference: [7; 32],
            text: MemoText::new("redemption").unwrap(),
            expiry: self.expiry(),
        };
        let wallet = &mut self.members[from].wallet;
        wallet.redeem(&order, &mut self.rng)
    }

    /// A payment by a modified wallet, which claims that its leaf has no limit, and reserves nothing. That it does not hold
    /// under the leaf as it is, is checked first.
    ///
    /// # Errors
    /// [`AssembleError`] of a payment within the limit.
    pub fn try_overpay(
        &mut self,
        from: usize,
        to: usize,
        amount: u64,
    ) -> Result<Transaction, AssembleError> {
        let owner = self.members[from].wallet.address().owner;
        let limit = self.view.directory().by_owner(&owner).unwrap().limit.get();
        let honest = self.unproven_payment(from, to, amount.min(limit))?;
        self.members[from].wallet.release(&honest.digest());
        let mut witness = honest.witness().clone();
        let total = witness.pay.get() + witness.change.get();
        let pay = amount.min(total);
        (witness.pay, witness.change) = (Amount::new(pay), Amount::new(total - pay));
        let (memos, expiry) = (&honest.body().memos, honest.body().expiry);
        let mut assemble = |witness: TransferWitness| {
            let memos = memos.clone();
            Unproven::<TransferWitness>::from_witness(
                &self.view,
                witness,
                memos,
                expiry,
                &mut self.rng,
            )
        };
        if pay > limit {
            let truthful = assemble(witness.clone());
            assert_eq!(truthful.err(), Some(AssembleError::Rule(Rule::Limit)));
        }
        witness.sender_leaf.limit = Amount::MAX;
        let unproven = assemble(witness)?;
        self.finish(from, &unproven)
    }

    /// A signed move into a token beside this one; its notes stay reserved until it is committed or released.
    ///
    /// # Errors
    /// [`AssembleError`]; nothing is reserved then.
    pub fn try_move(
        &mut self,
        successor: usize,
        (from, to): (usize, usize),
        amount: u64,
    ) -> Result<Transaction, AssembleError> {
        let order = Move {
            to: self.members[to].wallet.address(),
            amount: Amount::new(amount),
            expiry: self.expiry(),
        };
        let wallet = &mut self.members[from].wallet;
        let selection = wallet.select(order.amount)?;
        let view = &self.beside[successor].view;
        let draft = wallet.migrate_of(&selection, view, &order, &mut self.rng)?;
        self.finish_deal(from, &draft)
    }

    /// Proves and signs as a member.
    fn finish<W: Statement>(
        &mut self,
        member: usize,
        unproven: &Unproven<W>,
    ) -> Result<Transaction, AssembleError> {
        let proven = unproven.prove(self.provers.as_ref(), &self.keys)?;
        let key = &self.members[member].key;
        let signed = proven.sign(key, Vec::new(), &mut self.rng)?;
        Ok(signed.into_transaction())
    }

    /// Frees the notes of a payment that will not be submitted.
    pub fn release(&mut self, from: usize, tx: &Transaction) {
        self.members[from].wallet.release(&tx.id());
    }
}
