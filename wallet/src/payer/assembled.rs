//! From an order to signed bytes.

use obolus_protocol::address::Network;
use obolus_protocol::memo::MemoText;
use obolus_protocol::statement::{RedeemWitness, TransferWitness};
use obolus_protocol::tx::Height;
use obolus_protocol::{Address, Amount};
use rand::rngs::OsRng;

use super::{PayError, Payer, Step};
use crate::assemble::{AssembleError, Move, Payment, Redemption, Unproven};
use crate::config::TokenConfig;
use crate::deal::DealDraft;
use crate::events::ScanError;
use crate::outbox::{Held, Order};
use crate::source::ChainSource;
use crate::view::{Follower, TokenView};
use crate::wallet::Wallet;

/// A payment that was assembled.
pub(crate) enum Assembled {
    Transfer(Box<Unproven<TransferWitness>>),
    Redeem(Box<Unproven<RedeemWitness>>),
    /// What has several statements: a deposit, a move.
    Draft(Box<DealDraft>),
}

/// Assembles an order, with the notes that it is bound to, if it is. A move needs the token that it goes to.
pub(crate) fn assemble(
    wallet: &mut Wallet,
    network: Network,
    (order, successor): (&Order, Option<&TokenView>),
    bound: Option<&Held>,
    expiry: Height,
) -> Result<Assembled, PayError> {
    let select = |wallet: &Wallet, amount| match bound {
        Some(refused) => wallet.select_again(&refused.positions()),
        None => wallet.select(amount),
    };
    Ok(match order {
        Order::Pay {
            to,
            amount,
            text,
            identity,
        } => {
            let payment = Payment {
                to: Address::decode(to, network)?,
                amount: Amount::new(*amount),
                text: MemoText::new(text.clone())?,
                identity: *identity,
                expiry,
            };
            let notes = select(wallet, payment.amount)?;
            let unproven = wallet.transfer_of(&notes, &payment, &mut OsRng)?;
            Assembled::Transfer(Box::new(unproven))
        }
        Order::Redeem {
            amount,
            payout_reference,
            text,
        } => {
            let redemption = Redemption {
                amount: Amount::new(*amount),
                payout_reference: *payout_reference,
                text: MemoText::new(text.clone())?,
                expiry,
            };
            let notes = select(wallet, redemption.amount)?;
            let unproven = wallet.redeem_of(&notes, &redemption, &mut OsRng)?;
            Assembled::Redeem(Box::new(unproven))
        }
        Order::Merge { towards } => {
            let plan = wallet.plan_consolidation(Amount::new(*towards))?;
            let pair = plan.now.first().ok_or(PayError::CannotMerge)?;
            let text = MemoText::new("merge")?;
            Assembled::Transfer(Box::new(wallet.merge(pair, &text, expiry, &mut OsRng)?))
        }
        Order::Deposit { deal, leg, .. } => {
            // A leg that is funded is said to be, whether or not there are notes for it.
            let plan = wallet.fundable(deal, *leg)?;
            let notes = select(wallet, plan.amount)?;
            let draft = wallet.deposit_of(&notes, (deal, *leg), expiry, &mut OsRng)?;
            Assembled::Draft(Box::new(draft))
        }
        Order::Migrate { to, amount, .. } => {
            let successor = successor.ok_or(AssembleError::NotSuccessor)?;
            let order = Move {
                to: Address::decode(to, network)?,
                amount: Amount::new(*amount),
                expiry,
            };
            let notes = select(wallet, order.amount)?;
            let draft = wallet.migrate_of(&notes, successor, &order, &mut OsRng)?;
            Assembled::Draft(Box::new(draft))
        }
        // Made by `join` only, with the transaction that it is part of.
        Order::Joint { .. } => return Err(AssembleError::NotTogether.into()),
    })
}

/// The token that an order moves notes of `token` to, read to the tip; none for other orders.
pub(crate) fn successor(
    node: &impl ChainSource,
    token: &TokenConfig,
    order: &Order,
) -> Result<Option<TokenView>, PayError> {
    let Order::Migrate { successor, .. } = order else {
        return Ok(None);
    };
    let state = node.token_state().map_err(ScanError::Source)?;
    if state.successor != Some(successor.token) {
        return Err(AssembleError::NotSuccessor.into());
    }
    let mut view = TokenView::new(successor.config(token.chain)?);
    view.sync(node)?;
    Ok(Some(view))
}

impl<N> Payer<'_, N> {
    pub(super) fn assemble(
        &self,
        wallet: &mut Wallet,
        order: (&Order, Option<&TokenView>),
        bound: Option<&Held>,
    ) -> Result<Assembled, PayError> {
        let expiry = wallet.default_expiry();
        assemble(wallet, self.network, order, bound, expiry)
    }

    pub(super) fn prove_and_sign(
        &self,
        assembled: Assembled,
        watch: &dyn Fn(Step),
    ) -> Result<Vec<u8>, PayError> {
        watch(Step::Prove);
        let proven = match &assembled {
            Assembled::Transfer(unproven) => unproven.prove(self.prover, self.circuits)?,
            Assembled::Redeem(unproven) => unproven.prove(self.prover, self.circuits)?,
            Assembled::Draft(draft) => {
                let proven = draft.prove(self.prover, self.circuits)?;
                watch(Step::Sign);
                let signed = proven.sign(self.spending, Vec::new(), &mut OsRng)?;
                return Ok(signed.transaction().encode());
            }
        };
        watch(Step::Sign);
        let signed = proven.sign(self.spending, Vec::new(), &mut OsRng)?;
        Ok(signed.transaction().encode())
    }
}

pub(crate) fn held(
    wallet: &Wallet,
    assembled: &Assembled,
    refused: Option<Held>,
) -> Result<Held, PayError> {
    // As long as any of the tries can be in a block, the notes are theirs.
    let until = refused.as_ref().map_or(0, |refused| refused.expiry);
    let earlier = refused.map_or_else(Vec::new, |refused| {
        let mut earlier = refused.earlier;
        earlier.push(refused.tx);
        earlier
    });
    let tx = match assembled {
        Assembled::Transfer(unproven) => unproven.digest(),
        Assembled::Redeem(unproven) => unproven.digest(),
        Assembled::Draft(draft) => draft.digest(),
    };
    let reservation = wallet.notes().reservations().get(&tx);
    let reservation = reservation.ok_or(PayError::Assemble(AssembleError::LostPath))?;
    Ok(Held {
        tx,
        positions: reservation.positions.iter().map(|p| p.get()).collect(),
        expiry: reservation.expiry.0.max(until),
        returning: reservation.returning.get(),
        earlier,
    })
}
