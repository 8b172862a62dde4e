//! The formatter: one layout for every text, over tokens, comments and blank lines, not over the tree.
//!
//! `words` joins tokens and comments, `layout` arranges statements and blocks, `wrap` breaks what is too wide, `lines`
//! holds what comes of it. Nothing here knows what a policy means, and [`format`] refuses its own result if a token or a
//! comment of it differs.

mod layout;
mod lines;
mod words;
mod wrap;

#[cfg(test)]
mod tests;

use crate::diagnostic::Diagnostic;
use crate::lexer::SOURCE_BYTES;
use crate::parse::parse;
use crate::span::SourceId;
use words::Words;

/// The widest line, in characters, indentation included and a trailing comment not.
const WIDTH: usize = 110;

/// The columns of one step of indentation.
const INDENT: usize = 4;

/// Why a text is not formatted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FormatError {
    /// The text has errors; a layout of it would be a guess.
    Syntax(Vec<Diagnostic>),
    /// Indented, the text would exceed [`SOURCE_BYTES`].
    TooLarge,
    /// The result would not have the same tokens and comments: a fault of the formatter, and the text stays as it is.
    ChangedMeaning,
}

/// Lays out a text. The result has the same tokens and the same comments between the same tokens, except that a blank
/// follows the colon of a capture and that a comma before `}`, `)` or `;` comes and goes with the layout; lines end in
/// `\n`, and a byte order mark is dropped. Formatting the result changes nothing.
///
/// # Errors
/// See [`FormatError`].
pub fn format(source: SourceId, text: &str) -> Result<String, FormatError> {
    let diagnostics = parse(source, text).diagnostics;
    if diagnostics.iter().any(Diagnostic::is_error) {
        return Err(FormatError::Syntax(diagnostics));
    }
    let words = Words::read(source, text);
    let formatted = layout::lay_out(&words).into_text().ok_or(FormatError::TooLarge)?;
    if formatted.len() > SOURCE_BYTES {
        return Err(FormatError::TooLarge);
    }
    if Words::read(source, &formatted).same(&words) {
        Ok(formatted)
    } else {
        Err(FormatError::ChangedMeaning)
    }
}
