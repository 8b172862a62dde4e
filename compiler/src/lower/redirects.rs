//! Redirects: literal paths, one hop, to a path that some route selects.

use super::routes::concrete;
use super::{Lowering, errors};
use crate::hir::Redirect;
use dregg_artifact::{Limits, Path, Pattern, Segment};
use dregg_grammar::{Span, ast};
use std::collections::BTreeMap;

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
        let by_source: BTreeMap<String, Redirect> =
            self.redirects.iter().map(|redirect| (redirect.from.clone(), redirect.clone())).collect();
        let mut in_reported_cycle: Vec<String> = Vec::new();
        let mut reports = Vec::new();
        for redirect in &self.redirects {
            let Some(next) = by_source.get(&redirect.to) else {
                if !self.some_route_matches(&redirect.to) {
                    let paths = self
                        .routes
                        .iter()
                        .filter(|route| !route.path.contains(['{', '*']))
                        .map(|route| route.path.as_str());
                    let close = errors::closest(&redirect.to, paths);
                    reports.push(errors::no_target(redirect.to_span, &redirect.to, close));
                }
                continue;
            };
            match follow(redirect, &by_source) {
                Chain::Circle(members) => {
                    if in_reported_cycle.contains(&redirect.from) {
                        continue;
                    }
                    // A chain that leads into a circle is reported with the circle's own members only.
                    if !members.iter().any(|member| member.from == redirect.from) {
                        continue;
                    }
                    let cycle: Vec<&str> = members
                        .iter()
                        .map(|member| member.from.as_str())
                        .chain([redirect.from.as_str()])
                        .collect();
                    let others: Vec<(Span, String)> = members
                        .iter()
                        .filter(|member| member.from != redirect.from)
                        .map(|member| (member.span, format!("leads on to `{}`", member.to)))
                        .collect();
                    reports.push(errors::redirect_cycle(redirect.span, &others, &cycle.join(" -> ")));
                    in_reported_cycle.extend(members.into_iter().map(|member| member.from));
                }
                Chain::End(end) => {
                    reports.push(errors::target_is_redirect(redirect.to_span, &redirect.to, next.span, &end));
                }
            }
        }
        self.reports.extend(reports);
    }

    fn some_route_matches(&self, path: &str) -> bool {
        let Ok(path) = Path::parse(path, &Limits::CEILING) else { return false };
        let segments: Vec<&str> = path.segments().collect();
        self.routes.iter().any(|route| {
            let pattern = &route.pattern.segments;
            let fits = if route.pattern.tail {
                segments.len() >= pattern.len()
            } else {
                segments.len() == pattern.len()
            };
            fits && pattern.iter().zip(&segments).all(|(one, text)| match one {
                Segment::Literal(literal) => literal == text,
                Segment::Any => true,
                Segment::Set(set) => self.sets.get(*set as usize).is_some_and(|set| set.contains(text)),
            })
        })
    }
}

enum Chain {
    /// The redirects of a circle, in order from the first of them reached.
    Circle(Vec<Redirect>),
    /// The path a chain of redirects ends at.
    End(String),
}

fn follow(first: &Redirect, by_source: &BTreeMap<String, Redirect>) -> Chain {
    let mut seen: Vec<Redirect> = vec![first.clone()];
    let mut at = first.to.clone();
    while let Some(next) = by_source.get(&at) {
        if let Some(start) = seen.iter().position(|one| one.from == next.from) {
            return Chain::Circle(seen.split_off(start));
        }
        seen.push(next.clone());
        at = next.to.clone();
    }
    Chain::End(at)
}
