//! Routes: full patterns from nested blocks, captures, guards, grants and their inheritance, services, versions,
//! gateways.

use super::acl::{Context, permissions};
use super::scope::Kind;
use super::{Lowering, errors};
use crate::hir::{Clause, Delegation, Gateway, Guard, GuardKind, Redirect, Route, Service};
use dregg_artifact::{Limits, Pattern, Permission, Segment};
use dregg_grammar::{Span, Spanned, ast, closest, segment_text};

/// The block a route is nested in.
#[derive(Clone)]
struct Parent {
    pattern: Pattern,
    captures: Vec<(u8, String)>,
    texts: Vec<String>,
    clauses: [Vec<Clause>; 3],
    /// Permissions with an `allow` or `inherit`, even if it was wrong: then there is nothing more to report.
    granted: [bool; 3],
    span: Span,
}

/// A path literal in full.
struct FullPath {
    pattern: Pattern,
    captures: Vec<(u8, String)>,
    texts: Vec<String>,
}

impl FullPath {
    fn text(&self) -> String {
        path_text(&self.texts, self.pattern.tail)
    }
}

impl Lowering<'_> {
    pub(super) fn routes(&mut self) {
        for (module, item) in self.items() {
            if let ast::Item::Route(route) = item {
                self.route(module, None, route);
            }
        }
    }

    fn route(&mut self, module: usize, parent: Option<&Parent>, route: &ast::Route) {
        let Some(path) = self.full_path(module, parent, &route.path) else { return };
        let context = Context { module, captures: &path.captures };
        let mut block = Parent {
            pattern: path.pattern.clone(),
            captures: path.captures.clone(),
            texts: path.texts.clone(),
            clauses: Default::default(),
            granted: [false; 3],
            span: route.path.span,
        };
        let mut guards = Vec::new();
        let mut services = Vec::new();
        let mut delegation = None;
        for statement in &route.body {
            match statement {
                ast::RouteStatement::Allow { permissions: written, acl, span } => {
                    let acl = self.acl(&context, acl);
                    self.allow(&mut block, written, acl.as_ref(), *span);
                }
                ast::RouteStatement::Inherit { permissions: written, span } => {
                    self.inherit(&mut block, parent, written, *span);
                }
                ast::RouteStatement::Require { permissions: written, acl, span } => {
                    guards.extend(self.require(&context, written, acl, *span));
                }
                ast::RouteStatement::Service { cell, priority, coordinator, span } => {
                    services.extend(self.service(module, cell, priority, *coordinator, *span, &services));
                }
                ast::RouteStatement::Delegate { span, .. } => match (&route.owner, &delegation) {
                    (None, _) => self.reports.push(errors::delegate_misplaced(*span, false)),
                    (Some(_), Some(Delegation { span: first, .. })) => {
                        self.reports.push(errors::stated_twice(*span, "delegate", *first));
                    }
                    (Some(_), None) => delegation = self.delegate(&context, statement),
                },
                ast::RouteStatement::Versions { .. } | ast::RouteStatement::Route(_) => {}
            }
        }
        services.sort_by_key(|service: &Service| (service.priority, service.cell));
        let gateway = route
            .owner
            .as_ref()
            .and_then(|owner| self.gateway(module, &path, owner, delegation, route.path.span));
        let literal = !path.pattern.tail && path.captures.is_empty() && is_literal(&path.pattern);
        let own = Route {
            pattern: path.pattern.clone(),
            path: path.text(),
            captures: path.captures.clone(),
            clauses: block.clauses.clone(),
            guards,
            services,
            deprecated: None,
            gateway,
            span: route.path.span,
        };
        for statement in &route.body {
            match statement {
                ast::RouteStatement::Route(nested) => self.route(module, Some(&block), nested),
                ast::RouteStatement::Versions { entries, span } if literal && route.owner.is_none() => {
                    self.versions(module, &own, &path.texts, entries, *span);
                }
                ast::RouteStatement::Versions { span, .. } => {
                    self.reports.push(errors::versions_need_literal(*span, route.path.span));
                }
                ast::RouteStatement::Allow { .. }
                | ast::RouteStatement::Inherit { .. }
                | ast::RouteStatement::Require { .. }
                | ast::RouteStatement::Service { .. }
                | ast::RouteStatement::Delegate { .. } => {}
            }
        }
        self.routes.push(own);
    }

    fn allow(
        &mut self,
        block: &mut Parent,
        written: &[Spanned<ast::Permission>],
        acl: Option<&crate::hir::Acl>,
        span: Span,
    ) {
        for permission in permissions(written) {
            if let Some(granted) = block.granted.get_mut(permission.ordinal()) {
                *granted = true;
            }
            if let (Some(clauses), Some(acl)) = (block.clauses.get_mut(permission.ordinal()), acl) {
                clauses.push(Clause { acl: acl.clone(), span, inherited: None });
            }
        }
    }

    fn inherit(
        &mut self,
        block: &mut Parent,
        parent: Option<&Parent>,
        written: &[Spanned<ast::Permission>],
        span: Span,
    ) {
        for permission in permissions(written) {
            let place = permission.ordinal();
            if let Some(granted) = block.granted.get_mut(place) {
                *granted = true;
            }
            let granted = parent.is_some_and(|parent| parent.granted.get(place) == Some(&true));
            if !granted {
                let at = written.iter().find(|one| super::acl::permission_of(one.node) == permission);
                let at = at.map_or(span, |one| one.span);
                self.reports.push(errors::nothing_to_inherit(
                    at,
                    permission.word(),
                    parent.map(|parent| parent.span),
                ));
                continue;
            }
            let given = parent.and_then(|parent| parent.clauses.get(place)).cloned().unwrap_or_default();
            if let Some(clauses) = block.clauses.get_mut(place) {
                clauses.extend(given.into_iter().map(|clause| Clause { inherited: Some(span), ..clause }));
            }
        }
    }

    fn require(
        &mut self,
        context: &Context<'_>,
        written: &[Spanned<ast::Permission>],
        acl: &ast::Acl,
        span: Span,
    ) -> Option<Guard> {
        let guarded = if written.is_empty() { Permission::ALL.to_vec() } else { permissions(written) };
        let kind = match &acl.kind {
            ast::AclKind::Proof => GuardKind::Proof,
            _ => GuardKind::Acl(self.acl(context, acl)?),
        };
        Some(Guard { permissions: guarded, kind, span })
    }

    fn service(
        &mut self,
        module: usize,
        cell: &ast::Name,
        priority: &Spanned<u64>,
        coordinator: bool,
        span: Span,
        others: &[Service],
    ) -> Option<Service> {
        let id = self.cell(module, cell)?;
        let Ok(priority) = u16::try_from(priority.node) else {
            self.reports.push(errors::out_of_range(priority.span, "a priority", u64::from(u16::MAX)));
            return None;
        };
        if let Some(first) = others.iter().find(|other| other.cell == id) {
            self.reports.push(errors::declared_twice(
                cell.span,
                "service",
                &format!("@{}", cell.node),
                first.span,
            ));
            return None;
        }
        Some(Service { priority, cell: id, coordinator, span })
    }

    fn delegate(&mut self, context: &Context<'_>, statement: &ast::RouteStatement) -> Option<Delegation> {
        let ast::RouteStatement::Delegate { permission, acl, depth, max_routes, span } = statement else {
            return None;
        };
        if permission.node != ast::Permission::Mount {
            self.reports.push(errors::delegate_misplaced(permission.span, true));
        }
        let mut number = |written: &Option<Spanned<u64>>, what: &str, limit: u32, default: u32| match written
        {
            None => default,
            Some(value) => {
                u32::try_from(value.node).ok().filter(|value| *value <= limit).unwrap_or_else(|| {
                    self.reports.push(errors::out_of_range(value.span, what, u64::from(limit)));
                    default
                })
            }
        };
        let depth = number(depth, "the delegation depth", Limits::DELEGATION_DEPTH, 1);
        let max_routes =
            number(max_routes, "the number of routes", Limits::GATEWAY_ROUTES, Limits::GATEWAY_ROUTES);
        let acl = self.acl(context, acl)?;
        Some(Delegation { acl, depth, max_routes, span: *span })
    }

    fn gateway(
        &mut self,
        module: usize,
        path: &FullPath,
        owner: &ast::Name,
        delegation: Option<Delegation>,
        span: Span,
    ) -> Option<Gateway> {
        let owner = self.cell(module, owner);
        if !path.pattern.tail || !is_literal(&path.pattern) {
            self.reports.push(errors::gateway_path(span));
            return None;
        }
        Some(Gateway { prefix: concrete(&path.pattern)?, owner: owner?, delegation })
    }

    /// `versions` is sugar for sibling routes with the route's grants and guards, and a redirect for `latest`.
    fn versions(
        &mut self,
        module: usize,
        route: &Route,
        texts: &[String],
        entries: &[ast::VersionEntry],
        span: Span,
    ) {
        let mut labels: Vec<(&str, Span)> = Vec::new();
        for entry in entries {
            let ast::VersionEntry::Version { label, cell, deprecated } = entry else { continue };
            if let Some((_, first)) = labels.iter().find(|(name, _)| *name == label.node) {
                self.reports.push(errors::declared_twice(label.span, "version", &label.node, *first));
                continue;
            }
            labels.push((&label.node, label.span));
            let Some(id) = self.cell(module, cell) else { continue };
            let mut pattern = route.pattern.clone();
            pattern.segments.push(Segment::Literal(label.node.clone()));
            let mut texts = texts.to_vec();
            texts.push(segment_text(&label.node));
            let service = Service { priority: 0, cell: id, coordinator: false, span: cell.span };
            self.routes.push(Route {
                path: path_text(&texts, false),
                pattern,
                captures: Vec::new(),
                clauses: route.clauses.clone(),
                guards: route.guards.clone(),
                services: vec![service],
                deprecated: deprecated.as_ref().map(|text| text.node.clone()),
                gateway: None,
                span: label.span,
            });
        }
        let mut latest: Option<Span> = None;
        for entry in entries {
            let ast::VersionEntry::Latest { span: at, target } = entry else { continue };
            if let Some(first) = latest.replace(*at) {
                self.reports.push(errors::stated_twice(*at, "latest", first));
                continue;
            }
            if !labels.iter().any(|(label, _)| *label == target.node) {
                let close = closest(&target.node, labels.iter().map(|(label, _)| *label));
                self.reports.push(errors::no_version(target.span, &target.node, span, close));
                continue;
            }
            let mut pattern = route.pattern.clone();
            pattern.segments.push(Segment::Literal("latest".to_owned()));
            let base = concrete(&route.pattern).unwrap_or_default();
            let base = base.trim_end_matches('/');
            let redirect = Redirect {
                from: format!("{base}/latest"),
                to: format!("{base}/{}", target.node),
                pattern,
                span: *at,
                to_span: target.span,
            };
            self.redirects.push(redirect);
        }
    }

    /// The pattern of a path literal: below the parent's prefix inside a block, from the root outside.
    fn full_path(
        &mut self,
        module: usize,
        parent: Option<&Parent>,
        path: &ast::PathLiteral,
    ) -> Option<FullPath> {
        let mut full = match (parent, path.absolute) {
            (None, false) => {
                self.reports.push(errors::absolute(path.span, None));
                return None;
            }
            (None, true) => FullPath { pattern: Pattern::default(), captures: Vec::new(), texts: Vec::new() },
            (Some(parent), absolute) => {
                let parent_text = path_text(&parent.texts, parent.pattern.tail);
                let shown = literal_text(path);
                if absolute {
                    let inside = repeats(&parent.texts, path);
                    self.reports.push(match inside {
                        Some(relative) if parent.pattern.tail => errors::absolute(path.span, Some(relative)),
                        Some(_) | None => errors::outside_parent(
                            path.span,
                            &shown,
                            parent.span,
                            &parent_text,
                            parent.pattern.tail,
                        ),
                    });
                    return None;
                }
                if !parent.pattern.tail {
                    self.reports.push(errors::outside_parent(
                        path.span,
                        &shown,
                        parent.span,
                        &parent_text,
                        false,
                    ));
                    return None;
                }
                let pattern = Pattern { segments: parent.pattern.segments.clone(), tail: false };
                FullPath { pattern, captures: parent.captures.clone(), texts: parent.texts.clone() }
            }
        };
        let mut places: Vec<Span> = Vec::new();
        for segment in &path.segments {
            let number = u8::try_from(full.pattern.segments.len()).unwrap_or(u8::MAX);
            let (lowered, text) = self.segment(module, segment)?;
            if let ast::PathSegment::Capture { name, .. } = &segment.node {
                if let Some(at) = full.captures.iter().position(|(_, known)| *known == name.node) {
                    let inherited = full.captures.len() - places.len();
                    let first = at.checked_sub(inherited).and_then(|at| places.get(at)).copied();
                    let first = first.or(parent.map(|parent| parent.span)).unwrap_or(name.span);
                    self.reports.push(errors::declared_twice(name.span, "capture", &name.node, first));
                    return None;
                }
                full.captures.push((number, name.node.clone()));
                places.push(name.span);
            }
            full.pattern.segments.push(lowered);
            full.texts.push(text);
        }
        full.pattern.tail = path.tail.is_some();
        let count = full.pattern.segments.len();
        if count > usize::from(Limits::CEILING.segments) {
            let help = "shorten it: no path has that many segments";
            self.reports.push(errors::too_many(
                path.span,
                "segments",
                count,
                usize::from(Limits::CEILING.segments),
                help,
            ));
            return None;
        }
        Some(full)
    }

    /// A segment and its canonical text.
    fn segment(&mut self, module: usize, segment: &Spanned<ast::PathSegment>) -> Option<(Segment, String)> {
        match &segment.node {
            ast::PathSegment::Literal(text) => Some((Segment::Literal(text.clone()), segment_text(text))),
            ast::PathSegment::Any => Some((Segment::Any, "*".to_owned())),
            ast::PathSegment::Capture { name, set: None } => {
                Some((Segment::Any, format!("{{{}}}", name.node)))
            }
            ast::PathSegment::Capture { name, set: Some(set) } => {
                match self.scope.find(Kind::Segment, module, &set.node) {
                    Some(entity) => {
                        let text = format!("{{{}: {}}}", name.node, self.scope.full_name(&entity));
                        // A wrong regex has been reported.
                        let found = self.segments.get(&entity).cloned().flatten()?;
                        Some((found, text))
                    }
                    None => {
                        let report = self.scope.unknown(Kind::Segment, module, &set.node, set.span);
                        self.reports.push(report);
                        None
                    }
                }
            }
        }
    }
}

fn is_literal(pattern: &Pattern) -> bool {
    pattern.segments.iter().all(|segment| matches!(segment, Segment::Literal(_)))
}

/// The one path of a literal pattern, its tail left out.
pub(super) fn concrete(pattern: &Pattern) -> Option<String> {
    let mut text = String::new();
    for segment in &pattern.segments {
        match segment {
            Segment::Literal(literal) => {
                text.push('/');
                text.push_str(literal);
            }
            Segment::Any | Segment::Set(_) => return None,
        }
    }
    Some(if text.is_empty() { "/".to_owned() } else { text })
}

fn path_text(texts: &[String], tail: bool) -> String {
    let mut text = String::new();
    for segment in texts {
        text.push('/');
        text.push_str(segment);
    }
    if tail {
        text.push_str("/**");
    }
    if text.is_empty() { "/".to_owned() } else { text }
}

/// A path literal as written, from its parts.
fn literal_text(path: &ast::PathLiteral) -> String {
    let mut parts: Vec<String> = path.segments.iter().map(|segment| part_text(&segment.node)).collect();
    if path.tail.is_some() {
        parts.push("**".to_owned());
    }
    format!("{}{}", if path.absolute { "/" } else { "" }, parts.join("/"))
}

fn part_text(segment: &ast::PathSegment) -> String {
    match segment {
        ast::PathSegment::Literal(text) => segment_text(text),
        ast::PathSegment::Any => "*".to_owned(),
        ast::PathSegment::Capture { name, set: None } => format!("{{{}}}", name.node),
        ast::PathSegment::Capture { name, set: Some(set) } => format!("{{{}: {}}}", name.node, set.node),
    }
}

/// What is left of an absolute path behind the block's own prefix, if it begins with that.
fn repeats(prefix: &[String], path: &ast::PathLiteral) -> Option<String> {
    let text = literal_text(path);
    let rest = text.strip_prefix(&path_text(prefix, false))?;
    let rest = rest.strip_prefix('/').unwrap_or(rest);
    (!rest.is_empty() && (prefix.is_empty() || text.len() > rest.len())).then(|| rest.to_owned())
}
