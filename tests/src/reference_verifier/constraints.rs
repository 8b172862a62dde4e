//! What a proof is about, and what its constraints say at the point out of the domain.

use super::field::{Base, Cubic, value_on_coset};

/// Parameters of a proof; the extension is cubic, the batching linear, the hash BLAKE3.
#[derive(Clone, Debug)]
pub struct Options {
    /// Positions drawn.
    pub queries: usize,
    /// Length of the evaluation domain by that of the trace.
    pub blowup: usize,
    /// Bits of work.
    pub grinding: u32,
    /// Length of a layer by that of the next.
    pub folding: usize,
    /// Largest degree of the last polynomial.
    pub remainder_degree: usize,
}

/// The sizes of a statement.
#[derive(Clone, Debug)]
pub struct Shape {
    /// Columns of the main segment.
    pub main_width: usize,
    /// Columns of the auxiliary segment.
    pub aux_width: usize,
    /// Challenges for the auxiliary segment.
    pub randoms: usize,
    /// The trace has 2 to this power rows.
    pub log2_rows: u32,
    /// Transition constraints of both segments.
    pub transitions: usize,
    /// Assertions about both segments.
    pub assertions: usize,
    /// Columns of the quotient.
    pub quotient_columns: usize,
    /// Rows at the end on which transitions need not hold.
    pub exempt: usize,
    /// The parameters.
    pub options: Options,
}

impl Shape {
    /// Rows of the trace.
    pub fn rows(&self) -> usize {
        1 << self.log2_rows
    }

    /// Points of the evaluation domain.
    pub fn domain(&self) -> usize {
        self.options.blowup << self.log2_rows
    }

    /// Base field elements in a leaf of each segment and of the quotient.
    pub fn leaf_widths(&self) -> Vec<usize> {
        let widths = [self.main_width, 3 * self.aux_width, 3 * self.quotient_columns];
        widths.into_iter().filter(|width| *width > 0).collect()
    }

    /// How often the domain is folded.
    pub fn layers(&self) -> usize {
        let end = (self.options.remainder_degree + 1) * self.options.blowup;
        let sizes = std::iter::successors(Some(self.domain()), |size| Some(size / self.options.folding));
        sizes.take_while(|size| *size > end).count()
    }
}

/// That a cell holds a value.
#[derive(Clone, Copy, Debug)]
pub struct Assertion {
    /// Whether the cell is in the auxiliary segment.
    pub aux: bool,
    /// Its column there.
    pub column: usize,
    /// Its row.
    pub row: usize,
    /// The value.
    pub value: Cubic,
}

/// A statement to verify.
pub trait Statement {
    /// Its sizes.
    fn shape(&self) -> Shape;

    /// Its public inputs.
    fn public(&self) -> Vec<Base>;

    /// Values of periodic columns, a period each.
    fn periodic(&self) -> Vec<Vec<Base>>;

    /// Values of the transition constraints, those of the main segment first, where all columns have the values `now` and
    /// in the next row `next`.
    fn transitions(&self, now: &[Cubic], next: &[Cubic], periodic: &[Cubic], randoms: &[Cubic])
    -> Vec<Cubic>;

    /// The assertions, in any order.
    fn assertions(&self, randoms: &[Cubic]) -> Vec<Assertion>;
}

/// The value of the quotient that the constraints demand at a point, from the values of the columns there and at the next.
/// Coefficients are those of the transitions, then those of the assertions.
pub fn demanded(
    statement: &impl Statement,
    [now, next]: [&[Cubic]; 2],
    randoms: &[Cubic],
    coefficients: &[Cubic],
    at: Cubic,
) -> Cubic {
    let shape = statement.shape();
    let (rows, generator) = (shape.rows() as u64, Base::root_of_unity(shape.log2_rows));
    let periodic: Vec<Cubic> = statement
        .periodic()
        .into_iter()
        .map(|values| {
            let values: Vec<Cubic> = values.into_iter().map(Cubic::from).collect();
            value_on_coset(&values, Base::ONE, at.power(rows / values.len() as u64))
        })
        .collect();
    let transitions = statement.transitions(now, next, &periodic, randoms);
    assert_eq!(transitions.len(), shape.transitions);
    let (of_transitions, of_assertions) = coefficients.split_at(shape.transitions);
    let combined: Cubic =
        transitions.iter().zip(of_transitions).map(|(value, factor)| *value * *factor).sum();
    let exempt = (1..=shape.exempt as u64).map(|back| at - generator.power(rows - back).into());
    let exempt = exempt.fold(Cubic::ONE, |product, factor| product * factor);
    let mut quotient = combined * exempt * (at.power(rows) - Cubic::ONE).inverse();
    let mut assertions = statement.assertions(randoms);
    assert_eq!(assertions.len(), shape.assertions);
    assertions.sort_by_key(|assertion| (assertion.aux, assertion.row, assertion.column));
    for (assertion, factor) in assertions.iter().zip(of_assertions) {
        let column = assertion.column + if assertion.aux { shape.main_width } else { 0 };
        let divisor = at - generator.power(assertion.row as u64).into();
        quotient = quotient + (now[column] - assertion.value) * *factor * divisor.inverse();
    }
    quotient
}
