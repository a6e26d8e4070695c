//! One element.

use core::str::FromStr;

use zeroize::Zeroizing;

use crate::error::{Fault, MessageError};
use crate::money::{Currency, Money};

/// An element with either text or children, never both.
#[derive(Default)]
pub(crate) struct Node {
    pub(super) name: String,
    pub(super) currency: Option<String>,
    pub(super) text: Zeroizing<String>,
    pub(super) children: Vec<Self>,
    /// Whether a comment stood in it.
    pub(super) commented: bool,
}

impl Node {
    /// The name without prefix.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Reads the text of an element that has nothing else.
    ///
    /// # Errors
    /// [`Fault::Unexpected`] for children or an attribute; what `T` says about the text.
    pub(crate) fn value<T>(self) -> Result<T, MessageError>
    where
        T: FromStr<Err: Into<Fault>>,
    {
        if self.currency.is_some() {
            return Err(Fault::Unexpected.into());
        }
        Ok(self.leaf()?.parse().map_err(Into::into)?)
    }

    /// Reads an amount and its attribute `Ccy`.
    ///
    /// # Errors
    /// [`Fault::Money`]; [`Fault::Missing`] without the attribute.
    pub(crate) fn money(mut self) -> Result<Money, MessageError> {
        let currency = self.currency.take().ok_or(Fault::Missing);
        let currency = currency.map_err(|fault| MessageError::at("@Ccy", fault))?;
        let currency = Currency::new(&currency).map_err(|error| MessageError::at("@Ccy", error))?;
        Ok(Money::parse(self.leaf()?, currency)?)
    }

    /// One of a list of values.
    ///
    /// # Errors
    /// [`Fault::NotListed`].
    pub(crate) fn one_of<T: Copy>(self, values: &[(&str, T)]) -> Result<T, MessageError> {
        if self.currency.is_some() {
            return Err(Fault::Unexpected.into());
        }
        let text = self.leaf()?;
        let found = values.iter().find(|(value, _)| *value == text);
        found
            .map(|(_, meaning)| *meaning)
            .ok_or_else(|| Fault::NotListed.into())
    }

    fn leaf(&self) -> Result<&str, MessageError> {
        match self.children.first() {
            Some(child) => Err(MessageError::at(shown(&child.name), Fault::Unexpected)),
            None => Ok(&self.text),
        }
    }
}

/// A name from outside, short and harmless enough for an error.
pub(super) fn shown(name: &str) -> String {
    name.chars()
        .take(40)
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '?' })
        .collect()
}
