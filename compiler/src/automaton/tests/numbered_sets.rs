//! The canonical numbers of regular sets.

use super::super::number_sets;
use super::naive::*;
use dregg_artifact::{Pattern, Segment};

#[test]
fn sets_are_sorted_used_and_without_duplicates() {
    let mut doubled = sets();
    doubled.extend(sets());
    let count = SETS.len() as u32;
    let mut table = vec![
        Pattern { segments: vec![Segment::Set(count + 1), Segment::Any], tail: false },
        Pattern { segments: vec![Segment::Set(3), Segment::Set(1)], tail: true },
        Pattern { segments: vec![Segment::Set(99)], tail: false },
    ];
    let used = number_sets(&mut table, &doubled);
    assert_eq!(used.len(), 2);
    assert!(used.is_sorted());
    assert_eq!(table[0].segments[0], table[1].segments[1]);
    let Segment::Set(three) = table[1].segments[0] else { panic!("a set") };
    assert_eq!(used[three as usize], sets()[3]);
    assert_eq!(table[2].segments[0], Segment::Set(99));
}
