//! A secret scalar: wiped on drop, never printed, canonical on the wire.

use borsh::{BorshDeserialize, BorshSerialize, io};
use obolus_protocol::field::{Scalar, scalar_from_bytes, scalar_to_bytes};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::wire::invalid_data;

#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub(crate) struct SecretScalar(Scalar);

impl SecretScalar {
    pub(crate) const fn new(scalar: Scalar) -> Self {
        Self(scalar)
    }

    pub(crate) const fn get(&self) -> &Scalar {
        &self.0
    }

    pub(crate) fn to_bytes(&self) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(scalar_to_bytes(&self.0))
    }
}

impl BorshSerialize for SecretScalar {
    fn serialize<W: io::Write>(&self, writer: &mut W) -> io::Result<()> {
        writer.write_all(&*self.to_bytes())
    }
}

impl BorshDeserialize for SecretScalar {
    fn deserialize_reader<R: io::Read>(reader: &mut R) -> io::Result<Self> {
        let mut bytes = Zeroizing::new([0; 32]);
        reader.read_exact(&mut *bytes)?;
        scalar_from_bytes(&bytes).map(Self).map_err(invalid_data)
    }
}
