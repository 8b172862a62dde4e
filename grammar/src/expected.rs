//! A token where another should stand: where it is reported, and what was expected, in words: at most four, with the
//! many names of a name collapsed into one. What to do about it is in `hint`.

use crate::diagnostic::Diagnostic;
use crate::errors;
use crate::hint::hint;
use crate::lexer::Lexeme;
use crate::span::{SourceId, Span};
use crate::token::Token;

/// The most alternatives named.
const SHOWN: usize = 4;

/// The most characters shown of a token.
const SHOWN_CHARACTERS: usize = 40;

/// A syntax error and its surroundings.
pub(crate) struct Unexpected<'a, 'i> {
    source: SourceId,
    text: &'i str,
    before: &'a [Lexeme<'i>],
    found: Option<&'a Lexeme<'i>>,
    expected: Vec<&'a str>,
}

impl<'a, 'i> Unexpected<'a, 'i> {
    /// The token that begins at `start` (or the end of the text), where one of the terminals `expected` should stand.
    pub(crate) fn new(
        source: SourceId,
        text: &'i str,
        tokens: &'a [Lexeme<'i>],
        start: Option<usize>,
        expected: &'a [String],
    ) -> Unexpected<'a, 'i> {
        let at = start.map_or(tokens.len(), |start| tokens.partition_point(|(token, ..)| *token < start));
        let (before, rest) = tokens.split_at(at);
        let expected = expected.iter().map(|terminal| terminal.trim_matches('"')).collect();
        Unexpected { source, text, before, found: rest.first(), expected }
    }

    /// The unexpected token, unless it is the end of the text.
    pub(crate) fn found(&self) -> Option<Token<'i>> {
        self.found.map(|(_, token, _)| *token)
    }

    /// The token before it.
    pub(crate) fn previous(&self) -> Option<Token<'i>> {
        self.before.last().map(|(_, token, _)| *token)
    }

    /// The token that begins the statement.
    pub(crate) fn first(&self) -> Option<Token<'i>> {
        let ends =
            |token: &Token<'_>| matches!(token, Token::Semicolon | Token::LeftBrace | Token::RightBrace);
        self.before
            .iter()
            .rev()
            .map(|(_, token, _)| *token)
            .take_while(|token| !ends(token))
            .last()
            .or(self.found())
    }

    /// How the unexpected token is written.
    pub(crate) fn spelt(&self) -> &'i str {
        self.found.and_then(|(start, _, end)| self.text.get(*start..*end)).unwrap_or("")
    }

    /// How the token before it is written.
    pub(crate) fn previous_spelt(&self) -> &'i str {
        self.before.last().and_then(|(start, _, end)| self.text.get(*start..*end)).unwrap_or("")
    }

    /// Whether this terminal was expected.
    pub(crate) fn has(&self, terminal: &str) -> bool {
        self.expected.contains(&terminal)
    }

    /// The terminals expected.
    pub(crate) fn expected(&self) -> impl Iterator<Item = &'a str> {
        self.expected.iter().copied()
    }

    /// Whether an item could begin here.
    pub(crate) fn item(&self) -> bool {
        self.has("relation") && self.has("fact")
    }

    /// Whether a statement of a route could begin here.
    pub(crate) fn statement(&self) -> bool {
        self.has("require") && self.has("allow") && !self.item()
    }

    /// Whether an ACL could begin here.
    pub(crate) fn acl(&self) -> bool {
        self.has("open") && self.has("stake") && self.has("not") && !self.has("path")
    }

    /// Whether only a permission could stand here.
    pub(crate) fn permission(&self) -> bool {
        PERMISSIONS.iter().all(|permission| self.has(permission)) && !self.has("name")
    }

    /// Where the place between the token before and this one begins and ends, and this one's end.
    fn place(&self) -> (usize, usize, usize) {
        let before = self.before.last().map_or(0, |(_, _, end)| *end);
        self.found
            .map_or((before, self.text.len(), self.text.len()), |(start, _, end)| (before, *start, *end))
    }

    /// The stretch whose lexical errors this one only echoes: from the token before to the end of this one.
    pub(crate) fn stretch(&self) -> Span {
        let (before, _, end) = self.place();
        Span::new(self.source, before, end)
    }

    /// The sign that is missing after the token before: a `;` where the next statement begins or the line ends, or a `)`
    /// where the statement ends.
    pub(crate) fn missing(&self) -> Option<&'static str> {
        let (before, start, _) = self.place();
        let next_line = self.text.get(before..start).unwrap_or("").contains('\n');
        let begins = self.found().is_none_or(|token| {
            matches!(token, Token::RightBrace | Token::Allow | Token::Require | Token::Inherit)
                || (token.begins_item() && !matches!(token, Token::Segment | Token::Limits | Token::Cell))
        });
        if self.has(";") && !self.item() && !self.statement() && (next_line || begins) {
            return Some(";");
        }
        (self.has(")")
            && !self.has("cellname")
            && matches!(self.found(), Some(Token::Semicolon | Token::RightBrace)))
        .then_some(")")
    }

    /// The error.
    pub(crate) fn report(&self) -> Diagnostic {
        let (before, start, end) = self.place();
        let found = self.describe();
        if let Some(sign) = self.missing() {
            let span = Span::new(self.source, before, before);
            let help = if sign == ";" { "end the statement with `;`" } else { "close the `(`" };
            return errors::unexpected(span, &found, &format!("`{sign}`"), Some(help.into()))
                .suggest(span, sign);
        }
        let span = if self.found.is_some() {
            Span::new(self.source, start, end)
        } else {
            Span::new(self.source, end, end)
        };
        errors::unexpected(span, &found, &list(&self.words()), hint(self))
    }

    /// Terminals collapse into the class they belong to, the most telling class first.
    fn words(&self) -> Vec<String> {
        let mut words: Vec<String> = Vec::new();
        let mut covered: Vec<&str> = vec!["error", "bad"];
        let mut class = |word: &str, covers: &[&[&'static str]]| {
            words.push(word.to_owned());
            covered.extend(covers.iter().flat_map(|some| some.iter()));
        };
        let names: &[&str] = &["name", "dotted"];
        let literals: &[&str] = &["word", "int", "hex", "text", "path"];
        if self.has("path") {
            class("a path", &[names, literals, SOFT, HARD]);
        } else if self.has("word") {
            class("a version", &[names, literals, SOFT, HARD]);
        } else if self.acl() {
            if PERMISSIONS.iter().all(|permission| self.has(permission)) && !self.has("name") {
                class("a permission", &[]);
            }
            class("an ACL", &[&["open", "stake", "proof", "cells", "not", "(", "cellname"], names, SOFT]);
        } else if self.permission() {
            class("a permission", &[&PERMISSIONS]);
        } else if self.has("cellname") && self.has("int") && !self.has("name") {
            class("a constant", &[&["cellname", "int", "text"]]);
        } else if self.has("cellname") && self.has("name") && !self.has("text") {
            class("a cell such as `@acme`", &[&["cellname"], names, SOFT]);
        } else if self.has("dotted") && self.has("{") && self.has("(") {
            class("a set such as `{ @acme }` or its name", &[&["{", "("], names, SOFT]);
        } else if self.has("dotted") && self.has("text") && !self.has("cellname") {
            class("a module such as `std.roles` or a file in quotes", &[&["text"], names, SOFT]);
        } else if self.has("name") && self.has("text") {
            class("a value or name", &[&["text", "int", "cellname", "epoch"], names, SOFT]);
        } else if self.has("name") {
            class(if self.has("dotted") { "a name, perhaps dotted" } else { "a name" }, &[names, SOFT]);
        }
        if self.item() {
            class("an item such as `route` or `rule`", &[STARTERS, &["limits", "cell", "segment", ";"]]);
        }
        if self.statement() {
            class("a statement such as `allow` or `require`", &[STATEMENTS, &[";"]]);
        }
        if self.has("threshold") && self.has("stakes") && !self.has("name") {
            class(
                "a statement such as `council` or `threshold`",
                &[&["council", "threshold", "epoch", "stakes", ";"]],
            );
        }
        if self.has("resolve") && self.has("no_route") && !self.has("name") {
            class("an expectation such as `allow` or `resolve`", &[EXPECTATIONS]);
        }
        if self.has("==") && self.has("<") {
            class("a comparison such as `>=`", &[&["==", "!=", "<", "<=", ">", ">="]]);
        }
        // After a word of the language that could also be the name of a call.
        if self.has("(") && self.has(";") {
            covered.push("(");
        }
        words.extend(self.expected().filter(|terminal| !covered.contains(terminal)).map(word));
        words
    }

    fn describe(&self) -> String {
        let spelt = self.spelt();
        let mut shown: String = spelt.chars().take(SHOWN_CHARACTERS).collect();
        if shown.len() < spelt.len() {
            shown.push_str("..");
        }
        match self.found() {
            None => "the end of the text".to_owned(),
            Some(Token::Int(_)) => format!("the number `{shown}`"),
            Some(Token::Text(_)) => format!("the text {shown}"),
            Some(Token::Path(_)) => format!("the path `{shown}`"),
            Some(Token::Regex(_)) => "a regex".to_owned(),
            // A `}` that the lexer supplied has no text; its error is E0005.
            Some(Token::RightBrace) => "`}`".to_owned(),
            Some(_) => format!("`{shown}`"),
        }
    }
}

fn list(words: &[String]) -> String {
    match words {
        [] => "the end".to_owned(),
        [one] => one.clone(),
        [first @ .., last] if words.len() <= SHOWN => format!("{} or {last}", first.join(", ")),
        _ => {
            let shown: Vec<&str> = words.iter().take(SHOWN).map(String::as_str).collect();
            format!("{} and others", shown.join(", "))
        }
    }
}

fn word(terminal: &str) -> String {
    match terminal {
        "cellname" => "a cell such as `@acme`".to_owned(),
        "int" => "a number".to_owned(),
        "text" => "a text in quotes".to_owned(),
        "hex" => "a cell id such as `0x9f2c..`".to_owned(),
        "regex" => "a regex such as `re\"v[0-9]+\"`".to_owned(),
        other => format!("`{other}`"),
    }
}

pub(crate) const PERMISSIONS: [&str; 3] = ["read", "invoke", "mount"];
pub(crate) const STATEMENTS: &[&str] =
    &["require", "allow", "inherit", "service", "delegate", "versions", "route", "gateway"];
const EXPECTATIONS: &[&str] = &["allow", "deny", "provable", "resolve", "order", "no_route"];
const STARTERS: &[&str] = &[
    "policy",
    "use",
    "cellset",
    "relation",
    "fact",
    "rule",
    "route",
    "gateway",
    "redirect",
    "allow",
    "require",
    "governance",
    "test",
];
const HARD: &[&str] = &["if", "not", "and", "or", "in", "as", "stake", "epoch", "deny", "given", "expect"];
const SOFT: &[&str] = &[
    "version",
    "versions",
    "limits",
    "cell",
    "cells",
    "segment",
    "public",
    "held",
    "by",
    "column",
    "open",
    "proof",
    "owner",
    "inherit",
    "read",
    "invoke",
    "mount",
    "service",
    "priority",
    "coordinator",
    "latest",
    "deprecated",
    "delegate",
    "to",
    "depth",
    "max_routes",
    "council",
    "threshold",
    "of",
    "blocks",
    "stakes",
    "unproved",
    "resolve",
    "order",
    "is",
    "no_route",
    "provable",
];
