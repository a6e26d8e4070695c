//! Trees to text: two spaces for each level, one element a line.

use quick_xml::escape::escape;

use crate::money::Money;

use super::Schema;

/// A document being written.
pub(crate) struct Writer {
    out: String,
    depth: usize,
}

impl Writer {
    /// Writes a document and returns it.
    pub(crate) fn document(schema: Schema, body: impl FnOnce(&mut Self)) -> String {
        let mut writer = Self {
            out: String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"),
            depth: 1,
        };
        writer.out.push_str("<Document xmlns=\"");
        writer.out.push_str(schema.namespace);
        writer.out.push_str("\">\n");
        writer.element(schema.message, body);
        writer.out.push_str("</Document>\n");
        writer.out
    }

    /// An element with children.
    pub(crate) fn element(&mut self, name: &str, body: impl FnOnce(&mut Self)) {
        self.indent();
        self.open(name, "");
        self.out.push('\n');
        self.depth += 1;
        body(self);
        self.depth -= 1;
        self.indent();
        self.close(name);
    }

    /// An element with children, if there are any.
    pub(crate) fn group(&mut self, name: &str, body: impl FnOnce(&mut Self)) {
        let before = self.out.len();
        self.indent();
        self.open(name, "");
        self.out.push('\n');
        let opened = self.out.len();
        self.depth += 1;
        body(self);
        self.depth -= 1;
        if self.out.len() == opened {
            self.out.truncate(before);
            return;
        }
        self.indent();
        self.close(name);
    }

    /// An element with text.
    pub(crate) fn leaf(&mut self, name: &str, text: impl AsRef<str>) {
        self.indent();
        self.open(name, "");
        self.out.push_str(&escape(text.as_ref()));
        self.close(name);
    }

    /// An element with text, if there is one.
    pub(crate) fn maybe(&mut self, name: &str, text: Option<impl AsRef<str>>) {
        if let Some(text) = text {
            self.leaf(name, text);
        }
    }

    /// An amount.
    pub(crate) fn money(&mut self, name: &str, money: Money) {
        self.indent();
        self.open(name, &format!(" Ccy=\"{}\"", money.currency));
        self.out.push_str(&money.decimal());
        self.close(name);
    }

    fn indent(&mut self) {
        self.out.extend(std::iter::repeat_n("  ", self.depth));
    }

    fn open(&mut self, name: &str, attribute: &str) {
        self.out.push('<');
        self.out.push_str(name);
        self.out.push_str(attribute);
        self.out.push('>');
    }

    fn close(&mut self, name: &str) {
        self.out.push_str("</");
        self.out.push_str(name);
        self.out.push_str(">\n");
    }
}
