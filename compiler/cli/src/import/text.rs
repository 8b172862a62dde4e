//! Texts of a document made safe to write down: in comments, as names, as text literals.
//!
//! SOUNDNESS: a comment ends at a line break and a reader trusts what an editor shows, so control, line-breaking and
//! bidirectional characters never pass. Capability texts are never cleaned: two that differ must stay different, so one
//! that no literal can hold is refused.

/// The longest text literal, in bytes.
const TEXT_BYTES: usize = 255;
/// How much of a foreign text a comment or message repeats, in characters.
const SHOWN: usize = 160;
/// The longest name made from a foreign text, in bytes.
const NAME_BYTES: usize = 64;

/// Words that cannot stand as a bare name in an ACL or a policy line.
const RESERVED: [&str; 24] = [
    "allow",
    "and",
    "as",
    "cellset",
    "deny",
    "epoch",
    "expect",
    "fact",
    "gateway",
    "given",
    "governance",
    "if",
    "in",
    "not",
    "or",
    "policy",
    "redirect",
    "relation",
    "require",
    "route",
    "rule",
    "stake",
    "test",
    "use",
];

/// A foreign text for a comment or a message: one line, nothing invisible, not too long.
pub(super) fn plain(text: &str) -> String {
    let mut shown: String = text
        .chars()
        .take(SHOWN)
        .map(|c| if is_deceptive(c) { char::REPLACEMENT_CHARACTER } else { c })
        .collect();
    if text.chars().nth(SHOWN).is_some() {
        shown.push_str("...");
    }
    shown
}

/// A text literal with this content, or why there is none.
pub(super) fn literal(text: &str) -> Result<String, String> {
    if text.is_empty() {
        return Err("an empty text names no capability".to_owned());
    }
    if text.len() > TEXT_BYTES {
        return Err(format!("`{}` is longer than {TEXT_BYTES} bytes", plain(text)));
    }
    if text.chars().any(is_deceptive) {
        return Err(format!("`{}` holds a control, invisible or bidirectional character", plain(text)));
    }
    Ok(format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"")))
}

/// A name `[a-z_][a-z0-9_]*` that reads like an identifier (`petId` is `pet_id`), or `fallback` if nothing of it is
/// left. Reserved words get a final `_`.
pub(super) fn name(text: &str, fallback: &str) -> String {
    let mut parted = String::new();
    let mut after_lower = false;
    for c in text.chars() {
        if c.is_ascii_uppercase() && after_lower {
            parted.push('_');
        }
        after_lower = c.is_ascii_lowercase() || c.is_ascii_digit();
        parted.push(c);
    }
    slug(&parted, fallback)
}

/// A name made of a title's letters and digits (`Pet's Store` is `pets_store`), or `fallback` if it has none.
pub(super) fn slug(text: &str, fallback: &str) -> String {
    let mut name = String::new();
    for c in text.chars() {
        if c.is_ascii_alphanumeric() {
            name.push(c.to_ascii_lowercase());
        } else if !name.is_empty() && !name.ends_with('_') && c != '\'' {
            name.push('_');
        }
        if name.len() >= NAME_BYTES {
            break;
        }
    }
    let mut name = name.trim_end_matches('_').to_owned();
    if name.is_empty() {
        fallback.clone_into(&mut name);
    }
    if name.starts_with(|c: char| c.is_ascii_digit()) {
        name.insert(0, '_');
    }
    if RESERVED.contains(&name.as_str()) {
        name.push('_');
    }
    name
}

/// Whether a reader would not see this character for what it is, or a line would end at it.
pub(super) fn is_deceptive(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}
