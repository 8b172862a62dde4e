//! Classification and decisions beside their peers: every side in one process, in one run, on the same questions.
//!
//! `README.md` says how to run it; `docs/performance.md` holds the method and the tables. Reading order: `tables` (what
//! is asked), `routers` and `dregg` (who answers), `measure` (how it is timed), then one module a subcommand.

mod agree;
mod building;
mod decide;
mod dregg;
mod measure;
mod proofs;
mod report;
mod routers;
mod routes;
mod tables;

use clap::{Args, Parser, Subcommand};
use measure::Cycles;
use routes::Kind;
use std::path::PathBuf;

/// Measures dregg and its peers side by side and prints Markdown.
#[derive(Parser)]
#[command(name = "dregg-bench")]
struct Arguments {
    #[command(subcommand)]
    verb: Verb,
    #[command(flatten)]
    options: Options,
}

#[derive(Args)]
struct Options {
    /// Rounds of each comparison.
    #[arg(long, global = true, default_value_t = 15)]
    rounds: usize,
    /// The largest mesh, and the most facts, to measure.
    #[arg(long, global = true, default_value_t = 1_000_000)]
    most: usize,
    /// Only the table whose name this is a part of.
    #[arg(long, global = true)]
    only: Option<String>,
}

#[derive(Subcommand)]
enum Verb {
    /// Find the routes of paths: GitHub's, and meshes of 100 to 1,000,000 routes.
    Routes,
    /// Decide access: open, a set of cells, capability chains over growing facts and routes.
    Decide,
    /// Build everybody's form of the tables, and load ours.
    Build,
    /// Time nothing: compare answers to millions of paths with the oracle's.
    Agree {
        /// Paths of each table.
        #[arg(long, default_value_t = 10_000_000)]
        paths: usize,
    },
    /// Make and check proofs of access statements over trees of a million leaves.
    Proofs {
        /// Only statements whose name this is a part of.
        #[arg(long)]
        statement: Option<String>,
    },
    /// Everything, ready for `docs/performance.md`.
    All,
    /// One measurement of `build`, in a process of its own.
    #[command(hide = true)]
    OneBuild {
        /// The table.
        table: String,
        /// Who is built.
        candidate: String,
    },
    /// The proofs for one path, in a process of its own.
    #[command(hide = true)]
    OneProofs {
        /// The file of an artifact.
        #[arg(long)]
        artifact: Option<PathBuf>,
        /// A path of it.
        #[arg(long)]
        path: Option<String>,
        /// Only statements whose name this is a part of.
        #[arg(long)]
        statement: Option<String>,
    },
    /// Loads an artifact for `build`, in a process of its own.
    #[command(hide = true)]
    OneLoad {
        /// Its file.
        file: PathBuf,
    },
}

impl Options {
    /// GitHub's table, and meshes of these kinds in growing sizes.
    fn tables(&self, kinds: &[fn(usize) -> Kind]) -> Vec<Kind> {
        let sizes = [100, 1_000, 10_000, 100_000, 1_000_000];
        let sizes = sizes.into_iter().filter(|size| *size <= self.most);
        let meshes = sizes.flat_map(|size| kinds.iter().map(move |kind| kind(size)));
        let wanted = |kind: &Kind| self.only.as_ref().is_none_or(|part| kind.name().contains(part.as_str()));
        [Kind::GitHub].into_iter().chain(meshes).filter(wanted).collect()
    }
}

fn main() -> Result<(), String> {
    let arguments = Arguments::parse();
    let options = &arguments.options;
    match arguments.verb {
        Verb::OneBuild { table, candidate } => return building::child(&table, &candidate),
        Verb::OneLoad { file } => return building::load(&file),
        Verb::OneProofs { artifact, path, statement } => {
            let (artifact, path) = (artifact.as_deref(), path.as_deref());
            return proofs::child(artifact, path, options.rounds, statement.as_deref());
        }
        Verb::Proofs { statement } => {
            println!("Machine: {}.\n", report::machine());
            return proofs::run(options.rounds, options.only.as_deref(), statement.as_deref());
        }
        Verb::Routes => run_routes(options, &mut begin()),
        Verb::Decide => run_decide(options, &mut begin()),
        Verb::Build => run_build(options),
        Verb::Agree { paths } => {
            return agree::run(options.tables(&[Kind::Literal, Kind::Mixed]).into_iter(), paths);
        }
        Verb::All => {
            let mut cycles = begin();
            run_routes(options, &mut cycles);
            run_decide(options, &mut cycles);
            run_build(options);
            proofs::run(options.rounds, options.only.as_deref(), None)?;
        }
    }
    Ok(())
}

/// Says what is measured on, and how.
fn begin() -> Cycles {
    let cycles = Cycles::start();
    println!("Machine: {}.", report::machine());
    match &cycles {
        Cycles::Counting(_) => println!("Cycles: user mode, this thread; ratios are of cycles.\n"),
        Cycles::Absent(why) => println!("Cycles: not counted here ({why}); ratios are of wall time.\n"),
    }
    cycles
}

fn run_routes(options: &Options, cycles: &mut Cycles) {
    println!("## Classify\n");
    let kinds = options.tables(&[Kind::Literal, Kind::Mixed]).into_iter();
    let outcomes: Vec<_> =
        kinds.filter_map(|kind| routes::measure_table(kind, options.rounds, cycles)).collect();
    routes::summary(&outcomes);
}

fn run_decide(options: &Options, cycles: &mut Cycles) {
    decide::run(options.rounds, options.most, options.only.as_deref(), cycles);
}

fn run_build(options: &Options) {
    building::run(options.tables(&[Kind::Mixed]).into_iter());
}
