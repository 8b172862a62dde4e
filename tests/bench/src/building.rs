//! `build`: what it takes to make each side ready: time, the most memory meanwhile, bytes of the serialized form.
//!
//! Each measurement is a process of its own, this program again under a hidden subcommand, so that the peak is nobody
//! else's. Not here: what the finished things answer (`routes`).

use crate::dregg;
use crate::measure::{forget_peak, peak_bytes, resident_bytes, spread};
use crate::report;
use crate::routers::{Dense, Hybrid, Matchit, PathTree, Router, Wayfind};
use crate::routes::Kind;
use dregg_compiler::generate::{Amendable, CompileError};
use dregg_compiler::hir::Hir;
use dregg_runtime::Policy;
use serde_json::{Map, Value, json};
use std::ffi::OsStr;
use std::hint::black_box;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

/// Who is built, by the name of the hidden subcommand's argument.
const PEERS: [&str; 5] = [Matchit::NAME, Wayfind::NAME, PathTree::NAME, Dense::NAME, Hybrid::NAME];
/// dregg by the same naming.
const DREGG: &str = "dregg";
/// How often an artifact is loaded for the median.
const LOADS: usize = 9;
/// How many routes are taken out and put back for the median.
const AMENDMENTS: usize = 31;

/// Runs one measurement in this process and prints its figures as JSON.
pub fn child(kind: &str, candidate: &str) -> Result<(), String> {
    let kind = Kind::parse(kind).ok_or("no such table")?;
    let figures = match candidate {
        DREGG => ours(kind)?,
        name if name == Matchit::NAME => peer::<Matchit>(kind)?,
        name if name == Wayfind::NAME => peer::<Wayfind>(kind)?,
        name if name == PathTree::NAME => peer::<PathTree>(kind)?,
        name if name == Dense::NAME => peer::<Dense>(kind)?,
        name if name == Hybrid::NAME => peer::<Hybrid>(kind)?,
        name => return Err(format!("nobody is called {name}")),
    };
    println!("{}", Value::Object(figures));
    Ok(())
}

/// Seconds and peak bytes beyond what there was before.
fn stage<T>(work: impl FnOnce() -> T) -> (T, f64, u64) {
    forget_peak();
    let before = resident_bytes();
    let start = Instant::now();
    let made = work();
    let seconds = start.elapsed().as_secs_f64();
    (made, seconds, peak_bytes().saturating_sub(before))
}

fn peer<R: Router>(kind: Kind) -> Result<Map<String, Value>, String> {
    let table = kind.table();
    let input = R::write(&table)?;
    drop(table);
    let (router, seconds, peak) = stage(|| R::build(input));
    let mut figures = Map::new();
    figures.insert("build".to_owned(), json!(seconds));
    figures.insert("peak".to_owned(), json!(peak));
    figures.insert("bytes".to_owned(), json!(router?.serialized()));
    Ok(figures)
}

fn ours(kind: Kind) -> Result<Map<String, Value>, String> {
    let table = kind.table();
    let mut figures = Map::new();
    let hir = match dregg::files(&table) {
        Some(files) => {
            let (hir, seconds, peak) = stage(|| dregg::lower(&files));
            figures.insert("lower".to_owned(), json!(seconds));
            figures.insert("lower peak".to_owned(), json!(peak));
            hir?
        }
        None => dregg::hir(&table)?,
    };
    drop(table);
    let (artifact, seconds, peak) = stage(|| dregg::compile(&hir));
    figures.insert("build".to_owned(), json!(seconds));
    figures.insert("peak".to_owned(), json!(peak));
    let artifact = artifact?;
    for (name, time) in amending(&hir)? {
        figures.insert(name.to_owned(), json!(time));
    }
    drop(hir);
    let (rows, seconds, _) = stage(|| dregg::lookup_tree(&artifact));
    figures.insert("tree".to_owned(), json!(seconds));
    figures.insert("rows".to_owned(), json!(rows));
    let (bytes, seconds, _) = stage(|| artifact.encode());
    figures.insert("encode".to_owned(), json!(seconds));
    figures.insert("bytes".to_owned(), json!(bytes.len()));
    drop(artifact);
    // A process of its own, so that loading finds no memory that compiling left behind.
    let file = std::env::temp_dir().join(format!("dregg-bench-{}.dga", std::process::id()));
    std::fs::write(&file, bytes).map_err(|error| error.to_string())?;
    let loaded = ask(&["one-load".as_ref(), file.as_os_str()]);
    std::fs::remove_file(&file).map_err(|error| error.to_string())?;
    figures.append(&mut loaded?);
    Ok(figures)
}

/// Takes routes out and puts them back, one at a time: what each takes until the new artifact and root, and until its
/// bytes.
fn amending(hir: &Hir) -> Result<[(&'static str, f64); 3], String> {
    let mut amendable = Amendable::new(hir.clone()).map_err(refused)?;
    let (mut removals, mut additions, mut encodings) = (Vec::new(), Vec::new(), Vec::new());
    let step = hir.routes.len().div_ceil(AMENDMENTS).max(1);
    for route in hir.routes.iter().step_by(step) {
        let amended = |time: &mut Vec<f64>, result: &mut dyn FnMut() -> Result<(), CompileError>| {
            let start = Instant::now();
            let result = result();
            time.push(start.elapsed().as_secs_f64());
            result.map_err(refused)
        };
        amended(&mut removals, &mut || {
            amendable.remove(&route.pattern)?;
            black_box(amendable.policy_root());
            Ok(())
        })?;
        amended(&mut additions, &mut || {
            amendable.add(route.clone())?;
            black_box(amendable.policy_root());
            Ok(())
        })?;
        amended(&mut encodings, &mut || {
            black_box(amendable.artifact().encode());
            Ok(())
        })?;
    }
    let median = |times| spread(times).median;
    Ok([("remove", median(removals)), ("add", median(additions)), ("encode again", median(encodings))])
}

fn refused(error: CompileError) -> String {
    format!("refused: {error:?}")
}

/// Loads an artifact's file some times in this process and prints the figures as JSON.
pub fn load(file: &Path) -> Result<(), String> {
    let bytes = std::fs::read(file).map_err(|error| error.to_string())?;
    let mut loads = Vec::new();
    let mut most = 0;
    for _ in 0..LOADS {
        let file = bytes.clone();
        let (policy, seconds, peak) = stage(|| Policy::open(file));
        policy.map_err(|error| error.to_string())?;
        loads.push(seconds);
        most = most.max(peak);
    }
    println!("{}", json!({"load": spread(loads).median, "load peak": most}));
    Ok(())
}

/// Asks a process of its own for figures.
fn ask(arguments: &[&OsStr]) -> Result<Map<String, Value>, String> {
    let program = std::env::current_exe().map_err(|error| error.to_string())?;
    let output = Command::new(program).args(arguments).output().map_err(|error| error.to_string())?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).trim().to_owned());
    }
    serde_json::from_slice(&output.stdout).map_err(|error| error.to_string())
}

/// Measures every table and prints one Markdown table each.
pub fn run(kinds: impl Iterator<Item = Kind>) {
    println!("## Build and load\n");
    for kind in kinds {
        println!("### Building {}\n", kind.name());
        let mut rows = Vec::new();
        for candidate in [DREGG].into_iter().chain(PEERS) {
            match ask(&["one-build".as_ref(), kind.name().as_ref(), candidate.as_ref()]) {
                Ok(figures) => {
                    if let Some(count) = figures.get("rows") {
                        println!("{} routes, {count} rows of the lookup table.\n", kind.table().routes.len());
                    }
                    rows.push(row(candidate, &figures));
                }
                Err(why) => println!("{candidate} does not take part: {why}.\n"),
            }
        }
        let head = [
            "candidate",
            "from text",
            "build",
            "of it the lookup tree",
            "remove a route",
            "add it again",
            "peak",
            "bytes",
            "encode",
            "load",
            "load peak",
        ];
        report::table(&head, &rows);
    }
}

fn row(candidate: &str, figures: &Map<String, Value>) -> Vec<String> {
    let figure = |name: &str| figures.get(name).and_then(Value::as_f64);
    let time = |name: &str| figure(name).map_or("-".to_owned(), seconds);
    let size = |name: &str| figure(name).map_or("-".to_owned(), mebibytes);
    vec![
        candidate.to_owned(),
        time("lower"),
        time("build"),
        time("tree"),
        time("remove"),
        time("add"),
        size("peak"),
        size("bytes"),
        time("encode"),
        time("load"),
        size("load peak"),
    ]
}

fn seconds(time: f64) -> String {
    match time {
        long if long >= 1.0 => format!("{long:.2} s"),
        middle if middle >= 1e-3 => format!("{:.2} ms", middle * 1e3),
        short => format!("{:.0} µs", short * 1e6),
    }
}

fn mebibytes(bytes: f64) -> String {
    match bytes / f64::from(1 << 20) {
        large if large >= 10.0 => format!("{large:.0} MiB"),
        small => format!("{small:.2} MiB"),
    }
}
