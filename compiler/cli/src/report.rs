//! Where findings go: to standard error for people, as JSON objects for programs.

use crate::arguments::{Color, Common, Deny, Format};
use crate::outcome::{Failure, Outcome};
use crate::output::{self, Stream};
use dregg_grammar::{Diagnostic, Label, Severity, SourceMap, Span};
use dreggc::render::{Texts, plain};
use serde_json::{Value, json};

/// Prints findings, and counts them.
pub(crate) struct Reporter {
    /// As the command line says.
    pub(crate) format: Option<Format>,
    color: Color,
    deny_warnings: bool,
    errors: usize,
    warnings: usize,
}

impl Reporter {
    /// As the command line says.
    pub(crate) fn new(common: &Common) -> Reporter {
        Reporter {
            format: common.format,
            color: common.color,
            deny_warnings: common.deny == Some(Deny::Warnings),
            errors: 0,
            warnings: 0,
        }
    }

    /// What the findings so far come to.
    pub(crate) fn outcome(&self) -> Outcome {
        if self.errors > 0 {
            Outcome::Errors
        } else if self.warnings > 0 && self.deny_warnings {
            Outcome::Warnings
        } else {
            Outcome::Fine
        }
    }

    /// Whether a verb's own data are to be JSON.
    pub(crate) fn json(&self) -> bool {
        self.format == Some(Format::Json)
    }

    /// Refuses the formats of `graph`.
    pub(crate) fn no_drawing(&self) -> Result<(), Failure> {
        match self.format {
            None | Some(Format::Human | Format::Short | Format::Json) => Ok(()),
            Some(Format::Dot | Format::Mermaid) => {
                Err(Failure::usage("`--format dot` and `--format mermaid` are for `dreggc graph`"))
            }
        }
    }

    /// Prints findings. JSON goes to `stream`, anything else to standard error.
    pub(crate) fn findings(
        &mut self,
        sources: &SourceMap,
        findings: &[Diagnostic],
        stream: Stream,
    ) -> Result<(), Failure> {
        for finding in findings {
            match finding.severity {
                Severity::Error => self.errors += 1,
                Severity::Warning => self.warnings += 1,
            }
        }
        if findings.is_empty() {
            return Ok(());
        }
        match self.format {
            Some(Format::Json) => {
                let text: String =
                    findings.iter().map(|finding| format!("{}\n", as_json(sources, finding))).collect();
                match stream {
                    Stream::Data => output::data(&text)?,
                    Stream::Error => output::message(text.trim_end()),
                }
            }
            Some(Format::Short) => {
                let lines: Vec<String> = findings.iter().map(|finding| short(sources, finding)).collect();
                output::message(&lines.join("\n"));
            }
            None | Some(Format::Human | Format::Dot | Format::Mermaid) => {
                let color = self.color();
                let mut texts = Texts::new(sources);
                for finding in findings {
                    output::message(&texts.render(finding, color));
                }
            }
        }
        Ok(())
    }

    /// How many findings there were, for people; nothing if there were none.
    pub(crate) fn summary(&self) {
        let count = |number: usize, word: &str| match number {
            0 => None,
            1 => Some(format!("1 {word}")),
            _ => Some(format!("{number} {word}s")),
        };
        let counts: Vec<String> =
            [count(self.errors, "error"), count(self.warnings, "warning")].into_iter().flatten().collect();
        if !counts.is_empty() && !self.json() && self.format != Some(Format::Short) {
            output::message(&counts.join(", "));
        }
    }

    fn color(&self) -> bool {
        match self.color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => output::color_by_default(Stream::Error),
        }
    }
}

/// `file:line:column: error[E0301]: message`
fn short(sources: &SourceMap, finding: &Diagnostic) -> String {
    let (line, column) = sources.line_column(finding.primary.span);
    let name = plain(sources.name(finding.primary.span));
    let (word, code, message) = (finding.severity.word(), finding.code.0, plain(&finding.message));
    format!("{name}:{line}:{column}: {word}[{code}]: {message}")
}

/// A finding as an object. Lines and columns count from 1, columns in characters, offsets in bytes; ends are exclusive.
pub(crate) fn as_json(sources: &SourceMap, finding: &Diagnostic) -> Value {
    let mut object = json!({ "code": finding.code.0, "severity": finding.severity.word() });
    extend(&mut object, place(sources, finding.primary.span));
    let labels: Vec<Value> = std::iter::once(&finding.primary)
        .filter(|label| !label.text.is_empty())
        .chain(&finding.secondary)
        .map(|label| as_label(sources, label))
        .collect();
    let fix = finding.fix.as_ref().map(|fix| {
        let mut object = place(sources, fix.span);
        let edit =
            json!({ "start": fix.span.start, "end": fix.span.end, "text": fix.text, "safe": fix.safe });
        extend(&mut object, edit);
        object
    });
    extend(
        &mut object,
        json!({
            "message": finding.message,
            "labels": labels,
            "notes": finding.notes,
            "help": finding.help,
            "fix": fix,
        }),
    );
    object
}

fn as_label(sources: &SourceMap, label: &Label) -> Value {
    let mut object = place(sources, label.span);
    extend(&mut object, json!({ "text": label.text }));
    object
}

fn place(sources: &SourceMap, span: Span) -> Value {
    let (line, column) = sources.line_column(span);
    let (end_line, end_column) = sources.line_column(Span { start: span.end.max(span.start), ..span });
    json!({
        "file": sources.name(span),
        "line": line,
        "column": column,
        "end_line": end_line,
        "end_column": end_column,
    })
}

fn extend(object: &mut Value, with: Value) {
    if let (Value::Object(object), Value::Object(with)) = (object, with) {
        object.extend(with);
    }
}
