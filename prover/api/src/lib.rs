//! What the proving service and its clients tell each other.
//!
//! A client seals a witness to the service's key ([`SealingKey::seal`]), posts a [`ProofRequest`] and gets a [`JobView`],
//! at first of a queued job and in the end of one that [`State`] calls final. A succeeded job carries the proof in the form
//! of snarkjs and a [`Receipt`] signed by whoever proved it. The service's keys are one text, [`ServiceKeys`], that clients
//! pin.
//!
//! Nothing here proves or verifies: a client must verify the proof under its own key, whatever the receipt says.
//!
//! [`client`] (feature `client`) sends requests so that an interrupted one is never proved twice.

mod circuit;
#[cfg(feature = "client")]
pub mod client;
mod digest;
mod job;
mod keys;
mod name;
mod proof;
mod receipt;
mod request;
mod seal;

pub use circuit::{CircuitList, CircuitView, PublishedKeys, Usage, VersionView};
pub use digest::{Digest, DigestError};
pub use job::{JobFailure, JobId, JobIdError, JobView, Stage, StageError, State, StateError};
pub use keys::{KeyError, ReceiptKey, ReceiptSigner, ServiceKeys, ServiceSecret};
pub use name::{IdempotencyKey, IdempotencyKeyError, Priority, PriorityError};
pub use proof::{ProofJson, Proved};
pub use receipt::{Receipt, ReceiptError, Subject};
pub use request::{ProofRequest, RequestError};
pub use seal::{OpeningKey, SealError, SealedWitness, SealingKey};
