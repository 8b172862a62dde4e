//! Little-endian output.

/// Bytes under construction. Writing cannot fail.
#[derive(Default)]
pub(crate) struct Writer(Vec<u8>);

impl Writer {
    pub(crate) fn finish(self) -> Vec<u8> {
        self.0
    }

    /// Makes room for so many bytes more.
    pub(crate) fn room(&mut self, bytes: usize) {
        self.0.reserve(bytes);
    }

    pub(crate) fn bytes(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
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
