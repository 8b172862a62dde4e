//! `decide`: the cost of a decision from texts, cell and path, to yes or no, beside the peers.
//!
//! Facts are loaded before, requests are built inside the timing. `world` is what everybody is told and asked; one module
//! an engine.

mod bound;
mod cedar;
mod ours;
mod rego;
mod world;

use crate::measure::{self, Cost, Cycles, Side, Spread, spread};
use crate::report::{self, times};
use bound::Bound;
use cedar::Cedar;
use ours::Dregg;
use rego::{Compiled, Interpreted};
use std::time::{Duration, Instant};
use world::{Kind, MEMBERS, Request, World};

/// About how long a pass may take; slow engines are asked less.
const PASS: Duration = Duration::from_millis(50);
/// The fewest requests of a pass.
const FEWEST: usize = 16;
/// How many requests a hot pass repeats.
const HOT: usize = 16;

/// Decides requests.
trait Engine: Sized {
    /// What the report calls it.
    const NAME: &'static str;

    /// Takes policy and facts, or says why not.
    fn build(world: &World) -> Result<Self, String>;

    /// Whether this cell may invoke this path.
    fn decide(&mut self, cell: &str, path: &str) -> bool;

    /// Decides all requests, in order. Whoever keeps something from one to the next does it here.
    #[inline(always)]
    fn each(&mut self, requests: &[Request], mut take: impl FnMut(bool)) {
        for request in requests {
            take(self.decide(&request.cell, &request.path));
        }
    }

    /// Decides all requests and counts those allowed.
    #[inline(never)]
    fn pass(&mut self, requests: &[Request]) -> u64 {
        let mut allowed = 0;
        self.each(requests, |answer| allowed += u64::from(answer));
        allowed
    }

    /// How many answers differ from those expected.
    fn wrong(&mut self, requests: &[Request]) -> usize {
        let mut answers = Vec::with_capacity(requests.len());
        self.each(requests, |answer| answers.push(answer));
        assert_eq!(answers.len(), requests.len(), "{} left requests out", Self::NAME);
        answers.iter().zip(requests).filter(|(answer, request)| **answer != request.expected).count()
    }
}

/// The sides of one comparison.
#[derive(Default)]
struct Ring<'a> {
    sides: Vec<Side<'a>>,
    names: Vec<String>,
}

impl<'a> Ring<'a> {
    /// Builds an engine, checks its answers, and lets it take part; prints why it does not.
    fn enter<E: Engine + 'a>(&mut self, world: &World, requests: &'a [Request]) {
        match E::build(world) {
            Ok(engine) => self.add(E::NAME.to_owned(), engine, requests),
            Err(why) => println!("{} does not take part: {why}.\n", E::NAME),
        }
    }

    fn add<E: Engine + 'a>(&mut self, name: String, mut engine: E, requests: &'a [Request]) {
        let start = Instant::now();
        let mut wrong = engine.wrong(&requests[..FEWEST]);
        let each = start.elapsed() / FEWEST as u32;
        let count = PASS.as_nanos() / each.as_nanos().max(1);
        let count = usize::try_from(count).unwrap_or(usize::MAX);
        let repeat = (count / requests.len()).max(1);
        let requests = &requests[..count.clamp(FEWEST, requests.len())];
        wrong += engine.wrong(&requests[FEWEST..]);
        assert_eq!(wrong, 0, "{name} answers wrongly");
        let pass = Box::new(move || (0..repeat).map(|_| engine.pass(requests)).sum());
        self.sides.push(Side { operations: requests.len() * repeat, pass });
        self.names.push(name);
    }
}

/// One comparison with all peers.
struct Case {
    kind: Kind,
    facts: usize,
    depth: usize,
    routes: usize,
}

impl Case {
    fn name(&self) -> String {
        match self.kind {
            Kind::Open => format!("open, {} facts", self.facts),
            Kind::Set => format!("set of {MEMBERS}, {} facts", self.facts),
            Kind::Capability if self.routes > 4 => {
                format!("capability, chain of {}, {} facts, {} routes", self.depth, self.facts, self.routes)
            }
            Kind::Capability => format!("capability, chain of {}, {} facts", self.depth, self.facts),
        }
    }
}

fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for facts in [1_000, 100_000] {
        for kind in [Kind::Open, Kind::Set] {
            cases.push(Case { kind, facts, depth: 1, routes: 4 });
        }
    }
    for depth in [1, 4, 16] {
        for facts in [10, 1_000, 100_000] {
            cases.push(Case { kind: Kind::Capability, facts, depth, routes: 4 });
        }
    }
    for routes in [100, 1_000] {
        cases.push(Case { kind: Kind::Capability, facts: 1_000, depth: 4, routes });
    }
    cases
}

/// Measures all cases and prints one table of them, then how dregg grows.
pub fn run(rounds: usize, most: usize, only: Option<&str>, cycles: &mut Cycles) {
    println!("## Decide\n");
    println!(
        "Microseconds a decision, median (quartiles); × is the multiple of dregg's cost in the same round.\n"
    );
    let names = [Cedar::NAME, Interpreted::NAME, Compiled::NAME, Bound::NAME];
    let mut rows = Vec::new();
    let wanted = |case: &Case| case.facts <= most && only.is_none_or(|part| case.name().contains(part));
    for case in cases().into_iter().filter(wanted) {
        eprintln!("{}", case.name());
        let world = World::new(case.facts, case.depth, case.routes - 4);
        let requests = world.requests(case.kind);
        let mut ring = Ring::default();
        ring.enter::<Dregg>(&world, &requests);
        ring.enter::<Cedar>(&world, &requests);
        ring.enter::<Interpreted>(&world, &requests);
        ring.enter::<Compiled>(&world, &requests);
        ring.enter::<Bound>(&world, &requests);
        let costs = measure::measure(&mut ring.sides, rounds, cycles);
        let of = |name: &str| ring.names.iter().position(|known| known == name).map(|at| &costs[at]);
        let Some(ours) = of(Dregg::NAME) else { continue };
        let mut row = vec![case.name(), microseconds(ours).to_string()];
        row.extend(names.iter().map(|name| match of(name) {
            None => "-".to_owned(),
            Some(theirs) => {
                let ratio = spread(measure::ratios(theirs, ours)).median;
                format!("{} {}", microseconds(theirs), times(ratio))
            }
        }));
        rows.push(row);
    }
    let head: Vec<&str> = ["case", Dregg::NAME].into_iter().chain(names).collect();
    report::table(&head, &rows);
    growth(rounds, most, only, cycles);
}

fn microseconds(costs: &[Cost]) -> Spread {
    spread(costs.iter().map(|cost| cost.nanoseconds / 1e3))
}

/// dregg beside itself: more facts, more routes. Once with requests in random order, which also pay for the caches'
/// misses, and once with the same sixteen requests over and over.
fn growth(rounds: usize, most: usize, only: Option<&str>, cycles: &mut Cycles) {
    let facts = [1, 4, 16]
        .map(|depth| [(1_000, 4), (10_000, 4), (100_000, 4)].map(|(facts, routes)| (depth, facts, routes)));
    let routes = [4, 100, 1_000].map(|routes| (4, 1_000, routes));
    let mut rows = Vec::new();
    for series in facts.into_iter().chain([routes]) {
        for hot in [false, true] {
            let name = |depth: usize, facts: usize, routes: usize| {
                format!("chain of {depth}, {facts} facts, {routes} routes{}", if hot { ", hot" } else { "" })
            };
            let series: Vec<_> = series.into_iter().filter(|(_, facts, _)| *facts <= most).collect();
            if only.is_some_and(|part| !"growth".contains(part)) {
                continue;
            }
            let worlds: Vec<(World, Vec<Request>)> = series
                .iter()
                .map(|(depth, facts, routes)| {
                    let world = World::new(*facts, *depth, routes - 4);
                    let mut requests = world.requests(Kind::Capability);
                    if hot {
                        requests = requests.into_iter().take(HOT).collect::<Vec<_>>();
                    }
                    (world, requests)
                })
                .collect();
            let mut ring = Ring::default();
            for ((world, requests), (depth, facts, routes)) in worlds.iter().zip(&series) {
                match Dregg::build(world) {
                    Ok(engine) => ring.add(name(*depth, *facts, *routes), engine, requests),
                    Err(why) => println!("dregg does not take part: {why}.\n"),
                }
            }
            let costs = measure::measure(&mut ring.sides, rounds, cycles);
            for (name, side) in ring.names.iter().zip(&costs) {
                let ratio = spread(measure::ratios(side, &costs[0])).median;
                rows.push(vec![name.clone(), microseconds(side).to_string(), times(ratio)]);
            }
        }
    }
    println!("### How dregg's decisions grow\n");
    report::table(&["capability", "µs", "of the first's"], &rows);
}
