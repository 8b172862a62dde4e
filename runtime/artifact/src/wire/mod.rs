//! The bytes of an artifact: `FORMAT.md` in code.
//!
//! `container` is the frame (header, section table, digests), `records` is what stands in the sections; each record
//! writes and reads itself side by side. Not here: whether the content makes sense (`validate`), nor the policy root
//! (`root`).

mod container;
mod reader;
mod records;
mod section;
mod writer;

#[cfg(test)]
mod tests;

pub use container::{FORMAT, MAGIC, reseal};
pub use section::Section;

pub(crate) use container::section_digest;
pub(crate) use reader::Reader;
pub(crate) use records::{Record, read_artifact, section_bytes};
pub(crate) use writer::Writer;

use crate::artifact::Artifact;
use crate::error::DecodeError;
use container::assemble;

impl Artifact {
    /// The canonical bytes of this artifact.
    ///
    /// Total, whatever the artifact holds: what breaks a rule is written as well and refused by [`Artifact::decode`].
    pub fn encode(&self) -> Vec<u8> {
        let sections: Vec<(u16, bool, Vec<u8>)> = Section::REQUIRED
            .into_iter()
            .map(|section| (section.kind(), true, section_bytes(self, section)))
            .collect();
        assemble(self.edition, &sections)
    }

    /// Reads and validates the bytes of an artifact. Afterwards every number in it may be followed without fear.
    ///
    /// Takes time in proportion to the bytes (up to a logarithm) and memory of at most a small multiple of them: a
    /// count is believed only up to the bytes that are there.
    ///
    /// # Errors
    /// [`DecodeError`] names the first reason found.
    pub fn decode(bytes: &[u8]) -> Result<Artifact, DecodeError> {
        let (edition, sections) = container::open(bytes)?;
        let artifact = read_artifact(edition, &sections)?;
        artifact.validate()?;
        Ok(artifact)
    }
}
