//! The words of a text: its tokens, each with the comments that stand around it and the blanks it wants before it.
//!
//! Everything that the layout asks of the source is asked here; afterwards nobody looks at the source again.

use crate::lexer::{Comment, lex};
use crate::span::SourceId;
use crate::token::Token;
use std::borrow::Cow;

/// What a brace does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Brace {
    /// Begins a block of statements.
    Block,
    /// Begins a set of cells.
    Set,
}

/// Where a line can be broken, before a word. The less, the sooner it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Joint {
    /// Before `or`.
    Or,
    /// Before `and`.
    And,
    /// After a comma.
    Comma,
    /// After the `{` of a set.
    Set,
}

/// A comment on a line of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct OwnLine<'i> {
    /// Its text, without blanks at the end.
    pub text: &'i str,
    /// Whether an empty line stands before it.
    pub blank: bool,
}

/// A token and what stands around it.
#[derive(Clone, Debug)]
pub(super) struct Word<'i> {
    /// The token.
    pub token: Token<'i>,
    /// Its text, a capture's colon followed by one blank.
    pub text: Cow<'i, str>,
    /// Whether a blank stands before it if it is not the first of its line.
    pub spaced: bool,
    /// Whether an empty line stands before it.
    pub blank: bool,
    /// Whether a line ends between it and the word before.
    pub after_newline: bool,
    /// How many parentheses are open around it.
    pub depth: usize,
    /// For a `{`, and for the `}` that closes it: what it does.
    pub brace: Option<Brace>,
    /// Whether the line can be broken before it.
    pub joint: Option<Joint>,
    /// The comments on their own lines before it.
    pub own: Vec<OwnLine<'i>>,
    /// The comment after it on its line.
    pub trailing: Option<&'i str>,
}

/// A text as words.
#[derive(Clone, Debug)]
pub(super) struct Words<'i> {
    /// The words, in order, without commas before a closing sign or `;`.
    pub words: Vec<Word<'i>>,
    /// The comments after the last word.
    pub rest: Vec<OwnLine<'i>>,
}

impl<'i> Words<'i> {
    /// Reads a text without errors.
    pub fn read(source: SourceId, text: &'i str) -> Words<'i> {
        let lexed = lex(source, text);
        let mut words = Words { words: Vec::with_capacity(lexed.tokens.len()), rest: Vec::new() };
        let mut comments = lexed.comments.iter().peekable();
        let mut end = 0;
        for (start, token, stop) in &lexed.tokens {
            while let Some(comment) = comments.next_if(|comment| (comment.span.start as usize) < *start) {
                words.comment(text, comment, &mut end);
            }
            let gap = text.get(end..*start).unwrap_or("");
            let spelt = text.get(*start..*stop).unwrap_or("");
            words.words.push(Word {
                token: *token,
                text: if matches!(token, Token::Path(_)) { path(spelt) } else { Cow::Borrowed(spelt) },
                spaced: true,
                blank: newlines(gap) > 1,
                after_newline: gap.contains('\n'),
                depth: 0,
                brace: None,
                joint: None,
                own: std::mem::take(&mut words.rest),
                trailing: None,
            });
            end = *stop;
        }
        for comment in comments {
            words.comment(text, comment, &mut end);
        }
        words.drop_last_commas();
        words.name_braces();
        words.space();
        words.join();
        words
    }

    /// Whether both have the same tokens, and the same comments between the same tokens.
    pub fn same(&self, other: &Words<'_>) -> bool {
        let one = |word: &Word<'_>, other: &Word<'_>| {
            std::mem::discriminant(&word.token) == std::mem::discriminant(&other.token)
                && word.text == other.text
                && word.trailing == other.trailing
                && same_comments(&word.own, &other.own)
        };
        self.words.len() == other.words.len()
            && self.words.iter().zip(&other.words).all(|(word, other)| one(word, other))
            && same_comments(&self.rest, &other.rest)
    }

    fn comment(&mut self, text: &'i str, comment: &Comment, end: &mut usize) {
        let range = comment.span.range();
        let gap = text.get(*end..range.start).unwrap_or("");
        *end = range.end;
        let shown = text.get(range).unwrap_or("").trim_end();
        match self.words.last_mut() {
            Some(word) if !gap.contains('\n') && word.trailing.is_none() => word.trailing = Some(shown),
            Some(_) | None => self.rest.push(OwnLine { text: shown, blank: newlines(gap) > 1 }),
        }
    }

    /// A comma before `}`, `)` or `;` says nothing, and the layout decides whether it stands.
    fn drop_last_commas(&mut self) {
        let mut kept: Vec<Word<'i>> = Vec::with_capacity(self.words.len());
        for mut word in std::mem::take(&mut self.words) {
            if matches!(word.token, Token::RightBrace | Token::RightParenthesis | Token::Semicolon)
                && let Some(comma) = kept.pop_if(|last| last.token == Token::Comma)
            {
                word.after_newline |= comma.after_newline;
                let mut own = comma.own;
                match kept.last_mut() {
                    Some(member) if member.trailing.is_none() && own.is_empty() => {
                        member.trailing = comma.trailing
                    }
                    Some(_) | None => own.extend(comma.trailing.map(|text| OwnLine { text, blank: false })),
                }
                own.append(&mut word.own);
                word.own = own;
            }
            kept.push(word);
        }
        self.words = kept;
    }

    /// `{` begins a set if a cell follows, and, when `}` follows, after `=`, `cells` or `council`; but after `route` these
    /// two words are a path.
    fn name_braces(&mut self) {
        let mut open = Vec::new();
        let tokens: Vec<Token<'i>> = self.words.iter().map(|word| word.token).collect();
        let before = |at: usize, by: usize| at.checked_sub(by).and_then(|at| tokens.get(at));
        for (at, word) in self.words.iter_mut().enumerate() {
            match word.token {
                Token::LeftBrace => {
                    let set = match (tokens.get(at + 1), before(at, 1)) {
                        (Some(Token::CellName(_)), _) => true,
                        (Some(Token::RightBrace), Some(Token::Equal)) => true,
                        (Some(Token::RightBrace), Some(Token::Cells | Token::Council)) => {
                            before(at, 2) != Some(&Token::Route)
                        }
                        (Some(_) | None, _) => false,
                    };
                    let brace = if set { Brace::Set } else { Brace::Block };
                    open.push(brace);
                    word.brace = Some(brace);
                }
                Token::RightBrace => word.brace = open.pop(),
                _ => {}
            }
        }
    }

    /// One blank between words, except inside parentheses, before `, ; : )` and between a name and its `(`.
    fn space(&mut self) {
        let (mut last, mut before_last, mut third) = (None, None, None);
        for word in &mut self.words {
            word.spaced = match (last, word.token) {
                (_, Token::Comma | Token::Semicolon | Token::Colon | Token::RightParenthesis) => false,
                (Some(Token::LeftParenthesis), _) | (Some(Token::LeftBrace), Token::RightBrace) => false,
                (
                    Some(Token::And | Token::Or | Token::Not | Token::Colon | Token::Require),
                    Token::LeftParenthesis,
                ) => true,
                // `delegate mount to (..)`, where `to` is no predicate's name.
                (Some(Token::To), Token::LeftParenthesis) => {
                    third == Some(Token::Delegate)
                        && matches!(before_last, Some(Token::Read | Token::Invoke | Token::Mount))
                }
                (_, Token::LeftParenthesis) => false,
                _ => true,
            };
            (third, before_last, last) = (before_last, last, Some(word.token));
        }
    }

    /// Finds the joints and the depth of each word.
    fn join(&mut self) {
        let is_permission = |token: &Token<'_>| matches!(token, Token::Read | Token::Invoke | Token::Mount);
        let (mut depth, mut in_set) = (0usize, false);
        let (mut last, mut before_last) = (None, None);
        for word in &mut self.words {
            if word.token == Token::RightParenthesis {
                depth = depth.saturating_sub(1);
            }
            word.depth = depth;
            let between_permissions =
                depth == 0 && before_last.as_ref().is_some_and(is_permission) && is_permission(&word.token);
            word.joint = match (last, word.token) {
                (_, Token::Or) => Some(Joint::Or),
                (_, Token::And) => Some(Joint::And),
                (Some(Token::LeftBrace), _) if in_set => Some(Joint::Set),
                (Some(Token::Comma), _) if !in_set && !between_permissions => Some(Joint::Comma),
                _ => None,
            };
            match word.token {
                Token::LeftParenthesis => depth += 1,
                Token::LeftBrace => in_set = word.brace == Some(Brace::Set),
                Token::RightBrace => in_set = false,
                _ => {}
            }
            (before_last, last) = (last, Some(word.token));
        }
    }
}

fn same_comments(one: &[OwnLine<'_>], other: &[OwnLine<'_>]) -> bool {
    one.iter().map(|line| line.text).eq(other.iter().map(|line| line.text))
}

fn newlines(gap: &str) -> usize {
    gap.bytes().filter(|byte| *byte == b'\n').count()
}

/// A path with one blank after the colon of each capture. Quoted segments hold no `{`.
fn path(text: &str) -> Cow<'_, str> {
    if !text.contains('{') {
        return Cow::Borrowed(text);
    }
    let mut result = String::with_capacity(text.len() + 4);
    let mut inside = false;
    let mut after_colon = false;
    for character in text.chars() {
        match character {
            '{' => inside = true,
            '}' => inside = false,
            ' ' if after_colon => continue,
            _ => {}
        }
        result.push(character);
        after_colon = inside && character == ':';
        if after_colon {
            result.push(' ');
        }
    }
    Cow::Owned(result)
}
