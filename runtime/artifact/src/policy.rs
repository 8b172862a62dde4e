//! What a policy says: rules, the programs of its policy classes, routes, redirects, gateways, governance.

use crate::pattern::Pattern;
use crate::relation::Writer;
use crate::value::{CellId, Type, Value};

/// A term of an atom.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Term {
    /// Variable of the rule, numbered by first occurrence in head, then body. In a [`GoalRule`] variable 0 is the caller.
    Variable(u8),
    /// A constant.
    Value(Value),
    /// The epoch of the decision.
    Epoch,
    /// The text of segment `i` of the path, counted from 0. Only in goal rules.
    Segment(u8),
}

/// A comparison of two terms. `Equal` and `NotEqual` compare any one type, the others integers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Comparison {
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
}

impl Comparison {
    /// Whether `left OP right` holds. Values of different types are never equal and never ordered.
    pub fn holds(self, left: &Value, right: &Value) -> bool {
        match self {
            Comparison::Equal => left == right,
            Comparison::NotEqual => left != right,
            Comparison::Less | Comparison::LessOrEqual | Comparison::Greater | Comparison::GreaterOrEqual => {
                let (Value::Int(left), Value::Int(right)) = (left, right) else { return false };
                match self {
                    Comparison::Less => left < right,
                    Comparison::LessOrEqual => left <= right,
                    Comparison::Greater => left > right,
                    Comparison::GreaterOrEqual => left >= right,
                    Comparison::Equal | Comparison::NotEqual => false,
                }
            }
        }
    }
}

/// One condition of a body.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Literal {
    /// A base relation holds (or, negated, does not hold) of these terms.
    Relation {
        /// The relation's number.
        relation: u32,
        /// One term a column.
        terms: Vec<Term>,
        /// `true` for `not`; then every variable is bound elsewhere and the relation is public.
        negated: bool,
    },
    /// A predicate defined by rules holds.
    Predicate {
        /// The predicate's number.
        predicate: u32,
        /// One term a column.
        terms: Vec<Term>,
    },
    /// `left OP right`; every variable is bound elsewhere.
    Compare {
        /// The left term.
        left: Term,
        /// The operator.
        comparison: Comparison,
        /// The right term.
        right: Term,
    },
    /// The caller is (or is not) one of these cells (sorted, unique, may be empty). Only in goal rules.
    Member {
        /// The cells.
        cells: Vec<CellId>,
        /// `true` for `not`.
        negated: bool,
    },
    /// The caller's stake is at least this. Only in goal rules.
    Stake {
        /// The least stake that satisfies it.
        at_least: u64,
    },
    /// A reserved goal with a smaller number holds of the caller. Only in goal rules.
    Goal {
        /// The goal's number in the same [`Access`].
        goal: u16,
    },
}

/// A rule of a predicate: the head holds if every literal of the body does.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Rule {
    /// One term a column: variables or constants.
    pub head: Vec<Term>,
    /// The conditions, as written.
    pub body: Vec<Literal>,
}

/// A column of a predicate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PredicateColumn {
    /// Its type.
    pub ty: Type,
    /// Whether every use must bind it (`in`): the rules need not.
    pub input: bool,
}

/// A predicate defined by rules. Predicates are sorted by name, their rules by content.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Predicate {
    /// Its name, unique among relations and predicates.
    pub name: String,
    /// Its columns, at most [`crate::Limits::ARITY`].
    pub columns: Vec<PredicateColumn>,
    /// Its rules.
    pub rules: Vec<Rule>,
}

/// A rule of a reserved goal: the goal holds of the caller (variable 0) if every literal does.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GoalRule {
    /// The conditions. Empty: the goal always holds (`open`).
    pub body: Vec<Literal>,
}

/// A reserved goal; it holds if one of its rules does. Its height is not counted as derivation depth.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Goal {
    /// Its rules, sorted, without duplicates.
    pub rules: Vec<GoalRule>,
}

/// The program that decides one permission of one policy class.
///
/// The last goal is `allow(caller)`: one rule a clause, whose body calls every guard and then that clause. So it has no
/// rule if there is no clause. A service's own admission to mount is not part of it (see [`PolicyClass::services`]).
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Access {
    /// Whether a `require ...: proof` of a matching route applies.
    pub proof: bool,
    /// The goals of the other guards, in canonical route order, the selected route's last.
    pub guards: Vec<u16>,
    /// The goals of the `allow` clauses of the selected route, in normal form: a clause is named by its place here.
    pub clauses: Vec<u16>,
    /// The goals; each calls only goals with smaller numbers. Never empty: the last is `allow`.
    pub goals: Vec<Goal>,
}

impl Access {
    /// Whether anybody passes, whoever it is: a clause is `open` and there is no guard.
    pub fn is_open(&self) -> bool {
        let open = |goal: &u16| {
            let goal = self.goals.get(usize::from(*goal));
            goal.is_some_and(|goal| goal.rules.iter().any(|rule| rule.body.is_empty()))
        };
        !self.proof && self.guards.is_empty() && self.clauses.iter().any(open)
    }
}

/// What an accept state carries.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ClassKind {
    /// Ordinary routes.
    Route,
    /// A redirect by its number: decisions are about its target.
    Redirect(u32),
    /// A gateway's envelope by its number.
    Gateway(u32),
}

/// A service the policy lists: it may mount here with exactly this priority, guards permitting.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Service {
    /// Lower is tried first.
    pub priority: u16,
    /// The cell.
    pub cell: CellId,
    /// Whether it coordinates: it answers in the place of others.
    pub coordinator: bool,
}

impl PolicyClass {
    /// The program of a permission.
    pub fn access_for(&self, permission: crate::Permission) -> &Access {
        let [read, invoke, mount] = &self.access;
        match permission {
            crate::Permission::Read => read,
            crate::Permission::Invoke => invoke,
            crate::Permission::Mount => mount,
        }
    }
}

/// Everything that decides access at the accept states of this class.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PolicyClass {
    /// Which kind of route ends here.
    pub kind: ClassKind,
    /// One program a permission, in the order of [`crate::Permission::ALL`]. Empty programs for a redirect.
    pub access: [Access; 3],
    /// The services of the selected route, by priority, then cell.
    pub services: Vec<Service>,
}

/// A route by its pattern; routes are sorted by it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Route {
    /// What it matches.
    pub pattern: Pattern,
    /// The gateway whose envelope it is.
    pub gateway: Option<u32>,
    /// What a client is told if this version is deprecated.
    pub deprecated: Option<String>,
}

/// A redirect; redirects are sorted by their source.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Redirect {
    /// The path redirected, a literal.
    pub from: String,
    /// The path it stands for; a route that is no redirect selects it.
    pub to: String,
}

/// The right to pass a gateway's mount right on.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Delegation {
    /// Whom the owner may pass it to: a program whose last goal decides, without guards.
    pub to: Access,
    /// How often it may be passed on.
    pub depth: u32,
    /// How many mounts there may be below the prefix.
    pub max_routes: u32,
}

/// A prefix whose owner adds routes below without a vote.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Gateway {
    /// The literal prefix, without the tail.
    pub prefix: String,
    /// The cell that owns it.
    pub owner: CellId,
    /// Whom the owner may delegate to.
    pub delegation: Option<Delegation>,
}

/// How the policy may be amended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Governance {
    /// The members, sorted.
    pub council: Vec<CellId>,
    /// How many yes votes pass an amendment.
    pub threshold: u32,
    /// After how many blocks members close an epoch by themselves.
    pub epoch_blocks: Option<u64>,
    /// Who states stakes.
    pub stakes: Writer,
}

/// A removed route: a verifier of a later epoch can name the reason.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Tombstone {
    /// What it matched.
    pub pattern: Pattern,
    /// The last epoch in which it resolved.
    pub removed_at: u64,
}
