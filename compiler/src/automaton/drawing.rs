//! Drawings of a DFA for people: Graphviz and Mermaid.
//!
//! A run of single letters without branches is one edge, labelled with its text; edges between the same two states are
//! one, labelled with the symbols it takes. Accept states carry the caller's label of their policy class. Not here:
//! texts of classes, and files.

use dregg_artifact::alphabet::{self, END, SLASH, SYMBOLS};
use dregg_artifact::{Dfa, Row};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

/// The DFA as Graphviz DOT. `label` names a policy class.
pub fn dot(dfa: &Dfa, label: &dyn Fn(u32) -> String) -> String {
    let drawing = Drawing::of(dfa);
    let mut text =
        String::from("digraph policy {\n    rankdir=LR;\n    node [shape=circle, fontname=\"monospace\"];\n");
    text.push_str("    edge [fontname=\"monospace\"];\n");
    for (&state, class) in &drawing.states {
        // Writing to a String does not fail.
        let _ = match class {
            Some(class) => {
                let label = dot_text(&label(*class));
                writeln!(text, "    {state} [shape=box, peripheries=2, label=\"{state}\\n{label}\"];")
            }
            None => writeln!(text, "    {state};"),
        };
    }
    for ((from, to), edge) in &drawing.edges {
        let _ = writeln!(text, "    {from} -> {to} [label=\"{}\"];", dot_text(&edge.join(" | ")));
    }
    text.push_str("}\n");
    text
}

/// The DFA as a Mermaid flowchart. `label` names a policy class.
pub fn mermaid(dfa: &Dfa, label: &dyn Fn(u32) -> String) -> String {
    let drawing = Drawing::of(dfa);
    let mut text = String::from("flowchart LR\n");
    for (&state, class) in &drawing.states {
        let _ = match class {
            Some(class) => writeln!(text, "    s{state}[[\"{state}: {}\"]]", mermaid_text(&label(*class))),
            None => writeln!(text, "    s{state}((\"{state}\"))"),
        };
    }
    for ((from, to), edge) in &drawing.edges {
        let _ = writeln!(text, "    s{from} -->|\"{}\"| s{to}", mermaid_text(&edge.join(" | ")));
    }
    text
}

fn dot_text(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}

/// Mermaid reads `#NAME;` and `#NUMBER;` as a character, and marks such as `-` or `/` mean nothing inside quotes.
fn mermaid_text(text: &str) -> String {
    text.replace('#', "#35;")
        .replace('"', "#quot;")
        .replace('<', "#lt;")
        .replace('>', "#gt;")
        .replace('`', "#96;")
        .replace('\n', " ")
}

/// What is drawn: states that are no inner part of a run, and the labelled edges between them.
struct Drawing {
    /// The policy class of each state drawn that accepts.
    states: BTreeMap<u32, Option<u32>>,
    /// The labels of the edges from one state to another.
    edges: BTreeMap<(u32, u32), Vec<String>>,
}

impl Drawing {
    fn of(dfa: &Dfa) -> Drawing {
        let inner = inner_states(dfa);
        let mut drawing = Drawing { states: BTreeMap::new(), edges: BTreeMap::new() };
        for state in (0..dfa.states()).filter(|state| !inner.contains(state)) {
            drawing.states.insert(state, dfa.step(state, END));
            let mut letters: BTreeMap<u32, BTreeSet<u8>> = BTreeMap::new();
            for row in steps(dfa, state) {
                if inner.contains(&row.next) {
                    let (text, to) = run(dfa, &inner, row);
                    drawing.edges.entry((state, to)).or_default().push(text);
                } else {
                    letters.entry(row.next).or_default().extend(row.lo..=row.hi);
                }
            }
            for (to, symbols) in letters {
                drawing.edges.entry((state, to)).or_default().push(symbols_text(&symbols));
            }
        }
        drawing
    }
}

fn steps(dfa: &Dfa, state: u32) -> impl Iterator<Item = &Row> {
    dfa.rows_of(state).filter(|row| row.lo != END)
}

/// The states with one letter in and one letter out that accept nothing.
fn inner_states(dfa: &Dfa) -> BTreeSet<u32> {
    let mut ways_in: BTreeMap<u32, u32> = BTreeMap::new();
    for row in dfa.rows().iter().filter(|row| row.lo != END) {
        *ways_in.entry(row.next).or_default() += 1 + u32::from(row.lo != row.hi);
    }
    let one_letter_out = |state: u32| {
        let mut rows = dfa.rows_of(state);
        matches!((rows.next(), rows.next()), (Some(row), None) if row.lo == row.hi && row.lo != END)
    };
    // The start is none of them, so a run that leaves it cannot come round.
    (1..dfa.states()).filter(|state| ways_in.get(state) == Some(&1) && one_letter_out(*state)).collect()
}

/// The text of a run that begins with this row, and where it ends.
fn run(dfa: &Dfa, inner: &BTreeSet<u32>, first: &Row) -> (String, u32) {
    let mut text = String::new();
    let mut row = Some(first);
    let mut at = first.state;
    while let Some(step) = row {
        text.extend(alphabet::byte(step.lo).map(char::from));
        at = step.next;
        row = if inner.contains(&at) { steps(dfa, at).next() } else { None };
    }
    (text, at)
}

/// Symbols as a set: `any`, `a`, `[a-z0-9]`, or what is missing if that is less.
fn symbols_text(symbols: &BTreeSet<u8>) -> String {
    let segment: BTreeSet<u8> = (SLASH + 1..SYMBOLS).collect();
    let missing: BTreeSet<u8> = segment.difference(symbols).copied().collect();
    if missing.is_empty() {
        let slash = if symbols.contains(&SLASH) { " or /" } else { "" };
        return format!("any{slash}");
    }
    if missing.len() < symbols.len() && !symbols.contains(&SLASH) {
        return format!("any but {}", ranges(&missing));
    }
    ranges(symbols)
}

/// One symbol as it is, more in brackets.
fn ranges(symbols: &BTreeSet<u8>) -> String {
    if let (1, Some(&symbol)) = (symbols.len(), symbols.first()) {
        return alphabet::byte(symbol).map(char::from).into_iter().collect();
    }
    let mut text = String::from("[");
    let symbols: Vec<u8> = symbols.iter().copied().collect();
    for run in symbols.chunk_by(|left, right| same_run(*left, *right)) {
        let bytes =
            (run.first().and_then(|at| alphabet::byte(*at)), run.last().and_then(|at| alphabet::byte(*at)));
        if let (Some(from), Some(to)) = bytes {
            text.push(char::from(from));
            if run.len() > 2 {
                text.push('-');
            }
            if run.len() > 1 {
                text.push(char::from(to));
            }
        }
    }
    text.push(']');
    text
}

/// Whether two symbols are neighbours and of one kind, so that `a-d` reads as what it means.
fn same_run(left: u8, right: u8) -> bool {
    let kind = |symbol: u8| match alphabet::byte(symbol) {
        Some(b'a'..=b'z') => 0,
        Some(b'A'..=b'Z') => 1,
        Some(b'0'..=b'9') => 2,
        Some(_) | None => 3 + u32::from(symbol),
    };
    left + 1 == right && kind(left) == kind(right)
}
