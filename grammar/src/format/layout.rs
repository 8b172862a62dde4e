//! Statements and blocks: which words share a line if the line is wide enough.

use super::WIDTH;
use super::lines::{Lines, deeper};
use super::words::{Brace, OwnLine, Word, Words};
use super::wrap::{is_plain, line, wrap};
use crate::token::Token;

/// Lays out all words.
pub(super) fn lay_out<'i>(words: &Words<'i>) -> Lines<'i> {
    let mut lines = Lines::default();
    let mut indents: Vec<usize> = Vec::new();
    let mut rest = words.words.as_slice();
    while let Some(first) = rest.first() {
        let indent = indents.last().copied().unwrap_or(0);
        if first.token == Token::RightBrace {
            comments(&mut lines, indent, &first.own);
            indents.pop();
            lines.code(indents.last().copied().unwrap_or(0), first.text.to_string(), first.trailing);
            rest = rest.get(1..).unwrap_or(&[]);
            continue;
        }
        comments(&mut lines, indent, &first.own);
        if first.blank {
            lines.blank();
        }
        let (length, opens) = statement(rest);
        let inline = if opens { inline_block(rest, length, indent) } else { None };
        let (now, later) = rest.split_at(inline.unwrap_or(length));
        if let (Some(_), Some(last)) = (inline, now.last()) {
            lines.code(indent, line(now), last.trailing);
        } else {
            wrap(&mut lines, now, indent);
            if opens {
                indents.push(deeper(indent));
            }
        }
        rest = later;
    }
    comments(&mut lines, 0, &words.rest);
    lines
}

fn comments<'i>(lines: &mut Lines<'i>, indent: usize, own: &[OwnLine<'i>]) {
    for comment in own {
        if comment.blank {
            lines.blank();
        }
        lines.comment(indent, comment.text);
    }
}

/// How many words the statement at the start takes, up to its `;` or the `{` of its block, and whether it is the latter.
fn statement(words: &[Word<'_>]) -> (usize, bool) {
    for (at, word) in words.iter().enumerate() {
        if word.token == Token::Semicolon {
            return (at + 1, false);
        }
        if word.token == Token::LeftBrace && word.brace == Some(Brace::Block) {
            return (at + 1, true);
        }
    }
    (words.len(), false)
}

/// The length of a statement up to the `}` of its block, if all of it stays on one line: it was written on one line or is
/// empty, has no comments and no inner block, and fits.
fn inline_block(words: &[Word<'_>], head: usize, indent: usize) -> Option<usize> {
    let close = |word: &Word<'_>| word.token == Token::RightBrace && word.brace == Some(Brace::Block);
    let is_empty = words.get(head).is_some_and(close);
    for (at, word) in words.iter().enumerate().skip(head) {
        if word.after_newline && !is_empty
            || word.token == Token::LeftBrace && word.brace == Some(Brace::Block)
        {
            return None;
        }
        if close(word) {
            let all = words.get(..=at)?;
            return (is_plain(all) && indent + line(all).chars().count() <= WIDTH).then_some(at + 1);
        }
    }
    None
}
