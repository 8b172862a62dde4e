//! Writing the policy: which routes stand for which sources, and the text.
//!
//! Sources of equal language become one route, and what is ambiguous is covered; both ask for everything their parts
//! ask for. Routes are in the order of the document's paths by name, added routes after them.

use super::acl::Acl;
use super::cover::{Pattern, Uncovered, covers};
use super::openapi::Source;
use super::regex::{INTEGER, UUID};
use super::report::{ImportError, Joined, Report};
use super::segment::{Segment, SegmentId, Segments};
use super::template::Place;
use super::text::{plain, slug};
use std::collections::BTreeMap;
use std::fmt::Write;

/// What stands at the top of the policy.
pub(super) struct Heading<'d> {
    /// The document's format, in words.
    pub(super) format: String,
    /// Its title, as it says.
    pub(super) title: &'d str,
    /// Its version, as it says.
    pub(super) version: &'d str,
    /// The ACL of every route's `invoke`, if the document says nothing of security.
    pub(super) default_acl: Option<&'d str>,
}

/// One route of the policy.
struct Route<'s> {
    places: Vec<Place>,
    acl: Acl,
    sources: Vec<&'s Source>,
}

/// Writes the policy and reports what became of the sources, which are in order.
pub(super) fn write(
    heading: &Heading,
    sources: &[Source],
    segments: &mut Segments,
    report: &mut Report,
) -> Result<String, ImportError> {
    let routes = merged(sources);
    let patterns: Vec<Pattern> = routes.iter().map(|route| pattern(&route.places)).collect();
    let covers = covers(&patterns, segments).map_err(|stop| uncovered(&stop, &routes))?;

    let mut names = Names::default();
    let mut body = String::new();
    let mut texts = Vec::new();
    for route in &routes {
        let text = names.pattern(&route.places, segments);
        if route.sources.len() > 1 {
            let from: Vec<String> = route.sources.iter().map(|source| source.label.clone()).collect();
            comment(&mut body, &format!("merges {}, which match the same paths", listed(&from)));
            report.merged.push(Joined { route: text.clone(), from });
        }
        report.mapped.extend(route.sources.iter().map(|source| source.mapped(&text)));
        statement(&mut body, &text, &acl_text(heading, &route.acl));
        texts.push(text);
    }
    for cover in &covers {
        let parts: Vec<&Route> = cover.of.iter().filter_map(|route| routes.get(*route)).collect();
        let mut acl = Acl::default();
        for part in &parts {
            acl.and(&part.acl);
        }
        let captures = parts.first().map(|part| part.places.as_slice()).unwrap_or_default();
        let places: Vec<Place> = (cover.pattern.iter().zip(captures))
            .map(|(segment, place)| Place { segment: *segment, name: place.name.clone() })
            .collect();
        let text = names.pattern(&places, segments);
        let from: Vec<String> = cover.of.iter().filter_map(|route| texts.get(*route)).cloned().collect();
        let both = if from.len() == 2 { "both " } else { "" };
        body.push('\n');
        comment(&mut body, &format!("covers {both}{}", listed(&from)));
        statement(&mut body, &text, &acl_text(heading, &acl));
        report.covers.push(Joined { route: text, from });
    }
    report.routes = routes.len() + covers.len();
    Ok(format!("{}{}\n{body}", top(heading), names.declarations))
}

/// One route for the sources of each language, in their order.
fn merged(sources: &[Source]) -> Vec<Route<'_>> {
    let mut routes: Vec<Route> = Vec::new();
    let mut at: BTreeMap<Pattern, usize> = BTreeMap::new();
    for source in sources {
        let fresh = routes.len();
        let index = *at.entry(pattern(&source.places)).or_insert(fresh);
        match routes.get_mut(index) {
            Some(route) => {
                route.acl.and(&source.acl);
                route.sources.push(source);
            }
            None => routes.push(Route {
                places: source.places.clone(),
                acl: source.acl.clone(),
                sources: vec![source],
            }),
        }
    }
    routes
}

fn pattern(places: &[Place]) -> Pattern {
    places.iter().map(|place| place.segment).collect()
}

fn uncovered(stop: &Uncovered, routes: &[Route]) -> ImportError {
    let label = |route: usize| {
        let source = routes.get(route).and_then(|route| route.sources.first());
        source.map_or_else(String::new, |source| source.label.clone())
    };
    ImportError::Overlaps { patterns: stop.routes.map(label), reason: stop.reason.to_owned() }
}

fn top(heading: &Heading) -> String {
    let title = plain(&[heading.title, heading.version].join(" "));
    let mut text = String::new();
    comment(&mut text, &format!("Imported from the {} document \"{}\".", heading.format, title.trim()));
    match heading.default_acl {
        Some(_) => comment(
            &mut text,
            "The document names no security: every route has the ACL the import was given.",
        ),
        None => comment(&mut text, "To invoke a route takes the scopes of all its operations."),
    }
    let name = slug(heading.title, "imported");
    // Infallible: writing to a string.
    let _ = write!(text, "policy {name} version {};\n\nuse std.capability;\n", version(heading.version));
    text
}

/// The policy's version: the number the document's version begins with, else 1.
fn version(text: &str) -> u32 {
    let digits =
        text.trim_start_matches(['v', 'V']).split(|c: char| !c.is_ascii_digit()).next().unwrap_or("");
    digits.parse().ok().filter(|number| *number > 0).unwrap_or(1)
}

fn acl_text(heading: &Heading, acl: &Acl) -> String {
    heading.default_acl.map_or_else(|| acl.to_text(), str::to_owned)
}

fn statement(body: &mut String, pattern: &str, acl: &str) {
    // Infallible: writing to a string.
    let _ = if acl == "open" {
        writeln!(body, "route {pattern} allow read, invoke: open;")
    } else {
        writeln!(body, "route {pattern} {{ allow read: open; allow invoke: {acl}; }}")
    };
}

fn comment(body: &mut String, text: &str) {
    body.push_str("# ");
    body.push_str(text);
    body.push('\n');
}

/// `a, b and c`, shortened.
fn listed(all: &[String]) -> String {
    const SHOWN: usize = 8;
    let more = all.len().saturating_sub(SHOWN);
    match all {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] if more == 0 => format!("{} and {last}", first.join(", ")),
        [..] => {
            let shown: Vec<&str> = all.iter().take(SHOWN).map(String::as_str).collect();
            format!("{} and {more} more", shown.join(", "))
        }
    }
}

/// The names of the sets used so far.
#[derive(Default)]
struct Names {
    names: BTreeMap<SegmentId, String>,
    parts: usize,
    declarations: String,
}

impl Names {
    /// A route's pattern in the language; declares the sets it needs.
    fn pattern(&mut self, places: &[Place], segments: &Segments) -> String {
        let mut text = String::new();
        for place in places {
            text.push('/');
            match segments.get(place.segment) {
                Some(Segment::Literal(literal)) if is_bare(literal) => text.push_str(literal),
                Some(Segment::Literal(literal)) => {
                    text.push('"');
                    text.push_str(literal);
                    text.push('"');
                }
                Some(Segment::Set { regex, .. }) => {
                    let set = self.set(place.segment, regex);
                    // Infallible: writing to a string.
                    let _ = write!(text, "{{{}: {set}}}", place.name);
                }
                Some(Segment::Any) | None => {
                    let _ = write!(text, "{{{}}}", place.name);
                }
            }
        }
        if text.is_empty() { "/".to_owned() } else { text }
    }

    fn set(&mut self, segment: SegmentId, regex: &str) -> String {
        if let Some(name) = self.names.get(&segment) {
            return name.clone();
        }
        let name = match regex {
            INTEGER => "integer".to_owned(),
            UUID => "uuid".to_owned(),
            _ => {
                self.parts += 1;
                format!("part_{}", self.parts)
            }
        };
        if self.declarations.is_empty() {
            self.declarations.push('\n');
        }
        // Infallible: writing to a string.
        let _ = writeln!(self.declarations, "segment {name} = re\"{regex}\";");
        self.names.insert(segment, name.clone());
        name
    }
}

/// Whether a segment is written without quotes: hyphens only between other characters, and of those only these.
fn is_bare(segment: &str) -> bool {
    let free = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '~');
    segment.chars().all(|c| free(c) || c == '-') && !segment.starts_with('-') && !segment.ends_with('-')
}
