//! Route tables and what is asked of them: GitHub's, synthetic meshes, query sets, and the oracle.
//!
//! A [`Table`] belongs to no router; each candidate writes it the way it wants it (`written`). Every table has a most
//! specific route for every path, so all candidates mean the same by it.

mod github;
mod mesh;
mod oracle;
mod queries;
mod random;

pub use github::github;
pub use mesh::mesh;
pub use oracle::Oracle;
pub use queries::{KINDS, Queries};
pub use random::Random;

use rustc_hash::{FxHashMap, FxHashSet};

/// The answer for a path without a route.
pub const NOTHING: u32 = u32::MAX;

/// One segment of a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Segment {
    /// The word with this number in the table.
    Literal(u32),
    /// Any one segment.
    Parameter,
}

/// One route.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Route {
    /// Its segments.
    pub segments: Vec<Segment>,
    /// Whether it takes everything below them too, nothing included.
    pub tail: bool,
}

impl Route {
    /// Whether it matches one path only.
    pub fn is_literal(&self) -> bool {
        !self.tail && self.segments.iter().all(|segment| matches!(segment, Segment::Literal(_)))
    }
}

/// A table of routes; a route's answer is its place.
#[derive(Clone, Debug, Default)]
pub struct Table {
    /// The literal segments.
    pub words: Vec<String>,
    /// The routes, all different.
    pub routes: Vec<Route>,
    numbers: FxHashMap<String, u32>,
    known: FxHashSet<Route>,
}

/// How a candidate writes parameters and tails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// `/{p1}/{*rest}`
    Braces,
    /// `/<p1>/<*rest>`
    Angles,
    /// `/:p1/:rest+`
    Colons,
    /// `/{p1}/**`
    Dregg,
}

impl Table {
    /// The number of a word.
    fn word(&mut self, text: &str) -> u32 {
        if let Some(number) = self.numbers.get(text) {
            return *number;
        }
        let number = u32::try_from(self.words.len()).expect("words are few");
        self.words.push(text.to_owned());
        self.numbers.insert(text.to_owned(), number);
        number
    }

    /// Adds a route written as `/a/{b}/**`, unless the table has it.
    fn add(&mut self, path: &str) {
        let (path, tail) = match path.strip_suffix("/**") {
            Some(rest) => (rest, true),
            None => (path, false),
        };
        let texts = path.split('/').filter(|text| !text.is_empty());
        let segments = texts.map(|text| match text.starts_with('{') {
            true => Segment::Parameter,
            false => Segment::Literal(self.word(text)),
        });
        let route = Route { segments: segments.collect(), tail };
        if self.known.insert(route.clone()) {
            self.routes.push(route);
        }
    }

    /// Forgets what only adding needs.
    fn close(mut self) -> Table {
        self.known = FxHashSet::default();
        self
    }

    /// The routes as routers take them: one way to write it each, but two for a tail, since to routers a tail is at
    /// least one segment. Not the second where the table has a route of its own for it.
    pub fn written(&self, style: Style) -> impl Iterator<Item = (String, u32)> {
        let exact: FxHashSet<&[Segment]> = match self.routes.iter().any(|route| route.tail) {
            true => self.routes.iter().filter(|route| !route.tail).map(|route| &route.segments[..]).collect(),
            false => FxHashSet::default(),
        };
        let routes = (0u32..).zip(&self.routes);
        routes.flat_map(move |(number, route)| {
            let alone = route.tail && style != Style::Dregg && !exact.contains(&route.segments[..]);
            let alone = alone.then(|| self.text(&route.segments, None, style));
            let whole = self.text(&route.segments, route.tail.then_some(()), style);
            alone.into_iter().chain([whole]).map(move |text| (text, number))
        })
    }

    fn text(&self, segments: &[Segment], tail: Option<()>, style: Style) -> String {
        let mut text = String::new();
        for (place, segment) in segments.iter().enumerate() {
            text.push('/');
            match (segment, style) {
                (Segment::Literal(word), _) => text.push_str(&self.words[*word as usize]),
                (Segment::Parameter, Style::Braces | Style::Dregg) => text.push_str(&format!("{{p{place}}}")),
                (Segment::Parameter, Style::Angles) => text.push_str(&format!("<p{place}>")),
                (Segment::Parameter, Style::Colons) => text.push_str(&format!(":p{place}")),
            }
        }
        if tail.is_some() {
            text.push_str(match style {
                Style::Braces => "/{*rest}",
                Style::Angles => "/<*rest>",
                Style::Colons => "/:rest+",
                Style::Dregg => "/**",
            });
        }
        if text.is_empty() {
            text.push('/');
        }
        text
    }

    /// How many different words it has.
    pub fn vocabulary(&self) -> usize {
        self.words.len()
    }
}
