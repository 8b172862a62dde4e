//! Attacks on the derivation: rules, variables, instances, heights, comparisons.

use super::forge::{Attack, Break, Forge, ONE, ZERO, felt};
use super::scenes::*;
use crate::statement::cases::{ALLOW, GOAL as TOP, GRANTED, HOLDS, cell, fact, tier2};
use crate::statement::rules::{Short, at_most, constant, differ, goal, head, int, less, premise};
use crate::statement::scenario::{Scenario, instance};
use dregg_air::derivation::columns::*;
use dregg_air::derivation::witness::Support::{Caller, Instance, Record as Fact};
use dregg_air::field::Felt;
use dregg_air::inputs::Bounds;
use dregg_air::range::columns::BYTES;
use dregg_air::record::witness::Record;
use dregg_air::route::columns::STEP;
use dregg_air::source::{self, tree};
use dregg_air::tuple::Tag;
use dregg_commit::Digest;

/// A row where nothing happens.
const SPARE: usize = 200;

/// All of them.
pub fn all() -> Vec<Attack> {
    let mut all = flags();
    all.extend(rules());
    all.extend(heights());
    all.extend(comparisons());
    all.extend(buses());
    all
}

impl Forge {
    /// The row that loads the atom of a program counter.
    fn load(&self, pc: u64) -> usize {
        (0..self.real()).find(|row| self.get(LOAD, *row) == ONE && self.get(PC, *row) == felt(pc)).unwrap()
    }

    /// Says that an atom is used so often.
    fn uses(&mut self, pc: u64, times: u64) {
        let row = self.load(pc);
        self.set(TIMES, row, felt(times));
    }

    /// Sets columns of a row.
    fn row_of(&mut self, row: usize, values: &[(usize, Felt)]) {
        values.iter().for_each(|(column, value)| self.set(*column, row, *value));
    }

    /// Empties the event lane of a row.
    fn blank(&mut self, row: usize) {
        (ARGUMENTS..STEP + 1).chain(BYTES..BYTES + 7).for_each(|column| self.set(column, row, ZERO));
    }
}

/// `allow` needs a fact without arguments that is nowhere.
fn missing() -> Scenario {
    scene(&[goal(source::FACTS, 90, &[])], &[], &[Fact(9)])
}

/// `allow if p`, `p if p`; only the goal and `allow` are laid out, which takes `p` from the instance after it.
fn circular() -> Forge {
    let me = cell(1);
    let rules = [
        goal_rule(Some(me)),
        vec![head(ALLOW, &[1]), goal(source::DERIVED, HOLDS, &[])],
        vec![head(HOLDS, &[]), premise(source::DERIVED, HOLDS, &[])],
    ];
    let mut forge = Forge::of(&Scenario {
        instances: vec![
            instance(0, 1, &[(1, me)], &[Caller, Instance(1)]),
            instance(1, 1, &[(1, me)], &[Instance(2)]),
        ],
        ..bare(&rules)
    });
    // Row 5 takes `p`, whose height will be 1.
    forge.set(BYTES + 1, 5, felt(15));
    forge.uses(8, 1);
    forge
}

/// The premise `p` of the rule `p if p`, in a row that is a head as well; what else it is makes its kind a premise's.
fn premise_as_head(other: &[(usize, Felt)], bytes: &[(usize, u64)], times: u64) -> Forge {
    let mut forge = circular();
    let header = [(HEAD, 1), (PC, 8), (KIND, 2), (PREDICATE, HOLDS), (LAST, 1), (HEIGHT, 1), (TIMES, times)];
    header.into_iter().for_each(|(column, value)| forge.set(column, SPARE, felt(value)));
    forge.row_of(SPARE, other);
    bytes.iter().for_each(|(place, byte)| forge.set(BYTES + place, SPARE, felt(*byte)));
    // The fact has all arguments, also those that the rule does not name.
    for lane in 0..16 {
        let value = forge.get(ARGUMENTS + lane, SPARE);
        forge.set(ARGUMENTS + lane, 5, value);
    }
    forge.renumber();
    forge
}

fn flags() -> Vec<Attack> {
    let mut all = Vec::new();
    let place = |selector: usize| APPLY.iter().chain(&[LOAD]).position(|other| *other == selector).unwrap();
    let mut put = |name: &'static str, selector: usize, forge: Forge| {
        all.push(forge.breaks(name, "derivation.flag", place(selector)));
    };
    let mut forge = Forge::of(&missing());
    forge.row_of(5, &[(HEAD, -ONE), (KIND, felt(6)), (TIMES, -ONE)]);
    forge.uses(6, 0);
    forge.renumber();
    put("a premise that a head of -1 cancels", HEAD, forge);

    for (selector, kind, byte) in [(PREMISE, 2, 0), (GOAL, 7, 16)] {
        let mut forge = Forge::of(&granted());
        forge.row_of(
            SPARE,
            &[
                (selector, -ONE),
                (CONSTANT, ONE),
                (KIND, felt(3) - felt(kind)),
                (SOURCE, felt(source::FACTS)),
                (PREDICATE, felt(GRANTED)),
                (HEIGHT, ONE),
                (BYTES, felt(254)),
                (BYTES + 1, felt(byte)),
            ],
        );
        forge.argument(0, SPARE, &cell(1));
        forge.argument(1, SPARE, &tier2());
        put("a fact that a premise of -1 gives", selector, forge);
    }
    let (one, two) = (ARGUMENTS + 4, ARGUMENTS + 8);
    let forge = premise_as_head(&[(LESS, ONE), (CONSTANT, -ONE), (one, ONE)], &[], 1);
    put("a premise played as a head, a constant of -1", CONSTANT, forge);
    let others = [(CONSTANT, ONE), (DIFFER, ONE), (LESS, -felt(2)), (one, ONE), (two, -ONE)];
    put("a premise played as a head, a comparison of -2", LESS, premise_as_head(&others, &[], 1));
    let others = [(DIFFER, ONE), (AT_MOST, -ONE), (one, ONE), (two, -ONE)];
    put("a premise played as a head, a comparison of -1", AT_MOST, premise_as_head(&others, &[(0, 1)], 1));
    let others = [(GOAL, ONE), (DIFFER, -ONE), (one, ONE), (two, -ONE)];
    let forge = premise_as_head(&others, &[(0, 253), (1, 16)], 2);
    put("a premise played as a head, a difference of -1", DIFFER, forge);

    let mut forge = invented();
    forge.row_of(
        SPARE + 1,
        &[
            (LOAD, -ONE),
            (HEAD, ONE),
            (PC, felt(77)),
            (KIND, ONE),
            (PREDICATE, felt(ALLOW)),
            (LAST, ONE),
            (VARIABLES, ONE),
            (HEIGHT, ONE),
        ],
    );
    forge.set(TIMES, SPARE, felt(2));
    forge.renumber();
    put("an invented rule, its load cancelled by one of -1", LOAD, forge);
    all
}

/// `allow(c)` by a rule that the program does not have, loaded all the same.
fn invented() -> Forge {
    let mut forge = Forge::of(&granted());
    forge.row_of(4, &[(PC, felt(77)), (LAST, ONE), (OCCURRENCES, ZERO)]);
    [5, 6].into_iter().for_each(|row| forge.blank(row));
    (5..8).for_each(|pc| forge.uses(pc, 0));
    let atom = [(LOAD, 1), (PC, 77), (KIND, 1), (PREDICATE, ALLOW), (LAST, 1), (VARIABLES, 1), (TIMES, 1)];
    atom.into_iter().for_each(|(column, value)| forge.set(column, SPARE, felt(value)));
    forge.renumber();
    forge
}

fn rules() -> Vec<Attack> {
    let mut all = Vec::new();
    let rules = [
        vec![head(TOP, &[]), goal(source::DERIVED, ALLOW, &[])],
        vec![head(ALLOW, &[]), goal(source::FACTS, 90, &[])],
    ];
    let mut forge = Forge::of(&Scenario {
        instances: vec![instance(0, 1, &[], &[Fact(9)])],
        identity: None,
        ..bare(&rules)
    });
    forge.row_of(1, &[(GOAL, ZERO), (HEAD, ONE), (DIFFER, ONE)]);
    forge.row_of(1, &[(ARGUMENTS + 4, ONE), (ARGUMENTS + 8, -ONE)]);
    forge.uses(2, 2);
    forge.renumber();
    all.push(forge.breaks("a premise played as a head and a difference", "derivation.one", 0));

    let mut forge = Forge::of(&missing());
    forge.row_of(5, &[(GOAL, ZERO), (CONSTANT, ONE)]);
    all.push(forge.breaks("a premise played as a constant", "derivation.kind", 0));

    let mut forge = Forge::of(&missing());
    forge.blank(5);
    forge.uses(6, 0);
    forge.renumber();
    all.push(forge.breaks("a rule cut off after its head", "derivation.block", 0));

    let record = Record::Public { fact: fact(91, &[]) };
    let atoms = [goal(source::FACTS, 90, &[]), goal(source::FACTS, 91, &[])];
    let scene = planted(scene(&atoms, &[], &[Fact(9), Fact(9)]), tree::FACTS, record.leaf());
    let mut forge = Forge::with_record(&scene, &record);
    forge.provide(&record.leaf());
    forge.move_rows(6..7, 5);
    forge.uses(6, 0);
    forge.renumber();
    all.push(forge.breaks("a premise skipped", "derivation.next", 0));

    // A body without its head: `p` is never derived, but its premises stand alone.
    let mut forge = circular();
    forge.uses(8, 0);
    forge.set(BYTES, 5, ZERO);
    let breaks = [Break::Bus(Tag::Fact)];
    all.push(forge.done("a premise that nothing derives", &breaks));

    all.push(itself().breaks("a goal that derives itself", "derivation.instance", 0));
    all.push(smuggled());
    all
}

/// `allow if q`, `q if q`, where the premise of `q` pretends to stand in an earlier instance.
fn itself() -> Forge {
    let me = cell(1);
    let rules = [
        goal_rule(Some(me)),
        vec![head(ALLOW, &[1]), goal(source::DERIVED, 17, &[])],
        vec![head(17, &[]), goal(source::DERIVED, 17, &[])],
    ];
    let mut forge = Forge::of(&Scenario {
        instances: vec![
            instance(0, 1, &[(1, me)], &[Caller, Instance(1)]),
            instance(1, 1, &[(1, me)], &[Instance(2)]),
            instance(2, 1, &[], &[Instance(2)]),
        ],
        ..bare(&rules)
    });
    forge.add(INSTANCE, 7, ONE);
    forge.set(BYTES, 7, ZERO);
    forge
}

/// `allow(c) if granted(c, tier2)` with a grant of somebody else: the variable is made up for by another rule's instance that
/// has the same number.
fn smuggled() -> Attack {
    let (me, other) = (cell(1), cell(2));
    let record = Record::Public { fact: fact(GRANTED, &[other]) };
    let own = Record::Public { fact: fact(98, &[me]) };
    let rules = [
        goal_rule(Some(me)),
        vec![head(ALLOW, &[1]), goal(source::FACTS, GRANTED, &[1])],
        vec![head(HOLDS, &[1]), premise(source::FACTS, 98, &[1])],
    ];
    let mut scene = Scenario {
        instances: vec![
            instance(0, 1, &[(1, me)], &[Caller, Instance(1)]),
            instance(1, 1, &[(1, me)], &[Fact(0)]),
            instance(2, 1, &[(1, other)], &[Fact(1)]),
        ],
        ..bare(&rules)
    };
    scene.others[0].1 = vec![record.leaf(), own.leaf()];
    let mut forge = Forge::with_record(&scene, &record);
    forge.record(&own, FREE + 2, 1);
    forge.provide(&record.leaf());
    forge.provide(&own.leaf());
    forge.argument(0, 5, &other);
    forge.argument(0, 7, &me);
    // The other instance takes the number of this one.
    (6..forge.real()).for_each(|row| forge.add(INSTANCE, row, ONE));
    forge.add(BYTES, 7, ONE);
    forge.breaks("a variable shared between two instances", "derivation.instance", 0)
}

/// `p3 if p2`, `p2 if p1`, `p1`, where two is the greatest height; the instances have these heights.
fn chain(heights: [u8; 3]) -> Forge {
    let me = cell(1);
    let [first, second, third] = [HOLDS + 1, HOLDS + 2, HOLDS + 3];
    let rules = [
        goal_rule(Some(me)),
        vec![head(ALLOW, &[1]), goal(source::DERIVED, third, &[])],
        vec![head(third, &[]), premise(source::DERIVED, second, &[])],
        vec![head(second, &[]), premise(source::DERIVED, first, &[])],
        vec![head(first, &[])],
    ];
    let [a, b, c] = heights;
    Forge::of(&Scenario {
        instances: vec![
            instance(0, 1, &[(1, me)], &[Caller, Instance(1)]),
            instance(1, 1, &[(1, me)], &[Instance(2)]),
            instance(2, c, &[], &[Instance(3)]),
            instance(3, b, &[], &[Instance(4)]),
            instance(4, a, &[], &[]),
        ],
        bounds: Bounds { segments: 12, bytes: 192, depth: 2 },
        ..bare(&rules)
    })
}

fn heights() -> Vec<Attack> {
    // Rows: the goal 0 to 3, `allow` 4 and 5, `p3` 6 and 7, `p2` 8 and 9, `p1` 10.
    let mut forge = chain([1, 1, 2]);
    forge.row_of(9, &[(HEIGHT, felt(2)), (BYTES + 1, ZERO)]);
    let mut all = vec![forge.breaks("a height that grows within an instance", "derivation.height", 0)];
    let mut forge = chain([1, 1, 2]);
    forge.row_of(8, &[(HEIGHT, ONE)]);
    forge.row_of(9, &[(GOAL, ONE), (PREMISE, ZERO), (BYTES + 1, ONE)]);
    all.push(forge.breaks("a premise played as a goal's, of any height", "derivation.kind", 0));
    let mut forge = chain([0, 1, 2]);
    forge.set(BYTES + 6, 10, ZERO);
    all.push(forge.breaks("a derivation that begins below the ground", "derivation.head", 0));
    let range = [Break::Bus(Tag::Range)];
    // Over the limit by one: the difference is -1, which is no byte.
    all.push(chain([1, 2, 3]).done("a derivation that is too high by one", &range));
    let mut forge = chain([1, 2, 3]);
    forge.set(BYTES + 1, 5, ZERO);
    all.push(forge.done("a derivation whose height is told lower", &[Break::Bus(Tag::Fact)]));
    // A height that wraps: p1 below zero by a byte that is none.
    let mut forge = chain([0, 1, 2]);
    forge.set(BYTES + 6, 10, -ONE);
    all.push(forge.done("a height of zero by a byte of -1", &range));
    all
}

fn comparisons() -> Vec<Attack> {
    let mut all = Vec::new();
    let poor = Record::Stake { cell: cell(1), amount: 999, salt: [4, 5, 6] };
    let atoms = [goal(source::STAKE, 0, &[1, 3]), constant(4, int(1000)), at_most(4, 3)];
    let wanted = scene(&atoms, &[(3, int(999)), (4, int(1000))], &[Fact(9)]);
    let mut forge = Forge::with_record(&planted(wanted, tree::STAKE, poor.leaf()), &poor);
    forge.provide(&poor.leaf());
    let row = forge.row(AT_MOST, 0);
    let mut wrapped = forge.clone();
    wrapped.number(row, 0);
    wrapped.set(BYTES, row, -ONE);
    all.push(wrapped.done("a stake one below, by a byte of -1", &[Break::Bus(Tag::Range)]));
    all.push(forge.breaks("a stake one below", "derivation.compare", 0));

    let huge = Record::Stake { cell: cell(1), amount: (1 << 56) + 5, salt: [4, 5, 6] };
    let atoms = [goal(source::STAKE, 0, &[1, 3]), constant(4, int(0)), at_most(4, 3)];
    let wanted = scene(&atoms, &[(3, int((1 << 56) + 5)), (4, int(0))], &[Fact(9)]);
    let mut forge = Forge::with_record(&planted(wanted, tree::STAKE, huge.leaf()), &huge);
    forge.provide(&huge.leaf());
    all.push(forge.breaks("an amount above what a comparison holds", "derivation.compare", 0));

    let compared = |atom: Short, left: Digest, right: Digest| {
        let atoms = [constant(2, left), constant(3, right), atom];
        Forge::of(&scene(&atoms, &[(2, left), (3, right)], &[]))
    };
    let equal = compared(less(2, 3), int(700), int(700));
    all.push(equal.breaks("an end in this epoch", "derivation.compare", 0));
    for lane in 0..6 {
        let (mut left, mut right) = ([3, 0, 0, 0], [5, 0, 0, 0]);
        let (limbs, place) = if lane < 3 { (&mut left, lane + 1) } else { (&mut right, lane - 2) };
        limbs[place] = 1;
        let forge = compared(at_most(2, 3), Digest(left), Digest(right));
        all.push(forge.breaks("a text compared as a number", "derivation.integer", lane));
    }
    let same = compared(differ(2, 3), tier2(), tier2());
    all.push(same.breaks("equal values said to differ", "derivation.differ", 0));
    let mut swapped = compared(less(2, 3), int(9), int(7));
    let row = swapped.row(LESS, 0);
    swapped.argument(0, row, &int(7));
    swapped.argument(1, row, &int(9));
    swapped.number(row, 1);
    all.push(swapped.done("the sides of a comparison changed", &[Break::Bus(Tag::Variable)]));
    all
}

fn buses() -> Vec<Attack> {
    let mut all = Vec::new();
    let rule = [Break::Bus(Tag::Rule)];
    all.push(invented().done("an invented rule", &[Break::Bus(Tag::Program)]));
    let mut forge = invented();
    forge.blank(SPARE);
    forge.renumber();
    all.push(forge.done("a rule that was never loaded", &rule));
    all.push(Forge::of(&missing()).done("a premise without a fact", &[Break::Bus(Tag::Fact)]));

    let other = Record::Public { fact: grant(cell(2)) };
    let theirs = || {
        let mut forge = Forge::with_record(&planted(granted(), tree::FACTS, other.leaf()), &other);
        forge.provide(&other.leaf());
        forge.argument(0, 5, &cell(2));
        forge
    };
    all.push(theirs().done("a premise about somebody else", &[Break::Bus(Tag::Variable)]));
    let mut forge = theirs();
    [4, 5].into_iter().for_each(|row| forge.set(OCCURRENCES, row, ZERO));
    all.push(forge.done("an occurrence not counted", &rule));
    let mut forge = theirs();
    [4, 5].into_iter().for_each(|row| forge.set(OCCURRENCES, row, ZERO));
    forge.set(VARIABLES, 5, felt(9));
    all.push(forge.done("another variable in an atom", &rule));

    let honest = || Forge::of(&crate::statement::cases::open(false));
    let mut forge = Forge::of(&Scenario {
        identity: Some(crate::statement::cases::identity(2, false)),
        ..super::hash::open_for(cell(2))
    });
    forge.inputs = Forge::of(&super::hash::open_for(cell(1))).inputs;
    all.push(forge.done("another caller's constant", &[Break::Bus(Tag::Program)]));
    let mut forge = honest();
    forge.inputs.program.atoms.remove(3);
    all.push(forge.done("a program of one atom less", &[Break::Bus(Tag::Program)]));

    let mut forge = itself();
    forge.add(INSTANCE, 7, -ONE);
    forge.set(BYTES, 7, -ONE);
    all.push(forge.done("a goal that derives itself, by a step of -1", &[Break::Bus(Tag::Range)]));
    let mut forge = honest();
    forge.inputs.roots[0].1 = Digest([1, 2, 3, 4]);
    all.push(forge.done("another facts root", &[Break::Bus(Tag::Claim)]));
    let mut forge = honest();
    let (facts, credentials) = (forge.inputs.roots[0].1, forge.inputs.roots[1].1);
    forge.inputs.roots[0].1 = credentials;
    forge.inputs.roots[1].1 = facts;
    all.push(forge.done("two roots exchanged", &[Break::Bus(Tag::Claim)]));
    all
}
