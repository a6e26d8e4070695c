//! What holders, attestors and the auditor state: balances to a verifier, reserves over what is in circulation.

use obolus_abi::token::{AttestMsg, Backing};
use obolus_protocol::Amount;
use obolus_protocol::amount::Total;
use obolus_protocol::audience::Audience;
use obolus_protocol::balance::SignedBalance;
use obolus_protocol::context::{USER, context};
use obolus_protocol::field::fr_to_bytes;
use obolus_protocol::statement::SupplyWitness;
use obolus_protocol::tx::{Height, ProofEnvelope, Transaction, UnprovenTx};
use obolus_wallet::balance::{ClaimError, UnprovenBalance};
use obolus_wallet::prove::Statement;
use obolus_wallet::{AssembleError, Attestation, ChainSource, Counted, Unproven};

use super::{Bank, encode};

impl Bank {
    /// A member shows that it holds at least so much.
    ///
    /// # Errors
    /// [`ClaimError`].
    pub fn try_show(
        &mut self,
        member: usize,
        audience: Audience,
        at_least: u64,
    ) -> Result<SignedBalance, ClaimError> {
        let member = &self.members[member];
        let at_least = Amount::new(at_least);
        let unproven = UnprovenBalance::new(&member.wallet, audience, at_least, &mut self.rng)?;
        let claim = unproven.prove(self.provers.as_ref(), &self.keys)?;
        Ok(claim.sign(&member.key, &mut self.rng))
    }

    /// An attestation of reserves as of a block, approved by the attestors.
    ///
    /// # Errors
    /// [`AssembleError::NotCovered`] when they do not cover what is in circulation.
    pub fn attest(&mut self, reserves: u128, as_of: Height) -> Result<Transaction, AssembleError> {
        let unproven = self.unproven_attestation(reserves, as_of)?;
        let proven = unproven.prove(self.provers.as_ref(), &self.keys)?;
        let approval = self.attestor.sign(2, &proven.digest());
        Ok(proven.authorise(approval)?.into_transaction())
    }

    /// The same with a modified prover: reserves that are a minor unit short of `supply`, which is in circulation, with a
    /// proof about a supply that they would cover.
    ///
    /// # Errors
    /// [`AssembleError`] of an honest attestation.
    pub fn attest_short(
        &mut self,
        supply: u128,
        as_of: Height,
    ) -> Result<Transaction, AssembleError> {
        let honest = self.unproven_attestation(supply, as_of)?;
        let mut body = honest.body().clone();
        let mut message: AttestMsg = borsh::from_slice(&body.args).unwrap();
        message.reserves -= 1;
        body.args = encode(&message);
        let mut witness = honest.witness().clone();
        witness.reserves = Total::new(message.reserves).unwrap();
        witness.total = witness.reserves;
        let bound = context(&body.digest(), &body.contract, &USER, &body.entry);
        let output = witness.request(self.provers.as_ref(), bound)?;
        let envelope = ProofEnvelope {
            key: SupplyWitness::key(&self.keys)?.id(),
            inputs: output.inputs.iter().map(fr_to_bytes).collect(),
            proof: output.proof,
        };
        let proven = UnprovenTx::new(body)?.prove(vec![envelope])?;
        let approval = self.attestor.sign(2, &proven.digest());
        Ok(proven.sign(Vec::new(), approval)?.into_transaction())
    }

    fn unproven_attestation(
        &self,
        reserves: u128,
        as_of: Height,
    ) -> Result<Unproven<SupplyWitness>, AssembleError> {
        let supply = self.open_supply(Counted::UpTo(as_of))?;
        let attestation = Attestation {
            reserves: Total::new(reserves).unwrap(),
            as_of,
            document: [12; 32],
            expiry: self.expiry(),
        };
        Unproven::<SupplyWitness>::attest(&self.view, &supply, &attestation)
    }

    /// The last attestation.
    pub fn backing(&self) -> Option<Backing> {
        self.source().token_state().unwrap().backing
    }
}
