//! Identifiers with a form of their own: BIC, LEI, IBAN, UETR, countries.

use core::fmt;
use core::str::FromStr;

use uuid::{Uuid, Variant};

use crate::text::is_capital_or_digit;

/// Why an identifier was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IdentifierError {
    /// Not as ISO 9362 has it.
    #[error("not a BIC: write 8 or 11 characters, as in BANKDEFFXXX")]
    Bic,
    /// Not as ISO 17442 has it.
    #[error("not an LEI: write 18 capital letters and digits and 2 check digits")]
    Lei,
    /// An LEI whose check digits are wrong.
    #[error("the LEI's check digits are wrong: look for a mistyped character")]
    LeiCheck,
    /// Not as ISO 13616 has it.
    #[error(
        "not an IBAN: write country, 2 check digits and the account, in capital letters without spaces"
    )]
    Iban,
    /// An IBAN whose check digits are wrong.
    #[error("the IBAN's check digits are wrong: look for a mistyped character")]
    IbanCheck,
    /// Not a UUID of version 4 in lower case.
    #[error("not a UETR: write a UUID of version 4 in lower case with hyphens")]
    Uetr,
    /// Not two capital letters.
    #[error("not a country: write the two letters of ISO 3166")]
    Country,
}

/// A business identifier code (ISO 9362): an institution, with or without its branch.
///
/// `Debug` hides it, as it hides LEI and IBAN: who pays whom is what the ledger hides.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Bic(String);

impl Bic {
    /// Takes 8 or 11 characters.
    ///
    /// # Errors
    /// [`IdentifierError::Bic`].
    pub fn new(bic: impl Into<String>) -> Result<Self, IdentifierError> {
        let bic = bic.into();
        let bytes = bic.as_bytes();
        let country = bytes.get(4..6).unwrap_or_default();
        let well_formed = matches!(bytes.len(), 8 | 11)
            && bytes.iter().copied().all(is_capital_or_digit)
            && country.iter().all(u8::is_ascii_uppercase);
        if well_formed {
            Ok(Self(bic))
        } else {
            Err(IdentifierError::Bic)
        }
    }

    /// As written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// With the branch: the head office, which 8 characters mean, is `XXX`.
    pub fn with_branch(&self) -> String {
        match self.0.len() {
            8 => format!("{}XXX", self.0),
            _ => self.0.clone(),
        }
    }
}

/// A legal entity identifier (ISO 17442), its check digits included. `Debug` hides it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Lei(String);

impl Lei {
    /// Takes 20 characters.
    ///
    /// # Errors
    /// [`IdentifierError::Lei`], [`IdentifierError::LeiCheck`].
    pub fn new(lei: impl Into<String>) -> Result<Self, IdentifierError> {
        let lei = lei.into();
        let bytes = lei.as_bytes();
        let check = bytes.get(18..).unwrap_or_default();
        let well_formed = bytes.len() == 20
            && bytes.iter().copied().all(is_capital_or_digit)
            && check.iter().all(u8::is_ascii_digit);
        if !well_formed {
            return Err(IdentifierError::Lei);
        }
        if remainder_of_97(lei.bytes()) != 1 {
            return Err(IdentifierError::LeiCheck);
        }
        Ok(Self(lei))
    }

    /// The identifier.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// An international bank account number (ISO 13616), its check digits included. `Debug` hides it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Iban(String);

impl Iban {
    /// Takes the electronic form: capital letters and digits, no spaces. Lengths by country are not looked up.
    ///
    /// # Errors
    /// [`IdentifierError::Iban`], [`IdentifierError::IbanCheck`].
    pub fn new(iban: impl Into<String>) -> Result<Self, IdentifierError> {
        let iban = iban.into();
        let bytes = iban.as_bytes();
        let well_formed = matches!(bytes.len(), 15..=34)
            && bytes.iter().copied().all(is_capital_or_digit)
            && bytes.iter().take(2).all(u8::is_ascii_uppercase)
            && bytes.iter().skip(2).take(2).all(u8::is_ascii_digit);
        if !well_formed {
            return Err(IdentifierError::Iban);
        }
        let turned = iban.bytes().skip(4).chain(iban.bytes().take(4));
        // 00, 01 and 99 have the remainders of 97, 98 and 02 and would be second spellings of one account.
        let check = bytes.get(2..4).unwrap_or_default();
        if remainder_of_97(turned) != 1 || matches!(check, b"00" | b"01" | b"99") {
            return Err(IdentifierError::IbanCheck);
        }
        Ok(Self(iban))
    }

    /// The electronic form.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// ISO 7064 MOD 97-10 of digits and capital letters, where A is 10 and Z is 35.
fn remainder_of_97(characters: impl Iterator<Item = u8>) -> u32 {
    characters.fold(0, |remainder, byte| match byte {
        b'0'..=b'9' => (remainder * 10 + u32::from(byte - b'0')) % 97,
        _ => (remainder * 100 + u32::from(byte.saturating_sub(b'A')) + 10) % 97,
    })
}

/// A country (ISO 3166 alpha-2). Whether it exists is not looked up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Country([u8; 2]);

impl Country {
    /// Takes two capital letters.
    ///
    /// # Errors
    /// [`IdentifierError::Country`].
    pub fn new(country: &str) -> Result<Self, IdentifierError> {
        match *country.as_bytes() {
            [a, b] if a.is_ascii_uppercase() && b.is_ascii_uppercase() => Ok(Self([a, b])),
            _ => Err(IdentifierError::Country),
        }
    }
}

impl fmt::Display for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [a, b] = self.0.map(char::from);
        write!(f, "{a}{b}")
    }
}

/// The unique end-to-end transaction reference: a UUID of version 4 that a payment keeps through all banks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Uetr(Uuid);

impl Uetr {
    /// Draws a new one.
    pub fn random() -> Self {
        Self(Uuid::new_v4())
    }

    /// Takes a UUID.
    ///
    /// # Errors
    /// [`IdentifierError::Uetr`] if it is not of version 4.
    pub fn from_uuid(uuid: Uuid) -> Result<Self, IdentifierError> {
        if uuid.get_version_num() == 4 && uuid.get_variant() == Variant::RFC4122 {
            Ok(Self(uuid))
        } else {
            Err(IdentifierError::Uetr)
        }
    }

    /// The UUID.
    pub fn uuid(self) -> Uuid {
        self.0
    }
}

impl FromStr for Uetr {
    type Err = IdentifierError;

    /// Reads the one form that the schemas allow: lower case, with hyphens.
    fn from_str(text: &str) -> Result<Self, IdentifierError> {
        let uuid = Uuid::try_parse(text).map_err(|_| IdentifierError::Uetr)?;
        let uetr = Self::from_uuid(uuid)?;
        if uetr.to_string() == text {
            Ok(uetr)
        } else {
            Err(IdentifierError::Uetr)
        }
    }
}

impl fmt::Display for Uetr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.hyphenated().fmt(f)
    }
}

macro_rules! from_str {
    ($($name:ident),*) => {$(
        impl FromStr for $name {
            type Err = IdentifierError;

            fn from_str(text: &str) -> Result<Self, IdentifierError> {
                Self::new(text)
            }
        }
    )*};
}

from_str!(Bic, Lei, Iban, Country);

macro_rules! redacted {
    ($($name:ident),*) => {$(
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(redacted)"))
            }
        }
    )*};
}

redacted!(Bic, Lei, Iban);

#[cfg(test)]
mod tests;
