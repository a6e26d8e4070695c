//! Deals: what a party of a settlement contract's deal knows, checks, signs and proves.
//!
//! - [`terms`]: what the parties agreed on, and every commitment that follows from it;
//! - [`book`]: the deals of a wallet, found on the chain with its viewing key, and how far they are;
//! - [`draft`]: a transaction with several proofs and signatures: unproven → proven → signed;
//! - [`open`], [`fund`], [`payout`], [`say`]: the transactions of a deal;
//! - [`together`]: payments of several wallets in one transaction;
//! - [`offers`]: this wallet's shares of such transactions, on disk until they are signed.
//!
//! A wallet enters a deal in its book only if the ledger shows exactly the commitments that follow from the terms, so
//! whatever is in the book can be funded safely. See `docs/settlement.md`.

pub mod book;
pub mod draft;
pub mod fund;
pub mod offers;
pub mod open;
pub mod payout;
pub mod say;
pub mod terms;
pub mod together;

pub use book::{Deal, DealBook, LegRecord};
pub use draft::{DealDraft, DealProven};
pub use terms::{Kind, LegPlan, Party, Terms, TermsError};
