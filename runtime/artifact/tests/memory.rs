//! What reading costs in memory: at most a small multiple of the bytes that are there, whatever they state.
//!
//! One test, because the counter belongs to the whole process.

use dregg_artifact::*;
use peak_alloc::PeakAlloc;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// How many bytes reading may take for each byte read: the largest ratio of a value to its shortest encoding.
const MULTIPLE: usize = 16;

/// And whatever the size.
const SLACK: usize = 64 << 10;

/// The peak of memory while the bytes are read, beyond what was in use before.
fn cost(bytes: &[u8]) -> usize {
    MEMORY.reset_peak_usage();
    let before = MEMORY.current_usage();
    let read = Artifact::decode(bytes);
    let peak = MEMORY.peak_usage() - before;
    drop(read);
    peak
}

fn stays_small(what: &str, bytes: &[u8]) {
    let peak = cost(bytes);
    assert!(peak <= MULTIPLE * bytes.len() + SLACK, "{what}: {peak} bytes to read {}", bytes.len());
}

/// Lists of the shortest values there are of each kind: where memory exceeds bytes the most.
fn bulks(many: usize) -> Vec<(&'static str, Artifact)> {
    let with = |change: &dyn Fn(&mut Artifact)| {
        let mut artifact = Artifact::default();
        change(&mut artifact);
        artifact
    };
    let class = |goals: Vec<Goal>| PolicyClass {
        kind: ClassKind::Route,
        access: [Access { goals, ..Access::default() }, Access::default(), Access::default()],
        services: Vec::new(),
    };
    let body = |literal: &Literal| vec![Goal { rules: vec![GoalRule { body: vec![literal.clone(); many] }] }];
    let literal = Literal::Goal { goal: 0 };
    let terms = Literal::Relation { relation: 0, terms: vec![Term::Epoch; many.min(60_000)], negated: false };
    let column = Column { name: String::new(), ty: Type::Int };
    let relation = Relation {
        name: String::new(),
        columns: Vec::new(),
        visibility: Visibility::Public,
        writer: Writer::Council,
    };
    let wide = Relation { columns: vec![column; many], ..relation.clone() };
    let predicate = Predicate { name: String::new(), columns: Vec::new(), rules: Vec::new() };
    let rule = Rule { head: Vec::new(), body: Vec::new() };
    let ruled = Predicate { rules: vec![rule; many], ..predicate.clone() };
    let headed = Rule { head: vec![Term::Epoch; many], body: Vec::new() };
    let headed = Predicate { rules: vec![headed], ..predicate.clone() };
    let set = SegmentSet { accepting: Vec::new(), rows: Vec::new() };
    let accepting = SegmentSet { accepting: vec![true; many], rows: Vec::new() };
    let rows = SegmentSet { accepting: Vec::new(), rows: vec![(0, 1, 1, 0); many] };
    let route = Route { pattern: Pattern::default(), gateway: None, deprecated: None };
    let stars = Pattern { segments: vec![Segment::Any; many], tail: false };
    let starred = Route { pattern: stars, ..route.clone() };
    let redirect = Redirect { from: String::new(), to: String::new() };
    let text = RouteText { captures: vec![(0, String::new()); many], ..RouteText::default() };
    let clause = [vec![String::new(); many], Vec::new(), Vec::new()];
    vec![
        ("literals", with(&|artifact| artifact.classes.push(class(body(&literal))))),
        (
            "terms",
            with(&|artifact| {
                artifact
                    .classes
                    .push(class(vec![Goal { rules: vec![GoalRule { body: vec![terms.clone()] }] }]))
            }),
        ),
        ("goals", with(&|artifact| artifact.classes.push(class(vec![Goal::default(); many])))),
        ("classes", with(&|artifact| artifact.classes = vec![class(Vec::new()); many])),
        ("relations", with(&|artifact| artifact.relations = vec![relation.clone(); many])),
        ("columns", with(&|artifact| artifact.relations.push(wide.clone()))),
        ("predicates", with(&|artifact| artifact.predicates = vec![predicate.clone(); many])),
        ("rules", with(&|artifact| artifact.predicates.push(ruled.clone()))),
        ("head", with(&|artifact| artifact.predicates.push(headed.clone()))),
        ("facts", with(&|artifact| artifact.facts = vec![Fact { relation: 0, arguments: Vec::new() }; many])),
        (
            "arguments",
            with(&|artifact| {
                artifact.facts.push(Fact { relation: 0, arguments: vec![Value::Text(String::new()); many] });
            }),
        ),
        ("sets", with(&|artifact| artifact.sets = vec![set.clone(); many])),
        ("accepting", with(&|artifact| artifact.sets.push(accepting.clone()))),
        ("set rows", with(&|artifact| artifact.sets.push(rows.clone()))),
        ("index keys", with(&|artifact| artifact.index = keyed(many))),
        ("index matchers", with(&|artifact| artifact.index = matched(many))),
        (
            "rows",
            with(&|artifact| {
                artifact.dfa = Dfa::new(vec![Row { state: 0, lo: 1, hi: 1, next: 0 }; many], many as u32);
            }),
        ),
        ("routes", with(&|artifact| artifact.routes = vec![route.clone(); many])),
        ("segments", with(&|artifact| artifact.routes.push(starred.clone()))),
        ("redirects", with(&|artifact| artifact.redirects = vec![redirect.clone(); many])),
        ("route texts", with(&|artifact| artifact.texts.routes = vec![RouteText::default(); many])),
        ("captures", with(&|artifact| artifact.texts.routes.push(text.clone()))),
        ("class texts", with(&|artifact| artifact.texts.classes = vec![Default::default(); many])),
        ("clause texts", with(&|artifact| artifact.texts.classes.push(clause.clone()))),
    ]
}

/// An index of many keys, whose node is in groups.
fn keyed(many: usize) -> RouteIndex {
    let mut keys: Vec<String> = (0..many).map(|number| format!("{number:x}")).collect();
    keys.sort();
    let leaf = GraphNode { accept: Some(0), ..GraphNode::default() };
    let literals = (0u32..).take(many).map(|key| (key, 0)).collect();
    let root = GraphNode { literals, ..GraphNode::default() };
    RouteIndex::new(&RouteGraph { keys, matchers: Vec::new(), nodes: vec![leaf, root] }, &[Some(0)], 1)
        .unwrap_or_default()
}

/// An index with a matcher of many states.
fn matched(many: usize) -> RouteIndex {
    let labels = (0..many).map(|state| u16::from(state + 1 == many)).collect();
    let rows = (0u32..).take(many - 1).map(|state| (state, 20, 20, state + 1)).collect();
    let leaf = GraphNode { accept: Some(0), ..GraphNode::default() };
    let root = GraphNode { matcher: Some((0, vec![0])), ..GraphNode::default() };
    let matchers = vec![Matcher { labels, rows }];
    RouteIndex::new(&RouteGraph { keys: Vec::new(), matchers, nodes: vec![leaf, root] }, &[Some(0)], 1)
        .unwrap_or_default()
}

#[test]
fn memory_is_a_small_multiple_of_the_bytes() {
    // Every number of a file with an entry in most lists, as a count that wants gigabytes.
    for (_, artifact) in bulks(2) {
        let small = artifact.encode();
        for at in 64 * 16..small.len() {
            for count in [u32::MAX, 1 << 24] {
                let mut bytes = small.clone();
                if let Some(place) = bytes.get_mut(at..at + 4) {
                    place.copy_from_slice(&count.to_le_bytes());
                }
                wire::reseal(&mut bytes);
                stays_small("a wild count", &bytes);
            }
        }
    }
    for (what, artifact) in bulks(100_000) {
        stays_small(what, &artifact.encode());
    }
}
