//! Two ways to tell the proofs of two witnesses apart: a logistic regression over opened values, and the bytes'
//! frequencies.

use super::shown::Shown;
use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha20Rng;
use winter_math::StarkField;
use winter_math::fields::f64::BaseElement;

/// How many queries' rows the regression sees.
const QUERIES: usize = 6;
/// How often it goes through all proofs that it learns from.
const ROUNDS: usize = 20;
/// How far it goes each time.
const RATE: f64 = 0.01;

/// A proof in numbers, each of mean 0 and variance 1 if elements and bytes are uniform.
pub type Features = Vec<f64>;

/// The opened values of the first queries and those out of the domain, the last polynomial of FRI.
pub fn opened_values(shown: &Shown) -> Features {
    let proof = &shown.proof;
    let rows = proof.rows.iter().flat_map(|rows| rows.leaves.iter().take(QUERIES).flatten());
    let frames = proof.trace.iter().chain(&proof.quotient).flatten().chain(&proof.remainder);
    let elements = rows.copied().chain(frames.flat_map(|element| element.0));
    elements.map(|element| (element.0 as f64 / BaseElement::MODULUS as f64 - 0.5) * 12f64.sqrt()).collect()
}

/// How often each byte occurs.
pub fn frequencies(bytes: &[u8]) -> Features {
    let mut counts = [0.0; 256];
    bytes.iter().for_each(|byte| counts[usize::from(*byte)] += 1.0);
    let expected = bytes.len() as f64 / 256.0;
    counts.iter().map(|count| (count - expected) / expected.sqrt()).collect()
}

/// Something that says how much a proof looks like one of the second witness.
type Score = Box<dyn Fn(&Features) -> f64>;

/// A way to learn from proofs of both witnesses.
pub type Learn = fn(&[(&Features, bool)]) -> Score;

/// Logistic regression by stochastic descent.
pub fn regression(known: &[(&Features, bool)]) -> Score {
    let mut random = ChaCha20Rng::seed_from_u64(99);
    let mut order: Vec<usize> = (0..known.len()).collect();
    let mut weights = vec![0.0; known[0].0.len()];
    let mut offset = 0.0;
    for _ in 0..ROUNDS {
        order.shuffle(&mut random);
        for at in &order {
            let (features, second) = known[*at];
            let score = dot(&weights, features) + offset;
            let error = f64::from(u8::from(second)) - 1.0 / (1.0 + (-score).exp());
            for (weight, feature) in weights.iter_mut().zip(features) {
                *weight += RATE * error * feature;
            }
            offset += RATE * error;
        }
    }
    Box::new(move |features| dot(&weights, features) + offset)
}

/// Which mean is nearer.
pub fn nearest_mean(known: &[(&Features, bool)]) -> Score {
    let mean = |wanted: bool| -> Features {
        let own: Vec<&Features> =
            known.iter().filter(|(_, second)| *second == wanted).map(|(features, _)| *features).collect();
        (0..own[0].len())
            .map(|place| own.iter().map(|features| features[place]).sum::<f64>() / own.len() as f64)
            .collect()
    };
    let (first, second) = (mean(false), mean(true));
    let weights: Features = second.iter().zip(&first).map(|(second, first)| second - first).collect();
    let middle = (dot(&second, &second) - dot(&first, &first)) / 2.0;
    Box::new(move |features| dot(&weights, features) - middle)
}

fn dot(left: &[f64], right: &[f64]) -> f64 {
    left.iter().zip(right).map(|(left, right)| left * right).sum()
}

/// The share of proofs that are told right: learnt from every half, tried on the other.
pub fn accuracy(proofs: &[Vec<Features>; 2], learn: Learn) -> f64 {
    let half = |wanted: usize| -> Vec<(&Features, bool)> {
        let of = |second: bool| {
            let own = proofs[usize::from(second)].iter().enumerate();
            own.filter(move |(number, _)| number % 2 == wanted).map(move |(_, features)| (features, second))
        };
        of(false).chain(of(true)).collect()
    };
    let (mut right, mut all) = (0, 0);
    for (learnt, tried) in [(0, 1), (1, 0)] {
        let score = learn(&half(learnt));
        for (features, second) in half(tried) {
            right += usize::from((score(features) > 0.0) == second);
            all += 1;
        }
    }
    right as f64 / all as f64
}
