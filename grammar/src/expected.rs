//! What was expected, in words: at most four, with the many names of a name collapsed into one.

use crate::diagnostic::Diagnostic;
use crate::errors;
use crate::span::Span;
use crate::token::Token;

/// The most alternatives named.
const SHOWN: usize = 4;

/// `E0101` for a token (or the end of the text) where one of the terminals `expected` should stand.
pub(crate) fn unexpected(span: Span, found: Option<&Token<'_>>, expected: &[String]) -> Diagnostic {
    let words = words(expected);
    let help = hint(found, &words);
    errors::unexpected(span, &describe(found), &list(&words), help)
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

/// Terminals collapse into the class they belong to, the most telling class first.
fn words(expected: &[String]) -> Vec<String> {
    let names: Vec<&str> = expected.iter().map(|terminal| terminal.trim_matches('"')).collect();
    let has = |terminal: &str| names.contains(&terminal);
    let mut words: Vec<String> = Vec::new();
    let mut covered: Vec<&str> = vec!["error", "bad"];
    let any_name = ["name", "dotted"];
    let literals = ["word", "int", "hex", "text", "path"];
    let item = has("relation") && has("fact");
    let statement = has("require") && has("allow") && !item;
    if has("path") {
        words.push("a path".into());
        covered.extend(any_name.iter().chain(&literals));
        covered.extend(SOFT.iter().chain(HARD));
    } else if has("word") {
        words.push("a version".into());
        covered.extend(any_name.iter().chain(&literals));
        covered.extend(SOFT.iter().chain(HARD));
    } else if has("open") && has("stake") && has("not") {
        if PERMISSIONS.iter().all(|permission| has(permission)) && has("(") && !has("name") {
            words.push("a permission".into());
        }
        words.push("an ACL".into());
        covered.extend(["open", "stake", "proof", "cells", "not", "("]);
        covered.extend(any_name.iter().chain(SOFT));
    } else if PERMISSIONS.iter().all(|permission| has(permission)) && !has("name") {
        words.push("a permission".into());
        covered.extend(PERMISSIONS);
    } else if has("name") && has("text") {
        words.push("a value or name".into());
        covered.extend(["text", "int", "cellname", "epoch"]);
        covered.extend(any_name.iter().chain(SOFT));
    } else if has("name") {
        words.push(if has("dotted") { "a name, perhaps dotted".into() } else { "a name".into() });
        covered.extend(any_name.iter().chain(SOFT));
    }
    if item {
        words.push("an item such as `route` or `rule`".into());
        covered.extend(STARTERS.iter().chain(&["limits", "cell", "segment"]));
    }
    if statement {
        words.push("a statement such as `allow` or `require`".into());
        covered.extend(["require", "allow", "inherit", "service", "delegate", "versions", "route", "gateway"]);
    }
    for terminal in names {
        if !covered.contains(&terminal) {
            words.push(word(terminal));
        }
    }
    words
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

fn describe(found: Option<&Token<'_>>) -> String {
    match found {
        None => "the end of the text".to_owned(),
        Some(Token::Name(text) | Token::Dotted(text) | Token::Word(text) | Token::CellName(text)) => format!("`{text}`"),
        Some(Token::Int(text)) => format!("the number `{text}`"),
        Some(Token::Hex(text)) => format!("`{}`", text.chars().take(12).collect::<String>()),
        Some(Token::Text(text)) => format!("the text {}", text.chars().take(40).collect::<String>()),
        Some(Token::Path(text)) => format!("the path `{}`", text.chars().take(60).collect::<String>()),
        Some(Token::Regex(_)) => "a regex".to_owned(),
        Some(Token::RightBrace) => "`}`".to_owned(),
        Some(other) => format!("`{}`", spelling(other)),
    }
}

/// Help for the mistakes people make most.
fn hint(found: Option<&Token<'_>>, words: &[String]) -> Option<String> {
    let expects = |word: &str| words.iter().any(|expected| expected == word);
    match found {
        Some(Token::Path(text)) if text.starts_with('{') && expects("`{`") => Some(format!(
            "`{text}` reads as a capture; put a blank after `{{` to begin a set or block"
        )),
        Some(Token::Path(text)) if text.starts_with("route/") => Some("put a space after `route`".to_owned()),
        Some(token) if token.begins_item() && expects("a path") => {
            Some(format!("put it in quotes if you mean the segment: `\"{}\"`", spelling(token)))
        }
        Some(Token::Name(text)) if expects("an item such as `route` or `rule`") => {
            closest(text, STARTERS.iter().chain(&["limits", "cell", "segment"])).map(|word| format!("did you mean `{word}`?"))
        }
        Some(Token::Name(text)) if expects("a statement such as `allow` or `require`") => {
            let statements = ["require", "allow", "inherit", "service", "delegate", "versions", "route", "gateway"];
            closest(text, statements.iter()).map(|word| format!("did you mean `{word}`?"))
        }
        Some(Token::Equal) if expects("`==`") => Some("write `==` to compare".to_owned()),
        Some(_) | None if expects("`;`") => Some("end the statement with `;`".to_owned()),
        Some(_) | None if expects("`:`") => Some("write `:` between the permissions and the ACL".to_owned()),
        Some(_) | None => None,
    }
}

/// The word within edit distance `max(1, length / 3)`, the closest first.
fn closest<'a>(text: &str, words: impl Iterator<Item = &'a &'a str>) -> Option<&'a str> {
    let reach = (text.chars().count() / 3).max(1);
    let scored = words.map(|word| (distance(text, word), *word)).filter(|(distance, _)| *distance <= reach);
    scored.min().map(|(_, word)| word)
}

/// Levenshtein's distance with swapped neighbours, over short ASCII words.
fn distance(left: &str, right: &str) -> usize {
    strsim::osa_distance(left, right)
}

const PERMISSIONS: [&str; 3] = ["read", "invoke", "mount"];
const STARTERS: &[&str] = &[
    "policy", "use", "cellset", "relation", "fact", "rule", "route", "gateway", "redirect", "allow", "require",
    "governance", "test",
];
const HARD: &[&str] = &["if", "not", "and", "or", "in", "as", "stake", "epoch", "deny", "given", "expect"];
const SOFT: &[&str] = &[
    "version", "versions", "limits", "cell", "cells", "segment", "public", "held", "by", "column", "open", "proof",
    "owner", "inherit", "read", "invoke", "mount", "service", "priority", "coordinator", "latest", "deprecated",
    "delegate", "to", "depth", "max_routes", "council", "threshold", "of", "blocks", "stakes", "unproved", "resolve",
    "order", "is", "no_route", "provable",
];

/// How a word or sign is written: `Debug` of a keyword variant, lower case, except where they differ.
fn spelling(token: &Token<'_>) -> String {
    match token {
        Token::Arrow => "->".into(),
        Token::GreaterOrEqual => ">=".into(),
        Token::LessOrEqual => "<=".into(),
        Token::NotEqual => "!=".into(),
        Token::EqualEqual => "==".into(),
        Token::Equal => "=".into(),
        Token::Greater => ">".into(),
        Token::Less => "<".into(),
        Token::LeftBrace => "{".into(),
        Token::RightBrace => "}".into(),
        Token::LeftParenthesis => "(".into(),
        Token::RightParenthesis => ")".into(),
        Token::Comma => ",".into(),
        Token::Semicolon => ";".into(),
        Token::Colon => ":".into(),
        Token::MaxRoutes => "max_routes".into(),
        Token::NoRoute => "no_route".into(),
        keyword => format!("{keyword:?}").to_lowercase(),
    }
}
