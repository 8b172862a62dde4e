//! What a proof shows, and where: its parts, with the challenges drawn again.

use super::points::Points;
use crate::reference_verifier::{
    AirStatement, Coin, Cubic, Proof, Statement, flat, hash_cubic, open, seed, to_winterfell,
};
use dregg_air::AccessAir;
use dregg_air::air::trace_info;
use dregg_air::field::Felt;
use dregg_air::frame::WIDTH;
use dregg_air::inputs::AccessInputs;
use dregg_air::options::proof_options;
use winter_air::Air;

/// A proof in parts.
pub struct Shown {
    /// The parts.
    pub proof: Proof,
    /// Where columns are opened.
    pub points: Points,
}

impl Shown {
    /// Reads a proof of a statement.
    pub fn read(inputs: &AccessInputs, log2_rows: u8, bytes: &[u8]) -> Shown {
        let air = AccessAir::new(trace_info(1 << log2_rows), inputs.clone(), proof_options());
        let statement = AirStatement::new(air, inputs);
        let shape = statement.shape();
        let proof = Proof::read(bytes, &shape).unwrap();
        let mut coin = Coin::new(seed(&statement));
        let committed = shape.leaf_widths().len();
        let out = open(&mut coin, &shape, &proof.roots[..committed]).point;
        let [now, next] = &proof.trace;
        coin.absorb(&hash_cubic(&[&now[..], &proof.quotient[0], next, &proof.quotient[1]].concat()));
        proof.roots[committed..].iter().for_each(|root| coin.absorb(root));
        let positions = coin.positions(shape.options.queries, shape.domain(), proof.nonce);
        let points = Points { log2_rows, positions, out: to_winterfell(&out) };
        Shown { proof, points }
    }

    /// The opened values of a main column: one a query, then three elements for each of the two points.
    pub fn main(&self, column: usize) -> Vec<Felt> {
        let queries = self.proof.rows[0].leaves.iter().map(|leaf| leaf[column]);
        let out = self.proof.trace.iter().flat_map(|frame| flat(&frame[column..=column]));
        queries.chain(out).map(|element| Felt::new(element.0)).collect()
    }

    /// The opened values of all main columns.
    pub fn all_main(&self) -> Vec<Vec<Felt>> {
        (0..WIDTH).map(|column| self.main(column)).collect()
    }

    /// Every element that the proof shows, in order.
    pub fn elements(&self) -> Vec<u64> {
        let proof = &self.proof;
        let leaves = proof.rows.iter().chain(&proof.layers).flat_map(|opened| opened.leaves.concat());
        let frames = proof.trace.iter().chain(&proof.quotient).chain([&proof.remainder]);
        let frames = frames.flat_map(|frame: &Vec<Cubic>| flat(frame));
        leaves.chain(frames).map(|element| element.0).collect()
    }

    /// Every digest that the proof shows.
    pub fn digests(&self) -> Vec<[u8; 32]> {
        let proof = &self.proof;
        let opened = proof.rows.iter().chain(&proof.layers).flat_map(|opened| opened.vectors.concat());
        proof.roots.iter().copied().chain(opened).collect()
    }
}
