//! A partial deterministic automaton over path symbols, as sorted interval rows grouped by state.
//!
//! Here: the container that subset construction fills, minimisation shrinks and the edge order reads. Not here: any
//! algorithm over it; see [`super::minimal`] and [`super::order`].
#![expect(clippy::indexing_slicing, reason = "states are numbered by this module as they are pushed")]

/// No accept label.
const REJECT: u32 = u32::MAX;

/// One transition of some state: on any symbol of `lo..=hi` go to `next`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Step {
    /// The first symbol.
    pub lo: u8,
    /// The last symbol.
    pub hi: u8,
    /// The state entered.
    pub next: u32,
}

/// Appends a step; if it goes on where the last one of the slice that begins at `from` ends, widens that one.
pub(super) fn append(steps: &mut Vec<Step>, from: usize, step: Step) {
    if steps.len() > from
        && let Some(last) = steps.last_mut()
        && last.next == step.next
        && u16::from(last.hi) + 1 == u16::from(step.lo)
    {
        last.hi = step.hi;
        return;
    }
    steps.push(step);
}

impl Default for Transitions {
    fn default() -> Transitions {
        Transitions::new()
    }
}

/// The automaton. State 0 is the start, if there is any state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Transitions {
    /// Where the steps of each state begin; one entry more than there are states.
    first: Vec<u32>,
    /// The steps of all states, in each state sorted and disjoint, neighbours with one target merged.
    steps: Vec<Step>,
    /// What each state accepts with.
    accept: Vec<u32>,
}

impl Transitions {
    /// No states.
    pub fn new() -> Transitions {
        Transitions { first: vec![0], steps: Vec::new(), accept: Vec::new() }
    }

    /// Adds the state with the next number. `steps` are sorted by symbol and disjoint.
    pub fn push(&mut self, accept: Option<u32>, steps: impl IntoIterator<Item = Step>) {
        let from = self.steps.len();
        for step in steps {
            append(&mut self.steps, from, step);
        }
        self.first.push(u32::try_from(self.steps.len()).unwrap_or(u32::MAX));
        self.accept.push(accept.unwrap_or(REJECT));
    }

    /// As [`Transitions::push`], for steps whose neighbours with one target are merged already.
    pub fn push_merged(&mut self, accept: Option<u32>, steps: &[Step]) {
        self.steps.extend_from_slice(steps);
        self.first.push(u32::try_from(self.steps.len()).unwrap_or(u32::MAX));
        self.accept.push(accept.unwrap_or(REJECT));
    }

    /// How many states there are.
    pub fn len(&self) -> usize {
        self.accept.len()
    }

    /// How many steps there are in all.
    pub fn steps(&self) -> usize {
        self.steps.len()
    }

    /// The state numbers.
    pub fn states(&self) -> std::ops::Range<u32> {
        0..u32::try_from(self.accept.len()).unwrap_or(u32::MAX)
    }

    /// The steps of one state, by symbol.
    pub fn of(&self, state: u32) -> &[Step] {
        &self.steps[self.first[state as usize] as usize..self.first[state as usize + 1] as usize]
    }

    /// What a path that ends in this state is accepted with.
    pub fn accept(&self, state: u32) -> Option<u32> {
        Some(self.accept[state as usize]).filter(|&label| label != REJECT)
    }

    /// Where a symbol leads.
    pub fn step(&self, state: u32, symbol: u8) -> Option<u32> {
        let steps = self.of(state);
        let after = steps.partition_point(|step| step.lo <= symbol);
        let step = steps.get(after.checked_sub(1)?)?;
        (symbol <= step.hi).then_some(step.next)
    }
}
