//! Attacks on the hash lane: permutations, capacities, cycles that are two things.

use super::forge::{Attack, Break, Forge, ONE, ZERO, felt};
use super::scenes::*;
use crate::statement::cases::{cell, identity};
use dregg_air::derivation::columns::{ARGUMENTS, PREDICATE, SOURCE, TIMES};
use dregg_air::field::{Felt, felts};
use dregg_air::hash::columns::*;
use dregg_air::hash::witness::{Cycle, ROWS as EIGHT, digest_after, state};
use dregg_air::record::witness::Record;
use dregg_air::source::{self, tree};
use dregg_air::tuple::Tag;
use dregg_commit::Digest;
use dregg_commit::facts::{Gap, key};
use winter_crypto::hashers::Rp64_256;

/// All of them.
pub fn all() -> Vec<Attack> {
    let mut all = permutation();
    all.extend(flags());
    all.extend(constant());
    all.push(stake_as_node());
    all
}

fn permutation() -> Vec<Attack> {
    let present = present_single();
    let mut all = Vec::new();
    for lane in 0..12 {
        // The last round's state before the linear layer is another in one lane.
        let forge = present.bend(2, |forge, first, number| {
            let row = (first + 2) * EIGHT - 1;
            for other in 0..12 {
                forge.add(STATE + other, row, Rp64_256::MDS[other][lane] * felt(number));
            }
        });
        all.push(forge.breaks("a present fact absent by a round that is none", "hash.round", lane));
    }
    let lines = ["hash.rate", "hash.kind", "hash.blocks", "hash.zero"];
    for (lane, line) in lines.into_iter().enumerate() {
        let forge = present.bend(2, |forge, first, number| {
            forge.bend_state(first, lane, felt(100 + number));
            forge.rechain(first + 1);
        });
        all.push(forge.breaks("a present fact absent by another capacity", line, 0));
    }
    for lane in 0..4 {
        let forge = present.bend(2, |forge, first, number| {
            forge.bend_state(first + 1, lane, felt(number));
        });
        all.push(forge.breaks("a present fact absent by a capacity not carried", "hash.carry", lane));
    }
    all
}

/// Adds `NODE` to a cycle whose flag of some kind is -1: its own claim is cancelled, and its right child provided.
fn floating(forge: &mut Forge, cycle: usize, kind: usize, tree: u64, tag: u64, leaf: &Digest) {
    forge.node(cycle, tree, [&Digest([9, 8, 7, 6]), leaf], [0, 1]);
    forge.fill(kind, cycle, -ONE);
    forge.bend_state(cycle, 1, -felt(tag));
}

fn flags() -> Vec<Attack> {
    let mut all = Vec::new();
    let place = |kind: usize| FLAGS.iter().position(|other| *other == kind).unwrap();
    let mut put = |name: &'static str, kind: usize, forge: Forge| {
        all.push(forge.breaks(name, "hash.flag", place(kind)));
    };
    let public = Record::Public { fact: grant(cell(1)) };
    let leaf = public.leaf();
    let after = FREE + 4;

    let mut forge = Forge::with_record(&staked(), &stake());
    forge.fill(NODE, FREE, -ONE);
    put("a stake that claims nothing, a node of -1", NODE, forge);

    let mut forge = Forge::with_record(&staked(), &stake());
    forge.fill(ROWS, FREE, -ONE);
    forge.bend_state(FREE, 1, felt(9));
    put("a stake that claims nothing, rows of -1", ROWS, forge);

    for (kind, tag, tree) in [(FACT, 2, tree::FACTS), (HELD, 8, tree::CREDENTIALS)] {
        let mut forge = Forge::with_record(&single(tree), &Record::Public { fact: revoked() });
        for cycle in [FREE, FREE + 1] {
            [FACT, SECOND].into_iter().for_each(|flag| forge.fill(flag, cycle, ZERO));
            forge.fill(TREE, cycle, felt(tree));
            forge.fill(SOURCE, cycle, felt(tree));
        }
        forge.fill(kind, FREE, -ONE);
        forge.fill(SECRET, FREE, ONE);
        [(SECOND, -ONE), (THIRD, ONE), (CELL, ONE)]
            .into_iter()
            .for_each(|(flag, value)| forge.fill(flag, FREE + 1, value));
        forge.bend_state(FREE, 1, felt(3) - felt(tag));
        forge.bend_state(FREE, 2, -felt(2));
        let key = felts(&forge.digest(FREE));
        let mut second = state([8, 6, 0, 0], [0; 8]);
        second[8..].copy_from_slice(&key);
        forge.put_state(FREE + 1, second);
        forge.set(TIMES, FREE * EIGHT, -ONE);
        put("a record that claims nothing, its first block of -1", kind, forge);
    }

    let mut forge = Forge::with_record(&single(tree::FACTS), &Record::Public { fact: revoked() });
    forge.fill(THIRD, FREE + 1, -ONE);
    forge.put_state(FREE + 1, state([8, 0, 0, 0], [5; 8]));
    put("a record that claims nothing, a third block of -1", THIRD, forge);

    let mut forge = Forge::with_record(&granted(), &public);
    forge.move_cycle(0, after);
    forge.node(0, tree::FACTS, [&Digest([1, 0, 0, 0]), &leaf], [0, 1]);
    forge.fill(ISSUED_END, 0, -ONE);
    put("a parent that claims nothing in the first cycle", ISSUED_END, forge);

    let mut forge = Forge::with_record(&granted(), &public);
    let middle = felts(&forge.digest(after - 1))[0] + ONE;
    let child = [felt(5), middle - ONE, middle + ONE, ZERO].map(|element: Felt| element.as_int());
    forge.node(after, tree::FACTS, [&Digest(child), &leaf], [0, 1]);
    forge.fill(GAP, after, -ONE);
    forge.bend_state(after, 1, -felt(11));
    forge.fill(TREE, after - 1, felt(tree::FACTS));
    forge.set(PREDICATE, after * EIGHT - 1, felt(5));
    forge.set(ARGUMENTS, after * EIGHT, middle);
    put("a parent that claims nothing, a gap of -1", GAP, forge);

    let mut forge = Forge::with_record(&staked(), &stake());
    floating(&mut forge, after, STAKE, tree::STAKE, 10, &stake().leaf());
    forge.argument(0, after * EIGHT, &stake().leaf());
    forge.argument(1, after * EIGHT, &Digest([9, 0, 0, 0]));
    forge.set(SOURCE, after * EIGHT, felt(tree::STAKE));
    put("a parent that claims nothing, a stake of -1", STAKE, forge);

    let mut forge = Forge::with_record(&granted(), &public);
    floating(&mut forge, after, SECRET, tree::FACTS, 3, &Digest::ZERO);
    forge.set(USES + 1, after * EIGHT, ZERO);
    let below = forge.digest(after);
    forge.node(after + 1, tree::FACTS, [&leaf, &below], [1, 1]);
    forge.fill(CELL, after + 1, -ONE);
    forge.bend_state(after + 1, 1, -felt(6));
    forge.set(USES, (after + 2) * EIGHT - 1, -ONE);
    put("a parent that claims nothing, a cell of -1", SECRET, forge);

    let mut forge = Forge::with_record(&granted(), &public);
    let own = forge.cycle(CELL, 0);
    forge.node(own + 1, tree::FACTS, [&cell(1), &leaf], [0, 1]);
    forge.fill(CALLER, own + 1, -ONE);
    forge.bend_state(own + 1, 1, -felt(12));
    put("a parent that claims nothing, a caller of -1", CALLER, forge);

    // Rows (1) and a secret (3) together have the tag of a path (4), whose flag takes the rows' claim back.
    let block = state([8, 4, 0, 0], [3; 8]);
    let mut cell_block = [1, 2, 3, 4, 0, 0, 0, 0];
    cell_block[4..].copy_from_slice(&digest_after(&block).0);
    let own = state([8, 6, 0, 0], cell_block);
    let mut forge = Forge::of(&open_for(digest_after(&own)));
    forge.put(FREE, &Cycle::new(block, SECRET, tree::PATH));
    forge.fill(ROWS, FREE, ONE);
    forge.fill(PATH, FREE, -ONE);
    forge.put(FREE + 1, &Cycle { uses: [ONE, ZERO, ZERO, ZERO], at: 7, ..Cycle::new(own, CELL, 0) });
    put("a proving key that is a block of a path, a path of -1", PATH, forge);
    all
}

/// Leaves a kind on in the first row of a cycle only.
fn only_first(forge: &mut Forge, kind: usize, cycle: usize) {
    for row in cycle * EIGHT + 1..(cycle + 1) * EIGHT {
        forge.set(kind, row, ZERO);
    }
}

fn constant() -> Vec<Attack> {
    let mut all = Vec::new();
    let place = |kind: usize| KINDS.iter().position(|other| *other == kind).unwrap();
    let mut put = |name: &'static str, kind: usize, forge: Forge| {
        all.push(forge.breaks(name, "hash.constant", place(kind)));
    };
    let public = Record::Public { fact: grant(cell(1)) };
    let credential = delegated(delegation(), Some(0), cell(2));

    let mut forge = Forge::with_record(&granted(), &public);
    forge.node(FREE + 4, tree::FACTS, [&public.leaf(), &Digest::ZERO], [1, 0]);
    only_first(&mut forge, NODE, FREE + 4);
    put("a parent in its first row only", NODE, forge);

    let mut forge = Forge::with_record(&granted(), &public);
    only_first(&mut forge, FACT, FREE);
    forge.clear(FREE + 1);
    put("a public fact in its first row only", FACT, forge);

    let mut forge = Forge::with_record(&held(Some(0), delegation()), &credential);
    only_first(&mut forge, HELD, FREE);
    (FREE + 1..FREE + 5).for_each(|cycle| forge.clear(cycle));
    put("a held fact in its first row only", HELD, forge);

    let mut forge = Forge::with_record(&granted(), &public);
    only_first(&mut forge, SECOND, FREE + 1);
    put("a second block in its first row only", SECOND, forge);

    let mut forge = Forge::with_record(&four(source::FACTS), &Record::Public { fact: quad() });
    only_first(&mut forge, THIRD, FREE + 2);
    put("a third block in its first row only", THIRD, forge);

    let mut forge = Forge::with_record(&held(Some(0), delegation()), &credential);
    only_first(&mut forge, ISSUED, FREE + 3);
    forge.clear(FREE + 4);
    put("a credential's first block in its first row only", ISSUED, forge);

    let mut forge = Forge::with_record(&held(Some(0), delegation()), &credential);
    only_first(&mut forge, ISSUED_END, FREE + 4);
    put("a credential's second block in its first row only", ISSUED_END, forge);

    let mut forge = Forge::of(&single(source::ABSENT));
    let own = key(&revoked().public().digest());
    let gap = Gap { relation: revoked().relation, low: own - 1, high: own + 1 };
    forge.record(&Record::Absent { fact: revoked(), gap }, FREE, 1);
    only_first(&mut forge, GAP, FREE + 2);
    put("a gap in its first row only", GAP, forge);

    let mut forge = Forge::with_record(&staked(), &stake());
    only_first(&mut forge, STAKE, FREE);
    put("a stake in its first row only", STAKE, forge);

    let blank = state([8, 0, 0, 0], [3; 8]);
    let mut block = [1, 2, 3, 4, 0, 0, 0, 0];
    block[4..].copy_from_slice(&digest_after(&blank).0);
    let own = state([8, 6, 0, 0], block);
    let mut forge = Forge::of(&open_for(digest_after(&own)));
    forge.put_state(FREE, blank);
    forge.set(SECRET, FREE * EIGHT + 7, ONE);
    forge.put(FREE + 1, &Cycle { uses: [ONE, ZERO, ZERO, ZERO], at: 7, ..Cycle::new(own, CELL, 0) });
    put("a proving key that is no hash of a secret", SECRET, forge);

    let mut forge = Forge::of(&open_for(digest_after(&blank)));
    forge.put_state(FREE, blank);
    forge.set(CELL, FREE * EIGHT + 7, ONE);
    forge.set(USES, FREE * EIGHT + 7, ONE);
    put("a cell in the last row of a hash of something else", CELL, forge);

    let mut forge = hidden_for_another();
    only_first(&mut forge, CALLER, FREE + 2);
    put("a hidden caller other than the committed one", CALLER, forge);

    let scene = planted(granted(), tree::CREDENTIALS, public.leaf());
    let mut forge = Forge::with_record(&scene, &public);
    forge.provide(&public.leaf());
    let above = (0..FREE).find(|cycle| forge.get(TREE, cycle * EIGHT) == felt(3)).unwrap();
    forge.set(TREE, above * EIGHT, felt(tree::FACTS));
    all.push(forge.breaks("a leaf of another tree, switched within the node", "hash.constant", KINDS.len()));
    all
}

/// Whoever is this cell is allowed, and no identity is laid out.
pub fn open_for(me: Digest) -> crate::statement::Scenario {
    use crate::statement::rules::head;
    use crate::statement::scenario::instance;
    use dregg_air::derivation::witness::Support::{Caller, Instance};
    crate::statement::Scenario {
        instances: vec![instance(0, 1, &[(1, me)], &[Caller, Instance(1)]), instance(1, 1, &[(1, me)], &[])],
        identity: None,
        ..bare(&[goal_rule(Some(me)), vec![head(crate::statement::cases::ALLOW, &[1])]])
    }
}

/// The statement names the first identity by its commitment; the second's chain, whose commitment nobody named, stands at
/// [`FREE`] and gives the caller.
pub fn hidden_for_another() -> Forge {
    use crate::statement::rules::{constant, head};
    use crate::statement::scenario::instance;
    use dregg_air::derivation::witness::Support::{Caller, Instance};
    let other = cell(2);
    let allow = crate::statement::cases::ALLOW;
    let mut forge = Forge::of(&crate::statement::Scenario {
        instances: vec![
            instance(0, 1, &[(1, other)], &[Caller, Instance(1)]),
            instance(1, 1, &[(1, other)], &[]),
        ],
        identity: Some(identity(1, true)),
        ..bare(&[goal_rule(None), vec![head(allow, &[1]), constant(1, other)]])
    });
    let named = forge.cycle(CALLER, 0);
    forge.set(USES, named * EIGHT, ZERO);
    for (place, cycle) in identity(2, true).cycles(1).iter().enumerate() {
        forge.put(FREE + place, cycle);
    }
    forge
}

fn stake_as_node() -> Attack {
    let planter = Record::Stake { cell: stake().leaf(), amount: 1, salt: [1, 2, 3] };
    let scene = crate::statement::Scenario { records: vec![planter.clone()], ..staked() };
    let mut forge = Forge::with_record(&scene, &stake());
    let leaf = forge.cycle(STAKE, 0);
    forge.fill(NODE, leaf, ONE);
    forge.set(USES + 1, leaf * EIGHT, ONE);
    forge.provide(&planter.leaf());
    forge.breaks("a stake's leaf read as a node over a forged stake", "hash.one", 0)
}

/// Attacks that need two things at once are told by the bus.
pub fn buses() -> Vec<Attack> {
    let public = Record::Public { fact: grant(cell(1)) };
    let leaf = public.leaf();
    let bus = [Break::Bus(Tag::Claim)];
    let forge = Forge::with_record(&granted(), &public);
    let mut all = vec![forge.clone().done("a fact under no root", &bus)];

    let mut parent = forge.clone();
    parent.node(FREE + 4, tree::FACTS, [&leaf, &Digest::ZERO], [1, 0]);
    all.push(parent.clone().done("a parent under no root", &bus));

    let above = parent.digest(FREE + 4);
    parent.node(FREE + 5, tree::FACTS, [&above, &above], [1, 0]);
    parent.set(USES + 1, (FREE + 5) * EIGHT, -ONE);
    all.push(parent.done("parents that provide -1", &bus));

    let mut genuine = forge;
    genuine.node(FREE + 4, tree::FACTS, [&leaf, &Digest([2, 7, 1, 2])], [1, 0]);
    genuine.set(USES + 1, (FREE + 4) * EIGHT, -ONE);
    all.push(genuine.done("a genuine leaf claimed -1 times", &bus));
    all
}
