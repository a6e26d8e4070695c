//! The values that witnesses are made of: fixed size, one encoding each, copies wiped.

use ark_ff::AdditiveGroup;
use obolus_abi::{FieldBytes, PointBytes};
use zeroize::{Zeroize, Zeroizing};

use crate::{
    amount::{Amount, Total},
    audit::{AuditScalar, AuditorKey, issue::IssueNonce},
    field::{Fr, Scalar, fr_from_bytes, fr_to_bytes, scalar_from_bytes, scalar_to_bytes},
    keys::{NullifierKey, Owner, SpendValidatingKey},
    note::{Dummy, Position, Rcm},
    pedersen::Blinding,
    rate::Rate,
    schnorr::Randomizer,
    tree::MerklePath,
    velocity::{Period, Quota, Ticket},
};

/// Why a part was refused. It says what was expected and never what was there.
pub struct Fault {
    /// The field that holds the part; the outermost one, when they nest.
    pub part: &'static str,
    /// What should have been there.
    pub expected: &'static str,
}

impl Fault {
    const fn expected(expected: &'static str) -> Self {
        Self { part: "", expected }
    }

    /// The fault as that of the field around it.
    pub const fn within(self, part: &'static str) -> Self {
        Self { part, ..self }
    }
}

/// A value of fixed size with exactly one encoding.
pub trait Part: Sized {
    /// Length of the encoding in bytes.
    const LEN: usize;

    /// Appends the encoding.
    fn write(&self, out: &mut Vec<u8>);

    /// Takes the encoding off the front.
    ///
    /// # Errors
    /// [`Fault`] when it is not one.
    fn read(bytes: &mut &[u8]) -> Result<Self, Fault>;
}

fn take<'a, const N: usize>(bytes: &mut &'a [u8]) -> Result<&'a [u8; N], Fault> {
    let (head, rest) = bytes
        .split_first_chunk()
        .ok_or(Fault::expected("complete"))?;
    *bytes = rest;
    Ok(head)
}

impl Part for u64 {
    const LEN: usize = 8;

    fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.to_le_bytes());
    }

    fn read(bytes: &mut &[u8]) -> Result<Self, Fault> {
        take(bytes).map(|bytes| Self::from_le_bytes(*bytes))
    }
}

impl Part for Amount {
    const LEN: usize = u64::LEN;

    fn write(&self, out: &mut Vec<u8>) {
        self.get().write(out);
    }

    fn read(bytes: &mut &[u8]) -> Result<Self, Fault> {
        u64::read(bytes).map(Self::new)
    }
}

impl Part for Total {
    const LEN: usize = 16;

    fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&*Zeroizing::new(self.get().to_le_bytes()));
    }

    fn read(bytes: &mut &[u8]) -> Result<Self, Fault> {
        Self::new(u128::from_le_bytes(*take(bytes)?)).map_err(|_| Fault::expected("below 2^96"))
    }
}

impl Part for Position {
    const LEN: usize = u64::LEN;

    fn write(&self, out: &mut Vec<u8>) {
        self.get().write(out);
    }

    fn read(bytes: &mut &[u8]) -> Result<Self, Fault> {
        Self::new(u64::read(bytes)?).map_err(|_| Fault::expected("inside the note tree"))
    }
}

impl Part for Quota {
    const LEN: usize = 4;

    fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.get().to_le_bytes());
    }

    fn read(bytes: &mut &[u8]) -> Result<Self, Fault> {
        Self::new(u32::from_le_bytes(*take(bytes)?)).map_err(|_| Fault::expected("1 to 65536"))
    }
}

impl Part for Ticket {
    const LEN: usize = 2;

    fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.get().to_le_bytes());
    }

    fn read(bytes: &mut &[u8]) -> Result<Self, Fault> {
        take(bytes).map(|bytes| Self::new(u16::from_le_bytes(*bytes)))
    }
}

impl Part for Rate {
    const LEN: usize = 2 * u64::LEN;

    fn write(&self, out: &mut Vec<u8>) {
        self.p().write(out);
        self.q().write(out);
    }

    fn read(bytes: &mut &[u8]) -> Result<Self, Fault> {
        let (p, q) = (u64::read(bytes)?, u64::read(bytes)?);
        Self::new(p, q).map_err(|_| Fault::expected("a rate p:q with q not zero"))
    }
}

impl Part for Dummy {
    const LEN: usize = 1;

    fn write(&self, out: &mut Vec<u8>) {
        out.push(match self {
            Self::No => 0,
            Self::Yes => 1,
        });
    }

    fn read(bytes: &mut &[u8]) -> Result<Self, Fault> {
        match take(bytes)? {
            [0] => Ok(Self::No),
            [1] => Ok(Self::Yes),
            _ => Err(Fault::expected("real (0) or dummy (1)")),
        }
    }
}

impl Part for Fr {
    const LEN: usize = FieldBytes::LEN;

    fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&*Zeroizing::new(fr_to_bytes(self).0));
    }

    fn read(bytes: &mut &[u8]) -> Result<Self, Fault> {
        let mut copy = FieldBytes(*take(bytes)?);
        let value = fr_from_bytes(&copy);
        copy.0.zeroize();
        value.map_err(|_| Fault::expected("a canonical field element"))
    }
}

impl Part for Scalar {
    const LEN: usize = 32;

    fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&*Zeroizing::new(scalar_to_bytes(self)));
    }

    fn read(bytes: &mut &[u8]) -> Result<Self, Fault> {
        scalar_from_bytes(take(bytes)?).map_err(|_| Fault::expected("a canonical scalar"))
    }
}

/// Newtypes that every field element is a value of.
macro_rules! field_parts {
    ($($name:ident),+) => {$(
        impl Part for $name {
            const LEN: usize = Fr::LEN;

            fn write(&self, out: &mut Vec<u8>) {
                Zeroizing::new(self.get()).write(out);
            }

            fn read(bytes: &mut &[u8]) -> Result<Self, Fault> {
                Fr::read(bytes).map(Self::new)
            }
        }
    )+};
}

field_parts!(IssueNonce, NullifierKey, Owner, Period, Rcm);

/// Newtypes that every scalar is a value of.
macro_rules! scalar_parts {
    ($($name:ident),+) => {$(
        impl Part for $name {
            const LEN: usize = Scalar::LEN;

            fn write(&self, out: &mut Vec<u8>) {
                self.scalar().write(out);
            }

            fn read(bytes: &mut &[u8]) -> Result<Self, Fault> {
                Scalar::read(bytes).map(Self::new)
            }
        }
    )+};
}

scalar_parts!(Blinding, Randomizer);

impl Part for AuditScalar {
    const LEN: usize = Scalar::LEN;

    fn write(&self, out: &mut Vec<u8>) {
        self.scalar().write(out);
    }

    fn read(bytes: &mut &[u8]) -> Result<Self, Fault> {
        Self::new(Scalar::read(bytes)?)
            .map_err(|_| Fault::expected("an ephemeral scalar other than 0, 1 and -1"))
    }
}

/// Keys: decoding refuses what is off the curve, outside the subgroup, or the identity.
macro_rules! key_parts {
    ($($name:ident),+) => {$(
        impl Part for $name {
            const LEN: usize = PointBytes::LEN;

            fn write(&self, out: &mut Vec<u8>) {
                out.extend_from_slice(self.point().encode().as_bytes());
            }

            fn read(bytes: &mut &[u8]) -> Result<Self, Fault> {
                Self::decode(&PointBytes(*take(bytes)?))
                    .map_err(|_| Fault::expected("a proper point of the prime-order subgroup"))
            }
        }
    )+};
}

key_parts!(AuditorKey, SpendValidatingKey);

/// The index, then the siblings, lowest level first, as borsh has it.
impl<const DEPTH: usize> Part for MerklePath<DEPTH> {
    const LEN: usize = u64::LEN + 3 * DEPTH * Fr::LEN;

    fn write(&self, out: &mut Vec<u8>) {
        self.index().write(out);
        for sibling in self.siblings().iter().flatten() {
            sibling.write(out);
        }
    }

    fn read(bytes: &mut &[u8]) -> Result<Self, Fault> {
        let index = u64::read(bytes)?;
        let mut siblings = [[Fr::ZERO; 3]; DEPTH];
        for sibling in siblings.iter_mut().flatten() {
            *sibling = Fr::read(bytes)?;
        }
        Self::new(index, siblings).map_err(|_| Fault::expected("at an index inside the tree"))
    }
}

/// Arrays of the sizes that occur, read in place: a list on the way would leave copies behind.
macro_rules! array_parts {
    ($($len:literal: $($element:ident)+;)+) => {$(
        impl<T: Part> Part for [T; $len] {
            const LEN: usize = $len * T::LEN;

            fn write(&self, out: &mut Vec<u8>) {
                for part in self {
                    part.write(out);
                }
            }

            fn read(bytes: &mut &[u8]) -> Result<Self, Fault> {
                $(let $element = T::read(bytes)?;)+
                Ok([$($element),+])
            }
        }
    )+};
}

array_parts! {
    2: a b;
    8: a b c d e f g h;
}
