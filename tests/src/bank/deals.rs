//! Deals in the bank's token and one beside it: delivery versus payment.

use obolus_abi::registry::ApproveContractMsg;
use obolus_abi::{ContractId, DealId};
use obolus_protocol::Amount;
use obolus_protocol::deal::DealSecret;
use obolus_protocol::memo::MemoText;
use obolus_protocol::note::Slot;
use obolus_protocol::tx::Transaction;
use obolus_wallet::deal::payout::{Payout, settle};
use obolus_wallet::deal::together::{complete, swap};
use obolus_wallet::deal::{DealDraft, Kind, LegPlan, Party, Terms, open};
use obolus_wallet::{AssembleError, PayerIdentity, Payment, StatementProver, Wallet};

use super::Bank;

impl Bank {
    /// The contract, approved by the registrar.
    pub fn approve_dvp(&mut self) -> ContractId {
        let contract = self.instantiate(obolus_contracts::DVP, [0; 32], Vec::new());
        let approval = self.registrar("approve_contract", &ApproveContractMsg { contract });
        self.submit(&approval).unwrap();
        contract
    }

    /// The opening of a deal by its first party, which pays in the bank's token and is paid in the one beside it.
    ///
    /// # Errors
    /// [`AssembleError`].
    pub fn try_open(
        &mut self,
        contract: ContractId,
        parties: [Slot; 2],
        amounts: [u64; 2],
        expiry_ms: u64,
    ) -> Result<(DealId, Transaction), AssembleError> {
        let views = [&self.view, &self.beside[0].view];
        let tokens = views.map(|view| view.token());
        let leg = |number: usize| LegPlan {
            token: tokens[number],
            amount: Amount::new(amounts[number]),
        };
        let party = |slot: &Slot| Party::of(self.view.directory().by_slot(*slot).unwrap()).unwrap();
        let terms = Terms {
            contract,
            kind: Kind::Dvp { expiry_ms },
            parties: parties.each_ref().map(party),
            legs: vec![leg(0), leg(1)],
            secret: DealSecret::random(&mut self.rng),
            text: "trade".into(),
        };
        let opener = self.holder(parties[0]);
        let keys = self.members[opener].wallet.keys();
        let expiry = self.expiry();
        let draft = open::open(&terms, &views, keys, expiry, &mut self.rng)?;
        Ok((terms.id(), self.finish_deal(opener, &draft)?))
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

    /// A leg in the bank's token back to its payer, by a party.
    ///
    /// # Errors
    /// [`AssembleError`].
    pub fn try_refund(
        &mut self,
        member: usize,
        deal: &DealId,
        leg: u8,
    ) -> Result<Transaction, AssembleError> {
        let expiry = self.expiry();
        let wallet = &self.members[member].wallet;
        let draft = wallet.pay_out(deal, leg, Payout::Refund, expiry, &mut self.rng)?;
        self.finish_deal(member, &draft)
    }

    /// Two payments in one transaction: the first member's in the bank's token, the second one's in the one beside it. Their
    /// notes stay reserved until it is committed or released.
    ///
    /// # Errors
    /// [`AssembleError`]; nothing is reserved then.
    pub fn try_swap(
        &mut self,
        contract: ContractId,
        (first, second): (usize, usize),
        amounts: [u64; 2],
    ) -> Result<Transaction, AssembleError> {
        let expiry = self.expiry();
        let order = |to: &Wallet, amount: u64| Payment {
            to: to.address(),
            amount: Amount::new(amount),
            text: MemoText::new("swap").unwrap(),
            identity: PayerIdentity::Hidden,
            expiry,
        };
        let one = order(&self.members[second].wallet, amounts[0]);
        let one = self.members[first].wallet.share(&one, &mut self.rng)?;
        let wallets = &mut self.beside[0].wallets;
        let other = order(&wallets[first], amounts[1]);
        let other = wallets[second].share(&other, &mut self.rng)?;
        let offers = [one.offer().clone(), other.offer().clone()];
        let body = swap(&self.members[first].wallet, contract, &offers, expiry)?;
        let keys = [first, second].map(|member| self.members[member].key.clone());
        let proving = (self.provers.as_ref() as &dyn StatementProver, &self.keys);
        let payer = &mut self.members[first].wallet;
        let parts = vec![
            payer.join(&one, &body, &keys[0], proving, &mut self.rng)?,
            wallets[second].join(&other, &body, &keys[1], proving, &mut self.rng)?,
        ];
        Ok(complete(body, parts)?.into_transaction())
    }

    /// Proves and signs as a member.
    pub(super) fn finish_deal(
        &mut self,
        member: usize,
        draft: &DealDraft,
    ) -> Result<Transaction, AssembleError> {
        let proven = draft.prove(self.provers.as_ref(), &self.keys)?;
        let signed = proven.sign(&self.members[member].key, Vec::new(), &mut self.rng)?;
        Ok(signed.into_transaction())
    }
}
