//! Payments of several users in one transaction, all or nothing: atomic delivery versus payment, and netting.

use alloc::vec::Vec;

use crate::ContractId;
use crate::token::TransferMsg;

crate::schema_types! {
    /// A user's payment at a token. Its proof is bound to the settlement contract as the caller, and the transaction is
    /// signed under its `rk`.
    pub struct Payment {
        /// The token.
        pub token: ContractId,
        /// The payment.
        pub transfer: TransferMsg,
    }
    /// Arguments of dvp's `swap`. The transaction has one pair of memos for each payment, in their order.
    pub struct SwapMsg {
        /// The payments, at two different tokens.
        pub payments: [Payment; 2],
    }
    /// Arguments of netting's `settle`. The transaction has one pair of memos for each payment, in their order.
    pub struct NetMsg {
        /// Hash of the obligations that the payments discharge; only the participants know them.
        pub obligations: [u8; 32],
        /// The net payments: at least one, at most 8 ([`MAX_LEGS`](super::MAX_LEGS)).
        pub payments: Vec<Payment>,
    }
    /// What netting emits.
    pub enum NetEvent {
        /// A cycle was settled.
        Settled {
            /// Hash of the obligations.
            obligations: [u8; 32],
            /// How many payments it took.
            payments: u8,
        },
    }
}
