//! The AIR with one thing left out, chosen a thread at a time.

use dregg_air::air::names;
use dregg_air::inputs::AccessInputs;
use dregg_air::mask::Mask;
use dregg_air::tuple::Tag;
use std::cell::Cell;
use std::marker::PhantomData;

/// What is left out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Without {
    /// Nothing.
    #[default]
    Nothing,
    /// The transition constraint of this number, main ones first.
    Transition(usize),
    /// The assertion of this number, main ones first.
    Assertion(usize),
    /// The statement's own tuples of this kind.
    Public(Tag),
}

thread_local! {
    static WITHOUT: Cell<Without> = const { Cell::new(Without::Nothing) };
}

/// The mask that leaves out what [`without`] says, in the same thread.
#[derive(Clone, Copy, Debug)]
pub struct Deleted;

impl Mask for Deleted {
    #[inline]
    fn transition(index: usize) -> bool {
        WITHOUT.get() == Without::Transition(index)
    }

    #[inline]
    fn assertion(index: usize) -> bool {
        WITHOUT.get() == Without::Assertion(index)
    }

    fn public(tag: Tag) -> bool {
        WITHOUT.get() == Without::Public(tag)
    }
}

/// Does something with a part of the AIR left out.
pub fn without<T>(what: Without, act: impl FnOnce() -> T) -> T {
    WITHOUT.set(what);
    let result = act();
    WITHOUT.set(Without::Nothing);
    result
}

/// The same public inputs under another mask.
pub fn masked<M: Mask, N: Mask>(inputs: &AccessInputs<M>) -> AccessInputs<N> {
    AccessInputs {
        context: inputs.context,
        roots: inputs.roots.clone(),
        path: inputs.path.clone(),
        walks: inputs.walks.clone(),
        hidden_caller: inputs.hidden_caller,
        program: inputs.program.clone(),
        bounds: inputs.bounds,
        mask: PhantomData,
    }
}

/// The number of the constraint at a place of the line of a name.
pub fn number_of(name: &str, place: usize) -> usize {
    let mut numbers = names().enumerate().filter(|(_, other)| *other == name).map(|(number, _)| number);
    numbers.nth(place).unwrap_or_else(|| panic!("no constraint {name}[{place}]"))
}
