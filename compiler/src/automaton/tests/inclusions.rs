//! The order of patterns, and common members.

use super::super::{common_path, common_segment, equal, includes};
use super::naive::{self, *};
use dregg_artifact::{Pattern, Segment};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;

#[test]
fn patterns_in_each_other() {
    let inside = |big: &str, small: &str| includes(&pattern(big), &pattern(small), &sets());
    for (big, small) in [
        ("/", "/"),
        ("/**", "/"),
        ("/**", "/a/*/{0}/**"),
        ("/a/**", "/a"),
        ("/a/**", "/a/**"),
        ("/a/**", "/a/b/**"),
        ("/*/b", "/a/b"),
        ("/{0}", "/v7"),
        ("/{2}", "/{3}"),
        ("/*/**", "/{2}"),
    ] {
        assert!(inside(big, small), "{small} lies in {big}");
    }
    for (big, small) in [
        ("/", "/**"),
        ("/", "/a"),
        ("/*/**", "/"),
        ("/a/**", "/b"),
        ("/a/b/**", "/a/**"),
        ("/a/*", "/a/**"),
        ("/a/b", "/*/b"),
        ("/{0}", "/w7"),
        ("/{0}", "/*"),
        ("/v0", "/{0}"),
        ("/{3}", "/{2}"),
        ("/a", "/{3}"),
        ("/{77}", "/a"),
        ("/{77}", "/{0}"),
        ("/{0}", "/{77}"),
    ] {
        assert!(!inside(big, small), "{small} does not lie in {big}");
    }
    assert!(equal(&pattern("/*/{0}/**"), &pattern("/*/{0}/**"), &sets()));
    assert!(!equal(&pattern("/a/**"), &pattern("/**"), &sets()));
}

#[test]
fn inclusion_agrees_with_trying_paths() {
    let mut random = ChaCha8Rng::seed_from_u64(3);
    let sets = sets();
    let mut holds = 0;
    for _ in 0..3000 {
        let table = [random_pattern(&mut random, 2), random_pattern(&mut random, 2)];
        let claimed = includes(&table[0], &table[1], &sets);
        assert_eq!(claimed, naive::includes(&table[0], &table[1]), "{table:?}");
        holds += usize::from(claimed);
        let tried = (0..5).all(|_| {
            let text = random_member(&mut random, &table[1]);
            matches(&table[0], path(&text))
        });
        assert!(tried || !claimed, "{table:?}");
    }
    assert!(holds > 100, "{holds}");
}

#[test]
fn every_common_segment_is_the_first_of_all() {
    let sets = sets();
    let mut classes: Vec<Segment> = (0..SETS.len() as u32).map(Segment::Set).collect();
    classes.extend(["a", "v1", "..."].map(|text| Segment::Literal(text.to_owned())));
    classes.push(Segment::Any);
    for left in &classes {
        for right in &classes {
            let both = |text: &&String| segment_matches(left, text) && segment_matches(right, text);
            assert_eq!(
                common_segment(left, right, &sets),
                universe().iter().find(both).cloned(),
                "{left:?} {right:?}"
            );
        }
    }
    assert_eq!(common_segment(&Segment::Literal("..".to_owned()), &Segment::Any, &sets), None);
    assert_eq!(common_segment(&Segment::Set(77), &Segment::Any, &sets), None);
}

#[test]
fn common_paths() {
    let common = |left: &str, right: &str| common_path(&pattern(left), &pattern(right), &sets());
    for (left, right, path) in [
        ("/", "/**", Some("/")),
        ("/**", "/**", Some("/")),
        ("/a/**", "/*/b/**", Some("/a/b")),
        ("/ai/*/v2", "/ai/inference/{0}", Some("/ai/inference/v2")),
        ("/a/**", "/*", Some("/a")),
        ("/a/**", "/", None),
        ("/a/b", "/a", None),
        ("/a", "/b/**", None),
        ("/{0}", "/{1}", None),
    ] {
        assert_eq!(common(left, right).as_deref(), path, "{left} {right}");
        assert_eq!(common(right, left).as_deref(), path, "{right} {left}");
    }
}

#[test]
fn a_common_path_is_the_shortest_of_all() {
    let sets = sets();
    for seed in 0..200 {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let table: Vec<Pattern> = (0..2).map(|_| random_pattern(&mut random, 2)).collect();
        let both = paths(&table, 3).into_iter().filter(|(_, all)| all.len() == 2).map(|(text, _)| text);
        let shortest = both.min_by(|left, right| by_readability(left, right));
        assert_eq!(common_path(&table[0], &table[1], &sets), shortest, "{table:?}");
    }
}
