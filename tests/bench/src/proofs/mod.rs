//! `proofs`: what it costs to make and to check the proof of an access statement, by kind of statement and table.
//!
//! Statements are made by hand over trees of a million leaves (`statements`, `sparse`), the tables are compiled ones.
//! Beside every proof runs a loop that says how fast the machine is at this moment (`calibration`). Not here: how a
//! proof is made from a policy and its facts, which adds a search for the derivation.

mod calibration;
mod sparse;
mod statements;

use crate::dregg;
use crate::measure::{Spread, forget_peak, peak_bytes, resident_bytes, spread};
use crate::report;
use crate::routes::Kind;
use crate::tables::{Queries, Random};
use cpu_time::ThreadTime;
use dregg_air::air::{self, AUXILIARY_WIDTH, RANDOM_ELEMENTS};
use dregg_air::frame::WIDTH;
use dregg_air::inputs::{AccessInputs, Bounds, PathInput, Walk};
use dregg_air::layout::{Layout, RouteWitness, TreeWitness, Witness};
use dregg_air::mask::Whole;
use dregg_air::options::proof_options;
use dregg_air::route::witness::{Walked, path_blocks, path_cycles, walk};
use dregg_air::source::tree;
use dregg_air::{AccessAir, field::Felt};
use dregg_artifact::{Artifact, Dfa, alphabet};
use dregg_commit::{Digest, TableTree};
use dregg_verify::guard::{self, Shape};
use rand::SeedableRng;
use rand_chacha::ChaCha20Rng;
use sparse::Sparse;
use statements::Statement;
use std::collections::BTreeMap;
use std::hint::black_box;
use std::marker::PhantomData;
use std::path::Path;
use std::process::Command;
use winter_air::Air;
use winter_air::proof::Proof;

/// The seed of trees and proofs.
const SEED: u64 = 2026;
/// Paths of a table among which the one of median cost is taken.
const PATHS: usize = 1500;
/// Bits of the field that challenges are drawn from.
const CHALLENGE_BITS: f64 = 192.0;

/// A table and one path of it.
struct Route {
    dfa: Dfa,
    rows: TableTree,
    symbols: Vec<u8>,
    class: u32,
}

impl Route {
    fn new(artifact: Artifact, path: &str) -> Result<Route, String> {
        let rows = TableTree::new(artifact.dfa.rows());
        let symbols: Vec<u8> = path.bytes().filter_map(alphabet::symbol).collect();
        let walked = walk(&artifact.dfa, &rows, &symbols).ok_or("the path has no route")?;
        Ok(Route { dfa: artifact.dfa, rows, symbols, class: walked.class })
    }

    fn walked(&self) -> Result<Walked, String> {
        walk(&self.dfa, &self.rows, &self.symbols).ok_or("the path has no route".to_owned())
    }
}

/// Compiles a table into a file, and finds the path whose walk costs the median of cycles. Says what the walks cost.
fn prepare(kind: Kind, file: &Path) -> Result<(String, Spread), String> {
    let table = kind.table();
    let queries = Queries::hits(&table, PATHS, SEED);
    let artifact = dregg::compile(&dregg::hir(&table)?)?;
    std::fs::write(file, artifact.encode()).map_err(|error| error.to_string())?;
    let mut route = Route::new(artifact, queries.paths().first().ok_or("a table without paths")?)?;
    let mut walks = Vec::new();
    for path in queries.paths() {
        route.symbols = path.bytes().filter_map(alphabet::symbol).collect();
        let cycles = route.walked()?.cycles(&route.rows, tree::ROUTE).ok_or("the walk leaves its table")?;
        walks.push((cycles.len(), path));
    }
    walks.sort();
    let cycles = spread(walks.iter().map(|(cycles, _)| *cycles as f64));
    Ok((walks[walks.len() / 2].1.to_owned(), cycles))
}

/// What one statement cost.
struct Figures {
    prove: Spread,
    least: f64,
    verify: Spread,
    calibration: Spread,
    trace: f64,
    bytes: Spread,
    log2_rows: u8,
    needed: usize,
    cycles: usize,
    memory: u64,
    list_decoding: u32,
    unique_decoding: u32,
    bus: f64,
}

fn milliseconds(from: ThreadTime) -> f64 {
    from.elapsed().as_secs_f64() * 1e3
}

/// Proves and verifies one statement so many times.
fn measure(statement: &Statement, route: Option<&Route>, rounds: usize) -> Result<Figures, String> {
    let mut random = Random::new(SEED);
    let mut leaves: BTreeMap<u64, Vec<usize>> = BTreeMap::new();
    for (number, record) in statement.records.iter().enumerate() {
        leaves.entry(record.tree()).or_default().push(number);
    }
    let trees: BTreeMap<u64, Sparse> = leaves
        .iter()
        .map(|(tree, records)| {
            let leaves: Vec<Digest> =
                records.iter().map(|number| statement.records[*number].leaf()).collect();
            (*tree, Sparse::new(&leaves, &mut random))
        })
        .collect();
    let bounds = Bounds { segments: 32, bytes: 1024, depth: 16 };
    let blocks = route
        .filter(|_| statement.hidden_path)
        .map(|route| path_cycles(&route.symbols, &vec![[5, 6, 7, 8]; path_blocks(route.symbols.len())], 1));
    let mut roots: Vec<(u64, Digest)> = trees.iter().map(|(tree, sparse)| (*tree, sparse.root())).collect();
    let mut walks = Vec::new();
    let path = match (route, &blocks) {
        (None, _) => PathInput::Opened,
        (Some(route), None) => PathInput::Shown(route.symbols.clone()),
        (_, Some((blocks, commitment))) => {
            PathInput::Hidden { blocks: blocks.len() as u64, commitment: *commitment }
        }
    };
    if let Some(route) = route {
        roots.insert(0, (tree::ROUTE, Digest::from_bytes(&route.rows.root()).ok_or("no root")?));
        walks.push(Walk { tree: tree::ROUTE, class: route.class });
    }
    let inputs = AccessInputs::<Whole> {
        context: [1, 2, 3, 4, 5].map(Felt::new),
        roots,
        path,
        walks,
        hidden_caller: statement.identity.commitment(),
        program: statement.program.clone(),
        bounds,
        mask: PhantomData,
    };
    let witness = || Witness {
        routes: route
            .iter()
            .map(|route| RouteWitness {
                tree: tree::ROUTE,
                table: &route.rows,
                walked: route.walked().expect("it was walked before"),
            })
            .collect(),
        path: blocks.as_ref().map(|(blocks, _)| blocks.clone()).unwrap_or_default(),
        program: &statement.program,
        bounds,
        instances: statement.instances.clone(),
        records: statement.records.clone(),
        trees: trees
            .iter()
            .map(|(tree, sparse)| TreeWitness {
                tree: *tree,
                digests: sparse,
                leaves: (0..).zip(&leaves[tree]).map(|(at, number)| (*number, sparse.place(at))).collect(),
            })
            .collect(),
        identity: Some(statement.identity.clone()),
    };
    let mut times: [Vec<f64>; 5] = Default::default();
    let [calibrations, traces, proves, verifies, sizes] = &mut times;
    let mut memory = 0;
    let mut last = (0, 0, 0, Vec::new());
    // One more, untimed, so that nobody starts cold.
    for round in 0..=rounds {
        let start = ThreadTime::now();
        calibration::run();
        let calibration = milliseconds(start);
        forget_peak();
        let before = resident_bytes();
        let start = ThreadTime::now();
        let layout = Layout::new(witness()).ok_or("the witness does not fit together")?;
        let log2_rows = layout.log2_rows().ok_or("the statement is too large")?;
        let columns = layout.trace(log2_rows);
        let trace = milliseconds(start);
        let mut random = ChaCha20Rng::seed_from_u64(SEED + round as u64);
        let proof =
            dregg_prove::stark::prove(columns, &inputs, &mut random).map_err(|error| error.to_string())?;
        let prove = milliseconds(start);
        memory = memory.max(peak_bytes().saturating_sub(before));
        let start = ThreadTime::now();
        let air = AccessAir::<Whole>::new(air::trace_info(1 << log2_rows), inputs.clone(), proof_options());
        let shape = Shape::of(&air).ok_or("the statement has no shape")?;
        let verdict = guard::check::<AccessAir<Whole>>(&shape, inputs.clone(), black_box(&proof));
        let verify = milliseconds(start);
        verdict.map_err(|reject| format!("an honest proof is rejected: {reject}"))?;
        last = (log2_rows, layout.rows_needed(), layout.hash_cycles(), proof);
        if round > 0 {
            calibrations.push(calibration);
            traces.push(trace);
            proves.push(prove);
            verifies.push(verify);
            sizes.push(last.3.len() as f64);
        }
    }
    let (log2_rows, needed, cycles, proof) = last;
    let proof = Proof::from_bytes(&proof).map_err(|error| error.to_string())?;
    let proven = proof.proven_security::<dregg_air::hasher::Blake3>();
    // Fractions of a row times the coordinates of the longest tuple.
    let terms = (1u64 << log2_rows) as f64 * 23.0 * dregg_air::tuple::COORDINATES as f64;
    let [calibrations, traces, proves, verifies, sizes] = times;
    Ok(Figures {
        least: proves.iter().copied().fold(f64::INFINITY, f64::min),
        prove: spread(proves),
        verify: spread(verifies),
        calibration: spread(calibrations),
        trace: spread(traces).median,
        bytes: spread(sizes),
        log2_rows,
        needed,
        cycles,
        memory,
        list_decoding: proven.ldr_bits(),
        unique_decoding: proven.udr_bits(),
        bus: CHALLENGE_BITS - terms.log2(),
    })
}

fn wanted(name: &str, only: Option<&str>) -> bool {
    only.is_none_or(|part| name.contains(part))
}

/// Measures all statements on all tables and prints a Markdown table each.
pub fn run(rounds: usize, only: Option<&str>, statement: Option<&str>) -> Result<(), String> {
    println!("## Proofs\n");
    println!(
        "{WIDTH} main, {AUXILIARY_WIDTH} auxiliary columns, {} constraints on main columns, {RANDOM_ELEMENTS} challenges \
         of the bus.\n",
        air::MAIN_CONSTRAINTS
    );
    for kind in [None, Some(Kind::GitHub), Some(Kind::Mixed(100_000))] {
        let name = kind.map_or("opened route".to_owned(), Kind::name);
        if !wanted(&name, only) {
            continue;
        }
        println!("### {name}\n");
        let file = std::env::temp_dir().join(format!("dregg-bench-{}.dga", std::process::id()));
        // A process of its own, in which nothing was compiled; and freed memory goes back at once.
        let mut command = Command::new(std::env::current_exe().map_err(|error| error.to_string())?);
        command.args(["one-proofs", "--rounds", &rounds.to_string()]);
        command.args(statement.iter().flat_map(|part| ["--statement", part]));
        command.env("MALLOC_MMAP_THRESHOLD_", "65536").env("MALLOC_TRIM_THRESHOLD_", "65536");
        if let Some(kind) = kind {
            let (path, cycles) = prepare(kind, &file)?;
            println!("Walks of {cycles} cycles; the path of the median has {} symbols.\n", path.len());
            command.arg("--artifact").arg(&file).args(["--path", &path]);
        }
        let status = command.status().map_err(|error| error.to_string());
        let _ = std::fs::remove_file(&file);
        if !status?.success() {
            return Err(format!("{name} failed"));
        }
    }
    Ok(())
}

/// Measures all statements with one path of an artifact, in a process of its own; without a path the route is opened.
pub fn child(
    artifact: Option<&Path>,
    path: Option<&str>,
    rounds: usize,
    only: Option<&str>,
) -> Result<(), String> {
    let route = match artifact.zip(path) {
        None => None,
        Some((file, path)) => {
            let bytes = std::fs::read(file).map_err(|error| error.to_string())?;
            let artifact = Artifact::decode(&bytes).map_err(|error| error.to_string())?;
            Some(Route::new(artifact, path)?)
        }
    };
    let mut rows = Vec::new();
    for statement in statements::all(&mut Random::new(SEED)) {
        if !wanted(statement.name, only) || statement.hidden_path && route.is_none() {
            continue;
        }
        let figures = measure(&statement, route.as_ref(), rounds)?;
        rows.push(row(statement.name, &figures));
    }
    let head = [
        "statement",
        "prove, ms",
        "least",
        "of it the trace",
        "verify, ms",
        "kB",
        "rows needed",
        "of",
        "cycles",
        "MiB",
        "bits proven (list, unique), bus",
        "calibration, ms",
    ];
    report::table(&head, &rows);
    Ok(())
}

fn row(name: &str, figures: &Figures) -> Vec<String> {
    vec![
        name.to_owned(),
        figures.prove.to_string(),
        format!("{:.1}", figures.least),
        format!("{:.1}", figures.trace),
        figures.verify.to_string(),
        format!("{:.0}", figures.bytes.median / 1e3),
        figures.needed.to_string(),
        (1u32 << figures.log2_rows).to_string(),
        figures.cycles.to_string(),
        format!("{:.0}", figures.memory as f64 / f64::from(1 << 20)),
        format!("{}, {}; {:.0}", figures.list_decoding, figures.unique_decoding, figures.bus),
        figures.calibration.to_string(),
    ]
}
