//! What comes between a wallet and its node.

use std::time::Duration;

use obolus_abi::{registry::RegistryState, token::TokenState};
use obolus_protocol::tx::Height;
use obolus_runtime_api::BlockUpdate;

use crate::outbox::{Submission, SubmitFailure, Submitter};
use crate::source::{ChainSource, SourceError};

/// A node with something that happens when a transaction is submitted to it, by `submit`: what that gives is the answer.
pub(crate) struct Between<N, F> {
    pub(crate) node: N,
    pub(crate) submit: F,
}

impl<N, F> Submitter for Between<&N, F>
where
    N: Submitter,
    F: Fn(&N, &[u8], Duration) -> Result<Submission, SubmitFailure>,
{
    fn submit(&self, bytes: &[u8], wait: Duration) -> Result<Submission, SubmitFailure> {
        (self.submit)(self.node, bytes, wait)
    }
}

impl<N: ChainSource, F> ChainSource for Between<&N, F> {
    fn tip(&self) -> Result<Height, SourceError> {
        self.node.tip()
    }

    fn updates(&self, from: Height) -> Result<Vec<BlockUpdate>, SourceError> {
        self.node.updates(from)
    }

    fn registry_state(&self) -> Result<RegistryState, SourceError> {
        self.node.registry_state()
    }

    fn token_state(&self) -> Result<TokenState, SourceError> {
        self.node.token_state()
    }
}
