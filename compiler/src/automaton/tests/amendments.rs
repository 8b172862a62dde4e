//! Patterns that come and go, against tables made from scratch.

use super::super::{Accept, Budget, Table, TableBuilder, TableError, table};
use super::naive::*;
use super::random_tables::{number, random_table};
use super::table::{hot_table, sorted};
use dregg_artifact::{Dfa, GraphNode, Otherwise, Pattern, RouteGraph, RouteIndex, Row, Segment};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;

/// A builder and what should be in it: each pattern with its number there.
struct Amended {
    builder: TableBuilder,
    patterns: Vec<(u32, Pattern)>,
    /// The DFA whose order was kept last.
    written: Option<Dfa>,
    /// How many states were copied from such a one, all in all.
    copied: usize,
}

impl Amended {
    fn new(patterns: &[Pattern]) -> Amended {
        let builder = TableBuilder::new(patterns, &sets(), Budget::DEFAULT).expect("no two are equal");
        let patterns = (0u32..).zip(patterns.iter().cloned()).collect();
        Amended { builder, patterns, written: None, copied: 0 }
    }

    fn add(&mut self, pattern: Pattern) -> bool {
        let known = self.patterns.iter().any(|(_, other)| *other == pattern);
        match self.builder.add(&pattern, &sets()) {
            Ok(number) => {
                assert!(!known);
                self.patterns.push((number, pattern));
                true
            }
            Err(error) => {
                assert_eq!((error, known), (TableError::Undecided, true));
                false
            }
        }
    }

    fn remove(&mut self, at: usize) {
        let (number, _) = self.patterns.remove(at);
        self.builder.remove(number).expect("within the budget");
    }

    /// Everything is what a new table gives. Whether it is one.
    fn check(&mut self, seed: u64) -> bool {
        let patterns: Vec<Pattern> = self.patterns.iter().map(|(_, pattern)| pattern.clone()).collect();
        let numbers: Vec<u32> = self.patterns.iter().map(|(number, _)| *number).collect();
        let place = |number: u32| numbers.iter().position(|&other| other == number).unwrap_or(9999);
        let expected = table(&patterns, &sets(), &Budget::DEFAULT);
        let found = self.builder.table(|number| place(number) as u32);
        let class = |patterns: usize, pattern: &Pattern| (patterns + pattern.segments.len()) as u32 % 4;
        let dfa =
            self.builder.to_dfa(|accept| class(accept.patterns.len(), &patterns[place(accept.least as u32)]));
        match (expected, found, dfa) {
            (Ok(expected), Ok(found), Ok(dfa)) => {
                assert_eq!(expected.graph(), found.graph(), "seed {seed}");
                assert_eq!(sorted(expected.accepts()), sorted(found.accepts()), "seed {seed}");
                let class = |accept: &Accept| class(accept.patterns.len(), &patterns[accept.least]);
                let expected = dfa_of(&expected, class);
                assert_eq!(expected, dfa, "seed {seed}");
                assert_eq!(dfa_of(&found, class), dfa, "seed {seed}");
                let (kept, written) = (self.builder.kept(), self.written.take());
                let before = kept.as_ref().and_then(|order| Some((written.as_ref()?, order)));
                let (copied, order) = self.builder.dfa(|class| class, before, expected);
                assert_eq!(copied, dfa, "seed {seed}");
                self.copied += order.copied.iter().map(|copied| copied.states.len()).sum::<usize>();
                self.builder.keep(order);
                self.written = Some(copied);
                true
            }
            (Err(expected), Err(found), Err(dfa)) => {
                assert_eq!((&expected, &expected), (&found, &dfa), "seed {seed}");
                false
            }
            (expected, found, _) => panic!("seed {seed}: {:?} {:?}", expected.err(), found.err()),
        }
    }
}

fn dfa_of(table: &Table, class: impl Fn(&Accept) -> u32) -> Dfa {
    table.to_dfa(class, &Budget::DEFAULT).expect("small")
}

#[test]
fn amended_tables_are_those_made_from_scratch() {
    let (mut decided, mut undecided, mut copied) = (0, 0, 0);
    for seed in 0..number("DREGG_TABLES", 60) {
        let mut random = ChaCha8Rng::seed_from_u64(20_000 + seed);
        let hot = seed % 2 == 0;
        let pool = if hot { hot_table(&mut random) } else { random_table(&mut random) };
        let start = below(&mut random, pool.len() + 1);
        let mut amended = Amended::new(&pool[..start]);
        for _ in 0..25 {
            let count = amended.patterns.len();
            match below(&mut random, 5) {
                0 | 1 if count > 0 => amended.remove(below(&mut random, count)),
                2 if !hot => _ = amended.add(random_pattern(&mut random, 4)),
                _ => _ = amended.add(pick(&mut random, &pool).clone()),
            }
            if amended.check(seed) { decided += 1 } else { undecided += 1 }
        }
        while !amended.patterns.is_empty() {
            let count = amended.patterns.len();
            amended.remove(below(&mut random, count));
        }
        assert!(amended.check(seed));
        copied += amended.copied;
    }
    assert!(decided > 500 && undecided > 50 && copied > 5000, "{decided} {undecided} {copied}");
}

#[test]
fn a_guard_that_comes_and_goes_is_forgotten() {
    let mut amended = Amended::new(&patterns(&["/a/b", "/a/{0}/c", "/x"]));
    for _ in 0..3 {
        assert!(amended.add(pattern("/a/**")));
        assert!(amended.check(0));
        assert!(amended.add(pattern("/**")));
        assert!(amended.check(0));
        let last = amended.patterns.len() - 1;
        amended.remove(last);
        assert!(amended.check(0));
        amended.remove(last - 1);
        assert!(amended.check(0));
    }
}

#[test]
fn an_ambiguity_that_comes_and_goes_is_forgotten() {
    let mut amended = Amended::new(&patterns(&["/ai/*/v2", "/x"]));
    assert!(amended.add(pattern("/ai/b/{0}")));
    assert!(!amended.check(0));
    assert!(amended.add(pattern("/ai/b/v2")));
    assert!(amended.check(0));
    amended.remove(3);
    assert!(!amended.check(0));
    amended.remove(0);
    assert!(amended.check(0));
}

#[test]
fn what_cannot_match_or_is_there_already_changes_nothing() {
    let mut builder = TableBuilder::new(&patterns(&["/a", "/b/**"]), &[], Budget::DEFAULT).expect("small");
    assert_eq!(builder.add(&pattern("/a"), &[]), Err(TableError::Undecided));
    let dots = Pattern { segments: vec![Segment::Literal("..".to_owned())], tail: false };
    let dots = builder.add(&dots, &[]).expect("it matches nothing");
    let nothing = builder.add(&pattern("/{0}"), &[]).expect("there is no such set");
    let expected = table(&patterns(&["/a", "/b/**"]), &[], &Budget::DEFAULT).expect("small");
    assert_eq!(builder.table(|number| number).expect("decided").graph(), expected.graph());
    builder.remove(dots).expect("small");
    builder.remove(nothing).expect("small");
    builder.remove(nothing).expect("it is not there any more");
    builder.remove(77).expect("it never was");
    assert_eq!(builder.table(|number| number).expect("decided").graph(), expected.graph());
}

#[test]
fn a_pattern_that_explodes_is_refused_and_leaves_the_table_as_it_was() {
    let deep =
        |count: usize, at: usize| pattern(&("/*".repeat(at) + "/a" + &"/*".repeat(count - 1 - at) + "/**"));
    let budget = Budget { states: 300, items: 100_000 };
    let mut builder = TableBuilder::new(&[], &[], budget).expect("empty");
    let mut added = 0;
    let refused = loop {
        match builder.add(&deep(14, added), &[]) {
            Ok(_) => added += 1,
            Err(error) => break error,
        }
    };
    assert!(matches!(refused, TableError::Explosion { .. }) && added > 3, "{refused} after {added}");
    builder.remove(0).expect("smaller");
    builder.add(&pattern("/a/b"), &[]).expect("small enough again");
    for number in 1..added as u32 {
        builder.remove(number).expect("smaller");
    }
    let expected = table(&patterns(&["/a/b"]), &[], &Budget::DEFAULT).expect("small");
    assert_eq!(builder.table(|_| 0).expect("decided").graph(), expected.graph());
}

#[test]
fn much_that_is_forgotten_is_thrown_away() {
    let mut amended = Amended::new(&patterns(&["/a/**", "/a/b/*"]));
    for round in 0..3000 {
        assert!(amended.add(pattern(&format!("/a/b/c{round}/d/e/f"))));
        let last = amended.patterns.len() - 1;
        amended.remove(last);
    }
    assert!(amended.check(0));
}

/// Graphs that differ from one in a single part.
fn changed_graphs(graph: &RouteGraph) -> Vec<RouteGraph> {
    let mut all = Vec::new();
    for at in 0..graph.nodes.len() {
        let mut change = |change: &dyn Fn(&mut GraphNode)| {
            let mut other = graph.clone();
            change(&mut other.nodes[at]);
            all.extend((other != *graph).then_some(other));
        };
        change(&|node| node.accept = Some(node.accept.map_or(0, |accept| accept + 1)));
        change(&|node| node.accept = None);
        change(&|node| _ = node.literals.pop());
        change(&|node| node.literals.iter_mut().for_each(|arc| arc.1 = 0));
        change(&|node| node.literals.iter_mut().for_each(|arc| arc.0 += 1));
        change(&|node| node.otherwise = Otherwise::Nothing);
        change(&|node| node.otherwise = Otherwise::Node(0));
        change(&|node| node.matcher = None);
        change(&|node| {
            if let Some((_, targets)) = &mut node.matcher {
                targets.iter_mut().for_each(|target| *target = 0);
            }
        });
    }
    all
}

/// DFAs that differ from one in a single row. In none has a state two rows for one symbol, which no loader takes.
fn changed_dfas(dfa: &Dfa) -> Vec<Dfa> {
    let change = |at: usize, change: &dyn Fn(&mut Row)| {
        let mut rows = dfa.rows().to_vec();
        change(&mut rows[at]);
        let Row { state, lo, hi, .. } = rows[at];
        let twice = rows.iter().filter(|row| row.state == state && row.lo <= hi && lo <= row.hi).count() > 1;
        (rows != dfa.rows() && !twice).then(|| Dfa::new(rows, dfa.states()))
    };
    let count = dfa.rows().len();
    let next = (0..count).filter_map(|at| change(at, &|row| row.next = (row.next + 1) % dfa.states()));
    let from = (0..count).filter_map(|at| change(at, &|row| row.state = (row.state + 1) % dfa.states()));
    let less = (0..count).filter_map(|at| change(at, &|row| row.hi = row.lo));
    next.chain(from).chain(less).collect()
}

#[test]
fn what_is_written_is_held_against_what_was_meant() {
    let texts = ["/a/b", "/a/{0}/c", "/x/**", "/x/{1}", "/services/*/v1", "/services/ai/v1"];
    let patterns = patterns(&texts);
    let mut builder = TableBuilder::new(&patterns, &sets(), Budget::DEFAULT).expect("no two are equal");
    builder.remove(5).expect("within the budget");
    let late = builder.add(&patterns[5], &sets()).expect("not ambiguous");
    let number = |pattern: u32| if pattern == late { 5 } else { pattern };
    builder.classify(|accept| number(accept.least as u32) % 3).expect("within the budget");
    let classes: Vec<u32> = (0..6).map(|pattern| pattern % 3 + 10).collect();
    let class = |class: u32| class + 10;
    let ((graph, nodes), (dfa, states)) =
        (builder.graph(number, Default::default()), builder.dfa(class, None, Dfa::default()));
    assert!(builder.wrote_graph((&graph, &nodes), number));
    assert!(!builder.wrote_graph((&graph, &nodes), |pattern| pattern));
    // What is not known to agree is looked at.
    let wrong: Vec<u32> = classes.iter().rev().copied().collect();
    assert!(builder.disagreement((&graph, &nodes), (&dfa, &states), class, &wrong).is_some());
    assert_eq!(builder.disagreement((&graph, &nodes), (&dfa, &states), class, &classes), None);
    assert!(builder.disagreement((&graph, &nodes), (&dfa, &states), |class| class, &classes).is_some());
    let graphs = changed_graphs(&graph);
    assert!(graphs.len() > 50);
    for other in &graphs {
        assert!(!builder.wrote_graph((other, &nodes), number), "{other:?}");
    }
    let dfas = changed_dfas(&dfa);
    assert!(dfas.len() > 100);
    for other in &dfas {
        assert!(builder.disagreement((&graph, &nodes), (other, &states), class, &classes).is_some());
    }
    assert_eq!(builder.disagreement((&graph, &nodes), (&dfa, &states), class, &classes), None);
}

#[test]
fn an_index_is_the_layout_of_its_graph_alone() {
    let patterns = patterns(&["/a/b", "/a/{0}/c", "/x/**", "/x/{1}", "/services/*/v1", "/services/ai/v1"]);
    let table = table(&patterns, &sets(), &Budget::DEFAULT).expect("not ambiguous");
    let graph = table.graph();
    let index = RouteIndex::new(graph, &[Some(0); 6], 6).expect("small");
    assert!(index.is_layout_of(graph));
    let graphs = changed_graphs(graph);
    assert!(graphs.len() > 50);
    for other in graphs {
        assert!(!index.is_layout_of(&other), "{other:?}");
    }
    let mut other = graph.clone();
    other.keys[0].push('x');
    assert!(!index.is_layout_of(&other));
    assert!(!index.is_layout_of(&RouteGraph::default()));
    assert!(!RouteIndex::default().is_layout_of(graph));
    assert!(RouteIndex::default().is_layout_of(&RouteGraph::default()));
}
