//! One statement over several lines, when it is too wide or holds comments: broken at its outermost joints first, and
//! what is still too wide at the next ones, a step further in.

use super::WIDTH;
use super::lines::{Lines, deeper};
use super::words::{Joint, Word};
use crate::token::Token;

/// The deepest column a broken line begins at. INVARIANT: it bounds the size of a layout by the size of its text.
const DEEPEST: usize = 80;

/// Adds the lines of a statement, or of a part of one, without the comments before its first word.
pub(super) fn wrap<'i>(lines: &mut Lines<'i>, words: &[Word<'i>], indent: usize) {
    part(lines, words, indent, "");
}

/// Whether no comment stands between the words.
pub(super) fn is_plain(words: &[Word<'_>]) -> bool {
    let (Some((_, inner)), Some((_, but_last))) = (words.split_first(), words.split_last()) else {
        return true;
    };
    inner.iter().all(|word| word.own.is_empty()) && but_last.iter().all(|word| word.trailing.is_none())
}

/// The words on one line.
pub(super) fn line(words: &[Word<'_>]) -> String {
    let mut text = String::new();
    for word in words {
        if word.spaced && !text.is_empty() {
            text.push(' ');
        }
        text.push_str(&word.text);
    }
    text
}

/// The joint before a word, outer ones first. A set counts as one level further in, like the arguments of a call.
fn joint_of(word: &Word<'_>) -> Option<(usize, Joint)> {
    word.joint.map(|joint| (word.depth + usize::from(joint == Joint::Set), joint))
}

/// Adds a part's lines; `suffix` follows its last word.
fn part<'i>(lines: &mut Lines<'i>, words: &[Word<'i>], indent: usize, suffix: &str) {
    let Some(last) = words.last() else { return };
    let fits = is_plain(words) && indent + width(words) + suffix.len() <= WIDTH;
    let joint = words.iter().skip(1).filter_map(joint_of).min();
    let pieces: Vec<&[Word<'i>]> = match joint {
        _ if fits => vec![words],
        Some((_, Joint::Set)) => return set(lines, words, indent, suffix),
        Some(joint) => {
            let pieces = words.chunk_by(|_, next| joint_of(next) != Some(joint));
            let pieces: Vec<&[Word<'i>]> = pieces.collect();
            if joint.1 == Joint::Comma { fill(words, &pieces, indent) } else { pieces }
        }
        None => words.chunk_by(|word, next| word.trailing.is_none() && next.own.is_empty()).collect(),
    };
    if pieces.len() > 1 {
        several(lines, &pieces, indent, suffix);
    } else {
        lines.code(indent, line(words) + suffix, last.trailing);
    }
}

/// The first piece at `indent`, the others a step further in.
fn several<'i>(lines: &mut Lines<'i>, pieces: &[&[Word<'i>]], indent: usize, suffix: &str) {
    let further = deeper(indent).min(DEEPEST.max(indent));
    for (at, piece) in pieces.iter().enumerate() {
        let column = if at == 0 { indent } else { further };
        if at > 0 {
            own_comments(lines, piece, column);
        }
        part(lines, piece, column, if at + 1 == pieces.len() { suffix } else { "" });
    }
}

/// A set with a member a line, each followed by a comma, and what follows the set after its `}`.
fn set<'i>(lines: &mut Lines<'i>, words: &[Word<'i>], indent: usize, suffix: &str) {
    let opened =
        words.iter().skip(1).position(|word| word.joint == Some(Joint::Set)).map_or(words.len(), |at| at + 1);
    let (head, inner) = words.split_at(opened);
    let closed = inner.iter().position(|word| word.token == Token::RightBrace).unwrap_or(inner.len());
    let (members, rest) = inner.split_at(closed);
    let further = deeper(indent).min(DEEPEST.max(indent));
    part(lines, head, indent, "");
    for member in members.chunk_by(|word, _| word.token != Token::Comma) {
        own_comments(lines, member, further);
        let comma = if member.last().is_some_and(|word| word.token == Token::Comma) { "" } else { "," };
        part(lines, member, further, comma);
    }
    own_comments(lines, rest, further);
    part(lines, rest, indent, suffix);
}

fn own_comments<'i>(lines: &mut Lines<'i>, piece: &[Word<'i>], indent: usize) {
    for comment in piece.first().into_iter().flat_map(|word| &word.own) {
        lines.comment(indent, comment.text);
    }
}

/// Joins neighbouring pieces (which together are `words`) as long as they fit on a line and no comment parts them.
fn fill<'w, 'i>(words: &'w [Word<'i>], pieces: &[&'w [Word<'i>]], indent: usize) -> Vec<&'w [Word<'i>]> {
    let mut filled = Vec::new();
    let (mut rest, mut length, mut columns, mut joinable) = (words, 0, 0, true);
    for piece in pieces {
        let commented = piece.first().is_some_and(|word| !word.own.is_empty()) || !is_plain(piece);
        let more = width(piece) + 1;
        let column = if filled.is_empty() { indent } else { deeper(indent) };
        if length > 0 && (!joinable || commented || column + columns + more > WIDTH) {
            let (full, after) = rest.split_at(length);
            filled.push(full);
            (rest, length, columns) = (after, 0, 0);
        }
        joinable = is_plain(piece) && piece.last().is_some_and(|word| word.trailing.is_none());
        (length, columns) = (length + piece.len(), columns + more);
    }
    filled.push(rest);
    filled
}

/// How many characters the words take on one line.
fn width(words: &[Word<'_>]) -> usize {
    let blanks = words.iter().skip(1).filter(|word| word.spaced).count();
    blanks + words.iter().map(|word| word.text.chars().count()).sum::<usize>()
}
