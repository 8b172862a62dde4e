//! A text as a path: refused exactly if a check written for clarity refuses it.
#![no_main]

use dregg_artifact::Path;
use dregg_fuzz::{decide, example};
use dregg_runtime::{Facts, Policy};
use libfuzzer_sys::fuzz_target;
use std::sync::LazyLock;

static POLICY: LazyLock<Policy> = LazyLock::new(|| example(0));

fn well_formed(text: &str, bytes: usize, segments: usize) -> bool {
    let good = |character: char| character.is_ascii_alphanumeric() || "._~:@+,=()$!-".contains(character);
    let Some(rest) = text.strip_prefix('/') else { return false };
    text.len() <= bytes
        && (rest.is_empty()
            || rest.split('/').count() <= segments
                && rest.split('/').all(|segment| {
                    !segment.is_empty() && segment != "." && segment != ".." && segment.chars().all(good)
                }))
}

fuzz_target!(|text: &str| {
    let limits = &POLICY.artifact().limits;
    let expected = well_formed(text, usize::from(limits.path_bytes), usize::from(limits.segments));
    let path = Path::parse(text, limits);
    assert_eq!(path.is_ok(), expected, "{path:?}");
    let class = POLICY.classify(text);
    assert_eq!(class.is_ok(), expected, "{class:?}");
    if let (Ok(path), Ok(Some(class))) = (path, class) {
        assert_eq!(path.segments().map(|segment| segment.len() + 1).sum::<usize>().max(1), text.len());
        assert!(class.route.is_some() != class.redirect.is_some());
        let mut captures = class.route.into_iter().flat_map(|route| POLICY.captures(route, text));
        assert!(captures.all(|(_, segment)| path.segments().any(|other| other == segment)));
        let below =
            text == "/public" || ["/public/", "/services/"].iter().any(|start| text.starts_with(start));
        assert!(below || text == "/services", "{text} has no route");
    }
    decide(&POLICY, &Facts::new(&POLICY), text);
});
