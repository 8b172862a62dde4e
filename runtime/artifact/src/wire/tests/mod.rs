//! Round trips, damaged frames, and changed content under digests that match it.

mod frames;
mod mutations;
mod round_trips;

use super::container::assemble;
use super::{Section, section_bytes};
use crate::Artifact;

/// Section number, whether it is required, its bytes.
type Part = (u16, bool, Vec<u8>);

/// The sections of an artifact, ready for `assemble`.
fn parts(artifact: &Artifact) -> Vec<Part> {
    let part = |section: Section| (section.kind(), true, section_bytes(artifact, section));
    Section::REQUIRED.into_iter().map(part).collect()
}

/// The artifact's bytes after a change to its sections, digests and lengths as they belong.
fn rebuilt(artifact: &Artifact, change: impl FnOnce(&mut Vec<Part>)) -> Vec<u8> {
    let mut parts = parts(artifact);
    change(&mut parts);
    assemble(artifact.edition, &parts)
}
