//! Regular sets of segments as the text of a `re"..."` literal.
//!
//! Only what every regex dialect agrees on: classes, `+`, `*`, `?`, `|` and groups. No backslash is ever written, so
//! nobody has to know which escapes the literal has.

use super::dfa::{ANY, Dfa, Element, Sequence, Symbols};
use dregg_artifact::alphabet;
use std::collections::BTreeMap;

/// The longest regex that is worth writing, in bytes.
const REGEX_BYTES: usize = 8 * 1024;

/// A segment of any bytes but `/`, spelled out so that it means the same in every dialect.
const ANY_CLASS: &str = "[A-Za-z0-9._~:@+,=()$!-]";

/// The regex of alternatives.
pub(super) fn of_sequences(alternatives: &[Sequence]) -> String {
    let texts: Vec<String> = alternatives.iter().map(|sequence| of_sequence(sequence)).collect();
    texts.join("|")
}

fn of_sequence(sequence: &[Element]) -> String {
    let mut text = String::new();
    let mut rest = sequence;
    while let Some((first, after)) = rest.split_first() {
        let alike = 1 + after.iter().take_while(|element| *element == first).count();
        let written = class(first.symbols);
        if !first.repeated && alike > 2 && written.len() > 1 {
            text.push_str(&format!("{written}{{{alike}}}"));
            rest = rest.get(alike..).unwrap_or_default();
        } else {
            text.push_str(&written);
            if first.repeated {
                text.push('+');
            }
            rest = after;
        }
    }
    text
}

/// A regex of exactly this automaton's segments, found by eliminating its states; `None` if it gets too long.
pub(super) fn of_dfa(dfa: &Dfa) -> Option<String> {
    // Two states are added, one before the start and one after every accepting state, and all others removed one by
    // one, each time writing down what could be read on the way through the removed state.
    let (begin, end) = (dfa.states().len(), dfa.states().len() + 1);
    let mut arcs: BTreeMap<(usize, usize), Term> = BTreeMap::from([((begin, 0), Term::EMPTY)]);
    for (from, state) in dfa.states().iter().enumerate() {
        for (to, symbols) in &state.arcs {
            arcs.insert((from, *to), Term::Factor(class(*symbols)));
        }
        if state.accepts {
            arcs.insert((from, end), Term::EMPTY);
        }
    }
    let mut left: Vec<usize> = (0..dfa.states().len()).collect();
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

/// One symbol of the set.
fn class(symbols: Symbols) -> String {
    if symbols == ANY {
        return ANY_CLASS.to_owned();
    }
    let bytes: Vec<u8> = (0..alphabet::SYMBOLS)
        .filter(|symbol| symbols >> symbol & 1 == 1)
        .filter_map(alphabet::byte)
        .collect();
    if let [byte] = bytes.as_slice() {
        let single = char::from(*byte);
        return if ".+()$".contains(single) { format!("[{single}]") } else { single.to_string() };
    }
    let mut text = String::from("[");
    let mut rest = bytes.as_slice();
    // `-` is written last, where it is no range.
    while let Some((first, after)) = rest.split_first() {
        let run = 1
            + (1..)
                .zip(after)
                .take_while(|(step, byte)| {
                    byte.is_ascii_alphanumeric() && u16::from(**byte) == u16::from(*first) + step
                })
                .count();
        let last = rest.get(run - 1).copied().unwrap_or(*first);
        if *first == b'-' {
            rest = after;
            continue;
        }
        text.push(char::from(*first));
        if run > 2 && first.is_ascii_alphanumeric() {
            text.push('-');
            text.push(char::from(last));
            rest = rest.get(run..).unwrap_or_default();
        } else {
            rest = after;
        }
    }
    if bytes.contains(&b'-') {
        text.push('-');
    }
    text.push(']');
    text
}
