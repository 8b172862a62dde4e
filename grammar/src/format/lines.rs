//! The lines of a layout, and how they become text: indentation, aligned trailing comments, a newline each.

use super::{INDENT, WIDTH};
use crate::lexer::SOURCE_BYTES;

/// One line. Without code it is a comment on its own, without either it is empty.
#[derive(Clone, Debug, Default)]
struct Line<'i> {
    indent: usize,
    code: String,
    comment: Option<&'i str>,
}

impl Line<'_> {
    fn is_empty(&self) -> bool {
        self.code.is_empty() && self.comment.is_none()
    }

    fn columns(&self) -> usize {
        self.indent + self.code.chars().count()
    }
}

/// The lines so far.
#[derive(Clone, Debug, Default)]
pub(super) struct Lines<'i> {
    lines: Vec<Line<'i>>,
    bytes: usize,
}

impl<'i> Lines<'i> {
    /// Adds a line of code with the comment after it. Past [`SOURCE_BYTES`] it is only counted.
    pub fn code(&mut self, indent: usize, code: String, comment: Option<&'i str>) {
        self.add(Line { indent, code, comment });
    }

    /// Adds a comment on its own line.
    pub fn comment(&mut self, indent: usize, comment: &'i str) {
        self.add(Line { indent, code: String::new(), comment: Some(comment) });
    }

    /// Adds an empty line, unless the text or a block has just begun or the last line is empty.
    pub fn blank(&mut self) {
        let wanted = self.lines.last().is_some_and(|line| !line.is_empty() && !line.code.ends_with('{'));
        if wanted {
            self.add(Line::default());
        }
    }

    fn add(&mut self, line: Line<'i>) {
        self.bytes += line.indent + line.code.len() + line.comment.map_or(0, str::len) + 1;
        if self.bytes <= SOURCE_BYTES {
            self.lines.push(line);
        }
    }

    /// The text, or nothing if it is too large.
    pub fn into_text(self) -> Option<String> {
        if self.bytes > SOURCE_BYTES {
            return None;
        }
        let mut text = String::with_capacity(self.bytes);
        let blanks = |text: &mut String, count: usize| text.extend(std::iter::repeat_n(' ', count));
        for run in self.lines.chunk_by(aligned) {
            let column = run.iter().map(Line::columns).max().unwrap_or(0) + 2;
            for line in run {
                if !line.is_empty() {
                    blanks(&mut text, line.indent);
                }
                text.push_str(&line.code);
                if let Some(comment) = line.comment {
                    if !line.code.is_empty() {
                        blanks(&mut text, column - line.columns());
                    }
                    text.push_str(comment);
                }
                text.push('\n');
            }
        }
        Some(text)
    }
}

/// Whether the trailing comments of two neighbours begin in the same column.
fn aligned(one: &Line<'_>, next: &Line<'_>) -> bool {
    let takes_part =
        |line: &Line<'_>| !line.code.is_empty() && line.comment.is_some() && line.columns() <= WIDTH;
    one.indent == next.indent && takes_part(one) && takes_part(next)
}

/// The column one step further in.
pub(super) fn deeper(indent: usize) -> usize {
    indent + INDENT
}
