//! What modules tell one another: typed tuples on one bus.
//!
//! Three laws hold here by construction. Every tuple that leaves a tree carries its tree or source; every kind of
//! commitment has a tag of its own; every claim is demanded by a public term, a node or nothing at all, and then the
//! bus does not balance. A tuple is made by the functions below only, so none can be without its origin.

use crate::field::{Felt, weighed_sum};
use winter_math::{ExtensionOf, FieldElement};

/// The kind of a tuple.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tag {
    /// A digest stands under a tree.
    Claim,
    /// A row of a lookup table: key and next state.
    Transition,
    /// A symbol at its place in the path.
    Path,
    /// A byte.
    Range,
    /// A fact from a source, of an instance, with a height.
    Fact,
    /// An atom of the program, as rows apply it.
    Rule,
    /// The value of a variable of an instance.
    Variable,
    /// An atom of the public program, to be loaded once.
    Program,
    /// A walk over a table ended in a class.
    Walk,
    /// The commitment of a hidden path.
    HiddenPath,
    /// The commitment of a hidden caller.
    HiddenCaller,
}

impl Tag {
    /// All tags.
    pub const ALL: [Tag; 11] = [
        Tag::Claim,
        Tag::Transition,
        Tag::Path,
        Tag::Range,
        Tag::Fact,
        Tag::Rule,
        Tag::Variable,
        Tag::Program,
        Tag::Walk,
        Tag::HiddenPath,
        Tag::HiddenCaller,
    ];

    /// The number that separates tuples of this kind from all others.
    pub const fn number(self) -> u64 {
        match self {
            Tag::Claim => 1,
            Tag::Transition => 2,
            Tag::Path => 3,
            Tag::Range => 4,
            Tag::Fact => 5,
            Tag::Rule => 6,
            Tag::Variable => 7,
            Tag::Program => 8,
            Tag::Walk => 9,
            Tag::HiddenPath => 10,
            Tag::HiddenCaller => 11,
        }
    }
}

/// The most coordinates of a tuple.
pub const COORDINATES: usize = 20;

/// A tuple with its coordinates.
#[derive(Clone, Copy, Debug)]
pub struct Tuple<B, const N: usize> {
    /// Its kind.
    pub tag: Tag,
    /// Its coordinates.
    pub coordinates: [B; N],
}

/// A digest under a tree.
#[inline(always)]
pub fn claim<B: Copy>(tree: B, [a, b, c, d]: [B; 4]) -> Tuple<B, 5> {
    Tuple { tag: Tag::Claim, coordinates: [tree, a, b, c, d] }
}

/// The commitment of a hidden path, with the number of its last block in the place of a tree.
#[inline(always)]
pub fn hidden_path<B: Copy>(last: B, [a, b, c, d]: [B; 4]) -> Tuple<B, 5> {
    Tuple { tag: Tag::HiddenPath, coordinates: [last, a, b, c, d] }
}

/// The commitment of a hidden caller; `tree` is whatever stands in the tree's column, zero in the public term.
#[inline(always)]
pub fn hidden_caller<B: Copy>(tree: B, [a, b, c, d]: [B; 4]) -> Tuple<B, 5> {
    Tuple { tag: Tag::HiddenCaller, coordinates: [tree, a, b, c, d] }
}

/// A row of the lookup table of a tree.
#[inline(always)]
pub fn transition<B: Copy>(tree: B, key: B, next: B) -> Tuple<B, 3> {
    Tuple { tag: Tag::Transition, coordinates: [tree, key, next] }
}

/// A symbol at a place of the path.
#[inline(always)]
pub fn path<B: Copy>(index: B, symbol: B) -> Tuple<B, 2> {
    Tuple { tag: Tag::Path, coordinates: [index, symbol] }
}

/// A byte.
#[inline(always)]
pub fn range<B: Copy>(byte: B) -> Tuple<B, 1> {
    Tuple { tag: Tag::Range, coordinates: [byte] }
}

/// The end of a walk over the rows of a tree.
#[inline(always)]
pub fn walk<B: Copy>(tree: B, class: B) -> Tuple<B, 2> {
    Tuple { tag: Tag::Walk, coordinates: [tree, class] }
}

/// The value of a variable of an instance.
#[inline(always)]
pub fn variable<B: Copy>(instance: B, variable: B, [a, b, c, d]: [B; 4]) -> Tuple<B, 6> {
    Tuple { tag: Tag::Variable, coordinates: [instance, variable, a, b, c, d] }
}

/// An atom as rows apply it: program counter, kind, source, predicate, last, variables, occurrences, constant.
#[inline(always)]
pub fn rule<B: Copy>(atom: [B; 17]) -> Tuple<B, 17> {
    Tuple { tag: Tag::Rule, coordinates: atom }
}

/// An atom of the public program, in the form of [`rule`].
#[inline(always)]
pub fn program<B: Copy>(atom: [B; 17]) -> Tuple<B, 17> {
    Tuple { tag: Tag::Program, coordinates: atom }
}

/// A fact: source, predicate, instance, height, arguments.
#[inline(always)]
pub fn fact<B: Copy>(source: B, predicate: B, instance: B, height: B, arguments: [B; 16]) -> Tuple<B, 20> {
    let mut coordinates = [source; 20];
    for (place, value) in
        coordinates.iter_mut().skip(1).zip([predicate, instance, height].into_iter().chain(arguments))
    {
        *place = value;
    }
    Tuple { tag: Tag::Fact, coordinates }
}

/// The fact that somebody is the caller: a fact without predicate, instance and height whose first argument is a cell.
/// Arguments that are zero add nothing to a denominator, so they are left out.
#[inline(always)]
pub fn caller<B: FieldElement<BaseField = Felt>>(source: u64, [a, b, c, d]: [B; 4]) -> Tuple<B, 8> {
    let source = B::from(Felt::new(source));
    Tuple { tag: Tag::Fact, coordinates: [source, B::ZERO, B::ZERO, B::ZERO, a, b, c, d] }
}

/// The most coordinates of a tuple among which a row chooses.
const CHOICE: usize = 8;

/// One of several tuples, by selectors of which at most one is set.
///
/// A denominator is linear in tag and coordinates, so the choice between denominators is the denominator of a choice
/// between coordinates, which are elements of the base field.
#[derive(Clone, Copy, Debug)]
pub struct Choice<B> {
    rest: B,
    tag: B,
    coordinates: [B; CHOICE],
}

impl<B: FieldElement<BaseField = Felt>> Choice<B> {
    /// This tuple where the selector is set.
    #[inline(always)]
    pub fn when<const N: usize>(selector: B, tuple: &Tuple<B, N>) -> Choice<B> {
        let none = Choice { rest: B::ONE, tag: B::ZERO, coordinates: [B::ZERO; CHOICE] };
        none.or_when(selector, tuple)
    }

    /// And this one where another selector is set.
    #[inline(always)]
    pub fn or_when<const N: usize>(self, selector: B, tuple: &Tuple<B, N>) -> Choice<B> {
        let rest = self.rest - selector;
        let tag = B::from(Felt::new(tuple.tag.number()));
        Choice { rest, ..self.with(selector, tag, tuple) }
    }

    /// And this one where no selector is set, its tag so much higher.
    #[inline(always)]
    pub fn otherwise<const N: usize>(self, tuple: &Tuple<B, N>, higher: B) -> Choice<B> {
        let tag = B::from(Felt::new(tuple.tag.number())) + higher;
        self.with(self.rest, tag, tuple)
    }

    #[inline(always)]
    fn with<const N: usize>(mut self, selector: B, tag: B, tuple: &Tuple<B, N>) -> Choice<B> {
        const { assert!(N <= CHOICE) };
        self.tag += selector * tag;
        for (sum, coordinate) in self.coordinates.iter_mut().zip(tuple.coordinates) {
            *sum += selector * coordinate;
        }
        self
    }
}

/// The challenges of the bus: a tuple's denominator is `alpha - tag - sum beta^(i+1) x_i`.
#[derive(Clone, Copy, Debug)]
pub struct Challenges<E> {
    alpha: E,
    powers: [E; COORDINATES],
}

impl<E: FieldElement<BaseField = Felt>> Challenges<E> {
    /// From the two random elements of the auxiliary segment.
    pub fn new(alpha: E, beta: E) -> Challenges<E> {
        let mut powers = [beta; COORDINATES];
        let mut power = beta;
        for slot in powers.iter_mut().skip(1) {
            power *= beta;
            *slot = power;
        }
        Challenges { alpha, powers }
    }

    /// The denominator of a tuple.
    #[inline(always)]
    pub fn denominator<B, const N: usize>(&self, tuple: &Tuple<B, N>) -> E
    where
        B: FieldElement<BaseField = Felt>,
        E: ExtensionOf<B>,
    {
        self.of(tuple.tag, &tuple.coordinates)
    }

    /// The denominator of the coordinates of a tag.
    #[inline(always)]
    pub fn of<B>(&self, tag: Tag, coordinates: &[B]) -> E
    where
        B: FieldElement<BaseField = Felt>,
        E: ExtensionOf<B>,
    {
        self.alpha - E::from(Felt::new(tag.number())) - self.weigh(coordinates)
    }

    /// The denominator of a choice.
    #[inline(always)]
    pub fn chosen<B>(&self, choice: &Choice<B>) -> E
    where
        B: FieldElement<BaseField = Felt>,
        E: ExtensionOf<B>,
    {
        self.alpha - E::from(choice.tag) - self.weigh(&choice.coordinates)
    }

    #[inline(always)]
    fn weigh<B>(&self, coordinates: &[B]) -> E
    where
        B: FieldElement<BaseField = Felt>,
        E: ExtensionOf<B>,
    {
        if B::EXTENSION_DEGREE == 1 {
            return weighed_sum(&self.powers, B::slice_as_base_elements(coordinates));
        }
        self.powers.iter().zip(coordinates).fold(E::ZERO, |sum, (power, x)| sum + power.mul_base(*x))
    }
}
