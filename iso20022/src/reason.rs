//! Reasons of rejections: the part of ISO's external code list that a bank on the ledger needs.

use core::fmt;

macro_rules! reasons {
    ($($(#[doc = $doc:literal])+ $code:ident,)+) => {
        /// Why a payment is rejected (`ExternalStatusReason1Code`).
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Reason {
            $($(#[doc = $doc])+ $code,)+
        }

        impl Reason {
            /// Every reason.
            pub const ALL: &[Self] = &[$(Self::$code),+];

            /// The four characters.
            pub const fn code(self) -> &'static str {
                match self {
                    $(Self::$code => stringify!($code),)+
                }
            }
        }
    };
}

reasons! {
    /// The account number is wrong.
    AC01,
    /// The creditor's account number is wrong or missing.
    AC03,
    /// The account is closed.
    AC04,
    /// The account is blocked: on the ledger, the participant is frozen.
    AC06,
    /// The transaction is forbidden on this kind of account.
    AG01,
    /// The transaction is not supported: the ledger cannot carry it out as it is written.
    AG03,
    /// The amount is zero.
    AM01,
    /// The amount is not allowed.
    AM02,
    /// The currency is not the ledger's.
    AM03,
    /// The funds do not suffice.
    AM04,
    /// The payment was made before.
    AM05,
    /// The control sum is not the sum of the transactions.
    AM10,
    /// The amount is invalid or missing.
    AM12,
    /// The amount exceeds the limit of the clearing system.
    AM13,
    /// The amount exceeds the limit agreed between bank and client: on the ledger, a participant's limit per transfer.
    AM14,
    /// The number of transactions is invalid or missing.
    AM18,
    /// The creditor's bank is not registered with the clearing system.
    CNOR,
    /// The debtor's bank is not registered with the clearing system.
    DNOR,
    /// The date is invalid.
    DT01,
    /// The message's id was used before.
    DU01,
    /// The transaction's id, which the UETR is, was used before.
    DU03,
    /// The end-to-end id was used before.
    DU04,
    /// The instruction's id was used before.
    DU05,
    /// The settlement failed.
    ED05,
    /// The file or message is invalid.
    FF01,
    /// The reason is in the text.
    NARR,
    /// A bank's identifier is incorrect.
    RC01,
    /// A regulation forbids it.
    RR04,
    /// It came after the cut-off.
    TM01,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}
