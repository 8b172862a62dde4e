//! Laying cycles out: eight rows each, from the state before the permutation to the one after it.

use super::columns::{KINDS, STATE, TREE, USES};
use crate::field::{Felt, felts};
use crate::trace::Columns;
use dregg_commit::Digest;
use dregg_commit::hash::RATE;
use dregg_commit::record::Preimage;
use winter_crypto::hashers::Rp64_256;

/// Rows of a cycle.
pub const ROWS: usize = crate::options::CYCLE_ROWS;

/// A state before its permutation.
pub type State = [Felt; 12];

/// One cycle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cycle {
    /// The state before the permutation.
    pub state: State,
    /// The column of its kind.
    pub kind: usize,
    /// Its tree, or zero.
    pub tree: u64,
    /// How often each of its tuples is used.
    pub uses: [Felt; 4],
    /// The row of the cycle in which they are provided: 0 or 7.
    pub at: usize,
}

impl Cycle {
    /// A cycle that provides nothing.
    pub fn new(state: State, kind: usize, tree: u64) -> Cycle {
        Cycle { state, kind, tree, uses: [Felt::new(0); 4], at: 0 }
    }

    /// The same, providing its tuples so often in its first row.
    pub fn providing(self, uses: [u64; 4]) -> Cycle {
        Cycle { uses: uses.map(Felt::new), at: 0, ..self }
    }
}

/// The state that begins a hash.
pub fn state(capacity: [u64; 4], block: [u64; RATE]) -> State {
    let mut state = [Felt::new(0); 12];
    for (slot, value) in state.iter_mut().zip(capacity.into_iter().chain(block)) {
        *slot = Felt::new(value);
    }
    state
}

/// The states before each permutation of a hash.
pub fn states(preimage: &Preimage) -> Vec<State> {
    let mut states = Vec::new();
    for block in preimage.blocks() {
        let next = match states.last() {
            None => state(preimage.capacity(), *block),
            Some(before) => next_state(before, *block),
        };
        states.push(next);
    }
    states
}

/// The state before the permutation of the next block.
pub fn next_state(before: &State, block: [u64; RATE]) -> State {
    let mut state = *before;
    Rp64_256::apply_permutation(&mut state);
    for (slot, value) in state.iter_mut().skip(4).zip(block) {
        *slot = Felt::new(value);
    }
    state
}

/// The digest after the permutation of a state.
pub fn digest_after(state: &State) -> Digest {
    let mut state = *state;
    Rp64_256::apply_permutation(&mut state);
    let mut digest = [Felt::new(0); 4];
    for (slot, element) in digest.iter_mut().zip(state.iter().skip(4)) {
        *slot = *element;
    }
    crate::field::digest(digest)
}

/// The state of an inner node.
pub fn node_state(left: &Digest, right: &Digest) -> State {
    let mut state = state([RATE as u64, 0, 0, 0], [0; RATE]);
    for (slot, element) in state.iter_mut().skip(4).zip(felts(left).into_iter().chain(felts(right))) {
        *slot = element;
    }
    state
}

/// Writes the rows of a permutation into the cycle of this number.
pub fn put_state(columns: &mut Columns, cycle: usize, mut state: State) {
    for row in 0..ROWS {
        for (lane, element) in state.iter().enumerate() {
            columns.set(STATE + lane, cycle * ROWS + row, *element);
        }
        if row + 1 < ROWS {
            Rp64_256::apply_round(&mut state, row);
        }
    }
}

/// Writes a cycle.
pub fn put(columns: &mut Columns, number: usize, cycle: &Cycle) {
    put_state(columns, number, cycle.state);
    for row in number * ROWS..(number + 1) * ROWS {
        for kind in KINDS {
            columns.set(kind, row, Felt::new(u64::from(kind == cycle.kind)));
        }
        columns.set(TREE, row, Felt::new(cycle.tree));
    }
    for (place, uses) in cycle.uses.iter().enumerate() {
        columns.set(USES + place, number * ROWS + cycle.at, *uses);
    }
}
