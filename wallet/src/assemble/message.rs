//! From a finished witness to the message that shows its public inputs.
//!
//! Messages hold every public input but the auditor's key, which the contract knows, and the context,
//! which follows from the transaction.

use obolus_abi::{
    registry::{RegisterMsg, RotateMsg},
    token::{IssueMsg, RedeemLimitedMsg, RedeemMsg, TransferLimitedMsg, TransferMsg},
};
use obolus_protocol::{
    Fr,
    address::EncryptionKey,
    field::fr_to_bytes,
    note::Slot,
    schnorr::Randomizer,
    statement::{IssueWitness, RedeemWitness, RegisterWitness, Rule, TransferWitness},
    tx::Height,
};

use rand::{CryptoRng, RngCore};

use super::{
    AssembleError, Authority, Call, Entering, Registration, Unproven, issue::ISSUE, ticket::ticket,
};
use crate::view::TokenView;

/// Stands in for the context while the message is made; messages do not hold it.
pub(super) const NO_CONTEXT: u64 = 0;

/// The message that shows a transfer's public inputs, whether or not the statement holds.
pub fn transfer_message(witness: &TransferWitness) -> TransferMsg {
    let public = witness
        .public_inputs(Fr::from(NO_CONTEXT))
        .map(|input| fr_to_bytes(&input));
    TransferMsg {
        anchor: public.anchor,
        sender_root: public.sender_root,
        recipient_root: public.recipient_root,
        nf1: public.nf1,
        nf2: public.nf2,
        cm1: public.cm1,
        cm2: public.cm2,
        rk: witness.alpha.randomize(witness.ak.point()).encode(),
        r: witness.r.ephemeral().encode(),
        c1: public.c1,
        c2: public.c2,
    }
}

/// The message that shows a redemption's public inputs, whether or not the statement holds.
pub(super) fn redeem_message(witness: &RedeemWitness, payout_reference: [u8; 32]) -> RedeemMsg {
    let public = witness.public_inputs(Fr::from(NO_CONTEXT));
    let public = public.map(|input| fr_to_bytes(&input));
    RedeemMsg {
        anchor: public.anchor,
        sender_root: public.sender_root,
        nf1: public.nf1,
        nf2: public.nf2,
        cm2: public.cm2,
        rk: witness.alpha.randomize(witness.ak.point()).encode(),
        cv: witness.value_commitment().point().encode(),
        r: witness.r.ephemeral().encode(),
        c1: public.c1,
        c2: public.c2,
        payout_reference,
    }
}

impl Unproven<TransferWitness> {
    /// A payment from a finished witness. `memos` are the recipient's ciphertext and the sender's
    /// own. For notes that are kept elsewhere; a [`Wallet`](crate::wallet::Wallet) chooses and
    /// reserves its own.
    ///
    /// # Errors
    /// [`AssembleError`] if the statement does not hold, or a limit is broken.
    pub fn from_witness<R: RngCore + CryptoRng>(
        view: &TokenView,
        witness: TransferWitness,
        memos: Vec<Vec<u8>>,
        expiry: Height,
        rng: &mut R,
    ) -> Result<Self, AssembleError> {
        let msg = transfer_message(&witness);
        let authority = Authority::Holder {
            ak: witness.ak,
            alpha: witness.alpha.clone(),
        };
        let ticket = ticket(view, &witness.nk, &witness.inputs[0], rng)?;
        let token = view.token();
        let (call, ticket) = match ticket {
            None => (Call::new(token, "transfer", &msg, memos, expiry), None),
            Some((place, ticket)) => {
                let msg = TransferLimitedMsg {
                    transfer: msg,
                    place,
                };
                let call = Call::new(token, "transfer_limited", &msg, memos, expiry);
                (call, Some(ticket))
            }
        };
        Self::new(view, call, (witness, ticket), authority)
    }
}

impl Unproven<RedeemWitness> {
    /// A redemption from a finished witness; `memos` is the holder's own ciphertext.
    ///
    /// # Errors
    /// [`AssembleError`] if the statement does not hold, or a limit is broken.
    pub fn from_witness<R: RngCore + CryptoRng>(
        view: &TokenView,
        witness: RedeemWitness,
        (payout_reference, memos): ([u8; 32], Vec<Vec<u8>>),
        expiry: Height,
        rng: &mut R,
    ) -> Result<Self, AssembleError> {
        let msg = redeem_message(&witness, payout_reference);
        let authority = Authority::Holder {
            ak: witness.ak,
            alpha: witness.alpha.clone(),
        };
        let ticket = ticket(view, &witness.nk, &witness.inputs[0], rng)?;
        let token = view.token();
        let (call, ticket) = match ticket {
            None => (Call::new(token, "redeem", &msg, memos, expiry), None),
            Some((place, ticket)) => {
                let msg = RedeemLimitedMsg { redeem: msg, place };
                let call = Call::new(token, "redeem_limited", &msg, memos, expiry);
                (call, Some(ticket))
            }
        };
        Self::new(view, call, (witness, ticket), authority)
    }
}

impl Unproven<IssueWitness> {
    /// An issue from a finished witness; `memos` is the recipient's ciphertext.
    ///
    /// # Errors
    /// [`AssembleError`] if the statement does not hold, a limit is broken, or the nonce is no counter.
    pub fn from_witness(
        view: &TokenView,
        witness: IssueWitness,
        memos: Vec<Vec<u8>>,
        expiry: Height,
    ) -> Result<Self, AssembleError> {
        let public = witness.public_inputs(Fr::from(NO_CONTEXT));
        let public = public.map(|input| fr_to_bytes(&input));
        let msg = IssueMsg {
            recipient_root: public.recipient_root,
            cm1: public.cm1,
            cv: witness.value_commitment().point().encode(),
            r: witness.r.ephemeral().encode(),
            c1: public.c1,
            c2: public.c2,
            c3: public.c3,
            nonce: witness.nonce.counter().ok_or(Rule::Nonce)?,
        };
        let call = Call::new(view.token(), ISSUE, &msg, memos, expiry);
        Self::new(view, call, (witness, None), Authority::Roles)
    }
}

impl Unproven<RegisterWitness> {
    /// A registration from a finished witness.
    ///
    /// # Errors
    /// [`AssembleError`] if the statement does not hold, or a limit is broken.
    pub fn from_witness(
        view: &TokenView,
        witness: RegisterWitness,
        epk: &EncryptionKey,
        registration: &Registration,
    ) -> Result<Self, AssembleError> {
        let public = witness.public_inputs(Fr::from(NO_CONTEXT));
        let public = public.map(|input| fr_to_bytes(&input));
        let msg = RegisterMsg {
            owner: public.owner,
            ak: witness.ak.point().encode(),
            epk: *epk.as_bytes(),
            limit: registration.limit.get(),
            r: witness.r.ephemeral().encode(),
            c1: public.c1,
        };
        // Signed under ak itself, which shows that the participant holds it.
        let authority = Authority::Holder {
            ak: witness.ak,
            alpha: Randomizer::zero(),
        };
        let registry = view.config().registry;
        let expiry = registration.expiry;
        let replace = |entry, slot: Slot, register| {
            let msg = RotateMsg {
                slot: slot.get(),
                register,
            };
            Call::new(registry, entry, &msg, Vec::new(), expiry)
        };
        let call = match registration.entering {
            Entering::Anew => Call::new(registry, "register", &msg, Vec::new(), expiry),
            Entering::Rotating(slot) => replace("rotate", slot, msg),
            Entering::Recovering(slot) => replace("recover", slot, msg),
        };
        Self::new(view, call, (witness, None), authority)
    }
}
