//! What the forgers begin with: small statements, most of which are false as they stand.

use super::forge::{Forge, ONE, felt};
use crate::statement::cases::{
    ALLOW, DELEGATED, EPOCH, GOAL, GRANTED, QUAD, REVOKED, cell, fact, identity, tier2,
};
use crate::statement::rules::{Short, at_most, constant, goal, head, int, program};
use crate::statement::scenario::{Scenario, instance};
use dregg_air::derivation::columns::ARGUMENTS;
use dregg_air::derivation::witness::Support::{self, Caller, Instance, Record as Fact};
use dregg_air::hash::columns::{NODE, STATE, USES};
use dregg_air::hash::witness::{Cycle, ROWS, node_state};
use dregg_air::inputs::Bounds;
use dregg_air::range::columns::BYTES;
use dregg_air::record::witness::Record;
use dregg_air::source::{self, tree};
use dregg_commit::Digest;
use dregg_commit::facts::{Gap, LAST_HIGH, key};
use dregg_commit::record::FactElements;

/// Where cycles are free in all scenes without a route.
pub const FREE: usize = 36;

/// The goal's rule for a caller: known by its cell, or hidden.
pub fn goal_rule(caller: Option<Digest>) -> Vec<Short> {
    let mut rule = vec![head(GOAL, &[1])];
    match caller {
        Some(cell) => rule.extend([goal(source::CALLER, 0, &[1]), constant(1, cell)]),
        None => rule.push(goal(source::HIDDEN_CALLER, 0, &[1])),
    }
    rule.push(goal(source::DERIVED, ALLOW, &[1]));
    rule
}

/// Two leaves that nobody asks for.
pub fn noise(number: u64) -> Vec<Digest> {
    vec![Digest([number, 7, 1, 2]), Digest([number, 8, 1, 2])]
}

/// Nothing but trees and the first identity.
pub fn bare(rules: &[Vec<Short>]) -> Scenario {
    Scenario {
        name: "scene",
        table: None,
        path: String::new(),
        hidden_path: None,
        program: program(rules),
        instances: Vec::new(),
        records: Vec::new(),
        others: vec![(tree::FACTS, noise(2)), (tree::CREDENTIALS, noise(3)), (tree::STAKE, noise(4))],
        identity: Some(identity(1, false)),
        bounds: Bounds { segments: 12, bytes: 192, depth: 16 },
    }
}

/// `allow(c)` for the first identity if some atoms hold.
pub fn scene(atoms: &[Short], values: &[(u8, Digest)], premises: &[Support]) -> Scenario {
    let me = cell(1);
    let allow = std::iter::once(head(ALLOW, &[1])).chain(atoms.iter().cloned()).collect();
    let values: Vec<(u8, Digest)> = std::iter::once((1, me)).chain(values.iter().copied()).collect();
    Scenario {
        instances: vec![
            instance(0, 1, &[(1, me)], &[Caller, Instance(1)]),
            instance(1, 1, &values, premises),
        ],
        ..bare(&[goal_rule(Some(me)), allow])
    }
}

/// A right that only `granted(caller, tier2)` gives; no record of it is laid out.
pub fn granted() -> Scenario {
    let atoms = [goal(source::FACTS, GRANTED, &[1, 2]), constant(2, tier2())];
    scene(&atoms, &[(2, tier2())], &[Fact(9)])
}

/// The fact that it needs.
pub fn grant(cell: Digest) -> FactElements {
    fact(GRANTED, &[cell, tier2()])
}

/// A right that needs a fact of one column, from a source.
pub fn single(source: u64) -> Scenario {
    let atoms = [goal(source, REVOKED, &[2]), constant(2, tier2())];
    scene(&atoms, &[(2, tier2())], &[Fact(9)])
}

/// The fact that it needs.
pub fn revoked() -> FactElements {
    fact(REVOKED, &[tier2()])
}

/// A right that needs `quad(caller, tier2, 6, 0)` from a source.
pub fn four(source: u64) -> Scenario {
    let atoms =
        [goal(source, QUAD, &[1, 2, 3, 4]), constant(2, tier2()), constant(3, int(6)), constant(4, int(0))];
    scene(&atoms, &[(2, tier2()), (3, int(6)), (4, int(0))], &[Fact(9)])
}

/// The fact that it needs.
pub fn quad() -> FactElements {
    fact(QUAD, &[cell(1), tier2(), int(6), int(0)])
}

/// A right that needs a stake of a thousand.
pub fn staked() -> Scenario {
    let atoms = [goal(source::STAKE, 0, &[1, 3]), constant(4, int(1000)), at_most(4, 3)];
    scene(&atoms, &[(3, int(5000)), (4, int(1000))], &[Fact(9)])
}

/// The stake that it needs.
pub fn stake() -> Record {
    Record::Stake { cell: cell(1), amount: 5000, salt: [4, 5, 6] }
}

/// A right that needs `delegated(from, caller, what, until)` with some arguments, held, with a writer column or none.
pub fn held(writer: Option<u8>, values: [Digest; 4]) -> Scenario {
    let atoms = [
        goal(source::credentials(writer), DELEGATED, &[2, 3, 4, 5]),
        constant(2, values[0]),
        constant(3, values[1]),
        constant(4, values[2]),
        constant(5, values[3]),
    ];
    let bound = [(2, values[0]), (3, values[1]), (4, values[2]), (5, values[3])];
    scene(&atoms, &bound, &[Fact(9)])
}

/// What a delegation says that the second identity signed.
pub fn delegation() -> [Digest; 4] {
    [cell(2), cell(1), tier2(), int(EPOCH + 50)]
}

/// Such a held fact.
pub fn delegated(values: [Digest; 4], writer: Option<u8>, signer: Digest) -> Record {
    let fact = fact(DELEGATED, &values);
    Record::Held { fact, salt: [7, 8, 9], writer_column: writer, signer, expiry: 1000 }
}

/// A scene with a leaf beside some noise under a tree, so that the root is the node above it.
pub fn planted(mut scene: Scenario, tree: u64, leaf: Digest) -> Scenario {
    for (other, leaves) in &mut scene.others {
        if *other == tree {
            *leaves = vec![leaf, Digest([tree, 7, 1, 2])];
        }
    }
    scene
}

impl Forge {
    /// A forged fact's record, which claims a leaf that is not there, at [`FREE`].
    pub fn with_record(scene: &Scenario, record: &Record) -> Forge {
        let mut forge = Forge::of(scene);
        forge.record(record, FREE, 1);
        forge
    }

    /// A node with these children in a tree, which provides them so often.
    pub fn node(&mut self, cycle: usize, tree: u64, children: [&Digest; 2], uses: [u64; 2]) {
        let node = Cycle::new(node_state(children[0], children[1]), NODE, tree);
        self.put(cycle, &node.providing([uses[0], uses[1], 0, 0]));
    }

    /// Lets the node above a digest provide it once more.
    pub fn provide(&mut self, digest: &Digest) {
        for cycle in 0..self.last_cycle() {
            let state = self.state(cycle);
            if self.get(NODE, cycle * ROWS) != ONE {
                continue;
            }
            for half in 0..2 {
                let child: Vec<u64> = state[4 + 4 * half..8 + 4 * half].iter().map(|x| x.as_int()).collect();
                if child == digest.0 {
                    self.add(USES + half, cycle * ROWS, ONE);
                    return;
                }
            }
        }
        panic!("no node above {digest:?}");
    }

    /// Copies the capacity after the cycle before into a cycle, as a further block begins.
    pub fn rechain(&mut self, cycle: usize) {
        let mut state = self.state(cycle);
        for (lane, element) in state.iter_mut().take(4).enumerate() {
            *element = self.get(STATE + lane, cycle * ROWS - 1);
        }
        self.put_state(cycle, state);
    }

    /// Shows the digest before a cycle of kind `GAP` in the gap, as far as it lies there.
    pub fn probe(&mut self, cycle: usize, gap: &Gap) -> bool {
        let digest = self.digest(cycle - 1);
        let key = key(&digest);
        let row = cycle * ROWS;
        self.set(BYTES, row - 1, felt(digest.0[0] >> 56));
        self.set(ARGUMENTS, row, felt(key));
        self.number(row, key.wrapping_sub(gap.low).wrapping_sub(1));
        self.number(row + 1, gap.high.wrapping_sub(key).wrapping_sub(1));
        gap.low < key && key < gap.high
    }
}

/// A fact that is there, to be shown absent by a record bent so that its digest lies elsewhere: scenes whose only record is
/// the probe, one for each of the gaps beside the fact's key.
pub struct Present {
    scenes: [(Scenario, Gap); 2],
}

/// A present fact in a scene that needs it absent, probed by a record of perhaps another number of blocks.
pub fn present(scene: &Scenario, fact: FactElements, probe: FactElements) -> Present {
    let own = key(&fact.public().digest());
    let lower = Gap { relation: fact.relation, low: 0, high: own };
    let upper = Gap { relation: fact.relation, low: own, high: LAST_HIGH };
    let probed = |gap: Gap| {
        let mut scene = scene.clone();
        let leaves = [lower, upper].map(|one| dregg_commit::record::gap(one.relation, one.low, one.high));
        let noise = Digest([2, 8, 1, 2]);
        scene.others[0].1 =
            leaves.iter().map(|leaf| leaf.digest()).chain([fact.public().digest(), noise]).collect();
        scene.records = vec![Record::Absent { fact: probe, gap }];
        for premise in scene.instances.iter_mut().flat_map(|instance| &mut instance.premises) {
            if *premise == Fact(9) {
                *premise = Fact(0);
            }
        }
        (scene, gap)
    };
    Present { scenes: [probed(upper), probed(lower)] }
}

impl Present {
    /// Bends the record with growing numbers until its digest lies in the gap it shows; `blocks` it has. The function is
    /// given the cycle of the first block.
    pub fn bend(&self, blocks: usize, bend: impl Fn(&mut Forge, usize, u64)) -> Forge {
        for number in 1..200 {
            for (scene, gap) in &self.scenes {
                let mut forge = Forge::of(scene);
                let first = forge.cycle(dregg_air::hash::columns::FACT, 0);
                bend(&mut forge, first, number);
                if forge.probe(first + blocks, gap) {
                    return forge;
                }
            }
        }
        panic!("no bent digest lies in a gap");
    }

    /// The probe of the true digest in the gap above it or below, with the cycle of the gap.
    pub fn beside(&self, above: bool, blocks: usize) -> (Forge, usize, Gap) {
        let (scene, gap) = &self.scenes[usize::from(!above)];
        let forge = Forge::of(scene);
        let cycle = forge.cycle(dregg_air::hash::columns::FACT, 0) + blocks;
        (forge, cycle, *gap)
    }
}

/// `revoked(tier2)` is there.
pub fn present_single() -> Present {
    present(&single(source::ABSENT), revoked(), revoked())
}

/// `quad(caller, tier2, 6, 0)` is there.
pub fn present_four() -> Present {
    present(&four(source::ABSENT_LONG), quad(), quad())
}
