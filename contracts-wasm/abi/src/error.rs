//! Contract errors: a stable code and a sentence, the same on both sides of the boundary.

use alloc::string::String;

use borsh::{BorshDeserialize, BorshSerialize};

/// What a contract reverts with. Codes are stable; messages may be reworded.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct ContractError {
    /// Stable code; registry errors are 100–199, token errors 200–299, the system
    /// contract's 300–399, settlement errors 400–499, SDK errors 1–99.
    pub code: u16,
    /// Stable snake-case name of the code.
    pub name: String,
    /// What happened and what to do next.
    pub message: String,
}

impl core::fmt::Display for ContractError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "{} ({}): {}", self.name, self.code, self.message)
    }
}

/// Declares an error enum with a stable code, name and message per variant, and its conversion
/// into [`ContractError`].
#[macro_export]
macro_rules! contract_errors {
    ($(#[$doc:meta])* $name:ident { $( $(#[$vdoc:meta])* $variant:ident = $code:literal, $text_name:literal, $message:literal; )+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[repr(u16)]
        pub enum $name {
            $( $(#[$vdoc])* $variant = $code, )+
        }

        impl $name {
            /// Every variant, in the order of declaration.
            pub const ALL: &'static [Self] = &[$( Self::$variant ),+];

            /// Stable code.
            pub const fn code(self) -> u16 {
                self as u16
            }

            /// Stable snake-case name.
            pub const fn name(self) -> &'static str {
                match self { $( Self::$variant => $text_name, )+ }
            }

            /// What happened and what to do next.
            pub const fn message(self) -> &'static str {
                match self { $( Self::$variant => $message, )+ }
            }
        }

        impl From<$name> for $crate::ContractError {
            fn from(error: $name) -> Self {
                Self {
                    code: error.code(),
                    name: error.name().into(),
                    message: error.message().into(),
                }
            }
        }
    };
}
