//! From a segment's regex to the canonical minimal automaton of the segments it matches.
//!
//! The regex crate's syntax, without look-around beyond anchors and ASCII word boundaries, without Unicode classes, on
//! whole segments. Here: compiling, cutting down to well-formed segments, and telling a regular set from a literal and
//! from everything. Not here: names of sets and what an empty one means (the caller's error).

use super::errors::RegexError;
use super::minimal::minimal;
use super::shape::{FIRST, LAST, Shape};
use super::transitions::{Step, Transitions, append};
use dregg_artifact::{SegmentSet, alphabet};
use regex_automata::dfa::{Automaton, StartKind, dense};
use regex_automata::nfa::thompson;
use regex_automata::util::primitives::StateID;
use regex_automata::util::start;
use regex_automata::{Anchored, MatchKind};
use regex_syntax::ast::{self, Ast};
use regex_syntax::hir::{Hir, translate::TranslatorBuilder};
use std::collections::HashMap;

/// The longest regex, in bytes.
pub const REGEX_BYTES: usize = 1024;

/// The most states of a regular set's minimal automaton. A version or a number needs two or three, a UUID some forty.
pub const SET_STATES: usize = 1024;

/// The deepest nesting of a regex.
const NESTING: u32 = 32;

/// How large the regex library's automata may grow, in bytes: some thousand states, where a segment's regex needs tens.
/// Reached within milliseconds, so a hostile regex costs no more.
const AUTOMATON_BYTES: usize = 256 * 1024;

/// Which segments a regex matches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SegmentLanguage {
    /// None that is well-formed.
    Empty,
    /// Exactly one.
    Literal(String),
    /// Every one.
    Any,
    /// Anything in between, as the canonical minimal automaton.
    Set(SegmentSet),
}

/// The well-formed segments that a regex matches as a whole.
///
/// # Errors
/// [`RegexError`] if the text is no regex of the dialect, or its automaton is too large.
pub fn regular_set(regex: &str) -> Result<SegmentLanguage, RegexError> {
    if regex.len() > REGEX_BYTES {
        return Err(plain(format!("a segment's regex has at most {REGEX_BYTES} bytes")));
    }
    match language(&minimal(&segments(&automaton(&parse(regex)?)?), |label| label)) {
        SegmentLanguage::Set(set) if set.accepting.len() > SET_STATES => Err(too_large()),
        language @ (SegmentLanguage::Empty
        | SegmentLanguage::Literal(_)
        | SegmentLanguage::Any
        | SegmentLanguage::Set(_)) => Ok(language),
    }
}

fn too_large() -> RegexError {
    plain("the regex has too many states".to_owned())
}

fn plain(message: String) -> RegexError {
    RegexError { message, offset: None }
}

/// The regex in bytes semantics: nothing in it depends on Unicode tables.
fn parse(regex: &str) -> Result<Hir, RegexError> {
    let ast = ast::parse::ParserBuilder::new().nest_limit(NESTING).build().parse(regex).map_err(|error| {
        RegexError { message: error.kind().to_string(), offset: Some(error.span().start.offset) }
    })?;
    ast::visit(&ast, UnicodeFlag)?;
    TranslatorBuilder::new().unicode(false).utf8(false).build().translate(regex, &ast).map_err(|error| {
        RegexError { message: error.kind().to_string(), offset: Some(error.span().start.offset) }
    })
}

/// Refuses the flag `u`: what it means depends on how the regex library was built.
struct UnicodeFlag;

impl ast::Visitor for UnicodeFlag {
    type Output = ();
    type Err = RegexError;

    fn finish(self) -> Result<(), RegexError> {
        Ok(())
    }

    fn visit_pre(&mut self, ast: &Ast) -> Result<(), RegexError> {
        let flags = match ast {
            Ast::Flags(set) => Some(&set.flags),
            Ast::Group(group) => group.flags(),
            // The library's syntax tree, not ours: all other nodes carry no flags.
            _ => None,
        };
        match flags {
            Some(flags) if flags.flag_state(ast::Flag::Unicode) == Some(true) => Err(RegexError {
                message: "the flag `u` is not allowed: a segment is ASCII".to_owned(),
                offset: Some(flags.span.start.offset),
            }),
            Some(_) | None => Ok(()),
        }
    }
}

/// The dense DFA that reports every match which begins at the start.
fn automaton(regex: &Hir) -> Result<dense::DFA<Vec<u32>>, RegexError> {
    let nfa = thompson::Compiler::new()
        .configure(
            thompson::Config::new()
                .utf8(false)
                .nfa_size_limit(Some(AUTOMATON_BYTES))
                .which_captures(thompson::WhichCaptures::None),
        )
        .build_from_hir(regex)
        .map_err(|error| match error.size_limit() {
            Some(_) => too_large(),
            None => plain(error.to_string()),
        })?;
    dense::Builder::new()
        .configure(
            dense::Config::new()
                .match_kind(MatchKind::All)
                .start_kind(StartKind::Anchored)
                .accelerate(false)
                .dfa_size_limit(Some(AUTOMATON_BYTES))
                .determinize_size_limit(Some(4 * AUTOMATON_BYTES)),
        )
        .build_from_nfa(&nfa)
        .map_err(|error| if error.is_size_limit_exceeded() { too_large() } else { plain(error.to_string()) })
}

/// The well-formed segments among the matches, over path symbols.
fn segments(dfa: &dense::DFA<Vec<u32>>) -> Transitions {
    let mut result = Transitions::new();
    let Ok(start) = dfa.start_state(&start::Config::new().anchored(Anchored::Yes)) else { return result };
    let mut order: Vec<(StateID, Shape)> = vec![(start, Shape::Start)];
    let mut numbers: HashMap<(StateID, Shape), u32> = HashMap::from([((start, Shape::Start), 0)]);
    let mut at = 0;
    while let Some(&(state, shape)) = order.get(at) {
        at += 1;
        let accept = shape.complete() && dfa.is_match_state(dfa.next_eoi_state(state));
        let mut steps = Vec::new();
        for symbol in FIRST..=LAST {
            let Some(byte) = alphabet::byte(symbol) else { continue };
            let target = (dfa.next_state(state, byte), shape.step(symbol));
            if dfa.is_dead_state(target.0) {
                continue;
            }
            let fresh = u32::try_from(order.len()).unwrap_or(u32::MAX);
            let next = *numbers.entry(target).or_insert_with(|| {
                order.push(target);
                fresh
            });
            append(&mut steps, 0, Step { lo: symbol, hi: symbol, next });
        }
        result.push(accept.then_some(0), steps);
    }
    result
}

/// What a minimal automaton of segments accepts.
fn language(minimal: &Transitions) -> SegmentLanguage {
    if minimal.len() == 0 {
        return SegmentLanguage::Empty;
    }
    if let Some(text) = only_member(minimal) {
        return SegmentLanguage::Literal(text);
    }
    if *minimal == every_segment() {
        return SegmentLanguage::Any;
    }
    let accepting = minimal.states().map(|state| minimal.accept(state).is_some()).collect();
    let rows = minimal
        .states()
        .flat_map(|state| minimal.of(state).iter().map(move |step| (state, step.lo, step.hi, step.next)));
    SegmentLanguage::Set(SegmentSet { accepting, rows: rows.collect() })
}

/// The text, if the automaton accepts exactly one.
fn only_member(minimal: &Transitions) -> Option<String> {
    let mut text = String::new();
    let mut state = 0;
    // Without a dead state a cycle would accept more than one text, so a chain is shorter than the states.
    for _ in minimal.states() {
        match (minimal.accept(state), minimal.of(state)) {
            (Some(_), []) => return Some(text),
            (None, [step]) if step.lo == step.hi => {
                text.push(char::from(alphabet::byte(step.lo)?));
                state = step.next;
            }
            (Some(_) | None, _) => return None,
        }
    }
    None
}

/// The minimal automaton of all well-formed segments.
fn every_segment() -> Transitions {
    let shapes = [Shape::Start, Shape::Dot, Shape::Inside, Shape::DotDot];
    let number =
        |shape: Shape| (0u32..).zip(shapes).find(|(_, other)| *other == shape).map_or(0, |(at, _)| at);
    let mut result = Transitions::new();
    for shape in shapes {
        let steps =
            (FIRST..=LAST).map(|symbol| Step { lo: symbol, hi: symbol, next: number(shape.step(symbol)) });
        result.push(shape.complete().then_some(0), steps);
    }
    minimal(&result, |label| label)
}
