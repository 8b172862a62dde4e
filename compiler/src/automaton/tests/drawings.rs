//! Drawings of a small policy.

use super::super::{Budget, build, dot, mermaid};
use super::naive::*;
use dregg_artifact::Dfa;

fn label(class: u32) -> String {
    ["open", "say \"yes\" # now"][class as usize].to_owned()
}

fn small() -> Dfa {
    let table = patterns(&["/public/**", "/ai/{0}", "/ai/vx"]);
    build(&table, &sets(), &Budget::DEFAULT)
        .expect("not ambiguous")
        .to_dfa(|accept| accept.least.min(1) as u32)
}

#[test]
fn graphviz() {
    let expected = r##"digraph policy {
    rankdir=LR;
    node [shape=circle, fontname="monospace"];
    edge [fontname="monospace"];
    0;
    1;
    5;
    6 [shape=box, peripheries=2, label="6\nsay \"yes\" # now"];
    7 [shape=box, peripheries=2, label="7\nsay \"yes\" # now"];
    13 [shape=box, peripheries=2, label="13\nopen"];
    14;
    15 [shape=box, peripheries=2, label="15\nopen"];
    16;
    17;
    0 -> 1 [label="/"];
    1 -> 5 [label="ai/v"];
    1 -> 13 [label="public"];
    5 -> 6 [label="[0-9]"];
    5 -> 7 [label="x"];
    6 -> 6 [label="[0-9]"];
    13 -> 14 [label="/"];
    14 -> 15 [label="any but ."];
    14 -> 16 [label="."];
    15 -> 14 [label="/"];
    15 -> 15 [label="any"];
    16 -> 15 [label="any but ."];
    16 -> 17 [label="."];
    17 -> 15 [label="any"];
}
"##;
    assert_eq!(dot(&small(), &label), expected);
}

#[test]
fn mermaid_flowchart() {
    let expected = r##"flowchart LR
    s0(("0"))
    s1(("1"))
    s5(("5"))
    s6[["6: say #quot;yes#quot; #35; now"]]
    s7[["7: say #quot;yes#quot; #35; now"]]
    s13[["13: open"]]
    s14(("14"))
    s15[["15: open"]]
    s16(("16"))
    s17(("17"))
    s0 -->|"/"| s1
    s1 -->|"ai/v"| s5
    s1 -->|"public"| s13
    s5 -->|"[0-9]"| s6
    s5 -->|"x"| s7
    s6 -->|"[0-9]"| s6
    s13 -->|"/"| s14
    s14 -->|"any but ."| s15
    s14 -->|"."| s16
    s15 -->|"/"| s14
    s15 -->|"any"| s15
    s16 -->|"any but ."| s15
    s16 -->|"."| s17
    s17 -->|"any"| s15
"##;
    assert_eq!(mermaid(&small(), &label), expected);
}

#[test]
fn nothing_to_draw() {
    let empty = build(&[], &[], &Budget::DEFAULT).expect("not ambiguous").to_dfa(|_| 0);
    assert_eq!(mermaid(&empty, &label), "flowchart LR\n");
    assert!(dot(&empty, &label).ends_with("[fontname=\"monospace\"];\n}\n"));
}
