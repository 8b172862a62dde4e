//! What single patterns match, and small tables.

use super::super::shape::DOT;
use super::super::{Accept, Budget, Product, build};
use super::naive::*;
use dregg_artifact::alphabet::{self, END};
use dregg_artifact::{Pattern, Segment};

fn product(texts: &[&str]) -> Product {
    build(&patterns(texts), &sets(), &Budget::DEFAULT).expect("not ambiguous")
}

/// Whether the DFA of one pattern accepts a text, which need be no path.
fn accepts(text_of_pattern: &str, text: &str) -> bool {
    let dfa = product(&[text_of_pattern]).to_dfa(|_| 0);
    let mut state = 0;
    for byte in text.bytes() {
        match alphabet::symbol(byte).and_then(|symbol| dfa.step(state, symbol)) {
            Some(next) => state = next,
            None => return false,
        }
    }
    dfa.step(state, END).is_some()
}

#[test]
fn only_well_formed_paths_are_accepted() {
    for pattern in ["/**", "/*/**", "/a/**", "/*", "/a", "/{7}", "/{7}/**"] {
        for text in [
            "", "a", "//", "/a/", "/a//", "//a", "/.", "/..", "/a/.", "/a/..", "/../a", "/a/./b", "/a b",
            "/a\u{e9}",
        ] {
            assert!(!accepts(pattern, text), "{pattern}: {text:?}");
        }
    }
    for text in ["/", "/a", "/a/b", "/...", "/.a", "/..a", "/a.", "/a/.../b", "/~", "/!"] {
        assert!(accepts("/**", text), "{text}");
    }
    assert_eq!(alphabet::byte(DOT), Some(b'.'));
}

#[test]
fn tails_take_their_own_node_and_all_below() {
    for (pattern, takes, leaves) in [
        ("/", vec!["/"], vec!["/a"]),
        ("/**", vec!["/", "/a", "/a/b"], vec![]),
        ("/p/**", vec!["/p", "/p/q", "/p/q/r"], vec!["/", "/pp", "/q/p"]),
        ("/*/**", vec!["/p", "/p/q"], vec!["/"]),
        ("/*", vec!["/p"], vec!["/", "/p/q"]),
        ("/p/{0}/**", vec!["/p/v1", "/p/v12/x"], vec!["/p", "/p/x", "/p/v/v1"]),
    ] {
        for text in takes {
            assert!(accepts(pattern, text), "{pattern}: {text}");
        }
        for text in leaves {
            assert!(!accepts(pattern, text), "{pattern}: {text}");
        }
    }
}

#[test]
fn nothing_matches_an_empty_table() {
    for table in [
        vec![],
        vec![Pattern { segments: vec![Segment::Set(99)], tail: true }],
        vec![Pattern { segments: vec![Segment::Literal("..".to_owned())], tail: false }],
        vec![Pattern { segments: vec![Segment::Literal("a/b".to_owned())], tail: false }],
        vec![Pattern { segments: vec![Segment::Literal(String::new())], tail: true }],
    ] {
        let product = build(&table, &sets(), &Budget::DEFAULT).expect("not ambiguous");
        assert_eq!(product.find(path("/")), None);
        assert_eq!(product.witness(|_| true), None);
        let dfa = product.to_dfa(|_| 0);
        assert_eq!((dfa.rows().len(), dfa.states()), (0, 0), "{table:?}");
        assert_eq!(dfa.classify(path("/")), None);
    }
}

#[test]
fn an_accept_state_knows_every_matching_pattern() {
    let product = product(&["/services/**", "/services/ai/*", "/services/ai/x", "/**", "/services/{2}/x"]);
    for (text, patterns, least) in [
        ("/services/ai/x", vec![0, 1, 2, 3], 2),
        ("/services/ai/y", vec![0, 1, 3], 1),
        ("/services/ab/x", vec![0, 3, 4], 4),
        ("/services", vec![0, 3], 0),
        ("/", vec![3], 3),
    ] {
        assert_eq!(product.find(path(text)), Some(&Accept { patterns, least }), "{text}");
    }
    assert!(product.accepts().iter().all(|accept| accept.patterns.contains(&3)));
}

#[test]
fn witnesses_are_short_and_readable() {
    let product = product(&["/services/**", "/services/*/{0}", "/**", "/{9}/-"]);
    assert_eq!(product.witness(|accept| accept.least == 1).as_deref(), Some("/services/a/v0"));
    assert_eq!(product.witness(|accept| accept.patterns.contains(&0)).as_deref(), Some("/services"));
    assert_eq!(product.witness(|accept| accept.patterns == [2]).as_deref(), Some("/"));
    assert_eq!(product.witness(|accept| accept.least == 3).as_deref(), Some("/aa/-"));
    assert_eq!(product.witness(|accept| accept.patterns.len() == 4), None);
}
