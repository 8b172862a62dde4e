//! Segment sets and covers against brute force.

use super::super::cover::covers;
use super::super::dfa::{Budget, Dfa, Sequence, TooComplex};
use super::super::regex;
use super::super::segment::{Relation, SegmentId, Segments};
use super::super::template::{Kinds, Template};
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

/// Matches the regexes this importer writes: a set of places a match may end, for every start.
fn regex_ends(pattern: &str, text: &str) -> (BTreeSet<usize>, usize) {
    fn choice(pattern: &[u8], at: &mut usize, text: &str, starts: &BTreeSet<usize>) -> BTreeSet<usize> {
        let mut ends = BTreeSet::new();
        loop {
            let mut here = starts.clone();
            while *at < pattern.len() && !matches!(pattern[*at], b'|' | b')') {
                here = repeated(pattern, at, text, &here);
            }
            ends.extend(here);
            if *at < pattern.len() && pattern[*at] == b'|' {
                *at += 1;
            } else {
                return ends;
            }
        }
    }
    fn repeated(pattern: &[u8], at: &mut usize, text: &str, starts: &BTreeSet<usize>) -> BTreeSet<usize> {
        let begin = *at;
        let once = |from: &BTreeSet<usize>| {
            let mut at = begin;
            let ends = factor(pattern, &mut at, text, from);
            (ends, at)
        };
        let (first, after) = once(starts);
        *at = after;
        let (mut all, more) = match pattern.get(after) {
            Some(b'*') => (starts.union(&first).copied().collect(), true),
            Some(b'+') => (first.clone(), true),
            Some(b'?') => {
                *at += 1;
                return starts.union(&first).copied().collect();
            }
            Some(b'{') => {
                let end = after + pattern[after..].iter().position(|byte| *byte == b'}').unwrap();
                let count: usize = std::str::from_utf8(&pattern[after + 1..end]).unwrap().parse().unwrap();
                *at = end + 1;
                return (1..count).fold(first, |ends, _| once(&ends).0);
            }
            Some(_) | None => (first.clone(), false),
        };
        let mut last = first;
        while more && !last.is_empty() {
            last = once(&last).0.difference(&all).copied().collect();
            all.extend(last.iter().copied());
        }
        *at += usize::from(more);
        all
    }
    fn factor(pattern: &[u8], at: &mut usize, text: &str, starts: &BTreeSet<usize>) -> BTreeSet<usize> {
        let legal: Box<dyn Fn(u8) -> bool> = match pattern[*at] {
            b'(' => {
                *at += 1;
                let ends = choice(pattern, at, text, starts);
                assert_eq!(pattern[*at], b')');
                *at += 1;
                return ends;
            }
            b'[' => {
                let end = *at + pattern[*at..].iter().position(|byte| *byte == b']').unwrap();
                let class = pattern[*at + 1..end].to_vec();
                *at = end + 1;
                Box::new(move |byte| {
                    let range = class
                        .windows(3)
                        .any(|three| three[1] == b'-' && (three[0]..=three[2]).contains(&byte));
                    range
                        || (byte != b'-' && class.contains(&byte))
                        || (byte == b'-' && class.last() == Some(&b'-'))
                })
            }
            byte => {
                assert!(!b".+*?()$^|\\{}".contains(&byte), "a bare {}", char::from(byte));
                *at += 1;
                Box::new(move |other| other == byte)
            }
        };
        starts
            .iter()
            .filter(|at| text.as_bytes().get(**at).is_some_and(|byte| legal(*byte)))
            .map(|at| at + 1)
            .collect()
    }
    let mut at = 0;
    let ends = choice(pattern.as_bytes(), &mut at, text, &BTreeSet::from([0]));
    (ends, at)
}

fn regex_matches(pattern: &str, text: &str) -> bool {
    let (ends, read) = regex_ends(pattern, text);
    assert_eq!(read, pattern.len(), "{pattern}");
    ends.contains(&text.len())
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
                super::super::segment::Segment::Set { regex: Some(regex), .. } => regex.clone(),
                found => panic!("{one} and {other}: {found:?}"),
            };
            for text in &texts {
                let expected = fits(one, text) && fits(other, text);
                assert_eq!(regex_matches(&pattern, text), expected, "{one} and {other}: {pattern} on {text}");
            }
        }
    }
    assert!(crossings >= 20, "{crossings}");
}

fn dfa(templates: &[&str]) -> Result<Option<Dfa>, TooComplex> {
    let sequences: Vec<Sequence> = templates.iter().map(|template| sequence(template)).collect();
    Dfa::of(&sequences, &mut Budget::default())
}

#[test]
fn a_set_of_one_segment_is_that_segment() {
    let (one, other) = (dfa(&["a{}"]).unwrap().unwrap(), dfa(&["{}b"]).unwrap().unwrap());
    let both = one.intersection(&other, &mut Budget::default()).unwrap().unwrap();
    assert_eq!(both.only(), None);
    let literal = dfa(&["a.b"]).unwrap().unwrap();
    assert_eq!(literal.only().as_deref(), Some("a.b"));
    assert_eq!(regex::of_dfa(&literal).as_deref(), Some("a[.]b"));
    assert_eq!(dfa(&["a", "ab"]).unwrap().unwrap().only(), None);
    assert_eq!(dfa(&[".."]), Ok(None));
}

/// The sequence of a template of holes and literals.
fn sequence(template: &str) -> Sequence {
    use super::super::dfa::{ANY, Element};
    let mut sequence = Sequence::new();
    let mut rest = template;
    while let Some(c) = rest.chars().next() {
        if let Some(after) = rest.strip_prefix("{}") {
            sequence.push(Element { symbols: ANY, repeated: true });
            rest = after;
        } else {
            let symbol = dregg_artifact::alphabet::symbol(u8::try_from(c).unwrap()).unwrap();
            sequence.push(Element { symbols: 1 << symbol, repeated: false });
            rest = rest.strip_prefix(c).unwrap();
        }
    }
    sequence
}

#[test]
fn automata_have_a_bound() {
    assert!(dfa(&["ab".repeat(200).as_str()]).is_ok());
    assert_eq!(dfa(&["ab".repeat(300).as_str()]), Err(TooComplex));
    let sequence = [sequence(&"ab".repeat(20))];
    let mut budget = Budget(100);
    assert!(Dfa::of(&sequence, &mut budget).is_ok());
    assert!(Dfa::of(&sequence, &mut budget).is_ok());
    assert_eq!(Dfa::of(&sequence, &mut budget), Err(TooComplex));
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
