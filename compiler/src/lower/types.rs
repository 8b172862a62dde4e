//! Types of rule variables and predicate columns, by unification.

use super::errors;
use dregg_artifact::Type;
use dregg_grammar::{Diagnostic, Span};

/// A place that has one type: a variable of a rule or a column of a predicate.
pub(super) type Node = usize;

/// Places joined by having the same type, and what fixed it.
#[derive(Default)]
pub(super) struct Types {
    parent: Vec<Node>,
    fixed: Vec<Option<(Type, Span)>>,
}

impl Types {
    pub(super) fn fresh(&mut self) -> Node {
        self.parent.push(self.parent.len());
        self.fixed.push(None);
        self.parent.len() - 1
    }

    fn root(&self, mut node: Node) -> Node {
        while let Some(&parent) = self.parent.get(node) {
            if parent == node {
                break;
            }
            node = parent;
        }
        node
    }

    /// The type of a place, if anything fixes it.
    pub(super) fn get(&self, node: Node) -> Option<Type> {
        self.fixed.get(self.root(node)).copied().flatten().map(|(ty, _)| ty)
    }

    /// Fixes the type of a place; `span` is where that is said.
    pub(super) fn fix(&mut self, node: Node, ty: Type, span: Span) -> Result<(), Box<Diagnostic>> {
        let root = self.root(node);
        match self.fixed.get_mut(root) {
            Some(Some((other, first))) if *other != ty => {
                let why = (*first, format!("{} because of this", errors::article(other.word())));
                Err(Box::new(errors::type_mismatch(span, ty.word(), other.word(), Some(why))))
            }
            Some(slot @ None) => {
                *slot = Some((ty, span));
                Ok(())
            }
            Some(Some(_)) | None => Ok(()),
        }
    }

    /// Says that two places have one type; `span` is where that is said.
    pub(super) fn join(&mut self, left: Node, right: Node, span: Span) -> Result<(), Box<Diagnostic>> {
        let (left, right) = (self.root(left), self.root(right));
        if left == right {
            return Ok(());
        }
        let right_fixed = self.fixed.get(right).copied().flatten();
        if let Some((ty, place)) = right_fixed {
            let clash = self.fixed.get(left).copied().flatten().is_some_and(|(other, _)| other != ty);
            self.fix(left, ty, if clash { span } else { place })?;
        }
        if let Some(parent) = self.parent.get_mut(right) {
            *parent = left;
        }
        Ok(())
    }
}
