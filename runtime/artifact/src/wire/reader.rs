//! Bounded little-endian input from one section.

use crate::error::DecodeError;
use crate::wire::section::Section;

/// What is left of a section.
pub(crate) struct Reader<'a> {
    section: Section,
    rest: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(section: Section, bytes: &'a [u8]) -> Reader<'a> {
        Reader { section, rest: bytes, at: 0 }
    }

    /// How many bytes are left.
    pub(crate) fn left(&self) -> usize {
        self.rest.len()
    }

    /// Demands that every byte was read.
    pub(crate) fn finish(self) -> Result<(), DecodeError> {
        if self.rest.is_empty() {
            Ok(())
        } else {
            Err(DecodeError::SectionTooLong { section: self.section, offset: self.at as u64 })
        }
    }

    pub(crate) fn too_short(&self) -> DecodeError {
        DecodeError::SectionTooShort { section: self.section, offset: self.at as u64 }
    }

    /// The error of a number, just read in `width` bytes, that stands for nothing.
    pub(crate) fn bad_tag(&self, width: usize) -> DecodeError {
        DecodeError::BadTag { section: self.section, offset: self.at.saturating_sub(width) as u64 }
    }

    pub(crate) fn array<const N: usize>(&mut self) -> Result<[u8; N], DecodeError> {
        let Some((head, rest)) = self.rest.split_first_chunk::<N>() else { return Err(self.too_short()) };
        self.rest = rest;
        self.at += N;
        Ok(*head)
    }

    pub(crate) fn u8(&mut self) -> Result<u8, DecodeError> {
        Ok(u8::from_le_bytes(self.array()?))
    }

    pub(crate) fn u16(&mut self) -> Result<u16, DecodeError> {
        Ok(u16::from_le_bytes(self.array()?))
    }

    pub(crate) fn u32(&mut self) -> Result<u32, DecodeError> {
        Ok(u32::from_le_bytes(self.array()?))
    }

    pub(crate) fn u64(&mut self) -> Result<u64, DecodeError> {
        Ok(u64::from_le_bytes(self.array()?))
    }

    /// A text of so many bytes.
    pub(crate) fn text(&mut self, length: usize) -> Result<String, DecodeError> {
        let Some((head, rest)) = self.rest.split_at_checked(length) else { return Err(self.too_short()) };
        let Ok(text) = std::str::from_utf8(head) else {
            return Err(DecodeError::BadText { section: self.section, offset: self.at as u64 });
        };
        self.rest = rest;
        self.at += length;
        Ok(text.to_owned())
    }

    /// A vector for `count` entries of at least `least` bytes each.
    ///
    /// INVARIANT: room is made only for entries that the bytes left can hold, so that no count costs memory that was
    /// not sent.
    pub(crate) fn room<T>(&self, count: usize, least: usize) -> Result<Vec<T>, DecodeError> {
        match count.checked_mul(least.max(1)) {
            Some(bytes) if bytes <= self.left() => Ok(Vec::with_capacity(count)),
            Some(_) | None => Err(self.too_short()),
        }
    }
}
