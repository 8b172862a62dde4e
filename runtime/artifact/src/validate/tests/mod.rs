//! Every rule with an artifact that breaks it: encoded with honest digests, refused with the fault by name.

mod automaton;
mod governed;
mod index;
mod programs;
mod relations;
mod rules;
mod whole;

use crate::{Artifact, DecodeError, Fault, Place, sample};

/// Demands that the change makes the sample invalid in just this way, whether it comes as a value or as bytes.
#[track_caller]
fn refused(change: impl FnOnce(&mut Artifact), place: Place, fault: Fault) {
    let mut artifact = sample::realistic();
    change(&mut artifact);
    let expected = Err(DecodeError::Invalid { place, fault });
    assert_eq!(artifact.validate(), expected);
    assert_eq!(Artifact::decode(&artifact.encode()).map(|_| ()), expected);
}

/// Demands that the change leaves the sample valid, and that it comes back from its bytes.
#[track_caller]
fn accepted(change: impl FnOnce(&mut Artifact)) {
    let mut artifact = sample::realistic();
    change(&mut artifact);
    assert_eq!(artifact.validate(), Ok(()));
    assert_eq!(Artifact::decode(&artifact.encode()), Ok(artifact));
}

/// A cell with a limb that is no field element.
fn wild_cell() -> crate::CellId {
    crate::CellId([0xff; 32])
}
