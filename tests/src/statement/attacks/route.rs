//! Attacks on the walk and on hidden paths.

use super::forge::{Attack, Break, Forge, ONE, ZERO, felt};
use super::scenes::FREE;
use crate::statement::cases::open;
use crate::statement::scenario::{Scenario, Table, symbols};
use dregg_air::derivation::columns::*;
use dregg_air::field::Felt;
use dregg_air::hash::columns::{self as lane, USES};
use dregg_air::hash::witness::{ROWS as EIGHT, state};
use dregg_air::inputs::{PathInput, Walk};
use dregg_air::range::columns::BYTES;
use dregg_air::route::columns::{INDEX, INVERSE, IS_SLASH, SLASHES, STEP};
use dregg_air::route::witness::path_cycles;
use dregg_air::source::tree;
use dregg_air::tuple::Tag;
use dregg_artifact::alphabet::END as STOP;
use dregg_artifact::{Dfa, Row, alphabet};
use dregg_commit::table::CLASS_BASE;
use dregg_commit::{Digest, TableTree};
use winter_math::FieldElement;

/// Where walks are written.
const STEPS: usize = 120;

/// All of them.
pub fn all() -> Vec<Attack> {
    let mut all = walks();
    all.extend(bounds());
    all.extend(leaves());
    all.extend(hidden());
    all.push(cancelled());
    all.extend(buses());
    all
}

fn symbol(byte: u8) -> u8 {
    alphabet::symbol(byte).unwrap()
}

fn table(rows: &[(u32, u8, u32)]) -> Table {
    let row =
        |(state, symbol, next): &(u32, u8, u32)| Row { state: *state, lo: *symbol, hi: *symbol, next: *next };
    let dfa = Dfa::new(rows.iter().map(row).collect(), 8);
    let rows = TableTree::new(dfa.rows());
    Table { dfa, rows }
}

/// `/a` is class 1, `/a/b` class 2, `/b` class 3; the path of class 2 uses rows of both leaves.
fn scene() -> Scenario {
    let (slash, a, b) = (symbol(b'/'), symbol(b'a'), symbol(b'b'));
    let rows = [
        (0, slash, 1),
        (1, a, 2),
        (2, slash, 4),
        (4, b, 5),
        (5, STOP, 2),
        (2, STOP, 1),
        (1, b, 3),
        (3, STOP, 3),
    ];
    Scenario { table: Some(table(&rows)), path: "/a/b".to_owned(), ..open(false) }
}

/// The same with the path hidden, though no blocks are laid out.
fn without_blocks() -> Forge {
    Forge::of(&scene())
}

/// A step: the state, by its number, and the symbol.
type Step = (u64, u8);

/// `/a/b` from some state on.
fn to_class_two() -> Vec<Step> {
    let (slash, a, b) = (symbol(b'/'), symbol(b'a'), symbol(b'b'));
    vec![(0, slash), (1, a), (2, slash), (4, b), (5, STOP)]
}

impl Forge {
    /// Takes all steps away.
    fn no_steps(&mut self) {
        for row in 0..self.real() {
            if self.get(STEP, row) == ONE {
                (ARGUMENTS..STEP + 1).for_each(|column| self.set(column, row, ZERO));
                (BYTES..BYTES + 7).for_each(|column| self.set(column, row, ZERO));
                self.set(ARGUMENTS, row + 1, ZERO);
            }
        }
        self.renumber();
    }

    /// Writes steps, the first of which reads the symbol at a place, and the state or class they end in.
    fn walk(&mut self, first: usize, steps: &[Step], index: u64, end: u64) {
        let (limit, segments) = (self.inputs.bounds.bytes, self.inputs.bounds.segments);
        let mut slashes = 0;
        for (place, (state, symbol)) in steps.iter().enumerate() {
            let row = first + place;
            let slash = *symbol == 0;
            slashes += u64::from(slash);
            self.set(STEP, row, ONE);
            let at = index + place as u64;
            let values = [self.name(*state), u64::from(*symbol), at, slashes];
            for (lane, value) in values.into_iter().enumerate() {
                self.set(ARGUMENTS + lane, row, felt(value));
            }
            self.set(INVERSE, row, felt(u64::from(*symbol)).inv());
            self.set(IS_SLASH, row, felt(u64::from(slash)));
            self.set(SOURCE, row, felt(tree::ROUTE));
            self.set(BYTES + 2, row, felt(u64::from(*symbol)));
            if place + 1 == steps.len() {
                let over = limit.saturating_sub(at);
                self.set(BYTES + 3, row, felt(over % 256));
                self.set(BYTES + 4, row, felt(over / 256));
                self.set(BYTES + 5, row, felt(segments.saturating_sub(slashes)));
            }
        }
        self.set(ARGUMENTS, first + steps.len(), felt(self.name(end)));
        self.recount();
    }

    /// Counts the rows that all steps use.
    fn recount(&mut self) {
        let steps: Vec<(Felt, Felt, Felt)> = (0..self.real() - 1)
            .filter(|row| self.get(STEP, *row) == ONE)
            .map(|row| {
                let [state, symbol] = [0, 1].map(|lane| self.get(ARGUMENTS + lane, row));
                let key = state * felt(1 << 24) + symbol * felt(4097);
                (self.get(SOURCE, row), key, self.get(ARGUMENTS, row + 1))
            })
            .collect();
        for cycle in 0..self.last_cycle() + 1 {
            let row = cycle * EIGHT;
            if self.get(lane::ROWS, row) != ONE {
                continue;
            }
            for place in 0..4 {
                let own =
                    (self.get(lane::TREE, row), self.get(4 + 2 * place, row), self.get(5 + 2 * place, row));
                let uses = steps.iter().filter(|step| **step == own).count();
                self.set(USES + place, row, felt(uses as u64));
            }
        }
    }

    /// Writes the blocks of a hidden path and names it; every symbol is used so often as `uses` says of its place.
    fn blocks(&mut self, cycle: usize, committed: &[u8], uses: impl Fn(usize) -> u64) {
        let salts = vec![[5, 6, 7, 8]; dregg_air::route::witness::path_blocks(committed.len())];
        let (cycles, commitment) = path_cycles(committed, &salts, 1);
        for (number, content) in cycles.iter().enumerate() {
            self.put(cycle + number, content);
            for place in 0..4 {
                self.set(USES + place, (cycle + number) * EIGHT, felt(uses(4 * number + place)));
            }
        }
        self.inputs.path = PathInput::Hidden { blocks: cycles.len() as u64, commitment };
    }

    /// Names the digest after a cycle as the path's commitment.
    fn commit(&mut self, blocks: u64, last: usize) {
        let commitment = self.digest(last);
        self.inputs.path = PathInput::Hidden { blocks, commitment };
    }

    /// A leaf of one row.
    fn leaf(&mut self, cycle: usize, tree: u64, state: u64, symbol: u8, next: u64) {
        let key = (self.name(state) << 24) + u64::from(symbol) * 4097;
        let block = [key, self.name(next), (1 << 24) - 1, 0, (1 << 24) - 1, 0, (1 << 24) - 1, 0];
        let begin = dregg_air::hash::witness::state([8, 1, 0, 0], block);
        self.put(cycle, &dregg_air::hash::witness::Cycle::new(begin, lane::ROWS, tree));
        self.recount();
    }

    fn class(&mut self, class: u32) {
        self.inputs.walks = vec![Walk { tree: tree::ROUTE, class }];
    }
}

/// Where class 2 stands as a state.
const TWO: u64 = CLASS_BASE + 2;

/// `/b` is shown, and the steps are written anew, to class 2.
fn shown_b(steps: &[Step]) -> Forge {
    let mut forge = Forge::of(&scene());
    forge.no_steps();
    forge.walk(STEPS, steps, 0, TWO);
    forge.inputs.path = PathInput::Shown(symbols("/b"));
    forge
}

fn walks() -> Vec<Attack> {
    let (slash, b) = (symbol(b'/'), symbol(b'b'));
    let forge = shown_b(&[(2, slash), (4, b), (5, STOP)]);
    let mut all = vec![forge.breaks("a walk from an inner state", "route.start", 0)];

    let mut forge = shown_b(&[(0, slash), (4, b), (5, STOP)]);
    forge.set(SOURCE, STEPS, felt(tree::SUB_ROUTE));
    forge.leaf(FREE, tree::SUB_ROUTE, 0, slash, 4);
    forge.inputs.roots.push((tree::SUB_ROUTE, forge.digest(FREE)));
    all.push(forge.breaks("a step over the rows of a gateway's table", "route.tree", 0));

    let mut forge = without_blocks();
    forge.no_steps();
    let committed = symbols("/b/a/b");
    forge.blocks(FREE, &committed, |place| u64::from((2..7).contains(&place)));
    forge.walk(STEPS, &to_class_two(), 2, TWO);
    all.push(forge.breaks("the first symbols of a hidden path skipped", "route.first", 0));

    let mut forge = without_blocks();
    forge.no_steps();
    forge.blocks(FREE, &symbols("/ab/b"), |place| u64::from(place != 2 && place < 6));
    forge.walk(STEPS, &to_class_two(), 0, TWO);
    (STEPS + 2..STEPS + 5).for_each(|row| forge.add(INDEX, row, ONE));
    forge.add(BYTES + 3, STEPS + 4, -ONE);
    all.push(forge.breaks("an inner symbol of a hidden path skipped", "route.next", 0));

    // A symbol that is no byte makes the start state's key that of another state's row.
    let mut forge = without_blocks();
    forge.no_steps();
    let key = felt((forge.name(5) << 24) + u64::from(STOP) * 4097);
    let wild = key * felt(4097).inv();
    let begin = state([8, 4, 0, 0], [wild.as_int(), 0, 0, 0, 5, 6, 7, 8]);
    forge.put(
        FREE,
        &dregg_air::hash::witness::Cycle::new(begin, lane::PATH, tree::PATH).providing([1, 0, 0, 0]),
    );
    forge.commit(1, FREE);
    forge.walk(STEPS, &[(0, STOP)], 0, TWO);
    forge.set(ARGUMENTS + 1, STEPS, wild);
    forge.set(INVERSE, STEPS, wild.inv());
    forge.recount();
    all.push(forge.breaks("a hidden symbol that is no byte", "route.byte", 0));
    all
}

/// `/a/b` where one segment is the most.
fn one_segment() -> Forge {
    let mut scene = scene();
    scene.bounds.segments = 1;
    let mut forge = Forge::of(&scene);
    forge.no_steps();
    forge.walk(STEPS, &to_class_two(), 0, TWO);
    forge
}

fn bounds() -> Vec<Attack> {
    let mut all = Vec::new();
    let less = |from: usize| {
        let mut forge = one_segment();
        (from..STEPS + 5).for_each(|row| forge.add(SLASHES, row, -ONE));
        forge
    };
    all.push(less(STEPS).breaks("the first segment not counted", "route.first-slash", 0));
    all.push(less(STEPS + 2).breaks("a segment not counted", "route.slashes", 0));
    let mut forge = less(STEPS + 2);
    forge.set(IS_SLASH, STEPS + 2, ZERO);
    all.push(forge.breaks("a slash that is said to be none", "route.other", 0));
    let mut forge = less(STEPS + 1);
    forge.set(IS_SLASH, STEPS + 1, -ONE);
    let letter = forge.get(ARGUMENTS + 1, STEPS + 1);
    forge.set(INVERSE, STEPS + 1, felt(2) * letter.inv());
    all.push(forge.breaks("a letter that takes a segment back", "route.slash", 0));
    all.push(one_segment().breaks("a segment too many", "route.segments", 0));

    let long = |bytes: u64| {
        let mut scene = scene();
        scene.bounds.bytes = bytes;
        let mut forge = Forge::of(&scene);
        forge.no_steps();
        forge.walk(STEPS, &to_class_two(), 0, TWO);
        forge
    };
    all.push(long(3).breaks("a symbol too many", "route.length", 0));
    let range = [Break::Bus(Tag::Range)];
    let mut forge = long(3);
    forge.set(BYTES + 3, STEPS + 4, -ONE);
    all.push(forge.done("a symbol too many, by a byte of -1", &range));
    let mut forge = one_segment();
    forge.set(BYTES + 5, STEPS + 4, -ONE);
    all.push(forge.done("a segment too many, by a byte of -1", &range));
    all
}

/// Rows that are not in the table.
fn leaves() -> Vec<Attack> {
    let (slash, b) = (symbol(b'/'), symbol(b'b'));
    let steps = [(0, slash), (1, b), (5, STOP)];
    let mut forge = shown_b(&steps);
    forge.leaf(FREE, tree::ROUTE, 1, b, 5);
    let mut all = vec![forge.clone().done("a row under no root", &[Break::Bus(Tag::Claim)])];
    for row in FREE * EIGHT + 1..FREE * EIGHT + 8 {
        forge.set(lane::ROWS, row, ZERO);
    }
    all.push(forge.breaks("a leaf of rows in its first row only", "hash.constant", 1));
    let mut forge = shown_b(&steps);
    let last = forge.last_cycle();
    forge.leaf(last, tree::ROUTE, 1, b, 5);
    all.push(forge.done("a leaf of rows in the last cycle", &[Break::Last(lane::ROWS)]));

    // A row of another tree, whose root is known.
    let mut forge = shown_b(&steps);
    forge.leaf(FREE, tree::CREDENTIALS, 1, b, 5);
    forge.inputs.roots.push((tree::CREDENTIALS, forge.digest(FREE)));
    all.push(forge.done("a row under the credentials", &[Break::Bus(Tag::Transition)]));
    all
}

/// `/b/b` is committed to, `/a/b` walked: the first block is another's, which stands in a cycle of its own.
fn other_block(cycle: impl Fn(&Forge) -> usize) -> (Forge, usize) {
    let mut forge = without_blocks();
    forge.no_steps();
    forge.blocks(FREE, &symbols("/b/b"), |place| u64::from(place == 4));
    let (cycles, _) = path_cycles(&symbols("/a/b"), &[[1, 2, 3, 4]; 2], 1);
    let cycle = cycle(&forge);
    forge.put(cycle, &cycles[0]);
    forge.walk(STEPS, &to_class_two(), 0, TWO);
    (forge, cycle)
}

fn hidden() -> Vec<Attack> {
    let mut all = Vec::new();
    let (mut forge, cycle) = other_block(|_| FREE + 4);
    all.push(forge.clone().done("a block nobody committed to", &[Break::Bus(Tag::HiddenPath)]));
    for row in cycle * EIGHT + 1..cycle * EIGHT + 8 {
        forge.set(lane::PATH, row, ZERO);
    }
    all.push(forge.breaks("a block of a path in its first row only", "hash.constant", 13));
    let (forge, _) = other_block(Forge::last_cycle);
    all.push(forge.done("a block of a path in the last cycle", &[Break::Last(lane::PATH)]));

    let mut forge = without_blocks();
    forge.no_steps();
    forge.blocks(FREE, &symbols("/a/bbbbb"), |place| u64::from(place < 4 || place == 8));
    [FREE + 1, FREE + 2].into_iter().for_each(|cycle| {
        let before = forge.get(lane::TREE, cycle * EIGHT);
        forge.fill(lane::TREE, cycle, before - ONE);
    });
    forge.commit(2, FREE + 2);
    forge.walk(STEPS, &to_class_two(), 0, TWO);
    all.push(forge.breaks("two blocks of a hidden path with one number", "route.chain", 0));

    for place in 0..4 {
        let mut forge = honest(FREE);
        forge.bend_state(FREE, place, felt(77));
        forge.rechain(FREE + 1);
        forge.commit(2, FREE + 1);
        all.push(forge.breaks("a path committed to under another kind", "route.capacity", place));
    }
    let mut forge = Forge::of(&scene());
    [0, 1].into_iter().for_each(|cycle| forge.move_cycle(cycle, FREE + cycle));
    forge.no_steps();
    forge.blocks(0, &symbols("/a/b"), |place| u64::from(place < 5));
    forge.walk(STEPS, &to_class_two(), 0, TWO);
    forge.bend_state(0, 1, felt(2));
    forge.rechain(1);
    forge.commit(2, 1);
    all.push(forge.done("a path of another kind in the first cycle", &[Break::First(lane::PATH)]));

    // Another path under a commitment: its last block is the genuine one.
    let mut forge = honest(FREE);
    let named = forge.inputs.path.clone();
    let genuine = forge.state(FREE + 1);
    forge.blocks(FREE, &symbols("/b/b"), |place| u64::from(place < 5));
    forge.put_state(FREE + 1, genuine);
    forge.inputs.path = named;
    forge.bend_state(FREE, 5, felt(u64::from(symbol(b'b'))));
    forge.no_steps();
    forge.walk(STEPS, &to_class_two(), 0, TWO);
    let breaks: Vec<Break> = (0..4).map(|lane| Break::Constraint("hash.carry", lane)).collect();
    let mut breaks = breaks;
    breaks.push(Break::Bus(Tag::Path));
    all.push(forge.done("another path before a genuine last block", &breaks));
    all
}

/// `/a/b` with its path hidden, the blocks at a cycle.
fn honest(cycle: usize) -> Forge {
    let mut forge = without_blocks();
    forge.no_steps();
    forge.blocks(cycle, &symbols("/a/b"), |place| u64::from(place < 5));
    forge.walk(STEPS, &to_class_two(), 0, TWO);
    forge
}

/// `/aa` is class 2 and `/a` class 1. A step of -1 gives the row "the start goes on `/` to the state after `/a`", and a walk
/// that ends there makes up for its end.
fn cancelled() -> Attack {
    let (slash, a) = (symbol(b'/'), symbol(b'a'));
    let rows = [(0, slash, 1), (1, a, 2), (2, a, 4), (4, STOP, 2), (2, STOP, 1)];
    let mut scene = Scenario { table: Some(table(&rows)), path: "/aa".to_owned(), ..open(false) };
    // Any atom of this shape will do; the program never applies it.
    let mut atom = scene.program.atoms[2].clone();
    atom.pc = scene.program.atoms.len() as u64 + 1;
    atom.source = tree::ROUTE;
    atom.constant = Digest([0, 0, 0, 1]);
    let atoms = scene.program.atoms.len();
    scene.program.atoms.push(atom);
    scene.program.rules.push(atoms..atoms + 1);
    let mut forge = Forge::of(&scene);
    forge.no_steps();
    let load = (0..forge.real()).rfind(|row| forge.get(LOAD, *row) == ONE).unwrap();
    forge.move_rows(load..load + 1, STEPS);
    forge.set(STEP, STEPS, -ONE);
    forge.set(IS_SLASH, STEPS, ONE);
    forge.set(BYTES + 3, STEPS, felt(192));
    forge.set(BYTES + 5, STEPS, felt(11));
    forge.set(ARGUMENTS, STEPS + 1, felt(forge.name(2)));
    forge.renumber();
    forge.blocks(FREE, &symbols("/a"), |place| [1, 2, 1, 0][place]);
    forge.walk(STEPS + 10, &[(0, slash), (1, a)], 0, 2);
    forge.walk(STEPS + 20, &[(0, slash), (2, a), (4, STOP)], 0, TWO);
    forge.breaks("a row that a step of -1 gives", "derivation.flag", 8)
}

fn buses() -> Vec<Attack> {
    let bus = |tag: Tag| [Break::Bus(tag)];
    let shown = || Forge::of(&scene());
    let mut forge = shown();
    forge.class(1);
    let mut all = vec![forge.done("another class than the walk's", &bus(Tag::Walk))];
    let mut forge = shown();
    forge.inputs.path = PathInput::Shown(symbols("/a/a"));
    all.push(forge.done("another path than the walk's", &bus(Tag::Path)));
    let mut forge = shown();
    forge.inputs.path = PathInput::Shown(symbols("/a/"));
    all.push(forge.done("a path cut short", &bus(Tag::Path)));
    let (slash, b) = (symbol(b'/'), symbol(b'b'));
    let forge = shown_b(&[(0, slash), (1, b), (5, STOP)]);
    all.push(forge.done("a step without a row", &bus(Tag::Transition)));

    let mut forge = shown_b(&[(0, slash), (1, b), (3, STOP)]);
    forge.walk(STEPS, &[(0, slash), (1, b), (3, STOP)], 0, CLASS_BASE + 3);
    forge.set(ARGUMENTS + 1, STEPS + 1, felt(u64::from(b) + 1));
    forge.set(INVERSE, STEPS + 1, felt(u64::from(b) + 1).inv());
    forge.set(BYTES, STEPS + 1, ONE);
    forge.set(BYTES + 1, STEPS + 1, -ONE);
    forge.set(BYTES + 2, STEPS + 1, felt(u64::from(b) + 1));
    forge.inputs.path = PathInput::Shown(vec![slash, b + 1]);
    forge.class(3);
    all.push(forge.done("a symbol above its interval, by a byte of -1", &bus(Tag::Range)));

    let mut forge = honest(FREE);
    forge.no_steps();
    (FREE..FREE + 2).for_each(|cycle| (0..4).for_each(|place| forge.set(USES + place, cycle * EIGHT, ZERO)));
    forge.recount();
    all.push(forge.done("a hidden path without any walk", &bus(Tag::Walk)));

    let mut forge = honest(FREE);
    forge.no_steps();
    forge.set(USES, (FREE + 1) * EIGHT, ZERO);
    forge.walk(STEPS, &to_class_two()[..4], 0, 5);
    all.push(forge.done("a hidden walk that stops before the end", &bus(Tag::Walk)));

    let mut forge = honest(FREE);
    forge.inputs.path = PathInput::Hidden { blocks: 2, commitment: Digest([1, 2, 3, 4]) };
    all.push(forge.done("another path's commitment", &bus(Tag::HiddenPath)));

    // A commitment that is a node over two, to choose from later.
    let mut forge = honest(FREE);
    let (left, right) = (forge.digest(FREE + 1), Digest([9, 9, 9, 9]));
    forge.node(FREE + 4, tree::PATH + 1, [&left, &right], [1, 0]);
    forge.commit(2, FREE + 4);
    let breaks = [Break::Bus(Tag::HiddenPath), Break::Bus(Tag::Claim)];
    all.push(forge.done("a commitment to two paths at once", &breaks));

    // The class as a state to go on from.
    let mut forge = honest(FREE);
    forge.no_steps();
    forge.blocks(FREE, &[&symbols("/a/b")[..], &[STOP]].concat(), |place| u64::from(place < 6));
    let mut steps = to_class_two();
    steps.push((TWO, STOP));
    forge.walk(STEPS, &steps, 0, TWO);
    all.push(forge.done("a class walked on from", &bus(Tag::Transition)));

    // A one-block commitment whose last state comes from the digest.
    let mut forge = honest(FREE);
    forge.put_state(FREE + 1, super::identity::inverse(forge.digest(FREE + 1)));
    let mut breaks: Vec<Break> = (0..4).map(|lane| Break::Constraint("hash.carry", lane)).collect();
    breaks.push(Break::Bus(Tag::Path));
    all.push(forge.done("a last block by the inverse permutation", &breaks));
    all
}
