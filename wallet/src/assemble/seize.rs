//! Seizing a frozen participant's notes, by order.
//!
//! The auditor has the notes and the nullifier key ([`Recovery`]) and makes the proof; the issuer's role holders sign. Neither
//! can seize alone: the auditor's signature moves nothing, and the issuer has no witness. The change goes back to the frozen
//! participant, as the statement demands of every payment, with a memo that it can read.

use std::collections::BTreeSet;

use obolus_abi::{registry::RegistryState, token::SeizeMsg};
use obolus_protocol::{
    Address, Amount, MerklePath,
    audit::AuditScalar,
    field::fr_from_bytes,
    memo::{Blind, MemoText, RcmSource, RecipientMemo, SelfMemo},
    note::Position,
    schnorr::Randomizer,
    statement::{RegistryLeafWitness, SpendInput, TransferWitness},
    tree::{NOTE_DEPTH, WitnessTree},
    tx::Height,
};
use obolus_runtime_api::BlockUpdate;
use rand::{CryptoRng, RngCore};

use super::{
    AssembleError, Authority, Call, Opening, Unproven, auditor, leaf, opening::Second, participant,
    transfer_message,
};
use crate::{
    auditor::Recovery,
    config::TokenConfig,
    events::{LedgerEvent, ScanError, read_block},
    select::{Candidate, Selection, select},
    source::ChainSource,
    view::{Follower, TokenView},
};

/// Name of the token's entry.
pub(super) const SEIZE: &str = "seize";

/// An order to seize.
#[derive(Clone)]
pub struct SeizureOrder {
    /// Who gets the money: the participant's new slot after a lost key, or whom a court names.
    pub to: Address,
    /// How much; not zero.
    pub amount: Amount,
    /// Hash of the order that is carried out; public.
    pub case: [u8; 32],
    /// What both sides read with it.
    pub text: MemoText,
    /// The last block that may include it.
    pub expiry: Height,
}

/// The notes that a seizure takes, with their paths to one anchor.
pub struct SeizedNotes {
    selection: Selection,
    paths: Vec<MerklePath<NOTE_DEPTH>>,
}

impl SeizedNotes {
    /// Chooses notes for an amount, and reads the note tree once more to find their paths. The source learns nothing of
    /// which notes these are.
    ///
    /// # Errors
    /// [`AssembleError`]; two notes at most can be taken at once.
    pub fn find(
        recovery: &Recovery,
        amount: Amount,
        view: &TokenView,
        source: &dyn ChainSource,
    ) -> Result<Self, AssembleError> {
        let notes = recovery.notes.iter().map(|found| Candidate {
            position: found.position,
            value: found.note.value,
        });
        let selection = select(&notes.collect::<Vec<_>>(), amount)?;
        let paths = paths(view, source, &selection.positions())?;
        Ok(Self { selection, paths })
    }
}

impl Unproven<TransferWitness> {
    /// Assembles a seizure; the issuer's role holders sign it, after they have checked its opening.
    ///
    /// # Errors
    /// [`AssembleError`]: among others [`AssembleError::NotSeizable`] before the registry's delay is over, and
    /// [`AssembleError::OverLimit`] above the limit of the frozen leaf.
    pub fn seize<R: RngCore + CryptoRng>(
        view: &TokenView,
        registry: &RegistryState,
        (recovery, notes): (&Recovery, &SeizedNotes),
        order: &SeizureOrder,
        rng: &mut R,
    ) -> Result<(Self, Opening), AssembleError> {
        if order.amount == Amount::ZERO {
            return Err(AssembleError::ZeroAmount);
        }
        let frozen = view.directory().by_owner(&recovery.owner);
        let frozen = frozen.ok_or(AssembleError::UnknownRecipient)?;
        let root = registry.seizable.ok_or(AssembleError::NotSeizable)?.root;
        let root = fr_from_bytes(&root).map_err(|_| AssembleError::NotSeizable)?;
        if order.amount > frozen.limit {
            return Err(AssembleError::OverLimit);
        }
        let (token, text) = (view.token(), &order.text);
        let to = participant(view, &order.to)?;
        let change = notes.selection.total.checked_sub(order.amount);
        let blind = Blind::random(rng);
        let rcm = RcmSource::Bound(blind.clone());
        let witness = TransferWitness {
            ak: recovery.ak,
            nk: recovery.nk.clone(),
            alpha: Randomizer::random(rng),
            inputs: notes.inputs(recovery, rng)?,
            recipient: to.owner,
            pay: order.amount,
            change: change.ok_or(AssembleError::Overflow)?,
            rcm1: rcm.rcm(&token, text),
            sender_leaf: RegistryLeafWitness {
                limit: frozen.limit,
                path: view.directory().frozen_path(frozen, root)?,
            },
            recipient_leaf: leaf(view, to)?,
            r: AuditScalar::random(rng),
            auditor: auditor(view)?,
        };
        let (note, back) = (witness.recipient_note(), witness.change_note());
        let to_recipient = RecipientMemo {
            token,
            value: note.value,
            rcm: rcm.clone(),
            payer: None,
            text: text.clone(),
        };
        let to_frozen = SelfMemo {
            token,
            change: back.value,
            change_rcm: back.rcm.clone(),
            paid: order.amount,
            recipient: to.owner,
            paid_rcm: Some(rcm),
            payer: witness.alpha.clone(),
            text: text.clone(),
        };
        let frozen_key = frozen.epk.ok_or(AssembleError::NoEncryptionKey)?;
        let memos = vec![
            to_recipient.seal(&order.to.epk, note.commitment(), rng)?,
            to_frozen.seal(&frozen_key, back.commitment(), rng)?,
        ];
        let message = SeizeMsg {
            transfer: transfer_message(&witness),
            case: order.case,
        };
        let call = Call::new(token, SEIZE, &message, memos, order.expiry);
        let opening = Opening {
            to: order.to,
            amount: order.amount,
            text: order.text.clone(),
            blind,
            second: Second::Seizure {
                from: Address {
                    owner: recovery.owner,
                    epk: frozen_key,
                },
                change: back.value,
                change_rcm: back.rcm.clone(),
            },
        };
        let unproven = Self::new(view, call, (witness, None), Authority::Roles)?;
        Ok((unproven, opening))
    }
}

impl SeizedNotes {
    fn inputs<R: RngCore + CryptoRng>(
        &self,
        recovery: &Recovery,
        rng: &mut R,
    ) -> Result<[SpendInput; 2], AssembleError> {
        let mut inputs = self
            .selection
            .positions()
            .into_iter()
            .zip(&self.paths)
            .map(|(position, path)| {
                let found = recovery.notes.iter().find(|n| n.position == position);
                let found = found.ok_or(AssembleError::LostPath)?;
                Ok(SpendInput::real(&found.note, path.clone()))
            })
            .collect::<Result<Vec<_>, AssembleError>>()?;
        if inputs.len() == 1 {
            inputs.push(SpendInput::dummy(rng));
        }
        inputs.try_into().map_err(|_| AssembleError::LostPath)
    }
}

/// The ways from leaves to the note tree's root as of the view's tip.
fn paths(
    view: &TokenView,
    source: &dyn ChainSource,
    positions: &[Position],
) -> Result<Vec<MerklePath<NOTE_DEPTH>>, AssembleError> {
    let mut notes = NoteTree {
        config: *view.config(),
        positions,
        tree: WitnessTree::new(),
        next: Height(1),
    };
    notes
        .sync_to(view.tip(), source)
        .map_err(AssembleError::Scan)?;
    positions
        .iter()
        .map(|position| notes.tree.path(position.get()))
        .collect::<Result<_, _>>()
        .map_err(|_| AssembleError::LostPath)
}

/// Reads nothing but leaves, and remembers the ways from some of them.
struct NoteTree<'a> {
    config: TokenConfig,
    positions: &'a [Position],
    tree: WitnessTree<NOTE_DEPTH>,
    next: Height,
}

impl Follower for NoteTree<'_> {
    fn next_height(&self) -> Height {
        self.next
    }

    fn apply(&mut self, update: &BlockUpdate) -> Result<(), ScanError> {
        ScanError::check_next(update, self.next)?;
        // Settlement contracts make no notes, so it does not matter which are approved.
        let transactions = read_block(update, &self.config, &BTreeSet::new())?;
        let leaves = transactions.iter().flat_map(|tx| &tx.events);
        for leaf in leaves.flat_map(LedgerEvent::leaves) {
            let position = leaf.position;
            let bad = |_| ScanError::BadLeaf(position.get());
            self.tree.append(leaf.commitment.get()).map_err(bad)?;
            if self.positions.contains(&position) {
                self.tree.mark(position.get()).map_err(bad)?;
            }
        }
        self.tree.checkpoint();
        self.next = Height(update.height.saturating_add(1));
        Ok(())
    }
}

#[cfg(test)]
mod tests;
