//! Segment sets and covers against brute force.

use super::super::cover::covers;
use super::super::product::Product;
use super::super::regex;
use super::super::segment::{Relation, Segment, SegmentId, Segments, TooComplex};
use super::super::template::{Kinds, Template};
use dregg_artifact::SegmentSet;
use dregg_compiler::automaton::{SegmentLanguage, regular_set};
use std::collections::BTreeSet;

/// A small deterministic stream of numbers.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % bound
    }

    fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from[self.below(from.len())]
    }
}

/// Whether a template of `{}` holes and literals matches a text, each hole at least one character.
fn fits(template: &str, text: &str) -> bool {
    let text = text.as_bytes();
    match template.strip_prefix("{}") {
        Some(rest) => (1..=text.len()).any(|at| fits(rest, std::str::from_utf8(&text[at..]).unwrap())),
        None => match (template.as_bytes(), text) {
            ([], []) => true,
            ([one, template @ ..], [other, text @ ..]) => {
                let rest = |bytes| std::str::from_utf8(bytes).unwrap();
                one == other && fits(rest(template), rest(text))
            }
            ([], _) | (_, []) => false,
        },
    }
}

/// All texts over `a`, `b` and `.` up to this length that can be segments.
fn texts(length: usize) -> Vec<String> {
    let mut all = vec![String::new()];
    let mut from = 0;
    for _ in 0..length {
        let until = all.len();
        for at in from..until {
            for c in ['a', 'b', '.'] {
                all.push(format!("{}{c}", all[at]));
            }
        }
        from = until;
    }
    all.retain(|text| !matches!(text.as_str(), "" | "." | ".."));
    all
}

fn segment(template: &str, segments: &mut Segments) -> SegmentId {
    let path = format!("/{}", template.replace("{}", "{x}"));
    Template::parse(&path).unwrap().places(&Kinds::new(), segments).unwrap()[0].segment
}

#[test]
fn sets_relate_as_their_segments_do() {
    let templates = [
        "{}", "a{}", "{}a", "{}.{}", "{}{}", "a{}a", "{}ab{}", "{}...", "..{}", "ab", "a.b", "a{}b{}a",
        "{}b{}",
    ];
    let texts = texts(6);
    let mut segments = Segments::default();
    let mut crossings = 0;
    for one in templates {
        for other in templates {
            let (first, second) = (segment(one, &mut segments), segment(other, &mut segments));
            let relation = segments.relation(first, second).unwrap();
            let (mut only_one, mut only_other, mut both) = (false, false, false);
            for text in &texts {
                match (fits(one, text), fits(other, text)) {
                    (true, true) => both = true,
                    (true, false) => only_one = true,
                    (false, true) => only_other = true,
                    (false, false) => {}
                }
            }
            let expected = match (both, only_one, only_other) {
                (false, _, _) => relation == Relation::Disjoint,
                (true, false, false) => relation == Relation::Equal,
                (true, false, true) => relation == Relation::Inside,
                (true, true, false) => relation == Relation::Around,
                (true, true, true) => matches!(relation, Relation::Crossing(_)),
            };
            assert!(expected, "{one} and {other}: {relation:?}");
            let Relation::Crossing(common) = relation else { continue };
            crossings += 1;
            let pattern = match segments.get(common).unwrap() {
                Segment::Set { regex, .. } => regex.clone(),
                found => panic!("{one} and {other}: {found:?}"),
            };
            let common = set(&pattern);
            for text in &texts {
                let expected = fits(one, text) && fits(other, text);
                assert_eq!(common.contains(text), expected, "{one} and {other}: {pattern} on {text}");
            }
        }
    }
    assert!(crossings >= 20, "{crossings}");
}

fn set(regex: &str) -> SegmentSet {
    match regular_set(regex).unwrap() {
        SegmentLanguage::Set(set) => set,
        other => panic!("{regex}: {other:?}"),
    }
}

#[test]
fn an_automaton_becomes_a_regex_of_the_same_segments() {
    let regexes = [
        "a|b",
        "ab*",
        "(ab)*c",
        "((a|b)(c|d))+",
        "[.]+",
        "[^.a]+",
        "[a-cx-z0-9$-]{2,4}",
        "a?b?c?d",
        ".*(ab|ba).*",
        "(a|ab)(c|bcd)(d*)",
        "[!-,]+",
        "[+-]+|-x",
        "([0-9]+[.]){2}[0-9]+",
    ];
    for regex in regexes {
        let set = set(regex);
        let written = regex::of_automaton(&Product::of(&set, &set).common).unwrap();
        assert_eq!(regular_set(&written), Ok(SegmentLanguage::Set(set)), "{regex}: {written}");
    }
}

#[test]
fn what_is_common_may_be_one_segment_or_too_much() {
    let mut segments = Segments::default();
    let (one, other) = (segments.matching("ab|c").unwrap(), segments.matching("ab|d").unwrap());
    let common = segments.literal("ab");
    assert_eq!(segments.relation(one, other), Ok(Relation::Crossing(common)));
    assert_eq!(segments.matching("ab|c"), Ok(one));
    assert_eq!(segments.matching("c|ab"), Ok(one));
    assert_eq!(segments.matching("[.]{1,2}"), Err(TooComplex));
    let (one, other) =
        (segments.matching(".*abcdefghijkl.*").unwrap(), segments.matching(".*lkjihgfedcba.*").unwrap());
    assert_eq!(segments.relation(one, other), Err(TooComplex));
}

/// For every path of random tables, one of the matching routes is inside all others; and no cover is in vain.
#[test]
fn covered_tables_are_unambiguous_and_minimal() {
    let pool = ["a", "b", "{}", "{}", "a{}", "{}b", "{}.{}", "ab", "a.b"];
    let words = ["a", "b", "ab", "a.b", "aab", "abb", "x", "a.", ".b", "c.c"];
    let mut numbers = Numbers(7);
    let mut added = 0;
    for round in 0..150 {
        let length = 1 + numbers.below(3);
        let mut segments = Segments::default();
        let mut templates: BTreeSet<Vec<&str>> = BTreeSet::new();
        for _ in 0..2 + numbers.below(5) {
            templates.insert((0..length).map(|_| numbers.pick(&pool)).collect());
        }
        let mut given: Vec<Vec<SegmentId>> = templates
            .iter()
            .map(|template| template.iter().map(|one| segment(one, &mut segments)).collect())
            .collect();
        let covers = covers(&given, &mut segments).unwrap();
        added += covers.len();
        let count = given.len();
        given.extend(covers.iter().map(|cover| cover.pattern.clone()));
        let holds = |pattern: &[SegmentId], path: &[&str], segments: &mut Segments| {
            pattern.iter().zip(path).all(|(segment, word)| {
                let word = segments.literal(word);
                matches!(segments.relation(word, *segment), Ok(Relation::Inside | Relation::Equal))
            })
        };
        let inside = |one: &[SegmentId], other: &[SegmentId], segments: &mut Segments| {
            one.iter().zip(other).all(|(one, other)| {
                matches!(segments.relation(*one, *other), Ok(Relation::Inside | Relation::Equal))
            })
        };
        for _ in 0..200 {
            let path: Vec<&str> = (0..length).map(|_| numbers.pick(&words)).collect();
            let matching: Vec<usize> =
                (0..given.len()).filter(|route| holds(&given[*route], &path, &mut segments)).collect();
            let least = matching.iter().copied().find(|route| {
                matching.iter().all(|other| inside(&given[*route], &given[*other], &mut segments))
            });
            assert!(matching.is_empty() || least.is_some(), "round {round}: {templates:?} on {path:?}");
            let Some(least) = least else { continue };
            if least >= count {
                // A cover asks for what each of the given routes asks that would contest the path.
                let most_specific: BTreeSet<usize> = matching
                    .iter()
                    .copied()
                    .filter(|route| *route < count)
                    .filter(|route| {
                        !matching.iter().any(|other| {
                            *other < count
                                && other != route
                                && inside(&given[*other], &given[*route], &mut segments)
                        })
                    })
                    .collect();
                assert_eq!(
                    covers[least - count].of,
                    most_specific,
                    "round {round}: {templates:?} on {path:?}"
                );
            }
        }
        for cover in &covers {
            assert!(cover.of.len() >= 2, "round {round}: {templates:?}");
        }
    }
    assert!(added > 100, "{added}");
}
