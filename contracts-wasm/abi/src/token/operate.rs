//! What the operator sets.

use super::{Circuit, VelocityRule};
use crate::KeyId;

crate::schema_types! {
    /// Arguments of `set_switch`.
    #[derive(Copy)]
    pub struct SetSwitchMsg {
        /// Which circuit.
        pub circuit: Circuit,
        /// Accepted or refused.
        pub enabled: bool,
    }
    /// Arguments of `set_pin`.
    #[derive(Copy)]
    pub struct SetPinMsg {
        /// Which circuit.
        pub circuit: Circuit,
        /// The verifying key accepted from now on.
        pub key: KeyId,
    }
    /// Arguments of `set_paused`.
    #[derive(Copy)]
    pub struct SetPausedMsg {
        /// Paused: no issue, transfer or redemption.
        pub paused: bool,
    }
    /// Arguments of `set_velocity`.
    #[derive(Copy)]
    pub struct SetVelocityMsg {
        /// The rule from now on; none for no limit. Quotas begin anew.
        pub rule: Option<VelocityRule>,
    }
}
