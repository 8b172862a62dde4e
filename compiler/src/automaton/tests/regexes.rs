//! Regular sets of segments from regexes.

use super::super::{REGEX_BYTES, SET_STATES, SegmentLanguage, regular_set};
use super::naive::*;
use dregg_artifact::SegmentSet;

fn literal(text: &str) -> SegmentLanguage {
    SegmentLanguage::Literal(text.to_owned())
}

fn set(regex: &str) -> SegmentSet {
    match regular_set(regex) {
        Ok(SegmentLanguage::Set(set)) => set,
        other => panic!("{regex}: {other:?}"),
    }
}

#[test]
fn members_are_those_of_the_sets_of_all_tests() {
    for (regex, member) in SETS {
        let set = set(regex);
        for text in universe() {
            assert_eq!(set.contains(text), member(text), "{regex}: {text}");
        }
        for text in ["", ".", "..", "a/b", "v10/", "caf\u{e9}", "a b"] {
            assert!(!set.contains(text), "{regex}: {text}");
        }
    }
}

#[test]
fn rows_are_canonical_and_minimal() {
    let symbol = |byte| dregg_artifact::alphabet::symbol(byte).expect("a symbol");
    let (v, zero, nine) = (symbol(b'v'), symbol(b'0'), symbol(b'9'));
    let expected = SegmentSet {
        accepting: vec![false, false, true],
        rows: vec![(0, v, v, 1), (1, zero, nine, 2), (2, zero, nine, 2)],
    };
    for same in [
        "v[0-9]+",
        "v[0-9][0-9]*",
        "(?:v)(\\d)+",
        "v\\d*\\d",
        "^v[0-9]+$",
        "(?x) v [0-9]+ # a version",
        "v0|v[0-9]+|v1",
    ] {
        assert_eq!(set(same), expected, "{same}");
    }
}

#[test]
fn one_member_is_a_literal_and_all_are_any() {
    for (regex, language) in [
        ("inference", literal("inference")),
        ("a{3}", literal("aaa")),
        ("x|x", literal("x")),
        (r"v1\.0", literal("v1.0")),
        ("(?:a|/)", literal("a")),
        (r"a\b", literal("a")),
        (r"\.{3}", literal("...")),
        (".*", SegmentLanguage::Any),
        (".+", SegmentLanguage::Any),
        ("[^/]+", SegmentLanguage::Any),
        (r"(?s:.)*", SegmentLanguage::Any),
        ("[!$()+,\\-.0-9:=@A-Z_a-z~]+", SegmentLanguage::Any),
        // Nothing that is a segment.
        ("", SegmentLanguage::Empty),
        (r"\.\.?", SegmentLanguage::Empty),
        ("a/b", SegmentLanguage::Empty),
        ("/+", SegmentLanguage::Empty),
        ("é", SegmentLanguage::Empty),
        ("a b", SegmentLanguage::Empty),
        ("a^b", SegmentLanguage::Empty),
        (r"a\Bb\b\bc", SegmentLanguage::Empty),
        ("[a&&b]", SegmentLanguage::Empty),
    ] {
        assert_eq!(regular_set(regex), Ok(language), "{regex}");
    }
    // Dots beside something else are segments.
    assert!(set(r"\.*").contains("...") && !set(r"\.*").contains(".."));
}

#[test]
fn the_whole_segment_must_match() {
    let either = set("a|ab|abc");
    assert!(["a", "ab", "abc"].iter().all(|text| either.contains(text)) && !either.contains("abcd"));
    // Preference among alternatives means nothing.
    assert_eq!(either, set("abc|ab|a"));
    assert_eq!(set("a??b??c??"), set("a?b?c?"));
    assert_eq!(set("(?i)ab"), set("[aA][bB]"));
}

#[test]
fn what_is_no_regex_of_ours_is_refused_with_its_place() {
    for (regex, offset, says) in [
        ("v[0-9", Some(1), "unclosed character class"),
        ("a)", Some(1), "unopened group"),
        ("*a", Some(0), "repetition operator missing expression"),
        ("ab(?=c)", Some(2), "look-around"),
        ("ab(?!c)", Some(2), "look-around"),
        ("(?<!a)b", Some(0), "look-around"),
        (r"(a)\1", Some(3), "backreferences"),
        (r"a\p{L}", Some(1), "Unicode"),
        ("x(?u)a", Some(3), "`u`"),
        ("x(?u:a)", Some(3), "`u`"),
        ("a[é]", Some(2), "Unicode"),
        ("a{3,2}", Some(1), "invalid repetition count range"),
    ] {
        let error = regular_set(regex).expect_err(regex);
        assert_eq!(error.offset, offset, "{regex}: {error}");
        assert!(error.message.contains(says), "{regex}: {error}");
        assert!(!error.message.ends_with('.'), "{error}");
    }
    // Taking the flag away is what happens anyway.
    assert_eq!(regular_set("(?-u)a"), Ok(literal("a")));
}

#[test]
fn hostile_regexes_are_refused() {
    for regex in [
        "(a{1000}){1000}",
        "((a{100}){100}){100}",
        "a{4294967295}",
        "(?:){4000000000}",
        "((((((a*)*)*)*)*)*)*{999999999}",
        ".*a.{30}",
        "(a|b)*a(a|b){40}",
        "[ab]*a[ab]{16}c",
        &"a?".repeat(511),
        &"(".repeat(1000),
        &("(".repeat(500) + &")".repeat(500)),
        &"[".repeat(1000),
        &"a|".repeat(2000),
        &"x".repeat(REGEX_BYTES + 1),
    ] {
        // Some are small after all; what matters is that each is answered, without panic and at once.
        if let Ok(SegmentLanguage::Set(set)) = regular_set(regex) {
            assert!(set.accepting.len() <= SET_STATES, "{} states", set.accepting.len());
        }
    }
    for regex in ["(a{1000}){1000}", ".*a.{30}", ".*a.{10}", "(a|b)*a(a|b){40}", "a{4294967295}"] {
        let error = regular_set(regex).expect_err(regex);
        assert_eq!(error.message, "the regex has too many states", "{regex}");
    }
    assert!(regular_set(&"x".repeat(REGEX_BYTES + 1)).is_err());
    assert!(regular_set(&"x".repeat(REGEX_BYTES)).is_ok());
}
