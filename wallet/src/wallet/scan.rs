//! Applying blocks: our notes found, our spends noticed, the note tree kept.

use obolus_abi::{ContractId, FieldBytes, token::TransferMsg};
use obolus_protocol::{
    Amount, Note, Owner, Point,
    deal::LegNote,
    memo::{MemoError, MemoText, RecipientMemo, SelfMemo},
    schnorr::Randomizer,
    tx::Height,
};
use obolus_runtime_api::BlockUpdate;

use super::Wallet;
use crate::{
    directory::Directory,
    events::{Leaf, LedgerEvent, LedgerTx, ScanError},
    history::{Entry, Movement},
    notes::Place,
    view::Follower,
};

/// What a memo about one note told us.
enum Found<M> {
    /// None was for us.
    Nothing,
    /// One was, and it describes the note on the ledger.
    Memo(M),
    /// One was, and it does not.
    Lie,
}

/// What became known of a note that somebody made for us.
struct Told {
    amount: Amount,
    text: MemoText,
    payer: Option<Randomizer>,
}

impl Told {
    fn amount_alone(amount: Amount) -> Self {
        Self {
            amount,
            text: MemoText::default(),
            payer: None,
        }
    }
}

impl Follower for Wallet {
    fn next_height(&self) -> Height {
        self.view.next_height()
    }

    fn apply(&mut self, update: &BlockUpdate) -> Result<(), ScanError> {
        let transactions = self.view.apply(update)?;
        for tx in &transactions {
            for event in &tx.events {
                for leaf in event.leaves() {
                    // The view checked that this is the next position and inside the tree.
                    let position = leaf.position.get();
                    self.tree
                        .append(leaf.commitment.get())
                        .map_err(|_| ScanError::BadLeaf(position))?;
                    self.watch(leaf)?;
                }
                for movement in self.read(event, tx) {
                    self.history.push(Entry {
                        place: tx.place,
                        time_ms: update.time_ms,
                        movement,
                    });
                }
            }
        }
        self.tree.checkpoint();
        self.notes.reservations_mut().expire(self.view.tip());
        Ok(())
    }
}

impl Wallet {
    fn read(&mut self, event: &LedgerEvent, tx: &LedgerTx<'_>) -> Vec<Movement> {
        match event {
            LedgerEvent::Issued { note, .. } => {
                self.incoming(*note, tx, |told, _| Movement::Issued {
                    amount: told.amount,
                    text: told.text,
                })
            }
            LedgerEvent::Transferred { paid, change, msg } => {
                let spent = self.spends(&[msg.nf1, msg.nf2], tx.place);
                let mut movements =
                    self.incoming(*paid, tx, |told, directory| Movement::Received {
                        amount: told.amount,
                        payer: told.payer.and_then(|alpha| payer(&alpha, msg, directory)),
                        text: told.text,
                    });
                let own = self.outgoing(*change, tx, spent, paid_to);
                if own.iter().any(|m| matches!(m, Movement::Merged { .. })) {
                    // Both sides of a payment to oneself are one movement.
                    movements.retain(|m| !matches!(m, Movement::Received { .. }));
                }
                movements.extend(own);
                movements
            }
            LedgerEvent::Redeemed { change, msg, .. } => {
                let spent = self.spends(&[msg.nf1, msg.nf2], tx.place);
                self.outgoing(*change, tx, spent, |memo, _| Movement::Redeemed {
                    amount: memo.paid,
                    text: memo.text.clone(),
                })
            }
            LedgerEvent::Seized {
                paid, change, msg, ..
            } => {
                let spent = self.spends(&[msg.nf1, msg.nf2], tx.place);
                let mut movements = self.incoming(*paid, tx, |told, _| Movement::Received {
                    amount: told.amount,
                    payer: None,
                    text: told.text,
                });
                movements.extend(
                    self.outgoing(*change, tx, spent, |memo, _| Movement::Seized {
                        to: memo.recipient,
                        amount: memo.paid,
                        text: memo.text.clone(),
                    }),
                );
                movements
            }
            LedgerEvent::MigratedOut { change, msg, .. } => {
                let spent = self.spends(&[msg.nf1, msg.nf2], tx.place);
                self.outgoing(*change, tx, spent, |memo, _| Movement::MovedOut {
                    amount: memo.paid,
                })
            }
            LedgerEvent::MigratedIn { note, .. } => {
                self.incoming(*note, tx, |told, _| Movement::MovedIn {
                    amount: told.amount,
                })
            }
            LedgerEvent::Settlement { contract, data } => {
                self.settlement(contract, data, tx);
                Vec::new()
            }
            LedgerEvent::VelocitySet(_) | LedgerEvent::PlaceUsed(_) | LedgerEvent::Registry(_) => {
                Vec::new()
            }
        }
    }

    /// Keeps the path of a note that a deal of ours locks: its payout will need it.
    fn watch(&mut self, leaf: Leaf) -> Result<(), ScanError> {
        let position = leaf.position.get();
        let known = self.deals.known(&leaf.commitment.to_bytes());
        if known.is_some_and(|known| known.which == LegNote::Deposit) {
            self.tree
                .mark(position)
                .map_err(|_| ScanError::BadLeaf(position))?;
        }
        Ok(())
    }

    /// Follows deals; a note that is paid out needs no path any more.
    fn settlement(&mut self, contract: &ContractId, data: &[u8], tx: &LedgerTx<'_>) {
        let token = self.view.token();
        let done = self
            .deals
            .observe(contract, data, tx.memos, &self.keys.ivk, &self.owner);
        for (leg_token, position) in done {
            if leg_token == token {
                self.tree.unmark(position);
            }
        }
    }

    /// What our notes among these nullifiers held; none if no nullifier is ours.
    fn spends(&mut self, nullifiers: &[FieldBytes], place: Place) -> Option<u128> {
        let mut spent = None;
        for nullifier in nullifiers {
            if let Some(owned) = self.notes.nullifier_seen(nullifier, place) {
                *spent.get_or_insert(0) += u128::from(owned.note.value.get());
                let position = owned.position.get();
                self.tree.unmark(position);
            }
        }
        spent
    }

    /// A note that somebody may have made for us.
    fn incoming(
        &mut self,
        leaf: Leaf,
        tx: &LedgerTx<'_>,
        movement: impl FnOnce(Told, &Directory) -> Movement,
    ) -> Vec<Movement> {
        let (ivk, owner, token) = (&self.keys.ivk, self.owner, self.view.token());
        let found = find(tx.memos, |memo| {
            RecipientMemo::open(ivk, owner, &token, leaf.commitment, memo)
        });
        let lie = matches!(found, Found::Lie);
        let told = match found {
            Found::Memo(memo) => {
                self.keep(leaf, memo.note(owner), tx.place);
                Some(Told {
                    amount: memo.value,
                    text: memo.text,
                    payer: memo.payer,
                })
            }
            Found::Lie | Found::Nothing => {
                self.keep_delivered(leaf, tx.place).map(Told::amount_alone)
            }
        };
        let told = told.map(|told| movement(told, self.view.directory()));
        told.or_else(|| lie.then(|| unreadable(leaf)))
            .into_iter()
            .collect()
    }

    /// Our change, if we made the transaction. `spent` is what our spent notes held.
    fn outgoing(
        &mut self,
        leaf: Leaf,
        tx: &LedgerTx<'_>,
        spent: Option<u128>,
        movement: impl FnOnce(&SelfMemo, Owner) -> Movement,
    ) -> Vec<Movement> {
        let (ivk, owner, token) = (&self.keys.ivk, self.owner, self.view.token());
        let found = find(tx.memos, |memo| {
            SelfMemo::open(ivk, owner, &token, leaf.commitment, memo)
        });
        let unexplained = || spent.map(|spent| Movement::Unexplained { spent });
        match found {
            Found::Memo(memo) => {
                self.keep(leaf, memo.change_note(owner), tx.place);
                // The proof conserves value, so a memo that does not is not believed.
                let claimed = u128::from(memo.paid.get()) + u128::from(memo.change.get());
                if spent == Some(claimed) {
                    vec![movement(&memo, owner)]
                } else {
                    unexplained().into_iter().collect()
                }
            }
            Found::Lie => {
                let delivered = self.keep_delivered(leaf, tx.place);
                let lie = delivered.is_none().then(|| unreadable(leaf));
                lie.into_iter().chain(unexplained()).collect()
            }
            Found::Nothing => {
                self.keep_delivered(leaf, tx.place);
                unexplained().into_iter().collect()
            }
        }
    }

    /// Enters a note of ours and keeps its path. Notes without value cannot be spent for anything.
    fn keep(&mut self, leaf: Leaf, note: Note, place: Place) {
        // Appended just now, so it can be marked.
        if note.value > Amount::ZERO && self.tree.mark(leaf.position.get()).is_ok() {
            self.notes
                .receive(leaf.position, note, &self.keys.nk, place);
        }
    }

    /// Enters a note whose opening is known without a memo: it was delivered, or a deal of ours pays it.
    fn keep_delivered(&mut self, leaf: Leaf, place: Place) -> Option<Amount> {
        let delivered = self.delivered.get(&leaf.position).cloned();
        let commitment = leaf.commitment.to_bytes();
        let note = delivered.or_else(|| self.deals.note_for(&commitment, &self.owner))?;
        if note.owner != self.owner || note.commitment() != leaf.commitment {
            return None;
        }
        let value = note.value;
        self.keep(leaf, note, place);
        Some(value)
    }
}

/// Tries every memo: the associated data ties each to one commitment, so the order need not be
/// trusted, and memos of the other kind are told apart by their length.
fn find<M>(memos: &[Vec<u8>], open: impl Fn(&[u8]) -> Result<M, MemoError>) -> Found<M> {
    let mut found = Found::Nothing;
    for memo in memos {
        match open(memo) {
            Ok(memo) => return Found::Memo(memo),
            Err(MemoError::Malformed | MemoError::Commitment) => found = Found::Lie,
            Err(_) => {}
        }
    }
    found
}

fn unreadable(leaf: Leaf) -> Movement {
    Movement::Unreadable {
        position: leaf.position,
    }
}

/// The participant whose key the spend's re-randomises by `alpha`; none if the memo's word is not true.
fn payer(alpha: &Randomizer, msg: &TransferMsg, directory: &Directory) -> Option<Owner> {
    let rk = Point::decode(&msg.rk).ok()?;
    let ak = alpha.derandomize(&rk)?;
    directory.by_ak(&ak).map(|entry| entry.owner)
}

fn paid_to(memo: &SelfMemo, owner: Owner) -> Movement {
    let text = memo.text.clone();
    if memo.recipient == owner {
        Movement::Merged {
            amount: u128::from(memo.paid.get()) + u128::from(memo.change.get()),
            text,
        }
    } else {
        Movement::Sent {
            to: memo.recipient,
            amount: memo.paid,
            text,
        }
    }
}
