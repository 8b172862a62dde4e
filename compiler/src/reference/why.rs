//! A decision as a tree: the walk, the chosen route, guards and clauses with their truth values, the derivation of what
//! holds, and for what does not the nearest missing facts and who may write them.

use super::decide::{Admission, Decision, Question, Reason, Request, decide, guards};
use super::matcher::{Matched, classify, matching_routes};
use super::rules::{Derivation, ordered};
use crate::hir::{Acl, AclKind, Atom, Callee, GuardKind, Hir, Rule, Term};
use dregg_artifact::{Path, Permission, Value, Writer};
use std::collections::BTreeSet;
use std::fmt::Write;

/// How many levels of rules are searched for missing facts.
const SEARCH: usize = 3;

/// How many ways to match a rule's premises are tried for the nearest missing facts; beyond it the best so far counts.
const TRIES: usize = 10_000;

/// Derived tuples whose derivation stands in the tree already.
///
/// SOUNDNESS: without it a rule with two recursive premises makes a tree of 2^depth lines.
type Told = BTreeSet<(Callee, Vec<Value>)>;

/// A line of the tree.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Node {
    /// What it says.
    pub text: String,
    /// Whether it holds, where that is a question.
    pub holds: Option<bool>,
    /// Why.
    pub children: Vec<Node>,
}

impl Node {
    fn new(text: impl Into<String>) -> Node {
        Node { text: text.into(), holds: None, children: Vec::new() }
    }

    fn valued(text: impl Into<String>, holds: bool) -> Node {
        Node { text: text.into(), holds: Some(holds), children: Vec::new() }
    }

    /// The tree as indented lines.
    pub fn render(&self) -> String {
        let mut out = String::new();
        self.lines(&mut out, "", "");
        out
    }

    fn lines(&self, out: &mut String, first: &str, rest: &str) {
        let mark = match self.holds {
            Some(true) => "yes  ",
            Some(false) => "no   ",
            None => "",
        };
        let _ = writeln!(out, "{first}{mark}{}", self.text);
        for (place, child) in self.children.iter().enumerate() {
            let last = place + 1 == self.children.len();
            let (branch, below) = if last { ("└─ ", "   ") } else { ("├─ ", "│  ") };
            child.lines(out, &format!("{rest}{branch}"), &format!("{rest}{below}"));
        }
    }
}

/// Why a request is decided as it is.
pub fn why(hir: &Hir, request: &Request<'_>) -> Node {
    let decision = decide(hir, request);
    let asked =
        format!("{} {} as {}", request.permission.word(), request.path, hir.cell_name(&request.caller));
    let mut root = Node::new(match &decision {
        Decision::Allow { .. } => format!("allow: {asked}"),
        Decision::Deny(reason) => format!("deny ({}): {asked}", reason.name()),
    });
    let path = match Path::parse(request.path, &hir.limits) {
        Ok(path) => path,
        Err(bad) => {
            root.children.push(Node::valued(format!("the text is a path: {bad}"), false));
            return root;
        }
    };
    let (path, route) = match classify(hir, path) {
        Matched::Route(route) => (path, route),
        Matched::Redirect(redirect) => {
            let to = hir.redirects.get(redirect).map_or("", |redirect| redirect.to.as_str());
            root.children.push(Node::new(format!("the path is redirected to {to}")));
            if request.permission == Permission::Mount {
                root.children.push(Node::new("one mounts at the target, not at a redirect"));
                return root;
            }
            let Ok(target) = Path::parse(to, &hir.limits) else { return root };
            let Matched::Route(route) = classify(hir, target) else { return root };
            (target, route)
        }
        Matched::Nothing | Matched::Ambiguous => {
            root.children.push(Node::valued("some route matches the path", false));
            return root;
        }
    };
    root.children.push(walk(hir, path, route));
    let question = Question::new(hir, request, path);
    for guard in guards(hir, path, route, request.permission) {
        let node = match &guard.kind {
            GuardKind::Proof => Node::valued("guard: proof", request.proved),
            GuardKind::Acl(acl) => {
                let inner = question.acl(acl, SEARCH);
                Node { text: format!("guard: {}", inner.text), ..inner }
            }
        };
        root.children.push(node);
    }
    root.children.extend(question.clause_nodes(route));
    if let Decision::Allow { by: Admission::Service(priority), .. } = decision {
        root.children.push(Node::valued(
            format!("listed as a service: mounts with exactly priority {priority}"),
            true,
        ));
    }
    if decision == Decision::Deny(Reason::NoClause) {
        root.children.push(Node::valued(format!("some clause allows {}", request.permission.word()), false));
    }
    root
}

fn walk(hir: &Hir, path: Path<'_>, route: usize) -> Node {
    let name = |route: usize| hir.routes.get(route).map_or("", |route| route.path.as_str());
    let mut node = Node::new(format!("route {}", name(route)));
    let others: Vec<usize> = matching_routes(hir, path).into_iter().filter(|other| *other != route).collect();
    node.children = others
        .into_iter()
        .map(|other| Node::new(format!("also matches {}, less specific", name(other))))
        .collect();
    node
}

/// The premises that a rule lacks, and the values of its variables.
type Nearest<'r> = (Vec<&'r Atom>, Vec<Option<Value>>);

/// A search for the fewest premises.
struct Search<'r> {
    best: Option<Nearest<'r>>,
    tries: usize,
}

impl Question<'_> {
    fn clause_nodes(&self, route: usize) -> Vec<Node> {
        let Some(selected) = self.hir.routes.get(route) else { return Vec::new() };
        let clauses = selected.clauses.get(self.request.permission.ordinal()).into_iter().flatten();
        let mut nodes: Vec<Node> = clauses
            .map(|clause| {
                let inner = self.acl(&clause.acl, SEARCH);
                let inherited = if clause.inherited.is_some() { "inherited " } else { "" };
                Node { text: format!("{inherited}clause: {}", inner.text), ..inner }
            })
            .collect();
        if let (Some(gateway), Permission::Mount) = (&selected.gateway, self.request.permission) {
            let owner = self.hir.cell_name(&gateway.owner);
            let mut node = Node::valued(
                format!("clause: the gateway's owner {owner}"),
                gateway.owner == self.request.caller,
            );
            if gateway.delegation.is_some() {
                node.children.push(Node::new("a delegation by the owner counts in a running mesh"));
            }
            nodes.push(node);
        }
        nodes
    }

    /// An access rule with its truth value; `search` levels of what is missing, none below a negation: there nothing is.
    fn acl(&self, acl: &Acl, search: usize) -> Node {
        let holds = self.holds(acl);
        let parts = |word: &str, parts: &[Acl]| Node {
            text: word.to_owned(),
            holds: Some(holds),
            children: parts.iter().map(|part| self.acl(part, search)).collect(),
        };
        match &acl.kind {
            AclKind::Open => Node::valued("open", true),
            AclKind::Cells(cells) => {
                let names: Vec<String> = cells.iter().map(|cell| self.hir.cell_name(cell)).collect();
                Node::valued(format!("cells {{ {} }}", names.join(", ")), holds)
            }
            AclKind::Stake(amount) => {
                let has = self.request.stakes.get(&self.request.caller).copied().unwrap_or(0);
                Node::valued(format!("stake >= {amount} (the caller has {has})"), holds)
            }
            AclKind::And(inner) => parts("all of", inner),
            AclKind::Or(inner) => parts("one of", inner),
            AclKind::Not(inner) => {
                Node { text: "not".to_owned(), holds: Some(holds), children: vec![self.acl(inner, 0)] }
            }
            AclKind::Call(callee, terms) => {
                let values: Vec<Option<Value>> = terms.iter().map(|term| self.value(term)).collect();
                let tuple: Vec<Value> = values.into_iter().flatten().collect();
                self.tuple(*callee, &tuple, search, &mut Told::new())
            }
        }
    }

    /// A tuple with its derivation, told once, or with what is missing for it.
    fn tuple(&self, callee: Callee, tuple: &[Value], search: usize, told: &mut Told) -> Node {
        let text = self.shown(callee, &tuple.iter().map(|value| Some(value.clone())).collect::<Vec<_>>());
        if self.world.holds(callee, tuple) {
            let Some(derivation) = self.world.derived.get(&(callee, tuple.to_vec())) else {
                return Node::valued(text, true);
            };
            if !told.insert((callee, tuple.to_vec())) {
                return Node::valued(format!("{text} (derived above)"), true);
            }
            let children = self.derivation(callee, derivation, told);
            return Node { text, holds: Some(true), children };
        }
        let mut node = Node::valued(text, false);
        if search > 0 {
            node.children = self.missing(callee, tuple, search);
        }
        node
    }

    fn derivation(&self, callee: Callee, derivation: &Derivation, told: &mut Told) -> Vec<Node> {
        let Some(rule) = self.rule(callee, derivation.rule) else { return Vec::new() };
        let mut nodes = Vec::new();
        for atom in &rule.body {
            match atom {
                Atom::Call(inner, terms, _) => {
                    let tuple: Option<Vec<Value>> =
                        terms.iter().map(|term| self.world.value(term, &derivation.values)).collect();
                    let Some(tuple) = tuple else { continue };
                    // Each premise was derived in an earlier round, so this ends.
                    let earlier = self.world.derived.get(&(*inner, tuple.clone()));
                    if earlier.is_none_or(|earlier| earlier.height < derivation.height) {
                        nodes.push(self.tuple(*inner, &tuple, 0, told));
                    }
                }
                Atom::Not(..) | Atom::Compare(..) => {
                    nodes.push(Node::valued(self.atom(atom, &derivation.values), true))
                }
            }
        }
        nodes
    }

    fn rule(&self, callee: Callee, number: usize) -> Option<&Rule> {
        match callee {
            Callee::Predicate(predicate) => self.hir.predicates.get(predicate as usize)?.rules.get(number),
            Callee::Relation(_) => None,
        }
    }

    /// What would make a tuple hold: for a relation who may write it, for a predicate the premises of the rule that
    /// lacks the fewest.
    fn missing(&self, callee: Callee, tuple: &[Value], search: usize) -> Vec<Node> {
        match callee {
            Callee::Relation(relation) => vec![Node::new(self.writer(relation, tuple))],
            Callee::Predicate(predicate) => {
                let rules =
                    self.hir.predicates.get(predicate as usize).map_or(&[][..], |predicate| &predicate.rules);
                let nearest = rules
                    .iter()
                    .filter_map(|rule| self.nearest(rule, tuple))
                    .min_by_key(|(lacking, _)| lacking.len());
                let Some((lacking, values)) = nearest else { return vec![Node::new("no rule can give it")] };
                if lacking.is_empty() {
                    let depth = self.hir.limits.derivation_depth;
                    return vec![Node::new(format!("derivable, but not within derivation_depth {depth}"))];
                }
                let mut nodes = Vec::new();
                for atom in lacking {
                    let mut node = Node::valued(format!("missing: {}", self.atom(atom, &values)), false);
                    if let Atom::Call(inner, terms, _) = atom {
                        let tuple: Vec<Option<Value>> =
                            terms.iter().map(|term| self.world.value(term, &values)).collect();
                        let full: Option<Vec<Value>> = tuple.iter().cloned().collect();
                        match (inner, full) {
                            (Callee::Relation(relation), full) => {
                                node.children
                                    .push(Node::new(self.writer(*relation, &full.unwrap_or_default())));
                            }
                            (Callee::Predicate(_), Some(full)) if search > 1 => {
                                node.children = self.missing(*inner, &full, search - 1);
                            }
                            (Callee::Predicate(_), _) => {}
                        }
                    }
                    nodes.push(node);
                }
                nodes
            }
        }
    }

    /// The fewest premises a rule lacks for a tuple, and what its variables are then; the first of equals.
    fn nearest<'r>(&self, rule: &'r Rule, tuple: &[Value]) -> Option<Nearest<'r>> {
        let values = self.world.unify(&rule.head, tuple, &vec![None; rule.variables.len()])?;
        let mut search = Search { best: None, tries: TRIES };
        self.lacking(&ordered(&rule.body), values, &mut Vec::new(), &mut search);
        search.best
    }

    /// Matches the atoms that are left in every way, no deeper than the body is long.
    fn lacking<'r>(
        &self,
        body: &[&'r Atom],
        values: Vec<Option<Value>>,
        lacking: &mut Vec<&'r Atom>,
        search: &mut Search<'r>,
    ) {
        if search.best.as_ref().is_some_and(|(best, _)| best.len() <= lacking.len()) {
            return;
        }
        let Some((atom, rest)) = body.split_first() else {
            search.best = Some((lacking.clone(), values));
            return;
        };
        let missing = match atom {
            Atom::Call(callee, terms, _) => {
                for tuple in self.world.beginning_with(*callee, terms, &values) {
                    // Without tries left there is still the way that matches nothing.
                    let Some(tries) = search.tries.checked_sub(1) else { break };
                    search.tries = tries;
                    if let Some(bound) = self.world.unify(terms, tuple, &values) {
                        self.lacking(rest, bound, lacking, search);
                    }
                }
                let known: Option<Vec<Value>> =
                    terms.iter().map(|term| self.world.value(term, &values)).collect();
                !known.is_some_and(|tuple| self.world.holds(*callee, &tuple))
            }
            Atom::Not(relation, terms, _) => {
                let tuple: Option<Vec<Value>> =
                    terms.iter().map(|term| self.world.value(term, &values)).collect();
                tuple.is_some_and(|tuple| self.world.holds(Callee::Relation(*relation), &tuple))
            }
            Atom::Compare(left, comparison, right, _) => {
                match (self.world.value(left, &values), self.world.value(right, &values)) {
                    // No fact makes a comparison true; other values of its variables may.
                    (Some(left), Some(right)) if !comparison.holds(&left, &right) => return,
                    (Some(_) | None, _) => false,
                }
            }
        };
        if missing {
            lacking.push(*atom);
        } else if matches!(atom, Atom::Call(..)) {
            // It holds, and was matched above.
            return;
        }
        self.lacking(rest, values, lacking, search);
        if missing {
            lacking.pop();
        }
    }

    fn writer(&self, relation: u32, tuple: &[Value]) -> String {
        let Some(relation) = self.hir.relations.get(relation as usize) else { return String::new() };
        match &relation.writer {
            Writer::Council => "the council may state it".to_owned(),
            Writer::Cells(cells) => {
                let names: Vec<String> = cells.iter().map(|cell| self.hir.cell_name(cell)).collect();
                format!("{} may state it", names.join(", "))
            }
            Writer::Column(column) => {
                let name = relation.columns.get(usize::from(*column)).map_or("", |(name, _)| name.as_str());
                match tuple.get(usize::from(*column)) {
                    Some(Value::Cell(cell)) => {
                        format!("{} may state it (column `{name}`)", self.hir.cell_name(cell))
                    }
                    Some(Value::Text(_) | Value::Int(_)) | None => {
                        format!("the cell in column `{name}` may state it")
                    }
                }
            }
        }
    }

    fn atom(&self, atom: &Atom, values: &[Option<Value>]) -> String {
        let value = |term: &Term| match self.world.value(term, values) {
            Some(value) => self.constant(&value),
            None => "_".to_owned(),
        };
        match atom {
            Atom::Call(callee, terms, _) => {
                let terms: Vec<Option<Value>> =
                    terms.iter().map(|term| self.world.value(term, values)).collect();
                self.shown(*callee, &terms)
            }
            Atom::Not(relation, terms, _) => {
                let terms: Vec<Option<Value>> =
                    terms.iter().map(|term| self.world.value(term, values)).collect();
                format!("not {}", self.shown(Callee::Relation(*relation), &terms))
            }
            Atom::Compare(left, comparison, right, _) => {
                let sign = match comparison {
                    dregg_artifact::Comparison::Equal => "==",
                    dregg_artifact::Comparison::NotEqual => "!=",
                    dregg_artifact::Comparison::Less => "<",
                    dregg_artifact::Comparison::LessOrEqual => "<=",
                    dregg_artifact::Comparison::Greater => ">",
                    dregg_artifact::Comparison::GreaterOrEqual => ">=",
                };
                format!("{} {sign} {}", value(left), value(right))
            }
        }
    }

    fn shown(&self, callee: Callee, terms: &[Option<Value>]) -> String {
        let terms: Vec<String> = terms
            .iter()
            .map(|term| term.as_ref().map_or("_".to_owned(), |value| self.constant(value)))
            .collect();
        format!("{}({})", self.hir.callee_name(callee), terms.join(", "))
    }

    fn constant(&self, value: &Value) -> String {
        match value {
            Value::Cell(cell) => self.hir.cell_name(cell),
            Value::Text(text) => format!("{text:?}"),
            Value::Int(number) => number.to_string(),
        }
    }
}
