//! Attacks on the first row and on the last one that counts, whose transitions are not checked.

use super::forge::{Attack, Break, Forge, ONE, ZERO, felt};
use super::hash::{hidden_for_another, open_for};
use super::scenes::*;
use crate::statement::cases::{HOLDS, REVOKED, cell};
use crate::statement::rules::{Short, at_most, constant, differ, goal, head, int, less, premise};
use crate::statement::scenario::{Scenario, instance};
use dregg_air::derivation::columns::*;
use dregg_air::derivation::witness::Support::Record as Fact;
use dregg_air::hash::columns as lane;
use dregg_air::hash::witness::{Cycle, digest_after, next_state, state};
use dregg_air::record::witness::Record;
use dregg_air::source::{self, tree};
use dregg_commit::Digest;
use dregg_commit::facts::{Gap, key};

/// All of them.
pub fn all() -> Vec<Attack> {
    let mut all = first();
    all.extend(last_cycle());
    all.extend(last_row());
    all
}

fn first() -> Vec<Attack> {
    let mut all = Vec::new();
    let nothing = Scenario { instances: Vec::new(), ..granted() };
    all.push(Forge::of(&nothing).done("no goal at all", &[Break::First(HEAD)]));

    let rules = [goal_rule(Some(cell(1))), vec![head(HOLDS, &[1])]];
    let scene = Scenario { instances: vec![instance(1, 1, &[(1, cell(1))], &[])], ..bare(&rules) };
    all.push(Forge::of(&scene).done("another rule than the goal", &[Break::First(PC)]));

    all.push(second());

    let own = state([8, 6, 0, 0], [5; 8]);
    let mut forge = Forge::of(&open_for(digest_after(&own)));
    forge.move_cycle(0, FREE);
    forge.put(0, &Cycle { uses: [ONE, ZERO, ZERO, ZERO], at: 7, ..Cycle::new(own, lane::CELL, 0) });
    all.push(forge.done("a cell in the first cycle, without a secret", &[Break::First(lane::CELL)]));

    let mut forge = hidden_for_another();
    (FREE..FREE + 3).for_each(|cycle| forge.clear(cycle));
    forge.inputs.hidden_caller = None;
    let named = forge.cycle(lane::CALLER, 0);
    (named - 2..=named).for_each(|cycle| forge.clear(cycle));
    forge.move_cycle(0, FREE);
    forge.caller(0, cell(2));
    all.push(forge.done("a hidden caller in the first cycle, without a cell", &[Break::First(lane::CALLER)]));
    all
}

/// In the first cycle a parent that is also a fact, and a second block of -1 that takes back its claim and what holds the
/// arguments still. The fact's own second block claims a digest that happens to be there.
fn second() -> Attack {
    let public = Record::Public { fact: grant(cell(1)) };
    let mut block = [9; 8];
    block[4..].copy_from_slice(&public.leaf().0);
    let parent = state([8, 2, 0, 0], block);
    let after = next_state(&parent, [0; 8]);
    let scene = planted(granted(), tree::FACTS, digest_after(&after));
    let mut forge = Forge::with_record(&scene, &public);
    forge.provide(&digest_after(&after));
    [0, 1].into_iter().for_each(|cycle| forge.move_cycle(cycle, FREE + 4 + cycle));
    forge.put(0, &Cycle::new(parent, lane::NODE, tree::FACTS).providing([0, 1, 0, 0]));
    forge.fill(lane::FACT, 0, ONE);
    forge.fill(lane::SECOND, 0, -ONE);
    forge.put(1, &Cycle::new(after, lane::SECOND, tree::FACTS));
    forge.move_rows(4..40, 100);
    let goal = forge.get(PREDICATE, 0);
    forge.set(ARGUMENTS + 4, 0, goal);
    forge.argument(2, 0, &cell(1));
    for row in 7..16 {
        forge.set(LAST, row, felt(2));
        forge.set(SOURCE, row, felt(tree::FACTS));
    }
    forge.renumber();
    forge.done("a parent that claims nothing, a second block of -1", &[Break::First(lane::SECOND)])
}

fn last_cycle() -> Vec<Attack> {
    let mut all = Vec::new();
    let mut put = |name: &'static str, kind: usize, forge: Forge| {
        all.push(forge.done(name, &[Break::Last(kind)]));
    };
    let public = Record::Public { fact: grant(cell(1)) };
    let credential = delegated(delegation(), Some(0), cell(2));
    let at = |scene: &Scenario, record: &Record, back: usize| {
        let mut forge = Forge::of(scene);
        let last = forge.last_cycle();
        forge.record(record, last - back, 1);
        forge
    };

    let mut forge = Forge::with_record(&granted(), &public);
    let last = forge.last_cycle();
    forge.node(last, tree::FACTS, [&public.leaf(), &Digest::ZERO], [1, 0]);
    put("a parent in the last cycle", lane::NODE, forge);

    put("a public fact in the last cycle", lane::FACT, at(&granted(), &public, 0));
    put("a second block in the last cycle", lane::SECOND, at(&granted(), &public, 1));
    let wide = Record::Public { fact: quad() };
    put("a third block in the last cycle", lane::THIRD, at(&four(source::FACTS), &wide, 2));
    let scene = held(Some(0), delegation());
    put("a held fact in the last cycle", lane::HELD, at(&scene, &credential, 0));
    put("a credential's first block in the last cycle", lane::ISSUED, at(&scene, &credential, 3));
    put("a credential's second block in the last cycle", lane::ISSUED_END, at(&scene, &credential, 4));
    put("a stake in the last cycle", lane::STAKE, at(&staked(), &stake(), 0));

    let own = key(&revoked().public().digest());
    let gap = Gap { relation: REVOKED, low: own - 1, high: own + 1 };
    let absent = Record::Absent { fact: revoked(), gap };
    put("a gap in the last cycle", lane::GAP, at(&single(source::ABSENT), &absent, 2));

    let mut forge = hidden_for_another();
    let last = forge.last_cycle();
    (FREE..FREE + 3).for_each(|cycle| forge.move_cycle(cycle, cycle + last - FREE - 2));
    put("a hidden caller in the last cycle", lane::CALLER, forge);
    all
}

/// `allow` needs what never holds; its rule is cut by the end of the rows that count.
fn last_row() -> Vec<Attack> {
    let other = int(9);
    let cut: [(&str, usize, Vec<Short>); 6] = [
        ("a premise in the last row", PREMISE, vec![premise(source::FACTS, 90, &[])]),
        ("a goal's premise in the last row", GOAL, vec![goal(source::FACTS, 90, &[])]),
        ("a constant in the last row", CONSTANT, vec![constant(2, other), constant(2, int(8))]),
        ("a comparison in the last row", LESS, vec![less(2, 2)]),
        (
            "a comparison in the last row",
            AT_MOST,
            vec![at_most(2, 3), constant(2, other), constant(3, int(8))],
        ),
        ("a difference in the last row", DIFFER, vec![differ(2, 2)]),
    ];
    let mut all = Vec::new();
    for (name, selector, atoms) in cut {
        let premises = if [PREMISE, GOAL].contains(&selector) { vec![Fact(9)] } else { Vec::new() };
        let mut forge = Forge::of(&scene(&atoms, &[(2, other), (3, int(8))], &premises));
        let (start, end) = (forge.row(HEAD, 1), forge.real() - 2);
        let pc = forge.get(PC, start);
        forge.move_rows(start..start + 2, end);
        for row in start + 2..start + 1 + atoms.len() {
            (ARGUMENTS..END).for_each(|column| forge.set(column, row, ZERO));
        }
        for row in 0..end {
            let behind = forge.get(PC, row) - pc;
            if forge.get(LOAD, row) == ONE && (1..9).any(|place| behind == felt(place)) {
                forge.set(TIMES, row, ZERO);
            }
        }
        forge.renumber();
        all.push(forge.done(name, &[Break::Last(selector)]));
    }
    all
}
