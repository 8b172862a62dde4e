//! Attacks on the caller's identity.

use super::forge::{Attack, Break, Forge, ONE, ZERO, felt};
use super::hash::{hidden_for_another, open_for};
use super::scenes::*;
use crate::statement::cases::{ALLOW, cell, identity};
use crate::statement::rules::{constant, goal, head};
use crate::statement::scenario::{Scenario, instance};
use dregg_air::derivation::witness::Support::{Caller, Instance};
use dregg_air::field::felts;
use dregg_air::hash::columns::*;
use dregg_air::hash::witness::{Cycle, ROWS as EIGHT, digest_after, state, states};
use dregg_air::source;
use dregg_air::tuple::Tag;
use dregg_commit::Digest;
use dregg_commit::record::caller;

/// All of them.
pub fn all() -> Vec<Attack> {
    let mut all = Vec::new();
    let blank = state([8, 0, 0, 0], [3; 8]);
    let once = [ONE, ZERO, ZERO, ZERO];
    let gives = |state| Cycle { uses: once, at: 7, ..Cycle::new(state, CELL, 0) };

    let mut block = [1, 2, 3, 4, 0, 0, 0, 0];
    block[4..].copy_from_slice(&digest_after(&blank).0);
    let own = state([8, 6, 0, 0], block);
    let mut forge = Forge::of(&open_for(digest_after(&own)));
    forge.put_state(FREE, blank);
    forge.put(FREE + 1, &gives(own));
    all.push(forge.breaks("a cell whose proving key comes from no secret", "identity.secret", 0));

    for lane in 0..4 {
        let mut cycles = identity(1, false).cycles(1);
        cycles[1].state[8 + lane] += ONE;
        let mut forge = Forge::of(&open_for(digest_after(&cycles[1].state)));
        forge.put(FREE, &cycles[0]);
        forge.put(FREE + 1, &cycles[1]);
        all.push(forge.breaks("a cell of somebody else's proving key", "identity.key", lane));
    }

    let mut forge = Forge::of(&hidden_for(digest_after(&blank)));
    forge.put_state(FREE, blank);
    forge.caller(FREE + 1, digest_after(&blank));
    all.push(forge.breaks("a hidden caller without a cell", "identity.cell", 0));

    for lane in 0..4 {
        let mut limbs = cell(1).0;
        limbs[lane] += 1;
        let mut forge = Forge::of(&hidden_for(Digest(limbs)));
        for (place, cycle) in identity(1, false).cycles(0).iter().enumerate() {
            forge.put(FREE + place, cycle);
        }
        forge.caller(FREE + 2, Digest(limbs));
        all.push(forge.breaks("a hidden caller of another cell", "identity.caller", lane));
    }
    all.extend(buses());
    all
}

/// A hidden caller of this cell is allowed, and no identity is laid out.
fn hidden_for(me: Digest) -> Scenario {
    Scenario {
        instances: vec![instance(0, 1, &[(1, me)], &[Caller, Instance(1)]), instance(1, 1, &[(1, me)], &[])],
        identity: None,
        ..bare(&[goal_rule(None), vec![head(ALLOW, &[1]), constant(1, me)]])
    }
}

impl Forge {
    /// Writes the commitment of a hidden caller, used once, and names it in the statement.
    pub fn caller(&mut self, cycle: usize, cell: Digest) {
        let commitment = caller(cell, [1, 2, 3, 4]);
        let state = states(&commitment).remove(0);
        self.put(cycle, &Cycle::new(state, CALLER, 0).providing([1, 0, 0, 0]));
        self.inputs.hidden_caller = Some(commitment.digest());
    }
}

fn buses() -> Vec<Attack> {
    let told = [Break::Bus(Tag::Fact)];
    let stranger = Scenario { identity: Some(identity(5, false)), ..open_for(cell(1)) };
    let mut all = vec![Forge::of(&stranger).done("somebody else's cell with the own secret", &told)];

    let unnamed = hidden_for_another();
    all.push(unnamed.clone().done("a hidden caller nobody named", &[Break::Bus(Tag::HiddenCaller)]));

    // The commitment is of the first identity, the goal speaks of the second.
    let mut shown = unnamed.clone();
    shown.clear(FREE + 2);
    shown.set(USES, (FREE + 2) * EIGHT - 1, ONE);
    all.push(shown.done("a shown caller for a hidden one's goal", &told));

    let named = Forge::of(&Scenario {
        identity: Some(identity(1, true)),
        instances: vec![
            instance(0, 1, &[(1, cell(1))], &[Caller, Instance(1)]),
            instance(1, 1, &[(1, cell(1))], &[]),
        ],
        ..bare(&[
            vec![head(1, &[1]), goal(source::CALLER, 0, &[1]), goal(source::DERIVED, ALLOW, &[1])],
            vec![head(ALLOW, &[1])],
        ])
    });
    all.push(named.done("a hidden caller for a shown one's goal", &told));

    let mut twice = unnamed;
    twice.inputs.hidden_caller = identity(2, true).commitment();
    all.push(twice.done("two hidden callers for one commitment", &[Break::Bus(Tag::HiddenCaller)]));

    // A digest written over the last round.
    let mut forge = Forge::of(&Scenario { identity: Some(identity(5, false)), ..open_for(cell(1)) });
    let own = forge.cycle(CELL, 0);
    for (lane, element) in felts(&cell(1)).into_iter().enumerate() {
        forge.set(DIGEST + lane, own * EIGHT + 7, element);
    }
    let breaks: Vec<Break> = (0..12).map(|lane| Break::Constraint("hash.round", lane)).collect();
    all.push(forge.done("a cell written over the last round", &breaks));

    // A preimage by the inverse permutation: its capacity is what it is.
    let mut forge = Forge::of(&open_for(cell(1)));
    forge.put(
        FREE + 1,
        &Cycle { uses: [ONE, ZERO, ZERO, ZERO], at: 7, ..Cycle::new(inverse(cell(1)), CELL, 0) },
    );
    let mut breaks = ["hash.rate", "hash.kind", "hash.blocks", "hash.zero", "identity.secret"]
        .map(|name| Break::Constraint(name, 0))
        .to_vec();
    breaks.extend((0..4).map(|lane| Break::Constraint("identity.key", lane)));
    all.push(forge.done("a cell by the inverse permutation", &breaks));
    all
}

/// A state whose permutation gives a digest.
pub fn inverse(digest: Digest) -> [dregg_air::field::Felt; 12] {
    use winter_crypto::hashers::Rp64_256;
    use winter_math::FieldElement;
    let mut state = std::array::from_fn(|lane| felt(100 + lane as u64));
    state[4..8].copy_from_slice(&felts(&digest));
    let linear = |state: &[dregg_air::field::Felt; 12]| {
        std::array::from_fn(|lane| {
            (0..12).fold(ZERO, |sum, other| sum + Rp64_256::INV_MDS[lane][other] * state[other])
        })
    };
    for round in (0..7).rev() {
        state.iter_mut().zip(Rp64_256::ARK2[round]).for_each(|(x, constant)| *x -= constant);
        state = linear(&state);
        state.iter_mut().for_each(|x| *x = x.exp(7));
        state.iter_mut().zip(Rp64_256::ARK1[round]).for_each(|(x, constant)| *x -= constant);
        state = linear(&state);
        // The inverse of 7 modulo p - 1.
        state.iter_mut().for_each(|x| *x = x.exp(10_540_996_611_094_048_183));
    }
    state
}
