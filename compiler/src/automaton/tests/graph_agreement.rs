//! The fast proof that a graph and a DFA agree: it accepts what agrees and finds every change.

use super::super::{Accept, Budget, Product, Table, build, dfa_disagreement, graph_disagreement, table};
use super::naive::*;
use super::random_tables::{number, random_table};
use super::table::hot_table;
use dregg_artifact::alphabet::{self, END, SYMBOLS};
use dregg_artifact::{Dfa, Limits, Otherwise, Path, Pattern, RouteGraph, Row};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;

/// A class that several patterns share, with the class of each pattern.
fn class(accept: &Accept) -> u32 {
    accept.least as u32 % 5
}

fn classes(patterns: &[Pattern]) -> Vec<u32> {
    (0..patterns.len() as u32).map(|pattern| pattern % 5).collect()
}

fn forms(patterns: &[Pattern]) -> (Product, Table, Dfa) {
    let product = build(patterns, &sets(), &Budget::DEFAULT).expect("not ambiguous");
    let table = table(patterns, &sets(), &Budget::DEFAULT).expect("not ambiguous");
    let dfa = table.to_dfa(class, &Budget::DEFAULT).expect("small");
    (product, table, dfa)
}

fn walk(dfa: &Dfa, text: &str) -> Option<u32> {
    let mut state = (dfa.states() > 0).then_some(0)?;
    for byte in text.bytes() {
        state = dfa.step(state, alphabet::symbol(byte)?)?;
    }
    dfa.step(state, END)
}

/// What the graph says of a text: nothing if it is no path.
fn find(graph: &RouteGraph, classes: &[u32], text: &str) -> Option<u32> {
    let path = Path::parse(text, &Limits::CEILING).ok()?;
    graph.find(path.segments()).map(|pattern| classes[pattern as usize])
}

/// One row is lost, gained, or leads elsewhere.
fn changed(random: &mut ChaCha8Rng, dfa: &Dfa) -> Dfa {
    let mut rows: Vec<Row> = dfa.rows().to_vec();
    let at = below(random, rows.len());
    match below(random, 5) {
        0 => _ = rows.remove(at),
        1 if rows[at].lo == END => rows[at].next += 1,
        1 => rows[at].next = below(random, dfa.states() as usize) as u32,
        2 if rows[at].lo < rows[at].hi => rows[at].hi -= 1,
        3 if rows[at].lo < rows[at].hi => rows[at].lo += 1,
        _ => {
            let state = below(random, dfa.states() as usize) as u32;
            let symbol = below(random, usize::from(SYMBOLS) + 1) as u8;
            let next = below(random, if symbol == END { 5 } else { dfa.states() as usize }) as u32;
            if dfa.step(state, symbol).is_none() {
                rows.push(Row { state, lo: symbol, hi: symbol, next });
            }
        }
    }
    Dfa::new(rows, dfa.states())
}

/// One part of one node, one key or one matcher is another.
fn changed_graph(random: &mut ChaCha8Rng, graph: &RouteGraph, patterns: usize) -> RouteGraph {
    let mut graph = graph.clone();
    let at = below(random, graph.nodes.len());
    let lower = if at == 0 { None } else { Some(below(random, at) as u32) };
    let node = &mut graph.nodes[at];
    match below(random, 9) {
        0 => node.accept = None,
        1 => node.accept = Some(below(random, patterns) as u32),
        2 => node.otherwise = Otherwise::Nothing,
        3 => node.otherwise = lower.map_or(Otherwise::Nothing, Otherwise::Node),
        4 if !node.literals.is_empty() => {
            let at = below(random, node.literals.len());
            node.literals.remove(at);
        }
        5 if !node.literals.is_empty() => {
            let at = below(random, node.literals.len());
            node.literals[at].1 = lower.unwrap_or(0);
        }
        6 => {
            if let (Some((_, targets)), Some(lower)) = (&mut node.matcher, lower) {
                let at = below(random, targets.len());
                targets[at] = lower;
            }
        }
        7 if !graph.keys.is_empty() => {
            let at = below(random, graph.keys.len());
            let longer = graph.keys[at].clone() + pick::<&str>(random, &["0", "a", "~"]);
            if graph.keys.get(at + 1).is_none_or(|next| longer < *next) {
                graph.keys[at] = longer;
            }
        }
        _ if !graph.matchers.is_empty() => {
            let at = below(random, graph.matchers.len());
            let matcher = &mut graph.matchers[at];
            if below(random, 2) == 0 {
                let row = below(random, matcher.rows.len());
                matcher.rows.remove(row);
            } else {
                let state = below(random, matcher.labels.len());
                matcher.labels[state] = u16::from(matcher.labels[state] == 0);
            }
        }
        _ => {}
    }
    graph
}

fn sample_path(random: &mut ChaCha8Rng, patterns: &[Pattern]) -> String {
    let member_of = pick(random, patterns);
    let text = random_member(random, member_of);
    if below(random, 2) == 0 { text } else { one_edit(random, &text) }
}

#[test]
fn what_agrees_is_accepted_and_every_change_is_found() {
    let (mut found, mut found_in_graphs, mut same) = (0, 0, 0);
    for seed in 0..number("DREGG_TABLES", 120) {
        let mut random = ChaCha8Rng::seed_from_u64(9000 + seed);
        let patterns = if seed % 3 == 0 { hot_table(&mut random) } else { random_table(&mut random) };
        let (product, table, dfa) = forms(&patterns);
        let (graph, classes) = (table.graph(), classes(&patterns));
        assert_eq!(graph_disagreement(graph, &classes, &dfa), None, "seed {seed}");
        for round in 0..20 {
            let other = changed(&mut random, &dfa);
            let expected = dfa_disagreement(&product, &other, class);
            let text = graph_disagreement(graph, &classes, &other);
            assert_eq!(text.is_some(), expected.is_some(), "seed {seed}, {round}: {text:?} {expected:?}");
            match text {
                Some(text) => {
                    assert_ne!(find(graph, &classes, &text), walk(&other, &text), "seed {seed}: {text}");
                    found += 1;
                }
                None => same += 1,
            }
        }
        for _ in 0..20 {
            let other = changed_graph(&mut random, graph, patterns.len());
            match graph_disagreement(&other, &classes, &dfa) {
                Some(text) => {
                    assert_ne!(find(&other, &classes, &text), walk(&dfa, &text), "seed {seed}: {text}");
                    found_in_graphs += 1;
                }
                None => {
                    for _ in 0..100 {
                        let text = sample_path(&mut random, &patterns);
                        assert_eq!(find(&other, &classes, &text), walk(&dfa, &text), "seed {seed}: {text}");
                    }
                }
            }
        }
    }
    assert!(found > 1000 && found_in_graphs > 1000 && same > 50, "{found} {found_in_graphs} {same}");
}

#[test]
fn a_class_of_one_pattern_matters() {
    let patterns = patterns(&["/a", "/b/{0}", "/b/*", "/c/**"]);
    let (_, table, dfa) = forms(&patterns);
    for pattern in 0..patterns.len() {
        let mut classes = classes(&patterns);
        classes[pattern] += 1;
        let text = graph_disagreement(table.graph(), &classes, &dfa).expect("another class");
        assert_eq!(table.graph().find(path(&text).segments()), Some(pattern as u32), "{text}");
    }
}

#[test]
fn texts_that_are_no_paths_are_found_too() {
    let (_, table, dfa) = forms(&patterns(&["/a", "/*/b", "/c/d/**"]));
    let with = |state: u32, symbol: u8, next: u32| {
        let mut rows = dfa.rows().to_vec();
        rows.push(Row { state, lo: symbol, hi: symbol, next });
        let other = Dfa::new(rows, dfa.states());
        graph_disagreement(table.graph(), &[0, 1, 2], &other)
    };
    let slash = dfa.step(0, 0).expect("the first slash");
    assert_eq!(with(0, END, 0).as_deref(), Some(""));
    assert_eq!(with(slash, END, 0).as_deref(), Some("/"));
    assert_eq!(with(0, SYMBOLS - 1, slash).map(|text| walk_prefix(&text)), Some('~'));
    let empty = with(slash, 0, slash).expect("an empty segment");
    assert!(empty.starts_with("//"), "{empty}");
    let dot = dfa.step(slash, alphabet::symbol(b'.').expect("a symbol")).expect("one dot");
    assert_eq!(with(dot, END, 0).as_deref(), Some("/."));
    // Nothing against something.
    assert!(graph_disagreement(&RouteGraph::default(), &[], &dfa).is_some());
    assert!(graph_disagreement(table.graph(), &[0, 1, 2], &Dfa::default()).is_some());
    assert_eq!(graph_disagreement(&RouteGraph::default(), &[], &Dfa::default()), None);
}

fn walk_prefix(text: &str) -> char {
    text.chars().next().expect("not empty")
}
