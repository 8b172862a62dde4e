//! Attacks on records: what is said to be hashed, under which tree, with whose signature.

use super::forge::{Attack, Break, Forge, ONE, ZERO, felt};
use super::scenes::*;
use crate::statement::cases::{DELEGATED, GRANTED, QUAD, REVOKED, cell, fact, tier2};
use crate::statement::rules::{constant, goal, int};
use crate::statement::scenario::Scenario;
use dregg_air::derivation::columns::{ARGUMENTS, LAST, PREDICATE, SOURCE, VARIABLES};
use dregg_air::derivation::witness::Support::Record as Fact;
use dregg_air::hash::columns::*;
use dregg_air::hash::witness::{ROWS as EIGHT, states};
use dregg_air::record::witness::Record;
use dregg_air::source::{self, tree};
use dregg_air::tuple::Tag;
use dregg_commit::Digest;
use dregg_commit::facts::{Gap, LAST_HIGH, key};
use dregg_commit::record::{FactElements, Preimage, credential, gap};

/// Another relation.
const OTHER: u64 = 99;

/// All of them.
pub fn all() -> Vec<Attack> {
    let mut all = order();
    all.extend(bound());
    all.extend(held_still());
    all.extend(trees());
    all.extend(absent());
    all.extend(credentials());
    all.extend(buses());
    all
}

impl Forge {
    /// Writes the states of the blocks of a hash, a cycle each.
    fn states(&mut self, first: usize, preimage: &Preimage) {
        for (place, state) in states(preimage).into_iter().enumerate() {
            self.put_state(first + place, state);
        }
    }

    /// Sets a column in the cycles of a record.
    fn fill_all(&mut self, column: usize, cycles: std::ops::Range<usize>, value: u64) {
        cycles.for_each(|cycle| self.fill(column, cycle, felt(value)));
    }
}

fn public(fact: FactElements) -> Record {
    Record::Public { fact }
}

/// The record of a fact that is genuinely there, in a scene that needs another.
fn genuine(scene: Scenario, record: &Record) -> Forge {
    let leaf = record.leaf();
    let mut forge = Forge::with_record(&planted(scene, record.tree(), leaf), record);
    forge.provide(&leaf);
    forge
}

/// A digest with one more in a lane.
fn bent(digest: Digest, lane: usize) -> Digest {
    let mut limbs = digest.0;
    limbs[lane] += 1;
    Digest(limbs)
}

fn order() -> Vec<Attack> {
    let mut forge = Forge::with_record(&granted(), &public(grant(cell(1))));
    forge.clear(FREE + 1);
    forge.fill(TREE, FREE + 1, felt(tree::FACTS));
    let mut all = vec![forge.breaks("a record without a second block", "record.second", 0)];

    let credential = delegated(delegation(), Some(0), cell(2));
    let mut forge = Forge::with_record(&held(Some(0), delegation()), &credential);
    forge.clear(FREE + 4);
    forge.fill(TREE, FREE + 4, felt(tree::CREDENTIALS));
    all.push(forge.breaks("a credential without a second block", "record.issued-end", 0));
    all
}

fn bound() -> Vec<Attack> {
    let mut all = Vec::new();
    let mut forge = genuine(granted(), &public(FactElements { relation: OTHER, ..grant(cell(1)) }));
    forge.fill_all(PREDICATE, FREE..FREE + 2, GRANTED);
    all.push(forge.breaks("a fact of another relation", "record.left", 0));
    for lane in 1..4 {
        let forge = present_single().bend(2, |forge, first, number| {
            forge.bend_state(first, 4 + lane, felt(number));
            forge.rechain(first + 1);
        });
        all.push(forge.breaks("a present fact absent by a salt", "record.left", lane));
    }
    let other = |block: usize, lane: usize| {
        move |forge: &mut Forge, first: usize, number: u64| {
            let old = forge.state(first + block)[lane];
            forge.bend_state(first + block, lane, old + felt(number));
            (first + block + 1..first + 3).for_each(|cycle| {
                if forge.get(SECOND, cycle * EIGHT) + forge.get(THIRD, cycle * EIGHT) == ONE {
                    forge.rechain(cycle);
                }
            });
        }
    };
    for lane in 0..4 {
        let forge = present_single().bend(2, other(0, 8 + lane));
        all.push(forge.breaks("a present fact absent by another first argument", "record.right", lane));
        let forge = present_single().bend(2, other(1, 4 + lane));
        all.push(forge.breaks("a present fact absent by another second argument", "record.left", lane));
        let forge = present_single().bend(2, other(1, 8 + lane));
        all.push(forge.breaks("a present fact absent by another third argument", "record.right", lane));
        let forge = present_four().bend(3, other(2, 4 + lane));
        all.push(forge.breaks("a present fact absent by another fourth argument", "record.left", lane));
        let forge = present_four().bend(3, other(2, 8 + lane));
        all.push(forge.breaks("a present fact absent by a fifth argument", "record.right", lane));
    }
    let poor = Record::Stake { cell: cell(1), amount: 5, salt: [4, 5, 6] };
    let mut forge = genuine(staked(), &poor);
    forge.argument(1, FREE * EIGHT, &int(5000));
    all.push(forge.breaks("a stake of another amount", "record.left", 0));
    let foreign = Record::Stake { cell: bent(cell(1), 2), amount: 5000, salt: [4, 5, 6] };
    let mut forge = genuine(staked(), &foreign);
    forge.argument(0, FREE * EIGHT, &cell(1));
    all.push(forge.breaks("a stake of another cell", "record.right", 2));
    all
}

fn held_still() -> Vec<Attack> {
    let mut all = Vec::new();
    for lane in 0..4 {
        let record = delegated(delegation(), Some(0), bent(cell(2), lane));
        let mut forge = genuine(held(Some(0), delegation()), &record);
        forge.add(ARGUMENTS + lane, (FREE + 3) * EIGHT - 1, ONE);
        all.push(forge.breaks("a signer compared with another argument", "record.hold", lane));
    }
    for lane in 4..16 {
        let (present, blocks) = if lane < 12 { (present_single(), 2) } else { (present_four(), 3) };
        let forge = present.bend(blocks, |forge, first, number| {
            (first * EIGHT + 1..(first + blocks) * EIGHT)
                .for_each(|row| forge.set(ARGUMENTS + lane, row, felt(number)));
            let (block, place) = if lane < 12 { (1, lane) } else { (2, lane - 8) };
            forge.bend_state(first + block, place, felt(number));
            (first + block + 1..first + blocks).for_each(|cycle| forge.rechain(cycle));
        });
        all.push(forge.breaks("an argument changed between emission and hashing", "record.hold", lane));
    }
    let (mut forge, first) = foreign_gap();
    (first * EIGHT + 1..(first + 2) * EIGHT).for_each(|row| forge.set(PREDICATE, row, felt(OTHER)));
    all.push(forge.breaks("the gap of another relation, changed in between", "record.hold", 16));

    let mut forge = genuine(as_held(), &public(grant(cell(1))));
    forge.set(SOURCE, FREE * EIGHT, felt(source::CREDENTIALS));
    all.push(forge.breaks("a public fact as a held one, for a row", "record.hold", 17));

    let forge = present_single().bend(2, |forge, first, _| {
        forge.set(LAST, first * EIGHT, felt(3));
        forge.bend_state(first, 2, felt(3));
        forge.rechain(first + 1);
    });
    all.push(forge.breaks("a record of two blocks hashed as one of three", "record.hold", 18));
    all
}

/// `granted(caller, tier2)` wanted as a held fact.
fn as_held() -> Scenario {
    let atoms = [goal(source::CREDENTIALS, GRANTED, &[1, 2]), constant(2, tier2())];
    scene(&atoms, &[(2, tier2())], &[Fact(9)])
}

/// A present fact probed in the gap of a relation that has no facts.
fn foreign_gap() -> (Forge, usize) {
    let mut scene = single(source::ABSENT);
    scene.others[0].1 = vec![revoked().public().digest()];
    let gap = Gap { relation: OTHER, low: 0, high: LAST_HIGH };
    scene.records = vec![Record::Absent { fact: revoked(), gap }];
    scene.instances[1].premises = vec![Fact(0)];
    let forge = Forge::of(&scene);
    let first = forge.cycle(FACT, 0);
    (forge, first)
}

fn trees() -> Vec<Attack> {
    let mut all = Vec::new();
    let values = delegation();
    let elements = fact(DELEGATED, &values);

    // A credential whose commitment is a public record.
    let (commitment, signer) = (elements.public(), cell(2));
    let issued = credential(commitment.digest(), signer, DELEGATED, 1000);
    let record = delegated(values, Some(0), signer);
    let scene = held(Some(0), values);
    let under = |tree: u64| {
        let mut forge = Forge::with_record(&planted(scene.clone(), tree, issued.digest()), &record);
        forge.states(FREE, &commitment);
        forge.states(FREE + 3, &issued);
        forge.fill(HELD, FREE, ZERO);
        forge.fill(FACT, FREE, ONE);
        forge.fill_all(TREE, FREE..FREE + 5, tree);
        forge.provide(&issued.digest());
        forge
    };
    let forge = under(tree::CREDENTIALS);
    all.push(forge.breaks("a public record under a credential", "record.tree-of", 0));
    let forge = under(tree::FACTS);
    all.push(forge.breaks("a credential under the facts", "record.under", 0));

    let salted = |tree: u64| {
        move |forge: &mut Forge, first: usize, number: u64| {
            forge.fill(FACT, first, ZERO);
            forge.fill(HELD, first, ONE);
            forge.fill_all(TREE, first..first + 3, tree);
            forge.bend_state(first, 1, felt(8));
            forge.bend_state(first, 5, felt(number));
            forge.rechain(first + 1);
        }
    };
    let forge = present_single().bend(2, salted(tree::FACTS));
    all.push(forge.breaks("a present fact absent by a commitment's salt", "record.tree-of", 1));

    let stake = Record::Stake { cell: cell(1), amount: 5000, salt: [4, 5, 6] };
    let atoms = [goal(source::FACTS, GRANTED, &[1, 2]), constant(2, int(5000))];
    let wanted = scene_of(&atoms, int(5000));
    let as_fact = |tree: u64| {
        let mut forge = Forge::with_record(&planted(wanted.clone(), tree, stake.leaf()), &stake);
        forge.provide(&stake.leaf());
        forge.fill(TREE, FREE, felt(tree));
        forge.fill(SOURCE, FREE, felt(source::FACTS));
        forge.fill(PREDICATE, FREE, felt(GRANTED));
        forge
    };
    let forge = as_fact(tree::FACTS);
    all.push(forge.breaks("a stake under the facts", "record.tree-of", 2));
    let forge = as_fact(tree::STAKE);
    all.push(forge.breaks("a stake passed off as a fact", "record.stake-source", 0));

    // A gap planted under another root.
    let own = key(&revoked().public().digest());
    let narrow = Gap { relation: REVOKED, low: own - 1, high: own + 1 };
    let leaf = gap(REVOKED, narrow.low, narrow.high).digest();
    let scene = planted(single(source::ABSENT), tree::FACTS, revoked().public().digest());
    let mut forge = Forge::of(&planted(scene.clone(), tree::STAKE, leaf));
    forge.record(&Record::Absent { fact: revoked(), gap: narrow }, FREE, 1);
    forge.fill(TREE, FREE + 2, felt(tree::STAKE));
    forge.provide(&leaf);
    all.push(forge.breaks("a gap under another root", "record.tree", 0));

    let (mut forge, first) = {
        let mut forge = Forge::of(&planted(scene, tree::CREDENTIALS, leaf));
        forge.record(&Record::Absent { fact: revoked(), gap: narrow }, FREE, 1);
        forge.provide(&leaf);
        (forge, FREE)
    };
    salted(tree::CREDENTIALS)(&mut forge, first, 0);
    // Any key lies beside one of its own, so the planted gap is around the salted one.
    let key = key(&forge.digest(first + 1));
    let around = Gap { relation: REVOKED, low: key - 1, high: key + 1 };
    let scene = planted(
        planted(single(source::ABSENT), tree::FACTS, revoked().public().digest()),
        tree::CREDENTIALS,
        gap(REVOKED, around.low, around.high).digest(),
    );
    let mut forge = Forge::of(&scene);
    forge.record(&Record::Absent { fact: revoked(), gap: around }, FREE, 1);
    salted(tree::CREDENTIALS)(&mut forge, first, 0);
    forge.provide(&gap(REVOKED, around.low, around.high).digest());
    assert!(forge.probe(first + 2, &around));
    all.push(forge.breaks("a salted probe in a gap under the credentials", "record.under", 0));

    let record = delegated(values, None, signer);
    let commitment = elements.held([7, 8, 9]).digest();
    let mut forge = Forge::with_record(&planted(held(None, values), tree::CREDENTIALS, commitment), &record);
    [FREE + 3, FREE + 4].into_iter().for_each(|cycle| forge.clear(cycle));
    forge.provide(&commitment);
    all.push(forge.breaks("a commitment claimed without its credential", "record.under", 0));

    let mut forge = genuine(as_held(), &public(grant(cell(1))));
    forge.fill_all(SOURCE, FREE..FREE + 2, source::CREDENTIALS);
    all.push(forge.breaks("a public fact passed off as a held one", "record.source", 0));
    all
}

fn scene_of(atoms: &[crate::statement::rules::Short], second: Digest) -> Scenario {
    scene(atoms, &[(2, second)], &[Fact(9)])
}

fn absent() -> Vec<Attack> {
    let mut all = Vec::new();
    for lane in 0..4 {
        let mut fourth = [0; 4];
        fourth[lane] = 7;
        let fourth = Digest(fourth);
        let atoms = [
            goal(source::FACTS, QUAD, &[1, 2, 3, 4]),
            constant(2, tier2()),
            constant(3, int(6)),
            constant(4, fourth),
        ];
        let scene = scene(&atoms, &[(2, tier2()), (3, int(6)), (4, fourth)], &[Fact(9)]);
        let mut forge = genuine(scene, &public(fact(QUAD, &[cell(1), tier2(), int(6)])));
        forge.fill_all(ARGUMENTS + 12 + lane, FREE..FREE + 2, 7);
        all.push(forge.breaks("the fourth argument of a record of two blocks", "record.short", lane));
    }
    let forge = present_single().bend(2, |forge, first, _| {
        forge.fill_all(LAST, first..first + 2, 3);
        forge.bend_state(first, 2, felt(3));
        forge.rechain(first + 1);
    });
    all.push(forge.breaks("a present fact absent by a stated number of blocks", "record.blocks", 0));

    let short = FactElements { arity: 3, ..quad() };
    let present = present(&four(source::ABSENT_LONG), quad(), short);
    let forge = present.bend(2, |forge, first, _| {
        forge.fill_all(SOURCE, first..first + 2, source::ABSENT_LONG);
    });
    all.push(forge.breaks("a present fact absent by a shorter record", "record.absent", 0));

    let (forge, _) = foreign_gap();
    all.push(forge.breaks("the gap of another relation", "record.gap-relation", 0));

    let (mut forge, cycle, gap) = present_single().beside(true, 2);
    forge.set(ARGUMENTS, cycle * EIGHT, felt(gap.low + 1));
    forge.number(cycle * EIGHT, 0);
    forge.number(cycle * EIGHT + 1, gap.high - gap.low - 2);
    all.push(forge.breaks("the gap of another key", "record.gap-key", 0));

    let (mut forge, cycle, _) = present_single().beside(true, 2);
    forge.number(cycle * EIGHT, 0);
    all.push(forge.breaks("a key at the lower end of its gap", "record.gap-low", 0));
    let (mut forge, cycle, _) = present_single().beside(false, 2);
    forge.number(cycle * EIGHT + 1, 0);
    all.push(forge.breaks("a key at the upper end of its gap", "record.gap-high", 0));
    all
}

/// A lie, its constraint, the flags, the column that should have signed, and the arguments.
type Mixture = (&'static str, &'static str, usize, [i64; 4], u8, [Digest; 4]);

fn credentials() -> Vec<Attack> {
    let mut all = Vec::new();
    let values = delegation();
    let (signer, commitment) = (cell(2), fact(DELEGATED, &values).held([7, 8, 9]).digest());
    let record = delegated(values, Some(0), signer);
    let issued = |forged: &Preimage| {
        let scene = planted(held(Some(0), values), tree::CREDENTIALS, forged.digest());
        let mut forge = Forge::with_record(&scene, &record);
        forge.states(FREE + 3, forged);
        forge.provide(&forged.digest());
        forge
    };
    for lane in 0..4 {
        let forge = issued(&credential(bent(commitment, lane), signer, DELEGATED, 1000));
        all.push(forge.breaks("a credential of another commitment", "record.commitment", lane));
    }
    let other = credential(commitment, signer, OTHER, 1000);
    all.push(issued(&other).breaks("a credential of another relation", "record.relation", 0));
    let mut forge = issued(&other);
    forge.fill_all(PREDICATE, FREE + 3..FREE + 5, OTHER);
    all.push(forge.breaks("a credential of another relation, changed before it", "record.hold-relation", 0));

    // Whom the flags compare with the signer, and the column that should have signed.
    let (s, x, y) = (cell(2), cell(3), tier2());
    let mixtures: [Mixture; 7] = [
        ("a signer compared with a mixture", "record.writer-flag", 0, [-1, 1, 1, 0], 3, [y, s, y, x]),
        ("a signer compared with a mixture", "record.writer-flag", 1, [1, -1, 1, 0], 1, [s, x, x, y]),
        ("a signer compared with a mixture", "record.writer-flag", 2, [1, 0, -1, 1], 1, [s, x, y, y]),
        ("a signer compared with a mixture", "record.writer-flag", 3, [0, 1, 1, -1], 0, [x, s, y, y]),
        ("a signer compared with two arguments", "record.writer-one", 0, [1, 1, 0, 0], 2, [s, s, x, y]),
        ("a signer compared with another column", "record.writer-source", 0, [0, 1, 0, 0], 0, [x, s, y, y]),
        ("a signer compared with nothing", "record.writer-source", 0, [0, 0, 0, 0], 0, [x, s, y, y]),
    ];
    for (name, line, place, flags, column, values) in mixtures {
        let mut forge = genuine(held(Some(column), values), &delegated(values, Some(column), s));
        for (at, flag) in flags.into_iter().enumerate() {
            forge.set(VARIABLES + at, (FREE + 3) * EIGHT - 1, dregg_air::field::signed(flag));
        }
        all.push(forge.breaks(name, line, place));
    }
    for lane in 0..4 {
        let record = delegated(values, Some(0), bent(signer, lane));
        let forge = genuine(held(Some(0), values), &record);
        all.push(forge.breaks("a credential that somebody else signed", "record.writer", lane));
    }
    all
}

fn buses() -> Vec<Attack> {
    let claim = [Break::Bus(Tag::Claim)];
    let told = [Break::Bus(Tag::Fact)];
    let mut all = vec![
        Forge::with_record(&staked(), &stake()).done("a stake under no root", &claim),
        Forge::with_record(&held(Some(0), delegation()), &delegated(delegation(), Some(0), cell(2)))
            .done("a credential under no root", &claim),
    ];
    // A genuine record passed off as what it is not, with nothing bent: the source is another.
    all.push(genuine(as_held(), &public(grant(cell(1)))).done("a public fact wanted as a held one", &told));
    all.push(genuine(granted(), &public(grant(cell(3)))).done("a fact about somebody else", &told));
    let signed = delegated(delegation(), Some(1), cell(1));
    all.push(
        genuine(held(Some(0), delegation()), &signed).done("a credential of another writer column", &told),
    );
    let unsigned = delegated(delegation(), None, cell(1));
    all.push(genuine(held(Some(0), delegation()), &unsigned).done("a credential of no writer column", &told));
    let own = key(&revoked().public().digest());
    let narrow = Gap { relation: REVOKED, low: own - 1, high: own + 1 };
    let mut forge = Forge::of(&single(source::ABSENT));
    forge.record(&Record::Absent { fact: revoked(), gap: narrow }, FREE, 1);
    all.push(forge.done("a gap under no root", &claim));
    // Present under its own gap, told as present although it is absent.
    let mut scene = single(source::FACTS);
    scene.others[0].1 = vec![gap(REVOKED, narrow.low, narrow.high).digest()];
    scene.records = vec![Record::Absent { fact: revoked(), gap: narrow }];
    scene.instances[1].premises = vec![Fact(0)];
    all.push(Forge::of(&scene).done("an absent fact passed off as a present one", &told));
    let mut forge = Forge::of(&scene);
    let first = forge.cycle(FACT, 0);
    forge.fill_all(SOURCE, first..first + 2, source::FACTS);
    all.push(forge.breaks("an absent fact passed off as a present one, its source bent", "record.absent", 0));
    let mut forge = genuine(granted(), &public(grant(cell(1))));
    forge.fill_all(TREE, FREE..FREE + 2, tree::CREDENTIALS);
    let breaks = [
        Break::Constraint("record.tree-of", 0),
        Break::Constraint("record.under", 0),
        Break::Constraint("record.source", 0),
        Break::Bus(Tag::Claim),
    ];
    all.push(forge.done("a public fact under the credentials", &breaks));
    all
}
