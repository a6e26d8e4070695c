//! Preparing a treasury's transactions, and submitting them when enough members have approved.

use std::path::PathBuf;
use std::time::Duration;

use borsh::{BorshDeserialize, BorshSerialize};
use obolus_abi::{PointBytes, TxDigest};
use obolus_protocol::FullViewingKey;
use obolus_protocol::address::Network;
use obolus_protocol::field::{scalar_from_bytes, scalar_to_bytes};
use obolus_protocol::schnorr::Randomizer;
use obolus_protocol::tx::{Height, SpendSignature, Transaction};
use obolus_protocol::{Address, Amount, statement::RegisterWitness};
use rand::rngs::OsRng;
use zeroize::{Zeroize, ZeroizeOnDrop};

use super::{Known, TreasuryError};
use crate::assemble::{AssembleError, Entering, Registration, Unproven, with_signature};
use crate::committee::Detail;
use crate::config::TokenConfig;
use crate::outbox::{Held, Live, Order, PaymentId, Record, Stage, Submitter};
use crate::payer::{
    Assembled, Delivery, Paid, PayError, Resumed, Session, Step, assemble, held, successor,
};
use crate::prove::{CircuitKeys, StatementProver};
use crate::source::ChainSource;
use crate::store::{WalletDir, io, make_private};
use crate::view::TokenView;

/// For how many blocks a proposal may be included: approvals are collected by hand, and no chain allows many more.
const VALIDITY: u64 = 900;

/// Prepares and submits for one treasury.
pub struct Treasurer<'a, N> {
    /// The treasury's wallet.
    pub directory: &'a WalletDir,
    /// Which token.
    pub token: TokenConfig,
    /// How addresses begin.
    pub network: Network,
    /// Sees.
    pub keys: &'a FullViewingKey,
    /// The node.
    pub node: &'a N,
    /// How long to wait for a block.
    pub wait: Duration,
}

/// What is to be approved.
pub struct Prepared {
    /// With its proofs, without the group's signature.
    pub transaction: Transaction,
    /// What members need to see what it does.
    pub detail: Detail,
    /// The re-randomiser that it is signed with.
    pub alpha: Randomizer,
}

/// What a prepared payment needs besides its bytes, to be proposed again to other signers.
#[derive(BorshSerialize, BorshDeserialize, Zeroize, ZeroizeOnDrop)]
struct Kept {
    alpha: [u8; 32],
    detail: Detail,
}

impl<N: ChainSource + Submitter> Treasurer<'_, N> {
    /// Chooses notes, proves, and keeps the notes reserved. Under the same name the same transaction comes out again, for
    /// other signers; one that was refused or has expired is assembled anew with the same notes, so that at most one of
    /// both can ever be in a block.
    ///
    /// # Errors
    /// [`TreasuryError`]; nothing is reserved then.
    pub fn propose(
        &self,
        id: PaymentId,
        order: &Order,
        (prover, circuits): (&dyn StatementProver, &CircuitKeys),
        watch: &dyn Fn(Step),
    ) -> Result<Prepared, TreasuryError> {
        watch(Step::Sync);
        // Read before the directory is locked: it may take a while.
        let successor = successor(self.node, &self.token, order)?;
        let mut session = Session::begin(self.directory, self.token, self.keys, self.node)?;
        let mut bound = None;
        if let Some(found) = session.record(id)? {
            if found.order != *order {
                return Err(PayError::OtherOrder(id).into());
            }
            match &found.stage {
                Stage::Signed { bytes, .. } => return self.again(id, bytes),
                Stage::Reserved(_) => return Err(PayError::Busy(id).into()),
                Stage::Committed { .. } => {
                    return Err(TreasuryError::NotProposed(id, found.stage.name()));
                }
                Stage::Refused { .. } | Stage::Expired { .. } => {
                    bound = session.bound_to(&found.stage).cloned();
                }
            }
        }
        let _live = session.live(id)?.ok_or(PayError::Busy(id))?;
        watch(Step::Select);
        let expiry = Height(session.wallet.view().tip().0.saturating_add(VALIDITY));
        let order_of = (order, successor.as_ref());
        let assembled = self.assemble(&mut session, order_of, bound.as_ref(), expiry)?;
        let known = Known::listed(session.wallet.view(), &self.keys.owner());
        let held = held(&session.wallet, &assembled, bound)?;
        let record = session.reserve(id, order, &held)?;
        drop(session);

        watch(Step::Prove);
        let proved = self.prove((order, &known), &assembled, prover, circuits);
        let session = Session::quiet(self.directory)?;
        let prepared = match proved {
            Ok(prepared) => prepared,
            Err(error) => {
                // It never left this machine: its notes come free at once.
                session.give_up(record)?;
                return Err(error);
            }
        };
        let kept = Kept {
            alpha: scalar_to_bytes(prepared.alpha.scalar()),
            detail: prepared.detail.clone(),
        };
        let folder = self.directory.proposals();
        make_private(&folder).map_err(io("creating", &folder))?;
        self.directory.write(&self.path(id), &name(id), &kept)?;
        // Before anybody else gets it: from now on the notes are reserved until its last block.
        let bytes = prepared.transaction.encode();
        session.put(&Record {
            stage: Stage::Signed { held, bytes },
            ..record
        })?;
        Ok(prepared)
    }

    /// Assembles the treasury's entry into the registry, proved: in the place of the participant with the address `replaces`, if
    /// it takes over from one. Without a limit it has that one's, or none.
    ///
    /// # Errors
    /// [`TreasuryError`]; [`AssembleError::UnknownRecipient`] if nobody is registered under that address.
    pub fn register(
        &self,
        limit: Option<Amount>,
        replaces: Option<&Address>,
        (prover, circuits): (&dyn StatementProver, &CircuitKeys),
    ) -> Result<Prepared, TreasuryError> {
        let session = Session::begin(self.directory, self.token, self.keys, self.node)?;
        let view = session.wallet.view();
        let (entering, allowed) = match replaces {
            None => (Entering::Anew, Amount::MAX),
            Some(old) => {
                let old = view.directory().by_owner(&old.owner);
                let old = old.ok_or(AssembleError::UnknownRecipient)?;
                (Entering::Rotating(old.slot), old.limit)
            }
        };
        let registration = Registration {
            limit: limit.unwrap_or(allowed),
            entering,
            expiry: Height(view.tip().0.saturating_add(VALIDITY)),
        };
        let unproven =
            Unproven::<RegisterWitness>::register(view, self.keys, &registration, &mut OsRng)?;
        drop(session);
        Ok(Prepared {
            transaction: unproven.prove(prover, circuits)?.unsigned()?,
            detail: Detail::Register,
            alpha: Randomizer::zero(),
        })
    }

    /// Submits a proposal that was prepared here, with the group's signature; submitting again is safe.
    ///
    /// # Errors
    /// [`TreasuryError::Unknown`] for one that was not prepared here. The payment is in flight only after
    /// [`PayError::Node`].
    pub fn deliver(
        &self,
        unsigned: Transaction,
        signature: SpendSignature,
        key: &PointBytes,
        watch: &dyn Fn(Step),
    ) -> Result<Paid, TreasuryError> {
        let signed = with_signature(unsigned, signature, key)?;
        let bytes = signed.transaction().encode();
        let tx = signed.transaction().id();
        watch(Step::Sync);
        let session = Session::begin(self.directory, self.token, self.keys, self.node)?;
        let record = self.find(&session, &tx)?;
        let Stage::Signed { held, .. } = &record.stage else {
            return Ok(record.into());
        };
        let id = record.id;
        if held.tx != tx {
            return Err(TreasuryError::NotProposed(id, "replaced by a later try"));
        }
        let live = session.live(id)?.ok_or(PayError::Busy(id))?;
        let record = Record {
            stage: Stage::Signed {
                held: held.clone(),
                bytes,
            },
            ..record
        };
        // On disk before it is submitted.
        session.put(&record)?;
        drop(session);
        Ok(self.delivery().run(record, live, watch)?)
    }

    /// Goes on with everything that was signed and is in no block yet: what came of each.
    ///
    /// # Errors
    /// [`TreasuryError`]; nothing was submitted then.
    pub fn resume(&self, watch: &dyn Fn(Step)) -> Result<Vec<Resumed>, TreasuryError> {
        watch(Step::Sync);
        let session = Session::begin(self.directory, self.token, self.keys, self.node)?;
        let records = session.records()?;
        let mut results = Vec::new();
        for record in records {
            if let Stage::Signed { bytes, .. } = &record.stage
                && !is_proposal(bytes)?
                && let Some(live) = session.live(record.id)?
            {
                results.push((record, live));
            }
        }
        drop(session);
        let delivery = self.delivery();
        let deliver =
            |(record, live): (Record, Live)| (record.id, delivery.run(record, live, watch));
        Ok(results.into_iter().map(deliver).collect())
    }

    fn delivery(&self) -> Delivery<'_, N> {
        Delivery {
            directory: self.directory,
            token: self.token,
            keys: self.keys,
            node: self.node,
            wait: self.wait,
        }
    }

    fn find(&self, session: &Session<'_>, tx: &TxDigest) -> Result<Record, TreasuryError> {
        let is_it = |record: &Record| match &record.stage {
            Stage::Reserved(held) | Stage::Signed { held, .. } | Stage::Refused { held, .. } => {
                held.is_by(tx)
            }
            Stage::Committed { tx: own, .. } | Stage::Expired { tx: own } => own == tx,
        };
        let mut records = session.records()?.into_iter();
        records.find(is_it).ok_or(TreasuryError::Unknown)
    }

    fn assemble(
        &self,
        session: &mut Session<'_>,
        order: (&Order, Option<&TokenView>),
        bound: Option<&Held>,
        expiry: Height,
    ) -> Result<Assembled, TreasuryError> {
        match order.0 {
            Order::Pay { .. } | Order::Redeem { .. } | Order::Merge { .. } => {}
            // To others it would be a payment in a token that the members do not see.
            Order::Migrate { to, .. } if *to == self.keys.address().encode(self.network) => {}
            Order::Deposit { .. } | Order::Joint { .. } | Order::Migrate { .. } => {
                return Err(TreasuryError::Unsupported);
            }
        }
        let wallet = &mut session.wallet;
        Ok(assemble(wallet, self.network, order, bound, expiry)?)
    }

    fn prove(
        &self,
        (order, known): (&Order, &Known),
        assembled: &Assembled,
        prover: &dyn StatementProver,
        circuits: &CircuitKeys,
    ) -> Result<Prepared, TreasuryError> {
        let (proven, alpha, detail) = match assembled {
            Assembled::Transfer(unproven) => {
                let newest = known.newest().map(|newest| newest.encode(self.network));
                let detail = match order {
                    Order::Pay { to, .. } if Some(to) == newest.as_ref() => {
                        Detail::Move { to: to.clone() }
                    }
                    Order::Pay { to, .. } => Detail::Transfer { to: to.clone() },
                    _ => Detail::Transfer {
                        to: self.keys.address().encode(self.network),
                    },
                };
                let proven = unproven.prove(prover, circuits)?;
                (proven, &unproven.witness().alpha, detail)
            }
            Assembled::Redeem(unproven) => {
                let Order::Redeem { text, .. } = order else {
                    return Err(TreasuryError::Unsupported);
                };
                let detail = Detail::Redeem {
                    payout: text.clone(),
                    blinding: scalar_to_bytes(unproven.witness().s.scalar()),
                };
                let proven = unproven.prove(prover, circuits)?;
                (proven, &unproven.witness().alpha, detail)
            }
            Assembled::Draft(draft) => {
                let [alpha] = draft.alphas() else {
                    return Err(TreasuryError::Unsupported);
                };
                return Ok(Prepared {
                    transaction: draft.prove(prover, circuits)?.unsigned()?,
                    detail: Detail::Migration,
                    alpha: alpha.clone(),
                });
            }
        };
        Ok(Prepared {
            transaction: proven.unsigned()?,
            detail,
            alpha: alpha.clone(),
        })
    }

    /// The proposal of a payment that waits for approvals.
    fn again(&self, id: PaymentId, bytes: &[u8]) -> Result<Prepared, TreasuryError> {
        if !is_proposal(bytes)? {
            return Err(TreasuryError::NotProposed(id, "in_flight"));
        }
        let kept = self.kept(id)?.ok_or(TreasuryError::Unknown)?;
        let alpha = scalar_from_bytes(&kept.alpha).map_err(|_| TreasuryError::Unknown)?;
        Ok(Prepared {
            transaction: Transaction::decode(bytes).map_err(AssembleError::Tx)?,
            detail: kept.detail.clone(),
            alpha: Randomizer::new(alpha),
        })
    }

    /// Whether a payment was proposed as a move to the treasury's own new key.
    pub(super) fn is_move(&self, id: PaymentId) -> Result<bool, TreasuryError> {
        let kept = self.kept(id)?;
        Ok(kept.is_some_and(|kept| matches!(kept.detail, Detail::Move { .. })))
    }

    fn kept(&self, id: PaymentId) -> Result<Option<Kept>, TreasuryError> {
        Ok(self.directory.read(&self.path(id), &name(id))?)
    }

    fn path(&self, id: PaymentId) -> PathBuf {
        self.directory.proposals().join(id.to_string())
    }
}

fn name(id: PaymentId) -> String {
    format!("proposal {id}")
}

/// Whether a record's bytes lack the group's signature.
pub(super) fn is_proposal(bytes: &[u8]) -> Result<bool, TreasuryError> {
    let transaction = Transaction::decode(bytes).map_err(AssembleError::Tx)?;
    Ok(transaction.spend_signatures.is_empty())
}

#[cfg(test)]
mod tests;
