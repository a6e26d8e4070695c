//! Bytes to trees.

use quick_xml::XmlVersion;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesDecl, BytesStart, Event};
use quick_xml::name::{Namespace, ResolveResult};
use quick_xml::reader::NsReader;

use crate::error::{Fault, Forbidden, MessageError};
use crate::limits::{MAX_DEPTH, MAX_ELEMENTS, MAX_MESSAGE_BYTES};

use super::node::{Node, shown};

const INSTANCE: &str = "http://www.w3.org/2001/XMLSchema-instance";

/// A message definition: the namespace of its document and the one element in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Schema {
    pub(crate) namespace: &'static str,
    pub(crate) message: &'static str,
}

/// A message that is read from its start to its end, one child of the message's element at a time.
pub(crate) struct Source<'a> {
    reader: NsReader<&'a [u8]>,
    schema: Schema,
}

/// What comes next.
enum Step {
    Start(Node),
    End,
    Text(String),
    Comment,
    Declaration,
    Eof,
}

impl<'a> Source<'a> {
    /// Looks at size, encoding, declaration and root, and says which of the schemas the message follows.
    ///
    /// # Errors
    /// [`Fault::OtherMessage`] with `names` if it is none of them; otherwise what is wrong with its beginning.
    pub(crate) fn open(
        bytes: &'a [u8],
        schemas: &[Schema],
        names: &'static str,
    ) -> Result<(Self, Schema), MessageError> {
        if bytes.len() > MAX_MESSAGE_BYTES {
            return Err(Fault::TooLarge.into());
        }
        let text = core::str::from_utf8(bytes);
        let text = text.map_err(|error| Fault::NotUtf8(error.valid_up_to()))?;
        let mut reader = NsReader::from_str(text);
        let config = reader.config_mut();
        config.expand_empty_elements = true;
        config.check_comments = true;
        // Names are resolved in `step`; until the root is seen, any of the schemas may be the one.
        let mut source = Self {
            reader,
            schema: Schema {
                namespace: "",
                message: "",
            },
        };
        let namespace = source.root()?;
        let schema = schemas
            .iter()
            .find(|schema| schema.namespace == namespace)
            .ok_or(Fault::OtherMessage(names))?;
        source.schema = *schema;
        match source.outer()? {
            Step::Start(node) if node.name == schema.message => Ok((source, *schema)),
            _ => Err(Fault::OtherMessage(names).into()),
        }
    }

    /// Reads up to the start of `Document` and returns its namespace.
    fn root(&mut self) -> Result<String, MessageError> {
        let mut first = true;
        loop {
            let Ok((resolved, event)) = self.reader.read_resolved_event() else {
                return Err(self.malformed());
            };
            match event {
                Event::Decl(declaration) if first => check_declaration(&declaration)?,
                Event::Comment(_) => {}
                Event::Text(text) if text.trim_ascii().is_empty() => {}
                Event::DocType(_) => return Err(Fault::from(Forbidden::DocumentType).into()),
                Event::PI(_) => return Err(Fault::from(Forbidden::Instruction).into()),
                Event::Start(start) => {
                    let namespace = match resolved {
                        ResolveResult::Bound(Namespace(namespace)) => namespace.to_owned(),
                        _ => String::new(),
                    };
                    if start.local_name().as_ref() != "Document" {
                        return Ok(String::new());
                    }
                    self.check_root_attributes(&start)?;
                    return Ok(namespace);
                }
                _ => return Err(self.malformed()),
            }
            first = false;
        }
    }

    /// The next child of the message's element, or none at its end, after which nothing may follow.
    pub(crate) fn next(&mut self) -> Result<Option<Node>, MessageError> {
        match self.outer()? {
            Step::Start(node) => self.subtree(node).map(Some),
            Step::End => match (self.outer()?, self.outer()?) {
                (Step::End, Step::Eof) => Ok(None),
                _ => Err(self.malformed()),
            },
            _ => Err(self.malformed()),
        }
    }

    /// The next step outside of values, where blanks and comments mean nothing.
    fn outer(&mut self) -> Result<Step, MessageError> {
        loop {
            match self.step()? {
                Step::Comment => {}
                Step::Text(text) if text.trim_ascii().is_empty() => {}
                other => return Ok(other),
            }
        }
    }

    fn subtree(&mut self, root: Node) -> Result<Node, MessageError> {
        let mut elements = 1;
        let mut parents = Vec::new();
        let mut open = root;
        loop {
            match self.step()? {
                Step::Start(node) => {
                    elements += 1;
                    if elements > MAX_ELEMENTS {
                        return Err(Fault::TooManyElements.into());
                    }
                    // Document, message and header or transaction are above.
                    if parents.len() + 3 > MAX_DEPTH {
                        return Err(Fault::TooDeep.into());
                    }
                    parents.push(core::mem::replace(&mut open, node));
                }
                Step::End => {
                    self.check_closed(&open)?;
                    match parents.pop() {
                        Some(mut parent) => {
                            parent.children.push(open);
                            open = parent;
                        }
                        None => return Ok(open),
                    }
                }
                Step::Text(text) => open.text.push_str(&text),
                Step::Comment => open.commented = true,
                Step::Declaration | Step::Eof => return Err(self.malformed()),
            }
        }
    }

    /// Text between children is layout; a comment in a value would be part of what a person reads and not of what is paid.
    fn check_closed(&self, node: &Node) -> Result<(), MessageError> {
        if !node.children.is_empty() && !node.text.trim_ascii().is_empty() {
            return Err(self.malformed());
        }
        if node.children.is_empty() && node.commented {
            return Err(Fault::from(Forbidden::Comment).into());
        }
        Ok(())
    }

    fn step(&mut self) -> Result<Step, MessageError> {
        let expected = self.schema.namespace;
        let Ok((resolved, event)) = self.reader.read_resolved_event() else {
            return Err(self.malformed());
        };
        let ours = resolved == ResolveResult::Bound(Namespace(expected));
        Ok(match event {
            Event::Start(start) => {
                let name = start.local_name().as_ref().to_owned();
                if !ours {
                    return Err(MessageError::at(shown(&name), Fault::Unexpected));
                }
                let currency = self.currency(&start)?;
                Step::Start(Node {
                    name,
                    currency,
                    ..Node::default()
                })
            }
            Event::End(_) => Step::End,
            Event::Text(text) => Step::Text(text.xml10_content().into_owned()),
            Event::GeneralRef(reference) => {
                let resolved = reference.resolve_char_ref().map_err(|_| self.malformed())?;
                let text = match resolved {
                    Some(character) => character.to_string(),
                    None => resolve_predefined_entity(&reference)
                        .ok_or(Fault::Forbidden(Forbidden::Entity))?
                        .to_owned(),
                };
                Step::Text(text)
            }
            Event::Comment(_) => Step::Comment,
            Event::Decl(_) => Step::Declaration,
            Event::Eof => Step::Eof,
            Event::CData(_) => return Err(Fault::from(Forbidden::Cdata).into()),
            Event::PI(_) => return Err(Fault::from(Forbidden::Instruction).into()),
            Event::DocType(_) => return Err(Fault::from(Forbidden::DocumentType).into()),
            // Empty elements are expanded.
            Event::Empty(_) => return Err(self.malformed()),
        })
    }

    /// The attribute `Ccy`. Declarations of namespaces have been resolved; no other attribute has a meaning.
    fn currency(&self, start: &BytesStart<'_>) -> Result<Option<String>, MessageError> {
        let mut currency = None;
        for attribute in start.attributes() {
            let attribute = attribute.map_err(|_| self.malformed())?;
            if attribute.key.as_namespace_binding().is_some() {
                continue;
            }
            if attribute.key.as_ref() != "Ccy" {
                let path = format!("@{}", shown(attribute.key.as_ref()));
                return Err(MessageError::at(path, Fault::Unexpected));
            }
            let value = attribute.normalized_value(XmlVersion::Implicit1_0);
            currency = Some(value.map_err(|_| self.malformed())?.into_owned());
        }
        Ok(currency)
    }

    /// The root may say where its schema lies; it is not looked up.
    fn check_root_attributes(&self, start: &BytesStart<'_>) -> Result<(), MessageError> {
        for attribute in start.attributes() {
            let attribute = attribute.map_err(|_| self.malformed())?;
            let (resolved, name) = self.reader.resolver().resolve_attribute(attribute.key);
            let location = resolved == ResolveResult::Bound(Namespace(INSTANCE))
                && name.as_ref() == "schemaLocation";
            if attribute.key.as_namespace_binding().is_none() && !location {
                let path = format!("@{}", shown(attribute.key.as_ref()));
                return Err(MessageError::at(path, Fault::Unexpected));
            }
        }
        Ok(())
    }

    fn malformed(&self) -> MessageError {
        Fault::Malformed(self.reader.buffer_position()).into()
    }
}

fn check_declaration(declaration: &BytesDecl<'_>) -> Result<(), MessageError> {
    let one = declaration.version().is_ok_and(|version| version == "1.0");
    let utf8 = match declaration.encoding() {
        None => true,
        Some(encoding) => encoding.is_ok_and(|name| name.eq_ignore_ascii_case("UTF-8")),
    };
    if one && utf8 {
        Ok(())
    } else {
        Err(Fault::from(Forbidden::Declaration).into())
    }
}
