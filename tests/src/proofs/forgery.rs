//! A prover that lies: it commits to any quotient, tells the value out of the domain that the constraints demand, and
//! fits the last polynomial of the low-degree proof to the queries after it has seen them.
//!
//! For tests only. winterfell alone accepts what it makes wherever the last polynomial may have as many coefficients as
//! there are queries; the guard never does.

use super::sums::{Claim, SumsAir, SumsTrace, statement};
use crate::reference_verifier::{
    AirStatement, Base, Coin, Cubic, Digest, Element, Opened, Proof, Shape, Statement, demanded, flat,
    from_winterfell, hash, hash_cubic, seed, to_winterfell,
};
use dregg_air::hasher::Blake3;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha20Rng;
use winter_air::{AuxRandElements, ProofOptions};
use winter_crypto::{Digest as _, Hasher, MerkleTree};
use winter_fri::folding::apply_drp;
use winter_math::fields::f64::BaseElement;
use winter_math::{ExtensionOf, FieldElement, StarkField, fft, polynom};

/// The only folding it knows.
const FOLDING: usize = 8;

/// How far the lie goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lie {
    /// The values out of the domain are those of the columns committed to: only the claim is false.
    Claim,
    /// The quotient's value out of the domain is the one demanded, so what remains is of high degree.
    OutOfDomain,
    /// Also the last polynomial is fitted to as many queries as it can be, after they are known.
    Remainder,
}

/// A proof of a false claim, and how many distinct points the last polynomial had to be fitted to.
pub struct Forged {
    /// The proof.
    pub proof: Proof,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// Points of the last domain at which the last polynomial is checked.
    pub points: usize,
}

/// Forges a proof of a claim from the trace of another. The folding must be 8.
pub fn forge(trace: &SumsTrace, log2_rows: u8, claim: Claim, options: &ProofOptions, lie: Lie) -> Forged {
    let statement = AirStatement::<SumsAir>::new(statement(log2_rows, claim, options), &claim);
    let shape = statement.shape();
    assert_eq!(shape.options.folding, FOLDING);
    let mut coin = Coin::new(seed(&statement));

    let main: Vec<_> = trace.columns().columns().map(|column| Column::from_values(column, &shape)).collect();
    let main_tree = Tree::new(rows(&main));
    coin.absorb(&main_tree.root());
    let randoms = coin.draw_many(shape.randoms);
    let aux = trace.aux::<Element>(&AuxRandElements::new(randoms.iter().map(to_winterfell).collect()));
    let aux: Vec<_> = aux.columns().map(|column| Column::from_values(column, &shape)).collect();
    let aux_tree = Tree::new(rows(&aux));
    coin.absorb(&aux_tree.root());
    let coefficients = coin.draw_many(shape.transitions + shape.assertions);

    let mut random = ChaCha20Rng::seed_from_u64(claim.0.as_int());
    let mut anything = || (0..shape.rows()).map(|_| element(&mut random)).collect::<Vec<Element>>();
    let quotient: Vec<_> = (0..shape.quotient_columns).map(|_| Column::new(anything(), &shape)).collect();
    let quotient_tree = Tree::new(rows(&quotient));
    coin.absorb(&quotient_tree.root());
    let point = coin.draw();

    let points = [point, point * Base::root_of_unity(shape.log2_rows).into()];
    let trace_frame = points.map(|at| {
        main.iter()
            .map(|column| column.at(at))
            .chain(aux.iter().map(|column| column.at(at)))
            .collect::<Vec<_>>()
    });
    let mut quotient_frame = points.map(|at| quotient.iter().map(|column| column.at(at)).collect::<Vec<_>>());
    if lie != Lie::Claim {
        let wanted = demanded(&statement, [&trace_frame[0], &trace_frame[1]], &randoms, &coefficients, point);
        let power = point.power(shape.rows() as u64);
        let rest =
            quotient_frame[0][1..].iter().rev().fold(Cubic::ZERO, |sum, column| (sum + *column) * power);
        quotient_frame[0][0] = wanted - rest;
    }
    coin.absorb(&hash_cubic(
        &[&trace_frame[0][..], &quotient_frame[0], &trace_frame[1], &quotient_frame[1]].concat(),
    ));
    let batching = coin.draw_many(trace_frame[0].len() + quotient_frame[0].len());

    let cells = main
        .iter()
        .map(Column::lifted)
        .chain(aux.iter().map(Column::lifted))
        .chain(quotient.iter().map(Column::lifted));
    let told: Vec<(Cubic, Cubic)> = {
        let now = trace_frame[0].iter().chain(&quotient_frame[0]).copied();
        now.zip(trace_frame[1].iter().chain(&quotient_frame[1]).copied()).collect()
    };
    let mut values = batched(&shape, &cells.collect::<Vec<_>>(), &told, points, &batching);

    let mut layers = Vec::new();
    for _ in 0..shape.layers() {
        let folded = values.len() / FOLDING;
        let leaves: Vec<[Element; FOLDING]> =
            (0..folded).map(|at| std::array::from_fn(|part| values[at + part * folded])).collect();
        let tree =
            Tree::new(leaves.iter().map(|leaf| flat(&leaf.map(|value| from_winterfell(&value)))).collect());
        coin.absorb(&tree.root());
        values = apply_drp(&leaves, BaseElement::GENERATOR, to_winterfell(&coin.draw()));
        layers.push(tree);
    }
    let length = values.len() / shape.options.blowup;
    let mut last = values.clone();
    fft::interpolate_poly_with_offset(
        &mut last,
        &fft::get_inv_twiddles(values.len()),
        BaseElement::GENERATOR,
    );
    let mut remainder: Vec<Cubic> = last[..length].iter().rev().map(from_winterfell).collect();
    let commitment = hash_cubic(&remainder);
    coin.absorb(&commitment);
    let nonce = (1..).find(|nonce| coin.work(*nonce) >= shape.options.grinding).unwrap();
    let positions = coin.positions(shape.options.queries, shape.domain(), nonce);

    let opened_layers =
        layers.iter().scan((positions.clone(), shape.domain()), |(positions, domain), tree| {
            *domain /= FOLDING;
            *positions = folded(positions, *domain);
            Some(tree.open(positions))
        });
    let opened_layers = opened_layers.collect();
    let last_positions = folded(&positions, values.len());
    if lie == Lie::Remainder {
        remainder = fitted(&last_positions, &values, length);
    }
    let roots = [&main_tree, &aux_tree, &quotient_tree].into_iter().chain(&layers).map(Tree::root);
    let proof = Proof {
        queries: positions.len() as u8,
        roots: roots.chain([commitment]).collect(),
        rows: [&main_tree, &aux_tree, &quotient_tree].map(|tree| tree.open(&positions)).to_vec(),
        trace: trace_frame,
        quotient: quotient_frame,
        layers: opened_layers,
        remainder,
        nonce,
    };
    Forged { bytes: proof.write(&shape), proof, points: last_positions.len() }
}

fn element(random: &mut ChaCha20Rng) -> Element {
    Element::new(
        BaseElement::new(random.random()),
        BaseElement::new(random.random()),
        BaseElement::new(random.random()),
    )
}

/// The polynomial, highest coefficient first, that has these values at as many of these points as its length allows.
fn fitted(positions: &[usize], values: &[Element], length: usize) -> Vec<Cubic> {
    let generator = BaseElement::get_root_of_unity(values.len().ilog2());
    let some = &positions[..positions.len().min(length)];
    let points: Vec<Element> =
        some.iter().map(|at| (BaseElement::GENERATOR * generator.exp(*at as u64)).into()).collect();
    let wanted: Vec<Element> = some.iter().map(|at| values[*at]).collect();
    let mut polynomial = polynom::interpolate(&points, &wanted, false);
    polynomial.resize(length, Element::ZERO);
    polynomial.iter().rev().map(from_winterfell).collect()
}

/// Positions in a shorter domain, in order of first appearance.
fn folded(positions: &[usize], domain: usize) -> Vec<usize> {
    let mut folded = Vec::new();
    for position in positions.iter().map(|position| position % domain) {
        if !folded.contains(&position) {
            folded.push(position);
        }
    }
    folded
}

/// The batched function on the whole domain.
fn batched(
    shape: &Shape,
    cells: &[Vec<Element>],
    told: &[(Cubic, Cubic)],
    points: [Cubic; 2],
    batching: &[Cubic],
) -> Vec<Element> {
    let [point, next_point] = points.map(|point| to_winterfell(&point));
    let generator = BaseElement::get_root_of_unity(shape.domain().ilog2());
    let factors: Vec<Element> = batching.iter().map(to_winterfell).collect();
    let told: Vec<(Element, Element)> =
        told.iter().map(|(now, next)| (to_winterfell(now), to_winterfell(next))).collect();
    let mut x = Element::from(BaseElement::GENERATOR);
    let value = |row: usize| {
        let (mut at_point, mut at_next) = (Element::ZERO, Element::ZERO);
        for ((column, (now, next)), factor) in cells.iter().zip(&told).zip(&factors) {
            at_point += (column[row] - *now) * *factor;
            at_next += (column[row] - *next) * *factor;
        }
        let value = at_point / (x - point) + at_next / (x - next_point);
        x *= generator.into();
        value
    };
    (0..shape.domain()).map(value).collect()
}

/// A column: its polynomial and its values on the evaluation domain.
struct Column<E> {
    polynomial: Vec<E>,
    values: Vec<E>,
}

impl<E: FieldElement<BaseField = BaseElement>> Column<E> {
    fn new(polynomial: Vec<E>, shape: &Shape) -> Self {
        let twiddles = fft::get_twiddles(polynomial.len());
        let values = fft::evaluate_poly_with_offset(
            &polynomial,
            &twiddles,
            BaseElement::GENERATOR,
            shape.options.blowup,
        );
        Column { polynomial, values }
    }

    fn from_values(values: &[E], shape: &Shape) -> Self {
        let mut polynomial = values.to_vec();
        fft::interpolate_poly(&mut polynomial, &fft::get_inv_twiddles(values.len()));
        Column::new(polynomial, shape)
    }

    fn at(&self, point: Cubic) -> Cubic
    where
        Element: ExtensionOf<E>,
    {
        let point = to_winterfell(&point);
        let horner = |sum: Element, coefficient: &E| sum * point + (*coefficient).into();
        from_winterfell(&self.polynomial.iter().rev().fold(Element::ZERO, horner))
    }

    fn lifted(&self) -> Vec<Element>
    where
        Element: ExtensionOf<E>,
    {
        self.values.iter().map(|value| (*value).into()).collect()
    }
}

/// The rows of columns, as base field elements.
fn rows<E: FieldElement<BaseField = BaseElement>>(columns: &[Column<E>]) -> Vec<Vec<Base>> {
    let row = |at: usize| {
        let cells: Vec<E> = columns.iter().map(|column| column.values[at]).collect();
        E::slice_as_base_elements(&cells).iter().map(|cell| Base(cell.as_int())).collect()
    };
    (0..columns[0].values.len()).map(row).collect()
}

/// Leaves under a root.
struct Tree {
    leaves: Vec<Vec<Base>>,
    tree: MerkleTree<Blake3>,
}

impl Tree {
    fn new(leaves: Vec<Vec<Base>>) -> Self {
        let digests = leaves.iter().map(|leaf| <Blake3 as Hasher>::Digest::new(hash(leaf.iter().copied())));
        let tree = MerkleTree::new(digests.collect()).unwrap();
        Tree { leaves, tree }
    }

    fn root(&self) -> Digest {
        self.tree.root().as_bytes()
    }

    fn open(&self, positions: &[usize]) -> Opened {
        let (_, opening) = self.tree.prove_batch(positions).unwrap();
        Opened {
            leaves: positions.iter().map(|at| self.leaves[*at].clone()).collect(),
            depth: opening.depth,
            vectors: opening
                .nodes
                .iter()
                .map(|nodes| nodes.iter().map(|node| node.as_bytes()).collect())
                .collect(),
        }
    }
}
