//! Synthetic namespaces of service meshes, of any size.
//!
//! Words are few, as in real namespaces: tens in a table of 1,000 routes, some thousands in one of 100,000. No two
//! routes overlap without one lying inside the other, so that every candidate can say the same (dregg would refuse the
//! table otherwise).

use super::{Random, Table};

const DOMAINS: [&str; 24] = [
    "ai",
    "billing",
    "storage",
    "auth",
    "identity",
    "payments",
    "search",
    "media",
    "metrics",
    "logging",
    "compute",
    "network",
    "ledger",
    "bridge",
    "consensus",
    "governance",
    "intents",
    "market",
    "oracle",
    "mail",
    "docs",
    "build",
    "deploy",
    "edge",
];
const SERVICES: [&str; 30] = [
    "inference",
    "embedding",
    "classify",
    "rank",
    "token",
    "session",
    "object",
    "block",
    "volume",
    "invoice",
    "quota",
    "stream",
    "topic",
    "queue",
    "index",
    "query",
    "render",
    "transcode",
    "notify",
    "audit",
    "policy",
    "secret",
    "key",
    "vault",
    "cert",
    "relay",
    "proxy",
    "route",
    "shard",
    "replica",
];
const PARTS: [&str; 14] = [
    "api", "store", "solver", "worker", "gateway", "planner", "cache", "proxy", "svc", "core", "admin",
    "public", "internal", "batch",
];
const METHODS: [&str; 10] = [
    "invoke",
    "status",
    "config",
    "health-check",
    "metrics",
    "logs",
    "descriptor",
    "effects",
    "pricing",
    "subscribe",
];
const RESOURCES: [&str; 16] = [
    "invoices", "jobs", "users", "items", "sessions", "objects", "reports", "events", "orders", "models",
    "tokens", "volumes", "messages", "accounts", "leases", "keys",
];

/// Of the routes of a mixed mesh, how many per cent have a parameter or a tail.
const MIXED: usize = 15;

/// A mesh of `count` routes: literal ones only, or mixed with parameters and tails.
pub fn mesh(count: usize, mixed: bool, seed: u64) -> Table {
    let mut random = Random::new(seed);
    let mut table = Table::default();
    let domains = names(&DOMAINS, (count / 120).clamp(4, 4_000));
    let owners: Vec<String> = (0..(count / 100).clamp(4, 8_000)).map(|at| format!("org-{at}")).collect();
    if mixed {
        let generic =
            ["/services/{d}/{s}/health", "/services/{d}/metrics", "/gateways/{o}/{s}/acl", "/registry/**"];
        generic.iter().for_each(|path| table.add(path));
    }
    while table.routes.len() < count {
        let (domain, owner) = (random.pick(&domains).clone(), random.pick(&owners).clone());
        let mut service = (*random.pick(&SERVICES)).to_owned();
        if count > 2_000 {
            service = format!("{service}-{}", random.pick(&PARTS));
        }
        let version = 1 + random.below(4);
        let (method, resource) = (*random.pick(&METHODS), *random.pick(&RESOURCES));
        let served = format!("/services/{domain}/{service}");
        let passed = format!("/gateways/{owner}/{service}/v{version}");
        let path = match (mixed && random.percent(MIXED), random.below(100)) {
            (false, 0..45) => format!("{served}/v{version}"),
            (false, 45..75) => format!("{served}/v{version}/{method}"),
            (false, 75..88) => passed,
            (false, _) => format!("{passed}/{method}"),
            (true, 0..40) => format!("{served}/v{version}/{resource}/{{id}}"),
            (true, 40..65) => format!("{served}/v{version}/{resource}/{{id}}/{method}"),
            (true, 65..75) => format!("{served}/{{version}}/{method}"),
            (true, 75..90) => format!("{passed}/**"),
            (true, _) => format!("/gateways/{owner}/{{service}}/{method}"),
        };
        table.add(&path);
    }
    // Neither insertion order nor the place of generic routes may help anybody.
    random.shuffle(&mut table.routes);
    table.close()
}

fn names(words: &[&str], count: usize) -> Vec<String> {
    let name = |at: usize| match at < words.len() {
        true => words[at].to_owned(),
        false => format!("{}-{}", words[at % words.len()], at / words.len()),
    };
    (0..count).map(name).collect()
}
