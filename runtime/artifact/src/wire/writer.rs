//! Little-endian output.

use super::container::section_hasher;
use blake3::Hasher;

/// How many bytes are hashed at once: what a core's own caches hold, and enough for all its lanes.
const PIECE: usize = 64 << 10;

/// Bytes under construction. Writing cannot fail.
#[derive(Default)]
pub(crate) struct Writer {
    bytes: Vec<u8>,
    /// What takes the bytes a piece at a time, if they are not kept.
    hasher: Option<Box<Hasher>>,
}

impl Writer {
    /// One that keeps nothing but the digest.
    pub(crate) fn hashing() -> Writer {
        Writer { bytes: Vec::new(), hasher: Some(Box::new(section_hasher())) }
    }

    /// The bytes, if they are kept.
    pub(crate) fn finish(self) -> Vec<u8> {
        self.bytes
    }

    /// The digest of a section of these bytes.
    pub(crate) fn digest(self) -> [u8; 32] {
        let mut hasher = self.hasher.unwrap_or_else(|| Box::new(section_hasher()));
        *hasher.update(&self.bytes).finalize().as_bytes()
    }

    /// Makes room for so many bytes more.
    pub(crate) fn room(&mut self, bytes: usize) {
        if self.hasher.is_none() {
            self.bytes.reserve(bytes);
        }
    }

    pub(crate) fn bytes(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
        if self.bytes.len() >= PIECE
            && let Some(hasher) = &mut self.hasher
        {
            hasher.update(&self.bytes);
            self.bytes.clear();
        }
    }

    pub(crate) fn u8(&mut self, value: u8) {
        self.bytes(&[value]);
    }

    pub(crate) fn u16(&mut self, value: u16) {
        self.bytes(&value.to_le_bytes());
    }

    pub(crate) fn u32(&mut self, value: u32) {
        self.bytes(&value.to_le_bytes());
    }

    pub(crate) fn u64(&mut self, value: u64) {
        self.bytes(&value.to_le_bytes());
    }

    /// Writes a length of 32 bits and returns how many entries to write after it.
    ///
    /// Longer lists are cut to `u32::MAX` entries: such a file is far above the size that a reader accepts.
    pub(crate) fn count(&mut self, length: usize) -> usize {
        let count = u32::try_from(length).unwrap_or(u32::MAX);
        self.u32(count);
        count as usize
    }

    /// As [`Writer::count`] in 16 bits. A list that is cut is longer than any rule allows for it, and refused.
    pub(crate) fn short_count(&mut self, length: usize) -> usize {
        let count = u16::try_from(length).unwrap_or(u16::MAX);
        self.u16(count);
        usize::from(count)
    }
}
