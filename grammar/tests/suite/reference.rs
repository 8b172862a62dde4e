//! `GRAMMAR.md` and the lists of words: they name what the lexer and the grammar know, no more and no less.

use std::collections::BTreeSet;

const TOKENS: &str = include_str!("../../src/token.rs");
const RULES: &str = include_str!("../../src/dregg.lalrpop");
const EXPECTED: &str = include_str!("../../src/expected.rs");
const REFERENCE: &str = include_str!("../../GRAMMAR.md");

/// Every text of a `#[token("..")]`, without the sign that begins a path.
fn tokens() -> BTreeSet<&'static str> {
    let spelt = TOKENS.split("#[token(\"").skip(1).filter_map(|rest| rest.split('"').next());
    spelt.filter(|token| *token != "/").collect()
}

/// What stands between two marks.
fn between(text: &'static str, from: &str, to: &str) -> &'static str {
    let (_, rest) = text.split_once(from).unwrap_or_else(|| panic!("`{from}` is gone"));
    rest.split_once(to).map_or(rest, |(inner, _)| inner)
}

/// Every other part of a text that `quote` divides: what stands in quotes.
fn quoted(text: &'static str, quote: char) -> BTreeSet<&'static str> {
    text.split(quote).skip(1).step_by(2).collect()
}

fn is_word(token: &&str) -> bool {
    token.starts_with(|c: char| c.is_ascii_lowercase())
}

#[test]
fn the_reference_lists_every_token() {
    let listed = quoted(between(REFERENCE, "- Starters:", "## Syntax"), '`');
    assert_eq!(listed, tokens());
}

#[test]
fn the_syntax_uses_every_token_and_no_other() {
    let used: BTreeSet<&str> = between(REFERENCE, "## Syntax", "## Errors")
        .split("```")
        .skip(1)
        .step_by(2)
        .flat_map(|block| quoted(block, '"'))
        .collect();
    assert_eq!(used, tokens());
}

#[test]
fn the_three_kinds_of_words_are_the_same_everywhere() {
    let kinds = [
        ("Soft: &'static str", "const SOFT", "- Soft:", "Signs:"),
        ("Hard: &'static str", "const HARD", "- Reserved:", "- Soft"),
        ("Starter: ()", "const STARTERS", "- Starters:", "- Reserved"),
    ];
    let mut words = BTreeSet::new();
    for (rule, constant, listed, end) in kinds {
        let of_grammar = quoted(between(RULES, rule, "};"), '"');
        assert_eq!(of_grammar, quoted(between(EXPECTED, constant, "];"), '"'), "{constant}");
        assert_eq!(of_grammar, quoted(between(REFERENCE, listed, end), '`'), "{listed}");
        for word in of_grammar {
            assert!(words.insert(word), "`{word}` is of two kinds");
        }
    }
    assert_eq!(words, tokens().into_iter().filter(is_word).collect());
}
