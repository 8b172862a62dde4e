//! Integers and texts: from their spelling to their value.

use crate::diagnostic::Diagnostic;
use crate::errors;
use crate::span::Span;

/// One more than the largest integer of the language.
pub const INT_BOUND: u64 = 1 << 56;

/// The longest text, in bytes.
pub const TEXT_BYTES: usize = 255;

/// The value of a decimal integer; 0 with a report if it is none of the language's.
pub(crate) fn integer(text: &str, span: Span) -> (u64, Option<Diagnostic>) {
    let digits: String = text.chars().filter(|c| *c != '_').collect();
    if digits.len() > 1 && digits.starts_with('0') {
        let plain = digits.trim_start_matches('0');
        let plain = if plain.is_empty() { "0" } else { plain };
        let report =
            errors::bad_integer(span, format!("`{text}` begins with a zero"), &format!("write `{plain}`"));
        return (0, Some(report.fix(span, plain)));
    }
    match digits.parse::<u64>() {
        Ok(value) if value < INT_BOUND => (value, None),
        Ok(_) | Err(_) => {
            let shown: String = text.chars().take(30).collect();
            let help = "use a number below 72_057_594_037_927_936";
            (0, Some(errors::bad_integer(span, format!("`{shown}` is too large"), help)))
        }
    }
}

/// The value of a text in quotes.
pub(crate) fn text(quoted: &str, span: Span) -> (String, Option<Diagnostic>) {
    let inner = quoted.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or("");
    let mut value = String::with_capacity(inner.len());
    let mut characters = inner.char_indices();
    let mut problem = None;
    while let Some((at, character)) = characters.next() {
        if character != '\\' {
            value.push(character);
            continue;
        }
        match characters.next() {
            Some((_, '"')) => value.push('"'),
            Some((_, '\\')) => value.push('\\'),
            Some((_, 'n')) => value.push('\n'),
            Some((_, 't')) => value.push('\t'),
            other => {
                let shown = other.map_or(String::new(), |(_, c)| c.escape_default().to_string());
                let start = span.start as usize + 1 + at;
                let length = 1 + other.map_or(0, |(_, c)| c.len_utf8());
                let place = Span::new(span.source, start, start + length);
                let message = format!("`\\{shown}` is no escape");
                let help = "write `\\\\` for a backslash; the escapes are `\\\"`, `\\\\`, `\\n` and `\\t`";
                problem = problem.or(Some(errors::bad_text(place, message, help)));
            }
        }
    }
    if value.len() > TEXT_BYTES && problem.is_none() {
        let message = format!("a text of {} bytes, the limit is {TEXT_BYTES}", value.len());
        problem = Some(errors::bad_text(span, message, "shorten it"));
    }
    (value, problem)
}
