//! Submitting signed bytes, and writing down what comes of them.

use std::time::Duration;

use obolus_protocol::FullViewingKey;

use super::{Paid, PayError, Session, Step};
use crate::config::TokenConfig;
use crate::outbox::{Live, Record, Stage, Submission, Submitter};
use crate::source::ChainSource;
use crate::store::WalletDir;

/// What it takes to submit what is signed already.
pub(crate) struct Delivery<'a, N> {
    pub(crate) directory: &'a WalletDir,
    pub(crate) token: TokenConfig,
    pub(crate) keys: &'a FullViewingKey,
    pub(crate) node: &'a N,
    /// How long to wait for a block.
    pub(crate) wait: Duration,
}

impl<N: ChainSource + Submitter> Delivery<'_, N> {
    /// Submits a signed payment and writes down what comes of it.
    pub(crate) fn run(
        &self,
        record: Record,
        live: Live,
        watch: &dyn Fn(Step),
    ) -> Result<Paid, PayError> {
        let Stage::Signed { held, bytes } = &record.stage else {
            return Ok(record.into());
        };
        watch(Step::Submit);
        let answer = self.node.submit(bytes, self.wait);
        let answer = answer.map_err(|failure| PayError::in_flight(record.id, &failure))?;
        // Only blocks are believed: if it is in one after all, that is what counts.
        let settle = || -> Result<Record, PayError> {
            let session = Session::begin(self.directory, self.token, self.keys, self.node)?;
            let found = session.record(record.id)?;
            let Submission::Refused { code, message } = answer else {
                return Ok(found.unwrap_or_else(|| record.clone()));
            };
            if let Some(other) = found.filter(|found| !found.is_signed(&held.tx)) {
                return Ok(other);
            }
            let refused = Record {
                stage: Stage::Refused {
                    held: held.clone(),
                    code,
                    message,
                },
                ..record.clone()
            };
            session.put(&refused)?;
            Ok(refused)
        };
        let settled = settle().map_err(|error| PayError::in_flight(record.id, &error))?;
        drop(live);
        Ok(settled.into())
    }
}
