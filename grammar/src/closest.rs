//! Near misses: which of some names a misspelt one was meant to be.

/// The closest other name within edit distance `max(1, length / 3)`, by distance, then by text.
pub fn closest<'a>(name: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let reach = (name.chars().count() / 3).max(1);
    let scored = names.map(|other| (strsim::osa_distance(name, other), other));
    scored.filter(|(distance, other)| *distance <= reach && *other != name).min().map(|(_, other)| other)
}
