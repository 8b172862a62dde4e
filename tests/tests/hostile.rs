//! Texts and paths made to hurt: each is refused with the right code, or accepted, and soon.

use dregg_artifact::{BadPath, CellId, Permission};
use dregg_grammar::{NESTING, SOURCE_BYTES, SourceId, decode, parse};
use dregg_runtime::{Decision, Facts, Reason, Request};
use dregg_tests::{compile, compile_files};
use std::time::{Duration, Instant};

/// What anything here may take, unoptimised and beside other tests; a blow-up takes minutes or memory without end.
const SOON: Duration = Duration::from_secs(20);

/// Every code that compiling `files` reports, without repetition; none if it compiles.
fn codes_of(files: &[(&str, &str)]) -> Vec<&'static str> {
    let start = Instant::now();
    let mut codes: Vec<&'static str> = match compile_files(files) {
        Ok(_) => Vec::new(),
        Err(reports) => {
            reports.iter().filter(|report| report.is_error()).map(|report| report.code.0).collect()
        }
    };
    assert!(start.elapsed() < SOON, "{:?} for {codes:?}", start.elapsed());
    codes.dedup();
    codes
}

/// The same of one file behind a `policy` line.
fn codes(items: &str) -> Vec<&'static str> {
    codes_of(&[("policy.dregg", &format!("policy p version 1;\n{items}"))])
}

fn route(acl: &str) -> String {
    format!("relation r(who: cell) public;\nroute /a allow read: {acl};\n")
}

#[test]
fn nesting() {
    let nested = |depth: usize| route(&format!("{}open{}", "(".repeat(depth), ")".repeat(depth)));
    assert_eq!(codes(&nested(NESTING)), [] as [&str; 0]);
    assert_eq!(codes(&nested(NESTING + 1)), ["E0006"]);
    assert_eq!(codes(&nested(500_000)), ["E0006"]);
    assert_eq!(codes(&route(&"(".repeat(1_000_000))), ["E0006"]);
    assert_eq!(codes(&route(&"not ".repeat(200_000))), ["E0006"]);
    assert_eq!(codes(&"route a { ".repeat(90_000)), ["E0006"]);
    assert_eq!(codes(&"{".repeat(1_000_000)), ["E0006"]);
    assert!(!codes(&"}".repeat(1_000_000)).is_empty());
    assert!(!codes(&")".repeat(1_000_000)).is_empty());
}

#[test]
fn access_rules_of_great_depth() {
    // Alternating words, so that nothing is flattened; the parentheses stay within the lexer's bound.
    let deep = |depth: usize| {
        let open: String = (0..depth).map(|level| ["stake >= 1 and (", "r() or ("][level % 2]).collect();
        route(&format!("{open}r(){}", ")".repeat(depth)))
    };
    assert_eq!(codes(&deep(8)), [] as [&str; 0]);
    assert_eq!(codes(&deep(15)), [] as [&str; 0]);
    assert_eq!(codes(&deep(100)), ["E0208"]);
}

#[test]
fn long_chains() {
    let chain = |count: usize, word: &str| {
        let atoms: Vec<String> = (0..count).map(|number| format!("stake >= {number}")).collect();
        route(&atoms.join(word))
    };
    for count in [10, 45_000] {
        for word in [" or ", " and "] {
            assert_eq!(codes(&chain(count, word)), [] as [&str; 0], "{count}{word}");
        }
    }
    assert_eq!(codes(&route(&vec!["open"; 100_000].join(" or "))), [] as [&str; 0]);
    // Each `and` doubles the clauses of a disjunctive normal form; nothing may write one out.
    let pairs: Vec<String> = (0..60).map(|number| format!("(stake >= {number} or r())")).collect();
    assert_eq!(codes(&route(&pairs.join(" and "))), [] as [&str; 0]);
}

#[test]
fn paths_in_the_source() {
    let path = |path: &str| codes(&format!("route {path} allow read: open;"));
    assert_eq!(path(&"/a".repeat(32)), [] as [&str; 0]);
    assert_eq!(path(&"/a".repeat(33)), ["E0208"]);
    assert_eq!(path(&"/a".repeat(32_768)), ["E0208"]);
    assert_eq!(path(&"/*".repeat(10_000)), ["E0208"]);
    // Longer than any request may be: a route that no path reaches, and no error.
    assert_eq!(path(&format!("/{}", "a".repeat(65_536))), [] as [&str; 0]);
    assert_eq!(path("/a/../b"), ["E0308"]);
    assert_eq!(path("/%2e%2e/b"), ["E0308"]);
}

#[test]
fn paths_in_requests() {
    let compiled = compile("policy p version 1;\nroute /a/** allow read: open;\n").unwrap();
    let facts = Facts::new(&compiled.policy);
    let long = format!("/a{}", "/b".repeat(32_768));
    let deep = format!("/a{}", "/b".repeat(32));
    for (path, reason) in [
        (long.as_str(), Some(BadPath::TooLong(1024))),
        (&deep, Some(BadPath::TooManySegments(32))),
        ("/a/b\0", Some(BadPath::Byte(4, 0))),
        ("/a/%2e%2e/b", Some(BadPath::Byte(3, b'%'))),
        ("/a/\u{202e}b", Some(BadPath::Byte(3, 0xe2))),
        ("/a/../b", Some(BadPath::DotSegment(3))),
        ("/a/.", Some(BadPath::DotSegment(3))),
        ("/a//b", Some(BadPath::EmptySegment(3))),
        ("/a/b/", Some(BadPath::TrailingSlash)),
        ("/a/b?c", Some(BadPath::Byte(4, b'?'))),
        ("/a/b\\c", Some(BadPath::Byte(4, b'\\'))),
        ("/a/b\n", Some(BadPath::Byte(4, b'\n'))),
        ("a/b", Some(BadPath::NotAbsolute)),
        ("", Some(BadPath::NotAbsolute)),
        ("/a/...", None),
        ("/a/b", None),
    ] {
        let request =
            Request { permission: Permission::Read, path, caller: CellId([1; 32]), epoch: 0, proved: true };
        match (compiled.policy.decide(&request, &facts), reason) {
            (Decision::Deny { reason: Reason::BadPath(bad), .. }, Some(expected)) => {
                assert_eq!(bad, expected, "{path}")
            }
            (Decision::Allow { .. }, None) => {}
            (decision, _) => panic!("{path}: {decision:?}"),
        }
    }
}

#[test]
fn characters_that_deceive() {
    let clean = "policy p version 1;\nroute /a allow read: open;\n";
    assert_eq!(codes_of(&[("p", clean)]), [] as [&str; 0]);
    assert_eq!(codes_of(&[("p", &format!("\u{feff}{}", clean.replace('\n', "\r\n")))]), [] as [&str; 0]);
    assert_eq!(codes_of(&[("p", &format!("{clean}\0"))]), ["E0001"]);
    assert_eq!(codes_of(&[("p", &format!("{clean}# \0\n"))]), ["E0001"]);
    assert_eq!(codes_of(&[("p", &format!("{clean}\u{feff}"))]), ["E0001"]);
    // A comment that a bare carriage return would seem to end.
    assert_eq!(codes_of(&[("p", &format!("{clean}# x\rroute /b allow read: open;\n"))]), ["E0001"]);
    for bidi in ['\u{202e}', '\u{2066}', '\u{200f}', '\u{61c}'] {
        assert_eq!(codes_of(&[("p", &format!("{clean}# {bidi}\n"))]), ["E0009"]);
        assert!(codes_of(&[("p", &clean.replace("/a", &format!("/a{bidi}")))]).contains(&"E0009"));
    }
    assert_eq!(codes_of(&[("p", &"\u{202e}".repeat(100_000))])[0], "E0009");
    // The Cyrillic letter that looks like an a.
    assert_eq!(codes_of(&[("p", &clean.replace("/a", "/\u{430}"))]), ["E0003"]);
    assert_eq!(decode(SourceId(0), b"policy \xff").unwrap_err().code.0, "E0007");
}

#[test]
fn sizes() {
    let filled = |bytes: usize| format!("#{}\npolicy p version 1;\n", "x".repeat(bytes - 22));
    assert_eq!(codes_of(&[("p", &filled(SOURCE_BYTES))]), [] as [&str; 0]);
    assert_eq!(codes_of(&[("p", &filled(SOURCE_BYTES + 1))]), ["E0008"]);
    for noise in [
        "\"",
        "route ",
        "; ",
        "@",
        "/{",
        "\0",
        "a/",
        "x-",
        "1_",
        "@a-",
        "\"\\\"",
        "{a",
        "é",
        "->",
        "allow read: ",
        "re\"",
        "0x",
        "x.",
        "#",
        "_",
    ] {
        let start = Instant::now();
        let parsed = parse(SourceId(0), &noise.repeat(SOURCE_BYTES / noise.len()));
        assert!(parsed.diagnostics.len() <= 21, "{noise}");
        assert!(start.elapsed() < SOON, "{noise}: {:?}", start.elapsed());
    }
}

#[test]
fn numbers() {
    assert_eq!(codes(&route("stake >= 72_057_594_037_927_935")), [] as [&str; 0]);
    assert_eq!(codes(&route("stake >= 72_057_594_037_927_936")), ["E0010"]);
    assert_eq!(codes(&route("stake >= 18_446_744_073_709_551_616")), ["E0010"]);
    assert_eq!(codes(&route(&format!("stake >= {}", "9".repeat(500_000)))), ["E0010"]);
    assert_eq!(codes("limits { segments 0; }"), ["E0211"]);
    assert_eq!(codes("limits { segments 300; }"), ["E0211"]);
    assert_eq!(codes("limits { path_bytes 65_537; }"), ["E0211"]);
    // The modulus of the field, and digits without end.
    let cell = |hex: &str| codes(&format!("cell @a = 0x{hex};\n"));
    assert_eq!(cell(&"0".repeat(64)), [] as [&str; 0]);
    assert_eq!(cell(&"f".repeat(64)), ["E0204"]);
    assert_eq!(cell(&"0".repeat(65)), ["E0104"]);
    assert_eq!(cell(&"0".repeat(500_000)), ["E0104"]);
}

#[test]
fn imports() {
    let policy = "policy p version 1;\n";
    let root = |text: &str| format!("{policy}{text}");
    assert_eq!(codes_of(&[("p.dregg", &root("use \"p.dregg\";"))]), ["E0202"]);
    let (a, b) = (root("use \"a/b.dregg\";"), "use \"../a/c.dregg\";");
    assert_eq!(codes_of(&[("p.dregg", &a), ("a/b.dregg", b), ("a/c.dregg", "use \"b.dregg\";")]), ["E0202"]);
    assert_eq!(codes_of(&[("p.dregg", &a), ("a/b.dregg", b), ("a/c.dregg", "")]), [] as [&str; 0]);
    for outside in
        ["../x.dregg", "a/../../x.dregg", "/etc/passwd", "a\\\\x.dregg", "c:x.dregg", "..", "a//x.dregg", ""]
    {
        let files = [("p.dregg", root(&format!("use \"{outside}\";")))];
        assert_eq!(
            codes_of(&[(files[0].0, &files[0].1), ("x.dregg", ""), ("../x.dregg", "")]),
            ["E0203"],
            "{outside}"
        );
    }
    let deep = root(&format!("use \"{}x.dregg\";", "a/".repeat(100)));
    assert_eq!(codes_of(&[("p.dregg", &deep)]), ["E0201"]);
    let up = root(&format!("use \"{}x.dregg\";", "a/../".repeat(48)));
    assert_eq!(codes_of(&[("p.dregg", &up), ("x.dregg", "")]), [] as [&str; 0]);
    // Everybody imports everybody: 64 imports altogether, so no walk is long.
    let all: String = (0..40).map(|n| format!("use \"{n}.dregg\";\n")).collect();
    let names: Vec<String> = (0..40).map(|n| format!("{n}.dregg")).collect();
    let root = root(&all);
    let mut files = vec![("p.dregg", root.as_str())];
    files.extend(names.iter().map(|name| (name.as_str(), all.as_str())));
    assert!(codes_of(&files).contains(&"E0208"));
}

#[test]
fn wildcards_that_multiply() {
    // Every route matches one literal in a place of its own: the routes a path matches are any subset of them.
    let family = |count: usize, tail: &str| {
        let mut text = String::new();
        for place in 0..count {
            let segments: String = (0..count).map(|other| if other == place { "/a" } else { "/*" }).collect();
            text += &format!("route {segments}{tail} allow read: open;\n");
        }
        text
    };
    assert_eq!(codes(&family(1, "")), [] as [&str; 0]);
    assert_eq!(codes(&family(4, "")), ["E0301"]);
    assert_eq!(codes(&family(12, "")), ["E0301"]);
    assert_eq!(codes(&family(16, "/**")), ["E0311"]);
    assert_eq!(codes(&family(28, "")), ["E0311"]);
}

#[test]
fn regular_sets_that_multiply() {
    let set =
        |regex: &str| codes(&format!("segment s = re\"{regex}\";\nroute /{{x: s}} allow read: open;\n"));
    // The n-th byte from the end: a deterministic automaton remembers the last n.
    assert_eq!(set("[ab]*a[ab]{2}"), [] as [&str; 0]);
    assert_eq!(set("[ab]*a[ab]{18}"), ["E0212"]);
    assert_eq!(set("((((((a*)*)*)*)*)*)*b"), [] as [&str; 0]);
    assert_eq!(set("(a{1,100}){1,100}"), ["E0212"]);
    assert_eq!(set("(((a{1,50}){1,50}){1,50}){1,50}"), ["E0212"]);
    assert_eq!(set("a{100000}"), ["E0212"]);
    assert_eq!(set(&format!("{}a{}", "(".repeat(100_000), ")".repeat(100_000))), ["E0212"]);
}

#[test]
fn many_items() {
    let many = |item: fn(usize) -> String| codes(&(0..8_000).map(item).collect::<String>());
    let inside = |statement: &str| codes(&format!("route /a {{ {} }}", statement.repeat(8_000)));
    let none: [&str; 0] = [];
    assert_eq!(many(|number| format!("route /r{number} allow read: open;\n")), none);
    assert_eq!(many(|number| format!("relation r{number}(who: cell) public;\n")), none);
    assert_eq!(many(|number| format!("redirect /r{number} -> /r{};\n", number + 1)), ["E0313"]);
    assert_eq!(many(|number| format!("redirect /r{number} -> /r{};\n", (number + 1) % 8_000)), ["E0312"]);
    assert_eq!(many(|number| format!("redirect /r{number} -> /nowhere{number};\n")), ["E0313"]);
    assert_eq!(many(|number| format!("rule p{number}(x) if p{}(x);\n", number + 1)), ["E0401"]);
    assert_eq!(many(|_| "rule p(x) if p(x);\n".to_owned()), ["E0206"]);
    assert_eq!(many(|_| "use std.capability;\n".to_owned()), ["E0208"]);
    assert_eq!(inside("allow read: open; "), none);
    assert_eq!(inside("require stake >= 1; "), none);
    let same = vec!["@a"; 100_000].join(", ");
    assert_eq!(codes(&format!("cellset s = {{ {same} }};")), ["E0401"]);
}

#[test]
fn one_route_many_times() {
    let same = |count: usize| codes(&"route /a allow read: open;\n".repeat(count));
    assert_eq!(same(1), [] as [&str; 0]);
    assert_eq!(same(1_000), ["E0301"]);
}
