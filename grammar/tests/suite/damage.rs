//! Damaged texts: tokens taken out, doubled, swapped, cut off, put in. The parser returns, within its limits.

use crate::corpus;
use dregg_grammar::{ERROR_LIMIT, SourceId, lex, parse, parse_acl, parse_path};

const SOURCE: SourceId = SourceId(0);

/// How many damaged texts are made of each sample by each kind of damage.
const EACH: usize = 60;

/// A reproducible sequence of numbers below a bound (Knuth's MMIX generator).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).expect("31 bits fit") % bound.max(1)
    }
}

fn check(text: &str) -> usize {
    let diagnostics = parse(SOURCE, text).diagnostics;
    assert!(diagnostics.len() <= ERROR_LIMIT + 1, "{text}");
    for report in &diagnostics {
        let range = report.primary.span.range();
        assert!(range.start <= range.end && range.end <= text.len(), "{report:?}");
        assert!(text.is_char_boundary(range.start) && text.is_char_boundary(range.end), "{report:?}");
        assert!(!report.message.is_empty());
    }
    assert!(diagnostics.is_sorted_by_key(|report| report.primary.span.start));
    diagnostics.len()
}

#[test]
fn one_damaged_token_gives_few_errors() {
    let mut numbers = Numbers(7);
    let (mut texts, mut errors, mut most) = (0, 0, 0);
    for sample in corpus::samples("good") {
        let ranges: Vec<(usize, usize)> =
            lex(SOURCE, &sample.text).tokens.iter().map(|(start, _, end)| (*start, *end)).collect();
        if ranges.len() < 2 {
            continue;
        }
        for kind in 0..5 {
            for _ in 0..EACH {
                let (start, end) = ranges[numbers.below(ranges.len())];
                let (other, other_end) = ranges[numbers.below(ranges.len())];
                let (before, token, after) =
                    (&sample.text[..start], &sample.text[start..end], &sample.text[end..]);
                let put = &sample.text[other..other_end];
                let damaged = match kind {
                    0 => format!("{before}{after}"),
                    1 => format!("{before}{token} {token}{after}"),
                    2 => format!("{before}{put}{after}"),
                    3 => before.to_owned(),
                    _ => format!("{before}{put} {token}{after}"),
                };
                let count = check(&damaged);
                (texts, errors, most) = (texts + 1, errors + count, most.max(count));
            }
        }
    }
    assert!(texts > 1000);
    assert!(errors < texts * 2, "{errors} errors in {texts} texts");
    assert!(most < ERROR_LIMIT, "{most} errors of one damage");
}

#[test]
fn damaged_bytes_never_stop_the_parser() {
    let mut numbers = Numbers(11);
    let put = [
        "{", "}", "(", ")", "\"", ";", "#", "/", "@", "\\", "\u{e9}", "\0", "'", "->", "re\"", "{n", "*",
        "-", "\r",
    ];
    for sample in corpus::samples("good").iter().chain(&corpus::samples("bad")) {
        for _ in 0..EACH {
            let mut text = sample.text.clone();
            for _ in 0..=numbers.below(4) {
                let mut at = numbers.below(text.len() + 1);
                while !text.is_char_boundary(at) {
                    at -= 1;
                }
                text.insert_str(at, put[numbers.below(put.len())]);
            }
            check(&text);
        }
    }
}

#[test]
fn the_other_entry_points_return_as_well() {
    let samples = corpus::samples("bad");
    for line in samples.iter().flat_map(|sample| sample.text.lines()) {
        for part in line.split([':', ' ', ';']) {
            let _ = parse_path(SOURCE, part);
            if let Err(diagnostics) = parse_acl(SOURCE, part) {
                assert!(!diagnostics.is_empty() && diagnostics.len() <= ERROR_LIMIT + 1);
            }
        }
    }
    assert!(parse_acl(SOURCE, "mount, read: capability(\"x\") and stake >= 3").is_ok());
    assert!(parse_acl(SOURCE, "open; open").is_err());
    assert!(parse_acl(SOURCE, "proof").is_err());
    assert!(parse_path(SOURCE, "/a/{n}/**").is_ok());
    assert!(parse_path(SOURCE, "/a /b").is_err());
}
