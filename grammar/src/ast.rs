//! The policy as written: what the parser builds and the compiler resolves. Names are texts here, nothing is checked.

use crate::span::{Span, Spanned};

/// A name as written, possibly dotted.
pub type Name = Spanned<String>;

/// One file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Module {
    /// Its items, in order.
    pub items: Vec<Item>,
}

/// What can stand at the top level of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Item {
    /// `policy NAME version N;`
    Policy(PolicyLine),
    /// `use std.x;` or `use "file" as name;`
    Use(Use),
    /// `limits { NAME N; }`
    Limits(Vec<Limit>),
    /// `cell @name = 0x...;`
    Cell(CellDefinition),
    /// `cellset name = { @a, @b };`
    CellSet(CellSetDefinition),
    /// `segment name = re"...";`
    Segment(SegmentDefinition),
    /// `relation name(columns) public by ...;`
    Relation(RelationDefinition),
    /// `fact name(constants);`
    Fact(Fact),
    /// `rule head if body;`
    Rule(RuleDefinition),
    /// `route path ...` or `gateway path owner @c ...`
    Route(Route),
    /// `redirect from -> to;`
    Redirect(Redirect),
    /// `governance { ... }`
    Governance(Governance),
    /// `test "name" { ... }`
    Test(Test),
}

/// `policy NAME version N;`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyLine {
    /// The policy's name.
    pub name: Name,
    /// Its own version number.
    pub version: u64,
    /// The whole item.
    pub span: Span,
}

/// What is imported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Import {
    /// A standard module by its dotted name.
    Standard(Name),
    /// A file, relative to the importing one.
    File(Spanned<String>),
}

/// A `use` item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Use {
    /// What is imported.
    pub import: Import,
    /// The prefix its names get.
    pub alias: Option<Name>,
    /// The whole item.
    pub span: Span,
}

/// One bound of a `limits` block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limit {
    /// Which bound.
    pub name: Name,
    /// Its value.
    pub value: Spanned<u64>,
}

/// `cell @name = 0x...;`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CellDefinition {
    /// The name without `@`.
    pub name: Name,
    /// The hexadecimal digits without `0x`.
    pub hex: Spanned<String>,
}

/// `cellset name = { @a, @b };`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CellSetDefinition {
    /// The set's name.
    pub name: Name,
    /// Its members' names without `@`.
    pub members: Vec<Name>,
}

/// `segment name = re"...";`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SegmentDefinition {
    /// The set's name.
    pub name: Name,
    /// The regex between the quotes, as written.
    pub regex: Spanned<String>,
}

/// Who may write a fact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Writer {
    /// `council`
    Council(Span),
    /// `cells {..}` or `cells name`
    Cells(CellsRef),
    /// `column name`
    Column(Name),
}

/// `cells { @a }` or `cells name`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CellsRef {
    /// Members in place.
    Set(Vec<Name>, Span),
    /// A declared set.
    Named(Name),
}

/// A column of a relation: name and type as written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ColumnDefinition {
    /// The column's name.
    pub name: Name,
    /// The type's name.
    pub ty: Name,
}

/// `relation name(columns) public|held [by writer];`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RelationDefinition {
    /// The relation's name.
    pub name: Name,
    /// Its columns.
    pub columns: Vec<ColumnDefinition>,
    /// Whether it is `held`.
    pub held: bool,
    /// Who may write it; the council if absent.
    pub writer: Option<Writer>,
    /// The whole item.
    pub span: Span,
}

/// A term.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TermKind {
    /// A text.
    Text(String),
    /// An integer.
    Int(u64),
    /// A cell's name without `@`.
    Cell(String),
    /// A variable, or a capture in an ACL.
    Name(String),
    /// `epoch`
    Epoch,
    /// `in name`, only in a rule's head.
    In(String),
}

/// A term and its place.
pub type Term = Spanned<TermKind>;

/// `name(terms)`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// The relation or predicate.
    pub name: Name,
    /// Its arguments.
    pub arguments: Vec<Term>,
    /// The whole call.
    pub span: Span,
}

/// `fact call;`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    /// The relation and its constants.
    pub call: Call,
}

/// A comparison operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
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

/// An atom of a rule's body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BodyAtom {
    /// `call`
    Call(Call),
    /// `not call`
    Not(Call, Span),
    /// `left OP right`
    Compare(Term, Operator, Term),
}

/// `rule head if body;`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleDefinition {
    /// What the rule derives.
    pub head: Call,
    /// From what.
    pub body: Vec<BodyAtom>,
    /// The whole item.
    pub span: Span,
}

/// An access rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Acl {
    /// Which kind.
    pub kind: AclKind,
    /// Where.
    pub span: Span,
}

/// The kinds of access rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AclKind {
    /// `open`
    Open,
    /// `cells ..`
    Cells(CellsRef),
    /// A relation or predicate of the caller.
    Call(Call),
    /// `stake >= n`
    Stake(u64),
    /// `proof`, only as a whole guard.
    Proof,
    /// `a and b`, at least two.
    And(Vec<Acl>),
    /// `a or b`, at least two.
    Or(Vec<Acl>),
    /// `not a`
    Not(Box<Acl>),
}

/// One segment of a path literal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PathSegment {
    /// Exactly this text.
    Literal(String),
    /// `*`
    Any,
    /// `{name}` or `{name: set}`
    Capture {
        /// The capture's name.
        name: Name,
        /// The segment set, any segment if absent.
        set: Option<Name>,
    },
}

/// A path as written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathLiteral {
    /// Whether it begins with `/`.
    pub absolute: bool,
    /// Its segments.
    pub segments: Vec<Spanned<PathSegment>>,
    /// Where its `**` stands, if it has one.
    pub tail: Option<Span>,
    /// The whole path.
    pub span: Span,
}

/// `read`, `invoke` or `mount`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Permission {
    /// `read`
    Read,
    /// `invoke`
    Invoke,
    /// `mount`
    Mount,
}

/// `route path ..` or `gateway path owner @c ..`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Route {
    /// What it matches.
    pub path: PathLiteral,
    /// The owner's name, for a gateway.
    pub owner: Option<Name>,
    /// What it says.
    pub body: Vec<RouteStatement>,
    /// The whole item.
    pub span: Span,
}

/// A statement of a route.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RouteStatement {
    /// `require [perms:] acl;` Empty permissions: all three.
    Require {
        /// The permissions guarded.
        permissions: Vec<Spanned<Permission>>,
        /// What must hold.
        acl: Acl,
        /// The statement.
        span: Span,
    },
    /// `allow perms: acl;`
    Allow {
        /// The permissions granted.
        permissions: Vec<Spanned<Permission>>,
        /// To whom.
        acl: Acl,
        /// The statement.
        span: Span,
    },
    /// `inherit perms;`
    Inherit {
        /// The permissions whose clauses the parent block gives.
        permissions: Vec<Spanned<Permission>>,
        /// The statement.
        span: Span,
    },
    /// `service @c priority n [as coordinator];`
    Service {
        /// The cell's name.
        cell: Name,
        /// Its priority.
        priority: Spanned<u64>,
        /// Whether it coordinates.
        coordinator: bool,
        /// The statement.
        span: Span,
    },
    /// `delegate mount to acl [depth n] [max_routes n];`
    Delegate {
        /// What is delegated.
        permission: Spanned<Permission>,
        /// To whom.
        acl: Acl,
        /// How often it may be passed on.
        depth: Option<Spanned<u64>>,
        /// How many mounts below.
        max_routes: Option<Spanned<u64>>,
        /// The statement.
        span: Span,
    },
    /// `versions { .. }`
    Versions {
        /// Its entries.
        entries: Vec<VersionEntry>,
        /// The statement.
        span: Span,
    },
    /// A nested route or gateway.
    Route(Route),
}

/// An entry of a `versions` block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum VersionEntry {
    /// `v1: @cell [deprecated "text"];`
    Version {
        /// The path segment of the version.
        label: Name,
        /// The cell that serves it.
        cell: Name,
        /// What a client is told.
        deprecated: Option<Spanned<String>>,
    },
    /// `latest -> v2;`
    Latest {
        /// The word `latest`.
        span: Span,
        /// The version it stands for.
        target: Name,
    },
}

/// `redirect from -> to;`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Redirect {
    /// The path redirected.
    pub from: PathLiteral,
    /// What it stands for.
    pub to: PathLiteral,
    /// The whole item.
    pub span: Span,
}

/// `governance { .. }`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Governance {
    /// What it says.
    pub statements: Vec<GovernanceStatement>,
    /// The whole item.
    pub span: Span,
}

/// A statement of a governance block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GovernanceStatement {
    /// `council { @a, @b };`
    Council(Vec<Name>, Span),
    /// `threshold k of n;`
    Threshold {
        /// Yes votes that pass.
        k: Spanned<u64>,
        /// Members.
        n: Spanned<u64>,
        /// The statement.
        span: Span,
    },
    /// `epoch n blocks;`
    Epoch(Spanned<u64>, Span),
    /// `stakes by writer;`
    Stakes(Writer, Span),
}

/// `test "name" { .. }`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Test {
    /// Its name.
    pub name: Spanned<String>,
    /// What is given and expected.
    pub statements: Vec<TestStatement>,
    /// The whole item.
    pub span: Span,
}

/// A statement of a test.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TestStatement {
    /// `given ..;`
    Given(Vec<Given>),
    /// `expect ..;`
    Expect(Expect),
}

/// What holds for a whole test.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Given {
    /// A fact.
    Fact(Call),
    /// `epoch n`
    Epoch(Spanned<u64>),
    /// `stake(@c, n)`
    Stake {
        /// Whose.
        cell: Name,
        /// How much.
        amount: Spanned<u64>,
        /// The whole of it.
        span: Span,
    },
    /// `unproved`
    Unproved(Span),
}

/// What a test expects of a decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// `allow`
    Allow,
    /// `deny`
    Deny,
    /// `provable`
    Provable,
}

/// One expectation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expect {
    /// Which kind.
    pub kind: ExpectKind,
    /// The statement.
    pub span: Span,
}

/// The kinds of expectations.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ExpectKind {
    /// `allow|deny|provable PERM PATH as @c`
    Decision {
        /// What is expected.
        verdict: Verdict,
        /// For which permission.
        permission: Spanned<Permission>,
        /// Where.
        path: PathLiteral,
        /// For whom.
        cell: Name,
    },
    /// `resolve A to B`
    Resolve {
        /// The redirect.
        from: PathLiteral,
        /// Its target.
        to: PathLiteral,
    },
    /// `order PATH is @a, @b`
    Order {
        /// Where.
        path: PathLiteral,
        /// The services in order.
        cells: Vec<Name>,
    },
    /// `no_route PATH`
    NoRoute(PathLiteral),
}
