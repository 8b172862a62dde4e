//! Which route a path takes: the table of all patterns, and what is wrong if there is none.

use crate::automaton::{
    Accept, Ambiguity, Budget, BuildError, Table, TableError, build, equal, includes, table,
};
use crate::hir::Hir;
use dregg_artifact::{Dfa, Pattern, Segment, SegmentSet};
use dregg_grammar::{Diagnostic, Span, segment_text};
use std::collections::BTreeSet;

/// The patterns of all routes, then of all redirects: the numbering of accept sets.
pub fn patterns(hir: &Hir) -> Vec<Pattern> {
    all_patterns(hir).cloned().collect()
}

/// The same where they are.
pub(super) fn all_patterns(hir: &Hir) -> impl Iterator<Item = &Pattern> {
    let routes = hir.routes.iter().map(|route| &route.pattern);
    routes.chain(hir.redirects.iter().map(|redirect| &redirect.pattern))
}

/// The table of all patterns.
///
/// If some path has no least pattern, the product of all patterns is built to say which path that is.
///
/// # Errors
/// `E0301` for each pair of routes that match one path although neither is more specific; `E0311` if the automaton would
/// exceed its budget.
pub fn check_routes(hir: &Hir) -> Result<Table, Vec<Diagnostic>> {
    let patterns = patterns(hir);
    let budget = Budget::for_patterns(&patterns);
    match table(&patterns, &hir.sets, &budget) {
        Ok(table) => Ok(table),
        Err(TableError::Explosion { patterns, states }) => Err(vec![explosion(hir, &patterns, states)]),
        Err(TableError::Undecided) => Err(match build(&patterns, &hir.sets, &budget) {
            Err(BuildError::Ambiguous(pairs)) => {
                pairs.iter().map(|pair| ambiguous(hir, &patterns, pair)).collect()
            }
            Err(BuildError::Explosion { patterns, states }) => vec![explosion(hir, &patterns, states)],
            // Never: the product judges as the table does. An error without a place beats a wrong artifact.
            Ok(_) => vec![undecided()],
        }),
    }
}

/// The DFA of a table under the classes of its accept sets.
///
/// # Errors
/// `E0311` if it would exceed its budget.
pub(super) fn dfa(hir: &Hir, table: &Table, class: impl Fn(&Accept) -> u32) -> Result<Dfa, Vec<Diagnostic>> {
    table.to_dfa(class, &Budget::for_patterns(all_patterns(hir))).map_err(|error| match error {
        TableError::Explosion { patterns, states } => vec![explosion(hir, &patterns, states)],
        // Never: the table was decided when it was made.
        TableError::Undecided => vec![undecided()],
    })
}

fn undecided() -> Diagnostic {
    Diagnostic::error("E0301", Span::default(), "some path has no most specific route")
}

/// A pattern's place and its text.
fn named(hir: &Hir, number: usize) -> (Span, String) {
    match hir.routes.get(number) {
        Some(route) => (route.span, route.path.clone()),
        None => {
            let redirect = hir.redirects.get(number.saturating_sub(hir.routes.len()));
            redirect.map(|redirect| (redirect.span, redirect.from.clone())).unwrap_or_default()
        }
    }
}

fn ambiguous(hir: &Hir, patterns: &[Pattern], pair: &Ambiguity) -> Diagnostic {
    let default = Pattern::default();
    let pattern = |number: usize| patterns.get(number).unwrap_or(&default);
    // The one written first is the primary place.
    let (mut first, mut second) = (pair.first, pair.second);
    if named(hir, first).0 > named(hir, second).0 {
        (first, second) = (second, first);
    }
    let ((span, text), (other_span, other_text)) = (named(hir, first), named(hir, second));
    if equal(pattern(first), pattern(second), &hir.sets) {
        if [first, second].into_iter().any(|number| number >= hir.routes.len()) {
            return Diagnostic::error(
                "E0301",
                other_span,
                "a redirect and something else stand for the same path",
            )
            .label(format!("`{other_text}` again"))
            .also(span, format!("`{text}`"))
            .help("remove one of them");
        }
        return Diagnostic::error("E0301", other_span, "two routes match exactly the same paths")
            .label(format!("`{other_text}` again"))
            .also(span, format!("`{text}`"))
            .note(format!("both match {} (shortest such path)", pair.witness))
            .help("merge them into one block, or remove one of them");
    }
    let common = common(pattern(first), &text, pattern(second), &other_text, &pair.witness, &hir.sets);
    Diagnostic::error("E0301", span, "two routes match the same paths and neither is more specific")
        .label(wider(pattern(first), &text, pattern(second), &hir.sets))
        .also(other_span, wider(pattern(second), &other_text, pattern(first), &hir.sets))
        .note(format!("both match {} (shortest such path)", pair.witness))
        .help(format!("add `route {common} {{ ... }}` to say which one you mean"))
}

fn single(segment: &Segment) -> Pattern {
    Pattern { segments: vec![segment.clone()], tail: false }
}

/// The texts of a path's segments, the tail left out.
fn segments(text: &str) -> Vec<&str> {
    text.split('/').filter(|part| !part.is_empty() && *part != "**").collect()
}

/// What the one matches that the other does not, at the first place where it does.
fn wider(one: &Pattern, text: &str, other: &Pattern, sets: &[SegmentSet]) -> String {
    let texts = segments(text);
    for (place, segment) in one.segments.iter().enumerate() {
        let narrower = match other.segments.get(place) {
            Some(other) => !includes(&single(other), &single(segment), sets),
            None => false,
        };
        if narrower {
            let shown = texts.get(place).copied().unwrap_or("*");
            return match segment {
                Segment::Any => format!("`{shown}` matches any segment"),
                Segment::Set(_) => format!("`{shown}` matches a whole set of segments"),
                Segment::Literal(_) => format!("`{shown}` is matched"),
            };
        }
    }
    if one.tail && (!other.tail || one.segments.len() < other.segments.len()) {
        return "`**` matches everything below".to_owned();
    }
    format!("`{text}`")
}

/// The route that holds what two patterns have in common; the witness where two sets overlap without one in the other.
fn common(
    one: &Pattern,
    text: &str,
    other: &Pattern,
    other_text: &str,
    witness: &str,
    sets: &[SegmentSet],
) -> String {
    let (texts, other_texts) = (segments(text), segments(other_text));
    let mut path = String::new();
    let mut captures = BTreeSet::new();
    for place in 0..one.segments.len().max(other.segments.len()) {
        let shown = match (one.segments.get(place), other.segments.get(place)) {
            (Some(left), Some(right)) if includes(&single(right), &single(left), sets) => {
                texts.get(place).copied()
            }
            (Some(left), Some(right)) if includes(&single(left), &single(right), sets) => {
                other_texts.get(place).copied()
            }
            (Some(_), Some(_)) => return quoted(witness),
            (Some(_), None) => texts.get(place).copied(),
            (None, _) => other_texts.get(place).copied(),
        };
        let shown = shown.unwrap_or("*");
        // No route names two captures alike.
        if shown.starts_with('{') && !captures.insert(shown.split([':', '}']).next()) {
            return quoted(witness);
        }
        path.push('/');
        path.push_str(shown);
    }
    if one.tail && other.tail {
        path.push_str("/**");
    }
    if path.is_empty() { "/".to_owned() } else { path }
}

/// A path as the language writes it.
fn quoted(path: &str) -> String {
    let shown = |text: &str| if text.is_empty() { String::new() } else { segment_text(text) };
    path.split('/').map(shown).collect::<Vec<String>>().join("/")
}

fn explosion(hir: &Hir, patterns: &[usize], states: usize) -> Diagnostic {
    let mut places = patterns.iter().map(|number| named(hir, *number));
    let (span, text) = places.next().unwrap_or_default();
    let report = Diagnostic::error("E0311", span, "these routes overlap in too many ways")
        .label(format!("`{text}` is one of them"))
        .note(format!("the automaton was given up at {states} states"))
        .help("write literal segments where a wildcard is not needed, or give the routes different lengths or prefixes");
    places.fold(report, |report, (span, text)| report.also(span, format!("`{text}` is another")))
}
