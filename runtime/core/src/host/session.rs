//! What all frames of one call tree share.

use obolus_abi::ContractId;

use crate::exec::{Authorities, BlockEnv, Event};
use crate::overlay::Overlay;

/// The overlay, what the transaction carries, and who is running. It travels from caller to callee and back.
#[derive(Debug)]
pub(crate) struct Session {
    pub overlay: Overlay,
    pub env: BlockEnv,
    pub auth: Authorities,
    /// Events of frames that have not failed.
    pub events: Vec<Event>,
    /// Running contracts, outermost first.
    pub running: Vec<ContractId>,
}

impl Session {
    pub fn new(overlay: Overlay, env: BlockEnv, auth: Authorities) -> Self {
        Self {
            overlay,
            env,
            auth,
            events: Vec::new(),
            running: Vec::new(),
        }
    }

    /// Opens a frame of `contract`; returns the mark for [`Self::close`].
    pub fn open(&mut self, contract: ContractId) -> usize {
        self.running.push(contract);
        self.overlay.begin();
        self.events.len()
    }

    /// Closes the newest frame: keeps its writes and events, or drops them.
    pub fn close(&mut self, mark: usize, keep: bool) {
        self.running.pop();
        if keep {
            self.overlay.commit();
        } else {
            self.overlay.rollback();
            self.events.truncate(mark);
        }
    }

    /// Stands in for a session that cannot be found again.
    pub fn lost() -> Box<Self> {
        let env = BlockEnv {
            chain: obolus_abi::ChainId([0; 32]),
            height: obolus_protocol::tx::Height(0),
            time: obolus_chain::Timestamp(0),
        };
        Box::new(Self::new(Overlay::detached(), env, Authorities::default()))
    }

    /// The overlay and the events.
    pub fn finish(self) -> (Overlay, Vec<Event>) {
        (self.overlay, self.events)
    }
}
