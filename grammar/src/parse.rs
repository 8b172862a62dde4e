//! Drives the generated parser: the three entry points, and what its actions need.
//!
//! Parsing is total: there is always a tree, and the diagnostics say whether to trust it.

use crate::ast::{Acl, AclKind, Module, Name, Operator, PathLiteral, Permission};
use crate::diagnostic::Diagnostic;
use crate::errors;
use crate::expected::Unexpected;
use crate::lexer::{Comment, Lexeme, lex};
use crate::literal;
use crate::path_literal;
use crate::span::{SourceId, Span, Spanned};
use crate::token::Token;
use lalrpop_util::{ErrorRecovery, ParseError};

#[expect(
    clippy::all,
    clippy::pedantic,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::expect_used,
    reason = "generated"
)]
#[allow(unused, missing_docs, unfulfilled_lint_expectations, reason = "generated")]
mod grammar {
    lalrpop_util::lalrpop_mod!(pub(crate) dregg);
}

/// The most errors reported for one file.
pub const ERROR_LIMIT: usize = 20;

/// What came of a file.
#[derive(Clone, Debug, Default)]
pub struct Parsed {
    /// The tree; partial if there are errors.
    pub module: Module,
    /// The comments, in order.
    pub comments: Vec<Comment>,
    /// What was wrong, in order of place, at most [`ERROR_LIMIT`] and one more that says so.
    pub diagnostics: Vec<Diagnostic>,
}

/// An ACL of a command line: `A`, or `mount, read: A`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AclArgument {
    /// The permissions before the colon, if any.
    pub permissions: Vec<Spanned<Permission>>,
    /// The ACL.
    pub acl: Acl,
}

/// What the start symbol yields.
pub(crate) enum Entry {
    File(Module),
    Acl(Vec<Spanned<Permission>>, Acl),
    Path(PathLiteral),
}

/// Ends the parse: the error limit is reached.
#[derive(Clone, Debug)]
pub(crate) struct Stop;

/// Parses a file.
pub fn parse(source: SourceId, text: &str) -> Parsed {
    let (entry, comments, diagnostics) = run(source, text, Token::StartFile);
    let module = match entry {
        Some(Entry::File(module)) => module,
        Some(Entry::Acl(..) | Entry::Path(_)) | None => Module::default(),
    };
    let mut parsed = Parsed { module, comments, diagnostics };
    policy_line_first(&parsed.module, &mut parsed.diagnostics);
    parsed
}

/// Parses an ACL as it stands on a command line.
///
/// # Errors
/// The diagnostics, spans relative to `text`.
pub fn parse_acl(source: SourceId, text: &str) -> Result<AclArgument, Vec<Diagnostic>> {
    match run(source, text, Token::StartAcl) {
        (Some(Entry::Acl(permissions, acl)), _, mut diagnostics) => {
            diagnostics.extend(find_proof(&acl).map(|span| errors::misplaced_proof(span, false)));
            if diagnostics.is_empty() { Ok(AclArgument { permissions, acl }) } else { Err(diagnostics) }
        }
        (_, _, diagnostics) => Err(diagnostics),
    }
}

/// Parses a path pattern as it stands on a command line.
///
/// # Errors
/// The diagnostics, spans relative to `text`.
pub fn parse_path(source: SourceId, text: &str) -> Result<PathLiteral, Vec<Diagnostic>> {
    match run(source, text, Token::StartPath) {
        (Some(Entry::Path(path)), _, diagnostics) if diagnostics.is_empty() => Ok(path),
        (_, _, diagnostics) => Err(diagnostics),
    }
}

fn run(source: SourceId, text: &str, start: Token<'_>) -> (Option<Entry>, Vec<Comment>, Vec<Diagnostic>) {
    let lexed = lex(source, text);
    let lexical = lexed.diagnostics;
    if lexed.fatal || lexical.len() > ERROR_LIMIT {
        return (None, lexed.comments, finish(source, lexical, Vec::new()));
    }
    let mut state = ParseState::new(source, text, &lexed.tokens);
    let tokens = std::iter::once((0, start, 0)).chain(lexed.tokens.iter().copied()).map(Ok);
    let entry = match grammar::dregg::StartParser::new().parse(&mut state, tokens) {
        Ok(entry) => Some(entry),
        Err(error) => {
            // A failure to recover is one more error; a stop has been reported already.
            if !matches!(error, ParseError::User { .. }) {
                state.report(&error);
            }
            None
        }
    };
    let lexical = state.without_echoes(lexical);
    let syntax = state.diagnostics;
    (entry, lexed.comments, finish(source, lexical, syntax))
}

/// Orders by place and cuts at the limit.
fn finish(source: SourceId, lexical: Vec<Diagnostic>, mut syntax: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let mut all = lexical;
    all.append(&mut syntax);
    all.sort_by_key(|one| (one.primary.span.start, one.primary.span.end));
    if all.len() > ERROR_LIMIT {
        let next = all.get(ERROR_LIMIT).map_or(Span::new(source, 0, 0), |one| one.primary.span);
        all.truncate(ERROR_LIMIT);
        all.push(errors::too_many(next, ERROR_LIMIT));
    }
    all
}

fn policy_line_first(module: &Module, diagnostics: &mut Vec<Diagnostic>) {
    let mut first: Option<Span> = None;
    for (at, item) in module.items.iter().enumerate() {
        let crate::ast::Item::Policy(line) = item else { continue };
        match first {
            Some(first) => diagnostics.push(errors::policy_line(line.span, Some(first))),
            None if at > 0 && diagnostics.is_empty() => {
                diagnostics.push(errors::policy_line(line.span, None))
            }
            None => {}
        }
        first = first.or(Some(line.span));
    }
}

/// What the grammar's actions write to.
pub(crate) struct ParseState<'i> {
    source: SourceId,
    text: &'i str,
    tokens: &'i [Lexeme<'i>],
    diagnostics: Vec<Diagnostic>,
    /// Of each unexpected token, where it is reported and which stretch of the text it is about.
    stretches: Vec<(Span, Span)>,
}

impl<'i> ParseState<'i> {
    fn new(source: SourceId, text: &'i str, tokens: &'i [Lexeme<'i>]) -> ParseState<'i> {
        ParseState { source, text, tokens, diagnostics: Vec::new(), stretches: Vec::new() }
    }

    /// Adds a report, up to one beyond the limit.
    fn push(&mut self, report: Diagnostic) {
        if self.diagnostics.len() <= ERROR_LIMIT {
            self.diagnostics.push(report);
        }
    }

    pub(crate) fn span(&self, start: usize, end: usize) -> Span {
        Span::new(self.source, start, end)
    }

    pub(crate) fn spanned<T>(&self, start: usize, node: T, end: usize) -> Spanned<T> {
        Spanned::new(node, self.span(start, end))
    }

    /// Reports a syntax error; stops the parse at the limit.
    pub(crate) fn syntax(
        &mut self,
        recovery: ErrorRecovery<usize, Token<'_>, Stop>,
    ) -> Result<(), ParseError<usize, Token<'static>, Stop>> {
        self.report(&recovery.error);
        if self.diagnostics.len() > ERROR_LIMIT {
            return Err(ParseError::User { error: Stop });
        }
        Ok(())
    }

    fn report(&mut self, error: &ParseError<usize, Token<'_>, Stop>) {
        let (start, expected) = match error {
            // The lexer has spoken.
            ParseError::UnrecognizedToken { token: (_, Token::Bad, _), .. } | ParseError::User { .. } => {
                return;
            }
            ParseError::UnrecognizedToken { token: (start, ..), expected } => {
                (Some(*start), expected.as_slice())
            }
            ParseError::UnrecognizedEof { expected, .. } => (None, expected.as_slice()),
            ParseError::ExtraToken { token: (start, ..) } => (Some(*start), [].as_slice()),
            ParseError::InvalidToken { location } => (Some(*location), [].as_slice()),
        };
        let error = Unexpected::new(self.source, self.text, self.tokens, start, expected);
        let report = error.report();
        self.stretches.push((report.primary.span, error.stretch()));
        self.push(report);
    }

    /// Of a lexical and a syntax error that are one mistake, keeps the one that says more: what the lexer could not read
    /// explains an unexpected token after it, but a character that touches an unexpected token before it is of its kind.
    fn without_echoes(&mut self, mut lexical: Vec<Diagnostic>) -> Vec<Diagnostic> {
        let overlap = |a: Span, b: Span| a.start < b.end && b.start < a.end;
        let stretches = &self.stretches;
        self.diagnostics.retain(|one| {
            let stretch =
                stretches.iter().find(|(place, _)| *place == one.primary.span).map(|(_, stretch)| *stretch);
            let echoes =
                |other: &Diagnostic| stretch.is_some_and(|stretch| overlap(stretch, other.primary.span));
            one.code.0 != "E0101" || !lexical.iter().any(|other| other.code.0 != "E0005" && echoes(other))
        });
        lexical.retain(|one| {
            let touches = |other: &Diagnostic| {
                other.code.0 == "E0101" && other.primary.span.end == one.primary.span.start
            };
            one.code.0 != "E0001" || !self.diagnostics.iter().any(touches)
        });
        lexical
    }

    fn keep<T>(&mut self, (value, problem): (T, Option<Diagnostic>)) -> T {
        problem.into_iter().for_each(|report| self.push(report));
        value
    }

    pub(crate) fn path(&mut self, start: usize, text: &str, end: usize) -> PathLiteral {
        let read = path_literal::read(text, self.span(start, end));
        self.keep(read)
    }

    /// A version label: one literal segment.
    pub(crate) fn label(&mut self, start: usize, text: &str, end: usize) -> Name {
        let path = self.path(start, text, end);
        match path.segments.first().map(|segment| &segment.node) {
            Some(crate::ast::PathSegment::Literal(literal)) => self.spanned(start, literal.clone(), end),
            Some(crate::ast::PathSegment::Any | crate::ast::PathSegment::Capture { .. }) | None => {
                self.spanned(start, text.to_owned(), end)
            }
        }
    }

    pub(crate) fn integer(&mut self, start: usize, text: &str, end: usize) -> Spanned<u64> {
        let span = self.span(start, end);
        let value = literal::integer(text, span);
        Spanned::new(self.keep(value), span)
    }

    pub(crate) fn text(&mut self, start: usize, text: &str, end: usize) -> Spanned<String> {
        let span = self.span(start, end);
        let value = literal::text(text, span);
        Spanned::new(self.keep(value), span)
    }

    /// A member of a set that lacks its `@`.
    pub(crate) fn without_at(&mut self, name: Name) -> Name {
        self.push(errors::cell_without_at(name.span, &name.node));
        name
    }

    /// The regex between `re"` and `"`, as written; `\"` stands for a quote.
    pub(crate) fn regex(&self, start: usize, text: &str, end: usize) -> Spanned<String> {
        let inner = text.strip_prefix("re\"").and_then(|rest| rest.strip_suffix('"')).unwrap_or("");
        self.spanned(start + 3, inner.replace("\\\"", "\""), end.saturating_sub(1))
    }

    pub(crate) fn cell_hex(&mut self, start: usize, text: &str, end: usize) -> Spanned<String> {
        let digits = text.get(2..).unwrap_or("");
        if digits.len() != 64 {
            let report = errors::cell_length(self.span(start, end), digits.len());
            self.push(report);
        }
        self.spanned(start, digits.to_owned(), end)
    }

    /// `a or b`, `a and b`: chains become one node, so a long chain is flat.
    pub(crate) fn join(&self, start: usize, left: Acl, right: Acl, end: usize, any: bool) -> Acl {
        let span = self.span(start, end);
        let kind = match (left.kind, any) {
            (AclKind::Or(mut parts), true) => {
                parts.push(right);
                AclKind::Or(parts)
            }
            (AclKind::And(mut parts), false) => {
                parts.push(right);
                AclKind::And(parts)
            }
            (kind, true) => AclKind::Or(vec![Acl { kind, span: left.span }, right]),
            (kind, false) => AclKind::And(vec![Acl { kind, span: left.span }, right]),
        };
        Acl { kind, span }
    }

    pub(crate) fn stake(
        &mut self,
        start: usize,
        from: usize,
        operator: Operator,
        to: usize,
        amount: Spanned<u64>,
        end: usize,
    ) -> Acl {
        if operator != Operator::GreaterOrEqual {
            let report = errors::stake_comparison(self.span(from, to));
            self.push(report);
        }
        Acl { kind: AclKind::Stake(amount.node), span: self.span(start, end) }
    }

    /// A guard may be `proof` as a whole, and nothing else may hold it.
    pub(crate) fn guard(&mut self, acl: Acl) -> Acl {
        if acl.kind != AclKind::Proof
            && let Some(span) = find_proof(&acl)
        {
            self.push(errors::misplaced_proof(span, true));
        }
        acl
    }

    pub(crate) fn no_proof(&mut self, acl: Acl) -> Acl {
        if let Some(span) = find_proof(&acl) {
            self.push(errors::misplaced_proof(span, false));
        }
        acl
    }
}

/// The statements of a block without those that recovery skipped.
pub(crate) fn kept<T>(statements: Vec<Option<T>>) -> Vec<T> {
    statements.into_iter().flatten().collect()
}

/// The first `proof` in an ACL. Nesting is bounded by the lexer.
fn find_proof(acl: &Acl) -> Option<Span> {
    match &acl.kind {
        AclKind::Proof => Some(acl.span),
        AclKind::And(parts) | AclKind::Or(parts) => parts.iter().find_map(find_proof),
        AclKind::Not(inner) => find_proof(inner),
        AclKind::Open | AclKind::Cells(_) | AclKind::Call(_) | AclKind::Stake(_) => None,
    }
}
