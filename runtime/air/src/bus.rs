//! The bus that joins the modules: LogUp fractions, a few a column, that sum to what the statement adds from outside.
//!
//! One function gives the terms of a row; the constraints, the builder of the auxiliary columns and the checker all use
//! it, so they cannot disagree. (Habock, "Multivariate lookups based on logarithmic derivatives", ePrint 2022/1530.)
//!
//! SOUNDNESS, why multiplicities need no check: for random challenges the sum is zero only if for every tuple the
//! multiplicities sum to zero. `Range` is provided by the table for `0..256` only. A `Claim` is consumed once by every
//! block of a kind that claims, so its provider is an authenticated node of the same tree or a public root. Every
//! `Program` atom is loaded exactly once. A `Rule` has providers only where it was loaded. The terms of a `Variable` all
//! lie in one instance, because instances count down. A `Fact` is provided by a head under its own instance number, or by
//! a record under its tree's source. `Path`, `Walk` and the commitments are demanded by the statement.

#![expect(clippy::indexing_slicing, reason = "columns and lanes are constants below the width")]

use crate::derivation::columns::{
    APPLY, ARGUMENTS, CONSTANT, GOAL, HEAD, HEIGHT, INSTANCE, KIND, LAST, LOAD, OCCURRENCES, PC, PREDICATE,
    PREMISE, SOURCE, TIMES, VARIABLES,
};
use crate::field::{Felt, constant};
use crate::frame::Frame;
use crate::hash::columns::{
    CALLER, CELL, DIGEST, FACT, GAP, HELD, ISSUED, ISSUED_END, NODE, PATH, RIGHT, ROWS, SECOND, STAKE, THIRD,
    TREE, USES,
};
use crate::inputs::Bounds;
use crate::range::columns::{BYTES, COUNT};
use crate::route::columns::{self as step, STEP};
use crate::source;
use crate::tuple::{self, Challenges, Choice, Tag};
use winter_math::{ExtensionOf, FieldElement};

/// A multiplicity and a denominator.
pub type Fraction<B, E> = (B, E);

/// The terms of a row, by the auxiliary column that holds their sum.
pub struct Terms<B, E> {
    /// The hash lane's first two tuples.
    pub hashes: [Fraction<B, E>; 2],
    /// Its third and fourth.
    pub rows: [Fraction<B, E>; 2],
    /// The first four bytes.
    pub low: [Fraction<B, E>; 4],
    /// The other bytes and the table.
    pub high: [Fraction<B, E>; 4],
    /// The variables of four arguments.
    pub variables: [Fraction<B, E>; 4],
    /// Atom, load, fact.
    pub rules: [Fraction<B, E>; 3],
    /// Transition, symbol, end of the walk.
    pub steps: [Fraction<B, E>; 3],
}

/// How many auxiliary columns hold sums of fractions besides the accumulator, which carries those of the steps.
pub const SUMS: usize = 6;

impl<B, E> Terms<B, E> {
    /// The terms by the number of the auxiliary column that holds their sum, those of the accumulator last.
    pub fn by_column(&self) -> [&[Fraction<B, E>]; SUMS + 1] {
        [&self.hashes, &self.rows, &self.low, &self.high, &self.variables, &self.rules, &self.steps]
    }
}

/// The terms of a row.
#[inline(always)]
pub fn terms<B, E>(bounds: &Bounds, frame: &Frame<'_, B>, challenges: &Challenges<E>) -> Terms<B, E>
where
    B: FieldElement<BaseField = Felt>,
    E: FieldElement<BaseField = Felt> + ExtensionOf<B>,
{
    let (hashes, rows) = hash_terms(frame, challenges);
    let (low, high) = range_terms(frame, challenges);
    Terms {
        hashes,
        rows,
        low,
        high,
        variables: variable_terms(frame, challenges),
        rules: rule_terms(bounds, frame, challenges),
        steps: step_terms(frame, challenges),
    }
}

fn four<B: Copy>(row: &[B], from: usize) -> [B; 4] {
    [row[from], row[from + 1], row[from + 2], row[from + 3]]
}

type Pair<B, E> = [Fraction<B, E>; 2];

#[inline(always)]
fn hash_terms<B, E>(frame: &Frame<'_, B>, challenges: &Challenges<E>) -> (Pair<B, E>, Pair<B, E>)
where
    B: FieldElement<BaseField = Felt>,
    E: FieldElement<BaseField = Felt> + ExtensionOf<B>,
{
    let (now, next, at) = (frame.now, frame.next, frame.at);
    let tree = now[TREE];
    let digest = four(now, DIGEST);
    let claim = tuple::claim(tree, digest);
    let block = (tree - constant(source::tree::PATH)).mul_base(Felt::new(4));
    let row = |lane: usize| tuple::transition(tree, now[DIGEST + 2 * lane], now[DIGEST + 2 * lane + 1]);
    let symbol = |lane: u64| tuple::path(block + constant(lane), now[DIGEST + lane as usize]);
    // Hidden paths and callers claim under tags of their own.
    let own_tag = now[PATH].mul_base(Felt::new(Tag::HiddenPath.number() - Tag::Claim.number()))
        + now[CALLER].mul_base(Felt::new(Tag::HiddenCaller.number() - Tag::Claim.number()));
    let first = Choice::when(at.first * now[ROWS], &row(0))
        .or_when(at.first * now[PATH], &symbol(0))
        .or_when(at.first * now[CALLER], &tuple::caller(source::HIDDEN_CALLER, digest))
        .or_when(at.last * now[CELL], &tuple::caller(source::CALLER, digest))
        .otherwise(&claim, own_tag);
    let provides = now[NODE] + now[ROWS] + now[PATH];
    let goes_on = next[ISSUED] + next[GAP];
    let claims = now[NODE]
        + now[ROWS]
        + now[STAKE]
        + now[ISSUED_END]
        + now[GAP]
        + now[CALLER]
        + now[SECOND] * (B::ONE - next[THIRD] - goes_on)
        + now[THIRD] * (B::ONE - goes_on)
        + now[PATH] * (B::ONE - next[PATH]);
    let times = at.first * (provides + now[CALLER]) * now[USES] + at.last * (now[CELL] * now[USES] - claims);
    let second = Choice::when(now[ROWS], &row(1))
        .or_when(now[PATH], &symbol(1))
        .otherwise(&tuple::claim(tree, four(now, RIGHT)), B::ZERO);
    let third = Choice::when(now[PATH], &symbol(2)).otherwise(&row(2), B::ZERO);
    let fourth = Choice::when(now[PATH], &symbol(3)).otherwise(&row(3), B::ZERO);
    let [first, second, third, fourth] =
        [first, second, third, fourth].map(|choice| challenges.chosen(&choice));
    let both = at.first * (now[ROWS] + now[PATH]);
    (
        [(times, first), (at.first * provides * now[USES + 1], second)],
        [(both * now[USES + 2], third), (both * now[USES + 3], fourth)],
    )
}

type Four<B, E> = [Fraction<B, E>; 4];

#[inline(always)]
fn range_terms<B, E>(frame: &Frame<'_, B>, challenges: &Challenges<E>) -> (Four<B, E>, Four<B, E>)
where
    B: FieldElement<BaseField = Felt>,
    E: FieldElement<BaseField = Felt> + ExtensionOf<B>,
{
    let now = frame.now;
    let byte = |place: usize| (-B::ONE, challenges.denominator(&tuple::range(now[BYTES + place])));
    let table = (now[COUNT], challenges.denominator(&tuple::range(frame.at.byte)));
    ([byte(0), byte(1), byte(2), byte(3)], [byte(4), byte(5), byte(6), table])
}

#[inline(always)]
fn variable_terms<B, E>(frame: &Frame<'_, B>, challenges: &Challenges<E>) -> Four<B, E>
where
    B: FieldElement<BaseField = Felt>,
    E: FieldElement<BaseField = Felt> + ExtensionOf<B>,
{
    let now = frame.now;
    let applies = APPLY.iter().fold(B::ZERO, |sum, column| sum + now[*column]);
    let argument = |place: usize| {
        let value = four(now, ARGUMENTS + 4 * place);
        let variable = tuple::variable(now[INSTANCE], now[VARIABLES + place], value);
        (now[OCCURRENCES + place] * applies, challenges.denominator(&variable))
    };
    [argument(0), argument(1), argument(2), argument(3)]
}

#[inline(always)]
fn rule_terms<B, E>(bounds: &Bounds, frame: &Frame<'_, B>, challenges: &Challenges<E>) -> [Fraction<B, E>; 3]
where
    B: FieldElement<BaseField = Felt>,
    E: FieldElement<BaseField = Felt> + ExtensionOf<B>,
{
    let (now, at) = (frame.now, frame.at);
    let applies = APPLY.iter().fold(B::ZERO, |sum, column| sum + now[*column]);
    let shows = now[CONSTANT] + now[LOAD];
    let mut atom = [now[PC]; 17];
    let header = [KIND, SOURCE, PREDICATE, LAST].into_iter().chain(VARIABLES..VARIABLES + 8);
    let constants = (0..4).map(|lane| shows * now[ARGUMENTS + lane]);
    for (place, value) in atom.iter_mut().skip(1).zip(header.map(|column| now[column]).chain(constants)) {
        *place = value;
    }
    const { assert!(OCCURRENCES == VARIABLES + 4) };
    let rule = challenges.denominator(&tuple::rule(atom));
    let load = rule - E::from(Felt::new(Tag::Program.number() - Tag::Rule.number()));
    let before = now[INSTANCE] - B::ONE - now[BYTES];
    let instance = now[HEAD] * now[INSTANCE] + (now[PREMISE] + now[GOAL]) * before;
    let height = now[HEAD] * now[HEIGHT]
        + now[PREMISE] * (now[HEIGHT] - B::ONE - now[BYTES + 1])
        + now[GOAL] * (constant::<B>(bounds.depth) - now[BYTES + 1]);
    let arguments = std::array::from_fn(|lane| now[ARGUMENTS + lane]);
    let fact = challenges.denominator(&tuple::fact(now[SOURCE], now[PREDICATE], instance, height, arguments));
    let gives = now[HEAD] + at.first * (now[FACT] + now[HELD] + now[STAKE]);
    [
        (now[LOAD] * now[TIMES] - applies, rule),
        (-now[LOAD], load),
        (gives * now[TIMES] - now[PREMISE] - now[GOAL], fact),
    ]
}

#[inline(always)]
fn step_terms<B, E>(frame: &Frame<'_, B>, challenges: &Challenges<E>) -> [Fraction<B, E>; 3]
where
    B: FieldElement<BaseField = Felt>,
    E: FieldElement<BaseField = Felt> + ExtensionOf<B>,
{
    let (now, next) = (frame.now, frame.next);
    // The interval is shown by its distances from the symbol, so its ends are no columns.
    let low = now[step::SYMBOL] - now[BYTES];
    let high = now[step::SYMBOL] + now[BYTES + 1];
    let key = now[step::STATE].mul_base(Felt::new(1 << 24)) + low.mul_base(Felt::new(1 << 12)) + high;
    let transition = tuple::transition(now[step::TREE], key, next[step::STATE]);
    let symbol = tuple::path(now[step::INDEX], now[step::SYMBOL]);
    let end = tuple::walk(now[step::TREE], next[step::STATE]);
    [
        (-now[STEP], challenges.denominator(&transition)),
        (-now[STEP], challenges.denominator(&symbol)),
        (now[STEP] * (B::ONE - next[STEP]), challenges.denominator(&end)),
    ]
}

/// `held * product of denominators - sum of each multiplicity times the other denominators`: zero if `held` is the sum
/// of the fractions.
#[inline(always)]
pub fn defect<B, E>(held: E, fractions: &[Fraction<B, E>]) -> E
where
    B: FieldElement<BaseField = Felt>,
    E: FieldElement<BaseField = Felt> + ExtensionOf<B>,
{
    let mut fractions = fractions.iter();
    let Some((times, denominator)) = fractions.next() else { return held };
    let (mut numerator, mut product) = (E::from(*times), *denominator);
    for (times, denominator) in fractions {
        numerator = numerator * *denominator + product.mul_base(*times);
        product *= *denominator;
    }
    held * product - numerator
}
