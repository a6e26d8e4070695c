//! The children of an element in the order of its schema.

use std::iter::Peekable;
use std::vec::IntoIter;

use crate::error::{Fault, MessageError, Refusal};

use super::node::{Node, shown};

/// What is left of an element. Whoever reads takes the children in the schema's order and calls [`Self::end`], so that an
/// element which nobody reads cannot pass.
pub(crate) struct Fields(Peekable<IntoIter<Node>>);

impl Fields {
    /// # Errors
    /// [`Fault::Unexpected`] for text or an attribute where children belong.
    pub(crate) fn of(node: Node) -> Result<Self, MessageError> {
        // Of an element with children the text is blank; a blank text is no text.
        if node.currency.is_some() || !node.text.trim_ascii().is_empty() {
            return Err(Fault::Unexpected.into());
        }
        Ok(Self(node.children.into_iter().peekable()))
    }

    /// Reads a child that may be left out.
    pub(crate) fn maybe<T>(
        &mut self,
        name: &'static str,
        read: impl FnOnce(Node) -> Result<T, MessageError>,
    ) -> Result<Option<T>, MessageError> {
        let found = self.0.next_if(|node| node.name == name);
        found
            .map(read)
            .transpose()
            .map_err(|error| error.within(name))
    }

    /// Reads a child that must be there.
    pub(crate) fn one<T>(
        &mut self,
        name: &'static str,
        read: impl FnOnce(Node) -> Result<T, MessageError>,
    ) -> Result<T, MessageError> {
        match self.maybe(name, read)? {
            Some(value) => Ok(value),
            // Something else in its place is the better hint, unless there is nothing more.
            None => Err(MessageError::at(name, Fault::Missing)),
        }
    }

    /// Reads up to `most` children of one name.
    pub(crate) fn many<T>(
        &mut self,
        name: &'static str,
        most: usize,
        read: impl Fn(Node) -> Result<T, MessageError>,
    ) -> Result<Vec<T>, MessageError> {
        let mut all = Vec::new();
        while let Some(node) = self.0.next_if(|node| node.name == name) {
            let place = format!("{name}[{}]", all.len() + 1);
            if all.len() == most {
                return Err(MessageError::at(place, Fault::Unexpected));
            }
            all.push(read(node).map_err(|error| error.within(&place))?);
        }
        Ok(all)
    }

    /// Refuses children that the standard has here and the ledger cannot honour.
    pub(crate) fn refuse(&mut self, names: &[&str], why: Refusal) -> Result<(), MessageError> {
        match self.0.peek().filter(|node| names.contains(&&*node.name)) {
            Some(node) => Err(MessageError::at(node.name.clone(), why)),
            None => Ok(()),
        }
    }

    /// Ends the element.
    ///
    /// # Errors
    /// [`Fault::Unexpected`] if a child is left over.
    pub(crate) fn end(mut self) -> Result<(), MessageError> {
        match self.0.next() {
            Some(node) => Err(MessageError::at(shown(&node.name), Fault::Unexpected)),
            None => Ok(()),
        }
    }
}
