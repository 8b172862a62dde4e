//! Round trips, damaged frames, and changed content under digests that match it.

mod frames;
mod mutations;
mod round_trips;

use super::container::assemble;
use super::{Section, digest_of_section, section_bytes, section_digest};
use crate::{Artifact, Dfa, Row, sample};

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

#[test]
fn a_digest_is_that_of_the_bytes_wherever_they_are_cut() {
    let mut artifact = sample::realistic();
    // Some hundred kilobytes of rows and of routes.
    let rows = (0..40_000).map(|state| Row { state, lo: 3, hi: 3, next: state / 2 });
    artifact.dfa = Dfa::new(rows.collect(), 40_000);
    let route = artifact.routes[0].clone();
    artifact.routes.extend(std::iter::repeat_n(route, 20_000));
    for section in Section::REQUIRED {
        let bytes = section_bytes(&artifact, section);
        assert_eq!(digest_of_section(&artifact, section), section_digest(&bytes), "{section}");
    }
    assert_eq!(artifact.dfa.digest(), section_digest(&section_bytes(&artifact, Section::Dfa)));
}
