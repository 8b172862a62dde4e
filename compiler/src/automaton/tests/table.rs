//! The fast construction against the product of all patterns.

use super::super::{Accept, Budget, BuildError, Product, Table, TableError, build, regular_set, table};
use super::super::{COLLIDING, SegmentLanguage};
use super::naive::*;
use super::random_tables::{number, random_table};
use dregg_artifact::{GraphNode, Limits, Matcher, Otherwise, Path, Pattern, RouteGraph, Segment, SegmentSet};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use std::collections::BTreeSet;

/// Tenants with routes of their own beside routes for every tenant, and some of everything else.
pub fn hot_table(random: &mut ChaCha8Rng) -> Vec<Pattern> {
    let mut texts: BTreeSet<String> = BTreeSet::new();
    let start = *pick(random, &["", "/t", "/*", "/t/{1}"]);
    for _ in 0..9 + below(random, 12) {
        let generic = below(random, 20);
        texts.insert(format!("{start}/*/g{generic}{}", pick(random, &["", "/x", "/*", "/**", "/x/{1}"])));
    }
    for _ in 0..below(random, 12) {
        let (tenant, generic) = (below(random, 5), below(random, 24));
        let tail = pick(random, &["", "/x", "/y", "/x/0"]);
        texts.insert(format!("{start}/t{tenant}/g{generic}{tail}"));
    }
    for _ in 0..below(random, 4) {
        let tenant = below(random, 5);
        texts.insert(format!("{start}/t{tenant}{}", pick(random, &["", "/**", "/*", "/{0}", "/a"])));
    }
    texts.extend((below(random, 3) == 0).then(|| "/**".to_owned()));
    texts.extend((below(random, 3) == 0).then(|| format!("{start}/*/{{0}}")));
    let mut table: Vec<Pattern> = texts.iter().map(|text| pattern(text)).collect();
    loop {
        match build(&table, &sets(), &Budget::DEFAULT) {
            Ok(_) => return table,
            Err(BuildError::Ambiguous(pairs)) => {
                let drop: BTreeSet<usize> = pairs.iter().map(|pair| pair.second).collect();
                table =
                    (0..table.len()).filter(|at| !drop.contains(at)).map(|at| table[at].clone()).collect();
            }
            Err(error @ BuildError::Explosion { .. }) => panic!("{error}"),
        }
    }
}

fn fast(patterns: &[Pattern]) -> Table {
    table(patterns, &sets(), &Budget::DEFAULT).expect("not ambiguous")
}

fn find(graph: &RouteGraph, text: &str) -> Option<usize> {
    graph.find(path(text).segments()).map(|pattern| pattern as usize)
}

pub fn sorted(accepts: &[Accept]) -> Vec<Accept> {
    let mut accepts = accepts.to_vec();
    accepts.sort();
    accepts
}

/// What [`RouteGraph`] and its parts promise.
fn check_invariants(graph: &RouteGraph) {
    let increasing = |keys: &mut dyn Iterator<Item = u32>| {
        let keys: Vec<u32> = keys.collect();
        keys.windows(2).all(|pair| pair[0] < pair[1])
    };
    assert!(graph.keys.windows(2).all(|pair| pair[0] < pair[1]));
    assert!(graph.matchers.windows(2).all(|pair| pair[0] < pair[1]));
    let mut keys = BTreeSet::new();
    let mut matchers = BTreeSet::new();
    let mut reached = BTreeSet::from([graph.nodes.len().saturating_sub(1)]);
    for (at, node) in graph.nodes.iter().enumerate().rev() {
        assert!(reached.contains(&at), "node {at} is not reached");
        assert!(increasing(&mut node.literals.iter().map(|(key, _)| *key)));
        keys.extend(node.literals.iter().map(|(key, _)| *key));
        let mut next: Vec<u32> = node.literals.iter().map(|(_, to)| *to).collect();
        if let Some((matcher, targets)) = &node.matcher {
            let greatest = graph.matchers[*matcher as usize].labels.iter().max().expect("a state");
            assert_eq!(targets.len(), usize::from(*greatest));
            matchers.insert(*matcher);
            next.extend(targets);
        }
        match node.otherwise {
            Otherwise::Nothing => assert!(node.accept.is_some() || !next.is_empty()),
            Otherwise::Node(to) => next.push(to),
            Otherwise::Link(to) => {
                assert!(node.matcher.is_none());
                assert!(
                    !matches!(graph.nodes[to as usize].otherwise, Otherwise::Link(_)),
                    "a chain of links"
                );
                next.push(to);
            }
            Otherwise::Stay => assert!(node.accept.is_some() && next.is_empty() && node.matcher.is_none()),
        }
        assert!(next.iter().all(|to| (*to as usize) < at));
        reached.extend(next.iter().map(|to| *to as usize));
    }
    assert_eq!(keys.len(), graph.keys.len());
    assert_eq!(matchers.len(), graph.matchers.len());
    let different: BTreeSet<&GraphNode> = graph.nodes.iter().collect();
    assert_eq!(different.len(), graph.nodes.len());
    graph.matchers.iter().for_each(check_matcher);
}

fn check_matcher(matcher: &Matcher) {
    assert!(matcher.rows.windows(2).all(|pair| (pair[0].0, pair[0].2) < (pair[1].0, pair[1].1)));
    // Labels and states by first occurrence, breadth-first by symbol.
    let mut labels = 0;
    for &label in &matcher.labels {
        assert!(label <= labels + 1);
        labels = labels.max(label);
    }
    let mut states = 0;
    for row in &matcher.rows {
        assert!(row.3 <= states + 1 && row.0 <= states);
        states = states.max(row.3);
    }
    assert_eq!(states as usize + 1, matcher.labels.len());
    for text in [".", "..", ""] {
        assert_eq!(matcher.label(text), 0);
    }
}

/// Whether the graph has links.
fn check(random: &mut ChaCha8Rng, seed: u64, patterns: &[Pattern]) -> bool {
    let product = build(patterns, &sets(), &Budget::DEFAULT).expect("not ambiguous");
    let table = fast(patterns);
    assert_eq!(sorted(table.accepts()), sorted(product.accepts()), "seed {seed}");
    for accept in product.accepts() {
        assert_eq!(table.accept_of(accept.least as u32), Some(accept), "seed {seed}");
    }
    check_invariants(table.graph());
    let classes = 1 + below(random, 4) as u32;
    for class in [
        &(|accept: &Accept| accept.least as u32) as &dyn Fn(&Accept) -> u32,
        &|accept: &Accept| accept.patterns.len() as u32 % classes,
        &|accept: &Accept| patterns[accept.least].segments.len() as u32 % classes,
        &|_: &Accept| 7,
    ] {
        let dfa = table.to_dfa(class, &Budget::DEFAULT).expect("small");
        let expected = product.to_dfa(class);
        assert_eq!(dfa.states(), expected.states(), "seed {seed}");
        assert_eq!(dfa, expected, "seed {seed}");
    }
    for round in 0..100 {
        let member_of = pick(random, patterns);
        let mut text = random_member(random, member_of);
        if round % 2 == 1 {
            text = one_edit(random, &text);
        }
        let Ok(path) = Path::parse(&text, &Limits::CEILING) else { continue };
        let least = product.find(path).map(|accept| accept.least);
        assert_eq!(find(table.graph(), &text), least, "seed {seed}: {text}");
    }
    table.graph().nodes.iter().any(|node| matches!(node.otherwise, Otherwise::Link(_)))
}

#[test]
fn graphs_of_random_tables_find_the_least_pattern() {
    let mut linked = 0;
    let seeds = number("DREGG_SEED", 0)..number("DREGG_SEED", 0) + number("DREGG_TABLES", 300);
    for seed in seeds {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let patterns = random_table(&mut random);
        check(&mut random, seed, &patterns);
        let patterns = hot_table(&mut random);
        linked += usize::from(check(&mut random, seed, &patterns));
    }
    assert!(linked > 50, "{linked}");
}

#[test]
fn the_order_of_patterns_changes_their_numbers_only() {
    for seed in 7000..7060 {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let patterns = if seed % 2 == 0 { random_table(&mut random) } else { hot_table(&mut random) };
        let mut place: Vec<usize> = (0..patterns.len()).collect();
        for at in (1..place.len()).rev() {
            place.swap(at, below(&mut random, at + 1));
        }
        let other: Vec<Pattern> = place.iter().map(|&at| patterns[at].clone()).collect();
        // Sets may stand in another order too, and twice.
        let mut all = sets();
        let count = all.len() as u32;
        all.reverse();
        all.push(all[0].clone());
        let renumbered: Vec<Pattern> = other
            .iter()
            .cloned()
            .map(|mut pattern| {
                for segment in &mut pattern.segments {
                    if let Segment::Set(set) = segment {
                        *set = if *set == count - 1 { count } else { count - 1 - *set };
                    }
                }
                pattern
            })
            .collect();
        let first = fast(&patterns);
        let mut second = table(&renumbered, &all, &Budget::DEFAULT).expect("not ambiguous").graph().clone();
        for node in &mut second.nodes {
            node.accept = node.accept.map(|accept| place[accept as usize] as u32);
        }
        assert_eq!(*first.graph(), second, "seed {seed}");
    }
}

#[test]
fn ambiguous_tables_are_undecided_and_no_others() {
    let mut ambiguous = 0;
    for seed in 0..number("DREGG_TABLES", 600) {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let size = 1 + below(&mut random, 7);
        let patterns: Vec<Pattern> = (0..size).map(|_| random_pattern(&mut random, 3)).collect();
        let expected = build(&patterns, &sets(), &Budget::DEFAULT);
        match table(&patterns, &sets(), &Budget::DEFAULT) {
            Ok(table) => {
                let accepts = expected.as_ref().map(Product::accepts).map(sorted);
                assert_eq!(Ok(sorted(table.accepts())), accepts, "seed {seed}");
            }
            Err(TableError::Undecided) => {
                assert!(matches!(expected, Err(BuildError::Ambiguous(_))), "seed {seed}");
                ambiguous += 1;
            }
            Err(error @ TableError::Explosion { .. }) => panic!("{error}"),
        }
    }
    assert!(ambiguous > 50, "{ambiguous}");
}

#[test]
fn a_set_whose_members_are_all_literals_decides_nothing() {
    // `a|b|ab` beside its members: the set decides no path.
    let table = fast(&patterns(&["/{3}", "/a", "/b", "/ab"]));
    assert_eq!(table.accepts().len(), 3);
    assert_eq!(table.accept_of(0), None);
    assert_eq!(find(table.graph(), "/a"), Some(1));
    assert_eq!(table.graph().matchers.len(), 0);
    // With one of them missing it decides that one.
    let table = fast(&patterns(&["/{3}", "/a", "/b"]));
    assert_eq!((find(table.graph(), "/ab"), find(table.graph(), "/aa")), (Some(0), None));
    // Crossing sets are decided if every common member is a literal.
    let table = fast(&patterns(&["/{3}", "/{8}", "/b", "/*"]));
    assert_eq!((find(table.graph(), "/b"), find(table.graph(), "/v0")), (Some(2), Some(1)));
}

fn hot(tenants: usize, generic: usize) -> Vec<Pattern> {
    let mut table: Vec<Pattern> =
        (0..tenants).map(|at| pattern(&format!("/t/tenant{at}/own{}", at % 7))).collect();
    table.extend((0..generic).map(|at| pattern(&format!("/t/*/generic{at}"))));
    table
}

#[test]
fn many_tenants_with_generic_routes_link_to_them() {
    let patterns = hot(500, 60);
    let small = Budget { states: 3 * patterns.len(), items: 10 * patterns.len() };
    let table = table(&patterns, &[], &small).expect("linear in the table");
    let arcs: usize = table.graph().nodes.iter().map(|node| node.literals.len()).sum();
    assert!(arcs < 3 * patterns.len(), "{arcs} arcs");
    assert_eq!(find(table.graph(), "/t/tenant3/own3"), Some(3));
    assert_eq!(find(table.graph(), "/t/tenant3/generic5"), Some(505));
    assert_eq!(find(table.graph(), "/t/tenant3/own4"), None);
    check_invariants(table.graph());
}

#[test]
fn what_only_links_lead_to_is_not_judged() {
    // No path reaches the generic routes alone: the set's members are all tenants.
    let mut table: Vec<Pattern> = (0..12).map(|at| pattern(&format!("/{{3}}/g{at}"))).collect();
    table.extend(patterns(&["/a/own", "/b/own", "/ab/own"]));
    table.extend(["a", "b", "ab"].iter().map(|tenant| pattern(&format!("/{tenant}/g5"))));
    let fast = fast(&table);
    assert_eq!(fast.accept_of(5), None);
    assert_eq!((find(fast.graph(), "/a/g5"), find(fast.graph(), "/ab/g4")), (Some(15), Some(4)));
    check(&mut ChaCha8Rng::seed_from_u64(0), 0, &table);
}

#[test]
fn small_tables_have_small_graphs() {
    assert_eq!(*fast(&[]).graph(), RouteGraph::default());
    assert_eq!(
        *fast(&[Pattern { segments: vec![Segment::Set(99)], tail: true }]).graph(),
        RouteGraph::default()
    );
    let dots = Pattern { segments: vec![Segment::Literal("..".to_owned())], tail: false };
    assert_eq!(*fast(&[dots]).graph(), RouteGraph::default());
    let stay = GraphNode { accept: Some(0), otherwise: Otherwise::Stay, ..GraphNode::default() };
    assert_eq!(fast(&patterns(&["/**"])).graph().nodes, [stay]);
    // `x` may do what every other segment does, so it needs no arc.
    let table = fast(&patterns(&["/**", "/*/a"]));
    assert_eq!(table.graph().keys, ["a"]);
}

/// One literal at each place among wildcards.
fn deep(count: usize) -> Vec<Pattern> {
    (0..count).map(|at| pattern(&("/*".repeat(at) + "/a" + &"/*".repeat(count - 1 - at)))).collect()
}

fn exploded(patterns: &[Pattern], sets: &[SegmentSet], budget: &Budget) -> Vec<usize> {
    match table(patterns, sets, budget) {
        Err(TableError::Explosion { patterns, states }) => {
            assert!(states <= budget.states + 100, "{states} states were made");
            assert!((2..=COLLIDING).contains(&patterns.len()), "{patterns:?}");
            assert!(patterns.is_sorted());
            patterns
        }
        other => panic!("{:?}", other.map(|table| table.graph().nodes.len())),
    }
}

#[test]
fn explosions_name_the_patterns_that_collide() {
    let small = Budget { states: 5_000, items: 100_000 };
    assert_eq!(exploded(&deep(20), &[], &small).len(), COLLIDING);
    assert_eq!(table(&deep(8), &[], &small).err(), Some(TableError::Undecided));
    let mut among: Vec<Pattern> = (0..400).map(|at| pattern(&format!("/services/s{at}/*"))).collect();
    among.extend([pattern("/**"), pattern("/services/**")]);
    let harmless = among.len();
    among.extend(deep(16));
    among.extend((0..400).map(|at| pattern(&format!("/gateways/g{at}/**"))));
    for named in exploded(&among, &[], &small) {
        assert!((harmless..harmless + 16).contains(&named), "pattern {named} is harmless");
    }
    let tails: Vec<Pattern> = (0..16).map(|at| pattern(&("/*".repeat(at) + "/a/**"))).collect();
    assert!(exploded(&tails, &[], &small).len() > 1);
}

#[test]
fn regular_sets_that_multiply_explode() {
    let sets: Vec<SegmentSet> = ["a", "b", "c", "d"]
        .iter()
        .map(|letter| match regular_set(&format!(".*{letter}.{{5}}")) {
            Ok(SegmentLanguage::Set(set)) => set,
            other => panic!("{other:?}"),
        })
        .collect();
    let mut patterns = vec![pattern("/x/y"), pattern("/**")];
    patterns.extend((0u32..4).map(|set| {
        let literal = Segment::Literal(format!("l{set}"));
        Pattern { segments: vec![Segment::Set(set), literal], tail: false }
    }));
    for named in exploded(&patterns, &sets, &Budget { states: 5_000, items: 100_000 }) {
        assert!(named >= 2, "pattern {named} is harmless");
    }
    assert!(table(&patterns[..3], &sets, &Budget::DEFAULT).is_ok());
}

#[test]
fn too_many_symbol_states_are_refused() {
    let patterns = hot(50, 60);
    let table = table(&patterns, &[], &Budget::DEFAULT).expect("small");
    let all = table.to_dfa(|_| 0, &Budget::DEFAULT).expect("small").states() as usize;
    assert!(table.to_dfa(|_| 0, &Budget { states: all, items: 0 }).is_ok());
    match table.to_dfa(|accept| accept.least as u32, &Budget { states: all, items: 0 }) {
        Err(TableError::Explosion { patterns, states }) => {
            assert!(states > all && !patterns.is_empty() && patterns.len() <= COLLIDING, "{patterns:?}");
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn tables_of_regular_sets_and_tails_have_the_same_minimal_dfa() {
    // Few classes over many loops: what is found to be a state of a cycle that is known already.
    for seed in 0..number("DREGG_TABLES", 150) {
        let mut random = ChaCha8Rng::seed_from_u64(40_000 + seed);
        let mut patterns: Vec<Pattern> = Vec::new();
        for _ in 0..2 + below(&mut random, 8) {
            let segment = |random: &mut ChaCha8Rng| match below(random, 6) {
                0 => Segment::Literal((*pick(random, &["a", "v0", "ab", "0", "..."])).to_owned()),
                1 => Segment::Any,
                _ => Segment::Set(below(random, SETS.len()) as u32),
            };
            let length = below(&mut random, 3);
            let segments = (0..length).map(|_| segment(&mut random)).collect();
            patterns.push(Pattern { segments, tail: below(&mut random, 2) == 0 });
        }
        let product = loop {
            match build(&patterns, &sets(), &Budget::DEFAULT) {
                Ok(product) => break product,
                Err(BuildError::Ambiguous(pairs)) => _ = patterns.remove(pairs[0].second),
                Err(error @ BuildError::Explosion { .. }) => panic!("{error}"),
            }
        };
        let table = fast(&patterns);
        for classes in 1..4 {
            let class = |accept: &Accept| accept.least as u32 % classes;
            let dfa = table.to_dfa(class, &Budget::DEFAULT).expect("small");
            assert_eq!(dfa, product.to_dfa(class), "seed {seed}, {classes}");
        }
    }
}
