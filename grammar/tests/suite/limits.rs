//! Texts made to be expensive or misleading: each limit holds, just below it and just above.

use dregg_grammar::{ERROR_LIMIT, NESTING, SOURCE_BYTES, SourceId, decode, format, parse};

const SOURCE: SourceId = SourceId(0);

fn codes(text: &str) -> Vec<&'static str> {
    parse(SOURCE, text).diagnostics.iter().map(|report| report.code.0).collect()
}

#[test]
fn size() {
    let fits = format!("#{}", " ".repeat(SOURCE_BYTES - 1));
    assert_eq!(codes(&fits), [""; 0]);
    assert_eq!(codes(&format!("{fits} ")), ["E0008"]);
}

#[test]
fn nesting() {
    let braces = |depth: usize| format!("{}{}", "route a{".repeat(depth), "}".repeat(depth));
    assert_eq!(codes(&braces(NESTING)), [""; 0]);
    assert_eq!(codes(&braces(NESTING + 1)), ["E0006"]);
    // The block of the route is one level.
    let parentheses = |depth: usize| {
        format!("route /a {{ allow read: {}p{}; }}", "(".repeat(depth), "()".to_owned() + &")".repeat(depth))
    };
    assert_eq!(codes(&parentheses(NESTING - 2)), [""; 0]);
    assert_eq!(codes(&parentheses(NESTING)), ["E0006"]);
    let nots = |depth: usize| format!("route /a {{ allow read: {}open; }}", "not ".repeat(depth));
    assert_eq!(codes(&nots(NESTING - 1)), [""; 0]);
    assert_eq!(codes(&nots(NESTING)), ["E0006"]);
    assert_eq!(codes(&"(".repeat(1_000_000)), ["E0006"]);
    assert_eq!(codes(&"{".repeat(1_000_000)), ["E0006"]);
    assert_eq!(codes(&"not ".repeat(200_000)), ["E0006"]);
}

#[test]
fn the_list_of_errors_ends() {
    for text in [";".repeat(100_000), "use ; ".repeat(50_000), "§ ".repeat(100_000), "}".repeat(100_000)] {
        let codes = codes(&text);
        assert_eq!(codes.len(), ERROR_LIMIT + 1);
        assert_eq!(codes.last(), Some(&"E0106"));
    }
    // Errors that the parser passes by count as well.
    for text in [
        "route /a//b {} ".repeat(50_000),
        "route /a { allow read: proof; } ".repeat(20_000),
        format!("cellset s = {{ {} }};", "a, ".repeat(200_000)),
    ] {
        assert_eq!(codes(&text).len(), ERROR_LIMIT + 1);
    }
    assert_eq!(codes(&"§".repeat(400_000)), ["E0001"]);
}

#[test]
fn long_chains_are_flat() {
    for (join, end) in [(" or ", "a()"), (" and ", "a()"), (" or a() and ", "a()")] {
        let text = format!("route /a {{ allow read: {}{end}; }}", format!("a(){join}").repeat(60_000));
        assert_eq!(codes(&text), [""; 0]);
    }
    let body = format!("rule p(a) if {};", vec!["q(a)"; 100_000].join(", "));
    assert_eq!(codes(&body), [""; 0]);
    let routes = "route /a{}".repeat(100_000);
    assert_eq!(codes(&routes), [""; 0]);
}

#[test]
fn long_tokens() {
    let path = format!("route {} {{}}", "/a".repeat(32 * 1024));
    let parsed = parse(SOURCE, &path);
    assert_eq!(parsed.diagnostics, []);
    assert_eq!(codes(&format!("route /{}* {{}}", "a".repeat(64 * 1024))), ["E0003"]);
    assert_eq!(codes(&format!("route /{} {{}}", "{n".repeat(200_000))), ["E0006"]);
    assert_eq!(codes(&format!("route {} {{}}", "/{N}".repeat(200_000))), ["E0003"]);
    assert_eq!(codes(&format!("route /a{} {{}}", "\"".repeat(200_001)))[0], "E0002");
    assert_eq!(codes(&format!("use \"{}\";", "a".repeat(256))), ["E0011"]);
    assert_eq!(codes(&format!("use {};", "a.".repeat(100_000) + "a")), [""; 0]);
    assert_eq!(codes(&format!("policy p version {};", "9".repeat(500_000))), ["E0010"]);
    assert_eq!(codes(&format!("{} /a {{}}", "r".repeat(500_000))), ["E0101"]);
}

#[test]
fn invisible_characters() {
    assert_eq!(codes("# a\u{202e}b\nuse a.b;"), ["E0009"]);
    assert_eq!(codes("use \"a\u{2066}b\";"), ["E0009"]);
    assert_eq!(codes("use a.b;\u{200f}"), ["E0009"]);
    assert_eq!(codes("use a\0.b;").first(), Some(&"E0001"));
    assert_eq!(codes("# a\0b\nuse \"c\u{7}\";"), ["E0001", "E0001"]);
    assert_eq!(codes("# open\rroute /a allow read: open;"), ["E0001"]);
    assert_eq!(codes("# open\u{2028}route /a allow read: open;"), ["E0001"]);
    assert_eq!(codes("\u{feff}use a.b;\r\nuse c.d;\r\n"), [""; 0]);
    assert_eq!(codes("use a.b;\u{feff}"), ["E0001"]);
    assert_eq!(codes("use \"\u{e9}\u{1f980}\"; # \u{e9}"), [""; 0]);
}

#[test]
fn bytes_that_are_no_text() {
    assert_eq!(decode(SOURCE, b"use a.b;"), Ok("use a.b;"));
    let report = decode(SOURCE, b"use \xff;").expect_err("not UTF-8");
    assert_eq!((report.code.0, report.primary.span.start), ("E0007", 4));
}

#[test]
fn a_block_without_an_end() {
    assert_eq!(codes("route /a { allow read: open;"), ["E0005"]);
    assert_eq!(codes("route /a { route b { route c {\nroute /d allow read: open;"), ["E0005"; 3]);
    assert_eq!(codes("cellset s = { @a, @b"), ["E0005", "E0101"]);
}

#[test]
fn formatting_long_and_deep_texts() {
    let chain = |join: &str| format!("a(){join}").repeat(10_000) + "a()";
    let nested = |depth: usize, inner: &str| {
        format!("{}{inner}{}", "b() or (c() and (".repeat(depth), "))".repeat(depth))
    };
    for acl in
        [chain(" or "), chain(" and "), nested(60, "d()"), nested(60, &"d() or ".repeat(100)) + " or d()"]
    {
        let text = format!("route /a {{ allow read: {}; }}", acl.replace("or )", "or d())"));
        let once = format(SOURCE, &text).expect("no errors, not too large");
        assert_eq!(format(SOURCE, &once).as_ref(), Ok(&once));
    }
    let set = format!("cellset s = {{ {} }};\n", vec!["@a"; 20_000].join(", "));
    assert_eq!(format(SOURCE, &set).expect("no errors").lines().count(), 20_002);
}
