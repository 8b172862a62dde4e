//! regex-automata as a router: every route a pattern, the more specific ones first.

use super::Router;
use crate::tables::{NOTHING, Route, Segment, Table};
use regex_automata::dfa::{Automaton, StartKind, dense};
use regex_automata::hybrid::dfa as lazy;
use regex_automata::nfa::thompson::{Config, WhichCaptures};
use regex_automata::util::syntax;
use regex_automata::{Anchored, Input, MatchKind};
use std::error::Error;

/// The largest dense automaton that is tried, and the largest intermediate one, in bytes.
const DENSE_BYTES: usize = 2 << 30;
/// The cache of the lazy automaton, in bytes: enough never to be cleared by our tables.
const CACHE_BYTES: usize = 512 << 20;
/// Beyond this many routes neither is tried.
const MOST_ROUTES: usize = 100_000;

/// Patterns, the first that matches wins, and which route each is.
pub type Patterns = (Vec<String>, Vec<u32>);

/// The dense automaton.
pub struct Dense {
    automaton: dense::DFA<Vec<u32>>,
    order: Vec<u32>,
}

impl Router for Dense {
    const NAME: &'static str = "regex-automata dense";

    type Input = Patterns;

    fn write(table: &Table) -> Result<Patterns, String> {
        patterns(table)
    }

    fn build((patterns, order): Patterns) -> Result<Dense, String> {
        let limits = dense::Config::new()
            .start_kind(StartKind::Anchored)
            .match_kind(MatchKind::LeftmostFirst)
            .dfa_size_limit(Some(DENSE_BYTES))
            .determinize_size_limit(Some(DENSE_BYTES));
        let mut builder = dense::Builder::new();
        let builder = builder.syntax(bytes()).thompson(thompson()).configure(limits);
        let automaton = builder.build_many(&patterns).map_err(|error| reason(&error))?;
        Ok(Dense { automaton, order })
    }

    #[inline(always)]
    fn find(&mut self, path: &str) -> u32 {
        match self.automaton.try_search_fwd(&Input::new(path).anchored(Anchored::Yes)) {
            Ok(Some(found)) => self.order[found.pattern().as_usize()],
            Ok(None) | Err(_) => NOTHING,
        }
    }

    fn serialized(&self) -> Option<usize> {
        Some(self.automaton.to_bytes_native_endian().0.len())
    }
}

/// The lazy automaton, whose states are made as paths need them.
pub struct Hybrid {
    automaton: lazy::DFA,
    cache: lazy::Cache,
    order: Vec<u32>,
}

impl Router for Hybrid {
    const NAME: &'static str = "regex-automata hybrid, warm";

    type Input = Patterns;

    fn write(table: &Table) -> Result<Patterns, String> {
        patterns(table)
    }

    fn build((patterns, order): Patterns) -> Result<Hybrid, String> {
        let limits = lazy::Config::new()
            .match_kind(MatchKind::LeftmostFirst)
            .cache_capacity(CACHE_BYTES)
            .skip_cache_capacity_check(true);
        let mut builder = lazy::Builder::new();
        let builder = builder.syntax(bytes()).thompson(thompson()).configure(limits);
        let automaton = builder.build_many(&patterns).map_err(|error| reason(&error))?;
        Ok(Hybrid { cache: automaton.create_cache(), automaton, order })
    }

    #[inline(always)]
    fn find(&mut self, path: &str) -> u32 {
        match self.automaton.try_search_fwd(&mut self.cache, &Input::new(path).anchored(Anchored::Yes)) {
            Ok(Some(found)) => self.order[found.pattern().as_usize()],
            Ok(None) | Err(_) => NOTHING,
        }
    }
}

fn bytes() -> syntax::Config {
    syntax::Config::new().unicode(false).utf8(false)
}

fn thompson() -> Config {
    Config::new().utf8(false).which_captures(WhichCaptures::None).nfa_size_limit(Some(DENSE_BYTES))
}

/// One pattern a route, and which route each is. The first pattern that matches wins, so a literal comes before a
/// parameter at the same place, and a tail after everything it holds.
fn patterns(table: &Table) -> Result<Patterns, String> {
    if table.routes.len() > MOST_ROUTES {
        return Err(format!("not tried above {MOST_ROUTES} routes"));
    }
    let mut order: Vec<u32> = (0u32..).take(table.routes.len()).collect();
    order.sort_by_key(|number| specificity(&table.routes[*number as usize]));
    let written = order.iter().map(|number| written(table, &table.routes[*number as usize]));
    Ok((written.collect(), order))
}

/// Sorts the more specific of two routes first, if one is.
fn specificity(route: &Route) -> Vec<(u8, u32)> {
    let mut key: Vec<(u8, u32)> = Vec::new();
    key.extend(route.segments.iter().map(|segment| match segment {
        Segment::Literal(word) => (1, *word),
        Segment::Parameter => (2, 0),
    }));
    key.push((if route.tail { 3 } else { 0 }, 0));
    key
}

fn written(table: &Table, route: &Route) -> String {
    let mut pattern = "^".to_owned();
    for segment in &route.segments {
        pattern.push('/');
        match segment {
            Segment::Literal(word) => {
                for letter in table.words[*word as usize].chars() {
                    if !letter.is_ascii_alphanumeric() && letter != '_' {
                        pattern.push('\\');
                    }
                    pattern.push(letter);
                }
            }
            Segment::Parameter => pattern.push_str("[^/]+"),
        }
    }
    if route.segments.is_empty() && !route.tail {
        pattern.push('/');
    }
    if route.tail {
        pattern.push_str("(?:/.+)?");
    }
    pattern.push('$');
    pattern
}

fn reason(error: &dyn Error) -> String {
    let mut words = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        words = format!("{words}: {inner}");
        cause = inner.source();
    }
    words.chars().take(160).collect()
}
