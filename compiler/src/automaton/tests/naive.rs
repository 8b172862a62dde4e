//! Patterns for tests, a matcher that goes segment by segment, and random tables.

use super::super::{SegmentLanguage, regular_set};
use dregg_artifact::alphabet::{self, SYMBOLS};
use dregg_artifact::{Limits, Path, Pattern, Segment, SegmentSet};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::Rng;
use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

/// Membership in a regular set, written by hand.
type Member = fn(&str) -> bool;

/// The regular sets of the tests.
pub const SETS: &[(&str, Member)] = &[
    ("v[0-9]+", |s| {
        s.strip_prefix('v').is_some_and(|s| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit()))
    }),
    ("[0-9]+", |s| s.bytes().all(|b| b.is_ascii_digit())),
    ("[ab]+", |s| s.bytes().all(|b| b == b'a' || b == b'b')),
    ("a|b|ab", |s| ["a", "b", "ab"].contains(&s)),
    (".*a", |s| s.ends_with('a')),
    ("a.*", |s| s.starts_with('a')),
    ("(ab)*c", |s| s.strip_suffix('c').is_some_and(|s| s.len() % 2 == 0 && s == "ab".repeat(s.len() / 2))),
    ("[^v]+", |s| !s.contains('v')),
    ("v0|v1|b", |s| ["v0", "v1", "b"].contains(&s)),
    ("..", |s| s.len() == 2),
];

/// [`SETS`], compiled.
pub fn sets() -> Vec<SegmentSet> {
    static COMPILED: LazyLock<Vec<SegmentSet>> = LazyLock::new(|| {
        SETS.iter()
            .map(|(regex, _)| match regular_set(regex) {
                Ok(SegmentLanguage::Set(set)) => set,
                other => panic!("{regex}: {other:?}"),
            })
            .collect()
    });
    COMPILED.clone()
}

/// A pattern from its text: `*` any segment, `{n}` the n-th of [`SETS`], `**` a tail.
pub fn pattern(text: &str) -> Pattern {
    let mut pattern = Pattern::default();
    for part in text.split('/').filter(|part| !part.is_empty()) {
        match part {
            "**" => pattern.tail = true,
            "*" => pattern.segments.push(Segment::Any),
            _ => {
                pattern.segments.push(match part.strip_prefix('{').and_then(|part| part.strip_suffix('}')) {
                    Some(set) => Segment::Set(set.parse().expect("a set's number")),
                    None => Segment::Literal(part.to_owned()),
                })
            }
        }
    }
    pattern
}

pub fn patterns(texts: &[&str]) -> Vec<Pattern> {
    texts.iter().map(|text| pattern(text)).collect()
}

pub fn path(text: &str) -> Path<'_> {
    Path::parse(text, &Limits::CEILING).unwrap_or_else(|error| panic!("{text}: {error}"))
}

pub fn segment_matches(segment: &Segment, text: &str) -> bool {
    match segment {
        Segment::Literal(literal) => literal == text,
        Segment::Set(set) => SETS[*set as usize].1(text),
        Segment::Any => true,
    }
}

pub fn matches(pattern: &Pattern, path: Path<'_>) -> bool {
    let texts: Vec<&str> = path.segments().collect();
    let enough = if pattern.tail {
        texts.len() >= pattern.segments.len()
    } else {
        texts.len() == pattern.segments.len()
    };
    enough && pattern.segments.iter().zip(texts).all(|(segment, text)| segment_matches(segment, text))
}

/// All short segments over the letters that the tests' literals and sets tell apart, and the most readable of the others
/// (`d`, and among digits `2`); by length, then by how readable they are.
pub fn universe() -> &'static [String] {
    static UNIVERSE: LazyLock<Vec<String>> = LazyLock::new(|| {
        let letters = "abcdv012.-";
        // The shortest member of `(ab)*c` that is no literal of the tests.
        let mut all = vec!["ababc".to_owned()];
        let mut last = vec![String::new()];
        for _ in 0..3 {
            last = last
                .iter()
                .flat_map(|text| letters.chars().map(move |letter| format!("{text}{letter}")))
                .collect();
            all.extend(last.iter().filter(|text| *text != "." && *text != "..").cloned());
        }
        all.sort_by(|left, right| by_readability(left, right));
        all
    });
    &UNIVERSE
}

/// Shorter first; then a-z, 0-9, A-Z, other bytes.
pub fn by_readability(left: &str, right: &str) -> Ordering {
    let rank = |byte: u8| {
        let kind = match byte {
            b'a'..=b'z' => 0,
            b'0'..=b'9' => 1,
            b'A'..=b'Z' => 2,
            _ => 3,
        };
        (kind, alphabet::symbol(byte))
    };
    left.len().cmp(&right.len()).then_with(|| left.bytes().map(rank).cmp(right.bytes().map(rank)))
}

/// Inclusion of segment classes, by trying every segment of the universe.
pub fn segment_includes(big: &Segment, small: &Segment) -> bool {
    static SETS_INCLUDED: LazyLock<BTreeSet<(u32, u32)>> = LazyLock::new(|| {
        let numbers = 0..SETS.len() as u32;
        let pairs = numbers.clone().flat_map(|big| numbers.clone().map(move |small| (big, small)));
        let holds = |&(big, small): &(u32, u32)| {
            let member = |set: u32, text: &str| SETS[set as usize].1(text);
            universe().iter().all(|text| !member(small, text) || member(big, text))
        };
        pairs.filter(holds).collect()
    });
    match (big, small) {
        (Segment::Any, _) => true,
        (_, Segment::Any) => false,
        (big, Segment::Literal(text)) => segment_matches(big, text),
        (Segment::Literal(_), Segment::Set(_)) => false,
        (Segment::Set(big), Segment::Set(small)) => SETS_INCLUDED.contains(&(*big, *small)),
    }
}

pub fn includes(big: &Pattern, small: &Pattern) -> bool {
    let longer = small.segments.len() >= big.segments.len();
    let same = small.segments.len() == big.segments.len();
    let fits = if small.tail { big.tail && longer } else { same || (big.tail && longer) };
    fits && big.segments.iter().zip(&small.segments).all(|(big, small)| segment_includes(big, small))
}

/// The least of these patterns, if one lies strictly inside all others.
pub fn least(patterns: &[Pattern], matching: &[usize]) -> Option<usize> {
    matching.iter().copied().find(|&this| {
        matching.iter().all(|&other| {
            let (this_one, other_one) = (&patterns[this], &patterns[other]);
            this == other || (includes(other_one, this_one) && !includes(this_one, other_one))
        })
    })
}

/// The elements inside which no other lies strictly.
pub fn minimal(patterns: &[Pattern], matching: &[usize]) -> Vec<usize> {
    let strictly_inside = |small: usize, big: usize| {
        includes(&patterns[big], &patterns[small]) && !includes(&patterns[small], &patterns[big])
    };
    matching
        .iter()
        .copied()
        .filter(|&this| !matching.iter().any(|&other| strictly_inside(other, this)))
        .collect()
}

pub fn matching(patterns: &[Pattern], path: Path<'_>) -> Vec<usize> {
    (0..patterns.len()).filter(|&at| matches(&patterns[at], path)).collect()
}

/// For every path of up to `depth` segments, taken up to segments that no pattern tells apart: the shortest and most
/// readable such path, with the patterns that match it.
pub fn paths(patterns: &[Pattern], depth: usize) -> Vec<(String, Vec<usize>)> {
    // The kinds of segments at each place: which patterns' segment there matches; the first member is the best.
    let kinds: Vec<Vec<(&str, Vec<usize>)>> = (0..depth)
        .map(|place| {
            let mut kinds: BTreeMap<Vec<usize>, &str> = BTreeMap::new();
            for text in universe() {
                let open = |pattern: &Pattern| match pattern.segments.get(place) {
                    Some(segment) => segment_matches(segment, text),
                    None => pattern.tail,
                };
                let open = (0..patterns.len()).filter(|&at| open(&patterns[at])).collect();
                kinds.entry(open).or_insert(text);
            }
            kinds.into_iter().map(|(open, text)| (text, open)).collect()
        })
        .collect();
    let mut result = Vec::new();
    let mut pending = vec![(String::new(), (0..patterns.len()).collect::<Vec<usize>>(), 0)];
    while let Some((text, alive, place)) = pending.pop() {
        let ends = |&at: &usize| {
            patterns[at].segments.len() == place || (patterns[at].tail && patterns[at].segments.len() < place)
        };
        let ending = alive.iter().copied().filter(ends).collect();
        result.push((if text.is_empty() { "/".to_owned() } else { text.clone() }, ending));
        for (segment, open) in kinds.get(place).into_iter().flatten() {
            let alive: Vec<usize> = alive.iter().copied().filter(|at| open.contains(at)).collect();
            if !alive.is_empty() {
                pending.push((format!("{text}/{segment}"), alive, place + 1));
            }
        }
    }
    result
}

/// Random numbers below a bound.
pub fn below(random: &mut ChaCha8Rng, bound: usize) -> usize {
    (random.next_u64() % bound as u64) as usize
}

pub fn pick<'a, T>(random: &mut ChaCha8Rng, from: &'a [T]) -> &'a T {
    &from[below(random, from.len())]
}

const LITERALS: &[&str] = &["a", "b", "ab", "v", "v0", "v1", "a0", "c", "abc", "0", "...", "-a"];

pub fn random_pattern(random: &mut ChaCha8Rng, depth: usize) -> Pattern {
    let segment = |random: &mut ChaCha8Rng| match below(random, 10) {
        0..=4 => Segment::Literal((*pick(random, LITERALS)).to_owned()),
        5..=7 => Segment::Any,
        _ => Segment::Set(below(random, SETS.len()) as u32),
    };
    let length = below(random, depth + 1);
    Pattern { segments: (0..length).map(|_| segment(random)).collect(), tail: below(random, 5) == 0 }
}

/// A path in a pattern's language.
pub fn random_member(random: &mut ChaCha8Rng, pattern: &Pattern) -> String {
    let mut text = String::new();
    let further = if pattern.tail { below(random, 3) } else { 0 };
    for at in 0..pattern.segments.len() + further {
        text.push('/');
        match pattern.segments.get(at).unwrap_or(&Segment::Any) {
            Segment::Literal(literal) => text.push_str(literal),
            Segment::Any => text += pick::<String>(random, universe()),
            Segment::Set(set) => loop {
                let member = pick(random, universe());
                if SETS[*set as usize].1(member) {
                    break text.push_str(member);
                }
            },
        }
    }
    if text.is_empty() { "/".to_owned() } else { text }
}

/// The text with one byte put in, taken out or replaced: a path or not.
pub fn one_edit(random: &mut ChaCha8Rng, text: &str) -> String {
    let mut bytes = text.as_bytes().to_vec();
    let letter = |random: &mut ChaCha8Rng| match below(random, 8) {
        0 => b'/',
        1 => b'.',
        2 => alphabet::byte(below(random, usize::from(SYMBOLS)) as u8).unwrap_or(b'a'),
        3 => 33 + below(random, 94) as u8,
        _ => *pick(random, b"abcdv012-"),
    };
    let at = below(random, bytes.len() + 1);
    match below(random, 3) {
        0 => bytes.insert(at, letter(random)),
        1 if at < bytes.len() => _ = bytes.remove(at),
        _ if at < bytes.len() => bytes[at] = letter(random),
        _ => bytes.push(letter(random)),
    }
    String::from_utf8(bytes).expect("ASCII")
}
