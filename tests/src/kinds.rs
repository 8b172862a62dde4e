//! Policies with a route for each kind of access rule, and facts that satisfy some of them for some cells.

use crate::Compiled;
use crate::engines::Given;
use crate::policies::CELLS;
use dregg_artifact::{Permission, Value};
use dregg_compiler::hir::Fact;
use rand::RngExt;
use rand_chacha::ChaCha8Rng;

/// Each kind with a request that is decided by it.
pub const KINDS: [(&str, Permission, &str); 24] = [
    ("open", Permission::Read, "/open"),
    ("few cells", Permission::Read, "/sets"),
    ("many cells", Permission::Invoke, "/sets"),
    ("not few cells", Permission::Read, "/outside"),
    ("not many cells", Permission::Invoke, "/outside"),
    ("capability", Permission::Invoke, "/capability/x"),
    ("capture", Permission::Read, "/capability/gold"),
    ("stake", Permission::Read, "/stake"),
    ("guard", Permission::Read, "/guarded/x"),
    ("two guards", Permission::Invoke, "/guarded/deeper"),
    ("absence", Permission::Read, "/absent"),
    ("absence of a long fact", Permission::Invoke, "/absent"),
    ("public fact", Permission::Mount, "/absent"),
    ("comparison", Permission::Read, "/level"),
    ("comparison with the epoch", Permission::Invoke, "/level"),
    ("and", Permission::Read, "/joined"),
    ("or", Permission::Invoke, "/joined"),
    ("or of ands", Permission::Mount, "/joined"),
    ("proof required", Permission::Invoke, "/proof"),
    ("mount", Permission::Mount, "/mounted"),
    ("mount as a service", Permission::Mount, "/served"),
    ("gateway", Permission::Invoke, "/partner/a/b"),
    ("redirect", Permission::Read, "/latest"),
    ("recursion", Permission::Invoke, "/chain"),
];

fn some(rng: &mut ChaCha8Rng, size: usize) -> String {
    let mut cells: Vec<usize> = (0..CELLS).collect();
    while cells.len() > size {
        cells.remove(rng.random_range(0..cells.len()));
    }
    let cells: Vec<String> = cells.iter().map(|cell| format!("@c{cell}")).collect();
    cells.join(", ")
}

/// A policy.
pub fn policy(rng: &mut ChaCha8Rng) -> String {
    let mut text = format!(
        "policy kinds version 1;
use std.capability;
limits {{ derivation_depth 10; proof_facts {}; }}
",
        rng.random_range(1..4)
    );
    for cell in 0..CELLS {
        text += &format!("cell @c{cell} = 0x{};\n", format!("{:02x}3b", cell + 1).repeat(16));
    }
    let few = rng.random_range(1..8);
    let many = rng.random_range(9..12);
    text += &format!("cellset few = {{ {} }};\n", some(rng, few));
    text += &format!("cellset many = {{ {} }};\n", some(rng, many));
    text += "relation banned(who: cell) public;
relation traded(from: cell, to: cell, what: text, n: int) public;
relation level(who: cell, n: int, until: int) held;
relation vouched(by: cell, whom: cell) held by column by;
rule reaches(x, in least) if level(x, n, until), n >= least;
rule fresh(x) if level(x, n, until), until > epoch, n != 3;
rule known(x) if traded(x, y, what, n), n > 1;
rule known(x) if vouched(y, x), known(y), not banned(y);
route /open allow read, invoke, mount: open;
route /sets { allow read: cells few; allow invoke: cells many; }
route /outside { allow read: not cells few; allow invoke: not cells many; }
route /capability/{name} { allow read: capability(name); allow invoke: capability(\"tier\"); }
route /stake allow read, invoke: stake >= 1_000;
route /guarded/** {
    require not banned();
    allow read: open;
    route deeper { require invoke: stake >= 500; allow invoke: not cells few; }
}
route /absent {
    allow read: not banned();
    allow invoke: not traded(@c1, \"tier\", 3);
    allow mount: traded(@c1, \"tier\", 3);
}
route /level { allow read: reaches(2); allow invoke: fresh(); }
route /joined {
    allow read: cells many and stake >= 500;
    allow invoke: banned() or reaches(4) or capability(\"gold\");
    allow mount: (cells few and reaches(1)) or (not cells few and stake >= 1);
}
route /proof { require invoke: proof; allow invoke: cells few; }
route /mounted allow mount: stake >= 1_000;
route /chain allow invoke: known();
gateway /partner/** owner @c0 { allow read: open; allow invoke: capability(\"tier\"); }
redirect /latest -> /stake;
";
    text + &format!("route /served {{ service @c{} priority 7; }}\n", rng.random_range(0..CELLS))
}

/// Facts and stakes for it, in a given epoch.
pub fn given(rng: &mut ChaCha8Rng, compiled: &Compiled, epoch: u64) -> Given {
    let relation = |name: &str| {
        let found = compiled.hir.relations.iter().position(|relation| relation.name == name).unwrap();
        u32::try_from(found).unwrap()
    };
    let cells = &compiled.hir.cells;
    let cell = |number: usize| Value::Cell(cells[number % CELLS].id);
    let mut facts = Vec::new();
    let mut fact =
        |name: &str, arguments: Vec<Value>| facts.push(Fact { relation: relation(name), arguments });
    for right in ["tier", "gold"] {
        let text = || Value::Text(right.to_owned());
        for _ in 0..rng.random_range(1..3) {
            let first = rng.random_range(0..CELLS);
            fact("granted", vec![cell(first), text()]);
            // A chain of delegations; some have ended.
            let step = rng.random_range(1..CELLS);
            for link in 0..rng.random_range(0..5) {
                let until = Value::Int(epoch + rng.random_range(0..6));
                let (from, to) = (first + link * step, first + (link + 1) * step);
                fact("delegated", vec![cell(from), cell(to), text(), until]);
            }
        }
        for _ in 0..rng.random_range(0..2) {
            fact("revoked", vec![cell(rng.random_range(0..CELLS)), text()]);
        }
    }
    for number in 0..CELLS {
        if rng.random_range(0..3) == 0 {
            fact("banned", vec![cell(number)]);
        }
        if rng.random_range(0..3) == 0 {
            let what = Value::Text("tier".to_owned());
            fact("traded", vec![cell(number), cell(1), what, Value::Int(rng.random_range(1..4))]);
        }
        for _ in 0..rng.random_range(0..3) {
            let until = Value::Int(epoch + rng.random_range(0..3));
            fact("level", vec![cell(number), Value::Int(rng.random_range(0..5)), until]);
        }
        if rng.random_range(0..2) == 0 {
            fact("vouched", vec![cell(number), cell(rng.random_range(0..CELLS))]);
        }
    }
    let amounts = [0, 1, 499, 500, 999, 1000, 1001, (1 << 56) - 1];
    let staked = cells.iter().filter(|_| rng.random_range(0..3) > 0).map(|cell| cell.id).collect::<Vec<_>>();
    let stakes = staked.into_iter().map(|cell| (cell, amounts[rng.random_range(0..amounts.len())])).collect();
    Given { facts, stakes, epoch, proved: true }
}
