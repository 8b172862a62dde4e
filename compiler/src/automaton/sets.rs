//! The canonical numbers of regular sets.

use dregg_artifact::{Pattern, Segment, SegmentSet};

/// Gives the regular sets of patterns their canonical numbers: sorted, without duplicates and without those that no
/// pattern names. The patterns are renumbered; a number without a set is left as it is.
pub fn number_sets(patterns: &mut [Pattern], sets: &[SegmentSet]) -> Vec<SegmentSet> {
    fn named(patterns: &mut [Pattern]) -> impl Iterator<Item = &mut u32> {
        patterns.iter_mut().flat_map(|pattern| &mut pattern.segments).filter_map(|segment| match segment {
            Segment::Set(set) => Some(set),
            Segment::Literal(_) | Segment::Any => None,
        })
    }
    let mut used: Vec<SegmentSet> =
        named(patterns).filter_map(|set| sets.get(*set as usize).cloned()).collect();
    used.sort();
    used.dedup();
    for number in named(patterns) {
        let place = sets.get(*number as usize).and_then(|set| used.binary_search(set).ok());
        *number = place.and_then(|place| u32::try_from(place).ok()).unwrap_or(*number);
    }
    used
}
