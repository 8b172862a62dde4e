//! Random graphs, laid out, walked, restored, and broken word by word.

use super::*;
use crate::graph::{GraphNode, Otherwise};
use crate::limits::Limits;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

const KEYS: [&str; 12] = [
    "a",
    "ab",
    "abc",
    "b",
    "repos",
    "sixteen-bytes-ab",
    "sixteen-bytes-ac",
    "v1",
    "v2",
    "very-long-segment-of-a-path",
    "x",
    "~",
];

/// A matcher of `v` and digits with two labels: one digit, and more.
fn versions() -> Matcher {
    Matcher {
        labels: vec![0, 0, 1, 2],
        rows: {
            let symbol = |byte: u8| crate::alphabet::symbol(byte).unwrap();
            let (zero, nine, v) = (symbol(b'0'), symbol(b'9'), symbol(b'v'));
            vec![(0, v, v, 1), (1, zero, nine, 2), (2, zero, nine, 3), (3, zero, nine, 3)]
        },
    }
}

/// Some graph whose nodes are all reached.
fn graph(random: &mut ChaCha8Rng, patterns: u32) -> RouteGraph {
    let mut nodes: Vec<GraphNode> = vec![GraphNode { accept: Some(0), ..GraphNode::default() }];
    for number in 1..random.random_range(2..24u32) {
        let any = |random: &mut ChaCha8Rng| random.random_range(number.saturating_sub(6)..number);
        let mut node = GraphNode::default();
        if random.random_bool(0.5) {
            node.accept = Some(random.random_range(0..patterns));
        }
        if node.accept.is_some() && random.random_bool(0.15) {
            node.otherwise = Otherwise::Stay;
        } else {
            for key in 0..KEYS.len() as u32 {
                if random.random_bool(0.3) {
                    node.literals.push((key, any(random)));
                }
            }
            if random.random_bool(0.3) {
                node.literals.clear();
            }
            node.otherwise = match random.random_range(0..3) {
                0 => Otherwise::Nothing,
                1 => Otherwise::Node(any(random)),
                _ => {
                    let to = any(random);
                    let linked = &nodes[to as usize];
                    let laid_out =
                        !linked.literals.is_empty() && !matches!(linked.otherwise, Otherwise::Link(_));
                    if laid_out { Otherwise::Link(to) } else { Otherwise::Node(to) }
                }
            };
            if !matches!(node.otherwise, Otherwise::Link(_)) && random.random_bool(0.2) {
                node.matcher = Some((0, vec![any(random), any(random)]));
            }
        }
        let empty =
            node.literals.is_empty() && node.matcher.is_none() && node.otherwise == Otherwise::Nothing;
        if empty && node.accept.is_none() {
            node.accept = Some(1);
        }
        nodes.push(node);
    }
    let mut root = GraphNode::default();
    let last = nodes.len() as u32;
    for key in 0..KEYS.len() as u32 {
        root.literals.push((key, last - 1 - key % last));
    }
    root.otherwise = Otherwise::Node(last - 1);
    nodes.push(root);
    // Only what is reached may stand in a graph.
    let mut reached = vec![false; nodes.len()];
    reached[nodes.len() - 1] = true;
    for at in (0..nodes.len()).rev().filter(|_| true) {
        if !reached[at] {
            continue;
        }
        for next in targets(&nodes[at]) {
            reached[next as usize] = true;
        }
    }
    let mut number = 0;
    let numbers: Vec<u32> = reached
        .iter()
        .map(|reached| {
            let here = number;
            number += u32::from(*reached);
            here
        })
        .collect();
    let renumbered = nodes.into_iter().zip(&reached).filter(|(_, reached)| **reached).map(|(mut node, _)| {
        let to = |next: u32| numbers[next as usize];
        node.literals.iter_mut().for_each(|arc| arc.1 = to(arc.1));
        if let Some((_, targets)) = &mut node.matcher {
            targets.iter_mut().for_each(|target| *target = to(*target));
        }
        node.otherwise = match node.otherwise {
            Otherwise::Node(next) => Otherwise::Node(to(next)),
            Otherwise::Link(next) => Otherwise::Link(to(next)),
            other @ (Otherwise::Nothing | Otherwise::Stay) => other,
        };
        node
    });
    RouteGraph {
        keys: KEYS.iter().map(|key| (*key).to_owned()).collect(),
        matchers: vec![versions()],
        nodes: renumbered.collect(),
    }
}

fn targets(node: &GraphNode) -> Vec<u32> {
    let mut all: Vec<u32> = node.literals.iter().map(|arc| arc.1).collect();
    all.extend(node.matcher.iter().flat_map(|(_, targets)| targets.iter().copied()));
    match node.otherwise {
        Otherwise::Node(next) | Otherwise::Link(next) => all.push(next),
        Otherwise::Nothing | Otherwise::Stay => {}
    }
    all
}

fn path(random: &mut ChaCha8Rng) -> String {
    const OTHERS: [&str; 10] =
        ["v12", "v", "zz", "fifteen-bytes-x", "sixteen-bytes-ad", "a.b", "...", "a%", "", ".."];
    let mut path = String::new();
    for _ in 0..random.random_range(0..9) {
        path.push('/');
        if random.random_bool(0.8) {
            path.push_str(KEYS[random.random_range(0..KEYS.len())]);
        } else {
            path.push_str(OTHERS[random.random_range(0..OTHERS.len())]);
        }
    }
    if path.is_empty() { "/".to_owned() } else { path }
}

fn expected(graph: &RouteGraph, path: &str, limits: &Limits) -> Option<u32> {
    let parsed = crate::Path::parse(path, limits).ok()?;
    graph.find(parsed.segments())
}

#[test]
fn walks_as_the_graph_reads() {
    let mut random = ChaCha8Rng::seed_from_u64(3);
    let limits = Limits { segments: 6, path_bytes: 90, ..Limits::default() };
    let mut found = 0;
    for _ in 0..300 {
        let graph = graph(&mut random, 5);
        let index = RouteIndex::new(&graph, &[Some(0), Some(1), Some(2), None, Some(0)], 4).unwrap();
        let restored = index.graph();
        assert!(index.is_layout_of(&graph) && index.is_layout_of(&restored), "{graph:#?}");
        let paths: Vec<String> = (0..200).map(|_| path(&mut random)).collect();
        let mut answers = vec![None; paths.len()];
        let bytes: Vec<&[u8]> = paths.iter().map(|path| path.as_bytes()).collect();
        index.find_batch(&bytes, &limits, &mut answers);
        for (path, answer) in paths.iter().zip(answers) {
            let expected = expected(&graph, path, &limits);
            found += u32::from(expected.is_some());
            assert_eq!(index.find(path.as_bytes(), &limits), expected, "{path} {graph:#?}");
            assert_eq!(answer, expected, "batch, {path}");
            if path.len() >= 8 && path.len() <= 90 {
                let by_words = index.accepted(index.walk_words(path.as_bytes(), 6));
                assert_eq!(by_words, expected, "words, {path} {graph:#?}");
            }
            let parsed = crate::Path::parse(path, &limits).ok();
            assert_eq!(
                parsed.and_then(|path| restored.find(path.segments())),
                expected,
                "{path} {graph:#?} {restored:#?}"
            );
        }
    }
    assert!(found > 10_000, "{found}");
}

#[test]
fn a_root_may_take_everything_or_nothing() {
    let limits = Limits { segments: 3, ..Limits::default() };
    let find = |node: GraphNode, path: &str| {
        let graph = RouteGraph { nodes: vec![node], ..RouteGraph::default() };
        RouteIndex::new(&graph, &[Some(0)], 1).unwrap().find(path.as_bytes(), &limits)
    };
    let sink = GraphNode { accept: Some(0), otherwise: Otherwise::Stay, ..GraphNode::default() };
    for path in ["/", "/a", "/abcdefgh", "/abc/def/ghi"] {
        assert_eq!(find(sink.clone(), path), Some(0), "{path}");
    }
    for path in ["/abc/def/ghi/j", "/abc/def/", "/abc//def", "/abc/def/..", "abcdefgh"] {
        assert_eq!(find(sink.clone(), path), None, "{path}");
    }
    let leaf = GraphNode { accept: Some(0), ..GraphNode::default() };
    assert_eq!(find(leaf.clone(), "/"), Some(0));
    assert_eq!(find(leaf, "/abcdefgh"), None);
    let nothing = RouteIndex::new(&RouteGraph::default(), &[], 0).unwrap();
    assert_eq!(nothing.find(b"/abcdefgh", &limits), None);
}

#[test]
fn large_tables_have_groups() {
    let keys: Vec<String> =
        (0..5000).map(|number| format!("key-{number:05}-{}", "x".repeat(number % 13))).collect();
    let mut keys = keys;
    keys.sort();
    let leaves = (0..5000).map(|accept| GraphNode { accept: Some(accept), ..GraphNode::default() });
    let root = GraphNode { literals: (0..5000).map(|key| (key, key)).collect(), ..GraphNode::default() };
    let graph = RouteGraph { keys, matchers: Vec::new(), nodes: leaves.chain([root]).collect() };
    let classes = vec![Some(0); 5000];
    let index = RouteIndex::new(&graph, &classes, 5000).unwrap();
    for (number, key) in (0u32..).zip(&graph.keys) {
        assert_eq!(index.find(format!("/{key}").as_bytes(), &Limits::default()), Some(number), "{key}");
        assert_eq!(index.find(format!("/{key}y").as_bytes(), &Limits::default()), None, "{key}");
    }
}

#[test]
fn any_changed_word_is_refused_or_still_safe() {
    let mut random = ChaCha8Rng::seed_from_u64(5);
    let limits = Limits::default();
    let mut refused = 0;
    let mut accepted = 0;
    for _ in 0..200 {
        let graph = graph(&mut random, 5);
        let index = RouteIndex::new(&graph, &[Some(0); 5], 4).unwrap();
        for _ in 0..50 {
            let mut bytes = index.section().to_vec();
            for _ in 0..random.random_range(1..3) {
                let at = random.random_range(0..bytes.len());
                bytes[at] ^= 1 << random.random_range(0..8);
            }
            match RouteIndex::read(Bytes::from(bytes)) {
                Ok(changed) => {
                    accepted += 1;
                    let same = changed.is_layout_of(&graph);
                    assert!(changed.is_layout_of(&changed.graph()));
                    for _ in 0..20 {
                        let path = path(&mut random);
                        let found = changed.find(path.as_bytes(), &limits);
                        assert!(found.is_none_or(|pattern| pattern < changed.patterns()));
                        assert!(!same || found == expected(&graph, &path, &limits), "{path}");
                    }
                }
                Err(_) => refused += 1,
            }
        }
    }
    assert!(refused > 2 * accepted && accepted > 0, "{refused} {accepted}");
}

#[test]
fn no_other_graph_has_the_layout() {
    let mut random = ChaCha8Rng::seed_from_u64(6);
    for _ in 0..200 {
        let graph = graph(&mut random, 5);
        let index = RouteIndex::new(&graph, &[Some(0); 5], 4).unwrap();
        for at in 0..graph.nodes.len() {
            let changed = |change: fn(&mut GraphNode)| {
                let mut other = graph.clone();
                change(&mut other.nodes[at]);
                assert!(other == graph || !index.is_layout_of(&other), "{other:#?} {graph:#?}");
            };
            changed(|node| {
                node.accept = node.accept.map_or(Some(0), |accept| (accept > 0).then(|| accept - 1))
            });
            changed(|node| _ = node.literals.pop());
            changed(|node| node.literals.iter_mut().for_each(|arc| arc.1 = u32::MAX));
            changed(|node| node.matcher = None);
            changed(|node| node.matcher.iter_mut().for_each(|(_, targets)| _ = targets.pop()));
            changed(|node| node.otherwise = Otherwise::Nothing);
            changed(|node| node.otherwise = Otherwise::Stay);
        }
        let mut other = graph.clone();
        other.keys[0] = "aa".to_owned();
        assert!(!index.is_layout_of(&other) && !index.is_layout_of(&RouteGraph::default()));
    }
    assert!(RouteIndex::default().is_layout_of(&RouteGraph::default()));
}
