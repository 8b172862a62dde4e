//! Honest access statements: the checker finds nothing, and the verifier accepts their proofs.

use dregg_air::mask::Whole;
use dregg_tests::statement;

#[test]
fn the_checker_finds_nothing_in_honest_traces() {
    for case in statement::all() {
        let violations = case.claimed().violations(&case.inputs::<Whole>());
        assert!(violations.none(), "{}: {violations:?}", case.name);
    }
}

#[test]
fn honest_proofs_are_accepted() {
    for case in statement::all() {
        let claimed = case.claimed();
        assert_eq!(claimed.verdict(&case.inputs::<Whole>()), Ok(()), "{}", case.name);
    }
}
