//! Texts stand one for one beside what they describe, or are left out altogether.

use super::{ensure, numbered};
use crate::artifact::Artifact;
use crate::error::{DecodeError, Fault, Place};

pub(super) fn validate(artifact: &Artifact) -> Result<(), DecodeError> {
    let texts = &artifact.texts;
    let counts =
        |found: usize, wanted: usize| ensure(found == 0 || found == wanted, Fault::TextCount, Place::Texts);
    counts(texts.routes.len(), artifact.routes.len())?;
    counts(texts.classes.len(), artifact.classes.len())?;
    for ((number, text), route) in numbered(&texts.routes).zip(&artifact.routes) {
        let place = Place::RouteText(number);
        let last = text.captures.last().map(|(segment, _)| usize::from(*segment));
        let within = last.is_none_or(|last| last < route.pattern.segments.len());
        let later = text.captures.iter().skip(1);
        let sorted = text.captures.iter().zip(later).all(|(before, after)| before.0 < after.0);
        ensure(within && sorted, Fault::TextCount, place)?;
    }
    for ((number, text), class) in numbered(&texts.classes).zip(&artifact.classes) {
        let fits = text
            .iter()
            .zip(&class.access)
            .all(|(text, access)| text.len() == access.guards.len() + access.clauses.len());
        ensure(fits, Fault::TextCount, Place::ClassText(number))?;
    }
    Ok(())
}
