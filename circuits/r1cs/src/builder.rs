//! The constraint writer.
//!
//! A circuit is one function over a [`Builder`]. The builder runs it in one of two passes:
//!
//! - *recording*: constraints, names, rules and gadgets are kept and make a [`R1csShape`]; values
//!   are meaningless (all inputs are zero);
//! - *values*: only the assignment and the products `A·z` and `B·z` are kept, which is all a prover
//!   needs once it has the shape.
//!
//! Every constraint belongs to a *rule* (a heading of `docs/spec`, a variant of the native check's
//! error) and to a *gadget* (a line of the cost table). Every variable has a path of names.

use std::fmt;

use ark_ff::{Field, One, Zero};
use obolus_protocol::{Fr, statement::Rule};

use crate::{
    assignment::Assignment,
    lc::{Lc, Var},
    shape::{Constraint, R1csShape},
};

/// Records a circuit or computes its assignment.
pub struct Builder {
    values: Assignment,
    recording: bool,
    /// Stays without constraints in a pass over values.
    shape: R1csShape,
    path: String,
    rule: &'static str,
    gadget: &'static str,
}

impl Builder {
    /// A pass that records the shape.
    pub(crate) fn recording(name: &'static str, public: &'static [&'static str]) -> Self {
        let shape = R1csShape::new(name, public);
        Self::start(Assignment::new(public.len(), 0), Some(shape))
    }

    /// A pass that computes values, with room for so many.
    pub(crate) fn values(public: usize, room: usize) -> Self {
        Self::start(Assignment::new(public, room), None)
    }

    fn start(mut values: Assignment, shape: Option<R1csShape>) -> Self {
        values.push_variable(Fr::one());
        Self::with(values, shape)
    }

    fn with(values: Assignment, shape: Option<R1csShape>) -> Self {
        Self {
            values,
            recording: shape.is_some(),
            shape: shape.unwrap_or(R1csShape::new("", &[])),
            path: String::new(),
            rule: "",
            gadget: "",
        }
    }

    /// Two parts of which neither uses what the other makes. A pass over values computes them at once if there are threads.
    pub(crate) fn both<A: Send, B: Send>(
        &mut self,
        first: impl FnOnce(&mut Self) -> A + Send,
        second: impl FnOnce(&mut Self) -> B + Send,
    ) -> (A, B) {
        if self.recording || rayon::current_num_threads() == 1 {
            return (first(self), second(self));
        }
        let mut apart = Self::with(Assignment::new(0, self.values.room()), None);
        let results = rayon::join(|| first(self), || second(&mut apart));
        self.values.append(&apart.values);
        results
    }

    /// Whether values are meaningless in this pass.
    pub(crate) const fn is_recording(&self) -> bool {
        self.recording
    }

    /// Allocates the next public input. All of them come first, in the order of their names.
    pub(crate) fn public_input(&mut self, value: Fr) -> Lc {
        self.variable(value)
    }

    /// Ends a recording pass.
    pub(crate) fn into_shape(self) -> R1csShape {
        self.shape
    }

    /// Ends a pass over values.
    pub(crate) fn into_assignment(self) -> Assignment {
        self.values
    }

    /// Names everything allocated inside `body` under `name/`.
    pub(crate) fn scope<T>(
        &mut self,
        name: fmt::Arguments<'_>,
        body: impl FnOnce(&mut Self) -> T,
    ) -> T {
        if !self.recording {
            return body(self);
        }
        let outer = self.path.len();
        self.path.push_str(&format!("{name}/"));
        let result = body(self);
        self.path.truncate(outer);
        result
    }

    /// Attributes the constraints of `body` to a rule of the statement.
    pub(crate) fn rule<T>(&mut self, rule: Rule, body: impl FnOnce(&mut Self) -> T) -> T {
        let outer = std::mem::replace(&mut self.rule, rule.name());
        let result = body(self);
        self.rule = outer;
        result
    }

    /// Attributes the constraints of `body` to a gadget; the innermost one counts.
    pub(crate) fn gadget<T>(
        &mut self,
        gadget: &'static str,
        body: impl FnOnce(&mut Self) -> T,
    ) -> T {
        let outer = std::mem::replace(&mut self.gadget, gadget);
        let result = body(self);
        self.gadget = outer;
        result
    }

    /// Allocates a free input: a value that the prover may vary continuously, if only it adapts the
    /// other variables. The golden files list all of them.
    ///
    /// Bits, and values composed of bits, are chosen too but not free in this sense: no small change
    /// leads from one bit to the other. Calling them free would hide a missing bit constraint from
    /// the rank test.
    pub(crate) fn input(&mut self, name: &str, value: Fr) -> Lc {
        let lc = self.witness(name, value);
        if self.recording {
            self.shape.mark_free();
        }
        lc
    }

    /// Allocates a witness variable that the constraints determine from the free inputs.
    pub(crate) fn witness(&mut self, name: &str, value: Fr) -> Lc {
        if self.recording {
            self.shape.push_name(format!("{}{name}", self.path));
        }
        self.variable(value)
    }

    /// Allocates a bit. Anything but 0 and 1 violates its constraint.
    pub(crate) fn bit(&mut self, name: fmt::Arguments<'_>, value: Fr) -> Lc {
        let bit = if self.recording {
            self.witness(&name.to_string(), value)
        } else {
            self.variable(value)
        };
        let complement = bit.clone().plus_constant(-Fr::one());
        self.constrain(&bit, &complement, &Lc::zero());
        bit
    }

    /// Allocates `a·b`.
    pub(crate) fn product(&mut self, name: &str, a: &Lc, b: &Lc) -> Lc {
        let product = self.witness(name, a.value() * b.value());
        if self.recording {
            self.record(a, b, &product);
        } else {
            self.values.push_products(a.value(), b.value());
        }
        product
    }

    /// Allocates `numerator / denominator`. The caller shows in `docs/spec/curve.md` why the
    /// denominator is never zero, or what happens if it is. A zero denominator gets the value 0.
    pub(crate) fn quotient(&mut self, name: &str, numerator: &Lc, denominator: &Lc) -> Lc {
        self.quotient_by(name, numerator, denominator, None)
    }

    /// The same by a proposed inverse of the denominator; if it is another number, or none, the inverse is computed.
    pub(crate) fn quotient_by(
        &mut self,
        name: &str,
        numerator: &Lc,
        denominator: &Lc,
        proposed: Option<Fr>,
    ) -> Lc {
        let value = denominator.value();
        let inverse = proposed
            .filter(|inverse| (value * inverse).is_one())
            .or_else(|| value.inverse())
            .unwrap_or(Fr::zero());
        let quotient = self.witness(name, numerator.value() * inverse);
        self.constrain(denominator, &quotient, numerator);
        quotient
    }

    /// Demands `a = b`.
    pub(crate) fn equal(&mut self, a: &Lc, b: &Lc) {
        self.constrain(a, &Lc::one(), b);
    }

    /// Demands `a·b = c`. Where there is a choice, `b` is the operand with fewer variables: those
    /// on the B side cost the prover a point of G2 each.
    pub(crate) fn constrain(&mut self, a: &Lc, b: &Lc, c: &Lc) {
        if self.recording {
            self.record(a, b, c);
        } else {
            self.values.push_constraint(a.value(), b.value(), c.value());
        }
    }

    fn record(&mut self, a: &Lc, b: &Lc, c: &Lc) {
        self.shape.push_constraint(Constraint {
            a: a.clone().into_row(),
            b: b.clone().into_row(),
            c: c.clone().into_row(),
            rule: self.rule,
            gadget: self.gadget,
        });
    }

    fn variable(&mut self, value: Fr) -> Lc {
        let index = self.values.push_variable(value);
        Lc::variable(self.recording.then_some(Var(index)), value)
    }
}
