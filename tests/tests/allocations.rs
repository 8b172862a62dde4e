//! Deciding allocates nothing once the first decisions have made their room: whatever decides, allowed or denied.
//!
//! One test, because the counter belongs to the whole process.

use dregg_artifact::{CellId, Permission, Value};
use dregg_runtime::{Decision, Facts, Reason, Request};
use dregg_tests::compile;
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};
use std::alloc::System;

#[global_allocator]
static MEMORY: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

const POLICY: &str = r#"
policy p version 1;
use std.capability;
use std.roles;
relation level(who: cell, height: int) public;
relation member(who: cell, room: text) public;
rule above(who, in least) if level(who, height), height >= least;
# Two calls, the first of which answers with names: a table.
rule doubly(who) if has_role(who, name), has_role(who, "auditor"), member(who, name);

route /open allow read: open;
route /cells allow read: cells { @m0, @m1, @m2, @m3, @m4, @m5, @m6, @m7 };
route /stake allow read: stake >= 10;
route /tier allow read: capability("tier2") or (above(5) and not revoked("mesh"));
route /room/{room}/** allow read: member(room);
route /double allow read: doubly();
route /guarded { require not revoked("mesh"); require read: stake >= 1; allow read: capability("tier2"); }
route /closed allow mount: open;
redirect /old -> /tier;
"#;

/// The n-th cell of a chain of delegations; each cell below 8 is a named one.
fn cell(number: u8) -> CellId {
    CellId([number + 1; 32])
}

#[test]
fn deciding_allocates_nothing() {
    let names: String =
        (0..8u8).map(|number| format!("cell @m{number} = 0x{};\n", cell(number).to_hex())).collect();
    let text = POLICY.replacen("use std.capability;", &format!("{names}use std.capability;"), 1);
    let compiled = compile(&text).unwrap_or_else(|reports| panic!("{reports:#?}"));
    let policy = &compiled.policy;
    let mut facts = Facts::new(policy);
    let (who, text) = (|number: u8| Value::Cell(cell(number)), |text: &str| Value::Text(text.to_owned()));
    // Cell 0 is granted and passes on to 1, 1 to 2 and so on; the chain of 60 to 100 has no root.
    facts.assert("granted", vec![who(0), text("tier2")]).unwrap();
    for number in (0..40).chain(60..100) {
        let link = vec![who(number), who(number + 1), text("tier2"), Value::Int(900)];
        facts.assert("delegated", link).unwrap();
    }
    facts.assert("level", vec![who(70), Value::Int(7)]).unwrap();
    facts.assert("member", vec![who(3), text("lobby")]).unwrap();
    facts.assert("member", vec![who(3), text("part")]).unwrap();
    facts.assert("role", vec![who(3), text("whole")]).unwrap();
    facts.assert("includes", vec![text("whole"), text("part")]).unwrap();
    facts.assert("includes", vec![text("part"), text("auditor")]).unwrap();
    facts.stake(cell(5), 50).unwrap();

    let absent = CellId([200; 32]);
    let asked = [
        ("/open", absent, Ok(())),
        ("/cells", cell(7), Ok(())),
        ("/cells", cell(8), Err("Clause")),
        ("/stake", cell(5), Ok(())),
        ("/stake", cell(6), Err("Clause")),
        ("/tier", cell(0), Ok(())),
        ("/tier", cell(1), Ok(())),
        ("/tier", cell(16), Ok(())),
        ("/tier", cell(40), Ok(())),
        ("/tier", cell(70), Ok(())),
        ("/tier", cell(99), Err("Clause")),
        ("/tier", absent, Err("Clause")),
        ("/old", cell(16), Ok(())),
        ("/old", cell(99), Err("Clause")),
        ("/room/lobby/desk", cell(3), Ok(())),
        ("/room/cellar/desk", cell(3), Err("Clause")),
        ("/double", cell(3), Ok(())),
        ("/double", cell(4), Err("Clause")),
        ("/guarded", cell(5), Ok(())),
        ("/guarded", cell(6), Err("Guard")),
        ("/closed", cell(5), Err("NoClause")),
        ("/nowhere", cell(5), Err("NoRoute")),
        ("/a//b", cell(5), Err("BadPath")),
    ];
    let mut decider = policy.decider(&facts);
    // The counter is the process's: a thread of the test harness may allocate at any moment, but not in every round.
    let mut fewest = asked.map(|_| usize::MAX);
    for round in 0..8 {
        for ((path, caller, expected), fewest) in asked.into_iter().zip(&mut fewest) {
            let request = Request { permission: Permission::Read, path, caller, epoch: 7, proved: false };
            let region = Region::new(MEMORY);
            let decision = decider.decide(&request);
            let change = region.change();
            let found = match decision {
                Decision::Allow { .. } => Ok(()),
                Decision::Deny { reason, .. } => Err(reason.name()),
            };
            assert_eq!(found, expected, "{path} as {caller}");
            // In the first round indexes are made and memory is taken.
            if round > 0 {
                *fewest = (*fewest).min(change.allocations + change.reallocations);
            }
        }
    }
    for ((path, caller, _), fewest) in asked.into_iter().zip(fewest) {
        assert_eq!(fewest, 0, "{path} as {caller}");
    }
    // A decision without a decider takes its memory anew, and for what needs none allocates nothing either.
    let request =
        Request { permission: Permission::Read, path: "/cells", caller: cell(8), epoch: 7, proved: false };
    let fewest = (0..8).map(|_| {
        let region = Region::new(MEMORY);
        let decision = policy.decide(&request, &facts);
        assert!(matches!(decision, Decision::Deny { reason: Reason::Clause, .. }));
        region.change().bytes_allocated
    });
    assert!(fewest.min() <= Some(64));
}
