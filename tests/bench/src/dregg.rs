//! dregg's own side: tables to policies, policies to artifacts, artifacts to answers.
//!
//! Everything that knows dregg's programming interface is here, and goes the way a user's policy goes: text or HIR,
//! compiler, bytes, [`Policy::load`]. Not here: how its decisions are asked for (`decide`).

use crate::routers::Router;
use crate::tables::{NOTHING, Random, Route, Segment, Style, Table};
use dregg_artifact::{Artifact, Path, Pattern, Segment as Part};
use dregg_compiler::generate::CompileError;
use dregg_compiler::hir::Hir;
use dregg_compiler::load::{Memory, load};
use dregg_grammar::Diagnostic;
use dregg_runtime::Policy;
use std::hint::black_box;

/// Who owns a route decides who may invoke it, so a table has this many policies.
const OWNERS: usize = 16;
/// Files are cut below the language's bound of 1 MiB.
const FILE_BYTES: usize = 1_000_000;

/// A policy as files: the first is the root.
pub type Files = Vec<(String, String)>;

/// The most files a policy may import, each of ours importing one more.
const FILES: usize = 31;

/// The table as policy text, in as many files as it takes; nothing if that is more than the language allows.
pub fn files(table: &Table) -> Option<Files> {
    let mut root = String::from("policy bench.mesh version 1;\nuse \"owners.dregg\";\n");
    let mut parts = vec![String::new()];
    for ((path, _), route) in table.written(Style::Dregg).zip(&table.routes) {
        if parts.last().is_some_and(|part| part.len() > FILE_BYTES) {
            parts.push(String::new());
        }
        let part = parts.last_mut().expect("there is one from the start");
        if part.is_empty() {
            part.push_str("use \"owners.dregg\";\n");
        }
        part.push_str(&format!("route {path} {}\n", rules(owner(route))));
    }
    if parts.len() > FILES {
        return None;
    }
    for number in 0..parts.len() {
        root.push_str(&format!("use \"part{number}.dregg\";\n"));
    }
    let parts = parts.into_iter().enumerate().map(|(number, text)| (format!("part{number}.dregg"), text));
    let front = [("policy.dregg".to_owned(), root), ("owners.dregg".to_owned(), owners())];
    Some(front.into_iter().chain(parts).collect())
}

fn rules(owner: usize) -> String {
    format!("{{ allow read: open; allow invoke: cells owner{owner}; }}")
}

/// The sets of cells that own routes.
fn owners() -> String {
    let mut text = String::new();
    for owner in 0..OWNERS {
        let mut random = Random::new(owner as u64);
        let names: Vec<String> = (0..3).map(|member| format!("@o{owner}m{member}")).collect();
        for name in &names {
            text.push_str(&format!("cell {name} = 0x{};\n", cell(&mut random)));
        }
        text.push_str(&format!("cellset owner{owner} = {{ {} }};\n", names.join(", ")));
    }
    text
}

/// The 64 hexadecimal digits of a new cell.
pub fn cell(random: &mut Random) -> String {
    // The highest bit of each limb is 0, so every limb is below the field's modulus.
    (0..4).map(|_| format!("{:016x}", (random.bits() & (u64::MAX >> 1)).swap_bytes())).collect()
}

fn owner(route: &Route) -> usize {
    match route.segments.get(1) {
        Some(Segment::Literal(word)) => *word as usize % OWNERS,
        Some(Segment::Parameter) | None => 0,
    }
}

/// Reads and lowers files.
pub fn lower(files: &Files) -> Result<Hir, String> {
    let mut memory = Memory::default();
    for (name, text) in files {
        memory.add(name.as_str(), text.as_str());
    }
    let loaded = load(&mut memory, "policy.dregg");
    refused(&loaded.diagnostics)?;
    let lowered = dregg_compiler::lower::lower(&loaded);
    refused(&lowered.diagnostics)?;
    Ok(lowered.hir)
}

fn refused(reports: &[Diagnostic]) -> Result<(), String> {
    let errors: Vec<&Diagnostic> = reports.iter().filter(|report| report.is_error()).collect();
    match errors.first() {
        None => Ok(()),
        Some(first) => Err(format!("{} errors; the first: {} {}", errors.len(), first.code.0, first.message)),
    }
}

/// The table as HIR, for tables whose text would exceed the bounds of the language: sixteen routes are read from text,
/// and every route of the table is a copy of its owner's.
pub fn hir(table: &Table) -> Result<Hir, String> {
    let mut root = String::from("policy bench.mesh version 1;\nuse \"owners.dregg\";\n");
    for owner in 0..OWNERS {
        root.push_str(&format!("route /t{owner:02} {}\n", rules(owner)));
    }
    let text = [("policy.dregg".to_owned(), root), ("owners.dregg".to_owned(), owners())];
    let mut hir = lower(&text.to_vec())?;
    let templates = std::mem::take(&mut hir.routes);
    let written = table.written(Style::Dregg).map(|(path, _)| path);
    hir.routes = written
        .zip(&table.routes)
        .map(|(path, route)| {
            let mut made = templates[owner(route)].clone();
            let parameters = (0u8..).zip(&route.segments).filter(|(_, part)| **part == Segment::Parameter);
            made.captures = parameters.map(|(place, _)| (place, format!("p{place}"))).collect();
            made.pattern = pattern(table, route);
            made.path = path;
            made
        })
        .collect();
    hir.routes.sort_by(|one, other| one.pattern.cmp(&other.pattern));
    Ok(hir)
}

fn pattern(table: &Table, route: &Route) -> Pattern {
    let part = |segment: &Segment| match segment {
        Segment::Literal(word) => Part::Literal(table.words[*word as usize].clone()),
        Segment::Parameter => Part::Any,
    };
    Pattern { segments: route.segments.iter().map(part).collect(), tail: route.tail }
}

/// Compiles a policy.
pub fn compile(hir: &Hir) -> Result<Artifact, String> {
    dregg_compiler::generate::compile(hir).map_err(|error| match error {
        CompileError::Reports(reports) => refused(&reports).err().unwrap_or_default(),
        CompileError::Defect(defect) => defect,
    })
}

/// Hashes the lookup rows of an artifact again, as compiling it did; gives their number.
pub fn lookup_tree(artifact: &Artifact) -> usize {
    let rows = artifact.dfa.rows();
    assert_eq!(dregg_commit::table_root(rows), artifact.table_root, "compiled with this root");
    rows.len()
}

/// A policy of a table that was compiled, written, and loaded again. Cloning is cheap.
#[derive(Clone)]
pub struct Classifier {
    policy: Policy,
    /// For each route of the artifact, which route of the table it is.
    numbers: Vec<u32>,
    bytes: usize,
}

impl Classifier {
    /// Whether the DFA gives a path the class that the index gives it.
    pub fn forms_agree(&self, path: &str) -> bool {
        let artifact = self.policy.artifact();
        let by_dfa = Path::parse(path, &artifact.limits).ok().and_then(|path| artifact.dfa.classify(path));
        let by_index = self.policy.classify(path).ok().flatten();
        by_dfa == by_index.map(|found| found.class)
    }
}

/// A policy as HIR, and for each of its routes, which route of the table it is.
pub type Numbered = (Hir, Vec<u32>);

impl Router for Classifier {
    const NAME: &'static str = "dregg";

    type Input = Numbered;

    fn write(table: &Table) -> Result<Numbered, String> {
        let mut sorted: Vec<(Pattern, u32)> =
            table.routes.iter().zip(0u32..).map(|(route, number)| (pattern(table, route), number)).collect();
        sorted.sort();
        Ok((hir(table)?, sorted.into_iter().map(|(_, number)| number).collect()))
    }

    fn build((hir, numbers): Numbered) -> Result<Classifier, String> {
        let artifact = compile(&hir)?;
        let ours = hir.routes.iter().map(|route| &route.pattern);
        assert!(ours.eq(artifact.routes.iter().map(|route| &route.pattern)), "routes are sorted alike");
        drop(hir);
        let bytes = artifact.encode();
        drop(artifact);
        let policy = Policy::load(&bytes).map_err(|error| error.to_string())?;
        Ok(Classifier { policy, numbers, bytes: bytes.len() })
    }

    #[inline(always)]
    fn find(&mut self, path: &str) -> u32 {
        match self.policy.classify(path) {
            Ok(Some(found)) => found.route.unwrap_or(NOTHING),
            Ok(None) | Err(_) => NOTHING,
        }
    }

    fn table_number(&self, found: u32) -> u32 {
        self.numbers.get(found as usize).copied().unwrap_or(NOTHING)
    }

    fn serialized(&self) -> Option<usize> {
        Some(self.bytes)
    }
}

/// The same with the names and texts of what parameters matched, which the routers record too.
pub struct Capturing(pub Classifier);

impl Router for Capturing {
    const NAME: &'static str = "dregg, with captures";

    type Input = Numbered;

    fn write(table: &Table) -> Result<Numbered, String> {
        Classifier::write(table)
    }

    fn build(input: Numbered) -> Result<Capturing, String> {
        Classifier::build(input).map(Capturing)
    }

    #[inline(always)]
    fn find(&mut self, path: &str) -> u32 {
        let found = self.0.find(path);
        if found != NOTHING {
            self.0.policy.captures(found, path).for_each(|capture| {
                black_box(capture);
            });
        }
        found
    }

    fn table_number(&self, found: u32) -> u32 {
        self.0.table_number(found)
    }
}

/// The same, many paths at once.
pub struct Batch(pub Classifier);

/// How many paths a batch hands over at once.
const BATCH: usize = 1024;

impl Router for Batch {
    const NAME: &'static str = "dregg, batch";

    type Input = Numbered;

    fn write(table: &Table) -> Result<Numbered, String> {
        Classifier::write(table)
    }

    fn build(input: Numbered) -> Result<Batch, String> {
        Classifier::build(input).map(Batch)
    }

    fn find(&mut self, path: &str) -> u32 {
        self.0.find(path)
    }

    #[inline(always)]
    fn each(&mut self, paths: &[&str], mut take: impl FnMut(u32)) {
        let mut answers = Vec::with_capacity(BATCH);
        for paths in paths.chunks(BATCH) {
            answers.clear();
            self.0.policy.classify_batch(paths, &mut answers);
            for found in &answers {
                take(found.and_then(|found| found.route).unwrap_or(NOTHING));
            }
        }
    }

    fn table_number(&self, found: u32) -> u32 {
        self.0.table_number(found)
    }
}
