//! A second verifier, slow and plain, that shares nothing with the first: own field, hashing of transcripts, openings,
//! low-degree test and check out of the domain. The two must agree on every proof, honest or not.
//!
//! It follows winterfell 0.13.1's protocol with a cubic extension, linear batching and BLAKE3, and demands the exact form
//! of a proof: positions are drawn again, and rows and digests are just those needed.
//!
//! Not here: what is stated. Any [`Statement`] will do; [`AirStatement`] makes one of a `winter_air::Air`, whose
//! constraints are then evaluated by that crate's field.

mod constraints;
mod field;
mod form;
mod low_degree;
mod openings;
mod transcript;
mod winterfell;

pub use constraints::{Assertion, Options, Shape, Statement, demanded};
pub use field::{Base, Cubic, MODULUS, value_on_coset};
pub use form::{Opened, Proof, flat};
pub use transcript::{Coin, Digest, hash, hash_cubic};
pub use winterfell::{AirStatement, Element, from_winterfell, to_winterfell};

/// Why a proof is refused, in the order of the checks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The bytes are not the only form of a proof of this shape.
    Form,
    /// The last polynomial is not the one committed to.
    Remainder,
    /// The constraints demand another quotient.
    Constraints,
    /// The work was not done.
    Work,
    /// Opened rows do not lead to their roots.
    Rows,
    /// The low-degree proof does not hold.
    LowDegree,
}

/// The challenges up to the point out of the domain.
pub struct Opening {
    /// For the auxiliary segment.
    pub randoms: Vec<Cubic>,
    /// One for each transition, then one for each assertion.
    pub coefficients: Vec<Cubic>,
    /// The point.
    pub point: Cubic,
}

/// The elements a coin starts from: shape, field, parameters, public inputs.
pub fn seed(statement: &impl Statement) -> Vec<Base> {
    let shape = statement.shape();
    let options = &shape.options;
    let widths = match shape.aux_width {
        0 => shape.main_width << 8,
        aux => ((shape.main_width << 8 | 1) << 8 | aux) << 8 | shape.randoms,
    };
    let parameters = ((3 << 8 | options.folding) << 8 | options.remainder_degree) << 8 | options.blowup;
    let (low, high) = (MODULUS & 0xffff_ffff, MODULUS >> 32);
    let constraints = shape.transitions + shape.assertions;
    let numbers = [
        widths as u64,
        shape.rows() as u64,
        low,
        high,
        constraints as u64,
        parameters as u64,
        u64::from(options.grinding),
        options.queries as u64,
    ];
    numbers.into_iter().map(Base).chain(statement.public()).collect()
}

/// Draws the challenges up to the point out of the domain; roots are those of the segments and the quotient.
pub fn open(coin: &mut Coin, shape: &Shape, roots: &[Digest]) -> Opening {
    let (quotient, segments) = roots.split_last().unwrap();
    coin.absorb(&segments[0]);
    let randoms = coin.draw_many(shape.randoms);
    segments[1..].iter().for_each(|root| coin.absorb(root));
    let coefficients = coin.draw_many(shape.transitions + shape.assertions);
    coin.absorb(quotient);
    Opening { randoms, coefficients, point: coin.draw() }
}

/// Verifies a proof.
pub fn verify(statement: &impl Statement, bytes: &[u8]) -> Result<(), Fault> {
    let shape = statement.shape();
    let proof = well_formed(bytes, &shape).ok_or(Fault::Form)?;
    let committed = shape.leaf_widths().len();
    if proof.roots.last() != Some(&hash_cubic(&proof.remainder)) {
        return Err(Fault::Remainder);
    }
    let mut coin = Coin::new(seed(statement));
    let Opening { randoms, coefficients, point } = open(&mut coin, &shape, &proof.roots[..committed]);
    let [now, next] = &proof.trace;
    let power = point.power(shape.rows() as u64);
    let told = proof.quotient[0].iter().rev().fold(Cubic::ZERO, |sum, column| sum * power + *column);
    if demanded(statement, [now, next], &randoms, &coefficients, point) != told {
        return Err(Fault::Constraints);
    }
    let frames = [&now[..], &proof.quotient[0], next, &proof.quotient[1]];
    coin.absorb(&hash_cubic(&frames.concat()));
    let batching = coin.draw_many(now.len() + shape.quotient_columns);
    let mut challenges = Vec::new();
    for root in &proof.roots[committed..] {
        coin.absorb(root);
        challenges.push(coin.draw());
    }
    if coin.work(proof.nonce) < shape.options.grinding {
        return Err(Fault::Work);
    }
    let positions = coin.positions(shape.options.queries, shape.domain(), proof.nonce);
    let depth = shape.domain().ilog2();
    let mut opened = proof.rows.iter().zip(&proof.roots);
    if !opened.all(|(rows, root)| openings::leads_to(root, &positions, depth, rows)) {
        return Err(Fault::Rows);
    }
    let values = batched(&shape, &proof, &positions, point, &batching);
    low_degree::check(&shape, &proof, &challenges, positions, values)
}

/// The proof, if all its parts have the size that follows from the shape; numbers of leaves are checked with positions.
fn well_formed(bytes: &[u8], shape: &Shape) -> Option<Proof> {
    let proof = Proof::read(bytes, shape)?;
    let queries = usize::from(proof.queries);
    let folded = shape.domain() / shape.options.folding.pow(shape.layers() as u32);
    let depths = (1..=shape.layers() as u32)
        .map(|layer| shape.domain().ilog2() - layer * shape.options.folding.ilog2());
    let fits = |opened: &Opened, width: usize, depth: u32, limit: usize| {
        opened.leaves.iter().all(|leaf| leaf.len() == width)
            && (1..=limit).contains(&opened.leaves.len())
            && u32::from(opened.depth) == depth
            && (1..=opened.leaves.len()).contains(&opened.vectors.len())
            && opened.vectors.iter().all(|vector| vector.len() <= depth as usize)
    };
    let mut rows = proof.rows.iter().zip(shape.leaf_widths());
    let mut layers = proof.layers.iter().zip(depths);
    let good = (1..=shape.options.queries).contains(&queries)
        && proof.roots.len() == shape.leaf_widths().len() + shape.layers() + 1
        && rows.all(|(opened, width)| {
            opened.leaves.len() == queries && fits(opened, width, shape.domain().ilog2(), queries)
        })
        && proof.layers.len() == shape.layers()
        && layers.all(|(opened, depth)| fits(opened, 3 * shape.options.folding, depth, queries))
        && proof.remainder.len() == folded / shape.options.blowup;
    good.then_some(proof)
}

/// The batched function at the positions: what each column's value and its values out of the domain say about its
/// polynomial, all in one.
fn batched(
    shape: &Shape,
    proof: &Proof,
    positions: &[usize],
    point: Cubic,
    batching: &[Cubic],
) -> Vec<Cubic> {
    let next_point = point * Base::root_of_unity(shape.log2_rows).into();
    let generator = Base::root_of_unity(shape.domain().ilog2());
    let told: Vec<(Cubic, Cubic)> = {
        let now = proof.trace[0].iter().chain(&proof.quotient[0]);
        now.copied().zip(proof.trace[1].iter().chain(&proof.quotient[1]).copied()).collect()
    };
    let value = |(order, position): (usize, &usize)| {
        let x = Cubic::from(Base::SHIFT * generator.power(*position as u64));
        let main = proof.rows[0].leaves[order].iter().map(|cell| Cubic::from(*cell));
        let others = proof.rows[1..].iter().flat_map(|rows| form::cubics(&rows.leaves[order]));
        let (mut at_point, mut at_next) = (Cubic::ZERO, Cubic::ZERO);
        for ((cell, (now, next)), factor) in main.chain(others).zip(&told).zip(batching) {
            at_point = at_point + (cell - *now) * *factor;
            at_next = at_next + (cell - *next) * *factor;
        }
        at_point * (x - point).inverse() + at_next * (x - next_point).inverse()
    };
    positions.iter().enumerate().map(value).collect()
}
