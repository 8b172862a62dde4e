//! The `.dregg` language as text and tree: tokens, the parser, the AST, spans, and diagnostics as data.
//!
//! Total: [`parse`] always returns a tree, and its diagnostics say whether to trust it. Not here: names, types, meaning
//! (`dregg-compiler`), and anything that shows a diagnostic to a person. `GRAMMAR.md` is the grammar for readers.

pub mod ast;
mod closest;
mod diagnostic;
mod errors;
mod expected;
mod format;
mod hint;
mod lexer;
mod literal;
mod parse;
mod path_literal;
mod span;
mod token;

pub use closest::closest;
pub use diagnostic::{Code, Diagnostic, Fix, Label, Severity};
pub use format::{FormatError, format};
pub use lexer::{Comment, Lexed, Lexeme, NESTING, SOURCE_BYTES, decode, lex};
pub use parse::{AclArgument, ERROR_LIMIT, Parsed, parse, parse_acl, parse_path};
pub use path_literal::segment_text;
pub use span::{Source, SourceId, SourceMap, Span, Spanned};
pub use token::Token;
