//! From text to tokens. Never fails: what it cannot read is reported and becomes [`Token::Bad`], so the parser always
//! goes on. The limits on nesting and size hold here, before the parser sees anything.

use crate::diagnostic::Diagnostic;
use crate::errors;
use crate::parse::ERROR_LIMIT;
use crate::span::{SourceId, Span};
use crate::token::Token;
use logos::Logos;

/// The largest source, in bytes.
pub const SOURCE_BYTES: usize = 1 << 20;

/// The deepest nesting of `{`, `(` and runs of `not`.
pub const NESTING: usize = 128;

/// A comment, by its place; the text starts with `#`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Comment {
    /// Where it stands.
    pub span: Span,
    /// Whether it documents the next item (`##`).
    pub doc: bool,
}

/// A token between its first byte and one past its last.
pub type Lexeme<'i> = (usize, Token<'i>, usize);

/// What a text consists of.
#[derive(Clone, Debug, Default)]
pub struct Lexed<'i> {
    /// The tokens, braces balanced. Empty after [`Lexed::fatal`].
    pub tokens: Vec<Lexeme<'i>>,
    /// The comments, in order.
    pub comments: Vec<Comment>,
    /// What was wrong.
    pub diagnostics: Vec<Diagnostic>,
    /// Whether a limit was exceeded, so that the tokens were dropped.
    pub fatal: bool,
}

/// Reads bytes as UTF-8 text.
///
/// # Errors
/// `E0007` with the offset of the first byte that begins no character.
pub fn decode(source: SourceId, bytes: &[u8]) -> Result<&str, Box<Diagnostic>> {
    std::str::from_utf8(bytes).map_err(|error| {
        let at = error.valid_up_to();
        Box::new(errors::not_utf8(Span::new(source, at, at), at))
    })
}

impl Lexed<'_> {
    /// Adds a report, up to one beyond the limit; the parser never starts on more.
    fn report(&mut self, report: Diagnostic) {
        if self.diagnostics.len() <= ERROR_LIMIT {
            self.diagnostics.push(report);
        }
    }
}

/// Splits a text into tokens and comments.
pub fn lex(source: SourceId, text: &str) -> Lexed<'_> {
    let mut lexed = Lexed::default();
    if text.len() > SOURCE_BYTES {
        lexed.fatal = true;
        lexed.report(errors::source_too_large(Span::new(source, 0, 0), text.len(), SOURCE_BYTES));
        return lexed;
    }
    invisible_characters(source, text, &mut lexed.diagnostics);
    let skip = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    for (token, range) in Token::lexer(text.get(skip..).unwrap_or("")).spanned() {
        let (start, end) = (range.start + skip, range.end + skip);
        let span = Span::new(source, start, end);
        match token {
            Ok(Token::Comment | Token::DocComment) => {
                comment(&mut lexed, token == Ok(Token::DocComment), span)
            }
            Ok(Token::OpenText) => {
                lexed.report(errors::text_not_closed(span));
                lexed.tokens.push((start, Token::Bad, end));
            }
            Ok(token) => lexed.tokens.push((start, token, end)),
            Err(()) => bad(&mut lexed, text, span),
        }
    }
    if let Some(deep) = too_deep(&lexed.tokens) {
        lexed.tokens.clear();
        lexed.fatal = true;
        lexed.report(errors::nested_too_deep(Span::new(source, deep.0, deep.1), NESTING));
        return lexed;
    }
    close_braces(source, text, &mut lexed);
    lexed
}

fn comment(lexed: &mut Lexed<'_>, doc: bool, span: Span) {
    if let Some((_, Token::Path(_) | Token::Word(_) | Token::Dotted(_) | Token::Name(_), end)) =
        lexed.tokens.last()
        && *end == span.start as usize
    {
        lexed.report(errors::comment_touches_path(Span { end: span.start + 1, ..span }));
    }
    lexed.comments.push(Comment { span, doc });
}

/// Joins neighbouring unreadable characters into one token and one report.
fn bad(lexed: &mut Lexed<'_>, text: &str, span: Span) {
    let (start, end) = (span.start as usize, span.end as usize);
    if let Some((first, Token::Bad, last)) = lexed.tokens.last_mut()
        && *last == start
    {
        *last = end;
        let whole = Span { start: u32::try_from(*first).unwrap_or(span.start), ..span };
        if let Some(report) =
            lexed.diagnostics.last_mut().filter(|report| report.primary.span.end == span.start)
        {
            *report = errors::unknown_character(whole, text.get(whole.range()).unwrap_or(""));
        }
        return;
    }
    // The second quote of a pair says nothing new.
    let quoted = text.get(span.range()) == Some("'")
        && lexed.diagnostics.last().is_some_and(|report| {
            let between = report.primary.span.range().start..start;
            text.get(between).is_some_and(|between| between.starts_with('\'') && !between.contains('\n'))
        });
    if !quoted && !reported(lexed, span) {
        lexed.report(errors::unknown_character(span, text.get(span.range()).unwrap_or("")));
    }
    lexed.tokens.push((start, Token::Bad, end));
}

/// Whether the search for invisible characters has reported this one.
fn reported(lexed: &Lexed<'_>, span: Span) -> bool {
    lexed.diagnostics.iter().any(|report| report.primary.span == span)
}

/// Bidirectional controls anywhere (the source would not read as it is), and control characters inside comments and
/// texts; elsewhere the lexer itself stumbles over those.
fn invisible_characters(source: SourceId, text: &str, diagnostics: &mut Vec<Diagnostic>) {
    let mut line_quiet = false;
    let mut characters = text.char_indices().peekable();
    while let Some((at, character)) = characters.next() {
        let span = Span::new(source, at, at + character.len_utf8());
        match character {
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}' | '\u{61c}' => {
                diagnostics.push(errors::bidi_character(span, character));
            }
            '\n' => line_quiet = false,
            '"' | '#' => line_quiet = true,
            // Editors show both as a line break, so a comment would seem to end.
            '\r' if characters.peek().is_some_and(|(_, next)| *next != '\n') => {
                diagnostics.push(errors::control_character(span, character));
            }
            '\u{2028}' | '\u{2029}' => diagnostics.push(errors::control_character(span, character)),
            '\r' | '\t' => {}
            control if control.is_control() && line_quiet => {
                diagnostics.push(errors::control_character(span, control));
            }
            _ => {}
        }
        if diagnostics.len() > ERROR_LIMIT {
            return;
        }
    }
}

/// The first token that nests too deep.
fn too_deep(tokens: &[Lexeme<'_>]) -> Option<(usize, usize)> {
    let (mut open, mut nots) = (0usize, 0usize);
    for (start, token, end) in tokens {
        match token {
            Token::LeftBrace | Token::LeftParenthesis => open += 1,
            Token::RightBrace | Token::RightParenthesis => open = open.saturating_sub(1),
            _ => {}
        }
        nots = if *token == Token::Not { nots + 1 } else { 0 };
        if open + nots > NESTING {
            return Some((*start, *end));
        }
    }
    None
}

/// Closes every open `{`, so that recovery always finds its `}`. Only a text that is wrong anyway is touched: the missing
/// `}` goes before the first item word at the left margin after the open brace, else at the end. One report, at the brace.
fn close_braces(source: SourceId, text: &str, lexed: &mut Lexed<'_>) {
    let mut open = Vec::new();
    let mut suspects = None;
    // Where the line's first token stands: behind the line end in the gap before it, hence without looking back.
    let (mut column, mut last) = (0, 0);
    for (at, (start, token, end)) in lexed.tokens.iter().enumerate() {
        let newline = text.get(last..*start).and_then(|gap| gap.rfind('\n'));
        if let Some(newline) = newline {
            column = *start - (last + newline + 1);
        }
        last = *end;
        match token {
            Token::LeftBrace => open.push((at, *start, *end, column)),
            Token::RightBrace => {
                let Some((_, open_start, open_end, open_column)) = open.pop() else { continue };
                if suspects.is_none() && !open.is_empty() && newline.is_some() && column < open_column {
                    suspects =
                        Some((Span::new(source, open_start, open_end), Span::new(source, *start, *end)));
                }
            }
            _ => {}
        }
    }
    for (brace, start, end, _) in open.into_iter().rev() {
        let suspects = suspects.filter(|(inner, _)| inner.start as usize > start);
        lexed.report(errors::brace_not_closed(Span::new(source, start, end), suspects));
        let at_margin = |start: usize| start > 0 && text.as_bytes().get(start - 1) == Some(&b'\n');
        let after = lexed.tokens.iter().skip(brace + 1);
        let place = after.take_while(|(start, token, _)| !(at_margin(*start) && token.begins_item())).count()
            + brace
            + 1;
        let offset = lexed.tokens.get(place).map_or(text.len(), |(start, _, _)| *start);
        lexed.tokens.insert(place, (offset, Token::RightBrace, offset));
    }
}
