//! Help for the mistakes people make most with tokens in the wrong place.

use crate::closest::closest;
use crate::expected::{PERMISSIONS, STATEMENTS, Unexpected};
use crate::token::Token;

/// The longest word that is measured against the keywords, in characters.
const LONGEST: usize = 26;

/// What to do about an unexpected token, if that is known. The special first, a near word last.
pub(crate) fn hint(error: &Unexpected<'_, '_>) -> Option<String> {
    foreign(error)
        .or_else(|| misplaced(error))
        .or_else(|| in_acl(error))
        .or_else(|| in_rule(error))
        .or_else(|| spelling(error))
}

/// What other languages write.
fn foreign(error: &Unexpected<'_, '_>) -> Option<String> {
    let spelt = error.spelt();
    match error.found()? {
        Token::Path(_) if spelt.starts_with("//") || spelt.starts_with("/*") && !error.has("path") => {
            Some("a comment begins with `#`".into())
        }
        Token::Path(_) if error.previous() == Some(Token::Use) => {
            Some(format!("write `{}`", spelt.replace('/', ".")))
        }
        Token::Path(_) if spelt.starts_with('{') && (error.has("{") || error.has("cellname")) => {
            Some(format!("`{spelt}` reads as a capture; put a space after `{{` to begin a set or block"))
        }
        Token::Path(_) => {
            let word = spelt.split('/').next().unwrap_or("");
            error.has(word).then(|| format!("put a space after `{word}`"))
        }
        Token::Name("import" | "include") if error.item() => Some("write `use`".into()),
        Token::As if error.first() == Some(Token::Use) => {
            Some("only a file is given a name of its own: `use \"file.dregg\" as name;`".into())
        }
        Token::Text(_) if error.has("regex") => Some(format!("write `re{spelt}`")),
        Token::Equal | Token::Colon if error.has("int") && !error.has("cellname") => {
            Some(format!("leave `{spelt}` out"))
        }
        Token::Deny if error.statement() => Some(
            "remove it: what no `allow` clause grants is denied, and `require` restricts every clause".into(),
        ),
        Token::If if error.statement() => {
            Some("put the condition into the ACL: `allow read: A and B;`".into())
        }
        _ => None,
    }
}

/// Words that stand elsewhere, and names that are none.
fn misplaced(error: &Unexpected<'_, '_>) -> Option<String> {
    let (found, spelt) = (error.found()?, error.spelt());
    let starts = found.begins_item() || matches!(found, Token::Allow | Token::Require);
    if error.has("path") && starts {
        return Some(format!("write the path first, in quotes if you mean the segment: `\"{spelt}\"`"));
    }
    if error.item() && STATEMENTS.contains(&spelt) {
        return Some(format!("put it into a route: `route /path {{ {spelt} .. }}`"));
    }
    if error.item() && matches!(found, Token::Expect | Token::Given) {
        return Some(format!("put it into a test: `test \"name\" {{ {spelt} .. }}`"));
    }
    if error.item() && found == Token::RightBrace {
        return Some("remove it: it closes nothing".into());
    }
    if error.statement() && starts {
        return Some(format!("move it out of the block: `{spelt}` stands at the top level"));
    }
    if matches!(found, Token::CellName(_)) && (error.acl() || error.has("cells") && error.has("column")) {
        return Some(format!("write `cells {{ {spelt} }}`"));
    }
    if matches!(found, Token::Name(_)) && error.has("cellname") && error.has("text") && !error.has("name") {
        return Some(format!("facts hold constants: `@{spelt}` is a cell, `\"{spelt}\"` a text"));
    }
    if matches!(found, Token::Name(_)) && error.has("cellname") && !error.acl() {
        return Some(format!("write `@{spelt}`"));
    }
    let reserved = spelt.starts_with(|c: char| c.is_ascii_lowercase())
        && !matches!(found, Token::Name(_) | Token::Dotted(_));
    if error.has("name")
        && !error.has("cellname")
        && !error.has("{")
        && reserved
        && spelt.bytes().all(|b| b.is_ascii_lowercase())
    {
        return Some(format!("choose another name, `{spelt}` is a word of the language"));
    }
    if found == Token::RightParenthesis && error.has(";") {
        return Some("remove it: it closes nothing".into());
    }
    if error.has(":") {
        return Some(match error.first()? {
            Token::Relation => "say the column's type: `who: cell`".into(),
            _ if error.has(",") => "write `:` between the permissions and the ACL".into(),
            _ => "write `:` between the version and its cell".into(),
        });
    }
    None
}

/// Mistakes inside an ACL.
fn in_acl(error: &Unexpected<'_, '_>) -> Option<String> {
    if error.previous() == Some(Token::Stake) && error.has(">=") {
        return Some("write `stake >= N`".into());
    }
    match error.found()? {
        Token::Int(_) if error.acl() => Some("write `stake >= N` to compare a stake".into()),
        Token::Comma if error.has("or") && error.has(";") => {
            Some("write `and` or `or` between two ACLs".into())
        }
        Token::Not if error.has("or") && error.has(";") => Some("write `and not`".into()),
        Token::Semicolon | Token::And | Token::Or
            if error.has("(")
                && !error.has("cells")
                && matches!(error.previous(), Some(Token::Name(_) | Token::Dotted(_))) =>
        {
            let name = error.previous_spelt();
            Some(format!("write `{name}(..)` to call it, or `cells {name}` if it is a set of cells"))
        }
        _ => None,
    }
}

/// Mistakes in a rule or a relation.
fn in_rule(error: &Unexpected<'_, '_>) -> Option<String> {
    let found = error.found()?;
    if error.has("public") && error.has("held") && !error.has("name") && found == Token::Semicolon {
        return Some("say who sees its facts: `public`, or `held` by the prover".into());
    }
    if error.first() != Some(Token::Rule) {
        return None;
    }
    match found {
        Token::And if error.has(",") => Some("write `,` between the atoms of a body".into()),
        Token::Or if error.has(",") => Some("write a second rule with the same head".into()),
        Token::Equal if error.has("==") => Some("write `==` to compare".into()),
        Token::Equal | Token::Colon | Token::Less if error.has("if") => {
            Some("write `if` between head and body".into())
        }
        Token::Semicolon if error.has("if") => {
            Some("add a body after `if`, or state what always holds as a `fact`".into())
        }
        Token::EqualEqual
        | Token::NotEqual
        | Token::Less
        | Token::LessOrEqual
        | Token::Greater
        | Token::GreaterOrEqual
            if error.has("(") =>
        {
            Some("`not` stands before a call; write the opposite comparison".into())
        }
        _ if error.has("(") => Some("write the arguments in parentheses".into()),
        _ => None,
    }
}

/// A near word among those expected.
fn spelling(error: &Unexpected<'_, '_>) -> Option<String> {
    let found = error.found();
    if let Some(Token::Name(text)) = found {
        let keywords = error.expected().filter(|word| {
            word.len() > 1
                && !matches!(
                    *word,
                    "name"
                        | "dotted"
                        | "word"
                        | "int"
                        | "hex"
                        | "text"
                        | "path"
                        | "bad"
                        | "regex"
                        | "cellname"
                        | "error"
                )
        });
        if let Some(word) = near(text, keywords) {
            return Some(format!("did you mean `{word}`?"));
        }
    }
    if error.permission() {
        return Some(format!("the permissions are `{}`", PERMISSIONS.join("`, `")));
    }
    (error.has(";") && !error.item() && !error.statement()).then(|| "end the statement with `;`".to_owned())
}

/// The keyword that a word was meant to be. A word much longer than any keyword is none of them, and measuring it would
/// be slow.
fn near<'a>(text: &str, keywords: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    if text.chars().count() > LONGEST { None } else { closest(text, keywords) }
}
