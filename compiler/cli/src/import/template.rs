//! Path templates: `/a/{param}/b.{format}` as segments with their captures.
//!
//! A template is judged by the rules of paths of the language: what no path can hold is an error here. Which segments
//! the captures match depends on the declared kinds of their parameters. Not here: where the kinds come from
//! (`document`).

use super::regex;
use super::segment::{SegmentId, Segments, TooComplex};
use super::text::{name, plain};
use dregg_artifact::{Limits, alphabet};
use std::collections::{BTreeMap, BTreeSet};

/// What a parameter is declared to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    /// Decimal digits.
    Integer,
    /// Hexadecimal digits in groups of 8, 4, 4, 4 and 12, either case.
    Uuid,
    /// Anything else: any segment.
    Text,
}

/// The kinds of a path's parameters, by name as the template writes it; several if its operations differ. A parameter
/// without an entry is [`Kind::Text`].
pub(super) type Kinds = BTreeMap<String, BTreeSet<Kind>>;

/// A path template, cut at its slashes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Template {
    segments: Vec<Vec<Piece>>,
    /// Whether it was written with a slash at its end, which no path has.
    pub(super) trailing_slash: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Literal(String),
    Parameter(String),
}

/// One place of a route: what it matches, and how a capture there is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// What it matches.
    pub(super) segment: SegmentId,
    /// The capture's name; never read where the segment is a literal.
    pub(super) name: String,
}

impl Template {
    /// Reads a template.
    ///
    /// # Errors
    /// What no path of the language can hold, in words.
    pub(super) fn parse(path: &str) -> Result<Template, String> {
        let Some(rest) = path.strip_prefix('/') else { return Err("a path begins with `/`".to_owned()) };
        let mut segments = vec![Vec::new()];
        let mut rest = rest;
        while let Some(c) = rest.chars().next() {
            let after = rest.get(c.len_utf8()..).unwrap_or_default();
            match c {
                '/' => {
                    segments.push(Vec::new());
                    rest = after;
                }
                '{' => {
                    let Some((inner, behind)) = after.split_once('}') else {
                        return Err("a `{` without its `}`".to_owned());
                    };
                    if inner.contains(['{', '/']) {
                        return Err(format!("`{{{}}}` is no parameter", plain(inner)));
                    }
                    push(&mut segments, Piece::Parameter(inner.to_owned()));
                    rest = behind;
                }
                _ if c.is_ascii() && u8::try_from(c).is_ok_and(alphabet::in_segment) => {
                    push(&mut segments, Piece::Literal(c.to_string()));
                    rest = after;
                }
                '#' | '?' => {
                    return Err(format!("it holds a `{c}`, and a path ends before its query and fragment"));
                }
                _ => return Err(format!("it holds `{}`, which no path can hold", plain(&c.to_string()))),
            }
        }
        let trailing_slash = segments.len() > 1 && segments.last().is_some_and(Vec::is_empty);
        if trailing_slash || path == "/" {
            segments.pop();
        }
        let template = Template { segments, trailing_slash };
        template.check()?;
        Ok(template)
    }

    /// This template, then another.
    ///
    /// # Errors
    /// Too long, in words.
    pub(super) fn join(mut self, below: Template) -> Result<Template, String> {
        self.segments.extend(below.segments);
        self.trailing_slash = below.trailing_slash;
        self.check()?;
        Ok(self)
    }

    /// Whether it has no parameters.
    pub(super) fn is_literal(&self) -> bool {
        self.segments.iter().flatten().all(|piece| matches!(piece, Piece::Literal(_)))
    }

    /// Its places, given what its parameters are.
    ///
    /// # Errors
    /// A segment that is too complex to be compared with others.
    pub(super) fn places(&self, kinds: &Kinds, segments: &mut Segments) -> Result<Vec<Place>, String> {
        let mut places = Vec::new();
        let mut taken = BTreeSet::new();
        for pieces in &self.segments {
            let segment = match pieces.as_slice() {
                [Piece::Literal(text)] => segments.literal(text),
                [..] => capture(pieces, kinds, segments)?,
            };
            let parameters: Vec<&str> = pieces
                .iter()
                .filter_map(|piece| match piece {
                    Piece::Literal(_) => None,
                    Piece::Parameter(parameter) => Some(parameter.as_str()),
                })
                .collect();
            let mut name = name(&parameters.join("_"), "value");
            if !parameters.is_empty() {
                let base = name.clone();
                let mut number = 2;
                while !taken.insert(name.clone()) {
                    name = format!("{base}_{number}");
                    number += 1;
                }
            }
            places.push(Place { segment, name });
        }
        Ok(places)
    }

    fn check(&self) -> Result<(), String> {
        let most = usize::from(Limits::CEILING.segments);
        if self.segments.len() > most {
            return Err(format!("it has more than {most} segments"));
        }
        let mut least = 0;
        for pieces in &self.segments {
            let dots = match pieces.as_slice() {
                [] => return Err("it has an empty segment".to_owned()),
                [Piece::Literal(text)] => text == "." || text == "..",
                [..] => false,
            };
            if dots {
                return Err("it has a segment of dots".to_owned());
            }
            least += 1 + pieces.iter().map(Piece::least).sum::<usize>();
        }
        let most = usize::from(Limits::CEILING.path_bytes);
        if least > most {
            return Err(format!("it is longer than {most} bytes"));
        }
        Ok(())
    }
}

impl Piece {
    /// The fewest bytes it matches.
    fn least(&self) -> usize {
        match self {
            Piece::Literal(text) => text.len(),
            Piece::Parameter(_) => 1,
        }
    }
}

/// Adds a piece to the last segment, joining literals.
fn push(segments: &mut [Vec<Piece>], piece: Piece) {
    let Some(last) = segments.last_mut() else { return };
    match (last.last_mut(), piece) {
        (Some(Piece::Literal(text)), Piece::Literal(more)) => text.push_str(&more),
        (_, piece) => last.push(piece),
    }
}

/// The segment of pieces of which at least one is a parameter.
fn capture(pieces: &[Piece], kinds: &Kinds, segments: &mut Segments) -> Result<SegmentId, String> {
    let mut text = String::new();
    for piece in pieces {
        match piece {
            Piece::Literal(literal) => text.push_str(&regex::exactly(literal)),
            Piece::Parameter(parameter) => text.push_str(&kinds.get(parameter).map_or_else(any, of_kinds)),
        }
    }
    // A choice that is the whole segment needs no group.
    let whole = match pieces {
        [_] => text.strip_prefix('(').and_then(|text| text.strip_suffix(')')).unwrap_or(&text),
        [..] => &text,
    };
    segments.matching(whole).map_err(|TooComplex| "a segment is too complex".to_owned())
}

fn any() -> String {
    regex::ANY.to_owned()
}

/// What parameters of any of these kinds match; [`Kind::Text`] includes the others.
fn of_kinds(kinds: &BTreeSet<Kind>) -> String {
    if kinds.contains(&Kind::Text) || kinds.is_empty() {
        return any();
    }
    let regexes: Vec<&str> = kinds
        .iter()
        .map(|kind| match kind {
            Kind::Integer => regex::INTEGER,
            Kind::Uuid => regex::UUID,
            Kind::Text => regex::ANY,
        })
        .collect();
    regex::choice(&regexes)
}
