//! Cells replaced everywhere, and back.

use super::Hir;
use crate::generate::compile;
use crate::load::load_text;
use crate::lower::lower;
use dregg_artifact::CellId;

/// A cell in every place where one can stand.
const POLICY: &str = "policy t version 1; use std.capability;
cell @a = 0x1111111111111111111111111111111111111111111111111111111111111101;
cell @b = 0x2222222222222222222222222222222222222222222222222222222222222202;
cell @c = 0x3333333333333333333333333333333333333333333333333333333333333303;
cell @d = 0x4444444444444444444444444444444444444444444444444444444444444404;
cell @e = 0x5555555555555555555555555555555555555555555555555555555555555505;
cell @f = 0x6666666666666666666666666666666666666666666666666666666666666606;
cell @g = 0x7777777777777777777777777777777777777777777777777777777777777707;
cell @h = 0x8888888888888888888888888888888888888888888888888888888888888808;
cell @i = 0x9999999999999999999999999999999999999999999999999999999999999909;
cell @j = 0xaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa0a;
cell @k = 0xbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb0b;
cell @l = 0xcccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc0c;
cell @m = 0xdddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd0d;
cell @n = 0xeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee0e;
cellset some = { @b, @c };
relation knows(who: cell, whom: cell) public by cells { @a, @d };
relation by_two(who: cell) public by cells some;
rule friend(@a, y) if knows(@a, y), not knows(y, @e);
rule friend(x, y) if knows(x, y), x == @f, @b != y;
fact knows(@b, @a); fact knows(@a, @b);
route /s/** { require read: not cells { @g };
    allow read: open; allow invoke: (friend(@a) or cells some) and not knows(@b);
    service @h priority 1; service @b priority 0; }
gateway /g/** owner @i {
    delegate mount to cells { @j } depth 2 max_routes 4;
    allow read: open; }
governance { council { @a, @b, @k }; threshold 2 of 3;
    stakes by cells { @l }; }
test \"t\" {
    given granted(@m, \"x\"), stake(@a, 4);
    expect allow read /s as @b;
    expect provable read /s as @n;
    expect order /s is @b, @h;
}
";

fn hir(text: &str) -> Hir {
    let loaded = load_text("t.dregg", text);
    assert!(!loaded.has_errors(), "{:#?}", loaded.diagnostics);
    let lowered = lower(&loaded);
    let errors: Vec<_> = lowered.diagnostics.iter().filter(|report| report.is_error()).collect();
    assert!(errors.is_empty(), "{errors:#?}");
    lowered.hir
}

fn bytes(hir: &Hir) -> Vec<u8> {
    compile(hir).ok().unwrap().encode()
}

/// Another cell, so that the order of any two changes.
fn other(cell: &CellId) -> CellId {
    CellId(cell.0.map(|byte| byte ^ 0x70))
}

#[test]
fn every_cell_is_found_and_replaced() {
    let before = hir(POLICY);
    let cells = before.cell_ids();
    assert_eq!(cells.len(), 14);
    let after = before.with_cells(other);
    assert_eq!(after.cell_ids(), cells.iter().map(other).collect());
    let shown = format!("{after:?}");
    for cell in &cells {
        assert!(!shown.contains(&cell.to_hex()), "{cell} is still there");
        assert!(shown.contains(&other(cell).to_hex()), "{cell} is gone");
    }
    assert_eq!(format!("{before:?}"), format!("{:?}", after.with_cells(other)));
}

#[test]
fn the_policy_means_the_same_for_other_cells() {
    let before = hir(POLICY);
    let after = before.with_cells(other);
    assert_ne!(bytes(&before), bytes(&after));
    assert_eq!(bytes(&before), bytes(&after.with_cells(other)));
    // As if it had been written so.
    let written = before
        .cell_ids()
        .iter()
        .fold(POLICY.to_owned(), |text, cell| text.replace(&cell.to_hex(), &other(cell).to_hex()));
    assert_eq!(bytes(&hir(&written)), bytes(&after));
}
