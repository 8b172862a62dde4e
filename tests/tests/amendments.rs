//! Policies whose routes come, go and change one at a time: at every moment the artifact is the one compiled from scratch,
//! byte for byte, with its root; and what compiling would refuse, amending refuses alike and forgets. `DREGG_TABLES` and
//! `DREGG_SEED` run more.

use dregg_compiler::generate::{Amendable, CompileError, compile};
use dregg_compiler::hir::{Hir, Route};
use dregg_compiler::load::load_text;
use dregg_compiler::lower::lower;
use dregg_tests::tables;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::collections::BTreeMap;

fn number(name: &str, unless: u64) -> u64 {
    std::env::var(name).map_or(unless, |count| count.parse().unwrap())
}

fn lowered(text: &str) -> Hir {
    let loaded = load_text("policy.dregg", text);
    assert!(!loaded.has_errors(), "{:?}", loaded.diagnostics);
    lower(&loaded).hir
}

/// A policy, what it should be, and the routes it may get.
struct Amended {
    amendable: Amendable,
    hir: Hir,
    pool: Vec<Route>,
}

/// What a step came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Step {
    Compiled,
    Refused,
}

impl Amended {
    /// A policy of the routes of another one that are wanted. `None` if it does not compile.
    fn new(mut hir: Hir, wanted: impl FnMut(&Route) -> bool) -> Option<Amended> {
        let pool = hir.routes.clone();
        let mut wanted = wanted;
        hir.routes.retain(|route| wanted(route));
        let amendable = match (Amendable::new(hir.clone()), compile(&hir)) {
            (Ok(amendable), Ok(artifact)) => {
                assert_eq!(amendable.artifact(), &artifact);
                amendable
            }
            (Err(found), Err(expected)) => {
                assert_eq!(format!("{found:?}"), format!("{expected:?}"));
                return None;
            }
            (found, expected) => panic!("{:?} {:?}", found.err(), expected.err()),
        };
        Some(Amended { amendable, hir, pool })
    }

    /// Compares what a step came to with compiling `hir`, and takes that if it compiles.
    fn check(&mut self, hir: Hir, result: Result<(), CompileError>) -> Step {
        match (result, compile(&hir)) {
            (Ok(()), Ok(artifact)) => {
                assert_eq!(self.amendable.artifact(), &artifact);
                assert_eq!(self.amendable.artifact().encode(), artifact.encode());
                assert_eq!(self.amendable.policy_root(), artifact.policy_root());
                self.hir = hir;
                Step::Compiled
            }
            (Err(found), Err(expected)) => {
                assert_eq!(format!("{found:?}"), format!("{expected:?}"));
                let before = compile(&self.hir).unwrap();
                assert_eq!(self.amendable.artifact(), &before, "as it was");
                assert_eq!(self.amendable.policy_root(), before.policy_root());
                Step::Refused
            }
            (found, expected) => panic!("{:?} {:?}", found.err(), expected.err()),
        }
    }

    fn add(&mut self, route: Route) -> Step {
        let mut hir = self.hir.clone();
        let place = hir.routes.partition_point(|other| other.pattern < route.pattern);
        hir.routes.insert(place, route.clone());
        let result = self.amendable.add(route);
        self.check(hir, result)
    }

    fn remove(&mut self, place: usize) -> Step {
        let mut hir = self.hir.clone();
        let route = hir.routes.remove(place);
        let result = self.amendable.remove(&route.pattern);
        self.check(hir, result)
    }

    fn change(&mut self, place: usize, route: Route) -> Step {
        let mut hir = self.hir.clone();
        hir.routes[place] = route.clone();
        let result = self.amendable.change(route);
        self.check(hir, result)
    }
}

/// A route with what another one says of access.
fn with_rules_of(route: &Route, other: &Route) -> Route {
    let (clauses, guards, services) = (other.clauses.clone(), other.guards.clone(), other.services.clone());
    Route { clauses, guards, services, ..route.clone() }
}

#[test]
fn every_amended_artifact_is_the_one_compiled_from_scratch() {
    let mut rng = ChaCha8Rng::seed_from_u64(number("DREGG_SEED", 7));
    let mut outcomes: BTreeMap<(&str, Step), u64> = BTreeMap::new();
    for table in 0..number("DREGG_TABLES", 40) {
        let most = if table % 4 == 0 { 80 } else { 16 };
        let hir = lowered(&tables::policy(&tables::table(&mut rng, most)));
        let Some(mut amended) = Amended::new(hir, |_| rng.random_range(0..3) == 0) else { continue };
        for _ in 0..12 {
            let count = amended.hir.routes.len();
            let any = rng.random_range(0..amended.pool.len());
            let any = amended.pool[any].clone();
            let place = rng.random_range(0..count.max(1));
            let (what, step) = match rng.random_range(0..4) {
                1 if count > 0 => ("remove", amended.remove(place)),
                2 if count > 0 => {
                    let route = with_rules_of(&amended.hir.routes[place], &any);
                    ("change", amended.change(place, route))
                }
                _ => ("add", amended.add(any)),
            };
            *outcomes.entry((what, step)).or_default() += 1;
        }
    }
    println!("{outcomes:?}");
    for what in [
        ("add", Step::Compiled),
        ("add", Step::Refused),
        ("remove", Step::Compiled),
        ("change", Step::Compiled),
    ] {
        assert!(outcomes.get(&what).is_some_and(|count| *count > 20), "{outcomes:?}");
    }
}

const NAMED: &str = "policy t version 1;
cell @a = 0x1111111111111111111111111111111111111111111111111111111111111111;
cell @b = 0x2222222222222222222222222222222222222222222222222222222222222222;
route /** { require cells { @a, @b }; }
route /old/{name} { allow read: open; require read: stake >= 3; }
route /new/one allow read: cells { @a };
route /g/** {
    gateway one/** owner @a { delegate mount to cells { @b } depth 2 max_routes 10; allow read: open; }
    gateway two/** owner @b { allow read: stake >= 1; }
}
redirect /from -> /new/one;
";

#[test]
fn guards_gateways_and_redirects_come_and_go() {
    let hir = lowered(NAMED);
    let mut amended = Amended::new(hir.clone(), |_| true).unwrap();
    let count = hir.routes.len();
    assert!(count >= 5);
    for _ in 0..2 {
        for place in (0..count).rev() {
            let route = amended.hir.routes[place].clone();
            // The target of the redirect must stay.
            let expected = if route.path == "/new/one" { None } else { Some(Step::Compiled) };
            if let Some(expected) = expected {
                assert_eq!(amended.remove(place), expected, "{}", route.path);
                assert_eq!(amended.add(route.clone()), Step::Compiled);
            }
            assert_eq!(amended.add(route), Step::Refused, "twice");
        }
        for place in 0..count {
            let other = amended.hir.routes[(place + 1) % count].clone();
            let route = amended.hir.routes[place].clone();
            assert_eq!(amended.change(place, with_rules_of(&route, &other)), Step::Compiled);
        }
    }
    for _ in 0..count {
        if let Some(place) = amended.hir.routes.iter().position(|route| route.path != "/new/one") {
            assert_eq!(amended.remove(place), Step::Compiled);
        }
    }
    assert_eq!(amended.hir.routes.len(), 1);
}

#[test]
fn many_amendments_leave_nothing_behind() {
    let mut rng = ChaCha8Rng::seed_from_u64(3);
    let texts =
        (0..200).map(|n| format!("route /s{}/v{}/{{x}}/m{n} allow read: stake >= {};", n % 20, n % 4, n % 5));
    let text = format!("policy t version 1;\n{}", texts.collect::<Vec<_>>().join("\n"));
    let mut amended = Amended::new(lowered(&text), |_| true).unwrap();
    for step in 0..300 {
        let place = rng.random_range(0..amended.hir.routes.len());
        let route = amended.hir.routes[place].clone();
        amended.hir.routes.remove(place);
        amended.amendable.remove(&route.pattern).unwrap();
        let place = rng.random_range(0..amended.pool.len());
        let route = with_rules_of(&route, &amended.pool[place]);
        let mut hir = amended.hir.clone();
        hir.routes.push(route.clone());
        hir.routes.sort_by(|one, other| one.pattern.cmp(&other.pattern));
        amended.amendable.add(route).unwrap();
        amended.hir = hir;
        if step % 30 == 29 {
            assert_eq!(amended.amendable.artifact(), &compile(&amended.hir).unwrap(), "step {step}");
        }
    }
}
