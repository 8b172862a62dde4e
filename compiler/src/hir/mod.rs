//! The policy as meant: every name resolved, every term typed, every route with its full pattern.
//!
//! Made by `lower`, read by the reference, the checks, the code generation and the lints; nothing here changes it.
//! Numbers index the vectors of [`Hir`]. Values, permissions, limits and patterns are the artifact's own types.

mod cells;
#[cfg(test)]
mod tests;

use dregg_artifact::{
    CellId, Comparison, Limits, Pattern, Permission, SegmentSet, Type, Value, Visibility, Writer,
};
use dregg_grammar::{Span, Spanned};

/// A checked policy.
#[derive(Clone, Debug)]
pub struct Hir {
    /// The policy's name; empty for a module without a `policy` line.
    pub name: String,
    /// Its own version number.
    pub version: u64,
    /// Its bounds.
    pub limits: Limits,
    /// The named cells, sorted by name (as the root file would write it, without `@`).
    pub cells: Vec<Cell>,
    /// The segment sets routes refer to, sorted by content, without duplicates.
    pub sets: Vec<SegmentSet>,
    /// The base relations, sorted by name.
    pub relations: Vec<Relation>,
    /// The predicates defined by rules, sorted by name.
    pub predicates: Vec<Predicate>,
    /// The facts the policy states, sorted, without duplicates.
    pub facts: Vec<Spanned<Fact>>,
    /// The routes, sorted by pattern, version routes and gateways included.
    pub routes: Vec<Route>,
    /// The redirects, sorted by source, `latest` included.
    pub redirects: Vec<Redirect>,
    /// How the policy may be amended.
    pub governance: Option<Governance>,
    /// Its tests, in order of the files.
    pub tests: Vec<Test>,
}

/// A named cell.
#[derive(Clone, Debug)]
pub struct Cell {
    /// Its name without `@`.
    pub name: String,
    /// Its bytes.
    pub id: CellId,
    /// Where it is declared.
    pub span: Span,
}

/// A base relation.
#[derive(Clone, Debug)]
pub struct Relation {
    /// Its name.
    pub name: String,
    /// Names and types of its columns.
    pub columns: Vec<(String, Type)>,
    /// Who can see it.
    pub visibility: Visibility,
    /// Who may write it.
    pub writer: Writer,
    /// Where its name is declared.
    pub span: Span,
}

/// A predicate and its rules.
#[derive(Clone, Debug)]
pub struct Predicate {
    /// Its name.
    pub name: String,
    /// Its columns: type, and whether every use must bind it (`in`).
    pub columns: Vec<(Type, bool)>,
    /// Its rules, in order of the files.
    pub rules: Vec<Rule>,
    /// Where its name first stands in a rule's head.
    pub span: Span,
}

/// A rule.
#[derive(Clone, Debug)]
pub struct Rule {
    /// One term a column.
    pub head: Vec<Term>,
    /// The conditions, as written.
    pub body: Vec<Atom>,
    /// The names of its variables, by number.
    pub variables: Vec<String>,
    /// The whole rule.
    pub span: Span,
}

/// A term.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Term {
    /// A variable of the rule, numbered by first occurrence in head, then body.
    Variable(u8),
    /// A constant.
    Value(Value),
    /// The epoch of the decision.
    Epoch,
    /// The caller; only in ACLs.
    Caller,
    /// Segment `i` of the path as text; only in ACLs.
    Segment(u8),
}

/// What a call names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Callee {
    /// A base relation by number.
    Relation(u32),
    /// A predicate by number.
    Predicate(u32),
}

/// An atom of a rule's body.
#[derive(Clone, Debug)]
pub enum Atom {
    /// It holds.
    Call(Callee, Vec<Term>, Span),
    /// A public base relation does not hold.
    Not(u32, Vec<Term>, Span),
    /// `left OP right`
    Compare(Term, Comparison, Term, Span),
}

/// A fact of a relation.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fact {
    /// The relation's number.
    pub relation: u32,
    /// Its arguments.
    pub arguments: Vec<Value>,
}

/// An access rule, checked: negation stands only over what may be negated.
#[derive(Clone, Debug)]
pub struct Acl {
    /// Which kind.
    pub kind: AclKind,
    /// Where it is written.
    pub span: Span,
}

/// The kinds of access rules.
#[derive(Clone, Debug)]
pub enum AclKind {
    /// Anyone.
    Open,
    /// One of these cells (sorted, without duplicates).
    Cells(Vec<CellId>),
    /// A relation or predicate; the caller is spelt out as a term.
    Call(Callee, Vec<Term>),
    /// The caller's stake is at least this.
    Stake(u64),
    /// All of them.
    And(Vec<Acl>),
    /// One of them.
    Or(Vec<Acl>),
    /// Not this: public base relations, cells, and Boolean combinations of these.
    Not(Box<Acl>),
}

/// What a guard demands.
#[derive(Clone, Debug)]
pub enum GuardKind {
    /// A verified access proof.
    Proof,
    /// An access rule.
    Acl(Acl),
}

/// A `require`.
#[derive(Clone, Debug)]
pub struct Guard {
    /// The permissions it guards, in canonical order.
    pub permissions: Vec<Permission>,
    /// What it demands.
    pub kind: GuardKind,
    /// The statement.
    pub span: Span,
}

/// An `allow` clause of one permission, own or inherited.
#[derive(Clone, Debug)]
pub struct Clause {
    /// To whom.
    pub acl: Acl,
    /// The `allow` statement it comes from.
    pub span: Span,
    /// The `inherit` statement that brought it here.
    pub inherited: Option<Span>,
}

/// A route.
#[derive(Clone, Debug)]
pub struct Route {
    /// What it matches, set numbers of [`Hir::sets`].
    pub pattern: Pattern,
    /// The full path as `dreggc routes` prints it.
    pub path: String,
    /// The captures: segment number and name.
    pub captures: Vec<(u8, String)>,
    /// Its effective clauses, by [`Permission::ordinal`], as written.
    pub clauses: [Vec<Clause>; 3],
    /// Its own guards; those of other routes that match a path are found by matching.
    pub guards: Vec<Guard>,
    /// Its services, by priority, then cell.
    pub services: Vec<Service>,
    /// What a client is told if this version is deprecated.
    pub deprecated: Option<String>,
    /// The envelope, if it is a gateway.
    pub gateway: Option<Gateway>,
    /// Its path literal.
    pub span: Span,
}

/// A listed service.
#[derive(Clone, Debug)]
pub struct Service {
    /// Lower is tried first.
    pub priority: u16,
    /// The cell.
    pub cell: CellId,
    /// Whether it coordinates.
    pub coordinator: bool,
    /// The statement.
    pub span: Span,
}

/// A gateway's envelope.
#[derive(Clone, Debug)]
pub struct Gateway {
    /// The literal prefix.
    pub prefix: String,
    /// The owner.
    pub owner: CellId,
    /// Whom the mount right may be passed to.
    pub delegation: Option<Delegation>,
}

/// A `delegate mount`.
#[derive(Clone, Debug)]
pub struct Delegation {
    /// To whom.
    pub acl: Acl,
    /// How often it may be passed on.
    pub depth: u32,
    /// How many mounts below.
    pub max_routes: u32,
    /// The statement.
    pub span: Span,
}

/// A redirect between literal paths.
#[derive(Clone, Debug)]
pub struct Redirect {
    /// The path redirected.
    pub from: String,
    /// The path it stands for; some route selects it.
    pub to: String,
    /// Its source as a pattern.
    pub pattern: Pattern,
    /// The source's place.
    pub span: Span,
    /// The target's place.
    pub to_span: Span,
}

/// How the policy may be amended.
#[derive(Clone, Debug)]
pub struct Governance {
    /// The members, sorted.
    pub council: Vec<CellId>,
    /// How many yes votes pass.
    pub threshold: u32,
    /// After how many blocks an epoch closes by itself.
    pub epoch_blocks: Option<u64>,
    /// Who states stakes.
    pub stakes: Writer,
    /// The block.
    pub span: Span,
}

/// A test block.
#[derive(Clone, Debug)]
pub struct Test {
    /// Its name.
    pub name: String,
    /// The facts that hold, also held ones.
    pub facts: Vec<Fact>,
    /// The stakes that hold.
    pub stakes: Vec<(CellId, u64)>,
    /// The epoch, 0 unless given.
    pub epoch: u64,
    /// Whether `proof` guards hold.
    pub proved: bool,
    /// What is expected.
    pub expectations: Vec<Expectation>,
    /// Where its name stands.
    pub span: Span,
}

/// One expectation.
#[derive(Clone, Debug)]
pub struct Expectation {
    /// Which kind.
    pub kind: ExpectationKind,
    /// The statement.
    pub span: Span,
}

/// The kinds of expectations; paths are concrete.
#[derive(Clone, Debug)]
pub enum ExpectationKind {
    /// `expect allow` or `expect deny`
    Decision {
        /// Whether it is expected to be allowed.
        allow: bool,
        /// For which permission.
        permission: Permission,
        /// Where.
        path: String,
        /// For whom.
        cell: CellId,
    },
    /// `expect provable`: run where proofs can be made.
    Provable {
        /// For which permission.
        permission: Permission,
        /// Where.
        path: String,
        /// For whom.
        cell: CellId,
    },
    /// `expect resolve A to B`
    Resolve {
        /// The redirect.
        from: String,
        /// Its target.
        to: String,
    },
    /// `expect order PATH is @a, @b`
    Order {
        /// Where.
        path: String,
        /// The services in order.
        cells: Vec<CellId>,
    },
    /// `expect no_route PATH`
    NoRoute(String),
}

impl Hir {
    /// The name of a cell as the policy writes it, else its hexadecimal digits.
    pub fn cell_name(&self, id: &CellId) -> String {
        match self.cells.iter().find(|cell| cell.id == *id) {
            Some(cell) => format!("@{}", cell.name),
            None => id.to_hex(),
        }
    }

    /// The name of what a call names.
    pub fn callee_name(&self, callee: Callee) -> &str {
        let name = match callee {
            Callee::Relation(relation) => {
                self.relations.get(relation as usize).map(|relation| relation.name.as_str())
            }
            Callee::Predicate(predicate) => {
                self.predicates.get(predicate as usize).map(|predicate| predicate.name.as_str())
            }
        };
        name.unwrap_or("?")
    }
}
