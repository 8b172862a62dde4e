//! Random route tables as text, and paths that look for trouble in them.
//!
//! Few words, so that routes overlap; wildcards, tails, segment sets, and guards that come from several routes.

use rand::RngExt;
use rand_chacha::ChaCha8Rng;

/// The segments routes and paths are made of; some are members of the segment sets.
const WORDS: &[&str] = &["a", "b", "ab", "v1", "v2", "v10", "7", "42", "x-y", "z.z"];
const SETS: &[(&str, &str)] = &[
    ("version", "v[0-9]+"),
    ("number", "[0-9]+"),
    ("short", "[a-z]{1,2}"),
    ("even", "(..)+"),
    ("one", "v1"),
];
/// The cells of every table.
pub const CELLS: &[&str] = &["c0", "c1", "c2", "c3"];

/// A random policy of up to `most` routes. It may be ambiguous.
pub fn table(rng: &mut ChaCha8Rng, most: usize) -> Vec<String> {
    let count = rng.random_range(1..=most);
    (0..count).map(|_| route(rng)).collect()
}

/// The policy text of route items.
pub fn policy(items: &[String]) -> String {
    let mut text = String::from("policy t version 1;\n");
    for (number, cell) in CELLS.iter().enumerate() {
        text += &format!("cell @{cell} = 0x{};\n", format!("{number:02x}1d").repeat(16));
    }
    text += "cellset some = { @c0, @c1 };\n";
    for (name, regex) in SETS {
        text += &format!("segment {name} = re\"{regex}\";\n");
    }
    text += "relation banned(who: cell, what: text) public;\nrelation badge(who: cell, what: text) held;\n";
    text += "rule member(who, what) if badge(who, what), not banned(who, what);\n";
    text += &items.join("\n");
    text.push('\n');
    text
}

fn route(rng: &mut ChaCha8Rng) -> String {
    let length = rng.random_range(0..5);
    let mut path = String::new();
    let mut captures = Vec::new();
    for place in 0..length {
        path.push('/');
        match rng.random_range(0..10) {
            0..6 => path += pick(rng, WORDS),
            6 => path.push('*'),
            7 => {
                path += &format!("{{p{place}}}");
                captures.push(format!("p{place}"));
            }
            _ => {
                path += &format!("{{p{place}: {}}}", SETS[rng.random_range(0..SETS.len())].0);
                captures.push(format!("p{place}"));
            }
        }
    }
    if length == 0 || rng.random_range(0..4) == 0 {
        path += "/**";
    }
    let mut body = String::new();
    for permission in ["read", "invoke", "mount"] {
        for _ in 0..[0, 1, 1, 2][rng.random_range(0..4)] {
            body += &format!(" allow {permission}: {};", acl(rng, &captures, 2));
        }
    }
    for _ in 0..[0, 0, 1, 2][rng.random_range(0..4)] {
        body += match rng.random_range(0..6) {
            0 => " require invoke: proof;".to_owned(),
            1..3 => format!(" require read: {};", acl(rng, &captures, 1)),
            _ => format!(" require {};", acl(rng, &captures, 1)),
        }
        .as_str();
    }
    if rng.random_range(0..6) == 0 {
        body += &format!(" service @{} priority {};", pick(rng, CELLS), rng.random_range(0..3));
    }
    format!("route {path} {{{body} }}")
}

fn acl(rng: &mut ChaCha8Rng, captures: &[String], depth: usize) -> String {
    if depth > 0 && rng.random_range(0..3) == 0 {
        let word = if rng.random_range(0..2) == 0 { "and" } else { "or" };
        return format!("({} {word} {})", acl(rng, captures, depth - 1), acl(rng, captures, depth - 1));
    }
    let argument = match captures.is_empty() {
        false if rng.random_range(0..2) == 0 => captures[rng.random_range(0..captures.len())].clone(),
        _ => format!("\"{}\"", pick(rng, WORDS)),
    };
    match rng.random_range(0..8) {
        0 => "open".to_owned(),
        1 => "cells some".to_owned(),
        2 => format!("cells {{ @{} }}", pick(rng, CELLS)),
        3 => format!("stake >= {}", rng.random_range(0..4)),
        4 => format!("not banned({argument})"),
        5 => "not (cells some or banned(\"a\"))".to_owned(),
        _ => format!("member({argument})"),
    }
}

/// A path: half of them from the language of a route of the table and its one-edit neighbours.
pub fn path(rng: &mut ChaCha8Rng, items: &[String]) -> String {
    let mut path = match rng.random_range(0..2) {
        0 => {
            let length = rng.random_range(0..6);
            (0..length).map(|_| format!("/{}", pick(rng, WORDS))).collect()
        }
        _ => {
            let item = rng.random_range(0..items.len());
            member(rng, &items[item])
        }
    };
    if path.is_empty() {
        path.push('/');
    }
    if rng.random_range(0..3) == 0 {
        edit(rng, &mut path);
    }
    path
}

/// A path that the route of an item matches, as far as its sets can be guessed.
fn member(rng: &mut ChaCha8Rng, item: &str) -> String {
    let inner = item.strip_prefix("route ").unwrap_or(item);
    let literal = inner.split(" {").next().unwrap_or("/");
    let mut path = String::new();
    for segment in literal.split('/').filter(|segment| !segment.is_empty()) {
        let segment = segment.trim_end();
        if segment == "**" {
            for _ in 0..rng.random_range(0..3) {
                path += &format!("/{}", pick(rng, WORDS));
            }
        } else if segment.starts_with('*') || segment.starts_with('{') {
            path += &format!("/{}", pick(rng, WORDS));
        } else {
            path += &format!("/{segment}");
        }
    }
    path
}

fn edit(rng: &mut ChaCha8Rng, path: &mut String) {
    let at = rng.random_range(0..=path.len());
    let byte = *b"/av17-.%~Z".get(rng.random_range(0..10)).expect("in range") as char;
    match rng.random_range(0..3) {
        0 => path.insert(at, byte),
        1 if at < path.len() => {
            path.remove(at);
        }
        _ if at < path.len() => path.replace_range(at..=at, &byte.to_string()),
        _ => path.push(byte),
    }
}

fn pick<'a>(rng: &mut ChaCha8Rng, from: &[&'a str]) -> &'a str {
    from[rng.random_range(0..from.len())]
}
