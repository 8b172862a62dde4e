//! Random rule programs as text: recursion, negation, comparisons, `in` parameters, and depths at the bound.

use rand::RngExt;
use rand_chacha::ChaCha8Rng;

/// A random program whose route `/goal` asks for a derived predicate, with its facts as FACTS.json entries and as given
/// statements.
pub struct Program {
    /// The policy.
    pub text: String,
    /// The derivation depth it allows itself.
    pub depth: u8,
}

/// The texts facts are about.
const TEXTS: &[&str] = &["s", "t"];
/// The cells of every program; they stand in a line so that chains have a known length.
pub const CELLS: usize = 6;

/// Makes a program. `edge` facts form chains and cycles; `reach` is recursive; other rules are drawn at random.
pub fn program(rng: &mut ChaCha8Rng) -> Program {
    let depth = rng.random_range(1..=CELLS as u8 + 1);
    let mut text = format!("policy p version 1;\nlimits {{ derivation_depth {depth}; }}\n");
    for cell in 0..CELLS {
        text += &format!("cell @c{cell} = 0x{};\n", format!("{cell:02x}2e").repeat(16));
    }
    text += "relation edge(from: cell, to: cell) public;\nrelation mark(who: cell, what: text) public;\n";
    text += "relation level(who: cell, n: int) held;\n";
    for cell in 0..CELLS - 1 {
        if rng.random_range(0..8) > 0 {
            text += &format!("fact edge(@c{cell}, @c{});\n", cell + 1);
        }
    }
    for _ in 0..rng.random_range(0..3) {
        text += &format!("fact edge(@c{}, @c{});\n", rng.random_range(0..CELLS), rng.random_range(0..CELLS));
    }
    for _ in 0..rng.random_range(1..4) {
        let what = TEXTS[rng.random_range(0..TEXTS.len())];
        text += &format!("fact mark(@c{}, \"{what}\");\n", rng.random_range(0..CELLS));
    }
    text += "rule reach(x, w) if mark(x, w);\n";
    text += match rng.random_range(0..4) {
        0 => "rule reach(y, w) if edge(x, y), reach(x, w);\n",
        1 => "rule reach(y, w) if reach(x, w), edge(x, y), not mark(y, \"t\");\n",
        2 => "rule reach(y, w) if reach(x, w), edge(x, y), x != y;\n",
        _ => {
            "rule reach(y, w) if reach(x, w), reach(y, \"s\"), edge(x, y);\nrule reach(y, w) if edge(x, y), reach(x, w);\n"
        }
    };
    text += match rng.random_range(0..3) {
        0 => "rule tall(x, in m) if level(x, n), n >= m;\n",
        1 => "rule tall(x, in m) if level(x, n), n >= m, reach(x, \"s\");\n",
        _ => "rule tall(x, in m) if edge(x, y), level(y, n), n > m, n <= epoch;\n",
    };
    text += match rng.random_range(0..4) {
        0 => "rule goal(x) if reach(x, \"s\"), not mark(x, \"t\");\n",
        1 => "rule goal(x) if reach(x, w), w != \"t\";\nrule goal(x) if tall(x, 3);\n",
        2 => "rule goal(x) if level(x, k), tall(x, k), reach(x, \"s\");\n",
        _ => "rule goal(x) if edge(x, y), goal(y);\nrule goal(x) if reach(x, \"t\"), tall(x, 2);\n",
    };
    text += "route /goal { allow read: goal(); allow invoke: reach(\"s\") and not mark(\"t\"); allow mount: tall(2); }\n";
    Program { text, depth }
}

/// Random held facts `level(c, n)`.
pub fn levels(rng: &mut ChaCha8Rng) -> Vec<(usize, u64)> {
    (0..rng.random_range(0..5)).map(|_| (rng.random_range(0..CELLS), rng.random_range(0..6))).collect()
}
