//! The AIR: the modules' constraints in one list, the auxiliary columns, the assertions, and what hides the witness.

use crate::bus::{self, SUMS};
use crate::derivation::{self, columns as event};
use crate::field::Felt;
use crate::frame::{Constraint, Frame, Out, Periodic, Row, WIDTH};
use crate::hash::{self, columns as lane};
use crate::identity;
use crate::inputs::{AccessInputs, Bounds};
use crate::mask::{Mask, Whole};
use crate::options::real_rows;
use crate::periodic::POINT;
use crate::record;
use crate::route;
use crate::tuple::Challenges;
use std::collections::BTreeMap;
use winter_air::{
    Air, AirContext, Assertion, AuxRandElements, EvaluationFrame, ProofOptions, TraceInfo,
    TransitionConstraintDegree,
};
use winter_crypto::hashers::Rp64_256;
use winter_math::{ExtensionOf, FieldElement, StarkField, fft};

/// The auxiliary column that accumulates the bus.
pub const ACCUMULATOR: usize = SUMS;
/// The uniform column that makes the DEEP polynomial uniform.
pub const BLIND: usize = ACCUMULATOR + 1;
/// The factor of the terms that blind the quotient.
pub const QUOTIENT_FACTOR: usize = BLIND + 1;
/// The first of the columns that blind the quotient's chunks.
pub const QUOTIENT_BLINDS: usize = QUOTIENT_FACTOR + 1;
/// How many there are: one less than the quotient has chunks.
pub const QUOTIENT_BLIND_COLUMNS: usize = 6;
/// How many auxiliary columns there are.
pub const AUXILIARY_WIDTH: usize = QUOTIENT_BLINDS + QUOTIENT_BLIND_COLUMNS;
/// How many random elements the auxiliary segment needs.
pub const RANDOM_ELEMENTS: usize = 2;
/// How many chunks the quotient is committed in.
pub const QUOTIENT_COLUMNS: usize = QUOTIENT_BLIND_COLUMNS + 1;

/// The tables of all modules, in the order in which constraints are numbered.
pub const TABLES: [&[Constraint]; 5] = [
    hash::constraints::CONSTRAINTS,
    record::constraints::CONSTRAINTS,
    identity::constraints::CONSTRAINTS,
    derivation::constraints::CONSTRAINTS,
    route::constraints::CONSTRAINTS,
];

/// How many constraints there are on main columns.
pub const MAIN_CONSTRAINTS: usize = {
    let mut count = 0;
    let mut table = 0;
    #[expect(clippy::indexing_slicing, reason = "bounded by the lengths, evaluated at compile time")]
    while table < TABLES.len() {
        let mut line = 0;
        while line < TABLES[table].len() {
            count += TABLES[table][line].count;
            line += 1;
        }
        table += 1;
    }
    count
};

/// The auxiliary constraints: name, degree in columns, and how many periodic factors.
pub const AUXILIARY_CONSTRAINTS: [(&str, usize, usize); SUMS + 2] = [
    ("bus.hashes", 5, 2),
    ("bus.rows", 5, 1),
    ("bus.low", 5, 1),
    ("bus.high", 4, 2),
    ("bus.variables", 5, 1),
    ("bus.rules", 7, 1),
    ("bus.steps", 4, 1),
    ("hiding.quotient", 2, QUOTIENT_BLIND_COLUMNS),
];

/// The names of the constraints on main columns, one each.
pub fn names() -> impl Iterator<Item = &'static str> {
    lines().map(|line| line.name)
}

fn lines() -> impl Iterator<Item = &'static Constraint> {
    TABLES.into_iter().flatten().flat_map(|line| std::iter::repeat_n(line, line.count))
}

/// All constraints on main columns, in order.
#[inline(always)]
pub fn main_constraints<M: Mask, E: FieldElement<BaseField = Felt>>(
    inputs: &AccessInputs<M>,
    frame: &Frame<'_, E>,
    result: &mut [E],
) {
    let (rounds, others) = result.split_at_mut(ROUND_CONSTRAINTS.min(result.len()));
    hash::constraints::round(frame, &mut Out::new(rounds));
    low_constraints(inputs, frame, others);
}

/// How many of the constraints on main columns, the first, are of a degree above [`LOW_DEGREE`].
pub const ROUND_CONSTRAINTS: usize = hash::constraints::ROUND;

/// The highest degree in columns of all others.
pub const LOW_DEGREE: usize = 3;

/// The constraints on main columns without those of a round.
#[inline(always)]
pub fn low_constraints<M: Mask, E: FieldElement<BaseField = Felt>>(
    inputs: &AccessInputs<M>,
    frame: &Frame<'_, E>,
    result: &mut [E],
) {
    let mut out = Out::new(result);
    hash::constraints::after_round(frame, &mut out);
    record::constraints::evaluate(frame, &mut out);
    identity::constraints::evaluate(frame, &mut out);
    derivation::constraints::evaluate(frame, &mut out);
    route::constraints::evaluate(&inputs.bounds, frame, &mut out);
}

/// A cell of the main trace whose value the statement fixes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fixed {
    /// The column.
    pub column: usize,
    /// The row.
    pub row: usize,
    /// The value.
    pub value: Felt,
}

/// The assertions on main columns: the trace begins with the goal, in no block that needs one before it, and nothing that
/// needs a row after it is on in the last row that counts, whose transitions are not checked.
///
/// Not fixed, because nothing would be gained: the goal's number (only differences of instances count), other blocks in the
/// first row and heads, loads and steps in the last one (they give nothing there).
pub fn fixed(real_rows: usize) -> Vec<Fixed> {
    let at = |column, row, value| Fixed { column, row, value: Felt::new(value) };
    let mut all = vec![at(event::HEAD, 0, 1), at(event::PC, 0, 1)];
    all.extend([lane::SECOND, lane::CELL, lane::CALLER, lane::PATH].map(|column| at(column, 0, 0)));
    let kinds = lane::KINDS.into_iter().filter(|kind| ![lane::SECRET, lane::CELL].contains(kind));
    let flags = kinds.chain(event::CONTINUE);
    all.extend(flags.map(|column| at(column, real_rows.saturating_sub(1), 0)));
    all
}

/// The assertions on the accumulator of the bus: row and whether it is there what the statement adds from outside, negated,
/// or zero. For a [`Mask`] they are numbered after those of [`fixed`].
pub fn fixed_sums(real_rows: usize) -> [(usize, bool); 2] {
    [(0, false), (real_rows.saturating_sub(1), true)]
}

/// The periodic columns in the order of their numbers ([`crate::periodic`]), as many rows as the trace has where they tell real rows from random ones.
pub fn periodic_columns(rows: usize, real_rows: usize) -> Vec<Vec<Felt>> {
    let one_where = |on: &dyn Fn(usize) -> bool| -> Vec<Felt> {
        (0..rows).map(|row| Felt::new(u64::from(on(row)))).collect()
    };
    let mut columns = vec![
        one_where(&|row| row < real_rows && row % 8 != 7),
        one_where(&|row| row < real_rows && row % 8 == 0),
        one_where(&|row| row + 1 < real_rows && row % 8 == 7),
        (0..256u64).map(Felt::new).collect(),
    ];
    let generator = Felt::get_root_of_unity(rows.ilog2());
    let points = std::iter::successors(Some(Felt::ONE), |point| Some(*point * generator));
    columns.push(points.take(rows).collect());
    for constants in [&Rp64_256::ARK1, &Rp64_256::ARK2] {
        for lane in 0..12 {
            let values = constants.iter().filter_map(|round| round.get(lane).copied());
            columns.push(values.chain([Felt::ZERO]).collect());
        }
    }
    columns
}

/// The trace's shape for so many rows.
pub fn trace_info(rows: usize) -> TraceInfo {
    TraceInfo::new_multi_segment(WIDTH, AUXILIARY_WIDTH, RANDOM_ELEMENTS, rows, Vec::new())
}

/// The AIR of the access statement.
pub struct AccessAir<M: Mask = Whole> {
    context: AirContext<Felt>,
    inputs: AccessInputs<M>,
    real_rows: usize,
}

impl<M: Mask> AccessAir<M> {
    /// The public inputs.
    pub fn inputs(&self) -> &AccessInputs<M> {
        &self.inputs
    }

    fn fixed(&self) -> impl Iterator<Item = Fixed> {
        let all = fixed(self.real_rows).into_iter().enumerate();
        all.filter(|(number, _)| !M::assertion(*number)).map(|(_, fixed)| fixed)
    }

    fn fixed_sums(&self) -> impl Iterator<Item = (usize, bool)> {
        let before = fixed(self.real_rows).len();
        let all = fixed_sums(self.real_rows).into_iter().enumerate();
        all.filter(move |(number, _)| !M::assertion(before + number)).map(|(_, sum)| sum)
    }
}

impl<M: Mask> Air for AccessAir<M> {
    type BaseField = Felt;
    type PublicInputs = AccessInputs<M>;

    fn new(trace: TraceInfo, inputs: AccessInputs<M>, options: ProofOptions) -> AccessAir<M> {
        let rows = trace.length();
        let real_rows = real_rows(rows.ilog2() as u8);
        let degree =
            |columns, periodic| TransitionConstraintDegree::with_cycles(columns, vec![rows; periodic]);
        let main = lines().map(|line| degree(line.degree, 1)).collect();
        let auxiliary =
            AUXILIARY_CONSTRAINTS.iter().map(|(_, columns, periodic)| degree(*columns, *periodic)).collect();
        let fixed = fixed(real_rows).len();
        let assertions = (0..fixed).filter(|number| !M::assertion(*number)).count();
        let sums = (fixed..fixed + 2).filter(|number| !M::assertion(*number)).count();
        let context = AirContext::new_multi_segment(trace, main, auxiliary, assertions, sums, options);
        AccessAir { context, inputs, real_rows }
    }

    fn context(&self) -> &AirContext<Felt> {
        &self.context
    }

    fn get_periodic_column_values(&self) -> Vec<Vec<Felt>> {
        periodic_columns(self.context.trace_len(), self.real_rows)
    }

    fn get_periodic_column_polys(&self) -> Vec<Vec<Felt>> {
        let mut polys = self.get_periodic_column_values();
        let mut twiddles: BTreeMap<usize, Vec<Felt>> = BTreeMap::new();
        for (number, column) in polys.iter_mut().enumerate() {
            if number == POINT {
                // The column is the point itself, so its polynomial is known.
                column.fill(Felt::ZERO);
                column.iter_mut().skip(1).take(1).for_each(|coefficient| *coefficient = Felt::ONE);
                continue;
            }
            let length = column.len();
            let twiddles = twiddles.entry(length).or_insert_with(|| fft::get_inv_twiddles(length));
            fft::interpolate_poly(column, twiddles);
        }
        polys
    }

    fn evaluate_transition<E: FieldElement<BaseField = Felt>>(
        &self,
        frame: &EvaluationFrame<E>,
        periodic: &[E],
        result: &mut [E],
    ) {
        let (Some(now), Some(next)) = (row(frame.current()), row(frame.next())) else { return };
        let at = Periodic::read(periodic);
        main_constraints(&self.inputs, &Frame { now, next, at: &at }, result);
        for (number, value) in result.iter_mut().enumerate() {
            if M::transition(number) {
                *value = E::ZERO;
            }
        }
    }

    fn evaluate_aux_transition<B, E>(
        &self,
        main: &EvaluationFrame<B>,
        auxiliary: &EvaluationFrame<E>,
        periodic: &[B],
        random: &AuxRandElements<E>,
        result: &mut [E],
    ) where
        B: FieldElement<BaseField = Felt>,
        E: FieldElement<BaseField = Felt> + ExtensionOf<B>,
    {
        let (Some(now), Some(next)) = (row(main.current()), row(main.next())) else { return };
        let (Some(held), Some(after)) = (auxiliary_row(auxiliary.current()), auxiliary_row(auxiliary.next()))
        else {
            return;
        };
        let Some(challenges) = challenges(random) else { return };
        let at = Periodic::read(periodic);
        let frame = Frame { now, next, at: &at };
        let defects = bus_defects(&self.inputs.bounds, &frame, &challenges, held, after);
        let mut power = at.point;
        for _ in 0..self.context.trace_len().ilog2() {
            power = power.square();
        }
        let hiding = quotient_blind(held, after, power);
        let values = defects.map(|defect| defect.mul_base(at.live)).into_iter().chain([hiding]);
        for (slot, value) in result.iter_mut().zip(values) {
            *slot = value;
        }
        for (number, value) in result.iter_mut().enumerate() {
            if M::transition(MAIN_CONSTRAINTS + number) {
                *value = E::ZERO;
            }
        }
    }

    fn get_assertions(&self) -> Vec<Assertion<Felt>> {
        self.fixed().map(|fixed| Assertion::single(fixed.column, fixed.row, fixed.value)).collect()
    }

    fn get_aux_assertions<E: FieldElement<BaseField = Felt>>(
        &self,
        random: &AuxRandElements<E>,
    ) -> Vec<Assertion<E>> {
        let outside = challenges(random).map_or(E::ZERO, |challenges| self.inputs.public_sum(&challenges));
        self.fixed_sums()
            .map(|(row, last)| Assertion::single(ACCUMULATOR, row, if last { -outside } else { E::ZERO }))
            .collect()
    }
}

/// What the auxiliary columns that hold sums, the accumulator last, lack in a row to be the sums of its terms.
#[inline(always)]
pub fn bus_defects<B, E>(
    bounds: &Bounds,
    frame: &Frame<'_, B>,
    challenges: &Challenges<E>,
    held: &[E; AUXILIARY_WIDTH],
    after: &[E; AUXILIARY_WIDTH],
) -> [E; SUMS + 1]
where
    B: FieldElement<BaseField = Felt>,
    E: FieldElement<BaseField = Felt> + ExtensionOf<B>,
{
    let terms = bus::terms(bounds, frame, challenges);
    let [hashes, rows, low, high, variables, rules, sum, ..] = *held;
    let parts = hashes + rows + low + high + variables + rules;
    let steps = after[ACCUMULATOR] - sum - parts;
    [
        bus::defect(hashes, &terms.hashes),
        bus::defect(rows, &terms.rows),
        bus::defect(low, &terms.low),
        bus::defect(high, &terms.high),
        bus::defect(variables, &terms.variables),
        bus::defect(rules, &terms.rules),
        bus::defect(steps, &terms.steps),
    ]
}

/// `V(x) R(x) sum x^(kN) R_k(gx)`: zero on the whole trace domain, with uniform `R` and `R_k`, so that the quotient's
/// chunks say nothing about the witness (`docs/zero-knowledge.md`). `power` is `x^N`.
#[inline(always)]
pub fn quotient_blind<B, E>(held: &[E; AUXILIARY_WIDTH], after: &[E; AUXILIARY_WIDTH], power: B) -> E
where
    B: FieldElement<BaseField = Felt>,
    E: FieldElement<BaseField = Felt> + ExtensionOf<B>,
{
    let blinds = after.iter().skip(QUOTIENT_BLINDS).take(QUOTIENT_BLIND_COLUMNS).rev();
    let sum = blinds.fold(E::ZERO, |sum, blind| sum.mul_base(power) + *blind);
    (sum * held[QUOTIENT_FACTOR]).mul_base(power - B::ONE)
}

#[inline(always)]
fn row<E>(values: &[E]) -> Option<&Row<E>> {
    values.first_chunk()
}

#[inline(always)]
fn auxiliary_row<E>(values: &[E]) -> Option<&[E; AUXILIARY_WIDTH]> {
    values.first_chunk()
}

/// The bus's challenges, if there are as many random elements as there should be.
pub fn challenges<E: FieldElement<BaseField = Felt>>(random: &AuxRandElements<E>) -> Option<Challenges<E>> {
    match random.rand_elements() {
        [alpha, beta] => Some(Challenges::new(*alpha, *beta)),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
