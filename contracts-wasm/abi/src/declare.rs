//! The macro that declares messages and events; natively they describe themselves, see `schema`.

/// Declares messages and events: structs with named fields and enums of bare or named-field variants, with borsh and
/// `schema::Describe`. The crate that uses it depends on `borsh`.
///
/// ```
/// obolus_abi::schema_types! {
///     /// What `add` takes.
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
///         /// It starts again.
///         Reset,
///     }
/// }
/// ```
#[macro_export]
macro_rules! schema_types {
    () => {};
    (
        $(#[doc = $doc:literal])*
        pub struct $name:ident {
            $( $(#[doc = $field_doc:literal])* pub $field:ident : $ty:ty ),* $(,)?
        }
        $($rest:tt)*
    ) => {
        $(#[doc = $doc])*
        #[derive(Clone, Debug, PartialEq, Eq, $crate::schema_borsh::BorshSerialize, $crate::schema_borsh::BorshDeserialize)]
        pub struct $name {
            $( $(#[doc = $field_doc])* pub $field: $ty, )*
        }
        #[cfg(not(target_arch = "wasm32"))]
        impl $crate::schema::Describe for $name {
            fn describe(types: &mut $crate::schema::Types) -> $crate::schema::Shape {
                types.define(stringify!($name), &[$($doc),*], |types| {
                    let _ = &types;
                    $crate::schema::Body::Struct([$( $crate::schema::Field {
                        name: stringify!($field),
                        doc: $crate::schema::words(&[$($field_doc),*]),
                        shape: <$ty as $crate::schema::Describe>::describe(types),
                    } ),*].into())
                })
            }
        }
        $crate::schema_types! { $($rest)* }
    };
    (
        $(#[doc = $doc:literal])*
        pub enum $name:ident {
            $( $(#[doc = $variant_doc:literal])* $variant:ident
                $({ $( $(#[doc = $field_doc:literal])* $field:ident : $ty:ty ),* $(,)? })? ),* $(,)?
        }
        $($rest:tt)*
    ) => {
        $(#[doc = $doc])*
        #[derive(Clone, Debug, PartialEq, Eq, $crate::schema_borsh::BorshSerialize, $crate::schema_borsh::BorshDeserialize)]
        pub enum $name {
            $( $(#[doc = $variant_doc])* $variant $({ $( $(#[doc = $field_doc])* $field: $ty, )* })?, )*
        }
        #[cfg(not(target_arch = "wasm32"))]
        impl $crate::schema::Describe for $name {
            fn describe(types: &mut $crate::schema::Types) -> $crate::schema::Shape {
                types.define(stringify!($name), &[$($doc),*], |types| {
                    let _ = &types;
                    $crate::schema::Body::Enum([$( $crate::schema::Variant {
                        name: stringify!($variant),
                        doc: $crate::schema::words(&[$($variant_doc),*]),
                        fields: [$($( $crate::schema::Field {
                            name: stringify!($field),
                            doc: $crate::schema::words(&[$($field_doc),*]),
                            shape: <$ty as $crate::schema::Describe>::describe(types),
                        } ),*)?].into(),
                    } ),*].into())
                })
            }
        }
        $crate::schema_types! { $($rest)* }
    };
}
