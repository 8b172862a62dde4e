//! The tokens of the language. There is no other list of words: whether something is a keyword, ask the lexer.
//!
//! A path is lexed wide, in one token, and judged afterwards (`path_literal`), so that a bad path is one error.

use logos::{Lexer, Logos};

/// A token, borrowing its text from the source.
#[derive(Logos, Clone, Copy, Debug, PartialEq, Eq)]
#[logos(skip r"[ \t\r\n]+")]
#[logos(subpattern name = r"[a-z_][a-z0-9_]*")]
// A bare segment neither begins nor ends with `-`, so `a->b` needs no look-ahead.
#[logos(subpattern bare = r"[A-Za-z0-9._~]+(-+[A-Za-z0-9._~]+)*")]
#[logos(subpattern capture = r"\{(?&name)(: ?(?&name)(\.(?&name))?)?\}")]
#[expect(missing_docs, reason = "a keyword variant is documented by its own spelling")]
pub enum Token<'i> {
    // Words that begin an item or a statement of a route.
    #[token("policy")]
    Policy,
    #[token("use")]
    Use,
    #[token("cellset")]
    CellSet,
    #[token("relation")]
    Relation,
    #[token("fact")]
    Fact,
    #[token("rule")]
    Rule,
    #[token("route")]
    Route,
    #[token("gateway")]
    Gateway,
    #[token("redirect")]
    Redirect,
    #[token("allow")]
    Allow,
    #[token("require")]
    Require,
    #[token("governance")]
    Governance,
    #[token("test")]
    Test,
    // Reserved words.
    #[token("not")]
    Not,
    #[token("stake")]
    Stake,
    #[token("epoch")]
    Epoch,
    #[token("and")]
    And,
    #[token("or")]
    Or,
    #[token("if")]
    If,
    #[token("in")]
    In,
    #[token("as")]
    As,
    #[token("expect")]
    Expect,
    #[token("given")]
    Given,
    #[token("deny")]
    Deny,
    // Soft words: names wherever a name can stand.
    #[token("version")]
    Version,
    #[token("versions")]
    Versions,
    #[token("limits")]
    Limits,
    #[token("cell")]
    Cell,
    #[token("cells")]
    Cells,
    #[token("segment")]
    Segment,
    #[token("public")]
    Public,
    #[token("held")]
    Held,
    #[token("by")]
    By,
    #[token("column")]
    Column,
    #[token("open")]
    Open,
    #[token("proof")]
    Proof,
    #[token("owner")]
    Owner,
    #[token("inherit")]
    Inherit,
    #[token("read")]
    Read,
    #[token("invoke")]
    Invoke,
    #[token("mount")]
    Mount,
    #[token("service")]
    Service,
    #[token("priority")]
    Priority,
    #[token("coordinator")]
    Coordinator,
    #[token("latest")]
    Latest,
    #[token("deprecated")]
    Deprecated,
    #[token("delegate")]
    Delegate,
    #[token("to")]
    To,
    #[token("depth")]
    Depth,
    #[token("max_routes")]
    MaxRoutes,
    #[token("council")]
    Council,
    #[token("threshold")]
    Threshold,
    #[token("of")]
    Of,
    #[token("blocks")]
    Blocks,
    #[token("stakes")]
    Stakes,
    #[token("unproved")]
    Unproved,
    #[token("resolve")]
    Resolve,
    #[token("order")]
    Order,
    #[token("is")]
    Is,
    #[token("no_route")]
    NoRoute,
    #[token("provable")]
    Provable,
    // Signs.
    #[token("->")]
    Arrow,
    #[token(">=")]
    GreaterOrEqual,
    #[token("<=")]
    LessOrEqual,
    #[token("!=")]
    NotEqual,
    #[token("==")]
    EqualEqual,
    #[token("=")]
    Equal,
    #[token(">")]
    Greater,
    #[token("<")]
    Less,
    #[token("{")]
    LeftBrace,
    #[token("}")]
    RightBrace,
    #[token("(")]
    LeftParenthesis,
    #[token(")")]
    RightParenthesis,
    #[token(",")]
    Comma,
    #[token(";")]
    Semicolon,
    #[token(":")]
    Colon,
    /// A name: `[a-z_][a-z0-9_]*`.
    #[regex(r"(?&name)", priority = 3)]
    Name(&'i str),
    /// A dotted name, one token without blanks: `std.capability`.
    #[regex(r"(?&name)(\.(?&name))+", priority = 6)]
    Dotted(&'i str),
    /// A cell's name: `@acme`, `@shared.acme`.
    #[regex(r"@[a-z0-9_]+(-+[a-z0-9_]+)*(\.[a-z0-9_]+(-+[a-z0-9_]+)*)?")]
    CellName(&'i str),
    /// A cell's bytes in hexadecimal.
    #[regex(r"0x[0-9a-fA-F]+", priority = 9)]
    Hex(&'i str),
    /// A decimal integer, `_` between digits.
    #[regex(r"[0-9]+(_[0-9]+)*", priority = 9)]
    Int(&'i str),
    /// A text in double quotes, quotes included.
    #[regex(r#""([^"\\\n]|\\[^\n])*""#)]
    Text(&'i str),
    /// A segment regex: `re"..."`.
    #[regex(r#"re"([^"\\\n]|\\[^\n])*""#)]
    Regex(&'i str),
    /// A single bare segment that is no name: `ai-models`, `v1.2`, `AI`.
    #[regex(r"(?&bare)", priority = 1)]
    Word(&'i str),
    /// Whatever holds a `/`, a capture or a star, up to where no path can go on.
    #[token("/", extend_path)]
    #[regex(r"(?&bare)/", extend_path, priority = 30)]
    #[regex(r#""[^"\\\n]*"/"#, extend_path, priority = 30)]
    #[regex(r"(?&capture)", extend_path, priority = 30)]
    #[regex(r"\*+", extend_path)]
    Path(&'i str),
    /// `##` and then no third `#`: belongs to the next item. Never reaches the parser.
    #[regex(r"##([^#\n][^\n]*)?", allow_greedy = true, priority = 9)]
    DocComment,
    /// `#` to the end of the line. Never reaches the parser.
    #[regex(r"#[^\n]*", allow_greedy = true, priority = 1)]
    Comment,
    /// A text that is not closed on its line. The lexer reports it and passes on [`Token::Bad`].
    #[regex(r#""([^"\\\n]|\\[^\n])*\\?"#, priority = 1)]
    OpenText,
    /// What the lexer could not read and has reported.
    Bad,
    /// Virtual first token of a file. One start symbol with three of these halves the generated code.
    StartFile,
    /// Virtual first token of an ACL on a command line.
    StartAcl,
    /// Virtual first token of a path pattern on a command line.
    StartPath,
}

impl Token<'_> {
    /// Whether an item begins with this word; used to find where a missing `}` belongs.
    pub fn begins_item(&self) -> bool {
        matches!(
            self,
            Token::Policy
                | Token::Use
                | Token::Limits
                | Token::Cell
                | Token::CellSet
                | Token::Segment
                | Token::Relation
                | Token::Fact
                | Token::Rule
                | Token::Route
                | Token::Gateway
                | Token::Redirect
                | Token::Governance
                | Token::Test
        )
    }
}

/// The length of the capture at the start of `text` (which begins with `{`), if it is one: `{name}`, `{name: set}`.
pub(crate) fn capture_length(text: &str) -> Option<usize> {
    // Only as far as a capture can go: a path of nothing but open braces is looked at once, not once a brace.
    let within = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"_:. ".contains(&byte);
    let end = 1 + text.bytes().skip(1).position(|byte| !within(byte))?;
    if text.as_bytes().get(end) != Some(&b'}') {
        return None;
    }
    let inner = text.get(1..end)?;
    let is_name = |name: &str| {
        name.bytes().next().is_some_and(|byte| !byte.is_ascii_digit())
            && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
    };
    let legal = match inner.split_once(':') {
        None => is_name(inner),
        Some((name, set)) => {
            let set = set.strip_prefix(' ').unwrap_or(set);
            is_name(name) && set.split('.').count() <= 2 && set.split('.').all(is_name)
        }
    };
    legal.then_some(end + 1)
}

/// The longest text in braces that is taken for a capture someone got wrong.
const WRONG_CAPTURE_BYTES: usize = 80;

/// The length of what is meant as a capture and is none: `{ name }`, `{Name}`, `{a-b}`. Only right after a `/`, where no
/// path ends, and never what could be a block, which is empty or holds a `;`.
fn wrong_capture_length(text: &str) -> Option<usize> {
    let within = text.as_bytes().get(1..text.len().min(WRONG_CAPTURE_BYTES))?;
    let end = within.iter().position(|byte| matches!(byte, b'}' | b';' | b'{' | b'"' | b'#' | b'\n'))?;
    let blank = within.get(..end)?.iter().all(|byte| byte.is_ascii_whitespace());
    (within.get(end) == Some(&b'}') && !blank).then_some(end + 2)
}

/// Extends a path token to where no path can go on; wrong characters are swallowed and judged later, as one error.
fn extend_path<'i>(lexer: &mut Lexer<'i, Token<'i>>) -> &'i str {
    let rest = lexer.remainder();
    let mut at = 0;
    while let Some(next) = rest.as_bytes().get(at) {
        match next {
            b';' | b'}' | b'#' | b'<' | b'>' | b' ' | b'\t' | b'\r' | b'\n' => break,
            b'-' if rest.as_bytes().get(at + 1) == Some(&b'>') => break,
            b'"' => {
                let quoted = rest.get(at + 1..).unwrap_or("");
                match quoted.find(['"', '\n']) {
                    Some(end) if quoted.as_bytes().get(end) == Some(&b'"') => at += end + 2,
                    Some(_) | None => break,
                }
            }
            b'{' => {
                let after_slash = match at.checked_sub(1) {
                    Some(before) => rest.as_bytes().get(before) == Some(&b'/'),
                    None => lexer.slice().ends_with('/'),
                };
                let brace = rest.get(at..).unwrap_or("");
                match capture_length(brace)
                    .or_else(|| if after_slash { wrong_capture_length(brace) } else { None })
                {
                    Some(length) => at += length,
                    None => break,
                }
            }
            _ => at += 1,
        }
    }
    lexer.bump(at);
    lexer.slice()
}
