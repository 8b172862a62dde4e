//! How long a large table takes to compile: `cargo run --release -p dregg-compiler --example mesh -- 100000 15`.
//!
//! The table is a made-up mesh of services and gateways, with the given share of routes with wildcards and tails in per
//! cent. Prints times, sizes and the greatest memory the process had so far.
#![expect(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a measurement run by hand, not a part of the compiler"
)]

use dregg_artifact::{Pattern, Segment};
use dregg_compiler::automaton::{Accept, Budget, Table, TableBuilder, graph_disagreement, table};
use std::collections::HashSet;
use std::time::{Duration, Instant};

const DOMAINS: &[&str] =
    &["ai", "storage", "identity", "billing", "search", "media", "compute", "network", "mail", "maps"];
const KINDS: &[&str] = &["acme", "nova", "blue", "delta", "zen"];
const NOUNS: &[&str] = &[
    "inference",
    "image",
    "speech",
    "vector",
    "ledger",
    "session",
    "token",
    "queue",
    "cache",
    "index",
    "stream",
    "blob",
    "graph",
    "event",
    "metric",
    "audit",
    "route",
    "policy",
    "cell",
    "proof",
];
const VERBS: &[&str] = &["read", "write", "sync", "list", "watch", "merge", "split", "plan", "sign", "check"];
const METHODS: &[&str] = &["create", "get", "update", "delete", "list", "health", "status", "acl"];

/// A small generator of numbers (SplitMix64), so that every run makes the same table.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) % bound as u64) as usize
    }

    fn pick<'a>(&mut self, from: &'a [&'a str]) -> &'a str {
        from[self.below(from.len())]
    }
}

/// The texts of a mesh, in no particular order; `{}` is any segment, `**` a tail.
fn mesh(size: usize, wild: usize) -> Vec<String> {
    let mut random = Random(42);
    let (domains, owners) = ((size / 120).clamp(4, 4000), (size / 100).clamp(4, 8000));
    let numbered = |names: &[&str], at: usize| format!("{}-{}", names[at % names.len()], at / names.len());
    let mut seen = HashSet::new();
    let mut texts = Vec::new();
    let mut push = |text: String, texts: &mut Vec<String>| {
        if seen.insert(text.clone()) {
            texts.push(text);
        }
    };
    if wild > 0 {
        for text in
            ["/services/{}/{}/health", "/services/{}/metrics", "/gateways/{}/{}/all/acl", "/registry/**"]
        {
            push(text.to_owned(), &mut texts);
        }
    }
    while texts.len() < size {
        let domain = numbered(DOMAINS, random.below(domains));
        let owner = numbered(KINDS, random.below(owners));
        let service = format!("{}-{}", random.pick(NOUNS), random.pick(VERBS));
        let version = 1 + random.below(4);
        let method = random.pick(METHODS);
        let text = if random.below(100) < wild {
            match random.below(100) {
                0..40 => format!("/services/{domain}/{service}/v{version}/{{}}"),
                40..65 => format!("/services/{domain}/{service}/v{version}/{{}}/{method}"),
                65..75 => format!("/services/{domain}/{service}/all/{method}/{{}}"),
                75..90 => format!("/gateways/{owner}/{service}/v{version}/**"),
                _ => format!("/gateways/{owner}/at/{{}}/v{version}/{method}"),
            }
        } else {
            match random.below(100) {
                0..45 => format!("/services/{domain}/{service}/v{version}"),
                45..75 => format!("/services/{domain}/{service}/v{version}/{method}"),
                75..88 => format!("/gateways/{owner}/{service}/v{version}"),
                _ => format!("/gateways/{owner}/{service}/v{version}/{method}"),
            }
        };
        push(text, &mut texts);
    }
    texts
}

fn pattern(text: &str) -> Pattern {
    let mut pattern = Pattern::default();
    for part in text.split('/').skip(1) {
        match part {
            "**" => pattern.tail = true,
            "{}" => pattern.segments.push(Segment::Any),
            _ => pattern.segments.push(Segment::Literal(part.to_owned())),
        }
    }
    pattern
}

/// The policy class of a pattern's owner: one of 16, by its first two segments.
fn class(pattern: &Pattern) -> u32 {
    let mut hash = 0xcbf2_9ce4u32;
    for segment in pattern.segments.iter().take(2) {
        if let Segment::Literal(text) = segment {
            for byte in text.bytes() {
                hash = (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193);
            }
        }
    }
    (hash >> 8) % 16
}

/// How long it takes to add and remove single routes, and to write the graph and the DFA after that.
fn amend(patterns: &[Pattern], budget: &Budget) {
    let (base, extra) = patterns.split_at(patterns.len() - 200);
    let mut builder = TableBuilder::new(base, &[], *budget).expect("not ambiguous");
    let by_owner = |accept: &Accept| patterns.get(accept.least).map_or(0, class);
    builder.to_dfa(by_owner).expect("within the budget");
    let mut times: [Vec<Duration>; 3] = Default::default();
    let mut timed = |what: usize, work: &mut dyn FnMut()| {
        let start = Instant::now();
        work();
        times[what].push(start.elapsed());
    };
    let mut numbers = Vec::new();
    for pattern in extra {
        timed(0, &mut || numbers.push(builder.add(pattern, &[]).expect("not ambiguous")));
    }
    for &number in numbers.iter().rev().take(100) {
        timed(1, &mut || builder.remove(number).expect("within the budget"));
    }
    for pattern in extra.iter().rev().take(5) {
        builder.add(pattern, &[]).expect("not ambiguous");
        timed(2, &mut || drop(builder.to_dfa(by_owner).expect("within the budget")));
    }
    let start = Instant::now();
    builder.table(|number| number).expect("not ambiguous");
    println!("table again {:>8.1?}", start.elapsed());
    for (what, mut times) in ["add", "remove", "DFA again"].iter().zip(times) {
        let first = times[0];
        times.sort();
        let (median, last) = (times[times.len() / 2], times[times.len() - 1]);
        println!("{what:<10} median {median:.1?}, first {first:.1?}, longest {last:.1?}");
    }
}

fn memory() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find(|line| line.starts_with("VmHWM")).unwrap_or("VmHWM: unknown");
    peak.split_whitespace().skip(1).collect::<Vec<_>>().join(" ")
}

fn main() {
    let mut arguments = std::env::args().skip(1).filter_map(|text| text.parse().ok());
    let size = arguments.next().unwrap_or(100_000);
    let wild = arguments.next().unwrap_or(15);
    let patterns: Vec<Pattern> = mesh(size, wild).iter().map(|text| pattern(text)).collect();
    println!("{size} routes, {wild}% with wildcards: {} of memory for the patterns", memory());
    let budget = Budget::for_patterns(&patterns);
    let start = Instant::now();
    let table = table(&patterns, &[], &budget).expect("not ambiguous");
    let graph = table.graph();
    let arcs: usize = graph.nodes.iter().map(|node| node.literals.len()).sum();
    println!(
        "graph      {:>9.1?}  {} nodes, {arcs} arcs, {} keys, {} accept sets; peak {}",
        start.elapsed(),
        graph.nodes.len(),
        graph.keys.len(),
        table.accepts().len(),
        memory()
    );
    let start = Instant::now();
    let by_owner = |accept: &Accept| patterns.get(accept.least).map_or(0, class);
    let dfa = table.to_dfa(by_owner, &budget).expect("within the budget");
    println!(
        "16 classes {:>9.1?}  {} states, {} rows; peak {}",
        start.elapsed(),
        dfa.states(),
        dfa.rows().len(),
        memory()
    );
    by_route(&table, size, &budget);
    let classes: Vec<u32> = patterns.iter().map(class).collect();
    let start = Instant::now();
    let difference = graph_disagreement(graph, &classes, &dfa);
    println!("agreement  {:>9.1?}  {difference:?}; peak {}", start.elapsed(), memory());
    drop(table);
    drop(dfa);
    amend(&patterns, &budget);
}

/// The DFA that tells all routes apart.
fn by_route(table: &Table, size: usize, budget: &Budget) {
    if size <= 100_000 {
        let start = Instant::now();
        let dfa = table.to_dfa(|accept| u32::try_from(accept.least).unwrap_or(0), budget);
        let dfa = dfa.expect("within the budget");
        println!(
            "by route   {:>9.1?}  {} states, {} rows; peak {}",
            start.elapsed(),
            dfa.states(),
            dfa.rows().len(),
            memory()
        );
    }
}
