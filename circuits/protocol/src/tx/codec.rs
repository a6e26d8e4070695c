//! Bounded reading: every count is checked before anything is allocated for it.

use borsh::{BorshDeserialize, BorshSerialize, io};

use super::TxError;

/// A fixed-size borsh value.
pub(super) fn leaf<T: BorshDeserialize, R: io::Read>(reader: &mut R) -> Result<T, TxError> {
    // Callers ask for fixed-size integers and arrays only: those fail on missing bytes alone.
    T::deserialize_reader(reader).map_err(|_| TxError::Truncated)
}

fn count<R: io::Read>(reader: &mut R) -> Result<usize, TxError> {
    let count: u32 = leaf(reader)?;
    usize::try_from(count).map_err(|_| TxError::TooLarge)
}

/// A list of at most `max` items.
pub(super) fn list<T, R: io::Read>(
    reader: &mut R,
    max: usize,
    what: &'static str,
    item: impl Fn(&mut R) -> Result<T, TxError>,
) -> Result<Vec<T>, TxError> {
    let count = count(reader)?;
    if count > max {
        return Err(TxError::TooMany(what));
    }
    (0..count).map(|_| item(reader)).collect()
}

/// A byte string of at most `max` bytes.
pub(super) fn bytes<R: io::Read>(
    reader: &mut R,
    max: usize,
    what: &'static str,
) -> Result<Vec<u8>, TxError> {
    let count = count(reader)?;
    if count > max {
        return Err(TxError::TooLong(what));
    }
    let mut bytes = vec![0; count];
    reader
        .read_exact(&mut bytes)
        .map_err(|_| TxError::Truncated)?;
    Ok(bytes)
}

/// The borsh encoding.
pub(super) fn encode<T: BorshSerialize>(value: &T) -> Vec<u8> {
    let mut bytes = Vec::new();
    #[expect(
        clippy::expect_used,
        reason = "a Vec takes any bytes; borsh fails only on lists above 2^32 items"
    )]
    value
        .serialize(&mut bytes)
        .expect("writing to a Vec cannot fail");
    bytes
}

/// The error as borsh's reader trait wants it.
pub(super) fn into_io(error: TxError) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, error.to_string())
}
