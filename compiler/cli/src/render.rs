//! Diagnostics for people at a terminal: the only place that knows ariadne.

use ariadne::{Cache, Color, Config, IndexType, Label, Report, ReportKind, Source};
use dregg_grammar::{Diagnostic, Severity, SourceId, SourceMap, Span};
use std::collections::BTreeMap;
use std::fmt::Display;
use std::ops::Range;

/// The texts of one run, split into lines once.
pub struct Texts<'s> {
    sources: &'s SourceMap,
    lines: BTreeMap<SourceId, Source<String>>,
}

impl<'s> Texts<'s> {
    /// The texts of these sources.
    pub fn new(sources: &'s SourceMap) -> Texts<'s> {
        Texts { sources, lines: BTreeMap::new() }
    }

    /// One diagnostic with its source lines, ending in a newline.
    pub fn render(&mut self, diagnostic: &Diagnostic, color: bool) -> String {
        let heading = format!("{}[{}]", diagnostic.severity.word(), diagnostic.code.0);
        let main = match diagnostic.severity {
            Severity::Error => Color::Red,
            Severity::Warning => Color::Yellow,
        };
        let place = self.place(diagnostic.primary.span);
        let mut text = Vec::new();
        if self.sources.text(Span { start: 0, end: u32::MAX, ..diagnostic.primary.span }).is_empty()
            && self.sources.get(diagnostic.primary.span.source).is_none_or(|source| source.text.is_empty())
        {
            // There is no text to show.
            let name = plain(self.sources.name(diagnostic.primary.span));
            let reason = plain(&diagnostic.primary.text);
            text.extend(
                format!("{heading}: {}\n  {name}: {reason}\n", plain(&diagnostic.message)).into_bytes(),
            );
        } else {
            let mut report = Report::build(ReportKind::Custom(&heading, main), place.clone())
                .with_config(Config::default().with_index_type(IndexType::Byte).with_color(color))
                .with_message(plain(&diagnostic.message))
                .with_label(label(place, &diagnostic.primary.text, main).with_priority(1).with_order(-1));
            for other in &diagnostic.secondary {
                report = report.with_label(label(self.place(other.span), &other.text, Color::Blue));
            }
            // Writing to memory does not fail.
            let _ = report.finish().write(&mut *self, &mut text);
        }
        let mut text = String::from_utf8_lossy(&text).into_owned();
        if !color {
            text = without_color(&text);
        }
        for note in &diagnostic.notes {
            text.push_str(&remark("note", note));
        }
        if let Some(help) = &diagnostic.help {
            text.push_str(&remark("help", help));
        }
        text.push_str(&remark("see", &format!("dreggc explain {}", diagnostic.code.0)));
        text
    }

    /// A span as ariadne can take it: within the text, on character boundaries, without the line end it may stop at.
    fn place(&self, span: Span) -> (SourceId, Range<usize>) {
        let text = self.sources.get(span.source).map_or("", |source| source.text.as_str());
        let start = text.floor_char_boundary(span.start as usize);
        let end = text.ceil_char_boundary(span.end as usize).max(start);
        let kept = text.get(start..end).unwrap_or("").trim_end();
        (span.source, start..start + kept.len())
    }
}

impl Cache<SourceId> for &mut Texts<'_> {
    type Storage = String;

    fn fetch(&mut self, id: &SourceId) -> Result<&Source<String>, impl std::fmt::Debug> {
        let sources = self.sources;
        let lines = || Source::from(same_length(sources.get(*id).map_or("", |source| source.text.as_str())));
        Ok::<_, std::convert::Infallible>(self.lines.entry(*id).or_insert_with(lines))
    }

    fn display<'a>(&self, id: &'a SourceId) -> Option<impl Display + 'a> {
        self.sources.get(*id).map(|source| plain(&source.name))
    }
}

fn label(place: (SourceId, Range<usize>), text: &str, color: Color) -> Label<(SourceId, Range<usize>)> {
    let label = Label::new(place).with_color(color);
    if text.is_empty() { label } else { label.with_message(plain(text)) }
}

/// A report without colour codes. ariadne 0.6 colours the heading of a custom kind whatever its configuration says;
/// nothing else in a report holds an escape character.
fn without_color(text: &str) -> String {
    let mut pieces = text.split('\u{1b}');
    let mut plain = pieces.next().unwrap_or("").to_owned();
    for piece in pieces {
        plain.push_str(piece.split_once('m').map_or("", |(_, rest)| rest));
    }
    plain
}

fn remark(word: &str, text: &str) -> String {
    let mut remark = String::new();
    for (number, line) in text.lines().enumerate() {
        let word = if number == 0 { format!("{word}:") } else { " ".repeat(word.len() + 1) };
        remark.push_str(&format!("  {word} {}\n", plain(line)));
    }
    remark
}

/// A text without characters that a terminal would obey, or that would show it in another order.
pub fn plain(text: &str) -> String {
    text.chars().map(|character| if is_obeyed(character) { '\u{fffd}' } else { character }).collect()
}

/// The same for a whole source: as many bytes at every place, lines only where `\n` ends them, tabs kept.
fn same_length(text: &str) -> String {
    text.chars()
        .map(|character| match character {
            '\n' | '\t' => character,
            '\r' => ' ',
            _ if !is_obeyed(character) => character,
            _ => match character.len_utf8() {
                1 => '?',
                2 => '\u{bf}',
                _ => '\u{fffd}',
            },
        })
        .collect()
}

fn is_obeyed(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_span_makes_it_panic_and_no_control_character_gets_out() {
        let text = "a\u{1b}[31m\r\n\u{2028}\u{85}\té\u{202e}x\n\n\u{feff}z\r";
        assert_eq!(same_length(text).len(), text.len());
        let mut sources = SourceMap::default();
        let source = sources.add("evil\u{1b}.dregg", text);
        let mut texts = Texts::new(&sources);
        for start in 0..=text.len() + 2 {
            for end in 0..=text.len() + 2 {
                let span = Span::new(source, start, end);
                let diagnostic = Diagnostic::error("E0001", span, "m\u{7}")
                    .label("l\u{1b}")
                    .also(span, "")
                    .note("n\u{9b}");
                let shown = texts.render(&diagnostic, false);
                assert!(shown.starts_with("error[E0001]: m\u{fffd}\n"), "{shown}");
                assert!(
                    shown.chars().all(|character| character == '\n' || !is_obeyed(character)),
                    "{shown:?}"
                );
                assert!(shown.ends_with("  note: n\u{fffd}\n  see: dreggc explain E0001\n"));
            }
        }
    }

    #[test]
    fn columns_count_characters_and_lines_end_at_newlines() {
        let mut sources = SourceMap::default();
        let source = sources.add("p.dregg", "# \u{2028}é\nroute é;\n");
        let span = Span::new(source, 14, 16);
        assert_eq!(sources.text(span), "é");
        let shown =
            Texts::new(&sources).render(&Diagnostic::warning("W0405", span, "unused").label("here"), false);
        assert!(shown.starts_with("warning[W0405]: unused\n"), "{shown}");
        assert!(shown.contains("[ p.dregg:2:7 ]"), "{shown}");
        assert!(shown.contains("2 │ route é;"), "{shown}");
        let colored = Texts::new(&sources).render(&Diagnostic::warning("W0405", span, "unused"), true);
        assert!(colored.contains('\u{1b}'));
    }
}
