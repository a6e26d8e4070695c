//! The macro that declares messages and events; natively they describe themselves, see `schema`.

/// Declares messages and events: structs with named fields and enums, whose variants are bare, have named fields or
/// hold values. All have borsh, `Clone`, `Debug` and equality, and natively `schema::Describe`; other attributes stay as
/// they are. The crate that uses it depends on `borsh`.
///
/// ```
/// obolus_abi::schema_types! {
///     /// What `add` takes.
///     #[derive(Copy)]
///     pub struct AddMsg {
///         /// How much.
///         pub step: u64,
///     }
///     /// What the counter emits.
///     pub enum CounterEvent {
///         /// It was counted.
///         Counted {
///             /// The new sum.
///             sum: u64,
///         },
///         /// Somebody wanted too much.
///         Refused(AddMsg),
///         /// It starts again.
///         Reset,
///     }
/// }
/// ```
#[macro_export]
macro_rules! schema_types {
    () => {};
    (
        $(#[$($attr:tt)*])*
        pub struct $name:ident {
            $( $(#[$($field_attr:tt)*])* pub $field:ident : $ty:ty ),* $(,)?
        }
        $($rest:tt)*
    ) => {
        $(#[$($attr)*])*
        #[derive(Clone, Debug, PartialEq, Eq, $crate::schema_borsh::BorshSerialize, $crate::schema_borsh::BorshDeserialize)]
        pub struct $name {
            $( $(#[$($field_attr)*])* pub $field: $ty, )*
        }
        #[cfg(not(target_arch = "wasm32"))]
        impl $crate::schema::Describe for $name {
            fn describe(types: &mut $crate::schema::Types) -> $crate::schema::Shape {
                types.define(stringify!($name), &[$( $crate::__schema_doc!($($attr)*) ),*], |types| {
                    let _ = &types;
                    $crate::schema::Body::Struct([$( $crate::schema::Field {
                        name: stringify!($field),
                        doc: $crate::schema::words(&[$( $crate::__schema_doc!($($field_attr)*) ),*]),
                        shape: <$ty as $crate::schema::Describe>::describe(types),
                    } ),*].into())
                })
            }
        }
        $crate::schema_types! { $($rest)* }
    };
    (
        $(#[$($attr:tt)*])*
        pub enum $name:ident {
            $( $(#[$($variant_attr:tt)*])* $variant:ident
                $({ $( $(#[$($field_attr:tt)*])* $field:ident : $ty:ty ),* $(,)? })?
                $(( $( $value:ty ),+ $(,)? ))? ),* $(,)?
        }
        $($rest:tt)*
    ) => {
        $(#[$($attr)*])*
        #[derive(Clone, Debug, PartialEq, Eq, $crate::schema_borsh::BorshSerialize, $crate::schema_borsh::BorshDeserialize)]
        pub enum $name {
            $( $(#[$($variant_attr)*])* $variant
                $({ $( $(#[$($field_attr)*])* $field: $ty, )* })?
                $(( $( $value ),+ ))?, )*
        }
        #[cfg(not(target_arch = "wasm32"))]
        impl $crate::schema::Describe for $name {
            fn describe(types: &mut $crate::schema::Types) -> $crate::schema::Shape {
                types.define(stringify!($name), &[$( $crate::__schema_doc!($($attr)*) ),*], |types| {
                    let _ = &types;
                    $crate::schema::Body::Enum([$( $crate::schema::Variant {
                        name: stringify!($variant),
                        doc: $crate::schema::words(&[$( $crate::__schema_doc!($($variant_attr)*) ),*]),
                        content: $crate::schema::Content::new(
                            [$($( $crate::schema::Field {
                                name: stringify!($field),
                                doc: $crate::schema::words(&[$( $crate::__schema_doc!($($field_attr)*) ),*]),
                                shape: <$ty as $crate::schema::Describe>::describe(types),
                            } ),*)?].into(),
                            [$($( <$value as $crate::schema::Describe>::describe(types) ),+)?].into(),
                        ),
                    } ),*].into())
                })
            }
        }
        $crate::schema_types! { $($rest)* }
    };
}

/// The text of an attribute that is a line of documentation; nothing for others.
#[doc(hidden)]
#[macro_export]
macro_rules! __schema_doc {
    (doc = $doc:literal) => {
        $doc
    };
    ($($other:tt)*) => {
        ""
    };
}
