//! The layout of every kind of statement, and what the formatter refuses.

use super::{FormatError, WIDTH, format};
use crate::span::SourceId;

fn formatted(text: &str) -> String {
    let once = format(SourceId(0), text).expect("no errors");
    assert_eq!(format(SourceId(0), &once).as_ref(), Ok(&once), "formatting twice differs");
    once
}

#[test]
fn one_blank_between_words() {
    assert_eq!(
        formatted(
            "policy  a.b   version 1 ;\nroute /x{allow read,invoke:open;}route /y/{n:t}/{m} allow mount :( p ( n,3 ) ) ;"
        ),
        "policy a.b version 1;\nroute /x { allow read, invoke: open; }\nroute /y/{n: t}/{m} allow mount: (p(n, 3));\n"
    );
    assert_eq!(
        formatted(
            "redirect /a->/b;rule p(a,in b)if q(a,c),c<=b,;limits{}cellset s={};relation to(  )public by cells{@a,};"
        ),
        "redirect /a -> /b;\nrule p(a, in b) if q(a, c), c <= b;\nlimits {}\ncellset s = {};\n\
         relation to() public by cells { @a };\n"
    );
    assert_eq!(
        formatted("gateway /g/** owner @a{delegate mount to(to (\"x\") or open)depth 2;require(not(open));}"),
        "gateway /g/** owner @a { delegate mount to (to(\"x\") or open) depth 2; require (not (open)); }\n"
    );
    assert_eq!(
        formatted("route /r/** { route cells {} route council { } }"),
        "route /r/** {\n    route cells {}\n    route council {}\n}\n"
    );
}

#[test]
fn lines_end_in_newline_alone() {
    assert_eq!(
        formatted("\u{feff}use a.b;\r\n\r\n\r\n# c \t\r\nuse c.d;  # e\r\n"),
        "use a.b;\n\n# c\nuse c.d;  # e\n"
    );
    assert_eq!(formatted(""), "");
    assert_eq!(formatted("\n\n  # only\n\n\n"), "# only\n");
}

#[test]
fn blocks_stay_on_the_line_they_were_written_on() {
    let one = "limits { segments 4; path_bytes 8; }\n";
    assert_eq!(formatted(one), one);
    let several = "limits {\n    segments 4;\n}\n";
    assert_eq!(formatted(several), several);
    assert_eq!(
        formatted("route /a { route b { inherit read; } }"),
        "route /a {\n    route b { inherit read; }\n}\n"
    );
    let wide = format!("route /a {{ {} }}", "inherit read; ".repeat(9));
    assert_eq!(formatted(&wide), format!("route /a {{\n{}}}\n", "    inherit read;\n".repeat(9)));
}

#[test]
fn at_most_one_blank_line_and_none_at_the_edges_of_a_block() {
    assert_eq!(
        formatted(
            "\n\nroute /a {\n\n\n  # c\n\n\n  inherit read;\n\n\n\n  inherit mount;\n\n  # d\n\n}\n\n\nuse a.b;"
        ),
        "route /a {\n    # c\n\n    inherit read;\n\n    inherit mount;\n\n    # d\n}\n\nuse a.b;\n"
    );
}

#[test]
fn comments_keep_their_places() {
    assert_eq!(
        formatted(
            "route /a { # one\n    ## two\n  inherit read;# three\n  inherit read, mount; # four\n # five\n} # six"
        ),
        "route /a {  # one\n    ## two\n    inherit read;         # three\n    inherit read, mount;  # four\n    # five\n}  # six\n"
    );
    assert_eq!(
        formatted("cellset s = { # all\n @a, # one\n # of\n @b # two\n };"),
        "cellset s = {  # all\n    @a,  # one\n    # of\n    @b,  # two\n};\n"
    );
    assert_eq!(
        formatted("route /a # here\n{ allow read: open # or\n # not\n or p() ; }"),
        "route /a  # here\n    {\n    allow read: open  # or\n        # not\n        or p();\n}\n"
    );
    assert_eq!(
        formatted("rule p(a) if q(a), # one\n r(a), s(a) # two\n, # three\n t(a) # four\n ;"),
        "rule p(a) if q(a),  # one\n    r(a),\n    s(a)  # two\n        ,  # three\n    t(a)  # four\n        ;\n"
    );
}

#[test]
fn what_is_too_wide_breaks_at_its_outermost_joint() {
    let long = "abcdefghij".repeat(4);
    assert_eq!(
        formatted(&format!(
            "route /a {{ allow read, mount: {long}() and b() or {long}() and {long}() and {long}() or c(); }}"
        )),
        format!(
            "route /a {{\n    allow read, mount: {long}() and b()\n        or {long}()\n            and {long}()\n            \
             and {long}()\n        or c();\n}}\n"
        )
    );
    assert_eq!(
        formatted(&format!("rule p(a) if {long}(a), {long}(a), {long}(a), q(a), r(a);")),
        format!("rule p(a) if {long}(a), {long}(a),\n    {long}(a), q(a), r(a);\n")
    );
    let members: Vec<String> = (10..30).map(|n| format!("@cell{n}")).collect();
    assert_eq!(
        formatted(&format!("route /a {{ allow read: cells {{ {} }} or open; }}", members.join(", "))),
        format!(
            "route /a {{\n    allow read: cells {{\n        {},\n    }}\n        or open;\n}}\n",
            members.join(",\n        ")
        )
    );
}

#[test]
fn no_line_is_wider_than_it_must() {
    for length in 60..130 {
        let text = format!("fact p(\"{}\", 1, 2, 3);", "x".repeat(length));
        let widest = formatted(&text).lines().map(str::len).max().unwrap_or(0);
        assert!(widest <= WIDTH.max(length + 10), "{length}: {widest}");
    }
}

#[test]
fn errors_are_refused() {
    let Err(FormatError::Syntax(diagnostics)) = format(SourceId(0), "route /a { allow read open; }") else {
        panic!("formatted a text with an error")
    };
    assert_eq!(diagnostics.iter().map(|one| one.code.0).collect::<Vec<_>>(), ["E0101"]);
}

#[test]
fn a_layout_beyond_the_limit_is_refused() {
    let deep = 120;
    let text = format!("{}{}{}", "route a{".repeat(deep), "inherit read;".repeat(10_000), "}".repeat(deep));
    assert_eq!(format(SourceId(0), &text), Err(FormatError::TooLarge));
}
