//! The bounds against all walks of small tables, and against derivations counted by hand.

use super::*;
use crate::derive::derive;
use crate::derive::tests::{fact, known, program, public};
use dregg_air::derivation::witness::rows;
use dregg_air::inputs::{Bounds, Walk};
use dregg_air::program::Program;
use dregg_air::route::witness::walk;
use dregg_artifact::Row;
use dregg_artifact::alphabet::END;
use dregg_commit::Digest;
use rand::{Rng, RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::marker::PhantomData;

/// A tree of states in the order in which a walk meets them, some with a step to themselves or to the state above.
struct Grown {
    rows: Vec<Row>,
    states: u32,
}

impl Grown {
    fn new(random: &mut impl Rng, depth: usize, cycles: bool) -> Grown {
        let mut grown = Grown { rows: Vec::new(), states: 0 };
        grown.state(random, depth, None, cycles);
        grown
    }

    fn state(&mut self, random: &mut impl Rng, depth: usize, above: Option<u32>, cycles: bool) {
        let state = self.states;
        self.states += 1;
        let mut row = |lo, hi, next| self.rows.push(Row { state, lo, hi, next });
        match random.random_range(0..5) {
            0 if cycles => row(40, 60, state),
            1 if cycles => above.into_iter().for_each(|above| row(61, 61, above)),
            _ => {}
        }
        if depth == 0 || random.random_range(0..3) == 0 {
            row(END, END, state % 3);
        }
        let ways = if depth == 0 { 0 } else { random.random_range(1..4) };
        for way in 0..ways {
            self.rows.push(Row { state, lo: 10 * way, hi: 10 * way + 3, next: self.states });
            self.state(random, depth - 1, Some(state), cycles);
        }
    }
}

/// The cost of a path.
fn cost(dfa: &Dfa, table: &TableTree, symbols: &[u8]) -> Option<usize> {
    Some(walk(dfa, table, symbols)?.cycles(table, tree::ROUTE)?.len())
}

/// The dearest of all paths that take every step at most once.
fn dearest_path(dfa: &Dfa, table: &TableTree) -> usize {
    let mut dearest = 0;
    let mut paths: Vec<(u32, Vec<u8>, Vec<Row>)> = vec![(0, Vec::new(), Vec::new())];
    while let Some((state, path, taken)) = paths.pop() {
        for row in dfa.rows_of(state).filter(|row| !taken.contains(row)) {
            if row.lo == END {
                dearest = dearest.max(cost(dfa, table, &path).unwrap());
            } else {
                let path = [&path[..], &[row.hi]].concat();
                paths.push((row.next, path, [&taken[..], &[*row]].concat()));
            }
        }
    }
    dearest
}

#[test]
fn the_bound_is_the_dearest_walk_where_walks_go_one_way() {
    let mut random = ChaCha8Rng::seed_from_u64(1);
    let mut sizes = Vec::new();
    for depth in [0, 1, 2, 3, 4, 5, 5, 6, 6] {
        let grown = Grown::new(&mut random, depth, false);
        let table = TableTree::new(&grown.rows);
        let dfa = Dfa::new(grown.rows, grown.states);
        assert_eq!(dearest_walk(&dfa, &table), dearest_path(&dfa, &table), "{dfa:?}");
        sizes.push(dfa.rows().len());
    }
    assert!(sizes.iter().any(|rows| *rows > 100), "{sizes:?}");
    assert_eq!(dearest_walk(&Dfa::default(), &TableTree::new(&[])), 0);
}

#[test]
fn no_walk_is_dearer_than_the_bound_where_walks_go_round() {
    let mut random = ChaCha8Rng::seed_from_u64(2);
    let (mut exact, mut over) = (0, 0);
    for _ in 0..40 {
        let grown = Grown::new(&mut random, 4, true);
        let table = TableTree::new(&grown.rows);
        let dfa = Dfa::new(grown.rows, grown.states);
        let (bound, path) = (dearest_walk(&dfa, &table), dearest_path(&dfa, &table));
        assert!(path <= bound, "{path} {bound} {dfa:?}");
        assert!(bound <= path + path / 2 + 2, "{path} {bound} {dfa:?}");
        exact += usize::from(path == bound);
        over += usize::from(path < bound);
    }
    assert!(exact > 10 && over > 0, "{exact} {over}");
}

#[test]
fn no_walk_is_dearer_than_the_bound_in_any_table() {
    let mut random = ChaCha8Rng::seed_from_u64(3);
    let mut walks = 0;
    for _ in 0..60 {
        let states = random.random_range(2..40u32);
        let mut rows = Vec::new();
        for state in 0..states {
            for way in 0..random.random_range(1..4u8) {
                rows.push(Row { state, lo: 20 * way, hi: 20 * way, next: random.random_range(0..states) });
            }
            if random.random_range(0..3) == 0 {
                rows.push(Row { state, lo: END, hi: END, next: 0 });
            }
        }
        let table = TableTree::new(&rows);
        let dfa = Dfa::new(rows, states);
        let bound = dearest_walk(&dfa, &table);
        for _ in 0..50 {
            let mut path = Vec::new();
            let mut state = 0;
            while path.len() < 200 && random.random_range(0..40) > 0 {
                let ways: Vec<&Row> = dfa.rows_of(state).filter(|row| row.lo != END).collect();
                let row = ways[random.random_range(0..ways.len())];
                path.push(row.lo);
                state = row.next;
            }
            if let Some(cost) = cost(&dfa, &table, &path) {
                assert!(cost <= bound, "{cost} {bound} {dfa:?}");
                walks += 1;
            }
        }
    }
    assert!(walks > 500, "{walks}");
}

const CHAIN: [&str; 4] = [
    "g9(c) :- p0(c, 40)",
    "p0(x, w) :- p1(x, w); revoked@6(w)",
    "p1(x, w) :- granted@2(x, w)",
    "p1(x, w) :- p1(y, w); delegated@11(y, x, w, until); 5 < until",
];

#[test]
fn a_chain_takes_a_step_more_for_each_fact() {
    let program = program(&CHAIN);
    let dearest = |facts| derivation::dearest(&program, 64, facts);
    // Four rows for the goal, three for the clause and three and two for absence and grant; then five for each delegation.
    assert_eq!([0, 1, 2, 3, 4, 6, 32].map(dearest), [0, 0, 12, 17, 22, 32, 162]);
    // A chain that may be no higher is no longer.
    assert_eq!([1, 2, 3, 4].map(|depth| derivation::dearest(&program, depth, 32)), [0, 12, 17, 22]);
    let facts = public(&[("granted", &[100, 40])]);
    for delegations in 1..5u64 {
        let mut known = known(&facts, &[]);
        for at in 0..delegations {
            let to = if at + 1 == delegations { 7 } else { 101 + at };
            known.hold(&fact("delegated", &[100 + at, to, 40, 9]), Some(0));
        }
        let found = derive(&program, &known, 64).unwrap();
        assert_eq!(rows(&program, &found.instances) - program.atoms.len(), dearest(found.records.len()));
    }
}

#[test]
fn rules_that_need_no_facts_are_bounded_by_the_depth() {
    let turns = program(&["g9(c) :- p0(c, 40)", "p0(x, w) :- mark@2(x, w)", "p0(x, w) :- p0(w, x)"]);
    assert_eq!([1, 2, 64].map(|depth| derivation::dearest(&turns, depth, 1)), [9, 11, 135]);
    assert_eq!(derivation::dearest(&turns, 64, 0), 0);
    // A proof has 256 instances at most, of four rows here.
    let grows = program(&["g9(c) :- p0(c)", "p0(x) :- p0(x); p0(x)", "p0(x) :- "]);
    assert_eq!([1, 2, 3, 64].map(|depth| derivation::dearest(&grows, depth, 4)), [7, 11, 19, 1024]);
}

#[test]
fn every_goal_has_the_allowance_for_itself() {
    let both = program(&["g9(c) :- g1(c); g2(c)", "g1(c) :- mark@2(c)", "g2(c) :- badge@3(c)"]);
    assert_eq!([0, 1].map(|facts| derivation::dearest(&both, 1, facts)), [0, 11]);
    // A stake is no fact.
    let stake = program(&["g9(c) :- stake@4(c, a); 1000 <= a"]);
    assert_eq!(derivation::dearest(&stake, 1, 0), 8);
    // The dearest branch counts, if it can be taken.
    let branches =
        program(&["g9(c) :- g1(c)", "g9(c) :- mark@2(c); mark@2(1)", "g1(c) :- ", "g9(c) :- g3(c)"]);
    assert_eq!([0, 1, 2].map(|facts| derivation::dearest(&branches, 1, facts)), [7, 7, 8]);
}

fn inputs(program: &Program, path: PathInput, trees: &[u64]) -> AccessInputs {
    AccessInputs {
        context: Default::default(),
        roots: trees.iter().map(|tree| (*tree, Digest::ZERO)).collect(),
        path,
        walks: vec![Walk { tree: tree::ROUTE, class: 0 }],
        hidden_caller: None,
        program: program.clone(),
        bounds: Bounds { segments: 32, bytes: 1024, depth: 64 },
        mask: PhantomData,
    }
}

#[test]
fn the_allowance_by_hand() {
    let program = program(&CHAIN);
    let opened = |trees: &[u64], facts| cycles(&inputs(&program, PathInput::Opened, trees), 0, facts);
    assert_eq!(opened(&[], 4), 3);
    assert_eq!(opened(&[tree::FACTS], 4), 3 + 4 * 25 + 1);
    assert_eq!(opened(&[tree::FACTS, tree::CREDENTIALS], 1), 3 + 25 + 2);
    assert_eq!(opened(&[tree::FACTS, tree::CREDENTIALS, tree::STAKE], 4), 3 + 100 + 2 + 21);
    let length = |path, walk, trees: &[u64], facts| allowance(&inputs(&program, path, trees), walk, facts);
    assert_eq!(length(PathInput::Opened, 0, &[], 4), 9);
    assert_eq!(length(PathInput::Opened, 0, &[tree::FACTS], 4), 10);
    // 118 cycles and an empty one are the most of 2^10 rows.
    let shown = || PathInput::Shown(vec![1; 9]);
    assert_eq!([14, 15].map(|walk| length(shown(), walk, &[tree::FACTS], 4)), [10, 11]);
    // Three blocks more, which hide it.
    let hidden = |blocks| PathInput::Hidden { blocks, commitment: Digest::ZERO };
    assert_eq!([11, 12].map(|walk| length(hidden(3), walk, &[tree::FACTS], 4)), [10, 11]);
    // Rows of steps count where there are more of them than of cycles: 256 blocks and 1,024 steps.
    assert_eq!(cycles(&inputs(&program, hidden(256), &[]), 100, 0), 359);
    assert_eq!(
        cycles(&inputs(&program, PathInput::Shown(vec![1; 1023]), &[]), 100, 0),
        (21 + 1026_usize).div_ceil(8)
    );
    assert_eq!(length(PathInput::Opened, 5000, &[], 32), MAX_LOG2_ROWS);
}
