//! The order of rows: by hand on a small table, and independent of the numbers that states had before.

use super::super::order::edge_order;
use super::super::transitions::{Step, Transitions};
use super::super::{Budget, build};
use super::naive::*;
use super::random_tables::random_table;
use dregg_artifact::alphabet::{END, symbol};
use dregg_artifact::{Dfa, Row};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use std::collections::BTreeSet;

fn row(state: u32, on: char, next: u32) -> Row {
    let on = symbol(on as u8).expect("a symbol");
    Row { state, lo: on, hi: on, next }
}

fn end(state: u32, class: u32) -> Row {
    Row { state, lo: END, hi: END, next: class }
}

#[test]
fn the_heaviest_chain_comes_first() {
    // `/b` leads to two ways of accepting and is heavier than `/a`, though later in the alphabet.
    let table = patterns(&["/ax", "/bx", "/by"]);
    let dfa =
        build(&table, &[], &Budget::DEFAULT).expect("not ambiguous").to_dfa(|accept| accept.least as u32);
    let expected = [
        // The chain: of two equal ways on, the lower symbol.
        row(0, '/', 1),
        row(1, 'b', 2),
        row(2, 'x', 3),
        end(3, 1),
        // The light rows of the chain, the last state's first, each before its own chain.
        row(2, 'y', 4),
        end(4, 2),
        row(1, 'a', 5),
        row(5, 'x', 6),
        end(6, 0),
    ];
    assert_eq!(dfa.rows(), expected);
    assert_eq!(dfa.states(), 7);
}

#[test]
fn light_rows_of_one_state_go_by_symbol() {
    let table = patterns(&["/c", "/b", "/a"]);
    let dfa =
        build(&table, &[], &Budget::DEFAULT).expect("not ambiguous").to_dfa(|accept| accept.least as u32);
    let rows =
        [row(0, '/', 1), row(1, 'a', 2), end(2, 2), row(1, 'b', 3), end(3, 1), row(1, 'c', 4), end(4, 0)];
    assert_eq!(dfa.rows(), rows);
}

#[test]
fn rows_into_visited_states_stand_together() {
    // All three ways end in one state.
    let table = patterns(&["/a", "/b", "/c/d", "/c"]);
    let dfa = build(&table, &[], &Budget::DEFAULT).expect("not ambiguous").to_dfa(|_| 5);
    let ab = Row { hi: symbol(b'b').expect("a symbol"), ..row(1, 'a', 3) };
    let expected = [row(0, '/', 1), row(1, 'c', 2), row(2, '/', 4), row(4, 'd', 3), end(3, 5), ab, end(2, 5)];
    // Numbers go by first appearance as `state`: after 0, 1, 2 comes the state behind `/c/`.
    let renumbered: Vec<Row> = expected
        .iter()
        .map(|row| {
            let swap = |state: u32| match state {
                3 => 4,
                4 => 3,
                _ => state,
            };
            Row {
                state: swap(row.state),
                next: if row.lo == END { row.next } else { swap(row.next) },
                ..*row
            }
        })
        .collect();
    assert_eq!(dfa.rows(), renumbered);
}

/// The automaton of a DFA with its states numbered in another way.
fn shuffled(dfa: &Dfa, random: &mut ChaCha8Rng) -> Transitions {
    let count = dfa.states() as usize;
    // The start keeps its number.
    let mut old_of: Vec<u32> = (0..dfa.states()).collect();
    for at in (2..count).rev() {
        old_of.swap(at, 1 + below(random, at));
    }
    let mut new_of = vec![0; count];
    for (new, &old) in (0u32..).zip(&old_of) {
        new_of[old as usize] = new;
    }
    let mut result = Transitions::new();
    for &old in &old_of {
        let steps = dfa.rows_of(old).filter(|row| row.lo != END);
        let steps = steps.map(|row| Step { lo: row.lo, hi: row.hi, next: new_of[row.next as usize] });
        result.push(dfa.step(old, END), steps);
    }
    result
}

#[test]
fn old_numbers_do_not_matter_and_new_ones_go_by_first_appearance() {
    for seed in 2000..2060 {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let table = random_table(&mut random);
        let product = build(&table, &sets(), &Budget::DEFAULT).expect("not ambiguous");
        let dfa = product.to_dfa(|accept| accept.least as u32 % 3);
        assert_eq!(edge_order(&shuffled(&dfa, &mut random)), dfa.rows(), "seed {seed}");
        let mut seen = BTreeSet::new();
        for row in dfa.rows() {
            assert!(row.state as usize <= seen.len(), "seed {seed}: {row:?}");
            seen.insert(row.state);
            assert!(row.lo <= row.hi && (row.hi < END || row.lo == END));
            assert!(row.lo == END || row.next < dfa.states());
        }
        assert_eq!(seen.len(), dfa.states() as usize);
        for state in 0..dfa.states() {
            let rows: Vec<&Row> = dfa.rows_of(state).collect();
            for pair in rows.windows(2) {
                assert!(pair[0].hi < pair[1].lo, "disjoint");
                let one = pair[0].next == pair[1].next && pair[0].hi + 1 == pair[1].lo && pair[1].lo != END;
                assert!(!one, "maximal: {pair:?}");
            }
        }
    }
}
