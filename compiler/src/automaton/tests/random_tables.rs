//! Random tables: the DFA, the product, the trie and the naive matcher agree, and the DFA is minimal.
//!
//! `DREGG_TABLES` says how many tables (10,000 by hand before a release), `DREGG_SEED` where to begin.

use super::super::{Budget, BuildError, build, table as fast_table};
use super::naive::*;
use dregg_artifact::alphabet::{self, END};
use dregg_artifact::{Dfa, Limits, Path, Pattern, RouteIndex};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use std::collections::{BTreeMap, BTreeSet};

pub fn number(name: &str, default: u64) -> u64 {
    #[expect(clippy::disallowed_methods, reason = "a test's size may be set by hand")]
    std::env::var(name).ok().and_then(|value| value.parse().ok()).unwrap_or(default)
}

/// A table that is not ambiguous: of every ambiguous pair the second is taken away until none is left.
pub fn random_table(random: &mut ChaCha8Rng) -> Vec<Pattern> {
    let size = 1 + below(random, 60);
    let depth = if size > 20 { 4 } else { 5 };
    let mut table: Vec<Pattern> = (0..size).map(|_| random_pattern(random, depth)).collect();
    loop {
        match build(&table, &sets(), &Budget::DEFAULT) {
            Ok(_) => return table,
            Err(BuildError::Ambiguous(pairs)) => {
                assert!(!pairs.is_empty());
                for pair in &pairs {
                    check_ambiguity(&table, pair.first, pair.second, &pair.witness);
                }
                let drop: BTreeSet<usize> = pairs.iter().map(|pair| pair.second).collect();
                let keep = |at: &usize| !drop.contains(at);
                table = (0..table.len()).filter(keep).map(|at| table[at].clone()).collect();
            }
            Err(error @ BuildError::Explosion { .. }) => panic!("{error}"),
        }
    }
}

/// The witness is matched by both, and decided by none unless the patterns are equal.
fn check_ambiguity(table: &[Pattern], first: usize, second: usize, witness: &str) {
    let all = matching(table, path(witness));
    if table[first] == table[second] {
        return assert!(
            first < second && all.contains(&first) && all.contains(&second),
            "{witness}: {all:?}"
        );
    }
    let minimal = minimal(table, &all);
    assert!(
        first < second && minimal.contains(&first) && minimal.contains(&second),
        "{witness}: {minimal:?}"
    );
    assert_eq!(least(table, &all), None, "{witness}");
}

/// The class of a text by the DFA, whether or not it is a path.
fn walk(dfa: &Dfa, text: &str) -> Option<u32> {
    let mut state = 0;
    for byte in text.bytes() {
        state = dfa.step(state, alphabet::symbol(byte)?)?;
    }
    dfa.step(state, END)
}

/// How many classes of equivalent states there are, by rounds of refinement over single symbols.
fn moore(dfa: &Dfa) -> usize {
    let states = dfa.states() as usize;
    let table: Vec<Vec<Option<u32>>> =
        (0..dfa.states()).map(|state| (0..END).map(|symbol| dfa.step(state, symbol)).collect()).collect();
    let mut block: Vec<usize> = vec![0; states];
    let mut blocks = 0;
    loop {
        let mut numbers = BTreeMap::new();
        let next: Vec<usize> = (0..states)
            .map(|state| {
                let targets: Vec<Option<usize>> =
                    table[state].iter().map(|next| next.map(|next| block[next as usize])).collect();
                let fresh = numbers.len();
                *numbers.entry((block[state], dfa.step(state as u32, END), targets)).or_insert(fresh)
            })
            .collect();
        let count = numbers.len();
        if count == blocks {
            return count;
        }
        (block, blocks) = (next, count);
    }
}

/// Every state is reached from the start and reaches acceptance.
fn assert_trim(dfa: &Dfa) {
    let edges: Vec<(u32, u32)> =
        dfa.rows().iter().filter(|row| row.lo != END).map(|row| (row.state, row.next)).collect();
    let mut reached = BTreeSet::from([0]);
    let mut live: BTreeSet<u32> =
        dfa.rows().iter().filter(|row| row.lo == END).map(|row| row.state).collect();
    for _ in 0..dfa.states() {
        let before = (reached.len(), live.len());
        reached.extend(
            edges.iter().filter(|edge| reached.contains(&edge.0)).map(|edge| edge.1).collect::<Vec<_>>(),
        );
        live.extend(
            edges.iter().filter(|edge| live.contains(&edge.1)).map(|edge| edge.0).collect::<Vec<_>>(),
        );
        if before == (reached.len(), live.len()) {
            break;
        }
    }
    assert_eq!((reached.len(), live.len()), (dfa.states() as usize, dfa.states() as usize));
}

#[test]
fn engines_agree_and_the_dfa_is_minimal() {
    let mut accepted = 0;
    let mut seen = 0;
    for seed in number("DREGG_SEED", 0)..number("DREGG_SEED", 0) + number("DREGG_TABLES", 300) {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let table = random_table(&mut random);
        let sets = sets();
        let product = build(&table, &sets, &Budget::DEFAULT).expect("not ambiguous");
        let classes = 1 + below(&mut random, 4) as u32;
        // Two views of one product: which pattern decides, and a class that many patterns share.
        let by_pattern = product.to_dfa(|accept| accept.least as u32);
        let by_class = product.to_dfa(|accept| accept.patterns.len() as u32 % classes);
        let fast = fast_table(&table, &sets, &Budget::DEFAULT).expect("not ambiguous");
        let all_classes: Vec<Option<u32>> = (0..table.len() as u32).map(Some).collect();
        let index = RouteIndex::new(fast.graph(), &all_classes, table.len() as u32).expect("small");
        for dfa in [&by_pattern, &by_class] {
            assert_eq!(moore(dfa), dfa.states() as usize, "seed {seed}: not minimal");
            assert_trim(dfa);
        }
        for round in 0..100 {
            let member_of = pick(&mut random, &table);
            let mut text = random_member(&mut random, member_of);
            if round % 2 == 1 {
                text = one_edit(&mut random, &text);
            }
            seen += 1;
            let Ok(path) = Path::parse(&text, &Limits::CEILING) else {
                assert_eq!(walk(&by_pattern, &text), None, "seed {seed}: {text} is no path");
                assert_eq!(
                    index.find(text.as_bytes(), &Limits::CEILING),
                    None,
                    "seed {seed}: {text} is no path"
                );
                continue;
            };
            let all = matching(&table, path);
            let least = least(&table, &all);
            assert_eq!(least.is_none(), all.is_empty(), "seed {seed}: {text} is ambiguous");
            accepted += usize::from(least.is_some());
            let found = product.find(path);
            assert_eq!(
                found.map(|accept| accept.patterns.clone()).unwrap_or_default(),
                all,
                "seed {seed}: {text}"
            );
            assert_eq!(found.map(|accept| accept.least), least, "seed {seed}: {text}");
            assert_eq!(by_pattern.classify(path), least.map(|at| at as u32), "seed {seed}: {text}");
            assert_eq!(
                by_class.classify(path),
                least.map(|_| all.len() as u32 % classes),
                "seed {seed}: {text}"
            );
            let walked = index.find(text.as_bytes(), &Limits::CEILING);
            assert_eq!(walked, least.map(|at| at as u32), "seed {seed}: {text}");
        }
    }
    // Not a test of nothing: both verdicts are common.
    assert!(accepted * 2 > seen && accepted * 20 < seen * 19, "{accepted} of {seen}");
}
