//! Redirects: literal paths, one hop, to a path that some route selects.

use super::routes::concrete;
use super::{Lowering, errors};
use crate::hir::Redirect;
use dregg_artifact::{Path, Pattern, Segment};
use dregg_grammar::{ERROR_LIMIT, Span, ast, closest};
use std::collections::{BTreeMap, BTreeSet};

impl Lowering<'_> {
    pub(super) fn redirects(&mut self) {
        for (_, item) in self.items() {
            let ast::Item::Redirect(redirect) = item else { continue };
            let from = self.concrete_path(&redirect.from, "the source of a redirect");
            let to = self.concrete_path(&redirect.to, "the target of a redirect");
            let (Some((from, pattern)), Some((to, _))) = (from, to) else { continue };
            let (span, to_span) = (redirect.from.span, redirect.to.span);
            self.redirects.push(Redirect { from, to, pattern, span, to_span });
        }
        self.check_targets();
    }

    /// The one path of a literal; reports anything else.
    pub(super) fn concrete_path(&mut self, path: &ast::PathLiteral, what: &str) -> Option<(String, Pattern)> {
        if !path.absolute {
            self.reports.push(errors::absolute(path.span, None));
            return None;
        }
        let mut pattern = Pattern::default();
        for segment in &path.segments {
            match &segment.node {
                ast::PathSegment::Literal(text) => pattern.segments.push(Segment::Literal(text.clone())),
                ast::PathSegment::Any | ast::PathSegment::Capture { .. } => {
                    self.reports.push(errors::not_concrete(path.span, what));
                    return None;
                }
            }
        }
        if path.tail.is_some() {
            self.reports.push(errors::not_concrete(path.span, what));
            return None;
        }
        Some((concrete(&pattern)?, pattern))
    }

    fn check_targets(&mut self) {
        let by_source: BTreeMap<&str, &Redirect> =
            self.redirects.iter().map(|redirect| (redirect.from.as_str(), redirect)).collect();
        let fates = fates(&by_source);
        let mut in_reported_cycle: BTreeSet<&str> = BTreeSet::new();
        let mut reports = Vec::new();
        for redirect in &self.redirects {
            let Some(next) = by_source.get(redirect.to.as_str()) else {
                if !self.some_route_matches(&redirect.to) {
                    let paths = self
                        .routes
                        .iter()
                        .filter(|route| !route.path.contains(['{', '*']))
                        .map(|route| route.path.as_str());
                    // More reports than the limit are dropped: they need no suggestion.
                    let shown = reports.len() <= ERROR_LIMIT;
                    let close = if shown { closest(&redirect.to, paths) } else { None };
                    reports.push(errors::no_target(redirect.to_span, &redirect.to, close));
                }
                continue;
            };
            match fates.get(redirect.from.as_str()) {
                Some(Fate::Circle) if !in_reported_cycle.contains(redirect.from.as_str()) => {
                    let others = circle(&redirect.from, &by_source);
                    let members = [redirect].into_iter().chain(others.iter().copied());
                    in_reported_cycle.extend(members.clone().map(|member| member.from.as_str()));
                    let cycle: Vec<&str> =
                        members.chain([redirect]).map(|member| member.from.as_str()).collect();
                    let others: Vec<(Span, String)> = others
                        .iter()
                        .map(|member| (member.span, format!("leads on to `{}`", member.to)))
                        .collect();
                    reports.push(errors::redirect_cycle(redirect.span, &others, &cycle.join(" -> ")));
                }
                Some(Fate::End(end)) => {
                    reports.push(errors::target_is_redirect(redirect.to_span, &redirect.to, next.span, end));
                }
                // A chain that leads into a circle is reported with the circle's own members only.
                Some(Fate::Circle | Fate::IntoCircle) | None => {}
            }
        }
        self.reports.extend(reports);
    }

    fn some_route_matches(&self, path: &str) -> bool {
        let Ok(path) = Path::parse(path, &self.limits) else { return false };
        let segments: Vec<&str> = path.segments().collect();
        self.routes.iter().any(|route| route.pattern.matches(&segments, &self.sets))
    }
}

/// Where the chain of redirects that begins with one leads.
#[derive(Clone, Copy)]
enum Fate<'r> {
    /// Back to itself.
    Circle,
    /// Into a circle that it is no member of.
    IntoCircle,
    /// To this path, which is not redirected.
    End(&'r str),
}

/// The fate of every redirect, by source. Each is followed once.
fn fates<'r>(by_source: &BTreeMap<&'r str, &'r Redirect>) -> BTreeMap<&'r str, Fate<'r>> {
    let mut fates = BTreeMap::new();
    for start in by_source.keys() {
        let mut walk: Vec<&str> = Vec::new();
        let mut places: BTreeMap<&str, usize> = BTreeMap::new();
        let mut at: &str = start;
        let fate = loop {
            match fates.get(at) {
                Some(Fate::Circle | Fate::IntoCircle) => break Fate::IntoCircle,
                Some(end @ Fate::End(_)) => break *end,
                None => {}
            }
            if let Some(place) = places.get(at) {
                fates.extend(walk.drain(*place..).map(|member| (member, Fate::Circle)));
                break Fate::IntoCircle;
            }
            let Some(next) = by_source.get(at) else { break Fate::End(at) };
            places.insert(at, walk.len());
            walk.push(at);
            at = &next.to;
        };
        fates.extend(walk.into_iter().map(|source| (source, fate)));
    }
    fates
}

/// The other members of the circle that the redirect of `source` is in, in order.
fn circle<'r>(source: &str, by_source: &BTreeMap<&'r str, &'r Redirect>) -> Vec<&'r Redirect> {
    let mut members = Vec::new();
    let mut at = by_source.get(source).map_or(source, |first| first.to.as_str());
    while at != source
        && let Some(next) = by_source.get(at)
    {
        members.push(*next);
        at = &next.to;
    }
    members
}
