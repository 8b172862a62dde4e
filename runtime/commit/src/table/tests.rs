//! Names, leaves and groups, where their rules bite; and trees that are updated.

use super::groups::{Tier, empty};
use super::leaves::Leaves;
use super::names::Names;
use super::*;
use crate::hash::{Kind, hash_block};
use std::collections::{BTreeMap, BTreeSet};

/// A small generator of numbers (SplitMix64).
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % bound as u64) as usize
    }
}

/// Words as a trie: the rows of each word that no word before has, one after the other.
fn trie(words: &[Vec<u8>]) -> Vec<Row> {
    let mut rows = Vec::new();
    let mut known = BTreeMap::new();
    for word in words {
        let mut state = 0;
        for &letter in word {
            let fresh = u32::try_from(known.len() + 1).unwrap();
            let next = *known.entry((state, letter)).or_insert(fresh);
            if next == fresh {
                rows.push(Row { state, lo: letter, hi: letter, next });
            }
            state = next;
        }
        let class = u32::try_from(word.len()).unwrap();
        if !rows.iter().any(|row: &Row| row.state == state && row.lo == END) {
            rows.push(Row { state, lo: END, hi: END, next: class });
        }
    }
    rows
}

fn word(random: &mut Random) -> Vec<u8> {
    (0..1 + random.below(9)).map(|_| u8::try_from(random.below(70)).unwrap()).collect()
}

#[test]
fn names_differ_and_the_start_is_zero() {
    let same = |hashes: &[u64]| Names::from_hashes(hashes, vec![0; hashes.len()]);
    let names = same(&[1, 7 << 33, 7 << 33 | 5, 8 << 33, 7 << 33, 0, u64::MAX, u64::MAX]);
    let names: Vec<u32> = (0..8).map(|state| names.of(state).unwrap()).collect();
    assert_eq!(names, [0, 7, 8, 10, 9, 1, (1 << 31) - 1, 1 << 31]);
    assert_eq!(same(&[]).of(0), None);
    // Everybody wants one name.
    let crowd = same(&[9; 3000]);
    let names: BTreeSet<u32> = (0..3000).map(|state| crowd.of(state).unwrap()).collect();
    assert_eq!((names.len(), names.first()), (3000, Some(&0)));
}

#[test]
fn a_name_tells_the_way_and_not_the_number() {
    let step = |state, lo, next| Row { state, lo, hi: lo, next };
    let names = Names::new(&[step(0, 3, 1), step(1, 4, 2), step(2, 5, 1)]);
    // The same walk with another state in between.
    let others = Names::new(&[step(0, 2, 1), step(1, 1, 0), step(0, 3, 2), step(2, 4, 3), step(3, 5, 2)]);
    assert_eq!((names.of(1), names.of(2)), (others.of(2), others.of(3)));
    assert_eq!((names.of(1), names.of(2)), (Some(954254152), Some(1808768030)));
    assert_ne!(names.of(1), others.of(1));
    assert_eq!(others.first_row(others.of(3).unwrap()), Some(4));
    assert_eq!(others.first_row(others.of(3).unwrap() + 1), None);
    // Rows that no edge order has still give every state a name of its own.
    let strange = Names::new(&[step(5, 0, 5), step(4, 0, 2)]);
    let all: BTreeSet<u32> = (0..6).map(|state| strange.of(state).unwrap()).collect();
    assert_eq!(all.len(), 6);
}

#[test]
fn a_leaf_of_three_ends_where_the_walk_does() {
    let step = |state, next| Row { state, lo: 1, hi: 1, next };
    let end = |state| Row { state, lo: END, hi: END, next: 3 };
    let starts = |rows: &[Row]| {
        let leaves = Leaves::new(rows);
        let of = |row: usize| leaves.of_row(row).unwrap();
        (0..rows.len()).filter(|row| of(*row).1 == 0).collect::<Vec<usize>>()
    };
    assert_eq!(starts(&[step(0, 1), step(1, 2), step(2, 3), step(3, 4), step(4, 5)]), [0, 4]);
    assert_eq!(starts(&[step(0, 1), step(1, 2), step(2, 4), step(3, 4), step(4, 5)]), [0, 3]);
    assert_eq!(starts(&[step(0, 1), step(1, 3), step(2, 3), step(2, 4), step(4, 5)]), [0, 4]);
    // A class is no state to go on from.
    assert_eq!(starts(&[step(0, 1), step(1, 2), end(2), step(3, 4), step(4, 5)]), [0, 3]);
    assert_eq!(starts(&[step(0, 1), step(1, 2), end(2), step(2, 4), step(4, 5)]), [0, 4]);
    assert_eq!(starts(&[step(0, 1), step(5, 2)]), [0]);
    assert_eq!(Leaves::new(&[]).of_row(0), None);
    assert_eq!(Leaves::new(&[step(0, 1)]).of_row(1), None);
}

#[test]
fn groups_end_before_the_least_that_may_follow() {
    let mut digests: Vec<Digest> = (0..1000).map(|at| Digest([5000 - at, 0, 0, 0])).collect();
    let ends = |digests: &[Digest]| {
        let tier = Tier::new(digests.to_vec(), &empty());
        (0..digests.len()).filter(|at| tier.place(*at).unwrap().1 == 0).collect::<Vec<usize>>()
    };
    assert_eq!(ends(&digests), [0, 256, 512, 768]);
    digests[191] = Digest([1, 0, 0, 0]);
    digests[200] = Digest([2, 0, 0, 0]);
    digests[205] = Digest([2, 0, 0, 0]);
    assert_eq!(ends(&digests), [0, 200, 456, 712, 968]);
    assert_eq!(ends(&digests[..256]), [0]);
    assert_eq!(ends(&digests[..257]), [0, 200]);
}

/// Every place of the tree has the digest of what is below it, and every row stands at one of its own.
fn check(tree: &TableTree, rows: &[Row]) {
    let digest = |level: usize, at: usize| tree.digest(level, at).unwrap();
    let mut places = BTreeSet::new();
    for (number, row) in rows.iter().enumerate() {
        let place = tree.place(number).unwrap();
        assert!(places.insert(place));
        let leaf = tree.leaf(place / ROWS).unwrap();
        assert_eq!(leaf[place % ROWS], row_elements(&tree.named(row)));
    }
    assert_eq!(tree.place(rows.len()), None);
    for leaf in places.iter().map(|place| place / ROWS).collect::<BTreeSet<usize>>() {
        let [(a, b), (c, d), (e, f), (g, h)] = tree.leaf(leaf).unwrap();
        assert_eq!(digest(0, leaf), hash_block(Kind::RowLeaf, 0, [a, b, c, d, e, f, g, h]));
    }
    for level in 0..tree.depth() {
        let above = places.iter().map(|place| (place / ROWS) >> (level + 1)).collect::<BTreeSet<usize>>();
        for at in above {
            assert_eq!(digest(level + 1, at), node(digest(level, 2 * at), digest(level, 2 * at + 1)));
        }
        assert_eq!(tree.digest(level, 1 << (tree.depth() - level)), None);
    }
    assert_eq!(tree.root(), table_root(rows));
}

#[test]
fn large_trees_have_tiers() {
    let mut random = Random(1);
    let mut depths = Vec::new();
    for words in [0, 1, 160, 200, 900] {
        let rows = trie(&(0..words).map(|_| word(&mut random)).collect::<Vec<_>>());
        let tree = TableTree::new(&rows);
        check(&tree, &rows);
        depths.push(tree.depth());
    }
    assert_eq!(depths, [0, 1, 8, 9, 11]);
}

#[test]
fn an_updated_tree_is_the_tree_of_its_rows() {
    let mut random = Random(2);
    for start in [0, 3, 150, 700] {
        let mut words: Vec<Vec<u8>> = (0..start).map(|_| word(&mut random)).collect();
        let mut tree = TableTree::new(&trie(&words));
        for step in 0..12 {
            match random.below(6) {
                0 | 1 => words.insert(random.below(words.len() + 1), word(&mut random)),
                2 if !words.is_empty() => drop(words.remove(random.below(words.len()))),
                3 if !words.is_empty() => {
                    let at = random.below(words.len());
                    words[at] = word(&mut random);
                }
                4 => {
                    // Much at once, at both ends and moved about.
                    let moved = random.below(words.len() + 1);
                    words.rotate_left(moved);
                    words.extend((0..random.below(120)).map(|_| word(&mut random)));
                }
                5 => words.truncate(random.below(words.len() + 1).max(words.len() / 2)),
                _ => {}
            }
            let rows = trie(&words);
            tree.update(&rows);
            let fresh = TableTree::new(&rows);
            assert_eq!(
                (tree.root(), tree.depth()),
                (fresh.root(), fresh.depth()),
                "{start} words, step {step}"
            );
            if step % 4 == 3 {
                check(&tree, &rows);
            }
        }
    }
}

#[test]
fn one_word_more_changes_few_leaves() {
    let mut random = Random(3);
    let mut words: Vec<Vec<u8>> = (0..2000).map(|_| word(&mut random)).collect();
    let before = Leaves::new(&trie(&words));
    words.insert(700, vec![1, 2, 3, 4, 5]);
    let (_, same) = Leaves::like(&trie(&words), &before, Vec::new());
    let new = same.iter().filter(|same| **same == names::NONE).count();
    assert!((1..40).contains(&new), "{new} of {}", same.len());
}
