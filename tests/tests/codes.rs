//! Every code has a page; its wrong example gives exactly that code, its right example none.

use dregg_artifact::Artifact;
use dregg_compiler::load::{Memory, load};
use dregg_tests::{collisions, compile, compile_files};
use std::collections::BTreeSet;
use std::path::Path;

/// The block of a page with this heading: its tag and its text.
fn block<'p>(page: &'p str, heading: &str) -> (&'p str, &'p str) {
    let (_, rest) = page.split_once(&format!("## {heading}\n\n```")).expect("the heading with a block");
    let (tag, rest) = rest.split_once('\n').unwrap();
    (tag, rest.split_once("```").unwrap().0)
}

/// The codes a `.dregg` block gives; `# file:` lines separate its files.
fn codes(text: &str) -> BTreeSet<String> {
    let mut files: Vec<(String, String)> = vec![("example.dregg".to_owned(), String::new())];
    for line in text.split_inclusive('\n') {
        match line.strip_prefix("# file: ") {
            Some(name) => files.push((name.trim().to_owned(), String::new())),
            None => files.last_mut().unwrap().1.push_str(line),
        }
    }
    let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    match compile_files(&files) {
        Ok(_) => BTreeSet::new(),
        Err(reports) => reports.iter().map(|report| report.code.0.to_owned()).collect(),
    }
}

/// The one code of a root file of these bytes.
fn source_code(bytes: Vec<u8>) -> String {
    let mut memory = Memory::default();
    memory.add("example.dregg", bytes);
    let reports = load(&mut memory, "example.dregg").diagnostics;
    assert_eq!(reports.len(), 1);
    reports[0].code.0.to_owned()
}

/// The code that bytes of a form give: a source, or an artifact made from a valid one.
fn bytes_code(form: &str) -> String {
    let words: Vec<&str> = form.split_whitespace().collect();
    let mut valid = compile("policy example version 1;\nroute /a allow read: open;\n").unwrap().bytes;
    let bytes = |digits: &str| -> Vec<u8> {
        let pair = |pair: &[u8]| u8::from_str_radix(str::from_utf8(pair).unwrap(), 16).unwrap();
        digits.as_bytes().chunks(2).map(pair).collect()
    };
    let refused = |bytes: &[u8]| Artifact::decode(bytes).expect_err("refused").code().to_owned();
    match words.as_slice() {
        ["source", "hex", digits] => source_code(bytes(digits)),
        ["source", "repeat", digits, count] => source_code(bytes(digits).repeat(count.parse().unwrap())),
        ["artifact", "hex", digits] => refused(&bytes(digits)),
        ["artifact", "truncated"] => refused(&valid[..valid.len() - 1]),
        ["artifact", "newer"] => {
            // The format version follows the eight bytes of the magic.
            valid[8] += 1;
            refused(&valid)
        }
        ["artifact", "invalid"] => {
            let mut artifact = Artifact::decode(&valid).unwrap();
            artifact.limits.segments = 200;
            refused(&artifact.encode())
        }
        ["artifact", "large"] => {
            // A header that states more than the ceiling; the loader believes no length before it has looked at this.
            let stated = dregg_artifact::Limits::ARTIFACT_BYTES as u64 + 1;
            valid[16..24].copy_from_slice(&stated.to_le_bytes());
            refused(&valid)
        }
        other => panic!("unknown form {other:?}"),
    }
}

#[test]
fn pages_show_what_they_say() {
    let mut wrong = Vec::new();
    for (code, page) in dregg_compiler::codes::all() {
        assert!(page.starts_with(&format!("# {code}: ")), "{code}");
        let found = match block(page, "Wrong") {
            ("dregg", text) => codes(text),
            ("elements", text) => {
                let words: Vec<&str> = text.split_whitespace().collect();
                collisions::reports(&words).1.iter().map(|report| report.code.0.to_owned()).collect()
            }
            (_, form) => [bytes_code(form)].into(),
        };
        let expected: BTreeSet<String> = [(*code).to_owned()].into();
        // The end of the list comes with the errors it ends.
        let ends = *code == "E0106" && found.contains("E0106");
        if found != expected && !ends {
            wrong.push(format!("{code}: the wrong example gives {found:?}"));
        }
        let right = codes(block(page, "Right").1);
        if !right.is_empty() {
            wrong.push(format!("{code}: the right example gives {right:?}"));
        }
    }
    assert_eq!(wrong, [] as [String; 0]);
}

#[test]
fn every_code_of_the_sources_has_a_page() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut used = BTreeSet::new();
    let mut work =
        ["grammar/src", "compiler/src", "runtime/artifact/src"].map(|place| root.join(place)).to_vec();
    while let Some(path) = work.pop() {
        if path.is_dir() {
            work.extend(std::fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
            continue;
        }
        let name = path.file_name().unwrap().to_str().unwrap();
        let tests = name.contains("tests") || path.components().any(|part| part.as_os_str() == "tests");
        if !name.ends_with(".rs") || tests || name == "codes.rs" {
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        for part in text.split('"') {
            let is_code = part.len() == 5
                && part.starts_with(['E', 'W'])
                && part[1..].bytes().all(|b| b.is_ascii_digit());
            if is_code {
                used.insert(part.to_owned());
            }
        }
    }
    let pages: BTreeSet<String> =
        dregg_compiler::codes::all().iter().map(|(code, _)| (*code).to_owned()).collect();
    assert_eq!(used, pages);
}
