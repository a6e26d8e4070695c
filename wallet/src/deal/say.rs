//! What parties, approvers and oracles say to a deal, without any payment.

use borsh::BorshSerialize;
use obolus_abi::deal::DealMsg;
use obolus_abi::deal::conditional::AttestMsg;
use obolus_abi::{ContractId, DealId};
use obolus_protocol::schnorr::Randomizer;
use obolus_protocol::tx::Height;

use super::draft::DealDraft;
use crate::assemble::{AssembleError, Call};
use crate::wallet::Wallet;

impl Wallet {
    /// Gives up a conditional payment that this wallet would receive.
    ///
    /// # Errors
    /// [`AssembleError`].
    pub fn decline(&self, deal: &DealId, expiry: Height) -> Result<DealDraft, AssembleError> {
        self.say(deal, "decline", 1, expiry)
    }

    /// Cancels what is not due yet of a standing order that this wallet pays.
    ///
    /// # Errors
    /// [`AssembleError`].
    pub fn cancel(&self, deal: &DealId, expiry: Height) -> Result<DealDraft, AssembleError> {
        self.say(deal, "cancel", 0, expiry)
    }

    /// Brings an oracle's attestation; nobody signs.
    ///
    /// # Errors
    /// [`AssembleError`].
    pub fn attest(
        &self,
        contract: ContractId,
        attestation: &AttestMsg,
        expiry: Height,
    ) -> Result<DealDraft, AssembleError> {
        self.call(contract, "attest", attestation, Vec::new(), expiry)
    }

    /// A call that approvers sign.
    ///
    /// # Errors
    /// [`AssembleError`].
    pub fn approval(
        &self,
        contract: ContractId,
        deal: DealId,
        expiry: Height,
    ) -> Result<DealDraft, AssembleError> {
        self.call(contract, "approve", &DealMsg { deal }, Vec::new(), expiry)
    }

    fn say(
        &self,
        deal: &DealId,
        entry: &'static str,
        party: u8,
        expiry: Height,
    ) -> Result<DealDraft, AssembleError> {
        let terms = &self.deals().get(deal).ok_or(AssembleError::NoDeal)?.terms;
        if terms.party(party).owner != self.address().owner {
            return Err(AssembleError::NotPayer);
        }
        let alphas = vec![terms.secret.randomizer(party)];
        let message = DealMsg { deal: *deal };
        self.call(terms.contract, entry, &message, alphas, expiry)
    }

    fn call(
        &self,
        contract: ContractId,
        entry: &'static str,
        message: &impl BorshSerialize,
        alphas: Vec<Randomizer>,
        expiry: Height,
    ) -> Result<DealDraft, AssembleError> {
        let body = Call::new(contract, entry, message, Vec::new(), expiry).body(self.view())?;
        DealDraft::new(body, Vec::new(), self.keys().ak, alphas)
    }
}
