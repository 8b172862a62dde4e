//! The constraints over the whole evaluation domain, combined into the values of one polynomial.
//!
//! The same values as winterfell's own evaluator gives, in less time. What constraints of a low degree come to is
//! evaluated at every other point and extended from there; sums of products are reduced once; the constraints of a round
//! are combined before they are evaluated ([`super::rounds`]); periodic columns are kept as long as they are.

#![expect(clippy::indexing_slicing, reason = "all columns here are as long as the domain or a divisor of it")]

use super::rounds::Rounds;
use dregg_air::AccessAir;
use dregg_air::air::{
    AUXILIARY_WIDTH, LOW_DEGREE, MAIN_CONSTRAINTS, ROUND_CONSTRAINTS, bus_defects, challenges,
    low_constraints, quotient_blind,
};
use dregg_air::field::{Felt, weighed_sum};
use dregg_air::frame::{Frame, Periodic};
use dregg_air::mask::Mask;
use dregg_air::options::BLOWUP;
use dregg_air::periodic::{BYTE, CONSTANTS, FIRST, LANES, LAST, POINT, ROUND};
use dregg_air::tuple::Challenges;
use winter_air::{
    Air, AuxRandElements, BoundaryConstraintGroup, ConstraintCompositionCoefficients, EvaluationFrame,
};
use winter_math::{ExtensionOf, FieldElement, StarkField, batch_inversion, fft};
use winter_prover::{CompositionPolyTrace, ConstraintEvaluator, StarkDomain, TraceLde};

/// Of so many points one is enough for constraints of a low degree.
const SPARSE: usize = 2;
const _: () = assert!((LOW_DEGREE + 1) * SPARSE <= BLOWUP, "one of the degrees is that of a periodic column");

/// What is needed besides the trace.
pub(super) struct Evaluator<'a, M: Mask, E: FieldElement<BaseField = Felt>> {
    air: &'a AccessAir<M>,
    random: Option<AuxRandElements<E>>,
    coefficients: ConstraintCompositionCoefficients<E>,
}

impl<'a, M: Mask, E: FieldElement<BaseField = Felt>> Evaluator<'a, M, E> {
    pub(super) fn new(
        air: &'a AccessAir<M>,
        random: Option<AuxRandElements<E>>,
        mut coefficients: ConstraintCompositionCoefficients<E>,
    ) -> Evaluator<'a, M, E> {
        for (number, coefficient) in coefficients.transition.iter_mut().enumerate() {
            if M::transition(number) {
                *coefficient = E::ZERO;
            }
        }
        Evaluator { air, random, coefficients }
    }
}

impl<M: Mask, E: FieldElement<BaseField = Felt>> ConstraintEvaluator<E> for Evaluator<'_, M, E> {
    type Air = AccessAir<M>;

    fn evaluate<T: TraceLde<E>>(self, trace: &T, domain: &StarkDomain<Felt>) -> CompositionPolyTrace<E> {
        let size = domain.ce_domain_size();
        let Some(challenges) = self.random.as_ref().and_then(challenges) else {
            return CompositionPolyTrace::new(vec![E::ZERO; size]);
        };
        let points = Points::new(domain);
        let pass = Pass::new(&self, challenges, &points);
        let boundaries = self.boundaries(&points);
        let mut low = Vec::with_capacity(size / SPARSE);
        let mut sums = Vec::with_capacity(size);
        let mut bounds: Vec<Vec<E>> = boundaries.iter().map(|_| Vec::with_capacity(size)).collect();
        let mut main = EvaluationFrame::new(trace.trace_info().main_trace_width());
        let mut auxiliary = EvaluationFrame::new(trace.trace_info().aux_segment_width());
        let mut values = [Felt::ZERO; MAIN_CONSTRAINTS - ROUND_CONSTRAINTS];
        let mut at = pass.nothing();
        for step in 0..size {
            trace.read_main_trace_frame_into(step, &mut main);
            trace.read_aux_trace_frame_into(step, &mut auxiliary);
            let (Some(now), Some(next)) = (main.current().first_chunk(), main.next().first_chunk()) else {
                break;
            };
            let (Some(held), Some(after)) =
                (auxiliary.current().first_chunk(), auxiliary.next().first_chunk())
            else {
                break;
            };
            pass.read(step, &mut at);
            let frame = Frame { now, next, at: &at };
            if step % SPARSE == 0 {
                low_constraints(self.air.inputs(), &frame, &mut values);
                low.push(weighed_sum(pass.low, &values));
            }
            sums.push(pass.high(step, &frame, held, after));
            for (sums, boundary) in bounds.iter_mut().zip(&boundaries) {
                sums.push(boundary.evaluate(now, held));
            }
        }
        extend(&mut sums, low, &points);
        points.divide(sums, &bounds, &boundaries)
    }
}

/// What is the same in all rows.
struct Pass<'a, M: Mask, E: FieldElement<BaseField = Felt>> {
    air: &'a AccessAir<M>,
    challenges: Challenges<E>,
    rounds: Rounds<E>,
    /// Coefficients of the constraints of low degree.
    low: &'a [E],
    /// Coefficients of the constraints on auxiliary columns.
    auxiliary: &'a [E],
    /// Periodic columns over their own part of the domain.
    periodic: Vec<Vec<Felt>>,
    /// `x^N` where it differs.
    powers: Vec<Felt>,
}

impl<'a, M: Mask, E: FieldElement<BaseField = Felt>> Pass<'a, M, E> {
    fn new(evaluator: &'a Evaluator<'_, M, E>, challenges: Challenges<E>, points: &Points) -> Pass<'a, M, E> {
        let transition = &evaluator.coefficients.transition;
        let (main, auxiliary) = transition.split_at(MAIN_CONSTRAINTS.min(transition.len()));
        let (rounds, low) = main.split_at(ROUND_CONSTRAINTS.min(main.len()));
        let polys = evaluator.air.get_periodic_column_polys();
        let periodic: Vec<Vec<Felt>> = polys
            .iter()
            .enumerate()
            .map(|(number, poly)| if number == POINT { Vec::new() } else { points.periodic(poly) })
            .collect();
        let places = periodic.get(CONSTANTS).map_or(0, Vec::len);
        let constants: Vec<[[Felt; 12]; 2]> = (0..places)
            .map(|place| {
                [0, LANES].map(|from| std::array::from_fn(|lane| periodic[CONSTANTS + from + lane][place]))
            })
            .collect();
        let rounds = rounds.first_chunk().copied().unwrap_or([E::ZERO; ROUND_CONSTRAINTS]);
        Pass {
            air: evaluator.air,
            challenges,
            rounds: Rounds::new(rounds, &constants),
            low,
            auxiliary,
            periodic,
            powers: points.powers(),
        }
    }

    /// The periodic values before any is read; round constants are never.
    fn nothing(&self) -> Periodic<Felt> {
        Periodic::read(&[])
    }

    #[inline(always)]
    fn read(&self, step: usize, at: &mut Periodic<Felt>) {
        let value = |number: usize| self.periodic[number][step % self.periodic[number].len()];
        at.round = value(ROUND);
        at.first = value(FIRST);
        at.last = value(LAST);
        at.live = at.round + at.last;
        at.byte = value(BYTE);
    }

    /// The constraints of a round and those on auxiliary columns.
    #[inline(always)]
    fn high(
        &self,
        step: usize,
        frame: &Frame<'_, Felt>,
        held: &[E; AUXILIARY_WIDTH],
        after: &[E; AUXILIARY_WIDTH],
    ) -> E {
        let rounds = self.rounds.evaluate(frame.now, frame.next, step).mul_base(frame.at.round);
        let defects = bus_defects(&self.air.inputs().bounds, frame, &self.challenges, held, after);
        let (sums, blind) = self.auxiliary.split_at(defects.len());
        let defects = sums.iter().zip(defects).fold(E::ZERO, |sum, (weight, defect)| sum + *weight * defect);
        let power = self.powers[step % self.powers.len()];
        let blind =
            blind.iter().fold(E::ZERO, |sum, weight| sum + *weight * quotient_blind(held, after, power));
        rounds + defects.mul_base(frame.at.live) + blind
    }
}

/// The evaluation domain.
struct Points {
    rows: usize,
    offset: Felt,
    generator: Felt,
    all: Vec<Felt>,
}

impl Points {
    fn new(domain: &StarkDomain<Felt>) -> Points {
        Points {
            rows: domain.trace_length(),
            offset: domain.offset(),
            generator: domain.ce_domain_generator(),
            all: (0..domain.ce_domain_size()).map(|step| domain.get_ce_x_at(step)).collect(),
        }
    }

    fn blowup(&self) -> usize {
        self.all.len() / self.rows
    }

    /// `x^N`, which repeats.
    fn powers(&self) -> Vec<Felt> {
        let exponent = self.rows as u64;
        self.all.iter().take(self.blowup()).map(|point| point.exp(exponent)).collect()
    }

    /// A periodic column over the part of the domain after which it repeats.
    fn periodic(&self, poly: &[Felt]) -> Vec<Felt> {
        let cycles = (self.rows / poly.len()) as u64;
        fft::evaluate_poly_with_offset(
            poly,
            &fft::get_twiddles(poly.len()),
            self.offset.exp(cycles),
            self.blowup(),
        )
    }

    /// Divides everything by what it is zero on.
    fn divide<E: FieldElement<BaseField = Felt>>(
        &self,
        mut sums: Vec<E>,
        bounds: &[Vec<E>],
        boundaries: &[Boundary<E>],
    ) -> CompositionPolyTrace<E> {
        let vanishing: Vec<Felt> = self.powers().into_iter().map(|power| power - Felt::ONE).collect();
        let vanishing = batch_inversion(&vanishing);
        let last = Felt::get_root_of_unity(self.rows.ilog2()).exp(self.rows as u64 - 1);
        for ((step, sum), point) in sums.iter_mut().enumerate().zip(&self.all) {
            *sum = sum.mul_base((*point - last) * vanishing[step % vanishing.len()]);
        }
        for (values, boundary) in bounds.iter().zip(boundaries) {
            for ((sum, value), inverse) in sums.iter_mut().zip(values).zip(&boundary.inverses) {
                *sum += value.mul_base(*inverse);
            }
        }
        CompositionPolyTrace::new(sums)
    }
}

/// Adds to all values those of a polynomial of which only every other one is known.
fn extend<E: FieldElement<BaseField = Felt>>(sums: &mut [E], known: Vec<E>, points: &Points) {
    for (sum, value) in sums.iter_mut().step_by(SPARSE).zip(&known) {
        *sum += *value;
    }
    let mut poly = known;
    let size = poly.len();
    fft::interpolate_poly_with_offset(&mut poly, &fft::get_inv_twiddles(size), points.offset);
    let shift = points.offset * points.generator;
    let mut power = Felt::ONE;
    for coefficient in &mut poly {
        *coefficient = coefficient.mul_base(power);
        power *= shift;
    }
    fft::evaluate_poly(&mut poly, &fft::get_twiddles(size));
    for (sum, value) in sums.iter_mut().skip(1).step_by(SPARSE).zip(poly) {
        *sum += value;
    }
}

/// What the assertions about one row come to.
struct Boundary<E> {
    main: Columns<E>,
    auxiliary: Columns<E>,
    /// What the asserted values add.
    constant: E,
    /// Of the distances of all points to the row's.
    inverses: Vec<Felt>,
}

/// Columns with the coefficients of the assertions about them.
struct Columns<E> {
    numbers: Vec<usize>,
    weights: Vec<E>,
}

/// Values that are gathered at once.
const ASSERTED: usize = 32;

impl<E: FieldElement<BaseField = Felt>> Boundary<E> {
    #[inline(always)]
    fn evaluate(&self, main: &[Felt], auxiliary: &[E]) -> E {
        let mut sum = -self.constant;
        let (numbers, weights) = (self.main.numbers.chunks(ASSERTED), self.main.weights.chunks(ASSERTED));
        for (numbers, weights) in numbers.zip(weights) {
            let mut values = [Felt::ZERO; ASSERTED];
            for (value, number) in values.iter_mut().zip(numbers) {
                *value = main[*number];
            }
            sum += weighed_sum(weights, &values);
        }
        let numbers = self.auxiliary.numbers.iter().zip(&self.auxiliary.weights);
        numbers.fold(sum, |sum, (number, weight)| sum + *weight * auxiliary[*number])
    }
}

impl<M: Mask, E: FieldElement<BaseField = Felt>> Evaluator<'_, M, E> {
    fn boundaries(&self, points: &Points) -> Vec<Boundary<E>> {
        let all = self.air.get_boundary_constraints(self.random.as_ref(), &self.coefficients.boundary);
        let mut boundaries: Vec<(Felt, Boundary<E>)> = Vec::new();
        for group in all.main_constraints() {
            let (columns, constant) = columns(group);
            let boundary = Boundary { main: columns, ..Boundary::at(root(group), points) };
            boundaries.push((root(group), Boundary { constant, ..boundary }));
        }
        for group in all.aux_constraints() {
            let (columns, constant) = columns(group);
            let root = root(group);
            if !boundaries.iter().any(|(other, _)| *other == root) {
                boundaries.push((root, Boundary::at(root, points)));
            }
            for (_, boundary) in boundaries.iter_mut().filter(|(other, _)| *other == root) {
                boundary.auxiliary.numbers.extend(&columns.numbers);
                boundary.auxiliary.weights.extend(&columns.weights);
                boundary.constant += constant;
            }
        }
        boundaries.into_iter().map(|(_, boundary)| boundary).collect()
    }
}

impl<E: FieldElement<BaseField = Felt>> Boundary<E> {
    /// Without any assertion yet.
    fn at(root: Felt, points: &Points) -> Boundary<E> {
        let none = || Columns { numbers: Vec::new(), weights: Vec::new() };
        let distances: Vec<Felt> = points.all.iter().map(|point| *point - root).collect();
        Boundary { main: none(), auxiliary: none(), constant: E::ZERO, inverses: batch_inversion(&distances) }
    }
}

/// The point of the row that a group of assertions is about.
fn root<F, E>(group: &BoundaryConstraintGroup<F, E>) -> Felt
where
    F: FieldElement<BaseField = Felt>,
    E: FieldElement<BaseField = Felt> + ExtensionOf<F>,
{
    // Every assertion is about a single row, so the divisor is `x` less its point.
    group.divisor().numerator().first().map_or(Felt::ONE, |(_, root)| *root)
}

/// The columns of a group with their coefficients, and the sum of coefficients times values.
fn columns<F, E>(group: &BoundaryConstraintGroup<F, E>) -> (Columns<E>, E)
where
    F: FieldElement<BaseField = Felt>,
    E: FieldElement<BaseField = Felt> + ExtensionOf<F>,
{
    let constraints = group.constraints().iter();
    let value = |poly: &[F]| poly.first().copied().unwrap_or(F::ZERO);
    let constant = constraints.clone().fold(E::ZERO, |sum, one| sum + one.cc().mul_base(value(one.poly())));
    let (numbers, weights) = constraints.map(|one| (one.column(), *one.cc())).unzip();
    (Columns { numbers, weights }, constant)
}

#[cfg(test)]
mod tests;
