//! The binary container of iden3's tools: a magic word, a version, then numbered sections.

use std::fmt;

use thiserror::Error;

#[cfg(test)]
mod tests;

/// Largest file that is read, in bytes. A prover takes two to three times as much memory as its key's
/// file, and while it is made the file's bytes and its points besides.
pub const MAX_FILE_BYTES: u64 = 1 << 32;

/// Most sections in a file; the formats define eleven at most.
const MAX_SECTIONS: u32 = 64;

/// Which format a file has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    /// A proving key.
    Zkey,
    /// A witness.
    Witness,
    /// A circuit.
    R1cs,
    /// Powers of tau.
    Ptau,
}

impl FileKind {
    fn magic(self) -> [u8; 4] {
        match self {
            Self::Zkey => *b"zkey",
            Self::Witness => *b"wtns",
            Self::R1cs => *b"r1cs",
            Self::Ptau => *b"ptau",
        }
    }

    fn version(self) -> u32 {
        match self {
            Self::Zkey | Self::R1cs | Self::Ptau => 1,
            Self::Witness => 2,
        }
    }
}

/// The usual ending of such a file's name.
impl fmt::Display for FileKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Zkey => ".zkey",
            Self::Witness => ".wtns",
            Self::R1cs => ".r1cs",
            Self::Ptau => ".ptau",
        })
    }
}

/// Why a file is not a container with the wanted sections.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum ContainerError {
    /// Larger than [`MAX_FILE_BYTES`].
    #[error("the file has {0} bytes; at most {MAX_FILE_BYTES} are read: use a smaller circuit")]
    TooLarge(u64),
    /// Another kind of file.
    #[error("this is no {0} file; give the file that circom or snarkjs wrote under that ending")]
    Magic(FileKind),
    /// Another version of the format.
    #[error("version {given} of the {kind} format is unknown; write the file with snarkjs 0.7")]
    Version {
        /// Format of the file.
        kind: FileKind,
        /// Version that the file names.
        given: u32,
    },
    /// The section table announces more than the formats have.
    #[error("the file announces {0} sections, more than {MAX_SECTIONS}; fetch it again")]
    Sections(u32),
    /// A section reaches beyond the end of the file.
    #[error("the file ends too early; fetch it again")]
    Truncated,
    /// Bytes after the last section.
    #[error("{0} bytes follow the last section; fetch the file again")]
    Trailing(usize),
    /// A section that must be there is not.
    #[error("section {0} is missing; fetch the file again")]
    Missing(u32),
    /// A section that must be there once is there more often.
    #[error("section {0} occurs more than once; fetch the file again")]
    Repeated(u32),
    /// The length of a section is not what the header implies.
    #[error("section {section} has {given} bytes but must have {expected}; fetch the file again")]
    Length {
        /// Number of the section.
        section: u32,
        /// What the header implies.
        expected: u64,
        /// What the table says.
        given: u64,
    },
}

/// A file cut into its sections.
pub struct Container<'a> {
    sections: Vec<(u32, &'a [u8])>,
}

impl<'a> Container<'a> {
    /// Checks magic, version and section table. Sections that nobody asks for are ignored, as
    /// snarkjs does.
    ///
    /// # Errors
    /// [`ContainerError`].
    pub fn read(kind: FileKind, bytes: &'a [u8]) -> Result<Self, ContainerError> {
        let length = bytes.len() as u64;
        if length > MAX_FILE_BYTES {
            return Err(ContainerError::TooLarge(length));
        }
        if !bytes.starts_with(&kind.magic()) {
            return Err(ContainerError::Magic(kind));
        }
        let mut input = Input::new(bytes);
        input.bytes(kind.magic().len())?;
        let given = input.u32()?;
        if given != kind.version() {
            return Err(ContainerError::Version { kind, given });
        }
        let count = input.u32()?;
        if count > MAX_SECTIONS {
            return Err(ContainerError::Sections(count));
        }
        let mut sections = Vec::with_capacity(count as usize);
        for _ in 0..count {
            let id = input.u32()?;
            let length = usize::try_from(input.u64()?).map_err(|_| ContainerError::Truncated)?;
            sections.push((id, input.bytes(length)?));
        }
        input.end()?;
        Ok(Self { sections })
    }

    /// A section that must occur exactly once.
    ///
    /// # Errors
    /// [`ContainerError::Missing`] or [`ContainerError::Repeated`].
    pub fn section(&self, id: u32) -> Result<&'a [u8], ContainerError> {
        let mut found = self.sections.iter().filter(|(known, _)| *known == id);
        match (found.next(), found.next()) {
            (Some((_, bytes)), None) => Ok(bytes),
            (None, _) => Err(ContainerError::Missing(id)),
            _ => Err(ContainerError::Repeated(id)),
        }
    }

    /// A section that must occur exactly once, with `count` items of `size` bytes.
    ///
    /// # Errors
    /// As [`Self::section`], or [`ContainerError::Length`].
    pub fn items(&self, id: u32, count: usize, size: usize) -> Result<&'a [u8], ContainerError> {
        let bytes = self.section(id)?;
        check_length(id, bytes, count as u64 * size as u64)?;
        Ok(bytes)
    }
}

/// Compares a section's length with what it must be.
///
/// # Errors
/// [`ContainerError::Length`].
pub fn check_length(section: u32, bytes: &[u8], expected: u64) -> Result<(), ContainerError> {
    let given = bytes.len() as u64;
    if given == expected {
        Ok(())
    } else {
        Err(ContainerError::Length {
            section,
            expected,
            given,
        })
    }
}

/// Bytes that are read from the front.
pub struct Input<'a>(&'a [u8]);

impl<'a> Input<'a> {
    /// Starts at the first byte.
    pub fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    /// What is not read yet.
    pub fn rest(&self) -> &'a [u8] {
        self.0
    }

    /// The next bytes.
    ///
    /// # Errors
    /// [`ContainerError::Truncated`] if there are fewer.
    pub fn bytes(&mut self, length: usize) -> Result<&'a [u8], ContainerError> {
        let (head, rest) = self
            .0
            .split_at_checked(length)
            .ok_or(ContainerError::Truncated)?;
        self.0 = rest;
        Ok(head)
    }

    /// The next bytes, as many as the type says.
    ///
    /// # Errors
    /// [`ContainerError::Truncated`] if there are fewer bytes.
    pub fn array<const N: usize>(&mut self) -> Result<&'a [u8; N], ContainerError> {
        let (head, rest) = self
            .0
            .split_first_chunk()
            .ok_or(ContainerError::Truncated)?;
        self.0 = rest;
        Ok(head)
    }

    /// A little-endian number of 32 bits.
    ///
    /// # Errors
    /// [`ContainerError::Truncated`] if there are fewer bytes.
    pub fn u32(&mut self) -> Result<u32, ContainerError> {
        Ok(u32::from_le_bytes(*self.array()?))
    }

    /// As many items as the next number of 32 bits says, up to the end. None is shorter than `least` bytes, so that nothing is
    /// set aside for items that are not there.
    ///
    /// # Errors
    /// [`ContainerError::Truncated`], [`ContainerError::Trailing`], or what `read` says of an item; it gets the item's number.
    pub fn items_to_end<T, E: From<ContainerError>>(
        mut self,
        least: usize,
        read: impl Fn(&mut Self, usize) -> Result<T, E>,
    ) -> Result<Vec<T>, E> {
        let count = self.u32()? as usize;
        if count > self.0.len() / least {
            return Err(ContainerError::Truncated.into());
        }
        let mut items = Vec::with_capacity(count);
        for number in 0..count {
            items.push(read(&mut self, number)?);
        }
        self.end()?;
        Ok(items)
    }

    /// That everything has been read.
    ///
    /// # Errors
    /// [`ContainerError::Trailing`].
    pub fn end(&self) -> Result<(), ContainerError> {
        match self.0.len() {
            0 => Ok(()),
            more => Err(ContainerError::Trailing(more)),
        }
    }

    /// A little-endian number of 64 bits.
    ///
    /// # Errors
    /// [`ContainerError::Truncated`] if there are fewer bytes.
    pub fn u64(&mut self) -> Result<u64, ContainerError> {
        Ok(u64::from_le_bytes(*self.array()?))
    }
}

/// The bytes before the first section.
pub fn start(kind: FileKind, sections: u32) -> Vec<u8> {
    let mut out = kind.magic().to_vec();
    out.extend_from_slice(&kind.version().to_le_bytes());
    out.extend_from_slice(&sections.to_le_bytes());
    out
}

/// The bytes before a section's content.
pub fn section_head(id: u32, length: usize) -> [u8; 12] {
    let mut out = [0; 12];
    let (number, size) = out.split_at_mut(4);
    number.copy_from_slice(&id.to_le_bytes());
    size.copy_from_slice(&(length as u64).to_le_bytes());
    out
}
