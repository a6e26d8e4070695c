//! This wallet's part of a transaction that several wallets sign: proved and signed once, however often it is asked for.
//!
//! The part is in the outbox before anybody else gets it, so its notes stay reserved until the transaction is in a block
//! or can no longer be.

use obolus_protocol::Amount;
use obolus_protocol::tx::{Transaction, TxBody};
use rand::rngs::OsRng;

use super::{PayError, Payer, Session, Step};
use crate::assemble::AssembleError;
use crate::deal::together::{Share, part_of};
use crate::outbox::{Held, Order, PaymentId, Record, Stage, Submitter};
use crate::source::ChainSource;

impl<N: ChainSource + Submitter> Payer<'_, N> {
    /// Proves and signs all of this wallet's payments in a transaction, or returns what it signed before: a transaction
    /// with this wallet's proofs and signatures only, which no node takes without the others'.
    ///
    /// # Errors
    /// [`PayError`]: a share that is not in the transaction as it was offered, notes that are spent or promised to
    /// another payment, a transaction that has come to its end.
    pub fn join(
        &self,
        order: &Order,
        shares: &[Share],
        body: &TxBody,
        watch: &dyn Fn(Step),
    ) -> Result<Transaction, PayError> {
        let digest = body.digest();
        let id = PaymentId::of_joint(&digest);
        watch(Step::Sync);
        let mut session = Session::begin(self.directory, self.token, self.keys, self.node)?;
        if let Some(found) = session.record(id)? {
            return match found.stage {
                Stage::Signed { bytes, .. } => read(&bytes),
                Stage::Reserved(_) => Err(PayError::Busy(id)),
                stage => Err(PayError::Ended(id, stage.name())),
            };
        }
        let _live = session.live(id)?.ok_or(PayError::Busy(id))?;
        watch(Step::Select);
        let assemble = AssembleError::from;
        body.check_expiry(session.wallet.view().next_height())
            .map_err(assemble)?;
        let mut positions = Vec::new();
        let mut returning = 0_u64;
        let mut drafts = Vec::new();
        for share in shares {
            drafts.push(share.draft(body, self.keys.ak)?);
            // Spent, or held by another payment.
            let notes = session.wallet.select_again(share.positions());
            notes.map_err(|_| PayError::Withdrawn)?;
            positions.extend_from_slice(share.positions());
            returning = returning.saturating_add(share.change().get());
        }
        let mut distinct = positions.clone();
        distinct.sort_unstable();
        distinct.dedup();
        if distinct.len() != positions.len() {
            return Err(PayError::Withdrawn);
        }
        let held = Held {
            tx: digest,
            positions: positions.iter().map(|position| position.get()).collect(),
            expiry: body.expiry.0,
            returning,
            earlier: Vec::new(),
        };
        session
            .wallet
            .hold(digest, positions, body.expiry, Amount::new(returning))?;
        let record = session.reserve(id, order, &held)?;
        drop(session);

        watch(Step::Prove);
        let part = part_of(
            body,
            &drafts,
            self.spending,
            (self.prover, self.circuits),
            &mut OsRng,
        );
        let session = Session::quiet(self.directory)?;
        let part = match part {
            Ok(part) => part,
            Err(error) => {
                session.give_up(record)?;
                return Err(error.into());
            }
        };
        let bytes = part.encode();
        session.put(&Record {
            stage: Stage::Signed { held, bytes },
            ..record
        })?;
        Ok(part)
    }
}

fn read(bytes: &[u8]) -> Result<Transaction, PayError> {
    Transaction::decode(bytes).map_err(|error| AssembleError::Tx(error).into())
}
