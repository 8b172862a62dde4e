//! Access rules: calls with the caller implied, captures as segments, negation only over what may be negated.

use super::{Lowering, errors};
use crate::hir::{Acl, AclKind, Callee, Term};
use dregg_artifact::{Limits, Type};
use dregg_grammar::{Span, Spanned, ast, closest};

/// What an ACL stands in: its module and the captures of its path.
pub(super) struct Context<'c> {
    pub(super) module: usize,
    pub(super) captures: &'c [(u8, String)],
}

impl Lowering<'_> {
    /// An ACL; `None` after a report.
    pub(super) fn acl(&mut self, context: &Context<'_>, acl: &ast::Acl) -> Option<Acl> {
        let depth = depth(acl);
        if depth > Limits::ACL_DEPTH {
            let help = "name a part of it as a rule";
            self.reports.push(errors::too_many(
                acl.span,
                "levels in one ACL",
                depth,
                Limits::ACL_DEPTH,
                help,
            ));
            return None;
        }
        self.acl_part(context, acl, false)
    }

    fn acl_part(&mut self, context: &Context<'_>, acl: &ast::Acl, negated: bool) -> Option<Acl> {
        let kind = match &acl.kind {
            ast::AclKind::Open if negated => {
                self.reports.push(errors::negated_private(acl.span, "`open`", None));
                return None;
            }
            ast::AclKind::Stake(_) if negated => {
                self.reports.push(errors::negated_private(acl.span, "a stake", None));
                return None;
            }
            ast::AclKind::Open => AclKind::Open,
            ast::AclKind::Stake(amount) => AclKind::Stake(*amount),
            // The parser has reported it everywhere but as a whole guard, which never comes here.
            ast::AclKind::Proof => return None,
            ast::AclKind::Cells(cells) => AclKind::Cells(self.cells_ref(context.module, cells)?),
            ast::AclKind::Call(call) => {
                let (callee, terms) = self.acl_call(context, call)?;
                if negated {
                    self.negatable(callee, &call.name.node, call.span)?;
                }
                AclKind::Call(callee, terms)
            }
            ast::AclKind::And(parts) => AclKind::And(self.acl_parts(context, parts, negated)?),
            ast::AclKind::Or(parts) => AclKind::Or(self.acl_parts(context, parts, negated)?),
            ast::AclKind::Not(inner) => AclKind::Not(Box::new(self.acl_part(context, inner, true)?)),
        };
        Some(Acl { kind, span: acl.span })
    }

    /// All parts are looked at, so that each wrong one is reported.
    fn acl_parts(&mut self, context: &Context<'_>, parts: &[ast::Acl], negated: bool) -> Option<Vec<Acl>> {
        let parts: Vec<Option<Acl>> =
            parts.iter().map(|part| self.acl_part(context, part, negated)).collect();
        parts.into_iter().collect()
    }

    fn acl_call(&mut self, context: &Context<'_>, call: &ast::Call) -> Option<(Callee, Vec<Term>)> {
        let callee = self.callee(context.module, &call.name)?;
        let columns: Vec<Type> = match callee {
            Callee::Relation(relation) => {
                self.relations.get(relation as usize)?.columns.iter().map(|(_, ty)| *ty).collect()
            }
            Callee::Predicate(predicate) => {
                self.predicates.get(predicate as usize)?.columns.iter().map(|(ty, _)| *ty).collect()
            }
        };
        let place = self.callee_place(callee);
        let implied = columns.first() == Some(&Type::Cell);
        let wanted: Vec<Type> = columns.into_iter().skip(usize::from(implied)).collect();
        if call.arguments.len() != wanted.len() {
            let found = call.arguments.len();
            self.reports.push(errors::arity(call.span, &call.name.node, found, wanted.len(), implied, place));
            return None;
        }
        let mut terms = Vec::new();
        if implied {
            terms.push(Some(Term::Caller));
        }
        for (argument, ty) in call.arguments.iter().zip(wanted) {
            terms.push(self.acl_term(context, argument, ty, place));
        }
        Some((callee, terms.into_iter().collect::<Option<Vec<Term>>>()?))
    }

    fn acl_term(
        &mut self,
        context: &Context<'_>,
        term: &ast::Term,
        wanted: Type,
        declared: Span,
    ) -> Option<Term> {
        let (found, lowered) = match &term.node {
            ast::TermKind::Epoch => (Type::Int, Term::Epoch),
            ast::TermKind::Name(name) | ast::TermKind::In(name) => {
                let capture = context.captures.iter().find(|(_, capture)| capture == name);
                let Some((segment, _)) = capture else {
                    let names = context.captures.iter().map(|(_, name)| name.as_str());
                    let close = closest(name, names).map(|close| (close, close.to_owned()));
                    let hint = (context.captures.is_empty()).then(|| {
                        format!("an argument is a constant or a capture of the path; write `\"{name}\"` for a text, `@{name}` for a cell")
                    });
                    self.reports.push(errors::unknown(term.span, "capture of this path", name, close, hint));
                    return None;
                };
                (Type::Text, Term::Segment(*segment))
            }
            ast::TermKind::Text(_) | ast::TermKind::Int(_) | ast::TermKind::Cell(_) => {
                let value = self.constant(context.module, term)?;
                (value.ty(), Term::Value(value))
            }
        };
        if found != wanted {
            let why =
                (declared, format!("declared here with {} in this place", errors::article(wanted.word())));
            self.reports.push(errors::type_mismatch(term.span, found.word(), wanted.word(), Some(why)));
            return None;
        }
        Some(lowered)
    }
}

/// How deep an ACL nests; an atom has depth 1. The lexer has bounded it.
fn depth(acl: &ast::Acl) -> usize {
    match &acl.kind {
        ast::AclKind::And(parts) | ast::AclKind::Or(parts) => 1 + parts.iter().map(depth).max().unwrap_or(0),
        ast::AclKind::Not(inner) => 1 + depth(inner),
        ast::AclKind::Open
        | ast::AclKind::Cells(_)
        | ast::AclKind::Call(_)
        | ast::AclKind::Stake(_)
        | ast::AclKind::Proof => 1,
    }
}

/// The permissions of a statement in canonical order, without duplicates.
pub(super) fn permissions(written: &[Spanned<ast::Permission>]) -> Vec<dregg_artifact::Permission> {
    use dregg_artifact::Permission;
    let mut all: Vec<Permission> = written.iter().map(|permission| permission_of(permission.node)).collect();
    all.sort_unstable();
    all.dedup();
    all
}

/// The artifact's permission for a written one.
pub(super) fn permission_of(permission: ast::Permission) -> dregg_artifact::Permission {
    match permission {
        ast::Permission::Read => dregg_artifact::Permission::Read,
        ast::Permission::Invoke => dregg_artifact::Permission::Invoke,
        ast::Permission::Mount => dregg_artifact::Permission::Mount,
    }
}
