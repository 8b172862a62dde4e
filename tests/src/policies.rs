//! Random policies about who may do what: guards, clauses and rules of every kind, with facts and stakes to match.

use crate::Compiled;
use crate::engines::Given;
use dregg_artifact::Value;
use dregg_compiler::hir::Fact;
use rand::RngExt;
use rand_chacha::ChaCha8Rng;

/// How many cells every policy has: enough for sets that are too large to spell out.
pub const CELLS: usize = 12;

/// The paths that policies decide about.
pub const PATHS: [&str; 3] = ["/r/s", "/r/t", "/q"];

const TEXTS: [&str; 3] = ["s", "t", "u"];

fn one_of<T: Copy>(rng: &mut ChaCha8Rng, from: &[T]) -> T {
    from[rng.random_range(0..from.len())]
}

fn set(rng: &mut ChaCha8Rng) -> String {
    let size = one_of(rng, &[1, 2, 3, 8, 9, 10, 11]);
    let mut cells: Vec<usize> = (0..CELLS).collect();
    while cells.len() > size {
        cells.remove(rng.random_range(0..cells.len()));
    }
    let cells: Vec<String> = cells.iter().map(|cell| format!("@c{cell}")).collect();
    format!("cells {{ {} }}", cells.join(", "))
}

/// An ACL; `captured` where the route names a segment.
fn acl(rng: &mut ChaCha8Rng, captured: bool, nesting: u8) -> String {
    if nesting > 0 && rng.random_range(0..2) == 0 {
        let sign = one_of(rng, &[" and ", " or "]);
        let parts: Vec<String> =
            (0..rng.random_range(2..4)).map(|_| acl(rng, captured, nesting - 1)).collect();
        return format!("({})", parts.join(sign));
    }
    let text = if captured && rng.random_range(0..2) == 0 {
        "name".to_owned()
    } else {
        format!("{:?}", one_of(rng, &TEXTS))
    };
    let number = rng.random_range(0..5);
    match rng.random_range(0..14) {
        0 => "open".to_owned(),
        1 | 2 => set(rng),
        3 => format!("not {}", set(rng)),
        4 => format!("stake >= {}", rng.random_range(0..4) * 10),
        5 => format!("mark({text})"),
        6 => format!("not mark({text})"),
        7 => format!("within({number})"),
        8 => format!("later({text})"),
        9 => format!("not quad(\"s\", {text}, {number})"),
        10 => format!("quad({text}, \"t\", {number})"),
        11 => format!("level({number})"),
        12 => "peer()".to_owned(),
        _ => format!("holds({text})"),
    }
}

/// A policy.
pub fn policy(rng: &mut ChaCha8Rng) -> String {
    let depth = rng.random_range(1..6);
    let mut text = format!("policy p version 1;\nlimits {{ derivation_depth {depth}; }}\n");
    for cell in 0..CELLS {
        text += &format!("cell @c{cell} = 0x{};\n", format!("{:02x}3b", cell + 1).repeat(16));
    }
    text += "relation mark(who: cell, what: text) public;
relation quad(who: cell, one: text, two: text, n: int) public;
relation level(who: cell, n: int) held;
relation passed(from: cell, to: cell, what: text, until: int) held by column from;
rule holds(x, w) if mark(x, w);
";
    text += one_of(
        rng,
        &[
            "rule holds(x, w) if passed(y, x, w, u), holds(y, w), u > epoch;\n",
            "rule holds(x, w) if holds(y, w), passed(y, x, w, u), u >= 3, not mark(x, \"u\");\n",
            "rule holds(x, w) if passed(y, x, v, u), holds(y, w), v == w, x != @c3;\n",
            "rule holds(x, \"s\") if passed(x, x, w, u), u == 2;\nrule holds(x, w) if passed(y, x, w, n), holds(y, w), within(y, n);\n",
        ],
    );
    text += one_of(
        rng,
        &[
            "rule within(x, in m) if level(x, n), n <= m;\n",
            "rule within(x, in m) if level(x, n), n < m, holds(x, w);\n",
            "rule within(x, in m) if quad(x, v, w, n), level(x, k), k <= n, n != m;\n",
        ],
    );
    text += one_of(
        rng,
        &[
            "rule later(x, w) if holds(x, w), level(x, n), epoch < n;\n",
            "rule later(x, w) if passed(y, x, w, n), level(y, n), later(y, w);\nrule later(x, w) if quad(x, w, w, n), n >= epoch;\n",
        ],
    );
    text += one_of(
        rng,
        &[
            "rule peer(x) if mark(x, w), mark(y, w), x != y, not mark(y, \"t\"), peer(y);\nrule peer(@c0) if mark(@c0, w);\n",
            "rule peer(x) if holds(x, v), later(x, w), v != w;\n",
            "rule peer(x) if quad(x, v, w, n), not quad(x, w, v, n), within(x, n);\n",
        ],
    );
    for (route, captured) in [("/**", false), ("/r/{name}", true), ("/q", false)] {
        text += &format!("route {route} {{\n");
        for _ in 0..rng.random_range(0..2) {
            let to = one_of(rng, &["", "read: ", "invoke, mount: "]);
            text += &format!("    require {to}{};\n", acl(rng, captured, 1));
        }
        for permission in ["read", "invoke", "mount"] {
            for _ in 0..rng.random_range(0..3) {
                text += &format!("    allow {permission}: {};\n", acl(rng, captured, 2));
            }
        }
        if rng.random_range(0..2) == 0 {
            text += &format!("    service @c{} priority {};\n", rng.random_range(0..CELLS), 7);
        }
        text += "}\n";
    }
    text
}

/// Facts and stakes for it.
pub fn given(rng: &mut ChaCha8Rng, compiled: &Compiled) -> Given {
    let relation = |name: &str| {
        let found = compiled.hir.relations.iter().position(|relation| relation.name == name).unwrap();
        u32::try_from(found).unwrap()
    };
    let cells = &compiled.hir.cells;
    let cell = |rng: &mut ChaCha8Rng| Value::Cell(cells[rng.random_range(0..CELLS)].id);
    let text = |rng: &mut ChaCha8Rng| Value::Text(one_of(rng, &TEXTS).to_owned());
    let int = |rng: &mut ChaCha8Rng| Value::Int(rng.random_range(0..5));
    let mut facts = Vec::new();
    for _ in 0..rng.random_range(0..8) {
        facts.push(Fact { relation: relation("mark"), arguments: vec![cell(rng), text(rng)] });
    }
    for _ in 0..rng.random_range(0..12) {
        let arguments = vec![cell(rng), cell(rng), text(rng), int(rng)];
        facts.push(Fact { relation: relation("passed"), arguments });
    }
    for _ in 0..rng.random_range(0..8) {
        let arguments = vec![cell(rng), text(rng), text(rng), int(rng)];
        facts.push(Fact { relation: relation("quad"), arguments });
        facts.push(Fact { relation: relation("level"), arguments: vec![cell(rng), int(rng)] });
    }
    let amounts = [0, 9, 10, 11, 20, 29, 30];
    let stakes = cells.iter().step_by(2).map(|cell| (cell.id, one_of(rng, &amounts))).collect();
    Given { facts, stakes, epoch: rng.random_range(0..5), proved: true }
}
