//! Payments of several members in one transaction: swaps and net payments.

use obolus_abi::ContractId;
use obolus_protocol::Amount;
use obolus_protocol::memo::MemoText;
use obolus_protocol::tx::{Height, Transaction, TxBody};
use obolus_wallet::deal::together::{Offer, complete, net, swap};
use obolus_wallet::{AssembleError, PayerIdentity, Payment, StatementProver, Wallet};

use super::Bank;

/// A payment that is made together with others.
#[derive(Clone, Copy)]
pub struct Passed {
    /// 0 for the bank's token, 1 for the one beside it.
    pub token: usize,
    /// Who pays: in one transaction nobody twice in a token.
    pub from: usize,
    /// Who is paid.
    pub to: usize,
    /// How much.
    pub amount: u64,
}

impl Bank {
    /// Two payments in one transaction, in different tokens. Their notes stay reserved until it is committed or released.
    ///
    /// # Errors
    /// [`AssembleError`]; nothing is reserved then.
    pub fn try_swap(
        &mut self,
        contract: ContractId,
        payments: &[Passed; 2],
    ) -> Result<Transaction, AssembleError> {
        self.together(payments, None, |wallet, offers, expiry| {
            let offers = offers.try_into().unwrap();
            swap(wallet, contract, offers, expiry)
        })
    }

    /// Net payments in one transaction; one of the payers may prove its payment and not sign. Their notes stay reserved until
    /// it is committed or released.
    ///
    /// # Errors
    /// [`AssembleError`]; nothing is reserved then.
    pub fn try_net(
        &mut self,
        contract: ContractId,
        payments: &[Passed],
        unsigned: Option<usize>,
    ) -> Result<Transaction, AssembleError> {
        self.together(payments, unsigned, |wallet, offers, expiry| {
            net(wallet, contract, [3; 32], offers, expiry)
        })
    }

    fn together(
        &mut self,
        payments: &[Passed],
        unsigned: Option<usize>,
        body: impl FnOnce(&Wallet, &[Offer], Height) -> Result<TxBody, AssembleError>,
    ) -> Result<Transaction, AssembleError> {
        let expiry = self.expiry();
        let mut shares = Vec::new();
        for payment in payments {
            let order = Payment {
                to: self.members[payment.to].wallet.address(),
                amount: Amount::new(payment.amount),
                text: MemoText::new("together").unwrap(),
                identity: PayerIdentity::Hidden,
                expiry,
            };
            let wallet = match payment.token {
                0 => &self.members[payment.from].wallet,
                _ => &self.beside[0].wallets[payment.from],
            };
            shares.push(wallet.share(&order, &mut self.rng)?);
        }
        let offers: Vec<_> = shares.iter().map(|share| share.offer().clone()).collect();
        let body = body(&self.members[payments[0].from].wallet, &offers, expiry)?;
        let proving = (self.provers.as_ref() as &dyn StatementProver, &self.keys);
        let mut parts = Vec::new();
        for (number, (payment, share)) in payments.iter().zip(&shares).enumerate() {
            let payer = &mut self.members[payment.from];
            let wallet = match payment.token {
                0 => &mut payer.wallet,
                _ => &mut self.beside[0].wallets[payment.from],
            };
            let mut part = wallet.join(share, &body, &payer.key, proving, &mut self.rng)?;
            if unsigned == Some(number) {
                part.signatures.clear();
            }
            parts.push(part);
        }
        Ok(complete(body, parts)?.into_transaction())
    }
}
