//! The wallet of an institution, as a library: key store, scanning, note selection, transaction
//! assembly; and the issuer's and the auditor's views of a token.
//!
//! - [`keystore`] keeps a seed in a file under a passphrase. Everything else follows from the seed
//!   and the chain.
//! - [`source`] is where blocks come from; [`view`] follows the public side of one token: the
//!   directory, the auditor's key, the counters.
//! - [`wallet`] finds the holder's notes with the full viewing key, keeps their paths and history,
//!   and chooses ([`select`]) and reserves ([`reserve`]) notes for payments.
//! - [`assemble`] turns orders into transactions: unproven → proven → signed. [`prove`] is the seam
//!   to a prover, which gets a witness and can never spend.
//! - [`store`] keeps what was scanned between runs, [`outbox`] what is in flight, and [`payer`] makes payments
//!   with both, each exactly once; [`client`] talks to a node.
//! - [`deal`] is a party's side of settlement contracts: terms, book, deposits, payouts.
//! - [`balance`] and [`disclose`] show one verifier what the wallet holds, or one payment.
//! - [`committee`] holds keys that t of n people share, by key ceremonies and signatures in files; [`treasury`] is a wallet
//!   whose spending key is one.
//! - [`auditor`] opens every ciphertext and keeps the ledger of who paid whom.
//!
//! A payment, from the seed to the bytes that are submitted:
//!
//! ```no_run
//! use obolus_protocol::{Address, Amount, FullViewingKey, Seed, SpendingKey, memo::MemoText};
//! use obolus_wallet::*;
//!
//! fn pay(
//!     config: TokenConfig,
//!     source: &dyn ChainSource,
//!     prover: &dyn StatementProver,
//!     keys: &CircuitKeys,
//!     seed: &Seed,
//!     to: Address,
//! ) -> Result<Vec<u8>, Box<dyn std::error::Error>> {
//!     let mut wallet = Wallet::new(config, FullViewingKey::from_seed(seed));
//!     wallet.sync(source)?;
//!     let payment = Payment {
//!         to,
//!         amount: Amount::new(12_345),
//!         text: MemoText::new("invoice 7")?,
//!         identity: PayerIdentity::Shown,
//!         expiry: wallet.default_expiry(),
//!     };
//!     let mut rng = rand::rngs::OsRng;
//!     let unproven = wallet.transfer(&payment, &mut rng)?;
//!     let proven = unproven.prove(prover, keys)?;
//!     let signed = proven.sign(&SpendingKey::from_seed(seed), Vec::new(), &mut rng)?;
//!     Ok(signed.transaction().encode())
//! }
//! ```
//!
//! What must never live here: contracts, the ledger, a node. A wallet sees blocks through
//! [`source::ChainSource`] and hands out bytes.

pub mod assemble;
pub mod auditor;
pub mod balance;
#[cfg(feature = "client")]
pub mod client;
pub mod committee;
pub mod config;
pub mod deal;
pub mod directory;
pub mod disclose;
pub mod events;
pub mod files;
pub mod history;
pub mod keystore;
#[cfg(feature = "local-proving")]
pub mod local;
pub mod notes;
pub mod outbox;
pub mod payer;
pub mod prove;
#[cfg(feature = "client")]
pub mod remote;
pub mod reserve;
pub mod roles;
pub mod select;
pub mod source;
pub mod store;
#[cfg(test)]
mod testing;
pub mod treasury;
pub mod view;
pub mod wallet;

pub use assemble::{
    AssembleError, Attestation, AttestedSums, BackedIssue, Counted, Entering, IssueRequest, Opened,
    OpenedSupply, Opening, OpeningError, PayerIdentity, Payment, Proven, Redemption, Registration,
    SeizedNotes, SeizureOrder, Source, SumsError, Unproven, check_order,
};
pub use auditor::AuditorView;
pub use config::TokenConfig;
pub use events::ScanError;
pub use keystore::{KeyFile, KeystoreError, Passphrase, WorkFactor};
pub use notes::Balance;
pub use prove::{CircuitKeys, ProverError, StatementProver};
pub use source::{ChainSource, SourceError};
pub use view::{Follower, TokenView};
pub use wallet::Wallet;
