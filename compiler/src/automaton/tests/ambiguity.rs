//! Which tables are ambiguous, and whether each witness is the shortest path that shows it.

use super::super::{AMBIGUITIES, Ambiguity, Budget, BuildError, build};
use super::naive::*;
use super::random_tables::number;
use dregg_artifact::Pattern;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use std::collections::BTreeMap;

fn ambiguities(patterns: &[Pattern]) -> Vec<Ambiguity> {
    match build(patterns, &sets(), &Budget::DEFAULT) {
        Ok(_) => Vec::new(),
        Err(BuildError::Ambiguous(found)) => found,
        Err(error @ BuildError::Explosion { .. }) => panic!("{error}"),
    }
}

fn witnesses(texts: &[&str]) -> Vec<(usize, usize, String)> {
    let found = ambiguities(&patterns(texts));
    found.into_iter().map(|pair| (pair.first, pair.second, pair.witness)).collect()
}

fn pair(first: usize, second: usize, witness: &str) -> (usize, usize, String) {
    (first, second, witness.to_owned())
}

#[test]
fn crossing_patterns_need_a_third_one() {
    assert_eq!(witnesses(&["/ai/*/v2", "/ai/inference/{0}"]), [pair(0, 1, "/ai/inference/v2")]);
    assert_eq!(witnesses(&["/ai/*/v2", "/ai/inference/{0}", "/ai/inference/v2"]), []);
    // A guard of everything below is no conflict.
    assert_eq!(witnesses(&["/ai/*/v2", "/ai/inference/{0}", "/ai/inference/v2", "/ai/**", "/**"]), []);
}

#[test]
fn a_path_that_a_third_pattern_decides_is_no_witness() {
    // `/a/b` is decided, what lies below is not.
    assert_eq!(witnesses(&["/a/**", "/*/b/**", "/a/b"]), [pair(0, 1, "/a/b/a")]);
    assert_eq!(witnesses(&["/a/**", "/*/b/**", "/a/b", "/a/b/*"]), [pair(0, 1, "/a/b/a/a")]);
    assert_eq!(witnesses(&["/a/**", "/*/b/**", "/a/b/**"]), []);
}

#[test]
fn equal_languages_are_ambiguous() {
    assert_eq!(witnesses(&["/a/*", "/b", "/a/*"]), [pair(0, 2, "/a/a")]);
    assert_eq!(witnesses(&["/", "/"]), [pair(0, 1, "/")]);
    assert_eq!(witnesses(&["/a/**", "/a/**"]), [pair(0, 1, "/a")]);
    // Also if a more specific pattern decides some of their paths.
    assert_eq!(witnesses(&["/*", "/*", "/a", "/b"]), [pair(0, 1, "/c")]);
    // And even if others decide all of them.
    assert_eq!(witnesses(&["/**", "/", "/*/**", "/**"]), [pair(0, 3, "/")]);
    // The same set under two numbers, whether or not others decide all paths.
    let mut doubled = sets();
    let again = format!("/{{{}}}/**", doubled.len());
    doubled.push(doubled[0].clone());
    for others in [&[][..], &["/{0}", "/{0}/*/**"]] {
        let mut table = patterns(&["/{0}/**", &again]);
        table.extend(patterns(others));
        let Err(BuildError::Ambiguous(found)) = build(&table, &doubled, &Budget::DEFAULT) else {
            panic!("ambiguous")
        };
        assert_eq!(found, [Ambiguity { first: 0, second: 1, witness: "/v0".to_owned() }]);
    }
}

#[test]
fn regular_sets_conflict_where_they_meet() {
    // `[ab]+` and `.*a` meet in `a`, `a|b|ab` and `.*a` too; `v[0-9]+` and `[0-9]+` nowhere.
    assert_eq!(witnesses(&["/{2}", "/{4}"]), [pair(0, 1, "/a")]);
    assert_eq!(witnesses(&["/{2}", "/{4}", "/a"]), [pair(0, 1, "/aa")]);
    assert_eq!(witnesses(&["/{0}", "/{1}"]), []);
    // A proper subset is more specific.
    assert_eq!(witnesses(&["/{2}", "/{3}", "/*"]), []);
}

#[test]
fn one_witness_a_pair_and_no_more_than_the_limit() {
    let texts = ["/a/*/*/*", "/*/a/*/*", "/*/*/a/*", "/*/*/*/a"];
    let pairs: Vec<(usize, usize)> =
        ambiguities(&patterns(&texts)).iter().map(|pair| (pair.first, pair.second)).collect();
    assert_eq!(pairs, [(0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (2, 3)]);
    let many: Vec<String> = (0..12).map(|at| "/*".repeat(at) + "/a" + &"/*".repeat(11 - at)).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    assert_eq!(witnesses(&many).len(), AMBIGUITIES);
}

/// Notes the text for every pair among `all`, unless a better one is there.
fn keep_best(
    best: &mut BTreeMap<(usize, usize), String>,
    text: &str,
    all: &[usize],
    wanted: impl Fn(usize, usize) -> bool,
) {
    for (at, &first) in all.iter().enumerate() {
        for &second in all[at + 1..].iter().filter(|&&second| wanted(first, second)) {
            let best = best.entry((first, second)).or_insert_with(|| text.to_owned());
            if by_readability(text, best).is_lt() {
                text.clone_into(best);
            }
        }
    }
}

#[test]
fn pairs_and_shortest_witnesses_are_those_of_brute_force() {
    let mut ambiguous = 0u64;
    let tables = number("DREGG_TABLES", 300);
    for seed in 0..tables {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let size = 1 + below(&mut random, 7);
        let table: Vec<Pattern> = (0..size).map(|_| random_pattern(&mut random, 3)).collect();
        let mut best: BTreeMap<(usize, usize), String> = BTreeMap::new();
        let mut equal: BTreeMap<(usize, usize), String> = BTreeMap::new();
        let shortest = |(text, all): (String, Vec<usize>)| {
            keep_best(&mut equal, &text, &all, |first, second| table[first] == table[second]);
            if !all.is_empty() && least(&table, &all).is_none() {
                keep_best(&mut best, &text, &minimal(&table, &all), |_, _| true);
            }
        };
        paths(&table, 4).into_iter().for_each(shortest);
        for (pair, witness) in equal {
            best.entry(pair).or_insert(witness);
        }
        let mut expected: Vec<Ambiguity> =
            best.into_iter().map(|((first, second), witness)| Ambiguity { first, second, witness }).collect();
        expected.sort_by(|left, right| {
            by_readability(&left.witness, &right.witness)
                .then_with(|| (left.first, left.second).cmp(&(right.first, right.second)))
        });
        expected.truncate(AMBIGUITIES);
        ambiguous += u64::from(!expected.is_empty());
        assert_eq!(ambiguities(&table), expected, "seed {seed}: {table:?}");
    }
    assert!(
        (tables / 6..tables * 5 / 6).contains(&ambiguous),
        "{ambiguous} of {tables} tables are ambiguous"
    );
}
