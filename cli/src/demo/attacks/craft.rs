//! Transactions made by hand, past the wallet's checks: what an attacker would send.

use obolus_abi::TransferInputs;
use obolus_abi::token::TransferMsg;
use obolus_protocol::amount::Amount;
use obolus_protocol::context::{USER, context};
use obolus_protocol::field::fr_to_bytes;
use obolus_protocol::memo::MemoText;
use obolus_protocol::schnorr::Randomizer;
use obolus_protocol::statement::TransferWitness;
use obolus_protocol::tx::{
    EntryName, Height, ProofBytes, ProofEnvelope, RoleSignature, SpendSignature, TxBody, UnprovenTx,
};
use obolus_protocol::{Fr, SpendingKey};
use obolus_wallet::assemble::transfer_message;
use obolus_wallet::{Payment, Unproven};
use rand::rngs::OsRng;

use super::AttackResult;
use crate::demo::DemoError;
use crate::demo::world::World;
use crate::dev::encode;

/// A transfer whose parts can be replaced before it is proved.
#[derive(Clone)]
pub struct Draft {
    /// The private inputs.
    pub witness: TransferWitness,
    /// The memo ciphertexts.
    pub memos: Vec<Vec<u8>>,
    expiry: Height,
}

impl Draft {
    /// An honest transfer between two institutions, whose notes stay free.
    pub fn new(
        world: &mut World,
        from: usize,
        to: usize,
        amount: Amount,
    ) -> Result<Self, DemoError> {
        let order = Payment {
            to: world.institutions[to].wallet.address(),
            amount,
            text: MemoText::new("attack")?,
            identity: obolus_wallet::PayerIdentity::Hidden,
            expiry: world.desk.expiry()?,
        };
        let unproven = world.institutions[from]
            .wallet
            .transfer(&order, &mut OsRng)?;
        world.institutions[from].wallet.release(&unproven.digest());
        Ok(Self::of(&unproven))
    }

    /// The parts of an assembled transfer.
    pub fn of(unproven: &Unproven<TransferWitness>) -> Self {
        Self {
            witness: unproven.witness().clone(),
            memos: unproven.body().memos.clone(),
            expiry: unproven.body().expiry,
        }
    }

    /// What an honest prover would show.
    pub fn inputs(&self, context: Fr) -> TransferInputs<Fr> {
        self.witness.public_inputs(context)
    }

    /// The message that fits the witness.
    pub fn message(&self) -> TransferMsg {
        transfer_message(&self.witness)
    }

    /// The body of a user's transfer with this message.
    pub fn body(&self, world: &World, message: &TransferMsg) -> Result<TxBody, DemoError> {
        Ok(TxBody {
            chain: world.desk.chain()?,
            expiry: self.expiry,
            contract: world.token.token,
            entry: EntryName::new("transfer")?,
            args: encode(message)?,
            memos: self.memos.clone(),
        })
    }

    /// Proves the witness for the body that fits it.
    pub fn prove(&self, world: &World) -> Result<(TxBody, ProofEnvelope), DemoError> {
        let body = self.body(world, &self.message())?;
        let envelope = prove(world, &self.witness, user_context(&body))?;
        Ok((body, envelope))
    }

    /// The finished transaction's bytes, signed by its sender.
    pub fn finish(&self, world: &World, sender: usize) -> Result<Vec<u8>, DemoError> {
        let (body, envelope) = self.prove(world)?;
        self.sign(world, sender, body, vec![envelope])
    }

    /// Signs a body as the sender of this draft.
    pub fn sign(
        &self,
        world: &World,
        sender: usize,
        body: TxBody,
        proofs: Vec<ProofEnvelope>,
    ) -> Result<Vec<u8>, DemoError> {
        seal(
            body,
            proofs,
            Some((&world.institutions[sender].key, &self.witness.alpha)),
            Vec::new(),
        )
    }
}

/// What a proof of a user's call is bound to.
pub fn user_context(body: &TxBody) -> Fr {
    context(&body.digest(), &body.contract, &USER, &body.entry)
}

/// A proof of a transfer witness.
pub fn prove(
    world: &World,
    witness: &TransferWitness,
    context: Fr,
) -> Result<ProofEnvelope, DemoError> {
    let proven = world.prover.transfer.prove(witness, context);
    proven
        .map(|proven| proven.envelope)
        .map_err(|error| staging("transfer", &error))
}

/// The envelope of a transfer proof for inputs that it may not fit.
pub fn envelope(world: &World, inputs: TransferInputs<Fr>, proof: ProofBytes) -> ProofEnvelope {
    ProofEnvelope {
        key: world.prover.transfer.verifying_key().id(),
        inputs: inputs.to_array().iter().map(fr_to_bytes).collect(),
        proof,
    }
}

/// Joins body, proofs and signatures into bytes.
pub fn seal(
    body: TxBody,
    proofs: Vec<ProofEnvelope>,
    spender: Option<(&SpendingKey, &Randomizer)>,
    roles: Vec<RoleSignature>,
) -> Result<Vec<u8>, DemoError> {
    let tx = UnprovenTx::new(body)?.prove(proofs)?;
    let digest = tx.digest();
    let spend = spender
        .map(|(key, alpha)| SpendSignature::create(key, alpha, &digest, &mut OsRng))
        .into_iter()
        .collect();
    Ok(tx.sign(spend, roles)?.transaction().encode())
}

/// Submits an attack by itself: it must be refused, and the app hash must stay.
pub fn judge(
    world: &mut World,
    name: &'static str,
    bytes: Vec<u8>,
) -> Result<AttackResult, DemoError> {
    let before = world.desk.fingerprint()?;
    let outcomes = world.desk.take(vec![bytes])?;
    let error = outcomes
        .into_iter()
        .find_map(Result::err)
        .map(|reason| reason.code);
    Ok(AttackResult {
        name,
        refused: error.is_some() && world.desk.fingerprint()? == before,
        error: error.unwrap_or_else(|| "accepted".into()),
    })
}

/// An attack could not be set up.
pub fn staging(name: &'static str, error: &dyn std::error::Error) -> DemoError {
    DemoError::Attack(name, error.to_string())
}
