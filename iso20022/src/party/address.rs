//! Postal addresses: the elements of `PostalAddress24` in their order.

use crate::error::{MessageError, Refusal};
use crate::identifier::Country;
use crate::text::{Text, TextError};
use crate::xml::{Fields, Node, Writer};

macro_rules! address {
    ($($(#[doc = $doc:literal])+ $field:ident $element:ident $max:literal,)+) => {
        /// A postal address (`PostalAddress24`).
        #[derive(Clone, Debug, Default, PartialEq, Eq)]
        pub struct Address {
            $($(#[doc = $doc])+ pub $field: Option<Text<$max>>,)+
            /// Country.
            pub country: Option<Country>,
            /// Lines of an address without structure.
            pub lines: AddressLines,
        }

        impl Address {
            pub(crate) fn read(node: Node) -> Result<Self, MessageError> {
                let mut fields = Fields::of(node)?;
                fields.refuse(&["AdrTp"], Refusal::Detail)?;
                let address = Self {
                    $($field: fields.maybe(stringify!($element), Node::value)?,)+
                    country: fields.maybe("Ctry", Node::value)?,
                    lines: AddressLines(fields.many("AdrLine", AddressLines::MAX, Node::value)?),
                };
                fields.end()?;
                Ok(address)
            }

            pub(crate) fn write(&self, writer: &mut Writer) {
                $(writer.maybe(stringify!($element), self.$field.as_ref().map(Text::as_str));)+
                writer.maybe("Ctry", self.country.map(|country| country.to_string()));
                for line in self.lines.get() {
                    writer.leaf("AdrLine", line.as_str());
                }
            }
        }
    };
}

address! {
    /// Department.
    department Dept 70,
    /// Part of a department.
    sub_department SubDept 70,
    /// Street.
    street StrtNm 70,
    /// Number of the building.
    building_number BldgNb 16,
    /// Name of the building.
    building_name BldgNm 35,
    /// Floor.
    floor Flr 70,
    /// Post box.
    post_box PstBx 16,
    /// Room.
    room Room 70,
    /// Post code.
    post_code PstCd 16,
    /// Town.
    town TwnNm 35,
    /// Place within the town.
    town_location TwnLctnNm 35,
    /// District.
    district DstrctNm 35,
    /// Province or state.
    subdivision CtrySubDvsn 35,
}

/// At most [`Self::MAX`] lines.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AddressLines(Vec<Text<70>>);

impl AddressLines {
    /// Most lines.
    pub const MAX: usize = 7;

    /// Takes lines.
    ///
    /// # Errors
    /// [`TextError::TooManyLines`].
    pub fn new(lines: Vec<Text<70>>) -> Result<Self, TextError> {
        if lines.len() > Self::MAX {
            return Err(TextError::TooManyLines(Self::MAX));
        }
        Ok(Self(lines))
    }

    /// The lines.
    pub fn get(&self) -> &[Text<70>] {
        &self.0
    }
}
