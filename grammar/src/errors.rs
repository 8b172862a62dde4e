//! Every diagnostic of lexing (`E00xx`) and syntax (`E01xx`), one small function each.

use crate::diagnostic::Diagnostic;
use crate::span::Span;
use crate::token::capture_length;

/// `E0001`: a character that no token can hold.
pub(crate) fn unknown_character(span: Span, text: &str) -> Diagnostic {
    let shown: String = text.chars().take(20).map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect();
    let diagnostic = Diagnostic::error("E0001", span, format!("`{shown}` means nothing here"))
        .label("not part of the language");
    match text {
        "&&" | "&" => diagnostic.help("write `and`").suggest(span, "and"),
        "||" | "|" => diagnostic.help("write `or`").suggest(span, "or"),
        "!" => diagnostic.help("write `not`").suggest(span, "not "),
        "'" => diagnostic.help("put a text in double quotes"),
        "+" | "-" | "%" => diagnostic.help("there is no arithmetic, and no negative number"),
        "@" => diagnostic.help("a cell's name is lower case: `@acme`, `@gpu-1`, `@shared.acme`"),
        _ => diagnostic.help("remove it, or put it inside a text in double quotes"),
    }
}

/// `E0001`: a control character in a comment or text.
pub(crate) fn control_character(span: Span, character: char) -> Diagnostic {
    Diagnostic::error(
        "E0001",
        span,
        format!("control character U+{:04X} in the source", u32::from(character)),
    )
    .label("invisible control character")
    .help("remove it")
    .fix(span, "")
}

/// `E0002`: a text that is not closed on its line.
pub(crate) fn text_not_closed(span: Span) -> Diagnostic {
    Diagnostic::error("E0002", span, "this text is not closed on its line")
        .label("begins here")
        .help("add the closing `\"`; a text cannot run over several lines, write `\\n` for a line break")
}

/// `E0003`: a path literal that breaks the rules of spelling.
pub(crate) fn bad_path(span: Span, message: &str, help: String) -> Diagnostic {
    Diagnostic::error("E0003", span, message).label("this part of the path").help(help)
}

/// `E0308`: a path that a lax reader would repair; dregg rejects it.
pub(crate) fn non_normal_path(span: Span, message: &str, help: &str) -> Diagnostic {
    Diagnostic::error("E0308", span, message).label("never normalised, always rejected").help(help)
}

/// `E0003`: a capture that is not written as one.
pub(crate) fn bad_capture(span: Span, piece: &str) -> Diagnostic {
    let meant = piece.replace([' ', '\t'], "").replace(':', ": ").to_ascii_lowercase();
    let diagnostic =
        bad_path(span, "this is no capture", "write `{name}` or `{name: set}`, in lower case".into());
    if capture_length(&meant) == Some(meant.len()) { diagnostic.suggest(span, meant) } else { diagnostic }
}

/// `E0004`: a comment that touches a path or word.
pub(crate) fn comment_touches_path(span: Span) -> Diagnostic {
    Diagnostic::error("E0004", span, "`#` begins a comment and no path can hold it")
        .label("the rest of this line would be a comment")
        .help("put a space before `#`")
        .suggest(Span { end: span.start, ..span }, " ")
}

/// `E0005`: a block that is never closed; `suspects` are a `{` and the `}` taken for its end, which stands further left.
pub(crate) fn brace_not_closed(span: Span, suspects: Option<(Span, Span)>) -> Diagnostic {
    let diagnostic = Diagnostic::error("E0005", span, "this `{` is never closed").label("opened here");
    match suspects {
        Some((open, close)) => diagnostic
            .also(open, "perhaps it is this one that lacks its `}`")
            .also(close, "this `}` closes it, and stands further left")
            .help("add the missing `}`"),
        None => diagnostic.help("add the matching `}`"),
    }
}

/// `E0006`: nesting beyond the limit.
pub(crate) fn nested_too_deep(span: Span, limit: usize) -> Diagnostic {
    Diagnostic::error("E0006", span, format!("nested deeper than {limit} levels"))
        .label("one level too many")
        .help("name the inner part as a rule, or flatten the blocks")
}

/// `E0007`: bytes that are not UTF-8.
pub(crate) fn not_utf8(span: Span, offset: usize) -> Diagnostic {
    Diagnostic::error("E0007", span, format!("the file is not UTF-8: byte {offset} begins no character"))
        .label("everything up to here is fine")
        .help("save the file as UTF-8")
}

/// `E0008`: a source beyond the size limit.
pub(crate) fn source_too_large(span: Span, length: usize, limit: usize) -> Diagnostic {
    Diagnostic::error("E0008", span, format!("the file has {length} bytes, the limit is {limit}"))
        .help("split it into modules and `use` them")
}

/// `E0009`: a character that makes text look other than it is.
pub(crate) fn bidi_character(span: Span, character: char) -> Diagnostic {
    Diagnostic::error(
        "E0009",
        span,
        format!(
            "U+{:04X} changes the direction of text: the source would not read as it is",
            u32::from(character)
        ),
    )
    .label("invisible direction mark")
    .help("remove it")
    .fix(span, "")
}

/// `E0010`: a number that is no integer of the language.
pub(crate) fn bad_integer(span: Span, message: String, help: &str) -> Diagnostic {
    Diagnostic::error("E0010", span, message).label("integers are 0 to 2^56 - 1").help(help)
}

/// `E0011`: an escape that does not exist, or a text that is too long.
pub(crate) fn bad_text(span: Span, message: String, help: &str) -> Diagnostic {
    Diagnostic::error("E0011", span, message).help(help)
}

/// `E0101`: a token where another was expected.
pub(crate) fn unexpected(span: Span, found: &str, expected: &str, help: Option<String>) -> Diagnostic {
    let diagnostic = Diagnostic::error("E0101", span, format!("expected {expected}, found {found}"));
    let diagnostic = diagnostic.label(format!("expected {expected}"));
    match help {
        Some(help) => diagnostic.help(help),
        None => diagnostic,
    }
}

/// `E0101`: a member of a set of cells without its `@`.
pub(crate) fn cell_without_at(span: Span, name: &str) -> Diagnostic {
    let before = Span { end: span.start, ..span };
    unexpected(span, &format!("`{name}`"), "a cell such as `@acme`", Some(format!("write `@{name}`")))
        .suggest(before, "@")
}

/// `E0102`: `proof` anywhere but as a whole guard.
pub(crate) fn misplaced_proof(span: Span, in_guard: bool) -> Diagnostic {
    let diagnostic =
        Diagnostic::error("E0102", span, "`proof` can only be a whole guard").label("not alone in a guard");
    if in_guard {
        diagnostic.help("write a second statement: `require invoke: proof;`")
    } else {
        diagnostic.help("move it into a guard: `require invoke: proof;`")
    }
}

/// `E0103`: a stake compared by anything but `>=`.
pub(crate) fn stake_comparison(span: Span) -> Diagnostic {
    Diagnostic::error("E0103", span, "a stake can only be required to be at least a number")
        .label("a prover may hide stake, so only `>=` can be proved")
        .help("write `stake >= N`")
}

/// `E0104`: a cell id of the wrong length.
pub(crate) fn cell_length(span: Span, digits: usize) -> Diagnostic {
    Diagnostic::error("E0104", span, "a cell id is `0x` and 64 hexadecimal digits")
        .label(format!("{digits} {}", if digits == 1 { "digit" } else { "digits" }))
        .help("write all 32 bytes of the cell")
}

/// `E0105`: a second `policy` line, or one after other items.
pub(crate) fn policy_line(span: Span, first: Option<Span>) -> Diagnostic {
    match first {
        Some(first) => Diagnostic::error("E0105", span, "a policy has one `policy` line")
            .label("second `policy` line")
            .also(first, "the first one")
            .help("remove one of them"),
        None => Diagnostic::error("E0105", span, "the `policy` line comes first")
            .label("after other items")
            .help("move it to the top of the file"),
    }
}

/// `E0106`: the list of errors ends here.
pub(crate) fn too_many(span: Span, limit: usize) -> Diagnostic {
    Diagnostic::error("E0106", span, format!("more than {limit} errors in this file, the rest is not shown"))
        .help("mend the errors above first")
}
