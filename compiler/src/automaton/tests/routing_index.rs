//! The trie: its invariants, its canonical numbers, and what it finds.

use super::super::{includes, number_sets, route_index};
use super::naive::{self, *};
use super::random_tables::random_table;
use dregg_artifact::{IndexNode, Leaf, Pattern, RouteIndex, Segment};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;

fn index(texts: &[&str]) -> RouteIndex {
    let mut table = patterns(texts);
    let sets = number_sets(&mut table, &sets());
    let leaves: Vec<(Pattern, Leaf)> = table.into_iter().zip((0u32..).map(Leaf::Route)).collect();
    route_index(&leaves, sets)
}

#[test]
fn nodes_are_numbered_depth_first() {
    let index = index(&["/b/x", "/*/**", "/a", "/", "/{0}", "/b/*/**"]);
    let expected = [
        IndexNode {
            literals: vec![("a".to_owned(), 1), ("b".to_owned(), 2)],
            sets: vec![(0, 5)],
            any: Some(6),
            exact: Some(Leaf::Route(3)),
            tail: None,
        },
        IndexNode { exact: Some(Leaf::Route(2)), ..IndexNode::default() },
        IndexNode { literals: vec![("x".to_owned(), 3)], any: Some(4), ..IndexNode::default() },
        IndexNode { exact: Some(Leaf::Route(0)), ..IndexNode::default() },
        IndexNode { tail: Some(Leaf::Route(5)), ..IndexNode::default() },
        IndexNode { exact: Some(Leaf::Route(4)), ..IndexNode::default() },
        IndexNode { tail: Some(Leaf::Route(1)), ..IndexNode::default() },
    ];
    assert_eq!(index.nodes, expected);
    assert_eq!(index.sets, [sets()[0].clone()]);
    assert_eq!(index.find(path("/b/x")), Some(Leaf::Route(0)));
    assert_eq!(index.find(path("/b")), Some(Leaf::Route(1)));
    assert_eq!(index.find(path("/v1/y")), Some(Leaf::Route(1)));
    assert_eq!(index.find(path("/")), Some(Leaf::Route(3)));
    assert_eq!(super::super::route_index(&[], Vec::new()).find(path("/")), None);
}

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

#[test]
fn a_set_given_twice_is_one() {
    let set = sets()[0].clone();
    let leaves =
        [pattern("/{0}"), pattern("/{1}/x")].into_iter().zip((0..).map(Leaf::Route)).collect::<Vec<_>>();
    let index = route_index(&leaves, vec![set.clone(), set]);
    assert_eq!(index.nodes[0].sets.len(), 1);
    assert_eq!(index.find(path("/v1")), Some(Leaf::Route(0)));
    assert_eq!(index.find(path("/v1/x")), Some(Leaf::Route(1)));
}

#[test]
fn a_set_stands_after_its_proper_subsets() {
    for seed in 3000..3060 {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let mut table = random_table(&mut random);
        let sets = number_sets(&mut table, &sets());
        let leaves: Vec<(Pattern, Leaf)> = table.iter().cloned().zip((0u32..).map(Leaf::Route)).collect();
        let index = route_index(&leaves, sets.clone());
        let mut backwards = leaves.clone();
        backwards.reverse();
        assert_eq!(route_index(&backwards, sets.clone()), index, "seed {seed}: order matters");
        let mut parents = vec![0; index.nodes.len()];
        for (number, node) in index.nodes.iter().enumerate() {
            assert!(node.literals.is_sorted());
            let children =
                node.literals.iter().map(|(_, child)| child).chain(node.sets.iter().map(|(_, child)| child));
            for &child in children.chain(&node.any) {
                assert!(child as usize > number, "seed {seed}");
                parents[child as usize] += 1;
            }
            for (at, &(later, _)) in node.sets.iter().enumerate() {
                for &(earlier, _) in &node.sets[..at] {
                    let one = |set| Pattern { segments: vec![Segment::Set(set)], tail: false };
                    assert!(
                        !includes(&one(earlier), &one(later), &sets),
                        "seed {seed}: {later} before {earlier}"
                    );
                }
            }
        }
        assert!(parents[0] == 0 && parents[1..].iter().all(|&count| count == 1), "seed {seed}");
    }
}

#[test]
fn the_trie_tries_the_next_branch_when_one_ends() {
    let index = index(&["/a/x", "/{3}/y", "/{2}/z", "/*/w", "/**"]);
    for (text, found) in
        [("/a/x", 0), ("/a/y", 1), ("/a/z", 2), ("/a/w", 3), ("/a/u", 4), ("/aa/y", 4), ("/aa/z", 2)]
    {
        assert_eq!(index.find(path(text)), Some(Leaf::Route(found)), "{text}");
    }
    assert!(naive::matches(&pattern("/{2}/z"), path("/aa/z")));
}
