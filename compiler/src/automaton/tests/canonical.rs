//! Equal languages with equal classes give equal rows, however they are written.

use super::super::{Accept, Budget, build};
use super::naive::*;
use super::random_tables::random_table;
use dregg_artifact::{Dfa, Pattern};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;

fn dfa(patterns: &[Pattern], class: impl Fn(&Accept) -> u32) -> Dfa {
    build(patterns, &sets(), &Budget::DEFAULT).expect("not ambiguous").to_dfa(class)
}

#[test]
fn the_order_of_patterns_changes_nothing() {
    for seed in 1000..1060 {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let table = random_table(&mut random);
        // A class that depends on what a pattern says, not on its number.
        let class = |table: &[Pattern], accept: &Accept| {
            let least = &table[accept.least];
            (least.segments.len() * 2 + usize::from(least.tail) + accept.patterns.len()) as u32 % 5
        };
        let first = dfa(&table, |accept| class(&table, accept));
        let mut other = table.clone();
        for at in (1..other.len()).rev() {
            other.swap(at, below(&mut random, at + 1));
        }
        let second = dfa(&other, |accept| class(&other, accept));
        assert_eq!((first.rows(), first.states()), (second.rows(), second.states()), "seed {seed}");
    }
}

#[test]
fn one_language_written_in_two_ways_is_one_dfa() {
    // `a|b|ab` as a set, and as three literals of one class.
    let as_set = dfa(&patterns(&["/x/{3}/y"]), |_| 7);
    let as_literals = dfa(&patterns(&["/x/ab/y", "/x/b/y", "/x/a/y"]), |_| 7);
    assert_eq!(as_set, as_literals);
    let in_classes = dfa(&patterns(&["/x/ab/y", "/x/b/y", "/x/a/y"]), |accept| accept.least as u32);
    assert_ne!(as_set, in_classes);
    // A route that another covers with the same class.
    assert_eq!(
        dfa(&patterns(&["/a/**"]), |_| 1),
        dfa(&patterns(&["/a/**", "/a/b", "/a/*/c", "/a/{1}", "/a/b/d/**"]), |_| 1)
    );
    // A tail, and its first and further segments.
    assert_eq!(dfa(&patterns(&["/a/**"]), |_| 1), dfa(&patterns(&["/a", "/a/*", "/a/*/*/**"]), |_| 1));
}
