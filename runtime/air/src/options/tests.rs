//! The parameters are what the pages say.

use super::*;
use winter_utils::Serializable;

#[test]
fn the_options_are_the_pinned_bytes() {
    assert_eq!(proof_options().to_bytes(), [60, 8, 12, 3, 8, 7, 0, 0, 1, 1]);
    assert_eq!(HIDING_ROWS, 70);
}

#[test]
fn real_rows_are_whole_cycles_and_leave_enough_to_hide() {
    let sizes: Vec<usize> = (MIN_LOG2_ROWS..=MAX_LOG2_ROWS).map(real_rows).collect();
    assert_eq!(sizes, [440, 952, 1976, 4024, 8120, 16312]);
    for (log2, real) in (MIN_LOG2_ROWS..=MAX_LOG2_ROWS).zip(sizes) {
        assert!((1usize << log2) - real >= HIDING_ROWS);
        assert_eq!(real % CYCLE_ROWS, 0);
    }
    assert_eq!(real_rows(6), 0);
}
