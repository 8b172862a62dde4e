//! Regular sets of segments as the text of a `re"..."` literal.
//!
//! Only what every regex dialect agrees on: classes, `.`, `+`, `*`, `?`, `|`, counts and groups. No backslash is ever
//! written, so nobody has to know which escapes the literal has.

use super::product::{State, Symbols};
use dregg_artifact::alphabet;
use dregg_compiler::automaton::REGEX_BYTES;
use std::collections::BTreeMap;

/// Decimal digits.
pub(super) const INTEGER: &str = "[0-9]+";

/// A UUID, in either case.
pub(super) const UUID: &str = "[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}";

/// Any segment: a set of segments holds no `/` and nothing else that no path can hold.
pub(super) const ANY: &str = ".+";

/// This text and nothing else.
pub(super) fn exactly(text: &str) -> String {
    text.chars().map(single).collect()
}

/// One of these regexes, as a part of a longer one.
pub(super) fn choice(regexes: &[&str]) -> String {
    match regexes {
        [only] => (*only).to_owned(),
        [..] => format!("({})", regexes.join("|")),
    }
}

/// A regex of exactly this automaton's segments, found by eliminating its states (state 0 is the start); `None` if it
/// is longer than a regex may be.
pub(super) fn of_automaton(states: &[State]) -> Option<String> {
    // Two states are added, one before the start and one after every accepting state, and all others removed one by
    // one, each time writing down what could be read on the way through the removed state.
    let (begin, end) = (states.len(), states.len() + 1);
    let mut arcs: BTreeMap<(usize, usize), Term> = BTreeMap::from([((begin, 0), Term::EMPTY)]);
    for (from, state) in states.iter().enumerate() {
        for (to, symbols) in &state.arcs {
            arcs.insert((from, *to), Term::Factor(class(*symbols)));
        }
        if state.accepts {
            arcs.insert((from, end), Term::EMPTY);
        }
    }
    let mut left: Vec<usize> = (0..states.len()).collect();
    while !left.is_empty() {
        let cost = |state: usize| {
            let into = arcs.keys().filter(|(from, to)| *to == state && *from != state).count();
            let out = arcs.keys().filter(|(from, to)| *from == state && *to != state).count();
            (into * out, state)
        };
        let state = left.iter().copied().min_by_key(|state| cost(*state))?;
        left.retain(|other| *other != state);
        let around = arcs.remove(&(state, state)).map(|term| term.starred());
        let into: Vec<(usize, Term)> = take(&mut arcs, |(from, to)| (to == state).then_some(from));
        let out: Vec<(usize, Term)> = take(&mut arcs, |(from, to)| (from == state).then_some(to));
        for (from, before) in &into {
            for (to, after) in &out {
                let middle = around.as_ref().map_or_else(|| before.clone(), |around| before.then(around));
                let way = middle.then(after);
                if way.text().len() > REGEX_BYTES {
                    return None;
                }
                let both = arcs.get(&(*from, *to)).map_or_else(|| way.clone(), |other| other.or(&way));
                arcs.insert((*from, *to), both);
            }
        }
    }
    let whole = arcs.remove(&(begin, end))?;
    (whole.text().len() <= REGEX_BYTES).then(|| whole.text().to_owned())
}

/// Removes the arcs `pick` chooses, by the state it names.
fn take(
    arcs: &mut BTreeMap<(usize, usize), Term>,
    pick: impl Fn((usize, usize)) -> Option<usize>,
) -> Vec<(usize, Term)> {
    let keys: Vec<(usize, usize)> = arcs.keys().copied().filter(|key| pick(*key).is_some()).collect();
    keys.into_iter().filter_map(|key| Some((pick(key)?, arcs.remove(&key)?))).collect()
}

/// A regex by what may be written next to it without a group.
#[derive(Clone, Debug)]
enum Term {
    /// One factor: a class, a group, or either with `*`.
    Factor(String),
    /// Factors one after the other; the empty text is the empty word.
    Chain(String),
    /// Alternatives.
    Choice(String),
}

impl Term {
    const EMPTY: Term = Term::Chain(String::new());

    fn text(&self) -> &str {
        match self {
            Term::Factor(text) | Term::Chain(text) | Term::Choice(text) => text,
        }
    }

    fn then(&self, next: &Term) -> Term {
        match (self.text(), next.text()) {
            ("", _) => next.clone(),
            (_, "") => self.clone(),
            (_, _) => Term::Chain(format!("{}{}", self.link(), next.link())),
        }
    }

    fn or(&self, other: &Term) -> Term {
        match (self.text(), other.text()) {
            ("", "") => Term::EMPTY,
            ("", _) => Term::Factor(format!("({})?", other.text())),
            (_, "") => Term::Factor(format!("({})?", self.text())),
            (one, two) => Term::Choice(format!("{one}|{two}")),
        }
    }

    fn starred(&self) -> Term {
        match self {
            Term::Factor(text) if !text.ends_with(['*', '?']) => Term::Factor(format!("{text}*")),
            Term::Factor(text) | Term::Chain(text) | Term::Choice(text) => Term::Factor(format!("({text})*")),
        }
    }

    /// As a link of a chain.
    fn link(&self) -> String {
        match self {
            Term::Factor(text) | Term::Chain(text) => text.clone(),
            Term::Choice(text) => format!("({text})"),
        }
    }
}

/// One symbol of the set; a large set by what it lacks.
fn class(symbols: Symbols) -> String {
    let (mut inside, mut outside) = (Vec::new(), Vec::new());
    for symbol in (0..alphabet::SYMBOLS).filter(|symbol| *symbol != alphabet::SLASH) {
        let side = if symbols >> symbol & 1 == 1 { &mut inside } else { &mut outside };
        side.extend(alphabet::byte(symbol).map(char::from));
    }
    match (inside.as_slice(), outside.as_slice()) {
        (_, []) => ".".to_owned(),
        ([only], _) => single(*only),
        (inside, outside) if inside.len() <= outside.len() => format!("[{}]", ranges(inside)),
        (_, outside) => format!("[^{}]", ranges(outside)),
    }
}

/// The inside of a class of these characters, which ascend. `-` is written last, where it is no range.
fn ranges(characters: &[char]) -> String {
    let mut text = String::new();
    let mut rest = characters;
    while let Some((first, after)) = rest.split_first() {
        let next = |(step, c): &(u32, &char)| {
            c.is_ascii_alphanumeric() && u32::from(**c) == u32::from(*first) + step
        };
        let more = (1..).zip(after).take_while(next).count();
        match after.get(more.wrapping_sub(1)) {
            Some(last) if more > 1 && first.is_ascii_alphanumeric() => {
                text.push_str(&format!("{first}-{last}"));
                rest = after.get(more..).unwrap_or_default();
            }
            Some(_) | None => {
                if *first != '-' {
                    text.push(*first);
                }
                rest = after;
            }
        }
    }
    if characters.contains(&'-') {
        text.push('-');
    }
    text
}

/// One character as itself.
fn single(c: char) -> String {
    if ".+()$".contains(c) { format!("[{c}]") } else { c.to_string() }
}
