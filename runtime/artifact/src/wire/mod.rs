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
pub(crate) use records::{Record, digest_of_section, read_artifact, section_bytes};
pub(crate) use writer::Writer;

use crate::artifact::Artifact;
use crate::error::DecodeError;
use bytes::Bytes;
use container::assemble;

/// The sections that no decision reads, each with the bytes of one that says nothing.
const LATER: [(Section, &[u8]); 4] = [
    (Section::Dfa, &[0; 8]),
    (Section::Routes, &[0; 8]),
    (Section::Tombstones, &[0; 4]),
    (Section::Texts, &[0; 20]),
];

fn section_of<'a>(sections: &container::Sections<'a>, wanted: Section) -> &'a [u8] {
    let place = Section::REQUIRED.iter().position(|section| *section == wanted);
    place.and_then(|place| sections.get(place)).copied().unwrap_or_default()
}

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
        let (edition, sections) = container::open(bytes, &[])?;
        let index = Bytes::copy_from_slice(section_of(&sections, Section::Index));
        let artifact = read_artifact(edition, &sections, index)?;
        artifact.validate()?;
        Ok(artifact)
    }

    /// Reads and checks what decisions are made of, and nothing else: the DFA, the routes' patterns, tombstones and texts
    /// are left empty, unread and unchecked. The route index is not copied, unless it does not begin at a cache line.
    ///
    /// [`Artifact::decode`] of the same bytes tells about the rest. Both agree on every field that is read here.
    ///
    /// # Errors
    /// [`DecodeError`] names the first reason found.
    pub fn decode_for_decisions(file: &Bytes) -> Result<Artifact, DecodeError> {
        let (edition, mut sections) = container::open(file, &LATER.map(|(section, _)| section))?;
        let index = file.slice_ref(section_of(&sections, Section::Index));
        for (bytes, section) in sections.iter_mut().zip(Section::REQUIRED) {
            if let Some((_, nothing)) = LATER.iter().find(|(later, _)| *later == section) {
                *bytes = nothing;
            }
        }
        let artifact = read_artifact(edition, &sections, index)?;
        artifact.validate_for_decisions()?;
        Ok(artifact)
    }
}
