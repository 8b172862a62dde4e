//! `routes`: the cost of finding a path's route, beside the peers, on one table after the other.

use crate::dregg::{Batch, Capturing, Classifier};
use crate::measure::{self, Cost, Costs, Cycles, Side, Spread, spread};
use crate::report::{self, times};
use crate::routers::{Dense, Hybrid, Matchit, PathTree, Router, Wayfind, WholePaths, wrong};
use crate::tables::{KINDS, Queries, Table, github, mesh};
use std::time::Instant;

/// The seed of all tables and queries.
const SEED: u64 = 2026;

/// A table to measure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// GitHub's REST routes.
    GitHub,
    /// A mesh of literal routes.
    Literal(usize),
    /// A mesh with parameters and tails.
    Mixed(usize),
}

impl Kind {
    /// The table.
    pub fn table(self) -> Table {
        match self {
            Kind::GitHub => github(),
            Kind::Literal(count) => mesh(count, false, SEED),
            Kind::Mixed(count) => mesh(count, true, SEED),
        }
    }

    /// What the report calls it.
    pub fn name(self) -> String {
        match self {
            Kind::GitHub => "GitHub".to_owned(),
            Kind::Literal(count) => format!("mesh {count} literal"),
            Kind::Mixed(count) => format!("mesh {count} mixed"),
        }
    }

    /// The table of that name.
    pub fn parse(name: &str) -> Option<Kind> {
        let words: Vec<&str> = name.split(' ').collect();
        match words.as_slice() {
            ["GitHub"] => Some(Kind::GitHub),
            ["mesh", count, "literal"] => Some(Kind::Literal(count.parse().ok()?)),
            ["mesh", count, "mixed"] => Some(Kind::Mixed(count.parse().ok()?)),
            _ => None,
        }
    }

    /// Enough paths that a branch predictor cannot learn them, and more for tables that exceed the caches.
    fn queries(self, table: &Table) -> Queries {
        match self {
            Kind::GitHub => Queries::hits(table, 50_000, SEED),
            Kind::Literal(count) | Kind::Mixed(count) => {
                let paths = if count < 100_000 { 50_000 } else { 200_000 };
                Queries::mixed(table, paths, SEED)
            }
        }
    }
}

/// What a side is for in the summary.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    /// dregg, one path at a time.
    Single,
    /// dregg, many paths at once.
    Batch,
    /// dregg, captures included.
    Capturing,
    /// A router as one finds them.
    Router,
    /// An automaton library.
    Automaton,
    /// What cannot route, as a bound.
    Bound,
}

/// What stands in the table for one side besides its costs.
struct Entry {
    name: &'static str,
    role: Role,
    wrong: usize,
}

/// What one table's rounds come to, for the summary.
pub struct Outcome {
    name: String,
    dregg: Spread,
    router: &'static str,
    single: Spread,
    batch: Option<Spread>,
    capturing: Option<Spread>,
    automaton: Option<Spread>,
}

/// Measures one table and prints what came of it.
pub fn measure_table(kind: Kind, rounds: usize, cycles: &mut Cycles) -> Option<Outcome> {
    let table = kind.table();
    let queries = kind.queries(&table);
    let paths = queries.paths();
    let (shares, without) = queries.shares();
    println!("### {}\n", kind.name());
    let shares = KINDS.iter().zip(shares).filter(|(_, share)| *share > 0);
    let shares: Vec<String> = shares.map(|(kind, share)| format!("{share} {kind}")).collect();
    println!(
        "{} routes, {} different words; {} paths of {:.1} bytes in random order: {}; {} without a route.\n",
        table.routes.len(),
        table.vocabulary(),
        queries.len(),
        queries.mean_length(),
        shares.join(", "),
        without
    );
    let mut ring =
        Ring { table: &table, paths: &paths, expected: &queries.expected, sides: vec![], entries: vec![] };
    if let Some(classifier) = ring.built::<Classifier>() {
        ring.enter(classifier.clone(), Role::Single);
        ring.enter(Batch(classifier.clone()), Role::Batch);
        ring.enter(Capturing(classifier), Role::Capturing);
    }
    ring.build::<Matchit>(Role::Router);
    ring.build::<Wayfind>(Role::Router);
    ring.build::<PathTree>(Role::Router);
    ring.build::<Dense>(Role::Automaton);
    ring.build::<Hybrid>(Role::Automaton);
    ring.build::<WholePaths>(Role::Bound);
    let Ring { mut sides, entries, .. } = ring;
    let costs = measure::measure(&mut sides, rounds, cycles);
    let outcome = outcome(kind.name(), &entries, &costs);
    print(&entries, &costs);
    outcome
}

/// The sides of one table.
struct Ring<'a> {
    table: &'a Table,
    paths: &'a [&'a str],
    expected: &'a [u32],
    sides: Vec<Side<'a>>,
    entries: Vec<Entry>,
}

impl<'a> Ring<'a> {
    /// Builds a router, or prints why it cannot be.
    fn built<R: Router>(&self) -> Option<R> {
        let start = Instant::now();
        match R::write(self.table).and_then(R::build) {
            Ok(router) => {
                eprintln!("built {} in {:.3?}", R::NAME, start.elapsed());
                Some(router)
            }
            Err(why) => {
                println!("{} does not take part: {why}.\n", R::NAME);
                None
            }
        }
    }

    /// Lets a router take part if it can be built.
    fn build<R: Router + 'a>(&mut self, role: Role) {
        if let Some(router) = self.built::<R>() {
            self.enter(router, role);
        }
    }

    /// Checks every answer, then lets the router take part.
    fn enter<R: Router + 'a>(&mut self, mut router: R, role: Role) {
        let wrong = wrong(&mut router, self.paths, self.expected);
        if wrong > 0 {
            eprintln!("{}: {wrong} of {} answers are wrong", R::NAME, self.paths.len());
        }
        self.entries.push(Entry { name: R::NAME, role, wrong });
        let paths = self.paths;
        let pass = Box::new(move || router.pass(paths));
        self.sides.push(Side { operations: paths.len(), pass });
    }
}

fn print(entries: &[Entry], costs: &Costs) {
    let one = entries.iter().position(|entry| entry.role == Role::Single);
    let rows: Vec<Vec<String>> = entries
        .iter()
        .zip(costs)
        .map(|(entry, rounds)| {
            let cycles: Option<Vec<f64>> = rounds.iter().map(|cost| cost.cycles).collect();
            let ratio = one.map(|one| spread(measure::ratios(rounds, &costs[one])));
            vec![
                entry.name.to_owned(),
                spread(rounds.iter().map(|cost| cost.nanoseconds)).to_string(),
                cycles.map_or("-".to_owned(), |cycles| spread(cycles).to_string()),
                ratio.map_or("-".to_owned(), |ratio| times(ratio.median)),
                entry.wrong.to_string(),
            ]
        })
        .collect();
    report::table(&["candidate", "ns a path (quartiles)", "cycles", "of dregg's", "wrong"], &rows);
}

fn outcome(name: String, entries: &[Entry], costs: &Costs) -> Option<Outcome> {
    let of = |role: Role| entries.iter().zip(costs).filter(move |(entry, _)| entry.role == role);
    let (_, single) = of(Role::Single).next()?;
    let batch = of(Role::Batch).next();
    let capturing = of(Role::Capturing).next();
    let median = |rounds: &[Cost]| spread(rounds.iter().map(Cost::weight)).median;
    // The best router is the one with the best median; the ratio is then taken round by round.
    let right = of(Role::Router).filter(|(entry, _)| entry.wrong == 0);
    let (router, best) = right.min_by(|(_, one), (_, other)| median(one).total_cmp(&median(other)))?;
    let automaton = of(Role::Automaton).min_by(|(_, one), (_, other)| median(one).total_cmp(&median(other)));
    Some(Outcome {
        name,
        dregg: spread(single.iter().map(|cost| cost.nanoseconds)),
        router: router.name,
        single: spread(measure::ratios(best, single)),
        batch: batch.map(|(_, batch)| spread(measure::ratios(best, batch))),
        capturing: capturing.map(|(_, capturing)| spread(measure::ratios(best, capturing))),
        automaton: automaton.map(|(_, automaton)| spread(measure::ratios(automaton, single))),
    })
}

/// The last table: dregg against the best router everywhere.
pub fn summary(outcomes: &[Outcome]) {
    println!("### All tables\n");
    let or_dash = |ratio: &Option<Spread>| ratio.map_or("-".to_owned(), |ratio| times(ratio.median));
    let rows: Vec<Vec<String>> = outcomes
        .iter()
        .map(|one| {
            vec![
                one.name.clone(),
                one.dregg.to_string(),
                one.router.to_owned(),
                format!(
                    "{} ({}..{})",
                    times(one.single.median),
                    times(one.single.low),
                    times(one.single.high)
                ),
                or_dash(&one.batch),
                or_dash(&one.capturing),
                or_dash(&one.automaton),
            ]
        })
        .collect();
    let head = [
        "table",
        "dregg, ns a path",
        "best router",
        "its cost to dregg's",
        "to dregg's in batches",
        "to dregg's with captures",
        "best automaton's to dregg's",
    ];
    report::table(&head, &rows);
}
