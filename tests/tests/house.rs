//! The rules of the house, checked: which crate may use which, paths named in pages, module docs, lengths, forbidden
//! words. What ARCHITECTURE.md and CONTRIBUTING.md say about the tree is true here or a test fails.

use cargo_metadata::{DependencyKind, Metadata, MetadataCommand};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

/// A file is read in one sitting.
const LINES: usize = 500;

/// Longer files, each with its reason.
const LONGER: [(&str, &str); 2] = [
    (
        "grammar/src/ast.rs",
        "one tree: a node a struct, mostly docs; split it and every reader needs both halves",
    ),
    ("runtime/rpc/src/dregg_capnp.rs", "made from the schema, and read there"),
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

/// Every file of the tree below the root, as written with `/`, without what is built or hidden.
fn files() -> Vec<String> {
    let mut found = Vec::new();
    let mut work = vec![root().to_path_buf()];
    while let Some(directory) = work.pop() {
        for entry in fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap();
            if name.starts_with('.')
                || name == "target"
                || path.ends_with("fuzz/corpus")
                || path.ends_with("fuzz/artifacts")
            {
                continue;
            }
            if path.is_dir() {
                work.push(path);
            } else {
                let relative = path.strip_prefix(root()).unwrap().to_str().unwrap();
                found.push(relative.replace('\\', "/"));
            }
        }
    }
    found.sort();
    found
}

fn with_ending(ending: &str) -> Vec<(String, String)> {
    // Some policies are wrong on purpose, also as UTF-8.
    let text = |file: &str| String::from_utf8_lossy(&fs::read(root().join(file)).unwrap()).into_owned();
    files()
        .into_iter()
        .filter(|file| file.ends_with(ending))
        .map(|file| (file.clone(), text(&file)))
        .collect()
}

#[track_caller]
fn none(wrong: Vec<String>) {
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// A row of the table in ARCHITECTURE.md.
struct Row {
    name: String,
    directory: String,
    may_use: BTreeSet<String>,
}

/// The names between backticks.
fn quoted(text: &str) -> Vec<&str> {
    text.split('`').skip(1).step_by(2).collect()
}

fn table() -> Vec<Row> {
    let page = fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    let lines = page.lines().filter(|line| line.starts_with("| `"));
    let cells = lines.map(|line| line.split('|').map(str::trim).collect::<Vec<_>>());
    let rows: Vec<(String, String, String)> = cells
        .map(|cells| {
            let names = quoted(cells[1]);
            (names[0].to_owned(), names[1].to_owned(), cells[3].to_owned())
        })
        .collect();
    let full = |word: &str| {
        let dregg = format!("dregg-{word}");
        let known = rows.iter().map(|(name, ..)| name).find(|name| **name == dregg || *name == word);
        known.unwrap_or_else(|| panic!("no crate is called {word}")).clone()
    };
    let mut made: Vec<Row> = Vec::new();
    for (name, directory, words) in &rows {
        let mut may_use = BTreeSet::new();
        for word in words.split(", ") {
            match word {
                "nothing" => {}
                "all" => may_use.extend(rows.iter().map(|(name, ..)| name.clone())),
                "all of the above" => may_use.extend(made.iter().map(|row| row.name.clone())),
                word => _ = may_use.insert(full(word)),
            }
        }
        may_use.remove(name);
        made.push(Row { name: name.clone(), directory: directory.clone(), may_use });
    }
    made
}

fn metadata() -> Metadata {
    MetadataCommand::new()
        .manifest_path(root().join("Cargo.toml"))
        .other_options(["--offline", "--filter-platform", "host-tuple"].map(str::to_owned))
        .exec()
        .expect("cargo metadata")
}

/// What a crate needs to be built, directly and through others, dependencies of tests left out.
fn reachable(metadata: &Metadata, from: &str) -> BTreeSet<String> {
    let nodes: BTreeMap<_, _> =
        metadata.resolve.as_ref().unwrap().nodes.iter().map(|node| (&node.id, node)).collect();
    let start = metadata.workspace_packages().into_iter().find(|package| package.name.as_str() == from);
    let start = &start.unwrap_or_else(|| panic!("no member is called {from}")).id;
    let (mut seen, mut work) = (BTreeSet::from([start]), VecDeque::from([start]));
    while let Some(id) = work.pop_front() {
        for dependency in &nodes[id].deps {
            let shipped = dependency.dep_kinds.iter().any(|info| info.kind != DependencyKind::Development);
            if shipped && seen.insert(&dependency.pkg) {
                work.push_back(&dependency.pkg);
            }
        }
    }
    seen.remove(start);
    seen.into_iter().map(|id| metadata[id].name.to_string()).collect()
}

#[test]
fn the_table_names_every_crate_and_its_directory() {
    let metadata = metadata();
    let place = |manifest: &Path| manifest.parent().unwrap().strip_prefix(root()).unwrap().to_owned();
    let members: BTreeMap<String, PathBuf> = metadata
        .workspace_packages()
        .into_iter()
        .map(|package| (package.name.to_string(), place(package.manifest_path.as_std_path())))
        .collect();
    let table: BTreeMap<String, PathBuf> =
        table().into_iter().map(|row| (row.name, PathBuf::from(row.directory))).collect();
    assert_eq!(members, table);
}

#[test]
fn crates_use_only_what_the_table_allows() {
    let metadata = metadata();
    let table = table();
    let ours: BTreeSet<&str> = table.iter().map(|row| row.name.as_str()).collect();
    let mut wrong = Vec::new();
    for package in metadata.workspace_packages() {
        let row = table.iter().find(|row| row.name == package.name.as_str()).unwrap();
        for dependency in &package.dependencies {
            let name = dependency.name.as_str();
            let shipped = dependency.kind != DependencyKind::Development;
            if shipped && ours.contains(name) && !row.may_use.contains(name) {
                wrong.push(format!("{} uses {name}", row.name));
            }
        }
    }
    none(wrong);
}

#[test]
fn the_wall_between_compiler_and_runtime_holds_through_others_too() {
    let metadata = metadata();
    let mut wrong = Vec::new();
    for from in ["dregg-artifact", "dregg-runtime", "embed"] {
        for to in reachable(&metadata, from) {
            if ["dregg-compiler", "dregg-grammar", "dregg-stdlib"].contains(&to.as_str())
                || to.starts_with("winter-")
            {
                wrong.push(format!("{from} reaches {to}"));
            }
        }
    }
    none(wrong);
    // The search sees what is there.
    let compiler = reachable(&metadata, "dregg-compiler");
    assert!(compiler.contains("dregg-grammar") && compiler.contains("winter-math"), "{compiler:?}");
    assert!(!compiler.contains("dregg-runtime") && !compiler.contains("ariadne"), "{compiler:?}");
}

/// Whether text in backticks reads as the path of a file or directory of this tree.
fn reads_as_path(text: &str) -> bool {
    let ends =
        [".md", ".rs", ".dregg", ".toml", ".sh", ".lalrpop"].iter().any(|ending| text.ends_with(ending));
    let path = (text.contains('/') || ends) && !text.starts_with(['/', '.', '-', '"', '~']);
    let plain = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-/".contains(&byte));
    // A part in capitals stands for something else, unless it is a page such as `README.md`.
    let stands_for = |part: &str| part.len() > 1 && part.bytes().all(|byte| byte.is_ascii_uppercase());
    path && plain && !text.split('/').any(stands_for)
}

/// The lines of a page outside its fenced blocks.
fn prose(page: &str) -> impl Iterator<Item = &str> {
    let mut fenced = false;
    page.lines().filter(move |line| {
        let fence = line.trim_start().starts_with("```");
        fenced ^= fence;
        !fenced && !fence
    })
}

#[test]
fn every_path_named_in_a_page_exists() {
    let all = files();
    let mut wrong = Vec::new();
    let mut count = 0;
    for (file, page) in with_ending(".md") {
        let directory = root().join(&file).parent().unwrap().to_path_buf();
        for line in prose(&page) {
            for text in quoted(line).into_iter().filter(|text| reads_as_path(text)) {
                count += 1;
                // A bare name such as `errors.rs` is a file of many rooms.
                let room =
                    !text.contains('/') && all.iter().any(|file| file.rsplit('/').next() == Some(text));
                let there = room || root().join(text).exists() || directory.join(text).exists();
                if !there {
                    wrong.push(format!("{file}: `{text}` is not there"));
                }
            }
        }
    }
    assert!(count > 10, "{count} paths");
    none(wrong);
}

#[test]
fn every_module_says_what_lives_in_it() {
    // A crate may show its README instead.
    let documented = |text: &str| text.starts_with("//! ") || text.starts_with("#![doc = include_str!(");
    let undocumented = with_ending(".rs").into_iter().filter(|(_, text)| !documented(text));
    none(undocumented.map(|(file, _)| format!("{file} does not open with `//!`")).collect());
}

#[test]
fn files_are_read_in_one_sitting() {
    let mut wrong = Vec::new();
    for (file, text) in [".rs", ".lalrpop"].into_iter().flat_map(with_ending) {
        let excepted = LONGER.iter().any(|(longer, _)| *longer == file);
        let lines = text.lines().count();
        if lines > LINES && !excepted {
            wrong.push(format!("{file} has {lines} lines"));
        }
        if lines <= LINES && excepted {
            wrong.push(format!("{file} needs no exception any more"));
        }
    }
    none(wrong);
}

/// Days from 1970-01-01 to a date, by the calendar that has always been Gregorian.
fn days(date: &str) -> Option<u64> {
    let parts: Vec<u64> = date.split('-').map(|part| part.parse().ok()).collect::<Option<_>>()?;
    let [year, month @ 1..=12, day @ 1..=31] = parts[..] else { return None };
    let leap = |year: u64| year.is_multiple_of(4) && !year.is_multiple_of(100) || year.is_multiple_of(400);
    let years: u64 = (1970..year).map(|year| if leap(year) { 366 } else { 365 }).sum();
    let lengths = [31, if leap(year) { 29 } else { 28 }, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let months: u64 = lengths.iter().take(month as usize - 1).sum();
    Some(years + months + day - 1)
}

#[test]
fn no_deadline_has_passed_and_nothing_is_put_off_without_one() {
    assert_eq!(days("1970-01-01"), Some(0));
    assert_eq!(days("2024-03-01"), Some(19_783));
    assert_eq!(days("2024-13-01"), None);
    let today = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs() / 86_400;
    let (deadline, put_off) = (concat!("FIX", "-DEADLINE"), [concat!("TO", "DO"), concat!("FIX", "ME")]);
    let mut wrong = Vec::new();
    for ending in [".rs", ".lalrpop", ".dregg", ".toml", ".md"] {
        for (file, text) in with_ending(ending) {
            for (number, line) in (1..).zip(text.lines()) {
                let place = format!("{file}:{number}");
                if put_off.iter().any(|word| line.contains(word)) && !ending.ends_with("md") {
                    wrong.push(format!("{place} puts something off without a {deadline}"));
                }
                let Some((_, after)) = line.split_once(&format!("{deadline}:")) else { continue };
                match days(after.split_whitespace().next().unwrap_or("")) {
                    // The pages that explain the tag write `yyyy-mm-dd`.
                    None if after.trim_start().starts_with("yyyy-mm-dd") => {}
                    None => wrong.push(format!("{place} has no date")),
                    Some(day) if day < today => wrong.push(format!("{place} is past due")),
                    Some(_) => {}
                }
            }
        }
    }
    none(wrong);
}

#[test]
fn nothing_is_unsafe_and_no_test_is_left_out() {
    let word = concat!("uns", "afe");
    let forbidden: Vec<String> = ["{", "fn", "impl", "trait", "extern"]
        .iter()
        .map(|after| format!("{word} {after}"))
        .chain([concat!("#[ig", "nore").to_owned(), format!("allow({word}_code)")])
        .collect();
    let mut wrong = Vec::new();
    for (file, text) in with_ending(".rs") {
        for (number, line) in (1..).zip(text.lines()) {
            if !line.trim_start().starts_with("//") {
                let found = forbidden.iter().find(|one| line.contains(one.as_str()));
                wrong.extend(found.map(|one| format!("{file}:{number} has `{one}`")));
            }
        }
    }
    none(wrong);
    for (file, text) in with_ending("Cargo.toml") {
        if file == "Cargo.toml" || file.starts_with("tests/fuzz") {
            continue;
        }
        let forbids = text.contains("[lints]\nworkspace = true") || text.contains("unsafe_code = \"forbid\"");
        assert!(forbids, "{file} takes no part in the lints");
    }
}

#[test]
fn file_names_say_what_is_in_them() {
    let vague = ["util", "helper", "manager", "common", "misc"];
    let named = |file: &String| {
        let source = [".rs", ".dregg", ".lalrpop"].iter().any(|ending| file.ends_with(ending));
        source && file.split(['/', '.', '_', '-']).any(|part| vague.contains(&part.trim_end_matches('s')))
    };
    none(files().into_iter().filter(named).collect());
}
