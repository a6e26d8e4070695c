//! The wallet of one participant in one token: it sees with the full viewing key, and spends only
//! with a spending key that is handed in for each signature.
//!
//! Everything but payments in flight follows from the seed and the chain, so a lost wallet is
//! rebuilt by scanning from the first block.

use std::collections::BTreeMap;

use obolus_abi::{FieldBytes, TxDigest};
use obolus_protocol::{
    Address, Amount, FullViewingKey, MerklePath, Note, Owner,
    audit::AuditorKey,
    memo::MemoText,
    note::Position,
    statement::{RedeemWitness, SpendInput, TransferWitness},
    tree::{NOTE_DEPTH, WitnessTree},
    tx::Height,
};
use rand::{CryptoRng, RngCore};

use crate::{
    assemble::{
        AssembleError, DEFAULT_VALIDITY, PayerIdentity, Payment, Redemption, Spender, Target,
        Unproven, participant,
    },
    config::TokenConfig,
    deal::DealBook,
    history::Entry,
    notes::{Balance, NoteBook},
    reserve::ReserveError,
    select::{Consolidation, SelectError, Selection, consolidate, select},
    view::TokenView,
};

mod scan;
mod snapshot;

pub use snapshot::{BadSnapshot, WalletSnapshot};

/// One participant's notes, history and payments in flight.
pub struct Wallet {
    view: TokenView,
    keys: FullViewingKey,
    owner: Owner,
    tree: WitnessTree<NOTE_DEPTH>,
    notes: NoteBook,
    history: Vec<Entry>,
    delivered: BTreeMap<Position, Note>,
    deals: DealBook,
}

impl Wallet {
    /// A wallet that has seen no block yet.
    pub fn new(config: TokenConfig, keys: FullViewingKey) -> Self {
        Self::with_delivered(config, keys, Vec::new())
    }

    /// The same, with openings of notes that the wallet could not read by itself, as the auditor
    /// delivers them. Each counts only where the ledger has its commitment.
    pub fn with_delivered(
        config: TokenConfig,
        keys: FullViewingKey,
        delivered: Vec<(Position, Note)>,
    ) -> Self {
        Self {
            view: TokenView::new(config),
            owner: keys.owner(),
            keys,
            tree: WitnessTree::new(),
            notes: NoteBook::default(),
            history: Vec::new(),
            delivered: delivered.into_iter().collect(),
            deals: DealBook::default(),
        }
    }

    /// The public side of the token.
    pub const fn view(&self) -> &TokenView {
        &self.view
    }

    /// The keys that the wallet sees with.
    pub const fn keys(&self) -> &FullViewingKey {
        &self.keys
    }

    /// Trusts another auditor key, learnt from the auditor and not from the chain source.
    pub fn trust_auditor(&mut self, key: AuditorKey) {
        self.view.trust_auditor(key);
    }

    /// What payers need.
    pub fn address(&self) -> Address {
        self.keys.address()
    }

    /// What is held, and what of it is in flight.
    pub fn balance(&self) -> Balance {
        self.notes.balance()
    }

    /// The notes, spent ones included.
    pub const fn notes(&self) -> &NoteBook {
        &self.notes
    }

    /// What happened, in the order of the ledger.
    pub fn history(&self) -> &[Entry] {
        &self.history
    }

    /// The deals that this wallet is a party of.
    pub const fn deals(&self) -> &DealBook {
        &self.deals
    }

    /// The default last block of a transaction made now.
    pub const fn default_expiry(&self) -> Height {
        Height(self.view.tip().0 + DEFAULT_VALIDITY)
    }

    /// The anchor that payments made now use: the note tree's root after the last block.
    pub fn anchor(&self) -> FieldBytes {
        obolus_protocol::field::fr_to_bytes(&self.tree.root())
    }

    /// Chooses notes for an amount.
    ///
    /// # Errors
    /// [`AssembleError::Select`], [`AssembleError::ZeroAmount`].
    pub fn select(&self, amount: Amount) -> Result<Selection, AssembleError> {
        if amount == Amount::ZERO {
            return Err(AssembleError::ZeroAmount);
        }
        Ok(select(&self.notes.candidates(), amount)?)
    }

    /// Chooses the notes of an earlier transaction again.
    ///
    /// # Errors
    /// [`AssembleError::Reserve`] when one of them is not free.
    pub fn select_again(&self, positions: &[Position]) -> Result<Selection, AssembleError> {
        let candidates = self.notes.candidates();
        let find = |position: &Position| {
            let found = candidates.iter().find(|note| note.position == *position);
            found.copied().ok_or(ReserveError::NoteTaken)
        };
        let (first, second) = match positions {
            [first] => (find(first)?, None),
            [first, second] => (find(first)?, Some(find(second)?)),
            _ => return Err(AssembleError::LostPath),
        };
        let second_value = second.map_or(Amount::ZERO, |note| note.value);
        let total = first.value.checked_add(second_value);
        Ok(Selection {
            first,
            second,
            total: total.ok_or(SelectError::Insufficient)?,
        })
    }

    /// Assembles a payment with the notes that suit it best, and reserves them.
    ///
    /// # Errors
    /// [`AssembleError`]; nothing is reserved then.
    pub fn transfer<R: RngCore + CryptoRng>(
        &mut self,
        payment: &Payment,
        rng: &mut R,
    ) -> Result<Unproven<TransferWitness>, AssembleError> {
        let selection = self.select(payment.amount)?;
        self.transfer_of(&selection, payment, rng)
    }

    /// The same with chosen notes.
    ///
    /// # Errors
    /// [`AssembleError`]; nothing is reserved then.
    pub fn transfer_of<R: RngCore + CryptoRng>(
        &mut self,
        selection: &Selection,
        payment: &Payment,
        rng: &mut R,
    ) -> Result<Unproven<TransferWitness>, AssembleError> {
        if payment.to.owner == self.owner {
            return Err(AssembleError::SelfPayment);
        }
        let recipient = participant(&self.view, &payment.to)?;
        let unproven = self.spender(selection, rng)?.pay(
            recipient,
            payment.amount,
            (&payment.text, payment.identity),
            payment.expiry,
            rng,
        )?;
        self.reserve(&unproven, selection, unproven.witness().change)?;
        Ok(unproven)
    }

    /// Assembles a redemption with the notes that suit it best, and reserves them.
    ///
    /// # Errors
    /// [`AssembleError`]; nothing is reserved then.
    pub fn redeem<R: RngCore + CryptoRng>(
        &mut self,
        order: &Redemption,
        rng: &mut R,
    ) -> Result<Unproven<RedeemWitness>, AssembleError> {
        let selection = self.select(order.amount)?;
        self.redeem_of(&selection, order, rng)
    }

    /// The same with chosen notes.
    ///
    /// # Errors
    /// [`AssembleError`]; nothing is reserved then.
    pub fn redeem_of<R: RngCore + CryptoRng>(
        &mut self,
        selection: &Selection,
        order: &Redemption,
        rng: &mut R,
    ) -> Result<Unproven<RedeemWitness>, AssembleError> {
        let unproven = self.spender(selection, rng)?.redeem(order, rng)?;
        self.reserve(&unproven, selection, unproven.witness().change)?;
        Ok(unproven)
    }

    /// How much the next payment of a series takes that empties the wallet: two notes' worth, and at most the limit; none when
    /// nothing is free.
    pub fn next_of_all(&self) -> Option<Amount> {
        let entry = self.view.directory().by_owner(&self.owner);
        let limit = entry.map_or(Amount::ZERO, |entry| entry.limit);
        let candidates = self.notes.candidates();
        let mut values: Vec<Amount> = candidates.iter().map(|note| note.value).collect();
        values.sort_unstable();
        let largest = values.pop().unwrap_or(Amount::ZERO);
        let both = largest.checked_add(values.pop().unwrap_or(Amount::ZERO));
        let amount = both.unwrap_or(largest).min(limit);
        (amount != Amount::ZERO).then_some(amount)
    }

    /// Which merges bring `amount` within reach of one payment.
    ///
    /// # Errors
    /// [`AssembleError::Select`] if there is not enough money.
    pub fn plan_consolidation(&self, amount: Amount) -> Result<Consolidation, AssembleError> {
        Ok(consolidate(&self.notes.candidates(), amount)?)
    }

    /// Assembles a merge of two notes and reserves them. It pays nothing to oneself and returns
    /// everything as change, so no limit stands in its way.
    ///
    /// # Errors
    /// [`AssembleError`]; nothing is reserved then.
    pub fn merge<R: RngCore + CryptoRng>(
        &mut self,
        pair: &Selection,
        text: &MemoText,
        expiry: Height,
        rng: &mut R,
    ) -> Result<Unproven<TransferWitness>, AssembleError> {
        let own = self.view.directory().by_owner(&self.owner);
        let own = own.ok_or(AssembleError::NotRegistered)?;
        let unproven = self.spender(pair, rng)?.pay(
            own,
            Amount::ZERO,
            (text, PayerIdentity::Hidden),
            expiry,
            rng,
        )?;
        self.reserve(&unproven, pair, unproven.witness().change)?;
        Ok(unproven)
    }

    /// Reserves the notes of a transaction that was assembled earlier and is still in flight.
    ///
    /// # Errors
    /// [`AssembleError::Reserve`] when another transaction holds one of them.
    pub fn hold(
        &mut self,
        tx: TxDigest,
        positions: Vec<Position>,
        expiry: Height,
        returning: Amount,
    ) -> Result<(), AssembleError> {
        Ok(self.notes.reserve(tx, positions, expiry, returning)?)
    }

    /// Frees the notes of a transaction that was refused, or was never handed to anybody. One that
    /// may still be included keeps its notes until it expires.
    pub fn release(&mut self, tx: &TxDigest) {
        self.notes.reservations_mut().release(tx);
    }

    /// The inputs of a spend: one or two notes, a dummy in the place of a missing one.
    pub(crate) fn spender<R: RngCore + CryptoRng>(
        &self,
        selection: &Selection,
        rng: &mut R,
    ) -> Result<Spender<'_>, AssembleError> {
        let second = match selection.second {
            Some(second) => self.input(second.position)?,
            None => SpendInput::dummy(rng),
        };
        Ok(Spender {
            view: &self.view,
            keys: &self.keys,
            inputs: [self.input(selection.first.position)?, second],
            total: selection.total,
        })
    }

    fn input(&self, position: Position) -> Result<SpendInput, AssembleError> {
        let owned = self.notes.get(&position).ok_or(AssembleError::LostPath)?;
        let path = self.path_of(position.get())?;
        Ok(SpendInput::real(&owned.note, path))
    }

    /// The way from a note that the wallet keeps track of to [`Self::anchor`].
    pub(crate) fn path_of(&self, position: u64) -> Result<MerklePath<NOTE_DEPTH>, AssembleError> {
        let path = self.tree.path(position);
        path.map_err(|_| AssembleError::LostPath)
    }

    /// A payee, to be paid together with others.
    pub(crate) fn target<R: RngCore + CryptoRng>(
        &self,
        payment: &Payment,
        rng: &mut R,
    ) -> Result<Target<'_>, AssembleError> {
        let to = &payment.to;
        if to.owner == self.owner {
            return Err(AssembleError::SelfPayment);
        }
        Target::of(participant(&self.view, to)?, payment.identity, rng)
    }

    fn reserve<W: crate::prove::Statement>(
        &mut self,
        unproven: &Unproven<W>,
        selection: &Selection,
        returning: Amount,
    ) -> Result<(), AssembleError> {
        let expiry = unproven.body().expiry;
        let positions = selection.positions();
        Ok(self
            .notes
            .reserve(unproven.digest(), positions, expiry, returning)?)
    }
}

#[cfg(test)]
mod tests;
