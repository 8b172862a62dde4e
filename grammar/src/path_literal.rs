//! Path literals: from the wide token to segments, with one error a path at the first bad segment.

use crate::ast::{PathLiteral, PathSegment};
use crate::diagnostic::Diagnostic;
use crate::errors;
use crate::span::{Span, Spanned};
use crate::token::capture_length;

/// Whether a segment may hold this byte (quoted or not).
fn in_alphabet(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"._~:@+,=()$!-".contains(&byte)
}

/// Whether a segment may hold this byte without quotes.
fn is_bare(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"._~-".contains(&byte)
}

/// A literal segment as the language writes it: in quotes only where it must be.
pub fn segment_text(segment: &str) -> String {
    if segment.bytes().all(is_bare) && !segment.starts_with('-') && !segment.ends_with('-') {
        segment.to_owned()
    } else {
        format!("\"{segment}\"")
    }
}

/// Reads a path token, or a single word where a path may stand.
///
/// The literal is returned even if wrong, with what could be read, so that parsing goes on.
pub(crate) fn read(text: &str, span: Span) -> (PathLiteral, Option<Diagnostic>) {
    let mut path = PathLiteral { absolute: text.starts_with('/'), segments: Vec::new(), tail: None, span };
    if text == "/" {
        return (path, None);
    }
    let mut rest = text.strip_prefix('/').unwrap_or(text);
    loop {
        let start = span.start as usize + (text.len() - rest.len());
        let (length, segment) = next_segment(rest);
        let at = Span::new(span.source, start, start + length.max(1).min(rest.len().max(1)));
        match segment {
            Ok(Piece::Tail) if length == rest.len() => path.tail = Some(at),
            Ok(Piece::Tail) => {
                let error = errors::bad_path(
                    at,
                    "`**` stands only at the end of a path",
                    "use `*` for one segment".into(),
                );
                return (path, Some(error));
            }
            Ok(Piece::Segment(segment)) => path.segments.push(Spanned::new(segment, at)),
            Ok(Piece::Capture(text)) => path.segments.push(Spanned::new(capture(text, at), at)),
            Err(problem) => return (path, Some(problem.at(at, rest.get(..length).unwrap_or("")))),
        }
        rest = rest.get(length..).unwrap_or("");
        match rest.strip_prefix('/') {
            Some(below) => rest = below,
            None if rest.is_empty() => return (path, None),
            None => {
                let at = Span::new(span.source, start + length, start + length + 1);
                let message = "a capture or quoted part is a whole segment";
                return (
                    path,
                    Some(errors::bad_path(at, message, "put a `/` here, or quote the whole segment".into())),
                );
            }
        }
    }
}

/// One well-formed piece of a path.
enum Piece<'a> {
    Segment(PathSegment),
    Capture(&'a str),
    Tail,
}

/// Why a piece is wrong.
enum Problem {
    Empty,
    Trailing,
    Capture,
    Dot,
    Escape,
    Star,
    Quote,
    Hyphen,
    Character(char),
    Quoted(char),
}

impl Problem {
    fn at(self, span: Span, piece: &str) -> Diagnostic {
        match self {
            Problem::Empty => errors::non_normal_path(span, "empty segment in a path", "remove one `/`"),
            Problem::Trailing => {
                let slash = Span { start: span.start.saturating_sub(1), end: span.start, ..span };
                errors::non_normal_path(
                    slash,
                    "a path does not end in `/`",
                    "remove the `/`; `/**` matches everything below",
                )
            }
            Problem::Capture => errors::bad_capture(span, piece),
            Problem::Dot => {
                errors::non_normal_path(span, "dot segment in a path", "write the path it stands for")
            }
            Problem::Escape => errors::non_normal_path(
                span,
                "percent-encoding in a path",
                "write the character itself; paths hold A-Z a-z 0-9 . _ ~ : @ + , = ( ) $ ! -",
            ),
            Problem::Star => errors::bad_path(
                span,
                "`*` is a whole segment",
                "write `*` alone between two `/`, or a segment set".into(),
            ),
            Problem::Quote => {
                errors::bad_path(span, "this segment is written in quotes", format!("write `\"{piece}\"`"))
                    .fix(span, format!("\"{piece}\""))
            }
            Problem::Hyphen => errors::bad_path(
                span,
                "a segment that begins or ends with `-` is quoted",
                format!("write `\"{piece}\"`"),
            )
            .fix(span, format!("\"{piece}\"")),
            Problem::Character(character) => errors::bad_path(
                span,
                &format!("no path can hold `{}`", shown(character)),
                "paths hold A-Z a-z 0-9 . _ ~ : @ + , = ( ) $ ! - and `/` between segments".into(),
            ),
            Problem::Quoted(character) => errors::bad_path(
                span,
                &format!("a quoted segment cannot hold `{}`", shown(character)),
                "a quoted segment holds A-Z a-z 0-9 . _ ~ : @ + , = ( ) $ ! - and no escapes".into(),
            ),
        }
    }
}

/// A character as people know it, invisible ones by their number.
fn shown(character: char) -> String {
    if character.is_ascii_graphic() { character.to_string() } else { character.escape_debug().to_string() }
}

/// Reads the segment at the start of `rest`; its length and what it is.
fn next_segment(rest: &str) -> (usize, Result<Piece<'_>, Problem>) {
    if let Some(quoted) = rest.strip_prefix('"') {
        let inner = quoted.split_once('"').map_or(quoted, |(inner, _)| inner);
        let length = (inner.len() + 2).min(rest.len());
        return (length, quoted_segment(inner));
    }
    if rest.starts_with('{') {
        return match capture_length(rest) {
            Some(length) => (length, Ok(Piece::Capture(rest.get(..length).unwrap_or("")))),
            None => (rest.find('}').map_or(rest.len(), |end| end + 1), Err(Problem::Capture)),
        };
    }
    let length = rest.find(['/', '{', '"']).unwrap_or(rest.len());
    let piece = rest.get(..length).unwrap_or("");
    (length, bare_segment(piece, rest.is_empty()))
}

fn quoted_segment(inner: &str) -> Result<Piece<'static>, Problem> {
    match inner {
        "" => Err(Problem::Empty),
        "." | ".." => Err(Problem::Dot),
        _ => match inner.chars().find(|c| !u8::try_from(*c).is_ok_and(in_alphabet)) {
            Some('%') => Err(Problem::Escape),
            Some(character) => Err(Problem::Quoted(character)),
            None => Ok(Piece::Segment(PathSegment::Literal(inner.to_owned()))),
        },
    }
}

fn bare_segment(piece: &str, at_end: bool) -> Result<Piece<'static>, Problem> {
    match piece {
        "" if at_end => return Err(Problem::Trailing),
        "" => return Err(Problem::Empty),
        "." | ".." => return Err(Problem::Dot),
        "*" => return Ok(Piece::Segment(PathSegment::Any)),
        "**" => return Ok(Piece::Tail),
        _ => {}
    }
    if piece.contains('%') {
        return Err(Problem::Escape);
    }
    if piece.contains('*') {
        return Err(Problem::Star);
    }
    if let Some(character) = piece.chars().find(|c| !u8::try_from(*c).is_ok_and(in_alphabet)) {
        return Err(Problem::Character(character));
    }
    if !piece.bytes().all(is_bare) {
        return Err(Problem::Quote);
    }
    if piece.starts_with('-') || piece.ends_with('-') {
        return Err(Problem::Hyphen);
    }
    Ok(Piece::Segment(PathSegment::Literal(piece.to_owned())))
}

/// Splits `{name}` or `{name: set}`, whose form the lexer has checked.
fn capture(text: &str, at: Span) -> PathSegment {
    let inner = text.trim_start_matches('{').trim_end_matches('}');
    let name_start = at.start as usize + 1;
    let place = |from: usize, length: usize| Span::new(at.source, from, from + length);
    match inner.split_once(':') {
        None => PathSegment::Capture {
            name: Spanned::new(inner.to_owned(), place(name_start, inner.len())),
            set: None,
        },
        Some((name, set)) => {
            let trimmed = set.trim_start();
            let set_start = name_start + inner.len() - trimmed.len();
            PathSegment::Capture {
                name: Spanned::new(name.to_owned(), place(name_start, name.len())),
                set: Some(Spanned::new(trimmed.to_owned(), place(set_start, trimmed.len()))),
            }
        }
    }
}
