//! FRI: that values at the queried positions are those of a polynomial of low degree.

use super::field::{Base, Cubic, value_on_coset};
use super::form::{Proof, cubics};
use super::openings::leads_to;
use super::{Fault, Shape};

/// Checks the layers from the first values down to the last polynomial.
pub fn check(
    shape: &Shape,
    proof: &Proof,
    challenges: &[Cubic],
    mut positions: Vec<usize>,
    mut values: Vec<Cubic>,
) -> Result<(), Fault> {
    let folding = shape.options.folding;
    let mut domain = shape.domain();
    let roots = &proof.roots[proof.roots.len() - shape.layers() - 1..];
    for ((layer, root), challenge) in proof.layers.iter().zip(roots).zip(challenges) {
        let folded_domain = domain / folding;
        let mut folded: Vec<usize> = Vec::new();
        for position in &positions {
            if !folded.contains(&(position % folded_domain)) {
                folded.push(position % folded_domain);
            }
        }
        if !leads_to(root, &folded, folded_domain.ilog2(), layer) {
            return Err(Fault::LowDegree);
        }
        let leaves: Vec<Vec<Cubic>> = layer.leaves.iter().map(|leaf| cubics(leaf)).collect();
        for (position, value) in positions.iter().zip(&values) {
            let leaf = folded.iter().position(|leaf| *leaf == position % folded_domain).unwrap();
            if leaves[leaf][position / folded_domain] != *value {
                return Err(Fault::LowDegree);
            }
        }
        // Leaf i holds the values at the points whose power to the folding is that of the i-th point: a coset. The shift
        // of every layer is taken to be the same, which only renames points.
        let generator = Base::root_of_unity(domain.ilog2());
        let shift = |position: &usize| Base::SHIFT * generator.power(*position as u64);
        values = leaves
            .iter()
            .zip(&folded)
            .map(|(leaf, at)| value_on_coset(leaf, shift(at), *challenge))
            .collect();
        (positions, domain) = (folded, folded_domain);
    }
    let generator = Base::root_of_unity(domain.ilog2());
    for (position, value) in positions.iter().zip(values) {
        let point = Base::SHIFT * generator.power(*position as u64);
        let horner = |sum: Cubic, coefficient: &Cubic| sum * point.into() + *coefficient;
        if proof.remainder.iter().fold(Cubic::ZERO, horner) != value {
            return Err(Fault::LowDegree);
        }
    }
    Ok(())
}
